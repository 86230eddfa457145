//! Histories from a seed: the same for the same number everywhere.

use super::common::Dice;
use super::history::{
    Back, Buyer, CHARITIES, GivenBack, Goods, History, How, Kill, Op, PERCENT, Rate, Receiver, Rounding, Rules, Sale,
    Shop, Stands, Status, Step, Terms, Word,
};

/// When shops open: late enough that an order may come 400 days late.
const OPENED_AT: i64 = 1_800_000_000;

pub(crate) const DAY: i64 = 86_400;

/// The most of one order in a shop of large amounts: 32 of them are within 2^53 − 1, the bound of every account.
const HUGE: i64 = (1 << 53) / 32;

/// Products that the shop knows; one more is sold.
const GOODS: usize = 3;

const CONTACTS: usize = 3;

/// The history of a seed.
pub(crate) fn history(seed: u64) -> History {
    let mut writer = Writer::new(seed);
    let shop = writer.shop();
    let mut steps = Vec::new();
    let count = 10 + writer.number(11);
    while steps.len() < count {
        let op = if steps.len() < 2 { writer.order() } else { writer.op() };
        // What is changed after the fact often enough has a night before it, and is replayed.
        if is_after_the_fact(&op, writer.now) && !writer.one_in(3) {
            writer.step(&mut steps, Op::Night { settle_seconds: 0, how: How::Whole });
            writer.step(&mut steps, op);
            let kill = if writer.one_in(3) { Some(writer.kill_at(14)) } else { None };
            writer.step(&mut steps, Op::Replay { kill });
        } else {
            writer.step(&mut steps, op);
        }
    }
    steps.push(Step { at: writer.now + DAY, op: Op::Night { settle_seconds: 0, how: How::Twice } });
    History { shop, steps }
}

/// Whether a change begins to hold before it is made.
fn is_after_the_fact(op: &Op, now: i64) -> bool {
    match op {
        Op::ChangeProgram { from, .. }
        | Op::ChangePartner { from, .. }
        | Op::ChangeGoods { from, .. }
        | Op::Move { from, .. }
        | Op::Rebind { from, .. } => *from < now,
        _ => false,
    }
}

struct Writer {
    dice: Dice,
    now: i64,
    is_huge: bool,
    programs: usize,
    partners: usize,
    currencies: Vec<usize>,
    /// Orders as they were last told.
    sales: Vec<(Sale, bool)>,
    payouts: usize,
}

