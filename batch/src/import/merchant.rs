//! `import merchant FILE.toml`: the merchant's name, time zone, payday, bank and the address of his pages.

use serde::Deserialize;
use tributary_shared::merchant::{Merchant, PAYDAY_MAX};
use tributary_shared::payout::PayerRequest;
use tributary_shared::zone::Zone;
use url::Url;

use super::{Report, Settings};
use crate::error::Error;
use crate::store::Store;
use crate::store::merchant;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    merchant: MerchantTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MerchantTable {
    name: String,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    payday: Option<u8>,
    #[serde(default)]
    bank: Option<PayerRequest>,
    #[serde(default)]
    site: Option<String>,
}

/// Takes the merchant's file; what it leaves out is as if it had never been said.
pub fn run(store: &mut dyn Store, text: &str, settings: Settings<'_>) -> Result<Report, Error> {
    let refused = |problem: String| Error::Refused(format!("the merchant was not taken: {problem}"));
    let File { merchant: table } = toml::from_str(text).map_err(|error| refused(error.to_string()))?;
    let time_zone = match &table.time_zone {
        Some(name) => Zone::parse(name).map_err(|error| refused(format!("time_zone: {error}")))?,
        None => Zone::UTC,
    };
    let payday = table.payday.unwrap_or(1);
    if !(1..=PAYDAY_MAX).contains(&payday) {
        return Err(refused(format!("payday: must be from 1 to {PAYDAY_MAX}, a day that every month has")));
    }
    let bank = match table.bank {
        Some(mut bank) => {
            if bank.name.is_empty() {
                bank.name.clone_from(&table.name);
            }
            Some(bank.check().map_err(|error| refused(format!("bank.{error}")))?)
        }
        None => None,
    };
    let site =
        table.site.map(|site| origin(&site)).transpose().map_err(|problem| refused(format!("site: {problem}")))?;
    let given = Merchant { name: table.name, time_zone, payday, bank, site };
    let changed = u64::from(merchant::read(store)? != given);
    if !settings.dry_run {
        merchant::write(store, &given, settings.by, settings.now)?;
    }
    Ok(Report { good: 1, changed, ..Report::default() })
}

/// The address of the pages: of a host, and of nothing below it.
fn origin(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let is_origin = matches!(url.scheme(), "https" | "http") && url.path() == "/" && url.query().is_none();
    if is_origin && url.username().is_empty() && url.fragment().is_none() {
        Ok(url.origin().ascii_serialization())
    } else {
        Err(format!("`{text}`: want the address of the pages' host, as in https://go.merchant.example"))
    }
}
