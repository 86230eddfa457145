//! Signatures of hooks, and addresses that we send to: tables of cases, known answers, and generated forgeries.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use serde::Deserialize;
use sha2::Sha256;
use tributary_shared::hook::address::{AddressError, PublicAddress};
use tributary_shared::hook::signature::{Secrets, SignatureError};
use tributary_shared::hook::standard_webhooks::{Headers, Keys};
use tributary_shared::hook::{Tests, paddle, shopify, stripe, woocommerce};
use tributary_shared::time::Timestamp;

const NOW: Timestamp = Timestamp::from_unix_seconds(1_760_000_000);

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key will do");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Deserialize)]
struct StripeTable {
    cases: Vec<StripeCase>,
}

#[derive(Deserialize)]
struct StripeCase {
    name: String,
    payload: String,
    header: String,
    secrets: Vec<String>,
    now: i64,
    valid: bool,
}

#[test]
fn stripe_s_signature_is_told_from_all_that_look_like_it() {
    let table: StripeTable = serde_json::from_str(include_str!("cases/hooks/stripe_signature_cases.json")).unwrap();
    assert_eq!(table.cases.len(), 21, "the table is not whole");
    for case in table.cases {
        let secrets = Secrets::parse(&case.secrets.join("\n"));
        let now = Timestamp::from_unix_seconds(case.now);
        let verified = stripe::verify(Some(&case.header), case.payload.as_bytes(), &secrets, now);
        assert_eq!(verified.is_ok(), case.valid, "{}: {verified:?}", case.name);
    }
}

#[derive(Deserialize)]
struct KnownAnswer {
    secret: String,
    payload: String,
    hmac_sha256_hex: String,
}

/// Another project's known answers are read where they are, not copied: without them this passes and says so.
#[test]
fn stripe_s_own_known_answers_come_out() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/stripe/stripe_node_hmac_kat.json");
    let Ok(json) = std::fs::read_to_string(path) else {
        println!("no known answers to compare: {path} is not there");
        return;
    };
    let answers: Vec<KnownAnswer> = serde_json::from_str(&json).expect("the case file is JSON of this form");
    assert_eq!(answers.len(), 3, "the table is not whole");
    for answer in answers {
        let digits = |index: usize| &answer.hmac_sha256_hex[2 * index..2 * index + 2];
        let tag: Vec<u8> = (0..32).map(|index| u8::from_str_radix(digits(index), 16).unwrap()).collect();
        // The answers are of the body alone, which is how Shopify signs.
        let verified =
            shopify::verify(Some(&STANDARD.encode(tag)), answer.payload.as_bytes(), &Secrets::parse(&answer.secret));
        assert_eq!(verified, Ok(()), "{}", answer.payload);
    }
}

#[derive(Deserialize)]
struct StandardCase {
    name: String,
    payload: String,
    headers: BTreeMap<String, String>,
    secret: String,
    now: i64,
    valid: bool,
}

#[test]
fn standard_webhooks_are_told_from_all_that_look_like_them() {
    let json = include_str!("cases/hooks/standard_webhooks_cases.json");
    let cases: Vec<StandardCase> = serde_json::from_str(json).unwrap();
    assert_eq!(cases.len(), 8, "the table is not whole");
    for case in cases {
        let header = |name: &str| case.headers.get(name).map(String::as_str);
        let headers = Headers {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
        };
        let keys = Keys::parse(&case.secret).unwrap();
        let now = Timestamp::from_unix_seconds(case.now);
        let verified = keys.verify(headers, case.payload.as_bytes(), now);
        assert_eq!(verified.is_ok(), case.valid, "{}: {verified:?}", case.name);
        if case.name == "valid" {
            let signature = keys.sign(headers.id.unwrap(), now, case.payload.as_bytes());
            assert_eq!(Some(signature.as_str()), headers.signature);
        }
    }
}

