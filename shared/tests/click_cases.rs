//! Clicks: what counts, what is kept, what nobody can be led to.

use std::collections::BTreeMap;

use serde::Deserialize;
use tributary_shared::click::{Answer, Facts, FreshIds, Redirect, Site, decide};
use tributary_shared::cookie::{self, Journey};
use tributary_shared::device::Device;
use tributary_shared::event::Uncounted;
use tributary_shared::id::{LinkId, PartnerId, TouchId, VisitorId};
use tributary_shared::link::{LinkRecord, TargetHosts};
use tributary_shared::program::Consent;
use tributary_shared::signing::KeyRing;
use tributary_shared::time::Timestamp;
use tributary_shared::token;
use tributary_shared::touch::{Touch, TouchKind};
use url::Url;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_unix_seconds(1_793_700_131);
const OWN_HOST: &str = "go.shop.example";
const TARGET: &str = "https://shop.example/tours";
const BROWSER: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

fn keys() -> KeyRing {
    KeyRing::parse("1:AAAAAAAAAAAAAAAAAAAAAA==").expect("a constant")
}

/// A merchant whose cookies reach `shop.example` and all below.
fn site() -> Site {
    Site {
        keys: Some(keys()),
        cookie_domain: Some("shop.example".to_owned()),
        hosts: TargetHosts::parse("shop.example"),
        consent_required: false,
    }
}

fn link() -> LinkRecord {
    LinkRecord {
        link: LinkId(4),
        partner: PartnerId(17),
        window_days: 365,
        active: true,
        consent: Consent::Off,
        target: TARGET.to_owned(),
    }
}

/// A link to a booking system of another domain, which the cookie does not reach.
fn foreign_link() -> LinkRecord {
    LinkRecord { target: "https://booking.example/shop".to_owned(), ..link() }
}

fn ids(number: u128) -> FreshIds {
    FreshIds { touch: TouchId(Uuid::from_u128(number)), visitor: VisitorId(Uuid::from_u128(number + 1_000)) }
}

/// A person who clicks in a browser.
fn person() -> Facts<'static> {
    Facts { user_agent: BROWSER, sec_fetch_dest: "document", address: "192.0.2.1", country: "DE", ..Facts::default() }
}

fn answer(link: &LinkRecord, facts: &Facts<'_>, site: &Site) -> Answer {
    decide(link, facts, site, OWN_HOST, ids(1), NOW)
}

fn redirect(link: &LinkRecord, facts: &Facts<'_>, site: &Site) -> Redirect {
    match answer(link, facts, site) {
        Answer::Redirect(redirect) => redirect,
        Answer::ComeAgain => panic!("a click is redirected"),
    }
}

/// The touch of a click on [`link`] at [`NOW`].
fn touch(id: TouchId) -> Touch {
    Touch { id, kind: TouchKind::Click, partner: PartnerId(17), link: Some(LinkId(4)), at: NOW }
}

/// The touch in the token of an address.
fn carried(location: &str) -> Option<Touch> {
    let url = Url::parse(location).expect("a location is a URL");
    let (_, token) = url.query_pairs().find(|(name, _)| name == token::PARAMETER)?;
    token::open(&token, &keys())
}

/// The journey in a `Set-Cookie` header.
fn journey(set_cookie: &str) -> Journey {
    let value = cookie::find(set_cookie.split(';').next().unwrap_or_default(), cookie::NAME).expect("it is our cookie");
    Journey::open(value, &keys()).expect("it is signed by our key")
}

fn is_counted(redirect: &Redirect) -> bool {
    redirect.event.as_ref().is_some_and(|event| event.uncounted.is_none())
}

#[derive(Deserialize)]
struct RequestCase {
    name: String,
    method: String,
    headers: BTreeMap<String, String>,
    counts_as_click: bool,
    sets_cookie: bool,
}

