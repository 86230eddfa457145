//! Contacts as the merchant's pages show them, and how one is bound by hand.

use tributary_shared::id::PartnerId;
use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::history::Prepared;
use super::row::Row;
use super::{many, number, page_rows};

/// A contact.
#[derive(Debug, Clone)]
pub(crate) struct ContactRow {
    pub(crate) id: i64,
    pub(crate) email: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
}

impl ContactRow {
    /// What he is known by: his address, else what the shop calls him.
    pub(crate) fn known_by(&self) -> &str {
        self.email.as_deref().or(self.external_id.as_deref()).unwrap_or_default()
    }
}

fn contact(row: &Row) -> Result<ContactRow> {
    Ok(ContactRow {
        id: row.number("id")?,
        email: row.maybe_text("email")?,
        external_id: row.maybe_text("external_id")?,
        name: row.text("name")?,
        created_at: row.time("created_at")?,
    })
}

/// Contacts by how they are called, or the newest.
pub(crate) async fn contacts(env: &Env, search: &str, before: Option<i64>) -> Result<Vec<ContactRow>> {
    let before = number(before.unwrap_or(i64::from(u32::MAX) << 20));
    let statement = if search.is_empty() {
        (sql!("contacts_page.sql"), vec![before, page_rows()])
    } else {
        // Addresses are kept in lower case; what the shop calls somebody is kept as it came.
        let end = |begin: &str| format!("{begin}\u{10ffff}");
        let email = search.to_lowercase();
        let asked =
            vec![email.as_str().into(), end(&email).into(), search.into(), end(search).into(), page_rows(), before];
        (sql!("contacts_named.sql"), asked)
    };
    many(env, &[statement]).await?.table(0, contact)
}

/// One piece of what ties a contact to a partner.
pub(crate) struct Tie {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    /// When the touch behind it was, if there was one.
    pub(crate) touched_at: Option<Timestamp>,
    pub(crate) source: String,
    pub(crate) partner: String,
}

/// A contact with what ties him to partners, the newest first.
pub(crate) async fn card(env: &Env, id: i64) -> Result<Option<(ContactRow, Vec<Tie>)>> {
    let answers = many(
        env,
        &[(sql!("contact_card.sql"), vec![number(id)]), (sql!("contact_touches_card.sql"), vec![number(id)])],
    )
    .await?;
    let Some(row) = answers.one(0)? else { return Ok(None) };
    Ok(Some((contact(&row)?, answers.table(1, tie)?)))
}

fn tie(row: &Row) -> Result<Tie> {
    Ok(Tie {
        at: row.time("at")?,
        by: row.text("bound_by")?,
        touched_at: Some(row.time("touched_at")?).filter(|at| at.unix_seconds() >= 0),
        source: row.text("source")?,
        partner: row.text("partner")?,
    })
}

/// Writes a contact, if nobody has the address yet.
pub(crate) fn insert(email: &str, name: &str, at: Timestamp) -> Prepared {
    let at = number(at.unix_seconds());
    (sql!("contact_insert.sql"), vec![email.into(), JsValue::NULL, name.into(), at])
}

/// Binds a contact, by what he is known by, to a partner by hand; `source` says who and why.
pub(crate) fn bind(known_by: &str, partner: PartnerId, source: String, at: Timestamp) -> Prepared {
    let parameters = vec![known_by.into(), number(at.unix_seconds()), number(partner.0), source.into()];
    (sql!(batch "contact_hand_insert.sql"), parameters)
}
