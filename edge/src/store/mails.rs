//! The outbox as the merchant reads it.

use serde::Deserialize;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::many;

/// A mail.
#[derive(Debug, Deserialize)]
pub(crate) struct MailRow {
    pub(crate) created_at: Timestamp,
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) sent_at: Option<i64>,
    pub(crate) failed_at: Option<i64>,
    pub(crate) problem: String,
}

/// The latest mails.
pub(crate) async fn mails(env: &Env) -> Result<Vec<MailRow>> {
    many(env, &[(include_str!("sql/mails.sql"), vec![])]).await?.rows(0)
}
