//! Partners, as far as the edge needs them.

use tributary_shared::id::PartnerId;
use worker::{Env, Result};

use super::first;

/// The partner whom the merchant calls so.
pub(crate) async fn by_code(env: &Env, code: &str) -> Result<Option<PartnerId>> {
    let id = first::<i64>(env, include_str!("sql/partner_by_code.sql"), &[code.into()], Some("id")).await?;
    Ok(id.map(PartnerId))
}
