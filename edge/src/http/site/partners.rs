//! The merchant's pages of partners.

use tributary_shared::account::{Role, WELCOME_LINK_SECONDS};
use tributary_shared::contact::Email;
use tributary_shared::id::{Code, PartnerId, ProgramId};
use tributary_shared::mail::Kind;
use tributary_shared::partner::{PartnerStatus, PartnerTerms, UPLINE_DEPTH_MAX};
use tributary_shared::program::{parse_rates, rates_text};
use tributary_shared::time::Timestamp;

use super::entries::{self, segment};
use super::letters;
use super::visit::{Token, Visit};
use super::{Refusal, Shown, html, to};
use crate::clock;
use crate::config::config;
use crate::pages::admin::{PartnerCard, PartnerForm, PartnerNew, PartnerRow, Partners};
use crate::pages::frame::{Frame, Tone};
use crate::pages::texts::say;
use crate::store::PAGE_ROWS;
use crate::store::accounts::Invitation;
use crate::store::history::{self, Change, is_taken};
use crate::store::partner_cards;
use crate::store::partners::{self, LetInBy, Particulars};
use crate::store::programs;
use crate::store::{cabinet, links};

/// The longest free text about a partner.
pub(super) const TERMS_TEXT_MAX: usize = 500;

/// The list.
pub(super) async fn list(visit: &Visit<'_>) -> Shown {
    let (search, status, after) = (visit.query("q"), visit.query("status"), visit.query("after"));
    let (mut rows, programs) = partner_cards::partners(visit.env, visit.now, &after, &search, &status).await?;
    let after = (rows.len() > PAGE_ROWS).then(|| {
        rows.truncate(PAGE_ROWS);
        rows.last().map(|row| row.code.clone()).unwrap_or_default()
    });
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

fn terms_of(text: &str) -> Option<PartnerTerms> {
    serde_json::from_str(text).ok()
}

/// The form for a new one.
pub(super) async fn new(visit: &Visit<'_>) -> Shown {
    let programs = programs(visit).await?;
    let given = PartnerForm {
        parent: visit.query("parent"),
        name: visit.query("name"),
        email: visit.query("email"),
        invite: true,
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

fn form(visit: &Visit<'_>) -> PartnerForm {
    let field = |name: &str| visit.field(name).to_owned();
    PartnerForm {
        code: field("code"),
        name: field("name"),
        email: field("email"),
        program: field("program"),
        parent: field("parent"),
        until: field("until"),
        rates: field("rates"),
        site: field("site"),
        phone: field("phone"),
        invite: !visit.field("invite").is_empty(),
    }
}

/// What is wrong with a field: the key of its name, and the problem.
pub(super) struct Bad(pub(super) &'static str, pub(super) String);

/// What was given, checked; the parent is looked up, and may not stand below the partner.
struct Checked {
    email: String,
    parent: Option<PartnerId>,
    until: Option<Timestamp>,
    rates: tributary_shared::program::TierRates,
}

async fn check(
    visit: &Visit<'_>,
    given: &PartnerForm,
    own: Option<PartnerId>,
) -> Result<Result<Checked, Bad>, Refusal> {
    for (field, text) in [("field-name", &given.name), ("field-site", &given.site), ("field-phone", &given.phone)] {
        if text.chars().count() > TERMS_TEXT_MAX || text.contains(char::is_control) {
            return Ok(Err(Bad(field, visit.t("problem-long-text"))));
        }
    }
    if given.name.is_empty() {
        return Ok(Err(Bad("field-name", "—".to_owned())));
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
    let rates = match parse_rates(&given.rates) {
        Ok(rates) => rates,
        Err(problem) => return Ok(Err(Bad("field-rates", problem))),
    };
    Ok(Ok(Checked { email, parent, until, rates }))
}

pub(super) fn bad_text(visit: &Visit<'_>, Bad(field, problem): &Bad) -> String {
    say(visit.language, "partner-bad", &[("field", visit.t(field).into()), ("problem", problem.as_str().into())])
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
    Ok(Invitation { hash: &token.hash, email, until: visit.now.plus_seconds(WELCOME_LINK_SECONDS), letter })
}

/// Creates a partner.
pub(super) async fn create(visit: &Visit<'_>) -> Shown {
    let given = form(visit);
    let programs = programs(visit).await?;
    let refuse = |text: String| {
        let frame = visit.frame_saying(visit.t("partner-new-title"), Tone::Bad, text);
        Ok(html(422, &PartnerNew { frame, given: given.clone(), programs: named(&programs) })?)
    };
    let Some(program) = programs.iter().find(|program| program.code == given.program) else {
        return refuse(bad_text(visit, &Bad("col-program", "—".to_owned())));
    };
    let code = match Code::parse(&given.code) {
        Ok(code) => code,
        Err(error) => return refuse(bad_text(visit, &Bad("col-code", error.to_string()))),
    };
    let checked = match check(visit, &given, None).await? {
        Ok(checked) => checked,
        Err(bad) => return refuse(bad_text(visit, &bad)),
    };
    if given.invite && checked.email.is_empty() {
        return refuse(visit.t("partner-no-email"));
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
            refuse(visit.t("partner-account-taken"))
        }
        Err(error) if is_taken(&error) => refuse(visit.t1("partner-taken", "code", code.as_str())),
        Err(error) => Err(error.into()),
    }
}

/// The card.
pub(super) async fn card(visit: &Visit<'_>) -> Shown {
    let figures = cabinet::figures(visit.env, &visit.segment, visit.now).await?;
    let (card, terms) = read(figures.card.clone())?;
    let frame = visit.frame(card.name.clone());
    filled(visit, 200, frame, (&card, &terms), figures, None)
}

async fn known(visit: &Visit<'_>) -> Result<(partner_cards::PartnerCard, PartnerTerms), Refusal> {
    read(partner_cards::partner(visit.env, &visit.segment, visit.now).await?)
}

fn read(card: Option<partner_cards::PartnerCard>) -> Result<(partner_cards::PartnerCard, PartnerTerms), Refusal> {
    let card = card.ok_or(Refusal::NotFound)?;
    let terms = terms_of(&card.terms)
        .ok_or_else(|| worker::Error::RustError(format!("the terms of {} cannot be read", card.code)))?;
    Ok((card, terms))
}

/// The card again, with something to be said.
async fn show(
    visit: &Visit<'_>,
    status: u16,
    frame: Frame,
    card: &partner_cards::PartnerCard,
    terms: &PartnerTerms,
    given: Option<PartnerForm>,
) -> Shown {
    let figures = cabinet::figures(visit.env, &card.code, visit.now).await?;
    filled(visit, status, frame, (card, terms), figures, given)
}

fn filled(
    visit: &Visit<'_>,
    status: u16,
    frame: Frame,
    (card, terms): (&partner_cards::PartnerCard, &PartnerTerms),
    figures: cabinet::Figures,
    given: Option<PartnerForm>,
) -> Shown {
    let given = given.unwrap_or_else(|| PartnerForm {
        code: card.code.clone(),
        name: card.name.clone(),
        email: card.email.clone(),
        program: card.program.clone().unwrap_or_default(),
        parent: card.parent.clone().unwrap_or_default(),
        until: day_of(visit, terms.parent_commission_until),
        rates: rates_text(&terms.rates),
        site: card.site.clone(),
        phone: card.phone.clone(),
        invite: false,
    });
    let page = PartnerCard {
        frame,
        code: card.code.clone(),
        status: terms.status.as_str(),
        given,
        program: card.program.clone().unwrap_or_default(),
        since: card.created_at,
        has_account: card.has_account != 0,
        balances: figures
            .balances
            .iter()
            .map(|balance| (balance.pending, balance.payable, balance.paid, balance.currency))
            .collect(),
        links: entries::links(figures.links, &visit.absolute("")),
        entries: entries::rows(figures.entries, visit.now),
        children: figures.children.into_iter().map(|child| child.code).collect(),
    };
    Ok(html(status, &page)?)
}

/// The local day of an instant, as a form has it.
fn day_of(visit: &Visit<'_>, at: Option<Timestamp>) -> String {
    at.map_or(String::new(), |at| visit.merchant.zone.shown(at).chars().take(10).collect())
}

/// Changes a partner: what is known of him, his terms from now on, whether he earns, whether he can log in.
pub(super) async fn change(visit: &Visit<'_>) -> Shown {
    let (card, before) = known(visit).await?;
    let given = PartnerForm { code: card.code.clone(), ..form(visit) };
    let asked = visit.field("do");
    if asked == "invite" {
        return invite(visit, &card).await;
    }
    let checked = match check(visit, &given, Some(card.id)).await? {
        Ok(checked) => checked,
        Err(bad) => {
            let frame = visit.frame_saying(card.name.clone(), Tone::Bad, bad_text(visit, &bad));
            return show(visit, 422, frame, &card, &before, Some(given)).await;
        }
    };
    let status = match asked {
        "approve" => PartnerStatus::Active,
        "block" => PartnerStatus::Blocked,
        _ => before.status,
    };
    // Flat rates are not in the form: places that were not changed keep them.
    let rates = if checked.rates == parse_rates(&rates_text(&before.rates)).unwrap_or_default() {
        before.rates.clone()
    } else {
        checked.rates
    };
    // Nor is the hour of the day: a day that was not changed keeps its instant.
    let until = if given.until == day_of(visit, before.parent_commission_until) {
        before.parent_commission_until
    } else {
        checked.until
    };
    let after =
        PartnerTerms { program: before.program, parent: checked.parent, parent_commission_until: until, rates, status };
    let mut statements = vec![partners::update(Particulars {
        code: &card.code,
        name: &given.name,
        email: &checked.email,
        site: &given.site,
        phone: &given.phone,
    })];
    if !checked.email.is_empty() && checked.email != card.email {
        statements.extend(partners::move_log_in(&card.code, &checked.email));
    }
    if after != before {
        statements.push(partners::put_terms(&card.code, visit.now, &after, visit.who(), visit.now)?);
    }
    // He waited for it.
    if before.status == PartnerStatus::Pending && status != PartnerStatus::Pending {
        let (kind, word) =
            if status == PartnerStatus::Active { (Kind::Approved, "approved") } else { (Kind::Refused, "refused") };
        let cause = format!("partner/{}/{word}/{}", card.code, visit.now.unix_seconds());
        statements.push(letters::to_partner(visit, kind, &cause, &card.code, &[]).await?);
    }
    let describe = |name: &str, email: &str, terms: &PartnerTerms| {
        partners::text_of(terms).map(|terms| format!(r#"{{"name":{name:?},"email":{email:?},"terms":{terms}}}"#))
    };
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "partner.changed",
        subject: &card.code,
        before: describe(&card.name, &card.email, &before)?,
        after: describe(&given.name, &checked.email, &after)?,
    };
    match history::change(visit.env, &statements, None, &change).await {
        Ok(_) => Ok(to(&format!("/admin/partners/{}?said=partner-saved", segment(&card.code)), &[])?),
        Err(error) if is_taken(&error) => {
            let frame = visit.frame_saying(card.name.clone(), Tone::Bad, visit.t("partner-account-taken"));
            show(visit, 422, frame, &card, &before, Some(given)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Lets a partner log in, who earned without until now.
async fn invite(visit: &Visit<'_>, card: &partner_cards::PartnerCard) -> Shown {
    let back =
        |said: &str| to(&format!("/admin/partners/{}?said={said}", segment(&card.code)), &[]).map_err(Refusal::from);
    if card.email.is_empty() {
        return back("partner-no-email");
    }
    let token = Token::new();
    let who = (card.code.as_str(), card.name.as_str());
    let invitation = welcome(visit, Kind::Registered, &token, who, &card.email).await?;
    let language = visit.language.code();
    let statements = [partners::let_in(&card.code, &card.email, language, LetInBy::Merchant, visit.now)];
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "account.opened",
        subject: &card.code,
        before: String::new(),
        after: Role::Partner.as_str().to_owned(),
    };
    match history::change(visit.env, &statements, Some(&invitation), &change).await {
        Ok(_) => back("partner-invited"),
        Err(error) if is_taken(&error) => back("partner-account-taken"),
        Err(error) => Err(error.into()),
    }
}

/// Makes a link for a partner.
pub(super) async fn make_link(visit: &Visit<'_>) -> Shown {
    let (card, terms) = known(visit).await?;
    match link(visit, card.id, &card.code, terms.program).await? {
        Ok(_) => Ok(to(&format!("/admin/partners/{}?said=link-made", segment(&card.code)), &[])?),
        Err(problem) => {
            let text = visit.t1("link-refused", "problem", &problem);
            let frame = visit.frame_saying(card.name.clone(), Tone::Bad, text);
            show(visit, 422, frame, &card, &terms, None).await
        }
    }
}

/// Makes a link to a page of the merchant's; its code, or why it cannot be made.
pub(super) async fn link(
    visit: &Visit<'_>,
    partner: PartnerId,
    partner_code: &str,
    program: ProgramId,
) -> Result<Result<String, String>, Refusal> {
    let target = visit.field("target");
    let target = match config(visit.env).site.hosts.check(target) {
        Ok(url) => url.to_string(),
        Err(error) => return Ok(Err(error.to_string())),
    };
    let code = clock::short_code();
    let statements = [partners::make_link(&code, partner, &target, program, visit.now)];
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "link.made",
        subject: partner_code,
        before: String::new(),
        after: format!("{code} {target}"),
    };
    history::change(visit.env, &statements, None, &change).await?;
    let env = visit.env.clone();
    // Into KV at once, and not only when the schedule comes by: he may paste it somewhere in the next minute.
    visit.ctx.wait_until(async move {
        if let Err(error) = links::project(&env).await {
            worker::console_warn!("links into KV: {error}");
        }
    });
    Ok(Ok(code))
}
