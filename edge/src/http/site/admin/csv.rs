//! Tables as CSV, whole, for programs and spreadsheets (RFC 4180).

use tributary_shared::account::Right;
use tributary_shared::cells::{harmless, record};
use tributary_shared::money::Money;
use worker::Result;

use super::accruals::Asked;
use crate::http::site::visit::Visit;
use crate::http::site::{Refusal, Shown, file};
use crate::store::row::Row;
use crate::store::tables::{self, Table};

/// Rows that are asked for at once: 100,000 are twenty ways to the database.
const PIECE_ROWS: i64 = 5_000;

/// The most rows of one file, so that it fits into a Worker's memory; the header `Link` says where the rest is.
const ROWS_MAX: usize = 200_000;

/// Columns of accruals, as [`Table::columns`].
const ACCRUALS: &str = "id at partner kind tier order_name amount_minor currency payable_from evidence note";

/// A table by its name.
pub(in crate::http::site) async fn export(visit: &Visit<'_>) -> Shown {
    match (visit.segment.as_str(), tables::find(&visit.segment)) {
        ("accruals", _) => accruals(visit).await,
        ("reports", _) => crate::http::site::reports::export(visit).await,
        (tables::PEOPLE, _) if !visit.may(Right::ManagePeople) => Err(Refusal::NotFound),
        (_, Some(table)) => whole(visit, table).await,
        (_, None) => Err(Refusal::NotFound),
    }
}

async fn whole(visit: &Visit<'_>, table: &Table) -> Shown {
    let mut after = match visit.query("after") {
        text if text.is_empty() => table.start(),
        text => table.key(&text).ok_or(Refusal::NotFound)?,
    };
    let mut csv = head(table.columns);
    let mut count = 0;
    loop {
        let (rows, next) = table.piece(visit.env, &after, PIECE_ROWS, visit.now).await?;
        push(&mut csv, table.columns, &rows)?;
        count += rows.len();
        let Some(next) = next else {
            return finished(table.name, csv, None);
        };
        if count >= ROWS_MAX {
            let key = next.as_string().or_else(|| next.as_f64().map(|key| key.to_string())).unwrap_or_default();
            return finished(table.name, csv, Some(format!("after={}", crate::http::site::entries::segment(&key))));
        }
        after = next;
    }
}

async fn accruals(visit: &Visit<'_>) -> Shown {
    let asked = Asked::of(visit);
    let mut before = visit.query_number("before");
    let mut csv = head(ACCRUALS);
    let mut count = 0;
    loop {
        let (rows, next) = tables::accruals(visit.env, &asked.accruals(visit.now), before, PIECE_ROWS).await?;
        push(&mut csv, ACCRUALS, &rows)?;
        count += rows.len();
        if next.is_none() || count >= ROWS_MAX {
            return finished("accruals", csv, next.map(|next| format!("before={next}")));
        }
        before = next;
    }
}

fn finished(name: &str, csv: String, rest: Option<String>) -> Shown {
    let made = file("text/csv; charset=utf-8", &format!("{name}.csv"), csv)?;
    if let Some(rest) = rest {
        made.headers().set("Link", &format!("</admin/{name}.csv?{rest}>; rel=\"next\""))?;
    }
    Ok(made)
}

/// The first row: what amounts are in is told by `currency`.
pub(super) fn head(columns: &str) -> String {
    let names: Vec<&str> = columns.split(' ').map(|name| name.strip_suffix("_minor").unwrap_or(name)).collect();
    record(&names)
}

/// Adds rows.
pub(super) fn push(csv: &mut String, columns: &str, rows: &[Row]) -> Result<()> {
    for row in rows {
        let cells: Vec<String> = columns.split(' ').map(|name| cell(row, name)).collect::<Result<_>>()?;
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        csv.push_str(&record(&cells));
    }
    Ok(())
}

fn cell(row: &Row, name: &str) -> Result<String> {
    if name.ends_with("_minor") {
        return Ok(match row.maybe_number(name)? {
            Some(minor) => {
                Money::from_minor(minor, row.currency("currency")?).map_or_else(|_| minor.to_string(), Money::amount)
            }
            None => String::new(),
        });
    }
    let is_time = name == "at" || name.ends_with("_at") || name.ends_with("_from");
    if is_time && row.maybe_number(name)?.is_some() {
        return Ok(row.time(name)?.to_string());
    }
    Ok(harmless(&row.shown(name)?))
}
