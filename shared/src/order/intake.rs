//! Orders and refunds as a shop sends them, checked once at the door.

use serde::Deserialize;

use super::{ChargebackWon, Customer, EventBody, LINES_MAX, Line, OrderCharity, QUANTITY_MAX};
use super::{Refund, RefundLine, Snapshot, Status};
use crate::contact::Email;
use crate::id::{Code, CouponCode, ExternalId, Sku};
use crate::money::{Currency, MINOR_MAX, Money, Percent};
use crate::program::HOLD_DAYS_MAX;
use crate::time::{Timestamp, day};

/// The longest free text: names and reasons.
const TEXT_CHARACTERS_MAX: usize = 500;

/// Why an order or a refund cannot be taken: which field, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct IntakeError {
    /// Where, as in `lines[0].net`.
    pub field: String,
    /// What is wrong.
    pub problem: String,
}

fn at<E: std::fmt::Display>(field: impl Into<String>) -> impl FnOnce(E) -> IntakeError {
    let field = field.into();
    move |error| IntakeError { field, problem: error.to_string() }
}

/// An order as `POST /api/v1/orders` takes it. Unknown fields are refused: a misspelt `coupon_codes` would lose a credit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderRequest {
    /// What the shop calls the order.
    pub external_id: String,
    /// `pending`, `paid`, `refunded` or `cancelled`.
    pub status: String,
    /// ISO 4217.
    pub currency: String,
    /// RFC 3339.
    #[serde(default)]
    pub placed_at: Option<String>,
    /// RFC 3339; when the order came, if it is paid and this is not given.
    #[serde(default)]
    pub paid_at: Option<String>,
    /// Who ordered.
    #[serde(default)]
    pub customer: Option<CustomerRequest>,
    /// What was ordered.
    #[serde(default)]
    pub lines: Vec<LineRequest>,
    /// Coupons used.
    #[serde(default)]
    pub coupon_codes: Vec<String>,
    /// The token or cookie that the order came with.
    #[serde(default)]
    pub trb: Option<String>,
    /// The partner whom the merchant names.
    #[serde(default)]
    pub partner: Option<String>,
    /// The concierge or sales agent who placed it.
    #[serde(default)]
    pub placed_by: Option<String>,
    /// The day of the service that is booked, as in `2026-12-24`.
    #[serde(default)]
    pub service_date: Option<String>,
    /// The subscription that this is a payment of.
    #[serde(default)]
    pub subscription: Option<String>,
    /// The order's own hold in days from payment, in place of its products' and its program's.
    #[serde(default)]
    pub hold_days: Option<u32>,
    /// The charity that it carries.
    #[serde(default)]
    pub charity: Option<CharityRequest>,
}

/// The charity that an order carries.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CharityRequest {
    /// The charity's code.
    pub code: String,
    /// Its percentage, a decimal string; the product's or the program's for charity, if it is not given.
    #[serde(default)]
    pub percent: Option<String>,
}

/// Who ordered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerRequest {
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// What the shop calls him.
    #[serde(default)]
    pub external_id: Option<String>,
    /// His name.
    #[serde(default)]
    pub name: Option<String>,
}

/// One line.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineRequest {
    /// What was sold.
    pub sku: String,
    /// How many; 1 if not given.
    #[serde(default)]
    pub quantity: Option<u32>,
    /// The line's total, a decimal string in major units.
    pub net: String,
    /// What of it was given back already.
    #[serde(default)]
    pub refunded_net: Option<String>,
}