#[test]
fn paddle_s_signature_is_over_time_colon_body_and_any_of_several_will_do() {
    let body = br#"{"event_id":"evt_1"}"#;
    let tag = |secret: &str, time: &str| hex(&hmac(secret.as_bytes(), &[time.as_bytes(), b":", body].concat()));
    let secrets = Secrets::parse("pdl_new\npdl_old");
    let verify = |header: &str| paddle::verify(Some(header), body, &secrets, NOW);
    for secret in ["pdl_new", "pdl_old"] {
        let other = tag("pdl_other", "1760000000");
        assert_eq!(verify(&format!("ts=1760000000;h1={other};h1={}", tag(secret, "1760000000"))), Ok(()));
    }
    let header = paddle::SIGNATURE_HEADER;
    let malformed = |problem| SignatureError::Malformed { header, problem };
    let cases = [
        (format!("ts=1760000000;h1={}", tag("pdl_other", "1760000000")), SignatureError::NoMatch),
        (format!("ts=1760000001;h1={}", tag("pdl_new", "1760000000")), SignatureError::NoMatch),
        (format!("ts=1759999699;h1={}", tag("pdl_new", "1759999699")), SignatureError::TooOld { seconds: 301 }),
        (format!("ts=1760000301;h1={}", tag("pdl_new", "1760000301")), SignatureError::TooNew { seconds: 301 }),
        (format!("h1={}", tag("pdl_new", "1760000000")), malformed("it has no time")),
        ("ts=1760000000".to_owned(), malformed("it has no signature")),
        ("ts=1;ts=2;h1=ab".to_owned(), malformed("it has two times")),
        (
            format!("ts=+1760000000;h1={}", tag("pdl_new", "+1760000000")),
            malformed("its time is not a number of seconds"),
        ),
        (String::new(), SignatureError::Missing { header }),
    ];
    for (value, expected) in cases {
        assert_eq!(verify(&value), Err(expected), "{value}");
    }
    assert_eq!(paddle::verify(None, body, &secrets, NOW), Err(SignatureError::Missing { header }));
    let unconfigured = paddle::verify(Some("ts=1760000000;h1=ab"), body, &Secrets::default(), NOW);
    assert_eq!(unconfigured, Err(SignatureError::NoSecret));
}

#[test]
fn a_shop_s_signature_is_the_base64_of_the_body_s() {
    // WooCommerce makes secrets with commas, blanks and more in them.
    let secrets = Secrets::parse("hush, hush;~`+=\nold");
    for secret in ["hush, hush;~`+=", "old"] {
        let value = STANDARD.encode(hmac(secret.as_bytes(), b"{}"));
        assert_eq!(shopify::verify(Some(&value), b"{}", &secrets), Ok(()));
        assert_eq!(woocommerce::verify(Some(&value), b"{}", &secrets), Ok(()));
        assert_eq!(shopify::verify(Some(&value), b"{ }", &secrets), Err(SignatureError::NoMatch));
    }
    let header = woocommerce::SIGNATURE_HEADER;
    let problem = "it is not the base64 of 32 bytes";
    for value in ["AAAA", "not base64!", &hex(&hmac(b"old", b"{}"))] {
        let verified = woocommerce::verify(Some(value), b"{}", &secrets);
        assert_eq!(verified, Err(SignatureError::Malformed { header, problem }), "{value}");
    }
    assert_eq!(woocommerce::verify(None, b"{}", &secrets), Err(SignatureError::Missing { header }));
}

#[derive(Deserialize)]
struct AddressCase {
    url: String,
    allow: bool,
    why: String,
}

