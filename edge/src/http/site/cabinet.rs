//! A partner's pages. Whatever is asked for is looked for among what is his: the rest is not there.

use qrcode::{Color, QrCode};
use tributary_shared::cells::{harmless, record};
use tributary_shared::id::PartnerId;
use tributary_shared::ledger::{Account, Kind};
use tributary_shared::money::Currency;
use tributary_shared::partner::{PartnerStatus, PartnerTerms};
use tributary_shared::program::ProgramRules;
use tributary_shared::rules::ProductTerms;
use tributary_shared::sorted::sort_by;
use tributary_shared::statement::{NextPayment, Sums};
use tributary_shared::trace::{lines, seen_by, unpack};
use tributary_shared::zone::Month;

use super::admin::home::clicks_chart;
use super::entries::{self, segment};
use super::partners::link as make;
use super::visit::Visit;
use super::{Refusal, Shown, file, html, picture, to};
use crate::config::config;
use crate::pages::admin::LinkRow;
use crate::pages::chart::{Bar, Chart};
use crate::pages::format;
use crate::pages::frame::{Frame, Tone};
use crate::pages::partner as pages;
use crate::store::PAGE_ROWS;
use crate::store::cabinet;
use crate::store::order_cards;
use crate::store::partner_cards;

/// Months that the chart of earnings shows.
const CHART_MONTHS: usize = 12;

/// The first page.
pub(super) async fn home(visit: &Visit<'_>) -> Shown {
    let (partner, code) = visit.partner()?;
    let zone = visit.merchant.zone;
    let (payday, paid_on) = zone.next_day_of_month(visit.now, visit.merchant.payday);
    let home = cabinet::home(visit.env, partner, code, visit.now, paid_on).await?;
    let terms: Option<PartnerTerms> = home.card.as_ref().and_then(|card| serde_json::from_str(&card.terms).ok());
    let clicks: i64 = home.clicks.iter().map(|day| day.clicks).sum();
    let program = terms.as_ref().and_then(|terms| home.programs.iter().find(|program| program.id == terms.program));
    let minimum = |currency: Currency| {
        program
            .filter(|program| program.currency == currency)
            .and_then(|program| serde_json::from_str::<ProgramRules>(&program.rules).ok())
            .map_or(0, |rules| rules.min_payout_minor)
    };
    let (mut next, mut below) = (Vec::new(), None);
    for balance in &home.next {
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
        is_pending: terms.is_some_and(|terms| terms.status == PartnerStatus::Pending),
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
fn unique(currencies: &mut Vec<Currency>) {
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
                Bar { label: month.to_string(), value, shown: format::money(visit.language, value, currency) }
            })
            .collect();
        let total = format::money(visit.language, bars.iter().map(|bar| bar.value).sum(), currency);
        Chart { title: visit.t1("cabinet-chart-earned", "currency", currency.code()), total, bars }
    };
    currencies.into_iter().map(chart).collect()
}

/// His links.
pub(super) async fn links(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t("links-title"));
    show_links(visit, 200, frame).await
}

async fn show_links(visit: &Visit<'_>, status: u16, frame: Frame) -> Shown {
    let (partner, code) = visit.partner()?;
    let found = cabinet::links(visit.env, partner, code, visit.now).await?;
    let config = config(visit.env);
    let products = found
        .products
        .into_iter()
        .filter(|row| {
            serde_json::from_str::<ProductTerms>(&row.terms).is_ok_and(|terms| terms.participates && terms.shown)
        })
        .map(|row| (row.sku, row.name))
        .collect();
    let page = pages::Links {
        frame,
        rows: entries::links(found.links, &visit.absolute("")),
        hosts: config.site.hosts.to_string(),
        landing_url: config.landing_url.clone(),
        coupons: found.coupons,
        products,
    };
    Ok(html(status, &page)?)
}

/// Makes a link.
pub(super) async fn make_link(visit: &Visit<'_>) -> Shown {
    let (partner, code) = visit.partner()?;
    let card = partner_cards::partner(visit.env, code, visit.now).await?.ok_or(Refusal::NotFound)?;
    let program = serde_json::from_str::<PartnerTerms>(&card.terms).map_err(|_| Refusal::NotFound)?.program;
    match make(visit, partner, code, program).await? {
        // From a product's page it leads back there, to what is to be copied.
        Ok(link) if !visit.field("product").is_empty() => {
            let product = segment(visit.field("product"));
            Ok(to(&format!("/partner/products/{product}?link={}&said=link-made", segment(&link)), &[])?)
        }
        Ok(link) => Ok(to(&format!("/partner/links/{}?said=link-made", segment(&link)), &[])?),
        Err(problem) => {
            let text = visit.t1("link-refused", "problem", &problem);
            let frame = visit.frame_saying(visit.t("links-title"), Tone::Bad, text);
            show_links(visit, 422, frame).await
        }
    }
}

