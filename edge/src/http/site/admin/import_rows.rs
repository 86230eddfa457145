//! What the rows of a sent file say, what of it is known, and the statements that store the rest.

use serde_json::json;
use tributary_shared::id::{Code, CouponCode};
use tributary_shared::import::orders::{self, Beside, Orders};
use tributary_shared::import::{BadRow, Kind, Pairs, Table, TableRow, partners, products, refunds};
use tributary_shared::json::Object;
use tributary_shared::rules::Rulebook;
use tributary_shared::sorted::sort_by;
use tributary_shared::time::Timestamp;

use crate::config::config;
use crate::http::site::Refusal;
use crate::http::site::visit::Visit;
use crate::store::Answers;
use crate::store::history::Prepared;
use crate::store::imports::{self, Counts, Sent};
use crate::store::partners::text_of;
use crate::store::products::terms_text;

/// The file with our names on its columns.
pub(super) fn table(sent: &Sent) -> Table<'_> {
    let mut table = Table::open(&sent.text);
    // No column has a name of ours that it was not given.
    for name in sent.kind.columns() {
        table.forget(name);
    }
    for (name, place) in sent.kind.columns().iter().zip(&sent.places) {
        if let Some(place) = place {
            table.rename(*place, name);
        }
    }
    table
}

/// What rows say, and what is to be asked of the database.
#[derive(Default)]
pub(super) struct Read {
    rows: Vec<TableRow>,
    orders: Vec<orders::Taken>,
    bad: Vec<BadRow>,
    pub(super) questions: Vec<Prepared>,
}

/// Texts as JSON.
fn list(texts: &[&str]) -> String {
    json!(texts).to_string()
}

/// Reads a file, as far as it can be without the database.
pub(super) fn read(visit: &Visit<'_>, sent: &Sent) -> Read {
    let mut read = Read { rows: table(sent).rows(sent.kind.columns()), ..Read::default() };
    let mut names: Vec<String> = Vec::new();
    match sent.kind {
        Kind::Orders => {
            let config = config(visit.env);
            let beside = Beside { now: visit.now, currency: sent.currency, keys: config.site.keys.as_ref() };
            let mut all = Orders::new(beside);
            let mut found = Vec::new();
            for row in std::mem::take(&mut read.rows) {
                found.extend(all.push(row));
            }
            found.extend(all.finish());
            for order in found {
                match order {
                    Ok(order) => {
                        let said = Object::default().text("order", Some(order.order.as_str()));
                        let said = said.text("status", Some(order.status.as_str())).text("hash", Some(&order.hash));
                        names.push(said.end());
                        read.orders.push(order);
                    }
                    Err(bad) => read.bad.push(bad),
                }
            }
            let mut codes = Vec::new();
            for order in &read.orders {
                codes.extend(order.partner.as_ref().map(Code::as_str));
            }
            read.questions = imports::ask_orders(format!("[{}]", names.join(",")), list(&codes));
        }
        Kind::Refunds => {
            let orders = refunds::orders_of(&read.rows);
            // As if all orders were here, whatever their currency: for the ids of what the rows say.
            let mut any = Pairs::new();
            for order in &orders {
                any.insert((*order).to_owned(), String::new());
            }
            let taken = refunds::read(&read.rows, &any, visit.now).0;
            let mut ids = Vec::new();
            for refund in &taken {
                ids.push(refund.event_id.as_str());
            }
            read.questions = imports::ask_refunds(list(&orders), list(&ids));
        }
        Kind::Partners => {
            for row in &read.rows {
                for coupon in row.text("coupon").split(';') {
                    names.extend(CouponCode::parse(coupon).ok().map(String::from));
                }
            }
            let mut coupons = Vec::new();
            for name in &names {
                coupons.push(name.as_str());
            }
            read.questions = imports::ask_partners(list(&coupons));
        }
        Kind::Products => {
            let mut skus = Vec::new();
            for row in &read.rows {
                skus.push(row.text("sku"));
            }
            read.questions = imports::ask_products(list(&skus));
        }
    }
    read
}

/// What a file comes to.
pub(super) struct Looked {
    pub(super) counts: Counts,
    pub(super) bad: Vec<BadRow>,
    pub(super) statements: Vec<Prepared>,
}

