//! A partner's month: for him, and for the merchant on a page below that partner's.

use tributary_shared::cells::{harmless, record};
use tributary_shared::id::PartnerId;
use tributary_shared::ledger::Kind;
use tributary_shared::money::Currency;
use tributary_shared::statement::Sums;
use tributary_shared::zone::Month;

use super::cabinet::unique;
use super::entries::{self, segment};
use super::visit::Visit;
use super::{Refusal, Shown, file, html};
use crate::pages::partner as pages;
use crate::store::cabinet;

/// The month that is asked for; this one, if none is.
fn month(visit: &Visit<'_>) -> Month {
    Month::parse(&visit.query("month")).unwrap_or_else(|_| visit.merchant.zone.month_of(visit.now))
}

/// A month's sums by currency, and its entries.
async fn read_month(
    visit: &Visit<'_>,
    partner: PartnerId,
) -> Result<(Month, Vec<pages::StatementSums>, Vec<cabinet::Entry>), Refusal> {
    let month = month(visit);
    let span = visit.merchant.zone.month(month);
    let (opening, entries) = cabinet::month(visit.env, partner, span.from, span.to).await?;
    let mut currencies: Vec<Currency> =
        opening.iter().map(|sum| sum.currency).chain(entries.iter().map(|entry| entry.currency)).collect();
    unique(&mut currencies);
    let sums = currencies
        .into_iter()
        .map(|currency| {
            let of_currency: Vec<_> = entries
                .iter()
                .filter(|entry| entry.currency == currency)
                .map(|entry| tributary_shared::statement::Entry {
                    at: entry.created_at,
                    kind: Kind::parse(&entry.kind).unwrap_or(Kind::Adjustment),
                    tier: entry.tier,
                    amount_minor: entry.amount,
                    payable_from: entry.payable_from,
                    order: None,
                    buyer: None,
                    note: None,
                })
                .collect();
            let sums = Sums::of(&of_currency);
            let opening = opening.iter().find(|sum| sum.currency == currency).map_or(0, |sum| sum.minor);
            pages::StatementSums {
                currency,
                opening,
                earned: sums.earned_minor,
                taken_back: sums.taken_back_minor,
                paid: sums.paid_minor,
                adjusted: sums.adjusted_minor,
                closing: opening + sums.change_minor(),
            }
        })
        .collect();
    Ok((month, sums, entries))
}

/// Whose month is asked for: his own in the cabinet, and by the address on the merchant's pages; and where its page is.
async fn whose(visit: &Visit<'_>) -> Result<(PartnerId, String, String), Refusal> {
    if visit.segment.is_empty() {
        let (partner, code) = visit.partner()?;
        return Ok((partner, code.to_owned(), "/partner".to_owned()));
    }
    let found = crate::store::partners::by_code(visit.env, &visit.segment).await?.ok_or(Refusal::NotFound)?;
    Ok((found, visit.segment.clone(), format!("/admin/partners/{}", segment(&visit.segment))))
}

/// A partner's month.
pub(super) async fn statement(visit: &Visit<'_>) -> Shown {
    let (partner, name, base) = whose(visit).await?;
    let (month, currencies, entries) = read_month(visit, partner).await?;
    let orders = if visit.segment.is_empty() { "/partner/orders/" } else { "/admin/orders/" };
    let page = pages::Statement {
        frame: visit.frame(visit.t("statement-title")),
        month: month.to_string(),
        name,
        base,
        orders,
        currencies,
        entries: entries::rows(entries, visit.now),
    };
    Ok(html(200, &page)?)
}

/// A partner's month as a table for programs.
pub(super) async fn download(visit: &Visit<'_>) -> Shown {
    let (partner, code, _) = whose(visit).await?;
    let (month, _, entries) = read_month(visit, partner).await?;
    let mut csv = record(&["at", "kind", "tier", "order", "amount", "currency", "payable_from", "note"]);
    for entry in entries {
        let amount = tributary_shared::money::Money::from_minor(entry.amount, entry.currency)
            .map_or_else(|_| entry.amount.to_string(), tributary_shared::money::Money::amount);
        let cells = [
            entry.created_at.to_string(),
            entry.kind,
            entry.tier.to_string(),
            harmless(&entry.external_id.unwrap_or_default()),
            amount,
            entry.currency.code().to_owned(),
            entry.payable_from.to_string(),
            harmless(&entry.reason),
        ];
        csv.push_str(&record(&cells.each_ref().map(String::as_str)));
    }
    Ok(file("text/csv; charset=utf-8", &format!("{}-{month}.csv", segment(&code)), csv)?)
}
