//! `tributary payouts list` and `history`: payouts as they stand, and everything that became of them.

use serde::Serialize;
use tributary_shared::ledger::Account;
use tributary_shared::money::{Currency, Money};
use tributary_shared::payout::Requisites;
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;

use crate::balances::receiver;
use crate::error::Error;
use crate::store::payouts::{self, Payout, State};
use crate::store::{Store, rules};

/// A payout as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its number.
    pub id: i64,
    /// The partner, or `charity:CODE`.
    pub partner: String,
    /// In what.
    pub currency: String,
    /// How much.
    pub amount: String,
    /// What was payable when it was prepared.
    pub debt: String,
    /// How.
    pub method: &'static str,
    /// Where to, by its last characters.
    pub to: String,
    /// `prepared`, `confirmed` or `failed`.
    pub state: &'static str,
    /// Who prepared it.
    pub prepared_by: String,
    /// When.
    pub prepared_at: String,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Option<String>,
    /// Why, or under which reference.
    pub note: String,
}

/// Something that became of a payout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The payout's number.
    pub id: i64,
    /// The partner, or `charity:CODE`.
    pub partner: String,
    /// In what.
    pub currency: String,
    /// How much, from then on.
    pub amount: String,
    /// How far it had come.
    pub state: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
    /// Why, or under which reference.
    pub note: String,
}

/// Payouts in a state, or all.
pub fn run(store: &mut dyn Store, state: Option<State>) -> Result<Vec<Listed>, Error> {
    let book = rules::read(store)?;
    Ok(payouts::list(store, state)?.iter().map(|payout| listed(payout, &book)).collect())
}

/// Everything that became of payouts, of one receiver or of all, in order.
pub fn history(store: &mut dyn Store, partner: Option<&str>) -> Result<Vec<Event>, Error> {
    let book = rules::read(store)?;
    let account = match partner {
        Some(text) => crate::import::requisites::receiver(text, &book).map_err(Error::Refused)?.number(),
        None => 0,
    };
    let corrupt = |problem: String| Error::Corrupt { subject: "the history of payouts".to_owned(), problem };
    store
        .rows(include_str!("../store/sql/payout_history.sql"), &[account.into()])?
        .iter()
        .map(|row| {
            let account = Account::from_number(row.integer(1)?)
                .ok_or_else(|| corrupt("an account of no known kind".to_owned()))?;
            let currency: Currency = row.text(2)?.parse().map_err(|_| corrupt("no known currency".to_owned()))?;
            let money = Money::from_minor(row.integer(3)?, currency).map_err(|error| corrupt(error.to_string()))?;
            Ok(Event {
                id: row.integer(0)?,
                partner: receiver(account, &book),
                currency: currency.to_string(),
                amount: money.amount(),
                state: row.text(4)?.to_owned(),
                by: row.text(5)?.to_owned(),
                at: Timestamp::from_unix_seconds(row.integer(6)?).to_string(),
                note: row.text(7)?.to_owned(),
            })
        })
        .collect()
}

/// Requisites as they were set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known {
    /// How.
    pub method: &'static str,
    /// The name that the account is in.
    pub name: String,
    /// Where to, by its last characters.
    pub to: String,
    /// Who set them.
    pub changed_by: String,
    /// When.
    pub changed_at: String,
}

/// Where a receiver wants his money and wanted it before, in order; of each method the last holds.
pub fn requisites(store: &mut dyn Store, partner: &str) -> Result<Vec<Known>, Error> {
    let book = rules::read(store)?;
    let account = crate::import::requisites::receiver(partner, &book).map_err(Error::Refused)?;
    store
        .rows(include_str!("../store/sql/requisites_history.sql"), &[account.number().into()])?
        .iter()
        .map(|row| {
            let requisites: Requisites = serde_json::from_str(row.text(0)?)
                .map_err(|error| Error::Corrupt { subject: "requisites".to_owned(), problem: error.to_string() })?;
            Ok(Known {
                method: requisites.method().as_str(),
                name: requisites.name().to_owned(),
                to: requisites.masked(),
                changed_by: row.text(1)?.to_owned(),
                changed_at: Timestamp::from_unix_seconds(row.integer(2)?).to_string(),
            })
        })
        .collect()
}

/// Requisites as lines for people.
#[must_use]
pub fn requisites_table(known: &[Known]) -> String {
    let line = |known: &Known| {
        format!(
            "{:<7} {:<18} {} · set {} by {}",
            known.method, known.to, known.name, known.changed_at, known.changed_by
        )
    };
    if known.is_empty() { "no requisites".to_owned() } else { known.iter().map(line).collect::<Vec<_>>().join("\n") }
}

pub(super) fn listed(payout: &Payout, book: &Rulebook) -> Listed {
    Listed {
        id: payout.id,
        partner: receiver(payout.account, book),
        currency: payout.money.currency().to_string(),
        amount: payout.money.amount(),
        debt: payout.debt.amount(),
        method: payout.requisites.method().as_str(),
        to: payout.requisites.masked(),
        state: payout.state.as_str(),
        prepared_by: payout.prepared_by.clone(),
        prepared_at: payout.prepared_at.to_string(),
        changed_by: payout.changed_by.clone(),
        changed_at: payout.changed_at.map(|at| at.to_string()),
        note: payout.note.clone(),
    }
}

/// Payouts as a table for people.
#[must_use]
pub fn table(payouts: &[Listed]) -> String {
    let mut lines = vec![format!(
        "{:>6} {:<20} {:>14} {:<4} {:>14}  {:<7} {:<18} {:<9} {}",
        "payout", "partner", "amount", "", "of", "method", "to", "state", "note"
    )];
    for payout in payouts {
        let id = if payout.id == 0 { "new".to_owned() } else { payout.id.to_string() };
        let line = format!(
            "{id:>6} {:<20} {:>14} {:<4} {:>14}  {:<7} {:<18} {:<9} {}",
            payout.partner,
            payout.amount,
            payout.currency,
            payout.debt,
            payout.method,
            payout.to,
            payout.state,
            payout.note
        );
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

/// A history as lines for people.
#[must_use]
pub fn events_table(events: &[Event]) -> String {
    let line = |event: &Event| {
        let note = if event.note.is_empty() { String::new() } else { format!(": {}", event.note) };
        format!(
            "{} payout {} {} {} {} {} by {}{note}",
            event.at, event.id, event.partner, event.amount, event.currency, event.state, event.by
        )
    };
    if events.is_empty() { "no payouts".to_owned() } else { events.iter().map(line).collect::<Vec<_>>().join("\n") }
}
