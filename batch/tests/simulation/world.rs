//! A history played: each operation done by the program, heard by the oracle, and looked at afterwards.

use std::collections::{BTreeMap, BTreeSet};

use tributary_batch::diff::{self, Question};
use tributary_batch::error::Error;
use tributary_batch::orders::{Signed, rule};
use tributary_batch::payouts::{change, prepare};
use tributary_batch::reconcile::{self, Apply, Report, Settings};
use tributary_batch::store::payouts;
use tributary_batch::store::{Store, Value};
use tributary_batch::{contacts, partners};
use tributary_shared::id::Code;
use tributary_shared::order::{OrderCharity, Word as Said};
use tributary_shared::time::Timestamp;

use super::common::Still;
use super::desk::{self, called, instant};
use super::doubles::{Breaking, Memory, Overtaken, changes, is_broken};
use super::expected::{Expected, Payout, State};
use super::history::{CURRENCIES, History, How, Kill, Op, Receiver, Step, Word, decimal, major};

/// How long after a kill the same is tried again: the lease has run out.
const AGAIN_SECONDS: i64 = 120;

pub(crate) struct World<'a> {
    pub(crate) store: &'a mut Memory,
    pub(crate) expected: Expected,
    /// Whether nothing is half done: no night was killed since the last whole one.
    pub(crate) is_whole: bool,
    /// Every transfer that was ever seen, by id.
    pub(crate) transfers: BTreeMap<i64, Vec<Value>>,
    /// Every payout that was ever confirmed, as it was then.
    pub(crate) confirmed: BTreeMap<i64, Vec<Value>>,
    /// What happened, in words.
    pub(crate) seen: BTreeSet<String>,
}

/// What a history came to.
pub(crate) struct Played {
    /// A number for all that it left.
    pub(crate) hash: u64,
    /// What happened in it.
    pub(crate) seen: BTreeSet<String>,
}

/// Plays a history on an empty store.
pub(crate) fn play(store: &mut Memory, history: &History) -> Result<Played, String> {
    let play = std::panic::AssertUnwindSafe(|| play_on(store, history));
    std::panic::catch_unwind(play).unwrap_or_else(|_| Err("a panic: what it says stands further up".to_owned()))
}

fn play_on(store: &mut Memory, history: &History) -> Result<Played, String> {
    store.empty();
    let mut world = World {
        store,
        expected: Expected::of(&history.shop),
        is_whole: true,
        transfers: BTreeMap::new(),
        confirmed: BTreeMap::new(),
        seen: BTreeSet::new(),
    };
    let opened_at = history.steps.first().map_or(0, |step| step.at - 300);
    desk::open(world.store, &history.shop, opened_at)?;
    for (number, step) in history.steps.iter().enumerate() {
        let told = |problem: String| format!("after step {number}, {:?}: {problem}", step.op);
        world.step(step).map_err(told)?;
        world.check(step.at).map_err(told)?;
    }
    world.look_back()?;
    Ok(Played { hash: world.hash()?, seen: world.seen })
}

fn shown(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn signed(at: i64) -> Signed<'static> {
    Signed { by: "Olga", reason: "seen", at: instant(at) }
}

