//! Orders of the sales desk once they are placed: who sees which, and what becomes of them.

use tributary_shared::account::Right;
use tributary_shared::order::{OrderEvent, Snapshot, Status};

use super::admin::orders::folded;
use super::entries::{page_of, segment};
use super::sales::{SOURCE, is_open, store_snapshot};
use super::visit::Visit;
use super::{Refusal, Shown, html, to};
use crate::pages::format;
use crate::pages::frame::Key;
use crate::pages::list::{Cell, Column, Form, List, Part, Row, Table};
use crate::pages::texts::say;
use crate::store::history::Change;
use crate::store::order_cards::{self, EventRow};
use crate::store::sales;

/// Where they are listed. No partner's code has a slash in it.
const ORDERS: &str = "/sales/desk/orders";

/// The most orders that are marked at once: each takes two ways to the database.
const MARKED_MAX: usize = 10;

/// What may become of an order, by whoever may change orders, if all that is known of it comes from here: it was paid, given
/// back whole, or called off. Of others their shop tells.
pub(super) fn next(visit: &Visit<'_>, snapshot: Option<&Snapshot>, events: &[OrderEvent]) -> &'static [&'static str] {
    let is_placed_here = events.iter().all(|event| event.source == SOURCE || event.source == "merchant");
    match snapshot {
        Some(snapshot) if is_placed_here && may_mark(visit) => match snapshot.status {
            Status::Pending => &["paid", "cancelled"],
            Status::Paid => &["refunded", "cancelled"],
            Status::Refunded | Status::Cancelled => &[],
        },
        _ => &[],
    }
}

fn may_mark(visit: &Visit<'_>) -> bool {
    visit.may(Right::ChangeAdmin)
}

/// Marks an order that was placed here as paid, gives it back, or calls it off; whether it could be.
pub(super) async fn mark(visit: &Visit<'_>, name: &str, state: &str) -> Result<bool, Refusal> {
    let known = order_cards::order(visit.env, name).await?;
    let Some((order, events)) = folded(name, &known.events) else {
        return Ok(false);
    };
    let allowed = next(visit, order.known.as_ref(), &events).contains(&state);
    let (Some(snapshot), Some(status)) = (order.known.filter(|_| allowed), Status::parse(state)) else {
        return Ok(false);
    };
    let paid_at = if status == Status::Paid { Some(visit.now) } else { snapshot.paid_at };
    let change = Change {
        at: visit.now,
        who: visit.who(),
        what: "order.marked",
        subject: name,
        before: snapshot.status.as_str().to_owned(),
        after: state.to_owned(),
    };
    // If somebody was quicker, it is on record by his name.
    store_snapshot(visit, name, Snapshot { status, paid_at, ..snapshot }, &change).await?;
    Ok(true)
}

/// Orders that were placed here: all of them for whoever may mark them, and for others what they placed themselves.
pub(super) async fn orders(visit: &Visit<'_>) -> Shown {
    is_open(visit)?;
    let may_mark = may_mark(visit);
    let by = if may_mark { None } else { Some(visit.who()) };
    let events = sales::placed(visit.env, by, visit.query_number("before")).await?;
    let mut orders: Vec<&[EventRow]> = events.chunk_by(|one, other| one.id == other.id).collect();
    let next_page = page_of(&mut orders).and_then(|events| events.first()).map(|event| event.id);
    let mut columns: Vec<Column> =
        ["col-order", "order-placed", "col-partner", "order-customer", "col-net", "col-status"]
            .map(|key| Column { title: visit.t(key), is_number: key == "col-net" })
            .into();
    if may_mark {
        columns.push(Column { title: visit.t("order-placed-by"), is_number: false });
    }
    let rows: Vec<Row> = orders.into_iter().filter_map(|events| order_row(visit, events, may_mark)).collect();
    let form = Form {
        action: ORDERS.to_owned(),
        fields: Vec::new(),
        buttons: ["paid", "refunded", "cancelled"].map(|state| (state, visit.t(becomes(state)))).into(),
    };
    let part = Part {
        form: Some(form).filter(|_| may_mark && !rows.is_empty()),
        table: Some(Table { columns, rows, empty: visit.t("desk-empty") }),
        ..Part::default()
    };
    let page = List {
        hint: visit.t(if may_mark { Key("desk-hint").0 } else { Key("desk-hint-own").0 }),
        ways: vec![("/sales".to_owned(), visit.t("nav-sales"))],
        parts: vec![part],
        next: next_page.map_or(String::new(), |id| format!("{ORDERS}?before={id}")),
        ..List::of(visit.frame(visit.t("desk-title")))
    };
    Ok(html(200, &page)?)
}

fn becomes(state: &str) -> &'static str {
    match state {
        "paid" => "becomes-paid",
        "refunded" => "becomes-refunded",
        _ => "becomes-cancelled",
    }
}

fn order_row(visit: &Visit<'_>, events: &[EventRow], may_mark: bool) -> Option<Row> {
    let name = &events.first()?.external_id;
    let (order, events) = folded(name, events)?;
    let snapshot = order.known.as_ref()?;
    // What was given back whole elsewhere is refunded, too.
    let is_given_back = snapshot.status == Status::Paid && snapshot.left_minor() == 0 && snapshot.net_minor() != 0;
    let (state, tone) = match snapshot.status {
        Status::Paid if is_given_back => (Status::Refunded, "bad"),
        Status::Pending => (Status::Pending, "warn"),
        Status::Paid => (Status::Paid, "good"),
        Status::Refunded => (Status::Refunded, "bad"),
        Status::Cancelled => (Status::Cancelled, "bad"),
    };
    let customer = &snapshot.customer;
    let customer = customer.name.clone().or_else(|| customer.email.as_ref().map(|email| email.as_str().to_owned()));
    let path = format!("/admin/orders/{}", segment(name));
    let placed_at = snapshot.placed_at.map(|at| format::time(visit.language, visit.merchant.zone, at));
    let mut cells = vec![
        if may_mark { Cell::way(name, path) } else { Cell::text(name) },
        Cell::text(placed_at.unwrap_or_default()),
        Cell::text(snapshot.partner.as_ref().map(ToString::to_string).unwrap_or_default()),
        Cell::text(customer.unwrap_or_default()),
        Cell::text(format::money(visit.language, snapshot.net_minor(), snapshot.currency)),
        Cell { text: say(visit.language, &format!("status-{}", state.as_str()), &[]), path: String::new(), tone },
    ];
    if may_mark {
        cells.push(Cell::text(snapshot.placed_by.clone().unwrap_or_default()));
    }
    let is_over = next(visit, Some(snapshot), &events).is_empty();
    Some(Row { key: if is_over { String::new() } else { name.clone() }, cells })
}

/// Marks orders that were chosen in the list.
pub(super) async fn change_orders(visit: &Visit<'_>) -> Shown {
    is_open(visit)?;
    if !may_mark(visit) {
        return Err(Refusal::NotFound);
    }
    let names: Vec<&str> = visit.fields("id").collect();
    let mut marked = 0;
    if names.len() <= MARKED_MAX {
        for name in &names {
            marked += usize::from(mark(visit, name, visit.field("do")).await?);
        }
    }
    let said = match marked {
        _ if names.len() > MARKED_MAX => "desk-many",
        0 => "desk-none-marked",
        _ if marked < names.len() => "desk-some-marked",
        _ => "order-marked",
    };
    Ok(to(&format!("{ORDERS}?said={said}"), &[])?)
}
