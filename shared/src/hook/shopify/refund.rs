//! Refunds of Shopify. <https://shopify.dev/docs/api/admin-rest/latest/resources/refund>
//!
//! What went back is told by the transactions, in the buyer's currency. Lines, shipping and adjustments are told twice: in
//! the shop's currency, which the order is reckoned in, and in the buyer's. What went back is compared in the buyer's,
//! and taken back in the shop's.

use super::{A_TEST, Field, HookEvent, IntakeError, SOURCE, Side, Tests, Told, event_id, ignored, money, orders};
use crate::hook::field::{self, SKU_UNKNOWN, major_text, share, sum};
use crate::money::{Currency, Money};
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

/// What a refund takes back of the goods.
struct Goods {
    currency: Currency,
    lines: Vec<RefundLine>,
    gross: Option<String>,
}

/// Reads a refund.
///
/// Goods that were given back at their price are taken back line by line, without tax. An amount that somebody chose is a
/// part of what the buyer paid. Whether the lines have tax in them is not said: the money that went back tells it.
///
/// What cannot be told in the shop's currency is told in the buyer's: the order then says that it was left out.
///
/// Of an order by the test gateway every transaction is a test.
pub(super) fn read(topic: &str, refund: &Field<'_>, tests: Tests) -> Result<Told, IntakeError> {
    if tests == Tests::Ignored && refund.at("transactions").list().any(|transaction| transaction.at("test").is_true()) {
        return Ok(ignored(topic, A_TEST));
    }
    let all_paid = paid_back(refund)?;
    let Some(&first) = all_paid.first() else {
        return Ok(ignored(topic, "nothing was paid back"));
    };
    let told_in = told_in(refund)?;
    let shop = told_in.map_or(first.currency(), |(shop, _)| shop);
    let paid = all_paid.iter().copied().find(|paid| paid.currency() != shop).unwrap_or(first);
    let is_in_one = paid.currency() == shop;
    let is_comparable = is_in_one || told_in.is_some_and(|(_, buyers)| buyers == paid.currency());
    let goods = match (&all_paid[..], is_comparable) {
        ([_], true) => match goods(refund, paid, shop) {
            // It would come again and again, and the shop's hook would be removed for it in the end.
            Err(_) if !is_in_one => Some(untold(paid)),
            read => read?,
        },
        _ => Some(untold(paid)),
    };
    let Some(Goods { currency, lines, gross }) = goods else {
        return Ok(ignored(topic, "only shipping was paid back"));
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
        currency: Some(currency),
        reason: refund.at("note").kept(),
    });
    let mut told = HookEvent::new(order, SOURCE, at, body);
    told.event_id = event_id("refund", &[told.external_id.as_str(), refund_id.as_str(), &told.body_hash]);
    Ok(orders(told))
}

/// The money that went back, by its currency: nearly always one, the buyer's. "Transactions attached to multi-currency
/// orders are in the presentment currency": <https://shopify.dev/docs/api/admin-rest/latest/resources/transaction>.
pub(super) fn paid_back(refund: &Field<'_>) -> Result<Vec<Money>, IntakeError> {
    let transactions = refund.at("transactions");
    let mut all: Vec<(Currency, i64)> = Vec::new();
    for transaction in transactions.list() {
        let is_refund = matches!(transaction.at("kind").given(), Some("refund" | "void"));
        let has_failed = matches!(transaction.at("status").given(), Some("failure" | "error"));
        if !is_refund || has_failed {
            continue;
        }
        let currency = transaction.at("currency").currency()?;
        let minor = transaction.at("amount").major(currency)?;
        match all.iter_mut().find(|(of, _)| *of == currency) {
            Some((_, so_far_minor)) => *so_far_minor = sum([*so_far_minor, minor], &transactions)?,
            None => all.push((currency, minor)),
        }
    }
    let all = all.into_iter().filter(|(_, minor)| *minor != 0);
    all.map(|(currency, minor)| Money::from_minor(minor, currency).map_err(|error| transactions.wrong(error))).collect()
}

