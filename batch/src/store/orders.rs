//! Orders with their evidence, a page at a time.

mod body;
mod evidence;
mod series;

use std::collections::HashMap;

use serde_json::json;
use tributary_shared::attribution::{Evidence, FirstPayment, Payments};
use tributary_shared::id::{ExternalId, OrderId};
use tributary_shared::ledger::Transfer;
use tributary_shared::order::{Order, OrderEvent};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;

use super::{Found, Store, Value, ledger};
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
    let mut parameters = vec![after.0.into(), PAGE_ORDERS.into()];
    let sql = match pages {
        Pages::Undecided(settled_until) => {
            parameters.push(settled_until.unix_seconds().into());
            include_str!("sql/orders_undecided.sql")
        }
        Pages::Decided => include_str!("sql/orders_decided.sql"),
        Pages::All => include_str!("sql/orders_all.sql"),
    };
    cases(store, book, sql, &parameters)
}

/// One order, by what the shop calls it.
pub fn find(store: &mut dyn Store, book: &Rulebook, external_id: &str) -> Result<Option<Case>, Error> {
    Ok(cases(store, book, include_str!("sql/order_by_external_id.sql"), &[external_id.into()])?.pop())
}

fn cases(store: &mut dyn Store, book: &Rulebook, sql: &str, parameters: &[Value]) -> Result<Vec<Case>, Error> {
    let mut folding = Folding::default();
    store.each(sql, parameters, &mut |row| folding.see(row, 0))?;
    let mut cases = folding.finish();
    evidence::add_contacts(store, &mut cases)?;
    evidence::add_stored_touches(store, &mut cases)?;
    series::add(store, book, &mut cases)?;
    add_transfers(store, &mut cases)?;
    Ok(cases)
}

/// Folds rows of events to orders; those of one order stand together.
#[derive(Default)]
struct Folding {
    cases: Vec<Case>,
    current: Option<(OrderId, ExternalId, u32)>,
    events: Vec<OrderEvent>,
}

impl Folding {
    /// Takes the next event; its order's row is in `column`.
    fn see(&mut self, row: Found<'_>, column: usize) -> Result<(), Error> {
        let id = OrderId(row.integer(column)?);
        let name = row.text(column + 1)?;
        let corrupt = |problem: String| Error::Corrupt { subject: format!("order {name}"), problem };
        if self.current.as_ref().is_none_or(|(current, _, _)| *current != id) {
            self.end_order();
            let external_id = ExternalId::parse(name).map_err(|error| corrupt(error.to_string()))?;
            let decided_revision =
                u32::try_from(row.integer(column + 2)?).map_err(|error| corrupt(error.to_string()))?;
            self.current = Some((id, external_id, decided_revision));
        }
        self.events.push(OrderEvent {
            arrival: row.integer(column + 3)?,
            source: row.text(column + 4)?.to_owned(),
            at: Timestamp::from_unix_seconds(row.integer(column + 5)?),
            body: body::read(row.text(column + 6)?).map_err(|error| corrupt(error.to_string()))?,
        });
        Ok(())
    }

    fn end_order(&mut self) {
        if let Some((id, external_id, decided_revision)) = self.current.take() {
            self.cases.push(Case {
                order: Order::fold_all(id, external_id, &mut self.events),
                decided_revision,
                evidence: Evidence::default(),
                transfers: Vec::new(),
            });
        }
    }

    fn finish(mut self) -> Vec<Case> {
        self.end_order();
        self.cases
    }
}

/// Adds what was booked for orders that were decided before.
fn add_transfers(store: &mut dyn Store, cases: &mut [Case]) -> Result<(), Error> {
    let decided: Vec<i64> = cases.iter().filter(|case| case.decided_revision > 0).map(|case| case.order.id.0).collect();
    if decided.is_empty() {
        return Ok(());
    }
    let mut by_order: HashMap<i64, Vec<Transfer>> = HashMap::new();
    let asked = [Value::Text(json!(decided).to_string())];
    store.each(include_str!("sql/transfers_of_orders.sql"), &asked, &mut |row| {
        by_order.entry(row.integer(0)?).or_default().push(ledger::transfer(row, 1)?);
        Ok(())
    })?;
    for case in cases {
        case.transfers = by_order.remove(&case.order.id.0).unwrap_or_default();
    }
    Ok(())
}
