//! One program: its rules as a form, what a change would mean before it is made, and every version there was.

use tributary_shared::id::{CharityId, Code, ProgramId, Sku};
use tributary_shared::json::{self, Object};
use tributary_shared::money::{Currency, Money};
use tributary_shared::order::Line;
use tributary_shared::program::{ProgramRules, rate_at};
use tributary_shared::rules::{Program, Rulebook, Versions};
use tributary_shared::time::Timestamp;
use tributary_shared::trial::{Trial, stand_ins};

use super::program_form::{self, Names};
use crate::http::site::entries::segment;
use crate::http::site::form::Filled;
use crate::http::site::visit::{Visit, short_hash};
use crate::http::site::{Refusal, Shown, html, to};
use crate::pages::frame::{Frame, Key, Tone};
use crate::pages::sheet::{Cell, Control, Form, Group, Part, Purpose, Sheet, Table};
use crate::store::history::{self, Change, is_taken};
use crate::store::programs::{self, ProgramCard, VersionRow};

/// What an order of the preview is over: a hundred, in the program's currency.
const EXAMPLE: &str = "100";

/// The form for a new program.
pub(in crate::http::site) fn new(visit: &Visit<'_>) -> Shown {
    let currency = program_form::currency(None)?;
    let mut form = Filled::new(visit.language);
    form.set("currency", currency.code());
    program_form::fill(&mut form, &ProgramRules::standard(), currency, &Names::default());
    let known = Known { code: String::new(), name: String::new(), currency, card: None, names: Names::default() };
    show(visit, 200, visit.frame(visit.t("program-new")), &known, &form, Vec::new())
}

/// The program with its form and its history.
pub(in crate::http::site) async fn program(visit: &Visit<'_>) -> Shown {
    let known = Known::read(visit, "", "").await?;
    let card = known.card.as_ref().ok_or(Refusal::NotFound)?;
    let mut form = Filled::new(visit.language);
    form.set("name", &card.name);
    let rules = known.rules_at(visit.now).or_else(|| known.latest()).unwrap_or_else(ProgramRules::standard);
    program_form::fill(&mut form, &rules, card.currency, &known.names);
    show(visit, 200, visit.frame(card.name.clone()), &known, &form, Vec::new())
}

/// Shows what a change would mean, or makes it.
pub(in crate::http::site) async fn change(visit: &Visit<'_>) -> Shown {
    let mut form = visit.filled();
    let known = Known::read(visit, form.get("house"), form.get("charity")).await?;
    let is_new = known.card.is_none();
    if is_new && !visit.segment.is_empty() {
        return Err(Refusal::NotFound);
    }
    let title = if is_new { visit.t("program-new") } else { known.name.clone() };
    let code = if is_new { form.parsed("code", Code::parse) } else { Code::parse(&known.code).ok() };
    if is_new && (form.get("code").is_empty() || form.get("code") == "new") {
        form.bad_key("code", Key("problem-missing"));
    }
    if form.get("name").is_empty() {
        form.bad_key("name", Key("problem-missing"));
    }
    let mut currency = known.currency;
    if is_new {
        match form.get("currency").parse() {
            Ok(given) => currency = given,
            Err(_) => form.bad_key("currency", Key("problem-currency")),
        }
    }
    let rules = program_form::read(&mut form, currency, &known.names);
    let is_first = known.card.as_ref().is_none_or(|card| card.versions.is_empty());
    // The first rules hold for ever back, as those of a file do.
    let usual = if is_first { Timestamp::FIRST } else { visit.now };
    let asked = form.time("valid_from", visit.merchant.zone);
    // Today is now: what was paid this morning stays as it was.
    let today = visit.merchant.zone.shown(visit.now).get(..10) == Some(form.get("valid_from"));
    let valid_from = asked.filter(|_| !today).unwrap_or(usual);
    if asked.is_some() && !today && valid_from < visit.now {
        form.bad_key("valid_from", Key("problem-past"));
    }
    let (Some(code), true) = (code, form.is_good()) else {
        let frame = visit.frame_saying(title, Tone::Bad, visit.t("form-problems"));
        return show(visit, 422, frame, &Known { currency, ..known }, &form, Vec::new());
    };
    let stored = serde_json::to_string(&rules).map_err(|error| worker::Error::RustError(error.to_string()))?;
    let seen = short_hash(&[&stored, form.get("name"), form.get("valid_from"), code.as_str(), currency.code()]);
    let known = Known { currency, ..known };
    if visit.field("do") != "save" || visit.field("seen") != seen {
        let mut preview = preview(visit, &known, &rules, valid_from)?;
        preview.insert(0, Part::Heading(visit.t("preview-title")));
        return show_preview(visit, visit.frame(title), &known, &form, preview, seen);
    }
    let name = form.get("name").to_owned();
    let mut statements = Vec::new();
    if is_new {
        statements.push(programs::insert(code.as_str(), &name, currency));
    } else {
        statements.push(programs::rename(code.as_str(), &name));
    }
    statements.push(programs::put_rules(code.as_str(), valid_from, &stored, visit.who(), visit.now));
    if valid_from <= visit.now {
        let window_days = i64::from(rules.window_days);
        statements.push(programs::update_links(code.as_str(), window_days, rules.consent.as_str(), visit.now));
    }
    let told = |name: &str, from: Timestamp, rules: &str| {
        let told = Object::default().text("name", Some(name)).text("valid_from", Some(&from.to_string()));
        told.raw("rules", rules).end()
    };
    let before = known.version_at(valid_from).map(|version| told(&known.name, version.valid_from, &version.rules));
    let line = Change {
        at: visit.now,
        who: visit.who(),
        what: if is_new { "program.created" } else { "program.changed" },
        subject: code.as_str(),
        before: before.unwrap_or_default(),
        after: told(&name, valid_from, &stored),
    };
    match history::change(visit.env, &statements, None, &line).await {
        Ok(_) => Ok(to(&format!("/admin/programs/{}?said=program-saved", segment(code.as_str())), &[])?),
        Err(error) if is_taken(&error) => {
            form.bad_key("code", Key("problem-taken"));
            let frame = visit.frame_saying(title, Tone::Bad, visit.t("form-problems"));
            show(visit, 422, frame, &known, &form, Vec::new())
        }
        Err(error) => Err(error.into()),
    }
}

