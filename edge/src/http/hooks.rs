//! `POST /hooks/{stripe,paddle,shopify,woocommerce}`, with `/{shop}` behind it or without, and `/api/v1/postback`: what shops and payment providers send.

use serde_json::json;
use tributary_shared::hook::postback::{self, PostbackError};
use tributary_shared::hook::signature::{Secrets, SignatureError};
use tributary_shared::hook::{
    A_TEST, HookEvent, IntakeError, Shop, Tests, Tidings, Told, paddle, shopify, stripe, woocommerce,
};
use tributary_shared::order::EventBody;
use tributary_shared::time::Timestamp;
use worker::{Env, Request, Response, Result, Url};

use super::{body, header};
use crate::clock;
use crate::config::config;
use crate::error::Problem;
use crate::store;
use crate::store::ignored::Ignored;
use crate::store::orders::{Alias, Event, Stored};

/// Whose hooks an address takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provider {
    Stripe,
    Paddle,
    Shopify,
    WooCommerce,
}

impl Provider {
    /// The Worker's secret that holds this provider's secrets, one a line.
    const fn secrets_name(self) -> &'static str {
        match self {
            Self::Stripe => "STRIPE_WEBHOOK_SECRETS",
            Self::Paddle => "PADDLE_WEBHOOK_SECRETS",
            Self::Shopify => "SHOPIFY_WEBHOOK_SECRETS",
            Self::WooCommerce => "WOOCOMMERCE_WEBHOOK_SECRETS",
        }
    }

    /// What its hooks are called by in an address.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Stripe => "stripe",
            Self::Paddle => "paddle",
            Self::Shopify => "shopify",
            Self::WooCommerce => "woocommerce",
        }
    }

    /// The field of a hook that names what it is about, or itself.
    const fn subject_field(self) -> &'static str {
        match self {
            Self::Paddle => "event_id",
            Self::Stripe | Self::Shopify | Self::WooCommerce => "id",
        }
    }
}

/// Whose hooks are behind `/hooks/`: a provider's, and of which of its shops.
pub(crate) fn find(path: &str) -> Option<(Provider, Option<Shop<'_>>)> {
    let (provider, shop) = match path.split_once('/') {
        Some((provider, shop)) => (provider, Some(Shop::parse(shop)?)),
        None => (path, None),
    };
    let all = [Provider::Stripe, Provider::Paddle, Provider::Shopify, Provider::WooCommerce];
    all.into_iter().find(|found| found.as_str() == provider).map(|provider| (provider, shop))
}

/// The Worker's secret that postbacks are signed with.
const POSTBACK_SECRETS: &str = "POSTBACK_SECRETS";

