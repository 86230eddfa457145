//! Reports, the merchant's over all partners and a partner's own: what clicks, visits, orders and commission there were, by
//! what one likes to know.

use std::collections::BTreeMap;

use tributary_shared::account::Right;
use tributary_shared::cells::{harmless, record};
use tributary_shared::money::{Currency, Money};
use tributary_shared::sorted::sort_by;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::{Month, Span};

use super::entries::segment;
use super::visit::Visit;
use super::{Refusal, Shown, file, html};
use crate::pages::chart::{Bar, Chart};
use crate::pages::format;
use crate::pages::frame::Key;
use crate::pages::list::{Cell, Column, Control, Field, Form, List, Part, Row, Table};
use crate::pages::texts::say;
use crate::store::reports::{self as store, By, Whose};
use crate::store::tables;

/// Lines of one page.
const PAGE_LINES: usize = 100;

/// Seconds of half a day: the noon of a day is in its month, whatever the time zone.
const NOON: i64 = 43_200;

/// What there was of one thing.
#[derive(Default)]
struct Line {
    clicks: i64,
    visits: i64,
    orders: i64,
    /// Sales of products, and commission, by currency.
    sales: BTreeMap<Currency, i64>,
    money: BTreeMap<Currency, i64>,
}

impl Line {
    fn sums(&self, measure: &str) -> &BTreeMap<Currency, i64> {
        if measure == "sales" { &self.sales } else { &self.money }
    }
}

/// What is asked for.
struct Asked {
    whose: Whose,
    by: By,
    from: Month,
    to: Month,
    span: Span,
}

impl Asked {
    fn of(visit: &Visit<'_>) -> Result<Self, Refusal> {
        let whose = match visit.path.starts_with("/partner") {
            true => Whose::Partner(visit.partner()?.0),
            false => Whose::Merchant,
        };
        let by = visit.query("by");
        let by = choices(whose).iter().copied().find(|known| known.as_str() == by).unwrap_or(By::Month);
        let zone = visit.merchant.zone;
        let month = |name: &str| Month::parse(&visit.query(name)).ok();
        let to = month("to").unwrap_or_else(|| zone.month_of(visit.now));
        let from = month("from").unwrap_or(to);
        let span = Span { from: zone.month(from).from, to: zone.month(to).to };
        Ok(Self { whose, by, from, to, span })
    }

    /// Where the report is.
    const fn path(&self) -> &'static str {
        match self.whose {
            Whose::Merchant => "/admin/reports",
            Whose::Partner(_) => "/partner/reports",
        }
    }

    /// What is counted; page views are the merchant's.
    fn measures(&self) -> impl Iterator<Item = &'static str> {
        let is_partners = matches!(self.whose, Whose::Partner(_));
        self.by.measures().iter().copied().filter(move |measure| !is_partners || *measure != "visits")
    }

    fn query(&self) -> String {
        format!("by={}&from={}&to={}", self.by.as_str(), self.from, self.to)
    }
}

const fn choices(whose: Whose) -> &'static [By] {
    match whose {
        Whose::Merchant => &By::ALL,
        Whose::Partner(_) => &By::OF_PARTNERS,
    }
}

/// Adds a report up.
async fn lines(visit: &Visit<'_>, asked: &Asked) -> Result<BTreeMap<String, Line>, Refusal> {
    let report = store::report(visit.env, asked.by, asked.whose, asked.span).await?;
    let zone = visit.merchant.zone;
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    let day = |what: String| match (asked.by, what.parse::<i64>()) {
        (By::Month, Ok(day)) => zone.month_of(Timestamp::from_unix_seconds(day * 2 * NOON + NOON)).to_string(),
        _ => what,
    };
    for (what, count) in report.clicks {
        lines.entry(day(what)).or_default().clicks += count;
    }
    for (what, count) in report.visits {
        lines.entry(day(what)).or_default().visits += count;
    }
    for row in &report.money {
        let what = match asked.by {
            By::Month => zone.month_of(row.time("what")?).to_string(),
            By::Partner | By::Product | By::Link | By::SubId | By::Country | By::Device | By::Referrer | By::Utm => {
                row.shown("what")?
            }
        };
        let line = lines.entry(what).or_default();
        line.orders += row.number("orders")?;
        let is_sales = asked.by == By::Product;
        let (sums, column) =
            if is_sales { (&mut line.sales, "sales_minor") } else { (&mut line.money, "commission_minor") };
        *sums.entry(row.currency("currency")?).or_default() += row.number(column)?;
    }
    for row in &report.shares {
        let line = lines.entry(row.text("what")?).or_default();
        *line.money.entry(row.currency("currency")?).or_default() += row.number("commission_minor")?;
    }
    Ok(lines)
}

