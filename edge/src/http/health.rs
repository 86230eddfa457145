//! `GET /healthz`: whether KV, D1 and the settings are as they must be.

use serde::Serialize;
use worker::{Env, Response, Result};

use crate::config::config;
use crate::store;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    kv: &'static str,
    d1: &'static str,
    configuration: Vec<String>,
}

/// 200 when the Worker can do all of its work, 503 when it can only redirect.
pub(crate) async fn check(env: &Env) -> Result<Response> {
    let word = |works: bool| if works { "ok" } else { "unreachable" };
    let kv = store::links::is_reachable(env).await;
    let d1 = store::is_reachable(env).await;
    let configuration = config(env).problems.clone();
    let is_ready = kv && d1 && configuration.is_empty();
    let health =
        Health { status: if is_ready { "ready" } else { "degraded" }, kv: word(kv), d1: word(d1), configuration };
    super::json(if is_ready { 200 } else { 503 }, &health)
}
