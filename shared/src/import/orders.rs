//! Orders of a file, one line a row, rows of one order together.

use serde_json::Value as Json;

use super::{BadRow, Pairs, SOURCE, TableRow, plain_time, written};
use crate::contact::Email;
use crate::hash::hex_hash;
use crate::id::{Code, CouponCode, ExternalId};
use crate::json::Object;
use crate::money::Currency;
use crate::order::intake::{CharityRequest, CustomerRequest, LineRequest, OrderRequest};
use crate::order::{EventBody, Status, event_id};
use crate::signing::KeyRing;
use crate::time::Timestamp;
use crate::touch::Touch;
use crate::visit;

/// Columns that mean something.
pub const COLUMNS: &[&str] = &[
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

/// Those that must be there.
pub const REQUIRED: &[&str] = &["external_id", "net"];

/// Those that each line has for itself; all others are the order's.
const COLUMNS_OF_LINES: [&str; 5] = ["external_id", "sku", "quantity", "net", "refunded_net"];

/// Columns that every file's fingerprint has.
const COLUMNS_ALWAYS: usize = 14;

/// What a file does not say itself.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// The real time.
    pub now: Timestamp,
    /// What amounts are in where no row says so.
    pub currency: Option<Currency>,
    /// What opens the tokens that orders carry.
    pub keys: Option<&'a KeyRing>,
}

/// An order as it is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its first line.
    pub line: u64,
    /// How many rows it has.
    pub rows: usize,
    /// The partner whom it names: whether he is known is for the caller to say.
    pub partner: Option<Code>,
    /// What it is called.
    pub order: ExternalId,
    /// What has become of it.
    pub status: Status,
    /// What its rows say.
    pub hash: String,
    /// As the statements take it, in JSON.
    pub event: String,
}

impl Taken {
    /// The bad row of an order that names a partner whom nobody knows.
    #[must_use]
    pub fn of_nobody(&self) -> BadRow {
        BadRow::of(self.line, format!("partner: {} is not known", self.partner.as_ref().map_or("", Code::as_str)))
    }
}

/// An order, or why it is none.
pub type Found = Result<Taken, BadRow>;

/// Puts rows together to orders.
#[derive(Debug)]
pub struct Orders<'a> {
    beside: Beside<'a>,
    together: Vec<TableRow>,
    seen: Pairs,
}

impl<'a> Orders<'a> {
    /// Before the first row.
    #[must_use]
    pub fn new(beside: Beside<'a>) -> Self {
        Self { beside, together: Vec::new(), seen: Pairs::new() }
    }

    /// Takes the next row; the order that ends before it, if one does.
    pub fn push(&mut self, row: TableRow) -> Option<Found> {
        let ends = self.together.first().is_some_and(|first| first.text("external_id") != row.text("external_id"));
        let found = if ends { self.finish() } else { None };
        self.together.push(row);
        found
    }

    /// The last order.
    pub fn finish(&mut self) -> Option<Found> {
        let rows = std::mem::take(&mut self.together);
        let first = rows.first()?;
        let name = first.text("external_id");
        if self.seen.insert(name.to_owned(), String::new()).is_some() {
            let reason = format!("order {name} stands further up already: its rows must stand together");
            return Some(Err(BadRow::of(first.line, reason)));
        }
        Some(self.taken(first, &rows))
    }

