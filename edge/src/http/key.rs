//! API keys: `Authorization: Bearer KEY`. Only their hashes are known.

use worker::{Env, Request};

use crate::error::Problem;
use crate::hash::hex_hash;
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
