//! The merchant's list of partners, and making one.

use tributary_shared::account::WELCOME_LINK_SECONDS;
use tributary_shared::contact::Email;
use tributary_shared::id::{Code, PartnerId};
use tributary_shared::json;
use tributary_shared::mail::Kind;
use tributary_shared::money::Currency;
use tributary_shared::partner::{PartnerStatus, PartnerTerms, UPLINE_DEPTH_MAX};
use tributary_shared::program::TierRates;
use tributary_shared::time::Timestamp;

use super::admin::program_form;
use super::cabinet;
use super::entries::{page_of, segment};
use super::form::Filled;
use super::letters;
use super::visit::{Token, Visit};
use super::{Refusal, Shown, html, to};
use crate::pages::admin::{PartnerForm, PartnerNew, PartnerRow, Partners};
use crate::pages::frame::Tone;
use crate::pages::sheet::Group;
use crate::pages::texts::say;
use crate::store::accounts::Invitation;
use crate::store::history::{self, Change, is_taken};
use crate::store::partner_cards;
use crate::store::partners::{self, LetInBy, Particulars};
use crate::store::programs;

/// The longest free text about a partner.
pub(super) const TERMS_TEXT_MAX: usize = 500;

/// The list.
pub(super) async fn list(visit: &Visit<'_>) -> Shown {
    let (search, status, after) = (visit.query("q"), visit.query("status"), visit.query("after"));
    let (mut rows, programs) = partner_cards::partners(visit.env, visit.now, &after, &search, &status).await?;
    let after = page_of(&mut rows).map(|row| row.code.clone());
    let rows = rows
        .into_iter()
        .map(|row| PartnerRow {
            status: terms_of(&row.terms).map_or("active", |terms| terms.status.as_str()),
            code: row.code,
            name: row.name,
            email: row.email,
            program: row.program.unwrap_or_default(),
            parent: row.parent.unwrap_or_default(),
            has_account: row.has_account != 0,
        })
        .collect();
    let join_url = if programs.is_empty() { String::new() } else { visit.absolute("/join") };
    let frame = visit.frame(visit.t("partners-title"));
    Ok(html(200, &Partners { frame, search, status, rows, after, join_url })?)
}

pub(super) fn terms_of(text: &str) -> Option<PartnerTerms> {
    json::read(text).ok()
}

/// The form for a new one.
pub(super) async fn new(visit: &Visit<'_>) -> Shown {
    let programs = programs(visit).await?;
    let given = PartnerForm {
        parent: visit.query("parent"),
        name: visit.query("name"),
        email: visit.query("email"),
        invite: true,
        rates: rates_of(visit, &Filled::new(visit.language), &currencies(&programs)),
        ..PartnerForm::default()
    };
    let frame = visit.frame(visit.t("partner-new-title"));
    Ok(html(200, &PartnerNew { frame, given, programs: named(&programs) })?)
}

async fn programs(visit: &Visit<'_>) -> Result<Vec<programs::ProgramRow>, Refusal> {
    Ok(programs::programs(visit.env, visit.now).await?)
}

fn named(programs: &[programs::ProgramRow]) -> Vec<(String, String)> {
    programs.iter().map(|program| (program.code.clone(), program.name.clone())).collect()
}

/// What flat rates may be in, before a program is chosen.
fn currencies(programs: &[programs::ProgramRow]) -> String {
    let mut currencies = programs.iter().map(|program| program.currency).collect();
    cabinet::unique(&mut currencies);
    currencies.iter().map(|currency| currency.code()).collect::<Vec<_>>().join(" / ")
}

/// Own rates as fields of a form.
pub(super) fn rates_of(visit: &Visit<'_>, form: &Filled, currency: &str) -> Group {
    Group { legend: visit.t("partner-rates"), fields: program_form::rate_fields(form, currency) }
}

pub(super) fn form(visit: &Visit<'_>, currency: &str) -> PartnerForm {
    let field = |name: &str| visit.field(name).to_owned();
    PartnerForm {
        code: field("code"),
        name: field("name"),
        email: field("email"),
        program: field("program"),
        parent: field("parent"),
        until: field("until"),
        rates: rates_of(visit, &visit.filled(), currency),
        site: field("site"),
        phone: field("phone"),
        invite: !visit.field("invite").is_empty(),
    }
}

