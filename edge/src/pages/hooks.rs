//! Who hears of what happens: the merchant's webhooks, and a partner's postbacks.

use askama::Template;

use super::frame::{Frame, framed};

/// Endpoints and what became of what was told: the same page for the merchant and for a partner.
#[derive(Template)]
#[template(path = "hooks.html")]
pub(crate) struct Hooks {
    pub(crate) frame: Frame,
    /// The card of the partner whose they are, for the merchant; empty otherwise.
    pub(crate) back: String,
    pub(crate) hint: String,
    pub(crate) may_change: bool,
    /// A key that is shown this once; empty otherwise.
    pub(crate) key: String,
    /// What is in the form for another: the address, and all events with those that are chosen.
    pub(crate) url: String,
    pub(crate) events: Vec<(&'static str, bool)>,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) log: Vec<Delivery>,
    /// The line before which the next page of the log begins.
    pub(crate) before: Option<i64>,
}

framed!(Hooks);

/// An endpoint.
pub(crate) struct Endpoint {
    pub(crate) id: i64,
    pub(crate) url: String,
    /// `good`, `warn` or `bad`, and in words.
    pub(crate) tone: &'static str,
    pub(crate) state: String,
    /// Whose postback it is, and its events.
    pub(crate) about: String,
    /// Changes when its keys do.
    pub(crate) stamp: String,
    /// What can be done with it: the word for it, and in words.
    pub(crate) buttons: Vec<(&'static str, String)>,
}

/// A line of the log.
pub(crate) struct Delivery {
    pub(crate) id: i64,
    pub(crate) event_id: String,
    pub(crate) kind: String,
    pub(crate) tone: &'static str,
    pub(crate) state: String,
    /// When it happened, where it went, how often it was tried and what was answered.
    pub(crate) about: String,
}
