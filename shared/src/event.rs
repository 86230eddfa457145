//! Events that the edge gathers and writes together: clicks, misses and visits.
//!
//! A group is written at once and at most once: its id makes a second delivery harmless.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::contact::Email;
use crate::id::{ExternalId, LinkId, PartnerId, TouchId, VisitorId};
use crate::time::Timestamp;
use crate::touch::Touch;

/// One request for a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickEvent {
    /// The link.
    pub link: LinkId,
    /// Its partner.
    pub partner: PartnerId,
    /// When.
    pub at: Timestamp,
    /// Hours since 1970: a burst from one client on one link in one hour is one row.
    pub hour: i64,
    /// Hash of who asked: changes daily, cannot be turned back; three digits where no id may be kept.
    pub client: String,
    /// Why it does not count, if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncounted: Option<Uncounted>,
    /// The touch that it is, where an id may be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touch: Option<TouchId>,
    /// The visitor, where an id may be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<VisitorId>,
    /// Two capitals, as the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The host that led here.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub referrer: String,
    /// The word for the [`crate::device::Device`] that it came from; empty, if that is not known.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub device: Cow<'static, str>,
    /// What the partner added to the address, where an id may be kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sub_id: String,
}

/// Why a click is recorded but not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Uncounted {
    /// A crawler, a link preview, a script.
    Bot,
    /// The link is paused.
    Paused,
}

/// A code that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedCode {
    /// The code as it came, cut and without controls.
    pub code: String,
    /// When.
    pub at: Timestamp,
}

/// One page view sent by the counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitEvent {
    /// When.
    pub at: Timestamp,
    /// The page's host.
    pub host: String,
    /// The page's path.
    pub path: String,
    /// Whether the host is the merchant's.
    pub listed: bool,
    /// What the referrer is.
    pub referrer: crate::referrer::ReferrerClass,
    /// UTM parameters as JSON, if there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utm: Option<crate::utm::Utm>,
    /// The partner whose code the address had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerId>,
    /// The touch that it is, if it had a partner's code and an id may be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touch: Option<TouchId>,
    /// The visitor, where an id may be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<VisitorId>,
}

/// Somebody left his address on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptIn {
    /// His e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// What the shop calls him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<ExternalId>,
    /// His name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// The page.
    pub source: String,
    /// What brought him there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub touches: Vec<Touch>,
}

/// An order as a page reported it: nothing but a claim until a server-side source names the same order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserOrder {
    /// What the shop calls it.
    pub external_id: ExternalId,
    /// When it was reported.
    pub at: Timestamp,
    /// The page.
    pub page: String,
    /// SHA-256 of the order's name and the body, in hexadecimal digits.
    pub hash: String,
    /// The evidence, as it is stored with the order once that has come: see [`crate::order::Evidence`].
    pub body: String,
}

/// Events that are written together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id: a group with the same id is the same group.
    pub id: Uuid,
    /// Clicks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clicks: Vec<ClickEvent>,
    /// Misses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<MissedCode>,
    /// Visits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visits: Vec<VisitEvent>,
    /// Opt-ins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opt_ins: Vec<OptIn>,
    /// Orders, by the browser's word.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<BrowserOrder>,
}

impl Group {
    /// A group without events.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self { id, clicks: Vec::new(), missed: Vec::new(), visits: Vec::new(), opt_ins: Vec::new(), orders: Vec::new() }
    }

    /// How many events it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.clicks.len() + self.missed.len() + self.visits.len() + self.opt_ins.len() + self.orders.len()
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_is_this() {
        let mut group = Group::new(Uuid::from_u128(1));
        group.missed.push(MissedCode { code: "sumer".to_owned(), at: Timestamp::from_unix_seconds(9) });
        group.clicks.push(ClickEvent {
            link: LinkId(4),
            partner: PartnerId(17),
            at: Timestamp::from_unix_seconds(7_200),
            hour: 2,
            client: "ab".to_owned(),
            uncounted: Some(Uncounted::Bot),
            touch: None,
            visitor: None,
            country: Some("DE".to_owned()),
            referrer: String::new(),
            device: Cow::Borrowed(""),
            sub_id: String::new(),
        });
        let wire = serde_json::to_string(&group).unwrap();
        assert_eq!(
            wire,
            r#"{"id":"00000000-0000-0000-0000-000000000001","clicks":[{"link":4,"partner":17,"at":7200,"hour":2,"client":"ab","uncounted":"bot","country":"DE"}],"missed":[{"code":"sumer","at":9}]}"#
        );
        assert_eq!(serde_json::from_str::<Group>(&wire).unwrap(), group);
    }
}
