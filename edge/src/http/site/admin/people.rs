//! Who may log in, and which programs may ask: the merchant's people and his API keys.

use tributary_shared::account::{Role, WELCOME_LINK_SECONDS};
use tributary_shared::api::scope::{Scope, Scopes};
use tributary_shared::contact::Email;
use tributary_shared::hash::hex_hash;
use tributary_shared::mail::Kind;

use crate::clock;
use crate::http::site::form::Filled;
use crate::http::site::letters;
use crate::http::site::visit::{Token, Visit};
use crate::http::site::{Refusal, Shown, html, to};
use crate::pages::frame::{Frame, Key, Tone};
use crate::pages::sheet::{Cell, Control, Field, Form, Part, Sheet, Table};
use crate::store::accounts::{self, Invitation};
use crate::store::history::{self, Change, is_taken};
use crate::store::{keys, people};

const PATH: &str = "/admin/people";

/// The longest name of a key.
const NAME_CHARACTERS_MAX: usize = 60;

/// What a key may do: the box for it, and what that says.
const SCOPES: [(Scope, Key); 3] = [
    (Scope::Read, Key("keys-scope-read")),
    (Scope::Write, Key("keys-scope-write")),
    (Scope::Orders, Key("keys-scope-orders")),
];

/// Who may log in.
pub(in crate::http::site) async fn people(visit: &Visit<'_>) -> Shown {
    show_people(visit, 200, visit.frame(visit.t("people-title")), Filled::new(visit.language), Vec::new()).await
}

/// The page with something to be shown first; `sent` is a form that was refused.
async fn show_people(visit: &Visit<'_>, status: u16, frame: Frame, sent: Filled, mut parts: Vec<Part>) -> Shown {
    let own = visit.session.as_ref().map(|session| session.id);
    let rows = people::people(visit.env).await?;
    let role = |role: &str| frame.word("role", role);
    let closed: Vec<(String, String)> = rows
        .iter()
        .filter(|row| row.closed_at.is_none() && own != Some(row.id))
        .map(|row| (row.id.to_string(), row.email.clone()))
        .collect();
    parts.push(Part::Table(Table {
        title: visit.t("people-title"),
        columns: ["field-email", "people-role", "col-status"].map(|key| visit.t(key)).into(),
        rows: rows
            .iter()
            .map(|row| {
                let state = if row.closed_at.is_none() { Key("people-open").0 } else { Key("people-closed").0 };
                vec![Cell::text(&row.email), Cell::text(role(&row.role)), Cell::text(visit.t(state))]
            })
            .collect(),
    }));
    if rows.len() >= people::ROWS_MAX {
        parts.push(Part::Hint(visit.t_count("list-cut", i64::try_from(rows.len()).unwrap_or(i64::MAX))));
    }
    parts.push(Part::Ways(vec![Cell::way("CSV", "/admin/people.csv")]));
    if !closed.is_empty() {
        let fields = vec![Filled::new(visit.language).field("id", Key("field-email"), Control::Choice(closed))];
        parts.push(form(visit.t("people-close-title"), fields, ("close", visit.t("people-close"))));
    }
    let roles = [Role::Manager, Role::Agent, Role::Reader, Role::Owner].map(Role::as_str);
    let roles = roles.map(|word| (word.to_owned(), role(word))).into();
    let fields = vec![
        sent.field("email", Key("field-email"), Control::Required("email")),
        sent.field("role", Key("people-role"), Control::Choice(roles)),
    ];
    parts.push(form(visit.t("people-invite"), fields, ("invite", visit.t("people-send"))));
    keys_of(visit, &frame, &mut parts, &sent).await?;
    Ok(html(status, &Sheet { frame, back: Cell::default(), parts })?)
}

/// The merchant's API keys, and the forms that make and revoke one.
async fn keys_of(visit: &Visit<'_>, frame: &Frame, parts: &mut Vec<Part>, sent: &Filled) -> Result<(), Refusal> {
    let known = keys::of_merchant(visit.env).await?;
    parts.push(Part::Heading(visit.t("keys-title")));
    parts.push(Part::Hint(visit.t("keys-merchant-hint")));
    if known.is_empty() {
        parts.push(Part::Empty(visit.t("keys-none")));
    } else {
        let row = |key: &keys::KeyRow| {
            vec![Cell::text(&key.name), Cell::text(&key.scopes), Cell::text(frame.time(&key.created_at))]
        };
        let columns = [Key("field-name"), Key("keys-scopes"), Key("keys-since")].map(|key| visit.t(key.0)).into();
        parts.push(Part::Table(Table { title: visit.t("keys-title"), columns, rows: known.iter().map(row).collect() }));
        let names = known.into_iter().map(|key| (key.name.clone(), key.name)).collect();
        let fields = vec![Filled::new(visit.language).field("key", Key("keys-which"), Control::Choice(names))];
        parts.push(form(String::new(), fields, ("revoke", visit.t("keys-revoke"))));
    }
    let mut fields = vec![sent.hinted("key-name", Key("keys-name"), Control::Required("text"), Key("keys-shop-hint"))];
    fields.extend(SCOPES.map(|(scope, key)| sent.field(scope.as_str(), key, Control::Check)));
    parts.push(form(String::new(), fields, ("key", visit.t("keys-make"))));
    Ok(())
}

