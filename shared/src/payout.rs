//! Payouts: how money reaches those who earned it.

use serde::{Deserialize, Serialize};

/// A way to send money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A bank transfer.
    Bank,
    /// PayPal.
    Paypal,
    /// Wise.
    Wise,
    /// Any other electronic money.
    Emoney,
    /// Cash.
    Cash,
}

impl Method {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Bank, Self::Paypal, Self::Wise, Self::Emoney, Self::Cash];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Paypal => "paypal",
            Self::Wise => "wise",
            Self::Emoney => "emoney",
            Self::Cash => "cash",
        }
    }

    /// The number that its account has.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Bank => 1,
            Self::Paypal => 2,
            Self::Wise => 3,
            Self::Emoney => 4,
            Self::Cash => 5,
        }
    }

    /// The method of a number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.number() == number)
    }
}
