//! `tributary keys add NAME`, `keys revoke NAME`: keys for the API. Shown once; only the hash is kept.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::hash::hex;
use crate::store::Store;

/// Makes a key from 32 random bytes of the caller, and stores its hash.
pub fn add(store: &mut dyn Store, name: &str, random: [u8; 32], now: Timestamp) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Error::Refused("a key needs a name, as in `shop`".to_owned()));
    }
    let key = format!("trb_{}", URL_SAFE_NO_PAD.encode(random));
    let hash = hex(&key);
    store.write(include_str!("store/sql/key_insert.sql"), &[hash.into(), name.into(), now.unix_seconds().into()])?;
    Ok(key)
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
