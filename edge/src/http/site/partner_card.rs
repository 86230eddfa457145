//! The merchant's page of one partner: what is known of him, what holds for him, and what he did.

use tributary_shared::account::Role;
use tributary_shared::json::{self, Object};
use tributary_shared::mail::Kind;
use tributary_shared::partner::{PartnerStatus, PartnerTerms};
use tributary_shared::program::ProgramRules;
use tributary_shared::time::Timestamp;

use super::admin::program_form;
use super::entries::{self, page_of, segment};
use super::form::Filled;
use super::partners::{bad_text, check, form, rates_of, terms_of, welcome};
use super::visit::{Token, Visit};
use super::{Refusal, Shown, html, letters, partner_links, to};
use crate::pages::admin::{PartnerCard, PartnerForm};
use crate::pages::frame::{Frame, Tone};
use crate::store::cabinet;
use crate::store::history::{self, Change, is_taken};
use crate::store::partner_cards;
use crate::store::partners::{self, LetInBy, Particulars};
use crate::store::programs::{self, ProgramRow};

/// The card.
pub(super) async fn card(visit: &Visit<'_>) -> Shown {
    let from = (visit.query_number("links"), visit.query("children"));
    let figures = cabinet::figures(visit.env, &visit.segment, (from.0, &from.1), visit.now).await?;
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
    let figures = cabinet::figures(visit.env, &card.code, (None, ""), visit.now).await?;
    filled(visit, status, frame, (card, terms), figures, given)
}

fn filled(
    visit: &Visit<'_>,
    status: u16,
    frame: Frame,
    (card, terms): (&partner_cards::PartnerCard, &PartnerTerms),
    mut figures: cabinet::Figures,
    given: Option<PartnerForm>,
) -> Shown {
    let currency = program_form::currency(card.currency)?;
    let mut rates = Filled::new(visit.language);
    program_form::fill_rates(&mut rates, &terms.rates, currency);
    let given = given.unwrap_or_else(|| PartnerForm {
        code: card.code.clone(),
        name: card.name.clone(),
        email: card.email.clone(),
        program: card.program.clone().unwrap_or_default(),
        parent: card.parent.clone().unwrap_or_default(),
        until: day_of(visit, terms.parent_commission_until),
        rates: rates_of(visit, &rates, currency.code()),
        site: card.site.clone(),
        phone: card.phone.clone(),
        invite: false,
    });
    let next_links = page_of(&mut figures.links).map(|(link, _)| link.id);
    let next_children = page_of(&mut figures.children).map(|child| child.code.clone());
    let page = PartnerCard {
        frame,
        code: card.code.clone(),
        status: terms.status.as_str(),
        given,
        program: card.program.clone().unwrap_or_default(),
        since: card.created_at,
        has_account: card.has_account != 0,
        is_confirmed: card.is_confirmed != 0,
        balances: figures
            .balances
            .iter()
            .map(|balance| (balance.pending, balance.payable, balance.paid, balance.currency))
            .collect(),
        links: entries::links(figures.links, &visit.absolute("")),
        next_links,
        entries: entries::rows(figures.entries, visit.now),
        children: figures.children.into_iter().map(|child| child.code).collect(),
        next_children,
        programs: others(figures.programs, card),
    };
    Ok(html(status, &page)?)
}

/// Programs that he may be moved to, by code and name.
fn others(programs: Vec<ProgramRow>, card: &partner_cards::PartnerCard) -> Vec<(String, String)> {
    let others = programs.into_iter().filter(|program| card.program_code.as_ref() != Some(&program.code));
    others.map(|program| (program.code, program.name)).collect()
}

/// The local day of an instant, as a form has it.
fn day_of(visit: &Visit<'_>, at: Option<Timestamp>) -> String {
    at.map_or(String::new(), |at| visit.merchant.zone.shown(at).chars().take(10).collect())
}

/// Changes a partner: what is known of him, his terms from now on, whether he earns, whether he can log in.
pub(super) async fn change(visit: &Visit<'_>) -> Shown {
    let (card, before) = known(visit).await?;
    let currency = program_form::currency(card.currency)?;
    let mut given = PartnerForm { code: card.code.clone(), ..form(visit, currency.code()) };
    let asked = visit.field("do");
    if asked == "invite" {
        return invite(visit, &card).await;
    }
    if asked == "move" {
        return move_to(visit, &card, &before).await;
    }
    let checked = match check(visit, &mut given, Some(card.id), currency).await? {
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
    // The hour of the day is not in the form: a day that was not changed keeps its instant.
    let until = if given.until == day_of(visit, before.parent_commission_until) {
        before.parent_commission_until
    } else {
        checked.until
    };
    let after = PartnerTerms {
        program: before.program,
        parent: checked.parent,
        parent_commission_until: until,
        rates: checked.rates,
        status,
    };
    let was =
        Particulars { code: &card.code, name: &card.name, email: &card.email, site: &card.site, phone: &card.phone };
    let who = Particulars { name: &given.name, email: &checked.email, site: &given.site, phone: &given.phone, ..was };
    let mut statements = vec![partners::update(who)];
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
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "partner.changed",
        subject: &card.code,
        before: told(was, &before)?,
        after: told(who, &after)?,
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

/// Who a partner is, and his terms, for the history.
fn told(who: Particulars<'_>, terms: &PartnerTerms) -> worker::Result<String> {
    let told = Object::default().text("name", Some(who.name)).text("email", Some(who.email));
    let told = told.text("site", Some(who.site)).text("phone", Some(who.phone));
    Ok(told.raw("terms", &partners::text_of(terms)?).end())
}

/// Moves a partner to another program, as `tributary partners move` does: for what is paid from now on.
async fn move_to(visit: &Visit<'_>, card: &partner_cards::PartnerCard, terms: &PartnerTerms) -> Shown {
    let programs = programs::programs(visit.env, visit.now).await?;
    let given = visit.field("program");
    let target = programs.iter().find(|program| program.code == given && program.id != terms.program);
    let Some(target) = target else {
        let text = visit.t1("partner-move-refused", "program", given);
        let frame = visit.frame_saying(card.name.clone(), Tone::Bad, text);
        return show(visit, 422, frame, card, terms, None).await;
    };
    let mut statements = vec![partners::move_to(card.id, target.id, visit.who(), visit.now)];
    // His links live as long as its window, and ask what it asks.
    if let Ok(rules) = json::read::<ProgramRules>(&target.rules) {
        let (days, consent) = (i64::from(rules.window_days), rules.consent.as_str());
        statements.push(programs::update_links(&target.code, days, consent, visit.now));
    }
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "partner.moved",
        subject: &card.code,
        before: card.program_code.clone().unwrap_or_default(),
        after: target.code.clone(),
    };
    history::change(visit.env, &statements, None, &change).await?;
    Ok(to(&format!("/admin/partners/{}?said=partner-moved", segment(&card.code)), &[])?)
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
    match partner_links::make(visit, card.id, &card.code, terms.program).await? {
        Ok(_) => Ok(to(&format!("/admin/partners/{}?said=link-made", segment(&card.code)), &[])?),
        Err(problem) => {
            let text = visit.t1("link-refused", "problem", &problem);
            let frame = visit.frame_saying(card.name.clone(), Tone::Bad, text);
            show(visit, 422, frame, &card, &terms, None).await
        }
    }
}