/// The shop's currency and the buyer's, by the first amount that is told in both. Duties are told even where none are.
fn told_in(refund: &Field<'_>) -> Result<Option<(Currency, Currency)>, IntakeError> {
    let in_list = |list: &str, set: &str| refund.at(list).list().map(|entry| entry.at(set)).collect::<Vec<_>>();
    let sets = in_list("refund_line_items", "subtotal_set")
        .into_iter()
        .chain(in_list("refund_shipping_lines", "subtotal_amount_set"))
        .chain(in_list("order_adjustments", "amount_set"))
        .chain([refund.at("total_duties_set")]);
    for set in sets {
        let shop = set.at(Side::Shop.name()).at("currency_code");
        let buyers = set.at(Side::Buyer.name()).at("currency_code");
        if shop.is_there() {
            let shop = shop.currency()?;
            return Ok(Some((shop, if buyers.is_there() { buyers.currency()? } else { shop })));
        }
    }
    Ok(None)
}

/// All that went back, in the buyer's currency.
fn untold(paid: Money) -> Goods {
    Goods { currency: paid.currency(), lines: Vec::new(), gross: Some(paid.amount()) }
}

/// What goes back of the goods; nothing if it is shipping alone.
fn goods(refund: &Field<'_>, paid: Money, shop: Currency) -> Result<Option<Goods>, IntakeError> {
    let is_in_one = paid.currency() == shop;
    let told = sums(refund, if is_in_one { Side::Shop } else { Side::Buyer }, paid.currency())?;
    let shipping_minor = told.shipping_minor + told.shipping_tax_minor;
    let goods_minor = (paid.minor() - shipping_minor).max(0);
    // Shipping's tax need not be told: then it is what is over, and no more than shipping itself.
    let over_minor = goods_minor - told.subtotal_minor - told.tax_minor;
    let is_taxed_on_top =
        over_minor == 0 || (told.shipping_tax_minor == 0 && (0..=shipping_minor).contains(&over_minor));
    let is_tax_on_top = is_taxed_on_top || (told.tax_minor == 0 && goods_minor > 0);
    // The tax on shipping may be within shipping's amount.
    let is_tax_within = [goods_minor, goods_minor + told.shipping_tax_minor].contains(&told.subtotal_minor);
    let is_by_lines = told.subtotal_minor > 0 && told.more_minor == 0 && (is_tax_on_top || is_tax_within);
    if is_by_lines {
        let lines = lines(refund, shop, is_tax_on_top)?;
        return Ok(Some(Goods { currency: shop, lines, gross: None }));
    }
    let is_shipping = told.subtotal_minor == 0 && told.more_minor <= 0 && is_taxed_on_top;
    if is_shipping || goods_minor == 0 {
        return Ok(None);
    }
    let whole = refund.at("transactions");
    let shop_minor =
        if is_in_one { Some(goods_minor) } else { in_shop_money(goods_minor, &told, &sums(refund, Side::Shop, shop)?) };
    let (minor, currency) = shop_minor.map_or((goods_minor, paid.currency()), |minor| (minor, shop));
    Ok(Some(Goods { currency, lines: Vec::new(), gross: Some(major_text(minor, currency, &whole)?) }))
}

/// What an amount in the buyer's money is in the shop's, by what the refund tells in both; nothing if it tells nothing.
///
/// Exactly, where the amount is what its parts add up to. Else by the rate of all parts together, and half a minor unit
/// is rounded up.
fn in_shop_money(goods_minor: i64, told: &Sums, shop: &Sums) -> Option<i64> {
    let totals = |sums: &Sums| {
        let untaxed_minor = sums.subtotal_minor + sums.more_minor;
        [untaxed_minor + sums.tax_minor, untaxed_minor]
    };
    let exact = totals(told).into_iter().zip(totals(shop)).find(|(told_minor, _)| *told_minor == goods_minor);
    if let Some((_, shop_minor)) = exact {
        return Some(shop_minor.max(0));
    }
    let size = |sums: &Sums| {
        let parts =
            [sums.subtotal_minor, sums.tax_minor, sums.shipping_minor, sums.shipping_tax_minor, sums.more_minor];
        parts.iter().map(|minor| i128::from(minor.unsigned_abs())).sum::<i128>()
    };
    let (from, to) = (size(told), size(shop));
    if from == 0 || to == 0 {
        return None;
    }
    i64::try_from((2 * i128::from(goods_minor) * to + from) / (2 * from)).ok()
}

/// A line's amounts.
pub(super) fn amounts(line: &Field<'_>, side: Side, currency: Currency) -> Result<Amounts, IntakeError> {
    Ok(Amounts {
        subtotal_minor: money(&line.at("subtotal_set"), &line.at("subtotal"), side, currency)?,
        tax_minor: money(&line.at("total_tax_set"), &line.at("total_tax"), side, currency)?,
    })
}

