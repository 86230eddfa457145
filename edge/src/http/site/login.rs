//! Logging in and out, passwords, and the language of pages.

use tributary_shared::account::{self, FAILURES_MAX, FAILURES_SECONDS, LINK_SECONDS, PasswordError};
use tributary_shared::link::decode_segment;
use tributary_shared::mail::Kind;

use super::letters;
use super::visit::{LANGUAGE_COOKIE, SESSION_COOKIE, Token, Visit};
use super::{Refusal, Shown, home_of, html, password, to};
use crate::clock;
use crate::pages::frame::Tone;
use crate::pages::login::{Login, LoginLink, Message, Password};
use crate::pages::texts::Language;
use crate::store::accounts::{self, Account, Invitation};
use crate::store::history::is_taken;
use tributary_shared::hash::hex_hash;

/// The longest password that is looked at: what is longer is wrong without a look.
const PASSWORD_BYTES_MAX: usize = 512;

/// The most links that are mailed to one account in 15 minutes: nobody's mailbox is filled from here.
pub(super) const LINKS_MAX: i64 = 5;

/// The way in.
pub(super) fn show(visit: &Visit<'_>) -> Shown {
    if visit.session.is_some() {
        return Ok(to(visit.home(), &[])?);
    }
    Ok(html(200, &Login { frame: visit.frame(visit.t("login-title")), name: String::new() })?)
}

/// The way in, in a page of the merchant's.
pub(super) fn embedded(visit: &Visit<'_>) -> Shown {
    if visit.session.is_some() {
        let way = Some((visit.home().to_owned(), visit.t("login-open")));
        let frame = visit.frame(visit.t("login-title"));
        return Ok(html(200, &Message { frame, text: visit.t1("login-already", "name", visit.who()), way })?);
    }
    Ok(html(200, &Login { frame: visit.frame(visit.t("login-title")), name: String::new() })?)
}

/// Lets somebody in, or mails him a link.
///
/// Whether anybody has the name is not told: neither by words nor, with a password, by time.
pub(super) async fn enter(visit: &Visit<'_>) -> Shown {
    let name = visit.field("name");
    if visit.field("by") == "link" {
        return mail_link(visit, name).await;
    }
    let given = visit.field("password");
    let (account, failures) = accounts::by_login(visit.env, name, visit.now).await?;
    if failures >= FAILURES_MAX {
        return again(visit, 429, "login-often");
    }
    let address = account.as_ref().map(|account| account.email.clone());
    let phc = account.as_ref().and_then(|account| account.password.as_deref());
    let is_right = given.len() <= PASSWORD_BYTES_MAX && password::is_right(given, phc);
    match account.filter(|_| is_right) {
        Some(account) => begin(visit, &account, false, home_of(account.role)).await,
        None => {
            accounts::failed(visit.env, address.as_deref().unwrap_or(name), visit.now).await?;
            again(visit, 403, "login-wrong")
        }
    }
}

fn again(visit: &Visit<'_>, status: u16, key: &str) -> Shown {
    let frame = visit.frame_saying(visit.t("login-title"), Tone::Bad, visit.t(key));
    Ok(html(status, &Login { frame, name: visit.field("name").to_owned() })?)
}

async fn mail_link(visit: &Visit<'_>, name: &str) -> Shown {
    let (account, _) = accounts::by_login(visit.env, name, visit.now).await?;
    if let Some(account) = account
        && accounts::links_since(visit.env, account.id, visit.now.plus_seconds(-FAILURES_SECONDS)).await? < LINKS_MAX
    {
        let token = Token::new();
        let language = Language::parse(&account.language).unwrap_or(visit.language);
        let link = visit.absolute(&token.path());
        let letter = letters::written(visit, Kind::Link, language.code(), &[("link", &link)]).await?;
        let until = visit.now.plus_seconds(LINK_SECONDS);
        let invitation = Invitation { hash: &token.hash, email: &account.email, moves_to: None, until, letter };
        accounts::invite(visit.env, &invitation, visit.now).await?;
    }
    let frame = visit.frame(visit.t("login-mailed-title"));
    let way = Some(("/login".to_owned(), visit.t("login-back")));
    Ok(html(200, &Message { frame, text: visit.t("login-mailed"), way })?)
}

/// Begins a session, with new random bits, and leads on.
async fn begin(visit: &Visit<'_>, account: &Account, by_link: bool, path: &str) -> Shown {
    let Token { secret, hash } = Token::new();
    accounts::begin(visit.env, account, &hash, by_link, visit.now).await?;
    Ok(to(path, &[format!("{SESSION_COOKIE}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax")])?)
}

