//! Orders with their evidence, a page at a time.

mod body;
mod series;

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::json;
use tributary_shared::attribution::{Evidence, FirstPayment, Payments};
use tributary_shared::contact::{BoundBy, ContactTouch};
use tributary_shared::id::{ExternalId, LinkId, OrderId, PartnerId, TouchId};
use tributary_shared::ledger::Transfer;
use tributary_shared::order::{Order, OrderEvent};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;
use tributary_shared::touch::{Touch, TouchKind};

use super::{Cell, Row, Store, Value, Work, ledger};
use crate::error::Error;

/// Orders of one page: some kilobytes each with all evidence. Over the REST API a page is some seven calls, however long it
/// is.
pub const PAGE_ORDERS: i64 = 2_000;

/// An order with everything that it is judged by.
#[derive(Debug, Clone)]
pub struct Case {
    /// The order.
    pub order: Order,
    /// Up to which revision it was decided; 0 if never.
    pub decided_revision: u32,
    /// What is known beside it.
    pub evidence: Evidence,
    /// What was booked for it.
    pub transfers: Vec<Transfer>,
}

/// Which orders a page is of.
#[derive(Debug, Clone, Copy)]
pub enum Pages {
    /// Those whose revision is not decided and whose latest event was at this instant or earlier.
    Undecided(Timestamp),
    /// Those that were decided before.
    Decided,
    /// All.
    All,
}

/// Whether any order is undecided and settled: one look into an index.
pub fn any_undecided(store: &mut dyn Store, settled_until: Timestamp) -> Result<bool, Error> {
    Ok(!store.rows(include_str!("sql/orders_any_undecided.sql"), &[settled_until.unix_seconds().into()])?.is_empty())
}

