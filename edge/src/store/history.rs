//! What the merchant's people change, each with a line in the history: all or nothing.

use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::{D1Database, Env, Result};

use super::accounts::{self, Invitation};
use super::row::row;
use super::{batch, db, many, number, page_rows, prepare};

/// A line of the history.
pub(crate) struct Change<'a> {
    pub(crate) at: Timestamp,
    pub(crate) who: &'a str,
    /// As in `partner.created`.
    pub(crate) what: &'static str,
    pub(crate) subject: &'a str,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// A statement with its parameters.
pub(crate) type Prepared = (&'static str, Vec<JsValue>);

/// Runs statements, and writes down that they were; what the first of them changed.
///
/// An invitation goes in the same transaction, because its account may be made in it.
pub(crate) async fn change(
    env: &Env,
    statements: &[Prepared],
    invitation: Option<&Invitation<'_>>,
    change: &Change<'_>,
) -> Result<u64> {
    let db: D1Database = db(env)?;
    let answers = batch(&db, || {
        let mut all = Vec::with_capacity(statements.len() + 3);
        for (sql, parameters) in statements {
            all.push(prepare(&db, sql, parameters)?);
        }
        if let Some(invitation) = invitation {
            all.extend(accounts::invitation(&db, invitation, change.at)?);
        }
        all.push(prepare(
            &db,
            sql!("audit_insert.sql"),
            &[
                number(change.at.unix_seconds()),
                change.who.into(),
                change.what.into(),
                change.subject.into(),
                change.before.as_str().into(),
                change.after.as_str().into(),
            ],
        )?);
        Ok(all)
    })
    .await?;
    let changed = answers.first().and_then(|answer| answer.meta().ok().flatten()).and_then(|meta| meta.changes);
    Ok(changed.and_then(|changed| u64::try_from(changed).ok()).unwrap_or(0))
}

/// Writes down what a system reports, that nobody of the merchant's did.
pub(crate) async fn note(env: &Env, at: Timestamp, who: &str, what: &'static str, subject: &str) -> Result<()> {
    let line = Change { at, who, what, subject, before: String::new(), after: String::new() };
    change(env, &[], None, &line).await.map(|_| ())
}

/// Whether an error says that a name is taken already.
pub(crate) fn is_taken(error: &worker::Error) -> bool {
    let text = error.to_string();
    // The second is how a log-in that is open refuses to be opened again.
    text.contains("UNIQUE constraint") || text.contains("account.created_at")
}

/// A line of the history.
#[derive(Debug)]
pub(crate) struct AuditRow {
    pub(crate) id: i64,
    pub(crate) at: Timestamp,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) subject: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

row!(AuditRow { id, at, who, what, subject, before, after });

/// The history, the newest first.
pub(crate) async fn audit(env: &Env, before: Option<i64>) -> Result<Vec<AuditRow>> {
    let before = number(before.unwrap_or(i64::from(u32::MAX) << 20));
    many(env, &[(sql!("audit_page.sql"), vec![before, page_rows()])]).await?.rows(0)
}
