//! Clicks: what a request for a link is answered, and whether it counts. Pure; the facts are strings.

use crate::bot::is_bot;
use crate::cookie::{self, Journey};
use crate::device::Device;
use crate::event::{ClickEvent, Uncounted};
use crate::id::{TouchId, VisitorId};
use crate::link::{LinkRecord, TargetHosts, with_parameters};
use crate::signing::{KeyRing, Purpose};
use crate::time::Timestamp;
use crate::token;
use crate::touch::{Touch, TouchKind};

/// The parameter by which a partner leads his link to another page of the merchant.
pub const DEEP_LINK_PARAMETER: &str = "url";

/// The parameters by which a partner tells his own places apart, whichever comes first: the names that trackers give it.
pub const SUB_ID_PARAMETERS: [&str; 4] = ["sub_id", "subid", "sub1", "sid"];

/// The longest that is kept of them: what is longer is not.
pub const SUB_ID_BYTES_MAX: usize = 64;

/// What a request says of itself; an absent header is an empty text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// Whether it is a `HEAD`.
    pub is_head: bool,
    /// The query, without `?`.
    pub query: &'a str,
    /// `User-Agent`.
    pub user_agent: &'a str,
    /// `Sec-Fetch-Dest`.
    pub sec_fetch_dest: &'a str,
    /// `Sec-Purpose`, `Purpose`, `X-Purpose` and `X-Moz`: whichever is there.
    pub purposes: [&'a str; 4],
    /// `Sec-GPC`.
    pub sec_gpc: &'a str,
    /// `Cookie`.
    pub cookies: &'a str,
    /// `Referer`.
    pub referrer: &'a str,
    /// The client's address.
    pub address: &'a str,
    /// The client's country, two capitals.
    pub country: &'a str,
}

/// The merchant's settings that a click needs.
#[derive(Debug, Clone)]
pub struct Site {
    /// The keys; without them links lead on, and nothing is signed.
    pub keys: Option<KeyRing>,
    /// The domain of cookies; the Worker's own host if none.
    pub cookie_domain: Option<String>,
    /// The hosts that links may lead to.
    pub hosts: TargetHosts,
    /// Whether nothing may be kept before the visitor consents.
    pub consent_required: bool,
}

/// Ids that the caller drew for this request.
#[derive(Debug, Clone, Copy)]
pub struct FreshIds {
    /// For the touch.
    pub touch: TouchId,
    /// For the visitor, if he is new.
    pub visitor: VisitorId,
}

/// What a request for a link is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::large_enum_variant, reason = "nearly all are redirects: a box would cost each an allocation")
)]
pub enum Answer {
    /// 503 with `Cache-Control: no-store`: the browser is only guessing.
    ///
    /// Tried in Chromium: it uses a redirect that it prefetched, and then the real click, with its cookie, never comes;
    /// a 204 leaves the visitor on his page. After a 503 it asks again on the real click.
    ComeAgain,
    /// 302.
    Redirect(Redirect),
}

/// A redirect and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Where to.
    pub location: String,
    /// The `Set-Cookie` header.
    pub set_cookie: Option<String>,
    /// What to record.
    pub event: Option<ClickEvent>,
}

