//! Programs: the rules under which partners earn.

mod rates;

use serde::{Deserialize, Serialize};

pub use rates::{parse_rates, rates_text};

use crate::id::{CharityId, PartnerId};
use crate::money::{MINOR_MAX, Percent, Rounding};
use crate::partner::PartnerStatus;

/// The most tiers a program may have.
pub const TIERS_MAX: usize = 10;

/// The longest window, in days: attribution is a matter of ten years at most.
pub const WINDOW_DAYS_MAX: u32 = 3_650;

/// The most payments or months that a limit may name: a hundred years of months.
pub const RECURRING_MAX: u32 = 1_200;

/// The longest hold, in days.
pub const HOLD_DAYS_MAX: u32 = 3_650;

/// What a receiver gets of a line: a percentage of its net amount, a flat amount per unit, or both. 0 is a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Percentage of the line's net amount (or of tier 1's commission, if the program says so).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Percent>,
    /// Minor units of the program's currency for each unit sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flat_minor: Option<i64>,
}

impl Rate {
    /// A percentage alone.
    #[must_use]
    pub const fn percent(percent: Percent) -> Self {
        Self { percent: Some(percent), flat_minor: None }
    }

    /// Whether neither part is given: such a rate falls through to the next weaker one.
    #[must_use]
    pub const fn is_unset(&self) -> bool {
        self.percent.is_none() && self.flat_minor.is_none()
    }
}

/// Rates of tiers 1, 2, 3 …; an empty place falls through to the next weaker source.
pub type TierRates = Vec<Option<Rate>>;

/// The rate at `tier` (from 1) of a list, if one is set there.
#[must_use]
pub fn rate_at(rates: &[Option<Rate>], tier: u8) -> Option<Rate> {
    rates.get(usize::from(tier).checked_sub(1)?).copied().flatten().filter(|rate| !rate.is_unset())
}

/// Which touch of several is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// The latest.
    #[default]
    Last,
    /// The earliest.
    First,
}

/// What becomes of a contact whom a second partner brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// He stays with his first partner.
    #[default]
    First,
    /// He goes to the latest.
    Last,
    /// Contacts are not bound.
    Off,
}

/// What the percentages of tiers 2 and deeper are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierBase {
    /// The line's net amount.
    #[default]
    Sale,
    /// Tier 1's commission.
    Tier1,
}

/// A part for a good cause, apart from the tiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CharityRule {
    /// Who gets it.
    pub receiver: CharityId,
    /// How much of each line.
    pub rate: Rate,
}

/// How much of a customer's payments earns commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Recurring {
    /// The first so many payments; all, if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payments: Option<u32>,
    /// Payments of the first so many months, the first payment's instant beginning them; all, if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
}

impl Recurring {
    /// Whether there is no limit.
    #[must_use]
    pub const fn is_unlimited(&self) -> bool {
        self.payments.is_none() && self.months.is_none()
    }
}

/// Whose the later payments of a subscription are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subscriptions {
    /// They stay with the partner of the first payment.
    #[default]
    First,
    /// Each is judged by its own evidence.
    Each,
}

/// What a visitor is asked before anything is kept of him that came through a link of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// No more than the site as a whole asks.
    #[default]
    Off,
    /// His consent, whatever the site asks.
    Required,
    /// Nothing: he asked for the reward himself, and cannot have it without being known again.
    Cashback,
}

impl Consent {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Required => "required",
            Self::Cashback => "cashback",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Off, Self::Required, Self::Cashback].into_iter().find(|consent| consent.as_str() == text)
    }

    /// Whether a visitor must have consented, on a site that asks him or does not.
    #[must_use]
    pub const fn is_required(self, by_site: bool) -> bool {
        match self {
            Self::Off => by_site,
            Self::Required => true,
            Self::Cashback => false,
        }
    }
}

/// What becomes of somebody who signs up for the program himself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUp {
    /// He waits until the merchant approves him.
    #[default]
    Approval,
    /// He earns at once.
    Open,
}

impl SignUp {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Open => "open",
        }
    }

    /// Whether he may earn.
    #[must_use]
    pub const fn status(self) -> PartnerStatus {
        match self {
            Self::Approval => PartnerStatus::Pending,
            Self::Open => PartnerStatus::Active,
        }
    }
}

/// One version of a program's rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRules {
    /// Days in which a touch counts.
    pub window_days: u32,
    /// Which touch is credited.
    pub model: Model,
    /// Whether contacts are bound to partners.
    pub binding: Binding,
    /// Days a binding lasts; for ever if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding_days: Option<u32>,
    /// Whether a coupon that belongs to a partner credits him.
    pub coupon_decides: bool,
    /// Days from payment until an accrual may be paid out.
    pub hold_days: u32,
    /// The least that is paid out, in minor units of the program's currency.
    pub min_payout_minor: i64,
    /// How commissions are rounded.
    pub rounding: Rounding,
    /// What deeper tiers are a percentage of.
    pub tier_base: TierBase,
    /// Rates of tiers 1, 2, ….
    pub tiers: TierRates,
    /// The charity, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charity: Option<CharityRule>,
    /// Who is credited with orders that nobody brought, if anyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub house_partner: Option<PartnerId>,
    /// How much of a customer's payments earns commission.
    #[serde(default, skip_serializing_if = "Recurring::is_unlimited")]
    pub recurring: Recurring,
    /// Whose the later payments of a subscription are.
    #[serde(default, skip_serializing_if = "is_default")]
    pub subscriptions: Subscriptions,
    /// What is asked of a visitor before anything is kept of him.
    #[serde(default, skip_serializing_if = "is_default")]
    pub consent: Consent,
    /// What becomes of somebody who signs up himself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sign_up: SignUp,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Why a program cannot have these rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// More than [`TIERS_MAX`] tiers.
    #[error("{tiers} tiers are more than {TIERS_MAX}")]
    TooManyTiers {
        /// How many were given.
        tiers: usize,
    },
    /// The rates add up to more than the sale.
    #[error("tiers and charity add up to {sum} percent of a sale, more than 100")]
    AboveWhole {
        /// The sum, as printed.
        sum: String,
    },
    /// A number outside its range.
    #[error("{what} must be from {least} to {most}")]
    OutOfRange {
        /// Which.
        what: &'static str,
        /// The least that is taken.
        least: i64,
        /// The most that is taken.
        most: i64,
    },
}