fn sums(refund: &Field<'_>, side: Side, currency: Currency) -> Result<Sums, IntakeError> {
    let mut all = Sums { subtotal_minor: 0, tax_minor: 0, shipping_minor: 0, shipping_tax_minor: 0, more_minor: 0 };
    let items = refund.at("refund_line_items");
    for line in items.list() {
        let amounts = amounts(&line, side, currency)?;
        all.subtotal_minor = sum([all.subtotal_minor, amounts.subtotal_minor], &items)?;
        all.tax_minor = sum([all.tax_minor, amounts.tax_minor], &items)?;
    }
    let adjustments = refund.at("order_adjustments");
    for adjustment in adjustments.list() {
        // What goes back has a minus here.
        let minor = -money(&adjustment.at("amount_set"), &adjustment.at("amount"), side, currency)?;
        let tax_minor = -money(&adjustment.at("tax_amount_set"), &adjustment.at("tax_amount"), side, currency)?;
        if adjustment.at("kind").given() == Some("shipping_refund") {
            all.shipping_minor = sum([all.shipping_minor, minor], &adjustments)?;
            all.shipping_tax_minor = sum([all.shipping_tax_minor, tax_minor], &adjustments)?;
        } else {
            all.more_minor = sum([all.more_minor, minor, tax_minor], &adjustments)?;
        }
    }
    // Since 2024-10 shipping has lines of its own. A hook with both says the same twice.
    let shipping = refund.at("refund_shipping_lines");
    let (mut minor, mut tax_minor) = (0, None);
    for line in shipping.list() {
        let line_minor = money(&line.at("subtotal_amount_set"), &line.at("subtotal_amount"), side, currency)?;
        minor = sum([minor, line_minor], &shipping)?;
        if let Some(line_tax_minor) = shipping_tax(&line, line_minor, side, currency)? {
            tax_minor = Some(sum([tax_minor.unwrap_or(0), line_tax_minor], &shipping)?);
        }
    }
    if shipping.list().next().is_some() {
        all.shipping_minor = minor;
        all.shipping_tax_minor = tax_minor.unwrap_or(all.shipping_tax_minor);
    }
    Ok(all)
}

/// The tax on a line of shipping, if it is told: by itself, or as the same part of its order's line's tax.
fn shipping_tax(line: &Field<'_>, minor: i64, side: Side, currency: Currency) -> Result<Option<i64>, IntakeError> {
    let told = line.at("tax_amount_set");
    if told.is_there() {
        return money(&told, &line.at("tax_amount"), side, currency).map(Some);
    }
    let of = line.at("shipping_line");
    let taxes = of.at("tax_lines");
    let (set, price) = match of.at("discounted_price_set") {
        set if set.is_there() => (set, of.at("discounted_price")),
        _ => (of.at("price_set"), of.at("price")),
    };
    if taxes.list().next().is_none() || !set.is_there() {
        return Ok(None);
    }
    let all: Vec<i64> = taxes
        .list()
        .map(|tax| money(&tax.at("price_set"), &tax.at("price"), side, currency))
        .collect::<Result<_, _>>()?;
    let whole_minor = money(&set, &price, side, currency)?;
    Ok(Some(share(sum(all, &taxes)?, minor, whole_minor)))
}

/// The lines in the shop's money.
fn lines(refund: &Field<'_>, currency: Currency, is_tax_on_top: bool) -> Result<Vec<RefundLine>, IntakeError> {
    let mut lines = Vec::new();
    for line in refund.at("refund_line_items").list() {
        let amounts = amounts(&line, Side::Shop, currency)?;
        let net_minor = if is_tax_on_top { amounts.subtotal_minor } else { amounts.subtotal_minor - amounts.tax_minor };
        if net_minor <= 0 {
            continue;
        }
        let item = line.at("line_item");
        let product = item.at("product_id").given_id().or_else(|| item.at("variant_id").given_id());
        let sku = item.at("sku").given().map(str::to_owned).or_else(|| product.map(String::from));
        let sku = field::sku(sku.as_deref().unwrap_or(SKU_UNKNOWN));
        lines.push(RefundLine { sku, net: major_text(net_minor, currency, &line)?, line: None });
    }
    Ok(lines)
}