    fn taken(&self, first: &TableRow, rows: &[TableRow]) -> Found {
        if let Some((line, problem)) = rows.iter().find_map(|row| Some((row.line, row.problem.as_ref()?))) {
            return Err(BadRow::of(line, problem));
        }
        let Beside { now, keys, .. } = self.beside;
        let request = self.request(first, rows)?;
        let said: Vec<String> = rows.iter().map(|row| row.fingerprint(COLUMNS_ALWAYS)).collect();
        let hash = hex_hash(said.join("\u{1e}"));
        let (external_id, mut snapshot) =
            request.check(now).map_err(|error| BadRow::of(line_of(first, rows, &error.field), &error))?;
        if let Some(text) = &request.trb {
            let keys = keys.ok_or_else(|| {
                BadRow::of(first.line, "trb: SIGNING_KEYS is not set, so that the token cannot be opened")
            })?;
            let carried = visit::open(text, keys);
            snapshot.token_refused = carried.refused;
            snapshot.visitor = carried.visitor;
            snapshot.carried = carried.touches;
        }
        let happened_at = snapshot.paid_at.or(snapshot.placed_at).unwrap_or(now);
        let touch = |touch: &Touch| {
            Object::default().raw("partner", &touch.partner.to_string()).time("touched_at", touch.at).end()
        };
        let touches: Vec<String> = snapshot.carried.iter().map(touch).collect();
        let coupons: Vec<&str> = snapshot.coupons.iter().map(CouponCode::as_str).collect();
        let customer = &snapshot.customer;
        let event = Object::default()
            .text("order", Some(external_id.as_str()))
            .text("source", Some(SOURCE))
            .text("event_id", Some(&event_id("order", &[external_id.as_str(), &hash])))
            .text("status", Some(snapshot.status.as_str()))
            .time("at", happened_at)
            .time("received_at", now)
            .text("hash", Some(&hash))
            .text("email", customer.email.as_ref().map(Email::as_str))
            .text("external_id", customer.external_id.as_ref().map(ExternalId::as_str))
            .text("name", Some(customer.name.as_deref().unwrap_or_default()))
            .time("ordered_at", snapshot.ordered_at().unwrap_or(happened_at))
            .text("partner", snapshot.partner.as_ref().map(Code::as_str))
            .raw("coupons", &Json::from(coupons).to_string())
            .raw("touches", &format!("[{}]", touches.join(",")));
        let (partner, status) = (snapshot.partner.clone(), snapshot.status);
        let event = event.raw("body", &written(&EventBody::Order(Box::new(snapshot)))).end();
        Ok(Taken { line: first.line, rows: rows.len(), partner, order: external_id, status, hash, event })
    }

    fn request(&self, first: &TableRow, rows: &[TableRow]) -> Result<OrderRequest, BadRow> {
        for row in rows {
            for column in COLUMNS.iter().filter(|column| !COLUMNS_OF_LINES.contains(column)) {
                if row.cell(column) != first.cell(column) && row.given(column).is_some() {
                    return Err(BadRow::of(row.line, format!("{column}: is not what the order's first row says")));
                }
            }
        }
        let lines = rows.iter().map(line).collect::<Result<_, _>>()?;
        let given = |column: &str| first.given(column).map(str::to_owned);
        let own_currency = || self.beside.currency.map(|currency| currency.to_string());
        Ok(OrderRequest {
            external_id: first.text("external_id").to_owned(),
            status: given("status").unwrap_or_else(|| "paid".to_owned()),
            currency: given("currency").or_else(own_currency).unwrap_or_default(),
            placed_at: first.given("placed_at").map(plain_time),
            paid_at: first.given("paid_at").map(plain_time),
            customer: Some(CustomerRequest { email: given("email"), external_id: given("customer_id"), name: None }),
            lines,
            coupon_codes: first.text("coupon").split(';').map(str::to_owned).collect(),
            trb: given("trb"),
            partner: given("partner"),
            placed_by: given("placed_by"),
            service_date: given("service_date"),
            subscription: given("subscription"),
            hold_days: first.given("hold_days").map(str::parse).transpose().map_err(|_| {
                BadRow::of(first.line, format!("hold_days: `{}` is not a number", first.text("hold_days")))
            })?,
            charity: given("charity").map(|code| CharityRequest { code, percent: given("charity_percent") }),
        })
    }
}

fn line(row: &TableRow) -> Result<LineRequest, BadRow> {
    let quantity = row.given("quantity").map(str::parse).transpose();
    let quantity = quantity
        .map_err(|_| BadRow::of(row.line, format!("quantity: `{}` is not a whole number", row.text("quantity"))))?;
    Ok(LineRequest {
        sku: row.given("sku").unwrap_or("-").to_owned(),
        quantity,
        net: row.text("net").to_owned(),
        refunded_net: row.given("refunded_net").map(str::to_owned),
    })
}

/// The file's line that a field of the order stands in.
fn line_of(first: &TableRow, rows: &[TableRow], field: &str) -> u64 {
    let index = field
        .strip_prefix("lines[")
        .and_then(|rest| rest.split(']').next())
        .and_then(|index| index.parse::<usize>().ok());
    rows.get(index.unwrap_or(0)).unwrap_or(first).line
}
