//! The sales desk: a concierge places an order for his guest, or an agent for the concierge who phones.
//!
//! The order is credited to the concierge, because the customer is somebody else; whoever placed it is on record. Ordering
//! for himself is a self-referral, which the night holds.

use tributary_shared::json;
use tributary_shared::order::intake::{CustomerRequest, LineRequest, OrderRequest};
use tributary_shared::order::{EventBody, Snapshot, Status, event_id};
use tributary_shared::partner::{PartnerStatus, PartnerTerms};

use super::entries::{page_of, segment};
use super::partners::Bad;
use super::visit::Visit;
use super::{Refusal, Shown, file, html, to};
use crate::clock;
use crate::pages::frame::{Frame, Tone};
use crate::pages::sales as pages;
use crate::store;
use crate::store::history::Change;
use crate::store::order_cards;
use crate::store::orders::{Event, Stored};
use crate::store::partner_cards;
use crate::store::sales;
use tributary_shared::hash::hex_hash;

/// The source of orders that are placed here.
pub(super) const SOURCE: &str = store::orders::SALES_DESK;

/// How an order that is placed here is called.
fn is_number(text: &str) -> bool {
    text.strip_prefix("S-").is_some_and(|rest| {
        rest.len() == 8 && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    })
}

/// A number for the next order: it stands in the form, so that the form sent twice is one order.
fn new_number() -> String {
    format!("S-{}", clock::short_code().to_uppercase())
}

/// A partner's desk is open once he is approved.
pub(super) fn is_open(visit: &Visit<'_>) -> Result<(), Refusal> {
    match &visit.session {
        Some(session) if session.is_active != 0 => Ok(()),
        _ => Err(Refusal::NotFound),
    }
}

/// Concierges, for an agent; a partner is led to his own desk.
pub(super) async fn list(visit: &Visit<'_>) -> Shown {
    if let Ok((_, code)) = visit.partner() {
        is_open(visit)?;
        return Ok(to(&format!("/sales/{}", segment(code)), &[])?);
    }
    let (search, after) = (visit.query("q"), visit.query("after"));
    let mut rows = sales::concierges(visit.env, visit.now, &after, &search).await?;
    let after = page_of(&mut rows).map(|row| row.code.clone());
    let rows = rows.into_iter().map(|row| (row.code, row.name, row.site)).collect();
    Ok(html(200, &pages::Desk { frame: visit.frame(visit.t("sales-title")), search, rows, after })?)
}

/// Links to desks as a page to be kept: a partner's own, or all concierges' for an agent.
pub(super) async fn concierges(visit: &Visit<'_>) -> Shown {
    let links = match visit.partner() {
        Ok((_, code)) => vec![(visit.absolute(&format!("/sales/{}", segment(code))), code.to_owned())],
        Err(_) => {
            let rows = sales::all_concierges(visit.env, visit.now).await?;
            let link = |row: sales::ConciergeRow| {
                let site = if row.site.is_empty() { String::new() } else { format!(" · {}", row.site) };
                (
                    visit.absolute(&format!("/sales/{}", segment(&row.code))),
                    format!("{}{site} · {}", row.name, row.code),
                )
            };
            rows.into_iter().map(link).collect()
        }
    };
    let page = pages::Concierges { language: visit.language.code(), title: visit.t("sales-title"), links };
    let text = askama::Template::render(&page).map_err(|error| worker::Error::RustError(error.to_string()))?;
    Ok(file("text/html; charset=utf-8", "concierge.html", text)?)
}

/// The partner whose desk it is: a partner's own, or any for an agent.
async fn concierge(visit: &Visit<'_>) -> Result<partner_cards::PartnerCard, Refusal> {
    if let Ok((_, own)) = visit.partner()
        && own != visit.segment
    {
        return Err(Refusal::NotFound);
    }
    let card = partner_cards::partner(visit.env, &visit.segment, visit.now).await?.ok_or(Refusal::NotFound)?;
    let terms = json::read::<PartnerTerms>(&card.terms).map_err(|_| Refusal::NotFound)?;
    // Nobody earns by him: there is nothing to be placed for him.
    // A partner sells once he is approved.
    let is_refused =
        terms.status == PartnerStatus::Blocked || (visit.partner().is_ok() && terms.status != PartnerStatus::Active);
    if is_refused { Err(Refusal::NotFound) } else { Ok(card) }
}

/// The form.
pub(super) async fn form(visit: &Visit<'_>) -> Shown {
    let card = concierge(visit).await?;
    let given = pages::Given { number: new_number(), quantity: "1".to_owned(), ..pages::Given::default() };
    let title = visit.t1("sales-for", "name", &card.name);
    let placed = visit.query("placed");
    let frame = if is_number(&placed) {
        visit.frame_saying(title, Tone::Good, visit.t1("sales-placed", "order", &placed))
    } else {
        visit.frame(title)
    };
    show(visit, 200, frame, &card, given).await
}

