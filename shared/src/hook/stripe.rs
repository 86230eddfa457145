//! Stripe: Checkout sessions, invoices, refunds and disputes.
//!
//! Which events an endpoint must be sent: `checkout.session.completed`, `checkout.session.async_payment_succeeded`,
//! `invoice.paid`, `invoice_payment.paid`, `refund.created`, `refund.updated`, `refund.failed`, `charge.dispute.created`,
//! `charge.dispute.funds_withdrawn`, `charge.dispute.closed`. `charge.refunded` and `charge.refund.updated` are read, too.
//! Others are ignored.
//!
//! An order is an invoice where there is one, else a payment intent. A session that has an invoice (every subscription's
//! first) says who brought the buyer and no more: that it was paid is for `invoice.paid` to say, so that the two are one
//! order. Since the version 2025-03-31 a charge no longer names its invoice, and a dispute never did; what ties the two
//! is `invoice_payment.paid`, in older versions the invoice itself.
//!
//! Where the partner is looked for: `client_reference_id`; the key `trb` of the metadata of the session, the invoice, the
//! subscription and the first line; coupons. The key `trb_partner` is set by the merchant's server alone: it names the
//! partner like the API does.

mod invoice;
mod session;

use super::field::{self, Field, major_text};
use super::signature::{Form, Secrets, SignatureError, check_time};
use super::{A_TEST, Alias, HookEvent, IntakeError, Tests, Tidings, Told, claims, ignored, orders};
use crate::id::{Code, CouponCode, ExternalId};
use crate::money::Currency;
use crate::order::{ChargebackWon, EventBody, Refund};
use crate::time::Timestamp;
use crate::token;

/// The source of its events.
pub const SOURCE: &str = "stripe";

/// The header of the signature.
pub const SIGNATURE_HEADER: &str = "Stripe-Signature";

const FORM: Form = Form { header: SIGNATURE_HEADER, separator: ',', time: "t", tag: "v1" };

/// Currencies that Stripe counts in whole units; of them MGA has digits by ISO 4217.
/// <https://docs.stripe.com/currencies#zero-decimal>
const WHOLE: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];

/// Currencies that Stripe counts in thousandths. <https://docs.stripe.com/currencies#three-decimal>
const THOUSANDTHS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// Verifies a hook: `t=…,v1=…`, the HMAC over `t.body`, the key being the whole secret with its `whsec_`.
pub fn verify(header: Option<&str>, body: &[u8], secrets: &Secrets, now: Timestamp) -> Result<(), SignatureError> {
    let fields = FORM.read(header)?;
    check_time(FORM.seconds(fields.time)?, now)?;
    secrets.verify(&[fields.time.as_bytes(), b".", body], &fields.tags)
}

/// One event, with what all kinds have.
struct Event<'a> {
    id: &'a str,
    kind: &'a str,
    created: Timestamp,
    data: Field<'a>,
    object: Field<'a>,
}

impl Event<'_> {
    fn told(&self, order: ExternalId, at: Timestamp, body: EventBody) -> HookEvent {
        let mut event = HookEvent::new(order, SOURCE, at, body);
        event.event_id = self.id.to_owned();
        event
    }
}

/// Reads an event. One of test mode says `livemode: false`. <https://docs.stripe.com/api/events/object>
pub fn read(body: &[u8], tests: Tests) -> Result<Told, IntakeError> {
    let json = field::parse(body)?;
    let root = Field::root(&json);
    let data = root.at("data");
    let event = Event {
        id: root.at("id").text()?,
        kind: root.at("type").text()?,
        created: root.at("created").seconds()?,
        object: data.at("object"),
        data,
    };
    if tests == Tests::Ignored && root.at("livemode").is_false() {
        return Ok(ignored(event.kind, A_TEST));
    }
    match event.kind {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => session::read(&event),
        "invoice.paid" => invoice::read(&event),
        "invoice_payment.paid" => invoice_payment(&event),
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => refund(&event),
        "charge.refunded" => refunded(&event),
        "charge.dispute.created" | "charge.dispute.funds_withdrawn" | "charge.dispute.closed" => dispute(&event),
        kind => Ok(ignored(kind, why_ignored(kind))),
    }
}