/// Judges what was read by what is known.
pub(super) fn judge(visit: &Visit<'_>, sent: &Sent, read: Read, answers: &Answers) -> Result<Looked, Refusal> {
    let Read { rows, orders, mut bad, .. } = read;
    let mut statements = Vec::new();
    let (mut good, mut known) = (0, 0);
    match sent.kind {
        Kind::Orders => {
            let (again, partners) = (imports::pairs(answers, 0)?, imports::pairs(answers, 1)?);
            let mut events = Vec::new();
            for order in orders {
                if order.partner.as_ref().is_some_and(|code| !partners.contains_key(code.as_str())) {
                    bad.push(order.of_nobody());
                    continue;
                }
                known += usize::from(again.contains_key(order.order.as_str()));
                events.push(order.event);
            }
            good += events.len();
            imports::orders(&events, &mut statements);
        }
        Kind::Refunds => {
            let (currencies, mut hashes) = (imports::pairs(answers, 0)?, imports::pairs(answers, 1)?);
            let (taken, unread) = refunds::read(&rows, &currencies, visit.now);
            bad.extend(unread);
            good += taken.len();
            let before = bad.len();
            let (fresh, _) = refunds::fresh(taken, &mut hashes, &mut bad);
            good -= bad.len() - before;
            known += good - fresh.len();
            imports::refunds(&fresh, &mut statements);
        }
        Kind::Partners => {
            let book = imports::book_of_partners(answers)?;
            let zone = visit.merchant.zone;
            let (drafts, report) = partners::read(table(sent), &book, visit.now, &|text| zone.parse_time(text));
            bad = report.bad;
            good += drafts.len();
            let mut lists = [Vec::new(), Vec::new(), Vec::new()];
            for draft in &drafts {
                known += usize::from(!changed(visit, draft, &book, &mut lists)?);
            }
            let [persons, versions, coupons] = &lists;
            imports::partners([persons, versions, coupons], visit.who(), visit.now, &mut statements);
        }
        Kind::Products => {
            let book = imports::book_of_products(answers)?;
            let (drafts, report) = products::read(table(sent), &book);
            bad = report.bad;
            good += drafts.len();
            let mut lists = [Vec::new(), Vec::new()];
            for draft in &drafts {
                known += usize::from(!product_changed(visit, draft, &book, &mut lists)?);
            }
            let [names, versions] = &lists;
            imports::products([names, versions], visit.who(), visit.now, &mut statements);
        }
    }
    sort_by(&mut bad, |one, other| one.line.cmp(&other.line));
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let counts = Counts { new: count(good - known), known: count(known), bad: count(bad.len()) };
    Ok(Looked { counts, bad, statements })
}

/// Adds what a row changes of a partner to the lists of persons, versions and coupons; whether it changes anything.
fn changed(
    visit: &Visit<'_>,
    draft: &partners::Draft,
    book: &Rulebook,
    [persons, versions, coupons]: &mut [Vec<String>; 3],
) -> Result<bool, Refusal> {
    let code = Some(draft.code.as_str());
    let known = book.partner_by_code(draft.code.as_str());
    let latest = known.and_then(|known| known.terms.at(visit.now)).map(|(_, terms)| terms);
    let terms = draft.terms(latest, book);
    let (name, email) = (draft.name(known), draft.email(known));
    let mut is_changed = known.is_none_or(|known| known.name != name || known.email != email);
    // One who is made by the same file is known by his code alone.
    let parent = draft.parent.as_ref().and_then(Option::as_ref).map(Code::as_str);
    let parent = parent.filter(|code| book.partner_by_code(code).is_none());
    if latest != Some(&terms) || parent.is_some() {
        // First terms hold for ever back.
        let from = latest.map_or(Timestamp::FIRST, |_| visit.now);
        let version = Object::default().text("code", code).time("valid_from", from).raw("terms", &text_of(&terms)?);
        versions.push(version.text("parent", parent).end());
        is_changed = true;
    }
    for coupon in &draft.coupons {
        if book.coupon_owner(coupon).is_none() {
            coupons.push(Object::default().text("code", Some(coupon.as_str())).text("partner", code).end());
            is_changed = true;
        }
    }
    if is_changed {
        persons.push(Object::default().text("code", code).text("name", Some(&name)).text("email", Some(&email)).end());
    }
    Ok(is_changed)
}

/// Adds what a row changes of a product to the lists of names and versions; whether it changes anything.
fn product_changed(
    visit: &Visit<'_>,
    draft: &products::Draft,
    book: &Rulebook,
    [names, versions]: &mut [Vec<String>; 2],
) -> Result<bool, Refusal> {
    let sku = Some(draft.sku.as_str());
    let known = book.product(draft.sku.as_str());
    let latest = known.and_then(|known| known.terms.at(visit.now)).map(|(_, terms)| terms);
    let (name, terms) = (draft.name(known), draft.terms(latest));
    let is_renamed = known.is_none_or(|known| known.name != name);
    if is_renamed {
        names.push(Object::default().text("sku", sku).text("name", Some(&name)).end());
    }
    let is_changed = latest != Some(&terms);
    if is_changed {
        // First terms hold for ever back.
        let from = latest.map_or(Timestamp::FIRST, |_| visit.now);
        let version = Object::default().text("sku", sku).time("valid_from", from);
        versions.push(version.raw("terms", &terms_text(&terms)?).end());
    }
    Ok(is_renamed || is_changed)
}
