//! The outbox, and the merchant's own texts of what goes into it.

use tributary_shared::id::PartnerId;
use tributary_shared::mail::{Kind, LEASE_SECONDS, Letter, Text};
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::history::Prepared;
use super::row::Row;
use super::{many, number};

/// A mail.
#[derive(Debug)]
pub(crate) struct MailRow {
    pub(crate) id: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) sent_at: Option<i64>,
    pub(crate) failed_at: Option<i64>,
    pub(crate) problem: String,
}

/// The latest mails, or the latest of those that failed for good.
pub(crate) async fn mails(env: &Env, failed: bool) -> Result<Vec<MailRow>> {
    let sql = if failed { sql!("mails_failed.sql") } else { sql!("mails.sql") };
    many(env, &[(sql, vec![])]).await?.table(0, mail)
}

fn mail(row: &Row) -> Result<MailRow> {
    Ok(MailRow {
        id: row.number("id")?,
        created_at: row.time("created_at")?,
        recipient: row.text("recipient")?,
        subject: row.text("subject")?,
        body: row.text("body")?,
        sent_at: row.maybe_number("sent_at")?,
        failed_at: row.maybe_number("failed_at")?,
        problem: row.text("problem")?,
    })
}

/// Puts a letter into the outbox, once for its cause; to nobody, if there is no address.
pub(crate) fn put(cause: &str, to: &str, letter: &Letter, now: Timestamp) -> Prepared {
    let Letter { subject, text, html } = letter;
    let parameters = vec![
        cause.into(),
        to.into(),
        subject.as_str().into(),
        text.as_str().into(),
        number(now.unix_seconds()),
        html.as_str().into(),
    ];
    (sql!("mail_insert.sql"), parameters)
}

/// Makes a mail due again that failed for good.
pub(crate) fn retry(id: i64, now: Timestamp) -> Prepared {
    (sql!(batch "mail_retry.sql"), vec![number(id), number(now.unix_seconds())])
}

/// A mail that its sender alone may send.
pub(crate) struct Leased {
    pub(crate) id: i64,
    pub(crate) tries: i64,
    pub(crate) cause: String,
    pub(crate) to: String,
    pub(crate) letter: Letter,
}

/// Leases the mail that has been due for longest, of those that were due at an instant.
pub(crate) async fn lease(env: &Env, due: Timestamp, now: Timestamp) -> Result<Option<Leased>> {
    let asked = vec![number(due.unix_seconds()), number(now.plus_seconds(LEASE_SECONDS).unix_seconds())];
    let answers = many(env, &[(sql!(batch "mail_lease.sql"), asked)]).await?;
    answers.one(0)?.as_ref().map(leased).transpose()
}

fn leased(row: &Row) -> Result<Leased> {
    let letter = Letter { subject: row.text("subject")?, text: row.text("body")?, html: row.text("html")? };
    Ok(Leased {
        id: row.number("id")?,
        tries: row.number("tries")?,
        cause: row.text("cause")?,
        to: row.text("recipient")?,
        letter,
    })
}

/// Notes that a mail was accepted.
pub(crate) async fn sent(env: &Env, id: i64, now: Timestamp) -> Result<()> {
    many(env, &[(sql!(batch "mail_sent.sql"), vec![number(id), number(now.unix_seconds())])]).await.map(|_| ())
}

/// Notes that a mail was not, and when it is tried again; without that it has failed for good.
pub(crate) async fn unsent(
    env: &Env,
    (id, tries): (i64, i64),
    problem: &str,
    again_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let sql = match again_at {
        Some(_) => sql!(batch "mail_later.sql"),
        None => sql!(batch "mail_fail.sql"),
    };
    let at = again_at.unwrap_or(now).unix_seconds();
    many(env, &[(sql, vec![number(id), number(tries), number(at), problem.into()])]).await.map(|_| ())
}

/// What the merchant says in a letter; nothing, if he leaves it to us.
pub(crate) async fn text(env: &Env, kind: Kind, language: &str) -> Result<Option<Text>> {
    let asked = vec![kind.as_str().into(), language.into()];
    let answers = many(env, &[(sql!("mail_text.sql"), asked)]).await?;
    answers.one(0)?.as_ref().map(text_of).transpose()
}

fn text_of(row: &Row) -> Result<Text> {
    Ok(Text { subject: row.text("subject")?, body: row.text("body")? })
}

/// Which letters say what the merchant says: kind and language.
pub(crate) async fn own_texts(env: &Env) -> Result<Vec<(String, String)>> {
    many(env, &[(sql!(batch "letter_texts.sql"), vec![])])
        .await?
        .table(0, |row| Ok((row.text("kind")?, row.text("language")?)))
}

/// Puts the merchant's words in the place of ours.
pub(crate) fn put_text(kind: Kind, language: &str, text: &Text, who: &str, now: Timestamp) -> Prepared {
    let parameters = vec![
        kind.as_str().into(),
        language.into(),
        text.subject.as_str().into(),
        text.body.as_str().into(),
        who.into(),
        number(now.unix_seconds()),
    ];
    (sql!("mail_text_put.sql"), parameters)
}

/// Lets our words stand again.
pub(crate) fn forget_text(kind: Kind, language: &str) -> Prepared {
    (sql!("mail_text_delete.sql"), vec![kind.as_str().into(), language.into()])
}

/// A partner as he is written to.
pub(crate) struct Addressee {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) language: String,
    /// What the merchant says to him.
    pub(crate) text: Option<Text>,
}

/// Whom a letter of a kind to a partner goes to; `language` is for whoever has said none.
pub(crate) async fn addressee(env: &Env, code: &str, kind: Kind, language: &str) -> Result<Option<Addressee>> {
    let asked = vec![code.into(), kind.as_str().into(), language.into()];
    let answers = many(env, &[(sql!("mail_to_partner.sql"), asked)]).await?;
    answers.one(0)?.as_ref().map(addressed).transpose()
}

fn addressed(row: &Row) -> Result<Addressee> {
    let text = if row.maybe_text("subject")?.is_some() { Some(text_of(row)?) } else { None };
    Ok(Addressee { name: row.text("name")?, email: row.text("email")?, language: row.text("language")?, text })
}

/// Remembers whether a partner wants to be told what a night booked for him.
pub(crate) fn set_digest(partner: PartnerId, wanted: bool) -> Prepared {
    (sql!("digest_put.sql"), vec![number(partner.0), number(i64::from(wanted))])
}