/// How many orders are undecided and settled, for a progress bar.
pub fn count_undecided(store: &mut dyn Store, settled_until: Timestamp) -> Result<u64, Error> {
    let rows = store.rows(include_str!("sql/orders_count_undecided.sql"), &[settled_until.unix_seconds().into()])?;
    Ok(rows.first().map(|row| row.integer(0)).transpose()?.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
}

/// The next page of orders after a row, in order of rows.
pub fn page(store: &mut dyn Store, book: &Rulebook, pages: Pages, after: OrderId) -> Result<Vec<Case>, Error> {
    let rows = match pages {
        Pages::Undecided(settled_until) => store.rows(
            include_str!("sql/orders_undecided.sql"),
            &[after.0.into(), PAGE_ORDERS.into(), settled_until.unix_seconds().into()],
        )?,
        Pages::Decided => store.rows(include_str!("sql/orders_decided.sql"), &[after.0.into(), PAGE_ORDERS.into()])?,
        Pages::All => store.rows(include_str!("sql/orders_all.sql"), &[after.0.into(), PAGE_ORDERS.into()])?,
    };
    cases(store, book, &rows)
}

/// One order, by what the shop calls it.
pub fn find(store: &mut dyn Store, book: &Rulebook, external_id: &str) -> Result<Option<Case>, Error> {
    let rows = store.rows(include_str!("sql/order_by_external_id.sql"), &[external_id.into()])?;
    Ok(cases(store, book, &rows)?.pop())
}

fn cases(store: &mut dyn Store, book: &Rulebook, rows: &[Row]) -> Result<Vec<Case>, Error> {
    let mut cases = folded(rows, 0)?;
    add_contacts(store, &mut cases)?;
    add_stored_touches(store, &mut cases)?;
    series::add(store, book, &mut cases)?;
    add_transfers(store, &mut cases)?;
    Ok(cases)
}

/// Folds rows of events, those of one order together, to orders; the order's row is in `column`.
fn folded(rows: &[Row], column: usize) -> Result<Vec<Case>, Error> {
    let mut cases = Vec::new();
    for of_order in rows.chunk_by(|left, right| left.0.get(..=column) == right.0.get(..=column)) {
        let first = &of_order[0];
        let corrupt = |problem: String| Error::Corrupt {
            subject: format!("order {}", first.text(column + 1).unwrap_or("?")),
            problem,
        };
        let external_id = ExternalId::parse(first.text(column + 1)?).map_err(|error| corrupt(error.to_string()))?;
        let mut events = Vec::with_capacity(of_order.len());
        for row in of_order {
            events.push(OrderEvent {
                arrival: row.integer(column + 3)?,
                source: row.text(column + 4)?.to_owned(),
                at: Timestamp::from_unix_seconds(row.integer(column + 5)?),
                body: body::read(row.text(column + 6)?).map_err(|error| corrupt(error.to_string()))?,
            });
        }
        cases.push(Case {
            order: Order::fold(OrderId(first.integer(column)?), external_id, &events),
            decided_revision: u32::try_from(first.integer(column + 2)?).map_err(|error| corrupt(error.to_string()))?,
            evidence: Evidence::default(),
            transfers: Vec::new(),
        });
    }
    Ok(cases)
}

/// Adds what ties contacts to partners, less what an order says itself.
fn add_contacts(store: &mut dyn Store, cases: &mut [Case]) -> Result<(), Error> {
    let customers = || cases.iter().filter_map(|case| case.order.known.as_ref()).map(|known| &known.customer);
    // In the order of their indexes.
    let emails: BTreeSet<&str> =
        customers().filter_map(|customer| customer.email.as_ref()).map(|email| email.as_str()).collect();
    let ids: BTreeSet<&str> =
        customers().filter_map(|customer| customer.external_id.as_ref()).map(|id| id.as_str()).collect();
    if emails.is_empty() && ids.is_empty() {
        return Ok(());
    }
    fn names<'a>(sql: &'static str, names: &BTreeSet<&'a str>) -> Work<'a> {
        Work { sql, columns: 1, cells: names.iter().map(|name| Cell::Text(name)).collect() }
    }
    let one_by_one = [
        names(include_str!("sql/contact_touches_of_email.sql"), &emails),
        names(include_str!("sql/contact_touches_of_external_id.sql"), &ids),
    ];
    let rows = match store.look_up(&one_by_one)? {
        Some(rows) => rows,
        None => store.rows(
            include_str!("sql/contact_touches.sql"),
            &[json!(emails).to_string().into(), json!(ids).to_string().into()],
        )?,
    };
    let mut by_email: HashMap<&str, Vec<&Row>> = HashMap::new();
    let mut by_id: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in &rows {
        if let Some(email) = row.optional_text(0)? {
            by_email.entry(email).or_default().push(row);
        }
        if let Some(id) = row.optional_text(1)? {
            by_id.entry(id).or_default().push(row);
        }
    }
    for case in cases {
        let Some(known) = &case.order.known else {
            continue;
        };
        let own = format!("order {}", case.order.external_id);
        let of_email = known.customer.email.as_ref().and_then(|email| by_email.get(email.as_str()));
        let of_id = known.customer.external_id.as_ref().and_then(|id| by_id.get(id.as_str()));
        for row in of_email.into_iter().flatten().chain(of_id.into_iter().flatten()) {
            if row.text(6)? == own {
                continue;
            }
            let by = BoundBy::parse(row.text(3)?).ok_or_else(|| Error::Corrupt {
                subject: own.clone(),
                problem: "a contact bound by nothing known".to_owned(),
            })?;
            let touch = ContactTouch {
                partner: PartnerId(row.integer(2)?),
                by,
                at: Timestamp::from_unix_seconds(row.integer(4)?),
                touched_at: Some(row.integer(5)?).filter(|at| *at >= 0).map(Timestamp::from_unix_seconds),
            };
            if !case.evidence.contact.contains(&touch) {
                case.evidence.contact.push(touch);
            }
        }
    }
    Ok(())
}

/// Adds the touches stored for the visitors whom orders carry, or whose touches they carry.
fn add_stored_touches(store: &mut dyn Store, cases: &mut [Case]) -> Result<(), Error> {
    let of_visitors: Asked = (0_i64..)
        .zip(cases.iter())
        .filter_map(|(index, case)| Some((index, case.order.known.as_ref()?.visitor?.0.to_string())))
        .collect();
    if let Some(rows) = store.look_up(&[one_by_one(include_str!("sql/touches_of_visitor.sql"), &of_visitors)])? {
        keep_touches(cases, rows)?;
        // Nearly all that orders carry was found already: it is of the visitor whom they carry. Of what is left, one touch
        // of each order at a time: the next is of the same visitor as a rule, and then found with it.
        let mut asked = HashSet::new();
        loop {
            let mut strangers = carried_but_not_stored(cases);
            strangers.retain(|stranger| !asked.contains(stranger));
            strangers.dedup_by_key(|(index, _)| *index);
            if strangers.is_empty() {
                return Ok(());
            }
            let beside = one_by_one(include_str!("sql/touches_beside_touch.sql"), &strangers);
            let Some(rows) = store.look_up(&[beside])? else {
                return Ok(());
            };
            keep_touches(cases, rows)?;
            asked.extend(strangers);
        }
    }
    let of_touches = carried_but_not_stored(cases);
    if of_visitors.is_empty() && of_touches.is_empty() {
        return Ok(());
    }
    let [of_visitors, of_touches] = [of_visitors, of_touches].map(|rows| json!(rows).to_string().into());
    let rows = store.rows(include_str!("sql/touches_of_visitors.sql"), &[of_visitors, of_touches])?;
    keep_touches(cases, rows)
}

/// Cases, by their places in a page, and what is asked for them.
type Asked = Vec<(i64, String)>;

fn one_by_one<'a>(sql: &'static str, asked: &'a Asked) -> Work<'a> {
    let cells = asked.iter().flat_map(|(index, text)| [Cell::Integer(*index), Cell::Text(text)]).collect();
    Work { sql, columns: 2, cells }
}

/// Touches that orders carry and that are not among the stored ones yet: what an order carries may be of two visitors, a
/// token of one device and the cookie of another.
fn carried_but_not_stored(cases: &[Case]) -> Asked {
    let mut asked = Asked::new();
    for (index, case) in (0_i64..).zip(cases) {
        for touch in case.order.known.iter().flat_map(|known| &known.carried) {
            if touch.id != TouchId::NONE && !case.evidence.stored.iter().any(|one| one.id == touch.id) {
                asked.push((index, touch.id.0.to_string()));
            }
        }
    }
    asked
}

fn keep_touches(cases: &mut [Case], rows: Vec<Row>) -> Result<(), Error> {
    for row in rows {
        let corrupt = |problem: &str| Error::Corrupt { subject: "a touch".to_owned(), problem: problem.to_owned() };
        let index = usize::try_from(row.integer(0)?).map_err(|_| corrupt("of no order"))?;
        let id = row.text(2)?.parse().map_err(|_| corrupt("with a bad id"))?;
        let touch = Touch {
            id: TouchId(id),
            kind: TouchKind::parse(row.text(3)?).ok_or_else(|| corrupt("of no known kind"))?,
            partner: PartnerId(row.integer(4)?),
            link: row.optional_integer(5)?.map(LinkId),
            at: Timestamp::from_unix_seconds(row.integer(1)?),
        };
        if let Some(case) = cases.get_mut(index)
            && !case.evidence.stored.contains(&touch)
        {
            case.evidence.stored.push(touch);
        }
    }
    Ok(())
}

/// Adds what was booked for orders that were decided before.
fn add_transfers(store: &mut dyn Store, cases: &mut [Case]) -> Result<(), Error> {
    let decided: Vec<i64> = cases.iter().filter(|case| case.decided_revision > 0).map(|case| case.order.id.0).collect();
    if decided.is_empty() {
        return Ok(());
    }
    let rows = store.rows(include_str!("sql/transfers_of_orders.sql"), &[Value::Text(json!(decided).to_string())])?;
    let mut by_order: HashMap<i64, Vec<Transfer>> = HashMap::new();
    for row in rows {
        by_order.entry(row.integer(0)?).or_default().push(ledger::transfer(&row, 1)?);
    }
    for case in cases {
        case.transfers = by_order.remove(&case.order.id.0).unwrap_or_default();
    }
    Ok(())
}