/// Takes a hook.
///
/// 1. The raw body, within its bound; its signature.
/// 2. What it says in our words. What is nothing of ours is acknowledged: it would come again.
/// 3. Who brought the buyer, while the keys that signed tokens are at hand.
/// 4. All of it is stored, or nothing is; only then it is acknowledged.
pub(crate) async fn take(
    mut request: Request,
    (provider, shop): (Provider, Option<Shop<'_>>),
    env: &Env,
) -> Result<Response> {
    match try_take(&mut request, provider, shop, env).await {
        Ok(response) => Ok(response),
        Err(problem) => problem.response(),
    }
}

async fn try_take(
    request: &mut Request,
    provider: Provider,
    shop: Option<Shop<'_>>,
    env: &Env,
) -> std::result::Result<Response, Problem> {
    // (1)
    let bytes = body::bytes(request, body::BODY_BYTES_MAX).await?;
    let now = clock::now();
    let name = match shop {
        Some(shop) => shop.secrets_name(provider.secrets_name()),
        None => provider.secrets_name().to_owned(),
    };
    let configured = configured(env, &name);
    let secrets = Secrets::parse(&configured);
    let given = |name: &str| request.headers().get(name).ok().flatten();
    if provider == Provider::WooCommerce && woocommerce::is_ping(&bytes) {
        // Sent unsigned when a webhook is saved, to see whether somebody answers.
        return answer(&json!({ "ignored": "ping" }));
    }
    let verified = match provider {
        Provider::Stripe => stripe::verify(given(stripe::SIGNATURE_HEADER).as_deref(), &bytes, &secrets, now),
        Provider::Paddle => paddle::verify(given(paddle::SIGNATURE_HEADER).as_deref(), &bytes, &secrets, now),
        Provider::Shopify => shopify::verify(given(shopify::SIGNATURE_HEADER).as_deref(), &bytes, &secrets),
        Provider::WooCommerce => woocommerce::verify(given(woocommerce::SIGNATURE_HEADER).as_deref(), &bytes, &secrets),
    };
    verified.map_err(|error| unsigned(&name, &error))?;
    // (2)
    let tests = Tests::of(&configured);
    let told = match provider {
        Provider::Stripe => stripe::read(&bytes, tests),
        Provider::Paddle => paddle::read(&bytes),
        Provider::Shopify => {
            let (topic, host) = (header(request, shopify::TOPIC_HEADER), header(request, shopify::SHOP_HEADER));
            shopify::read(&topic, &host, &bytes, tests)
        }
        Provider::WooCommerce => woocommerce::read(&header(request, woocommerce::TOPIC_HEADER), &bytes, now),
    };
    match told.map_err(invalid)? {
        Told::Ignored { kind, reason } => {
            let shop = shop.map_or("", Shop::as_str);
            // What is nothing of ours comes often, and is one line; tests are told one by one.
            let subject = if reason == A_TEST { subject(provider, &bytes) } else { String::new() };
            let ignored = Ignored { provider: provider.as_str(), shop, kind: &kind, subject: &subject, reason };
            // Nothing that counts would be lost with it.
            if let Err(error) = store::ignored::keep(env, &ignored, now).await {
                worker::console_warn!("hooks: {kind} was ignored, and not written down: {error}");
            }
            answer(&json!({ "ignored": kind, "reason": reason }))
        }
        Told::Uninstalled { shop } => {
            store::history::note(env, now, "shopify", "app.uninstalled", &shop).await.map_err(unavailable)?;
            answer(&json!({ "uninstalled": shop }))
        }
        // (3) (4)
        Told::Orders(mut tidings) => {
            if let Some(shop) = shop {
                shop.own(&mut tidings).map_err(invalid)?;
            }
            let stored = store_tidings(env, &mut tidings, now).await?;
            answer_stored(&stored, tidings.aliases.len())
        }
    }
}

/// What a hook is about, by its own name for it.
fn subject(provider: Provider, bytes: &[u8]) -> String {
    let json: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    let subject = match &json[provider.subject_field()] {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    subject.chars().filter(|c| !c.is_control()).take(100).collect()
}

/// Takes a postback: an order by an address alone, for systems that can do no more. Who sends one reads what is answered,
/// so that an order that came before with other words is refused, as by the API.
pub(crate) async fn postback(url: &Url, env: &Env) -> Result<Response> {
    let now = clock::now();
    let event =
        match postback::read(url.query().unwrap_or_default(), &Secrets::parse(&configured(env, POSTBACK_SECRETS)), now)
        {
            Ok(event) => event,
            Err(PostbackError::Signature(error)) => return unsigned(POSTBACK_SECRETS, &error).response(),
            Err(PostbackError::Field(error)) => return invalid(error).response(),
        };
    let mut tidings = Tidings { events: vec![event], aliases: Vec::new() };
    let answered = match store_tidings(env, &mut tidings, now).await {
        Ok(stored) if stored.contains(&Stored::OtherBody) => Err(Problem::conflict(
            "this id and status came before with other parameters, which are kept; nothing was changed",
        )),
        Ok(stored) => answer_stored(&stored, 0),
        Err(problem) => Err(problem),
    };
    match answered {
        Ok(response) => Ok(response),
        Err(problem) => problem.response(),
    }
}

fn configured(env: &Env, name: &str) -> String {
    env.secret(name).map(|secret| secret.to_string()).unwrap_or_default()
}

async fn store_tidings(env: &Env, tidings: &mut Tidings, now: Timestamp) -> std::result::Result<Vec<Stored>, Problem> {
    // (3)
    for event in &mut tidings.events {
        attribute(env, event).await?;
    }
    // (4)
    let source = tidings.events.first().map_or("stripe", |event| event.source);
    let aliases: Vec<Alias<'_>> = tidings
        .aliases
        .iter()
        .map(|alias| Alias { source, name: alias.name.as_str(), order: alias.order.as_str() })
        .collect();
    let events: Vec<Event<'_>> = tidings
        .events
        .iter()
        .map(|event| Event {
            external_id: event.external_id.as_str(),
            source: event.source,
            event_id: &event.event_id,
            at: event.at,
            received_at: now,
            body_hash: &event.body_hash,
            body: &event.body,
        })
        .collect();
    let stored = store::orders::store_all(env, &events, &aliases, None).await.map_err(unavailable)?;
    for (event, stored) in events.iter().zip(&stored) {
        // A provider is answered 2xx all the same: it would send it for days, and the first word is kept.
        if *stored == Stored::OtherBody {
            worker::console_error!(
                "hook: {} {} came before with another body, which is kept",
                event.source,
                event.event_id
            );
        }
    }
    Ok(stored)
}

/// Finds out who brought the buyer, by what the order carries.
async fn attribute(env: &Env, event: &mut HookEvent) -> std::result::Result<(), Problem> {
    if !matches!(event.body, EventBody::Order(_)) {
        return Ok(());
    }
    if !event.claims.tokens.is_empty() {
        let config = config(env);
        // Stored without them, the partner would lose his order for good.
        event.open(config.site.keys.as_ref().ok_or_else(Problem::unavailable)?);
    }
    if let Some(code) = event.claims.via.clone()
        && let Some(partner) = store::partners::by_code(env, code.as_str()).await.map_err(unavailable)?
    {
        event.visited(partner);
    }
    if let EventBody::Order(snapshot) = &mut event.body
        && let Some(code) = &snapshot.partner
        && store::partners::by_code(env, code.as_str()).await.map_err(unavailable)?.is_none()
    {
        // A shop's field with a name that nobody has is no reason to lose the order.
        worker::console_warn!("hook: order {} names partner {code}, who is not known", event.external_id);
        snapshot.partner = None;
    }
    Ok(())
}

fn answer_stored(stored: &[Stored], names: usize) -> std::result::Result<Response, Problem> {
    let count = |wanted: Stored| stored.iter().filter(|stored| **stored == wanted).count();
    answer(&json!({
        "stored": count(Stored::New), "again": count(Stored::Again), "conflicting": count(Stored::OtherBody),
        "names": names,
    }))
}

fn answer(said: &serde_json::Value) -> std::result::Result<Response, Problem> {
    super::json(200, said).map_err(unavailable)
}

fn unsigned(secrets: &str, error: &SignatureError) -> Problem {
    match error {
        SignatureError::NoSecret => Problem::unsigned(format!("{secrets} is not set on this Worker")),
        SignatureError::Missing { .. }
        | SignatureError::Malformed { .. }
        | SignatureError::TooOld { .. }
        | SignatureError::TooNew { .. }
        | SignatureError::NoMatch => Problem::unsigned(error.to_string()),
    }
}

fn invalid(error: IntakeError) -> Problem {
    let detail = error.to_string();
    Problem::invalid(error.field, detail)
}

fn unavailable(error: worker::Error) -> Problem {
    worker::console_error!("hooks: {error}");
    Problem::unavailable()
}
