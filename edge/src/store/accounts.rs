//! Accounts, sessions, links that log in, and tries that failed.

use tributary_shared::account::{FAILURES_SECONDS, Role};
use tributary_shared::id::PartnerId;
use tributary_shared::mail::Letter;
use tributary_shared::time::Timestamp;
use worker::{D1PreparedStatement, Env, Result};

use super::history::Prepared;
use super::row::row;
use super::{batch, db, first, mails, number, prepare, rows_of, value};

/// Who is logged in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) partner_id: Option<PartnerId>,
    pub(crate) partner_code: Option<String>,
    pub(crate) language: String,
    pub(crate) has_password: i64,
    /// Whether it began with a mailed link.
    pub(crate) by_link: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) seen_at: Timestamp,
    /// Whether he is approved, if he is a partner.
    pub(crate) is_active: i64,
}

row!(Session {
    id,
    email,
    role,
    partner_id,
    partner_code,
    language,
    has_password,
    by_link,
    created_at,
    seen_at,
    is_active
});

/// An account as somebody logs in to it.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) password: Option<String>,
    pub(crate) language: String,
}

row!(Account { id, email, role, password, language });

/// The merchant's description, and how his partners' pages look, as they are stored.
#[derive(Default)]
pub(crate) struct Details {
    pub(crate) details: Option<String>,
    pub(crate) brand: Option<String>,
}

row!(Details { details, brand });

/// Who a cookie stands for, and the merchant's description, in one way to the database.
pub(crate) async fn session(env: &Env, hash: Option<&str>, now: Timestamp) -> Result<(Option<Session>, Details)> {
    let db = db(env)?;
    let answers = batch(&db, || {
        Ok(vec![
            prepare(&db, sql!("session_find.sql"), &[hash.unwrap_or_default().into(), number(now.unix_seconds())])?,
            prepare(&db, sql!("merchant.sql"), &[])?,
        ])
    })
    .await?;
    let session = rows_of::<Session>(answers.first())?;
    let merchant = rows_of::<Details>(answers.get(1))?;
    Ok((session.into_iter().next(), merchant.into_iter().next().unwrap_or_default()))
}

/// Remembers that a session was used.
pub(crate) async fn seen(env: &Env, hash: &str, now: Timestamp) -> Result<()> {
    run(env, sql!("session_seen.sql"), &[hash.into(), number(now.unix_seconds())]).await
}

/// Begins a session; tries that failed before are forgiven.
pub(crate) async fn begin(env: &Env, account: &Account, hash: &str, by_link: bool, now: Timestamp) -> Result<()> {
    let db = db(env)?;
    let at = now.unix_seconds();
    batch(&db, || {
        Ok(vec![
            prepare(
                &db,
                sql!("session_insert.sql"),
                &[hash.into(), number(account.id), number(at), number(i64::from(by_link))],
            )?,
            prepare(&db, sql!(batch "erase_login_failures.sql"), &[account.email.as_str().into()])?,
        ])
    })
    .await?;
    Ok(())
}

/// Ends a session.
pub(crate) async fn end(env: &Env, hash: &str) -> Result<()> {
    run(env, sql!("session_delete.sql"), &[hash.into()]).await
}

struct Failures {
    failures: u32,
}

row!(Failures { failures });

/// The account that somebody means by a name, and how often a wrong password was given under it lately.
pub(crate) async fn by_login(env: &Env, name: &str, now: Timestamp) -> Result<(Option<Account>, u32)> {
    let db = db(env)?;
    let lower = name.to_lowercase();
    let since = now.plus_seconds(-FAILURES_SECONDS).unix_seconds();
    let answers = batch(&db, || {
        Ok(vec![
            prepare(&db, sql!("account_by_login.sql"), &[lower.as_str().into(), name.into()])?,
            prepare(&db, sql!("login_failures.sql"), &[lower.as_str().into(), name.into(), number(since)])?,
        ])
    })
    .await?;
    let account = rows_of::<Account>(answers.first())?;
    let failures = rows_of::<Failures>(answers.get(1))?;
    Ok((account.into_iter().next(), failures.first().map_or(0, |row| row.failures)))
}

/// An account by its number.
pub(crate) async fn by_id(env: &Env, id: i64) -> Result<Option<Account>> {
    first(env, sql!("account_by_id.sql"), &[number(id)]).await
}

/// Counts a wrong password under a name, whether anybody has it or not.
pub(crate) async fn failed(env: &Env, name: &str, now: Timestamp) -> Result<()> {
    let parameters = [name.to_lowercase().into(), number(now.unix_seconds())];
    run(env, sql!("login_failure_insert.sql"), &parameters).await
}

/// A link that logs in, and the mail that carries it.
pub(crate) struct Invitation<'a> {
    /// Of the link's token.
    pub(crate) hash: &'a str,
    /// The account's.
    pub(crate) email: &'a str,
    /// The address that the link moves the account to, and that its letter goes to; nothing for one that only logs in.
    pub(crate) moves_to: Option<&'a str>,
    pub(crate) until: Timestamp,
    pub(crate) letter: Letter,
}