fn why_ignored(kind: &str) -> &'static str {
    match kind {
        "charge.dispute.updated" | "charge.dispute.funds_reinstated" => "told by charge.dispute.closed",
        "invoice.payment_succeeded" => "told by invoice.paid",
        "payment_intent.succeeded" | "charge.succeeded" => "told by checkout.session.completed or invoice.paid",
        _ if kind.starts_with("customer.subscription.") => "a subscription is told by its invoices",
        _ => "not an event of an order",
    }
}

/// Reads which payment paid an invoice.
fn invoice_payment(event: &Event<'_>) -> Result<Told, IntakeError> {
    let order = event.object.at("invoice").id()?;
    let payment = event.object.at("payment");
    let Some(name) = payment.at("payment_intent").given_id().or_else(|| payment.at("charge").given_id()) else {
        return Ok(ignored(event.kind, "paid outside of Stripe"));
    };
    Ok(Told::Orders(Tidings { events: Vec::new(), aliases: vec![Alias { name, order }] }))
}

/// Reads a refund as it stands: it may still fail when it has succeeded. <https://docs.stripe.com/api/refunds/object>
fn refund(event: &Event<'_>) -> Result<Told, IntakeError> {
    let object = &event.object;
    let currency = object.at("currency").currency()?;
    let given = object.at("amount");
    let order = match object.at("payment_intent").given_id() {
        Some(intent) => intent,
        None => object.at("charge").id()?,
    };
    let refund = Refund {
        refund_id: object.at("id").id()?,
        at: object.at("created").seconds()?,
        amount: None,
        lines: Vec::new(),
        gross: Some(major_text(amount(&given, currency)?, currency, &given)?),
        currency: Some(currency),
        reason: object.at("reason").kept(),
    };
    let body = match object.at("status").given() {
        Some("failed" | "canceled") => EventBody::RefundFailed(refund),
        Some(_) | None => EventBody::Refund(refund),
    };
    Ok(orders(event.told(order, event.created, body)))
}

/// Reads what a charge says of its refunds: what was given back since the last one, as it tells only the sum so far.
///
/// The step's id is that sum, in whatever order and however often the steps arrive. Which refund it was is told by the
/// refund itself, to whoever listens.
fn refunded(event: &Event<'_>) -> Result<Told, IntakeError> {
    let charge = &event.object;
    let currency = charge.at("currency").currency()?;
    let sum_minor = amount(&charge.at("amount_refunded"), currency)?;
    let before_minor = amount(&event.data.at("previous_attributes").at("amount_refunded"), currency)?;
    let part_minor = sum_minor - before_minor;
    if part_minor <= 0 {
        return Ok(ignored(event.kind, "nothing more was given back"));
    }
    let refunded = charge.at("amount_refunded");
    let charge_id = charge.at("id").id()?;
    let (order, aliases) = order_of_charge(charge, &charge_id);
    let refund_id = ExternalId::parse(&format!("{charge_id}:{sum_minor}")).map_err(|error| refunded.wrong(error))?;
    let refund = Refund {
        refund_id,
        at: event.created,
        amount: None,
        lines: Vec::new(),
        gross: Some(major_text(part_minor, currency, &refunded)?),
        currency: Some(currency),
        reason: None,
    };
    let event = event.told(order, event.created, EventBody::RefundStep(refund));
    Ok(Told::Orders(Tidings { events: vec![event], aliases }))
}

