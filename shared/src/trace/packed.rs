//! Steps as they are stored: those that nearly every decision has are lists, all others are objects.
//!
//! A decision is written for every order and read for few. As objects alone, steps were two thirds of the ledger's bytes.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{Part, Step, TouchTried, TouchVerdict};
use crate::program::Model;

/// Why stored steps cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the steps of a decision cannot be read: {0}")]
pub struct UnpackError(#[from] serde_json::Error);

/// Steps as a JSON text to be stored.
#[must_use]
pub fn pack(steps: &[Step]) -> String {
    let mut packed = Packed(String::with_capacity(64 * steps.len() + 2));
    packed.list(steps, |packed, step| packed.step(step));
    packed.0
}

/// Reads what [`pack`] wrote, and what was stored as objects before.
pub fn unpack(text: &str) -> Result<Vec<Step>, UnpackError> {
    let items: Vec<Value> = serde_json::from_str(text)?;
    Ok(items.into_iter().map(unpack_one).collect::<Result<_, _>>()?)
}

/// A JSON text that is being written. What most steps have is written without a detour; the rest by the general writer.
struct Packed(String);

impl Packed {
    fn step(&mut self, step: &Step) {
        match step {
            Step::Delivery => self.word("d"),
            Step::Checking => self.word("c"),
            Step::NoCharity => self.word("n"),
            Step::Purchase { order, lines, currency, status } => {
                self.begin("p").text(order).next().list(lines, |packed, line| {
                    packed.text(line);
                });
                self.next().text(currency).next().text(status).end();
            }
            Step::Order { order, net, given_back, currency, paid_at, rules_of } => {
                self.begin("o").text(order).next().text(net).next().text_or_null(given_back);
                self.next().text(currency).next().number(paid_at.unix_seconds()).next();
                match rules_of {
                    Some(valid_from) => self.number(valid_from.unix_seconds()).end(),
                    None => self.general(rules_of).end(),
                }
            }
            Step::Evidence { explicit, placed_by, coupons, contact, bound } => {
                self.begin("e").text_or_null(explicit).next().text_or_null(placed_by);
                self.next().list(coupons, |packed, coupon| {
                    packed.general(coupon);
                });
                self.next().text_or_null(contact).next().general(bound).end();
            }
            Step::Touch(TouchTried { at, kind, link, partner, stored, window_days, verdict, model }) => {
                self.begin("t").number(at.unix_seconds()).next().word(kind.as_str());
                self.next().text_or_null(link).next().text(partner).next();
                self.0.push_str(if *stored { "true" } else { "false" });
                self.next().number(i64::from(*window_days)).next().word(match verdict {
                    TouchVerdict::Taken => "taken",
                    TouchVerdict::Tried => "tried",
                    TouchVerdict::Outside => "outside",
                    TouchVerdict::NoProgram => "no_program",
                });
                self.next().word(match model {
                    Model::Last => "last",
                    Model::First => "first",
                });
                self.end();
            }
            Step::Tier { tier, parts, amount, currency, partner } => {
                self.begin("r").number(i64::from(*tier)).next().parts(parts);
                self.next().text(amount).next().text(currency).next().text(partner).end();
            }
            Step::NoTier { tier, why } => {
                self.begin("z").general(tier).next().general(why).end();
            }
            Step::Charity { parts, amount, currency, charity } => {
                self.begin("y").parts(parts);
                self.next().text(amount).next().text(currency).next().text(charity).end();
            }
            Step::Awaited { .. }
            | Step::Note { .. }
            | Step::Unpaid
            | Step::Ruled { .. }
            | Step::Subscription { .. }
            | Step::Limited { .. }
            | Step::TokenRefused
            | Step::MoreTouches { .. }
            | Step::House { .. }
            | Step::Held { .. }
            | Step::NotParticipating { .. }
            | Step::FlatCurrency { .. }
            | Step::Cut { .. }
            | Step::Booked { .. } => {
                self.general(step);
            }
        }
    }

    /// Begins a list with its tag.
    fn begin(&mut self, tag: &str) -> &mut Self {
        self.0.push('[');
        self.word(tag);
        self.next()
    }

    fn next(&mut self) -> &mut Self {
        self.0.push(',');
        self
    }

    fn end(&mut self) {
        self.0.push(']');
    }

    /// A word of ours: nothing in it need be escaped.
    fn word(&mut self, word: &str) {
        self.0.push('"');
        self.0.push_str(word);
        self.0.push('"');
    }

    fn number(&mut self, number: i64) -> &mut Self {
        // Writing to a text cannot fail.
        let _ = write!(self.0, "{number}");
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
            return self.general(text);
        }
        self.word(text);
        self
    }

    fn text_or_null(&mut self, text: &Option<String>) -> &mut Self {
        match text {
            Some(text) => self.text(text),
            None => {
                self.0.push_str("null");
                self
            }
        }
    }

    fn parts(&mut self, parts: &[Part]) -> &mut Self {
        self.list(parts, |packed, Part { of, sku }| {
            packed.0.push('[');
            packed.text(of).next().text(sku).end();
        })
    }

    fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) -> &mut Self {
        self.0.push('[');
        for (index, one) in items.iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            item(self, one);
        }
        self.0.push(']');
        self
    }

    fn general<T: serde::Serialize + ?Sized>(&mut self, value: &T) -> &mut Self {
        // Texts, numbers and lists of them: there is nothing in a step that JSON has no form for.
        self.0.push_str(&serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()));
        self
    }
}

