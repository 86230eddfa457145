//! `GET /w/{code}.html` and `/w/{code}.js`: cards of products on partners' sites.

use askama::Template;
use tributary_shared::link::LinkCode;
use worker::{Cache, Env, Headers, Method, Request, Response, Result, Url};

use super::header;
use crate::clock;
use crate::pages::texts::Language;
use crate::pages::widget::{CARDS_MAX, STYLE, Widget};
use crate::store;
use tributary_shared::hash::hex_hash;

/// Whoever frames it: this is what it is for. Nothing runs in it, and it is no page of this site to itself.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *; \
     sandbox allow-popups allow-popups-to-escape-sandbox";

/// How long browsers and Cloudflare's cache keep a widget.
const KEEP: &str = "public, max-age=300, stale-while-revalidate=3600";

/// In which form a widget is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Html,
    Script,
    Style,
}

/// The code and the form in a path below `/w/`.
pub(crate) fn asked(name: &str) -> Option<(&str, Form)> {
    let (code, ending) = name.rsplit_once('.')?;
    match ending {
        "html" => Some((code, Form::Html)),
        "js" => Some((code, Form::Script)),
        "css" if code == "cards" => Some((code, Form::Style)),
        _ => None,
    }
}

/// Sends a widget, or says that it is the same. It sets no cookie and reads none: it is the same for everybody.
///
/// 1. Out of this place's cache, under an address that only what makes a difference is part of.
/// 2. Else out of the database; a link that is not there, or paused, has no cards.
pub(crate) async fn show((code, form): (&str, Form), request: &Request, url: &Url, env: &Env) -> Result<Response> {
    let given = url.query_pairs().find(|(name, _)| name == "lang").map(|(_, code)| code.into_owned());
    let language = given.and_then(|code| Language::parse(&code)).unwrap_or(Language::English);
    let Ok(code) = LinkCode::parse(code) else {
        return answer(404, form, String::new(), request);
    };
    // (1)
    let key = format!("{}/w/{code}?form={form:?}&lang={}", url.origin().ascii_serialization(), language.code());
    let cache = Cache::default();
    let kept = if form == Form::Style { None } else { cache.get(key.as_str(), false).await.ok().flatten() };
    if let Some(mut kept) = kept {
        return answer(200, form, kept.text().await?, request);
    }
    // (2)
    if form == Form::Style {
        return answer(200, form, STYLE.to_owned(), request);
    }
    let most = i64::try_from(CARDS_MAX).unwrap_or(0);
    let cards = match store::widgets::cards(env, &code, clock::now(), most).await {
        Ok(cards) => cards,
        Err(error) => {
            worker::console_error!("widget {code}: {error}");
            return answer(503, form, String::new(), request);
        }
    };
    let status = if cards.is_empty() { 404 } else { 200 };
    let widget = Widget::new(language, cards);
    let text = match form {
        Form::Script => widget.script(),
        Form::Html | Form::Style => widget.render().map_err(|error| worker::Error::RustError(error.to_string()))?,
    };
    if status == 200 {
        let headers = Headers::new();
        headers.set("Cache-Control", KEEP)?;
        let copy = Response::from_bytes(text.clone().into_bytes())?.with_headers(headers);
        // A cache that takes nothing is no reason to show nothing.
        if let Err(error) = cache.put(key.as_str(), copy).await {
            worker::console_warn!("widget {code} into the cache: {error}");
        }
    }
    answer(status, form, text, request)
}

fn answer(status: u16, form: Form, text: String, request: &Request) -> Result<Response> {
    let etag = format!("\"{}\"", &hex_hash(text.as_bytes())[..16]);
    let headers = Headers::new();
    let content_type = match form {
        Form::Html => "text/html; charset=utf-8",
        Form::Script => "text/javascript; charset=utf-8",
        Form::Style => "text/css; charset=utf-8",
    };
    for (name, value) in [
        ("Content-Type", content_type),
        ("ETag", &etag),
        ("Cache-Control", if status == 503 { "no-store" } else { KEEP }),
        ("Content-Security-Policy", POLICY),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        ("Access-Control-Allow-Origin", "*"),
        ("X-Content-Type-Options", "nosniff"),
        ("Strict-Transport-Security", super::HSTS),
        ("Referrer-Policy", "origin"),
    ] {
        headers.set(name, value)?;
    }
    let is_same = header(request, "If-None-Match").split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag);
    if status == 200 && is_same {
        return Ok(Response::empty()?.with_status(304).with_headers(headers));
    }
    let text = if request.method() == Method::Head { String::new() } else { text };
    Ok(Response::from_bytes(text.into_bytes())?.with_status(status).with_headers(headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_widget_is_asked_for_in_two_forms_and_one_style() {
        assert_eq!(asked("ann.html"), Some(("ann", Form::Html)));
        assert_eq!(asked("a.b.js"), Some(("a.b", Form::Script)));
        assert_eq!(asked("cards.css"), Some(("cards", Form::Style)));
        for nothing in ["ann", "ann.css", "ann.json", ""] {
            assert_eq!(asked(nothing), None, "{nothing}");
        }
    }
}
