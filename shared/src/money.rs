//! Money: integer minor units with their currency, exact fractions in between, and the one rounding of the system.
//!
//! Amounts are `i64` minor units, bounded by [`MINOR_MAX`]. A commission is computed as an [`Exact`] amount and rounded
//! once, by [`Rounding::round`], when it becomes an accrual.

mod currency;

use std::fmt;
use std::ops::AddAssign;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::sorted::sort_by_key;

pub use currency::{Currency, CurrencyError};

/// The largest amount and the largest sum: 2^53 − 1 minor units.
///
/// Integers above it do not survive the JavaScript bridge of D1.
pub const MINOR_MAX: i64 = 9_007_199_254_740_991;

/// Why a text is not an amount of a currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a plain decimal number.
    #[error("`{text}` is not an amount: want digits with at most one point, as in 1000.50")]
    Malformed {
        /// The text as it came, cut to 40 characters.
        text: String,
    },
    /// More digits than the currency has. Incoming money is never rounded.
    #[error("`{text}` has more than {digits} digits after the point, {currency} has no more")]
    TooPrecise {
        /// The text as it came.
        text: String,
        /// The currency.
        currency: Currency,
        /// The digits it has.
        digits: u32,
    },
    /// Above [`MINOR_MAX`].
    #[error("`{text}` is more than {MINOR_MAX} minor units")]
    TooLarge {
        /// The text as it came.
        text: String,
    },
}

/// An amount of one currency, in its minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Two amounts that cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SumError {
    /// Amounts of two currencies have no sum.
    #[error("{left} and {right} cannot be added")]
    Currencies {
        /// The currency of the left amount.
        left: Currency,
        /// The currency of the right amount.
        right: Currency,
    },
    /// The sum is beyond [`MINOR_MAX`].
    #[error("the sum is beyond {MINOR_MAX} minor units")]
    TooLarge,
}

impl Money {
    /// So many minor units; refused beyond [`MINOR_MAX`].
    pub fn from_minor(minor: i64, currency: Currency) -> Result<Self, SumError> {
        if minor.unsigned_abs() > MINOR_MAX.unsigned_abs() {
            return Err(SumError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// Parses major units, as in `1000.50`; nothing is rounded.
    ///
    /// A leading `-` is understood; `-0` is refused, as are signs, blanks and marks for thousands.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, AmountError> {
        let malformed = || AmountError::Malformed { text: text.chars().filter(|c| !c.is_control()).take(40).collect() };
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(malformed()),
            None => (unsigned, ""),
        };
        let is_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return Err(malformed());
        }
        let digits = currency.digits();
        let significant = fraction.trim_end_matches('0');
        if significant.len() > digits as usize {
            return Err(AmountError::TooPrecise { text: text.to_owned(), currency, digits });
        }
        let too_large = || AmountError::TooLarge { text: text.chars().take(40).collect() };
        let padded = format!("{whole}{significant:0<width$}", width = digits as usize);
        // 2^53 has 16 digits; leading zeros are harmless.
        let magnitude: i64 = match padded.trim_start_matches('0') {
            "" => 0,
            number if number.len() > 16 => return Err(too_large()),
            number => number.parse().map_err(|_| malformed())?,
        };
        if magnitude > MINOR_MAX {
            return Err(too_large());
        }
        if text.starts_with('-') {
            if magnitude == 0 {
                return Err(malformed());
            }
            return Ok(Self { minor: -magnitude, currency });
        }
        Ok(Self { minor: magnitude, currency })
    }

    /// The minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum, if both are of one currency and it is within [`MINOR_MAX`].
    pub fn checked_add(self, other: Self) -> Result<Self, SumError> {
        if self.currency != other.currency {
            return Err(SumError::Currencies { left: self.currency, right: other.currency });
        }
        Self::from_minor(self.minor.checked_add(other.minor).ok_or(SumError::TooLarge)?, self.currency)
    }

    /// Major units without the currency, with all of the currency's digits: `1000.50`.
    #[must_use]
    pub fn amount(self) -> String {
        let mut text = String::with_capacity(24);
        // Writing to a text cannot fail.
        let _ = self.write_amount(&mut text);
        text
    }

    /// Writes what [`Money::amount`] answers.
    pub fn write_amount(self, to: &mut impl fmt::Write) -> fmt::Result {
        let digits = self.currency.digits();
        let (sign, minor) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        if digits == 0 {
            return write!(to, "{sign}{minor}");
        }
        let whole = 10_u64.pow(digits);
        write!(to, "{sign}{}.{:0width$}", minor / whole, minor % whole, width = digits as usize)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_amount(f)?;
        write!(f, " {}", self.currency)
    }
}

/// A percentage from 0 to 100, exact to a millionth of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent {
    millionths: i64,
}

