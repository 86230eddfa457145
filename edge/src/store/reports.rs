//! Reports over all partners. Clicks and money may live in two databases: each statement reads one of them.

use std::collections::BTreeMap;

use serde_json::json;
use tributary_shared::zone::Span;
use worker::{Env, Result};

use super::row::Row;
use super::{Answers, many, number};

/// What a report is by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Month,
    Partner,
    Product,
    Link,
    Country,
    Referrer,
    Utm,
}

impl By {
    /// All there are.
    pub(crate) const ALL: [Self; 7] =
        [Self::Month, Self::Partner, Self::Product, Self::Link, Self::Country, Self::Referrer, Self::Utm];

    /// The word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Partner => "partner",
            Self::Product => "product",
            Self::Link => "link",
            Self::Country => "country",
            Self::Referrer => "referrer",
            Self::Utm => "utm",
        }
    }

    /// What is counted by it: orders and money only where the books say it.
    pub(crate) const fn measures(self) -> &'static [&'static str] {
        match self {
            Self::Month | Self::Partner => &["clicks", "visits", "orders", "commission"],
            Self::Product => &["clicks", "orders", "sales"],
            Self::Link => &["clicks", "orders", "commission"],
            Self::Country => &["clicks"],
            Self::Referrer => &["clicks", "visits"],
            Self::Utm => &["visits"],
        }
    }

    /// Whether that is counted by it.
    pub(crate) fn has(self, measure: &str) -> bool {
        self.measures().contains(&measure)
    }

    const fn money(self) -> Option<&'static str> {
        match self {
            Self::Month => Some(sql!("report_months.sql")),
            Self::Partner => Some(sql!("report_partners.sql")),
            Self::Product => Some(sql!("report_products.sql")),
            Self::Link => Some(sql!("report_links.sql")),
            Self::Country | Self::Referrer | Self::Utm => None,
        }
    }
}

/// What was counted: by what it is of, so often.
pub(crate) type Counts = Vec<(String, i64)>;

/// A report before it is added up.
pub(crate) struct Report {
    pub(crate) clicks: Counts,
    pub(crate) visits: Counts,
    /// Orders and money, as they came.
    pub(crate) money: Vec<Row>,
}

const SECONDS_OF_HOUR: i64 = 3_600;
const SECONDS_OF_DAY: i64 = 86_400;

/// Reads a report. Days of visits are UTC's; the nearest begin and end it.
pub(crate) async fn report(env: &Env, by: By, span: Span) -> Result<Report> {
    let (from, to) = (span.from.unix_seconds(), span.to.unix_seconds());
    let nearest = |at: i64| number((at + SECONDS_OF_DAY / 2) / SECONDS_OF_DAY);
    let mut asked = Vec::with_capacity(3);
    if by.has("clicks") {
        let hours = vec![number(from / SECONDS_OF_HOUR), number(to / SECONDS_OF_HOUR), by.as_str().into()];
        asked.push((sql!("report_clicks.sql"), hours));
    }
    if by.has("visits") {
        asked.push((sql!("report_visits.sql"), vec![nearest(from), nearest(to), by.as_str().into()]));
    }
    if let Some(sql) = by.money() {
        asked.push((sql, vec![number(from), number(to)]));
    }
    let answers = many(env, &asked).await?;
    let mut place = 0;
    let mut next = |is_there: bool| {
        let found = is_there.then_some(place);
        place += usize::from(is_there);
        found
    };
    let clicks = next(by.has("clicks")).map(|place| counts(&answers, place)).transpose()?.unwrap_or_default();
    let visits = next(by.has("visits")).map(|place| counts(&answers, place)).transpose()?.unwrap_or_default();
    let money = next(by.money().is_some()).map(|place| answers.rows(place)).transpose()?.unwrap_or_default();
    let mut report = Report { clicks, visits, money };
    name(env, by, &mut report).await?;
    Ok(report)
}

fn counts(answers: &Answers, place: usize) -> Result<Counts> {
    answers.table(place, |row| Ok((row.shown("what")?, row.number("count")?)))
}

/// Events know partners and links by their rows: their names are asked of the books.
async fn name(env: &Env, by: By, report: &mut Report) -> Result<()> {
    let sql = match by {
        By::Partner => sql!("report_partner_names.sql"),
        By::Link | By::Product => sql!("report_link_names.sql"),
        By::Month | By::Country | By::Referrer | By::Utm => return Ok(()),
    };
    let ids: Vec<i64> = report.clicks.iter().chain(&report.visits).filter_map(|(what, _)| what.parse().ok()).collect();
    let rows: Vec<Row> = many(env, &[(sql, vec![json!(ids).to_string().into()])]).await?.rows(0)?;
    let column = if by == By::Product { "product" } else { "name" };
    let mut names = BTreeMap::new();
    for row in &rows {
        names.insert(row.shown("id")?, row.maybe_text(column)?.unwrap_or_default());
    }
    for (what, _) in report.clicks.iter_mut().chain(&mut report.visits) {
        *what = names.get(what.as_str()).cloned().unwrap_or_default();
    }
    Ok(())
}
