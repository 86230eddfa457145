//! Accruals of all partners, and statements of one.

use tributary_shared::time::Timestamp;
use tributary_shared::zone::Month;

use super::tables::{self, Col, Form as As, table};
use crate::http::site::entries::segment;
use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html};
use crate::pages::frame::Key;
use crate::pages::list::{Control, Field, Form, List, Part};
use crate::store::PAGE_ROWS;
use crate::store::tables::{self as store, Accruals};

const COLUMNS: &[Col] = &[
    Col("at", Key("col-booked"), As::Time),
    Col("partner", Key("col-partner"), As::Partner),
    Col("kind", Key("col-kind"), As::Word("kind")),
    Col("tier", Key("col-tier"), As::Tier),
    Col("order_name", Key("col-order"), As::Order),
    Col("amount_minor", Key("col-amount"), As::Money),
    Col("payable_from", Key("col-payable"), As::Due),
    Col("evidence", Key("col-evidence"), As::Word("evidence")),
    Col("note", Key("col-detail"), As::Text),
];

/// What accruals can be narrowed to, besides partner and month.
const STATES: [&str; 3] = ["pending", "payable", "back"];

/// What is asked for: partner, state, month.
pub(super) struct Asked {
    pub(super) partner: String,
    pub(super) state: String,
    month: String,
    from: Timestamp,
    to: Timestamp,
}

impl Asked {
    /// As the address says it.
    pub(super) fn of(visit: &Visit<'_>) -> Self {
        let month = visit.query("month");
        let span = Month::parse(&month).map(|month| visit.merchant.zone.month(month)).ok();
        let (from, to) = span.map_or((Timestamp::FIRST, Timestamp::LAST), |span| (span.from, span.to));
        Self { partner: visit.query("partner"), state: visit.query("state"), month, from, to }
    }

    /// As the store takes it.
    pub(super) fn accruals(&self, now: Timestamp) -> Accruals<'_> {
        Accruals { receiver: &self.partner, state: &self.state, from: self.from, to: self.to, now }
    }

    /// As an address says it.
    fn query(&self) -> String {
        format!("partner={}&state={}&month={}", segment(&self.partner), segment(&self.state), segment(&self.month))
    }
}

/// The list, the newest first.
pub(in crate::http::site) async fn accruals(visit: &Visit<'_>) -> Shown {
    let asked = Asked::of(visit);
    let rows = i64::try_from(PAGE_ROWS).unwrap_or(0);
    let before = visit.query_number("before");
    let (rows, next) = store::accruals(visit.env, &asked.accruals(visit.now), before, rows).await?;
    let mut page = List::of(visit.frame(visit.t("accruals-title")));
    page.hint = visit.t("accruals-all-hint");
    let mut states = vec![(String::new(), visit.t("filter-all"))];
    states.extend(STATES.map(|state| (state.to_owned(), page.frame.word("accrual", state))));
    page.filter = Some(Form {
        action: "/admin/accruals".to_owned(),
        fields: vec![
            Field::new("partner", visit.t("col-partner"), &asked.partner, Control::Text),
            Field::new("state", visit.t("col-status"), &asked.state, Control::Choice(states)),
            Field::new("month", visit.t("statement-month"), &asked.month, Control::Month),
        ],
        buttons: Vec::new(),
    });
    page.ways = vec![(format!("/admin/accruals.csv?{}", asked.query()), "CSV".to_owned())];
    let empty = if next.is_some() { visit.t("accruals-go-on") } else { visit.t("entries-empty") };
    page.parts.push(Part { table: Some(table(visit, COLUMNS, &rows, tables::no_key, empty)?), ..Part::default() });
    page.next = next.map_or_else(String::new, |next| format!("/admin/accruals?before={next}&{}", asked.query()));
    Ok(html(200, &page)?)
}