/// Why a text is not a percentage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a percentage: want a number from 0 to 100 with at most 6 digits after the point")]
pub struct PercentError {
    text: String,
}

impl Percent {
    /// One hundred percent.
    pub const WHOLE: Self = Self { millionths: 100_000_000 };

    /// So many basis points: hundredths of a percent.
    #[must_use]
    pub const fn from_basis_points(basis_points: u16) -> Self {
        Self { millionths: basis_points as i64 * 10_000 }
    }

    /// Millionths of a percent; the whole is 100,000,000 of them.
    #[must_use]
    pub const fn millionths(self) -> i64 {
        self.millionths
    }
}

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Self, PercentError> {
        let refused = || PercentError { text: text.chars().take(40).collect() };
        let text = text.trim();
        // `Decimal` would also read `1_0` and `1e1`.
        if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return Err(refused());
        }
        let percent = Decimal::from_str_exact(text).map_err(|_| refused())?;
        let millionths = percent.checked_mul(Decimal::from(1_000_000)).ok_or_else(refused)?;
        if !millionths.is_integer() || millionths > Decimal::from(Self::WHOLE.millionths) {
            return Err(refused());
        }
        Ok(Self { millionths: i64::try_from(millionths).map_err(|_| refused())? })
    }
}

impl TryFrom<String> for Percent {
    type Error = PercentError;

    fn try_from(text: String) -> Result<Self, PercentError> {
        text.parse()
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> Self {
        let mut text = percent.to_string();
        text.pop();
        text
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, mut fraction, mut width) = (self.millionths / 1_000_000, self.millionths % 1_000_000, 6);
        if fraction == 0 {
            return write!(f, "{whole}%");
        }
        while fraction % 10 == 0 {
            (fraction, width) = (fraction / 10, width - 1);
        }
        write!(f, "{whole}.{fraction:0width$}%")
    }
}

/// An exact amount: a number of [`Exact::PER_MINOR`]ths of a minor unit.
///
/// An `i128` of fixed scale and not `Decimal`, whose 96 bits would round a large product without a word: the largest
/// amount times a percentage of a percentage is 2^53 · 10^16 ≈ 9 · 10^31 parts, an `i128` holds 1.7 · 10^38.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Exact {
    parts: i128,
    /// How far above `parts` the exact amount may lie: nowhere, unless a division did not come out even.
    blur: i128,
}

impl Exact {
    /// Parts of one minor unit: 10^8 for a percentage, squared for a percentage of a percentage.
    pub const PER_MINOR: i128 = 10_000_000_000_000_000;

    const WHOLE_PERCENT: i128 = Percent::WHOLE.millionths as i128;

    /// Whole minor units.
    #[must_use]
    pub fn from_minor(minor: i64) -> Self {
        Self { parts: i128::from(minor) * Self::PER_MINOR, blur: 0 }
    }

    /// A percentage of this amount.
    #[must_use]
    pub fn percent(self, rate: Percent) -> Self {
        self.times_fraction(i128::from(rate.millionths), Self::WHOLE_PERCENT)
    }

    /// This amount times `part / whole`, a fraction from 0 to 1 whose parts are within 10^16.
    ///
    /// Where the division does not come out even, the last part is made odd, so that a value just above a tie is never
    /// mistaken for the tie.
    #[must_use]
    pub fn times_fraction(self, part: i128, whole: i128) -> Self {
        // Divided before it is multiplied, with the remainder carried on, so that nothing leaves an i128.
        let carried = self.parts.rem_euclid(whole) * part;
        let parts = self.parts.div_euclid(whole) * part + carried / whole;
        Self { parts, blur: self.blur + i128::from(carried % whole != 0) }
    }

    /// Whether the amount is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.parts == 0
    }
}

impl AddAssign for Exact {
    fn add_assign(&mut self, other: Self) {
        self.parts = self.parts.saturating_add(other.parts);
        self.blur += other.blur;
    }
}

/// How an exact commission becomes minor units: once per order, tier and receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Half away from zero: 2.5 becomes 3, −2.5 becomes −3.
    #[default]
    HalfUp,
    /// Half to the even neighbour: 2.5 becomes 2, 3.5 becomes 4.
    HalfEven,
    /// Down: 2.9 becomes 2, −2.1 becomes −3.
    Floor,
}

impl Rounding {
    /// The one rounding function of the system. Beyond `i64` the result is the nearest `i64`.
    #[must_use]
    pub fn round(self, exact: Exact) -> i64 {
        let half = Exact::PER_MINOR / 2;
        // What divisions cut off may be what is missing to a whole or a half: then it is one.
        let to_half = (-exact.parts).rem_euclid(half);
        let parts = if to_half <= exact.blur { exact.parts + to_half } else { exact.parts };
        let floor = parts.div_euclid(Exact::PER_MINOR);
        let above = parts.rem_euclid(Exact::PER_MINOR);
        let up = match self {
            Self::HalfUp => above > half || (above == half && parts > 0),
            Self::HalfEven => above > half || (above == half && floor % 2 != 0),
            Self::Floor => false,
        };
        let rounded = floor + i128::from(up);
        i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
    }
}