impl World<'_> {
    fn step(&mut self, Step { at, op }: &Step) -> Result<(), String> {
        let at = *at;
        let Some(op) = self.within(op) else { return Ok(()) };
        match &op {
            Op::Night { settle_seconds, how } => return self.night(at, *settle_seconds, *how),
            Op::Replay { kill } => return self.replay(at, *kill),
            Op::Prepare { kill } => return self.prepare(at, None, *kill),
            Op::PrepareOne { receiver, currency, amount, kill } => {
                return self.prepare(at, Some((*receiver, *currency, *amount)), *kill);
            }
            Op::Order { order, stands, sale } => desk::order(self.store, *order, *stands, sale, at)?,
            Op::GiveBack { order, back } if back.is_by_api => desk::back_by_api(self.store, *order, back, at)?,
            Op::GiveBack { order, back } => desk::back_by_file(self.store, *order, back, at)?,
            Op::Won { order, id, at: won_at } => desk::won(self.store, *order, *id, *won_at, at)?,
            Op::Rule { order, word } => self.rule(at, *order, *word)?,
            Op::Rebind { contact, partner, from } => {
                let (contact, partner) = (desk::buyer(super::history::Buyer::Contact(*contact)), format!("p{partner}"));
                contacts::assign(self.store, &contact, &partner, signed(*from), false).map_err(shown)?;
            }
            Op::ChangeProgram { program, from, rules } => {
                let currency = self.expected.facts.currencies[*program];
                desk::program(self.store, *program, currency, rules, at, Some(*from))?;
            }
            Op::ChangePartner { partner, from, terms } => desk::partner(self.store, *partner, terms, at, *from)?,
            Op::ChangeGoods { goods, from, terms } => desk::goods(self.store, *goods, terms, at, *from)?,
            Op::Move { partner, program, from } => {
                let is_there = self.expected.facts.terms(*partner, *from).program == *program;
                let (partner, program) = (format!("p{partner}"), format!("g{program}"));
                let movement =
                    partners::Move { partner: &partner, program: &program, from: instant(*from), by: "Olga" };
                let moved = partners::run(self.store, &movement, instant(at), false);
                agree("moving a partner to where he is", &moved, is_there)?;
            }
            Op::Edit { payout, kill, .. } => {
                let Payout { currency, state, .. } = self.expected.payouts[*payout];
                let amount = major(self.expected.edited(&op).unwrap_or(1), currency);
                let edited = self.again(*kill, at, |store, now| {
                    change::edit(store, row(*payout), &amount, signed(at), now).map(|_| ())
                })?;
                agree("editing what is not prepared", &edited, state != State::Prepared)?;
            }
            Op::Confirm { payouts, kill } => {
                let is_failed = payouts.iter().any(|payout| self.expected.payouts[*payout].state == State::Failed);
                let ids: Vec<i64> = payouts.iter().copied().map(row).collect();
                let confirmed =
                    self.again(*kill, at, |store, now| change::confirm(store, &ids, signed(at), now).map(|_| ()))?;
                agree("confirming what has failed", &confirmed, is_failed)?;
            }
            Op::Fail { payout, kill } => {
                let id = row(*payout);
                self.again(*kill, at, |store, now| change::fail(store, id, signed(at), now).map(|_| ()))?
                    .map_err(shown)?;
            }
            Op::Adjust { receiver, currency, amount, kill } => {
                let money = decimal(*amount, CURRENCIES[*currency].1);
                let code = CURRENCIES[*currency].0.parse().map_err(shown)?;
                self.again(*kill, at, |store, now| {
                    change::adjust(store, &called(*receiver), &money, code, signed(at), now).map(|_| ())
                })?
                .map_err(shown)?;
            }
        }
        self.expected.hear(&op);
        Ok(())
    }

    /// The operation with numbers of payouts that there are; none, if there is no payout yet.
    fn within(&self, op: &Op) -> Option<Op> {
        let mut op = op.clone();
        let count = self.expected.payouts.len();
        match &mut op {
            Op::Edit { payout, .. } | Op::Fail { payout, .. } => *payout = payout.checked_rem(count)?,
            Op::Confirm { payouts, .. } => {
                for payout in payouts {
                    *payout = payout.checked_rem(count)?;
                }
            }
            _ => {}
        }
        Some(op)
    }

    fn rule(&mut self, at: i64, order: usize, word: Word) -> Result<(), String> {
        let code = |text: String| Code::parse(&text).map_err(shown);
        let said = match word {
            Word::Hold => Said::Hold,
            Word::Release => Said::Release,
            Word::Refuse => Said::Refuse,
            Word::Assign(partner) => Said::Assign { partner: code(format!("p{partner}"))? },
            Word::HoldDays(days) => Said::HoldDays(u32::try_from(days).map_err(shown)?),
            Word::Charity(charity, percent) => {
                let percent = percent.map(|percent| decimal(percent, 6).parse()).transpose().map_err(shown)?;
                Said::Charity(OrderCharity { code: code(format!("c{charity}"))?, percent })
            }
        };
        let is_unknown = !self.expected.facts.orders.contains_key(&order);
        let ruled = rule(self.store, &format!("o{order}"), said, signed(at), false);
        agree("a ruling about an order that is not known", &ruled, is_unknown)
    }

    /// Does something; if it is killed, once more.
    fn again(
        &mut self,
        kill: Option<Kill>,
        at: i64,
        mut work: impl FnMut(&mut dyn Store, Timestamp) -> Result<(), Error>,
    ) -> Result<Result<(), Error>, String> {
        if let Some(kill) = kill {
            let outcome = work(&mut Breaking::new(self.store, kill), instant(at));
            if !is_broken(&outcome) {
                return Ok(outcome);
            }
            self.store.dies();
            return Ok(work(self.store, instant(at + AGAIN_SECONDS)));
        }
        Ok(work(self.store, instant(at)))
    }

    pub(crate) fn saw(&mut self, what: &str, is_so: bool) {
        if is_so {
            self.seen.insert(what.to_owned());
        }
    }

    // ------------------------------------------------------------ payouts

    /// Has payouts proposed. How much is payable while a night is half done is for the books alone to say.
    fn prepare(&mut self, at: i64, one: Option<(Receiver, usize, i64)>, kill: Option<Kill>) -> Result<(), String> {
        let wanted = match one {
            Some((to, currency, amount)) if self.expected.may_propose(to, currency) => {
                vec![Payout { to, currency, amount, state: State::Prepared }]
            }
            Some(_) => Vec::new(),
            None => self.expected.proposals(at),
        };
        let receiver = one.map(|(receiver, _, _)| called(receiver));
        let amount = one.map(|(_, currency, amount)| major(amount, currency));
        let currency = one.map(|(_, currency, _)| CURRENCIES[currency].0.parse()).transpose().map_err(shown)?;
        let asked = prepare::Wanted {
            as_of: instant(at),
            currency,
            receiver: receiver.as_deref(),
            amount: amount.as_deref(),
            method: None,
            by: "Olga",
            dry_run: false,
        };
        self.again(kill, at, |store, now| prepare::run(store, asked, now).map(|_| ()))?.map_err(shown)?;
        let mut made = Vec::new();
        for payout in payouts::list(self.store, None).map_err(shown)?.iter().skip(self.expected.payouts.len()) {
            let to = desk::receiver(payout.account).ok_or("a payout to nobody")?;
            let code = payout.money.currency();
            let currency = CURRENCIES.iter().position(|(known, _)| *known == code.code()).ok_or("no currency")?;
            made.push(Payout { to, currency, amount: payout.money.minor(), state: State::Prepared });
        }
        let mut sorted = made.clone();
        sorted.sort_by_key(|payout| (payout.to, payout.currency));
        if (self.is_whole || one.is_some()) && sorted != wanted {
            return Err(format!("proposed {sorted:?}, not {wanted:?}"));
        }
        self.saw("a payout while a night was half done", !self.is_whole && !made.is_empty());
        self.expected.payouts.extend(made);
        Ok(())
    }

    // ------------------------------------------------------------ nights

    fn count(&mut self, sql: &str) -> Result<i64, String> {
        self.store.rows(sql, &[]).and_then(|rows| rows[0].integer(0)).map_err(shown)
    }

    fn night(&mut self, at: i64, settle_seconds: i64, how: How) -> Result<(), String> {
        let settings = Settings { as_of: instant(at), settle_seconds, dry_run: false };
        let run = |store: &mut dyn Store, now| reconcile::run(store, settings, &mut Still(instant(now)));
        match how {
            How::Whole | How::Twice => {
                let report = run(self.store, at).map_err(shown)?;
                self.ended(at, settle_seconds, Some(report))?;
                if how == How::Twice {
                    let before = changes(self.store).map_err(shown)?;
                    let again = run(self.store, at + AGAIN_SECONDS).map_err(shown)?;
                    let written = changes(self.store).map_err(shown)? - before;
                    if (again.run, again.written, written) != (None, 0, 0) {
                        return Err(format!("the second time {written} rows were written: {again:?}"));
                    }
                }
                Ok(())
            }
            How::Killed(kill) => self.killed(at, settle_seconds, kill, |store| run(store, at)),
            How::Overtaken(after) => {
                let now = instant(at + AGAIN_SECONDS);
                let mut store =
                    Overtaken { store: self.store, after, settings, now, writes: 0, other: None, changes_then: None };
                let first = run(&mut store, at);
                let (other, then) = (store.other, store.changes_then);
                let written = changes(self.store).map_err(shown)? - then.unwrap_or(0);
                match (first, other.transpose().map_err(shown)?) {
                    (Ok(report), None) => self.ended(at, settle_seconds, Some(report)),
                    (Ok(report), Some(other)) => {
                        self.ended(at, settle_seconds, Some(if other.run.is_some() { other } else { report }))
                    }
                    (Err(Error::LeaseHeld { .. }), Some(other)) if then.is_some() => {
                        if written > 0 {
                            return Err(format!("{written} rows were written by a night that was overtaken"));
                        }
                        self.saw("a night that was overtaken", true);
                        self.ended(at, settle_seconds, Some(other))
                    }
                    (first, other) => Err(format!("overtaken: {first:?}, {other:?}")),
                }
            }
        }
    }

    /// A night came to its end: the oracle judges what is due.
    fn ended(&mut self, at: i64, settle_seconds: i64, report: Option<Report>) -> Result<(), String> {
        if let Some(refused) = report.iter().flat_map(|report| &report.refused).next() {
            return Err(format!("not booked: {refused:?}"));
        }
        // One that has nothing to do does not look at what a killed one left of orders that are not settled.
        let has_looked = settle_seconds == 0 || report.is_some_and(|report| report.run.is_some());
        self.is_whole |= has_looked;
        self.expected.night(at - settle_seconds);
        Ok(())
    }

    /// A night that is killed has judged all that was due if it came to write decisions: they are one statement.
    fn killed(
        &mut self,
        at: i64,
        settle_seconds: i64,
        kill: Kill,
        run: impl FnOnce(&mut dyn Store) -> Result<Report, Error>,
    ) -> Result<(), String> {
        const DECISIONS: &str = "SELECT count(*) FROM decision";
        const REPLAYS: &str = "SELECT count(*) FROM order_event WHERE source = 'replay'";
        let (decisions, replays) = (self.count(DECISIONS)?, self.count(REPLAYS)?);
        let outcome = run(&mut Breaking::new(self.store, kill));
        let is_dead = is_broken(&outcome);
        let (has_asked, has_decided) = (self.count(REPLAYS)? > replays, self.count(DECISIONS)? > decisions);
        if has_asked {
            self.expected.ask_again();
        }
        if !is_dead {
            return self.ended(at, settle_seconds, Some(outcome.map_err(shown)?));
        }
        self.store.dies();
        self.is_whole = false;
        self.saw("a replay that was killed half way", has_asked);
        self.saw("a night that was killed before it decided", !has_decided);
        self.saw("a night that was killed after it decided", has_decided);
        if has_decided {
            self.expected.night(at - settle_seconds);
        }
        Ok(())
    }

    /// Books what `diff` finds; after that it finds nothing.
    fn replay(&mut self, at: i64, kill: Option<Kill>) -> Result<(), String> {
        let settings = Settings { as_of: instant(at), settle_seconds: 0, dry_run: false };
        let apply = Apply { paid_in: None, signed: signed(at) };
        let run = |store: &mut dyn Store| reconcile::run_with(store, settings, Some(&apply), &mut Still(instant(at)));
        if let Some(kill) = kill {
            let replayed = self.killed(at, 0, kill, run);
            if !self.is_whole {
                return replayed;
            }
            replayed?;
        } else {
            let report = run(self.store).map_err(shown)?;
            let is_other = self.expected.ask_again();
            self.saw("a replay that found something", is_other);
            self.ended(at, 0, Some(report))?;
        }
        let left = diff::run(self.store, &Question { paid_in: None, instead: None }).map_err(shown)?;
        if left.differences.is_empty() { Ok(()) } else { Err(format!("not replayed: {:?}", left.differences)) }
    }
}

/// The row of a payout: they are numbered from 1.
pub(crate) fn row(payout: usize) -> i64 {
    i64::try_from(payout).expect("payouts are few") + 1
}

/// A refusal where one is expected, and nowhere else.
fn agree<T>(what: &str, outcome: &Result<T, Error>, is_refused: bool) -> Result<(), String> {
    match outcome {
        Ok(_) if !is_refused => Ok(()),
        Err(Error::Refused(_)) if is_refused => Ok(()),
        Ok(_) => Err(format!("{what} was not refused")),
        Err(error) => Err(error.to_string()),
    }
}