/// A refund as `POST /api/v1/orders/{external_id}/refunds` takes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundRequest {
    /// What the shop calls it.
    pub refund_id: String,
    /// RFC 3339; when it came, if not given.
    #[serde(default)]
    pub at: Option<String>,
    /// How much, a decimal string in major units.
    #[serde(default)]
    pub amount: Option<String>,
    /// Or how much of which product.
    #[serde(default)]
    pub lines: Vec<RefundLineRequest>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A chargeback as `POST /api/v1/orders/{external_id}/chargebacks` takes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargebackRequest {
    /// What the payment provider calls it.
    pub chargeback_id: String,
    /// `opened` (the bank took the money), `lost` (it keeps it) or `won` (it gave it back); `opened` if not given.
    #[serde(default)]
    pub status: Option<String>,
    /// RFC 3339; when it came, if not given.
    #[serde(default)]
    pub at: Option<String>,
    /// How much, a decimal string in major units; not for `won`.
    #[serde(default)]
    pub amount: Option<String>,
    /// Or how much of which product.
    #[serde(default)]
    pub lines: Vec<RefundLineRequest>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What is given back of one product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundLineRequest {
    /// The product.
    pub sku: String,
    /// How many; for the record.
    #[serde(default)]
    pub quantity: Option<u32>,
    /// How much, a decimal string in major units.
    pub net: String,
}

impl OrderRequest {
    /// Checks every field; the token is left to whoever has the keys.
    pub fn check(&self, received_at: Timestamp) -> Result<(ExternalId, Snapshot), IntakeError> {
        let external_id = ExternalId::parse(&self.external_id).map_err(at("external_id"))?;
        let status = Status::parse(self.status.trim()).ok_or_else(|| IntakeError {
            field: "status".to_owned(),
            problem: "want pending, paid, refunded or cancelled".to_owned(),
        })?;
        let currency: Currency = self.currency.trim().parse().map_err(at("currency"))?;
        let placed_at = optional(self.placed_at.as_deref(), Timestamp::parse).map_err(at("placed_at"))?;
        let mut paid_at = optional(self.paid_at.as_deref(), Timestamp::parse).map_err(at("paid_at"))?;
        match status {
            Status::Paid => paid_at = paid_at.or(Some(received_at)),
            // A time of payment on an order that is not paid says nothing.
            Status::Pending => paid_at = None,
            // When it was paid is for the event to say that it was.
            Status::Refunded | Status::Cancelled => {}
        }
        let customer = self.customer.clone().unwrap_or_default();
        let snapshot = Snapshot {
            status,
            currency,
            placed_at,
            paid_at,
            customer: Customer {
                email: optional(customer.email.as_deref(), Email::parse).map_err(at("customer.email"))?,
                external_id: optional(customer.external_id.as_deref(), ExternalId::parse)
                    .map_err(at("customer.external_id"))?,
                name: free_text("customer.name", customer.name.as_deref())?,
            },
            lines: self.check_lines(currency)?,
            coupons: self
                .coupon_codes
                .iter()
                .filter(|coupon| !coupon.trim().is_empty())
                .map(|coupon| CouponCode::parse(coupon).map_err(at("coupon_codes")))
                .collect::<Result<_, _>>()?,
            partner: optional(self.partner.as_deref(), Code::parse).map_err(at("partner"))?,
            placed_by: free_text("placed_by", self.placed_by.as_deref())?,
            service_date: service_date(self.service_date.as_deref())?,
            carried: Vec::new(),
            visitor: None,
            token_refused: false,
            subscription: optional(self.subscription.as_deref(), ExternalId::parse).map_err(at("subscription"))?,
            hold_days: self.check_hold_days()?,
            charity: self.charity.as_ref().map(CharityRequest::check).transpose()?,
            gross_minor: None,
            as_of: None,
        };
        Ok((external_id, snapshot))
    }

    fn check_hold_days(&self) -> Result<Option<u32>, IntakeError> {
        match self.hold_days {
            Some(days) if days > HOLD_DAYS_MAX => Err(IntakeError {
                field: "hold_days".to_owned(),
                problem: format!("must be from 0 to {HOLD_DAYS_MAX}"),
            }),
            days => Ok(days),
        }
    }

    fn check_lines(&self, currency: Currency) -> Result<Vec<Line>, IntakeError> {
        if self.lines.len() > LINES_MAX {
            return Err(IntakeError { field: "lines".to_owned(), problem: format!("more than {LINES_MAX} lines") });
        }
        let mut sum_minor: i64 = 0;
        let mut lines = Vec::with_capacity(self.lines.len());
        for (index, line) in self.lines.iter().enumerate() {
            let sku = Sku::parse(&line.sku).map_err(at(format!("lines[{index}].sku")))?;
            let quantity = line.quantity.unwrap_or(1);
            if !(1..=QUANTITY_MAX).contains(&quantity) {
                return Err(IntakeError {
                    field: format!("lines[{index}].quantity"),
                    problem: format!("want 1 to {QUANTITY_MAX}"),
                });
            }
            let net_minor = amount(&format!("lines[{index}].net"), &line.net, currency)?;
            let refunded_minor = match line.refunded_net.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
                Some(text) => amount(&format!("lines[{index}].refunded_net"), text, currency)?,
                None => 0,
            };
            if refunded_minor > net_minor {
                return Err(IntakeError {
                    field: format!("lines[{index}].refunded_net"),
                    problem: "is more than the line's net amount".to_owned(),
                });
            }
            // Both are at most MINOR_MAX, so their sum is far from i64::MAX.
            sum_minor += net_minor;
            if sum_minor > MINOR_MAX {
                return Err(IntakeError {
                    field: "lines".to_owned(),
                    problem: format!("add up to more than {MINOR_MAX} minor units"),
                });
            }
            lines.push(Line { sku, quantity, net_minor, refunded_minor, id: None });
        }
        Ok(lines)
    }
}

