//! Clicks over HTTP: what counts, what is set, where it leads, and what it costs.

use std::collections::HashSet;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tributary_shared::cookie::{Journey, NAME};
use tributary_shared::signing::KeyRing;
use tributary_tests::client::BROWSER;
use tributary_tests::shared_data;
use tributary_tests::worker::TEST_KEYS;

use crate::stage::{COOKIE_DOMAIN, stage};

const CASES: &str = include_str!("../../shared/tests/cases/click_request_cases.json");

fn counted(code: &str) -> String {
    format!(
        "SELECT coalesce(sum(hits), 0) FROM click JOIN link ON link.id = link_id WHERE code = '{code}' AND uncounted = ''"
    )
}

#[test]
fn twenty_five_kinds_of_request_count_and_set_cookies_as_they_should() {
    let stage = stage();
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    assert_eq!(cases.len(), 25);
    stage.partners(&["kinds"]);
    let codes: Vec<String> = (0..cases.len()).map(|index| format!("kind-{index}")).collect();
    let links: Vec<String> = codes.iter().map(|code| format!("{code},kinds,{}", stage.shop("/"))).collect();
    stage.batch.import("links", &format!("code,partner,target\n{}\n", links.join("\n"))).unwrap();
    for (case, code) in cases.iter().zip(&codes) {
        let headers = case["headers"].as_object().unwrap();
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        let answer =
            stage.client.send(case["method"].as_str().unwrap(), &format!("/go/{code}"), &headers, &[]).unwrap();
        assert_eq!(answer.cookie(NAME).is_some(), case["sets_cookie"], "{}", case["name"]);
        match answer.status {
            302 => assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", case["name"]),
            503 => assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", case["name"]),
            status => assert_eq!((status, case["method"].as_str()), (405, Some("OPTIONS"))),
        }
    }
    // A last click behind all of them: when it has landed, so have they.
    stage.partner_with_link("kinds-last");
    stage.click("kinds-last");
    let expected: i64 = cases.iter().filter(|case| case["counts_as_click"] == true).count().try_into().unwrap();
    let all = "SELECT coalesce(sum(hits), 0) FROM click JOIN link ON link.id = link_id WHERE code LIKE 'kind-%' AND uncounted = ''";
    assert_eq!(stage.wait_for(all, expected), expected);
    for (case, code) in cases.iter().zip(&codes) {
        assert_eq!(stage.number(&counted(code)) == 1, case["counts_as_click"] == true, "{}", case["name"]);
    }
}

#[test]
fn head_is_answered_as_get_is_and_not_counted() {
    let stage = stage();
    stage.partner_with_link("head");
    let head = stage.client.send("HEAD", "/go/head", &[("User-Agent", BROWSER)], &[]).unwrap();
    let (get, _) = stage.click("head");
    assert_eq!((head.status, head.location()), (get.status, get.location()));
    assert_eq!(head.cookie(NAME), None);
    assert_eq!(stage.number(&counted("head")), 1);
}

#[test]
fn the_cookie_says_what_browsers_ask_for_and_a_changed_one_is_ignored() {
    let stage = stage();
    stage.partner_with_link("cookie");
    let (answer, cookie) = stage.click("cookie");
    let header = answer.header("set-cookie").unwrap();
    assert_eq!(
        header.replace(&cookie, "VALUE"),
        format!("__Secure-trb=VALUE; Domain={COOKIE_DOMAIN}; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax")
    );
    assert!(header.len() <= 4_096);
    let keys = KeyRing::parse(TEST_KEYS).unwrap();
    let journey = Journey::open(&cookie, &keys).unwrap();
    let again = |cookie: &str| {
        let answer = stage.client.click("/go/cookie", &[("Cookie", &format!("a=b; {NAME}={cookie}"))]).unwrap();
        Journey::open(answer.cookie(NAME).unwrap(), &keys).unwrap()
    };
    let second = again(&cookie);
    assert_eq!((second.visitor, second.touches().len()), (journey.visitor, 2));
    let other = if cookie.as_bytes()[40] == b'A' { "B" } else { "A" };
    let forged = format!("{}{other}{}", &cookie[..40], &cookie[41..]);
    let third = again(&forged);
    assert_ne!(third.visitor, journey.visitor);
    assert_eq!(third.touches().len(), 1);
}

