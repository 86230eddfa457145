//! The test of a program: a pretended click and order, judged by the rules in force, with the trace. Nothing is written.

use tributary_shared::attribution::Payments;
use tributary_shared::contact::Email;
use tributary_shared::decision::Decision;
use tributary_shared::id::{CouponCode, PartnerId, Sku};
use tributary_shared::ledger::Account;
use tributary_shared::money::Currency;
use tributary_shared::order::{Line, QUANTITY_MAX};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;
use tributary_shared::trace::lines;
use tributary_shared::trial::{Trial, stand_ins};

use crate::http::site::entries::segment;
use crate::http::site::form::Filled;
use crate::http::site::visit::Visit;
use crate::http::site::{Refusal, Shown, html};
use crate::pages::frame::{Frame, Key, Tone};
use crate::pages::sheet::{Cell, Control, Form, Group, Part, Purpose, Sheet, Table};
use crate::store::programs;
use crate::store::trials::{self, Customer, Named};

/// Seconds from the click to the order, where none are said.
const PAUSE_SECONDS: i64 = 3_600;

/// Seconds from a day's first to when a customer pays on it, where only the day is said.
const NOON_SECONDS: i64 = 43_200;

/// The form, and what comes of it.
///
/// It asks and changes nothing, so whoever may look may test.
pub(in crate::http::site) async fn trial(visit: &Visit<'_>) -> Shown {
    let mut form = visit.asked();
    let is_asked = !form.get("amount").is_empty() || !form.get("sku").is_empty();
    let coupons: Vec<CouponCode> =
        form.get("coupons").split([',', ' ']).filter_map(|code| CouponCode::parse(code).ok()).collect();
    let sku = if form.get("sku").is_empty() { Sku::parse("TEST").ok() } else { form.parsed("sku", Sku::parse) };
    let email = form.parsed("email", Email::parse);
    let (card, _) = programs::card(visit.env, &visit.segment, "", "").await?;
    let card = card.ok_or(Refusal::NotFound)?;
    let title = visit.t1("trial-of", "name", &card.name);
    if !is_asked {
        form.set("amount", "100");
        form.set("quantity", "1");
        return show(visit, 200, visit.frame(title), &form, card.currency, Vec::new());
    }
    let unfit = |error: tributary_shared::id::NameError| Refusal::from(worker::Error::RustError(error.to_string()));
    let more = if form.get("partner").is_empty() { stand_ins(card.id).map_err(unfit)? } else { Vec::new() };
    let stand_in = more.first().map(|partner| partner.id);
    let named = Named {
        partner: form.get("partner"),
        skus: &[sku.as_ref().map_or("", Sku::as_str)],
        coupons: &coupons,
        customer: email.as_ref().map_or(Customer::Nobody, |email| Customer::Email(email.as_str())),
    };
    let (book, contact) = trials::book(visit.env, &named, more).await?;
    let net_minor = form.amount("amount", card.currency);
    if net_minor.is_none() {
        form.bad_key("amount", Key("problem-missing"));
    }
    let (clicked_at, paid_at) = times(visit, &mut form);
    let partner = stand_in.or_else(|| partner(&mut form, &book));
    if let Some(partner) = partner
        && book.terms(partner, paid_at).is_none_or(|terms| terms.program != card.id)
    {
        form.bad_key("partner", Key("problem-other-program"));
    }
    let before = form.whole("before", 0, QUANTITY_MAX).unwrap_or(0);
    let quantity = form.whole("quantity", 1, QUANTITY_MAX).unwrap_or(1);
    let (Some(partner), Some(sku), Some(net_minor), true) = (partner, sku, net_minor, form.is_good()) else {
        let frame = visit.frame_saying(title, Tone::Bad, visit.t("form-problems"));
        return show(visit, 422, frame, &form, card.currency, Vec::new());
    };
    let trial = Trial {
        partner,
        clicked_at,
        paid_at,
        currency: card.currency,
        lines: vec![Line { sku, quantity, net_minor, refunded_minor: 0, id: None }],
        coupons,
        email,
        // The earlier payments began with the click.
        payments: Payments { before, first_paid_at: (before > 0).then_some(clicked_at) },
    };
    let decision = trial.judge(contact, &book).map_err(unfit)?;
    let frame = visit.frame(title);
    let result = result(visit, &frame, &decision, &book);
    show(visit, 200, frame, &form, card.currency, result)
}

/// The partner who is named, if he is there.
fn partner(form: &mut Filled, book: &Rulebook) -> Option<PartnerId> {
    let found = book.partner_by_code(form.get("partner")).map(|partner| partner.id);
    if found.is_none() {
        form.bad_key("partner", Key("problem-partner"));
    }
    found
}

