//! International bank account numbers (ISO 13616).

use std::fmt;

use ::iban::{IbanLike, ParseBaseIbanError, ParseIbanError};
use serde::{Deserialize, Serialize};

use super::country::Country;

/// An IBAN: its country has one, its length and form are that country's, and its check digits fit.
///
/// Displayed in groups of four, for people; files take [`Iban::as_str`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban {
    iban: ::iban::Iban,
    country: Country,
}

/// Why a text is not an IBAN. The text is not repeated: an account is nothing for a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    /// Not of the form that all IBANs have.
    #[error("is not an IBAN: want two letters, two digits and the account, as in DE89 3704 0044 0532 0130 00")]
    Malformed,
    /// The check digits are those of another account.
    #[error("the check digits of the IBAN do not fit: a character is missing or mistyped")]
    CheckDigits,
    /// The country does not take part.
    #[error("{country} has no IBANs")]
    NoCountry {
        /// Its first two letters.
        country: String,
    },
    /// Not of the form that the country's IBANs have.
    #[error("{country} has IBANs of another length or form")]
    Form {
        /// Its first two letters.
        country: String,
    },
}

impl Iban {
    /// Takes an IBAN; blanks anywhere and the case of letters are forgiven.
    pub fn parse(text: &str) -> Result<Self, IbanError> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        let iban: ::iban::Iban = plain.parse().map_err(|error| match error {
            ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidFormat } => IbanError::Malformed,
            ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidChecksum } => IbanError::CheckDigits,
            ParseIbanError::InvalidBban(base) => IbanError::Form { country: base.country_code().to_owned() },
            ParseIbanError::UnknownCountry(base) => IbanError::NoCountry { country: base.country_code().to_owned() },
        })?;
        let country = iban
            .country_code()
            .parse()
            .map_err(|_| IbanError::NoCountry { country: iban.country_code().to_owned() })?;
        Ok(Self { iban, country })
    }

    /// The IBAN without blanks, for files.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.iban.electronic_str()
    }

    /// The country of the account.
    #[must_use]
    pub const fn country(&self) -> Country {
        self.country
    }
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.iban)
    }
}

impl TryFrom<String> for Iban {
    type Error = IbanError;

    fn try_from(text: String) -> Result<Self, IbanError> {
        Self::parse(&text)
    }
}

impl From<Iban> for String {
    fn from(iban: Iban) -> Self {
        iban.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One of each kind from the registry's examples: all digits, letters, the shortest, the longest, a national check.
    const GOOD: [&str; 14] = [
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "FR1420041010050500013M02606",
        "RU0304452522540817810538091310419",
        "BE68539007547034",
        "NL91ABNA0417164300",
        "CH9300762011623852957",
        "LC55HEMM000100010012001200023015",
        "XK051212012345678906",
        "BR1800360305000010009795493C1",
        "SA0380000000608010167519",
        "UA213223130000026007233566001",
    ];

    #[test]
    fn ibans_of_the_registry_are_taken_with_blanks_and_in_any_case() {
        for text in GOOD {
            let iban = Iban::parse(text).unwrap();
            assert_eq!(iban.as_str(), text);
            assert_eq!(iban.country().code(), &text[..2]);
            let spaced: String = text.to_lowercase().chars().flat_map(|c| [' ', c, '\t', '\u{a0}']).collect();
            assert_eq!(Iban::parse(&spaced), Ok(iban));
        }
    }

    #[test]
    fn it_is_printed_in_groups_for_people_and_plain_for_files() {
        let iban = Iban::parse("de 89370400440532013000").unwrap();
        assert_eq!(iban.to_string(), "DE89 3704 0044 0532 0130 00");
        assert_eq!(serde_json::to_string(&iban).unwrap(), r#""DE89370400440532013000""#);
        assert_eq!(serde_json::from_str::<Iban>(r#""DE89 3704 0044 0532 0130 00""#).unwrap(), iban);
        assert!(serde_json::from_str::<Iban>(r#""DE00370400440532013000""#).is_err());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let form = |country: &str| IbanError::Form { country: country.to_owned() };
        let cases = [
            ("", IbanError::Malformed),
            ("DE", IbanError::Malformed),
            ("12345678", IbanError::Malformed),
            ("DE89-3704-0044-0532-0130-00", IbanError::Malformed),
            ("DE8937040044053201300Ü", IbanError::Malformed),
            ("DE8937040044053201300012345678901234567890", IbanError::Malformed),
            ("DE88370400440532013000", IbanError::CheckDigits),
            ("DE89370400440532013001", IbanError::CheckDigits),
            ("DE8937040044053201300", IbanError::CheckDigits),
            // The United States have no IBANs; the check digits of this one fit.
            ("US64SVBKUS6S3300958879", IbanError::NoCountry { country: "US".to_owned() }),
            // The check digits fit, but one digit is missing, or a letter stands where Germany has digits.
            ("DE5137040044053201300", form("DE")),
            ("DE0537040044053201300A", form("DE")),
        ];
        for (text, error) in cases {
            assert_eq!(Iban::parse(text).unwrap_err(), error, "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_mistyped_digit_is_always_found(index in 4_usize..22, digit in 0_u8..10) {
            let mut typed = b"DE89370400440532013000".to_vec();
            let is_same = typed[index] == b'0' + digit;
            typed[index] = b'0' + digit;
            prop_assert_eq!(Iban::parse(std::str::from_utf8(&typed).unwrap()).is_ok(), is_same);
        }

        #[test]
        fn no_text_breaks_the_parser(text in "\\PC{0,40}") {
            let _ = Iban::parse(&text);
        }
    }
}
