//! A partner's pages. Whatever is asked for is looked for among what is his: the rest is not there.

use tributary_shared::json;
use tributary_shared::ledger::Account;
use tributary_shared::money::Currency;
use tributary_shared::partner::{PartnerStatus, PartnerTerms};
use tributary_shared::program::ProgramRules;
use tributary_shared::sorted::sort_by;
use tributary_shared::statement::NextPayment;
use tributary_shared::trace::{lines, seen_by, unpack};
use tributary_shared::zone::Month;

use super::admin::home::clicks_chart;
use super::admin::tables::{Col, Form as As, no_key, table};
use super::entries::{self, page_of, segment};
use super::visit::Visit;
use super::{Refusal, Shown, html};
use crate::pages::chart::{Bar, Chart};
use crate::pages::format;
use crate::pages::frame::Key;
use crate::pages::list::{self, List};
use crate::pages::partner as pages;
use crate::pages::sheet::{Cell, Part, Sheet, Table};
use crate::store::cabinet;
use crate::store::order_cards;
use crate::store::payouts;

/// Months that the chart of earnings shows.
const CHART_MONTHS: usize = 12;

/// The first page.
pub(super) async fn home(visit: &Visit<'_>) -> Shown {
    let (partner, code) = visit.partner()?;
    let zone = visit.merchant.zone;
    let (payday, paid_on) = zone.next_day_of_month(visit.now, visit.merchant.payday);
    let home = cabinet::home(visit.env, partner, code, visit.now, paid_on).await?;
    let terms: Option<PartnerTerms> = home.card.as_ref().and_then(|card| json::read(&card.terms).ok());
    let clicks: i64 = home.clicks.iter().map(|day| day.clicks).sum();
    let program = terms.as_ref().and_then(|terms| home.programs.iter().find(|program| program.id == terms.program));
    let minimum = |currency: Currency| {
        program
            .filter(|program| program.currency == currency)
            .and_then(|program| json::read::<ProgramRules>(&program.rules).ok())
            .map_or(0, |rules| rules.min_payout_minor)
    };
    let status = terms.as_ref().map_or(PartnerStatus::Active, |terms| terms.status);
    let (mut next, mut below) = (Vec::new(), None);
    // Nobody else is paid.
    for balance in home.next.iter().filter(|_| status == PartnerStatus::Active) {
        match NextPayment::of(balance.payable, minimum(balance.currency)) {
            NextPayment::Amount(minor) => next.push((minor, balance.currency)),
            NextPayment::BelowMinimum { minimum_minor, .. } => below = Some((minimum_minor, balance.currency)),
            NextPayment::Nothing => {}
        }
    }
    let mut charts = vec![clicks_chart(visit, visit.t("cabinet-chart-clicks"), &home.clicks)];
    charts.extend(earned_charts(visit, &home.earned));
    let page = pages::Home {
        welcome: visit.branding.said.welcome.clone(),
        frame: visit.frame(visit.t("cabinet-title")),
        is_pending: status == PartnerStatus::Pending,
        is_blocked: status == PartnerStatus::Blocked,
        has_requisites: home.has_requisites,
        clicks,
        orders: home.orders,
        conversion: (clicks > 0).then(|| {
            let tenths = home.orders * 1_000 / clicks;
            let point = if visit.language == crate::pages::texts::Language::Russian { ',' } else { '.' };
            format!("{}{point}{}", tenths / 10, tenths % 10)
        }),
        sums: home
            .balances
            .iter()
            .map(|balance| (balance.pending, balance.payable, balance.earned, balance.currency))
            .collect(),
        payday: format::day(visit.language, &payday.to_string()),
        next,
        minimum: below,
        charts,
    };
    Ok(html(200, &page)?)
}

/// Each currency once, in the order of their codes.
pub(super) fn unique(currencies: &mut Vec<Currency>) {
    sort_by(currencies, |left, right| left.code().cmp(right.code()));
    currencies.dedup();
}

/// What was earned by month, a chart for each currency.
fn earned_charts(visit: &Visit<'_>, earned: &[cabinet::Earned]) -> Vec<Chart> {
    let zone = visit.merchant.zone;
    let mut months = vec![zone.month_of(visit.now)];
    while months.len() < CHART_MONTHS {
        let first = zone.month(months[months.len() - 1]).from;
        months.push(zone.month_of(first.plus_seconds(-1)));
    }
    months.reverse();
    let mut currencies: Vec<Currency> = earned.iter().map(|row| row.currency).collect();
    unique(&mut currencies);
    let chart = |currency: Currency| {
        let of_month = |month: &Month| -> i64 {
            let span = zone.month(*month);
            earned
                .iter()
                .filter(|row| row.currency == currency && span.contains(row.created_at))
                .map(|row| row.minor)
                .sum()
        };
        let bars: Vec<Bar> = months
            .iter()
            .map(|month| {
                let value = of_month(month);
                let label = format::month(visit.language, &month.to_string());
                Bar { label, value, shown: format::money(visit.language, value, currency) }
            })
            .collect();
        let total = format::money(visit.language, bars.iter().map(|bar| bar.value).sum(), currency);
        Chart { title: visit.t1("cabinet-chart-earned", "currency", currency.code()), total, bars }
    };
    currencies.into_iter().map(chart).collect()
}

