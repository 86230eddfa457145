//! What came in signed and was acknowledged without becoming anything.

use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::row::Row;
use super::{many, number};

/// Something that became nothing: who said it, what it is about, and why.
pub(crate) struct Ignored<'a> {
    pub(crate) provider: &'a str,
    pub(crate) shop: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) reason: &'a str,
}

/// Writes it down; the same again is one.
pub(crate) async fn keep(env: &Env, ignored: &Ignored<'_>, at: Timestamp) -> Result<()> {
    let Ignored { provider, shop, kind, subject, reason } = *ignored;
    let mut parameters = [provider, shop, kind, subject, reason].map(wasm_bindgen::JsValue::from_str).to_vec();
    parameters.push(number(at.unix_seconds()));
    many(env, &[(sql!("hook_ignored_insert.sql"), parameters)]).await.map(|_| ())
}

/// The newest of it.
pub(crate) async fn lately(env: &Env) -> Result<Vec<Row>> {
    many(env, &[(sql!("hook_ignored_latest.sql"), vec![])]).await?.rows(0)
}