fn form(legend: String, fields: Vec<Field>, button: (&'static str, String)) -> Part {
    Part::Form(Form::change(PATH, legend, fields, button))
}

/// Lets somebody in, or shuts him out; makes a key, or revokes it.
pub(in crate::http::site) async fn change_people(visit: &Visit<'_>) -> Shown {
    match visit.field("do") {
        "close" => close(visit).await,
        "key" => make_key(visit).await,
        "revoke" => revoke_key(visit).await,
        _ => invite(visit).await,
    }
}

async fn refuse(visit: &Visit<'_>, problem: &str) -> Shown {
    let text = visit.t1("people-refused", "problem", problem);
    show_people(visit, 422, visit.frame_saying(visit.t("people-title"), Tone::Bad, text), visit.filled(), Vec::new())
        .await
}

async fn close(visit: &Visit<'_>) -> Shown {
    let id = visit.field("id").parse::<i64>().map_err(|_| Refusal::NotFound)?;
    let known = people::people(visit.env).await?;
    let person = known.iter().find(|person| person.id == id).ok_or(Refusal::NotFound)?;
    let owners = known.iter().filter(|person| person.role == Role::Owner.as_str() && person.closed_at.is_none());
    if person.role == Role::Owner.as_str() && owners.count() < 2 {
        return refuse(visit, &person.email).await;
    }
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "account.closed",
        subject: &person.email,
        before: person.role.clone(),
        after: String::new(),
    };
    history::change(visit.env, &accounts::close(id, visit.now), None, &change).await?;
    Ok(to("/admin/people?said=people-closed-done", &[])?)
}

async fn invite(visit: &Visit<'_>) -> Shown {
    let role = match Role::parse(visit.field("role")) {
        Some(role @ (Role::Owner | Role::Manager | Role::Agent | Role::Reader)) => role,
        Some(Role::Partner) | None => return Err(Refusal::NotFound),
    };
    let email = match Email::parse(visit.field("email")) {
        Ok(email) => email,
        Err(error) => return refuse(visit, &visit.problem(&error)).await,
    };
    let token = Token::new();
    let link = visit.absolute(&token.path());
    let letter = letters::written(visit, Kind::Invite, visit.language.code(), &[("link", &link)]).await?;
    let until = visit.now.plus_seconds(WELCOME_LINK_SECONDS);
    let invitation = Invitation { hash: &token.hash, email: email.as_str(), moves_to: None, until, letter };
    let statements = [accounts::open(email.as_str(), role, visit.language.code(), visit.now)];
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "account.opened",
        subject: email.as_str(),
        before: String::new(),
        after: role.as_str().to_owned(),
    };
    match history::change(visit.env, &statements, Some(&invitation), &change).await {
        Ok(_) => Ok(to("/admin/people?said=people-invited", &[])?),
        Err(error) if is_taken(&error) => refuse(visit, visit.t("partner-account-taken").trim_end_matches('.')).await,
        Err(error) => Err(error.into()),
    }
}

/// Makes a key, and shows it: afterwards only its hash is known.
async fn make_key(visit: &Visit<'_>) -> Shown {
    let mut form = visit.filled();
    let name = form.text("key-name", NAME_CHARACTERS_MAX).replace('\n', " ");
    if name.is_empty() {
        form.bad_key("key-name", Key("problem-missing"));
    }
    let words: Vec<&str> =
        SCOPES.iter().map(|(scope, _)| scope.as_str()).filter(|scope| form.get(scope) == "1").collect();
    let scopes = Scopes::parse(&words.join(" ")).ok();
    if scopes.is_none() {
        form.bad_key("key-name", Key("keys-no-scope"));
    }
    if keys::of_merchant(visit.env).await?.iter().any(|key| key.name == name) {
        form.bad_key("key-name", Key("keys-taken"));
    }
    let title = visit.t("people-title");
    let Some(scopes) = scopes.filter(|_| form.is_good()) else {
        let frame = visit.frame_saying(title, Tone::Bad, visit.t("form-problems"));
        return show_people(visit, 422, frame, form, Vec::new()).await;
    };
    let (key, scopes) = (format!("trb_{}", clock::secret()), scopes.text());
    let statements = [keys::insert_of_merchant(&hex_hash(key.as_bytes()), &name, &scopes, visit.now)];
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "key.made",
        subject: &name,
        before: String::new(),
        after: scopes,
    };
    // Another form of the same name may have been quicker: what was not stored is not shown.
    if history::change(visit.env, &statements, None, &change).await? == 0 {
        return refuse(visit, &visit.t("keys-taken")).await;
    }
    let frame = visit.frame_saying(title, Tone::Good, visit.t("keys-made"));
    let shown = vec![Part::Copy("key".to_owned(), visit.t("keys-copy"), key)];
    show_people(visit, 200, frame, Filled::new(visit.language), shown).await
}

/// Revokes a key.
async fn revoke_key(visit: &Visit<'_>) -> Shown {
    let known = keys::of_merchant(visit.env).await?;
    let key = known.into_iter().find(|key| key.name == visit.field("key")).ok_or(Refusal::NotFound)?;
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "key.revoked",
        subject: &key.name,
        before: key.scopes,
        after: String::new(),
    };
    history::change(visit.env, &[keys::revoke_of_merchant(&key.name, visit.now)], None, &change).await?;
    Ok(to("/admin/people?said=settings-saved", &[])?)
}
