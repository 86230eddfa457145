//! `POST /api/v1/orders`, `…/{external_id}/refunds`, `…/{external_id}/chargebacks`: orders from the merchant's own systems.

use serde::Serialize;
use serde_json::Value;
use tributary_shared::api::scope::Scope;
use tributary_shared::id::ExternalId;
use tributary_shared::order::intake::{ChargebackRequest, OrderRequest, RefundRequest};
use tributary_shared::order::{EventBody, Snapshot, Status, event_id};
use tributary_shared::time::Timestamp;
use tributary_shared::visit;
use worker::{Env, Request, Response, Result};

use super::repeat::{Repeat, respond};
use super::{attribution, body, invalid, key, unavailable};
use crate::clock;
use crate::config::config;
use crate::error::Problem;
use crate::store;
use crate::store::orders::{Event, Stored};
use tributary_shared::hash::hex_hash;

/// The source of events that come through the API.
const SOURCE: &str = "api";

/// That an event is stored. The same event again gets the same answer.
#[derive(Serialize)]
struct Accepted {
    external_id: String,
    event: String,
    status: &'static str,
}

/// Takes an order.
///
/// 1. A key that may; then a body within its bound, and JSON; the answer, if this request had one.
/// 2. Every field is checked; the token is opened while the keys that signed it are at hand.
/// 3. The event is stored with all that follows from it and the answer, or nothing is.
/// 4. Only then it is acknowledged.
pub(crate) async fn place(mut request: Request, env: &Env) -> Result<Response> {
    respond(try_place(&mut request, env).await)
}

async fn try_place(request: &mut Request, env: &Env) -> std::result::Result<String, Problem> {
    // (1)
    let (mut json, repeat) = begin(request, env).await?;
    let body_hash = hex_hash(json.to_string().as_bytes());
    let claim = json.as_object_mut().and_then(|order| order.remove("affiliate_attribution"));
    let order: OrderRequest = read(json)?;
    if let Some(answer) = repeat.answered(env).await? {
        return Ok(answer);
    }
    // (2)
    let received_at = clock::now();
    let (external_id, mut snapshot) = order.check(received_at).map_err(invalid)?;
    if let Some(text) = order.trb.as_deref().filter(|text| !text.trim().is_empty()) {
        let config = config(env);
        // Stored without it, the partner would lose his order for good.
        let keys = config.site.keys.as_ref().ok_or_else(Problem::unavailable)?;
        let carried = visit::open(text, keys);
        snapshot.token_refused = carried.refused;
        snapshot.visitor = carried.visitor;
        snapshot.carried = carried.touches;
    }
    let claim = match claim.filter(|claim| !claim.is_null()) {
        Some(claim) => {
            attribution::hear(env, request, &claim, external_id.as_str(), &mut snapshot, received_at).await?
        }
        None => None,
    };
    if let Some(charity) = &snapshot.charity
        && !store::partners::is_charity(env, charity.code.as_str()).await.map_err(unavailable)?
    {
        return Err(Problem::invalid("charity.code", format!("charity `{}` is not known", charity.code)));
    }
    if let Some(code) = &snapshot.partner
        && store::partners::by_code(env, code.as_str()).await.map_err(unavailable)?.is_none()
    {
        return Err(Problem::invalid("partner", format!("partner `{code}` is not known")));
    }
    let accepted = Accepted {
        event: event_id("order", &[external_id.as_str(), snapshot.status.as_str()]),
        external_id: external_id.to_string(),
        status: snapshot.status.as_str(),
    };
    // (3)
    let event = Event {
        external_id: external_id.as_str(),
        source: SOURCE,
        event_id: &accepted.event,
        at: happened_at(&snapshot, received_at),
        received_at,
        body_hash: &body_hash,
        body: &EventBody::Order(Box::new(snapshot)),
    };
    // (4)
    store_event(env, &event, &accepted, &repeat, claim.as_deref()).await
}

/// A key that may report orders, and the body.
async fn begin(request: &mut Request, env: &Env) -> std::result::Result<(Value, Repeat), Problem> {
    let access = key::require_merchant(request, env, Scope::Orders).await?;
    let json = body::api_json(request).await?;
    let repeat = Repeat::of(request, &access, &json)?;
    Ok((json, repeat))
}

/// Takes a refund; it may come before its order.
pub(crate) async fn refund(mut request: Request, order: &str, env: &Env) -> Result<Response> {
    respond(try_refund(&mut request, order, env).await)
}