/// Which order a charge paid: its invoice, where its version still names it.
fn order_of_charge(charge: &Field<'_>, charge_id: &ExternalId) -> (ExternalId, Vec<Alias>) {
    let intent = charge.at("payment_intent").given_id();
    let referred = charge.at("payment_details").at("order_reference").given_id();
    let invoice = charge.at("invoice").given_id().or(referred.filter(|id| id.as_str().starts_with("in_")));
    let name = intent.unwrap_or_else(|| charge_id.clone());
    match invoice {
        Some(order) => (order.clone(), vec![Alias { name, order }]),
        None => (name, Vec::new()),
    }
}

/// Reads a dispute. While it is an inquiry no money has moved; when it is lost, the same is said as when it was opened.
fn dispute(event: &Event<'_>) -> Result<Told, IntakeError> {
    let dispute = &event.object;
    let chargeback_id = dispute.at("id").id()?;
    let status = dispute.at("status").text()?;
    if status.starts_with("warning_") || status == "prevented" {
        return Ok(ignored(event.kind, "an inquiry: no money has moved"));
    }
    let intent = dispute.at("payment_intent").given_id();
    let order = match intent {
        Some(intent) => intent,
        None => dispute.at("charge").id()?,
    };
    if status == "won" {
        let body = EventBody::ChargebackWon(ChargebackWon { chargeback_id, at: event.created });
        return Ok(orders(event.told(order, event.created, body)));
    }
    let currency = dispute.at("currency").currency()?;
    let disputed = dispute.at("amount");
    let opened_at = dispute.at("created").seconds()?;
    let chargeback = Refund {
        refund_id: chargeback_id,
        at: opened_at,
        amount: None,
        lines: Vec::new(),
        gross: Some(major_text(amount(&disputed, currency)?, currency, &disputed)?),
        currency: Some(currency),
        reason: dispute.at("reason").kept(),
    };
    Ok(orders(event.told(order, opened_at, EventBody::Chargeback(chargeback))))
}

/// An amount as Stripe counts it. Its exponent wins: it counts ISK and UGX with two digits, MGA with none.
/// <https://docs.stripe.com/currencies#special-cases>
fn amount(field: &Field<'_>, currency: Currency) -> Result<i64, IntakeError> {
    field.minor(currency, digits(currency))
}

/// The same, and 0 if nothing is there.
fn amount_or_zero(field: &Field<'_>, currency: Currency) -> Result<i64, IntakeError> {
    field.minor_or_zero(currency, digits(currency))
}

fn digits(currency: Currency) -> u32 {
    let code = currency.code();
    if WHOLE.contains(&code) {
        0
    } else if THOUSANDTHS.contains(&code) {
        3
    } else {
        2
    }
}

/// What metadata says of the partner.
fn read_metadata(metadata: &Field<'_>, claims: &mut claims::Claims, partner: &mut Option<Code>) {
    claims.named(metadata.at(token::PARAMETER).given());
    if partner.is_none() {
        *partner = metadata.at(claims::PARTNER_KEY).given().and_then(|code| Code::parse(code).ok());
    }
}

/// The coupons of a list of discounts: the promotion code and the coupon, by code, id or name, as far as they are there.
///
/// A hook holds ids where the API could be asked for more: `promo_…` may be registered as a partner's coupon like a code.
fn coupons<'a>(discounts: impl Iterator<Item = Field<'a>>) -> Vec<CouponCode> {
    let mut coupons = Vec::new();
    for discount in discounts {
        let promotion = discount.at("promotion_code");
        let coupon = discount.at("coupon");
        let sourced = discount.at("source").at("coupon");
        let texts = [
            promotion.at("code").given().map(str::to_owned),
            promotion.given_id().map(String::from),
            coupon.given_id().map(String::from),
            coupon.at("name").given().map(str::to_owned),
            sourced.given_id().map(String::from),
        ];
        for coupon in texts.into_iter().flatten().filter_map(|text| CouponCode::parse(&text).ok()) {
            if !coupons.contains(&coupon) {
                coupons.push(coupon);
            }
        }
    }
    coupons
}
