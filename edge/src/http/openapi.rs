//! `GET /openapi.json`: all of the API, for machines. Made by `cargo xtask openapi`.

use worker::{Headers, Response, Result};

/// The document, as it stands in the repository.
pub(crate) fn document() -> Result<Response> {
    let headers = Headers::new();
    headers.set("Content-Type", "application/json")?;
    headers.set("Cache-Control", "public, max-age=300")?;
    // Tools that show it run in browsers, and there is nothing in it that is not public.
    headers.set("Access-Control-Allow-Origin", "*")?;
    let document = include_str!("../../assets/openapi.json");
    Ok(Response::from_bytes(document.as_bytes().to_vec())?.with_headers(headers))
}