async fn show(
    visit: &Visit<'_>,
    status: u16,
    frame: Frame,
    card: &partner_cards::PartnerCard,
    given: pages::Given,
) -> Shown {
    let (customers, products) = sales::sold(visit.env, card.id, visit.now).await?;
    let page = pages::Place {
        frame,
        code: card.code.clone(),
        given,
        customers: customers.into_iter().map(|row| (row.email, row.name)).collect(),
        products: products.into_iter().map(|row| (row.sku, row.name)).collect(),
        currency: card.currency.ok_or(Refusal::NotFound)?,
        is_own: visit.partner().is_ok(),
    };
    Ok(html(status, &page)?)
}

async fn refuse(visit: &Visit<'_>, card: &partner_cards::PartnerCard, given: pages::Given, bad: Bad) -> Shown {
    let text = super::partners::bad_text(visit, &bad);
    let frame = visit.frame_saying(visit.t1("sales-for", "name", &card.name), Tone::Bad, text);
    show(visit, 422, frame, card, given).await
}

/// Places the order: pending, until whoever may marks it paid.
pub(super) async fn place(visit: &Visit<'_>) -> Shown {
    let card = concierge(visit).await?;
    let field = |name: &str| visit.field(name).to_owned();
    let given = pages::Given {
        number: field("number"),
        known: field("known"),
        name: field("name"),
        email: field("email"),
        sku: field("sku"),
        quantity: field("quantity"),
        net: field("net").replace(',', "."),
        service_date: field("service_date"),
    };
    let (customers, _) = sales::sold(visit.env, card.id, visit.now).await?;
    // Who is typed in is meant, whoever was picked before.
    let is_picked = |email: &str| !given.known.is_empty() && given.email.is_empty() && email == given.known;
    let customer = match customers.into_iter().find(|row| is_picked(&row.email)) {
        Some(known) => CustomerRequest { email: Some(known.email), external_id: None, name: Some(known.name) },
        None => CustomerRequest {
            email: Some(given.email.clone()),
            external_id: None,
            name: Some(given.name.clone()).filter(|name| !name.is_empty()),
        },
    };
    let name = given.number.clone();
    if !is_number(&name) {
        return Err(Refusal::NotFound);
    }
    // A number that is another source's order is nobody's here.
    if order_cards::order(visit.env, &name).await?.events.iter().any(|event| event.source != SOURCE) {
        return Err(Refusal::NotFound);
    }
    // Whether he orders for himself shows in the address.
    let is_nobody = customer.email.as_ref().is_none_or(String::is_empty);
    if is_nobody && (visit.partner().is_ok() || customer.name.is_none()) {
        return refuse(visit, &card, given, Bad("field-email", visit.t("problem-missing"))).await;
    }
    let request = OrderRequest {
        external_id: name.clone(),
        status: Status::Pending.as_str().to_owned(),
        currency: card.currency.ok_or(Refusal::NotFound)?.code().to_owned(),
        placed_at: Some(visit.now.to_string()),
        paid_at: None,
        customer: Some(customer),
        lines: vec![LineRequest {
            sku: given.sku.clone(),
            quantity: given.quantity.parse().ok(),
            net: given.net.clone(),
            refunded_net: None,
        }],
        coupon_codes: Vec::new(),
        trb: None,
        partner: Some(card.code.clone()),
        placed_by: Some(visit.who().to_owned()),
        service_date: Some(given.service_date.clone()),
        subscription: None,
        hold_days: None,
        charity: None,
    };
    let snapshot = match request.check(visit.now) {
        Ok((_, snapshot)) => snapshot,
        Err(error) => {
            let field = match error.field.as_str() {
                "lines[0].net" => "col-net",
                "lines[0].quantity" => "col-quantity",
                "lines[0].sku" => "col-product",
                "customer.email" => "field-email",
                "customer.name" => "field-name",
                "service_date" => "sales-service-date",
                _ => "col-order",
            };
            return refuse(visit, &card, given, Bad(field, error.problem)).await;
        }
    };
    let line = Change {
        at: visit.now,
        who: visit.who(),
        what: "order.placed",
        subject: &name,
        before: String::new(),
        after: card.code.clone(),
    };
    // Sent twice it is one order: what it said first is kept.
    store_snapshot(visit, &name, snapshot, &line).await?;
    Ok(to(&format!("/sales/{}?placed={name}", segment(&card.code)), &[])?)
}

/// Stores what is known now of an order that was placed here.
pub(super) async fn store_snapshot(
    visit: &Visit<'_>,
    name: &str,
    snapshot: Snapshot,
    line: &Change<'_>,
) -> Result<Stored, Refusal> {
    let id = event_id("order", &[name, snapshot.status.as_str()]);
    let body = EventBody::Order(Box::new(snapshot));
    let text = serde_json::to_string(&body).map_err(|error| worker::Error::RustError(error.to_string()))?;
    let event = Event {
        external_id: name,
        source: SOURCE,
        event_id: &id,
        at: visit.now,
        received_at: visit.now,
        body_hash: &hex_hash(text.as_bytes()),
        body: &body,
    };
    let stored = store::orders::store_all(visit.env, std::slice::from_ref(&event), &[], Some(line)).await?;
    Ok(stored.first().copied().unwrap_or(Stored::OtherBody))
}
