//! Who may log in.

use tributary_shared::account::{Role, WELCOME_LINK_SECONDS};
use tributary_shared::contact::Email;
use tributary_shared::mail::Kind;

use crate::http::site::letters;
use crate::http::site::visit::{Token, Visit};
use crate::http::site::{Refusal, Shown, html, to};
use crate::pages::admin as pages;
use crate::pages::frame::Tone;
use crate::store::accounts::{self, Invitation};
use crate::store::history::{self, Change, is_taken};
use crate::store::people;

/// Who may log in.
pub(in crate::http::site) async fn people(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t("people-title"));
    show_people(visit, 200, frame).await
}

async fn show_people(visit: &Visit<'_>, status: u16, frame: crate::pages::frame::Frame) -> Shown {
    let own = visit.session.as_ref().map(|session| session.id);
    let rows = people::people(visit.env)
        .await?
        .into_iter()
        .map(|row| pages::PersonRow {
            id: row.id,
            email: row.email,
            role: row.role,
            is_open: row.closed_at.is_none(),
            is_self: own == Some(row.id),
        })
        .collect();
    Ok(html(status, &pages::People { frame, rows })?)
}

/// Lets somebody in, or shuts him out.
pub(in crate::http::site) async fn change_people(visit: &Visit<'_>) -> Shown {
    let refuse = |problem: String| {
        visit.frame_saying(visit.t("people-title"), Tone::Bad, visit.t1("people-refused", "problem", &problem))
    };
    if visit.field("do") == "close" {
        let id = visit.field("id").parse::<i64>().map_err(|_| Refusal::NotFound)?;
        let known = people::people(visit.env).await?;
        let person = known.iter().find(|person| person.id == id).ok_or(Refusal::NotFound)?;
        let owners = known.iter().filter(|person| person.role == Role::Owner.as_str() && person.closed_at.is_none());
        if person.role == Role::Owner.as_str() && owners.count() < 2 {
            return show_people(visit, 422, refuse(person.email.clone())).await;
        }
        let statements = accounts::close(id, visit.now);
        let change = Change {
            at: visit.now,
            who: visit.who(),
            what: "account.closed",
            subject: &person.email,
            before: person.role.clone(),
            after: String::new(),
        };
        history::change(visit.env, &statements, None, &change).await?;
        return Ok(to("/admin/people?said=people-closed-done", &[])?);
    }
    let role = match Role::parse(visit.field("role")) {
        Some(role @ (Role::Owner | Role::Manager | Role::Agent | Role::Reader)) => role,
        Some(Role::Partner) | None => return Err(Refusal::NotFound),
    };
    let email = match Email::parse(visit.field("email")) {
        Ok(email) => email,
        Err(error) => return show_people(visit, 422, refuse(visit.problem(&error))).await,
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
        Err(error) if is_taken(&error) => {
            let problem = visit.t("partner-account-taken");
            show_people(visit, 422, refuse(problem.trim_end_matches('.').to_owned())).await
        }
        Err(error) => Err(error.into()),
    }
}
