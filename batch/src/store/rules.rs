//! The rulebook, read whole: rules are few, orders are many.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use tributary_shared::id::{CharityId, Code, CouponCode, LinkId, PartnerId, ProductId, ProgramId, Sku};
use tributary_shared::partner::Partner;
use tributary_shared::rules::{Product, Program, Rulebook, Versions};
use tributary_shared::time::Timestamp;

use super::{Row, Store};
use crate::error::Error;

/// Reads every program, partner, product, coupon, charity and link code.
pub fn read(store: &mut dyn Store) -> Result<Rulebook, Error> {
    let program_rules = versions(store, include_str!("sql/program_versions.sql"))?;
    let partner_terms = versions(store, include_str!("sql/partner_versions.sql"))?;
    let product_terms = versions(store, include_str!("sql/product_versions.sql"))?;
    let programs = store.rows(include_str!("sql/programs.sql"), &[])?;
    let programs = each(&programs, |row| {
        let id = row.integer(0)?;
        Ok(Program {
            id: ProgramId(id),
            code: parsed(row.text(1)?, Code::parse)?,
            name: row.text(2)?.to_owned(),
            currency: parsed(row.text(3)?, str::parse)?,
            rules: of(&program_rules, id),
        })
    })?;
    let partners = store.rows(include_str!("sql/partners.sql"), &[])?;
    let partners = each(&partners, |row| {
        let id = row.integer(0)?;
        Ok(Partner {
            id: PartnerId(id),
            code: parsed(row.text(1)?, Code::parse)?,
            name: row.text(2)?.to_owned(),
            email: row.text(3)?.to_owned(),
            payout_email: row.text(4)?.to_owned(),
            terms: of(&partner_terms, id),
        })
    })?;
    let products = store.rows(include_str!("sql/products.sql"), &[])?;
    let products = each(&products, |row| {
        let id = row.integer(0)?;
        Ok(Product {
            id: ProductId(id),
            sku: parsed(row.text(1)?, Sku::parse)?,
            name: row.text(2)?.to_owned(),
            terms: of(&product_terms, id),
        })
    })?;
    let coupons = store.rows(include_str!("sql/coupons.sql"), &[])?;
    let coupons = each(&coupons, |row| Ok((parsed(row.text(0)?, CouponCode::parse)?, PartnerId(row.integer(1)?))))?;
    let charities = store.rows(include_str!("sql/charities.sql"), &[])?;
    let charities = each(&charities, |row| Ok((CharityId(row.integer(0)?), parsed(row.text(1)?, Code::parse)?)))?;
    let links = store.rows(include_str!("sql/links.sql"), &[])?;
    let links = each(&links, |row| Ok((LinkId(row.integer(0)?), row.text(1)?.to_uppercase())))?;
    Ok(Rulebook::new(programs, partners, products, coupons, charities, links))
}

fn each<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, Error>) -> Result<Vec<T>, Error> {
    rows.iter().map(read).collect()
}

fn parsed<T, E: std::fmt::Display>(text: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, Error> {
    parse(text).map_err(|error| Error::Corrupt { subject: format!("`{text}`"), problem: error.to_string() })
}

type VersionsById<T> = HashMap<i64, Vec<(Timestamp, T)>>;

fn versions<T: DeserializeOwned>(store: &mut dyn Store, sql: &str) -> Result<VersionsById<T>, Error> {
    let mut by_id: VersionsById<T> = HashMap::new();
    for row in store.rows(sql, &[])? {
        let (id, valid_from) = (row.integer(0)?, Timestamp::from_unix_seconds(row.integer(1)?));
        let value = serde_json::from_str(row.text(2)?).map_err(|error| Error::Corrupt {
            subject: format!("version {valid_from} of {id}"),
            problem: error.to_string(),
        })?;
        by_id.entry(id).or_default().push((valid_from, value));
    }
    Ok(by_id)
}

fn of<T: Clone>(versions: &VersionsById<T>, id: i64) -> Versions<T> {
    Versions::new(versions.get(&id).cloned().unwrap_or_default())
}
