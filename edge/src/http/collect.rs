//! `POST /collect`, `GET /collect.gif`: what the counter reports.

use serde::Serialize;
use tributary_shared::contact::Email;
use tributary_shared::cookie::{self, Journey};
use tributary_shared::event::{BrowserOrder, Group, OptIn, VisitEvent};
use tributary_shared::id::{ExternalId, TouchId};
use tributary_shared::link::host_of;
use tributary_shared::order::{EventBody, Evidence, evidence};
use tributary_shared::signing::KeyRing;
use tributary_shared::sorted::sort_by_key;
use tributary_shared::token;
use tributary_shared::touch::{Touch, TouchKind};
use tributary_shared::visit::{self, Page, Report, ReportedEvent};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::Promise;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Context, Env, Headers, Request, Response, Result, Url, web_sys};

use super::header;
use crate::clock;
use crate::config::{Config, config};
use crate::error::Problem;
use crate::store;
use tributary_shared::hash::hex_hash;

/// The largest report: a page's address, a referrer and a cookie's worth of token.
const REPORT_BYTES_MAX: u16 = 16_384;

#[wasm_bindgen(module = "/src/http/collect.js")]
extern "C" {
    /// URL and headers, one a line, and the body after them, or undefined if it is too long; nothing if the request is no
    /// report.
    fn read(request: &web_sys::Request, bytes_max: u16) -> Option<Promise>;
    /// A 200.
    #[wasm_bindgen(catch)]
    fn answer(json: &str, origin: &str, cookies: &str) -> std::result::Result<web_sys::Response, JsValue>;
}

/// A report that is being read.
pub(crate) struct Reading(Promise);

/// Reads a request, if it is a report.
pub(crate) fn reading(request: &web_sys::Request) -> Option<Reading> {
    read(request, REPORT_BYTES_MAX).map(Reading)
}

/// What came with a report.
struct Asked<'a> {
    /// The Worker's own address, as it was called.
    url: &'a str,
    origin: &'a str,
    cookies: &'a str,
    sec_gpc: &'a str,
    body: &'a str,
}

impl<'a> Asked<'a> {
    /// Cuts what `read` answered.
    fn of(text: &'a str) -> Self {
        let mut lines = text.splitn(5, '\n');
        let mut line = || lines.next().unwrap_or_default();
        Self { url: line(), origin: line(), cookies: line(), sec_gpc: line(), body: line() }
    }
}

/// A transparent pixel.
const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// What a page learns.
#[derive(Serialize)]
struct Answer {
    /// What its forms should carry; empty if nobody brought the visitor.
    trb: String,
    /// What fits into 200 characters of it, where that is not all: a check-out's `client_reference_id` takes no more.
    #[serde(skip_serializing_if = "String::is_empty")]
    short: String,
    /// Whether anything of the visitor was kept.
    kept: bool,
}

/// What a report says of the visitor.
struct Visitor {
    may_keep: bool,
    journey: Option<Journey>,
    touches: Vec<Touch>,
}

/// Takes a report.
///
/// 1. Read it; the page must be an http(s) address.
/// 2. Ask what may be kept: nothing before consent where it is required, nothing with Global Privacy Control.
/// 3. Put together which touches speak for the visitor: his cookie, the page's token, a partner's code in its address.
/// 4. Count the visit; write an opt-in or an order, to D1 or else to KV, and say so only once it is stored.
/// 5. Tell the page what its forms should carry.
pub(crate) async fn post(
    Reading(text): Reading,
    request: &web_sys::Request,
    env: &Env,
    ctx: &Context,
) -> Result<web_sys::Response> {
    match JsFuture::from(text).await.map(|text| text.as_string()) {
        Ok(Some(text)) => {
            let asked = Asked::of(&text);
            respond(collect(&asked, &config(env), env, ctx).await, asked.origin)
        }
        unread => {
            let problem = match unread {
                Ok(_) => Problem::too_large(REPORT_BYTES_MAX.into()),
                Err(_) => Problem::malformed("the body is no text, or broke off"),
            };
            respond(Err(problem), &request.headers().get("Origin").ok().flatten().unwrap_or_default())
        }
    }
}

