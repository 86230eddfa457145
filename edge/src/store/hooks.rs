//! Who hears of what happens, and what became of what was told, as pages show and change it.

use tributary_shared::id::PartnerId;
use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::history::Prepared;
use super::row::Row;
use super::{many, number, page_rows};

/// Whose endpoints: the merchant sees and changes everybody's, a partner his own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    Merchant,
    Partner(PartnerId),
}

impl Whose {
    /// As statements take it.
    fn number(self) -> JsValue {
        match self {
            Self::Merchant => number(0),
            Self::Partner(partner) => number(partner.0),
        }
    }
}

/// An endpoint.
#[derive(Debug)]
pub(crate) struct EndpointRow {
    pub(crate) id: i64,
    pub(crate) url: String,
    /// Whose postback it is, if it is one, and its events.
    pub(crate) about: String,
    pub(crate) secrets: String,
    pub(crate) is_paused: bool,
    pub(crate) is_gone: bool,
    pub(crate) rests_until: Timestamp,
}

/// A line of the log.
#[derive(Debug)]
pub(crate) struct DeliveryRow {
    pub(crate) id: i64,
    pub(crate) event_id: String,
    pub(crate) kind: String,
    pub(crate) at: Timestamp,
    /// `waiting`, `sent` or `failed`.
    pub(crate) state: String,
    /// How often it was tried, and of the last answer status, duration and beginning.
    pub(crate) answer: String,
    pub(crate) url: String,
}

/// What a form may be about.
pub(crate) struct Known {
    /// How many endpoints are his.
    pub(crate) count: i64,
    /// The endpoint's address, and its keys; nothing, if it is not his.
    pub(crate) url: Option<String>,
    pub(crate) secrets: String,
    /// The event of a line of the log; nothing, if it is not his.
    pub(crate) event: Option<String>,
}

/// Endpoints, and the log, the newest first.
pub(crate) async fn hooks(
    env: &Env,
    whose: Whose,
    before: Option<i64>,
) -> Result<(Vec<EndpointRow>, Vec<DeliveryRow>)> {
    let before = number(before.unwrap_or(i64::from(u32::MAX) << 20));
    let log = match whose {
        Whose::Merchant => (sql!("hook_log.sql"), vec![before, page_rows()]),
        Whose::Partner(_) => (sql!("hook_log_of_partner.sql"), vec![before, page_rows(), whose.number()]),
    };
    let answers = many(env, &[(sql!("hook_endpoints.sql"), vec![whose.number()]), log]).await?;
    Ok((answers.table(0, endpoint)?, answers.table(1, delivery)?))
}

/// What is there of an endpoint and of a line of the log.
pub(crate) async fn known(env: &Env, whose: Whose, id: i64, delivery: i64) -> Result<Known> {
    let parameters = vec![number(id), whose.number(), number(delivery)];
    let answers = many(env, &[(sql!("hook_known.sql"), parameters)]).await?;
    let row = answers.one(0)?.ok_or_else(|| worker::Error::RustError("hook_known.sql has one row".to_owned()))?;
    Ok(Known {
        count: row.number("count")?,
        url: row.maybe_text("url")?,
        secrets: row.maybe_text("secrets")?.unwrap_or_default(),
        event: row.maybe_text("event_id")?,
    })
}

/// A new endpoint, which hears of what comes after it: of holds that end then as well.
pub(crate) fn insert(whose: Whose, url: &str, events: &str, secrets: &str, by: &str, at: Timestamp) -> [Prepared; 2] {
    let partner = match whose {
        Whose::Merchant => JsValue::NULL,
        Whose::Partner(partner) => number(partner.0),
    };
    let at = number(at.unix_seconds());
    let parameters = vec![partner, url.into(), events.into(), secrets.into(), by.into(), at.clone()];
    [(sql!("hook_endpoint_insert.sql"), parameters), (sql!(batch "hook_tell_payable_of.sql"), vec![url.into(), at])]
}

/// Tells an endpoint nothing from an instant on; from none on, everything again.
pub(crate) fn pause(whose: Whose, id: i64, since: Option<Timestamp>) -> Prepared {
    let since = since.map_or(JsValue::NULL, |since| number(since.unix_seconds()));
    (sql!("hook_endpoint_pause.sql"), vec![number(id), since, whose.number()])
}

/// Gives an endpoint other keys, if it still has those.
pub(crate) fn rekey(id: i64, keys: &str, instead_of: &str) -> Prepared {
    (sql!("hook_endpoint_secrets.sql"), vec![number(id), keys.into(), instead_of.into()])
}

/// Forgets an endpoint, with all that was told or waits to be.
pub(crate) fn delete(whose: Whose, id: i64) -> Prepared {
    (sql!("hook_endpoint_delete.sql"), vec![number(id), whose.number()])
}

/// Makes a delivery due, as if it had never been tried.
pub(crate) fn resend(whose: Whose, delivery: i64, now: Timestamp) -> Prepared {
    (sql!("hook_resend.sql"), vec![number(delivery), number(now.unix_seconds()), whose.number()])
}

/// Tells an endpoint that nothing happened.
pub(crate) fn test(whose: Whose, id: i64, event_id: &str, now: Timestamp) -> Prepared {
    let parameters = vec![number(id), event_id.into(), number(now.unix_seconds()), whose.number()];
    (sql!("hook_test.sql"), parameters)
}

fn endpoint(row: &Row) -> Result<EndpointRow> {
    Ok(EndpointRow {
        id: row.number("id")?,
        url: row.text("url")?,
        about: row.text("about")?,
        secrets: row.text("secrets")?,
        is_paused: row.number("is_paused")? != 0,
        is_gone: row.number("is_gone")? != 0,
        rests_until: row.time("rests_until")?,
    })
}

fn delivery(row: &Row) -> Result<DeliveryRow> {
    Ok(DeliveryRow {
        id: row.number("id")?,
        event_id: row.text("event_id")?,
        kind: row.text("kind")?,
        at: row.time("at")?,
        state: row.text("state")?,
        answer: row.text("answer")?,
        url: row.text("url")?,
    })
}
