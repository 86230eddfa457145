//! Agents' claims: what is taken, what is refused with which code, and that no person's data gets in.

use serde_json::{Value, json};
use tributary_shared::hook::affiliate_attribution::{AffiliateAttribution, ErrorCode, Origin};
use tributary_shared::time::Timestamp;

fn claim() -> Value {
    json!({
        "provider": "go.shop.example",
        "token": "AQEBAZAAAAAAcACAAAAAAAAAAQAAAAAAEQAAAAAABABqbTcAupspUMzOXWx_Lr6SQG9Fcw",
        "publisher_id": "P001",
        "campaign_id": "cmp_4567890123456",
        "sub_id": "u1=abc&u2=def",
        "source": { "type": "url", "url": "https://publisher.example/reviews/best-tours" },
        "issued_at": "2026-08-01T10:30:00Z",
        "expires_at": "2026-08-08T10:30:00Z",
        "metadata": { "placement": "top_pick", "rank": 1, "is_video": false },
        "of_a_later_version": { "anything": ["goes"] }
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claim = claim();
    claim[name] = value;
    claim
}

fn refused(claim: &Value) -> (ErrorCode, String) {
    let error = AffiliateAttribution::read(claim).expect_err("a claim that is not taken");
    (error.code, error.param.trim_start_matches("$.affiliate_attribution").to_owned())
}

#[test]
fn a_claim_is_read_with_all_its_fields() {
    let read = AffiliateAttribution::read(&claim()).unwrap();
    assert_eq!((read.provider.as_str(), read.publisher_id.as_deref()), ("go.shop.example", Some("P001")));
    assert_eq!(read.origin, Some(Origin::Url(Some("https://publisher.example/reviews/best-tours".to_owned()))));
    let metadata = [("is_video", "false"), ("placement", "top_pick"), ("rank", "1")];
    assert_eq!(read.metadata, metadata.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(!format!("{read:?}").contains("AQEB"));
    let claims = read.claims();
    assert_eq!((claims.tokens.len(), claims.via.unwrap().as_str()), (1, "P001"));
}

#[test]
fn a_claim_needs_a_provider_and_a_token_or_a_publisher() {
    assert!(AffiliateAttribution::read(&json!({ "provider": "x", "publisher_id": "P001" })).is_ok());
    assert!(AffiliateAttribution::read(&json!({ "provider": "x", "token": "t" })).is_ok());
    assert_eq!(refused(&json!({ "provider": "x" })), (ErrorCode::MissingField, String::new()));
    assert_eq!(refused(&json!({ "token": "t" })), (ErrorCode::MissingField, ".provider".to_owned()));
    assert_eq!(refused(&json!("claim")), (ErrorCode::InvalidType, String::new()));
}

#[test]
fn a_claim_holds_until_it_expires_and_is_no_error_then() {
    let read = AffiliateAttribution::read(&claim()).unwrap();
    let expires_at = Timestamp::parse("2026-08-08T10:30:00Z").unwrap();
    assert!(!read.is_expired(expires_at));
    assert!(read.is_expired(expires_at.plus_seconds(1)));
    let backwards = with("expires_at", json!("2026-07-01T00:00:00Z"));
    assert_eq!(refused(&backwards), (ErrorCode::InvalidType, ".expires_at".to_owned()));
    assert_eq!(refused(&with("issued_at", json!("soon"))), (ErrorCode::InvalidType, ".issued_at".to_owned()));
}

#[test]
fn a_person_s_data_are_refused_wherever_they_stand() {
    let cases = [
        ("sub_id", json!("berta@example.test"), ".sub_id"),
        ("sub_id", json!("mail=berta%40example.test"), ".sub_id"),
        ("sub_id", json!("+49 30 1234567"), ".sub_id"),
        ("sub_id", json!("15552003434"), ".sub_id"),
        ("sub_id", json!("(555) 200-3434"), ".sub_id"),
        ("publisher_id", json!("ann@example.test"), ".publisher_id"),
        ("token", json!("berta@example.test"), ".token"),
        ("source", json!({ "type": "url", "url": "https://a.example/?m=berta@example.test" }), ".source.url"),
        ("metadata", json!({ "user_email": "x" }), ".metadata.user_email"),
        ("metadata", json!({ "Billing-Address": "x" }), ".metadata.Billing-Address"),
        ("metadata", json!({ "note": "call 1" , "who": "berta@example.test" }), ".metadata.who"),
        ("metadata", json!({ "n": 15_552_003_434_i64 }), ".metadata.n"),
    ];
    for (name, value, param) in cases {
        assert_eq!(refused(&with(name, value.clone())), (ErrorCode::PiiNotAllowed, param.to_owned()), "{value}");
    }
    assert_eq!(ErrorCode::PiiNotAllowed.as_str(), "pii_not_allowed");
}

#[test]
fn what_only_looks_a_little_like_it_is_taken() {
    for (name, value) in [
        ("sub_id", json!("u1=abc@def")),
        ("sub_id", json!("2026-08-01")),
        ("publisher_id", json!("4567890123456")),
        ("metadata", json!({ "price": 12.5, "at": "@shop" })),
        ("metadata", Value::Null),
    ] {
        assert!(AffiliateAttribution::read(&with(name, value.clone())).is_ok(), "{value}");
    }
}

#[test]
fn metadata_are_flat_and_small() {
    let keys = |count: usize| (0..count).map(|key| (format!("k{key}"), json!(1))).collect::<serde_json::Map<_, _>>();
    assert!(AffiliateAttribution::read(&with("metadata", Value::Object(keys(20)))).is_ok());
    let param = || ".metadata".to_owned();
    assert_eq!(refused(&with("metadata", Value::Object(keys(21)))), (ErrorCode::TooLong, param()));
    // `{"k":"…"}` is eight bytes longer than the value.
    assert!(AffiliateAttribution::read(&with("metadata", json!({ "k": "x".repeat(4_088) }))).is_ok());
    assert_eq!(refused(&with("metadata", json!({ "k": "x".repeat(4_089) }))), (ErrorCode::TooLong, param()));
    for nested in [json!({ "k": [1] }), json!({ "k": { "a": 1 } }), json!({ "k": null })] {
        assert_eq!(refused(&with("metadata", nested)), (ErrorCode::InvalidType, ".metadata.k".to_owned()));
    }
    assert_eq!(refused(&with("metadata", json!([]))), (ErrorCode::InvalidType, param()));
}

#[test]
fn a_later_claim_that_says_something_else_contradicts_and_one_that_adds_does_not() {
    let first = AffiliateAttribution::read(&json!({ "provider": "x", "publisher_id": "P001" })).unwrap();
    let read = |claim: Value| AffiliateAttribution::read(&claim).unwrap();
    assert!(!first.contradicts(&read(json!({ "provider": "x", "publisher_id": "P001", "sub_id": "s" }))));
    assert!(!first.contradicts(&read(json!({ "provider": "x", "token": "t" }))));
    assert!(first.contradicts(&read(json!({ "provider": "x", "publisher_id": "P002" }))));
    assert!(first.contradicts(&read(json!({ "provider": "y", "publisher_id": "P001" }))));
}
