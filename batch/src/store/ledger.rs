//! Decisions and transfers: written once, in an order that any kill leaves in a state that the next run completes.

use std::fmt::Write as _;

use serde_json::json;
use tributary_shared::id::DecisionId;
use tributary_shared::ledger::{Account, Kind, Transfer, transfer_id};
use tributary_shared::time::Timestamp;

use super::drafts::{Draft, Drafts};
use super::lease::Lease;
use super::{Cell, Found, Store, Value, Work};
use crate::error::Error;

/// The most bytes of decisions in one parameter. D1 takes 2 MB.
const PARAMETER_BYTES_MAX: usize = 1_000_000;

/// How far back a run looks for decisions whose transfers or marks a killed run left out: more than a page.
const UNFINISHED_MAX: i64 = 4 * super::orders::PAGE_ORDERS;

/// The id after the last decision or posting.
pub fn next_id(store: &mut dyn Store) -> Result<DecisionId, Error> {
    let rows = store.rows(include_str!("sql/decision_last_id.sql"), &[])?;
    let last = rows.first().map(|row| row.integer(0)).transpose()?.unwrap_or(0);
    Ok(DecisionId(last + 1))
}

/// Completes what a killed run left: transfers of written decisions, and marks of their orders.
pub fn finish(store: &mut dyn Store, lease: &Lease, next: DecisionId) -> Result<u64, Error> {
    let first = DecisionId((next.0 - UNFINISHED_MAX).max(1));
    if next.0 <= first.0 {
        return Ok(0);
    }
    let last = DecisionId(next.0 - 1);
    Ok(book(store, lease, first, last)? + book_postings(store, lease, first, last)?)
}

/// Brings the totals of accounts up to what is booked. Nothing that is written may wait for being booked then.
pub fn total(store: &mut dyn Store, lease: &Lease) -> Result<(), Error> {
    store.write(include_str!("sql/totals_bring_on.sql"), &[lease.token.into()])?;
    Ok(())
}

/// What a named person moves.
pub struct Posting {
    /// What it is made for, once.
    pub cause: String,
    /// The payout that is sent or has come back, and the state that it must be in for that.
    pub payout: Option<(i64, &'static str)>,
    /// Who.
    pub by: String,
    /// Why, or under which reference.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// What is moved.
    pub transfers: Vec<Transfer>,
}

/// Writes a posting, its transfers and what becomes of its payout; whether it is new.
///
/// Like a decision it is written first, and booked from there: a kill in between is made up for by whoever comes next.
pub fn post(store: &mut dyn Store, lease: &Lease, posting: &Posting) -> Result<bool, Error> {
    let id = next_id(store)?;
    finish(store, lease, id)?;
    let (payout, state) = match posting.payout {
        Some((payout, state)) => (payout.into(), state.into()),
        None => (Value::Null, Value::Null),
    };
    let parameters = [
        id.0.into(),
        posting.cause.as_str().into(),
        payout,
        posting.by.as_str().into(),
        posting.reason.as_str().into(),
        posting.at.unix_seconds().into(),
        list(&posting.transfers).into(),
        lease.token.into(),
        state,
    ];
    let written = store.write(include_str!("sql/posting_insert.sql"), &parameters)?;
    let known = store.rows(include_str!("sql/posting_by_cause.sql"), &[posting.cause.as_str().into()])?;
    let Some(known) = known.first().map(|row| row.integer(0)).transpose()? else {
        lease.check(store)?;
        return Err(Error::Refused(format!("`{}` cannot be posted: its payout has changed meanwhile", posting.cause)));
    };
    book_postings(store, lease, DecisionId(known), DecisionId(known))?;
    Ok(written > 0)
}

fn book_postings(store: &mut dyn Store, lease: &Lease, first: DecisionId, last: DecisionId) -> Result<u64, Error> {
    let parameters = [first.0.into(), last.0.into(), lease.token.into()];
    let booked = store.write(include_str!("sql/posting_transfers_insert.sql"), &parameters)?;
    let followed = store.write(include_str!("sql/postings_finish_payouts.sql"), &parameters)?;
    Ok(booked + followed)
}

/// Writes pages of decisions, then their transfers, then the marks; says how many rows that were.
///
/// Each is one statement that does nothing for a run whose lease was taken over, and nothing the second time.
pub fn write(store: &mut dyn Store, lease: &Lease, pages: &[Drafts], decided_at: Timestamp) -> Result<u64, Error> {
    let (Some(first), Some(last)) = (all(pages).next(), all(pages).last()) else {
        return Ok(0);
    };
    if let Some(written) = store
        .transact((include_str!("sql/lease_is_held.sql"), &[lease.token.into()]), &mut work(pages, lease, decided_at))?
    {
        if written == 0 {
            lease.check(store)?;
        }
        return Ok(written);
    }
    let mut written = 0;
    let mut chunk: Vec<String> = Vec::new();
    let mut chunk_bytes = 0;
    for draft in all(pages) {
        let row = row(&draft);
        if chunk_bytes + row.len() > PARAMETER_BYTES_MAX && !chunk.is_empty() {
            written += insert(store, lease, &std::mem::take(&mut chunk), decided_at)?;
            chunk_bytes = 0;
        }
        chunk_bytes += row.len() + 1;
        chunk.push(row);
    }
    written += insert(store, lease, &chunk, decided_at)?;
    written += book(store, lease, first.head.id, last.head.id)?;
    if written == 0 {
        lease.check(store)?;
    }
    Ok(written)
}

fn all(pages: &[Drafts]) -> impl Iterator<Item = Draft<'_>> + Clone {
    pages.iter().flat_map(Drafts::iter)
}