/// The lists: how each is told, the step it is, and what stands in it after that.
///
/// A list is made the object that it stands for, so that there is one reader of steps, not one for each form.
const LISTS: [(&str, &str, &[&str]); 7] = [
    ("p", "purchase", &["order", "lines", "currency", "status"]),
    ("o", "order", &["order", "net", "given_back", "currency", "paid_at", "rules_of"]),
    ("e", "evidence", &["explicit", "placed_by", "coupons", "contact", "bound"]),
    ("t", "touch", &["at", "kind", "link", "partner", "stored", "window_days", "verdict", "model"]),
    ("r", "tier", &["tier", PARTS, "amount", "currency", "partner"]),
    ("z", "no_tier", &["tier", "why"]),
    ("y", "charity", &[PARTS, "amount", "currency", "charity"]),
];

/// The one field whose items are lists themselves.
const PARTS: &str = "parts";

fn unpack_one(item: Value) -> Result<Step, serde_json::Error> {
    match item {
        Value::String(tag) => match tag.as_str() {
            "d" => Ok(Step::Delivery),
            "c" => Ok(Step::Checking),
            "n" => Ok(Step::NoCharity),
            _ => Err(no_step(&tag)),
        },
        Value::Array(list) => serde_json::from_value(object(list)?),
        other => serde_json::from_value(other),
    }
}

fn object(list: Vec<Value>) -> Result<Value, serde_json::Error> {
    let mut values = list.into_iter();
    let tag = values.next().unwrap_or_default();
    let (_, step, fields) =
        LISTS.iter().find(|(known, _, _)| tag == *known).ok_or_else(|| no_step(tag.as_str().unwrap_or_default()))?;
    if values.len() != fields.len() {
        return Err(no_step(step));
    }
    let mut object = Map::new();
    object.insert("step".to_owned(), (*step).into());
    for (field, value) in fields.iter().zip(values) {
        object.insert((*field).to_owned(), if *field == PARTS { parts(value) } else { value });
    }
    Ok(Value::Object(object))
}

fn parts(pairs: Value) -> Value {
    let Value::Array(pairs) = pairs else { return pairs };
    let named = |pair| match pair {
        Value::Array(mut pair) if pair.len() == 2 => json!({ "of": pair[0].take(), "sku": pair[1].take() }),
        other => other,
    };
    pairs.into_iter().map(named).collect()
}