/// What is wrong with a field: the key of its name, and the problem.
pub(super) struct Bad(pub(super) &'static str, pub(super) String);

/// What was given, checked; the parent is looked up, and may not stand below the partner.
pub(super) struct Checked {
    pub(super) email: String,
    pub(super) parent: Option<PartnerId>,
    pub(super) until: Option<Timestamp>,
    pub(super) rates: TierRates,
}

pub(super) async fn check(
    visit: &Visit<'_>,
    given: &mut PartnerForm,
    own: Option<PartnerId>,
    currency: Currency,
) -> Result<Result<Checked, Bad>, Refusal> {
    for (field, text) in [("field-name", &given.name), ("field-site", &given.site), ("field-phone", &given.phone)] {
        if text.chars().count() > TERMS_TEXT_MAX || text.contains(char::is_control) {
            return Ok(Err(Bad(field, visit.t("problem-long-text"))));
        }
    }
    if given.name.is_empty() {
        return Ok(Err(Bad("field-name", visit.t("problem-missing"))));
    }
    let email = match given.email.as_str() {
        "" => String::new(),
        text => match Email::parse(text) {
            Ok(email) => email.as_str().to_owned(),
            Err(error) => return Ok(Err(Bad("field-email", error.to_string()))),
        },
    };
    let parent = match given.parent.as_str() {
        "" => None,
        code => match partners::by_code(visit.env, code).await? {
            Some(parent) => Some(parent),
            None => {
                let problem = visit.t1("order-partner-unknown", "code", code);
                return Ok(Err(Bad("field-parent", problem)));
            }
        },
    };
    if let Some(parent) = parent {
        let (is_below, depth) =
            partner_cards::upline(visit.env, parent, own.unwrap_or(PartnerId(0)), visit.now).await?;
        if is_below || depth + 1 > i64::try_from(UPLINE_DEPTH_MAX).unwrap_or(i64::MAX) {
            return Ok(Err(Bad("field-parent", visit.t("problem-upline"))));
        }
    }
    let until = match given.until.as_str() {
        "" => None,
        day => match visit.merchant.zone.parse_time(day) {
            Ok(until) => Some(until),
            Err(error) => return Ok(Err(Bad("field-until", error.to_string()))),
        },
    };
    let mut sent = visit.filled();
    let rates = program_form::read_rates(&mut sent, currency);
    if !sent.is_good() {
        given.rates = rates_of(visit, &sent, currency.code());
        return Ok(Err(Bad("partner-rates", visit.t("form-problems"))));
    }
    Ok(Ok(Checked { email, parent, until, rates }))
}

pub(super) fn bad_text(visit: &Visit<'_>, Bad(field, problem): &Bad) -> String {
    let arguments = [("field", visit.t(field).into()), ("problem", visit.problem(problem).into())];
    say(visit.language, "partner-bad", &arguments)
}

/// The welcome, or what confirms an address: a link that logs in, by mail.
pub(super) async fn welcome<'a>(
    visit: &Visit<'_>,
    kind: Kind,
    token: &'a Token,
    (code, name): (&str, &str),
    email: &'a str,
) -> Result<Invitation<'a>, Refusal> {
    let link = visit.absolute(&token.path());
    let fields = [("code", code), ("name", name), ("login", email), ("link", link.as_str())];
    let letter = letters::written(visit, kind, visit.language.code(), &fields).await?;
    let until = visit.now.plus_seconds(WELCOME_LINK_SECONDS);
    Ok(Invitation { hash: &token.hash, email, moves_to: None, until, letter })
}

/// Creates a partner.
pub(super) async fn create(visit: &Visit<'_>) -> Shown {
    let programs = programs(visit).await?;
    let mut given = form(visit, &currencies(&programs));
    let refuse = |given: &PartnerForm, text: String| {
        let frame = visit.frame_saying(visit.t("partner-new-title"), Tone::Bad, text);
        Ok(html(422, &PartnerNew { frame, given: given.clone(), programs: named(&programs) })?)
    };
    let Some(program) = programs.iter().find(|program| program.code == given.program) else {
        return refuse(&given, bad_text(visit, &Bad("col-program", visit.t("problem-missing"))));
    };
    let code = match Code::parse(&given.code) {
        Ok(code) => code,
        Err(error) => return refuse(&given, bad_text(visit, &Bad("col-code", error.to_string()))),
    };
    let checked = match check(visit, &mut given, None, program.currency).await? {
        Ok(checked) => checked,
        Err(bad) => return refuse(&given, bad_text(visit, &bad)),
    };
    if given.invite && checked.email.is_empty() {
        return refuse(&given, visit.t("partner-no-email"));
    }
    let terms = PartnerTerms {
        program: program.id,
        parent: checked.parent,
        parent_commission_until: checked.until,
        rates: checked.rates,
        status: PartnerStatus::Active,
    };
    let who = Particulars {
        code: code.as_str(),
        name: &given.name,
        email: &checked.email,
        site: &given.site,
        phone: &given.phone,
    };
    // His first terms hold for ever back, as those of a file do.
    let mut statements = vec![
        partners::insert(who, visit.now),
        partners::put_terms(code.as_str(), Timestamp::FIRST, &terms, visit.who(), visit.now)?,
    ];
    let token = Token::new();
    let mut invitation = None;
    if given.invite {
        let who = (code.as_str(), given.name.as_str());
        invitation = Some(welcome(visit, Kind::Registered, &token, who, &checked.email).await?);
        let language = visit.language.code();
        statements.push(partners::let_in(code.as_str(), &checked.email, language, LetInBy::Merchant, visit.now));
    }
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "partner.created",
        subject: code.as_str(),
        before: String::new(),
        after: partners::text_of(&terms)?,
    };
    match history::change(visit.env, &statements, invitation.as_ref(), &change).await {
        Ok(_) => Ok(to(&format!("/admin/partners/{}?said=partner-created", segment(code.as_str())), &[])?),
        Err(error) if is_taken(&error) && error.to_string().contains("account.") => {
            refuse(&given, visit.t("partner-account-taken"))
        }
        Err(error) if is_taken(&error) => refuse(&given, visit.t1("partner-taken", "code", code.as_str())),
        Err(error) => Err(error.into()),
    }
}
