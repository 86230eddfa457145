//! `tributary statement`: what one receiver earned, lost and was paid in a month.

mod table;

use std::collections::BTreeMap;

use serde::Serialize;
use tributary_shared::contact::Email;
use tributary_shared::ledger::{Account, Kind};
use tributary_shared::money::{Currency, Money};
use tributary_shared::statement::{Entry, NextPayment, Sums};
use tributary_shared::time::Timestamp;
use tributary_shared::zone::{Month, Span, Zone};

pub use table::{csv, html};

use crate::balances::receiver;
use crate::error::Error;
use crate::import::requisites::receiver as parse_receiver;
use crate::store::{Store, merchant, rules};

/// A receiver's month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Who pays.
    pub merchant: String,
    /// The partner, or `charity:CODE`.
    pub partner: String,
    /// His name.
    pub name: String,
    /// The month.
    pub month: String,
    /// The zone whose month it is.
    pub time_zone: String,
    /// Its first instant.
    pub from: String,
    /// The first instant after it.
    pub to: String,
    /// As of when it is told: the end of the month, or the instant asked for, whichever comes first.
    pub as_of: String,
    /// One for each currency.
    pub currencies: Vec<InCurrency>,
}

/// What happened in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InCurrency {
    /// Which.
    pub currency: String,
    /// The balance before the month.
    pub opening: String,
    /// What happened, in order.
    pub entries: Vec<Line>,
    /// Commission of the month, at all tiers.
    pub earned: String,
    /// Commission taken back, 0 or negative.
    pub taken_back: String,
    /// Money sent, 0 or negative; positive if more came back.
    pub paid: String,
    /// What named persons added or took.
    pub adjusted: String,
    /// The balance after the month: the opening and all of these.
    pub closing: String,
    /// What of the closing balance is on hold.
    pub pending: String,
    /// What of it may be paid out.
    pub payable: String,
    /// The next payday.
    pub next_payment_on: String,
    /// What will be paid then, if nothing more comes or goes; nothing below the minimum.
    pub next_payment: String,
    /// Why nothing, or what it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_payment_note: Option<String>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// When it was booked.
    pub at: String,
    /// `accrual`, `reversal`, `charity`, `charity_reversal`, `payout`, `payout_return` or `adjustment`.
    pub kind: &'static str,
    /// The tier; 0 for charity and for what is of no order.
    pub tier: u8,
    /// The order.
    pub order: Option<String>,
    /// Who bought, masked.
    pub buyer: Option<String>,
    /// How much; negative if it went out.
    pub amount: String,
    /// From when on it may be paid out; nothing for what was moved by a person.
    pub payable_from: Option<String>,
    /// Whether it is on hold as of the statement.
    pub held: bool,
    /// Why, or under which reference.
    pub note: Option<String>,
    /// The balance after it.
    pub balance: String,
}

/// Puts a statement together. `as_of` is now, or an instant that is asked for.
pub fn run(store: &mut dyn Store, partner: &str, month: Month, as_of: Timestamp) -> Result<Statement, Error> {
    let book = rules::read(store)?;
    let merchant = merchant::read(store)?;
    let account = parse_receiver(partner, &book).map_err(Error::Refused)?;
    let zone = merchant.time_zone;
    let span = zone.month(month);
    if as_of < span.from {
        return Err(Error::Refused(format!("the month {month} has not begun")));
    }
    // The month's last second, so that what becomes payable with the next month is on hold in this one.
    let told_at = as_of.min(span.to.plus_seconds(-1));
    let until = told_at.plus_seconds(1);
    let (payday, paid_on) = zone.next_day_of_month(as_of, merchant.payday);
    let opening = sums(store, account, span.from, span.from)?;
    let closing = sums(store, account, until, told_at)?;
    // By what is known as of then: what was booked later does not count.
    let next = sums(store, account, as_of.plus_seconds(1), paid_on)?;
    let mut by_currency = entries(store, account, Span { from: span.from, to: until })?;
    for currency in opening.keys().chain(closing.keys()).chain(next.keys()) {
        by_currency.entry(*currency).or_default();
    }
    let mut currencies = Vec::with_capacity(by_currency.len());
    for (currency, entries) in by_currency {
        let held = |sums: &BTreeMap<Currency, Held>| sums.get(&currency).copied().unwrap_or_default();
        let minimum_minor = book.min_payout_minor(account, currency, as_of);
        let next = NextPayment::of(held(&next).payable_minor, minimum_minor);
        let told = Told { opening: held(&opening), closing: held(&closing), next, payday: payday.to_string(), told_at };
        currencies.push(in_currency(currency, &entries, &told, zone)?);
    }
    let name = match account {
        Account::Partner(id) => book.partner(id).map(|partner| partner.name.clone()).unwrap_or_default(),
        Account::Charity(_) | Account::Expense(_) | Account::Paid(_) | Account::Adjust => String::new(),
    };
    Ok(Statement {
        merchant: merchant.name,
        partner: receiver(account, &book),
        name,
        month: month.to_string(),
        time_zone: zone.to_string(),
        from: span.from.to_string(),
        to: span.to.to_string(),
        as_of: told_at.to_string(),
        currencies,
    })
}

