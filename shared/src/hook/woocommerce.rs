//! WooCommerce: orders, each time as a whole, with their refunds.
//!
//! Which topics there must be hooks for: `order.created`, `order.updated`, `order.deleted` and `order.restored`, by REST API
//! version 3 (<https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties>). Others are ignored.
//!
//! Every hook but `order.deleted` holds the whole order with the time of its last change, so that the latest one is the
//! truth, refunds that were deleted again included. WooCommerce does not repeat a hook that failed, and gives a hook up
//! after five failures in a row: what is not ours must be acknowledged, too.
//!
//! Where the partner is looked for: the keys `trb` and `trb_partner` of `meta_data`, which the shop's own code writes; the
//! address that WooCommerce's order attribution says the session began with; coupons.

use super::claims::{Claims, PARTNER_KEY};
use super::field::{self, Field, Part, SKU_UNKNOWN, lines, share, sum};
use super::signature::{Secrets, SignatureError, verify_base64};
use super::{HookEvent, IntakeError, Told, ignored, orders};
use crate::id::{Code, CouponCode, ExternalId};
use crate::money::{Currency, allocate};
use crate::order::{Customer, Deleted, EventBody, Line, Snapshot, Status, event_id};
use crate::time::Timestamp;
use crate::token;

/// The source of its events.
pub const SOURCE: &str = "woocommerce";

/// The header of the signature.
pub const SIGNATURE_HEADER: &str = "X-WC-Webhook-Signature";

/// The header of the topic, as in `order.updated`.
pub const TOPIC_HEADER: &str = "X-WC-Webhook-Topic";

/// The address that a session began with, by WooCommerce's order attribution.
const ENTRY_KEY: &str = "_wc_order_attribution_session_entry";

/// The subscription that an order renews, by the plug-in WooCommerce Subscriptions.
const RENEWAL_KEY: &str = "_subscription_renewal";

/// Verifies a hook: the base64 of the HMAC of the body.
pub fn verify(header: Option<&str>, body: &[u8], secrets: &Secrets) -> Result<(), SignatureError> {
    verify_base64(SIGNATURE_HEADER, header, body, secrets)
}

/// Whether a body is what WooCommerce sends when a hook is made, `webhook_id=7`: signed by nobody, and without a 200 the
/// hook is not made.
#[must_use]
pub fn is_ping(body: &[u8]) -> bool {
    body.strip_prefix(b"webhook_id=")
        .is_some_and(|id| !id.is_empty() && id.len() <= 20 && id.iter().all(u8::is_ascii_digit))
}

/// Reads a hook of a topic.
///
/// An order that was put into the bin is told by its id alone, so that it was when that came in. One that was taken out
/// again stands as its hook says when that comes in, too: shops make a hook's body when they send it.
pub fn read(topic: &str, body: &[u8], received_at: Timestamp) -> Result<Told, IntakeError> {
    if !matches!(topic, "order.created" | "order.updated" | "order.restored" | "order.deleted") {
        return Ok(ignored(topic, "not a topic of orders"));
    }
    let json = field::parse(body)?;
    let order = Field::root(&json);
    let external_id = order.at("id").id()?;
    if topic == "order.deleted" {
        let mut told =
            HookEvent::new(external_id, SOURCE, received_at, EventBody::Deleted(Deleted { at: received_at }));
        told.event_id = event_id("deleted", &[told.external_id.as_str(), &received_at.unix_seconds().to_string()]);
        return Ok(orders(told));
    }
    let as_of = match utc(&order.at("date_modified_gmt"))? {
        Some(modified_at) if topic == "order.restored" => modified_at.max(received_at),
        Some(modified_at) => modified_at,
        None => created_at(&order)?,
    };
    let (snapshot, claims) = snapshot(&order, as_of)?;
    let status = snapshot.status;
    let mut told = HookEvent::new(external_id, SOURCE, as_of, EventBody::Order(Box::new(snapshot)));
    told.event_id = order_event_id(&told.external_id, status, &told.body_hash);
    told.claims = claims;
    Ok(orders(told))
}

/// The shop gives an event no id that stays when it is sent again: what it says is its id, its time included.
fn order_event_id(order: &ExternalId, status: Status, body_hash: &str) -> String {
    event_id("order", &[order.as_str(), status.as_str(), body_hash])
}

