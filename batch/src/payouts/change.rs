//! `tributary payouts edit`, `confirm` and `fail`, and `tributary adjust`: what named persons move, booked like a decision.

use serde::Serialize;
use tributary_shared::ledger::{Account, Kind, Transfer};
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;

use super::prepare::amount;
use crate::error::Error;
use crate::import::requisites::receiver;
use crate::orders::Signed;
use crate::store::lease::Lease;
use crate::store::ledger::{Posting, finish, next_id, post};
use crate::store::payouts::{self, Payout, State};
use crate::store::{Store, rules};
use tributary_shared::hash::hex_hash;

/// What became of payouts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The payouts that changed.
    pub changed: Vec<i64>,
    /// Those that were so already.
    pub unchanged: Vec<i64>,
}

/// Does something while no night writes, and nobody else does.
pub(crate) fn alone<T>(
    store: &mut dyn Store,
    now: Timestamp,
    work: impl FnOnce(&mut dyn Store, &Lease) -> Result<T, Error>,
) -> Result<T, Error> {
    let lease = Lease::take(store, now)?;
    let outcome = next_id(store).and_then(|next| finish(store, &lease, next)).and_then(|_| work(store, &lease));
    let given_back = lease.give_back(store);
    // The error that led here is the one to tell.
    let done = outcome?;
    given_back?;
    Ok(done)
}

/// Changes the amount of a proposal, up or down.
pub fn edit(store: &mut dyn Store, id: i64, text: &str, signed: Signed<'_>, now: Timestamp) -> Result<Changed, Error> {
    signed.check()?;
    alone(store, now, |store, lease| {
        let payout = payouts::find(store, id)?;
        let money = amount(text, payout.money.currency())?;
        if payout.state != State::Prepared {
            return Err(Error::Refused(format!("payout {id} is {}: its amount stays", payout.state.as_str())));
        }
        if money == payout.money {
            return Ok(Changed { unchanged: vec![id], ..Changed::default() });
        }
        let parameters = [
            id.into(),
            money.minor().into(),
            signed.by.trim().into(),
            signed.at.unix_seconds().into(),
            signed.reason.trim().into(),
            lease.token.into(),
        ];
        if store.write(include_str!("../store/sql/payout_edit.sql"), &parameters)? == 0 {
            lease.check(store)?;
        }
        Ok(Changed { changed: vec![id], ..Changed::default() })
    })
}

/// Books payouts as sent. One that was confirmed before stays as it is; one that has failed is refused, and nothing is
/// booked of the whole list.
pub fn confirm(store: &mut dyn Store, ids: &[i64], signed: Signed<'_>, now: Timestamp) -> Result<Changed, Error> {
    signed.check()?;
    alone(store, now, |store, lease| {
        let payouts: Vec<Payout> = ids.iter().map(|id| payouts::find(store, *id)).collect::<Result<_, _>>()?;
        if let Some(failed) = payouts.iter().find(|payout| payout.state == State::Failed) {
            return Err(Error::Refused(format!("payout {} has failed: prepare another", failed.id)));
        }
        let mut changed = Changed::default();
        for payout in payouts {
            if payout.state == State::Confirmed {
                changed.unchanged.push(payout.id);
                continue;
            }
            let paid = Account::Paid(payout.requisites.method());
            let posting = Posting {
                cause: format!("payout/{}/confirmed", payout.id),
                payout: Some((payout.id, State::Prepared.as_str())),
                by: signed.by.trim().to_owned(),
                reason: signed.reason.trim().to_owned(),
                at: signed.at,
                transfers: vec![moved(payout.account, paid, payout.money.minor(), &payout, Kind::Payout)],
            };
            post(store, lease, &posting)?;
            changed.changed.push(payout.id);
        }
        Ok(changed)
    })
}

/// Says that a payout was not sent, or that one that was has come back: then it is owed again.
pub fn fail(store: &mut dyn Store, id: i64, signed: Signed<'_>, now: Timestamp) -> Result<Changed, Error> {
    signed.check()?;
    alone(store, now, |store, lease| {
        let payout = payouts::find(store, id)?;
        match payout.state {
            State::Failed => return Ok(Changed { unchanged: vec![id], ..Changed::default() }),
            State::Prepared => {
                let parameters = [
                    id.into(),
                    signed.by.trim().into(),
                    signed.at.unix_seconds().into(),
                    signed.reason.trim().into(),
                    lease.token.into(),
                ];
                if store.write(include_str!("../store/sql/payout_drop.sql"), &parameters)? == 0 {
                    lease.check(store)?;
                }
            }
            State::Confirmed => {
                let paid = Account::Paid(payout.requisites.method());
                let posting = Posting {
                    cause: format!("payout/{id}/failed"),
                    payout: Some((id, State::Confirmed.as_str())),
                    by: signed.by.trim().to_owned(),
                    reason: signed.reason.trim().to_owned(),
                    at: signed.at,
                    transfers: vec![moved(paid, payout.account, payout.money.minor(), &payout, Kind::PayoutReturn)],
                };
                post(store, lease, &posting)?;
            }
        }
        Ok(Changed { changed: vec![id], ..Changed::default() })
    })
}

/// Money sent counts against what is payable at once, so it is payable from the beginning of time.
fn moved(debit: Account, credit: Account, amount_minor: i64, payout: &Payout, kind: Kind) -> Transfer {
    let currency = payout.money.currency();
    Transfer { debit, credit, amount_minor, currency, kind, tier: 0, payable_from: Timestamp::FIRST }
}

/// Adds to a receiver's balance, or takes from it, by the word of a named person; says what was booked.
pub fn adjust(
    store: &mut dyn Store,
    to: &str,
    text: &str,
    currency: Currency,
    signed: Signed<'_>,
    now: Timestamp,
) -> Result<String, Error> {
    signed.check()?;
    let book = rules::read(store)?;
    let account = receiver(to, &book).map_err(Error::Refused)?;
    let (text, is_taken) = match text.trim().strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.trim(), false),
    };
    let money = amount(text, currency)?;
    let (debit, credit) = if is_taken { (account, Account::Adjust) } else { (Account::Adjust, account) };
    let said = format!("{to}/{is_taken}/{money}/{}/{}/{}", signed.by, signed.reason, signed.at);
    let hash = hex_hash(&said);
    let posting = Posting {
        cause: format!("adjustment/{hash}"),
        payout: None,
        by: signed.by.trim().to_owned(),
        reason: signed.reason.trim().to_owned(),
        at: signed.at,
        transfers: vec![Transfer {
            debit,
            credit,
            amount_minor: money.minor(),
            currency,
            kind: Kind::Adjustment,
            tier: 0,
            payable_from: Timestamp::FIRST,
        }],
    };
    let is_new = alone(store, now, |store, lease| post(store, lease, &posting))?;
    let sign = if is_taken { "-" } else { "" };
    let state = if is_new { "booked" } else { "was booked before" };
    Ok(format!("{sign}{money} for {to} by {}: {state}", signed.by.trim()))
}

impl std::fmt::Display for Changed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids = |ids: &[i64]| ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        match (self.changed.is_empty(), self.unchanged.is_empty()) {
            (false, true) => write!(f, "changed: payout {}", ids(&self.changed)),
            (true, false) => write!(f, "as it was: payout {}", ids(&self.unchanged)),
            (true, true) => write!(f, "nothing to change"),
            (false, false) => {
                write!(f, "changed: payout {}; as it was: payout {}", ids(&self.changed), ids(&self.unchanged))
            }
        }
    }
}