/// For a database that does all of it or nothing: the same rows, without a way through the database for each.
fn work<'a>(pages: &'a [Drafts], lease: &Lease, decided_at: Timestamp) -> [Work<'a>; 3] {
    let (token, at) = (Cell::Integer(lease.token), Cell::Integer(decided_at.unix_seconds()));
    let decision = move |draft: Draft<'a>| {
        let (booked, booked_minor) = draft.booked();
        [
            Cell::Integer(draft.head.id.0),
            Cell::Integer(draft.head.order.0),
            Cell::Integer(i64::from(draft.head.revision)),
            token,
            at,
            Cell::Text(draft.head.outcome.as_str()),
            draft.head.held.map_or(Cell::Null, |reason| Cell::Text(reason.as_str())),
            draft.head.partner.map_or(Cell::Null, |partner| Cell::Integer(partner.0)),
            draft.head.evidence.map_or(Cell::Null, |evidence| Cell::Text(evidence.as_str())),
            Cell::Text(draft.steps),
            Cell::Integer(booked),
            Cell::Integer(booked_minor),
        ]
    };
    let numbered = |draft: Draft<'a>| {
        let number = move |(index, transfer): (usize, &'a Transfer)| (transfer_id(draft.head.id, index), transfer);
        draft.transfers.iter().enumerate().map(number)
    };
    let mut booked: Vec<(i64, &Transfer)> = all(pages).flat_map(numbered).collect();
    // In the order of the indexes by account: each of their pages is written to once, not once for each transfer.
    booked.sort_unstable_by_key(|(id, transfer)| {
        (transfer.debit.number(), transfer.credit.number(), transfer.payable_from, *id)
    });
    let transfer = move |(id, transfer): (i64, &'a Transfer)| {
        [
            Cell::Integer(id),
            Cell::Integer(transfer.debit.number()),
            Cell::Integer(transfer.credit.number()),
            Cell::Integer(transfer.amount_minor),
            Cell::Text(transfer.currency.code()),
            Cell::Text(transfer.kind.as_str()),
            Cell::Integer(i64::from(transfer.tier)),
            Cell::Integer(transfer.payable_from.unix_seconds()),
            at,
        ]
    };
    let ends = (all(pages).next(), all(pages).last());
    let ends = (ends.0.map_or(0, |first| first.head.id.0), ends.1.map_or(0, |last| last.head.id.0));
    let marks = [Cell::Integer(ends.0), Cell::Integer(ends.1), token];
    [
        Work::new(include_str!("sql/decision_row_insert.sql"), all(pages).map(decision)).of_neighbours(),
        Work::new(include_str!("sql/transfer_row_insert.sql"), booked.into_iter().map(transfer)),
        Work::new(include_str!("sql/orders_mark.sql"), std::iter::once(marks)),
    ]
}

