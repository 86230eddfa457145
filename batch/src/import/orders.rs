//! `import orders FILE.csv`: orders, one row a line, rows of one order together.

use std::collections::HashSet;
use std::io::Read;

use serde_json::{Value as Json, json};
use tributary_shared::order::intake::{CharityRequest, CustomerRequest, LineRequest, OrderRequest};
use tributary_shared::order::{EventBody, event_id};
use tributary_shared::rules::Rulebook;
use tributary_shared::signing::KeyRing;
use tributary_shared::visit;

use super::table::{Table, TableRow};
use super::{Report, Settings};
use crate::error::Error;
use crate::hash::hex;
use crate::store::{Store, rules};

const COLUMNS: &[&str] = &[
    "external_id",
    "status",
    "currency",
    "paid_at",
    "placed_at",
    "email",
    "sku",
    "quantity",
    "net",
    "coupon",
    "partner",
    "trb",
    "refunded_net",
    "placed_by",
    "customer_id",
    "subscription",
    "hold_days",
    "charity",
    "charity_percent",
    "service_date",
];

/// Those that each line has for itself; all others are the order's.
const COLUMNS_OF_LINES: [&str; 5] = ["external_id", "sku", "quantity", "net", "refunded_net"];

/// Columns that every file's fingerprint has. A later column is part of it where it says something, so that a file from
/// before it was there is still the same file.
const COLUMNS_ALWAYS: usize = 14;

/// Orders of one statement: about a kilobyte each, and D1 takes 2 MB.
const CHUNK_ORDERS: usize = 1_000;

/// Lines of one statement: a line has up to 300 bytes beside its order's own.
const CHUNK_LINES: usize = 3_000;

/// The source of events that come from files.
const SOURCE: &str = "csv";

/// Takes a file of orders. `keys` open the tokens that orders carry.
pub fn run(
    store: &mut dyn Store,
    file: Box<dyn Read>,
    keys: Option<&KeyRing>,
    settings: Settings<'_>,
) -> Result<Report, Error> {
    let table = Table::open(file)?;
    for column in ["external_id", "net"] {
        table.require(column)?;
    }
    let book = rules::read(store)?;
    let mut import = Import {
        report: Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() },
        chunk: Vec::new(),
        chunk_lines: 0,
        seen: HashSet::new(),
        book: &book,
        keys,
        settings,
    };
    let mut together: Vec<TableRow> = Vec::new();
    for row in table.rows(COLUMNS) {
        match row {
            Ok(row) => {
                if together.first().is_some_and(|first| first.text("external_id") != row.text("external_id")) {
                    import.order(store, &std::mem::take(&mut together))?;
                }
                together.push(row);
            }
            Err((line, reason)) => import.report.bad(line, reason),
        }
    }
    import.order(store, &together)?;
    import.flush(store)?;
    import.report.bad.sort_by_key(|bad| bad.line);
    Ok(import.report)
}

struct Import<'a> {
    report: Report,
    chunk: Vec<Json>,
    chunk_lines: usize,
    seen: HashSet<String>,
    book: &'a Rulebook,
    keys: Option<&'a KeyRing>,
    settings: Settings<'a>,
}

