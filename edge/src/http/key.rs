//! API keys: `Authorization: Bearer KEY`. Only their hashes are known.

use std::cell::RefCell;

use tributary_shared::api::scope::Scope;
use tributary_shared::id::PartnerId;
use worker::{Env, Request};

use crate::clock;
use crate::config::config;
use crate::error::Problem;
use crate::store;
use tributary_shared::hash::hex_hash;

/// The most keys that an isolate counts in one minute: whoever makes keys up fills no memory.
const COUNTED_KEYS_MAX: usize = 1_000;

/// Whoever asks.
pub(crate) struct Access {
    /// The hash of his key.
    pub(crate) hash: String,
    /// What the key was made for.
    pub(crate) name: String,
    /// The one partner whom he sees.
    pub(crate) partner: Option<(PartnerId, String)>,
}

impl Access {
    /// What a history calls him.
    pub(crate) fn who(&self) -> String {
        format!("key {}", self.name)
    }
}

/// Lets requests pass with a key that is known, may do this, and has not asked too often.
pub(crate) async fn require(request: &Request, env: &Env, scope: Scope) -> Result<Access, Problem> {
    let header = super::header(request, "Authorization");
    let key = match header.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") && !key.trim().is_empty() => key.trim(),
        _ => return Err(Problem::unauthorized()),
    };
    let hash = hex_hash(key.as_bytes());
    slow_down(&hash, config(env).api_requests_per_minute)?;
    let key = store::keys::by_hash(env, &hash).await.map_err(|error| {
        worker::console_error!("keys: {error}");
        Problem::unavailable()
    })?;
    let key = key.ok_or_else(Problem::unauthorized)?;
    if !key.scopes.split(' ').any(|word| word == scope.as_str()) {
        return Err(Problem::forbidden(format!("this key has not the scope `{}`", scope.as_str())));
    }
    Ok(Access { hash, name: key.name, partner: key.partner })
}

/// The same for what is not one partner's.
pub(crate) async fn require_merchant(request: &Request, env: &Env, scope: Scope) -> Result<Access, Problem> {
    let access = require(request, env, scope).await?;
    if access.partner.is_some() { Err(of_partner()) } else { Ok(access) }
}

/// 403: a partner's key sees what is his.
pub(crate) fn of_partner() -> Problem {
    Problem::forbidden("this is a partner's key: it sees what is his, and nothing else")
}

/// Requests of this minute, by hashes of keys.
#[derive(Default)]
struct Minute {
    minute: u64,
    counts: Vec<(String, u32)>,
}

thread_local! {
    static MINUTE: RefCell<Minute> = RefCell::default();
}

/// Refuses what goes beyond the limit of this isolate.
fn slow_down(hash: &str, requests_max: u32) -> Result<(), Problem> {
    if requests_max == 0 {
        return Ok(());
    }
    let now_seconds = clock::now_millis() / 1_000;
    MINUTE.with_borrow_mut(|minute| {
        if minute.minute != now_seconds / 60 {
            minute.minute = now_seconds / 60;
            minute.counts.clear();
        }
        match minute.counts.iter_mut().find(|(counted, _)| counted == hash) {
            Some((_, count)) if *count >= requests_max => {
                Err(Problem::too_many(u32::try_from(60 - now_seconds % 60).unwrap_or(60)))
            }
            Some((_, count)) => {
                *count += 1;
                Ok(())
            }
            None => {
                if minute.counts.len() < COUNTED_KEYS_MAX {
                    minute.counts.push((hash.to_owned(), 1));
                }
                Ok(())
            }
        }
    })
}