async fn try_refund(request: &mut Request, order: &str, env: &Env) -> std::result::Result<String, Problem> {
    let (json, repeat) = begin(request, env).await?;
    let external_id = named(order)?;
    let body_hash = hex_hash(json.to_string().as_bytes());
    let refund: RefundRequest = read(json)?;
    if let Some(answer) = repeat.answered(env).await? {
        return Ok(answer);
    }
    let received_at = clock::now();
    let currency = store::orders::currency(env, external_id.as_str()).await.map_err(unavailable)?;
    let refund = refund.check(received_at, currency).map_err(invalid)?;
    let accepted = Accepted {
        event: event_id("refund", &[external_id.as_str(), refund.refund_id.as_str()]),
        external_id: external_id.to_string(),
        status: "refund",
    };
    let event = Event {
        external_id: external_id.as_str(),
        source: SOURCE,
        event_id: &accepted.event,
        at: refund.at,
        received_at,
        body_hash: &body_hash,
        body: &EventBody::Refund(refund),
    };
    store_event(env, &event, &accepted, &repeat, None).await
}

/// Takes a chargeback, or that one was won; either may come before its order, and before the other.
pub(crate) async fn chargeback(mut request: Request, order: &str, env: &Env) -> Result<Response> {
    respond(try_chargeback(&mut request, order, env).await)
}

async fn try_chargeback(request: &mut Request, order: &str, env: &Env) -> std::result::Result<String, Problem> {
    let (json, repeat) = begin(request, env).await?;
    let external_id = named(order)?;
    let body_hash = hex_hash(json.to_string().as_bytes());
    let chargeback: ChargebackRequest = read(json)?;
    if let Some(answer) = repeat.answered(env).await? {
        return Ok(answer);
    }
    let received_at = clock::now();
    let currency = store::orders::currency(env, external_id.as_str()).await.map_err(unavailable)?;
    let body = chargeback.check(received_at, currency).map_err(invalid)?;
    // That one is lost is an event of its own: it says the same as that it was opened, at another time.
    let (kind, status) = match (&body, chargeback.status.as_deref().map(str::trim)) {
        (EventBody::ChargebackWon(_), _) => ("chargeback_won", "chargeback won"),
        (_, Some("lost")) => ("chargeback_lost", "chargeback lost"),
        (_, _) => ("chargeback", "chargeback"),
    };
    let accepted = Accepted {
        event: event_id(kind, &[external_id.as_str(), chargeback.chargeback_id.trim()]),
        external_id: external_id.to_string(),
        status,
    };
    let event = Event {
        external_id: external_id.as_str(),
        source: SOURCE,
        event_id: &accepted.event,
        at: body.at().unwrap_or(received_at),
        received_at,
        body_hash: &body_hash,
        body: &body,
    };
    store_event(env, &event, &accepted, &repeat, None).await
}

/// Stores an event with its answer, and with the claim that it came with; the answer.
async fn store_event(
    env: &Env,
    event: &Event<'_>,
    accepted: &Accepted,
    repeat: &Repeat,
    claim: Option<&str>,
) -> std::result::Result<String, Problem> {
    let answer = serde_json::to_string(accepted).map_err(|error| unavailable(error.to_string().into()))?;
    let mut beside = Vec::new();
    beside.extend(repeat.keep(&answer, event.received_at, Some(event)));
    beside.extend(claim.map(|claim| store::claims::keep(claim, event.received_at, event)));
    match store::orders::store_with(env, event, &beside).await {
        Ok(Stored::New | Stored::Again) => Ok(answer),
        Ok(Stored::OtherBody) => Err(Problem::conflict(format!(
            "event `{}` is stored with another body; nothing was changed",
            event.event_id
        ))),
        Err(error) => repeat.after(env, error).await,
    }
}

fn named(order: &str) -> std::result::Result<ExternalId, Problem> {
    let order = tributary_shared::link::decode_segment(order);
    ExternalId::parse(&order).map_err(|error| Problem::invalid("external_id", error.to_string()))
}

fn read<T: serde::de::DeserializeOwned>(json: Value) -> std::result::Result<T, Problem> {
    tributary_shared::json::read_value(json).map_err(|error| Problem::invalid("", error.to_string()))
}

/// When what the order says happened: the night waits until that is long enough ago.
fn happened_at(snapshot: &Snapshot, received_at: Timestamp) -> Timestamp {
    match snapshot.status {
        Status::Paid | Status::Refunded => snapshot.paid_at.unwrap_or(received_at),
        Status::Pending => snapshot.placed_at.unwrap_or(received_at),
        Status::Cancelled => received_at,
    }
}
