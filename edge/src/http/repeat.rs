//! Requests that may come again: `Idempotency-Key`. The same key with the same body gets the same answer.

use serde_json::Value;
use tributary_shared::time::Timestamp;
use worker::{Env, Request, Response, Result};

use super::key::Access;
use crate::error::Problem;
use crate::store::answers::{self, Named};
use crate::store::history::Prepared;
use crate::store::orders::Event;
use tributary_shared::hash::hex_hash;

/// The longest name of a request.
const NAME_BYTES_MAX: usize = 255;

/// A request, and the name that it has given itself, if it has.
pub(crate) struct Repeat {
    key_hash: String,
    name: Option<String>,
    request_hash: String,
}

impl Repeat {
    /// Reads the name of a request: up to 255 visible characters of ASCII.
    pub(crate) fn of(request: &Request, access: &Access, body: &Value) -> std::result::Result<Self, Problem> {
        let name = request.headers().get("Idempotency-Key").ok().flatten();
        let is_name = |name: &String| {
            (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if name.as_ref().is_some_and(|name| !is_name(name)) {
            return Err(Problem::invalid("Idempotency-Key", "want 1 to 255 visible characters of ASCII"));
        }
        let request_hash = hex_hash(format!("{} {body}", request.path()).as_bytes());
        Ok(Self { key_hash: access.hash.clone(), name, request_hash })
    }

    fn named(&self) -> Option<Named<'_>> {
        let name = self.name.as_deref()?;
        Some(Named { key_hash: &self.key_hash, name, request_hash: &self.request_hash })
    }

    /// What was answered before; a conflict, if the same name was given to another request.
    pub(crate) async fn answered(&self, env: &Env) -> std::result::Result<Option<String>, Problem> {
        let Some(named) = self.named() else { return Ok(None) };
        match answers::find(env, &named).await.map_err(super::unavailable)? {
            Some(kept) if kept.request_hash == self.request_hash => Ok(Some(kept.body)),
            Some(_) => Err(Problem::conflict("this Idempotency-Key came with another request; nothing was changed")),
            None => Ok(None),
        }
    }

    /// The statement that keeps an answer, for the transaction of what it tells of.
    pub(crate) fn keep(&self, answer: &str, at: Timestamp, event: Option<&Event<'_>>) -> Option<Prepared> {
        self.named().map(|named| answers::keep(&named, answer, at, event))
    }

    /// What is answered after an error: what was answered to the same request, if that came between.
    pub(crate) async fn after(&self, env: &Env, error: worker::Error) -> std::result::Result<String, Problem> {
        if answers::is_kept_already(&error)
            && let Some(answer) = self.answered(env).await?
        {
            return Ok(answer);
        }
        Err(super::unavailable(error))
    }
}

/// 201 with an answer, or the refusal.
pub(crate) fn respond(answer: std::result::Result<String, Problem>) -> Result<Response> {
    match answer {
        Ok(answer) => super::written(201, "application/json", answer),
        Err(problem) => problem.response(),
    }
}
