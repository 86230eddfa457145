//! What the books must say: the oracle's judgement of each order when it was judged last, and what persons moved.

use std::collections::BTreeMap;

use super::facts::{Facts, at};
use super::history::{Op, Receiver, Shop, Status};
use super::oracle::{Balances, Owed, balances, earned};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Prepared,
    Confirmed,
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Payout {
    pub(crate) to: Receiver,
    pub(crate) currency: usize,
    pub(crate) amount: i64,
    pub(crate) state: State,
}

pub(crate) struct Expected {
    pub(crate) facts: Facts,
    reachable: Vec<Receiver>,
    /// By order: of those that were judged.
    owed: BTreeMap<usize, Vec<Owed>>,
    pub(crate) payouts: Vec<Payout>,
    adjusted: Vec<(Receiver, usize, i64)>,
}

impl Expected {
    pub(crate) fn of(shop: &Shop) -> Self {
        Self {
            facts: Facts::of(shop),
            reachable: shop.reachable.clone(),
            owed: BTreeMap::new(),
            payouts: Vec::new(),
            adjusted: Vec::new(),
        }
    }

    /// Takes what an operation says. What nights do, and what payouts are proposed, is for others to say.
    pub(crate) fn hear(&mut self, op: &Op) {
        self.facts.hear(op);
        match op {
            Op::Edit { payout, .. } => {
                if let (State::Prepared, Some(amount)) = (self.payouts[*payout].state, self.edited(op)) {
                    self.payouts[*payout].amount = amount;
                }
            }
            Op::Confirm { payouts, .. } => {
                let is_failed = |payout: &usize| self.payouts[*payout].state == State::Failed;
                let confirmed = if payouts.iter().any(is_failed) { &[] } else { payouts.as_slice() };
                confirmed.iter().for_each(|payout| self.payouts[*payout].state = State::Confirmed);
            }
            Op::Fail { payout, .. } => self.payouts[*payout].state = State::Failed,
            Op::Adjust { receiver, currency, amount, .. } => self.adjusted.push((*receiver, *currency, *amount)),
            _ => {}
        }
    }

    /// The amount that an edit leads to.
    pub(crate) fn edited(&self, op: &Op) -> Option<i64> {
        let Op::Edit { payout, percent, .. } = op else { return None };
        let edited = i128::from(self.payouts[*payout].amount) * i128::from(*percent) / 100;
        i64::try_from(edited.clamp(1, 1 << 49)).ok()
    }

    /// Judges orders of which something new was said, and whose latest event is settled.
    pub(crate) fn night(&mut self, settled_until: i64) {
        let is_due = |told: &super::facts::Told| told.is_new && told.latest <= settled_until;
        let due: Vec<usize> =
            self.facts.orders.iter().filter(|(_, told)| is_due(told)).map(|(order, _)| *order).collect();
        for order in due {
            self.owed.insert(order, self.judged(order));
            self.facts.orders.entry(order).and_modify(|told| told.is_new = false);
        }
    }

    fn judged(&self, order: usize) -> Vec<Owed> {
        let mut owed = earned(&self.facts, order);
        owed.sort_by_key(|owed| (owed.tier, owed.to));
        owed
    }

    /// Has every order judged again that was judged otherwise than it would be now; whether there is any.
    pub(crate) fn ask_again(&mut self) -> bool {
        let is_other = |order: &usize| !self.facts.orders[order].is_new && self.judged(*order) != self.owed[order];
        let other: Vec<usize> = self.owed.keys().copied().filter(is_other).collect();
        for order in &other {
            self.facts.orders.entry(*order).and_modify(|told| told.is_new = true);
        }
        !other.is_empty()
    }

    /// What everybody has as of an instant; who has nothing and never had is left out.
    pub(crate) fn balances(&self, as_of: i64) -> Balances {
        let mut balances = balances(self.owed.values().flatten(), as_of);
        for (to, currency, amount) in &self.adjusted {
            balances.entry((*to, *currency)).or_default().1 += i128::from(*amount);
        }
        for Payout { to, currency, amount, .. } in self.payouts.iter().filter(|payout| payout.state == State::Confirmed)
        {
            let (_, payable, paid) = balances.entry((*to, *currency)).or_default();
            (*payable, *paid) = (*payable - i128::from(*amount), *paid + i128::from(*amount));
        }
        balances.retain(|_, balance| *balance != (0, 0, 0));
        balances
    }

    /// Whether a proposal is open, or could be made.
    pub(crate) fn may_propose(&self, to: Receiver, currency: usize) -> bool {
        let is_open = |payout: &&Payout| (payout.to, payout.currency, payout.state) == (to, currency, State::Prepared);
        self.reachable.contains(&to) && self.payouts.iter().find(is_open).is_none()
    }

    /// What is to be proposed: all that is payable, from the minimum on, to partners who may earn, and to charities.
    pub(crate) fn proposals(&self, as_of: i64) -> Vec<Payout> {
        let is_due = |(to, currency): (Receiver, usize), payable: i128| match to {
            Receiver::Charity(_) => true,
            Receiver::Partner(partner) => {
                let terms = at(&self.facts.partners[partner], as_of);
                let is_own = self.facts.currencies[terms.program] == currency;
                let minimum = self.facts.rules(terms.program, as_of).min_payout;
                terms.status == Status::Active && (!is_own || payable >= minimum.into())
            }
        };
        self.balances(as_of)
            .into_iter()
            .filter(|(key, (_, payable, _))| *payable > 0 && self.may_propose(key.0, key.1) && is_due(*key, *payable))
            .map(|((to, currency), (_, payable, _))| Payout {
                to,
                currency,
                amount: i64::try_from(payable).expect("balances are within 2^53 − 1"),
                state: State::Prepared,
            })
            .collect()
    }

    /// The instants at which a hold is over.
    pub(crate) fn ends_of_holds(&self) -> Vec<i64> {
        self.owed.values().flatten().map(|owed| owed.from).collect()
    }
}
