//! `affiliate_attribution`: how an agent that buys for somebody says who brought the purchase.
//!
//! The object of the Agentic Commerce Protocol, proposal of 2025-12-17, in the body of a checkout session:
//! <https://github.com/agentic-commerce-protocol/agentic-commerce-protocol/blob/main/rfcs/rfc.affiliate_attribution.md>.
//! It is written and never shown again, the first valid claim of a session stays, and no claim ever stands in the way of a
//! checkout; whoever stores sees to that. Fields that are not known are left out, so that the protocol may grow.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::claims::Claims;
use crate::id::Code;
use crate::sorted::sort_by;
use crate::time::{Timestamp, TimestampError};

/// The most keys of the metadata.
pub const METADATA_KEYS_MAX: usize = 20;

/// The most bytes of the metadata, as JSON.
pub const METADATA_BYTES_MAX: usize = 4_096;

/// The longest id, in characters.
const ID_CHARACTERS_MAX: usize = 255;

/// The longest token and the longest address, in characters.
const TEXT_CHARACTERS_MAX: usize = 2_048;

/// Parts of names of fields that hold a person's data.
const PERSONAL_NAMES: [&str; 13] = [
    "email",
    "e_mail",
    "phone",
    "mobile",
    "ssn",
    "address",
    "passport",
    "birth",
    "first_name",
    "last_name",
    "full_name",
    "surname",
    "fingerprint",
];

/// What is wrong with a claim: the `code` of the protocol's error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// A field is of another type or form than it should be.
    InvalidType,
    /// A field is missing that must be there.
    MissingField,
    /// It is longer than we take.
    TooLong,
    /// There is a person's data in it.
    PiiNotAllowed,
}

impl ErrorCode {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidType => "invalid_type",
            Self::MissingField => "missing_field",
            Self::TooLong => "too_long",
            Self::PiiNotAllowed => "pii_not_allowed",
        }
    }
}

/// Why a claim is refused, in the form of the protocol: a 400 with `type`, `code`, `message`, `param`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{param}: {message}")]
pub struct AttributionError {
    /// What kind of error.
    pub code: ErrorCode,
    /// Where, as in `$.affiliate_attribution.metadata.user_email`.
    pub param: String,
    /// What is wrong. Never the value: it may be a secret, or a person's.
    pub message: &'static str,
}

/// Where the claim came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On a page.
    Url(Option<String>),
    /// On the agent's own platform.
    Platform,
    /// Not known.
    Unknown,
}

/// A claim, checked. Tokens are secrets: its `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct AffiliateAttribution {
    /// Whose token and ids these are.
    pub provider: String,
    /// The provider's token.
    pub token: Option<String>,
    /// The provider's name for the partner; there if there is no token.
    pub publisher_id: Option<String>,
    /// The provider's name for the campaign.
    pub campaign_id: Option<String>,
    /// The provider's name for the creative.
    pub creative_id: Option<String>,
    /// What the partner tells his own links apart by.
    pub sub_id: Option<String>,
    /// Where it came about.
    pub origin: Option<Origin>,
    /// Since when it holds, by its own account.
    pub issued_at: Option<Timestamp>,
    /// Until when.
    pub expires_at: Option<Timestamp>,
    /// More, as texts, in order of their keys.
    pub metadata: Vec<(String, String)>,
}

impl AffiliateAttribution {
    /// Checks the value of `affiliate_attribution`.
    pub fn read(value: &Value) -> Result<Self, AttributionError> {
        let root = Place { path: "$.affiliate_attribution".to_owned() };
        let object = value.as_object().ok_or_else(|| root.error(ErrorCode::InvalidType, "must be an object"))?;
        let id = |name| root.text(object, name, ID_CHARACTERS_MAX, Numbers::May);
        let provider = id("provider")?.ok_or_else(|| root.at("provider").missing())?;
        // Nobody can say what a token's characters mean: only an address is told there.
        let token = root.text(object, "token", TEXT_CHARACTERS_MAX, Numbers::May)?;
        let publisher_id = id("publisher_id")?;
        if token.is_none() && publisher_id.is_none() {
            return Err(root.error(ErrorCode::MissingField, "must have a token or a publisher_id"));
        }
        let issued_at = root.time(object, "issued_at")?;
        let expires_at = root.time(object, "expires_at")?;
        if issued_at.zip(expires_at).is_some_and(|(issued, expires)| expires < issued) {
            return Err(root.at("expires_at").error(ErrorCode::InvalidType, "must not be before issued_at"));
        }
        Ok(Self {
            provider,
            token,
            publisher_id,
            campaign_id: id("campaign_id")?,
            creative_id: id("creative_id")?,
            sub_id: root.text(object, "sub_id", ID_CHARACTERS_MAX, Numbers::MustNot)?,
            origin: origin(object, &root)?,
            issued_at,
            expires_at,
            metadata: metadata(object, &root)?,
        })
    }

    /// Whether it holds no more. It is kept for the record, blocks nothing and earns nothing.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at < now)
    }

    /// What it says in our own words, if we are the provider: our token, or a partner's code that nobody signed.
    #[must_use]
    pub fn claims(&self) -> Claims {
        let mut claims = Claims::default();
        claims.named(self.token.as_deref());
        claims.via = self.publisher_id.as_deref().and_then(|code| Code::parse(code).ok());
        claims
    }

    /// Whether a later claim of the same session says something else: the first one stays then, and nobody is told.
    #[must_use]
    pub fn contradicts(&self, later: &Self) -> bool {
        let differ = |first: &Option<String>, later: &Option<String>| match (first, later) {
            (Some(first), Some(later)) => first != later,
            (Some(_) | None, None) | (None, Some(_)) => false,
        };
        self.provider != later.provider
            || differ(&self.publisher_id, &later.publisher_id)
            || differ(&self.token, &later.token)
    }
}

