//! `GET /go/{code}`, `HEAD /go/{code}`: the redirect.
//!
//! Nearly all of the traffic, and answered before anything else is built: two crossings from WASM, no parsed URL, no
//! `worker::Request`, which reads the platform's own description of the request (`cf`) each time.

use tributary_shared::click::{Answer, Facts, FreshIds, decide};
use tributary_shared::event::MissedCode;
use tributary_shared::link::LinkCode;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::web_sys;
use worker::{Context, Env, Headers, Response, Result};

use crate::clock;
use crate::config::config;
use crate::store::{self, links::Source};

#[wasm_bindgen(module = "/src/http/click.js")]
extern "C" {
    /// Method, URL and headers, one a line; nothing if the request is not for a link.
    fn read(request: &web_sys::Request) -> Option<String>;
    /// A 302.
    #[wasm_bindgen(catch)]
    fn redirect(
        location: &str,
        cookie: Option<&str>,
        timing: Option<&str>,
    ) -> std::result::Result<web_sys::Response, JsValue>;
}

/// What a link can be asked with.
pub(crate) const METHODS: &str = "GET, HEAD";

/// A request for a link, as it was read.
pub(crate) struct Asked(String);

/// Reads a request, if it is one for a link.
pub(crate) fn asked(request: &web_sys::Request) -> Option<Asked> {
    read(request).map(Asked)
}

/// Sends a visitor on.
///
/// 1. The code is read and the link looked up: in memory, in KV, and only then in D1.
/// 2. A code that leads nowhere is counted and leads to the merchant's landing page.
/// 3. `click::decide` says what to answer.
/// 4. The event is recorded after the answer.
pub(crate) async fn go(Asked(text): Asked, env: &Env, ctx: &Context) -> Result<web_sys::Response> {
    let config = config(env);
    let now_millis = clock::now_millis();
    let mut lines = text.split('\n');
    // Lines that are not there are empty, as absent headers are.
    let mut line = || lines.next().unwrap_or_default();
    let is_head = line() == "HEAD";
    let url = Parts::of(line());
    // (1)
    let code = LinkCode::parse(url.code);
    let found = match &code {
        Ok(code) => match store::links::remembered(code, now_millis) {
            Some(link) => Ok(Some((link, Source::Memory))),
            None => store::links::find(env, ctx, code, now_millis).await,
        },
        Err(_) => Ok(None),
    };
    // (2)
    let (link, source) = match found {
        Ok(Some(found)) => found,
        Ok(None) => {
            if !is_head {
                let code: String = url.code.chars().filter(|c| !c.is_control()).take(80).collect();
                let missed = MissedCode { code: code.to_ascii_lowercase(), at: clock::seconds(now_millis) };
                store::events::record_missed(env, ctx, missed);
            }
            return lead_on(&config.landing_url, None, None);
        }
        Err(error) => {
            // The code may be good, so it is no miss; the visitor is led on all the same.
            worker::console_error!("link {}: {error}", url.code);
            return lead_on(&config.landing_url, None, None);
        }
    };
    // (3)
    let facts = Facts {
        is_head,
        query: url.query,
        address: line(),
        country: line(),
        user_agent: line(),
        sec_fetch_dest: line(),
        purposes: [line(), line(), line(), line()],
        sec_gpc: line(),
        cookies: line(),
        referrer: line(),
    };
    let ids = FreshIds { touch: clock::touch_id(now_millis), visitor: clock::visitor_id() };
    match decide(&link, &facts, &config.site, url.host, ids, clock::seconds(now_millis)) {
        Answer::ComeAgain => {
            let headers = Headers::new();
            headers.set("Cache-Control", "no-store")?;
            Ok(Response::empty()?.with_status(503).with_headers(headers).into())
        }
        Answer::Redirect(answer) => {
            // (4)
            if let Some(event) = answer.event {
                store::events::record_click(env, ctx, event);
            }
            lead_on(&answer.location, answer.set_cookie.as_deref(), Some(source))
        }
    }
}

fn lead_on(location: &str, cookie: Option<&str>, source: Option<Source>) -> Result<web_sys::Response> {
    Ok(redirect(location, cookie, source.map(Source::server_timing))?)
}

/// What the redirect needs of an address that the platform has parsed already.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'a> {
    host: &'a str,
    code: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    /// Cuts `https://host/go/code?query#fragment`: in a serialized URL, `?` and `#` stand nowhere else.
    fn of(url: &'a str) -> Self {
        let (url, _) = url.split_once('#').unwrap_or((url, ""));
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let (_, address) = address.split_once("://").unwrap_or(("", address));
        let (host, path) = address.split_once('/').unwrap_or((address, ""));
        Self { host, code: path.strip_prefix("go/").unwrap_or(path), query }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_cut_where_a_url_parser_would_cut_it() {
        let of = |url: &'static str| {
            let Parts { host, code, query } = Parts::of(url);
            (host, code, query)
        };
        assert_eq!(of("https://go.example/go/summer"), ("go.example", "summer", ""));
        assert_eq!(of("http://localhost:8787/go/a/?x=1?y#z?"), ("localhost:8787", "a/", "x=1?y"));
        assert_eq!(of("https://go.example/go/a#b/c"), ("go.example", "a", ""));
        assert_eq!(
            of("https://go.example/go/?url=https://shop.example/go/b"),
            ("go.example", "", "url=https://shop.example/go/b")
        );
    }
}
