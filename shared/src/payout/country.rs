//! ISO 3166 countries, and which of them SEPA reaches.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// ISO 3166-1 alpha-2 as of 2026, and `XK`, which banks use for Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI \
FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS \
IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA \
RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT \
TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Where SEPA credit transfers go (EPC409-09): the 41 countries as of May 2026, the Crown Dependencies, Gibraltar, and
/// the French territories that belong to it. New Caledonia, French Polynesia, Wallis and Futuna do not.
const SEPA: &str = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO CH MC SM \
AD VA GB AL ME MK MD RS GG JE IM GI BL GF GP MF MQ PM RE YT";

/// A country, by its two letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// Why a text is not a country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a country: want two letters of ISO 3166, as in DE")]
pub struct CountryError {
    text: String,
}

impl Country {
    /// The two capitals.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }

    /// Whether SEPA credit transfers reach it.
    #[must_use]
    pub fn is_sepa(self) -> bool {
        is_in(SEPA, self.code())
    }
}

fn is_in(list: &str, code: &str) -> bool {
    list.split(' ').any(|listed| listed == code)
}

impl FromStr for Country {
    type Err = CountryError;

    /// Takes two letters; blanks around them and their case are forgiven.
    fn from_str(text: &str) -> Result<Self, CountryError> {
        let code = text.trim().to_ascii_uppercase();
        match <[u8; 2]>::try_from(code.as_bytes()) {
            Ok(letters) if is_in(COUNTRIES, &code) => Ok(Self(letters)),
            Ok(_) | Err(_) => Err(CountryError { text: text.chars().filter(|c| !c.is_control()).take(12).collect() }),
        }
    }
}

impl TryFrom<String> for Country {
    type Error = CountryError;

    fn try_from(text: String) -> Result<Self, CountryError> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_two_letters_in_any_case() {
        for text in ["DE", " de ", "Xk", "SX"] {
            assert_eq!(text.parse::<Country>().unwrap().code(), text.trim().to_ascii_uppercase());
        }
        for text in ["", "D", "DEU", "ZZ", "UK", "D E", "Дe", "d\0"] {
            assert!(text.parse::<Country>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn every_country_of_sepa_is_a_country() {
        assert!(SEPA.split(' ').all(|code| code.parse::<Country>().is_ok_and(Country::is_sepa)));
        for code in ["US", "TR", "NC", "PF", "XK", "UA"] {
            assert!(!code.parse::<Country>().unwrap().is_sepa(), "{code}");
        }
    }
}
