//! API keys, by their hashes.

use worker::{Env, Result};

use super::{db, prepare};

/// Whether a key with this hash exists and is not revoked.
pub(crate) async fn is_known(env: &Env, hash: &str) -> Result<bool> {
    let statement = prepare(&db(env)?, include_str!("sql/key_is_known.sql"), &[hash.into()])?;
    Ok(statement.first::<i64>(Some("one")).await?.is_some())
}
