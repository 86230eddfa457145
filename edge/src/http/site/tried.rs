//! Orders that came with a touch of a partner and were not credited to him: he asks first about these.

use tributary_shared::ledger::Account;

use super::entries::segment;
use super::visit::Visit;
use super::{Shown, html};
use crate::pages::format;
use crate::pages::list::{Cell, Column, List, Part, Row, Table};
use crate::store::PAGE_ROWS;
use crate::store::cabinet;

/// The list, the newest first; each leads to his part of the trace.
pub(super) async fn tried(visit: &Visit<'_>) -> Shown {
    let (partner, _) = visit.partner()?;
    let account = Account::Partner(partner).number();
    let before = (visit.query_number("before"), visit.query("order"));
    let found = cabinet::tried(visit.env, partner, account, before.0, &before.1).await?;
    let mut page = List::of(visit.frame(visit.t("tried-title")));
    page.hint = visit.t("tried-hint");
    page.ways = vec![("/partner/accruals".to_owned(), visit.t("nav-accruals"))];
    let is_full = found.len() > PAGE_ROWS;
    let mut rows = Vec::new();
    for row in found.iter().take(PAGE_ROWS) {
        if row.maybe_number("is_shown")? != Some(1) {
            continue;
        }
        let (order, outcome) = (row.text("order_name")?, row.text("outcome")?);
        let why = if outcome == "credited" { visit.t("tried-another") } else { page.frame.word("outcome", &outcome) };
        let path = format!("/partner/orders/{}", segment(&order));
        let at = format::time(visit.language, visit.merchant.zone, row.time("at")?);
        rows.push(Row { key: String::new(), cells: vec![Cell::text(at), Cell::way(order, path), Cell::text(why)] });
    }
    if let Some(last) = found.get(PAGE_ROWS - 1).filter(|_| is_full) {
        let (at, source) = (last.number("at")?, last.text("source")?);
        page.next = format!("/partner/orders?before={at}&order={}", segment(&source));
    }
    let columns = [visit.t("col-time"), visit.t("col-order"), visit.t("order-why")];
    let columns = columns.map(|title| Column { title, is_number: false }).into();
    let table = Some(Table { columns, rows, empty: visit.t("tried-empty") });
    page.parts.push(Part { table, ..Part::default() });
    Ok(html(200, &page)?)
}