/// The statements that make a link and its mail: both or neither.
pub(crate) fn invitation(
    db: &worker::D1Database,
    invitation: &Invitation<'_>,
    now: Timestamp,
) -> Result<[D1PreparedStatement; 2]> {
    let Invitation { hash, email, moves_to, until, letter } = invitation;
    let (sql, mail) = mails::put(&format!("login_link/{hash}"), moves_to.unwrap_or(email), letter, now);
    Ok([
        prepare(
            db,
            sql!("login_link_insert.sql"),
            &[
                (*hash).into(),
                (*email).into(),
                number(now.unix_seconds()),
                number(until.unix_seconds()),
                moves_to.unwrap_or_default().into(),
            ],
        )?,
        prepare(db, sql, &mail)?,
    ])
}

/// Makes a link and its mail.
pub(crate) async fn invite(env: &Env, of: &Invitation<'_>, now: Timestamp) -> Result<()> {
    let db = db(env)?;
    batch(&db, || Ok(invitation(&db, of, now)?.into())).await?;
    Ok(())
}

/// How many links were mailed to an account since an instant.
pub(crate) async fn links_since(env: &Env, account: i64, since: Timestamp) -> Result<i64> {
    let parameters = [number(account), number(since.unix_seconds())];
    let links = value::<i64>(env, sql!("login_links_lately.sql"), &parameters, "links").await?;
    Ok(links.unwrap_or(0))
}

/// Whether a link would still log in.
pub(crate) async fn is_link_open(env: &Env, hash: &str, now: Timestamp) -> Result<bool> {
    let parameters = [hash.into(), number(now.unix_seconds())];
    let found = value::<i64>(env, sql!("login_link_is_open.sql"), &parameters, "one").await?;
    Ok(found.is_some())
}

/// Uses a link up; the account that it logs in to, if it does. One that moves the account does it in the same transaction;
/// where the address is taken by now, that is an error, and the link is as it was.
pub(crate) async fn use_link(env: &Env, hash: &str, now: Timestamp) -> Result<Option<Account>> {
    struct Used {
        account_id: i64,
    }

    row!(Used { account_id });
    let parameters = [hash.into(), number(now.unix_seconds())];
    let db = db(env)?;
    let statements = [
        sql!("move_audit_insert.sql"),
        sql!("move_others_delete.sql"),
        sql!("move_partner.sql"),
        sql!("move_account.sql"),
        sql!("account_confirm.sql"),
        sql!("login_link_use.sql"),
    ];
    let prepared: Result<Vec<D1PreparedStatement>> =
        statements.into_iter().map(|sql| prepare(&db, sql, &parameters)).collect();
    // Not repeated when it fails: a link that was used up without an answer is asked for again.
    let answers = db.batch(prepared?).await?;
    match rows_of::<Used>(answers.last())?.first() {
        Some(used) => by_id(env, used.account_id).await,
        None => Ok(None),
    }
}

/// Sets a password; every other session of the account ends.
pub(crate) async fn set_password(env: &Env, account: i64, phc: &str, keep: &str) -> Result<()> {
    let db = db(env)?;
    batch(&db, || {
        Ok(vec![
            prepare(&db, sql!("account_password.sql"), &[number(account), phc.into()])?,
            prepare(&db, sql!("sessions_of_account_delete.sql"), &[number(account), keep.into()])?,
        ])
    })
    .await?;
    Ok(())
}

/// Lets somebody of the merchant's log in; a log-in that was closed is opened again.
pub(crate) fn open(email: &str, role: Role, language: &str, at: Timestamp) -> Prepared {
    let nobody = wasm_bindgen::JsValue::NULL;
    let parameters = vec![email.into(), role.as_str().into(), nobody, language.into(), number(at.unix_seconds())];
    (sql!("account_insert.sql"), parameters)
}

/// Shuts somebody of the merchant's out, at once.
pub(crate) fn close(account: i64, at: Timestamp) -> [Prepared; 2] {
    [
        (sql!("account_close.sql"), vec![number(account), number(at.unix_seconds())]),
        (sql!("sessions_of_closed_delete.sql"), vec![number(account)]),
    ]
}

/// Remembers in which language somebody reads.
pub(crate) async fn set_language(env: &Env, account: i64, language: &str) -> Result<()> {
    let (sql, parameters) = in_language(account, language);
    run(env, sql, &parameters).await
}

/// The same, as a statement of a change.
pub(crate) fn in_language(account: i64, language: &str) -> Prepared {
    (sql!("account_language.sql"), vec![number(account), language.into()])
}

/// Forgets what is over: sessions, links and tries, files that were taken in, and what was heard and came to nothing.
pub(crate) async fn prune(env: &Env, now: Timestamp) -> Result<()> {
    let db = db(env)?;
    let day =
        |days: u32| number(now.plus_seconds(-i64::from(days) * tributary_shared::time::DAY_SECONDS).unix_seconds());
    batch(&db, || {
        Ok(vec![
            prepare(&db, sql!("sessions_prune.sql"), &[day(31)])?,
            prepare(&db, sql!("login_links_prune.sql"), &[day(1)])?,
            prepare(&db, sql!(batch "prune_login_failures.sql"), &[day(1)])?,
            prepare(&db, sql!("import_files_prune.sql"), &[day(1)])?,
            prepare(&db, sql!("hook_ignored_prune.sql"), &[day(30)])?,
        ])
    })
    .await?;
    Ok(())
}

async fn run(env: &Env, sql: &str, parameters: &[wasm_bindgen::JsValue]) -> Result<()> {
    let db = db(env)?;
    super::retried(|| async { prepare(&db, sql, parameters)?.run().await }).await?;
    Ok(())
}
