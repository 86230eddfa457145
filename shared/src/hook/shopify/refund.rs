//! Refunds of Shopify. <https://shopify.dev/docs/api/admin-rest/latest/resources/refund>

use super::{A_TEST, Field, HookEvent, IntakeError, SOURCE, Tests, Told, event_id, ignored, money, orders};
use crate::hook::field::{self, SKU_UNKNOWN, major_text, sum};
use crate::money::Currency;
use crate::order::{EventBody, Refund, RefundLine};

/// What a line of a refund holds.
pub(super) struct Amounts {
    pub(super) subtotal_minor: i64,
    pub(super) tax_minor: i64,
}

/// What a refund gives back, by its parts.
struct Sums {
    subtotal_minor: i64,
    tax_minor: i64,
    shipping_minor: i64,
    shipping_tax_minor: i64,
    /// How much more was given back than the lines say, or less.
    more_minor: i64,
}

/// Reads a refund.
///
/// Goods that were given back at their price are taken back line by line, without tax. An amount that somebody chose is a
/// part of what the buyer paid. Whether the lines have tax in them is not said: the money that went back tells it.
///
/// Of an order by the test gateway every transaction is a test.
pub(super) fn read(topic: &str, refund: &Field<'_>, tests: Tests) -> Result<Told, IntakeError> {
    if tests == Tests::Ignored && refund.at("transactions").list().any(|transaction| transaction.at("test").is_true()) {
        return Ok(ignored(topic, A_TEST));
    }
    let currency = currency_of(refund)?;
    let Some(currency) = currency else {
        return Ok(ignored(topic, "nothing was paid back"));
    };
    let paid_back_minor = paid_back(refund, currency)?;
    if paid_back_minor == 0 {
        return Ok(ignored(topic, "nothing was paid back"));
    }
    let sums = sums(refund, currency)?;
    let shipping_minor = sums.shipping_minor + sums.shipping_tax_minor;
    let goods_minor = (paid_back_minor - shipping_minor).max(0);
    let is_tax_on_top = sums.tax_minor == 0 || goods_minor == sums.subtotal_minor + sums.tax_minor;
    // The tax on shipping may be within shipping's amount.
    let is_tax_within = [goods_minor, goods_minor + sums.shipping_tax_minor].contains(&sums.subtotal_minor);
    let is_by_lines = sums.subtotal_minor > 0 && sums.more_minor == 0 && (is_tax_on_top || is_tax_within);
    if !is_by_lines && goods_minor == 0 {
        return Ok(ignored(topic, "only shipping was paid back"));
    }
    let whole = refund.at("transactions");
    let (lines, gross) = if is_by_lines {
        (lines(refund, currency, is_tax_on_top)?, None)
    } else {
        (Vec::new(), Some(major_text(goods_minor, currency, &whole)?))
    };
    let refund_id = refund.at("id").id()?;
    let order = refund.at("order_id").id()?;
    let at = refund.at("created_at").time()?;
    let body = EventBody::Refund(Refund {
        refund_id: refund_id.clone(),
        at,
        amount: None,
        lines,
        gross,
        reason: refund.at("note").kept(),
    });
    let mut told = HookEvent::new(order, SOURCE, at, body);
    told.event_id = event_id("refund", &[told.external_id.as_str(), refund_id.as_str(), &told.body_hash]);
    Ok(orders(told))
}

/// The currency of what went back: a refund names it with its transactions alone.
fn currency_of(refund: &Field<'_>) -> Result<Option<Currency>, IntakeError> {
    let transactions = refund.at("transactions");
    let Some(transaction) = transactions.list().next() else { return Ok(None) };
    let shop_money = transaction.at("amount_set").at("shop_money").at("currency_code");
    let currency = if shop_money.is_there() { shop_money } else { transaction.at("currency") };
    currency.currency().map(Some)
}

/// The money that went back.
pub(super) fn paid_back(refund: &Field<'_>, currency: Currency) -> Result<i64, IntakeError> {
    let transactions = refund.at("transactions");
    let mut amounts = Vec::new();
    for transaction in transactions.list() {
        let is_refund = matches!(transaction.at("kind").given(), Some("refund" | "void"));
        let has_failed = matches!(transaction.at("status").given(), Some("failure" | "error"));
        if is_refund && !has_failed {
            amounts.push(money(&transaction.at("amount_set"), &transaction.at("amount"), currency)?);
        }
    }
    sum(amounts, &transactions)
}

/// A line's amounts.
pub(super) fn amounts(line: &Field<'_>, currency: Currency) -> Result<Amounts, IntakeError> {
    Ok(Amounts {
        subtotal_minor: money(&line.at("subtotal_set"), &line.at("subtotal"), currency)?,
        tax_minor: money(&line.at("total_tax_set"), &line.at("total_tax"), currency)?,
    })
}

fn sums(refund: &Field<'_>, currency: Currency) -> Result<Sums, IntakeError> {
    let mut all = Sums { subtotal_minor: 0, tax_minor: 0, shipping_minor: 0, shipping_tax_minor: 0, more_minor: 0 };
    let items = refund.at("refund_line_items");
    for line in items.list() {
        let amounts = amounts(&line, currency)?;
        all.subtotal_minor = sum([all.subtotal_minor, amounts.subtotal_minor], &items)?;
        all.tax_minor = sum([all.tax_minor, amounts.tax_minor], &items)?;
    }
    let adjustments = refund.at("order_adjustments");
    for adjustment in adjustments.list() {
        // What goes back has a minus here.
        let minor = -money(&adjustment.at("amount_set"), &adjustment.at("amount"), currency)?;
        let tax_minor = -money(&adjustment.at("tax_amount_set"), &adjustment.at("tax_amount"), currency)?;
        if adjustment.at("kind").given() == Some("shipping_refund") {
            all.shipping_minor = sum([all.shipping_minor, minor], &adjustments)?;
            all.shipping_tax_minor = sum([all.shipping_tax_minor, tax_minor], &adjustments)?;
        } else {
            all.more_minor = sum([all.more_minor, minor, tax_minor], &adjustments)?;
        }
    }
    Ok(all)
}

fn lines(refund: &Field<'_>, currency: Currency, is_tax_on_top: bool) -> Result<Vec<RefundLine>, IntakeError> {
    let mut lines = Vec::new();
    for line in refund.at("refund_line_items").list() {
        let amounts = amounts(&line, currency)?;
        let net_minor = if is_tax_on_top { amounts.subtotal_minor } else { amounts.subtotal_minor - amounts.tax_minor };
        if net_minor <= 0 {
            continue;
        }
        let item = line.at("line_item");
        let product = item.at("product_id").given_id().or_else(|| item.at("variant_id").given_id());
        let sku = item.at("sku").given().map(str::to_owned).or_else(|| product.map(String::from));
        let sku = field::sku(sku.as_deref().unwrap_or(SKU_UNKNOWN));
        lines.push(RefundLine { sku, net: major_text(net_minor, currency, &line)? });
    }
    Ok(lines)
}
