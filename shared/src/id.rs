//! Identifiers: numbers inside, names that people gave outside.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    )*};
}

row_id! {
    /// The row of a program.
    ProgramId;
    /// The row of a partner.
    PartnerId;
    /// The row of a product.
    ProductId;
    /// The row of a link.
    LinkId;
    /// The row of a contact.
    ContactId;
    /// The row of an order.
    OrderId;
    /// The row of a charity.
    CharityId;
    /// The row of a decision.
    DecisionId;
    /// The row of a run.
    RunId;
}

/// The id of a click or visit: a UUID version 7, so that ids are ordered by time. Zero where no id may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TouchId(pub Uuid);

impl TouchId {
    /// The id of a touch of which no id may be kept (no consent, or Global Privacy Control).
    pub const NONE: Self = Self(Uuid::nil());
}

/// The random id in the attribution cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VisitorId(pub Uuid);

/// Why a text cannot be an outside name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was given.
    #[error("{what} is empty")]
    Empty {
        /// What was to be named.
        what: &'static str,
    },
    /// It would not fit.
    #[error("{what} is longer than {length_max} characters")]
    TooLong {
        /// What was to be named.
        what: &'static str,
        /// The longest that fits.
        length_max: usize,
    },
    /// A character that may not stand there.
    #[error("{what} `{text}` may have only {allowed}")]
    BadCharacter {
        /// What was to be named.
        what: &'static str,
        /// The text as it came, cut to 64 characters.
        text: String,
        /// What is allowed, in words.
        allowed: &'static str,
    },
}

macro_rules! name {
    ($($(#[$doc:meta])* $name:ident, $what:literal, $length_max:literal, $allowed:literal, $is_allowed:expr, $normalise:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes a text that was given from outside; blanks around it are forgiven, but count.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                let length = text.chars().count();
                let text = text.trim();
                if text.is_empty() {
                    return Err(NameError::Empty { what: $what });
                }
                if length > $length_max {
                    return Err(NameError::TooLong { what: $what, length_max: $length_max });
                }
                let is_allowed: fn(char) -> bool = $is_allowed;
                if !text.chars().all(is_allowed) {
                    let text = text.chars().filter(|c| !c.is_control()).take(64).collect();
                    return Err(NameError::BadCharacter { what: $what, text, allowed: $allowed });
                }
                let normalise: fn(&str) -> String = $normalise;
                Ok(Self(normalise(text)))
            }

            /// The name as a text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

fn is_code(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn is_printable(c: char) -> bool {
    !c.is_control()
}

name! {
    /// What the merchant calls a program, a partner or a charity: it stands in links, files and traces.
    Code, "code", 64, "letters, digits, `-`, `_` and `.`", is_code, str::to_owned;
    /// What the merchant's shop calls a product.
    Sku, "sku", 100, "printable characters", is_printable, str::to_owned;
    /// What the merchant's shop calls an order, a refund or a customer.
    ExternalId, "external id", 255, "printable characters", is_printable, str::to_owned;
    /// A coupon code: case makes no difference to a buyer who types it, so it makes none here.
    CouponCode, "coupon", 64, "printable characters", is_printable, |text| text.to_uppercase();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_around_it_is_the_name() {
        assert_eq!(Code::parse(" P001 ").unwrap().as_str(), "P001");
    }

    #[test]
    fn a_coupon_is_the_same_in_any_case() {
        assert_eq!(CouponCode::parse("summer10").unwrap(), CouponCode::parse("SUMMER10").unwrap());
    }

    #[test]
    fn a_bad_name_says_what_is_wrong() {
        assert_eq!(Code::parse("").unwrap_err().to_string(), "code is empty");
        assert_eq!(
            Code::parse("a b").unwrap_err().to_string(),
            "code `a b` may have only letters, digits, `-`, `_` and `.`"
        );
        assert_eq!(Sku::parse(&"x".repeat(101)).unwrap_err().to_string(), "sku is longer than 100 characters");
        // Of the whole that was given, as the API's document says.
        let padded = format!("{}x", " ".repeat(100));
        assert_eq!(Sku::parse(&padded).unwrap_err().to_string(), "sku is longer than 100 characters");
        assert!(ExternalId::parse("a\nb").is_err());
    }
}