/// Whether a request counts and whether it sets the cookie.
fn outcome(case: &RequestCase) -> (bool, bool) {
    let header = |name: &str| case.headers.get(name).map_or("", String::as_str);
    let facts = Facts {
        is_head: case.method == "HEAD",
        user_agent: header("User-Agent"),
        sec_fetch_dest: header("Sec-Fetch-Dest"),
        purposes: [header("Sec-Purpose"), header("Purpose"), header("X-Purpose"), header("X-Moz")],
        sec_gpc: header("Sec-GPC"),
        ..Facts::default()
    };
    match (case.method.as_str(), answer(&link(), &facts, &site())) {
        // The router answers any other method by 405 before a click is decided.
        ("GET" | "HEAD", Answer::Redirect(redirect)) => (is_counted(&redirect), redirect.set_cookie.is_some()),
        _ => (false, false),
    }
}

#[test]
fn every_case_counts_and_sets_the_cookie_as_its_table_says() {
    let cases: Vec<RequestCase> = serde_json::from_str(include_str!("cases/click_request_cases.json"))
        .expect("the case file is JSON of this form");
    assert_eq!(cases.len(), 25, "the table is not whole");
    for case in &cases {
        assert_eq!(outcome(case), (case.counts_as_click, case.sets_cookie), "{}", case.name);
    }
    assert_eq!(cases.iter().filter(|case| case.counts_as_click).count(), 4);
}

#[test]
fn a_click_is_a_touch_in_the_cookie_and_in_its_event() {
    let Redirect { location, set_cookie, event } = redirect(&link(), &person(), &site());
    assert_eq!(location, TARGET);
    let journey = journey(&set_cookie.unwrap());
    assert_eq!((journey.visitor, journey.touches()), (ids(1).visitor, [touch(ids(1).touch)].as_slice()));
    let event = event.unwrap();
    assert_eq!((event.link, event.partner, event.at, event.hour), (LinkId(4), PartnerId(17), NOW, 498_250));
    assert_eq!((event.touch, event.visitor), (Some(ids(1).touch), Some(ids(1).visitor)));
    assert_eq!((event.uncounted, event.country.as_deref()), (None, Some("DE")));
}

#[test]
fn a_click_says_its_device_and_what_the_partner_added_where_an_id_may_be_kept() {
    let kept = |query: &str, facts: &Facts<'_>| {
        let event = redirect(&link(), &Facts { query, ..*facts }, &site()).event.unwrap();
        (event.device.into_owned(), event.sub_id)
    };
    let desktop = Device::Desktop.as_str().to_owned();
    let long = format!("sub_id={}", "x".repeat(65));
    for (query, sub_id) in [
        ("", ""),
        ("sub_id=news-7", "news-7"),
        ("utm_source=a&subid=b&sub_id=c", "b"),
        ("sub1=c%2Fd%22e", "c/d\"e"),
        ("sid=", ""),
        ("sub_id=&sid=next", "next"),
        ("SUB_ID=other", ""),
        // Nobody's address, no blanks and controls, and nothing that is longer than it may be.
        ("sub_id=a%40example.test", ""),
        ("sub_id=a+b", ""),
        ("sub_id=%0A", ""),
        (long.as_str(), ""),
    ] {
        assert_eq!(kept(query, &person()), (desktop.clone(), sub_id.to_owned()), "{query}");
    }
    // It may be one visitor's alone.
    assert_eq!(kept("sub_id=news-7", &Facts { sec_gpc: "1", ..person() }), (desktop, String::new()));
    let bot = Facts { user_agent: "Mozilla/5.0 (Linux; Android 6.0.1) Mobile (compatible; Googlebot/2.1)", ..person() };
    assert_eq!(kept("", &bot).0, "");
}

#[test]
fn a_guess_of_the_browser_is_told_to_come_again() {
    for purpose in [
        "prefetch",
        "prefetch;prerender",
        "Prefetch",
        " prefetch;anonymous-client-ip",
        "preview",
        "prerender",
        "instant",
    ] {
        for place in 0..4 {
            let mut purposes = [""; 4];
            purposes[place] = purpose;
            assert_eq!(
                answer(&link(), &Facts { purposes, ..person() }, &site()),
                Answer::ComeAgain,
                "{purpose} at {place}"
            );
            let head = Facts { purposes, is_head: true, ..person() };
            assert_eq!(answer(&link(), &head, &site()), Answer::ComeAgain, "HEAD, {purpose} at {place}");
        }
    }
}

