//! Paddle Billing: transactions and their adjustments.
//!
//! Which events a destination must be sent: `transaction.completed`, `adjustment.created`, `adjustment.updated`. Others are
//! ignored. Shapes: <https://developer.paddle.com/webhooks/transactions/transaction-completed> and
//! <https://developer.paddle.com/webhooks/adjustments/adjustment-created>.
//!
//! An order is a transaction; a subscription's every payment is one of its own. Where the partner is looked for: the key
//! `trb` of `custom_data`, and the discount. Whoever opens a checkout in his browser may set `custom_data`: it names no
//! partner by itself.

use super::claims::Claims;
use super::field::{self, Field, Part, SKU_UNKNOWN, lines, major_text, share, sum};
use super::signature::{Form, Secrets, SignatureError, check_time};
use super::{HookEvent, IntakeError, Told, ignored, orders};
use crate::id::CouponCode;
use crate::money::{Currency, allocate};
use crate::order::{ChargebackWon, Customer, EventBody, Refund, RefundLine, Snapshot, Status};
use crate::time::Timestamp;
use crate::token;

/// The source of its events.
pub const SOURCE: &str = "paddle";

/// The header of the signature.
pub const SIGNATURE_HEADER: &str = "Paddle-Signature";

const FORM: Form = Form { header: SIGNATURE_HEADER, separator: ';', time: "ts", tag: "h1" };

/// Verifies a hook: `ts=…;h1=…`, the HMAC over `ts:body`; while a secret is rolled there are several `h1`.
/// <https://developer.paddle.com/webhooks/signature-verification>
pub fn verify(header: Option<&str>, body: &[u8], secrets: &Secrets, now: Timestamp) -> Result<(), SignatureError> {
    let fields = FORM.read(header)?;
    check_time(FORM.seconds(fields.time)?, now)?;
    secrets.verify(&[fields.time.as_bytes(), b":", body], &fields.tags)
}

/// One event, with what all kinds have.
struct Event<'a> {
    id: &'a str,
    kind: &'a str,
    occurred_at: Timestamp,
    data: Field<'a>,
}

impl Event<'_> {
    fn told(&self, order: &Field<'_>, at: Timestamp, body: EventBody) -> Result<HookEvent, IntakeError> {
        let mut event = HookEvent::new(order.id()?, SOURCE, at, body);
        event.event_id = self.id.to_owned();
        Ok(event)
    }
}

/// Reads an event.
pub fn read(body: &[u8]) -> Result<Told, IntakeError> {
    let json = field::parse(body)?;
    let root = Field::root(&json);
    let event = Event {
        id: root.at("event_id").text()?,
        kind: root.at("event_type").text()?,
        occurred_at: root.at("occurred_at").time()?,
        data: root.at("data"),
    };
    match event.kind {
        "transaction.completed" => transaction(&event),
        "adjustment.created" | "adjustment.updated" => adjustment(&event),
        kind if kind.starts_with("transaction.") => Ok(ignored(kind, "told by transaction.completed")),
        kind if kind.starts_with("subscription.") => Ok(ignored(kind, "a subscription is told by its transactions")),
        kind => Ok(ignored(kind, "not an event of an order")),
    }
}

fn transaction(event: &Event<'_>) -> Result<Told, IntakeError> {
    let transaction = &event.data;
    let currency = transaction.at("currency_code").currency()?;
    let details = transaction.at("details");
    let totals = details.at("totals");
    let total_minor = amount(&totals.at("total"), currency)?;
    let untaxed_minor = sum([total_minor, -amount(&totals.at("tax"), currency)?], &totals)?;
    // What a credit pays of it came from another transaction, which had its commission.
    let grand_total = totals.at("grand_total");
    let paid_minor = if grand_total.is_there() { amount(&grand_total, currency)? } else { total_minor };
    let net_minor = share(untaxed_minor.max(0), paid_minor, total_minor);
    let mut parts = Vec::new();
    for line in details.at("line_items").list() {
        let totals = line.at("totals");
        let weight_minor = amount(&totals.at("total"), currency)? - amount(&totals.at("tax"), currency)?;
        let sku = line.at("product").at("custom_data").at("sku").given().map(str::to_owned);
        let product = line.at("product").given_id().or_else(|| line.at("price_id").given_id());
        let sku = sku.or_else(|| product.map(String::from)).unwrap_or_else(|| SKU_UNKNOWN.to_owned());
        parts.push(Part { sku, quantity: line.at("quantity").quantity(), weight_minor, id: line.at("id").given_id() });
    }
    let mut claims = Claims::default();
    claims.named(transaction.at("custom_data").at(token::PARAMETER).given());
    let discount = transaction.at("discount");
    let coupons = [discount.at("code").given(), transaction.at("discount_id").given()];
    let customer = transaction.at("customer");
    let snapshot = Snapshot {
        status: Status::Paid,
        currency,
        placed_at: transaction.at("created_at").given_time()?,
        paid_at: Some(event.occurred_at),
        customer: Customer {
            email: customer.at("email").email(),
            external_id: transaction.at("customer_id").given_id(),
            name: customer.at("name").kept(),
        },
        lines: lines(net_minor, parts),
        coupons: coupons.into_iter().flatten().filter_map(|coupon| CouponCode::parse(coupon).ok()).collect(),
        partner: None,
        placed_by: None,
        service_date: None,
        carried: Vec::new(),
        visitor: None,
        token_refused: false,
        subscription: transaction.at("subscription_id").given_id(),
        hold_days: None,
        charity: None,
        gross_minor: Some(paid_minor.max(0)),
        as_of: None,
    };
    let body = EventBody::Order(Box::new(snapshot));
    let mut told = event.told(&transaction.at("id"), event.occurred_at, body)?;
    told.claims = claims;
    Ok(orders(told))
}

