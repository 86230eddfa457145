//! `tributary export transfers`: the ledger, row by row.

use std::io::Write;

use serde::Serialize;
use tributary_shared::money::Money;
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::store::{Row, Store, ledger, rules};
use tributary_shared::cells::harmless;

/// Rows of one page.
const PAGE_ROWS: i64 = 5_000;

/// The columns of the CSV, in the order of [`Exported`].
const HEADER: [&str; 11] =
    ["id", "order", "revision", "tier", "kind", "debit", "credit", "amount", "currency", "payable_from", "at"];

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One object a line.
    Json,
    /// RFC 4180 with a header.
    Csv,
}

/// A transfer as it leaves.
#[derive(Debug, Serialize)]
struct Exported {
    id: i64,
    order: String,
    revision: i64,
    tier: u8,
    kind: &'static str,
    debit: String,
    credit: String,
    amount: String,
    currency: String,
    payable_from: String,
    at: String,
}

/// Writes all transfers in order of writing; says how many.
pub fn transfers(store: &mut dyn Store, form: Form, out: &mut dyn Write) -> Result<u64, Error> {
    let book = rules::read(store)?;
    let failed = |error: &dyn std::fmt::Display| Error::Unable(format!("the output broke off: {error}"));
    let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    if form == Form::Csv {
        writeln!(out, "{}", HEADER.join(",")).map_err(|error| failed(&error))?;
    }
    let mut after = 0;
    let mut count = 0;
    loop {
        let rows = store.rows(include_str!("store/sql/transfers_page.sql"), &[after.into(), PAGE_ROWS.into()])?;
        let Some(last) = rows.last() else {
            return Ok(count);
        };
        after = last.integer(0)?;
        for row in &rows {
            let exported = exported(row, &book)?;
            count += 1;
            match form {
                Form::Json => {
                    let line = serde_json::to_string(&exported).map_err(|error| failed(&error))?;
                    writeln!(out, "{line}").map_err(|error| failed(&error))?;
                }
                Form::Csv => {
                    csv.serialize(Exported { order: harmless(&exported.order), ..exported })
                        .map_err(|error| failed(&error))?;
                }
            }
        }
        if form == Form::Csv {
            csv.flush().map_err(|error| failed(&error))?;
            let page =
                std::mem::replace(&mut csv, csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new()));
            let page = page.into_inner().map_err(|error| failed(&error))?;
            out.write_all(&page).map_err(|error| failed(&error))?;
        }
    }
}

fn exported(row: &Row, book: &Rulebook) -> Result<Exported, Error> {
    let transfer = row.shown(|row| ledger::transfer(row, 3))?;
    Ok(Exported {
        id: row.integer(0)?,
        order: row.optional_text(1)?.unwrap_or_default().to_owned(),
        revision: row.optional_integer(2)?.unwrap_or(0),
        tier: transfer.tier,
        kind: transfer.kind.as_str(),
        debit: transfer.debit.name(book),
        credit: transfer.credit.name(book),
        amount: Money::from_minor(transfer.amount_minor, transfer.currency)
            .map_or_else(|error| error.to_string(), Money::amount),
        currency: transfer.currency.to_string(),
        payable_from: transfer.payable_from.to_string(),
        at: Timestamp::from_unix_seconds(row.integer(10)?).to_string(),
    })
}