/// What a mailed link shows.
pub(super) async fn link(visit: &Visit<'_>) -> Shown {
    if !accounts::is_link_open(visit.env, &hex_hash(visit.segment.as_bytes()), visit.now).await? {
        return over(visit);
    }
    let frame = visit.frame(visit.t("login-link-title"));
    Ok(html(200, &LoginLink { frame, token: visit.segment.clone() })?)
}

fn over(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t("login-link-title"));
    let way = Some(("/login".to_owned(), visit.t("login-back")));
    Ok(html(410, &Message { frame, text: visit.t("login-link-over"), way })?)
}

/// Uses a mailed link up; who has no password yet may set one.
pub(super) async fn follow(visit: &Visit<'_>) -> Shown {
    let used = match accounts::use_link(visit.env, &hex_hash(visit.segment.as_bytes()), visit.now).await {
        // Somebody else logs in with the address by now.
        Err(error) if is_taken(&error) => None,
        used => used?,
    };
    match used {
        Some(account) => {
            let path = if account.password.is_none() { "/password" } else { home_of(account.role) };
            begin(visit, &account, true, path).await
        }
        None => over(visit),
    }
}

/// Ends the session.
pub(super) async fn leave(visit: &Visit<'_>) -> Shown {
    if let Some(token) = &visit.token {
        accounts::end(visit.env, &hex_hash(token.as_bytes())).await?;
    }
    Ok(to("/login", &[format!("{SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")])?)
}

/// Whether somebody must know his password to set another: not, if he just logged in by a link that was mailed to him.
pub(super) const fn must_know(session: &accounts::Session) -> bool {
    session.has_password != 0 && session.by_link == 0
}

/// Sets a password.
pub(super) fn password(visit: &Visit<'_>) -> Shown {
    let has_one = visit.session.as_ref().is_some_and(must_know);
    Ok(html(200, &Password { frame: visit.frame(visit.t("password-title")), has_one })?)
}

/// Takes a new password; whoever has one must know it.
pub(super) async fn set_password(visit: &Visit<'_>) -> Shown {
    let (Some(session), Some(token)) = (&visit.session, &visit.token) else {
        return Err(Refusal::NotFound);
    };
    let has_one = must_know(session);
    let refuse = |text: String| {
        let frame = visit.frame_saying(visit.t("password-title"), Tone::Bad, text);
        Ok(html(422, &Password { frame, has_one })?)
    };
    let new = visit.field("new");
    let names = [session.email.as_str(), session.partner_code.as_deref().unwrap_or_default()];
    if let Err(error) = account::check_password(new, &names) {
        let problem = visit.t(match error {
            PasswordError::Short => "problem-short",
            PasswordError::Long => "problem-long",
            PasswordError::Guessable => "problem-guessable",
        });
        return refuse(visit.t1("password-refused", "problem", &problem));
    }
    if has_one && let Some(problem) = unproved(visit, session).await? {
        return refuse(problem);
    }
    let phc = password::hash(new, &clock::salt())
        .ok_or_else(|| worker::Error::RustError("a password could not be hashed".to_owned()))?;
    accounts::set_password(visit.env, session.id, &phc, &hex_hash(token.as_bytes())).await?;
    Ok(to(&format!("{}?said=password-set", visit.home()), &[])?)
}

/// What is wrong with the password that somebody proves himself with in the field `old`; nothing, if it is his.
pub(super) async fn unproved(visit: &Visit<'_>, session: &accounts::Session) -> Result<Option<String>, Refusal> {
    let (account, failures) = accounts::by_login(visit.env, &session.email, visit.now).await?;
    if failures >= FAILURES_MAX {
        return Ok(Some(visit.t("login-often")));
    }
    let given = visit.field("old");
    let phc = account.as_ref().and_then(|account| account.password.as_deref());
    if given.len() <= PASSWORD_BYTES_MAX && password::is_right(given, phc) {
        return Ok(None);
    }
    accounts::failed(visit.env, &session.email, visit.now).await?;
    Ok(Some(visit.t("password-wrong")))
}

/// Remembers a language, and leads back.
pub(super) async fn language(visit: &Visit<'_>) -> Shown {
    let language = Language::parse(visit.field("to")).unwrap_or(visit.language);
    if let Some(session) = &visit.session {
        accounts::set_language(visit.env, session.id, language.code()).await?;
    }
    // A path of ours, and of nobody else: `//host` and `/\host` would lead away.
    let back = decode_segment(visit.field("back"));
    let is_path =
        back.starts_with('/') && !back.contains("//") && !back.contains('\\') && !back.contains(char::is_control);
    let back = if is_path { visit.field("back") } else { "/" };
    let cookie =
        format!("{LANGUAGE_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000", language.code());
    Ok(to(back, &[cookie])?)
}
