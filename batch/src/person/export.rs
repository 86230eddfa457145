//! What is kept of a person, as JSON.

use serde_json::{Map, Value as Json, json};
use tributary_shared::contact::Email;

use super::words;
use crate::error::Error;
use crate::store::{Store, Value};

/// What is asked by his address.
const BY_EMAIL: [(&str, &str); 6] = [
    ("contact", include_str!("../store/sql/person_export_contact.sql")),
    ("bindings", include_str!("../store/sql/person_export_bindings.sql")),
    ("mails", include_str!("../store/sql/person_export_mails.sql")),
    ("accounts", include_str!("../store/sql/person_export_account.sql")),
    ("partners", include_str!("../store/sql/person_export_partner.sql")),
    ("history", include_str!("../store/sql/person_export_history.sql")),
];

/// What is asked by his orders.
const BY_ORDERS: [(&str, &str); 3] = [
    ("orders", include_str!("../store/sql/person_export_orders.sql")),
    ("decisions", include_str!("../store/sql/person_export_decisions.sql")),
    ("browser_reports", include_str!("../store/sql/person_export_reports.sql")),
];

/// All that is kept of a person: by his address, by what the shop calls him, and by the visitors that his orders name.
///
/// `elsewhere` says where else the address stands, for a person to look: such a text may be about others, too.
pub fn export(store: &mut dyn Store, email: &str) -> Result<Json, Error> {
    let email = Email::parse(email).map_err(|error| Error::Refused(error.to_string()))?;
    let orders: Value = orders_of(store, email.as_str())?.into();
    let mut said = Map::new();
    said.insert("email".to_owned(), json!(email.as_str()));
    for (name, sql) in BY_EMAIL {
        said.insert(name.to_owned(), rows(store, sql, email.as_str().into())?);
    }
    for (name, sql) in BY_ORDERS {
        said.insert(name.to_owned(), rows(store, sql, orders.clone())?);
    }
    let visitors = visitors_of(store, orders)?;
    let touches =
        rows(store, include_str!("../store/sql/person_export_touches.sql"), json!(visitors).to_string().into())?;
    said.insert("touches".to_owned(), touches);
    let places = words::find(store, email.as_str())?;
    let elsewhere = places.iter().map(|found| format!("{}.{}: {}", found.table, found.column, found.texts.len()));
    said.insert("elsewhere".to_owned(), elsewhere.collect());
    Ok(Json::Object(said))
}

fn rows(store: &mut dyn Store, sql: &str, parameter: Value) -> Result<Json, Error> {
    let rows = store.rows(sql, &[parameter])?;
    rows.iter()
        .map(|row| {
            serde_json::from_str::<Json>(row.text(0)?)
                .map_err(|error| Error::Corrupt { subject: "a person".to_owned(), problem: error.to_string() })
        })
        .collect()
}

/// The orders of a person, as a list of their numbers.
pub(super) fn orders_of(store: &mut dyn Store, email: &str) -> Result<String, Error> {
    let rows = store.rows(include_str!("../store/sql/person_orders.sql"), &[email.into()])?;
    let ids: Vec<i64> = rows.iter().map(|row| row.integer(0)).collect::<Result<_, _>>()?;
    Ok(json!(ids).to_string())
}

/// The visitors that orders name.
pub(super) fn visitors_of(store: &mut dyn Store, orders: Value) -> Result<Vec<String>, Error> {
    let rows = store.rows(include_str!("../store/sql/person_visitors.sql"), &[orders])?;
    Ok(rows.iter().map(|row| row.text(0).map(str::to_owned)).collect::<Result<_, _>>()?)
}
