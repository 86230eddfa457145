//! Tables out of answers: each column is shown as what it is.

use tributary_shared::money::{Currency, Money};
use worker::Result;

use crate::http::site::entries::segment;
use crate::http::site::visit::Visit;
use crate::pages::format;
use crate::pages::frame::Key;
use crate::pages::list::{Cell, Column, Row, Table};
use crate::pages::texts::say;
use crate::store::payouts::requisites;
use crate::store::row;

/// How a column is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::http::site) enum Form {
    /// As it is.
    Text,
    /// What code says, in the reader's language.
    Problem,
    /// A tier; 0 is none.
    Tier,
    /// An amount of the row's currency; nothing is shown as a dash.
    Money,
    /// A day and minute.
    Time,
    /// A day; with a mark while it is to come.
    Due,
    /// A word of the domain, after this.
    Word(&'static str),
    /// The state of a payout.
    State,
    /// A partner's code, with the way to his card.
    Partner,
    /// An order's name, with the way to its card.
    Order,
    /// A payout's number, with the way to its card.
    Payout,
    /// Where money goes: how, and the end of the account.
    Wallet,
}

/// A column: its name in the answer, what it is called, and how it is shown.
pub(in crate::http::site) struct Col(
    pub(in crate::http::site) &'static str,
    pub(in crate::http::site) Key,
    pub(in crate::http::site) Form,
);

/// A table of rows; they can be chosen by a key, where `key` has one for them.
pub(in crate::http::site) fn table(
    visit: &Visit<'_>,
    columns: &[Col],
    rows: &[row::Row],
    key: fn(&row::Row) -> Result<String>,
    empty: String,
) -> Result<Table> {
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let cells = columns.iter().map(|column| cell(visit, row, column)).collect::<Result<_>>()?;
        shown.push(Row { key: key(row)?, cells });
    }
    let heads = columns.iter().map(|column| Column { title: visit.t(column.1.0), is_number: column.2 == Form::Money });
    Ok(Table { columns: heads.collect(), rows: shown, empty })
}

/// Rows that nobody chooses.
#[expect(clippy::unnecessary_wraps, reason = "it stands where others read a column")]
pub(in crate::http::site) fn no_key(_: &row::Row) -> Result<String> {
    Ok(String::new())
}

/// An amount as people of the language write it.
pub(super) fn money(visit: &Visit<'_>, minor: i64, currency: Currency) -> String {
    format::money(visit.language, minor, currency)
}

fn cell(visit: &Visit<'_>, row: &row::Row, Col(name, _, form): &Col) -> Result<Cell> {
    let dash = || Cell::text("—");
    Ok(match form {
        Form::Text => Cell::text(row.maybe_text(name)?.unwrap_or_default()),
        Form::Problem => Cell::text(visit.problem(&row.text(name)?)),
        Form::Tier => match row.number(name)? {
            0 => dash(),
            tier => Cell::text(tier.to_string()),
        },
        Form::Money => match row.maybe_number(name)? {
            Some(minor) => Cell::text(money(visit, minor, row.currency("currency")?)),
            None => dash(),
        },
        Form::Time => Cell::text(format::time(visit.language, visit.merchant.zone, row.time(name)?)),
        Form::Due => {
            let at = row.time(name)?;
            let tone = if at > visit.now { "warn" } else { "" };
            Cell { text: format::date(visit.language, visit.merchant.zone, at), path: String::new(), tone }
        }
        Form::Word(kind) => match row.maybe_text(name)?.filter(|word| !word.is_empty()) {
            Some(word) => Cell::text(say(visit.language, &format!("{kind}-{}", word.replace('_', "-")), &[])),
            None => dash(),
        },
        Form::State => {
            let state = row.text(name)?;
            let tone = match state.as_str() {
                "confirmed" => "good",
                "failed" | "returned" => "bad",
                _ => "warn",
            };
            Cell { text: say(visit.language, &format!("state-{state}"), &[]), path: String::new(), tone }
        }
        Form::Partner => match row.maybe_text(name)? {
            Some(code) if code.contains(':') => Cell::text(code),
            Some(code) if !code.is_empty() => {
                let path = format!("/admin/partners/{}", segment(&code));
                Cell::way(code, path)
            }
            Some(_) | None => dash(),
        },
        Form::Order => match row.maybe_text(name)? {
            Some(order) => {
                let path = format!("/admin/orders/{}", segment(&order));
                Cell::way(order, path)
            }
            None => dash(),
        },
        Form::Payout => {
            let id = row.number(name)?.to_string();
            let path = format!("/admin/payouts/{id}");
            Cell::way(id, path)
        }
        Form::Wallet => requisites(&row.text(name)?).map_or_else(dash, |to| Cell::text(wallet(visit, &to))),
    })
}

/// How somebody is paid, and the end of his account.
pub(super) fn wallet(visit: &Visit<'_>, to: &tributary_shared::payout::Requisites) -> String {
    let method = say(visit.language, &format!("method-{}", to.method().as_str()), &[]);
    match to.masked() {
        account if account.is_empty() => method,
        account => format!("{method} · {account}"),
    }
}

/// An amount that a person gives, above 0: with a comma where people write one.
pub(super) fn amount(text: &str, currency: Currency) -> Option<Money> {
    let text = text.replace(['\u{a0}', ' '], "").replace('−', "-");
    let text = if text.contains('.') { text } else { text.replace(',', ".") };
    Money::parse(&text, currency).ok().filter(|money| money.minor() > 0)
}