/// What is known of the program that is asked for: nothing, if it is to be made.
struct Known {
    code: String,
    name: String,
    currency: Currency,
    card: Option<ProgramCard>,
    names: Names,
}

impl Known {
    async fn read(visit: &Visit<'_>, house: &str, charity: &str) -> Result<Self, Refusal> {
        let (card, rows) = programs::card(visit.env, &visit.segment, house, charity).await?;
        let mut names = Names::default();
        for (kind, id, code) in rows {
            if kind == "partner" { &mut names.partners } else { &mut names.charities }.push((id, code));
        }
        let (name, currency) = match &card {
            Some(card) => (card.name.clone(), card.currency),
            None => (String::new(), program_form::currency(None)?),
        };
        Ok(Self { code: visit.segment.clone(), name, currency, card, names })
    }

    fn versions(&self) -> &[VersionRow] {
        self.card.as_ref().map_or(&[], |card| &card.versions)
    }

    fn version_at(&self, at: Timestamp) -> Option<&VersionRow> {
        self.versions().iter().find(|version| version.valid_from <= at)
    }

    fn rules_at(&self, at: Timestamp) -> Option<ProgramRules> {
        json::read(&self.version_at(at)?.rules).ok()
    }

    fn latest(&self) -> Option<ProgramRules> {
        json::read(&self.versions().first()?.rules).ok()
    }
}

