//! One endpoint, one file. Handlers read a request, ask `tributary-shared` what to do, and do it.

pub(crate) mod click;
pub(crate) mod collect;
pub(crate) mod counter;
pub(crate) mod diagnostics;
pub(crate) mod health;
pub(crate) mod hooks;
pub(crate) mod lists;
pub(crate) mod made;
pub(crate) mod openapi;
pub(crate) mod orders;
pub(crate) mod outbox;
pub(crate) mod site;
pub(crate) mod widget;

mod attribution;
mod body;
mod key;
mod repeat;

use serde::Serialize;
use tributary_shared::order::intake::IntakeError;
use worker::{Headers, Request, Response, Result};

use crate::error::Problem;

/// Two years, with all hosts below: what is asked of browsers with `Strict-Transport-Security`.
pub(crate) const HSTS: &str = "max-age=63072000; includeSubDomains";

/// A header, or an empty text.
pub(crate) fn header(request: &Request, name: &str) -> String {
    request.headers().get(name).ok().flatten().unwrap_or_default()
}

/// A JSON answer that nobody keeps.
pub(crate) fn json(status: u16, body: &impl Serialize) -> Result<Response> {
    let body = serde_json::to_string(body).map_err(|error| worker::Error::RustError(error.to_string()))?;
    written(status, "application/json", body)
}

/// An answer that is written already, and that nobody keeps.
pub(crate) fn written(status: u16, media_type: &str, body: String) -> Result<Response> {
    let headers = Headers::new();
    headers.set("Content-Type", media_type)?;
    headers.set("Cache-Control", "no-store")?;
    Ok(Response::from_bytes(body.into_bytes())?.with_status(status).with_headers(headers))
}

/// 422: a field cannot be taken.
fn invalid(error: IntakeError) -> Problem {
    let detail = error.to_string();
    Problem::invalid(error.field, detail)
}

/// 503: what went wrong is for the log.
fn unavailable(error: worker::Error) -> Problem {
    worker::console_error!("api: {error}");
    Problem::unavailable()
}
