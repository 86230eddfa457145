//! Reports over all partners, or of one. Clicks and money may live in two databases: each statement reads one of them.

use std::collections::BTreeMap;

use serde_json::json;
use tributary_shared::id::PartnerId;
use tributary_shared::ledger::Account;
use tributary_shared::money::MINOR_MAX;
use tributary_shared::zone::Span;
use wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::history::Prepared;
use super::row::Row;
use super::{Answers, many, number};

/// What a report is by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Month,
    Partner,
    Product,
    Link,
    SubId,
    Country,
    Device,
    Referrer,
    Utm,
}

impl By {
    /// All there are.
    pub(crate) const ALL: [Self; 9] = [
        Self::Month,
        Self::Partner,
        Self::Product,
        Self::Link,
        Self::SubId,
        Self::Country,
        Self::Device,
        Self::Referrer,
        Self::Utm,
    ];

    /// Those that a partner may ask for: pages are the merchant's.
    pub(crate) const OF_PARTNERS: [Self; 7] =
        [Self::Month, Self::Product, Self::Link, Self::SubId, Self::Country, Self::Device, Self::Referrer];

    /// The word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Partner => "partner",
            Self::Product => "product",
            Self::Link => "link",
            Self::SubId => "sub_id",
            Self::Country => "country",
            Self::Device => "device",
            Self::Referrer => "referrer",
            Self::Utm => "utm",
        }
    }

    /// What is counted by it: orders and money only where the books say it.
    pub(crate) const fn measures(self) -> &'static [&'static str] {
        match self {
            Self::Month | Self::Partner => &["clicks", "visits", "orders", "commission"],
            Self::Product => &["clicks", "orders", "sales", "commission"],
            Self::Link | Self::SubId | Self::Device => &["clicks", "orders", "commission"],
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
            Self::SubId | Self::Device => Some(sql!("report_touches.sql")),
            Self::Country | Self::Referrer | Self::Utm => None,
        }
    }
}

/// What was counted: by what it is of, so often.
pub(crate) type Counts = Vec<(String, i64)>;

/// Whose report it is.
#[derive(Clone, Copy)]
pub(crate) enum Whose {
    /// Everybody's.
    Merchant,
    /// One partner's: his links, and his account.
    Partner(PartnerId),
}

impl Whose {
    /// The first and the last account that it is about.
    fn accounts(self) -> [JsValue; 2] {
        match self {
            Self::Merchant => [number(0), number(MINOR_MAX)],
            Self::Partner(partner) => [(); 2].map(|()| number(Account::Partner(partner).number())),
        }
    }
}

/// A report before it is added up.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) clicks: Counts,
    pub(crate) visits: Counts,
    /// Orders and money, as they came: of products `sales_minor`, of all others `commission_minor`.
    pub(crate) money: Vec<Row>,
    /// Commission of products.
    pub(crate) shares: Vec<Row>,
    /// Links with what they are called: partners, links or products, by their rows.
    names: Vec<Row>,
    /// Clicks of orders with what these earned, to be asked of the events.
    pieces: Vec<String>,
}

/// What a statement answers.
#[derive(Clone, Copy)]
enum Part {
    Clicks,
    Visits,
    Money,
    Shares,
    Pieces,
    Names,
}

const SECONDS_OF_HOUR: i64 = 3_600;
const SECONDS_OF_DAY: i64 = 86_400;