/// What came and went.
pub(super) async fn accruals(visit: &Visit<'_>) -> Shown {
    let (_, code) = visit.partner()?;
    let mut rows = cabinet::entries(visit.env, code, visit.query_number("before")).await?;
    let before = page_of(&mut rows).map(|row| row.id);
    let page =
        pages::Accruals { frame: visit.frame(visit.t("accruals-title")), rows: entries::rows(rows, visit.now), before };
    Ok(html(200, &page)?)
}

/// What of a payout is his to know.
const PAYOUTS: &[Col] = &[
    Col("number", Key("col-number"), As::Text),
    Col("at", Key("col-time"), As::Time),
    Col("amount_minor", Key("col-amount"), As::Money),
    Col("requisites", Key("col-method"), As::Wallet),
    Col("state", Key("col-status"), As::State),
    Col("note", Key("col-detail"), As::Text),
];

/// What was paid out to him, or will be.
pub(super) async fn payouts(visit: &Visit<'_>) -> Shown {
    let (partner, _) = visit.partner()?;
    let mut rows = payouts::of_partner(visit.env, partner, visit.query_number("before")).await?;
    let mut page = List::of(visit.frame(visit.t("payouts-title")));
    page.hint = visit.t("cabinet-payouts-hint");
    page.ways = vec![("/partner/accruals".to_owned(), visit.t("accruals-title"))];
    if let Some(last) = page_of(&mut rows) {
        page.next = format!("/partner/payouts?before={}", last.number("id")?);
    }
    let table = table(visit, PAYOUTS, &rows, no_key, visit.t("payouts-empty"))?;
    page.parts.push(list::Part { table: Some(table), ..list::Part::default() });
    Ok(html(200, &page)?)
}

/// Why an order was credited to him, or was not: his part of the trace. Orders that have nothing to do with him are not there.
pub(super) async fn order(visit: &Visit<'_>) -> Shown {
    let (_, code) = visit.partner()?;
    let known = order_cards::order(visit.env, &visit.segment).await?;
    let steps = known.decision.as_ref().and_then(|decision| unpack(&decision.steps).ok()).unwrap_or_default();
    let entries: Vec<cabinet::Entry> = known
        .transfers
        .into_iter()
        .filter(|row| row.receiver == code)
        .map(|row| {
            let is_taken = matches!(Account::from_number(row.debit), Some(Account::Partner(_)));
            cabinet::Entry {
                id: 0,
                created_at: row.created_at,
                kind: row.kind,
                tier: row.tier,
                amount: if is_taken { -row.amount_minor } else { row.amount_minor },
                currency: row.currency,
                payable_from: row.payable_from,
                external_id: Some(visit.segment.clone()),
                reason: String::new(),
            }
        })
        .collect();
    // Where the latest decision does not name him any more, what was booked before and taken back still is his.
    let trace = match seen_by(&steps, code) {
        Some(trace) => trace,
        None if entries.is_empty() => return Err(Refusal::NotFound),
        None => Vec::new(),
    };
    let page = pages::Why {
        frame: visit.frame(visit.t1("order-title", "order", &visit.segment)),
        trace: lines(&trace),
        entries: entries::rows(entries, visit.now),
    };
    Ok(html(200, &page)?)
}

/// Who stands under him.
pub(super) async fn partners(visit: &Visit<'_>) -> Shown {
    let (_, code) = visit.partner()?;
    let frame = visit.frame(visit.t("subpartners-title"));
    let (mut children, program) = cabinet::children(visit.env, code, &visit.query("after"), visit.now).await?;
    // Into his own program: his commission of what they sell is reckoned in its currency.
    let invitation = visit.absolute(&format!("/join/{}?program={}", segment(code), segment(&program)));
    let mut parts = vec![Part::Copy("invitation".to_owned(), visit.t("invitation-text"), invitation)];
    let next = page_of(&mut children).map(|child| format!("/partner/partners?after={}", segment(&child.code)));
    if children.is_empty() {
        parts.push(Part::Empty(visit.t("subpartners-empty")));
    } else {
        let rows = children.into_iter().map(|child| {
            let status = json::read::<PartnerTerms>(&child.terms).map_or("active", |terms| terms.status.as_str());
            [child.code, child.name, frame.word("status", status)].map(Cell::text).into()
        });
        let columns = vec![visit.t("col-code"), visit.t("field-name"), visit.t("col-status")];
        parts.push(Part::Table(Table { title: visit.t("subpartners-title"), columns, rows: rows.collect() }));
        parts.extend(next.map(|path| Part::Ways(vec![Cell::way(visit.t("next-page"), path)])));
    }
    Ok(html(200, &Sheet { frame, back: Cell::default(), parts })?)
}