/// A report.
pub(super) async fn reports(visit: &Visit<'_>) -> Shown {
    let asked = Asked::of(visit)?;
    let lines = lines(visit, &asked).await?;
    let mut page = List::of(visit.frame(visit.t("reports-title")));
    let is_merchants = matches!(asked.whose, Whose::Merchant);
    page.hint = visit.t(if is_merchants { Key("reports-hint").0 } else { Key("reports-own-hint").0 });
    let choice = |by: &By| (by.as_str().to_owned(), page.frame.word("report", by.as_str()));
    let choices: Vec<(String, String)> = choices(asked.whose).iter().map(choice).collect();
    page.filter = Some(Form {
        action: asked.path().to_owned(),
        fields: vec![
            Field::new("by", visit.t("reports-by"), asked.by.as_str(), Control::Choice(choices)),
            Field::new("from", visit.t("reports-from"), &asked.from.to_string(), Control::Month),
            Field::new("to", visit.t("reports-to"), &asked.to.to_string(), Control::Month),
        ],
        buttons: Vec::new(),
    });
    page.ways = vec![(format!("{}.csv?{}", asked.path(), asked.query()), "CSV".to_owned())];
    if is_merchants {
        let names = tables::names().filter(|name| *name != tables::PEOPLE || visit.may(Right::ManagePeople));
        page.ways.extend(names.map(|name| (format!("/admin/{name}.csv"), format!("{name}.csv"))));
    }
    if asked.by == By::Month && lines.len() > 1 {
        page.charts = charts(visit, &lines);
    }
    let after = visit.query("after");
    let mut total = Line::default();
    for line in lines.values() {
        total.clicks += line.clicks;
        total.visits += line.visits;
        total.orders += line.orders;
        for (sums, of_line) in [(&mut total.sales, &line.sales), (&mut total.money, &line.money)] {
            for (currency, minor) in of_line {
                *sums.entry(*currency).or_default() += minor;
            }
        }
    }
    let mut rest = lines.iter().filter(|(what, _)| after.is_empty() || **what > after);
    let mut rows: Vec<Row> = rest
        .by_ref()
        .take(PAGE_LINES)
        .map(|(what, line)| row(visit, &asked, named(visit, asked.by, what), line))
        .collect();
    if rest.next().is_some()
        && let Some(last) = lines.keys().filter(|what| after.is_empty() || **what > after).nth(PAGE_LINES - 1)
    {
        page.next = format!("{}?{}&after={}", asked.path(), asked.query(), segment(last));
    }
    if !rows.is_empty() {
        rows.push(row(visit, &asked, Cell::text(visit.t("reports-total")), &total));
    }
    let mut columns = vec![Column { title: page.frame.word("report", asked.by.as_str()), is_number: false }];
    columns
        .extend(asked.measures().map(|measure| Column { title: page.frame.word("report", measure), is_number: true }));
    page.parts.push(Part { table: Some(Table { columns, rows, empty: visit.t("reports-empty") }), ..Part::default() });
    Ok(html(200, &page)?)
}

/// What a line is of.
fn named(visit: &Visit<'_>, by: By, what: &str) -> Cell {
    if what.is_empty() {
        return Cell::text(visit.t("reports-none"));
    }
    match by {
        By::Partner if !what.contains(':') => Cell::way(what, format!("/admin/partners/{}", segment(what))),
        By::Device => Cell::text(say(visit.language, &format!("report-{what}"), &[])),
        By::Month => Cell::text(format::month(visit.language, what)),
        By::Partner | By::Product | By::Link | By::SubId | By::Country | By::Referrer | By::Utm => Cell::text(what),
    }
}

