//! The merchant's first page.

use serde::Deserialize;
use tributary_shared::json;
use tributary_shared::money::Currency;
use tributary_shared::time::{DAY_SECONDS, Timestamp};

use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html};
use crate::pages::admin as pages;
use crate::pages::chart::{Bar, Chart};
use crate::store::home::{self, CHART_DAYS, DayClicks};

/// What of a night's report the first page shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Report {
    decided: i64,
    credited: i64,
    refused: Vec<serde::de::IgnoredAny>,
    totals: Vec<ReportTotal>,
}

#[derive(Debug, Deserialize)]
struct ReportTotal {
    currency: Currency,
    kind: String,
    amount: String,
}

impl ReportTotal {
    /// What it adds to commission; nothing, where it cannot be read.
    fn minor(&self) -> i64 {
        let minor = tributary_shared::money::Money::parse(&self.amount, self.currency).map_or(0, |money| money.minor());
        if self.kind.ends_with("reversal") { -minor } else { minor }
    }
}

/// Commission by night, in each currency.
fn commission_charts(
    visit: &Visit<'_>,
    reports: &[(&home::Run, Report)],
    commission: &[(i64, Currency)],
) -> Vec<Chart> {
    let mut charts = Vec::with_capacity(commission.len());
    for (total, currency) in commission {
        let shown = |minor: i64| crate::pages::format::money(visit.language, minor, *currency);
        let mut bars = Vec::with_capacity(reports.len());
        for (run, report) in reports.iter().rev() {
            let of_currency = report.totals.iter().filter(|total| total.currency == *currency);
            let value = of_currency.map(ReportTotal::minor).sum();
            let label = crate::pages::format::date(visit.language, visit.merchant.zone, run.started_at);
            bars.push(Bar { label, value, shown: shown(value) });
        }
        charts.push(Chart { title: visit.t("home-chart-commission"), total: shown(*total), bars });
    }
    charts
}

/// Clicks by day as a chart, days without any among them.
pub(in crate::http::site) fn clicks_chart(visit: &Visit<'_>, title: String, clicks: &[DayClicks]) -> Chart {
    let today = visit.now.unix_seconds() / DAY_SECONDS;
    let bars: Vec<Bar> = (today - CHART_DAYS + 1..=today)
        .map(|day| {
            let value = clicks.iter().find(|found| found.day == day).map_or(0, |found| found.clicks);
            let at = Timestamp::from_unix_seconds(day * DAY_SECONDS);
            let label = crate::pages::format::day(visit.language, &at.date());
            Bar { label, value, shown: crate::pages::format::count(visit.language, value) }
        })
        .collect();
    let total = bars.iter().map(|bar| bar.value).sum();
    Chart { title, total: crate::pages::format::count(visit.language, total), bars }
}

/// The first page.
pub(in crate::http::site) async fn home(visit: &Visit<'_>) -> Shown {
    let home = home::home(visit.env, visit.now).await?;
    let reports: Vec<(&home::Run, Report)> = home
        .runs
        .iter()
        .map(|run| {
            let report = run.report.as_deref().and_then(|text| json::read(text).ok()).unwrap_or_default();
            (run, report)
        })
        .collect();
    let mut commission: Vec<(i64, Currency)> = Vec::new();
    for total in reports.iter().flat_map(|(_, report)| &report.totals) {
        let minor = total.minor();
        match commission.iter_mut().find(|(_, currency)| *currency == total.currency) {
            Some((sum, _)) => *sum += minor,
            None => commission.push((minor, total.currency)),
        }
    }
    let nights: Vec<Bar> = reports
        .iter()
        .rev()
        .map(|(run, report)| Bar {
            label: crate::pages::format::date(visit.language, visit.merchant.zone, run.started_at),
            value: report.credited,
            shown: crate::pages::format::count(visit.language, report.credited),
        })
        .collect();
    let credited = nights.iter().map(|bar| bar.value).sum();
    let mut looks = Vec::new();
    for (key, count, path) in [
        ("look-held", home.held, "/admin/orders?show=held"),
        ("look-pending", home.pending, "/admin/partners?status=pending"),
        ("look-missed", home.missed, "/admin/counter"),
        ("look-silent", i64::try_from(home.silent).unwrap_or(i64::MAX), "/admin/counter"),
        ("look-mail", home.unsent_mail, "/admin/mail?show=failed"),
        ("look-untold", home.untold, "/admin/hooks"),
        ("look-deaf", home.deaf, "/admin/hooks"),
        ("look-spilled", i64::try_from(home.spilled).unwrap_or(i64::MAX), "/admin/counter"),
    ] {
        if count > 0 {
            looks.push(pages::Look { text: visit.t_count(key, count), path });
        }
    }
    let mut charts = vec![
        clicks_chart(visit, visit.t("home-chart-clicks"), &home.clicks),
        Chart {
            title: visit.t("home-chart-orders"),
            total: crate::pages::format::count(visit.language, credited),
            bars: nights,
        },
    ];
    charts.extend(commission_charts(visit, &reports, &commission));
    let last_run = reports.first().map(|(run, report)| pages::LastRun {
        at: run.started_at,
        finished: run.finished_at.is_some(),
        decided: report.decided,
        credited: report.credited,
        refused: i64::try_from(report.refused.len()).unwrap_or(i64::MAX),
    });
    let page = pages::Home {
        frame: visit.frame(visit.t("home-title")),
        clicks: home.clicks.iter().map(|day| day.clicks).sum(),
        orders: credited,
        commission,
        payable: home.payable.iter().map(|sum| (sum.minor, sum.currency)).collect(),
        charts,
        last_run,
        looks,
        is_new: home.programs == 0,
    };
    Ok(html(200, &page)?)
}