impl Writer {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut number = |sides| usize::try_from(dice.below(sides)).expect("the dice have few sides");
        let (programs, first, partners) = (1 + number(2), number(3), 2 + number(5));
        let currencies = if number(2) == 0 { vec![first] } else { vec![first, (first + 1) % 3] };
        let is_huge = number(5) == 0;
        Self { dice, now: OPENED_AT, is_huge, programs, partners, currencies, sales: Vec::new(), payouts: 0 }
    }

    fn dice(&mut self, sides: i64) -> i64 {
        self.dice.below(sides.cast_unsigned()).cast_signed()
    }

    fn number(&mut self, sides: usize) -> usize {
        usize::try_from(self.dice.below(sides as u64)).expect("a number below a usize is one")
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.dice.below(chances) == 0
    }

    fn maybe<T>(&mut self, chances: u64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.one_in(chances) { Some(make(self)) } else { None }
    }

    fn currency(&mut self) -> usize {
        let place = self.number(self.currencies.len());
        self.currencies[place]
    }

    /// Adds a step, and lets time pass: ten minutes at least, so that the lease of a killed night has run out; days or
    /// months now and then.
    fn step(&mut self, steps: &mut Vec<Step>, op: Op) {
        steps.push(Step { at: self.now, op });
        self.now += 600 + self.dice(3_000);
        match self.dice(6) {
            0 => self.now += DAY * self.dice(90),
            1 | 2 => self.now += DAY * self.dice(4),
            _ => {}
        }
    }

    // ------------------------------------------------------------ the shop

    fn shop(&mut self) -> Shop {
        let programs =
            (0..self.programs).map(|program| (self.currencies[program % self.currencies.len()], self.rules()));
        let programs = programs.collect::<Vec<_>>();
        let partners = (0..self.partners).map(|partner| self.terms(partner)).collect();
        let goods = (0..GOODS).map(|_| self.goods()).collect();
        let receivers = (0..self.partners).map(Receiver::Partner).chain((0..CHARITIES).map(Receiver::Charity));
        let reachable = receivers.filter(|_| !self.one_in(5)).collect();
        Shop { programs, partners, goods, reachable }
    }

    /// Up to so many percent: whole ones, hundredths, or as fine as they get.
    fn percent(&mut self, most: i64) -> i64 {
        match self.dice(4) {
            0 => self.dice(most + 1) * PERCENT,
            1 if self.is_huge => self.dice(most * PERCENT + 1),
            _ => self.dice(most * 100 + 1) * (PERCENT / 100),
        }
    }

    /// Flat amounts are of small shops: the oracle's fractions are exact, and 128 bits hold so much.
    fn rate(&mut self, most: i64) -> Rate {
        let percent = if self.one_in(8) { None } else { Some(self.percent(most)) };
        let flat = if self.is_huge || !self.one_in(5) { None } else { Some(self.dice(300)) };
        Rate { percent, flat }
    }

    fn rules(&mut self) -> Rules {
        let is_of_tier1 = self.one_in(4);
        let tiers = 1 + self.number(3);
        Rules {
            hold_days: [0, 0, 1, 14, 45][self.number(5)],
            min_payout: if self.one_in(3) { self.dice(5_000) } else { 0 },
            rounding: [Rounding::HalfUp, Rounding::HalfEven, Rounding::Floor][self.number(3)],
            is_of_tier1,
            coupon_decides: !self.one_in(5),
            tiers: [60, 20, 10].into_iter().take(tiers).map(|most| self.rate(most)).collect(),
            charity: self.maybe(3, |writer| (writer.number(CHARITIES), writer.rate(10))),
            payments: self.maybe(6, |writer| 1 + writer.number(2)),
        }
    }

    fn rates(&mut self) -> Vec<Option<i64>> {
        if !self.one_in(3) {
            return Vec::new();
        }
        // One in a dozen is out of all proportion, so that tiers are cut.
        let most = if self.one_in(12) { 100 } else { 25 };
        // The last place is a rate: a file cannot tell one empty place from none.
        let empty = |writer: &mut Self| if writer.one_in(3) { None } else { Some(writer.percent(most)) };
        let mut rates: Vec<Option<i64>> = (0..self.dice(3)).map(|_| empty(self)).collect();
        rates.push(Some(self.percent(most)));
        rates
    }

    fn terms(&mut self, partner: usize) -> Terms {
        Terms {
            program: self.number(self.programs),
            parent: if partner == 0 || self.one_in(5) { None } else { Some(self.number(partner)) },
            until: self.maybe(5, |writer| writer.now - 200 * DAY + writer.dice(400) * DAY),
            rates: self.rates(),
            status: [Status::Active, Status::Active, Status::Active, Status::Active, Status::Pending, Status::Blocked]
                [self.number(6)],
        }
    }

    fn goods(&mut self) -> Goods {
        Goods {
            participates: !self.one_in(6),
            rates: self.rates(),
            hold_days: self.maybe(4, |writer| writer.dice(60)),
            charity: self.maybe(4, |writer| (writer.number(CHARITIES), writer.percent(10))),
        }
    }

    // ------------------------------------------------------------ operations

    fn op(&mut self) -> Op {
        match self.dice(100) {
            0..18 => self.order(),
            18..27 => self.told_again(),
            27..41 => self.give_back(),
            41..44 => Op::Won { order: self.known(), id: self.number(3), at: self.now - self.dice(100) },
            44..52 => Op::Rule { order: self.known(), word: self.word() },
            52..56 => Op::Rebind {
                contact: self.number(CONTACTS),
                partner: self.number(self.partners),
                from: self.some_day(),
            },
            56..61 => {
                Op::ChangeProgram { program: self.number(self.programs), from: self.some_day(), rules: self.rules() }
            }
            61..64 => {
                let partner = self.number(self.partners);
                Op::ChangePartner { partner, from: self.some_day(), terms: self.terms(partner) }
            }
            64..66 => Op::ChangeGoods { goods: self.number(GOODS), from: self.some_day(), terms: self.goods() },
            66..68 => Op::Move {
                partner: self.number(self.partners),
                program: self.number(self.programs),
                from: self.some_day(),
            },
            68..73 => {
                self.payouts += 2;
                Op::Prepare { kill: self.kill(6) }
            }
            73..75 => {
                self.payouts += 1;
                let amount = 1 + self.dice(2_000);
                Op::PrepareOne { receiver: self.receiver(), currency: self.currency(), amount, kill: self.kill(6) }
            }
            75..78 => Op::Edit { payout: self.payout(), percent: 1 + self.dice(250), kill: self.kill(6) },
            78..82 => {
                let payouts = (0..=self.dice(3)).map(|_| self.payout()).collect();
                Op::Confirm { payouts, kill: self.kill(9) }
            }
            82..84 => Op::Fail { payout: self.payout(), kill: self.kill(6) },
            84..86 => {
                let amount = 1 + self.dice(500);
                let amount = if self.one_in(2) { amount } else { -amount };
                Op::Adjust { receiver: self.receiver(), currency: self.currency(), amount, kill: self.kill(6) }
            }
            86..96 => self.night(),
            _ => {
                let kill = if self.one_in(3) { Some(self.kill_at(14)) } else { None };
                Op::Replay { kill }
            }
        }
    }

    fn night(&mut self) -> Op {
        let settle_seconds = if self.one_in(3) { 900 } else { 0 };
        let how = match self.dice(8) {
            0..3 => How::Whole,
            3 => How::Twice,
            4..7 => How::Killed(self.kill_at(9)),
            _ => How::Overtaken(1 + self.dice.below(9)),
        };
        Op::Night { settle_seconds, how }
    }

    /// One in some: what is killed is tried again at once.
    fn kill(&mut self, writes: u64) -> Option<Kill> {
        if self.one_in(3) { Some(self.kill_at(writes)) } else { None }
    }

    fn kill_at(&mut self, writes: u64) -> Kill {
        Kill { at: 1 + self.dice.below(writes), takes_effect: self.one_in(2) }
    }

    /// When a change begins to hold: now, some time ago or some time from now.
    fn some_day(&mut self) -> i64 {
        match self.dice(4) {
            0 => self.now,
            1 | 2 => self.now - 1 - self.dice(300 * DAY),
            _ => self.now + 1 + self.dice(60 * DAY),
        }
    }

    fn receiver(&mut self) -> Receiver {
        if self.one_in(4) {
            Receiver::Charity(self.number(CHARITIES))
        } else {
            Receiver::Partner(self.number(self.partners))
        }
    }

    fn payout(&mut self) -> usize {
        self.number(self.payouts.max(1))
    }

    fn word(&mut self) -> Word {
        match self.dice(7) {
            0 => Word::Hold,
            1 | 2 => Word::Release,
            3 => Word::Refuse,
            4 => Word::Assign(self.number(self.partners)),
            5 => Word::HoldDays(self.dice(60)),
            _ => Word::Charity(self.number(CHARITIES), self.maybe(2, |writer| writer.percent(10))),
        }
    }

    // ------------------------------------------------------------ orders

    /// Nothing, next to nothing, an ordinary amount, or a huge one.
    fn net(&mut self) -> i64 {
        match self.dice(12) {
            0 => self.dice(4),
            1 => self.dice(100),
            _ if self.is_huge => self.dice(HUGE / 3),
            _ => self.dice(50_000),
        }
    }

    fn lines(&mut self) -> Vec<(usize, i64, i64)> {
        let line = |writer: &mut Self| (writer.number(GOODS + 1), 1 + writer.dice(4), writer.net());
        (0..=self.dice(3)).map(|_| line(self)).collect()
    }

    fn sale(&mut self) -> Sale {
        let late = if self.one_in(3) { self.dice(400 * DAY) } else { self.dice(300) };
        let paid_at = self.now - late;
        Sale {
            currency: self.currency(),
            placed_at: paid_at - if self.one_in(3) { self.dice(3 * DAY) } else { 0 },
            paid_at,
            lines: self.lines(),
            partner: self.maybe(2, |writer| writer.number(writer.partners)),
            coupon: self.maybe(3, |writer| writer.number(writer.partners)),
            buyer: match self.dice(5) {
                0 => Buyer::Unknown,
                1 => Buyer::Partner(self.number(self.partners)),
                _ => Buyer::Contact(self.number(CONTACTS)),
            },
            hold_days: self.maybe(6, |writer| writer.dice(40)),
            charity: self.maybe(6, |writer| (writer.number(CHARITIES), writer.maybe(2, |writer| writer.percent(10)))),
        }
    }

    fn order(&mut self) -> Op {
        let sale = self.sale();
        let stands = if self.one_in(5) { Stands::Pending } else { Stands::Paid };
        // Refunds may have come for an order that was not told yet.
        let order = match self.sales.iter().position(|(_, is_told)| !is_told) {
            Some(order) if self.one_in(2) => {
                let sale = Sale { currency: self.sales[order].0.currency, ..sale };
                self.sales[order] = (sale, true);
                order
            }
            _ => {
                self.sales.push((sale, true));
                self.sales.len() - 1
            }
        };
        Op::Order { order, stands, sale: self.sales[order].0.clone() }
    }

    fn known(&mut self) -> usize {
        self.number(self.sales.len())
    }

    /// Paid after it was placed, called off, given back whole, corrected, or just the same again.
    fn told_again(&mut self) -> Op {
        let order = self.known();
        if !self.sales[order].1 {
            return self.order();
        }
        if self.one_in(4) {
            self.sales[order].0.lines = self.lines();
        }
        let stands = match self.dice(8) {
            0 => Stands::Pending,
            1 => Stands::Cancelled,
            2 => Stands::Refunded,
            _ => Stands::Paid,
        };
        Op::Order { order, stands, sale: self.sales[order].0.clone() }
    }

    /// A part, all, or more than there is; of an order that may be still to come.
    fn give_back(&mut self) -> Op {
        let order = if self.one_in(8) {
            let sale = self.sale();
            self.sales.push((sale, false));
            self.sales.len() - 1
        } else {
            self.known()
        };
        let (sale, is_told) = self.sales[order].clone();
        let goods = self.maybe(3, |writer| sale.lines[writer.number(sale.lines.len())].0);
        let whole: i64 = sale.lines.iter().map(|(_, _, net)| net).sum();
        let amount = match self.dice(5) {
            0 => whole,
            1 => 1 + self.dice(3),
            _ => self.dice(whole.max(1)),
        };
        let back = GivenBack {
            kind: if self.one_in(3) { Back::Chargeback } else { Back::Refund },
            id: self.number(3),
            at: self.now - if self.one_in(3) { self.dice(20 * DAY) } else { 0 },
            goods,
            currency: sale.currency,
            amount,
            is_by_api: !is_told || self.one_in(2),
        };
        Op::GiveBack { order, back }
    }
}
