//! API keys, by their hashes.

use tributary_shared::id::PartnerId;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::history::Prepared;
use super::row::{Row, row};
use super::{many, number};

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

/// Asks for a partner's own keys: `name` and `created_at`.
pub(crate) fn of_partner(partner: PartnerId) -> Prepared {
    (sql!("keys_of_partner.sql"), vec![number(partner.0)])
}

/// Makes a key that reads what is a partner's, and does nothing else.
pub(crate) fn insert(partner: PartnerId, hash: &str, name: &str, at: Timestamp) -> Prepared {
    let parameters = vec![hash.into(), name.into(), number(at.unix_seconds()), number(partner.0)];
    (sql!("key_of_partner_insert.sql"), parameters)
}

/// Revokes a partner's own key, for good.
pub(crate) fn revoke(partner: PartnerId, name: &str, at: Timestamp) -> Prepared {
    (sql!("key_of_partner_revoke.sql"), vec![number(partner.0), name.into(), number(at.unix_seconds())])
}

/// A key of the merchant's own.
#[derive(Debug)]
pub(crate) struct KeyRow {
    pub(crate) name: String,
    pub(crate) scopes: String,
    pub(crate) created_at: Timestamp,
}

row!(KeyRow { name, scopes, created_at });

/// The merchant's keys that open something, the newest first.
pub(crate) async fn of_merchant(env: &Env) -> Result<Vec<KeyRow>> {
    many(env, &[(sql!("keys_of_merchant.sql"), vec![])]).await?.rows(0)
}

/// Makes a key of the merchant's.
pub(crate) fn insert_of_merchant(hash: &str, name: &str, scopes: &str, at: Timestamp) -> Prepared {
    (sql!("key_of_merchant_insert.sql"), vec![hash.into(), name.into(), number(at.unix_seconds()), scopes.into()])
}

/// Revokes the merchant's keys of a name, for good.
pub(crate) fn revoke_of_merchant(name: &str, at: Timestamp) -> Prepared {
    (sql!("key_of_merchant_revoke.sql"), vec![name.into(), number(at.unix_seconds())])
}
