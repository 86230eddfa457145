//! What a partner's page of settings shows, in one way to the database.

use tributary_shared::id::PartnerId;
use tributary_shared::ledger::Account;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::row::Row;
use super::{keys, many, number};

/// What is set.
pub(crate) struct Settings {
    /// `name`, `email`, `site`, `phone`, and `digest`: whether he is mailed what a night booked.
    pub(crate) partner: Row,
    /// Where his money goes, as it is stored, the newest first.
    pub(crate) requisites: Vec<String>,
    /// His keys that open something: what each is called, and since when.
    pub(crate) keys: Vec<(String, Timestamp)>,
}

/// Reads it; nothing, if there is no such partner.
pub(crate) async fn settings(env: &Env, partner: PartnerId) -> Result<Option<Settings>> {
    let answers = many(
        env,
        &[
            (sql!("partner_own.sql"), vec![number(partner.0)]),
            (sql!("requisites_of_account.sql"), vec![number(Account::Partner(partner).number())]),
            keys::of_partner(partner),
        ],
    )
    .await?;
    let Some(partner) = answers.one(0)? else {
        return Ok(None);
    };
    Ok(Some(Settings {
        partner,
        requisites: answers.table(1, |row| row.text("details"))?,
        keys: answers.table(2, |row| Ok((row.text("name")?, row.time("created_at")?)))?,
    }))
}
