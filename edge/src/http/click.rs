//! `GET /go/{code}`, `HEAD /go/{code}`: the redirect.

use tributary_shared::click::{Answer, Facts, FreshIds, decide};
use tributary_shared::event::MissedCode;
use tributary_shared::link::LinkCode;
use worker::{Context, Env, Headers, Request, Response, Result, Url};

use super::header;
use crate::clock;
use crate::config::config;
use crate::store::{self, links::Source};

/// Sends a visitor on.
///
/// 1. The code is read and the link looked up: in memory, in KV, and only then in D1.
/// 2. A code that leads nowhere is counted and leads to the merchant's landing page.
/// 3. `click::decide` says what to answer.
/// 4. The event is recorded after the answer.
pub(crate) async fn go(request: &Request, url: &Url, segment: &str, env: &Env, ctx: &Context) -> Result<Response> {
    let config = config(env);
    let is_head = request.method() == worker::Method::Head;
    // (1)
    let code = LinkCode::parse(segment);
    let found = match &code {
        Ok(code) => store::links::find(env, ctx, code).await,
        Err(_) => Ok(None),
    };
    // (2)
    let (link, source) = match found {
        Ok(Some(found)) => found,
        Ok(None) => {
            if !is_head {
                let code: String = segment.chars().filter(|c| !c.is_control()).take(80).collect();
                store::events::record_missed(
                    env,
                    ctx,
                    MissedCode { code: code.to_ascii_lowercase(), at: clock::now() },
                );
            }
            return redirect(&config.landing_url, None, None);
        }
        Err(error) => {
            // The code may be good, so it is no miss; the visitor is led on all the same.
            worker::console_error!("link {segment}: {error}");
            return redirect(&config.landing_url, None, None);
        }
    };
    // (3)
    let headers = [
        "User-Agent",
        "Sec-Fetch-Dest",
        "Sec-Purpose",
        "Purpose",
        "X-Purpose",
        "X-Moz",
        "Sec-GPC",
        "Cookie",
        "Referer",
        "CF-Connecting-IP",
        "CF-IPCountry",
    ]
    .map(|name| header(request, name));
    let [
        user_agent,
        sec_fetch_dest,
        sec_purpose,
        purpose,
        x_purpose,
        x_moz,
        sec_gpc,
        cookies,
        referrer,
        address,
        country,
    ] = &headers;
    let facts = Facts {
        is_head,
        query: url.query().unwrap_or_default(),
        user_agent,
        sec_fetch_dest,
        purposes: [sec_purpose, purpose, x_purpose, x_moz],
        sec_gpc,
        cookies,
        referrer,
        address,
        country,
    };
    let ids = FreshIds { touch: clock::touch_id(), visitor: clock::visitor_id() };
    let own_host = url.host_str().unwrap_or_default();
    match decide(&link, &facts, &config.site, own_host, ids, clock::now()) {
        Answer::ComeAgain => {
            let headers = Headers::new();
            headers.set("Cache-Control", "no-store")?;
            Ok(Response::empty()?.with_status(503).with_headers(headers))
        }
        Answer::Redirect(answer) => {
            // (4)
            if let Some(event) = answer.event {
                store::events::record_click(env, ctx, event);
            }
            redirect(&answer.location, answer.set_cookie.as_deref(), Some(source))
        }
    }
}

fn redirect(location: &str, set_cookie: Option<&str>, source: Option<Source>) -> Result<Response> {
    let headers = Headers::new();
    headers.set("Location", location)?;
    headers.set("Cache-Control", "no-store")?;
    // Where the merchant's site sees it, the code must not be read from the address.
    headers.set("Referrer-Policy", "strict-origin-when-cross-origin")?;
    if let Some(set_cookie) = set_cookie {
        headers.set("Set-Cookie", set_cookie)?;
    }
    if let Some(source) = source {
        headers.set("Server-Timing", source.server_timing())?;
    }
    Ok(Response::empty()?.with_status(302).with_headers(headers))
}
