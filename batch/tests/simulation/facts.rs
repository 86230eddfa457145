//! What was said up to now, by whom it was said: the operations, kept in a form that can be looked up.

use std::collections::{BTreeMap, BTreeSet};

use super::history::{Back, Buyer, GivenBack, Goods, Op, Rules, Sale, Shop, Stands, Terms, Word};

/// Values by the instant from which they hold.
pub(crate) type Versions<T> = BTreeMap<i64, T>;

/// The one that holds at an instant; the first holds for ever back.
pub(crate) fn at<T>(versions: &Versions<T>, now: i64) -> &T {
    versions.range(..=now).next_back().expect("the first version holds for ever back").1
}

/// Lets a value hold from an instant on, until the next begins. What holds then anyway is nothing new.
fn put<T: PartialEq>(versions: &mut Versions<T>, from: i64, value: T) {
    if *at(versions, from) != value {
        versions.insert(from, value);
    }
}

/// What was said of an order.
#[derive(Default)]
pub(crate) struct Told {
    /// By how it stood: pending, paid, refunded, cancelled.
    pub(crate) sales: [Option<Sale>; 4],
    pub(crate) backs: Vec<GivenBack>,
    pub(crate) won: BTreeSet<usize>,
    pub(crate) hold: Option<Word>,
    pub(crate) assigned: Option<usize>,
    pub(crate) hold_days: Option<i64>,
    pub(crate) charity: Option<(usize, Option<i64>)>,
    /// The latest of its events' own times.
    pub(crate) latest: i64,
    /// Whether something was said since it was judged.
    pub(crate) is_new: bool,
    seen: BTreeSet<(bool, Option<Back>, usize)>,
}

impl Told {
    /// The order, if paid is the farthest that it came.
    pub(crate) fn paid(&self) -> Option<&Sale> {
        let [_, paid, refunded, cancelled] = &self.sales;
        paid.as_ref().filter(|_| refunded.is_none() && cancelled.is_none())
    }

    /// What was said of it when it had come farthest.
    pub(crate) fn last(&self) -> Option<&Sale> {
        self.sales.iter().rev().flatten().next()
    }

    /// Notes that an event came.
    fn hear(&mut self, at: i64) {
        self.latest = self.latest.max(at);
        self.is_new = true;
    }
}

pub(crate) struct Facts {
    pub(crate) currencies: Vec<usize>,
    pub(crate) programs: Vec<Versions<Rules>>,
    pub(crate) partners: Vec<Versions<Terms>>,
    pub(crate) goods: Vec<Versions<Goods>>,
    pub(crate) orders: BTreeMap<usize, Told>,
    /// Contact, from when on, whose.
    pub(crate) bound: Vec<(usize, i64, usize)>,
}

impl Facts {
    pub(crate) fn of(shop: &Shop) -> Self {
        Self {
            currencies: shop.programs.iter().map(|(currency, _)| *currency).collect(),
            programs: shop.programs.iter().map(|(_, rules)| [(0, rules.clone())].into()).collect(),
            partners: shop.partners.iter().map(|terms| [(0, terms.clone())].into()).collect(),
            goods: shop.goods.iter().map(|goods| [(0, goods.clone())].into()).collect(),
            orders: BTreeMap::new(),
            bound: Vec::new(),
        }
    }

    /// Takes what an operation says; nights and payouts say nothing.
    pub(crate) fn hear(&mut self, op: &Op) {
        match op {
            Op::Order { order, stands, sale } => {
                let told = self.orders.entry(*order).or_default();
                let place = &mut told.sales[*stands as usize];
                if place.as_ref() != Some(sale) {
                    *place = Some(sale.clone());
                    told.hear(if *stands == Stands::Paid { sale.paid_at } else { sale.placed_at });
                }
            }
            Op::GiveBack { order, back } => self.event(*order, back.is_by_api, Some(back.kind), back.id, |told| {
                told.backs.push(*back);
                back.at
            }),
            Op::Won { order, id, at } => self.event(*order, false, None, *id, |told| {
                told.won.insert(*id);
                *at
            }),
            Op::Rule { order, word } => {
                // An order of which nothing was said cannot be ruled about.
                let Some(told) = self.orders.get_mut(order) else { return };
                match word {
                    Word::Hold | Word::Release | Word::Refuse => told.hold = Some(*word),
                    Word::Assign(partner) => told.assigned = Some(*partner),
                    Word::HoldDays(days) => told.hold_days = Some(*days),
                    Word::Charity(charity, percent) => told.charity = Some((*charity, *percent)),
                }
                told.is_new = true;
            }
            Op::Rebind { contact, partner, from } => self.bound.push((*contact, *from, *partner)),
            Op::ChangeProgram { program, from, rules } => {
                put(&mut self.programs[*program], *from, rules.clone());
            }
            Op::ChangePartner { partner, from, terms } => {
                let program = at(&self.partners[*partner], *from).program;
                put(&mut self.partners[*partner], *from, Terms { program, ..terms.clone() });
            }
            Op::ChangeGoods { goods, from, terms } => {
                put(&mut self.goods[*goods], *from, terms.clone());
            }
            Op::Move { partner, program, from } => {
                let versions = &mut self.partners[*partner];
                let now = at(versions, *from).clone();
                if now.program != *program {
                    versions.insert(*from, now);
                    versions.range_mut(*from..).for_each(|(_, terms)| terms.program = *program);
                }
            }
            Op::Prepare { .. }
            | Op::PrepareOne { .. }
            | Op::Edit { .. }
            | Op::Confirm { .. }
            | Op::Fail { .. }
            | Op::Adjust { .. }
            | Op::Night { .. }
            | Op::Replay { .. } => {}
        }
    }

    /// An event counts once for each source; a file's needs an order that is known.
    fn event(
        &mut self,
        order: usize,
        is_by_api: bool,
        kind: Option<Back>,
        id: usize,
        tell: impl FnOnce(&mut Told) -> i64,
    ) {
        if !is_by_api && !self.orders.contains_key(&order) {
            return;
        }
        let told = self.orders.entry(order).or_default();
        if told.seen.insert((is_by_api, kind, id)) {
            let at = tell(told);
            told.hear(at);
        }
    }

    pub(crate) fn rules(&self, program: usize, now: i64) -> &Rules {
        at(&self.programs[program], now)
    }

    pub(crate) fn terms(&self, partner: usize, now: i64) -> &Terms {
        at(&self.partners[partner], now)
    }

    /// The terms of a product, if anybody knows it.
    pub(crate) fn goods(&self, goods: usize, now: i64) -> Option<&Goods> {
        self.goods.get(goods).map(|versions| at(versions, now))
    }

    /// Whose a contact is at an instant, by hand.
    pub(crate) fn bound(&self, buyer: Buyer, now: i64) -> Option<usize> {
        let is_his = |(contact, from, _): &&(usize, i64, usize)| Buyer::Contact(*contact) == buyer && *from <= now;
        let latest = |(_, from, partner): &&(usize, i64, usize)| (*from, usize::MAX - partner);
        self.bound.iter().filter(is_his).max_by_key(latest).map(|(_, _, partner)| *partner)
    }
}
