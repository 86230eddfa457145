//! Lists of the API: one statement each, read by the columns that the list is known by.

use serde_json::{Value, json};
use tributary_shared::api::record::{Cell, Record};
use tributary_shared::api::resource::{Column, Key, Kind, Resource};
use tributary_shared::id::{ExternalId, OrderId, PartnerId};
use tributary_shared::money::{MINOR_MAX, Money};
use tributary_shared::order::{Order, OrderEvent, Snapshot};
use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::{Env, Error, Result};

use super::row::Row;
use super::{many, number, value};

/// What is wanted of a list.
pub(crate) struct Wanted<'a> {
    pub(crate) resource: Resource,
    /// Of this partner alone.
    pub(crate) partner: Option<(PartnerId, &'a str)>,
    pub(crate) now: Timestamp,
    /// What stands before the code of a link.
    pub(crate) before_code: &'a str,
}

/// A page: its rows, and the key of the row after them.
pub(crate) type Page = (Vec<Record>, Option<String>);

/// Reads a page from a cursor on.
pub(crate) async fn page(
    env: &Env,
    wanted: &Wanted<'_>,
    cursor: Option<&str>,
    limit: usize,
    period: (Timestamp, Timestamp),
) -> Result<Page> {
    let bounds: [JsValue; 2] = match (wanted.resource.key(), cursor) {
        // Every name is below the last of all characters.
        (Key::Text | Key::None, cursor) => [cursor.unwrap_or_default().into(), "\u{10ffff}".into()],
        (Key::Number, cursor) => [number(1), number(cursor.and_then(|text| text.parse().ok()).unwrap_or(MINOR_MAX))],
    };
    let mut rows = rows(env, wanted, bounds, limit + 1).await?;
    let next =
        if rows.len() > limit { rows.get(limit).map(|row| key(wanted.resource, row)).transpose()? } else { None };
    rows.truncate(limit);
    let records = records(env, wanted.resource, &rows, period).await?;
    Ok((records, next))
}

/// Reads one by its name or number.
pub(crate) async fn one(env: &Env, wanted: &Wanted<'_>, name: &str) -> Result<Option<Record>> {
    let key = match (wanted.resource, wanted.resource.key()) {
        (Resource::Orders, _) => match value::<i64>(env, sql!("order_id.sql"), &[name.into()], "id").await? {
            Some(id) => number(id),
            None => return Ok(None),
        },
        (_, Key::Number) => match tributary_shared::api::query::number(name) {
            Some(id) => number(id),
            None => return Ok(None),
        },
        (_, Key::Text | Key::None) => name.into(),
    };
    let rows = rows(env, wanted, [key.clone(), key], 1).await?;
    Ok(records(env, wanted.resource, &rows, (wanted.now, wanted.now)).await?.pop())
}

async fn rows(env: &Env, wanted: &Wanted<'_>, [low, high]: [JsValue; 2], limit: usize) -> Result<Vec<Row>> {
    let limit = number(i64::try_from(limit).unwrap_or(0));
    let partner = number(wanted.partner.map_or(0, |(id, _)| id.0));
    let now = number(wanted.now.unix_seconds());
    let (sql, fifth) = match wanted.resource {
        Resource::Orders => (sql!("list_orders.sql"), None),
        Resource::Partners => (sql!("list_partners.sql"), Some(now)),
        Resource::Products => (sql!("list_products.sql"), Some(now)),
        Resource::Links => (sql!("list_links.sql"), Some(wanted.before_code.into())),
        Resource::Coupons => (sql!("list_coupons.sql"), None),
        Resource::Accruals => (sql!("list_accruals.sql"), None),
        Resource::Payouts => (sql!("list_payouts.sql"), None),
        Resource::Stats => (sql!("list_stats.sql"), None),
        Resource::Contacts => {
            return many(env, &[(sql!("list_contacts.sql"), vec![low, high, limit])]).await?.rows(0);
        }
        Resource::Balances => {
            let code = wanted.partner.map_or("", |(_, code)| code);
            return many(env, &[(sql!("account_balances.sql"), vec![code.into(), now])]).await?.rows(0);
        }
    };
    let mut asked = vec![low, high, limit, partner];
    asked.extend(fifth);
    many(env, &[(sql, asked)]).await?.rows(0)
}

