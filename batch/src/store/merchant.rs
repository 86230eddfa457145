//! The merchant's own data, by date.

use tributary_shared::merchant::Merchant;
use tributary_shared::time::Timestamp;

use super::Store;
use crate::error::Error;

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
    let details = merchant.to_stored().map_err(|error| Error::Refused(error.to_string()))?;
    let parameters = [details.into(), by.into(), now.unix_seconds().into()];
    Ok(store.write(include_str!("sql/merchant_insert.sql"), &parameters)?)
}
