//! `tributary payouts prepare`: proposes a payout for each balance, prefilled with what is payable.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::json;
use tributary_shared::ledger::Account;
use tributary_shared::money::{Currency, Money};
use tributary_shared::partner::PartnerStatus;
use tributary_shared::payout::{Candidate, Method, NotProposed, propose};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;

use super::change::alone;
use crate::balances::receiver;
use crate::error::Error;
use crate::import::requisites::receiver as parse_receiver;
use crate::payouts::list::{Listed, listed};
use crate::store::lease::Lease;
use crate::store::payouts::{self, Balance, State, chosen};
use crate::store::{Store, rules};

/// For whom, and how.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// As of when balances are payable.
    pub as_of: Timestamp,
    /// In this currency only.
    pub currency: Option<Currency>,
    /// For this receiver only, `CODE` or `charity:CODE`, whatever the minimum.
    pub receiver: Option<&'a str>,
    /// This much instead of what is payable: less leaves the rest, more leaves a negative balance that is carried.
    pub amount: Option<&'a str>,
    /// By this method; by the newest requisites, if not given.
    pub method: Option<Method>,
    /// Who prepares.
    pub by: &'a str,
    /// Whether only to say what would be prepared.
    pub dry_run: bool,
}

/// What was prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prepared {
    /// The proposals; in a dry run without numbers.
    pub prepared: Vec<Listed>,
    /// The balances that are not paid out now, and why.
    pub not_prepared: Vec<NotPrepared>,
}

/// A balance that is not paid out now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotPrepared {
    /// Whose.
    pub partner: String,
    /// In what.
    pub currency: String,
    /// What is payable.
    pub payable: String,
    /// Why not.
    pub reason: String,
}

/// Proposes payouts. The same again proposes nothing new.
pub fn run(store: &mut dyn Store, wanted: Wanted<'_>, now: Timestamp) -> Result<Prepared, Error> {
    if wanted.by.trim().is_empty() {
        return Err(Error::Refused("--by: who prepares this must be said".to_owned()));
    }
    if wanted.dry_run {
        return plan(store, wanted).map(|plan| plan.prepared);
    }
    alone(store, now, |store, lease| prepare(store, lease, wanted))
}

struct Plan {
    prepared: Prepared,
    rows: Vec<serde_json::Value>,
}

fn prepare(store: &mut dyn Store, lease: &Lease, wanted: Wanted<'_>) -> Result<Prepared, Error> {
    let Plan { mut prepared, rows } = plan(store, wanted)?;
    if rows.is_empty() {
        return Ok(prepared);
    }
    let parameters = [
        json!(rows).to_string().into(),
        wanted.by.trim().into(),
        wanted.as_of.unix_seconds().into(),
        lease.token.into(),
    ];
    store.write(include_str!("../store/sql/payouts_insert.sql"), &parameters)?;
    lease.check(store)?;
    let planned: HashSet<(String, String)> =
        prepared.prepared.iter().map(|listed| (listed.partner.clone(), listed.currency.clone())).collect();
    let book = rules::read(store)?;
    prepared.prepared = payouts::list(store, Some(State::Prepared))?
        .iter()
        .map(|payout| listed(payout, &book))
        .filter(|listed| planned.contains(&(listed.partner.clone(), listed.currency.clone())))
        .collect();
    Ok(prepared)
}

