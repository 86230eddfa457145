//! The merchant's own data: his name, his time zone, when he pays, and his bank.

use serde::{Deserialize, Serialize};
use tributary_shared::payout::Payer;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::Zone;

use super::Store;
use crate::error::Error;

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

/// The merchant as he was last described; in universal time and without a name, if he never was.
pub fn read(store: &mut dyn Store) -> Result<Merchant, Error> {
    match store.rows(include_str!("sql/merchant.sql"), &[])?.first() {
        None => Ok(Merchant::default()),
        Some(row) => serde_json::from_str(row.text(0)?)
            .map_err(|error| Error::Corrupt { subject: "the merchant".to_owned(), problem: error.to_string() }),
    }
}

/// Describes the merchant anew; the same again writes nothing.
pub fn write(store: &mut dyn Store, merchant: &Merchant, by: &str, now: Timestamp) -> Result<u64, Error> {
    let details = serde_json::to_string(merchant).map_err(|error| Error::Refused(error.to_string()))?;
    let parameters = [details.into(), by.into(), now.unix_seconds().into()];
    Ok(store.write(include_str!("sql/merchant_insert.sql"), &parameters)?)
}
