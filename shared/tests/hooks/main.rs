//! Hooks, read and folded: what each provider says, and that every order of arrival ends in one state.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use tributary_shared::hook::IntakeError;
use tributary_shared::hook::{HookEvent, Tests, Told, paddle, shopify, stripe, woocommerce};
use tributary_shared::id::{ExternalId, OrderId, PartnerId};
use tributary_shared::money::MINOR_MAX;
use tributary_shared::order::{EventBody, Order, OrderEvent, Refund, Snapshot, Status};
use tributary_shared::signing::KeyRing;
use tributary_shared::time::Timestamp;

macro_rules! stripe {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/hooks/stripe/", $name, ".json"))
    };
}
macro_rules! paddle {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/hooks/paddle/", $name, ".json"))
    };
}
macro_rules! shopify {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/hooks/shopify/", $name, ".json"))
    };
}
macro_rules! woo {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/hooks/woocommerce/", $name, ".json"))
    };
}

mod from_anybody;
mod from_paddle;
mod from_shopify;
mod from_stripe;
mod from_woocommerce;

const PAID_AT: Timestamp = Timestamp::from_unix_seconds(1_785_542_400);

fn keys() -> KeyRing {
    KeyRing::parse("1:AAAAAAAAAAAAAAAAAAAAAA==").expect("a constant")
}

fn from_stripe(json: &str) -> Told {
    stripe::read(json.as_bytes(), Tests::Ignored).expect("a hook of Stripe")
}

fn from_paddle(json: &str) -> Told {
    paddle::read(json.as_bytes()).expect("a hook of Paddle")
}

fn from_shopify(topic: &str, json: &str) -> Told {
    shopify::read(topic, "tours.myshopify.com", json.as_bytes(), Tests::Ignored).expect("a hook of a shop")
}

fn from_woo(json: &str) -> Told {
    woo_of("order.updated", json, PAID_AT)
}

fn woo_of(topic: &str, json: &str, received_at: Timestamp) -> Told {
    woocommerce::read(topic, json.as_bytes(), received_at).expect("a hook of a shop")
}

/// What is stored of hooks, as the tables would have it: events by source and id, second names of orders.
#[derive(Default)]
struct Stored {
    events: Vec<HookEvent>,
    aliases: BTreeMap<ExternalId, ExternalId>,
}

impl Stored {
    fn of<'a>(hooks: impl IntoIterator<Item = &'a Told>) -> Self {
        let mut stored = Self::default();
        for told in hooks {
            stored.store(told);
        }
        stored
    }

    fn store(&mut self, told: &Told) {
        let Told::Orders(tidings) = told else { return };
        for alias in &tidings.aliases {
            self.aliases.insert(alias.name.clone(), alias.order.clone());
        }
        for event in &tidings.events {
            let same = |stored: &&HookEvent| stored.source == event.source && stored.event_id == event.event_id;
            match self.events.iter().find(same) {
                Some(stored) => assert_eq!(stored.body_hash, event.body_hash, "{} has two bodies", event.event_id),
                None => {
                    let mut event = event.clone();
                    event.open(&keys());
                    self.events.push(event);
                }
            }
        }
    }

    fn order(&self, name: &str) -> Order {
        let name = ExternalId::parse(name).expect("a constant");
        let is_of_order =
            |event: &&HookEvent| self.aliases.get(&event.external_id).unwrap_or(&event.external_id) == &name;
        let events: Vec<OrderEvent> = (1..)
            .zip(self.events.iter().filter(is_of_order))
            .map(|(arrival, event)| OrderEvent {
                arrival,
                source: event.source.to_owned(),
                at: event.at,
                body: event.body.clone(),
            })
            .collect();
        Order::fold(OrderId(1), name, &events)
    }

    fn known(&self, name: &str) -> Snapshot {
        self.order(name).known.expect("the order has come")
    }
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![vec![]];
    }
    permutations(count - 1)
        .iter()
        .flat_map(|order| {
            (0..count).map(move |place| {
                let mut order = order.clone();
                order.insert(place, count - 1);
                order
            })
        })
        .collect()
}

/// Hooks in all orders of arrival, five in all 120, each of them twice: one state, which is returned.
fn one_state(hooks: &[Told], name: &str) -> Order {
    let expected = Stored::of(hooks).order(name);
    for order in permutations(hooks.len()) {
        let arrived = order.iter().chain(order.iter().rev()).map(|&index| &hooks[index]);
        assert_eq!(Stored::of(arrived).order(name), expected, "{order:?}");
    }
    expected
}

fn only_event(told: &Told) -> &HookEvent {
    match told {
        Told::Orders(tidings) => &tidings.events[0],
        Told::Ignored { .. } | Told::Uninstalled { .. } => panic!("no event: {told:?}"),
    }
}

fn snapshot(told: &Told) -> &Snapshot {
    match &only_event(told).body {
        EventBody::Order(snapshot) => snapshot,
        body => panic!("no order: {body:?}"),
    }
}

fn ignored(told: &Told) -> &str {
    match told {
        Told::Ignored { reason, .. } => reason,
        Told::Orders(_) | Told::Uninstalled { .. } => panic!("not ignored: {told:?}"),
    }
}

/// SKU, quantity, net and what was given back, line by line.
fn lines(snapshot: &Snapshot) -> Vec<(&str, u32, i64, i64)> {
    let line = |line: &'_ tributary_shared::order::Line| (line.quantity, line.net_minor, line.refunded_minor);
    snapshot.lines.iter().map(|of| (of.sku.as_str(), line(of).0, line(of).1, line(of).2)).collect()
}

/// A hook with one of its fields changed or, without a value, taken out.
fn changed(json: &str, path: &[&str], value: Option<Value>) -> String {
    let mut body: Value = serde_json::from_str(json).expect("a recorded hook");
    let (last, parents) = path.split_last().expect("a path");
    let mut place = &mut body;
    for name in parents {
        place = match name.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => &mut place[name],
        };
    }
    match value {
        Some(value) => place[last] = value,
        None => drop(place.as_object_mut().expect("an object").remove(*last)),
    }
    body.to_string()
}
