//! Partners, as far as the edge needs them.

use tributary_shared::id::PartnerId;
use worker::{Env, Result};

use super::first;

/// The partner whom the merchant calls so.
pub(crate) async fn by_code(env: &Env, code: &str) -> Result<Option<PartnerId>> {
    let id = first::<i64>(env, include_str!("sql/partner_by_code.sql"), &[code.into()], Some("id")).await?;
    Ok(id.map(PartnerId))
}

/// Whether a charity is known.
pub(crate) async fn is_charity(env: &Env, code: &str) -> Result<bool> {
    Ok(first::<i64>(env, include_str!("sql/charity_by_code.sql"), &[code.into()], Some("id")).await?.is_some())
}