#[test]
fn another_purpose_is_a_click() {
    for purpose in ["", "navigate", "fetch", "pre"] {
        let facts = Facts { purposes: [purpose; 4], ..person() };
        assert!(is_counted(&redirect(&link(), &facts, &site())), "{purpose:?}");
    }
}

#[test]
fn a_head_is_told_the_same_place_as_a_get_and_leaves_nothing() {
    for query in ["", "utm_source=mail", "url=https%3A%2F%2Fshop.example%2Fboats&utm_term=x"] {
        let get = redirect(&link(), &Facts { query, ..person() }, &site());
        let head = redirect(&link(), &Facts { query, is_head: true, ..person() }, &site());
        assert_eq!(head, Redirect { location: get.location, set_cookie: None, event: None }, "{query}");
    }
}

#[test]
fn a_head_of_a_bot_or_a_paused_link_leaves_nothing_either() {
    let bot = Facts { user_agent: "curl/8.5.0", is_head: true, ..person() };
    assert_eq!(redirect(&link(), &bot, &site()).event, None);
    let paused = LinkRecord { active: false, ..link() };
    assert_eq!(redirect(&paused, &Facts { is_head: true, ..person() }, &site()).event, None);
}

#[test]
fn a_bot_is_redirected_and_marked() {
    let Redirect { location, set_cookie, event } =
        redirect(&foreign_link(), &Facts { user_agent: "curl/8.5.0", ..person() }, &site());
    assert_eq!((location.as_str(), set_cookie), ("https://booking.example/shop", None));
    let event = event.unwrap();
    assert_eq!((event.uncounted, event.touch, event.visitor), (Some(Uncounted::Bot), None, None));
}

#[test]
fn a_paused_link_leads_on_and_leaves_no_touch() {
    let paused = LinkRecord { active: false, ..foreign_link() };
    let Redirect { location, set_cookie, event } = redirect(&paused, &person(), &site());
    assert_eq!((location.as_str(), set_cookie), ("https://booking.example/shop", None));
    let event = event.unwrap();
    assert_eq!((event.uncounted, event.touch, event.visitor), (Some(Uncounted::Paused), None, None));
}

#[test]
fn an_image_or_a_frame_is_redirected_and_stuffs_no_cookie() {
    for sec_fetch_dest in ["image", "iframe", "frame", "script", "empty", "style", "object", "fencedframe", "DOCUMENT"]
    {
        let redirect = redirect(&foreign_link(), &Facts { sec_fetch_dest, ..person() }, &site());
        let nothing = Redirect { location: "https://booking.example/shop".to_owned(), set_cookie: None, event: None };
        assert_eq!(redirect, nothing, "{sec_fetch_dest}");
    }
}

#[test]
fn global_privacy_control_counts_the_click_and_keeps_no_id() {
    let Redirect { location, set_cookie, event } = redirect(&link(), &Facts { sec_gpc: "1", ..person() }, &site());
    assert_eq!(set_cookie, None);
    assert_eq!(carried(&location), Some(touch(TouchId::NONE)));
    let event = event.unwrap();
    assert_eq!((event.uncounted, event.touch, event.visitor), (None, None, None));
    assert_eq!(event.client.len(), 3, "{}", event.client);
}

#[test]
fn a_known_visitor_with_global_privacy_control_is_not_known() {
    let set_cookie = redirect(&link(), &person(), &site()).set_cookie.unwrap();
    let cookies = set_cookie.split(';').next().unwrap();
    let second = redirect(&link(), &Facts { sec_gpc: "1", cookies, ..person() }, &site());
    assert_eq!((second.set_cookie, second.event.unwrap().visitor), (None, None));
}

#[test]
fn any_other_value_of_global_privacy_control_means_nothing() {
    let plain = redirect(&link(), &person(), &site());
    for sec_gpc in ["0", "11", "yes", "true", " 1", "1 ", "?1", "１"] {
        assert_eq!(redirect(&link(), &Facts { sec_gpc, ..person() }, &site()), plain, "{sec_gpc:?}");
    }
}

