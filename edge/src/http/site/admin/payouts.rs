//! Payouts: proposed, written to files, confirmed, failed. Nothing is sent from here: the merchant pays, and says that he did.

use tributary_shared::money::{Currency, Money};
use tributary_shared::payout::{Requisites, RequisitesRequest};

use super::tables::{self, Col, Form as As, table};
use crate::http::site::entries::{page_of, segment};
use crate::http::site::visit::Visit;
use crate::http::site::{Refusal, Shown, html, to};
use crate::pages::frame::Key;
use crate::pages::list::{Control, Field, Form, List, Part};
use crate::store::history::{self, Change, Prepared};
use crate::store::payouts::{self, Proposal, Refused, Signed};
use crate::store::row::Row;

const COLUMNS: &[Col] = &[
    Col("id", Key("col-number"), As::Payout),
    Col("partner", Key("col-partner"), As::Partner),
    Col("amount_minor", Key("col-amount"), As::Money),
    Col("debt_minor", Key("col-debt"), As::Money),
    Col("requisites", Key("col-method"), As::Wallet),
    Col("state", Key("col-status"), As::State),
    Col("at", Key("col-time"), As::Time),
    Col("who", Key("col-who"), As::Text),
    Col("note", Key("col-detail"), As::Text),
];

/// What became of one payout.
const HISTORY: &[Col] = &[
    Col("at", Key("col-time"), As::Time),
    Col("state", Key("col-status"), As::State),
    Col("amount_minor", Key("col-amount"), As::Money),
    Col("who", Key("col-who"), As::Text),
    Col("note", Key("col-detail"), As::Text),
];

/// The states that a payout can be in.
const STATES: [&str; 3] = ["prepared", "confirmed", "failed"];

/// All payouts, the newest first.
pub(in crate::http::site) async fn payouts(visit: &Visit<'_>) -> Shown {
    let (partner, state) = (visit.query("partner"), visit.query("state"));
    let mut rows = payouts::payouts(visit.env, visit.query_number("before"), &partner, &state).await?;
    let mut page = List::of(visit.frame(visit.t("payouts-title")));
    page.hint = visit.t("payouts-hint");
    if let Some(last) = page_of(&mut rows) {
        let before = last.number("id")?;
        page.next = format!("/admin/payouts?before={before}&partner={}&state={}", segment(&partner), segment(&state));
    }
    let mut states = vec![(String::new(), visit.t("filter-all"))];
    states.extend(STATES.map(|state| (state.to_owned(), page.frame.word("state", state))));
    page.filter = Some(Form {
        action: "/admin/payouts".to_owned(),
        fields: vec![
            Field::new("partner", visit.t("col-partner"), &partner, Control::Text),
            Field::new("state", visit.t("col-status"), &state, Control::Choice(states)),
        ],
        buttons: Vec::new(),
    });
    page.ways = [
        ("/admin/payouts/new", visit.t("payout-new")),
        ("/admin/payouts/files", visit.t("payout-files")),
        ("/admin/adjustments", visit.t("adjustments-title")),
        ("/admin/payouts.csv", "CSV".to_owned()),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into();
    let may_change = page.frame.may_change();
    let choose = |buttons, fields| Some(Form { action: "/admin/payouts".to_owned(), fields, buttons });
    let any_prepared = rows.iter().any(is_prepared);
    page.parts.push(Part {
        table: Some(table(visit, COLUMNS, &rows, key, visit.t("payouts-empty"))?),
        form: choose(
            vec![("confirm", visit.t("payout-confirm"))],
            vec![Field::new("reason", visit.t("payout-reference"), "", Control::Text)],
        )
        .filter(|_| may_change && any_prepared),
        ..Part::default()
    });
    if may_change {
        page.parts.push(Part {
            title: visit.t("payouts-due"),
            hint: visit.t("payouts-due-hint"),
            form: choose(vec![("prepare", visit.t("payouts-prepare"))], Vec::new()),
            ..Part::default()
        });
    }
    Ok(html(200, &page)?)
}

fn is_prepared(row: &Row) -> bool {
    row.text("state").is_ok_and(|state| state == "prepared")
}

/// Those that are prepared can be chosen, by their numbers.
fn key(row: &Row) -> worker::Result<String> {
    Ok(if is_prepared(row) { row.number("id")?.to_string() } else { String::new() })
}

/// Proposes whatever is due, or confirms what was chosen.
pub(in crate::http::site) async fn change_payouts(visit: &Visit<'_>) -> Shown {
    if visit.field("do") == "prepare" {
        let due = payouts::due(visit.env, visit.now).await?;
        if due.is_empty() {
            return said("/admin/payouts", "payouts-none-due");
        }
        let statements = vec![payouts::propose_all(&due, visit.who(), visit.now)];
        let change = line(visit, "payouts.prepared", "", String::new(), due.len().to_string());
        return book(visit, statements, &change, "/admin/payouts?state=prepared", "payouts-prepared").await;
    }
    let ids: Vec<i64> = visit.fields("id").filter_map(|id| id.parse().ok()).collect();
    let known = payouts::states(visit.env, &ids).await?;
    if ids.is_empty() || visit.field("do") != "confirm" {
        return said("/admin/payouts", "payouts-none-chosen");
    }
    if known.len() < ids.len() {
        return Err(Refusal::NotFound);
    }
    confirm(visit, &known, "/admin/payouts").await
}

/// Books as sent what is prepared of payouts; those that were confirmed before stay as they are.
async fn confirm(visit: &Visit<'_>, known: &[(i64, String)], back: &str) -> Shown {
    if known.iter().any(|(_, state)| state == "failed") {
        return said(back, "payout-has-failed");
    }
    let ids: Vec<i64> = known.iter().filter(|(_, state)| state == "prepared").map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return said(back, "payouts-confirmed");
    }
    let Some(reason) = reference(visit) else {
        return said(back, "order-reason-missing");
    };
    let signed = Signed { by: visit.who(), reason, at: visit.now };
    let numbers = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let change = line(visit, "payouts.confirmed", &numbers, "prepared".to_owned(), format!("confirmed: {reason}"));
    book(visit, payouts::becomes(&ids, 0, "confirmed", &signed).into(), &change, back, "payouts-confirmed").await
}

