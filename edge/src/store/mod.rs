//! What the Worker keeps: D1 is the truth, KV a projection of its links and the last resort for events.
//!
//! One noun, one file; one SQL statement, one file in `sql/`. No traits: what there is to decide is decided in
//! `tributary-shared`, and the wiring is proved end to end.

/// A statement of `sql/` by its file, as it is sent: without comments and indentation. `batch` before it: one that the batch
/// runs as well, and keeps.
macro_rules! sql {
    ($file:literal) => {
        sql!(in "sql/", $file)
    };
    (batch $file:literal) => {
        sql!(in "../../../batch/src/store/sql/", $file)
    };
    (in $folder:literal, $file:literal) => {{
        const FILE: &str = include_str!(concat!($folder, $file));
        const SENT: [u8; crate::store::squeeze::squeezed_len(FILE)] = crate::store::squeeze::squeezed(FILE);
        const SQL: &str = match core::str::from_utf8(&SENT) {
            Ok(sql) => sql,
            Err(_) => panic!("a statement is UTF-8"),
        };
        SQL
    }};
}

pub(crate) mod accounts;
pub(crate) mod answers;
pub(crate) mod books;
pub(crate) mod branding;
pub(crate) mod browser_orders;
pub(crate) mod cabinet;
pub(crate) mod claims;
pub(crate) mod contact_cards;
pub(crate) mod contacts;
pub(crate) mod diagnostics;
pub(crate) mod events;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod hooks;
pub(crate) mod ignored;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod lists;
pub(crate) mod mails;
pub(crate) mod materials;
pub(crate) mod order_cards;
pub(crate) mod orders;
pub(crate) mod outbox;
pub(crate) mod partner_cards;
pub(crate) mod partners;
pub(crate) mod payouts;
pub(crate) mod people;
pub(crate) mod products;
pub(crate) mod programs;
pub(crate) mod reports;
pub(crate) mod row;
pub(crate) mod sales;
pub(crate) mod settings;
mod squeeze;
pub(crate) mod tables;
pub(crate) mod trials;
pub(crate) mod widgets;

use std::time::Duration;

use row::{Column, FromRow, Row};
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement, D1Result, Delay, Env, Result};

/// Pauses before the database is asked again, in milliseconds: about two seconds in all.
///
/// Locally another process may hold the SQLite file, and D1 answers at once that it is busy; in production six of D1's
/// errors ask for a retry. Whatever is retried here is harmless to repeat.
const PAUSES_MILLIS: [u64; 6] = [20, 50, 120, 300, 600, 1_000];

/// Rows of one page of a list.
pub(crate) const PAGE_ROWS: usize = 50;

/// One more than a page: whether there is another.
fn page_rows() -> JsValue {
    number(i64::try_from(PAGE_ROWS).unwrap_or(0) + 1)
}

/// The database.
pub(crate) fn db(env: &Env) -> Result<D1Database> {
    env.d1("DB")
}

/// Prepares a statement with its parameters.
pub(crate) fn prepare(db: &D1Database, sql: &str, parameters: &[JsValue]) -> Result<D1PreparedStatement> {
    db.prepare(sql).bind(parameters)
}

/// A number as a parameter. Up to 2^53 − 1, which is all that D1 can take.
#[expect(clippy::cast_precision_loss, reason = "numbers in the database are within 2^53 by their CHECKs")]
pub(crate) fn number(value: i64) -> JsValue {
    JsValue::from_f64(value as f64)
}

/// Does something with the database, again after a pause if it is busy. Whatever it is, it is harmless to repeat.
///
/// Reads as well: locally a read fails while another process writes, and a link that could not be looked up is a click
/// that nobody gets.
pub(crate) async fn retried<T, F: Future<Output = Result<T>>>(run: impl Fn() -> F) -> Result<T> {
    let mut pauses = PAUSES_MILLIS.iter();
    loop {
        match run().await {
            Ok(answer) => return Ok(answer),
            Err(error) if is_constraint(&error) => return Err(error),
            Err(error) => match pauses.next() {
                Some(&pause) => Delay::from(Duration::from_millis(pause)).await,
                None => return Err(error),
            },
        }
    }
}