/// Splits an amount in proportion to `ratios`, so that the parts add up to it: largest remainder, ties to the first.
///
/// All-zero ratios leave nothing to go by: every part is 0 then and the caller keeps the amount.
#[must_use]
pub fn allocate(amount_minor: i64, ratios: &[i64]) -> Vec<i64> {
    let whole: i128 = ratios.iter().map(|&ratio| i128::from(ratio.max(0))).sum();
    if whole == 0 {
        return vec![0; ratios.len()];
    }
    let share = |ratio: i64| i128::from(amount_minor) * i128::from(ratio.max(0));
    let mut parts: Vec<i64> =
        ratios.iter().map(|&ratio| i64::try_from(share(ratio).div_euclid(whole)).unwrap_or(i64::MAX)).collect();
    let mut left = i128::from(amount_minor) - parts.iter().map(|&part| i128::from(part)).sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..ratios.len()).filter(|&index| ratios[index] > 0).collect();
    sort_by_key(&mut by_remainder, |&index| std::cmp::Reverse(share(ratios[index]).rem_euclid(whole)));
    for index in by_remainder {
        if left == 0 {
            break;
        }
        parts[index] += 1;
        left -= 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn eur() -> Currency {
        "EUR".parse().unwrap()
    }

    #[test]
    fn an_amount_is_printed_with_all_digits_of_its_currency() {
        for (text, currency, printed) in
            [("250", "EUR", "250.00"), ("0.05", "EUR", "0.05"), ("1500", "JPY", "1500"), ("-1.5", "KWD", "-1.500")]
        {
            let money = Money::parse(text, currency.parse().unwrap()).unwrap();
            assert_eq!(money.amount(), printed);
        }
    }

    #[test]
    fn the_largest_amount_is_taken_and_one_more_is_refused() {
        assert_eq!(Money::parse("90071992547409.91", eur()).unwrap().minor(), MINOR_MAX);
        assert!(matches!(Money::parse("90071992547409.92", eur()), Err(AmountError::TooLarge { .. })));
        assert!(matches!(Money::parse(&"9".repeat(400), eur()), Err(AmountError::TooLarge { .. })));
        assert_eq!(Money::from_minor(MINOR_MAX + 1, eur()), Err(SumError::TooLarge));
    }

    #[test]
    fn two_currencies_have_no_sum() {
        let euro = Money::parse("1", eur()).unwrap();
        let yen = Money::parse("1", "JPY".parse().unwrap()).unwrap();
        assert_eq!(euro.checked_add(yen).unwrap_err().to_string(), "EUR and JPY cannot be added");
    }

    #[test]
    fn percentages_are_exact_or_refused() {
        for (text, millionths) in [("10", 10_000_000), ("0", 0), ("33.333333", 33_333_333), ("100.0", 100_000_000)] {
            assert_eq!(text.parse::<Percent>().unwrap().millionths(), millionths);
        }
        for text in ["", "-1", "100.000001", "1.2345678", "10%", "1e1", "1_0", "ten", "."] {
            assert!(text.parse::<Percent>().is_err(), "{text}");
        }
        assert_eq!("2.50".parse::<Percent>().unwrap().to_string(), "2.5%");
    }

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same(minor in -MINOR_MAX..=MINOR_MAX, currency in prop::sample::select(vec!["EUR", "JPY", "KWD", "CLF"])) {
            let money = Money::from_minor(minor, currency.parse().unwrap()).unwrap();
            prop_assert_eq!(Money::parse(&money.amount(), money.currency()).unwrap(), money);
        }

        #[test]
        fn parts_of_a_split_add_up_to_the_whole(amount in 0..=MINOR_MAX, ratios in prop::collection::vec(1..=MINOR_MAX, 1..9)) {
            let parts = allocate(amount, &ratios);
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            prop_assert!(parts.iter().all(|&part| part >= 0));
        }

        #[test]
        fn rounding_moves_an_amount_by_less_than_one(minor in -MINOR_MAX..=MINOR_MAX, rate in 0_i64..=100_000_000) {
            let exact = Exact::from_minor(minor).percent(Percent { millionths: rate });
            for rounding in [Rounding::HalfUp, Rounding::HalfEven, Rounding::Floor] {
                let off = i128::from(rounding.round(exact)) * Exact::PER_MINOR - exact.parts;
                let bound = if rounding == Rounding::Floor { Exact::PER_MINOR - 1 } else { Exact::PER_MINOR / 2 };
                prop_assert!(off.abs() <= bound);
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _ = Money::parse(&text, eur());
            let _ = text.parse::<Percent>();
        }
    }
}