fn snapshot(order: &Field<'_>, as_of: Timestamp) -> Result<(Snapshot, Claims), IntakeError> {
    let currency = order.at("currency").currency()?;
    let created_at = created_at(order)?;
    let date_paid = utc(&order.at("date_paid_gmt"))?;
    let status = status(order.at("status").text()?, date_paid.is_some());
    // A shop may mark an order as paid and know no time of it; the time must not change with each hook.
    let paid_at = match (date_paid, status) {
        (Some(_), _) | (None, Status::Pending) => date_paid,
        (None, Status::Paid | Status::Refunded | Status::Cancelled) => {
            Some(utc(&order.at("date_completed_gmt"))?.unwrap_or(created_at))
        }
    };
    let gross_minor = order.at("total").major(currency)?;
    let mut lines = order_lines(order, currency)?;
    give_back(&mut lines, refunded(order, currency)?, gross_minor);
    let billing = order.at("billing");
    let name = [billing.at("first_name").kept(), billing.at("last_name").kept()];
    let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let coupons = order.at("coupon_lines");
    let coupons = coupons.list().filter_map(|coupon| CouponCode::parse(coupon.at("code").given()?).ok()).collect();
    let mut claims = Claims::default();
    let mut partner = None;
    let mut subscription = None;
    for entry in order.at("meta_data").list() {
        let value = entry.at("value");
        match entry.at("key").given() {
            Some(token::PARAMETER) => claims.named(value.given()),
            Some(PARTNER_KEY) => partner = value.given().and_then(|code| Code::parse(code).ok()),
            Some(ENTRY_KEY) => claims.address(value.given()),
            Some(RENEWAL_KEY) => subscription = value.given_id(),
            Some(_) | None => {}
        }
    }
    let snapshot = Snapshot {
        status,
        currency,
        placed_at: Some(created_at),
        paid_at,
        customer: Customer {
            email: billing.at("email").email(),
            external_id: order.at("customer_id").given_id(),
            name: (!name.is_empty()).then_some(name),
        },
        lines,
        coupons,
        partner,
        placed_by: None,
        service_date: None,
        carried: Vec::new(),
        visitor: None,
        token_refused: false,
        subscription,
        hold_days: None,
        charity: None,
        gross_minor: Some(gross_minor.max(0)),
        as_of: Some(as_of),
    };
    Ok((snapshot, claims))
}

/// What a status of the shop means. One that a plug-in made up is paid when the order has a time of payment, and so is
/// `processing`: one without is to be paid in cash on delivery.
fn status(word: &str, was_paid: bool) -> Status {
    match word {
        "completed" => Status::Paid,
        "refunded" => Status::Refunded,
        // An order that was never paid and is called off earns as little as one that waits; it may still be paid.
        "cancelled" | "failed" | "trash" if was_paid => Status::Cancelled,
        _ if was_paid => Status::Paid,
        _ => Status::Pending,
    }
}

/// The lines: `total` is after discount and without tax. A fee below zero is a discount on the whole, one above is no
/// product's.
fn order_lines(order: &Field<'_>, currency: Currency) -> Result<Vec<Line>, IntakeError> {
    let items = order.at("line_items");
    let mut parts = Vec::new();
    for item in items.list() {
        let product = item.at("variation_id").given_id().or_else(|| item.at("product_id").given_id());
        let sku = item.at("sku").given().map(str::to_owned).or_else(|| product.map(String::from));
        parts.push(Part {
            sku: sku.unwrap_or_else(|| SKU_UNKNOWN.to_owned()),
            quantity: item.at("quantity").quantity(),
            weight_minor: item.at("total").major(currency)?,
            id: None,
        });
    }
    let fees = order.at("fee_lines");
    let fees: Vec<i64> = fees.list().map(|fee| fee.at("total").major(currency)).collect::<Result<_, _>>()?;
    let amounts = parts.iter().map(|part| part.weight_minor).chain(fees.into_iter().filter(|fee| *fee < 0));
    let net_minor = sum(amounts, &items)?;
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(lines(net_minor.max(0), parts))
}

/// What was given back of the whole, with tax and shipping; the shop writes it with a minus.
fn refunded(order: &Field<'_>, currency: Currency) -> Result<i64, IntakeError> {
    let refunds = order.at("refunds");
    let totals: Vec<i64> = refunds.list().map(|refund| refund.at("total").major(currency)).collect::<Result<_, _>>()?;
    sum(totals.into_iter().map(i64::abs), &refunds)
}

/// Gives back the lines' share of it.
fn give_back(lines: &mut [Line], refunded_minor: i64, gross_minor: i64) {
    if refunded_minor == 0 {
        return;
    }
    let nets: Vec<i64> = lines.iter().map(|line| line.net_minor).collect();
    let back_minor = share(nets.iter().sum(), refunded_minor, gross_minor);
    for (line, part_minor) in lines.iter_mut().zip(allocate(back_minor, &nets)) {
        line.refunded_minor = part_minor;
    }
}

fn created_at(order: &Field<'_>) -> Result<Timestamp, IntakeError> {
    let created = order.at("date_created_gmt");
    utc(&created)?.ok_or_else(|| created.wrong("is missing: want a time"))
}

/// A time that WooCommerce writes without its zone, which is UTC.
fn utc(field: &Field<'_>) -> Result<Option<Timestamp>, IntakeError> {
    let Some(text) = field.given() else { return Ok(None) };
    let has_zone = text.ends_with('Z') || text.get(10..).is_some_and(|time| time.contains(['+', '-']));
    let text = if has_zone { text.to_owned() } else { format!("{text}Z") };
    Timestamp::parse(&text).map(Some).map_err(|error| field.wrong(error))
}
