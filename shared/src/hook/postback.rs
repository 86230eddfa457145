//! Postbacks: an order that another server reports in the query of one signed URL.
//!
//! `/api/v1/postback?trb=…&amount=…&currency=…&id=…&sig=…`. `id` is the order's, `amount` its net amount in major units,
//! `trb` the token that came with the buyer. `status` (`paid` if not given), `at` (RFC 3339, when it was paid), `coupon` and
//! `sku` may follow. There is no place for an e-mail address: no personal data stands in any URL.
//!
//! `sig` is the HMAC-SHA256, in lower-case hexadecimal digits, of the canonical query: all other parameters, decoded, sorted
//! by name and then by value, and encoded again as browsers encode forms. Parameters may therefore stand in any order.
//!
//! The same postback again adds nothing: its event is named by order and status, like one that comes through the API.

use std::borrow::Cow;

use super::claims::Claims;
use super::signature::{Secrets, SignatureError, hex, unhex};
use super::{HookEvent, IntakeError};
use crate::hash::hex_hash;
use crate::order::intake::{LineRequest, OrderRequest};
use crate::order::{EventBody, Status, event_id};
use crate::sorted::sort_by;
use crate::time::Timestamp;
use crate::token;

/// The source of its events.
pub const SOURCE: &str = "postback";

/// The parameter of the signature.
const SIGNATURE_PARAMETER: &str = "sig";

/// What may stand in a postback beside its signature. An unknown parameter is refused: a misspelt one would lose a credit.
pub(crate) const PARAMETERS: [&str; 8] =
    [token::PARAMETER, "amount", "currency", "id", "status", "at", "coupon", "sku"];

/// The longest query, in bytes: a cookie's value in `trb` is below 1,000.
const QUERY_BYTES_MAX: usize = 4_096;

/// Why a postback is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostbackError {
    /// It is not believed.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// It is believed and wrong.
    #[error(transparent)]
    Field(#[from] IntakeError),
}

/// Verifies the query of a postback and reads the order.
///
/// 1. The signature, over all that stands there.
/// 2. No parameter is unknown, and none stands twice.
/// 3. The fields are checked like those of an order that comes through the API.
pub fn read(query: &str, secrets: &Secrets, received_at: Timestamp) -> Result<HookEvent, PostbackError> {
    // (1)
    if query.len() > QUERY_BYTES_MAX {
        return Err(wrong("query", format!("is longer than {QUERY_BYTES_MAX} bytes")));
    }
    let pairs = pairs(query);
    let header = "sig";
    let signature = pairs.iter().find(|(name, _)| name == SIGNATURE_PARAMETER).map(|(_, value)| value);
    let signature = signature.ok_or(SignatureError::Missing { header })?;
    let problem = "it is not 64 lower-case hexadecimal digits";
    let tag = unhex(signature).ok_or(SignatureError::Malformed { header, problem })?;
    let canonical = canonical(&pairs);
    secrets.verify(&[canonical.as_bytes()], &[tag])?;
    // (2)
    for (index, (name, _)) in pairs.iter().enumerate() {
        if name != SIGNATURE_PARAMETER && !PARAMETERS.contains(&name.as_ref()) {
            return Err(wrong(name, "is not a parameter of a postback"));
        }
        if pairs[..index].iter().any(|(earlier, _)| earlier == name) {
            return Err(wrong(name, "stands there twice"));
        }
    }
    // (3)
    let value = |name: &str| pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_ref());
    let (external_id, snapshot) = request(value).check(received_at).map_err(renamed)?;
    let status = snapshot.status;
    let at = match status {
        Status::Paid => snapshot.paid_at,
        Status::Pending | Status::Refunded | Status::Cancelled => None,
    };
    let body = EventBody::Order(Box::new(snapshot));
    let mut event = HookEvent::new(external_id, SOURCE, at.unwrap_or(received_at), body);
    event.event_id = event_id("order", &[event.external_id.as_str(), status.as_str()]);
    // What was sent and not when it came: sent again, it is the same.
    event.body_hash = hex_hash(&canonical);
    let mut claims = Claims::default();
    claims.named(value(token::PARAMETER));
    event.claims = claims;
    Ok(event)
}

/// The signature of a query, for whoever writes postbacks: examples, tests, documentation. `None` without a secret.
#[must_use]
pub fn sign(query: &str, secrets: &Secrets) -> Option<String> {
    secrets.sign(&[canonical(&pairs(query)).as_bytes()]).map(|tag| hex(&tag))
}

fn pairs(query: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(query.strip_prefix('?').unwrap_or(query).as_bytes()).collect()
}