/// The first row of a statement's answer.
pub(crate) async fn first<T: FromRow>(env: &Env, sql: &str, parameters: &[JsValue]) -> Result<Option<T>> {
    let db = db(env)?;
    let row = retried(|| async { prepare(&db, sql, parameters)?.first::<Row>(None).await }).await?;
    row.as_ref().map(T::from_row).transpose()
}

/// One column of the first row of a statement's answer.
pub(crate) async fn value<T: Column>(env: &Env, sql: &str, parameters: &[JsValue], column: &str) -> Result<Option<T>> {
    let row = first::<Row>(env, sql, parameters).await?;
    row.map(|row| T::read(&row, column)).transpose()
}

/// All rows of a statement's answer.
pub(crate) async fn all<T: FromRow>(env: &Env, sql: &str, parameters: &[JsValue]) -> Result<Vec<T>> {
    let db = db(env)?;
    let answer = retried(|| async { prepare(&db, sql, parameters)?.all().await }).await?;
    read(Some(&answer), T::from_row)
}

/// Answers of several statements, asked in one way to the database.
pub(crate) struct Answers(Vec<D1Result>);

impl Answers {
    /// The rows of one of them, by its place.
    pub(crate) fn rows<T: FromRow>(&self, place: usize) -> Result<Vec<T>> {
        self.table(place, T::from_row)
    }

    /// Its first row.
    pub(crate) fn row<T: FromRow>(&self, place: usize) -> Result<Option<T>> {
        Ok(self.rows::<T>(place)?.into_iter().next())
    }

    /// The rows of one of them, each made by a function.
    pub(crate) fn table<T>(&self, place: usize, make: fn(&Row) -> Result<T>) -> Result<Vec<T>> {
        read(self.0.get(place), make)
    }

    /// Its first row, as it came.
    pub(crate) fn one(&self, place: usize) -> Result<Option<Row>> {
        self.row(place)
    }
}

/// The rows of an answer; none, where there is no answer.
pub(crate) fn rows_of<T: FromRow>(answer: Option<&D1Result>) -> Result<Vec<T>> {
    read(answer, T::from_row)
}

/// The rows of an answer, each made by a function.
fn read<T>(answer: Option<&D1Result>, make: fn(&Row) -> Result<T>) -> Result<Vec<T>> {
    raw_rows(answer)?.iter().map(make).collect()
}

#[inline(never)]
fn raw_rows(answer: Option<&D1Result>) -> Result<Vec<Row>> {
    answer.map(D1Result::results::<Row>).transpose().map(Option::unwrap_or_default)
}

/// Asks several statements at once.
pub(crate) async fn many(env: &Env, statements: &[(&str, Vec<JsValue>)]) -> Result<Answers> {
    let db = db(env)?;
    let prepared =
        || statements.iter().map(|(sql, parameters)| prepare(&db, sql, parameters)).collect::<Result<Vec<_>>>();
    Ok(Answers(batch(&db, prepared).await?))
}

/// Runs statements as one transaction.
pub(crate) async fn batch(
    db: &D1Database,
    statements: impl Fn() -> Result<Vec<D1PreparedStatement>>,
) -> Result<Vec<D1Result>> {
    retried(|| async { db.batch(statements()?).await }).await
}

/// Whether an error is the data's fault, so that a repetition would end the same way.
pub(crate) fn is_constraint(error: &worker::Error) -> bool {
    error.to_string().contains("constraint")
}

/// Whether D1 answers.
pub(crate) async fn is_reachable(env: &Env) -> bool {
    match db(env) {
        Ok(db) => db.prepare(sql!("is_reachable.sql")).first::<i64>(Some("one")).await.is_ok(),
        Err(_) => false,
    }
}