fn plan(store: &mut dyn Store, wanted: Wanted<'_>) -> Result<Plan, Error> {
    let book = rules::read(store)?;
    let named = wanted.receiver.map(|text| parse_receiver(text, &book)).transpose().map_err(Error::Refused)?;
    let mut balances = payouts::balances(store, named, wanted.as_of)?;
    balances.retain(|balance| wanted.currency.is_none_or(|currency| balance.currency == currency));
    if wanted.amount.is_some() {
        only(named, &mut balances, wanted.currency)?;
    }
    let accounts: Vec<Account> = balances.iter().map(|balance| balance.account).collect();
    let requisites = payouts::requisites(store, &accounts)?;
    let open: HashSet<(Account, Currency)> = payouts::list(store, Some(State::Prepared))?
        .iter()
        .map(|payout| (payout.account, payout.money.currency()))
        .collect();
    let mut plan = Plan { prepared: Prepared { prepared: Vec::new(), not_prepared: Vec::new() }, rows: Vec::new() };
    for balance in balances {
        let to = chosen(requisites.get(&balance.account), wanted.method);
        let candidate = Candidate {
            payable_minor: balance.payable_minor,
            minimum_minor: book.min_payout_minor(balance.account, balance.currency, wanted.as_of),
            has_requisites: to.is_some(),
            is_prepared: open.contains(&(balance.account, balance.currency)),
            status: status(balance.account, &book, wanted.as_of),
        };
        let money = |minor| {
            Money::from_minor(minor, balance.currency)
                .map_err(|error| Error::Corrupt { subject: "a balance".to_owned(), problem: error.to_string() })
        };
        let proposed = match (wanted.amount, propose(&candidate, named.is_some())) {
            // The merchant says how much: he may pay ahead of what is earned.
            (Some(text), Ok(_) | Err(NotProposed::NothingPayable | NotProposed::Negative)) if to.is_some() => {
                Ok(amount(text, balance.currency)?)
            }
            (Some(_), Ok(_) | Err(NotProposed::NothingPayable | NotProposed::Negative)) => {
                Err(NotProposed::NoRequisites)
            }
            (_, proposed) => proposed.and_then(|minor| money(minor).map_err(|_| NotProposed::NothingPayable)),
        };
        match (proposed, to) {
            (Ok(paid), Some(to)) => {
                plan.prepared.prepared.push(Listed {
                    id: 0,
                    partner: receiver(balance.account, &book),
                    currency: balance.currency.to_string(),
                    amount: paid.amount(),
                    debt: money(balance.payable_minor)?.amount(),
                    method: to.method().as_str(),
                    to: to.masked(),
                    state: State::Prepared.as_str(),
                    prepared_by: wanted.by.trim().to_owned(),
                    prepared_at: wanted.as_of.to_string(),
                    changed_by: String::new(),
                    changed_at: None,
                    note: String::new(),
                });
                plan.rows.push(json!([
                    balance.account.number(),
                    balance.currency,
                    paid.minor(),
                    balance.payable_minor,
                    to
                ]));
            }
            (Err(NotProposed::NothingPayable), _) if balance.pending_minor == 0 && named.is_none() => {}
            (Err(reason), _) => plan.prepared.not_prepared.push(NotPrepared {
                partner: receiver(balance.account, &book),
                currency: balance.currency.to_string(),
                payable: money(balance.payable_minor)?.amount(),
                reason: reason.to_string(),
            }),
            (Ok(_), None) => {}
        }
    }
    Ok(plan)
}

/// An amount is for one balance: of one receiver, in one currency, which may be one that he has nothing in yet.
fn only(named: Option<Account>, balances: &mut Vec<Balance>, currency: Option<Currency>) -> Result<(), Error> {
    let Some(account) = named else {
        return Err(Error::Refused("--amount is for one receiver: name him with --partner".to_owned()));
    };
    match (balances.as_slice(), currency) {
        ([_], _) => Ok(()),
        ([], Some(currency)) => {
            balances.push(Balance { account, currency, pending_minor: 0, payable_minor: 0, paid_minor: 0 });
            Ok(())
        }
        _ => Err(Error::Refused("--amount is in one currency: name it with --currency".to_owned())),
    }
}

/// An amount that a person gives: above 0.
pub(super) fn amount(text: &str, currency: Currency) -> Result<Money, Error> {
    let money = Money::parse(text.trim(), currency).map_err(|error| Error::Refused(format!("--amount: {error}")))?;
    if money.minor() > 0 { Ok(money) } else { Err(Error::Refused("--amount: must be above 0".to_owned())) }
}

fn status(account: Account, book: &Rulebook, now: Timestamp) -> PartnerStatus {
    match account {
        Account::Partner(id) => book.terms(id, now).map_or(PartnerStatus::Active, |terms| terms.status),
        Account::Charity(_) | Account::Expense(_) | Account::Paid(_) | Account::Adjust => PartnerStatus::Active,
    }
}

impl std::fmt::Display for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", super::list::table(&self.prepared))?;
        for left in &self.not_prepared {
            writeln!(f, "not prepared: {} {} {}: {}", left.partner, left.payable, left.currency, left.reason)?;
        }
        write!(f, "{} prepared", self.prepared.len())
    }
}
