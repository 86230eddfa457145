//! What shops and payment providers sent that became nothing, and why.

use super::tables::{self, Col, Form, table};
use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html};
use crate::pages::frame::Key;
use crate::pages::list::{List, Part};
use crate::store::ignored;

/// The newest of it.
pub(in crate::http::site) async fn shops(visit: &Visit<'_>) -> Shown {
    const COLUMNS: &[Col] = &[
        Col("at", Key("col-time"), Form::Time),
        Col("source", Key("shops-from"), Form::Text),
        Col("kind", Key("col-kind"), Form::Text),
        Col("subject", Key("col-subject"), Form::Text),
        Col("reason", Key("shops-reason"), Form::Problem),
    ];
    let rows = ignored::lately(visit.env).await?;
    let mut page = List::of(visit.frame(visit.t("shops-title")));
    page.hint = visit.t("shops-hint");
    let table = table(visit, COLUMNS, &rows, tables::no_key, visit.t("shops-empty"))?;
    page.parts.push(Part { table: Some(table), ..Part::default() });
    Ok(html(200, &page)?)
}