#[test]
fn an_address_is_one_that_we_may_send_to_or_says_why_not() {
    let cases: Vec<AddressCase> = serde_json::from_str(include_str!("cases/hooks/postback_url_cases.json")).unwrap();
    assert_eq!(cases.len(), 73, "the table is not whole");
    for AddressCase { url, allow, why } in cases {
        let parsed = PublicAddress::parse(&url);
        let reason = match &parsed {
            Ok(_) => "public https name",
            Err(AddressError::Malformed { .. } | AddressError::TooLong) => "does not parse",
            Err(AddressError::IpAddress { .. }) => "literal IP",
            Err(AddressError::PrivateName { .. }) => "internal or rebinding name",
            Err(AddressError::UserInfo) => "userinfo",
            Err(AddressError::Port { .. }) => "port",
            Err(AddressError::Scheme { .. }) => "not https",
        };
        assert_eq!((parsed.is_ok(), reason), (allow, why.trim_end_matches(" (not public)")), "{url}");
    }
}

proptest! {
    #[test]
    fn what_was_signed_verifies_and_with_any_byte_of_it_changed_does_not(
        body in prop::collection::vec(any::<u8>(), 1..200),
        secret in "[!-~]{1,40}",
        age in -300_i64..=300,
        place in any::<prop::sample::Index>(),
        change in 1_u8..,
    ) {
        let time = (NOW.unix_seconds() - age).to_string();
        let secrets = Secrets::parse(&format!("another\n{secret}"));
        let tag = hmac(secret.as_bytes(), &[time.as_bytes(), b".", &body].concat());
        let header = format!("t={time},v1={}", hex(&tag));
        prop_assert_eq!(stripe::verify(Some(&header), &body, &secrets, NOW), Ok(()));
        let mut forged = body.clone();
        forged[place.index(body.len())] ^= change;
        prop_assert_eq!(stripe::verify(Some(&header), &forged, &secrets, NOW), Err(SignatureError::NoMatch));
        let mut longer = body.clone();
        longer.push(change);
        prop_assert_eq!(stripe::verify(Some(&header), &longer, &secrets, NOW), Err(SignatureError::NoMatch));
        let mut other = tag;
        other[place.index(other.len())] ^= change;
        let header = format!("t={time},v1={}", hex(&other));
        prop_assert_eq!(stripe::verify(Some(&header), &body, &secrets, NOW), Err(SignatureError::NoMatch));
    }

    #[test]
    fn no_header_makes_a_verifier_panic_or_believe(
        header in "\\PC{0,120}",
        body in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let secrets = Secrets::parse("whsec_secret");
        prop_assert!(stripe::verify(Some(&header), &body, &secrets, NOW).is_err());
        prop_assert!(paddle::verify(Some(&header), &body, &secrets, NOW).is_err());
        prop_assert!(shopify::verify(Some(&header), &body, &secrets).is_err());
        prop_assert!(woocommerce::verify(Some(&header), &body, &secrets).is_err());
        let keys = Keys::parse("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
        let headers = Headers { id: Some(&header), timestamp: Some("1760000000"), signature: Some(&header) };
        prop_assert!(keys.verify(headers, &body, NOW).is_err());
    }

    #[test]
    fn a_header_of_the_right_form_is_not_believed_either(
        parts in prop::collection::vec(prop::sample::select(vec![
            "t=1760000000", "v1=", "v0=", ",", ";", "=", "ts=1760000000", "h1=", "t=", "0", "f",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ]), 0..12),
        body in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let header = parts.concat();
        let secrets = Secrets::parse("whsec_secret");
        prop_assert!(stripe::verify(Some(&header), &body, &secrets, NOW).is_err());
        prop_assert!(paddle::verify(Some(&header), &body, &secrets, NOW).is_err());
    }

    #[test]
    fn no_body_makes_a_reader_panic(body in "[{}\\[\\]:,\"a-z0-9]{0,80}") {
        let _ = stripe::read(body.as_bytes(), Tests::Ignored);
        let _ = paddle::read(body.as_bytes());
        let _ = shopify::read("orders/paid", "shop", body.as_bytes(), Tests::Ignored);
        let _ = shopify::read("refunds/create", "shop", body.as_bytes(), Tests::Ignored);
        let _ = woocommerce::read("order.updated", body.as_bytes(), Timestamp::FIRST);
    }
}
