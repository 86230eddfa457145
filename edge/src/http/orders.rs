//! `POST /api/v1/orders`, `…/{external_id}/refunds`, `…/{external_id}/chargebacks`: orders from the merchant's own systems.

use serde::Serialize;
use serde_json::Value;
use tributary_shared::order::intake::{ChargebackRequest, IntakeError, OrderRequest, RefundRequest};
use tributary_shared::order::{EventBody, Snapshot, Status, event_id};
use tributary_shared::time::Timestamp;
use tributary_shared::visit;
use worker::{Env, Request, Response, Result};

use super::{body, key};
use crate::clock;
use crate::config::config;
use crate::error::Problem;
use crate::hash::hex_hash;
use crate::store;
use crate::store::orders::{Event, Stored};

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
/// 1. A known key; then a body within its bound, and JSON.
/// 2. Every field is checked; the token is opened while the keys that signed it are at hand.
/// 3. The event is stored with all that follows from it, or nothing is.
/// 4. Only then it is acknowledged.
pub(crate) async fn place(mut request: Request, env: &Env) -> Result<Response> {
    match try_place(&mut request, env).await {
        Ok(accepted) => super::json(201, &accepted),
        Err(problem) => problem.response(),
    }
}

async fn try_place(request: &mut Request, env: &Env) -> std::result::Result<Accepted, Problem> {
    // (1)
    key::require(request, env).await?;
    let json = body::json(request).await?;
    let body_hash = hex_hash(json.to_string().as_bytes());
    let order: OrderRequest = read(json)?;
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
    store_event(env, &event).await?;
    Ok(accepted)
}

/// Takes a refund; it may come before its order.
pub(crate) async fn refund(mut request: Request, order: &str, env: &Env) -> Result<Response> {
    match try_refund(&mut request, order, env).await {
        Ok(accepted) => super::json(201, &accepted),
        Err(problem) => problem.response(),
    }
}

async fn try_refund(request: &mut Request, order: &str, env: &Env) -> std::result::Result<Accepted, Problem> {
    key::require(request, env).await?;
    let external_id = tributary_shared::id::ExternalId::parse(&decode(order))
        .map_err(|error| Problem::invalid("external_id", error.to_string()))?;
    let json = body::json(request).await?;
    let body_hash = hex_hash(json.to_string().as_bytes());
    let refund: RefundRequest = read(json)?;
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
    store_event(env, &event).await?;
    Ok(accepted)
}

/// Takes a chargeback, or that one was won; either may come before its order, and before the other.
pub(crate) async fn chargeback(mut request: Request, order: &str, env: &Env) -> Result<Response> {
    match try_chargeback(&mut request, order, env).await {
        Ok(accepted) => super::json(201, &accepted),
        Err(problem) => problem.response(),
    }
}

async fn try_chargeback(request: &mut Request, order: &str, env: &Env) -> std::result::Result<Accepted, Problem> {
    key::require(request, env).await?;
    let external_id = tributary_shared::id::ExternalId::parse(&decode(order))
        .map_err(|error| Problem::invalid("external_id", error.to_string()))?;
    let json = body::json(request).await?;
    let body_hash = hex_hash(json.to_string().as_bytes());
    let chargeback: ChargebackRequest = read(json)?;
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
    store_event(env, &event).await?;
    Ok(accepted)
}

async fn store_event(env: &Env, event: &Event<'_>) -> std::result::Result<(), Problem> {
    match store::orders::store(env, event).await.map_err(unavailable)? {
        Stored::New | Stored::Again => Ok(()),
        Stored::OtherBody => Err(Problem::conflict(format!(
            "event `{}` is stored with another body; nothing was changed",
            event.event_id
        ))),
    }
}

fn read<T: serde::de::DeserializeOwned>(json: Value) -> std::result::Result<T, Problem> {
    serde_json::from_value(json).map_err(|error| Problem::invalid("", error.to_string()))
}

fn invalid(error: IntakeError) -> Problem {
    let detail = error.to_string();
    Problem::invalid(error.field, detail)
}

fn unavailable(error: worker::Error) -> Problem {
    worker::console_error!("orders: {error}");
    Problem::unavailable()
}

/// When what the order says happened: the night waits until that is long enough ago.
fn happened_at(snapshot: &Snapshot, received_at: Timestamp) -> Timestamp {
    match snapshot.status {
        Status::Paid | Status::Refunded => snapshot.paid_at.unwrap_or(received_at),
        Status::Pending => snapshot.placed_at.unwrap_or(received_at),
        Status::Cancelled => received_at,
    }
}

fn decode(segment: &str) -> String {
    tributary_shared::link::decode_segment(segment)
}