/// Which rules change, and what an order pays before and after.
fn preview(
    visit: &Visit<'_>,
    known: &Known,
    rules: &ProgramRules,
    valid_from: Timestamp,
) -> Result<Vec<Part>, Refusal> {
    let currency = known.currency;
    let before = known.rules_at(valid_from);
    let mut parts = vec![Part::Hint(if valid_from == Timestamp::FIRST {
        visit.t("preview-first")
    } else {
        visit.t1("preview-from", "time", &crate::pages::format::time(visit.language, visit.merchant.zone, valid_from))
    })];
    if let Some(next) = known.versions().iter().rev().find(|version| version.valid_from > valid_from) {
        let time = crate::pages::format::time(visit.language, visit.merchant.zone, next.valid_from);
        parts.push(Part::Hint(visit.t1("preview-until", "time", &time)));
    }
    let columns = |first: String| vec![first, visit.t("col-before"), visit.t("col-after")];
    if let Some(before) = &before {
        // As they would be stored, and not as they were typed: `10` and `10.0` are one.
        let groups = |rules: &ProgramRules| {
            let mut form = Filled::new(visit.language);
            program_form::fill(&mut form, rules, currency, &known.names);
            program_form::groups(&form, currency)
        };
        let differences = program_form::differences(&groups(before), &groups(rules));
        let row = |(label, before, after)| vec![Cell::text(label), Cell::text(before), Cell::text(after)];
        let rows: Vec<_> = differences.into_iter().map(row).collect();
        if rows.is_empty() {
            parts.push(Part::Empty(visit.t("preview-same")));
        } else {
            parts.push(Part::Table(Table {
                title: visit.t("preview-rules"),
                columns: columns(visit.t("col-what")),
                rows,
            }));
        }
    }
    let then = match before {
        Some(before) => earned(known, before)?,
        None => Vec::new(),
    };
    let now = earned(known, rules.clone())?;
    let money = |minor: i64| crate::pages::format::money(visit.language, minor, currency);
    let of = |earned: &[(u8, i64)], tier: u8| {
        earned.iter().find(|(of, _)| *of == tier).map_or_else(|| "—".to_owned(), |(_, minor)| money(*minor))
    };
    let tiers = then.iter().chain(&now).map(|(tier, _)| *tier).max().unwrap_or(0);
    let name = |tier: u8| {
        if tier == 0 { visit.t("tier-charity") } else { format!("{} {tier}", visit.t("col-tier")) }
    };
    let rows: Vec<_> = (1..=tiers)
        .chain(std::iter::once(0).filter(|_| then.iter().chain(&now).any(|(tier, _)| *tier == 0)))
        .map(|tier| vec![Cell::text(name(tier)), Cell::text(of(&then, tier)), Cell::text(of(&now, tier))])
        .collect();
    if rows.is_empty() {
        parts.push(Part::Empty(visit.t("preview-nothing")));
    } else {
        let example = Money::parse(EXAMPLE, currency).map_or(0, Money::minor);
        parts.push(Part::Table(Table {
            title: visit.t1("preview-example", "amount", &money(example)),
            columns: columns(visit.t("col-receiver")),
            rows,
        }));
    }
    Ok(parts)
}

/// What rules pay for the example: tiers, 0 for charity, with their amounts. Judged as a night would.
fn earned(known: &Known, rules: ProgramRules) -> Result<Vec<(u8, i64)>, Refusal> {
    let unfit = |error: tributary_shared::id::NameError| Refusal::from(worker::Error::RustError(error.to_string()));
    let id = ProgramId(0);
    let charities = known.names.charities.iter();
    let charities = charities.filter_map(|(id, code)| Some((CharityId(*id), Code::parse(code).ok()?))).collect();
    let program = Program {
        id,
        code: Code::parse("example").map_err(unfit)?,
        name: String::new(),
        currency: known.currency,
        // Nothing of its past is asked, and nobody but those who are brought earns.
        rules: Versions::only(ProgramRules { house_partner: None, ..rules }),
    };
    let partners = stand_ins(id).map_err(unfit)?;
    let first = partners.first().map_or(tributary_shared::id::PartnerId(0), |partner| partner.id);
    let book = Rulebook::new(vec![program], partners, Vec::new(), Vec::new(), charities, Vec::new());
    let line = Line {
        sku: Sku::parse("example").map_err(unfit)?,
        quantity: 1,
        net_minor: Money::parse(EXAMPLE, known.currency).map_or(0, Money::minor),
        refunded_minor: 0,
        id: None,
    };
    let clicked_at = Timestamp::FIRST;
    let trial = Trial {
        partner: first,
        clicked_at,
        paid_at: clicked_at.plus_seconds(3_600),
        currency: known.currency,
        lines: vec![line],
        coupons: Vec::new(),
        email: None,
        payments: tributary_shared::attribution::Payments::default(),
    };
    let decision = trial.judge(Vec::new(), &book).map_err(unfit)?;
    Ok(decision.transfers.iter().map(|transfer| (transfer.tier, transfer.amount_minor)).collect())
}

fn show(visit: &Visit<'_>, status: u16, frame: Frame, known: &Known, form: &Filled, parts: Vec<Part>) -> Shown {
    sheet(visit, status, frame, known, form, parts, vec![("preview", visit.t("preview-show"))], String::new())
}