/// The bank's reference, if it is one; what the batch says where none is given.
fn reference<'v>(visit: &'v Visit<'_>) -> Option<&'v str> {
    match visit.field("reason") {
        "" => Some("sent"),
        given => Some(given).filter(|given| is_line(given)),
    }
}

/// Whether a text can be a reason: something, on one line.
pub(super) fn is_line(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 500 && !text.contains(char::is_control)
}

/// A line of the history.
pub(super) fn line<'l>(
    visit: &'l Visit<'_>,
    what: &'static str,
    subject: &'l str,
    before: String,
    after: String,
) -> Change<'l> {
    Change { at: visit.now, who: visit.who(), what, subject, before, after }
}

/// Leads back with something to be said.
pub(super) fn said(path: &str, key: &str) -> Shown {
    let mark = if path.contains('?') { '&' } else { '?' };
    Ok(to(&format!("{path}{mark}said={key}"), &[])?)
}

/// Books in one transaction that nobody else writes beside, and says what came of it.
pub(super) async fn book(
    visit: &Visit<'_>,
    statements: Vec<Prepared>,
    change: &Change<'_>,
    back: &str,
    done: &str,
) -> Shown {
    let mut all = vec![payouts::fence(visit.who(), visit.now)];
    all.extend(statements);
    let key = match history::change(visit.env, &all, None, change).await {
        Ok(_) => done,
        Err(error) => match payouts::refused(&error) {
            Some(Refused::Busy) => "ledger-busy",
            Some(Refused::Again) => "payout-again",
            Some(Refused::Open) => "payout-open",
            None => return Err(error.into()),
        },
    };
    said(back, key)
}