#[test]
fn nothing_is_kept_before_consent_and_all_after_it() {
    let site = Site { consent_required: true, ..site() };
    for cookies in ["", "__Secure-trb-consent=0", "__Secure-trb-consent=", "consent=1", "x__Secure-trb-consent=1"] {
        let Redirect { location, set_cookie, event } = redirect(&link(), &Facts { cookies, ..person() }, &site);
        assert_eq!((set_cookie, carried(&location)), (None, Some(touch(TouchId::NONE))), "{cookies}");
        let event = event.unwrap();
        assert_eq!((event.uncounted, event.touch, event.visitor), (None, None, None), "{cookies}");
        assert_eq!(event.client.len(), 3, "{cookies}");
    }
    let Redirect { location, set_cookie, event } =
        redirect(&link(), &Facts { cookies: "a=b; __Secure-trb-consent=1", ..person() }, &site);
    assert_eq!(location, TARGET);
    assert_eq!(journey(&set_cookie.unwrap()).touches(), [touch(ids(1).touch)]);
    assert_eq!(event.unwrap().visitor, Some(ids(1).visitor));
}

#[test]
fn a_program_asks_more_than_the_site_or_does_without() {
    for (consent, by_site, is_kept) in [
        (Consent::Off, false, true),
        (Consent::Off, true, false),
        (Consent::Required, false, false),
        (Consent::Required, true, false),
        (Consent::Cashback, false, true),
        (Consent::Cashback, true, true),
    ] {
        let (link, site) = (LinkRecord { consent, ..link() }, Site { consent_required: by_site, ..site() });
        let kept = redirect(&link, &person(), &site).set_cookie.is_some();
        assert_eq!(kept, is_kept, "{consent:?}, the site asks: {by_site}");
        let with_control = redirect(&link, &Facts { sec_gpc: "1", ..person() }, &site);
        assert_eq!(with_control.set_cookie, None, "{consent:?}: Global Privacy Control is honoured always");
        let given = Facts { cookies: "__Secure-trb-consent=1", ..person() };
        assert!(redirect(&link, &given, &site).set_cookie.is_some(), "{consent:?}");
    }
}

#[test]
fn consent_does_not_outdo_global_privacy_control() {
    let site = Site { consent_required: true, ..site() };
    let facts = Facts { cookies: "__Secure-trb-consent=1", sec_gpc: "1", ..person() };
    assert_eq!(redirect(&link(), &facts, &site).set_cookie, None);
}

#[test]
fn the_cookie_lives_as_long_as_the_window_and_at_most_400_days() {
    for (window_days, max_age) in
        [(1, 86_400), (30, 2_592_000), (365, 31_536_000), (400, 34_560_000), (401, 34_560_000), (3_650, 34_560_000)]
    {
        let set_cookie = redirect(&LinkRecord { window_days, ..link() }, &person(), &site()).set_cookie.unwrap();
        let (value, attributes) = set_cookie.split_once("; ").unwrap();
        assert!(value.starts_with("__Secure-trb="), "{value}");
        assert_eq!(
            attributes,
            format!("Domain=shop.example; Path=/; Max-Age={max_age}; Secure; HttpOnly; SameSite=Lax")
        );
    }
}

#[test]
fn without_a_cookie_domain_the_cookie_is_for_the_own_host_alone() {
    let site = Site { cookie_domain: None, ..site() };
    let own = LinkRecord { target: format!("https://{OWN_HOST}/welcome"), ..link() };
    let first = redirect(&own, &person(), &site);
    assert_eq!(carried(&first.location), None);
    assert!(!first.set_cookie.unwrap().contains("Domain"));
    assert_eq!(carried(&redirect(&link(), &person(), &site).location), Some(touch(ids(1).touch)));
}

#[test]
fn a_second_click_keeps_the_visitor_and_adds_a_touch() {
    let first = redirect(&link(), &person(), &site()).set_cookie.unwrap();
    let cookies = format!("theme=dark; {}; lang=de", first.split(';').next().unwrap());
    let later = NOW.plus_seconds(3_600);
    let Answer::Redirect(second) =
        decide(&link(), &Facts { cookies: &cookies, ..person() }, &site(), OWN_HOST, ids(2), later)
    else {
        panic!("a click is redirected")
    };
    let journey = journey(&second.set_cookie.unwrap());
    let second_touch = Touch { at: later, ..touch(ids(2).touch) };
    assert_eq!((journey.visitor, journey.touches()), (ids(1).visitor, [touch(ids(1).touch), second_touch].as_slice()));
    let event = second.event.unwrap();
    assert_eq!((event.touch, event.visitor), (Some(ids(2).touch), Some(ids(1).visitor)));
}

