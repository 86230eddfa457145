//! What is owed and paid, and what was changed.

use crate::http::site::entries::{page_of, segment};
use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html};
use crate::pages::format;
use crate::pages::list::{Cell, Column, List, Part, Row, Table};
use crate::store::books;
use crate::store::history;

/// A page of one table.
fn table(page: &mut List, columns: &[(String, bool)], rows: Vec<Vec<Cell>>, empty: String) {
    let column = |(title, is_number): &(String, bool)| Column { title: title.clone(), is_number: *is_number };
    let columns = columns.iter().map(column).collect();
    let rows = rows.into_iter().map(|cells| Row { key: String::new(), cells }).collect();
    page.parts.push(Part { table: Some(Table { columns, rows, empty }), ..Part::default() });
}

/// Balances.
pub(in crate::http::site) async fn balances(visit: &Visit<'_>) -> Shown {
    let (rows, after) = books::balances(visit.env, visit.now, &visit.query("after")).await?;
    let mut page = List::of(visit.frame(visit.t("balances-title")));
    page.ways = vec![
        ("/admin/payouts".to_owned(), visit.t("payouts-title")),
        ("/admin/balances.csv".to_owned(), "CSV".to_owned()),
    ];
    page.next = after.map_or_else(String::new, |after| format!("/admin/balances?after={}", segment(&after)));
    let columns = [
        (visit.t("col-partner"), false),
        (visit.t("field-name"), false),
        (visit.t("balance-pending"), true),
        (visit.t("balance-payable"), true),
        (visit.t("balance-paid"), true),
        (visit.t("col-payout"), false),
    ];
    let rows = rows.into_iter().map(|row| {
        let code = segment(&row.code);
        let money = |minor: i64| Cell::text(format::money(visit.language, minor, row.currency));
        vec![
            Cell::way(row.code, format!("/admin/partners/{code}")),
            Cell::text(row.name),
            money(row.pending),
            money(row.payable),
            money(row.paid),
            Cell::way(visit.t("payout-pay"), format!("/admin/payouts/new?partner={code}")),
        ]
    });
    table(&mut page, &columns, rows.collect(), visit.t("balances-empty"));
    Ok(html(200, &page)?)
}

/// The history.
pub(in crate::http::site) async fn audit(visit: &Visit<'_>) -> Shown {
    let mut rows = history::audit(visit.env, visit.query_number("before")).await?;
    let mut page = List::of(visit.frame(visit.t("audit-title")));
    if let Some(last) = page_of(&mut rows) {
        page.next = format!("/admin/audit?before={}", last.id);
    }
    let columns = [
        (visit.t("col-time"), false),
        (visit.t("col-who"), false),
        (visit.t("col-what"), false),
        (visit.t("col-subject"), false),
        (visit.t("col-before"), false),
        (visit.t("col-after"), false),
    ];
    let rows = rows.into_iter().map(|row| {
        let at = format::time(visit.language, visit.merchant.zone, row.at);
        [at, row.who, visit.problem(&row.what), row.subject, row.before, row.after].map(Cell::text).into()
    });
    table(&mut page, &columns, rows.collect(), visit.t("audit-empty"));
    Ok(html(200, &page)?)
}
