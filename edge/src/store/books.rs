//! Balances and payouts of a page.

use serde::Deserialize;
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::{PAGE_ROWS, many, number};

/// A balance of a partner.
#[derive(Debug, Deserialize)]
pub(crate) struct BalanceRow {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) currency: Currency,
    pub(crate) pending: i64,
    pub(crate) payable: i64,
    pub(crate) paid: i64,
}

/// A payout.
#[derive(Debug, Deserialize)]
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
    #[derive(Deserialize)]
    struct End {
        code: String,
    }
    Ok((answers.rows(0)?, answers.row::<End>(2)?.map(|end| end.code), answers.rows(1)?))
}