fn show_preview(
    visit: &Visit<'_>,
    frame: Frame,
    known: &Known,
    form: &Filled,
    parts: Vec<Part>,
    seen: String,
) -> Shown {
    let buttons = vec![("save", visit.t("save")), ("preview", visit.t("preview-again"))];
    sheet(visit, 200, frame, known, form, parts, buttons, seen)
}

#[expect(
    clippy::too_many_arguments,
    reason = "the one place where the page is put together, with and without a preview"
)]
fn sheet(
    visit: &Visit<'_>,
    status: u16,
    frame: Frame,
    known: &Known,
    form: &Filled,
    mut parts: Vec<Part>,
    buttons: Vec<(&'static str, String)>,
    seen: String,
) -> Shown {
    let is_new = known.card.is_none();
    let path =
        if is_new { "/admin/programs/new".to_owned() } else { format!("/admin/programs/{}", segment(&known.code)) };
    if !is_new {
        parts.insert(0, Part::Ways(vec![Cell::way(visit.t("trial-title"), format!("{path}/test"))]));
        parts.insert(1, Part::Pairs(vec![(visit.t("col-code"), Cell::text(&known.code))]));
    }
    if frame.may_change() {
        let mut first = vec![form.field("name", Key("field-name"), Control::Required("text"))];
        if is_new {
            first.insert(0, form.hinted("code", Key("col-code"), Control::Required("text"), Key("field-code-hint")));
            first.push(form.hinted(
                "currency",
                Key("program-currency"),
                Control::Required("text"),
                Key("program-currency-hint"),
            ));
        }
        let mut groups = vec![Group { legend: String::new(), fields: first }];
        groups.extend(program_form::groups(form, known.currency));
        let from = form.hinted("valid_from", Key("program-from"), Control::Input("date"), Key("program-from-hint"));
        groups.push(Group { legend: String::new(), fields: vec![from] });
        parts.push(Part::Form(Form {
            action: path,
            purpose: Purpose::Change,
            groups,
            hidden: vec![("seen", seen)],
            buttons,
        }));
    }
    if let Some(card) = &known.card {
        parts.push(Part::Heading(visit.t("program-versions")));
        parts.push(versions(visit, &frame, card));
    }
    let back = Cell::way(visit.t("nav-programs"), "/admin/programs");
    Ok(html(status, &Sheet { frame, back, parts })?)
}

/// Every version, the newest first.
fn versions(visit: &Visit<'_>, frame: &Frame, card: &ProgramCard) -> Part {
    let in_force = card.versions.iter().find(|version| version.valid_from <= visit.now);
    let rows = card
        .versions
        .iter()
        .map(|version| {
            let from = if version.valid_from == Timestamp::FIRST {
                visit.t("program-first")
            } else {
                frame.time(&version.valid_from)
            };
            let state = if version.valid_from > visit.now {
                visit.t("version-planned")
            } else if in_force.is_some_and(|current| current.valid_from == version.valid_from) {
                visit.t("version-now")
            } else {
                visit.t("version-past")
            };
            let (tiers, window, hold) = json::read::<ProgramRules>(&version.rules)
                .map(|rules| (tiers(&rules, card.currency, frame), rules.window_days, rules.hold_days))
                .unwrap_or_default();
            let days = |days: u32| visit.t_count("days", i64::from(days));
            [from, state, tiers, days(window), days(hold), version.by.clone(), frame.time(&version.at)]
                .map(Cell::text)
                .into()
        })
        .collect();
    let columns = vec![
        visit.t("program-from"),
        visit.t("col-status"),
        visit.t("program-tiers"),
        visit.t("program-window"),
        visit.t("program-hold"),
        visit.t("col-who"),
        visit.t("col-time"),
    ];
    Part::Table(Table { title: visit.t("program-versions-hint"), columns, rows })
}

/// Tiers in short: `10 % + 1.00 EUR · 3 %`.
fn tiers(rules: &ProgramRules, currency: Currency, frame: &Frame) -> String {
    let tier = |(tier, _): (u8, _)| {
        let rate = rate_at(&rules.tiers, tier);
        let percent = rate.and_then(|rate| rate.percent).map(|percent| frame.percent(&String::from(percent)));
        let flat = rate.and_then(|rate| rate.flat_minor).map(|minor| frame.money(&minor, &currency));
        let parts: Vec<String> = percent.into_iter().chain(flat).collect();
        if parts.is_empty() { "—".to_owned() } else { parts.join(" + ") }
    };
    (1..).zip(&rules.tiers).map(tier).collect::<Vec<_>>().join(" · ")
}
