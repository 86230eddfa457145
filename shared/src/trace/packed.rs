//! Steps as they are stored: those that nearly every decision has are lists, all others are objects.
//!
//! A decision is written for every order and read for few. As objects alone, steps were two thirds of the ledger's bytes.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{CouponTried, Part, Step, TouchTried, TouchVerdict};
use crate::program::Model;
use crate::time::Timestamp;

/// Why stored steps cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the steps of a decision cannot be read: {0}")]
pub struct UnpackError(#[from] serde_json::Error);

/// Steps as a JSON text to be stored.
#[must_use]
pub fn pack(steps: &[Step]) -> String {
    let mut text = String::with_capacity(64 * steps.len() + 2);
    pack_onto(&mut text, steps);
    text
}

/// Adds steps, as [`pack`] writes them, to a text.
pub fn pack_onto(text: &mut String, steps: &[Step]) {
    Packed(text).list(steps, |packed, step| packed.step(step));
}

/// Reads what [`pack`] wrote, and what was stored as objects before.
pub fn unpack(text: &str) -> Result<Vec<Step>, UnpackError> {
    let items: Vec<Value> = serde_json::from_str(text)?;
    Ok(items.into_iter().map(unpack_one).collect::<Result<_, _>>()?)
}

/// A JSON text that is being written. What most steps have is written without a detour; the rest by the general writer.
struct Packed<'a>(&'a mut String);

impl Packed<'_> {
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
const LISTS: [(&str, &str, &[&str]); 7] = [
    ("p", "purchase", &["order", "lines", "currency", "status"]),
    ("o", "order", &["order", "net", "given_back", "currency", "paid_at", "rules_of"]),
    ("e", "evidence", &["explicit", "placed_by", "coupons", "contact", "bound"]),
    ("t", "touch", &["at", "kind", "link", "partner", "stored", "window_days", "verdict", "model"]),
    ("r", "tier", &["tier", "parts", "amount", "currency", "partner"]),
    ("z", "no_tier", &["tier", "why"]),
    ("y", "charity", &["parts", "amount", "currency", "charity"]),
];

fn unpack_one(item: Value) -> Result<Step, serde_json::Error> {
    match item {
        Value::String(tag) => match tag.as_str() {
            "d" => Ok(Step::Delivery),
            "c" => Ok(Step::Checking),
            "n" => Ok(Step::NoCharity),
            _ => Err(unreadable(&tag)),
        },
        Value::Array(list) => {
            let mut values = list.into_iter();
            let tag = values.next().unwrap_or_default();
            let (_, step, fields) =
                LISTS.iter().find(|(known, _, _)| tag == *known).ok_or_else(|| unreadable("a list"))?;
            if values.len() != fields.len() {
                return Err(unreadable(step));
            }
            Fields(fields.iter().map(|field| (*field).to_owned()).zip(values).collect()).step(step)
        }
        Value::Object(mut fields) => match fields.remove("step") {
            Some(Value::String(step)) => Fields(fields).step(&step),
            _ => Err(unreadable("an object")),
        },
        _ => Err(unreadable("a number")),
    }
}

fn unreadable(what: &str) -> serde_json::Error {
    serde::de::Error::custom(format!("`{what}` is no step, or not all of one"))
}

/// What stands in a step, by name. Written by hand: the reader that is derived of the type is seven times as large, and it is
/// in the Worker.
struct Fields(Map<String, Value>);

