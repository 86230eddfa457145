//! `GET /t.js`: the counter.

use worker::{Headers, Request, Response, Result};

use super::header;

/// The script, minified from `edge/assets/counter.js`.
const SCRIPT: &str = include_str!("../../assets/t.js");

/// Its content hash, by which browsers ask whether it changed.
const ETAG: &str = concat!("\"", include_str!("../../assets/t.js.hash"), "\"");

/// Sends the script, or says that it is the same.
pub(crate) fn script(request: &Request) -> Result<Response> {
    let headers = Headers::new();
    headers.set("ETag", ETAG)?;
    headers.set("Cache-Control", "public, max-age=3600, stale-while-revalidate=86400")?;
    headers.set("Content-Type", "text/javascript; charset=utf-8")?;
    headers.set("Access-Control-Allow-Origin", "*")?;
    headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    headers.set("X-Content-Type-Options", "nosniff")?;
    if header(request, "If-None-Match").split(',').any(|tag| tag.trim().trim_start_matches("W/") == ETAG) {
        return Ok(Response::empty()?.with_status(304).with_headers(headers));
    }
    Ok(Response::from_bytes(SCRIPT.as_bytes().to_vec())?.with_headers(headers))
}