/// Answers pages of an origin.
fn respond(answered: std::result::Result<(Answer, Vec<String>), Problem>, origin: &str) -> Result<web_sys::Response> {
    match answered {
        Ok((told, cookies)) => {
            let json = serde_json::to_string(&told).map_err(|error| worker::Error::RustError(error.to_string()))?;
            Ok(answer(&json, reader(origin).unwrap_or_default(), &cookies.join("\n"))?)
        }
        Err(problem) => {
            let mut response = problem.response()?;
            allow_origin(origin, response.headers_mut())?;
            Ok(response.into())
        }
    }
}

async fn collect(
    asked: &Asked<'_>,
    config: &Config,
    env: &Env,
    ctx: &Context,
) -> std::result::Result<(Answer, Vec<String>), Problem> {
    // (1)
    let report: Report = serde_json::from_str(asked.body)
        .map_err(|error| Problem::malformed(format!("the body is not a report: {error}")))?;
    let page = visit::read(&report.url, &report.referrer, &config.site.hosts)
        .ok_or_else(|| Problem::invalid("url", "want the page's http or https address"))?;
    // (2)
    let has_gpc = asked.sec_gpc == "1";
    let in_address = opened(page.token.as_deref(), config);
    // A link whose program asks for consent leaves no id in its token: then its page asks as well. With Global Privacy
    // Control no link leaves an id, whatever its program asks.
    let by_link = !has_gpc && in_address.iter().any(|touch| touch.id == TouchId::NONE);
    let required = config.site.consent_required || report.consent_required || by_link;
    let consents = report.consent.unwrap_or_else(|| cookie::find(asked.cookies, cookie::CONSENT_NAME) == Some("1"));
    let may_keep = (!required || consents) && !has_gpc;
    // (3)
    let is_trusted = may_keep && page.listed && is_own_origin(asked.origin, config);
    let mut visitor = known(&report, in_address, asked.cookies, config, may_keep, is_trusted);
    let fresh = match &page.partner_code {
        Some(code) if page.listed && report.event != ReportedEvent::Consent => partner_touch(code, env, may_keep).await,
        _ => None,
    };
    visitor.touches.extend(fresh);
    // (4)
    match report.event {
        ReportedEvent::View => {
            let event = visit_event(&page, fresh, visitor.journey.as_ref());
            store::events::record_visit(env, ctx, event);
        }
        ReportedEvent::Identify | ReportedEvent::Order if required && !consents => {
            return Ok((Answer { trb: String::new(), short: String::new(), kept: false }, Vec::new()));
        }
        ReportedEvent::Identify => {
            let mut group = Group::new(clock::group_id());
            group.opt_ins.push(opt_in(&report, &page, &visitor)?);
            keep(env, &group).await?;
        }
        ReportedEvent::Order => {
            // Of other pages nothing is known but what they say.
            if !page.listed || !is_own_origin(asked.origin, config) {
                return Err(Problem::invalid("url", "orders are taken from pages on TARGET_HOSTS alone"));
            }
            let mut group = Group::new(clock::group_id());
            group.orders.push(browser_order(&report, &page, &visitor)?);
            keep(env, &group).await?;
        }
        ReportedEvent::Consent => {}
    }
    // (5)
    let (trb, short) = match &config.site.keys {
        Some(keys) => carry(&visitor, keys),
        None => Default::default(),
    };
    let mut set_cookie = Vec::new();
    if report.event == ReportedEvent::Consent && is_same_site(&page, asked.url, config) {
        let domain = config.site.cookie_domain.as_deref();
        set_cookie.push(cookie::set_consent(report.consent == Some(true), domain));
        if report.consent == Some(false) {
            set_cookie.push(cookie::forget(domain));
        }
    }
    Ok((Answer { trb, short, kept: visitor.may_keep }, set_cookie))
}

