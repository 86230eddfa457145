//! Amounts and words of the domain, as letters of a language say them.

use tributary_shared::attribution::HoldReason;
use tributary_shared::money::{Currency, Money};
use tributary_shared::payout::Method;

use crate::error::Error;

/// A space that does not break.
const NARROW: char = '\u{a0}';

/// An amount with its currency: `1,234.50 EUR`, `1 234,50 EUR`.
pub(super) fn amount(language: &str, minor: i64, currency: &str) -> Result<String, Error> {
    let corrupt = |problem: String| Error::Corrupt { subject: "an amount of a letter".to_owned(), problem };
    let currency: Currency = currency.parse().map_err(|_| corrupt(format!("in no known currency: {currency}")))?;
    let money = Money::from_minor(minor, currency).map_err(|error| corrupt(error.to_string()))?;
    let (group, point) = if language == "ru" { (NARROW, ',') } else { (',', '.') };
    let amount = money.amount();
    let (sign, digits) = amount.strip_prefix('-').map_or(("", amount.as_str()), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut said = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            said.push(group);
        }
        said.push(digit);
    }
    if !fraction.is_empty() {
        said.push(point);
        said.push_str(fraction);
    }
    said.push(NARROW);
    said.push_str(currency.code());
    Ok(said)
}

/// Amounts of several currencies; nothing at all is a dash.
pub(super) fn amounts(language: &str, sums: &[(String, i64)]) -> Result<String, Error> {
    let said: Vec<String> =
        sums.iter().map(|(currency, minor)| amount(language, *minor, currency)).collect::<Result<_, _>>()?;
    Ok(if said.is_empty() { "—".to_owned() } else { said.join(", ") })
}

/// How money was sent.
pub(super) fn method(language: &str, word: &str) -> &'static str {
    let is_russian = language == "ru";
    match Method::parse(word) {
        Some(Method::Bank) if is_russian => "банковский перевод",
        Some(Method::Bank) => "bank transfer",
        Some(Method::Paypal) => "PayPal",
        Some(Method::Wise) => "Wise",
        Some(Method::Emoney) if is_russian => "электронные деньги",
        Some(Method::Emoney) => "electronic money",
        Some(Method::Cash) if is_russian => "наличные",
        Some(Method::Cash) => "cash",
        // Of a later version.
        None => "—",
    }
}

/// Why an order is held.
pub(super) fn held(language: &str, word: &str) -> &'static str {
    let is_russian = language == "ru";
    let reason = [HoldReason::SelfReferral, HoldReason::Poaching, HoldReason::Merchant]
        .into_iter()
        .find(|reason| reason.as_str() == word);
    match reason {
        Some(HoldReason::SelfReferral) if is_russian => "покупатель — сам партнёр",
        Some(HoldReason::SelfReferral) => "the buyer is the partner",
        Some(HoldReason::Poaching) if is_russian => "переход за минуту до заказа, раньше привёл другой",
        Some(HoldReason::Poaching) => "a click a minute before the order, and another partner before",
        Some(HoldReason::Merchant) if is_russian => "по вашему решению",
        Some(HoldReason::Merchant) => "you said so",
        None => "—",
    }
}

/// What an entry is of, where it is of no order.
pub(super) fn adjustment(language: &str) -> &'static str {
    if language == "ru" { "корректировка" } else { "adjustment" }
}

/// That there is more than is listed.
pub(super) fn more(language: &str, count: i64) -> String {
    if language == "ru" { format!("- и ещё {count}") } else { format!("- and {count} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_as_a_language_writes_them() {
        assert_eq!(amount("en", 123_456_789, "EUR").unwrap(), "1,234,567.89\u{a0}EUR");
        assert_eq!(amount("ru", -123_456, "EUR").unwrap(), "−1\u{a0}234,56\u{a0}EUR");
        assert_eq!(amount("en", 500, "JPY").unwrap(), "500\u{a0}JPY");
        assert!(amount("en", 1, "???").is_err());
        let sums = [("EUR".to_owned(), 100), ("USD".to_owned(), 250)];
        assert_eq!(amounts("en", &sums).unwrap(), "1.00\u{a0}EUR, 2.50\u{a0}USD");
        assert_eq!(amounts("en", &[]).unwrap(), "—");
    }
}
