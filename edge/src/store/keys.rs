//! API keys, by their hashes.

use worker::{Env, Result};

use super::first;

/// Whether a key with this hash exists and is not revoked.
pub(crate) async fn is_known(env: &Env, hash: &str) -> Result<bool> {
    Ok(first::<i64>(env, include_str!("sql/key_is_known.sql"), &[hash.into()], Some("one")).await?.is_some())
}