/// The touches of a token or a cookie's value that a page brought.
fn opened(text: Option<&str>, config: &Config) -> Vec<Touch> {
    let keys = config.site.keys.as_ref();
    text.zip(keys).map(|(text, keys)| visit::open(text, keys).touches).unwrap_or_default()
}

fn known(
    report: &Report,
    in_address: Vec<Touch>,
    cookies: &str,
    config: &Config,
    may_keep: bool,
    is_trusted: bool,
) -> Visitor {
    let Some(keys) = &config.site.keys else {
        return Visitor { may_keep, journey: None, touches: Vec::new() };
    };
    // A page that is not the merchant's is told no more than it knows: what stands in its own address.
    let journey =
        cookie::find(cookies, cookie::NAME).filter(|_| is_trusted).and_then(|value| Journey::open(value, keys));
    let mut touches: Vec<Touch> = journey.as_ref().map(|journey| journey.touches().to_vec()).unwrap_or_default();
    for touch in in_address.into_iter().chain(opened(Some(&report.trb), config)) {
        if !touches.contains(&touch) {
            touches.push(touch);
        }
    }
    Visitor { may_keep, journey, touches }
}

/// A touch by a partner's code in the page's address (`?via=P001`). The page view counts whether or not it is found.
async fn partner_touch(code: &str, env: &Env, may_keep: bool) -> Option<Touch> {
    let partner = match store::partners::by_code(env, code).await {
        Ok(partner) => partner?,
        Err(error) => {
            worker::console_error!("partner code {code}: {error}");
            return None;
        }
    };
    let now_millis = clock::now_millis();
    let id = if may_keep { clock::touch_id(now_millis) } else { TouchId::NONE };
    Some(Touch { id, kind: TouchKind::Visit, partner, link: None, at: clock::seconds(now_millis) })
}

fn visit_event(page: &Page, fresh: Option<Touch>, journey: Option<&Journey>) -> VisitEvent {
    let kept = fresh.filter(|touch| touch.id != TouchId::NONE);
    VisitEvent {
        at: clock::now(),
        host: page.host.clone(),
        path: page.path.clone(),
        listed: page.listed,
        referrer: page.referrer,
        utm: (!page.utm.is_empty()).then(|| page.utm.clone()),
        partner: fresh.map(|touch| touch.partner),
        touch: kept.map(|touch| touch.id),
        visitor: kept.and_then(|_| journey.map(|journey| journey.visitor)),
    }
}

fn opt_in(report: &Report, page: &Page, visitor: &Visitor) -> std::result::Result<OptIn, Problem> {
    let given =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let email = given(&report.email)
        .map(|email| Email::parse(&email))
        .transpose()
        .map_err(|error| Problem::invalid("email", error.to_string()))?;
    let external_id = given(&report.external_id)
        .map(|id| ExternalId::parse(&id))
        .transpose()
        .map_err(|error| Problem::invalid("external_id", error.to_string()))?;
    if email.is_none() && external_id.is_none() {
        return Err(Problem::invalid("email", "give an e-mail address or an external id"));
    }
    Ok(OptIn {
        email,
        external_id,
        name: given(&report.name).unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect(),
        at: clock::now(),
        source: format!("page {}{}", page.host, page.path),
        touches: visitor.touches.clone(),
    })
}

/// Writes what must not be lost before it is acknowledged.
async fn keep(env: &Env, group: &Group) -> std::result::Result<(), Problem> {
    store::events::write_or_spill(env, group).await.map_err(|error| {
        worker::console_error!("collect: {error}");
        Problem::unavailable()
    })
}

