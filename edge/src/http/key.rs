//! API keys: `Authorization: Bearer KEY`. Only their hashes are known.

use sha2::{Digest, Sha256};
use worker::{Env, Request};

use crate::error::Problem;
use crate::store;

/// Lets requests with a known key pass.
pub(crate) async fn require(request: &Request, env: &Env) -> Result<(), Problem> {
    let header = super::header(request, "Authorization");
    let key = match header.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") && !key.trim().is_empty() => key.trim(),
        _ => return Err(Problem::unauthorized()),
    };
    match store::keys::is_known(env, &hex_hash(key.as_bytes())).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Problem::unauthorized()),
        Err(_) => Err(Problem::unavailable()),
    }
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn hex_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
