//! How partners' pages look, and who the merchant is.

use tributary_shared::brand::Brand;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::accounts::Details;
use super::history::Prepared;
use super::{first, number};

/// Puts another look in the place of the last; that is kept.
pub(crate) fn put(brand: &Brand, who: &str, at: Timestamp) -> Result<Prepared> {
    let details = serde_json::to_string(brand)?;
    let sql = sql!("branding_insert.sql");
    Ok((sql, vec![details.into(), who.into(), number(at.unix_seconds())]))
}

/// What is stored of the merchant; nothing, if he was never described.
pub(crate) async fn merchant(env: &Env) -> Result<Option<String>> {
    let found = first::<Details>(env, sql!("merchant.sql"), &[]).await?;
    Ok(found.and_then(|found| found.details))
}

/// Puts another description in the place of the last; that is kept.
pub(crate) fn put_merchant(details: String, who: &str, at: Timestamp) -> Prepared {
    (sql!(batch "merchant_insert.sql"), vec![details.into(), who.into(), number(at.unix_seconds())])
}