fn insert(store: &mut dyn Store, lease: &Lease, rows: &[String], decided_at: Timestamp) -> Result<u64, Error> {
    let parameters = [format!("[{}]", rows.join(",")).into(), lease.token.into(), decided_at.unix_seconds().into()];
    Ok(store.write(include_str!("sql/decisions_insert.sql"), &parameters)?)
}

fn book(store: &mut dyn Store, lease: &Lease, first: DecisionId, last: DecisionId) -> Result<u64, Error> {
    let parameters = [first.0.into(), last.0.into(), lease.token.into()];
    let booked = store.write(include_str!("sql/transfers_insert.sql"), &parameters)?;
    let marked = store.write(include_str!("sql/orders_mark.sql"), &parameters)?;
    Ok(booked + marked)
}

fn row(draft: &Draft<'_>) -> String {
    let head = json!([
        draft.head.id,
        draft.head.order,
        draft.head.revision,
        draft.head.outcome,
        draft.head.held,
        draft.head.partner,
        draft.head.evidence
    ]);
    let head = head.to_string();
    // What is JSON already is not made into JSON again.
    let (count, sum) = draft.booked();
    let transfers = list(draft.transfers);
    format!("{},{},{transfers},{count},{sum}]", &head[..head.len() - 1], draft.steps)
}

/// Transfers as decisions and postings list them, in JSON. Currency and kind are words without anything to escape.
fn list(transfers: &[Transfer]) -> String {
    let mut listed = String::with_capacity(2 + transfers.len() * 64);
    listed.push('[');
    for transfer in transfers {
        let Transfer { debit, credit, amount_minor, currency, kind, tier, payable_from } = transfer;
        if listed.len() > 1 {
            listed.push(',');
        }
        let (debit, credit, kind, payable_from) =
            (debit.number(), credit.number(), kind.as_str(), payable_from.unix_seconds());
        // Writing to a text cannot fail.
        let _ =
            write!(listed, r#"[{debit},{credit},{amount_minor},"{}","{kind}",{tier},{payable_from}]"#, currency.code());
    }
    listed.push(']');
    listed
}

/// Reads a transfer from the columns debit, credit, amount, currency, kind, tier, payable_from, beginning at `column`.
pub fn transfer(row: Found<'_>, column: usize) -> Result<Transfer, Error> {
    let corrupt = |problem: &str| Error::Corrupt { subject: "a transfer".to_owned(), problem: problem.to_owned() };
    let account = |number| Account::from_number(number).ok_or_else(|| corrupt("with an account of no known kind"));
    Ok(Transfer {
        debit: account(row.integer(column)?)?,
        credit: account(row.integer(column + 1)?)?,
        amount_minor: row.integer(column + 2)?,
        currency: row.text(column + 3)?.parse().map_err(|_| corrupt("in no known currency"))?,
        kind: Kind::parse(row.text(column + 4)?).ok_or_else(|| corrupt("of no known kind"))?,
        tier: u8::try_from(row.integer(column + 5)?).map_err(|_| corrupt("of no known tier"))?,
        payable_from: Timestamp::from_unix_seconds(row.integer(column + 6)?),
    })
}
