//! `affiliate_attribution` of an order: who brought it, by the account of an agent that buys for somebody.

use serde_json::{Value, json};
use tributary_shared::hook::affiliate_attribution::AffiliateAttribution;
use tributary_shared::id::TouchId;
use tributary_shared::order::Snapshot;
use tributary_shared::time::Timestamp;
use tributary_shared::touch::{Touch, TouchKind};
use worker::{Env, Request};

use super::unavailable;
use crate::config::config;
use crate::error::Problem;
use crate::store;

/// What agents call us, beside the name of our host.
const PROVIDER: &str = "tributary";

/// Hears a claim; what is to be kept of it.
///
/// 1. One that is not valid, or holds a person's data, refuses the order: the agent can mend it.
/// 2. One that has expired, or says something else than the first of this order, is passed over without a word.
/// 3. Whoever it names is credited as if the order had come with his token; or, unsigned, as if the buyer had come to a
///    page with his code in the address. Other providers' names are none of ours, and of one of ours that names nobody
///    nothing is kept.
pub(crate) async fn hear(
    env: &Env,
    request: &Request,
    claim: &Value,
    order: &str,
    snapshot: &mut Snapshot,
    now: Timestamp,
) -> Result<Option<String>, Problem> {
    // (1)
    let claimed = AffiliateAttribution::read(claim)
        .map_err(|error| Problem::claim(error.code.as_str(), error.param.clone(), error.message))?;
    // (2)
    if claimed.is_expired(now) {
        return Ok(None);
    }
    let first = store::claims::find(env, order).await.map_err(unavailable)?;
    let first = first.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    if let Some(first) = first.and_then(|first| AffiliateAttribution::read(&first).ok())
        && first.contradicts(&claimed)
    {
        return Ok(None);
    }
    let kept = json!({ "provider": claimed.provider, "publisher_id": claimed.publisher_id, "token": claimed.token })
        .to_string();
    // (3)
    let host = request.url().ok().and_then(|url| url.host_str().map(str::to_owned));
    let is_ours = claimed.provider == PROVIDER || Some(&claimed.provider) == host.as_ref();
    if !is_ours || !snapshot.carried.is_empty() {
        return Ok(Some(kept));
    }
    let claims = claimed.claims();
    if !claims.tokens.is_empty() {
        let config = config(env);
        let carried = claims.open(config.site.keys.as_ref().ok_or_else(Problem::unavailable)?);
        snapshot.token_refused |= carried.refused;
        snapshot.visitor = snapshot.visitor.or(carried.visitor);
        snapshot.carried = carried.touches;
    }
    if snapshot.carried.is_empty()
        && let Some(code) = claims.via
        && let Some(partner) = store::partners::by_code(env, code.as_str()).await.map_err(unavailable)?
    {
        let at = snapshot.ordered_at().unwrap_or(now);
        snapshot.carried.push(Touch { id: TouchId::NONE, kind: TouchKind::Visit, partner, link: None, at });
    }
    // A claim of ours that nothing stands behind is none: it keeps no other out.
    Ok((!snapshot.carried.is_empty()).then_some(kept))
}
