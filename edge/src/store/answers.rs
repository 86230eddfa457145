//! Answers to requests that may come again, kept with what they did.

use tributary_shared::time::{DAY_SECONDS, Timestamp};
use wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::history::Prepared;
use super::orders::Event;
use super::row::Row;
use super::{db, many, number, prepare, retried};

/// How long an answer is kept.
const KEEP_DAYS: i64 = 7;

/// A request that names itself: `Idempotency-Key`.
pub(crate) struct Named<'a> {
    pub(crate) key_hash: &'a str,
    pub(crate) name: &'a str,
    pub(crate) request_hash: &'a str,
}

/// What was answered to a request of this name, if there was one.
pub(crate) struct Answered {
    pub(crate) request_hash: String,
    pub(crate) body: String,
}

/// Looks for what was answered under this name.
pub(crate) async fn find(env: &Env, request: &Named<'_>) -> Result<Option<Answered>> {
    let asked = vec![request.key_hash.into(), request.name.into()];
    let answers = many(env, &[(sql!("api_answer.sql"), asked)]).await?;
    Ok(answers.table(0, answered)?.pop())
}

fn answered(row: &Row) -> Result<Answered> {
    Ok(Answered { request_hash: row.text("request_hash")?, body: row.text("body")? })
}

/// Keeps an answer; that of an event only if the event is stored as it was said.
pub(crate) fn keep(request: &Named<'_>, body: &str, at: Timestamp, event: Option<&Event<'_>>) -> Prepared {
    let [source, id, hash] = event.map_or(["", "", ""], |event| [event.source, event.event_id, event.body_hash]);
    let mut parameters: Vec<JsValue> =
        [request.key_hash, request.name, request.request_hash, body].map(JsValue::from_str).to_vec();
    parameters.push(number(at.unix_seconds()));
    parameters.extend([source, id, hash].map(JsValue::from_str));
    (sql!("api_answer_insert.sql"), parameters)
}

/// Whether an error says that the same request was answered meanwhile.
pub(crate) fn is_kept_already(error: &worker::Error) -> bool {
    error.to_string().contains("api_answer.")
}

/// Forgets answers that are old.
pub(crate) async fn prune(env: &Env, now: Timestamp) -> Result<()> {
    let db = db(env)?;
    let before = [number(now.plus_seconds(-KEEP_DAYS * DAY_SECONDS).unix_seconds())];
    retried(|| async { prepare(&db, sql!("api_answers_prune.sql"), &before)?.run().await }).await?;
    Ok(())
}