/// The key of a row, as a cursor has it.
fn key(resource: Resource, row: &Row) -> Result<String> {
    match (resource.key(), resource.columns().first()) {
        (Key::Text, Some(column)) => row.text(column.name),
        (Key::Text | Key::Number | Key::None, _) => Ok(row.number("id")?.to_string()),
    }
}

async fn records(
    env: &Env,
    resource: Resource,
    rows: &[Row],
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Record>> {
    let mut clicks = Vec::new();
    if resource == Resource::Stats {
        let links = rows.iter().map(|row| row.number("id")).collect::<Result<Vec<_>>>()?;
        let asked = vec![json!(links).to_string().into(), number(from.unix_seconds()), number(to.unix_seconds())];
        let answers = many(env, &[(sql!("list_stats_clicks.sql"), asked)]).await?;
        clicks = answers.table(0, |row| Ok((row.number("link_id")?, row.number("clicks")?)))?;
    }
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let mut record = Vec::with_capacity(resource.columns().len());
        let known = if resource == Resource::Orders { folded(row)? } else { None };
        for column in resource.columns() {
            record.push(match (resource, column.name) {
                (Resource::Orders, "status" | "currency" | "net" | "refunded" | "placed_at" | "paid_at") => {
                    known.as_ref().map_or(Cell::Nothing, |known| cell_of_order(column.name, known))
                }
                (Resource::Stats, "clicks") => {
                    let id = row.number("id")?;
                    Cell::Number(clicks.iter().find(|(link, _)| *link == id).map_or(0, |(_, clicks)| *clicks))
                }
                _ => cell(column, row)?,
            });
        }
        records.push(record);
    }
    Ok(records)
}

fn cell(column: &Column, row: &Row) -> Result<Cell> {
    Ok(match column.kind {
        Kind::Text | Kind::Word(_) => row.maybe_text(column.name)?.into(),
        Kind::Number | Kind::Flag | Kind::Time | Kind::Amount => match (row.maybe_number(column.name)?, column.kind) {
            (None, _) => Cell::Nothing,
            (Some(value), Kind::Flag) => Cell::Flag(value != 0),
            (Some(value), Kind::Time) => Cell::Text(Timestamp::from_unix_seconds(value).to_string()),
            (Some(value), Kind::Amount) => amount(value, row.currency("currency")?),
            (Some(value), Kind::Number | Kind::Text | Kind::Word(_)) => Cell::Number(value),
        },
    })
}

fn amount(minor: i64, currency: tributary_shared::money::Currency) -> Cell {
    Money::from_minor(minor, currency).map_or(Cell::Nothing, |money| Cell::Text(money.amount()))
}

fn cell_of_order(column: &str, known: &Snapshot) -> Cell {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).into();
    match column {
        "status" => Cell::Text(known.status.as_str().to_owned()),
        "currency" => Cell::Text(known.currency.code().to_owned()),
        "net" => amount(known.net_minor(), known.currency),
        "refunded" => amount(known.net_minor() - known.left_minor(), known.currency),
        "placed_at" => time(known.placed_at),
        _ => time(known.paid_at),
    }
}

/// What is known of an order, folded from its events: nothing while only a refund has come.
fn folded(row: &Row) -> Result<Option<Snapshot>> {
    let unfit = |error: serde_json::Error| Error::RustError(error.to_string());
    let told: Value = serde_json::from_str(&row.text("events")?).map_err(unfit)?;
    let mut events = Vec::new();
    for event in told.as_array().into_iter().flatten() {
        let text = |place: usize| event.get(place).and_then(Value::as_str).unwrap_or_default();
        let number = |place: usize| event.get(place).and_then(Value::as_i64).unwrap_or_default();
        events.push(OrderEvent {
            arrival: number(0),
            source: text(1).to_owned(),
            at: Timestamp::from_unix_seconds(number(2)),
            body: serde_json::from_str(text(3)).map_err(unfit)?,
        });
    }
    let name = ExternalId::parse(&row.text("external_id")?).map_err(|error| Error::RustError(error.to_string()))?;
    Ok(Order::fold(OrderId(row.number("id")?), name, &events).known)
}
