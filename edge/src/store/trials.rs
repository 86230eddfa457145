//! What a trial is judged by: of the rulebook, what one order can have to do with.

use serde::de::DeserializeOwned;
use serde_json::json;
use tributary_shared::contact::{BoundBy, ContactTouch};
use tributary_shared::id::{CharityId, Code, CouponCode, PartnerId, ProductId, ProgramId, Sku};
use tributary_shared::json;
use tributary_shared::partner::{Partner, PartnerTerms};
use tributary_shared::program::ProgramRules;
use tributary_shared::rules::{Product, ProductTerms, Program, Rulebook, Versions};
use tributary_shared::time::Timestamp;
use worker::{Env, Error, Result};

use super::row::Row;
use super::{many, number};

/// Whom and what a trial names.
pub(crate) struct Named<'a> {
    /// The partner's code; empty for one who is not there.
    pub(crate) partner: &'a str,
    /// What is bought.
    pub(crate) skus: &'a [&'a str],
    pub(crate) coupons: &'a [CouponCode],
    pub(crate) customer: Customer<'a>,
}

/// Who buys.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Customer<'a> {
    /// Somebody nobody knows.
    Nobody,
    /// Whoever has the address.
    Email(&'a str),
    /// The contact of a row.
    Row(i64),
}

/// The rules, and what ties the customer to partners already. `more` are partners who are not in the database.
pub(crate) async fn book(env: &Env, named: &Named<'_>, more: Vec<Partner>) -> Result<(Rulebook, Vec<ContactTouch>)> {
    let codes: Vec<&str> = named.coupons.iter().map(CouponCode::as_str).collect();
    let codes = json!(codes).to_string();
    let (email, contact) = match named.customer {
        Customer::Nobody => ("", number(0)),
        Customer::Email(email) => (email, number(0)),
        Customer::Row(id) => ("", number(id)),
    };
    let answers = many(
        env,
        &[
            (sql!("trial_programs.sql"), vec![]),
            (
                sql!("trial_partners.sql"),
                vec![named.partner.into(), codes.as_str().into(), email.into(), contact.clone()],
            ),
            (sql!("trial_products.sql"), vec![json!(named.skus).to_string().into()]),
            (sql!("trial_coupons.sql"), vec![codes.as_str().into()]),
            (sql!("trial_charities.sql"), vec![]),
            (sql!("contact_evidence.sql"), vec![email.into(), contact]),
        ],
    )
    .await?;
    let programs = programs(&answers.rows(0)?)?;
    let mut partners = partners(&answers.rows(1)?)?;
    partners.extend(more);
    let products = products(&answers.rows(2)?)?;
    let coupons = answers.table(3, coupon)?;
    let charities = answers.table(4, charity)?;
    let contact = answers.table(5, evidence)?;
    Ok((Rulebook::new(programs, partners, products, coupons, charities, Vec::new()), contact))
}

/// Programs with all their versions.
pub(super) fn programs(rows: &[Row]) -> Result<Vec<Program>> {
    things::<ProgramRules, _>(rows, |row, rules| {
        Ok(Program {
            id: ProgramId(row.number("id")?),
            code: parsed(row, "code", Code::parse)?,
            name: row.text("name")?,
            currency: row.currency("currency")?,
            rules,
        })
    })
}

/// Partners with all their terms.
pub(super) fn partners(rows: &[Row]) -> Result<Vec<Partner>> {
    things::<PartnerTerms, _>(rows, |row, terms| {
        Ok(Partner {
            id: PartnerId(row.number("id")?),
            code: parsed(row, "code", Code::parse)?,
            name: row.text("name")?,
            email: row.text("email")?,
            payout_email: row.text("payout_email")?,
            terms,
        })
    })
}

/// Products with all their terms.
pub(super) fn products(rows: &[Row]) -> Result<Vec<Product>> {
    things::<ProductTerms, _>(rows, |row, terms| {
        Ok(Product {
            id: ProductId(row.number("id")?),
            sku: parsed(row, "code", Sku::parse)?,
            name: row.text("name")?,
            terms,
        })
    })
}

/// A charity and what it is called.
pub(super) fn charity(row: &Row) -> Result<(CharityId, Code)> {
    Ok((CharityId(row.number("id")?), parsed(row, "code", Code::parse)?))
}

/// A coupon and whose it is.
pub(super) fn coupon(row: &Row) -> Result<(CouponCode, PartnerId)> {
    Ok((parsed(row, "code", CouponCode::parse)?, PartnerId(row.number("partner_id")?)))
}

/// One piece of what ties a contact to partners.
fn evidence(row: &Row) -> Result<ContactTouch> {
    let by = row.text("bound_by")?;
    Ok(ContactTouch {
        partner: PartnerId(row.number("partner_id")?),
        by: BoundBy::parse(&by).ok_or_else(|| corrupt(&by))?,
        at: row.time("at")?,
        touched_at: Some(row.time("touched_at")?).filter(|at| at.unix_seconds() >= 0),
    })
}

/// Things with all their versions: rows of one thing follow each other.
fn things<V: DeserializeOwned, T>(rows: &[Row], make: fn(&Row, Versions<V>) -> Result<T>) -> Result<Vec<T>> {
    let mut things = Vec::new();
    let mut place = 0;
    while let Some(first) = rows.get(place) {
        let id = first.number("id")?;
        let mut versions: Vec<(Timestamp, V)> = Vec::new();
        while let Some(row) = rows.get(place) {
            if row.number("id")? != id {
                break;
            }
            let value = row.text("value")?;
            versions.push((row.time("valid_from")?, json::read(&value).map_err(|_| corrupt(&value))?));
            place += 1;
        }
        things.push(make(first, Versions::new(versions))?);
    }
    Ok(things)
}

fn parsed<T, E>(row: &Row, column: &str, parse: fn(&str) -> std::result::Result<T, E>) -> Result<T> {
    let text = row.text(column)?;
    parse(&text).map_err(|_| corrupt(&text))
}

fn corrupt(text: &str) -> Error {
    Error::RustError(format!("`{text}` is not what the rulebook is made of"))
}
