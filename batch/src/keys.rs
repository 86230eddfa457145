//! `tributary keys add NAME`, `keys list`, `keys revoke NAME`: keys for the API. Shown once; only the hash is kept.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tributary_shared::api::scope::Scopes;
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::store::{Store, Value};
use tributary_shared::hash::hex_hash;

/// What a new key may do, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// What it is for.
    pub name: &'a str,
    /// What it may do; everything that its partner lets it, if nothing is said.
    pub scopes: Option<&'a Scopes>,
    /// The one partner whom it sees.
    pub partner: Option<&'a str>,
}

/// Makes a key from 32 random bytes of the caller, and stores its hash.
pub fn add(store: &mut dyn Store, grant: Grant<'_>, random: [u8; 32], now: Timestamp) -> Result<String, Error> {
    let name = grant.name.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Error::Refused("a key needs a name, as in `shop`".to_owned()));
    }
    let (scopes, partner) = match (grant.partner, grant.scopes) {
        (None, scopes) => (scopes.cloned().unwrap_or_else(Scopes::all), Value::Null),
        (Some(_), Some(scopes)) if *scopes != Scopes::read_only() => {
            return Err(Error::Refused("a partner's key reads, and nothing else: leave --scope out".to_owned()));
        }
        (Some(code), _) => {
            let found = store.rows(include_str!("store/sql/partner_id.sql"), &[code.into()])?;
            let id = found.first().map(|row| row.integer(0)).transpose()?;
            (Scopes::read_only(), id.ok_or_else(|| Error::Refused(format!("there is no partner `{code}`")))?.into())
        }
    };
    let key = format!("trb_{}", URL_SAFE_NO_PAD.encode(random));
    let hash = hex_hash(&key);
    let parameters = [hash.into(), name.into(), now.unix_seconds().into(), scopes.text().as_str().into(), partner];
    store.write(include_str!("store/sql/key_insert.sql"), &parameters)?;
    Ok(key)
}

/// All keys, the oldest first, without what opens anything.
pub fn list(store: &mut dyn Store) -> Result<serde_json::Value, Error> {
    let rows = store.rows(include_str!("store/sql/keys.sql"), &[])?;
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        let time = |place| -> Result<_, Error> {
            Ok(row.optional_integer(place)?.map(|at| Timestamp::from_unix_seconds(at).to_string()))
        };
        keys.push(json!({
            "name": row.text(0)?, "scopes": row.text(1)?, "partner": row.optional_text(2)?, "created_at": time(3)?,
            "revoked_at": time(4)?,
        }));
    }
    Ok(keys.into())
}

/// Revokes every key of a name; says how many that were. A revoked key opens nothing any more.
pub fn revoke(store: &mut dyn Store, name: &str, now: Timestamp) -> Result<u64, Error> {
    let name = name.trim();
    let named = store.rows(include_str!("store/sql/key_count.sql"), &[name.into()])?;
    if named.first().map(|row| row.integer(0)).transpose()?.unwrap_or(0) == 0 {
        return Err(Error::Refused(format!("there is no key named `{name}`")));
    }
    Ok(store.write(include_str!("store/sql/key_revoke.sql"), &[name.into(), now.unix_seconds().into()])?)
}

/// Keys for people: a line each.
#[must_use]
pub fn table(keys: &serde_json::Value) -> String {
    let text = |key: &serde_json::Value, name: &str| key[name].as_str().unwrap_or("-").to_owned();
    let line = |key: &serde_json::Value| {
        let state = key["revoked_at"].as_str().map_or("open".to_owned(), |at| format!("revoked {at}"));
        let columns = [text(key, "name"), text(key, "scopes"), text(key, "partner"), text(key, "created_at"), state];
        columns.join("  ")
    };
    keys.as_array().into_iter().flatten().map(line).collect::<Vec<_>>().join("\n")
}
