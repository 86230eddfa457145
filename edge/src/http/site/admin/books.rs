//! What is owed and paid, and what was changed.

use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html};
use crate::pages::admin as pages;
use crate::store::PAGE_ROWS;
use crate::store::books;
use crate::store::history;

/// Balances.
pub(in crate::http::site) async fn balances(visit: &Visit<'_>) -> Shown {
    let (rows, after) = books::balances(visit.env, visit.now, &visit.query("after")).await?;
    let rows = rows
        .into_iter()
        .map(|row| pages::BalanceRow {
            partner: row.code,
            name: row.name,
            pending: row.pending,
            payable: row.payable,
            paid: row.paid,
            currency: row.currency,
        })
        .collect();
    Ok(html(200, &pages::Balances { frame: visit.frame(visit.t("balances-title")), rows, after })?)
}

/// The history.
pub(in crate::http::site) async fn audit(visit: &Visit<'_>) -> Shown {
    let mut rows = history::audit(visit.env, visit.query_number("before")).await?;
    let more = rows.len() > PAGE_ROWS;
    rows.truncate(PAGE_ROWS);
    let before = rows.last().filter(|_| more).map(|row| row.id);
    let rows = rows
        .into_iter()
        .map(|row| pages::AuditRow {
            at: row.at,
            who: row.who,
            what: row.what,
            subject: row.subject,
            before: row.before,
            after: row.after,
        })
        .collect();
    Ok(html(200, &pages::Audit { frame: visit.frame(visit.t("audit-title")), rows, before })?)
}