#[test]
fn a_burst_from_one_client_is_redirected_every_time_and_counted_once() {
    let stage = stage();
    stage.partner_with_link("burst");
    for _ in 0..300 {
        let answer = stage.client.click("/go/burst", &[]).unwrap();
        assert_eq!((answer.status, answer.cookie(NAME).is_some()), (302, true));
    }
    let hits = stage.wait_for(&counted("burst"), 300);
    let rows = "SELECT count(*) FROM click JOIN link ON link.id = link_id WHERE code = 'burst'";
    // One row, or two if the hour changed on the way.
    assert_eq!(hits, 300);
    assert!(stage.number(rows) <= 2);
    let touches = "SELECT count(*) FROM touch JOIN link ON link.id = link_id WHERE code = 'burst'";
    assert!(stage.number(touches) < 300, "a burst leaves a bounded number of touches");
}

#[test]
fn a_code_is_found_as_mail_programs_and_people_write_it_and_a_miss_leads_home() {
    let stage = stage();
    stage.partner_with_link("written");
    for written in ["WRITTEN", "written.", "written/", "written),", "Written%20"] {
        let answer = stage.client.click(&format!("/go/{written}"), &[]).unwrap();
        assert!(answer.cookie(NAME).is_some(), "{written}");
    }
    let missed = stage.client.click("/go/nobody-made-this", &[]).unwrap();
    assert_eq!((missed.status, missed.location()), (302, stage.shop("/").as_str()));
    assert_eq!(missed.cookie(NAME), None);
    stage.wait_for("SELECT count(*) FROM missed_code WHERE code = 'nobody-made-this'", 1);
}

#[test]
fn a_link_leads_to_any_page_of_the_merchant_and_to_no_other() {
    let stage = stage();
    stage.partner_with_link("deep");
    let deep = |url: &str| {
        let url = utf8_percent_encode(url, NON_ALPHANUMERIC).to_string();
        stage.client.click(&format!("/go/deep?url={url}"), &[]).unwrap()
    };
    let home = stage.shop("/");
    for page in ["/", "/tours", "/tours/amalfi?month=5#dates"] {
        let answer = deep(&stage.shop(page));
        assert_eq!(answer.location(), stage.shop(page));
        assert!(answer.cookie(NAME).is_some(), "the click counts like any other");
    }
    for url in
        ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "https://shop.localhost.evil.example/"]
    {
        assert_eq!(deep(url).location(), home, "{url}");
    }
    let utm = stage.client.click("/go/deep?utm_source=mail&utm_source=x&other=1", &[]).unwrap();
    assert_eq!(utm.location(), format!("{home}?utm_source=mail&utm_source=x"));
}

#[test]
fn no_string_of_the_open_redirect_lists_leads_away() {
    let stage = stage();
    let Some(shared) = shared_data() else {
        eprintln!("the open redirect lists are not here: skipped");
        return;
    };
    stage.partner_with_link("away");
    let cases: Vec<Value> = serde_json::from_str(
        &std::fs::read_to_string(shared.join("fixtures/redirect/open_redirect_cases.json")).unwrap(),
    )
    .unwrap();
    let payloads: HashSet<&str> = cases.iter().map(|case| case["payload"].as_str().unwrap()).collect();
    assert!(payloads.len() > 200);
    let home = stage.shop("/");
    for payload in payloads {
        let encoded = utf8_percent_encode(payload, NON_ALPHANUMERIC).to_string();
        for path in [
            format!("/go/away?url={encoded}"),
            format!("/go/away?next={encoded}&redirect={encoded}&target={encoded}"),
            format!("/go/{encoded}"),
            format!("/go/away/{encoded}"),
        ] {
            let answer = stage.client.click(&path, &[("X-Forwarded-Host", "evil.example")]).unwrap();
            assert_eq!((answer.status, answer.location()), (302, home.as_str()), "{path}");
        }
    }
}