impl CharityRequest {
    fn check(&self) -> Result<OrderCharity, IntakeError> {
        Ok(OrderCharity {
            code: Code::parse(&self.code).map_err(at("charity.code"))?,
            percent: optional(self.percent.as_deref(), str::parse::<Percent>).map_err(at("charity.percent"))?,
        })
    }
}

impl ChargebackRequest {
    /// Checks every field. A lost chargeback is one that took the money: it may be the first that is heard of it.
    pub fn check(&self, received_at: Timestamp, currency: Option<Currency>) -> Result<EventBody, IntakeError> {
        let taken = RefundRequest {
            refund_id: self.chargeback_id.clone(),
            at: self.at.clone(),
            amount: self.amount.clone(),
            lines: self.lines.clone(),
            reason: self.reason.clone(),
        };
        let renamed = |error: IntakeError| match error.field.as_str() {
            "refund_id" => IntakeError { field: "chargeback_id".to_owned(), ..error },
            _ => error,
        };
        match self.status.as_deref().map(str::trim).filter(|status| !status.is_empty()).unwrap_or("opened") {
            "opened" | "lost" => taken.check(received_at, currency).map(EventBody::Chargeback).map_err(renamed),
            "won" => Ok(EventBody::ChargebackWon(ChargebackWon {
                chargeback_id: ExternalId::parse(&self.chargeback_id).map_err(at("chargeback_id"))?,
                at: optional(self.at.as_deref(), Timestamp::parse).map_err(at("at"))?.unwrap_or(received_at),
            })),
            _ => Err(IntakeError { field: "status".to_owned(), problem: "want opened, lost or won".to_owned() }),
        }
    }
}

impl RefundRequest {
    /// Checks every field; amounts also against the currency, where the order is known already.
    pub fn check(&self, received_at: Timestamp, currency: Option<Currency>) -> Result<Refund, IntakeError> {
        let refund_id = ExternalId::parse(&self.refund_id).map_err(at("refund_id"))?;
        let when = optional(self.at.as_deref(), Timestamp::parse).map_err(at("at"))?.unwrap_or(received_at);
        match (&self.amount, self.lines.is_empty()) {
            (None, true) => {
                return Err(IntakeError { field: "amount".to_owned(), problem: "give an amount or lines".to_owned() });
            }
            (Some(_), false) => {
                return Err(IntakeError {
                    field: "amount".to_owned(),
                    problem: "give an amount or lines, not both".to_owned(),
                });
            }
            (Some(_), true) | (None, false) => {}
        }
        let check = |field: &str, text: &str| match currency {
            Some(currency) => amount(field, text, currency).map(|_| text.trim().to_owned()),
            None => plain(field, text),
        };
        let mut lines = Vec::with_capacity(self.lines.len());
        for (index, line) in self.lines.iter().enumerate() {
            lines.push(RefundLine {
                sku: Sku::parse(&line.sku).map_err(at(format!("lines[{index}].sku")))?,
                net: check(&format!("lines[{index}].net"), &line.net)?,
                line: None,
            });
        }
        Ok(Refund {
            refund_id,
            at: when,
            amount: self.amount.as_deref().map(|text| check("amount", text)).transpose()?,
            lines,
            gross: None,
            currency: None,
            reason: free_text("reason", self.reason.as_deref())?,
        })
    }
}

