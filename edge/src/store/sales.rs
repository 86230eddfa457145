//! What the sales desk shows: partners, their customers, what is sold.

use tributary_shared::id::PartnerId;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::order_cards::EventRow;
use super::products::ProductRow;
use super::row::row;
use super::{PAGE_ROWS, many, number, page_rows};

/// A partner for whom orders are placed.
#[derive(Debug)]
pub(crate) struct ConciergeRow {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) site: String,
}

row!(ConciergeRow { code, name, site });

/// Partners for whom orders may be placed, by code; found by name, house or code.
pub(crate) async fn concierges(env: &Env, now: Timestamp, after: &str, search: &str) -> Result<Vec<ConciergeRow>> {
    let asked =
        vec![number(now.unix_seconds()), after.into(), search.to_lowercase().into(), page_rows(), search.into()];
    many(env, &[(sql!("concierges.sql"), asked)]).await?.rows(0)
}

/// All of them, as far as a page to be kept holds.
pub(crate) async fn all_concierges(env: &Env, now: Timestamp) -> Result<Vec<ConciergeRow>> {
    let asked = vec![number(now.unix_seconds()), "".into(), "".into(), number(5_000), "".into()];
    many(env, &[(sql!("concierges.sql"), asked)]).await?.rows(0)
}

/// Events of orders that were placed here, the newest order first: of all of them, or of those that somebody placed.
pub(crate) async fn placed(env: &Env, by: Option<&str>, before: Option<i64>) -> Result<Vec<EventRow>> {
    let mut asked = vec![number(before.unwrap_or(i64::from(u32::MAX) << 20)), page_rows()];
    let sql = match by {
        Some(by) => {
            asked.push(by.into());
            sql!("desk_orders_of.sql")
        }
        None => sql!("desk_orders.sql"),
    };
    many(env, &[(sql, asked)]).await?.rows(0)
}

/// A customer whom a partner has served.
#[derive(Debug)]
pub(crate) struct CustomerRow {
    pub(crate) email: String,
    pub(crate) name: String,
}

row!(CustomerRow { email, name });

/// Customers whom a partner has served before, and what is sold.
pub(crate) async fn sold(env: &Env, partner: PartnerId, now: Timestamp) -> Result<(Vec<CustomerRow>, Vec<ProductRow>)> {
    let answers = many(
        env,
        &[
            (sql!("customers_of_partner.sql"), vec![number(partner.0)]),
            (
                sql!("products_page.sql"),
                vec![number(now.unix_seconds()), "".into(), number(i64::try_from(PAGE_ROWS).unwrap_or(0) * 4)],
            ),
        ],
    )
    .await?;
    Ok((answers.rows(0)?, answers.rows(1)?))
}
