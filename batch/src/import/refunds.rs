//! `import refunds FILE.csv`: what was given back of orders that are here, or taken back by banks, or won back from them.

use std::io::Read;

use serde_json::json;
use tributary_shared::import::refunds::{COLUMNS, REQUIRED, fresh, orders_of, read};
use tributary_shared::import::{Pairs, SOURCE, TableRow};

use super::{Report, Settings, table};
use crate::error::Error;
use crate::store::Store;

/// Refunds of one statement.
const CHUNK_REFUNDS: usize = 1_000;

/// Takes a file of refunds. A refund with a known id and another content is a bad row.
pub fn run(store: &mut dyn Store, file: Box<dyn Read>, settings: Settings<'_>) -> Result<Report, Error> {
    let text = table::text(file)?;
    let table = table::open(&text, COLUMNS, REQUIRED, settings.map)?;
    let mut report = Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() };
    let mut chunk: Vec<TableRow> = Vec::new();
    for row in table.rows(COLUMNS) {
        chunk.push(row);
        if chunk.len() >= CHUNK_REFUNDS {
            take(store, &std::mem::take(&mut chunk), settings, &mut report)?;
        }
    }
    take(store, &chunk, settings, &mut report)?;
    report.bad.sort_by_key(|bad| bad.line);
    Ok(report)
}

fn take(store: &mut dyn Store, rows: &[TableRow], settings: Settings, report: &mut Report) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut currencies = Pairs::new();
    let asked = json!(orders_of(rows)).to_string();
    for row in store.rows(include_str!("../store/sql/order_currencies.sql"), &[asked.into()])? {
        currencies.insert(row.text(0)?.to_owned(), row.optional_text(1)?.unwrap_or_default().to_owned());
    }
    let (taken, mut bad) = read(rows, &currencies, settings.now);
    let asked: Vec<&str> = taken.iter().map(|refund| refund.event_id.as_str()).collect();
    let mut known = Pairs::new();
    for row in store
        .rows(include_str!("../store/sql/order_event_hashes.sql"), &[SOURCE.into(), json!(asked).to_string().into()])?
    {
        known.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
    }
    let (fresh, again) = fresh(taken, &mut known, &mut bad);
    report.good += again + fresh.len() as u64;
    report.bad.extend(bad);
    if !settings.dry_run && !fresh.is_empty() {
        report.changed += store
            .write(include_str!("../store/sql/order_events_insert.sql"), &[format!("[{}]", fresh.join(",")).into()])?;
    }
    Ok(())
}
