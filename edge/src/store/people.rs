//! The merchant's people.

use worker::{Env, Result};

use super::many;
use super::row::row;

/// Somebody of the merchant's.
#[derive(Debug)]
pub(crate) struct PersonRow {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) closed_at: Option<i64>,
}

row!(PersonRow { id, email, role, closed_at });

/// The most that are shown, as the statement has it.
pub(crate) const ROWS_MAX: usize = 500;

/// The merchant's people.
pub(crate) async fn people(env: &Env) -> Result<Vec<PersonRow>> {
    many(env, &[(sql!("accounts_of_merchant.sql"), vec![])]).await?.rows(0)
}
