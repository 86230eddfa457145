//! Refunds of a file: what was given back of orders that are here, or taken back by banks, or won back from them.

use super::{BadRow, Pairs, SOURCE, TableRow, plain_time, written};
use crate::hash::hex_hash;
use crate::id::ExternalId;
use crate::json::Object;
use crate::money::Currency;
use crate::order::intake::{ChargebackRequest, RefundLineRequest, RefundRequest};
use crate::order::{EventBody, event_id};
use crate::time::Timestamp;

/// Columns that mean something.
pub const COLUMNS: &[&str] = &["external_id", "refund_id", "at", "amount", "kind", "sku"];

/// Those that must be there.
pub const REQUIRED: &[&str] = &["external_id", "amount"];

/// Columns that every row's fingerprint has.
const COLUMNS_ALWAYS: usize = 4;

/// A refund as it is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its line.
    pub line: u64,
    /// The event's id.
    pub event_id: String,
    /// What its row says.
    pub hash: String,
    /// As the statements take it, in JSON.
    pub event: String,
}

/// The orders that rows name.
#[must_use]
pub fn orders_of(rows: &[TableRow]) -> Vec<&str> {
    rows.iter().map(|row| row.text("external_id")).collect()
}

/// What rows say. Of orders that are here `currencies` says what their amounts are in; nothing, while that is not known.
#[must_use]
pub fn read(rows: &[TableRow], currencies: &Pairs, now: Timestamp) -> (Vec<Taken>, Vec<BadRow>) {
    let (mut taken, mut bad) = (Vec::new(), Vec::new());
    for row in rows {
        match refund(row, currencies, now) {
            Ok(refund) => taken.push(refund),
            Err(reason) => bad.push(BadRow::of(row.line, reason)),
        }
    }
    (taken, bad)
}

/// Those that are not among the known ones, which are added, and how many are. One of a known id with another content is
/// bad.
pub fn fresh(taken: Vec<Taken>, known: &mut Pairs, bad: &mut Vec<BadRow>) -> (Vec<String>, u64) {
    let (mut fresh, mut again) = (Vec::new(), 0);
    for refund in taken {
        match known.get(&refund.event_id) {
            Some(other) if *other != refund.hash => {
                bad.push(BadRow::of(refund.line, "refund_id: is known with another time or amount"));
            }
            Some(_) => again += 1,
            None => {
                known.insert(refund.event_id, refund.hash);
                fresh.push(refund.event);
            }
        }
    }
    (fresh, again)
}

fn refund(row: &TableRow, currencies: &Pairs, now: Timestamp) -> Result<Taken, String> {
    if let Some(problem) = &row.problem {
        return Err(problem.clone());
    }
    let external_id = ExternalId::parse(row.text("external_id")).map_err(|error| error.to_string())?;
    let currency = currencies.get(external_id.as_str()).ok_or_else(|| format!("order {external_id} is not known"))?;
    let currency: Option<Currency> = currency.parse().ok();
    let hash = hex_hash(row.fingerprint(COLUMNS_ALWAYS));
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
    let at = row.given("at").map(plain_time);
    let body = match kind {
        "refund" => {
            let request = RefundRequest { refund_id: refund_id.clone(), at, amount, lines, reason: None };
            request.check(now, currency).map(EventBody::Refund)
        }
        "chargeback" | "chargeback_won" => {
            let status = if kind == "chargeback" { "opened" } else { "won" };
            let status = Some(status.to_owned());
            let request =
                ChargebackRequest { chargeback_id: refund_id.clone(), status, at, amount, lines, reason: None };
            request.check(now, currency)
        }
        other => return Err(format!("kind: `{other}` is not refund, chargeback or chargeback_won")),
    };
    let body = body.map_err(|error| error.to_string())?;
    let event_id = event_id(kind, &[external_id.as_str(), &refund_id]);
    let event = Object::default()
        .text("order", Some(external_id.as_str()))
        .text("source", Some(SOURCE))
        .text("event_id", Some(&event_id))
        .time("at", body.at().unwrap_or(now))
        .time("received_at", now)
        .text("hash", Some(&hash))
        .raw("body", &written(&body))
        .end();
    Ok(Taken { line: row.line, event_id, hash, event })
}
