//! Shopify: orders that are paid or cancelled, refunds, disputes, and that an app is taken off a shop.
//!
//! Which topics there must be hooks for: `orders/paid`, `orders/cancelled`, `refunds/create`, `disputes/create`,
//! `disputes/update`, `app/uninstalled`. Others are ignored. Shapes: <https://shopify.dev/docs/api/admin-rest/latest/resources/order> and
//! <https://shopify.dev/docs/api/admin-rest/latest/resources/refund>. All amounts are those in the shop's own currency,
//! whatever the buyer paid in.
//!
//! Where the partner is looked for: the attribute `trb` of the cart (`note_attributes`), the note, the address that the buyer
//! came to (`landing_site`), discount codes. A buyer can write attributes: they name no partner by themselves.

mod dispute;
mod refund;

use super::claims::Claims;
use super::field::{self, Field, Part, SKU_UNKNOWN, lines, sum};
use super::signature::{Secrets, SignatureError, verify_base64};
use super::{A_TEST, HookEvent, IntakeError, Tests, Told, ignored, orders};
use crate::id::CouponCode;
use crate::money::Currency;
use crate::order::{Customer, EventBody, Snapshot, Status, event_id};
use crate::token;

/// The source of its events.
pub const SOURCE: &str = "shopify";

/// The header of the signature.
pub const SIGNATURE_HEADER: &str = "X-Shopify-Hmac-SHA256";

/// The header of the topic, as in `orders/paid`.
pub const TOPIC_HEADER: &str = "X-Shopify-Topic";

/// The header of the shop's own host, as in `tours.myshopify.com`.
pub const SHOP_HEADER: &str = "X-Shopify-Shop-Domain";

/// Verifies a hook: the base64 of the HMAC of the body by the app's client secret.
pub fn verify(header: Option<&str>, body: &[u8], secrets: &Secrets) -> Result<(), SignatureError> {
    verify_base64(SIGNATURE_HEADER, header, body, secrets)
}

/// Reads a hook of a topic from a shop.
pub fn read(topic: &str, shop: &str, body: &[u8], tests: Tests) -> Result<Told, IntakeError> {
    match topic {
        "orders/paid" | "orders/cancelled" => {
            let json = field::parse(body)?;
            order(topic, &Field::root(&json), tests)
        }
        "refunds/create" => {
            let json = field::parse(body)?;
            refund::read(topic, &Field::root(&json), tests)
        }
        "disputes/create" | "disputes/update" => {
            let json = field::parse(body)?;
            dispute::read(topic, &Field::root(&json))
        }
        "app/uninstalled" => {
            Ok(Told::Uninstalled { shop: shop.chars().filter(|c| !c.is_control()).take(255).collect() })
        }
        "orders/create" | "orders/updated" | "orders/edited" => {
            Ok(ignored(topic, "told by orders/paid, orders/cancelled and refunds/create"))
        }
        _ => Ok(ignored(topic, "not a topic of orders")),
    }
}

/// Reads an order. The hook may be written later than what it tells of: an order that is cancelled by then is cancelled.
fn order(topic: &str, order: &Field<'_>, tests: Tests) -> Result<Told, IntakeError> {
    if tests == Tests::Ignored && order.at("test").is_true() {
        return Ok(ignored(topic, A_TEST));
    }
    let currency = order.at("currency").currency()?;
    let updated_at = order.at("updated_at").time()?;
    let is_cancelled = order.at("cancelled_at").is_there();
    let status = if is_cancelled { Status::Cancelled } else { Status::Paid };
    let customer = order.at("customer");
    let name = [customer.at("first_name").kept(), customer.at("last_name").kept()];
    let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let codes = order.at("discount_codes");
    let mut claims = Claims::default();
    for attribute in order.at("note_attributes").list() {
        if attribute.at("name").given() == Some(token::PARAMETER) {
            claims.named(attribute.at("value").given());
        }
    }
    claims.unnamed(order.at("note").given());
    claims.address(order.at("landing_site").given());
    let Sums { net_minor, gross_minor, parts } = sums(order, currency)?;
    let snapshot = Snapshot {
        status,
        currency,
        placed_at: Some(order.at("created_at").time()?),
        // That an order was paid is told when it was; of one that is cancelled the time is filled from there.
        paid_at: (topic == "orders/paid").then_some(updated_at),
        customer: Customer {
            email: order.at("email").email().or_else(|| customer.at("email").email()),
            external_id: customer.given_id(),
            name: (!name.is_empty()).then_some(name),
        },
        lines: lines(net_minor, parts),
        coupons: codes.list().filter_map(|code| CouponCode::parse(code.at("code").given()?).ok()).collect(),
        partner: None,
        placed_by: None,
        service_date: None,
        carried: Vec::new(),
        visitor: None,
        token_refused: false,
        subscription: None,
        hold_days: None,
        charity: None,
        gross_minor: Some(gross_minor),
        as_of: Some(updated_at),
    };
    let body = EventBody::Order(Box::new(snapshot));
    let mut told = HookEvent::new(order.at("id").id()?, SOURCE, updated_at, body);
    told.event_id = event_id("order", &[told.external_id.as_str(), status.as_str(), &told.body_hash]);
    told.claims = claims;
    Ok(orders(told))
}

