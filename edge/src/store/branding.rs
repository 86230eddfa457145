//! How partners' pages look.

use tributary_shared::brand::Brand;
use tributary_shared::time::Timestamp;
use worker::Result;

use super::history::Prepared;
use super::number;

/// Puts another look in the place of the last; that is kept.
pub(crate) fn put(brand: &Brand, who: &str, at: Timestamp) -> Result<Prepared> {
    let details = serde_json::to_string(brand)?;
    let sql = sql!("branding_insert.sql");
    Ok((sql, vec![details.into(), who.into(), number(at.unix_seconds())]))
}
