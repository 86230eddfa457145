//! Contacts and what ties them to partners.

use serde_json::json;
use tributary_shared::contact::Email;
use tributary_shared::id::ExternalId;
use tributary_shared::time::Timestamp;
use tributary_shared::touch::Touch;
use wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::{batch, db, number, prepare};

/// Somebody left his address on a page.
pub(crate) struct OptIn {
    pub(crate) email: Option<Email>,
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) name: String,
    pub(crate) at: Timestamp,
    /// The page.
    pub(crate) source: String,
    /// What brought him there.
    pub(crate) touches: Vec<Touch>,
}

/// Stores an opt-in with the touches behind it, in one transaction.
pub(crate) async fn opt_in(env: &Env, opt_in: &OptIn) -> Result<()> {
    let db = db(env)?;
    let text = |text: Option<&str>| text.map_or(JsValue::NULL, JsValue::from_str);
    let email = text(opt_in.email.as_ref().map(Email::as_str));
    let external_id = text(opt_in.external_id.as_ref().map(ExternalId::as_str));
    let at = number(opt_in.at.unix_seconds());
    let evidence: Vec<_> = opt_in
        .touches
        .iter()
        .map(|touch| json!({ "by": "opt_in", "partner": touch.partner, "touched_at": touch.at }))
        .collect();
    let evidence = JsValue::from_str(&serde_json::Value::from(evidence).to_string());
    batch(&db, || {
        Ok(vec![
            prepare(
                &db,
                include_str!("sql/contact_insert.sql"),
                &[email.clone(), external_id.clone(), opt_in.name.as_str().into(), at.clone()],
            )?,
            prepare(&db, include_str!("sql/contact_complete.sql"), &[email.clone(), external_id.clone()])?,
            prepare(
                &db,
                include_str!("sql/contact_touches_insert.sql"),
                &[email.clone(), external_id.clone(), at.clone(), opt_in.source.as_str().into(), evidence.clone()],
            )?,
        ])
    })
    .await?;
    Ok(())
}
