//! `GET /api/v1/diagnostics`: what a merchant should look at.

use tributary_shared::api::scope::Scope;
use worker::{Env, Request, Response, Result};

use crate::clock;
use crate::error::Problem;
use crate::store;

/// Codes that led nowhere, pages that sent hits, pages that should have, and events that wait to be written.
pub(crate) async fn show(request: &Request, env: &Env) -> Result<Response> {
    if let Err(problem) = super::key::require_merchant(request, env, Scope::Read).await {
        return problem.response();
    }
    match store::diagnostics::read(env, clock::now()).await {
        Ok((diagnostics, _)) => super::json(200, &diagnostics),
        Err(error) => {
            worker::console_error!("diagnostics: {error}");
            Problem::unavailable().response()
        }
    }
}
