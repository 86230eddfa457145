//! Becoming a partner: a record, a log-in, and a welcome by mail, all at once or not at all.

use tributary_shared::contact::Email;
use tributary_shared::id::Code;
use tributary_shared::json;
use tributary_shared::mail::Kind;
use tributary_shared::partner::PartnerTerms;
use tributary_shared::program::{ProgramRules, SignUp};
use tributary_shared::time::Timestamp;

use super::partners::{Bad, TERMS_TEXT_MAX, bad_text, welcome};
use super::visit::{Token, Visit};
use super::{Refusal, Shown, html};
use crate::clock;
use crate::pages::frame::Tone;
use crate::pages::login::{Join, Joining, Message};
use crate::store::history::{self, Change, is_taken};
use crate::store::partners::{self, LetInBy, Particulars};
use crate::store::programs::{self, ProgramRow};

/// The form. `/join/CODE` is a partner's invitation; `?program=CODE` names the program, where there are several.
pub(super) async fn show(visit: &Visit<'_>) -> Shown {
    let programs = programs::programs(visit.env, visit.now).await?;
    let Some(program) = chosen(&programs, &visit.query("program")) else {
        return Err(Refusal::NotFound);
    };
    let given = Joining { parent: visit.segment.clone(), program: program.code.clone(), ..Joining::default() };
    let (frame, said) = (visit.frame(visit.t("join-title")), visit.branding.said.join_text.clone());
    Ok(html(200, &Join { frame, given, program: program.name.clone(), said })?)
}

fn chosen<'p>(programs: &'p [ProgramRow], code: &str) -> Option<&'p ProgramRow> {
    if code.is_empty() { programs.first() } else { programs.iter().find(|program| program.code == code) }
}

/// Takes somebody in. He waits for approval, if the program asks for it; his links work at once.
///
/// Whether an address is known already is not told: whoever has it gets a link that logs him in.
pub(super) async fn take(visit: &Visit<'_>) -> Shown {
    let given = Joining {
        name: visit.field("name").to_owned(),
        email: visit.field("email").to_owned(),
        site: visit.field("site").to_owned(),
        program: visit.field("program").to_owned(),
        parent: visit.field("parent").to_owned(),
    };
    let programs = programs::programs(visit.env, visit.now).await?;
    let program = chosen(&programs, &given.program).ok_or(Refusal::NotFound)?;
    let refuse = |field: &'static str, problem: &str| {
        let text = bad_text(visit, &Bad(field, problem.to_owned()));
        let frame = visit.frame_saying(visit.t("join-title"), Tone::Bad, text);
        let said = visit.branding.said.join_text.clone();
        Ok(html(422, &Join { frame, given: given.clone(), program: program.name.clone(), said })?)
    };
    let email = match Email::parse(&given.email) {
        Ok(email) => email,
        Err(error) => return refuse("field-email", &visit.problem(&error)),
    };
    for (field, text) in [("field-name", &given.name), ("field-site", &given.site)] {
        if text.chars().count() > TERMS_TEXT_MAX || text.contains(char::is_control) {
            return refuse(field, &visit.t("problem-long-text"));
        }
    }
    if given.name.is_empty() {
        return refuse("field-name", &visit.t("problem-missing"));
    }
    // An invitation by a partner who is not known is none, and no reason to turn somebody away.
    let parent = match given.parent.as_str() {
        "" => None,
        code => partners::by_code(visit.env, code).await?,
    };
    // Rules that cannot be read ask for it.
    let sign_up = json::read::<ProgramRules>(&program.rules).map_or(SignUp::Approval, |rules| rules.sign_up);
    // Who has tracked without a log-in gets one, and what he has earned with it.
    let known = partners::without_login(visit.env, email.as_str()).await?;
    let code = Code::parse(&known.clone().unwrap_or_else(|| format!("p{}", clock::short_code())))
        .map_err(|error| worker::Error::RustError(error.to_string()))?;
    let terms = PartnerTerms {
        program: program.id,
        parent,
        parent_commission_until: None,
        rates: Vec::new(),
        status: sign_up.status(),
    };
    let who =
        Particulars { code: code.as_str(), name: &given.name, email: email.as_str(), site: &given.site, phone: "" };
    let token = Token::new();
    let name = (code.as_str(), given.name.as_str());
    let invitation = welcome(visit, Kind::Confirm, &token, name, email.as_str()).await?;
    let mut statements =
        vec![partners::let_in(code.as_str(), email.as_str(), visit.language.code(), LetInBy::Himself, visit.now)];
    if known.is_none() {
        let terms = partners::put_terms(code.as_str(), Timestamp::FIRST, &terms, email.as_str(), visit.now)?;
        statements.splice(..0, [partners::insert(who, visit.now), terms]);
    }
    let change = Change {
        at: visit.now,
        who: email.as_str(),
        what: "partner.joined",
        subject: code.as_str(),
        before: String::new(),
        after: if known.is_none() { partners::text_of(&terms)? } else { String::new() },
    };
    match history::change(visit.env, &statements, Some(&invitation), &change).await {
        Ok(_) => {}
        // Whoever has the address already gets a way in, and the page says the same.
        Err(error) if is_taken(&error) => drop(super::login::mail_link(visit, email.as_str()).await?),
        Err(error) => return Err(error.into()),
    }
    let frame = visit.frame(visit.t("join-done-title"));
    let way = Some(("/login".to_owned(), visit.t("login-back")));
    let mut text = visit.t("join-done");
    if sign_up == SignUp::Approval {
        text.push(' ');
        text.push_str(&visit.t("join-waits"));
    }
    Ok(html(200, &Message { frame, text, way })?)
}
