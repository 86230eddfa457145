//! Fields of a provider's JSON, with their path, so that what is missing or wrong can be named.

use serde_json::Value;

use crate::contact::Email;
use crate::id::{ExternalId, Sku};
use crate::money::{Currency, MINOR_MAX, Money, allocate};
use crate::order::intake::IntakeError;
use crate::order::{LINES_MAX, Line, QUANTITY_MAX};
use crate::time::Timestamp;

/// The longest free text that is kept, in characters.
const TEXT_CHARACTERS_MAX: usize = 500;

/// The SKU of a line whose product nobody names; CSV files have the same.
pub(crate) const SKU_UNKNOWN: &str = "-";

/// Parses a body.
pub(crate) fn parse(body: &[u8]) -> Result<Value, IntakeError> {
    let refused = |problem: String| IntakeError { field: "body".to_owned(), problem };
    let value: Value = serde_json::from_slice(body).map_err(|error| refused(format!("is not JSON: {error}")))?;
    if value.is_object() { Ok(value) } else { Err(refused("is not a JSON object".to_owned())) }
}

/// A place in the JSON, there or not.
#[derive(Clone)]
pub(crate) struct Field<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Field<'a> {
    /// The whole body.
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    /// The field of a name in this one.
    pub(crate) fn at(&self, name: &str) -> Self {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Self { value: self.value.get(name).unwrap_or(&Value::Null), path }
    }

    /// The entries of a list; none if there is no list.
    pub(crate) fn list(&self) -> impl Iterator<Item = Field<'a>> + use<'a> {
        let entries: &'a [Value] = self.value.as_array().map_or(&[], Vec::as_slice);
        let path = self.path.clone();
        entries.iter().enumerate().map(move |(index, value)| Field { value, path: format!("{path}[{index}]") })
    }

    /// Whether something is there.
    pub(crate) fn is_there(&self) -> bool {
        !self.value.is_null()
    }

    /// Whether it is `true`.
    pub(crate) fn is_true(&self) -> bool {
        self.value.as_bool() == Some(true)
    }

    /// Whether it is `false`.
    pub(crate) fn is_false(&self) -> bool {
        self.value.as_bool() == Some(false)
    }

    /// That this field is wrong.
    pub(crate) fn wrong(&self, problem: impl std::fmt::Display) -> IntakeError {
        let field = if self.path.is_empty() { "body".to_owned() } else { self.path.clone() };
        IntakeError { field, problem: problem.to_string() }
    }

    fn missing(&self, what: &str) -> IntakeError {
        let problem = if self.is_there() { format!("want {what}") } else { format!("is missing: want {what}") };
        self.wrong(problem)
    }

    /// A text that must be there.
    pub(crate) fn text(&self) -> Result<&'a str, IntakeError> {
        self.given().ok_or_else(|| self.missing("a text"))
    }

    /// A text, if one is there that is not blank.
    pub(crate) fn given(&self) -> Option<&'a str> {
        self.value.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// A text to keep for the record: cut and without control characters.
    pub(crate) fn kept(&self) -> Option<String> {
        self.given().map(|text| text.chars().filter(|c| !c.is_control()).take(TEXT_CHARACTERS_MAX).collect())
    }

    /// The id of a thing that must be there: a text, a number, or the thing itself with its `id`.
    pub(crate) fn id(&self) -> Result<ExternalId, IntakeError> {
        self.given_id().ok_or_else(|| self.missing("an id"))
    }

    /// The id of a thing, if it is there.
    pub(crate) fn given_id(&self) -> Option<ExternalId> {
        let text = match self.value {
            Value::String(text) => text.clone(),
            Value::Number(number) if is_whole(number) => number.to_string(),
            Value::Object(thing) => match thing.get("id")? {
                Value::String(text) => text.clone(),
                Value::Number(number) if is_whole(number) => number.to_string(),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => return None,
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
        };
        ExternalId::parse(&text).ok().filter(|id| id.as_str() != "0")
    }

    /// An e-mail address, if one is there. One that is none is left out: an order is not lost for it.
    pub(crate) fn email(&self) -> Option<Email> {
        self.given().and_then(|text| Email::parse(text).ok())
    }

    /// A whole number that must be there.
    pub(crate) fn integer(&self) -> Result<i64, IntakeError> {
        self.value.as_i64().ok_or_else(|| self.missing("a whole number"))
    }

    /// How many, from 1; 1 if it is not a number of things.
    pub(crate) fn quantity(&self) -> u32 {
        let quantity = self.value.as_u64().and_then(|quantity| u32::try_from(quantity).ok());
        quantity.filter(|quantity| (1..=QUANTITY_MAX).contains(quantity)).unwrap_or(1)
    }

    /// A currency that must be there, in capitals or not.
    pub(crate) fn currency(&self) -> Result<Currency, IntakeError> {
        self.text()?.to_ascii_uppercase().parse().map_err(|error| self.wrong(error))
    }

    /// Seconds since 1970 began that must be there.
    pub(crate) fn seconds(&self) -> Result<Timestamp, IntakeError> {
        let seconds = self.integer()?;
        if (Timestamp::FIRST.unix_seconds()..=Timestamp::LAST.unix_seconds()).contains(&seconds) {
            return Ok(Timestamp::from_unix_seconds(seconds));
        }
        Err(self.wrong("want seconds since 1970"))
    }

    /// An instant in RFC 3339 that must be there.
    pub(crate) fn time(&self) -> Result<Timestamp, IntakeError> {
        Timestamp::parse(self.text()?).map_err(|error| self.wrong(error))
    }

    /// An instant in RFC 3339, if it is there.
    pub(crate) fn given_time(&self) -> Result<Option<Timestamp>, IntakeError> {
        self.given().map(|text| Timestamp::parse(text).map_err(|error| self.wrong(error))).transpose()
    }

    /// An amount in a provider's own minor units, a number or its digits; it counts `digits` after the point.
    pub(crate) fn minor(&self, currency: Currency, digits: u32) -> Result<i64, IntakeError> {
        let amount = match self.value {
            Value::String(text) => text.trim().parse().map_err(|_| self.missing("a whole number"))?,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => self.integer()?,
        };
        self.scaled(amount, currency, digits)
    }

    /// The same, and 0 if nothing is there.
    pub(crate) fn minor_or_zero(&self, currency: Currency, digits: u32) -> Result<i64, IntakeError> {
        if self.is_there() { self.minor(currency, digits) } else { Ok(0) }
    }

    /// Units of one exponent in those of our own; what does not come out even is refused, never rounded.
    fn scaled(&self, amount: i64, currency: Currency, digits: u32) -> Result<i64, IntakeError> {
        let ten_to = |power: u32| 10_i64.pow(power.min(9));
        let ours = currency.digits();
        let minor = if digits <= ours {
            amount.checked_mul(ten_to(ours - digits))
        } else {
            let divisor = ten_to(digits - ours);
            if amount % divisor != 0 {
                return Err(self.wrong(format!("{amount} has more digits than {currency} has")));
            }
            Some(amount / divisor)
        };
        minor
            .filter(|minor| minor.unsigned_abs() <= MINOR_MAX.unsigned_abs())
            .ok_or_else(|| self.wrong(format!("is more than {MINOR_MAX} minor units")))
    }

    /// An amount in major units, as a text; also as a number, where its text is certain to be what was sent.
    pub(crate) fn major(&self, currency: Currency) -> Result<i64, IntakeError> {
        let text = match self.value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) if is_whole(number) => number.to_string(),
            Value::Number(number) => {
                let text = number.to_string();
                // Up to 15 digits, the shortest text of a number is the one that it was read from.
                if text.bytes().filter(u8::is_ascii_digit).count() > 15 {
                    return Err(self.wrong("is a number with more than 15 digits: want a text"));
                }
                text
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                return Err(self.missing("an amount in major units"));
            }
        };
        // `-0.00` is how shops write that nothing was taken off.
        let is_zero = text.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|byte| matches!(byte, b'0' | b'.')));
        let text = if is_zero { &text[1..] } else { &text };
        Money::parse(text, currency).map(Money::minor).map_err(|error| self.wrong(error))
    }
}

