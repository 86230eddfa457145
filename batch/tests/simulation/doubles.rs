//! Stores that break, and a store with a bug of the program's planted in it.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Value as Json, json};
use tributary_batch::error::Error;
use tributary_batch::reconcile::{self, Report, Settings};
use tributary_batch::store::sqlite::Sqlite;
use tributary_batch::store::{Row, Store, StoreError, Value};
use tributary_shared::time::Timestamp;

use super::common::Still;
use super::history::Kill;

/// Bugs as programs of this kind have had them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// What a refund takes back is rounded by itself, not commission(before) − commission(after).
    RoundsEachRefund,
    /// Orders are marked as decided before their decisions are written.
    MarksFirst,
    /// Whoever finishes a killed night books what it had booked once more, under other ids.
    BooksTwice,
    /// One refund in some is acknowledged and not written.
    ForgetsRefunds,
    /// Today's rules judge orders that were paid under others.
    JudgesByTodaysRules,
    /// A hold is over a second too early.
    PaysASecondEarly,
    /// What came back is not owed again.
    KeepsReturns,
}

impl Bug {
    pub(crate) const ALL: [Self; 7] = [
        Self::RoundsEachRefund,
        Self::MarksFirst,
        Self::BooksTwice,
        Self::ForgetsRefunds,
        Self::JudgesByTodaysRules,
        Self::PaysASecondEarly,
        Self::KeepsReturns,
    ];
}

const DECISIONS_INSERT: &str = include_str!("../../src/store/sql/decisions_insert.sql");
const TRANSFERS_INSERT: &str = include_str!("../../src/store/sql/transfers_insert.sql");
const POSTING_TRANSFERS_INSERT: &str = include_str!("../../src/store/sql/posting_transfers_insert.sql");
const ORDER_EVENTS_INSERT: &str = include_str!("../../src/store/sql/order_events_insert.sql");
const PROGRAM_VERSIONS: &str = include_str!("../../src/store/sql/program_versions.sql");
const BALANCES: &str = include_str!("../../src/store/sql/balances.sql");

/// A database in memory, made once and set back after each history; with a bug, or without.
pub(crate) struct Memory {
    sqlite: Sqlite,
    bug: Option<Bug>,
    /// Decisions that are written later than they should be.
    put_off: Option<Vec<Value>>,
    /// Commission of an order's row and a tier before it was rounded, in 10^8ths of a minor unit.
    exact: HashMap<(i64, i64), i128>,
    refunds: u64,
}

impl Memory {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        let sqlite = Sqlite::open(Path::new(":memory:")).expect("a database in memory can be made");
        let mut memory = Self { sqlite, bug, put_off: None, exact: HashMap::new(), refunds: 0 };
        memory.control("SAVEPOINT empty");
        memory
    }

    /// As it was before anything was written.
    pub(crate) fn empty(&mut self) {
        self.control("ROLLBACK TO empty");
        self.exact.clear();
        self.refunds = 0;
        self.dies();
    }

    fn control(&mut self, sql: &str) {
        self.sqlite.write(sql, &[]).expect("a savepoint can be set");
    }

    /// What the process had not written yet is gone with it.
    pub(crate) fn dies(&mut self) {
        self.put_off = None;
    }

    fn write_buggy(&mut self, bug: Bug, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        match bug {
            Bug::RoundsEachRefund if sql == DECISIONS_INSERT => {
                let mut parameters = parameters.to_vec();
                parameters[0] = self.round_each(&parameters[0]).into();
                self.sqlite.write(sql, &parameters)
            }
            Bug::MarksFirst if sql == DECISIONS_INSERT => {
                let mark = "UPDATE orders SET decided_revision = row.value ->> 2 FROM json_each(?1) AS row \
                            WHERE orders.id = row.value ->> 1";
                self.put_off = Some(parameters.to_vec());
                self.sqlite.write(mark, &parameters[..1])
            }
            Bug::BooksTwice if sql == TRANSFERS_INSERT => {
                let again = sql.replacen("* 64 + part.key", "* 64 + part.key + 32", 1).replacen(
                    "WHERE ",
                    "WHERE EXISTS (SELECT 1 FROM transfer WHERE id = decision.id * 64) AND EXISTS \
                     (SELECT 1 FROM orders WHERE id = decision.order_id AND decided_revision < decision.revision) AND ",
                    1,
                );
                Ok(self.sqlite.write(&again, parameters)? + self.sqlite.write(sql, parameters)?)
            }
            Bug::ForgetsRefunds if sql == ORDER_EVENTS_INSERT => {
                self.refunds += 1;
                if self.refunds.is_multiple_of(4) { Ok(1) } else { self.sqlite.write(sql, parameters) }
            }
            Bug::KeepsReturns if sql == POSTING_TRANSFERS_INSERT => {
                let others = sql.replacen("WHERE ", "WHERE posting.cause NOT LIKE '%/failed' AND ", 1);
                self.sqlite.write(&others, parameters)
            }
            _ => self.sqlite.write(sql, parameters),
        }
    }

    /// Decisions whose reversals are of the refund's own commission, rounded.
    fn round_each(&mut self, rows: &Value) -> String {
        let Value::Text(rows) = rows else { return String::new() };
        let mut rows: Vec<Json> = serde_json::from_str(rows).unwrap_or_default();
        for row in &mut rows {
            let order = row[1].as_i64().unwrap_or_default();
            for step in row[7].as_array().cloned().unwrap_or_default() {
                // A tier's step is stored as `["r", tier, [[of, sku], …], …]`.
                let tier = step[1].as_i64().filter(|_| step[0] == "r");
                let (Some(tier), Some(after)) = (tier, exact(&step)) else { continue };
                let before = self.exact.insert((order, tier), after);
                let transfers = row[8].as_array_mut().into_iter().flatten();
                for transfer in transfers.filter(|transfer| transfer[4] == "reversal" && transfer[5] == json!(tier)) {
                    // Where it rounds to nothing the right amount stays: a transfer of nothing would give the bug away.
                    if let Some(refund) = before.map(|before| before - after).filter(|refund| *refund >= 50_000_000) {
                        transfer[2] = json!(i64::try_from((refund + 50_000_000) / 100_000_000).unwrap_or_default());
                    }
                }
            }
        }
        json!(rows).to_string()
    }
}

