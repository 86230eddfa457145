//! `tributary orders …`: what a named person decides about an order. It is judged again with that in the next night.

use serde::Serialize;
use tributary_shared::order::{EventBody, Ruling, Word};
use tributary_shared::program::HOLD_DAYS_MAX;
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::store::{Store, rules};
use tributary_shared::hash::hex_hash;

/// A named person and his reason: nothing is decided without them.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// Who.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub at: Timestamp,
}

impl Signed<'_> {
    /// Refuses a name or a reason that says nothing.
    pub fn check(&self) -> Result<(), Error> {
        for (what, text) in [("--by: who decides this", self.by), ("--reason: why", self.reason)] {
            if text.trim().is_empty() {
                return Err(Error::Refused(format!("{what} must be said")));
            }
            if text.chars().count() > 500 || text.chars().any(char::is_control) {
                return Err(Error::Refused(format!("{what}: at most 500 characters on one line")));
            }
        }
        Ok(())
    }
}

/// That a ruling is on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ruled {
    /// The order.
    pub order: String,
    /// What was decided.
    pub what: String,
    /// By whom.
    pub by: String,
    /// Whether it is new: the same word again in the same second is not.
    pub recorded: bool,
}

/// Records what somebody decided about an order.
///
/// The event does not wait for the settle lag: a person has looked.
pub fn rule(store: &mut dyn Store, order: &str, word: Word, signed: Signed<'_>, dry_run: bool) -> Result<Ruled, Error> {
    signed.check()?;
    let book = rules::read(store)?;
    let what = match &word {
        Word::Hold => "hold".to_owned(),
        Word::Release => "release".to_owned(),
        Word::Refuse => "refuse".to_owned(),
        Word::Assign { partner } => {
            if book.partner_by_code(partner.as_str()).is_none() {
                return Err(Error::Refused(format!("partner {partner} is not known")));
            }
            format!("assign to partner {partner}")
        }
        Word::HoldDays(days) if *days > HOLD_DAYS_MAX => {
            return Err(Error::Refused(format!("a hold is from 0 to {HOLD_DAYS_MAX} days")));
        }
        Word::HoldDays(days) => format!("hold for {days} days"),
        Word::Charity(charity) => {
            if book.charity_by_code(charity.code.as_str()).is_none() {
                return Err(Error::Refused(format!("charity {} is not known", charity.code)));
            }
            format!("charity {}", charity.code)
        }
        Word::Replay => "judge again".to_owned(),
    };
    if store.rows(include_str!("store/sql/order_is_known.sql"), &[order.into()])?.is_empty() {
        return Err(Error::Refused(format!("order {order} is not known here")));
    }
    let ruling =
        Ruling { word, by: signed.by.trim().to_owned(), reason: signed.reason.trim().to_owned(), at: signed.at };
    let body = serde_json::to_string(&EventBody::Ruling(ruling)).map_err(|error| Error::Refused(error.to_string()))?;
    let hash = hex_hash(&body);
    let recorded = !dry_run && {
        let event_id = tributary_shared::order::event_id("ruling", &[order, &hash]);
        let at = signed.at.unix_seconds();
        let parameters = [order.into(), event_id.into(), at.into(), hash.as_str().into(), body.into()];
        store.write(include_str!("store/sql/ruling_insert.sql"), &parameters)? > 0
    };
    Ok(Ruled { order: order.to_owned(), what, by: signed.by.trim().to_owned(), recorded })
}

impl std::fmt::Display for Ruled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = if self.recorded { "recorded; the next night judges with it" } else { "nothing was written" };
        write!(f, "order {}: {} by {}: {state}", self.order, self.what, self.by)
    }
}
