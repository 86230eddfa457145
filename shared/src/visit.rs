//! Visits: what the counter on a page reports, and which touches speak for the visitor.

use serde::Deserialize;

use crate::cookie::Journey;
use crate::host::parse_url;
use crate::id::PartnerId;
use crate::link::{TargetHosts, host_of};
use crate::referrer::{ReferrerClass, classify};
use crate::signing::KeyRing;
use crate::token;
use crate::touch::Touch;
use crate::utm::{self, Utm};

/// The longest path that is kept, in characters.
const PATH_CHARACTERS_MAX: usize = 512;

/// The parameters that hold a partner's code, in the order in which they are asked.
pub const PARTNER_PARAMETERS: [&str; 2] = ["via", "ref"];

/// What the counter posts.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Report {
    /// What happened; a page view if nothing else.
    #[serde(default)]
    pub event: ReportedEvent,
    /// The page's address.
    #[serde(default)]
    pub url: String,
    /// Its referrer.
    #[serde(default)]
    pub referrer: String,
    /// The token that the page holds.
    #[serde(default)]
    pub trb: String,
    /// What the visitor said of consent, if he was asked.
    #[serde(default)]
    pub consent: Option<bool>,
    /// Whether the page asks for consent before anything is kept.
    #[serde(default)]
    pub consent_required: bool,
    /// Who opts in.
    #[serde(default)]
    pub email: Option<String>,
    /// What the shop calls him.
    #[serde(default)]
    pub external_id: Option<String>,
    /// His name.
    #[serde(default)]
    pub name: Option<String>,
    /// The order that was placed, as the shop calls it: a text or a number.
    #[serde(default)]
    pub id: serde_json::Value,
    /// What it comes to in major units: a text or a number.
    #[serde(default)]
    pub amount: serde_json::Value,
    /// In what.
    #[serde(default)]
    pub currency: String,
}

/// What the counter reports.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportedEvent {
    /// A page was looked at.
    #[default]
    View,
    /// Somebody left his address.
    Identify,
    /// The visitor said whether he consents.
    Consent,
    /// An order was placed, by the browser's word alone.
    Order,
}

/// A page as it was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its host, with a port that is not the scheme's own.
    pub host: String,
    /// Its path, cut.
    pub path: String,
    /// Whether it is the merchant's.
    pub listed: bool,
    /// What led there.
    pub referrer: ReferrerClass,
    /// UTM parameters.
    pub utm: Utm,
    /// A partner's code in its address.
    pub partner_code: Option<String>,
    /// A token in its address.
    pub token: Option<String>,
}

/// Reads a page's address and referrer; `None` if it is not an http(s) address.
#[must_use]
pub fn read(url: &str, referrer: &str, hosts: &TargetHosts) -> Option<Page> {
    let address = parse_url(url).ok().filter(|address| matches!(address.scheme(), "http" | "https"))?;
    let host = host_of(&address);
    let query = address.query().unwrap_or_default();
    Some(Page {
        listed: hosts.lists(&host),
        path: address.path().chars().take(PATH_CHARACTERS_MAX).collect(),
        referrer: classify(referrer, address.host_str().unwrap_or_default()).class,
        utm: Utm::parse(query),
        partner_code: PARTNER_PARAMETERS
            .iter()
            .find_map(|name| utm::first(query, name))
            .filter(|code| !code.is_empty() && code.len() <= 64),
        token: utm::first(query, token::PARAMETER).filter(|token| !token.is_empty()),
        host,
    })
}

/// The touches that a text from a form, a URL or an order stands for: a token holds one, a cookie several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// The visitor, if it was a cookie.
    pub visitor: Option<crate::id::VisitorId>,
    /// Its touches.
    pub touches: Vec<Touch>,
    /// Whether something was given that none of our keys had signed.
    pub refused: bool,
}

/// Opens whatever a page or an order carries.
#[must_use]
pub fn open(text: &str, keys: &KeyRing) -> Carried {
    let text = text.trim();
    if text.is_empty() {
        return Carried::default();
    }
    if let Some(touch) = token::open(text, keys) {
        return Carried { visitor: None, touches: vec![touch], refused: false };
    }
    match Journey::open(text, keys) {
        Some(journey) => {
            Carried { visitor: Some(journey.visitor), touches: journey.touches().to_vec(), refused: false }
        }
        None => Carried { refused: true, ..Carried::default() },
    }
}

/// The partner whose touch is the latest: what a page's forms are told of when no cookie speaks.
#[must_use]
pub fn latest(touches: &[Touch]) -> Option<(PartnerId, &Touch)> {
    touches.iter().max_by_key(|touch| (touch.at, touch.id)).map(|touch| (touch.partner, touch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_with_its_parameters() {
        let hosts = TargetHosts::parse("shop.example");
        let page =
            read("https://shop.example/tours?utm_source=x&via=P001&trb=abc#top", "https://www.google.com/", &hosts)
                .unwrap();
        assert_eq!((page.host.as_str(), page.path.as_str(), page.listed), ("shop.example", "/tours", true));
        assert_eq!(page.partner_code.as_deref(), Some("P001"));
        assert_eq!(page.token.as_deref(), Some("abc"));
        assert_eq!(page.referrer, ReferrerClass::Search);
        assert_eq!(page.utm.source.as_deref(), Some("x"));
    }

    #[test]
    fn what_is_no_page_is_not_read() {
        for url in ["", "about:blank", "file:///etc/passwd", "javascript:1", "/tours"] {
            assert!(read(url, "", &TargetHosts::default()).is_none(), "{url}");
        }
    }

    #[test]
    fn what_nobody_signed_is_refused_and_nothing_is_nothing() {
        let keys = KeyRing::parse("1:AAAAAAAAAAAAAAAAAAAAAA==").unwrap();
        assert!(open("forged", &keys).refused);
        assert_eq!(open(" ", &keys), Carried::default());
    }
}
