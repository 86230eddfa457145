//! Logging in and out, passwords, and the language of pages.

use tributary_shared::account::{self, FAILURES_MAX, FAILURES_SECONDS, LINK_SECONDS, PasswordError, Role};
use tributary_shared::link::decode_segment;
use tributary_shared::mail::Kind;

use super::entries::segment;
use super::letters;
use super::routes::{self, Needs};
use super::visit::{LANGUAGE_COOKIE, SESSION_COOKIE, Token, Visit};
use super::{Refusal, Shown, home_of, html, password, to};
use crate::clock;
use crate::pages::frame::{Frame, Tone};
use crate::pages::login::{Login, LoginLink, Message, Password};
use crate::pages::texts::Language;
use crate::store::accounts::{self, Account, Invitation};
use crate::store::history::is_taken;
use tributary_shared::hash::hex_hash;

/// The longest password that is looked at: what is longer is wrong without a look.
const PASSWORD_BYTES_MAX: usize = 512;

/// The most links that are mailed to one account in 15 minutes: nobody's mailbox is filled from here.
pub(super) const LINKS_MAX: i64 = 5;

/// The longest address that a log-in leads back to.
const NEXT_BYTES_MAX: usize = 1_000;

/// Leads whoever is not logged in to where he can, and says there what he asked for.
pub(super) fn lead(visit: &Visit<'_>) -> Shown {
    let asked = visit.url.query().map_or_else(|| visit.path.clone(), |query| format!("{}?{query}", visit.path));
    Ok(to(&on_to("/login", &asked), &[])?)
}

/// An address that remembers where its reader wanted to go; as it is, if that is nowhere.
fn on_to(path: &str, next: &str) -> String {
    if next.is_empty() { path.to_owned() } else { format!("{path}?next={}", segment(next)) }
}

/// Where whoever logs in wanted to go: a path of ours, or nothing.
fn next(visit: &Visit<'_>) -> String {
    let sent = visit.field("next");
    let next = if sent.is_empty() { visit.query("next") } else { sent.to_owned() };
    if next.len() <= NEXT_BYTES_MAX && is_ours(&next) { next } else { String::new() }
}

/// Where a role goes that has logged in: where it wanted to, if that is a page that it may see.
fn landing(next: &str, role: Role) -> &str {
    let path = next.split('?').next().unwrap_or_default();
    let is_page = routes::find(path).is_some_and(|(route, _)| {
        route.needs != Needs::Nothing && route.methods.starts_with("GET") && route.needs.is_met_by(role, false)
    });
    if is_page { next } else { home_of(role) }
}

/// Whether an address is a path of ours, and of nobody else: `//host` and `/\host` would lead away.
fn is_ours(path: &str) -> bool {
    let said = decode_segment(path);
    path.is_ascii()
        && !path.contains('#')
        && said.starts_with('/')
        && !said.contains("//")
        && !said.contains('\\')
        && !said.contains(char::is_control)
}

/// The way in.
pub(super) fn show(visit: &Visit<'_>) -> Shown {
    match &visit.session {
        Some(session) => Ok(to(landing(&next(visit), session.role), &[])?),
        None => way_in(visit, 200, visit.frame(visit.t("login-title"))),
    }
}

fn way_in(visit: &Visit<'_>, status: u16, mut frame: Frame) -> Shown {
    let next = next(visit);
    // Another language leads here again, and not to where nothing is known of that.
    if !frame.is_embedded {
        frame.path = on_to("/login", &next);
    }
    Ok(html(status, &Login { frame, name: visit.field("name").to_owned(), next })?)
}

/// The way in, in a page of the merchant's.
pub(super) fn embedded(visit: &Visit<'_>) -> Shown {
    if visit.session.is_some() {
        let way = Some((visit.home().to_owned(), visit.t("login-open")));
        let frame = visit.frame(visit.t("login-title"));
        return Ok(html(200, &Message { frame, text: visit.t1("login-already", "name", visit.who()), way })?);
    }
    way_in(visit, 200, visit.frame(visit.t("login-title")))
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
        Some(account) => begin(visit, &account, false, landing(&next(visit), account.role)).await,
        None => {
            accounts::failed(visit.env, address.as_deref().unwrap_or(name), visit.now).await?;
            again(visit, 403, "login-wrong")
        }
    }
}

