//! Files that somebody takes in: as they were sent, what is known already of what they say, and the taking.

use tributary_shared::import::{Kind, Pairs};
use tributary_shared::money::Currency;
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::{Env, Error, Result};

use super::history::Prepared;
use super::row::Row;
use super::{Answers, many, number, trials};

/// Bytes of one parameter: D1 takes 2 MB.
const PARAMETER_BYTES_MAX: usize = 1_000_000;

/// A file as it was sent.
pub(crate) struct Sent {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    /// Which of its columns is which of ours.
    pub(crate) places: Vec<Option<usize>>,
    /// What became of it, if it was taken.
    pub(crate) done: Option<Counts>,
    /// What amounts are in where the file says nothing: the first program's.
    pub(crate) currency: Option<Currency>,
}

/// What became of a file's things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// New, or known otherwise.
    pub(crate) new: i64,
    pub(crate) known: i64,
    pub(crate) bad: i64,
}

/// Keeps a file under a name.
pub(crate) fn keep(name: &str, kind: Kind, text: &str, places: &[Option<usize>], by: &str, at: Timestamp) -> Prepared {
    let mut parameters = [name, kind.as_str(), text, &written(places), by].map(JsValue::from_str).to_vec();
    parameters.push(number(at.unix_seconds()));
    (sql!("import_file_insert.sql"), parameters)
}

/// Remembers which of its columns is which of ours.
pub(crate) fn map(name: &str, places: &[Option<usize>]) -> Prepared {
    (sql!("import_file_places.sql"), vec![name.into(), written(places).into()])
}

/// That a file was taken.
pub(crate) fn done(name: &str, at: Timestamp, counts: Counts) -> Prepared {
    let Counts { new, known, bad } = counts;
    let mut parameters = vec![name.into()];
    parameters.extend([at.unix_seconds(), new, known, bad].map(number));
    (sql!("import_file_done.sql"), parameters)
}

/// Places as they are kept: `2,,0`.
fn written(places: &[Option<usize>]) -> String {
    let mut written = String::new();
    for (index, place) in places.iter().enumerate() {
        if index > 0 {
            written.push(',');
        }
        if let Some(place) = place {
            written.push_str(&place.to_string());
        }
    }
    written
}

/// The file of a name.
pub(crate) async fn find(env: &Env, name: &str) -> Result<Option<Sent>> {
    many(env, &[(sql!("import_file.sql"), vec![name.into()])]).await?.one(0)?.map(|row| sent(&row)).transpose()
}

fn sent(row: &Row) -> Result<Sent> {
    let word = row.text("kind")?;
    let currency = row.maybe_text("currency")?.unwrap_or_default();
    let done = match row.maybe_number("done_at")? {
        Some(_) => Some(Counts {
            new: row.number("new_count")?,
            known: row.number("known_count")?,
            bad: row.number("bad_count")?,
        }),
        None => None,
    };
    Ok(Sent {
        kind: Kind::parse(&word).ok_or_else(|| Error::RustError(format!("`{word}` is no kind of file")))?,
        text: row.text("text")?,
        places: row.text("places")?.split(',').map(|place| place.parse().ok()).collect(),
        done,
        currency: currency.parse().ok(),
    })
}

/// What is to be asked about orders: `said` lists them with their status and hash, `codes` are partners' codes.
pub(crate) fn ask_orders(said: String, codes: String) -> Vec<Prepared> {
    vec![(sql!("import_orders_known.sql"), vec![said.into()]), (sql!("import_partner_codes.sql"), vec![codes.into()])]
}

/// What is to be asked about refunds: the currencies of orders by their names, and the hashes of events by their ids.
pub(crate) fn ask_refunds(orders: String, events: String) -> Vec<Prepared> {
    vec![
        (sql!("import_order_currencies.sql"), vec![orders.into()]),
        (sql!("import_event_hashes.sql"), vec![events.into()]),
    ]
}

/// What is to be asked about partners: the rules, and whose these coupons are.
pub(crate) fn ask_partners(coupons: String) -> Vec<Prepared> {
    vec![
        (sql!("trial_programs.sql"), vec![]),
        (sql!("import_partners.sql"), vec![]),
        (sql!("trial_coupons.sql"), vec![coupons.into()]),
    ]
}

