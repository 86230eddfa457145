//! The floor in Rust: the link comes out of a map. Nothing is read, decided or stored.

use std::collections::HashMap;

use worker::{Context, Env, Headers, Request, Response, Result, event};

thread_local! {
    static LINKS: HashMap<String, String> =
        (0..100).map(|i| (format!("code-{i}"), format!("http://localhost:8788/tours/{i}"))).collect();
}

#[event(fetch)]
async fn fetch(request: Request, _env: Env, _ctx: Context) -> Result<Response> {
    let path = request.path();
    let code = path.strip_prefix("/go/").unwrap_or_default();
    let Some(target) = LINKS.with(|links| links.get(code).cloned()) else {
        return Response::error("not found", 404);
    };
    let headers = Headers::new();
    headers.set("Location", &target)?;
    headers.set("Cache-Control", "no-store")?;
    Ok(Response::empty()?.with_status(302).with_headers(headers))
}
