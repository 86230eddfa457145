//! The `utm_*` values of a query string, parsed as browsers parse forms and cleaned for storage.
//!
//! Parsing is WHATWG `application/x-www-form-urlencoded`: `+` is a space, `;` separates nothing, a
//! bad `%` stays as it is, bad UTF-8 becomes U+FFFD. Keys are case-sensitive, and of two equal keys
//! the first wins. Then every value is cleaned: control characters are removed (Unicode's Cc), and
//! the rest is cut to [`VALUE_CHARS_MAX`] characters.

use serde::{Deserialize, Serialize};

/// How many characters of a value are kept, counted as Unicode scalar values.
///
/// The query is a stranger's text, and its values become rows: six of them, at 4 bytes a character,
/// are at most 6 × 256 × 4 = 6,144 bytes a visit.
pub const VALUE_CHARS_MAX: usize = 256;

/// What a campaign's link says of itself, by its six parameters.
///
/// `None` means that the key is absent; a key with an empty value is `Some("")`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Utm {
    /// Who sends the visitor: `utm_source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How: `utm_medium`, such as `cpc` or `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    /// For what: `utm_campaign`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The keyword that was paid for: `utm_term`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// Which of several links or banners: `utm_content`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The campaign's id: `utm_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Utm {
    /// Reads the values from a query string, with or without its leading `?`.
    #[must_use]
    pub fn parse(query: &str) -> Utm {
        let mut utm = Utm::default();
        for (key, value) in pairs(query) {
            let field = match key.as_ref() {
                "utm_source" => &mut utm.source,
                "utm_medium" => &mut utm.medium,
                "utm_campaign" => &mut utm.campaign,
                "utm_term" => &mut utm.term,
                "utm_content" => &mut utm.content,
                "utm_id" => &mut utm.id,
                _ => continue,
            };
            field.get_or_insert_with(|| clean(&value));
        }
        utm
    }

    /// Whether the query had none of the keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Utm::default()
    }
}

/// The first value of a key in a query string, parsed and cleaned like the `utm_*` values.
#[must_use]
pub fn first(query: &str, key: &str) -> Option<String> {
    pairs(query).find(|(found, _)| found == key).map(|(_, value)| clean(&value))
}

fn pairs(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.strip_prefix('?').unwrap_or(query).as_bytes())
}

fn clean(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).take(VALUE_CHARS_MAX).collect()
}
