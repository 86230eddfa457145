//! Orders as the merchant's pages show them: a list, and the card of one.

use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::row::row;
use super::{many, number, page_rows};

/// An order of a list.
#[derive(Debug)]
pub(crate) struct OrderRow {
    pub(crate) id: i64,
    pub(crate) external_id: String,
    pub(crate) at: Timestamp,
    pub(crate) revision: i64,
    pub(crate) decided_revision: i64,
    pub(crate) outcome: Option<String>,
    pub(crate) partner: Option<String>,
    /// What the order said last, as it is stored.
    pub(crate) body: Option<String>,
}

row!(OrderRow { id, external_id, at, revision, decided_revision, outcome, partner, body });

/// Which orders a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    Held,
    /// Those that a browser reported and nobody else.
    Reported,
}

/// Orders by how their names begin, or some of them. A page begins after a key: a name among names, else a number.
pub(crate) async fn orders(env: &Env, search: &str, which: Which, after: &str) -> Result<Vec<OrderRow>> {
    let statement = if !search.is_empty() {
        // Every name that begins so is below the same with the last of all characters behind it.
        let end = format!("{search}\u{10ffff}");
        (sql!("orders_named.sql"), vec![search.into(), end.into(), page_rows(), after.into()])
    } else {
        let sql = match which {
            Which::All => sql!("orders_page.sql"),
            Which::Held => sql!("orders_held.sql"),
            Which::Reported => sql!("browser_orders_unconfirmed.sql"),
        };
        let before = number(after.parse().unwrap_or(i64::from(u32::MAX) << 20));
        (sql, vec![before, page_rows()])
    };
    many(env, &[statement]).await?.rows(0)
}

/// An event of an order.
#[derive(Debug)]
pub(crate) struct EventRow {
    /// The order's.
    pub(crate) id: i64,
    pub(crate) external_id: String,
    pub(crate) revision: i64,
    pub(crate) arrival: i64,
    pub(crate) source: String,
    pub(crate) at: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) body: String,
}

row!(EventRow { id, external_id, revision, arrival, source, at, received_at, body });

/// The latest decision about an order.
#[derive(Debug)]
pub(crate) struct DecisionRow {
    pub(crate) outcome: String,
    pub(crate) evidence: Option<String>,
    pub(crate) steps: String,
    pub(crate) decided_at: Timestamp,
    pub(crate) revision: i64,
    pub(crate) partner: Option<String>,
}

row!(DecisionRow { outcome, evidence, steps, decided_at, revision, partner });

/// A transfer of an order, with its receiver's code.
#[derive(Debug)]
pub(crate) struct TransferRow {
    pub(crate) debit: i64,
    pub(crate) credit: i64,
    pub(crate) amount_minor: i64,
    pub(crate) currency: Currency,
    pub(crate) kind: String,
    pub(crate) tier: u8,
    pub(crate) payable_from: Timestamp,
    pub(crate) created_at: Timestamp,
    pub(crate) receiver: String,
}

row!(TransferRow { debit, credit, amount_minor, currency, kind, tier, payable_from, created_at, receiver });

/// An order with all that is known of it.
pub(crate) struct Order {
    pub(crate) events: Vec<EventRow>,
    pub(crate) decision: Option<DecisionRow>,
    pub(crate) transfers: Vec<TransferRow>,
}

/// Reads an order.
pub(crate) async fn order(env: &Env, external_id: &str) -> Result<Order> {
    let name = || vec![external_id.into()];
    let answers = many(
        env,
        &[
            (sql!("order_events.sql"), name()),
            (sql!("order_decision.sql"), name()),
            (sql!("order_transfers.sql"), name()),
        ],
    )
    .await?;
    Ok(Order { events: answers.rows(0)?, decision: answers.row(1)?, transfers: answers.rows(2)? })
}
