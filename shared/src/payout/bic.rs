//! Business identifier codes of banks (ISO 9362).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::country::Country;

/// A BIC: four letters of the bank, two of the country, two characters of the place, and perhaps three of the branch.
///
/// The standard has allowed digits among the first four since 2014, but none are given out; and what pain.001.001.03
/// takes has letters there, no 0 or 1 at the seventh place and no O at the eighth. So has every BIC here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bic {
    code: String,
    country: Country,
}

/// Why a text is not a BIC.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BicError {
    /// Not 8 or 11 characters of the right kinds.
    #[error("`{text}` is not a BIC: want 8 or 11 characters, as in COBADEFF or COBADEFFXXX")]
    Malformed {
        /// The text as it came, cut.
        text: String,
    },
    /// No country at the fifth place.
    #[error("`{text}` is not a BIC: `{country}` is not a country")]
    NoCountry {
        /// The text as it came, cut.
        text: String,
        /// Its fifth and sixth letter.
        country: String,
    },
}

impl Bic {
    /// Takes a BIC; blanks anywhere and the case of letters are forgiven.
    pub fn parse(text: &str) -> Result<Self, BicError> {
        let code: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let shown = || text.chars().filter(|c| !c.is_control()).take(20).collect::<String>();
        let fits = matches!(code.len(), 8 | 11)
            && code.bytes().enumerate().all(|(index, byte)| match index {
                0..6 => byte.is_ascii_uppercase(),
                6 => byte.is_ascii_uppercase() || (b'2'..=b'9').contains(&byte),
                7 => byte != b'O' && (byte.is_ascii_uppercase() || byte.is_ascii_digit()),
                8.. => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            });
        if !fits {
            return Err(BicError::Malformed { text: shown() });
        }
        let letters = code.get(4..6).unwrap_or_default();
        let country =
            letters.parse().map_err(|_| BicError::NoCountry { text: shown(), country: letters.to_owned() })?;
        Ok(Self { code, country })
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.code
    }

    /// The bank's country.
    #[must_use]
    pub const fn country(&self) -> Country {
        self.country
    }
}

impl fmt::Display for Bic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

impl TryFrom<String> for Bic {
    type Error = BicError;

    fn try_from(text: String) -> Result<Self, BicError> {
        Self::parse(&text)
    }
}

impl From<Bic> for String {
    fn from(bic: Bic) -> Self {
        bic.code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bic_has_8_or_11_characters() {
        for (text, code, country) in [
            ("COBADEFF", "COBADEFF", "DE"),
            (" coba de ff xxx ", "COBADEFFXXX", "DE"),
            ("BOFAUS3N", "BOFAUS3N", "US"),
            ("TRWIBEB1XXX", "TRWIBEB1XXX", "BE"),
            ("NCBVXKPR", "NCBVXKPR", "XK"),
        ] {
            let bic = Bic::parse(text).unwrap();
            assert_eq!((bic.as_str(), bic.country().code()), (code, country));
        }
    }

    #[test]
    fn what_is_no_bic_is_refused() {
        for text in [
            "",
            "COBADEF",
            "COBADEFFX",
            "COBADEFFXX",
            "COBADEFFXXXX",
            "C0BADEFF",
            "COBADE0F",
            "COBADE1F",
            "COBADEFO",
            "COBADEF-",
            "COBADEÜF",
            "COBADEFFXX.",
        ] {
            assert!(matches!(Bic::parse(text), Err(BicError::Malformed { .. })), "{text}");
        }
        assert_eq!(Bic::parse("COBAZZFF").unwrap_err().to_string(), "`COBAZZFF` is not a BIC: `ZZ` is not a country");
    }
}
