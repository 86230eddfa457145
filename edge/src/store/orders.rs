//! Orders: every event is stored with all that follows from it in one transaction, and only then acknowledged.

use serde_json::json;
use tributary_shared::money::Currency;
use tributary_shared::order::{EventBody, Ruling, Snapshot, Status, event_id};
use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::{Env, Error, Result};

use super::history::{Change, Prepared};
use super::row::row;
use super::{batch, db, number, prepare, rows_of, value};
use tributary_shared::hash::hex_hash;

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

/// A second name of an order, as a source uses it.
pub(crate) struct Alias<'a> {
    pub(crate) source: &'a str,
    pub(crate) name: &'a str,
    pub(crate) order: &'a str,
}

/// Stores an event: the order's row, the event, the contact, and what ties him to partners; and what else is to be written
/// in its transaction.
///
/// The last two of the event only if the event that is stored under this id is this one.
pub(crate) async fn store_with(env: &Env, event: &Event<'_>, beside: &[Prepared]) -> Result<Stored> {
    let stored = write(env, std::slice::from_ref(event), &[], None, beside).await?;
    Ok(stored.first().copied().unwrap_or(Stored::OtherBody))
}

/// Stores all that one report says, or nothing of it: second names first, so that its events find their orders.
///
/// A line of the history goes with the first event, if that is stored.
pub(crate) async fn store_all(
    env: &Env,
    events: &[Event<'_>],
    aliases: &[Alias<'_>],
    line: Option<&Change<'_>>,
) -> Result<Vec<Stored>> {
    write(env, events, aliases, line, &[]).await
}

async fn write(
    env: &Env,
    events: &[Event<'_>],
    aliases: &[Alias<'_>],
    line: Option<&Change<'_>>,
    beside: &[Prepared],
) -> Result<Vec<Stored>> {
    let db = db(env)?;
    let bodies: Vec<String> = events
        .iter()
        .map(|event| serde_json::to_string(event.body).map_err(|error| Error::RustError(error.to_string())))
        .collect::<Result<_>>()?;
    let results = batch(&db, || {
        let mut statements = Vec::new();
        for Alias { source, name, order } in aliases {
            for sql in [
                sql!("order_alias_insert.sql"),
                sql!("order_alias_order_insert.sql"),
                sql!("order_alias_events_copy.sql"),
                sql!("order_alias_close.sql"),
            ] {
                statements.push(prepare(&db, sql, &[(*source).into(), (*name).into(), (*order).into()])?);
            }
        }
        for (event, body) in events.iter().zip(&bodies) {
            add(&db, event, body, &mut statements)?;
        }
        if let (Some(line), Some(event)) = (line, events.first()) {
            let parameters = [
                number(line.at.unix_seconds()),
                line.who.into(),
                line.what.into(),
                line.subject.into(),
                line.before.as_str().into(),
                line.after.as_str().into(),
                event.source.into(),
                event.event_id.into(),
                event.body_hash.into(),
            ];
            statements.push(prepare(&db, sql!("audit_of_event_insert.sql"), &parameters)?);
        }
        for (sql, parameters) in beside {
            statements.push(prepare(&db, sql, parameters)?);
        }
        Ok(statements)
    })
    .await?;
    let mut places = Vec::with_capacity(events.len());
    let mut place = aliases.len() * STATEMENTS_OF_ALIAS;
    for event in events {
        let inserted = place + 1;
        place += statements_of(event);
        places.push((inserted, place - 1));
    }
    let mut stored = Vec::with_capacity(events.len());
    for (event, (inserted, hash)) in events.iter().zip(places) {
        let is_new =
            results.get(inserted).and_then(|inserted| inserted.meta().ok().flatten()).and_then(|meta| meta.changes)
                != Some(0);
        let hash = rows_of::<HashRow>(results.get(hash))?;
        let is_same = hash.first().is_some_and(|row| row.body_hash == event.body_hash);
        stored.push(match (is_same, is_new) {
            (true, true) => Stored::New,
            (true, false) => Stored::Again,
            (false, _) => Stored::OtherBody,
        });
    }
    Ok(stored)
}

/// Statements that an alias takes.
const STATEMENTS_OF_ALIAS: usize = 4;

/// The source of orders that are placed at the sales desk.
pub(crate) const SALES_DESK: &str = "sales";

/// Whether an order ties its customer to whoever brought him. One that somebody typed in at the sales desk does once it is
/// paid: whoever profits by it could type in anybody.
fn binds(source: &str, status: Status) -> bool {
    source != SALES_DESK || status != Status::Pending
}

/// Statements that [`add`] adds for an event.
fn statements_of(event: &Event<'_>) -> usize {
    match event.body.snapshot() {
        Some(snapshot) if binds(event.source, snapshot.status) => 6,
        Some(_) => 5,
        None => 3,
    }
}

fn add(
    db: &worker::D1Database,
    event: &Event<'_>,
    body: &str,
    statements: &mut Vec<worker::D1PreparedStatement>,
) -> Result<()> {
    let identity: [JsValue; 3] = [event.source.into(), event.event_id.into(), event.body_hash.into()];
    statements.push(prepare(db, sql!("order_insert.sql"), &[event.external_id.into(), event.source.into()])?);
    statements.push(prepare(
        db,
        sql!("order_event_insert.sql"),
        &[
            event.external_id.into(),
            event.source.into(),
            event.event_id.into(),
            number(event.at.unix_seconds()),
            number(event.received_at.unix_seconds()),
            event.body_hash.into(),
            body.into(),
        ],
    )?);
    if let EventBody::Order(snapshot) = event.body {
        let contact = contact(event, snapshot);
        let mut of_contact = vec![sql!("order_contact_insert.sql"), sql!("order_contact_complete.sql")];
        if binds(event.source, snapshot.status) {
            of_contact.push(sql!("order_contact_touches_insert.sql"));
        }
        for sql in of_contact {
            let [source, event_id, body_hash] = identity.clone();
            statements.push(prepare(db, sql, &[source, event_id, body_hash, contact.as_str().into()])?);
        }
    }
    statements.push(prepare(db, sql!("order_event_hash.sql"), &identity[..2])?);
    Ok(())
}

/// Records what somebody decided about an order, as the batch does; the same word in the same second is one.
pub(crate) fn rule(external_id: &str, ruling: Ruling) -> Result<Prepared> {
    let at = number(ruling.at.unix_seconds());
    let body =
        serde_json::to_string(&EventBody::Ruling(ruling)).map_err(|error| Error::RustError(error.to_string()))?;
    let hash = hex_hash(body.as_bytes());
    let id = event_id("ruling", &[external_id, &hash]);
    let parameters = vec![external_id.into(), id.into(), at, hash.into(), body.into()];
    Ok((sql!("ruling_insert.sql"), parameters))
}

#[derive(serde::Deserialize)]
struct HashRow {
    body_hash: String,
}

row!(HashRow { body_hash });

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
    let sql = sql!("order_currency.sql");
    let currency = value::<String>(env, sql, &[external_id.into()], "currency").await?;
    Ok(currency.and_then(|currency| currency.parse().ok()))
}