fn row(visit: &Visit<'_>, asked: &Asked, what: Cell, line: &Line) -> Row {
    let mut cells = vec![what];
    for measure in asked.measures() {
        cells.push(Cell::text(match measure {
            "clicks" => format::count(visit.language, line.clicks),
            "visits" => format::count(visit.language, line.visits),
            "orders" => format::count(visit.language, line.orders),
            measure => {
                let sums = line.sums(measure).iter();
                let sums: Vec<_> =
                    sums.map(|(currency, minor)| format::money(visit.language, *minor, *currency)).collect();
                if sums.is_empty() { "—".to_owned() } else { sums.join(", ") }
            }
        }));
    }
    Row { key: String::new(), cells }
}

/// Months as charts: clicks, orders, and commission in each currency.
fn charts(visit: &Visit<'_>, lines: &BTreeMap<String, Line>) -> Vec<Chart> {
    let chart = |title: String, values: Vec<(i64, String)>, total: String| {
        let bar =
            |(month, (value, shown)): (&String, _)| Bar { label: format::month(visit.language, month), value, shown };
        let bars = lines.keys().zip(values).map(bar);
        Chart { title, total, bars: bars.collect() }
    };
    let counted = |title: String, of: fn(&Line) -> i64| {
        let count = |value: i64| format::count(visit.language, value);
        let values = lines.values().map(|line| (of(line), count(of(line)))).collect();
        chart(title, values, count(lines.values().map(of).sum()))
    };
    let mut charts = vec![
        counted(visit.t("report-clicks"), |line| line.clicks),
        counted(visit.t("report-orders"), |line| line.orders),
    ];
    let mut currencies: Vec<Currency> = lines.values().flat_map(|line| line.money.keys().copied()).collect();
    sort_by(&mut currencies, Ord::cmp);
    currencies.dedup();
    for currency in currencies {
        let of = |line: &Line| line.money.get(&currency).copied().unwrap_or(0);
        let shown = |minor: i64| format::money(visit.language, minor, currency);
        let values = lines.values().map(|line| (of(line), shown(of(line)))).collect();
        charts.push(chart(visit.t("report-commission"), values, shown(lines.values().map(of).sum())));
    }
    charts
}

/// A report as CSV. What has money in two currencies has two rows, and its counts in the first.
pub(super) async fn export(visit: &Visit<'_>) -> Shown {
    let asked = Asked::of(visit)?;
    let lines = lines(visit, &asked).await?;
    let has_money = asked.by.has("sales") || asked.by.has("commission");
    let mut names = vec![asked.by.as_str()];
    names.extend(asked.measures());
    if has_money {
        names.push("currency");
    }
    let mut csv = record(&names);
    for (what, line) in lines {
        let mut currencies: Vec<Option<Currency>> =
            line.sales.keys().chain(line.money.keys()).copied().map(Some).collect();
        sort_by(&mut currencies, Ord::cmp);
        currencies.dedup();
        if currencies.is_empty() {
            currencies.push(None);
        }
        for (index, currency) in currencies.into_iter().enumerate() {
            let amount = |measure: &str| {
                let minor =
                    currency.and_then(|currency| line.sums(measure).get(&currency).map(|minor| (*minor, currency)));
                minor.map_or_else(String::new, |(minor, currency)| {
                    Money::from_minor(minor, currency).map_or_else(|_| minor.to_string(), Money::amount)
                })
            };
            let count = |value: i64| if index == 0 { value.to_string() } else { String::new() };
            let mut cells = vec![harmless(&what)];
            cells.extend(asked.measures().map(|measure| match measure {
                "clicks" => count(line.clicks),
                "visits" => count(line.visits),
                "orders" => count(line.orders),
                measure => amount(measure),
            }));
            if has_money {
                cells.push(currency.map_or_else(String::new, |currency| currency.code().to_owned()));
            }
            csv.push_str(&record(&cells.iter().map(String::as_str).collect::<Vec<_>>()));
        }
    }
    Ok(file("text/csv; charset=utf-8", &format!("report-{}.csv", asked.by.as_str()), csv)?)
}