impl std::fmt::Debug for AffiliateAttribution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AffiliateAttribution")
            .field("provider", &self.provider)
            .field("publisher_id", &self.publisher_id)
            .field("has_token", &self.token.is_some())
            .finish_non_exhaustive()
    }
}

/// Whether a text may be a number as long as a telephone's: an id may, what a person typed may not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    May,
    MustNot,
}

/// Where in the claim.
struct Place {
    path: String,
}

impl Place {
    fn at(&self, name: &str) -> Self {
        let name: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
        Self { path: format!("{}.{name}", self.path) }
    }

    fn error(&self, code: ErrorCode, message: &'static str) -> AttributionError {
        AttributionError { code, param: self.path.clone(), message }
    }

    fn missing(&self) -> AttributionError {
        self.error(ErrorCode::MissingField, "must be there")
    }

    fn personal(&self) -> AttributionError {
        self.error(ErrorCode::PiiNotAllowed, "must not contain personally identifiable information")
    }

    fn text(
        &self,
        object: &Map<String, Value>,
        name: &str,
        characters_max: usize,
        numbers: Numbers,
    ) -> Result<Option<String>, AttributionError> {
        let place = self.at(name);
        let text = match object.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => text.trim(),
            Some(_) => return Err(place.error(ErrorCode::InvalidType, "must be a text that is not empty")),
        };
        if text.chars().count() > characters_max {
            return Err(place.error(ErrorCode::TooLong, "is longer than is taken"));
        }
        if text.chars().any(char::is_control) {
            return Err(place.error(ErrorCode::InvalidType, "must not hold control characters"));
        }
        if is_personal(text, numbers) {
            return Err(place.personal());
        }
        Ok(Some(text.to_owned()))
    }

    fn time(&self, object: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, AttributionError> {
        let Some(text) = self.text(object, name, 64, Numbers::May)? else { return Ok(None) };
        let refused = |_: TimestampError| self.at(name).error(ErrorCode::InvalidType, "must be a time of RFC 3339");
        Timestamp::parse(&text).map(Some).map_err(refused)
    }
}

fn origin(object: &Map<String, Value>, root: &Place) -> Result<Option<Origin>, AttributionError> {
    let place = root.at("source");
    let source = match object.get("source") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(source)) => source,
        Some(_) => return Err(place.error(ErrorCode::InvalidType, "must be an object")),
    };
    let url = place.text(source, "url", TEXT_CHARACTERS_MAX, Numbers::May)?;
    match place.text(source, "type", ID_CHARACTERS_MAX, Numbers::May)?.as_deref() {
        Some("url") => Ok(Some(Origin::Url(url))),
        Some("platform") => Ok(Some(Origin::Platform)),
        Some("unknown") => Ok(Some(Origin::Unknown)),
        Some(_) => Err(place.at("type").error(ErrorCode::InvalidType, "must be url, platform or unknown")),
        None => Err(place.at("type").missing()),
    }
}

fn metadata(object: &Map<String, Value>, root: &Place) -> Result<Vec<(String, String)>, AttributionError> {
    let place = root.at("metadata");
    let metadata = match object.get("metadata") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(metadata)) => metadata,
        Some(_) => return Err(place.error(ErrorCode::InvalidType, "must be an object")),
    };
    if metadata.len() > METADATA_KEYS_MAX {
        return Err(place.error(ErrorCode::TooLong, "has more than 20 keys"));
    }
    let bytes = serde_json::to_string(metadata).map_or(usize::MAX, |json| json.len());
    if bytes > METADATA_BYTES_MAX {
        return Err(place.error(ErrorCode::TooLong, "is longer than 4 KB"));
    }
    let mut kept = Vec::with_capacity(metadata.len());
    for (name, value) in metadata {
        let place = place.at(name);
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                return Err(place.error(ErrorCode::InvalidType, "must be a text, a number, or true or false"));
            }
        };
        let normal = name.to_ascii_lowercase().replace(['-', '.', ' '], "_");
        let is_personal_name = PERSONAL_NAMES.iter().any(|part| normal.contains(part));
        if is_personal_name || is_personal(name, Numbers::MustNot) || is_personal(&text, Numbers::MustNot) {
            return Err(place.personal());
        }
        kept.push((name.clone(), text));
    }
    sort_by(&mut kept, Ord::cmp);
    Ok(kept)
}

/// Whether a text looks like an e-mail address or a telephone number. It may say yes to what is neither: the protocol
/// prefers that to a person's data in our tables.
fn is_personal(text: &str, numbers: Numbers) -> bool {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    has_address(&decoded) || is_telephone(&decoded, numbers)
}

/// Whether something stands on both sides of an `@`, with a dot in what follows.
fn has_address(text: &str) -> bool {
    text.match_indices('@').any(|(place, _)| {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '%');
        let host = &text[place + 1..];
        let host = &host[..host.find(|c: char| !is_part(c)).unwrap_or(host.len())];
        text[..place].ends_with(is_part) && host.trim_matches('.').contains('.')
    })
}

/// Whether all of a text is a telephone number: with a `+` before it, with the marks that people put between digits, or
/// as ten to fifteen digits (ITU-T E.164 has no longer ones).
fn is_telephone(text: &str, numbers: Numbers) -> bool {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '(' | ')' | '-' | '.' | '/'));
    if !is_number || digits > 15 {
        return false;
    }
    if text.starts_with('+') || text.starts_with("(+") {
        return digits >= 8;
    }
    digits >= 10 && numbers == Numbers::MustNot
}