/// What is to be asked about products: those of these names, the charities and the programs.
pub(crate) fn ask_products(skus: String) -> Vec<Prepared> {
    vec![
        (sql!("import_products.sql"), vec![skus.into()]),
        (sql!("trial_charities.sql"), vec![]),
        (sql!("trial_programs.sql"), vec![]),
    ]
}

/// Names, and what stands for them.
pub(crate) fn pairs(answers: &Answers, place: usize) -> Result<Pairs> {
    let mut pairs = Pairs::new();
    let rows: Vec<Row> = answers.rows(place)?;
    for row in rows {
        pairs.insert(row.text("name")?, row.maybe_text("value")?.unwrap_or_default());
    }
    Ok(pairs)
}

/// The rules that partners are taken by, of the answers to [`ask_partners`].
pub(crate) fn book_of_partners(answers: &Answers) -> Result<Rulebook> {
    let programs = trials::programs(&answers.rows(0)?)?;
    let partners = trials::partners(&answers.rows(1)?)?;
    let coupons = answers.table(2, trials::coupon)?;
    Ok(Rulebook::new(programs, partners, Vec::new(), coupons, Vec::new(), Vec::new()))
}

/// The products, charities and programs of the answers to [`ask_products`].
pub(crate) fn book_of_products(answers: &Answers) -> Result<Rulebook> {
    let products = trials::products(&answers.rows(0)?)?;
    let charities = answers.table(1, trials::charity)?;
    let programs = trials::programs(&answers.rows(2)?)?;
    Ok(Rulebook::new(programs, Vec::new(), products, Vec::new(), charities, Vec::new()))
}

/// Statements that store orders, as the batch stores those of a file.
pub(crate) fn orders(events: &[String], statements: &mut Vec<Prepared>) {
    for piece in pieces(events) {
        for sql in [
            sql!(batch "orders_insert.sql"),
            sql!(batch "order_snapshots_insert.sql"),
            sql!(batch "order_contacts_insert.sql"),
            sql!(batch "order_contact_touches_insert.sql"),
        ] {
            statements.push((sql, vec![piece.clone()]));
        }
    }
}

/// Statements that store refunds.
pub(crate) fn refunds(events: &[String], statements: &mut Vec<Prepared>) {
    for piece in pieces(events) {
        statements.push((sql!(batch "order_events_insert.sql"), vec![piece]));
    }
}

/// Statements that store partners, their terms and their coupons.
pub(crate) fn partners(lists: [&[String]; 3], by: &str, at: Timestamp, statements: &mut Vec<Prepared>) {
    let [persons, versions, coupons] = lists;
    let at = number(at.unix_seconds());
    for piece in pieces(persons) {
        statements.push((sql!(batch "partners_upsert.sql"), vec![piece, at.clone()]));
    }
    for piece in pieces(versions) {
        statements.push((sql!("import_partner_versions.sql"), vec![piece, at.clone(), by.into()]));
    }
    for piece in pieces(coupons) {
        statements.push((sql!("import_coupons.sql"), vec![piece]));
    }
}

/// Statements that store products and their terms.
pub(crate) fn products(lists: [&[String]; 2], by: &str, at: Timestamp, statements: &mut Vec<Prepared>) {
    let [names, versions] = lists;
    for piece in pieces(names) {
        statements.push((sql!(batch "products_upsert.sql"), vec![piece]));
    }
    for piece in pieces(versions) {
        statements.push((sql!("import_product_versions.sql"), vec![piece, number(at.unix_seconds()), by.into()]));
    }
}

/// Things as lists, each of which is one parameter.
fn pieces(things: &[String]) -> Vec<JsValue> {
    let (mut pieces, mut piece) = (Vec::new(), String::from("["));
    for thing in things {
        if piece.len() + thing.len() > PARAMETER_BYTES_MAX {
            piece.push(']');
            pieces.push(JsValue::from_str(&piece));
            piece = String::from("[");
        }
        if piece.len() > 1 {
            piece.push(',');
        }
        piece.push_str(thing);
    }
    if piece.len() > 1 {
        piece.push(']');
        pieces.push(JsValue::from_str(&piece));
    }
    pieces
}
