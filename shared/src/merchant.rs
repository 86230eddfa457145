//! The merchant's own data: his name, his time zone, when he pays, and his bank.

use serde::{Deserialize, Serialize};

use crate::payout::Payer;
use crate::zone::{Offsets, Zone};

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
    /// The address of the Worker's pages, as in `https://go.merchant.example`: letters of the night lead there. Without it
    /// none are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
}

impl Default for Merchant {
    fn default() -> Self {
        Self { name: String::new(), time_zone: Zone::UTC, payday: 1, bank: None, site: None }
    }
}

/// The merchant as pages know him: of his zone they have the offsets alone, and so need no database of all zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerchantCard {
    /// His name.
    pub name: String,
    /// What decides which day an instant belongs to.
    pub zone: Zone<Offsets>,
    /// The day of the month on which he pays.
    pub payday: u8,
}

impl Default for MerchantCard {
    fn default() -> Self {
        Self { name: String::new(), zone: Zone::UTC_LISTED, payday: 1 }
    }
}

/// What is stored of a merchant, as far as pages read it.
#[derive(Deserialize)]
struct Stored {
    name: String,
    payday: u8,
    #[serde(default)]
    offsets: Vec<(i64, i32)>,
}

impl Merchant {
    /// The description as it is stored, with the offsets of the zone beside its name.
    pub fn to_stored(&self) -> serde_json::Result<String> {
        let mut details = serde_json::to_value(self)?;
        details["offsets"] = serde_json::to_value(self.time_zone.offsets())?;
        Ok(details.to_string())
    }
}

impl MerchantCard {
    /// Reads what [`Merchant::to_stored`] wrote. Offsets are kept for as long as the program runs: read once, not per page.
    pub fn from_stored(details: &str) -> serde_json::Result<Self> {
        let Stored { name, payday, offsets } = crate::json::read(details)?;
        Ok(Self { name, payday, zone: Zone::listed(Offsets::kept(offsets)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn pages_read_what_was_stored() {
        let merchant = Merchant {
            name: "Amalfi Tours".to_owned(),
            time_zone: Zone::parse("Europe/Rome").unwrap(),
            payday: 5,
            bank: None,
            site: None,
        };
        let stored = merchant.to_stored().unwrap();
        assert_eq!(serde_json::from_str::<Merchant>(&stored).unwrap(), merchant);
        let card = MerchantCard::from_stored(&stored).unwrap();
        assert_eq!((card.name.as_str(), card.payday), ("Amalfi Tours", 5));
        assert_eq!(card.zone.shown(Timestamp::parse("2026-07-01T00:00:00Z").unwrap()), "2026-07-01 02:00");
        // Stored before there were pages: in universal time until it is stored again.
        let old = MerchantCard::from_stored(r#"{"name":"A","time_zone":"Europe/Rome","payday":1}"#).unwrap();
        assert_eq!(old.zone, Zone::UTC_LISTED);
    }
}