/// Pays one partner: who, by which wallet, how much.
pub(in crate::http::site) async fn new(visit: &Visit<'_>) -> Shown {
    let name = visit.query("partner");
    let mut page = List::of(visit.frame(visit.t("payout-new")));
    page.hint = visit.t("payout-new-hint");
    page.filter = Some(Form {
        action: "/admin/payouts/new".to_owned(),
        fields: vec![Field::new("partner", visit.t("col-partner"), &name, Control::Required)],
        buttons: Vec::new(),
    });
    page.ways = vec![("/admin/balances".to_owned(), visit.t("balances-title"))];
    if name.is_empty() {
        return Ok(html(200, &page)?);
    }
    let Some(receiver) = payouts::receiver(visit.env, &name, visit.now).await? else {
        page.hint = visit.t1("order-partner-unknown", "code", &name);
        return Ok(html(200, &page)?);
    };
    let mut wallets: Vec<(String, String)> =
        receiver.wallets.iter().map(|to| (to.method().as_str().to_owned(), tables::wallet(visit, to))).collect();
    if !wallets.iter().any(|(method, _)| method == "cash") {
        wallets.push(("cash".to_owned(), page.frame.word("method", "cash")));
    }
    for (currency, pending, payable) in &receiver.balances {
        let owed = tables::money(visit, *payable, *currency);
        let held = tables::money(visit, *pending, *currency);
        let prefilled = Money::from_minor((*payable).max(0), *currency).ok().filter(|money| money.minor() > 0);
        let mut fields = vec![
            Field::hidden("partner", name.clone()),
            Field::hidden("currency", currency.code().to_owned()),
            Field::hidden("latest", receiver.latest.to_string()),
            Field::new("method", visit.t("col-method"), "", Control::Choice(wallets.clone())),
        ];
        let label = format!("{}, {}", visit.t("col-amount"), currency.code());
        fields.push(Field::new("amount", label, &prefilled.map_or_else(String::new, Money::amount), Control::Amount));
        fields.push(Field::new("reason", visit.t("payout-reference"), "", Control::Text));
        page.parts.push(Part {
            title: format!("{} · {}", if receiver.name.is_empty() { &name } else { &receiver.name }, owed),
            hint: format!("{} {owed} · {} {held}", visit.t("balance-payable"), visit.t("balance-pending")),
            form: page.frame.may_change().then(|| Form {
                action: "/admin/payouts/new".to_owned(),
                fields,
                buttons: vec![("pay", visit.t("payout-pay-now")), ("prepare", visit.t("payout-prepare"))],
            }),
            table: None,
        });
    }
    if receiver.balances.is_empty() {
        page.hint = visit.t("payout-nothing-booked");
    }
    page.parts.push(Part {
        title: visit.t("payouts-title"),
        table: Some(table(visit, COLUMNS, &receiver.payouts, tables::no_key, visit.t("payouts-empty"))?),
        ..Part::default()
    });
    Ok(html(200, &page)?)
}

/// Records a payout to one partner: as proposed, or as sent.
pub(in crate::http::site) async fn pay(visit: &Visit<'_>) -> Shown {
    let name = visit.field("partner");
    let receiver = payouts::receiver(visit.env, name, visit.now).await?.ok_or(Refusal::NotFound)?;
    let currency: Currency = visit.field("currency").parse().map_err(|_| Refusal::NotFound)?;
    let balance = receiver.balances.iter().find(|(known, _, _)| *known == currency);
    let (Some((_, _, debt_minor)), Ok(latest)) = (balance, visit.field("latest").parse()) else {
        return Err(Refusal::NotFound);
    };
    let back = format!("/admin/payouts/new?partner={}", segment(name));
    let Some(amount) = tables::amount(visit.field("amount"), currency) else {
        return said(&back, "amount-wrong");
    };
    let Some(reason) = reference(visit) else {
        return said(&back, "order-reason-missing");
    };
    let method = visit.field("method");
    let by_hand;
    let requisites = match receiver.wallets.iter().find(|to| to.method().as_str() == method) {
        Some(known) => known,
        None if method == "cash" => {
            by_hand = cash(if receiver.name.is_empty() { name } else { &receiver.name }).ok_or(Refusal::NotFound)?;
            &by_hand
        }
        None => return Err(Refusal::NotFound),
    };
    let account = receiver.account;
    let proposal =
        Proposal { account, currency, amount_minor: amount.minor(), debt_minor: *debt_minor, requisites, latest };
    let mut statements = vec![payouts::propose_one(&proposal, visit.who(), visit.now)?];
    let is_sent = visit.field("do") == "pay";
    if is_sent {
        let signed = Signed { by: visit.who(), reason, at: visit.now };
        statements.extend(payouts::becomes(&[], account, "confirmed", &signed));
    }
    let after = format!("{amount} {} {}", requisites.method().as_str(), requisites.masked());
    let (what, done) =
        if is_sent { ("payout.paid", "payouts-confirmed") } else { ("payout.prepared", "payouts-prepared") };
    let change = line(visit, what, name, String::new(), after);
    book(visit, statements, &change, &format!("/admin/payouts?partner={}", segment(name)), done).await
}

