//! One endpoint, one file. Handlers read a request, ask `tributary-shared` what to do, and do it.

pub(crate) mod click;
pub(crate) mod collect;
pub(crate) mod counter;
pub(crate) mod diagnostics;
pub(crate) mod health;
pub(crate) mod hooks;
pub(crate) mod orders;
pub(crate) mod outbox;
pub(crate) mod site;
pub(crate) mod widget;

mod body;
mod key;

use serde::Serialize;
use worker::{Headers, Request, Response, Result};

/// A header, or an empty text.
pub(crate) fn header(request: &Request, name: &str) -> String {
    request.headers().get(name).ok().flatten().unwrap_or_default()
}

/// A JSON answer that nobody keeps.
pub(crate) fn json(status: u16, body: &impl Serialize) -> Result<Response> {
    let headers = Headers::new();
    headers.set("Content-Type", "application/json")?;
    headers.set("Cache-Control", "no-store")?;
    let body = serde_json::to_string(body).map_err(|error| worker::Error::RustError(error.to_string()))?;
    Ok(Response::from_bytes(body.into_bytes())?.with_status(status).with_headers(headers))
}
