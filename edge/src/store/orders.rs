//! Orders: every event is stored with all that follows from it in one transaction, and only then acknowledged.

use serde_json::json;
use tributary_shared::money::Currency;
use tributary_shared::order::{EventBody, Snapshot};
use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::{Env, Error, Result};

use super::{batch, db, first, number, prepare};

/// An event of an order.
pub(crate) struct Event<'a> {
    pub(crate) external_id: &'a str,
    pub(crate) source: &'a str,
    pub(crate) event_id: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) received_at: Timestamp,
    /// SHA-256 of what was said, in hexadecimal digits.
    pub(crate) body_hash: &'a str,
    pub(crate) body: &'a EventBody,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    /// It is stored.
    New,
    /// It was, with the same body.
    Again,
    /// It was, with another body, which is kept.
    OtherBody,
}

/// Stores an event: the order's row, the event, the contact, and what ties him to partners.
///
/// The last two only if the event that is stored under this id is this one.
pub(crate) async fn store(env: &Env, event: &Event<'_>) -> Result<Stored> {
    let db = db(env)?;
    let body = serde_json::to_string(event.body).map_err(|error| Error::RustError(error.to_string()))?;
    let identity: [JsValue; 3] = [event.source.into(), event.event_id.into(), event.body_hash.into()];
    let results = batch(&db, || {
        let mut statements = vec![
            prepare(&db, include_str!("sql/order_insert.sql"), &[event.external_id.into()])?,
            prepare(
                &db,
                include_str!("sql/order_event_insert.sql"),
                &[
                    event.external_id.into(),
                    event.source.into(),
                    event.event_id.into(),
                    number(event.at.unix_seconds()),
                    number(event.received_at.unix_seconds()),
                    event.body_hash.into(),
                    body.as_str().into(),
                ],
            )?,
        ];
        if let EventBody::Order(snapshot) = event.body {
            let contact = contact(event, snapshot);
            for sql in [
                include_str!("sql/order_contact_insert.sql"),
                include_str!("sql/order_contact_complete.sql"),
                include_str!("sql/order_contact_touches_insert.sql"),
            ] {
                let [source, event_id, body_hash] = identity.clone();
                statements.push(prepare(&db, sql, &[source, event_id, body_hash, contact.as_str().into()])?);
            }
        }
        statements.push(prepare(&db, include_str!("sql/order_event_hash.sql"), &identity[..2])?);
        Ok(statements)
    })
    .await?;
    let is_new =
        results.get(1).and_then(|inserted| inserted.meta().ok().flatten()).and_then(|meta| meta.changes) != Some(0);
    let hash =
        results.last().map(|hash| hash.results::<HashRow>()).transpose()?.and_then(|rows| rows.into_iter().next());
    Ok(match hash {
        Some(row) if row.body_hash == event.body_hash => {
            if is_new {
                Stored::New
            } else {
                Stored::Again
            }
        }
        _ => Stored::OtherBody,
    })
}

#[derive(serde::Deserialize)]
struct HashRow {
    body_hash: String,
}

/// Who ordered and what ties him to partners, as the statements take it.
fn contact(event: &Event<'_>, snapshot: &Snapshot) -> String {
    let touches: Vec<_> =
        snapshot.carried.iter().map(|touch| json!({ "partner": touch.partner, "touched_at": touch.at })).collect();
    json!({
        "email": snapshot.customer.email,
        "external_id": snapshot.customer.external_id,
        "name": snapshot.customer.name.as_deref().unwrap_or_default(),
        "at": snapshot.ordered_at().unwrap_or(event.at),
        "received_at": event.received_at,
        "source": format!("order {}", event.external_id),
        "partner": snapshot.partner,
        "coupons": snapshot.coupons,
        "touches": touches,
    })
    .to_string()
}

/// The currency of an order, if the order itself has come.
pub(crate) async fn currency(env: &Env, external_id: &str) -> Result<Option<Currency>> {
    let sql = include_str!("sql/order_currency.sql");
    let currency = first::<String>(env, sql, &[external_id.into()], Some("currency")).await?;
    Ok(currency.and_then(|currency| currency.parse().ok()))
}