struct Sums {
    net_minor: i64,
    /// With tax and without shipping: a refund of shipping is told apart from that of goods.
    gross_minor: i64,
    parts: Vec<Part>,
}

/// The lines by price, less discounts, less tax where prices have it in them, less what was taken off before it was paid.
///
/// `quantity` stays what it was when a line is refunded or taken off; what became of it is in the refunds.
fn sums(order: &Field<'_>, currency: Currency) -> Result<Sums, IntakeError> {
    let is_tax_included = order.at("taxes_included").is_true();
    let items = order.at("line_items");
    let mut parts = Vec::new();
    let mut gross_minor = 0_i64;
    for item in items.list() {
        let removed = removed(order, &item, currency, is_tax_included)?;
        let quantity = item.at("quantity").integer()?;
        let price = item.at("price_set");
        let price_minor = money(&price, &item.at("price"), Side::Shop, currency)?;
        let discounts = item.at("discount_allocations");
        let discounts: Vec<i64> = discounts
            .list()
            .map(|discount| money(&discount.at("amount_set"), &discount.at("amount"), Side::Shop, currency))
            .collect::<Result<_, _>>()?;
        let taxes = item.at("tax_lines");
        let taxes: Vec<i64> = taxes
            .list()
            .map(|tax| money(&tax.at("price_set"), &tax.at("price"), Side::Shop, currency))
            .collect::<Result<_, _>>()?;
        let tax_minor = sum(taxes, &item)?;
        let priced_minor =
            price_minor.checked_mul(quantity).ok_or_else(|| price.wrong("times the quantity is too much"))?;
        let paid_minor = sum([priced_minor].into_iter().chain(discounts.into_iter().map(|amount| -amount)), &item)?;
        let (untaxed_minor, taxed_minor) =
            if is_tax_included { (paid_minor - tax_minor, paid_minor) } else { (paid_minor, paid_minor + tax_minor) };
        gross_minor = sum([gross_minor, (taxed_minor - removed.gross_minor).max(0)], &items)?;
        let product = item.at("product_id").given_id().or_else(|| item.at("variant_id").given_id());
        let sku = item.at("sku").given().map(str::to_owned).or_else(|| product.map(String::from));
        parts.push(Part {
            sku: sku.unwrap_or_else(|| SKU_UNKNOWN.to_owned()),
            quantity: item.at("quantity").quantity(),
            weight_minor: (untaxed_minor - removed.net_minor).max(0),
            id: None,
        });
    }
    let net_minor = sum(parts.iter().map(|part| part.weight_minor), &items)?;
    Ok(Sums { net_minor, gross_minor, parts })
}

#[derive(Default)]
struct Removed {
    net_minor: i64,
    gross_minor: i64,
}

/// What was taken off a line by an edit of the order, without any money going back: it never was paid.
fn removed(
    order: &Field<'_>,
    item: &Field<'_>,
    currency: Currency,
    is_tax_included: bool,
) -> Result<Removed, IntakeError> {
    let mut removed = Removed::default();
    for refund in order.at("refunds").list() {
        if !refund::paid_back(&refund)?.is_empty() {
            continue;
        }
        for line in refund.at("refund_line_items").list() {
            if line.at("line_item_id").given_id() != item.at("id").given_id() {
                continue;
            }
            let amounts = refund::amounts(&line, Side::Shop, currency)?;
            let tax_on_top_minor = if is_tax_included { 0 } else { amounts.tax_minor };
            let tax_within_minor = amounts.tax_minor - tax_on_top_minor;
            removed.net_minor = sum([removed.net_minor, amounts.subtotal_minor, -tax_within_minor], &line)?;
            removed.gross_minor = sum([removed.gross_minor, amounts.subtotal_minor, tax_on_top_minor], &line)?;
        }
    }
    Ok(removed)
}

/// Whose money an amount is told in: Shopify tells most in both.
#[derive(Clone, Copy)]
enum Side {
    Shop,
    Buyer,
}

impl Side {
    const fn name(self) -> &'static str {
        match self {
            Self::Shop => "shop_money",
            Self::Buyer => "presentment_money",
        }
    }
}

/// An amount; old versions have it as a plain field, in the shop's money.
fn money(set: &Field<'_>, plain: &Field<'_>, side: Side, currency: Currency) -> Result<i64, IntakeError> {
    let money = set.at(side.name());
    match side {
        Side::Shop if !money.is_there() => plain.major(currency),
        Side::Shop | Side::Buyer => money.at("amount").major(currency),
    }
}
