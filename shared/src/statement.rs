//! Statements: what a receiver earned, lost and was paid in a month, between two balances that it leads from and to.

use crate::ledger::Kind;
use crate::time::Timestamp;

/// What came into an account, or went out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it was booked.
    pub at: Timestamp,
    /// What it is.
    pub kind: Kind,
    /// The tier; 0 for charity and for what is of no order.
    pub tier: u8,
    /// How much, in minor units; negative if it went out.
    pub amount_minor: i64,
    /// From when on it may be paid out.
    pub payable_from: Timestamp,
    /// The order it is of.
    pub order: Option<String>,
    /// Who bought, masked.
    pub buyer: Option<String>,
    /// Why, or under which reference, where a named person moved it.
    pub note: Option<String>,
}

/// Sums of a month, in minor units. All of them are what they add to the balance: what is taken is negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Commission, or a charity's part.
    pub earned_minor: i64,
    /// Commission taken back.
    pub taken_back_minor: i64,
    /// Money sent, less what came back.
    pub paid_minor: i64,
    /// Added or taken by named persons.
    pub adjusted_minor: i64,
}

impl Sums {
    /// The sums of entries.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let mut sums = Self::default();
        for entry in entries {
            let sum = match entry.kind {
                Kind::Accrual | Kind::Charity => &mut sums.earned_minor,
                Kind::Reversal | Kind::CharityReversal => &mut sums.taken_back_minor,
                Kind::Payout | Kind::PayoutReturn => &mut sums.paid_minor,
                Kind::Adjustment => &mut sums.adjusted_minor,
            };
            *sum += entry.amount_minor;
        }
        sums
    }

    /// What the month added to the balance.
    #[must_use]
    pub const fn change_minor(&self) -> i64 {
        self.earned_minor + self.taken_back_minor + self.paid_minor + self.adjusted_minor
    }
}

/// When a receiver is paid next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextPayment {
    /// This much, if nothing more comes or goes until then.
    Amount(i64),
    /// Less than the program pays out: it is carried.
    BelowMinimum {
        /// What will be payable.
        payable_minor: i64,
        /// The least that is paid out.
        minimum_minor: i64,
    },
    /// Nothing, or less: later earnings make up for it.
    Nothing,
}

impl NextPayment {
    /// By what will be payable on payday.
    #[must_use]
    pub const fn of(payable_minor: i64, minimum_minor: i64) -> Self {
        if payable_minor <= 0 {
            Self::Nothing
        } else if payable_minor < minimum_minor {
            Self::BelowMinimum { payable_minor, minimum_minor }
        } else {
            Self::Amount(payable_minor)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: Kind, amount_minor: i64) -> Entry {
        let at = Timestamp::FIRST;
        Entry { at, kind, tier: 0, amount_minor, payable_from: at, order: None, buyer: None, note: None }
    }

    #[test]
    fn every_kind_is_in_one_sum() {
        let entries: Vec<Entry> =
            Kind::ALL.into_iter().zip([1, -2, 4, -8, -16, 32, 64]).map(|(k, a)| entry(k, a)).collect();
        let sums = Sums::of(&entries);
        assert_eq!(sums, Sums { earned_minor: 5, taken_back_minor: -10, paid_minor: 16, adjusted_minor: 64 });
        assert_eq!(sums.change_minor(), entries.iter().map(|entry| entry.amount_minor).sum::<i64>());
    }

    #[test]
    fn the_next_payment_is_what_is_payable_from_the_minimum_on() {
        assert_eq!(NextPayment::of(500, 500), NextPayment::Amount(500));
        assert_eq!(NextPayment::of(499, 500), NextPayment::BelowMinimum { payable_minor: 499, minimum_minor: 500 });
        assert_eq!(NextPayment::of(0, 0), NextPayment::Nothing);
        assert_eq!(NextPayment::of(-1, 0), NextPayment::Nothing);
    }
}