/// What an account holds.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    pending_minor: i64,
    payable_minor: i64,
}

struct Told {
    opening: Held,
    closing: Held,
    next: NextPayment,
    payday: String,
    told_at: Timestamp,
}

fn corrupt(problem: impl std::fmt::Display) -> Error {
    Error::Corrupt { subject: "an account".to_owned(), problem: problem.to_string() }
}

fn sums(
    store: &mut dyn Store,
    account: Account,
    before: Timestamp,
    at: Timestamp,
) -> Result<BTreeMap<Currency, Held>, Error> {
    let parameters = [account.number().into(), before.unix_seconds().into(), at.unix_seconds().into()];
    let rows = store.rows(include_str!("store/sql/account_sums.sql"), &parameters)?;
    rows.iter()
        .map(|row| {
            let currency = row.text(0)?.parse().map_err(corrupt)?;
            Ok((currency, Held { pending_minor: row.integer(1)?, payable_minor: row.integer(2)? }))
        })
        .collect()
}

fn entries(store: &mut dyn Store, account: Account, span: Span) -> Result<BTreeMap<Currency, Vec<Entry>>, Error> {
    let parameters = [account.number().into(), span.from.unix_seconds().into(), span.to.unix_seconds().into()];
    let mut by_currency: BTreeMap<Currency, Vec<Entry>> = BTreeMap::new();
    for row in store.rows(include_str!("store/sql/account_entries.sql"), &parameters)? {
        let buyer = row.optional_text(8)?.and_then(|email| Email::parse(email).ok()).map(|email| email.masked());
        let note = match (row.optional_text(9)?, row.optional_integer(10)?) {
            (Some(reason), Some(payout)) => Some(format!("payout {payout}: {reason}")),
            (Some(reason), None) => Some(reason.to_owned()),
            (None, _) => None,
        };
        let entry = Entry {
            at: Timestamp::from_unix_seconds(row.integer(1)?),
            kind: Kind::parse(row.text(2)?).ok_or_else(|| corrupt("a transfer of no known kind"))?,
            tier: u8::try_from(row.integer(3)?).map_err(corrupt)?,
            amount_minor: row.integer(4)?,
            payable_from: Timestamp::from_unix_seconds(row.integer(6)?),
            order: row.optional_text(7)?.map(str::to_owned),
            buyer,
            note,
        };
        by_currency.entry(row.text(5)?.parse().map_err(corrupt)?).or_default().push(entry);
    }
    Ok(by_currency)
}

fn in_currency(currency: Currency, entries: &[Entry], told: &Told, zone: Zone) -> Result<InCurrency, Error> {
    let amount = |minor| Money::from_minor(minor, currency).map(Money::amount).map_err(corrupt);
    let mut balance_minor = told.opening.pending_minor + told.opening.payable_minor;
    let mut lines = Vec::with_capacity(entries.len());
    let opening = amount(balance_minor)?;
    for entry in entries {
        balance_minor += entry.amount_minor;
        let is_of_order = entry.order.is_some();
        lines.push(Line {
            at: zone.shown(entry.at),
            kind: entry.kind.as_str(),
            tier: entry.tier,
            order: entry.order.clone(),
            buyer: entry.buyer.clone(),
            amount: amount(entry.amount_minor)?,
            payable_from: is_of_order.then(|| zone.shown(entry.payable_from)),
            held: entry.payable_from > told.told_at,
            note: entry.note.clone(),
            balance: amount(balance_minor)?,
        });
    }
    let sums = Sums::of(entries);
    let closing_minor = told.closing.pending_minor + told.closing.payable_minor;
    if balance_minor != closing_minor {
        return Err(corrupt(format!("{balance_minor} minor units by entries, {closing_minor} by the balance")));
    }
    let (next_payment, next_payment_note) = match told.next {
        NextPayment::Amount(minor) => (amount(minor)?, None),
        NextPayment::BelowMinimum { payable_minor, minimum_minor } => {
            let (payable, minimum) = (amount(payable_minor)?, amount(minimum_minor)?);
            (amount(0)?, Some(format!("{payable} is below the least payout of {minimum} and is carried")))
        }
        NextPayment::Nothing => (amount(0)?, Some("nothing is payable by then".to_owned())),
    };
    Ok(InCurrency {
        currency: currency.to_string(),
        opening,
        entries: lines,
        earned: amount(sums.earned_minor)?,
        taken_back: amount(sums.taken_back_minor)?,
        paid: amount(sums.paid_minor)?,
        adjusted: amount(sums.adjusted_minor)?,
        closing: amount(closing_minor)?,
        pending: amount(told.closing.pending_minor)?,
        payable: amount(told.closing.payable_minor)?,
        next_payment_on: told.payday.clone(),
        next_payment,
        next_payment_note,
    })
}
