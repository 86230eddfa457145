//! Addresses of partners' postbacks, with macros: `https://tracker.example.com/?cid={click_id}&payout={commission}`.
//!
//! What stands in for a macro is percent-encoded whole, so that it stays one value wherever it stands. No macro can stand
//! in the host's name: what is checked when the address is saved is where it goes for ever.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::super::address::AddressError;
use super::{Event, Reach, address};

/// What values may keep: RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// All macros there are. One that an event knows nothing for is empty.
pub const MACROS: [&str; 15] = [
    "id",
    "event",
    "timestamp",
    "partner",
    "order",
    "amount",
    "commission",
    "currency",
    "tier",
    "link",
    "click_id",
    "sub_id",
    "payable_from",
    "payout",
    "method",
];

/// The address of a postback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template<'a>(&'a str);

/// Why a text is not the address of a postback.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// There is no such macro.
    #[error("there is no macro {{{name}}}")]
    Unknown {
        /// Its name.
        name: String,
    },
    /// A brace without its other.
    #[error("a brace is not closed, or was not opened")]
    Unbalanced,
    /// It would lead elsewhere for another value.
    #[error("a macro stands where the host's name is")]
    InHost,
    /// We may not send there.
    #[error(transparent)]
    Address(#[from] AddressError),
}

impl<'a> Template<'a> {
    /// Takes an address with macros, if it leads to one place that we may send to whatever their values are.
    #[cold] // As `Event::data` is.
    #[inline(never)]
    pub fn parse(text: &'a str, reach: Reach) -> Result<Self, TemplateError> {
        let (mut one, mut other) = (String::new(), String::new());
        for piece in pieces(text) {
            match piece? {
                Piece::Text(text) => {
                    one.push_str(text);
                    other.push_str(text);
                }
                Piece::Macro(name) if MACROS.contains(&name) => {
                    one.push('a');
                    other.push('b');
                }
                Piece::Macro(name) => {
                    return Err(TemplateError::Unknown {
                        name: name.chars().filter(|c| !c.is_control()).take(40).collect(),
                    });
                }
            }
        }
        let (one, other) = (address(&one, reach)?, address(&other, reach)?);
        if one.origin() == other.origin() { Ok(Self(text)) } else { Err(TemplateError::InHost) }
    }

    /// The address for an event.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn expand(&self, event: &Event<'_>) -> String {
        let data = event.data();
        let mut text = String::new();
        for piece in pieces(self.0).flatten() {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Macro(name) => text.extend(utf8_percent_encode(&value(name, event, &data), ENCODED)),
            }
        }
        text
    }
}

#[cold]
#[inline(never)]
fn value(name: &str, event: &Event<'_>, data: &Map<String, Value>) -> String {
    let fact = |name: &str| match data.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    match name {
        "id" => event.id.to_owned(),
        "event" => event.kind.to_owned(),
        "timestamp" => event.at.to_string(),
        // Of an accrual the amount is the commission.
        "commission" => fact("commission").or_else(|| fact("tier").and_then(|_| fact("amount"))).unwrap_or_default(),
        name => fact(name).unwrap_or_default(),
    }
}

enum Piece<'a> {
    Text(&'a str),
    Macro(&'a str),
}

/// The pieces of an address, in order.
fn pieces(text: &str) -> impl Iterator<Item = Result<Piece<'_>, TemplateError>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('{') {
            let Some((name, after)) = inside.split_once('}') else {
                rest = "";
                return Some(Err(TemplateError::Unbalanced));
            };
            rest = after;
            return Some(Ok(Piece::Macro(name)));
        }
        let (plain, after) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
        rest = after;
        Some(if plain.contains('}') { Err(TemplateError::Unbalanced) } else { Ok(Piece::Text(plain)) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    const FACTS: &str = r#"{"order":"A 1/ü&x=1","amount_minor":10000,"commission_minor":1000,"currency":"EUR",
        "click_id":"01890000-0000-7000-8000-000000000001","sub_id":null,"tier":null}"#;

    fn event(facts: &str) -> Event<'_> {
        Event {
            id: "evt_order_credited_7",
            kind: "order.credited",
            at: Timestamp::from_unix_seconds(1_790_000_000),
            facts,
        }
    }

    #[test]
    fn values_are_encoded_whole_and_what_is_not_known_is_empty() {
        let cases = [
            ("?o={order}", "?o=A%201%2F%C3%BC%26x%3D1"),
            ("{order}/x", "A%201%2F%C3%BC%26x%3D1/x"),
            ("?a={amount}&c={commission}&k={currency}", "?a=100.00&c=10.00&k=EUR"),
            (
                "?cid={click_id}&sub={sub_id}&t={tier}&p={payout}",
                "?cid=01890000-0000-7000-8000-000000000001&sub=&t=&p=",
            ),
            (
                "?e={event}&id={id}&at={timestamp}",
                "?e=order.credited&id=evt_order_credited_7&at=2026-09-21T14%3A13%3A20Z",
            ),
            ("?plain=1#{order}", "?plain=1#A%201%2F%C3%BC%26x%3D1"),
        ];
        for (given, expanded) in cases {
            let text = format!("https://tracker.example.com/p/{given}");
            let template = Template::parse(&text, Reach::Public).unwrap();
            assert_eq!(template.expand(&event(FACTS)), format!("https://tracker.example.com/p/{expanded}"));
        }
        let accrual = r#"{"amount_minor":300,"currency":"EUR","tier":2}"#;
        let template = Template::parse("https://tracker.example.com/{commission}", Reach::Public).unwrap();
        assert_eq!(template.expand(&event(accrual)), "https://tracker.example.com/3.00");
    }

    #[test]
    fn no_value_leads_elsewhere() {
        let facts = r#"{"order":"@evil.example/..\\..//x?#{partner}","partner":"p"}"#;
        let template = Template::parse("https://tracker.example.com/{order}?{order}", Reach::Public).unwrap();
        let url = url::Url::parse(&template.expand(&event(facts))).unwrap();
        assert_eq!((url.host_str(), url.path_segments().map(Iterator::count)), (Some("tracker.example.com"), Some(1)));
        assert_eq!(url.fragment(), None);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("https://{partner}.example.com/", "a macro stands where the host's name is"),
            ("https://example.com{order}/", "a macro stands where the host's name is"),
            ("https://t.example.com/?x={nothing}", "there is no macro {nothing}"),
            ("https://t.example.com/?x={order", "a brace is not closed, or was not opened"),
            ("https://t.example.com/?x=order}", "a brace is not closed, or was not opened"),
            ("http://t.example.com/", "`http` is not https"),
            ("https://127.0.0.1/?x={order}", "`127.0.0.1` is an IP address: want a name"),
            ("{order}", "`a` is not an absolute URL"),
        ];
        for (text, problem) in cases {
            assert_eq!(Template::parse(text, Reach::Public).unwrap_err().to_string(), problem, "{text}");
        }
        for text in ["https://{order}@example.com/", "https://t.example.com:{tier}/"] {
            assert!(Template::parse(text, Reach::Public).is_err(), "{text}");
        }
    }
}