impl ProgramRules {
    /// Rules of 365 days, last touch, first binding, coupons deciding, no hold and no tiers: what a file leaves out.
    #[must_use]
    pub const fn standard() -> Self {
        Self {
            window_days: 365,
            model: Model::Last,
            binding: Binding::First,
            binding_days: None,
            coupon_decides: true,
            hold_days: 0,
            min_payout_minor: 0,
            rounding: Rounding::HalfUp,
            tier_base: TierBase::Sale,
            tiers: Vec::new(),
            charity: None,
            house_partner: None,
            recurring: Recurring { payments: None, months: None },
            subscriptions: Subscriptions::First,
            consent: Consent::Off,
            sign_up: SignUp::Approval,
        }
    }

    /// Checks what can be known without an order.
    pub fn validate(&self) -> Result<(), ProgramError> {
        if self.tiers.len() > TIERS_MAX {
            return Err(ProgramError::TooManyTiers { tiers: self.tiers.len() });
        }
        in_range("window_days", i64::from(self.window_days), 1, i64::from(WINDOW_DAYS_MAX))?;
        in_range("hold_days", i64::from(self.hold_days), 0, i64::from(HOLD_DAYS_MAX))?;
        in_range("recurring payments", self.recurring.payments.map_or(1, i64::from), 1, i64::from(RECURRING_MAX))?;
        in_range("recurring months", self.recurring.months.map_or(1, i64::from), 1, i64::from(RECURRING_MAX))?;
        in_range("min_payout", self.min_payout_minor, 0, MINOR_MAX)?;
        let rates = self.tiers.iter().flatten().copied().chain(self.charity.map(|charity| charity.rate));
        for rate in rates {
            in_range("flat", rate.flat_minor.unwrap_or(0), 0, MINOR_MAX)?;
        }
        let whole = i128::from(Percent::WHOLE.millionths());
        let millionths = |rate: Option<Rate>| {
            rate.and_then(|rate| rate.percent).map_or(0, |percent| i128::from(percent.millionths()))
        };
        let first = millionths(rate_at(&self.tiers, 1));
        let deeper: i128 = self.tiers.iter().skip(1).map(|rate| millionths(*rate)).sum();
        let deeper = match self.tier_base {
            TierBase::Sale => deeper,
            TierBase::Tier1 => first * deeper / whole,
        };
        let sum = first + deeper + millionths(self.charity.map(|charity| charity.rate));
        if sum > whole {
            let sum = rust_decimal::Decimal::from_i128_with_scale(sum, 6).normalize().to_string();
            return Err(ProgramError::AboveWhole { sum });
        }
        Ok(())
    }
}

fn in_range(what: &'static str, value: i64, least: i64, most: i64) -> Result<(), ProgramError> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(ProgramError::OutOfRange { what, least, most }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiers(percents: &[u16]) -> TierRates {
        percents.iter().map(|percent| Some(Rate::percent(Percent::from_basis_points(percent * 100)))).collect()
    }

    #[test]
    fn rates_above_the_whole_are_refused_at_the_door() {
        let rules = ProgramRules { tiers: tiers(&[60, 30, 11]), ..ProgramRules::standard() };
        assert_eq!(
            rules.validate().unwrap_err().to_string(),
            "tiers and charity add up to 101 percent of a sale, more than 100"
        );
        let of_tier1 = ProgramRules { tier_base: TierBase::Tier1, ..rules };
        assert_eq!(of_tier1.validate(), Ok(()));
    }

    #[test]
    fn eleven_tiers_are_refused() {
        let rules = ProgramRules { tiers: tiers(&[1; 11]), ..ProgramRules::standard() };
        assert_eq!(rules.validate(), Err(ProgramError::TooManyTiers { tiers: 11 }));
    }

    #[test]
    fn rules_that_were_stored_before_they_spoke_of_sign_up_ask_for_approval_and_are_stored_as_they_were() {
        let stored = serde_json::to_string(&ProgramRules::standard()).unwrap();
        assert!(!stored.contains("sign_up"), "{stored}");
        let read: ProgramRules = serde_json::from_str(&stored).unwrap();
        assert_eq!(read.sign_up.status(), PartnerStatus::Pending);
        let open = ProgramRules { sign_up: SignUp::Open, ..read };
        let stored = serde_json::to_string(&open).unwrap();
        assert!(stored.contains(r#""sign_up":"open""#), "{stored}");
        assert_eq!(serde_json::from_str::<ProgramRules>(&stored).unwrap(), open);
        assert_eq!(open.sign_up.status(), PartnerStatus::Active);
    }

    #[test]
    fn an_empty_place_is_no_rate_and_zero_is_one() {
        let rates = vec![Some(Rate::percent(Percent::from_basis_points(0))), None];
        assert!(rate_at(&rates, 1).is_some());
        assert!(rate_at(&rates, 2).is_none());
        assert!(rate_at(&rates, 3).is_none());
        assert!(rate_at(&rates, 0).is_none());
    }
}