/// Decides a request for a link.
///
/// 1. A guess of the browser is sent away.
/// 2. The location: the link's target, or a page of the merchant that the request names.
/// 3. `HEAD`, bots and sub-resources get the location and leave no touch.
/// 4. A touch is signed into the cookie, and into the location where the cookie does not reach.
#[must_use]
pub fn decide(
    link: &LinkRecord,
    facts: &Facts<'_>,
    site: &Site,
    own_host: &str,
    ids: FreshIds,
    now: Timestamp,
) -> Answer {
    // (1)
    if facts.purposes.iter().any(|purpose| is_guess(purpose)) {
        return Answer::ComeAgain;
    }
    // (2)
    let target = location(link, facts.query, site);
    let plain = |location, event| Answer::Redirect(Redirect { location, set_cookie: None, event });
    // (3)
    let is_navigation = facts.sec_fetch_dest.is_empty() || facts.sec_fetch_dest == "document";
    if !is_navigation {
        return plain(target, None);
    }
    let uncounted = if is_bot(facts.user_agent) {
        Some(Uncounted::Bot)
    } else if link.active {
        None
    } else {
        Some(Uncounted::Paused)
    };
    let may_keep = facts.sec_gpc != "1"
        && (!link.consent.is_required(site.consent_required)
            || cookie::find(facts.cookies, cookie::CONSENT_NAME) == Some("1"));
    let event = |touch, visitor| ClickEvent {
        link: link.link,
        partner: link.partner,
        at: now,
        hour: now.unix_seconds().div_euclid(3_600),
        client: client(site.keys.as_ref(), facts, now, may_keep),
        uncounted,
        touch,
        visitor,
        country: (facts.country.len() == 2).then(|| facts.country.to_owned()),
        referrer: referrer_host(facts.referrer),
        device: match uncounted {
            Some(Uncounted::Bot) => "",
            Some(Uncounted::Paused) | None => Device::of(facts.user_agent).map_or("", Device::as_str),
        }
        .into(),
        // It may be one visitor's alone, and so it is an id.
        sub_id: if may_keep { sub_id(facts.query) } else { String::new() },
    };
    if uncounted.is_some() {
        return plain(target, (!facts.is_head).then(|| event(None, None)));
    }
    // (4)
    let mut touch =
        Touch { id: ids.touch, kind: TouchKind::Click, partner: link.partner, link: Some(link.link), at: now };
    let Some(keys) = &site.keys else {
        return plain(target, (!facts.is_head).then(|| event(None, None)));
    };
    if !may_keep {
        touch.id = TouchId::NONE;
        let location = with_parameters(&target, [(token::PARAMETER, token::seal(&touch, keys).as_str())]);
        return plain(location, (!facts.is_head).then(|| event(None, None)));
    }
    let location = if cookie_reaches(&target, site.cookie_domain.as_deref(), own_host) {
        target
    } else {
        with_parameters(&target, [(token::PARAMETER, token::seal(&touch, keys).as_str())])
    };
    if facts.is_head {
        return plain(location, None);
    }
    let known = cookie::find(facts.cookies, cookie::NAME).and_then(|value| Journey::open(value, keys));
    let mut journey = known.unwrap_or_else(|| Journey::new(ids.visitor));
    journey.add(touch);
    let set_cookie = cookie::set_cookie(&journey.seal(keys), site.cookie_domain.as_deref(), link.window_days);
    let event = event(Some(touch.id), Some(journey.visitor));
    Answer::Redirect(Redirect { location, set_cookie: Some(set_cookie), event: Some(event) })
}

/// Whether a purpose header says that nobody has clicked yet: `prefetch`, `prefetch;prerender`, `preview` ….
fn is_guess(purpose: &str) -> bool {
    let purpose = purpose.trim();
    let begins_with = |word: &str| purpose.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    ["prefetch", "preview", "prerender", "instant"].into_iter().any(begins_with)
}

fn location(link: &LinkRecord, query: &str, site: &Site) -> String {
    if query.is_empty() {
        return link.target.clone();
    }
    let asked = first_parameter(query, DEEP_LINK_PARAMETER);
    let target = asked
        .and_then(|asked| site.hosts.check(&asked).ok())
        .map_or_else(|| link.target.clone(), |url| url.as_str().to_owned());
    let present = target.split_once('?').map_or("", |(_, query)| query);
    let added: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name.starts_with("utm_") && first_parameter(present, name).is_none())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .take(10)
        .collect();
    let location = with_parameters(&target, added.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    if location.len() > crate::link::TARGET_BYTES_MAX { target } else { location }
}

/// What a partner added to the address of his link, to be told again. Nobody's address: what has an `@` is not kept.
fn sub_id(query: &str) -> String {
    if query.is_empty() {
        return String::new();
    }
    let is_kept = |value: &str| {
        (1..=SUB_ID_BYTES_MAX).contains(&value.len())
            && value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'@')
    };
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, value)| SUB_ID_PARAMETERS.contains(&name.as_ref()) && is_kept(value))
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

/// The first value of a parameter, uncut: WHATWG urlencoded rules.
fn first_parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// Whether the browser will send our cookie to the target: its host is the cookie's domain or below it.
#[must_use]
pub fn cookie_reaches(target: &str, cookie_domain: Option<&str>, own_host: &str) -> bool {
    let host = target.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let host = without_port(host);
    match cookie_domain {
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        None => host == without_port(own_host),
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// A hash that tells one client from another for a day. Where no id may be kept it tells 4,096 groups of clients apart.
fn client(keys: Option<&KeyRing>, facts: &Facts<'_>, now: Timestamp, may_keep: bool) -> String {
    let Some(keys) = keys else {
        return String::new();
    };
    let message = format!("{}\0{}\0{}", now.date(), facts.address, facts.user_agent);
    let digits = if may_keep { 16 } else { 3 };
    let tag = keys.sign(Purpose::Client, message.as_bytes());
    tag.iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(digits)
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

fn referrer_host(referrer: &str) -> String {
    let host = referrer.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    host.chars().filter(|c| c.is_ascii_graphic()).take(253).collect()
}
