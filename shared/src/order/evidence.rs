//! What the buyer's browser reports of an order: who brought him. Believed once a server-side source names the same amount.
//!
//! Anybody can report anything from a browser. Whoever guesses an order's number would have its commission, if the number
//! were enough: the amount is what only its buyer and the shop know.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Snapshot;
use super::intake::IntakeError;
use crate::id::{ExternalId, VisitorId};
use crate::money::{Currency, Money};
use crate::sorted::sort_by_key;
use crate::touch::Touch;

/// What a browser says of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What the order comes to: its net amount, or what the buyer paid in all.
    pub amount_minor: i64,
    /// In what.
    pub currency: Currency,
    /// The touches of the visitor's cookie and of the page, their signature verified when they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<Touch>,
    /// The visitor, if his cookie was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<VisitorId>,
}

impl Evidence {
    /// Whether it is of the order as others know it.
    #[must_use]
    pub fn agrees_with(&self, known: &Snapshot) -> bool {
        self.currency == known.currency
            && (self.amount_minor == known.net_minor() || Some(self.amount_minor) == known.gross_minor)
    }
}

/// Lets what browsers reported speak for an order; what names another amount is left out, and said so.
pub(super) fn join(known: &mut Snapshot, mut reported: Vec<&Evidence>, notes: &mut Vec<String>) {
    // By what they say: the order of their arrival makes no difference.
    sort_by_key(&mut reported, |evidence| serde_json::to_string(evidence).unwrap_or_default());
    for evidence in reported {
        if evidence.agrees_with(known) {
            for touch in &evidence.carried {
                if !known.carried.contains(touch) {
                    known.carried.push(*touch);
                }
            }
            known.visitor = known.visitor.or(evidence.visitor);
        } else if let Ok(amount) = Money::from_minor(evidence.amount_minor, evidence.currency) {
            notes
                .push(format!("the browser reported {amount}, which is not what the order comes to, and was left out"));
        }
    }
}

/// Checks what a page reports of an order: its name and what it comes to, each a text or a number.
pub fn check(id: &Value, amount: &Value, currency: &str) -> Result<(ExternalId, Money), IntakeError> {
    let refused = |field: &str, problem: String| IntakeError { field: field.to_owned(), problem };
    let text = |value: &Value| match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    };
    let external_id = ExternalId::parse(&text(id)).map_err(|error| refused("id", error.to_string()))?;
    let currency: Currency = currency
        .trim()
        .to_uppercase()
        .parse()
        .map_err(|_| refused("currency", "want three letters of ISO 4217".to_owned()))?;
    let money = Money::parse(&text(amount), currency).map_err(|error| refused("amount", error.to_string()))?;
    if money.minor() < 0 {
        return Err(refused("amount", "must not be negative".to_owned()));
    }
    Ok((external_id, money))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_order_is_reported_in_texts_or_numbers() {
        for (id, amount) in
            [(json!("1042"), json!("120.50")), (json!(1042), json!(120.5)), (json!(" 1042 "), json!(" 120.5 "))]
        {
            let (id, money) = check(&id, &amount, "eur").unwrap();
            assert_eq!((id.as_str(), money.minor(), money.currency().code()), ("1042", 12_050, "EUR"));
        }
    }

    #[test]
    fn what_is_no_order_is_refused_by_its_field() {
        let field = |id: Value, amount: Value, currency: &str| check(&id, &amount, currency).unwrap_err().field;
        assert_eq!(field(Value::Null, json!("1"), "EUR"), "id");
        assert_eq!(field(json!("1"), json!("1,50"), "EUR"), "amount");
        assert_eq!(field(json!("1"), json!(1e300), "EUR"), "amount");
        assert_eq!(field(json!("1"), json!("-1"), "EUR"), "amount");
        assert_eq!(field(json!("1"), json!({}), "EUR"), "amount");
        assert_eq!(field(json!("1"), json!("1"), "euro"), "currency");
    }
}