/// Money from hand to hand, for whoever has said nothing else.
fn cash(name: &str) -> Option<Requisites> {
    let request = RequisitesRequest {
        method: "cash".to_owned(),
        holder: "person".to_owned(),
        name: name.to_owned(),
        note: "by hand".to_owned(),
        ..RequisitesRequest::default()
    };
    request.check().ok()
}

/// One payout.
pub(in crate::http::site) async fn payout(visit: &Visit<'_>) -> Shown {
    let id: i64 = visit.segment.parse().map_err(|_| Refusal::NotFound)?;
    let (payout, history) = payouts::card(visit.env, id).await?;
    let payout = payout.ok_or(Refusal::NotFound)?;
    let state = payout.text("state")?;
    let currency = payout.currency("currency")?;
    let mut page = List::of(visit.frame(visit.t1("payout-title", "number", &visit.segment)));
    page.ways = vec![("/admin/payouts".to_owned(), visit.t("payouts-title"))];
    let amount = Money::from_minor(payout.number("amount_minor")?, currency).map(Money::amount).unwrap_or_default();
    let reason = || Field::new("reason", visit.t("payout-reason"), "", Control::Required);
    let form = |fields: Vec<Field>, button: &'static str, text: String| {
        Some(Form { action: visit.path.clone(), fields, buttons: vec![(button, text)] })
    };
    page.parts.push(Part {
        table: Some(table(visit, COLUMNS, std::slice::from_ref(&payout), tables::no_key, String::new())?),
        ..Part::default()
    });
    let mut part = |title: String, form: Option<Form>| page.parts.push(Part { title, form, ..Part::default() });
    if visit.frame(String::new()).may_change() {
        if state == "prepared" {
            let sent = Field::new("reason", visit.t("payout-reference"), "", Control::Text);
            part(visit.t("payout-confirm"), form(vec![sent], "confirm", visit.t("payout-confirm")));
            let label = format!("{}, {}", visit.t("col-amount"), currency.code());
            let amount = Field::new("amount", label, &amount, Control::Amount);
            part(visit.t("payout-edit"), form(vec![amount, reason()], "edit", visit.t("save")));
        }
        if state != "failed" {
            let text = if state == "prepared" { visit.t("payout-give-up") } else { visit.t("payout-came-back") };
            part(text.clone(), form(vec![reason()], "fail", text));
        }
    }
    page.parts.push(Part {
        title: visit.t("order-events"),
        table: Some(table(visit, HISTORY, &history, tables::no_key, String::new())?),
        ..Part::default()
    });
    Ok(html(200, &page)?)
}

/// Confirms a payout, changes its amount, or says that it was not sent or has come back.
pub(in crate::http::site) async fn change_payout(visit: &Visit<'_>) -> Shown {
    let id: i64 = visit.segment.parse().map_err(|_| Refusal::NotFound)?;
    let (payout, _) = payouts::card(visit.env, id).await?;
    let payout = payout.ok_or(Refusal::NotFound)?;
    let state = payout.text("state")?;
    let currency = payout.currency("currency")?;
    let back = format!("/admin/payouts/{id}");
    if visit.field("do") == "confirm" {
        return confirm(visit, &[(id, state)], &back).await;
    }
    let reason = visit.field("reason");
    if !is_line(reason) {
        return said(&back, "order-reason-missing");
    }
    let signed = Signed { by: visit.who(), reason, at: visit.now };
    let (statements, what, before, after) = match (visit.field("do"), state.as_str()) {
        ("edit", "prepared") => {
            let Some(amount) = tables::amount(visit.field("amount"), currency) else {
                return said(&back, "amount-wrong");
            };
            let before = Money::from_minor(payout.number("amount_minor")?, currency);
            let before = before.map(|money| money.to_string()).unwrap_or_default();
            (vec![payouts::edit(id, amount.minor(), &signed)], "payout.edited", before, amount.to_string())
        }
        ("fail", "prepared") => (vec![payouts::give_up(id, &signed)], "payout.failed", state, reason.to_owned()),
        ("fail", "confirmed") => {
            (payouts::becomes(&[id], 0, "failed", &signed).into(), "payout.failed", state, reason.to_owned())
        }
        // What it was asked for has become of it already, or cannot any more: the card says how it stands.
        ("edit" | "fail", _) => return said(&back, "payout-stands"),
        _ => return Err(Refusal::NotFound),
    };
    let number = id.to_string();
    let change = line(visit, what, &number, before, after);
    book(visit, statements, &change, &back, "payout-changed").await
}