/// An order by the browser's word, with all that speaks for the visitor. Where no id may be kept, there is none in it.
fn browser_order(report: &Report, page: &Page, visitor: &Visitor) -> std::result::Result<BrowserOrder, Problem> {
    let (external_id, money) = evidence::check(&report.id, &report.amount, &report.currency).map_err(|error| {
        let detail = error.to_string();
        Problem::invalid(error.field, detail)
    })?;
    let mut carried = visitor.touches.clone();
    if !visitor.may_keep {
        carried.iter_mut().for_each(|touch| touch.id = TouchId::NONE);
    }
    let body = EventBody::Evidence(Evidence {
        amount_minor: money.minor(),
        currency: money.currency(),
        carried,
        visitor: visitor.journey.as_ref().map(|journey| journey.visitor),
    });
    let body = serde_json::to_string(&body).map_err(|_| Problem::unavailable())?;
    Ok(BrowserOrder {
        hash: hex_hash(format!("{external_id}\n{body}").as_bytes()),
        external_id,
        at: clock::now(),
        page: format!("{}{}", page.host, page.path),
        body,
    })
}

/// What the page's forms should carry: the whole journey where there is one, else the latest touch; and what of
/// it is short, if that is another.
fn carry(visitor: &Visitor, keys: &KeyRing) -> (String, String) {
    match (&visitor.journey, visit::latest(&visitor.touches)) {
        (_, None) => Default::default(),
        // All that speak for him, in their order: the page's token may be newer than the cookie.
        (Some(known), Some(_)) => {
            let mut touches = visitor.touches.clone();
            sort_by_key(&mut touches, |touch| (touch.at, touch.id));
            let mut journey = Journey::new(known.visitor);
            touches.into_iter().for_each(|touch| journey.add(touch));
            let short = journey.shortened().map_or(String::new(), |short| short.seal(keys));
            (journey.seal(keys), short)
        }
        (None, Some((_, touch))) => (token::seal(touch, keys), String::new()),
    }
}

/// Whether our cookies reach the page that reports.
fn is_same_site(page: &Page, own_url: &str, config: &Config) -> bool {
    let own_host = Url::parse(own_url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    tributary_shared::click::cookie_reaches(
        &format!("https://{}/", page.host),
        config.site.cookie_domain.as_deref(),
        &own_host,
    )
}

/// Whether a report comes from a page of the merchant: by the browser's word, not by the report's.
fn is_own_origin(origin: &str, config: &Config) -> bool {
    origin.is_empty() || Url::parse(origin).is_ok_and(|origin| config.site.hosts.lists(&host_of(&origin)))
}

/// Whose pages may read the answer: those of any origin, it holds nothing that is not theirs. Only for those of the
/// merchant's own hosts the cookie is read at all, see [`known`].
fn reader(origin: &str) -> Option<&str> {
    Some(origin).filter(|origin| !origin.is_empty() && *origin != "null")
}

fn allow_origin(origin: &str, headers: &mut Headers) -> Result<()> {
    if let Some(origin) = reader(origin) {
        headers.set("Access-Control-Allow-Origin", origin)?;
        headers.set("Access-Control-Allow-Credentials", "true")?;
        headers.set("Vary", "Origin")?;
    }
    Ok(())
}

/// Answers a browser that asks before it posts JSON.
pub(crate) fn preflight(request: &Request) -> Result<Response> {
    let mut headers = Headers::new();
    allow_origin(&header(request, "Origin"), &mut headers)?;
    headers.set("Access-Control-Allow-Methods", "POST")?;
    headers.set("Access-Control-Allow-Headers", "Content-Type")?;
    headers.set("Access-Control-Max-Age", "86400")?;
    Ok(Response::empty()?.with_status(204).with_headers(headers))
}

/// Counts a page view of a browser without scripts.
pub(crate) fn gif(request: &Request, url: &Url, env: &Env, ctx: &Context) -> Result<Response> {
    let parameter =
        |name: &str| url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned());
    let page = parameter("u").unwrap_or_else(|| header(request, "Referer"));
    if let Some(page) = visit::read(&page, &parameter("r").unwrap_or_default(), &config(env).site.hosts) {
        store::events::record_visit(env, ctx, visit_event(&page, None, None));
    }
    let headers = Headers::new();
    headers.set("Content-Type", "image/gif")?;
    headers.set("Cache-Control", "no-store")?;
    headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    Ok(Response::from_bytes(GIF.to_vec())?.with_headers(headers))
}
