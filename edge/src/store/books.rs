//! Balances and payouts of a page.

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

/// A payout.
#[derive(Debug)]
pub(crate) struct PayoutRow {
    pub(crate) id: i64,
    pub(crate) receiver: String,
    pub(crate) amount_minor: i64,
    pub(crate) currency: Currency,
    pub(crate) state: String,
    pub(crate) method: Option<String>,
    pub(crate) who: String,
    pub(crate) at: Timestamp,
    pub(crate) note: String,
}

/// Balances of the partners of one page, by code, and the latest payouts.
pub(crate) async fn balances(
    env: &Env,
    now: Timestamp,
    after: &str,
) -> Result<(Vec<BalanceRow>, Option<String>, Vec<PayoutRow>)> {
    let rows = number(i64::try_from(PAGE_ROWS).unwrap_or(0));
    let answers = many(
        env,
        &[
            (include_str!("sql/balances_page.sql"), vec![number(now.unix_seconds()), after.into(), rows.clone()]),
            (include_str!("sql/payouts_latest.sql"), vec![]),
            (include_str!("sql/partners_page_end.sql"), vec![after.into(), rows]),
        ],
    )
    .await?;
    let end = answers.one(2)?.map(|row| row.text("code")).transpose()?;
    Ok((answers.table(0, balance)?, end, answers.table(1, payout)?))
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

fn payout(row: &Row) -> Result<PayoutRow> {
    Ok(PayoutRow {
        id: row.number("id")?,
        receiver: row.text("receiver")?,
        amount_minor: row.number("amount_minor")?,
        currency: row.currency("currency")?,
        state: row.text("state")?,
        method: row.maybe_text("method")?,
        who: row.text("who")?,
        at: row.time("at")?,
        note: row.text("note")?,
    })
}
