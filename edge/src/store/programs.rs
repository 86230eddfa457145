//! Programs as they are now.

use serde::Deserialize;
use tributary_shared::id::ProgramId;
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::{many, number};

/// A program as it is now.
#[derive(Debug, Deserialize)]
pub(crate) struct ProgramRow {
    pub(crate) id: ProgramId,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) currency: Currency,
    pub(crate) valid_from: Timestamp,
    pub(crate) rules: String,
}

/// All programs as they are now.
pub(crate) async fn programs(env: &Env, now: Timestamp) -> Result<Vec<ProgramRow>> {
    many(env, &[(include_str!("sql/programs_now.sql"), vec![number(now.unix_seconds())])]).await?.rows(0)
}