impl Import<'_> {
    fn order(&mut self, store: &mut dyn Store, rows: &[TableRow]) -> Result<(), Error> {
        let Some(first) = rows.first() else {
            return Ok(());
        };
        if !self.seen.insert(first.text("external_id").to_owned()) {
            let reason =
                format!("order {} stands further up already: its rows must stand together", first.text("external_id"));
            self.report.bad(first.line, reason);
            return Ok(());
        }
        match self.event(rows) {
            Ok(event) => {
                self.chunk.push(event);
                self.chunk_lines += rows.len();
                self.report.good += 1;
            }
            Err((line, reason)) => self.report.bad(line, reason),
        }
        if self.chunk.len() >= CHUNK_ORDERS || self.chunk_lines >= CHUNK_LINES { self.flush(store) } else { Ok(()) }
    }

    /// An order as the statements take it, or its bad line.
    fn event(&self, rows: &[TableRow]) -> Result<Json, (u64, String)> {
        let first = &rows[0];
        if let Some((line, problem)) = rows.iter().find_map(|row| Some((row.line, row.problem.clone()?))) {
            return Err((line, problem));
        }
        let at_line = |line: u64| move |error: String| (line, error);
        let request = self.request(rows)?;
        let hash = hex(&fingerprint(rows));
        let (external_id, mut snapshot) =
            request.check(self.settings.now).map_err(|error| (line_of(rows, &error.field), error.to_string()))?;
        if let Some(code) = &snapshot.partner
            && self.book.partner_by_code(code.as_str()).is_none()
        {
            return Err((first.line, format!("partner: {code} is not known")));
        }
        if let Some(text) = &request.trb {
            let keys = self
                .keys
                .ok_or("trb: SIGNING_KEYS is not set, so that the token cannot be opened".to_owned())
                .map_err(at_line(first.line))?;
            let carried = visit::open(text, keys);
            snapshot.token_refused = carried.refused;
            snapshot.visitor = carried.visitor;
            snapshot.carried = carried.touches;
        }
        let happened_at = snapshot.paid_at.or(snapshot.placed_at).unwrap_or(self.settings.now);
        let touches: Vec<Json> =
            snapshot.carried.iter().map(|touch| json!({ "partner": touch.partner, "touched_at": touch.at })).collect();
        Ok(json!({
            "order": external_id,
            "source": SOURCE,
            "event_id": event_id("order", &[external_id.as_str(), &hash]),
            "status": snapshot.status,
            "at": happened_at,
            "received_at": self.settings.now,
            "hash": hash,
            "email": snapshot.customer.email,
            "external_id": snapshot.customer.external_id,
            "name": snapshot.customer.name.as_deref().unwrap_or_default(),
            "ordered_at": snapshot.ordered_at().unwrap_or(happened_at),
            "partner": snapshot.partner,
            "coupons": snapshot.coupons,
            "touches": touches,
            "body": EventBody::Order(Box::new(snapshot)),
        }))
    }

    fn request(&self, rows: &[TableRow]) -> Result<OrderRequest, (u64, String)> {
        let first = &rows[0];
        for row in rows {
            for column in COLUMNS.iter().filter(|column| !COLUMNS_OF_LINES.contains(column)) {
                if row.cell(column) != first.cell(column) && row.given(column).is_some() {
                    return Err((row.line, format!("{column}: is not what the order's first row says")));
                }
            }
        }
        let lines = rows
            .iter()
            .map(|row| {
                let quantity = match row.given("quantity") {
                    Some(quantity) => Some(
                        quantity
                            .parse()
                            .map_err(|_| (row.line, format!("quantity: `{quantity}` is not a whole number")))?,
                    ),
                    None => None,
                };
                Ok(LineRequest {
                    sku: row.given("sku").unwrap_or("-").to_owned(),
                    quantity,
                    net: row.text("net").to_owned(),
                    refunded_net: row.given("refunded_net").map(str::to_owned),
                })
            })
            .collect::<Result<_, (u64, String)>>()?;
        let given = |column: &str| first.given(column).map(str::to_owned);
        let own_currency = || self.book.programs().first().map(|program| program.currency.to_string());
        Ok(OrderRequest {
            external_id: first.text("external_id").to_owned(),
            status: given("status").unwrap_or_else(|| "paid".to_owned()),
            currency: given("currency").or_else(own_currency).unwrap_or_default(),
            placed_at: given("placed_at"),
            paid_at: given("paid_at"),
            customer: Some(CustomerRequest { email: given("email"), external_id: given("customer_id"), name: None }),
            lines,
            coupon_codes: first.text("coupon").split(';').map(str::to_owned).collect(),
            trb: given("trb"),
            partner: given("partner"),
            placed_by: given("placed_by"),
            service_date: given("service_date"),
            subscription: given("subscription"),
            hold_days: given("hold_days")
                .map(|days| days.parse())
                .transpose()
                .map_err(|_| (first.line, format!("hold_days: `{}` is not a number", first.text("hold_days"))))?,
            charity: given("charity").map(|code| CharityRequest { code, percent: given("charity_percent") }),
        })
    }

    /// Writes the orders gathered so far: rows of orders, events, contacts, and what ties them to partners.
    fn flush(&mut self, store: &mut dyn Store) -> Result<(), Error> {
        let chunk = std::mem::take(&mut self.chunk);
        self.chunk_lines = 0;
        if chunk.is_empty() || self.settings.dry_run {
            return Ok(());
        }
        let parameter = || [json!(chunk).to_string().into()];
        store.write(include_str!("../store/sql/orders_insert.sql"), &parameter())?;
        self.report.changed += store.write(include_str!("../store/sql/order_snapshots_insert.sql"), &parameter())?;
        // Every time: an import that died before this point is made up for by the next.
        store.write(include_str!("../store/sql/order_contacts_insert.sql"), &parameter())?;
        store.write(include_str!("../store/sql/order_contact_touches_insert.sql"), &parameter())?;
        Ok(())
    }
}

/// What rows say, for telling a repetition from a correction.
fn fingerprint(rows: &[TableRow]) -> String {
    let cells = |row: &TableRow| {
        let (always, later) = COLUMNS.split_at(COLUMNS_ALWAYS);
        let mut cells: Vec<String> = always.iter().map(|column| row.text(column).to_owned()).collect();
        cells.extend(later.iter().filter_map(|column| Some(format!("{column}={}", row.given(column)?))));
        cells.join("\u{1f}")
    };
    rows.iter().map(cells).collect::<Vec<_>>().join("\u{1e}")
}

/// The file's line that a field of the order stands in.
fn line_of(rows: &[TableRow], field: &str) -> u64 {
    let index = field
        .strip_prefix("lines[")
        .and_then(|rest| rest.split(']').next())
        .and_then(|index| index.parse::<usize>().ok());
    rows.get(index.unwrap_or(0)).map_or(rows[0].line, |row| row.line)
}
