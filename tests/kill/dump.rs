//! What is in a database, and whether it is whole.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// The rows of every table, each as one text, sorted.
pub(crate) type Dump = BTreeMap<String, Vec<String>>;

/// What two runs of one command do not have in common: the real time, and numbers that count runs.
const LEFT_OUT: [(&str, &str); 16] = [
    ("contact", "created_at"),
    ("d1_migrations", "applied_at"),
    // A run that was killed has a number too; so a decision's run differs, and so do the tables `lease` and `run`.
    ("decision", "run_id"),
    ("letter_round", "began_at"),
    ("letter_round", "written_at"),
    ("mail", "created_at"),
    ("mail", "due_at"),
    ("merchant", "changed_at"),
    ("order_event", "received_at"),
    ("partner_version", "created_at"),
    ("payout", "prepared_at"),
    ("payout_history", "changed_at"),
    ("product_version", "created_at"),
    ("program_version", "created_at"),
    ("requisites", "changed_at"),
    ("rule_change", "changed_at"),
];

/// Everything in a database that two runs of one command must have in common; nothing for a file that is not there.
pub(crate) fn dump(database: &Path) -> Dump {
    if !database.exists() {
        return Dump::new();
    }
    let connection = Connection::open(database).unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('lease', 'run') ORDER BY name";
    let tables: Vec<String> = texts(&connection, tables);
    let columns = |table: &str| -> Vec<String> {
        let columns = texts(&connection, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"));
        columns.into_iter().filter(|column| !LEFT_OUT.contains(&(table, column))).collect()
    };
    tables.iter().map(|table| (table.clone(), rows(&connection, table, &columns(table)))).collect()
}

/// What is wrong with a database as such: pages, indexes, and whatever is booked by halves. Empty if nothing is.
pub(crate) fn damages(database: &Path) -> Vec<String> {
    if !database.exists() {
        return Vec::new();
    }
    let connection = Connection::open(database).unwrap();
    let mut damages = texts(&connection, "PRAGMA integrity_check");
    damages.retain(|damage| damage != "ok");
    // A kill among the migrations leaves tables as they were before.
    let is_there = "SELECT name FROM pragma_table_info('decision') WHERE name = 'booked'";
    if !texts(&connection, is_there).is_empty() {
        damages.extend(texts(&connection, HALF_BOOKED));
    }
    damages
}

/// Decisions and postings that list their transfers may wait for them. Some of them without the others is what must never be.
const HALF_BOOKED: &str = "
  SELECT id || ' is booked by halves' FROM (
    SELECT id, listed, waits, (SELECT count(*) FROM transfer WHERE transfer.id / 64 = source.id) AS booked
    FROM (
      SELECT id, booked AS listed, transfers IS NOT NULL AS waits FROM decision
      UNION ALL SELECT id, json_array_length(transfers), 1 FROM posting
    ) AS source
  )
  WHERE booked <> listed AND NOT (waits AND booked = 0)
  UNION ALL
  SELECT id || ' is a transfer without a reason' FROM transfer
  WHERE id / 64 NOT IN (SELECT id FROM decision UNION ALL SELECT id FROM posting)";

fn texts(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).unwrap()
}

fn rows(connection: &Connection, table: &str, columns: &[String]) -> Vec<String> {
    let mut statement = connection.prepare(&format!("SELECT \"{}\" FROM {table}", columns.join("\", \""))).unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut texts = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let cells = (0..columns.len()).map(|column| match row.get_ref(column).unwrap() {
            ValueRef::Null => "NULL".to_owned(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Blob(bytes) => format!("{bytes:?}"),
        });
        texts.push(cells.collect::<Vec<_>>().join(" | "));
    }
    texts.sort();
    texts
}

/// Where two dumps differ first, if they do.
pub(crate) fn difference(found: &Dump, expected: &Dump) -> Option<String> {
    for table in found.keys().chain(expected.keys()) {
        let rows = |dump: &Dump| dump.get(table).cloned().unwrap_or_default();
        let (found, expected) = (rows(found), rows(expected));
        if found != expected {
            let only = |some: &[String], others: &[String]| some.iter().find(|row| !others.contains(row)).cloned();
            return Some(format!(
                "{table} has {} rows and should have {}; too much: {:?}; missing: {:?}",
                found.len(),
                expected.len(),
                only(&found, &expected),
                only(&expected, &found)
            ));
        }
    }
    None
}