fn is_whole(number: &serde_json::Number) -> bool {
    number.is_i64() || number.is_u64()
}

/// A sum that stays within its bound.
pub(crate) fn sum(amounts: impl IntoIterator<Item = i64>, of: &Field<'_>) -> Result<i64, IntakeError> {
    let mut sum: i64 = 0;
    for amount in amounts {
        sum = sum
            .checked_add(amount)
            .filter(|sum| sum.unsigned_abs() <= MINOR_MAX.unsigned_abs())
            .ok_or_else(|| of.wrong(format!("adds up to more than {MINOR_MAX} minor units")))?;
    }
    Ok(sum)
}

/// An amount in major units, as refunds hold it.
pub(crate) fn major_text(minor: i64, currency: Currency, of: &Field<'_>) -> Result<String, IntakeError> {
    Money::from_minor(minor, currency).map(Money::amount).map_err(|error| of.wrong(error))
}

/// A part of an amount as large as `part` is of `whole`; all of it where the part is the whole or more.
pub(crate) fn share(amount_minor: i64, part_minor: i64, whole_minor: i64) -> i64 {
    if part_minor >= whole_minor {
        return amount_minor;
    }
    match allocate(amount_minor, &[part_minor.max(0), whole_minor - part_minor.max(0)])[..] {
        [share_minor, _] => share_minor,
        _ => 0,
    }
}

