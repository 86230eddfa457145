//! What we tell others: events in the form of Standard Webhooks, when one is tried again, and when it is given up.
//!
//! An event is a row of the database told again: its id is made of that row's, so that it is the same whoever tells it
//! and however often. Its facts are kept as JSON with amounts in minor units and instants in seconds, and become here
//! what goes out.

pub mod template;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::{Host, Url};

use super::address::{AddressError, PublicAddress};
use crate::money::Money;
use crate::time::Timestamp;

/// Seconds that an answer may take.
pub const ANSWER_SECONDS: i64 = 5;

/// Pauses after each try that failed, in seconds; after the last of them it is given up: in all a little over three
/// days. They are those that Standard Webhooks proposes.
pub const PAUSES_SECONDS: [i64; 9] =
    [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];

/// How many rounds of an endpoint may fail before it is left alone for a while, so that it neither keeps others waiting
/// nor wears out the tries of all that waits for it.
const ROUNDS_MAX: i64 = 2;

/// The longest that an endpoint is left alone.
const REST_SECONDS_MAX: i64 = 3_600;

/// Days that the log of a delivery is kept after it was done with.
pub const LOG_DAYS: i64 = 30;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// There is a new partner.
    PartnerCreated,
    /// A partner who waited may earn.
    PartnerApproved,
    /// A contact is a partner's for the first time.
    ContactBound,
    /// An order is credited to a partner.
    OrderCredited,
    /// An order is credited to nobody, for good as far as is known.
    OrderNotCredited,
    /// Commission was booked.
    AccrualCreated,
    /// Commission was taken back.
    AccrualReversed,
    /// The hold of what is left of an order's commission is over.
    AccrualPayable,
    /// Money was sent.
    PayoutSent,
    /// Money was not sent after all, or came back.
    PayoutFailed,
}

impl Kind {
    /// All there are.
    pub const ALL: [Self; 10] = [
        Self::PartnerCreated,
        Self::PartnerApproved,
        Self::ContactBound,
        Self::OrderCredited,
        Self::OrderNotCredited,
        Self::AccrualCreated,
        Self::AccrualReversed,
        Self::AccrualPayable,
        Self::PayoutSent,
        Self::PayoutFailed,
    ];

    /// Those that a partner may hear of what is his.
    pub const OF_PARTNERS: [Self; 7] = [
        Self::OrderCredited,
        Self::OrderNotCredited,
        Self::AccrualCreated,
        Self::AccrualReversed,
        Self::AccrualPayable,
        Self::PayoutSent,
        Self::PayoutFailed,
    ];

    /// The name of an event that says nothing happened: somebody tries an endpoint.
    pub const TEST: &str = "test";

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PartnerCreated => "partner.created",
            Self::PartnerApproved => "partner.approved",
            Self::ContactBound => "contact.bound",
            Self::OrderCredited => "order.credited",
            Self::OrderNotCredited => "order.not_credited",
            Self::AccrualCreated => "accrual.created",
            Self::AccrualReversed => "accrual.reversed",
            Self::AccrualPayable => "accrual.payable",
            Self::PayoutSent => "payout.sent",
            Self::PayoutFailed => "payout.failed",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// An event, with its facts as they are stored.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// Its id, the same whenever it is told. It holds no point.
    pub id: &'a str,
    /// What happened.
    pub kind: &'a str,
    /// When.
    pub at: Timestamp,
    /// A JSON object: `…_minor` in minor units of `currency`, `…_at` and `…_from` in seconds since 1970.
    pub facts: &'a str,
}

impl Event<'_> {
    /// The facts as they go out: `amount_minor` as the decimal text `amount`, instants as RFC 3339.
    ///
    /// What cannot be told so goes out as nothing: there is nobody here who could mend it.
    #[cold] // Asked for now and then: where it is compiled into the Worker, its bytes count for more than its speed.
    #[inline(never)]
    #[must_use]
    pub fn data(&self) -> Map<String, Value> {
        let facts: Map<String, Value> = serde_json::from_str(self.facts).unwrap_or_default();
        let currency = facts.get("currency").and_then(Value::as_str).and_then(|code| code.parse().ok());
        let mut data = Map::new();
        for (name, value) in facts {
            let (name, value) = match (name.strip_suffix("_minor"), value.as_i64()) {
                (Some(plain), minor) => {
                    let money =
                        minor.zip(currency).and_then(|(minor, currency)| Money::from_minor(minor, currency).ok());
                    (plain.to_owned(), money.map_or(Value::Null, |money| money.amount().into()))
                }
                (None, Some(seconds)) if name.ends_with("_at") || name.ends_with("_from") => {
                    (name, Timestamp::from_unix_seconds(seconds).to_string().into())
                }
                (None, _) => (name, value),
            };
            data.insert(name, value);
        }
        data
    }

    /// The body of the hook: the same bytes whenever it is told.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn body(&self) -> String {
        let mut body = Map::new();
        body.insert("id".to_owned(), self.id.into());
        body.insert("type".to_owned(), self.kind.into());
        body.insert("timestamp".to_owned(), self.at.to_string().into());
        body.insert("data".to_owned(), self.data().into());
        Value::from(body).to_string()
    }
}

/// What an answer to a hook means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It is delivered.
    Delivered,
    /// Nobody listens there any more: nothing more is sent.
    Gone,
    /// It is tried again at this instant.
    Again(Timestamp),
    /// It is given up.
    GivenUp,
}

/// Says what the status of an answer means, 0 without an answer, after so many tries.
#[must_use]
pub fn heard(status: i64, tries: i64, now: Timestamp) -> Heard {
    match status {
        200..=299 => Heard::Delivered,
        410 => Heard::Gone,
        _ => {
            let done = usize::try_from(tries).ok().and_then(|tries| tries.checked_sub(1));
            let pause = done.and_then(|done| PAUSES_SECONDS.get(done));
            pause.map_or(Heard::GivenUp, |pause| Heard::Again(now.plus_seconds(*pause)))
        }
    }
}