/// When the pretended customer clicks and pays: as it is said, else now and an hour before.
fn times(visit: &Visit<'_>, form: &mut Filled) -> (Timestamp, Timestamp) {
    let zone = visit.merchant.zone;
    let today = zone.shown(visit.now);
    // A day alone is its noon; today is now, when the rules of now hold.
    let is_day = form.get("paid_at").len() == 10;
    let is_today = today.get(..10) == Some(form.get("paid_at"));
    let paid_at = match form.time("paid_at", zone) {
        Some(at) if is_day && !is_today => at.plus_seconds(NOON_SECONDS),
        Some(at) if !is_day => at,
        Some(_) | None => visit.now,
    };
    let clicked_at = form.time("clicked_at", zone).unwrap_or_else(|| paid_at.plus_seconds(-PAUSE_SECONDS));
    (clicked_at, paid_at)
}

/// Expected accruals, and how it came to them.
fn result(visit: &Visit<'_>, frame: &Frame, decision: &Decision, book: &Rulebook) -> Vec<Part> {
    let outcome = frame.word("outcome", decision.outcome.as_str());
    let mut parts =
        vec![Part::Heading(visit.t("trial-result")), Part::Pairs(vec![(visit.t("col-outcome"), Cell::text(outcome))])];
    let rows: Vec<Vec<Cell>> = decision
        .transfers
        .iter()
        .map(|transfer| {
            let tier = if transfer.tier == 0 { visit.t("tier-charity") } else { transfer.tier.to_string() };
            let amount = frame.money(&transfer.amount_minor, &transfer.currency);
            vec![
                Cell::text(tier),
                receiver(visit, transfer.credit, book),
                Cell::text(amount),
                Cell::text(frame.date(&transfer.payable_from)),
            ]
        })
        .collect();
    if rows.is_empty() {
        parts.push(Part::Empty(visit.t("trial-nothing")));
    } else {
        let columns = vec![visit.t("col-tier"), visit.t("col-receiver"), visit.t("col-amount"), visit.t("col-payable")];
        parts.push(Part::Table(Table { title: visit.t("trial-accruals"), columns, rows }));
    }
    parts.push(Part::Heading(visit.t("order-why")));
    parts.push(Part::Trace(lines(&decision.steps)));
    parts
}

/// Who would get it, with the way to his card.
fn receiver(visit: &Visit<'_>, account: Account, book: &Rulebook) -> Cell {
    match account {
        Account::Partner(id) if id.0 < 0 => Cell::text(visit.t("trial-anybody")),
        Account::Partner(id) => {
            let code = book.partner(id).map_or_else(|| format!("#{id}"), |partner| partner.code.to_string());
            let path = format!("/admin/partners/{}", segment(&code));
            Cell::way(code, path)
        }
        Account::Charity(_) | Account::Expense(_) | Account::Paid(_) | Account::Adjust => {
            Cell::text(account.name(book))
        }
    }
}

fn show(visit: &Visit<'_>, status: u16, frame: Frame, form: &Filled, currency: Currency, result: Vec<Part>) -> Shown {
    let path = format!("/admin/programs/{}", segment(&visit.segment));
    let text = || Control::Input("text");
    let amount = format!("{}, {}", visit.t("col-net"), currency.code());
    let fields = vec![
        form.hinted("partner", Key("trial-partner"), text(), Key("trial-partner-hint")),
        form.hinted("sku", Key("col-product"), text(), Key("trial-product-hint")),
        form.named("amount", amount, Control::Required("text")),
        form.field("quantity", Key("col-quantity"), Control::Input("number")),
        form.field("coupons", Key("order-coupons"), text()),
        form.hinted("clicked_at", Key("trial-clicked"), Control::Input("date"), Key("trial-clicked-hint")),
        form.hinted("paid_at", Key("trial-paid"), Control::Input("date"), Key("trial-paid-hint")),
        form.hinted("email", Key("trial-email"), Control::Input("email"), Key("trial-email-hint")),
        form.field("before", Key("trial-before"), Control::Input("number")),
    ];
    let mut parts = vec![
        Part::Hint(visit.t("trial-hint")),
        Part::Form(Form {
            action: format!("{path}/test"),
            purpose: Purpose::Ask,
            groups: vec![Group { legend: String::new(), fields }],
            hidden: Vec::new(),
            buttons: vec![("", visit.t("trial-run"))],
        }),
    ];
    parts.extend(result);
    Ok(html(status, &Sheet { frame, back: Cell::way(visit.t("program-back"), path), parts })?)
}