async fn own_link(visit: &Visit<'_>) -> Result<LinkRow, Refusal> {
    let (partner, code) = visit.partner()?;
    let found = cabinet::links(visit.env, partner, code, visit.now).await?;
    let links = entries::links(found.links, &visit.absolute(""));
    links.into_iter().find(|link| link.code == visit.segment).ok_or(Refusal::NotFound)
}

/// What a link is called on a partner's page.
fn link_text(visit: &Visit<'_>) -> String {
    if visit.merchant.name.is_empty() {
        config(visit.env).landing_url.trim_start_matches("https://").trim_end_matches('/').to_owned()
    } else {
        visit.merchant.name.clone()
    }
}

fn rendered(template: &impl askama::Template) -> Result<String, Refusal> {
    template.render().map_err(|error| worker::Error::RustError(error.to_string()).into())
}

/// One link, with what can be put on a page.
pub(super) async fn link(visit: &Visit<'_>) -> Shown {
    let link = own_link(visit).await?;
    let text = link_text(visit);
    let (qr_size, qr_path) = qr(&link.url);
    let cards = |form: &str| visit.absolute(&format!("/w/{}.{form}?lang={}", link.code, visit.language.code()));
    let page = pages::LinkCard {
        frame: visit.frame(visit.t1("link-title", "code", &link.code)),
        text_html: rendered(&pages::TextLink { url: &link.url, text: &text })?,
        banner_html: rendered(&pages::BannerLink {
            url: &link.url,
            banner: &visit.absolute("/banner.svg"),
            text: &text,
        })?,
        cards_html: rendered(&pages::CardsScript { url: &cards("js") })?,
        frame_html: rendered(&pages::CardsFrame { url: &cards("html"), text: &text })?,
        qr_size,
        qr_path,
        link,
    };
    Ok(html(200, &page)?)
}

/// The link as a page to be saved.
pub(super) async fn link_file(visit: &Visit<'_>) -> Shown {
    let link = own_link(visit).await?;
    let page = pages::Affiliate { language: visit.language.code(), url: link.url, text: link_text(visit) };
    Ok(file("text/html; charset=utf-8", "affiliate.html", rendered(&page)?)?)
}

/// The banner that partners put on their pages: the merchant's name.
pub(super) fn banner(visit: &Visit<'_>) -> Shown {
    Ok(picture(rendered(&pages::Banner { text: link_text(visit).chars().take(32).collect() })?)?)
}

/// A QR code as a path of squares, with the four white ones around it that readers want.
fn qr(text: &str) -> (usize, String) {
    const MARGIN: usize = 4;
    // An address is far shorter than the longest that a code holds.
    let Ok(code) = QrCode::new(text) else {
        return (1, String::new());
    };
    let width = code.width();
    let squares = code.into_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path =
        squares.map(|(index, _)| format!("M{} {}h1v1h-1z", index % width + MARGIN, index / width + MARGIN)).collect();
    (width + 2 * MARGIN, path)
}

/// What came and went.
pub(super) async fn accruals(visit: &Visit<'_>) -> Shown {
    let (_, code) = visit.partner()?;
    let mut rows = cabinet::entries(visit.env, code, visit.query_number("before")).await?;
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    let before = rows.last().filter(|_| more).map(|row| row.id);
    let page =
        pages::Accruals { frame: visit.frame(visit.t("accruals-title")), rows: entries::rows(rows, visit.now), before };
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
pub(super) async fn statement_file(visit: &Visit<'_>) -> Shown {
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

/// Who stands under him.
pub(super) async fn partners(visit: &Visit<'_>) -> Shown {
    let (_, code) = visit.partner()?;
    let rows = cabinet::children(visit.env, code, visit.now)
        .await?
        .into_iter()
        .map(|child| {
            let status =
                serde_json::from_str::<PartnerTerms>(&child.terms).map_or("active", |terms| terms.status.as_str());
            (child.code, child.name, status)
        })
        .collect();
    let page = pages::SubPartners {
        frame: visit.frame(visit.t("subpartners-title")),
        invitation: visit.absolute(&format!("/join/{}", segment(code))),
        rows,
    };
    Ok(html(200, &page)?)
}
