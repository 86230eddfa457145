//! Orders, and what somebody decides about one.

use tributary_shared::id::{Code, ExternalId, OrderId};
use tributary_shared::ledger::Account;
use tributary_shared::money::Currency;
use tributary_shared::order::{EventBody, Order, OrderEvent, Ruling, Snapshot, Word};
use tributary_shared::time::Timestamp;
use tributary_shared::trace::{lines, unpack};

use super::what_if;
use crate::http::site::desk;
use crate::http::site::entries::{self, page_of, segment};
use crate::http::site::visit::Visit;
use crate::http::site::{Refusal, Shown, html, to};
use crate::pages::admin as pages;
use crate::pages::frame::{Frame, Tone};
use crate::pages::texts::say;
use crate::store;
use crate::store::history::{self, Change};
use crate::store::order_cards::{self, Which};

/// The list of orders.
pub(in crate::http::site) async fn orders(visit: &Visit<'_>) -> Shown {
    let (search, after) = (visit.query("q"), visit.query("after"));
    let which = match visit.query("show").as_str() {
        "held" => Which::Held,
        "reported" => Which::Reported,
        _ => Which::All,
    };
    let mut rows = order_cards::orders(visit.env, &search, which, &after).await?;
    let key = |row: &order_cards::OrderRow| match search.is_empty() {
        true => row.id.to_string(),
        false => segment(&row.external_id),
    };
    let next = page_of(&mut rows).map(key);
    let rows = rows.into_iter().map(order_row).collect();
    let frame = visit.frame(visit.t("orders-title"));
    let (is_held, is_reported) = (which == Which::Held, which == Which::Reported && search.is_empty());
    Ok(html(
        200,
        &pages::Orders { frame, search, is_held, is_reported, rows, after: next, is_later: !after.is_empty() },
    )?)
}

fn order_row(row: order_cards::OrderRow) -> pages::OrderRow {
    let body = row.body.as_deref().and_then(|text| serde_json::from_str::<EventBody>(text).ok());
    let snapshot = body.as_ref().and_then(EventBody::snapshot);
    let reported = match &body {
        Some(EventBody::Evidence(evidence)) => Some((evidence.amount_minor, evidence.currency)),
        Some(_) | None => None,
    };
    let is_current = row.decided_revision == row.revision;
    let outcome = row.outcome.filter(|_| is_current).unwrap_or_else(|| "undecided".to_owned());
    let partner = row.partner.or_else(|| expected(&outcome, snapshot));
    pages::OrderRow {
        segment: segment(&row.external_id),
        external_id: row.external_id,
        at: row.at,
        status: snapshot.map(|snapshot| snapshot.status.as_str()),
        net: snapshot.map(|snapshot| (snapshot.net_minor(), snapshot.currency)).or(reported),
        outcome,
        partner,
    }
}

/// Whom an order names that nobody is credited with yet: it is his already, and earns once it is paid.
fn expected(outcome: &str, snapshot: Option<&Snapshot>) -> Option<String> {
    let named = snapshot.filter(|_| ["undecided", "unpaid"].contains(&outcome))?.partner.as_ref()?;
    Some(named.as_str().to_owned())
}

/// One order.
pub(in crate::http::site) async fn order(visit: &Visit<'_>) -> Shown {
    let frame = visit.frame(visit.t1("order-title", "order", &visit.segment));
    show_order(visit, 200, frame, None).await
}

/// Folds an order's events, as the night does.
pub(in crate::http::site) fn folded(
    external_id: &str,
    events: &[order_cards::EventRow],
) -> Option<(Order, Vec<OrderEvent>)> {
    let id = OrderId(events.first()?.id);
    let external_id = ExternalId::parse(external_id).ok()?;
    let events: Vec<OrderEvent> = events
        .iter()
        .filter_map(|row| {
            let body = serde_json::from_str(&row.body).ok()?;
            Some(OrderEvent { arrival: row.arrival, source: row.source.clone(), at: row.at, body })
        })
        .collect();
    Some((Order::fold(id, external_id, &events), events))
}

