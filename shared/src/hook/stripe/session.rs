//! Checkout sessions. <https://docs.stripe.com/api/checkout/sessions/object>

use super::{Event, Field, IntakeError, amount, amount_or_zero, coupons, read_metadata};
use crate::hook::claims::Claims;
use crate::hook::field::{Part, SKU_UNKNOWN, lines, sum};
use crate::hook::{Alias, Tidings, Told, ignored};
use crate::order::{Customer, EventBody, Snapshot, Status};

/// Reads a session that was completed, or paid later.
///
/// A session whose invoice says what was paid is kept for what it alone knows: who brought the buyer.
pub(super) fn read(event: &Event<'_>) -> Result<Told, IntakeError> {
    let session = &event.object;
    let mode = session.at("mode").text()?;
    let intent = session.at("payment_intent").given_id();
    let invoice = session.at("invoice").given_id();
    let order = match (mode, &invoice, &intent) {
        ("payment" | "subscription", Some(invoice), _) => invoice.clone(),
        ("payment", None, Some(intent)) => intent.clone(),
        // Nothing was to be paid.
        ("payment", None, None) => session.at("id").id()?,
        ("setup", _, _) => return Ok(ignored(event.kind, "nothing is paid in a session of this mode")),
        (_, _, _) => return Ok(ignored(event.kind, "a session without an invoice: told by invoice.paid")),
    };
    let payment_status = session.at("payment_status").text()?;
    // An invoice that is still to be made tells what was paid under its own name; what this one says goes there by its alias.
    let has_invoice = invoice.is_some() || session.at("invoice_creation").at("enabled").is_true();
    let is_paid = matches!(payment_status, "paid" | "no_payment_required") && !has_invoice;
    let status = if is_paid { Status::Paid } else { Status::Pending };
    let currency = session.at("currency").currency()?;
    let details = session.at("customer_details");
    let metadata = session.at("metadata");
    let mut claims = Claims::default();
    let mut partner = None;
    read_metadata(&metadata, &mut claims, &mut partner);
    claims.unnamed(session.at("client_reference_id").given());
    let placed_at = session.at("created").seconds()?;
    let mut snapshot = Snapshot {
        status,
        currency,
        placed_at: Some(placed_at),
        paid_at: is_paid.then_some(event.created),
        customer: Customer {
            email: details.at("email").email().or_else(|| session.at("customer_email").email()),
            external_id: session.at("customer").given_id(),
            name: details.at("name").kept(),
        },
        lines: Vec::new(),
        coupons: coupons(session.at("discounts").list()),
        partner,
        placed_by: None,
        service_date: None,
        carried: Vec::new(),
        visitor: None,
        token_refused: false,
        subscription: session.at("subscription").given_id(),
        hold_days: None,
        charity: None,
        gross_minor: None,
        as_of: None,
    };
    if !has_invoice {
        let total_minor = amount(&session.at("amount_total"), currency)?;
        let net_minor = net(session, total_minor, currency)?;
        // What was bought is not in a hook: the merchant may say it in the metadata.
        let sku = metadata.at("sku").given().unwrap_or(SKU_UNKNOWN).to_owned();
        snapshot.lines = lines(net_minor, vec![Part { sku, quantity: 1, weight_minor: net_minor, id: None }]);
        snapshot.gross_minor = Some(total_minor);
    }
    let at = if is_paid { event.created } else { placed_at };
    let aliases = match (intent, invoice) {
        (Some(name), Some(order)) => vec![Alias { name, order }],
        (Some(_) | None, None) | (None, Some(_)) => Vec::new(),
    };
    let mut told = event.told(order, at, EventBody::Order(Box::new(snapshot)));
    told.claims = claims;
    Ok(Told::Orders(Tidings { events: vec![told], aliases }))
}

/// What is left of the total without tax and shipping. The tax is that of the lines and of shipping.
fn net(session: &Field<'_>, total_minor: i64, currency: crate::money::Currency) -> Result<i64, IntakeError> {
    let details = session.at("total_details");
    let tax_minor = amount_or_zero(&details.at("amount_tax"), currency)?;
    let shipping = session.at("shipping_cost");
    let shipping_minor = if shipping.is_there() {
        amount(&shipping.at("amount_total"), currency)? - amount_or_zero(&shipping.at("amount_tax"), currency)?
    } else {
        amount_or_zero(&details.at("amount_shipping"), currency)?
    };
    // A tax below zero is none that anybody reports; it must not make more of the order than can be counted.
    Ok(sum([total_minor, -tax_minor, -shipping_minor], session)?.max(0))
}