/// Reads a report, in two ways to the database: what the second asks for is known from the first. Days of visits are UTC's;
/// the nearest begin and end it.
pub(crate) async fn report(env: &Env, by: By, whose: Whose, span: Span) -> Result<Report> {
    let (from, to) = (span.from.unix_seconds(), span.to.unix_seconds());
    let nearest = |at: i64| number((at + SECONDS_OF_DAY / 2) / SECONDS_OF_DAY);
    let clicks = |links: JsValue| {
        let hours = [number(from / SECONDS_OF_HOUR), number(to / SECONDS_OF_HOUR), by.as_str().into(), links];
        (Part::Clicks, (sql!("report_clicks.sql"), Vec::from(hours)))
    };
    let mut report = Report::default();
    let mut asked = Vec::with_capacity(3);
    if let Some(sql) = by.money() {
        let [first, last] = whose.accounts();
        let part = if matches!(by, By::SubId | By::Device) { Part::Pieces } else { Part::Money };
        let booked = vec![number(from), number(to), first, last];
        if by == By::Product {
            asked.push((Part::Shares, (sql!("report_commission.sql"), booked.clone())));
        }
        asked.push((part, (sql, booked)));
    }
    match whose {
        Whose::Merchant => {
            if by.has("clicks") {
                asked.push(clicks(JsValue::NULL));
            }
            if by.has("visits") {
                let days = vec![nearest(from), nearest(to), by.as_str().into()];
                asked.push((Part::Visits, (sql!("report_visits.sql"), days)));
            }
        }
        Whose::Partner(partner) => {
            asked.push((Part::Names, (sql!("report_links_of_partner.sql"), vec![number(partner.0)])));
        }
    }
    ask(env, asked, &mut report).await?;
    let mut asked: Vec<(Part, Prepared)> = Vec::new();
    for piece in report.pieces.drain(..) {
        asked.push((Part::Money, (sql!("report_touch_sums.sql"), vec![piece.into(), by.as_str().into()])));
    }
    match whose {
        Whose::Merchant => {
            let sql = match by {
                By::Partner => Some(sql!("report_partner_names.sql")),
                By::Link | By::Product => Some(sql!("report_link_names.sql")),
                By::Month | By::SubId | By::Country | By::Device | By::Referrer | By::Utm => None,
            };
            let counts = report.clicks.iter().chain(&report.visits);
            let ids: Vec<i64> = counts.filter_map(|(what, _)| what.parse().ok()).collect();
            asked.extend(sql.map(|sql| (Part::Names, (sql, vec![json!(ids).to_string().into()]))));
        }
        Whose::Partner(_) => {
            let ids = report.names.iter().map(|row| row.number("id")).collect::<Result<Vec<i64>>>()?;
            asked.push(clicks(json!(ids).to_string().into()));
        }
    }
    if !asked.is_empty() {
        ask(env, asked, &mut report).await?;
    }
    name(by, &mut report)?;
    Ok(report)
}

/// Asks statements, and puts what they answer where it belongs.
async fn ask(env: &Env, asked: Vec<(Part, Prepared)>, report: &mut Report) -> Result<()> {
    let (parts, statements): (Vec<Part>, Vec<Prepared>) = asked.into_iter().unzip();
    let answers = many(env, &statements).await?;
    for (place, part) in parts.into_iter().enumerate() {
        match part {
            Part::Clicks => report.clicks = counts(&answers, place)?,
            Part::Visits => report.visits = counts(&answers, place)?,
            Part::Money => report.money.extend(answers.rows::<Row>(place)?),
            Part::Shares => report.shares = answers.rows(place)?,
            Part::Pieces => report.pieces = answers.table(place, |row| row.text("clicks"))?,
            Part::Names => report.names = answers.rows(place)?,
        }
    }
    Ok(())
}

fn counts(answers: &Answers, place: usize) -> Result<Counts> {
    answers.table(place, |row| Ok((row.shown("what")?, row.number("count")?)))
}

/// Events know partners and links by their rows: the books know what they are called.
fn name(by: By, report: &mut Report) -> Result<()> {
    let column = match by {
        By::Product => "product",
        By::Partner | By::Link => "name",
        By::Month | By::SubId | By::Country | By::Device | By::Referrer | By::Utm => return Ok(()),
    };
    let mut names = BTreeMap::new();
    for row in &report.names {
        names.insert(row.shown("id")?, row.maybe_text(column)?.unwrap_or_default());
    }
    for (what, _) in report.clicks.iter_mut().chain(&mut report.visits) {
        *what = names.get(what.as_str()).cloned().unwrap_or_default();
    }
    Ok(())
}