fn no_step(tag: &str) -> serde_json::Error {
    serde::de::Error::custom(format!("`{tag}` is no step"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::HoldReason;
    use crate::contact::BoundBy;
    use crate::time::Timestamp;
    use crate::touch::TouchKind;
    use crate::trace::{CouponTried, NoTier};

    fn steps() -> Vec<Step> {
        let text = str::to_owned;
        let at = Timestamp::from_unix_seconds(1_793_700_131);
        let parts = || vec![Part { of: text("10% of 250.00"), sku: text("TOUR \"7\"") }];
        vec![
            Step::Purchase {
                order: text("INV-1"),
                lines: vec![text("1 × T 2.00")],
                currency: text("EUR"),
                status: text("paid"),
            },
            Step::Delivery,
            Step::Note { text: text("refund R is 1.00 EUR more than was left to give back") },
            Step::Checking,
            Step::Order {
                order: text("INV-1"),
                net: text("2.00"),
                given_back: Some(text("1.00")),
                currency: text("EUR"),
                paid_at: at,
                rules_of: Some(Timestamp::FIRST),
            },
            Step::Evidence {
                explicit: None,
                placed_by: Some(text("Olga")),
                coupons: vec![CouponTried { code: text("C"), owner: Some(text("17")), decides: true }],
                contact: Some(text("b…@x.test")),
                bound: Some((text("17"), at, BoundBy::Hand)),
            },
            Step::Touch(TouchTried {
                at,
                kind: TouchKind::Visit,
                link: None,
                partner: text("17"),
                stored: true,
                window_days: 365,
                verdict: TouchVerdict::Outside,
                model: Model::First,
            }),
            Step::Held { reason: HoldReason::Merchant, partner: text("17") },
            Step::Tier { tier: 1, parts: parts(), amount: text("25.00"), currency: text("EUR"), partner: text("17") },
            Step::NoTier { tier: 2, why: NoTier::ParentEnded { partner: text("17"), until: at } },
            Step::NoTier { tier: 3, why: NoTier::NoRate },
            Step::Charity { parts: parts(), amount: text("1.00"), currency: text("EUR"), charity: text("rivers") },
            Step::NoCharity,
            Step::Unpaid,
        ]
    }

    #[test]
    fn what_is_packed_is_read_as_it_was() {
        assert_eq!(unpack(&pack(&steps())).unwrap(), steps());
        assert_eq!(pack(&[]), "[]");
    }

    #[test]
    fn steps_that_were_stored_as_objects_are_read() {
        let objects = serde_json::to_string(&steps()).unwrap();
        assert_eq!(unpack(&objects).unwrap(), steps());
        assert!(pack(&steps()).len() * 3 < objects.len() * 2);
    }

    #[test]
    fn words_are_those_of_the_general_writer() {
        for verdict in [TouchVerdict::Taken, TouchVerdict::Tried, TouchVerdict::Outside, TouchVerdict::NoProgram] {
            for model in [Model::Last, Model::First] {
                let touch = TouchTried {
                    at: Timestamp::from_unix_seconds(-5),
                    kind: TouchKind::Click,
                    link: Some("a\"\\\n\u{7f}é".to_owned()),
                    partner: String::new(),
                    stored: false,
                    window_days: 1,
                    verdict,
                    model,
                };
                let TouchTried { at, kind, link, partner, stored, window_days, .. } = &touch;
                let general = serde_json::json!([["t", at, kind, link, partner, stored, window_days, verdict, model]]);
                assert_eq!(pack(&[Step::Touch(touch.clone())]), general.to_string());
            }
        }
    }

    #[test]
    fn the_stored_form_is_this_one() {
        assert_eq!(
            pack(&steps()[6..9]),
            r#"[["t",1793700131,"visit",null,"17",true,365,"outside","first"],{"step":"held","reason":"merchant","partner":"17"},["r",1,[["10% of 250.00","TOUR \"7\""]],"25.00","EUR","17"]]"#
        );
    }

    #[test]
    fn what_is_no_step_is_refused() {
        for text in ["{}", "[\"?\"]", "[[\"t\",1]]", "[7]", "[[]]", "[[\"r\",1,7,\"1\",\"EUR\",\"17\"]]"] {
            assert!(unpack(text).is_err(), "{text}");
        }
    }
}
