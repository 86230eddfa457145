//! Who a partner is, as he says it himself.

use tributary_shared::account::{FAILURES_SECONDS, LINK_SECONDS};
use tributary_shared::contact::Email;
use tributary_shared::json::Object;
use tributary_shared::mail::Kind;

use super::form::Filled;
use super::partners::TERMS_TEXT_MAX;
use super::visit::{Token, Visit};
use super::{Refusal, Shown, letters, login, settings, to};
use crate::pages::frame::Key;
use crate::pages::sheet::{Cell, Control, Part};
use crate::pages::texts::Language;
use crate::store::accounts::{self, Invitation, Session};
use crate::store::history::{self, Change};
use crate::store::partners::{self, Particulars};
use crate::store::settings::{self as store, Settings};

/// What is known of him, to be changed, and the way to his password.
pub(super) fn parts(
    visit: &Visit<'_>,
    parts: &mut Vec<Part>,
    mut form: Filled,
    settings: &Settings,
    must_know: bool,
) -> Result<(), Refusal> {
    if form.get("do").is_empty() {
        for name in ["name", "site", "phone"] {
            form.set(name, settings.partner.text(name)?);
        }
        form.set("email", visit.who());
        form.set("language", visit.language.code());
    }
    let languages = Language::ALL.map(|language| (language.code().to_owned(), language.name().to_owned()));
    let mut fields = vec![
        form.field("name", Key("field-name"), Control::Required("text")),
        form.hinted("email", Key("field-email"), Control::Required("email"), Key("settings-email-hint")),
        form.field("site", Key("field-site"), Control::Input("text")),
        form.field("phone", Key("field-phone"), Control::Input("tel")),
        form.field("language", Key("settings-language"), Control::Choice(languages.into())),
    ];
    if must_know {
        fields.push(form.hinted("old", Key("password-old"), Control::Input("password"), Key("settings-old-hint")));
    }
    parts.push(Part::Heading(visit.t("settings-profile")));
    parts.push(settings::change(String::new(), fields, ("profile", visit.t("save"))));
    let has_password = visit.session.as_ref().is_some_and(|session| session.has_password != 0);
    let way = visit.t(if has_password { Key("settings-change-password").0 } else { Key("settings-set-password").0 });
    parts.push(Part::Ways(vec![Cell::way(way, "/password")]));
    Ok(())
}

/// Takes what he says. Another address would take his log-in with it: whoever has a password proves himself first, and
/// the address is his when he follows the link that is mailed there.
pub(super) async fn save(visit: &Visit<'_>) -> Shown {
    let (partner, code) = visit.partner()?;
    let session = visit.session.as_ref().ok_or(Refusal::NotFound)?;
    let known = store::settings(visit.env, partner).await?.ok_or(Refusal::NotFound)?.partner;
    let mut form = visit.filled();
    let [name, site, phone] =
        ["name", "site", "phone"].map(|field| form.text(field, TERMS_TEXT_MAX).replace('\n', " "));
    for field in ["name", "email"] {
        if form.get(field).is_empty() {
            form.bad_key(field, Key("problem-missing"));
        }
    }
    let email = form.parsed("email", Email::parse).map(|email| email.as_str().to_owned()).unwrap_or_default();
    let language = Language::parse(form.get("language")).unwrap_or(visit.language);
    let is_moved = email != session.email;
    if form.is_good() && is_moved {
        let since = visit.now.plus_seconds(-FAILURES_SECONDS);
        if accounts::links_since(visit.env, session.id, since).await? >= login::LINKS_MAX {
            form.bad_key("email", Key("settings-email-often"));
        } else if login::must_know(session)
            && let Some(problem) = login::unproved(visit, session).await?
        {
            form.bad("old", problem);
        }
    }
    form.clear("old");
    if !form.is_good() {
        return settings::refuse(visit, form).await;
    }
    let old_email = known.text("email")?;
    let who = Particulars { code, name: &name, email: &old_email, site: &site, phone: &phone };
    let statements = [partners::update(who), accounts::in_language(session.id, language.code())];
    let token = Token::new();
    let invitation = if is_moved { invitation(visit, session, &token, language, (&name, &email)).await? } else { None };
    let told = |name: &str, site: &str, phone: &str, language: &str| {
        let told = Object::default().text("name", Some(name)).text("site", Some(site));
        told.text("phone", Some(phone)).text("language", Some(language)).end()
    };
    let [old_name, old_site, old_phone] = [known.text("name")?, known.text("site")?, known.text("phone")?];
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "partner.changed",
        subject: code,
        before: told(&old_name, &old_site, &old_phone, &session.language),
        after: told(&name, &site, &phone, language.code()),
    };
    history::change(visit.env, &statements, invitation.as_ref(), &change).await?;
    Ok(to(if is_moved { settings::MOVES } else { settings::SAVED }, &[])?)
}

/// The link that moves his log-in to an address; none, if somebody has it. Nobody is told whether somebody has.
async fn invitation<'a>(
    visit: &Visit<'_>,
    session: &'a Session,
    token: &'a Token,
    language: Language,
    (name, email): (&str, &'a str),
) -> Result<Option<Invitation<'a>>, Refusal> {
    if accounts::by_login(visit.env, email, visit.now).await?.0.is_some() {
        return Ok(None);
    }
    let link = visit.absolute(&token.path());
    let fields = [("name", name), ("link", link.as_str())];
    let letter = letters::written(visit, Kind::Address, language.code(), &fields).await?;
    let until = visit.now.plus_seconds(LINK_SECONDS);
    Ok(Some(Invitation { hash: &token.hash, email: &session.email, moves_to: Some(email), until, letter }))
}
