//! Partners, as far as the edge needs them.

use tributary_shared::id::PartnerId;
use worker::{Env, Result};

use super::{db, prepare};

/// The partner whom the merchant calls so.
pub(crate) async fn by_code(env: &Env, code: &str) -> Result<Option<PartnerId>> {
    let statement = prepare(&db(env)?, include_str!("sql/partner_by_code.sql"), &[code.into()])?;
    Ok(statement.first::<i64>(Some("id")).await?.map(PartnerId))
}