#[test]
fn a_forged_cookie_makes_a_new_visitor() {
    let stranger = KeyRing::parse("1:c3RyYW5nZXItc3RyYW5nZXI=").unwrap();
    let forged = Journey::new(VisitorId(Uuid::from_u128(666))).seal(&stranger);
    for cookies in [format!("__Secure-trb={forged}"), "__Secure-trb=x".to_owned(), "__Secure-trb=".to_owned()] {
        let event = redirect(&link(), &Facts { cookies: &cookies, ..person() }, &site()).event.unwrap();
        assert_eq!(event.visitor, Some(ids(1).visitor), "{cookies}");
    }
}

#[test]
fn where_the_cookie_does_not_reach_the_address_carries_the_touch() {
    let Redirect { location, set_cookie, event } = redirect(&foreign_link(), &person(), &site());
    assert!(location.starts_with("https://booking.example/shop?trb="), "{location}");
    assert_eq!(carried(&location), Some(touch(ids(1).touch)));
    assert!(set_cookie.is_some());
    assert_eq!(event.unwrap().touch, Some(ids(1).touch));
}

#[test]
fn the_cookie_reaches_its_domain_and_what_is_below_it_and_no_neighbour() {
    let reaches = |target: &str| {
        carried(&redirect(&LinkRecord { target: target.to_owned(), ..link() }, &person(), &site()).location).is_none()
    };
    for target in [
        "https://shop.example",
        "https://shop.example:8443/a",
        "https://www.shop.example/?a=b",
        "https://a.b.shop.example/#c",
    ] {
        assert!(reaches(target), "{target}");
    }
    for target in
        ["https://myshop.example/", "https://shop.example.booking.example/", "https://booking.example/shop.example"]
    {
        assert!(!reaches(target), "{target}");
    }
}

#[test]
fn a_token_goes_before_the_fragment_and_behind_other_parameters() {
    let link = LinkRecord { target: "https://booking.example/a?b=c#d".to_owned(), ..link() };
    let location = redirect(&link, &person(), &site()).location;
    assert!(location.starts_with("https://booking.example/a?b=c&trb="), "{location}");
    assert!(location.ends_with("#d"), "{location}");
    assert_eq!(carried(&location), Some(touch(ids(1).touch)));
}

#[test]
fn without_keys_a_click_counts_and_nothing_is_signed() {
    let Redirect { location, set_cookie, event } = redirect(&foreign_link(), &person(), &Site { keys: None, ..site() });
    assert_eq!((location.as_str(), set_cookie), ("https://booking.example/shop", None));
    let event = event.unwrap();
    assert_eq!((event.uncounted, event.touch, event.visitor, event.client.as_str()), (None, None, None, ""));
}

#[test]
fn utm_goes_along_and_never_over_what_the_link_says() {
    let link = LinkRecord { target: "https://shop.example/tours?utm_source=link&x=1".to_owned(), ..link() };
    let query = "utm_source=mail&utm_medium=a+b%26c&other=1";
    let location = redirect(&link, &Facts { query, ..person() }, &site()).location;
    assert_eq!(location, "https://shop.example/tours?utm_source=link&x=1&utm_medium=a+b%26c");
}

#[test]
fn one_client_has_one_hash_a_day() {
    let client = |address, now| {
        let Answer::Redirect(redirect) =
            decide(&link(), &Facts { address, ..person() }, &site(), OWN_HOST, ids(1), now)
        else {
            panic!("a click is redirected")
        };
        redirect.event.unwrap().client
    };
    assert_eq!(client("192.0.2.1", NOW), client("192.0.2.1", NOW.plus_seconds(3_600)));
    assert_ne!(client("192.0.2.1", NOW), client("192.0.2.2", NOW));
    assert_ne!(client("192.0.2.1", NOW), client("192.0.2.1", NOW.plus_days(1)));
    assert_eq!(client("192.0.2.1", NOW).len(), 16);
}

