//! Balances of a page.

use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::row::Row;
use super::{PAGE_ROWS, many, number};

/// A balance of a partner.
#[derive(Debug)]
pub(crate) struct BalanceRow {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) currency: Currency,
    pub(crate) pending: i64,
    pub(crate) payable: i64,
    pub(crate) paid: i64,
}

/// Balances of the partners of one page by code.
pub(crate) async fn balances(env: &Env, now: Timestamp, after: &str) -> Result<(Vec<BalanceRow>, Option<String>)> {
    let rows = number(i64::try_from(PAGE_ROWS).unwrap_or(0));
    let answers = many(
        env,
        &[
            (sql!("balances_page.sql"), vec![number(now.unix_seconds()), after.into(), rows.clone()]),
            (sql!("partners_page_end.sql"), vec![after.into(), rows]),
        ],
    )
    .await?;
    let end = answers.one(1)?.map(|row| row.text("code")).transpose()?;
    Ok((answers.table(0, balance)?, end))
}

fn balance(row: &Row) -> Result<BalanceRow> {
    Ok(BalanceRow {
        code: row.text("code")?,
        name: row.text("name")?,
        currency: row.currency("currency")?,
        pending: row.number("pending")?,
        payable: row.number("payable")?,
        paid: row.number("paid")?,
    })
}