fn again(visit: &Visit<'_>, status: u16, key: &str) -> Shown {
    way_in(visit, status, visit.frame_saying(visit.t("login-title"), Tone::Bad, visit.t(key)))
}

pub(super) async fn mail_link(visit: &Visit<'_>, name: &str) -> Shown {
    let (account, _) = accounts::by_login(visit.env, name, visit.now).await?;
    if let Some(account) = account
        && accounts::links_since(visit.env, account.id, visit.now.plus_seconds(-FAILURES_SECONDS)).await? < LINKS_MAX
    {
        let token = Token::new();
        let language = Language::parse(&account.language).unwrap_or(visit.language);
        let link = visit.absolute(&on_to(&token.path(), &next(visit)));
        let letter = letters::written(visit, Kind::Link, language.code(), &[("link", &link)]).await?;
        let until = visit.now.plus_seconds(LINK_SECONDS);
        let invitation = Invitation { hash: &token.hash, email: &account.email, moves_to: None, until, letter };
        accounts::invite(visit.env, &invitation, visit.now).await?;
    }
    let frame = visit.frame(visit.t("login-mailed-title"));
    let way = Some((on_to("/login", &next(visit)), visit.t("login-back")));
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
    let (mut frame, next) = (visit.frame(visit.t("login-link-title")), next(visit));
    frame.path = on_to(&visit.path, &next);
    Ok(html(200, &LoginLink { frame, token: visit.segment.clone(), next })?)
}

fn over(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t("login-link-title"));
    let way = Some((on_to("/login", &next(visit)), visit.t("login-back")));
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
            let next = next(visit);
            match account.password {
                None => begin(visit, &account, true, &on_to("/password", &next)).await,
                Some(_) => begin(visit, &account, true, landing(&next, account.role)).await,
            }
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
    let (mut frame, next) = (visit.frame(visit.t("password-title")), next(visit));
    frame.path = on_to("/password", &next);
    Ok(html(200, &Password { frame, has_one, next })?)
}

/// Takes a new password; whoever has one must know it.
pub(super) async fn set_password(visit: &Visit<'_>) -> Shown {
    let (Some(session), Some(token)) = (&visit.session, &visit.token) else {
        return Err(Refusal::NotFound);
    };
    let has_one = must_know(session);
    let refuse = |text: String| {
        let (mut frame, next) = (visit.frame_saying(visit.t("password-title"), Tone::Bad, text), next(visit));
        frame.path = on_to("/password", &next);
        Ok(html(422, &Password { frame, has_one, next })?)
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
    let (next, role) = (next(visit), session.role);
    let path = landing(&next, role);
    let joint = if path.contains('?') { '&' } else { '?' };
    Ok(to(&format!("{path}{joint}said=password-set"), &[])?)
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
    let back = visit.field("back");
    let back = if is_ours(back) { back } else { "/" };
    let cookie =
        format!("{LANGUAGE_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000", language.code());
    Ok(to(back, &[cookie])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_leads_to_pages_of_ours_alone_and_to_those_that_the_role_may_see() {
        for (next, role, wanted) in [
            ("/sales/house-ann", Role::Partner, "/sales/house-ann"),
            ("/admin/orders?show=held", Role::Reader, "/admin/orders?show=held"),
            ("/password", Role::Agent, "/password"),
            ("/admin/orders", Role::Partner, "/partner"),
            ("/admin/people", Role::Manager, "/admin"),
            ("/partner", Role::Agent, "/sales"),
            // Neither a page that anybody sees, nor what takes forms alone, nor what is not there.
            ("/login", Role::Owner, "/admin"),
            ("/logout", Role::Owner, "/admin"),
            ("/admin/nothing", Role::Owner, "/admin"),
            ("", Role::Owner, "/admin"),
        ] {
            assert_eq!(landing(next, role), wanted, "{next}");
        }
        for bad in [
            "//host",
            "/\\host",
            "/%5Chost",
            "/%2F/host",
            "https://host",
            "/admin\n",
            "/%0Aadmin",
            "/é",
            "/a#b",
            "admin",
        ] {
            assert!(!is_ours(bad), "{bad}");
        }
        assert!(is_ours("/admin/orders/A%20B?show=held"));
        assert_eq!(on_to("/login", "/sales/A?x=1"), "/login?next=%2Fsales%2FA%3Fx%3D1");
    }
}