impl Fields {
    fn step(mut self, step: &str) -> Result<Step, serde_json::Error> {
        Ok(match step {
            "purchase" => Step::Purchase {
                order: self.text("order")?,
                lines: self
                    .list("lines", |line| line.as_str().map(str::to_owned).ok_or_else(|| unreadable("lines")))?,
                currency: self.text("currency")?,
                status: self.text("status")?,
            },
            "delivery" => Step::Delivery,
            "awaited" => Step::Awaited { order: self.text("order")? },
            "note" => Step::Note { text: self.text("text")? },
            "checking" => Step::Checking,
            "unpaid" => Step::Unpaid,
            "order" => Step::Order {
                order: self.text("order")?,
                net: self.text("net")?,
                given_back: self.maybe_text("given_back")?,
                currency: self.text("currency")?,
                paid_at: self.time("paid_at")?,
                rules_of: if self.has("rules_of") { Some(self.time("rules_of")?) } else { None },
            },
            "evidence" => Step::Evidence {
                explicit: self.maybe_text("explicit")?,
                placed_by: self.maybe_text("placed_by")?,
                coupons: if self.has("coupons") { self.list("coupons", coupon)? } else { Vec::new() },
                contact: self.maybe_text("contact")?,
                bound: self.word("bound")?,
            },
            "ruled" => Step::Ruled {
                what: self.text("what")?,
                by: self.text("by")?,
                reason: self.text("reason")?,
                at: self.time("at")?,
            },
            "subscription" => Step::Subscription {
                first: self.text("first")?,
                partner: self.text("partner")?,
                decides: self.is("decides"),
            },
            "limited" => Step::Limited { payment: self.number("payment")?, limit: self.text("limit")? },
            "token_refused" => Step::TokenRefused,
            "more_touches" => Step::MoreTouches { count: self.number("count")? },
            "touch" => Step::Touch(TouchTried {
                at: self.time("at")?,
                kind: self.word("kind")?,
                link: self.maybe_text("link")?,
                partner: self.text("partner")?,
                stored: self.is("stored"),
                window_days: self.number("window_days")?,
                verdict: self.word("verdict")?,
                model: self.word("model")?,
            }),
            "house" => Step::House { partner: self.text("partner")? },
            "held" => Step::Held { reason: self.word("reason")?, partner: self.text("partner")? },
            "not_participating" => Step::NotParticipating { sku: self.text("sku")? },
            "flat_currency" => Step::FlatCurrency {
                tier: self.number("tier")?,
                program: self.text("program")?,
                order: self.text("order")?,
            },
            "tier" => Step::Tier {
                tier: self.number("tier")?,
                parts: self.list("parts", part)?,
                amount: self.text("amount")?,
                currency: self.text("currency")?,
                partner: self.text("partner")?,
            },
            "no_tier" => Step::NoTier { tier: self.number("tier")?, why: self.word("why")? },
            "charity" => Step::Charity {
                parts: self.list("parts", part)?,
                amount: self.text("amount")?,
                currency: self.text("currency")?,
                charity: self.text("charity")?,
            },
            "no_charity" => Step::NoCharity,
            "cut" => Step::Cut { tier: self.number("tier")?, from: self.text("from")?, to: self.text("to")? },
            "booked" => Step::Booked {
                tier: self.number("tier")?,
                receiver: self.text("receiver")?,
                before: self.text("before")?,
                now: self.text("now")?,
            },
            other => return Err(unreadable(other)),
        })
    }

    fn has(&self, name: &str) -> bool {
        !self.0.get(name).is_none_or(Value::is_null)
    }

    fn is(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    fn maybe_text(&mut self, name: &str) -> Result<Option<String>, serde_json::Error> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(unreadable(name)),
        }
    }

    fn text(&mut self, name: &str) -> Result<String, serde_json::Error> {
        self.maybe_text(name)?.ok_or_else(|| unreadable(name))
    }

    fn time(&self, name: &str) -> Result<Timestamp, serde_json::Error> {
        let seconds = self.0.get(name).and_then(Value::as_i64);
        seconds.map(Timestamp::from_unix_seconds).ok_or_else(|| unreadable(name))
    }

    fn number<T: TryFrom<u64>>(&self, name: &str) -> Result<T, serde_json::Error> {
        let number = self.0.get(name).and_then(Value::as_u64);
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| unreadable(name))
    }

    /// One of the words that a type has.
    fn word<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, serde_json::Error> {
        serde_json::from_value(self.0.remove(name).unwrap_or_default())
    }

    fn list<T>(
        &mut self,
        name: &str,
        item: impl Fn(Value) -> Result<T, serde_json::Error>,
    ) -> Result<Vec<T>, serde_json::Error> {
        match self.0.remove(name) {
            Some(Value::Array(items)) => items.into_iter().map(item).collect(),
            _ => Err(unreadable(name)),
        }
    }
}

fn coupon(item: Value) -> Result<CouponTried, serde_json::Error> {
    let Value::Object(fields) = item else { return Err(unreadable("coupons")) };
    let mut fields = Fields(fields);
    Ok(CouponTried { code: fields.text("code")?, owner: fields.maybe_text("owner")?, decides: fields.is("decides") })
}

/// A part of a commission: a list in a list, named where it was stored as an object.
fn part(item: Value) -> Result<Part, serde_json::Error> {
    let mut fields = match item {
        Value::Array(pair) if pair.len() == 2 => {
            Fields(["of", "sku"].into_iter().map(str::to_owned).zip(pair).collect())
        }
        Value::Object(fields) => Fields(fields),
        _ => return Err(unreadable("parts")),
    };
    Ok(Part { of: fields.text("of")?, sku: fields.text("sku")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::HoldReason;
    use crate::contact::BoundBy;
    use crate::touch::TouchKind;
    use crate::trace::NoTier;

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
            Step::Awaited { order: text("INV-1") },
            Step::Ruled { what: text("held"), by: text("Olga"), reason: text("a \"look\""), at },
            Step::Subscription { first: text("INV-0"), partner: text("17"), decides: true },
            Step::Limited { payment: 13, limit: text("the first 12 payments") },
            Step::TokenRefused,
            Step::MoreTouches { count: 4 },
            Step::House { partner: text("house") },
            Step::NotParticipating { sku: text("BOAT") },
            Step::FlatCurrency { tier: 2, program: text("EUR"), order: text("USD") },
            Step::Cut { tier: 0, from: text("2.00"), to: text("1.00") },
            Step::Booked { tier: 1, receiver: text("17"), before: text("0.00"), now: text("25.00") },
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
        // Those that nearly every decision has.
        let (packed, objects) = (pack(&steps()[..14]), serde_json::to_string(&steps()[..14]).unwrap());
        assert!(packed.len() * 3 < objects.len() * 2);
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
