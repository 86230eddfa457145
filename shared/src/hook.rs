//! Hooks: what payment providers and shops send when something happened to an order, verified and told in our words.
//!
//! A hook goes through three steps, all of them pure: its signature is verified over the raw bytes ([`signature`], and a
//! `verify` per provider), it is read into events of orders (`read` per provider), and the texts that may tell who
//! brought the buyer are opened while the keys are at hand ([`HookEvent::open`]). Storing is left to the caller: an event
//! is stored like one that came through the API, before the hook is acknowledged.
//!
//! How an order is named, so that its refunds and chargebacks find it:
//!
//! | provider | order | refund | chargeback |
//! | --- | --- | --- | --- |
//! | Stripe | the invoice; without one, the payment intent; without either, the charge or the session | refund; charge and the sum given back so far | dispute |
//! | Paddle | transaction | adjustment | transaction |
//! | Shopify | order `id` | refund `id` | dispute `id` |
//! | WooCommerce | order `id` | in the order | not told |
//!
//! A Stripe charge or dispute names the payment intent alone, so that an order with an invoice has two names. Whoever
//! stores must know that: [`Alias`].

pub mod address;
pub mod affiliate_attribution;
mod claims;
mod field;
pub mod outgoing;
pub mod paddle;
pub mod postback;
mod shop;
pub mod shopify;
pub mod signature;
pub mod standard_webhooks;
pub mod stripe;
pub mod woocommerce;

use crate::hash::hex_hash;
use crate::id::{ExternalId, PartnerId, TouchId};
use crate::order::EventBody;
use crate::signing::KeyRing;
use crate::time::Timestamp;
use crate::touch::{Touch, TouchKind};

pub use crate::order::intake::IntakeError;
pub use claims::{Claim, Claims};
pub use shop::Shop;

/// The line among an address's secrets that has tests count.
pub const ACCEPT_TEST_EVENTS: &str = "accept-test-events";

/// Why an event of a test is nothing of ours.
pub const A_TEST: &str = "a test: nobody paid";

/// Whether what a provider marks as a test counts: its test mode and a test gateway move no money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tests {
    /// It is ignored, with the reason.
    Ignored,
    /// It makes orders like everything else, for a Worker that is a trial itself.
    Counted,
}

impl Tests {
    /// What the secrets of an address say.
    #[must_use]
    pub fn of(secrets: &str) -> Self {
        if secrets.lines().any(|line| line.trim() == ACCEPT_TEST_EVENTS) { Self::Counted } else { Self::Ignored }
    }
}

/// What a hook comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Something about orders: all of it is stored before the hook is acknowledged.
    Orders(Tidings),
    /// Nothing of ours. It is acknowledged, so that it does not come again.
    Ignored {
        /// What the provider calls it.
        kind: String,
        /// Why it is nothing of ours.
        reason: &'static str,
    },
    /// The shop has taken the app off: nothing comes from it any more.
    Uninstalled {
        /// The shop's own host.
        shop: String,
    },
}

/// What a hook says about orders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tidings {
    /// Events to store.
    pub events: Vec<HookEvent>,
    /// Names to store.
    pub aliases: Vec<Alias>,
}

/// A second name of an order: what is said of it is said of the order, whether it came before the alias or comes after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The second name, such as a payment intent.
    pub name: ExternalId,
    /// The order's name, such as an invoice.
    pub order: ExternalId,
}

/// One event of an order, as it is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookEvent {
    /// Which order.
    pub external_id: ExternalId,
    /// Who reported it.
    pub source: &'static str,
    /// Its id, unique for the source for ever: the same event again has the same.
    pub event_id: String,
    /// When it happened, by the provider's account.
    pub at: Timestamp,
    /// SHA-256 of what the provider said, in hexadecimal digits: not of its bytes, which differ between two deliveries
    /// of one event, and not of what our keys made of it.
    pub body_hash: String,
    /// What it says.
    pub body: EventBody,
    /// Texts that may tell who brought the buyer.
    pub claims: Claims,
}

impl HookEvent {
    pub(crate) fn new(external_id: ExternalId, source: &'static str, at: Timestamp, body: EventBody) -> Self {
        let body_hash = hash_of(&body);
        Self { external_id, source, event_id: String::new(), at, body_hash, body, claims: Claims::default() }
    }

    /// Puts into the order which touches its claims stand for, and whether one that should be ours was signed by nobody.
    pub fn open(&mut self, keys: &KeyRing) {
        if let EventBody::Order(snapshot) = &mut self.body {
            let carried = self.claims.open(keys);
            snapshot.visitor = carried.visitor;
            snapshot.token_refused = carried.refused;
            snapshot.carried = carried.touches;
        }
    }

    /// Adds that the buyer came to a page with the code of `partner` in its address, unless a token tells more.
    ///
    /// When he came there nobody reports: at the latest when he ordered.
    pub fn visited(&mut self, partner: PartnerId) {
        if let EventBody::Order(snapshot) = &mut self.body
            && snapshot.carried.is_empty()
        {
            let at = snapshot.ordered_at().unwrap_or(self.at);
            snapshot.carried.push(Touch { id: TouchId::NONE, kind: TouchKind::Visit, partner, link: None, at });
        }
    }
}

fn hash_of(body: &EventBody) -> String {
    // Plain structs and strings: there is nothing in them that JSON cannot say.
    let json = serde_json::to_string(body).unwrap_or_default();
    hex_hash(json)
}

fn ignored(kind: &str, reason: &'static str) -> Told {
    Told::Ignored { kind: kind.chars().filter(|c| !c.is_control()).take(100).collect(), reason }
}

fn orders(event: HookEvent) -> Told {
    Told::Orders(Tidings { events: vec![event], aliases: Vec::new() })
}
