//! The first valid `affiliate_attribution` of an order.

use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::history::Prepared;
use super::orders::Event;
use super::{number, value};

/// The claim of an order, as it is stored.
pub(crate) async fn find(env: &Env, order: &str) -> Result<Option<String>> {
    value::<String>(env, sql!("affiliate_claim.sql"), &[order.into()], "claim").await
}

/// Keeps a claim with its event, unless the order has one.
pub(crate) fn keep(claim: &str, at: Timestamp, event: &Event<'_>) -> Prepared {
    let parameters = vec![
        event.external_id.into(),
        claim.into(),
        number(at.unix_seconds()),
        event.source.into(),
        event.event_id.into(),
        event.body_hash.into(),
    ];
    (sql!("affiliate_claim_insert.sql"), parameters)
}