/// A line as its provider reports it: its weight says how much of the whole is its own.
pub(crate) struct Part {
    pub(crate) sku: String,
    pub(crate) quantity: u32,
    pub(crate) weight_minor: i64,
    /// What the provider calls it, where its refunds name lines.
    pub(crate) id: Option<ExternalId>,
}

/// Lines that add up to the net amount, split by their weights: what providers take off as a whole is off all of them.
///
/// A line that brings nothing stays out, unless none brings anything.
pub(crate) fn lines(net_minor: i64, mut parts: Vec<Part>) -> Vec<Line> {
    if parts.iter().any(|part| part.weight_minor > 0) {
        parts.retain(|part| part.weight_minor > 0);
    }
    parts.truncate(LINES_MAX);
    let weights: Vec<i64> = parts.iter().map(|part| part.weight_minor).collect();
    let unsplit = weights.iter().all(|weight| *weight <= 0);
    if parts.is_empty() || (unsplit && net_minor > 0) {
        let net_minor = net_minor.max(0);
        return vec![Line { sku: sku(SKU_UNKNOWN), quantity: 1, net_minor, refunded_minor: 0, id: None }];
    }
    parts
        .into_iter()
        .zip(allocate(net_minor.max(0), &weights))
        .map(|(Part { sku: name, quantity, id, .. }, net_minor)| Line {
            sku: sku(&name),
            quantity,
            net_minor,
            refunded_minor: 0,
            id,
        })
        .collect()
}

/// A provider's word for a product, cut to what fits.
pub(crate) fn sku(text: &str) -> Sku {
    let text: String = text.chars().filter(|c| !c.is_control()).take(100).collect();
    Sku::parse(&text).or_else(|_| Sku::parse(SKU_UNKNOWN)).expect("`-` is a product's name")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(sku: &str, weight_minor: i64) -> Part {
        Part { sku: sku.to_owned(), quantity: 1, weight_minor, id: None }
    }

    #[test]
    fn an_amount_of_another_exponent_is_exact_or_refused() {
        let cases = [
            (json!(10_000), "ISK", 2, Ok(100)),
            (json!(10_001), "ISK", 2, Err("amount: 10001 has more digits than ISK has")),
            (json!(500), "MGA", 0, Ok(50_000)),
            (json!("1050"), "USD", 2, Ok(1_050)),
            (json!(9_007_199_254_740_992_i64), "USD", 2, Err("amount: is more than 9007199254740991 minor units")),
            (json!(9_007_199_254_740_991_i64), "MGA", 0, Err("amount: is more than 9007199254740991 minor units")),
            (json!(10.5), "USD", 2, Err("amount: want a whole number")),
            (json!(null), "USD", 2, Err("amount: is missing: want a whole number")),
        ];
        for (value, currency, digits, expected) in cases {
            let body = json!({ "amount": value });
            let read = Field::root(&body).at("amount").minor(currency.parse().unwrap(), digits);
            assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{body}");
        }
    }

    #[test]
    fn an_amount_in_major_units_may_be_a_text_or_a_number_that_is_certain() {
        let cases = [
            (json!("29.35"), Ok(2_935)),
            (json!("-10.00"), Ok(-1_000)),
            (json!("-0.00"), Ok(0)),
            (json!(10.99), Ok(1_099)),
            (json!(10), Ok(1_000)),
            (json!(1_234_567_890_123.456_7), Err("net: is a number with more than 15 digits: want a text")),
            (json!("29.355"), Err("net: `29.355` has more than 2 digits after the point, EUR has no more")),
        ];
        for (value, expected) in cases {
            let body = json!({ "net": value });
            let read = Field::root(&body).at("net").major("EUR".parse().unwrap());
            assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{body}");
        }
    }

    #[test]
    fn lines_add_up_to_the_net_amount_whatever_was_taken_off_the_whole() {
        let net = |lines: &[Line]| lines.iter().map(|line| line.net_minor).collect::<Vec<_>>();
        assert_eq!(net(&lines(100, vec![part("A", 60), part("B", 60), part("credit", -20)])), [50, 50]);
        assert_eq!(net(&lines(100, vec![])), [100]);
        assert_eq!(net(&lines(100, vec![part("A", 0)])), [100]);
        assert_eq!(net(&lines(0, vec![part("A", 0), part("B", 0)])), [0, 0]);
    }

    #[test]
    fn a_field_that_is_missing_is_named_with_its_path() {
        let body = json!({ "data": { "lines": [{}] } });
        let line = Field::root(&body).at("data").at("lines").list().next().unwrap();
        assert_eq!(line.at("sku").text().unwrap_err().to_string(), "data.lines[0].sku: is missing: want a text");
    }
}