#[test]
fn global_privacy_control_is_honoured_for_exactly_1() {
    let stage = stage();
    stage.partner_with_link("gpc");
    let answer = stage.client.click("/go/gpc", &[("Sec-GPC", "1")]).unwrap();
    assert_eq!((answer.status, answer.cookie(NAME)), (302, None));
    assert!(answer.location().contains("?trb="), "the order may still carry the partner: {}", answer.location());
    for other in ["0", "2", "11", "true", "1, 1"] {
        let answer = stage.client.click("/go/gpc", &[("Sec-GPC", other)]).unwrap();
        assert!(answer.cookie(NAME).is_some(), "{other}");
    }
}

#[test]
fn the_click_parameter_is_on_no_list_that_browsers_strip() {
    // Names that Brave, ClearURLs, Firefox and Safari take off, as published; `[a-z]?mc` and `utm_*` are patterns there.
    const STRIPPED: &[&str] = &[
        "gclid",
        "fbclid",
        "msclkid",
        "dclid",
        "gbraid",
        "wbraid",
        "yclid",
        "twclid",
        "ttclid",
        "igshid",
        "mc_eid",
        "mc_cid",
        "_hsenc",
        "_hsmi",
        "__hssc",
        "__hstc",
        "__hsfp",
        "vero_id",
        "vero_conv",
        "oly_enc_id",
        "oly_anon_id",
        "wickedid",
        "_openstat",
        "mkt_tok",
        "ml_subscriber",
        "rb_clickid",
        "s_cid",
        "bsft_clkid",
        "hsctatracking",
        "irclickid",
        "ref_src",
        "ref_url",
        "guce_referrer",
        "ck_subscriber_id",
        "srsltid",
        "epik",
        "li_fat_id",
        "rdt_cid",
    ];
    let name = tributary_shared::token::PARAMETER;
    assert!(!STRIPPED.contains(&name));
    assert!(!name.starts_with("utm_") && !name.ends_with("mc"));
}

#[test]
fn diagnostics_name_missed_codes_pages_and_targets_without_the_counter() {
    let stage = stage();
    stage.partner_with_link("diagnosed");
    stage.make_link("silent", "diagnosed", &stage.shop("/silent"));
    stage.client.click("/go/diagnosed-mistyped", &[]).unwrap();
    let gif = format!("/collect.gif?u={}", utf8_percent_encode(&stage.shop("/heard"), NON_ALPHANUMERIC));
    let answer = stage.client.send("GET", &gif, &[("User-Agent", BROWSER)], &[]).unwrap();
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/gif")));
    stage.wait_for("SELECT count(*) FROM page WHERE path = '/heard'", 1);
    stage.wait_for("SELECT count(*) FROM missed_code WHERE code = 'diagnosed-mistyped'", 1);
    assert_eq!(stage.client.get("/api/v1/diagnostics", "").unwrap().status, 401);
    let diagnostics = stage.client.get("/api/v1/diagnostics", &stage.key).unwrap().json().unwrap();
    let has = |list: &str, field: &str, value: &str| {
        diagnostics[list].as_array().unwrap().iter().any(|entry| entry[field] == value)
    };
    assert!(has("missed_codes", "code", "diagnosed-mistyped"), "{diagnostics}");
    assert!(has("pages", "path", "/heard"));
    assert!(has("silent_targets", "target", &stage.shop("/silent")));
    assert!(!has("silent_targets", "target", &stage.shop("/heard")));
    assert!(diagnostics["spilled_groups"].is_number());
}
