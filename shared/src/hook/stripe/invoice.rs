//! Invoices. <https://docs.stripe.com/api/invoices/object>

use super::{Event, Field, IntakeError, amount, amount_or_zero, coupons, read_metadata};
use crate::hook::claims::Claims;
use crate::hook::field::{Part, SKU_UNKNOWN, lines, share, sum};
use crate::hook::{Alias, Tidings, Told};
use crate::money::Currency;
use crate::order::{Customer, EventBody, Snapshot, Status};

/// Reads an invoice that was paid.
///
/// What a credit of the customer paid of it came from another payment, which had its commission: the invoice counts as far
/// as it was paid with money.
pub(super) fn read(event: &Event<'_>) -> Result<Told, IntakeError> {
    let invoice = &event.object;
    let order = invoice.at("id").id()?;
    let currency = invoice.at("currency").currency()?;
    let total_minor = amount(&invoice.at("total"), currency)?;
    let paid_minor = match invoice.at("paid_out_of_band").is_true() {
        true => total_minor,
        false => amount(&invoice.at("amount_paid"), currency)?,
    };
    let whole_minor = net(invoice, total_minor, currency)?;
    let net_minor = share(whole_minor, paid_minor, total_minor);
    let details = subscription_details(invoice);
    let mut claims = Claims::default();
    let mut partner = None;
    for metadata in [invoice.at("metadata"), details.at("metadata"), invoice.at("subscription_details").at("metadata")]
    {
        read_metadata(&metadata, &mut claims, &mut partner);
    }
    let mut parts = Vec::new();
    for (index, line) in invoice.at("lines").at("data").list().enumerate() {
        if index == 0 {
            read_metadata(&line.at("metadata"), &mut claims, &mut partner);
        }
        parts.push(part(&line, currency)?);
    }
    if invoice.at("lines").at("has_more").is_true() {
        // A hook holds ten lines at most: the others are one, so that those ten keep their share.
        let seen = parts.iter().map(|part| -part.weight_minor);
        let weight_minor = sum(std::iter::once(whole_minor).chain(seen), invoice)?;
        parts.push(Part { sku: SKU_UNKNOWN.to_owned(), id: None, quantity: 1, weight_minor });
    }
    let paid_at = invoice.at("status_transitions").at("paid_at");
    let paid_at = if paid_at.is_there() { paid_at.seconds()? } else { event.created };
    let discounts = invoice.at("discounts").list().chain(std::iter::once(invoice.at("discount")));
    let snapshot = Snapshot {
        status: Status::Paid,
        currency,
        placed_at: Some(invoice.at("created").seconds()?),
        paid_at: Some(paid_at),
        customer: Customer {
            email: invoice.at("customer_email").email(),
            external_id: invoice.at("customer").given_id(),
            name: invoice.at("customer_name").kept(),
        },
        lines: lines(net_minor, parts),
        coupons: coupons(discounts),
        partner,
        placed_by: None,
        service_date: None,
        carried: Vec::new(),
        visitor: None,
        token_refused: false,
        subscription: details.at("subscription").given_id().or_else(|| invoice.at("subscription").given_id()),
        hold_days: None,
        charity: None,
        gross_minor: Some(paid_minor.max(0)),
        as_of: None,
    };
    let mut told = event.told(order.clone(), paid_at, EventBody::Order(Box::new(snapshot)));
    told.claims = claims;
    let aliases = payments(invoice).into_iter().map(|name| Alias { name, order: order.clone() }).collect();
    Ok(Told::Orders(Tidings { events: vec![told], aliases }))
}

/// Where an invoice names its subscription since 2025-03-31; before, at its top.
fn subscription_details<'a>(invoice: &Field<'a>) -> Field<'a> {
    invoice.at("parent").at("subscription_details")
}

/// What the total is without tax and shipping.
fn net(invoice: &Field<'_>, total_minor: i64, currency: Currency) -> Result<i64, IntakeError> {
    let excluding_tax = invoice.at("total_excluding_tax");
    let untaxed_minor = if excluding_tax.is_there() {
        amount(&excluding_tax, currency)?
    } else {
        sum([total_minor, -taxes(invoice, currency)?], invoice)?
    };
    let shipping = invoice.at("shipping_cost");
    let shipping_minor =
        amount_or_zero(&shipping.at("amount_total"), currency)? - amount_or_zero(&shipping.at("amount_tax"), currency)?;
    Ok(sum([untaxed_minor, -shipping_minor], invoice)?.max(0))
}

/// The tax of an invoice that does not say what it is without: three versions call it three names.
fn taxes(invoice: &Field<'_>, currency: Currency) -> Result<i64, IntakeError> {
    for list in ["total_taxes", "total_tax_amounts"].map(|name| invoice.at(name)) {
        if list.list().next().is_some() {
            let amounts: Vec<i64> =
                list.list().map(|tax| amount(&tax.at("amount"), currency)).collect::<Result<_, _>>()?;
            return sum(amounts, &list);
        }
    }
    amount_or_zero(&invoice.at("tax"), currency)
}

/// A line: its amount without its discounts and without tax that is in it.
fn part(line: &Field<'_>, currency: Currency) -> Result<Part, IntakeError> {
    let mut amounts = vec![amount(&line.at("amount"), currency)?];
    for discount in line.at("discount_amounts").list() {
        amounts.push(-amount(&discount.at("amount"), currency)?);
    }
    // A grant that pays a line, like a discount on it; discounts among these are those above.
    for credit in line.at("pretax_credit_amounts").list() {
        if credit.at("type").given() == Some("credit_balance_transaction") {
            amounts.push(-amount(&credit.at("amount"), currency)?);
        }
    }
    for tax in line.at("taxes").list() {
        if tax.at("tax_behavior").given() == Some("inclusive") {
            amounts.push(-amount(&tax.at("amount"), currency)?);
        }
    }
    for tax in line.at("tax_amounts").list() {
        if tax.at("inclusive").is_true() {
            amounts.push(-amount(&tax.at("amount"), currency)?);
        }
    }
    let weight_minor = sum(amounts, line)?;
    let details = line.at("pricing").at("price_details");
    let price = line.at("price");
    let sku = line
        .at("metadata")
        .at("sku")
        .given()
        .map(str::to_owned)
        .or_else(|| details.at("product").given_id().map(String::from))
        .or_else(|| price.at("product").given_id().map(String::from))
        .or_else(|| details.at("price").given_id().map(String::from))
        .or_else(|| price.given_id().map(String::from))
        .unwrap_or_else(|| SKU_UNKNOWN.to_owned());
    Ok(Part { sku, quantity: line.at("quantity").quantity(), weight_minor, id: None })
}

/// The payments that an invoice names, in older versions itself, in newer ones only where somebody asked for them.
fn payments(invoice: &Field<'_>) -> Vec<crate::id::ExternalId> {
    let intent = invoice.at("payment_intent").given_id().or_else(|| invoice.at("charge").given_id());
    let listed = invoice.at("payments").at("data");
    let listed = listed.list().filter_map(|entry| entry.at("payment").at("payment_intent").given_id());
    let mut names: Vec<_> = intent.into_iter().collect();
    names.extend(listed.filter(|name| Some(name) != invoice.at("payment_intent").given_id().as_ref()));
    names
}
