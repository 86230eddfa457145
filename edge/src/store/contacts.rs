//! Contacts and what ties them to partners.

use serde_json::json;
use tributary_shared::contact::Email;
use tributary_shared::event::OptIn;
use tributary_shared::id::ExternalId;
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement, Result};

use super::history::Prepared;
use super::{number, prepare};

/// The statements that store an opt-in with the touches behind it.
pub(crate) fn opt_in(db: &D1Database, opt_in: &OptIn) -> Result<Vec<D1PreparedStatement>> {
    opted_in(opt_in).iter().map(|(sql, parameters)| prepare(db, sql, parameters)).collect()
}

/// The same, for a transaction with more in it.
pub(crate) fn opted_in(opt_in: &OptIn) -> [Prepared; 3] {
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
    [
        (sql!("contact_insert.sql"), vec![email.clone(), external_id.clone(), opt_in.name.as_str().into(), at.clone()]),
        (sql!("contact_complete.sql"), vec![email.clone(), external_id.clone()]),
        (sql!("contact_touches_insert.sql"), vec![email, external_id, at, opt_in.source.as_str().into(), evidence]),
    ]
}