/// What a step of the trace says of a tier, as in `10% of 250.00`: percentages of sales alone.
fn exact(step: &Json) -> Option<i128> {
    let mut sum = 0;
    for part in step[2].as_array()? {
        let (percent, base) = part[0].as_str()?.split_once("% of ")?;
        let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
        let millionths: i128 = format!("{whole}{fraction:0<6}").parse().ok()?;
        sum += millionths * base.replace('.', "").parse::<i128>().ok()?;
    }
    Some(sum)
}

impl Store for Memory {
    fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        match self.bug {
            Some(Bug::JudgesByTodaysRules) if sql == PROGRAM_VERSIONS => {
                let mut rows = self.sqlite.rows(sql, parameters)?;
                rows.reverse();
                let mut seen = Vec::new();
                rows.retain(|row| {
                    let is_latest = !seen.contains(&row.0[0]);
                    seen.push(row.0[0].clone());
                    is_latest
                });
                rows.iter_mut().for_each(|row| row.0[1] = Value::Integer(0));
                Ok(rows)
            }
            Some(Bug::PaysASecondEarly) if sql == BALANCES => {
                let Some(Value::Integer(as_of)) = parameters.first() else { return Ok(Vec::new()) };
                self.sqlite.rows(sql, &[Value::Integer(as_of + 1)])
            }
            _ => self.sqlite.rows(sql, parameters),
        }
    }

    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        if let Some(put_off) = self.put_off.take() {
            self.sqlite.write(DECISIONS_INSERT, &put_off)?;
        }
        match self.bug {
            Some(bug) => self.write_buggy(bug, sql, parameters),
            None => self.sqlite.write(sql, parameters),
        }
    }
}

/// Whether a statement writes: `RETURNING` is in the one that answers rows.
fn is_write(sql: &str) -> bool {
    sql.contains("RETURNING")
}

pub(crate) fn is_broken<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Store(StoreError::Broken { .. })))
}

/// A store that breaks at its n-th write, and stays broken.
pub(crate) struct Breaking<'a> {
    store: &'a mut Memory,
    kill: Kill,
    writes: u64,
}

impl<'a> Breaking<'a> {
    pub(crate) fn new(store: &'a mut Memory, kill: Kill) -> Self {
        Self { store, kill, writes: 0 }
    }

    fn writing<T>(&mut self, write: impl FnOnce(&mut Memory) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.writes += 1;
        if self.writes < self.kill.at {
            return write(self.store);
        }
        if self.writes == self.kill.at && self.kill.takes_effect {
            write(self.store)?;
        }
        Err(StoreError::Broken { writes: self.writes })
    }
}

impl Store for Breaking<'_> {
    fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        if is_write(sql) {
            return self.writing(|store| store.rows(sql, parameters));
        }
        if self.writes >= self.kill.at {
            return Err(StoreError::Broken { writes: self.writes });
        }
        self.store.rows(sql, parameters)
    }

    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        self.writing(|store| store.write(sql, parameters))
    }
}

/// A store in which another night takes over after the n-th write and runs to its end.
pub(crate) struct Overtaken<'a> {
    pub(crate) store: &'a mut Memory,
    pub(crate) after: u64,
    pub(crate) settings: Settings,
    /// The real time of the other night.
    pub(crate) now: Timestamp,
    pub(crate) writes: u64,
    /// What became of the other night.
    pub(crate) other: Option<Result<Report, Error>>,
    /// How many rows it had written in all when it was done.
    pub(crate) changes_then: Option<i64>,
}

/// How many rows were written on a connection, ever.
pub(crate) fn changes(store: &mut dyn Store) -> Result<i64, StoreError> {
    store.rows("SELECT total_changes()", &[])?[0].integer(0)
}

impl Overtaken<'_> {
    fn wrote(&mut self) {
        self.writes += 1;
        if self.writes == self.after {
            let other = reconcile::run(self.store, self.settings, &mut Still(self.now));
            let took_over = matches!(&other, Ok(report) if report.run.is_some());
            self.changes_then = changes(self.store).ok().filter(|_| took_over);
            self.other = Some(other);
        }
    }
}

impl Store for Overtaken<'_> {
    fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        let rows = self.store.rows(sql, parameters)?;
        if is_write(sql) {
            self.wrote();
        }
        Ok(rows)
    }

    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        let changed = self.store.write(sql, parameters)?;
        self.wrote();
        Ok(changed)
    }
}
