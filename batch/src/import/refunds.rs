//! `import refunds FILE.csv`: what was given back of orders that are here, or taken back by banks, or won back from them.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use serde_json::{Value as Json, json};
use tributary_shared::id::ExternalId;
use tributary_shared::money::Currency;
use tributary_shared::order::EventBody;
use tributary_shared::order::intake::{ChargebackRequest, RefundLineRequest, RefundRequest};

use super::table::{Table, TableRow};
use super::{Report, Settings};
use crate::error::Error;
use crate::hash::hex;
use crate::store::Store;

const COLUMNS: &[&str] = &["external_id", "refund_id", "at", "amount", "kind", "sku"];

/// Columns that every row's fingerprint has; a later one is part of it where it says something.
const COLUMNS_ALWAYS: usize = 4;

/// Refunds of one statement.
const CHUNK_REFUNDS: usize = 1_000;

/// The source of events that come from files.
const SOURCE: &str = "csv";

/// Takes a file of refunds. A refund with a known id and another content is a bad row.
pub fn run(store: &mut dyn Store, file: Box<dyn Read>, settings: Settings<'_>) -> Result<Report, Error> {
    let table = Table::open(file)?;
    for column in ["external_id", "amount"] {
        table.require(column)?;
    }
    let mut report = Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() };
    let mut chunk: Vec<TableRow> = Vec::new();
    for row in table.rows(COLUMNS) {
        match row {
            Ok(row) => chunk.push(row),
            Err((line, reason)) => report.bad(line, reason),
        }
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
    let ids: HashSet<&str> = rows.iter().map(|row| row.text("external_id")).collect();
    let mut currencies: HashMap<String, Option<Currency>> = HashMap::new();
    for row in store.rows(include_str!("../store/sql/order_currencies.sql"), &[json!(ids).to_string().into()])? {
        currencies.insert(row.text(0)?.to_owned(), row.optional_text(1)?.and_then(|currency| currency.parse().ok()));
    }
    let mut events = Vec::new();
    for row in rows {
        match event(row, &currencies, settings) {
            Ok(event) => events.push((row.line, event)),
            Err(reason) => report.bad(row.line, reason),
        }
    }
    let asked: Vec<&Json> = events.iter().map(|(_, event)| &event["event_id"]).collect();
    let mut known: HashMap<String, String> = HashMap::new();
    for row in store
        .rows(include_str!("../store/sql/order_event_hashes.sql"), &[SOURCE.into(), json!(asked).to_string().into()])?
    {
        known.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
    }
    let mut fresh = Vec::new();
    for (line, event) in events {
        let (id, hash) = (event["event_id"].as_str().unwrap_or_default(), event["hash"].as_str().unwrap_or_default());
        match known.get(id) {
            Some(other) if other != hash => report.bad(line, "refund_id: is known with another time or amount"),
            Some(_) => report.good += 1,
            None => {
                known.insert(id.to_owned(), hash.to_owned());
                report.good += 1;
                fresh.push(event);
            }
        }
    }
    if !settings.dry_run && !fresh.is_empty() {
        report.changed +=
            store.write(include_str!("../store/sql/order_events_insert.sql"), &[json!(fresh).to_string().into()])?;
    }
    Ok(())
}

fn event(
    row: &TableRow,
    currencies: &HashMap<String, Option<Currency>>,
    settings: Settings<'_>,
) -> Result<Json, String> {
    if let Some(problem) = &row.problem {
        return Err(problem.clone());
    }
    let external_id = ExternalId::parse(row.text("external_id")).map_err(|error| error.to_string())?;
    let currency = currencies.get(external_id.as_str()).ok_or_else(|| format!("order {external_id} is not known"))?;
    let (always, later) = COLUMNS.split_at(COLUMNS_ALWAYS);
    let mut cells: Vec<String> = always.iter().map(|column| row.text(column).to_owned()).collect();
    cells.extend(later.iter().filter_map(|column| Some(format!("{column}={}", row.given(column)?))));
    let cells = cells.join("\u{1f}");
    let hash = hex(&cells);
    let kind = row.given("kind").unwrap_or("refund");
    // One without a name of its own is known by what it says; that a chargeback was won must name it.
    let refund_id = match row.given("refund_id") {
        Some(id) => id.to_owned(),
        None if kind == "chargeback_won" => return Err("refund_id: name the chargeback that was won".to_owned()),
        None => format!("csv-{}", &hash[..16]),
    };
    let amount = row.given("amount").map(str::to_owned);
    let (amount, lines) = match (row.given("sku"), amount) {
        (Some(sku), Some(net)) => (None, vec![RefundLineRequest { sku: sku.to_owned(), quantity: None, net }]),
        (_, amount) => (amount, Vec::new()),
    };
    let at = row.given("at").map(str::to_owned);
    let body = match kind {
        "refund" => {
            let request = RefundRequest { refund_id: refund_id.clone(), at, amount, lines, reason: None };
            request.check(settings.now, *currency).map(EventBody::Refund)
        }
        "chargeback" | "chargeback_won" => {
            let status = if kind == "chargeback" { "opened" } else { "won" };
            let status = Some(status.to_owned());
            let request =
                ChargebackRequest { chargeback_id: refund_id.clone(), status, at, amount, lines, reason: None };
            request.check(settings.now, *currency)
        }
        other => return Err(format!("kind: `{other}` is not refund, chargeback or chargeback_won")),
    };
    let body = body.map_err(|error| error.to_string())?;
    Ok(json!({
        "order": external_id,
        "source": SOURCE,
        "event_id": tributary_shared::order::event_id(kind, &[external_id.as_str(), &refund_id]),
        "at": body.at(),
        "received_at": settings.now,
        "hash": hash,
        "body": body,
    }))
}