/// Where a deep link leads.
fn led_to(page: &str) -> String {
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("url", page).finish();
    redirect(&link(), &Facts { query: &query, ..person() }, &site()).location
}

/// Whether a location is on `shop.example`, by the parser that browsers use and by plain sight.
fn is_at_home(location: &str) -> bool {
    let host = Url::parse(location).ok().and_then(|url| url.host_str().map(str::to_owned));
    let rest = location.strip_prefix("https://shop.example");
    let plain = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    plain && host.as_deref() == Some("shop.example") && location.bytes().all(|byte| byte.is_ascii_graphic())
}

#[test]
fn a_partner_may_lead_his_link_to_another_page_of_the_merchant() {
    assert_eq!(led_to("https://shop.example/boats?color=red#top"), "https://shop.example/boats?color=red#top");
    assert_eq!(led_to("https://SHOP.example:443/boats"), "https://shop.example/boats");
}

#[test]
fn a_deep_link_leads_to_the_merchant_whatever_it_says() {
    for page in [
        "",
        "/boats",
        "//evil.example",
        "///evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "http://shop.example/",
        "https://shop.example.evil.example/",
        "https://shop.example@evil.example/",
        "https://evil.example@shop.example/",
        "https://user:password@shop.example/",
        "https://shop.example:8443/",
        "https://shop.example\\@evil.example/",
        "https://evil.example\\.shop.example/",
        "https://shop.example%2eevil.example/",
        "https://shop.example%00.evil.example/",
        "https://shop.example。evil.example/",
        "https://shop.example./",
        "https://sh\u{f6}p.example/",
        "https://shop\u{200d}.evil.example/",
        "https://evil.example?https://shop.example/",
        "https://evil.example#@shop.example/",
        "javascript:alert(1)//shop.example",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "ht\ttps://evil.example/",
        " https://evil.example/",
        "blob:https://evil.example/",
        "view-source:https://evil.example/",
        "https://[::1]/",
        "https://2130706433/",
    ] {
        assert!(is_at_home(&led_to(page)), "{page:?} leads to {}", led_to(page));
    }
}

#[test]
fn of_two_deep_links_the_first_is_taken_and_the_other_harmless() {
    for query in [
        "url=https://shop.example/boats&url=https://evil.example/",
        "url=https://evil.example/&url=https://shop.example/boats",
        "utm_source=//evil.example&url=%00",
        "utm_x=%0d%0aLocation:%20https://evil.example/",
        "URL=https://evil.example/",
        "url[]=https://evil.example/",
        "url",
        "&&&=&=https://evil.example",
    ] {
        let location = redirect(&link(), &Facts { query, ..person() }, &site()).location;
        assert!(is_at_home(&location), "{query} leads to {location}");
    }
}

#[test]
fn without_listed_hosts_no_deep_link_is_followed() {
    let site = Site { hosts: TargetHosts::default(), ..site() };
    let query = "url=https%3A%2F%2Fshop.example%2Fboats";
    assert_eq!(redirect(&link(), &Facts { query, ..person() }, &site).location, TARGET);
}

#[derive(Deserialize)]
struct OpenRedirect {
    payload: String,
    class: String,
}

/// Other people's strings are read where they are, not copied: without them this passes and says so.
#[test]
fn no_known_open_redirect_leads_away() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/redirect/open_redirect_cases.json");
    let Ok(json) = std::fs::read_to_string(path) else {
        println!("no open redirects to try: {path} is not there");
        return;
    };
    let cases: Vec<OpenRedirect> = serde_json::from_str(&json).expect("the case file is JSON of this form");
    assert_eq!(cases.len(), 287, "the table is not whole");
    for OpenRedirect { payload, class } in cases {
        let location = led_to(&payload);
        assert!(is_at_home(&location), "{class}: {payload:?} leads to {location}");
        for query in [format!("url={payload}"), format!("utm_source={payload}"), payload.clone()] {
            let location = redirect(&link(), &Facts { query: &query, ..person() }, &site()).location;
            assert!(is_at_home(&location), "{class}: {query:?} leads to {location}");
        }
    }
}