fn canonical(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> String {
    let mut signed: Vec<_> = pairs.iter().filter(|(name, _)| name != SIGNATURE_PARAMETER).collect();
    sort_by(&mut signed, Ord::cmp);
    let mut canonical = form_urlencoded::Serializer::new(String::new());
    for (name, value) in signed {
        canonical.append_pair(name, value);
    }
    canonical.finish()
}

fn request<'a>(value: impl Fn(&str) -> Option<&'a str>) -> OrderRequest {
    let owned = |name: &str| value(name).map(str::to_owned);
    let line = LineRequest {
        sku: owned("sku").unwrap_or_else(|| super::field::SKU_UNKNOWN.to_owned()),
        quantity: None,
        net: owned("amount").unwrap_or_default(),
        refunded_net: None,
    };
    OrderRequest {
        external_id: owned("id").unwrap_or_default(),
        status: owned("status").unwrap_or_else(|| Status::Paid.as_str().to_owned()),
        currency: owned("currency").unwrap_or_default(),
        placed_at: None,
        paid_at: owned("at"),
        customer: None,
        lines: vec![line],
        coupon_codes: owned("coupon").into_iter().collect(),
        trb: None,
        partner: None,
        placed_by: None,
        service_date: None,
        subscription: None,
        hold_days: None,
        charity: None,
    }
}

/// The parameter that a field of an order is called here.
fn renamed(error: IntakeError) -> IntakeError {
    let field = match error.field.as_str() {
        "external_id" => "id",
        "lines[0].net" | "lines" => "amount",
        "lines[0].sku" => "sku",
        "paid_at" => "at",
        "coupon_codes" => "coupon",
        other => other,
    };
    IntakeError { field: field.to_owned(), problem: error.problem }
}

fn wrong(field: &str, problem: impl Into<String>) -> PostbackError {
    let field = field.chars().filter(|c| !c.is_control()).take(64).collect();
    PostbackError::Field(IntakeError { field, problem: problem.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_785_542_400);

    fn secrets() -> Secrets {
        Secrets::parse("postback_secret")
    }

    fn signed(query: &str) -> String {
        format!("{query}&sig={}", sign(query, &secrets()).unwrap())
    }

    #[test]
    fn a_signed_postback_is_an_order() {
        let event = read(&signed("trb=abc&amount=250.00&currency=EUR&id=INV%2F1"), &secrets(), NOW).unwrap();
        assert_eq!((event.external_id.as_str(), event.event_id.as_str()), ("INV/1", "order/INV%2F1/paid"));
        let EventBody::Order(snapshot) = &event.body else { panic!("{event:?}") };
        assert_eq!((snapshot.net_minor(), snapshot.paid_at), (25_000, Some(NOW)));
        assert_eq!(event.claims.tokens[0].text, "abc");
    }

    #[test]
    fn the_signature_is_this() {
        assert_eq!(
            sign("amount=250.00&currency=EUR&id=INV-1&trb=abc", &secrets()).unwrap(),
            "e535b642d26dfb793865d49c403c972a2de77dd760f6e0dbf5d7d4ff716e24e0"
        );
    }

    #[test]
    fn parameters_may_stand_in_any_order_and_the_same_again_has_the_same_hash() {
        let signature = sign("id=1&amount=1&currency=EUR&sku=a+b", &secrets()).unwrap();
        let first = read(&format!("?sig={signature}&sku=a%20b&currency=EUR&amount=1&id=1"), &secrets(), NOW).unwrap();
        let query = format!("amount=1&id=1&currency=EUR&sku=a+b&sig={signature}");
        let again = read(&query, &secrets(), NOW.plus_seconds(9)).unwrap();
        assert_eq!((&first.event_id, &first.body_hash), (&again.event_id, &again.body_hash));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            (signed("amount=1&currency=EUR&id=1").replace("amount=1", "amount=9"), "no signature matches"),
            ("amount=1&currency=EUR&id=1".to_owned(), "header sig is missing"),
            ("id=1&sig=AB".to_owned(), "header sig is malformed: it is not 64 lower-case hexadecimal digits"),
            (signed("amount=1&currency=EUR&id=1&id=2"), "id: stands there twice"),
            (signed("amount=1&currency=EUR&id=1&email=a%40b"), "email: is not a parameter of a postback"),
            (signed("amount=1&currency=EUR"), "id: external id is empty"),
            (
                signed("amount=1.005&currency=EUR&id=1"),
                "amount: `1.005` has more than 2 digits after the point, EUR has no more",
            ),
        ];
        for (query, problem) in cases {
            assert_eq!(read(&query, &secrets(), NOW).unwrap_err().to_string(), problem, "{query}");
        }
    }
}
