//! The merchant's own data: his name, his time zone, when he pays, and his bank.

use serde::{Deserialize, Serialize};

use crate::payout::Payer;
use crate::zone::Zone;

/// The latest day of the month that every month has.
pub const PAYDAY_MAX: u8 = 28;

/// The merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merchant {
    /// His name, on statements.
    pub name: String,
    /// What decides which day and month an instant belongs to.
    pub time_zone: Zone,
    /// The day of the month on which he pays.
    pub payday: u8,
    /// The account that he pays from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<Payer>,
}

impl Default for Merchant {
    fn default() -> Self {
        Self { name: String::new(), time_zone: Zone::UTC, payday: 1, bank: None }
    }
}
