//! What is owed and paid, what was mailed, what was changed.

use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html};
use crate::pages::admin as pages;
use crate::store::PAGE_ROWS;
use crate::store::books;
use crate::store::history;
use crate::store::mails;

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

/// Mail.
pub(in crate::http::site) async fn mail(visit: &Visit<'_>) -> Shown {
    let rows = mails::mails(visit.env)
        .await?
        .into_iter()
        .map(|row| pages::MailRow {
            at: row.created_at,
            to: row.recipient,
            subject: row.subject,
            // A link that logs in is for whoever it was mailed to. In the demo, and in tests, there is nobody else.
            body: if is_local(visit) { row.body } else { without_links(&row.body) },
            state: match (row.sent_at, row.failed_at) {
                (Some(_), _) => "sent",
                (None, Some(_)) => "failed",
                (None, None) => "waiting",
            },
            problem: row.problem,
        })
        .collect();
    Ok(html(200, &pages::Mail { frame: visit.frame(visit.t("mail-title")), rows })?)
}

/// Whether this is a Worker on somebody's own machine.
fn is_local(visit: &Visit<'_>) -> bool {
    visit.url.host_str().is_some_and(|host| host == "localhost" || host == "127.0.0.1" || host.ends_with(".localhost"))
}

fn without_links(body: &str) -> String {
    body.lines().map(|line| if line.contains("/login/") { "…/login/…" } else { line }).collect::<Vec<_>>().join("\n")
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
