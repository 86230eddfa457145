//! Payouts and requisites, as they are stored.

use std::collections::HashMap;

use serde_json::json;
use tributary_shared::ledger::Account;
use tributary_shared::money::{Currency, Money};
use tributary_shared::payout::{Method, Requisites};
use tributary_shared::time::Timestamp;

use super::{Row, Store};
use crate::error::Error;

/// How far a payout has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Proposed: its amount may be edited.
    Prepared,
    /// Sent, and booked.
    Confirmed,
    /// Not sent, or come back.
    Failed,
}

impl State {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Prepared, Self::Confirmed, Self::Failed];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A payout.
#[derive(Debug, Clone)]
pub struct Payout {
    /// Its number.
    pub id: i64,
    /// Whose money it is.
    pub account: Account,
    /// How much.
    pub money: Money,
    /// What was payable when it was prepared.
    pub debt: Money,
    /// Where to.
    pub requisites: Requisites,
    /// Who prepared it.
    pub prepared_by: String,
    /// When.
    pub prepared_at: Timestamp,
    /// How far it has come.
    pub state: State,
    /// Who changed it last.
    pub changed_by: String,
    /// When; none if nobody did.
    pub changed_at: Option<Timestamp>,
    /// Why, or under which reference.
    pub note: String,
}

/// A balance of a receiver in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// Whose.
    pub account: Account,
    /// In what.
    pub currency: Currency,
    /// On hold.
    pub pending_minor: i64,
    /// May be paid out.
    pub payable_minor: i64,
    /// Was paid out.
    pub paid_minor: i64,
}

fn corrupt(subject: &str, problem: impl std::fmt::Display) -> Error {
    Error::Corrupt { subject: subject.to_owned(), problem: problem.to_string() }
}

/// Balances as of an instant: of one account by index, or of all, which reads the whole ledger.
pub fn balances(store: &mut dyn Store, of: Option<Account>, as_of: Timestamp) -> Result<Vec<Balance>, Error> {
    let as_of = as_of.unix_seconds().into();
    let rows = match of {
        Some(account) => store.rows(include_str!("sql/balances_of_account.sql"), &[as_of, account.number().into()])?,
        None => store.rows(include_str!("sql/balances.sql"), &[as_of])?,
    };
    rows.iter()
        .map(|row| {
            Ok(Balance {
                account: Account::from_number(row.integer(0)?)
                    .ok_or_else(|| corrupt("a balance", "of no known account"))?,
                currency: row.text(1)?.parse().map_err(|error| corrupt("a balance", error))?,
                pending_minor: row.integer(2)?,
                payable_minor: row.integer(3)?,
                paid_minor: row.integer(4)?,
            })
        })
        .collect()
}

/// Payouts in a state, or all, in order of their numbers.
pub fn list(store: &mut dyn Store, state: Option<State>) -> Result<Vec<Payout>, Error> {
    let state = state.map_or("", State::as_str);
    store.rows(include_str!("sql/payouts.sql"), &[state.into()])?.iter().map(payout).collect()
}

/// One payout.
pub fn find(store: &mut dyn Store, id: i64) -> Result<Payout, Error> {
    let rows = store.rows(include_str!("sql/payout_by_id.sql"), &[id.into()])?;
    rows.first().map(payout).transpose()?.ok_or_else(|| Error::Refused(format!("payout {id} is not known")))
}

fn payout(row: &Row) -> Result<Payout, Error> {
    let id = row.integer(0)?;
    let subject = format!("payout {id}");
    let currency: Currency = row.text(2)?.parse().map_err(|error| corrupt(&subject, error))?;
    let money = |minor| Money::from_minor(minor, currency).map_err(|error| corrupt(&subject, error));
    let changed_at = row.integer(9)?;
    Ok(Payout {
        id,
        account: Account::from_number(row.integer(1)?).ok_or_else(|| corrupt(&subject, "of no known account"))?,
        money: money(row.integer(3)?)?,
        debt: money(row.integer(4)?)?,
        requisites: serde_json::from_str(row.text(5)?).map_err(|error| corrupt(&subject, error))?,
        prepared_by: row.text(6)?.to_owned(),
        prepared_at: Timestamp::from_unix_seconds(row.integer(7)?),
        state: State::parse(row.text(8)?).ok_or_else(|| corrupt(&subject, "in no known state"))?,
        changed_at: (changed_at > 0).then(|| Timestamp::from_unix_seconds(changed_at)),
        changed_by: row.text(10)?.to_owned(),
        note: row.text(11)?.to_owned(),
    })
}

/// The requisites of accounts: of each method the newest, the newest of all first.
pub fn requisites(store: &mut dyn Store, accounts: &[Account]) -> Result<HashMap<Account, Vec<Requisites>>, Error> {
    let numbers: Vec<i64> = accounts.iter().map(|account| account.number()).collect();
    let mut known: HashMap<Account, Vec<Requisites>> = HashMap::new();
    for row in store.rows(include_str!("sql/requisites_of_accounts.sql"), &[json!(numbers).to_string().into()])? {
        let account =
            Account::from_number(row.integer(0)?).ok_or_else(|| corrupt("requisites", "of no known account"))?;
        let requisites = serde_json::from_str(row.text(1)?).map_err(|error| corrupt("requisites", error))?;
        known.entry(account).or_default().push(requisites);
    }
    Ok(known)
}

/// Of a receiver's requisites those of a method; the newest, if none is asked for.
#[must_use]
pub fn chosen(known: Option<&Vec<Requisites>>, method: Option<Method>) -> Option<&Requisites> {
    known?.iter().find(|requisites| method.is_none_or(|method| requisites.method() == method))
}
