//! Products and their terms.

use tributary_shared::id::ProductId;
use tributary_shared::rules::ProductTerms;
use tributary_shared::time::Timestamp;
use worker::{Env, Error, Result};

use super::history::Prepared;
use super::row::row;
use super::{many, number, page_rows};

/// A product as it is now.
#[derive(Debug)]
pub(crate) struct ProductRow {
    pub(crate) id: ProductId,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) terms: String,
}

row!(ProductRow { id, sku, name, terms });

/// Products by what the shop calls them.
pub(crate) async fn products(env: &Env, now: Timestamp, after: &str) -> Result<Vec<ProductRow>> {
    let asked = vec![number(now.unix_seconds()), after.into(), page_rows()];
    many(env, &[(sql!("products_page.sql"), asked)]).await?.rows(0)
}

/// Products by name.
pub(crate) async fn products_named(env: &Env, now: Timestamp, skus: &[String]) -> Result<Vec<ProductRow>> {
    let asked = vec![number(now.unix_seconds()), serde_json::json!(skus).to_string().into()];
    many(env, &[(sql!("products_named.sql"), asked)]).await?.rows(0)
}

/// Terms as they are stored.
pub(crate) fn terms_text(terms: &ProductTerms) -> Result<String> {
    serde_json::to_string(terms).map_err(|error| Error::RustError(error.to_string()))
}

/// Makes a product, with terms that hold for ever back; an SKU that is taken is an error.
pub(crate) fn new_product(sku: &str, name: &str, terms: &str, by: &str, now: Timestamp) -> [Prepared; 2] {
    [
        (sql!("product_insert.sql"), vec![sku.into(), name.into()]),
        (sql!("product_version_new.sql"), vec![sku.into(), terms.into(), by.into(), number(now.unix_seconds())]),
    ]
}

/// Lets a product's terms, as they are stored, hold from now on.
pub(crate) fn put_product_terms(product: ProductId, terms: String, by: &str, now: Timestamp) -> Prepared {
    let at = number(now.unix_seconds());
    (sql!("product_version_put.sql"), vec![number(product.0), at.clone(), terms.into(), by.into(), at])
}
