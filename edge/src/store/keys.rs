//! API keys, by their hashes.

use tributary_shared::id::PartnerId;
use worker::{Env, Result};

use super::many;
use super::row::Row;

/// A key that is not revoked.
pub(crate) struct Key {
    /// What it was made for.
    pub(crate) name: String,
    /// What it may do: words with blanks between them.
    pub(crate) scopes: String,
    /// The one partner whom it sees.
    pub(crate) partner: Option<(PartnerId, String)>,
}

/// The key with this hash.
pub(crate) async fn by_hash(env: &Env, hash: &str) -> Result<Option<Key>> {
    let answers = many(env, &[(sql!("key_by_hash.sql"), vec![hash.into()])]).await?;
    Ok(answers.table(0, key)?.pop())
}

fn key(row: &Row) -> Result<Key> {
    let partner = row.maybe_number("partner_id")?.map(PartnerId).zip(row.maybe_text("partner")?);
    Ok(Key { name: row.text("name")?, scopes: row.text("scopes")?, partner })
}