fn amount(field: &str, text: &str, currency: Currency) -> Result<i64, IntakeError> {
    let money = Money::parse(text.trim(), currency).map_err(at(field))?;
    if money.minor() < 0 {
        return Err(IntakeError {
            field: field.to_owned(),
            problem: "must not be negative: a discount belongs into the net amount of its line".to_owned(),
        });
    }
    Ok(money.minor())
}

/// An amount whose order, and so whose currency, has not come yet: four digits are the most that any currency has.
fn plain(field: &str, text: &str) -> Result<String, IntakeError> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(whole) && is_digits(fraction) && whole.len() <= 16 && fraction.len() <= 4 {
        return Ok(text.to_owned());
    }
    Err(IntakeError {
        field: field.to_owned(),
        problem: format!("`{text}` is not an amount: want digits with at most one point, as in 1000.50"),
    })
}

/// An empty text is one that was not given.
fn optional<T, E>(text: Option<&str>, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => parse(text).map(Some),
        None => Ok(None),
    }
}

/// A day, written in the one way.
fn service_date(text: Option<&str>) -> Result<Option<String>, IntakeError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let date = day(text).ok_or_else(|| at("service_date")("is not a day as in 2026-12-24".to_owned()))?;
    Ok(Some(date.to_string()))
}

fn free_text(field: &str, text: Option<&str>) -> Result<Option<String>, IntakeError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(IntakeError {
            field: field.to_owned(),
            problem: format!("is longer than {TEXT_CHARACTERS_MAX} characters"),
        });
    }
    Ok(Some(text.chars().filter(|c| !c.is_control()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str) -> Result<Snapshot, String> {
        let request: OrderRequest = serde_json::from_str(json).map_err(|error| error.to_string())?;
        request
            .check(Timestamp::from_unix_seconds(1_000))
            .map(|(_, snapshot)| snapshot)
            .map_err(|error| error.to_string())
    }

    fn with(field: &str) -> String {
        format!(r#"{{"external_id":"1","status":"paid","currency":"EUR",{field}}}"#)
    }

    #[test]
    fn a_paid_order_without_a_time_was_paid_when_it_came() {
        let snapshot = check(&with(r#""lines":[{"sku":"A","net":"1.50"}]"#)).unwrap();
        assert_eq!(snapshot.paid_at, Some(Timestamp::from_unix_seconds(1_000)));
        assert_eq!(snapshot.net_minor(), 150);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_field() {
        let cases = [
            (
                r#""lines":[{"sku":"A","net":"1.505"}]"#,
                "lines[0].net: `1.505` has more than 2 digits after the point, EUR has no more",
            ),
            (
                r#""lines":[{"sku":"A","net":"-1"}]"#,
                "lines[0].net: must not be negative: a discount belongs into the net amount of its line",
            ),
            (r#""lines":[{"sku":"A","quantity":0,"net":"1"}]"#, "lines[0].quantity: want 1 to 1000000"),
            (
                r#""lines":[{"sku":"A","net":"1","refunded_net":"2"}]"#,
                "lines[0].refunded_net: is more than the line's net amount",
            ),
            (r#""customer":{"email":"nobody"}"#, "customer.email: `nobody` is not an e-mail address"),
            (
                r#""paid_at":"soon""#,
                "paid_at: `soon` is not a time: want RFC 3339 with an offset, as in 2026-11-03T10:02:11Z",
            ),
            (
                r#""lines":[{"sku":"A","net":"90071992547409.91"},{"sku":"A","net":"0.01"}]"#,
                "lines: add up to more than 9007199254740991 minor units",
            ),
        ];
        for (field, problem) in cases {
            assert_eq!(check(&with(field)).unwrap_err(), problem);
        }
    }

    #[test]
    fn a_misspelt_field_or_a_number_for_an_amount_is_refused() {
        assert!(check(&with(r#""coupons":["X"]"#)).unwrap_err().contains("unknown field `coupons`"));
        assert!(check(&with(r#""lines":[{"sku":"A","net":1.5}]"#)).unwrap_err().contains("expected a string"));
    }
}