async fn show_order(visit: &Visit<'_>, status: u16, frame: Frame, tried: Option<Ruling>) -> Shown {
    let known = order_cards::order(visit.env, &visit.segment).await?;
    let (order, events) = folded(&visit.segment, &known.events).ok_or(Refusal::NotFound)?;
    let first = known.events.first().ok_or(Refusal::NotFound)?;
    let decision = known.decision.as_ref().filter(|decision| decision.revision == first.revision);
    let trace = decision.and_then(|decision| unpack(&decision.steps).ok()).map(|steps| lines(&steps));
    let snapshot = order.known.as_ref();
    let currency = snapshot.map(|snapshot| snapshot.currency);
    let customer = snapshot.map_or(String::new(), |snapshot| {
        let customer = &snapshot.customer;
        let parts = [
            customer.name.clone(),
            customer.email.as_ref().map(|email| email.as_str().to_owned()),
            customer.external_id.as_ref().map(|id| id.as_str().to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    });
    let outcome = decision.map_or("undecided", |decision| decision.outcome.as_str());
    let mut page = pages::OrderCard {
        frame,
        segment: segment(&visit.segment),
        status: snapshot.map(|snapshot| snapshot.status.as_str()),
        placed_at: snapshot.and_then(|snapshot| snapshot.placed_at),
        paid_at: snapshot.and_then(|snapshot| snapshot.paid_at),
        net: snapshot.map(|snapshot| (snapshot.net_minor(), snapshot.currency)),
        left: snapshot
            .filter(|snapshot| snapshot.left_minor() != snapshot.net_minor())
            .map(|snapshot| (snapshot.left_minor(), snapshot.currency)),
        customer,
        placed_by: snapshot.and_then(|snapshot| snapshot.placed_by.clone()).unwrap_or_default(),
        service_date: snapshot.and_then(|snapshot| snapshot.service_date.clone()).unwrap_or_default(),
        next: desk::next(visit, snapshot, &events),
        coupons: snapshot.map_or(String::new(), |snapshot| {
            snapshot.coupons.iter().map(|coupon| coupon.as_str()).collect::<Vec<_>>().join(", ")
        }),
        outcome: outcome.to_owned(),
        partner: known.decision.as_ref().and_then(|last| last.partner.clone()).or_else(|| expected(outcome, snapshot)),
        evidence: decision.and_then(|decision| decision.evidence.clone()),
        decided_at: decision.map(|decision| decision.decided_at),
        lines: snapshot.map_or_else(Vec::new, |snapshot| {
            let line = |line: &tributary_shared::order::Line| pages::LineRow {
                sku: line.sku.to_string(),
                quantity: i64::from(line.quantity),
                net: (line.net_minor, snapshot.currency),
            };
            snapshot.lines.iter().map(line).collect()
        }),
        events: events
            .iter()
            .zip(&known.events)
            .map(|(event, row)| event_row(visit, event, row.received_at, currency))
            .collect(),
        trace: trace.unwrap_or_default(),
        transfers: known.transfers.iter().map(transfer_row).collect(),
        given: ["word", "partner", "reason"].map(|name| visit.field(name).to_owned()),
        effect: None,
    };
    if let Some(ruling) = tried {
        page.effect = Some(what_if::effect(visit, order, ruling, &known).await?);
    }
    Ok(html(status, &page)?)
}

fn event_row(
    visit: &Visit<'_>,
    event: &OrderEvent,
    received_at: Timestamp,
    currency: Option<Currency>,
) -> pages::EventRow {
    let amount = |text: &str| match currency.map(|currency| tributary_shared::money::Money::parse(text, currency)) {
        Some(Ok(money)) => crate::pages::format::money(visit.language, money.minor(), money.currency()),
        Some(Err(_)) | None => text.to_owned(),
    };
    let refund = |refund: &tributary_shared::order::Refund| {
        let lines = refund.lines.iter().map(|line| format!("{} {}", line.sku, amount(&line.net)));
        let parts = refund
            .amount
            .iter()
            .chain(&refund.gross)
            .map(|text| amount(text))
            .chain(lines)
            .collect::<Vec<_>>()
            .join(", ");
        format!("{} {parts} {}", refund.refund_id, refund.reason.as_deref().unwrap_or_default())
    };
    let (kind, detail) = match &event.body {
        EventBody::Order(snapshot) => {
            let status = say(visit.language, &format!("status-{}", snapshot.status.as_str()), &[]);
            (
                "order",
                format!(
                    "{status} · {}",
                    crate::pages::format::money(visit.language, snapshot.net_minor(), snapshot.currency)
                ),
            )
        }
        EventBody::Refund(body) | EventBody::RefundStep(body) => ("refund", refund(body)),
        EventBody::RefundFailed(body) => ("refund_failed", refund(body)),
        EventBody::Chargeback(body) => ("chargeback", refund(body)),
        EventBody::ChargebackWon(body) => ("chargeback_won", body.chargeback_id.to_string()),
        EventBody::Deleted(_) => ("deleted", String::new()),
        EventBody::Ruling(ruling) => {
            ("ruling", format!("{} · {}: {}", visit.problem(&word_of(&ruling.word)), ruling.by, ruling.reason))
        }
        EventBody::Evidence(evidence) => {
            ("evidence", crate::pages::format::money(visit.language, evidence.amount_minor, evidence.currency))
        }
    };
    // A ruling stands at the time of the order's latest event; what people want to know is when it was said.
    let at = match &event.body {
        EventBody::Ruling(ruling) => ruling.at,
        EventBody::Order(_)
        | EventBody::Refund(_)
        | EventBody::RefundStep(_)
        | EventBody::RefundFailed(_)
        | EventBody::Chargeback(_)
        | EventBody::ChargebackWon(_)
        | EventBody::Deleted(_)
        | EventBody::Evidence(_) => event.at.min(received_at),
    };
    pages::EventRow { at, source: event.source.clone(), kind, detail: detail.trim().to_owned() }
}

fn word_of(word: &Word) -> String {
    match word {
        Word::Hold => "hold".to_owned(),
        Word::Release => "release".to_owned(),
        Word::Refuse => "refuse".to_owned(),
        Word::Assign { partner } => format!("assign {partner}"),
        Word::HoldDays(days) => format!("hold {days} d"),
        Word::Charity(charity) => format!("charity {}", charity.code),
        Word::Replay => "judge again".to_owned(),
    }
}

pub(super) fn transfer_row(row: &order_cards::TransferRow) -> pages::TransferRow {
    // What leaves a receiver's account was taken back.
    let is_taken = matches!(Account::from_number(row.debit), Some(Account::Partner(_) | Account::Charity(_)));
    pages::TransferRow {
        receiver: row.receiver.clone(),
        tier: row.tier,
        kind: entries::kind(&row.kind),
        amount: (if is_taken { -row.amount_minor } else { row.amount_minor }, row.currency),
        payable_from: row.payable_from,
        at: row.created_at,
    }
}

/// Records what somebody decided about an order.
pub(in crate::http::site) async fn rule(visit: &Visit<'_>) -> Shown {
    let state = visit.field("becomes");
    if !state.is_empty() {
        if !desk::mark(visit, &visit.segment, state).await? {
            return Err(Refusal::NotFound);
        }
        return Ok(to(&format!("/admin/orders/{}?said=order-marked", segment(&visit.segment)), &[])?);
    }
    let reason = visit.field("reason").to_owned();
    let refuse = |text: String| visit.frame_saying(visit.t1("order-title", "order", &visit.segment), Tone::Bad, text);
    let is_tried = !visit.field("try").is_empty();
    if (reason.is_empty() && !is_tried) || reason.chars().count() > 500 || reason.contains(char::is_control) {
        return show_order(visit, 422, refuse(visit.t("order-reason-missing")), None).await;
    }
    let word = match visit.field("word") {
        "hold" => Word::Hold,
        "release" => Word::Release,
        "refuse" => Word::Refuse,
        "assign" => {
            let given = visit.field("partner");
            let known = store::partners::by_code(visit.env, given).await?;
            match Code::parse(given).ok().filter(|_| known.is_some()) {
                Some(partner) => Word::Assign { partner },
                None => {
                    let frame = refuse(visit.t1("order-partner-unknown", "code", given));
                    return show_order(visit, 422, frame, None).await;
                }
            }
        }
        _ => return Err(Refusal::NotFound),
    };
    if is_tried {
        let frame = visit.frame(visit.t1("order-title", "order", &visit.segment));
        let ruling = Ruling { word, by: visit.who().to_owned(), reason, at: visit.now };
        return show_order(visit, 200, frame, Some(ruling)).await;
    }
    let known = order_cards::order(visit.env, &visit.segment).await?;
    if known.events.is_empty() {
        return Err(Refusal::NotFound);
    }
    let shown = word_of(&word);
    let ruling = Ruling { word, by: visit.who().to_owned(), reason, at: visit.now };
    let statements = [store::orders::rule(&visit.segment, ruling)?];
    let before = known.decision.map_or(String::new(), |decision| decision.outcome);
    let change =
        Change { at: visit.now, who: visit.who(), what: "order.ruled", subject: &visit.segment, before, after: shown };
    history::change(visit.env, &statements, None, &change).await?;
    Ok(to(&format!("/admin/orders/{}?said=order-recorded", segment(&visit.segment)), &[])?)
}