/// Until when an endpoint is left alone after so many rounds that failed, one after the other.
#[must_use]
pub fn rest_until(rounds: i64, now: Timestamp) -> Timestamp {
    // Doubled from a minute on; the seventh is beyond the longest.
    let seconds = match rounds.saturating_sub(ROUNDS_MAX).clamp(0, 7) {
        0 => 0,
        more => (60 << (more - 1)).min(REST_SECONDS_MAX),
    };
    now.plus_seconds(seconds)
}

/// A signing key made of random bytes.
#[must_use]
pub fn key_of(random: [u8; 32]) -> String {
    format!("whsec_{}", STANDARD.encode(random))
}

/// Where hooks may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To public names, over https.
    Public,
    /// To this machine as well: for tests and the demo.
    Local,
}

/// Checks an address that hooks are to go to, as it will be asked for.
#[cold] // As `Event::data` is.
#[inline(never)]
pub fn address(text: &str, reach: Reach) -> Result<Url, AddressError> {
    if reach == Reach::Local
        && let Ok(url) = Url::parse(text)
        && url.host().is_some_and(|host| match host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        })
    {
        return Ok(url);
    }
    PublicAddress::parse(text).map(|address| address.url().clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::standard_webhooks::{Headers, Keys};

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_790_000_000);

    fn event(facts: &str) -> Event<'_> {
        Event { id: "evt_accrual_created_64", kind: "accrual.created", at: NOW, facts }
    }

    #[test]
    fn a_body_tells_amounts_as_decimal_texts_and_instants_as_people_write_them() {
        let cases = [
            (
                r#"{"order":"A-1","amount_minor":1050,"currency":"EUR","payable_from":1790000000}"#,
                r#"{"amount":"10.50","currency":"EUR","order":"A-1","payable_from":"2026-09-21T14:13:20Z"}"#,
            ),
            (r#"{"amount_minor":1050,"currency":"JPY"}"#, r#"{"amount":"1050","currency":"JPY"}"#),
            (r#"{"amount_minor":-1,"currency":"KWD"}"#, r#"{"amount":"-0.001","currency":"KWD"}"#),
            (r#"{"amount_minor":null,"currency":"EUR"}"#, r#"{"amount":null,"currency":"EUR"}"#),
            (r#"{"amount_minor":5,"currency":"none"}"#, r#"{"amount":null,"currency":"none"}"#),
            (r#"{"tier":2,"payable_at":null}"#, r#"{"payable_at":null,"tier":2}"#),
            ("{}", "{}"),
            ("not JSON", "{}"),
        ];
        for (facts, data) in cases {
            let body = format!(
                r#"{{"data":{data},"id":"evt_accrual_created_64","timestamp":"2026-09-21T14:13:20Z","type":"accrual.created"}}"#
            );
            assert_eq!(event(facts).body(), body);
        }
    }

    #[test]
    fn pauses_grow_until_a_hook_is_given_up_and_two_answers_end_it_at_once() {
        let after = |status, tries| heard(status, tries, NOW);
        for status in [200, 202, 204, 299] {
            assert_eq!(after(status, 1), Heard::Delivered, "{status}");
        }
        for status in [0, 301, 302, 307, 400, 404, 429, 500, 503] {
            assert_eq!(after(status, 1), Heard::Again(NOW.plus_seconds(5)), "{status}");
        }
        assert_eq!(after(410, 1), Heard::Gone);
        let pauses: Vec<i64> = (1..)
            .map_while(|tries| match after(500, tries) {
                Heard::Again(at) => Some(at.seconds_since(NOW)),
                Heard::Delivered | Heard::Gone | Heard::GivenUp => None,
            })
            .collect();
        assert_eq!(pauses, PAUSES_SECONDS);
        assert!(pauses.is_sorted(), "they grow");
        assert_eq!(after(500, 10), Heard::GivenUp);
    }

    #[test]
    fn an_endpoint_that_fails_round_after_round_is_left_alone_for_longer_and_longer() {
        let rests: Vec<i64> = (0..12).map(|rounds| rest_until(rounds, NOW).seconds_since(NOW)).collect();
        assert_eq!(rests, [0, 0, 0, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
        assert_eq!(rest_until(i64::MAX, NOW).seconds_since(NOW), REST_SECONDS_MAX);
    }

    #[test]
    fn a_key_that_we_make_signs_what_receivers_verify() {
        let key = key_of([7; 32]);
        let body = event("{}").body();
        let signature = Keys::parse(&key).unwrap().sign("evt_1", NOW, body.as_bytes());
        let headers = Headers { id: Some("evt_1"), timestamp: Some("1790000000"), signature: Some(&signature) };
        assert_eq!(Keys::parse(&key).unwrap().verify(headers, body.as_bytes(), NOW), Ok(()));
    }

    #[test]
    fn this_machine_is_reached_where_somebody_says_so_and_no_other_network() {
        for text in ["http://localhost:8788/hook", "http://127.0.0.1:9/", "http://[::1]:9/"] {
            assert!(address(text, Reach::Local).is_ok(), "{text}");
            assert!(address(text, Reach::Public).is_err(), "{text}");
        }
        for text in ["http://10.0.0.1/", "http://169.254.169.254/latest", "http://printer.local/", "ftp://example.com/"]
        {
            assert!(address(text, Reach::Local).is_err(), "{text}");
        }
    }

    #[test]
    fn kinds_are_read_as_they_are_written() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse(Kind::TEST), None);
    }
}