/// Reads an adjustment: what it takes back without tax, once Paddle has approved it.
///
/// A chargeback and what undoes it are two adjustments that name only their transaction: that is the chargeback's id.
fn adjustment(event: &Event<'_>) -> Result<Told, IntakeError> {
    let adjustment = &event.data;
    let action = adjustment.at("action").text()?;
    let status = adjustment.at("status").text()?;
    let transaction = adjustment.at("transaction_id");
    let created_at = adjustment.at("created_at").time()?;
    let body = match (action, status) {
        ("refund", "approved") => EventBody::Refund(taken_back(adjustment, adjustment.at("id").id()?, created_at)?),
        ("refund", "pending_approval") => return Ok(ignored(event.kind, "a refund that is not approved yet")),
        ("refund", "reversed") => {
            EventBody::RefundFailed(taken_back(adjustment, adjustment.at("id").id()?, created_at)?)
        }
        ("refund", "rejected") => return Ok(ignored(event.kind, "a refund that was rejected")),
        ("chargeback", "approved") => EventBody::Chargeback(taken_back(adjustment, transaction.id()?, created_at)?),
        ("chargeback", "reversed") | ("chargeback_reverse", "approved") => {
            EventBody::ChargebackWon(ChargebackWon { chargeback_id: transaction.id()?, at: event.occurred_at })
        }
        ("chargeback_warning" | "chargeback_warning_reverse", _) => {
            return Ok(ignored(event.kind, "a warning: the chargeback is told by itself"));
        }
        ("credit" | "credit_reverse", _) => {
            return Ok(ignored(event.kind, "a credit: it lowers what a later transaction is paid with"));
        }
        (_, _) => return Ok(ignored(event.kind, "an adjustment that takes nothing back")),
    };
    let at = body.at().unwrap_or(event.occurred_at);
    Ok(orders(event.told(&transaction, at, body)?))
}

fn taken_back(adjustment: &Field<'_>, refund_id: crate::id::ExternalId, at: Timestamp) -> Result<Refund, IntakeError> {
    let currency = adjustment.at("currency_code").currency()?;
    let totals = adjustment.at("totals");
    let total = totals.at("total");
    let net_minor = (amount(&total, currency)? - amount(&totals.at("tax"), currency)?).max(0);
    let lines = lines_taken_back(adjustment, net_minor, currency)?;
    let amount = if lines.is_empty() { Some(major_text(net_minor, currency, &total)?) } else { None };
    Ok(Refund {
        refund_id,
        at,
        amount,
        lines,
        gross: None,
        currency: Some(currency),
        reason: adjustment.at("reason").kept(),
    })
}

/// The lines that a part adjustment names, by the ids of `details.line_items` of their transaction: what it takes back
/// without tax, split as its items are.
///
/// None of one that is of the whole transaction, or has an item without a name.
fn lines_taken_back(
    adjustment: &Field<'_>,
    net_minor: i64,
    currency: Currency,
) -> Result<Vec<RefundLine>, IntakeError> {
    if adjustment.at("type").given() == Some("full") {
        return Ok(Vec::new());
    }
    let (mut named, mut weights) = (Vec::new(), Vec::new());
    for item in adjustment.at("items").list() {
        let Some(id) = item.at("item_id").given_id() else { return Ok(Vec::new()) };
        let totals = item.at("totals");
        // One that gives back tax alone has nothing without it.
        weights.push((amount(&totals.at("total"), currency)? - amount(&totals.at("tax"), currency)?).max(0));
        named.push(id);
    }
    let mut lines = Vec::new();
    for (id, minor) in named.into_iter().zip(allocate(net_minor, &weights)).filter(|(_, minor)| *minor > 0) {
        let net = major_text(minor, currency, adjustment)?;
        lines.push(RefundLine { sku: field::sku(SKU_UNKNOWN), net, line: Some(id) });
    }
    Ok(lines)
}

/// An amount as Paddle counts it: digits of the lowest denomination, with the decimals that are common for the currency.
/// <https://developer.paddle.com/api-reference/about/data-types>
fn amount(field: &Field<'_>, currency: Currency) -> Result<i64, IntakeError> {
    field.minor(currency, currency.digits())
}
