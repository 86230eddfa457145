//! A SQLite file: the embedded default, and what local D1 is underneath.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Rows, Statement, params_from_iter};

use super::{Cell, Found, Row, Store, StoreError, Value, Work};
use crate::error::Error;

/// The migrations, by name, as `wrangler d1 migrations apply` knows them.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_ledger.sql", include_str!("../../../migrations/0001_ledger.sql")),
    ("0002_events.sql", include_str!("../../../migrations/0002_events.sql")),
    ("0003_payouts.sql", include_str!("../../../migrations/0003_payouts.sql")),
    ("0004_accounts.sql", include_str!("../../../migrations/0004_accounts.sql")),
    ("0005_orders_in.sql", include_str!("../../../migrations/0005_orders_in.sql")),
    ("0006_branding.sql", include_str!("../../../migrations/0006_branding.sql")),
    ("0007_api.sql", include_str!("../../../migrations/0007_api.sql")),
    ("0008_hooks_out.sql", include_str!("../../../migrations/0008_hooks_out.sql")),
    ("0009_materials.sql", include_str!("../../../migrations/0009_materials.sql")),
    ("0010_books.sql", include_str!("../../../migrations/0010_books.sql")),
    ("0011_privacy.sql", include_str!("../../../migrations/0011_privacy.sql")),
    ("0012_mail.sql", include_str!("../../../migrations/0012_mail.sql")),
    ("0013_ledger_rows.sql", include_str!("../../../migrations/0013_ledger_rows.sql")),
    ("0014_totals.sql", include_str!("../../../migrations/0014_totals.sql")),
    ("0015_dimensions.sql", include_str!("../../../migrations/0015_dimensions.sql")),
    ("0016_shops.sql", include_str!("../../../migrations/0016_shops.sql")),
    ("0017_moves.sql", include_str!("../../../migrations/0017_moves.sql")),
    ("0018_confirmed.sql", include_str!("../../../migrations/0018_confirmed.sql")),
    ("0019_desk.sql", include_str!("../../../migrations/0019_desk.sql")),
    ("0020_product_files.sql", include_str!("../../../migrations/0020_product_files.sql")),
    ("0021_partner_email.sql", include_str!("../../../migrations/0021_partner_email.sql")),
];

/// The table in which wrangler keeps which migrations were applied; both keep it the same way.
const MIGRATIONS_TABLE: &str = "CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)";

/// How long a statement waits for another process that writes, such as the local Worker.
const BUSY_SECONDS: u64 = 20;

/// How much of a database each connection keeps in memory.
const CACHE_KIBIBYTES: i64 = 24 * 1_024;

/// As much of it for what a night writes: most of a transaction's pages, so that they go to the log once, at its end.
const BULK_CACHE_KIBIBYTES: i64 = 32 * 1_024;

/// And for what reads ahead of it: little is read twice, and the system keeps the rest.
const READER_CACHE_KIBIBYTES: i64 = 8 * 1_024;

/// How long the log of a night grows before it is brought into the database: a page that many orders write to is brought
/// there once. 256 MB.
const BULK_CHECKPOINT_PAGES: i64 = 64_000;

/// Rows of one `INSERT` of neighbours: what a statement costs beside its rows is paid once for all of them.
const ROWS_OF_STATEMENT: usize = 64;

/// Where `wrangler dev` keeps local databases.
const LOCAL_STATE: &str = ".wrangler/state/v3/d1/miniflare-D1DatabaseObject";

/// An open SQLite file.
pub struct Sqlite {
    connection: Connection,
    /// Where it is; nothing for a database in memory.
    path: Option<PathBuf>,
}

impl Sqlite {
    /// Opens a file, creates it if it is not there, and applies the migrations that it lacks.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let open = |problem: rusqlite::Error| StoreError::Open {
            what: path.display().to_string(),
            problem: problem.to_string(),
        };
        let connection = Connection::open_with_flags(path, OpenFlags::default()).map_err(open)?;
        connection.busy_timeout(Duration::from_secs(BUSY_SECONDS)).map_err(open)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(open)?;
        connection.pragma_update(None, "foreign_keys", "ON").map_err(open)?;
        connection.set_prepared_statement_cache_capacity(64);
        // Negative: in kibibytes.
        connection.pragma_update(None, "cache_size", -CACHE_KIBIBYTES).map_err(open)?;
        let mut sqlite = Self { connection, path: (path != Path::new(":memory:")).then(|| path.to_owned()) };
        sqlite
            .migrate()
            .map_err(|problem| StoreError::Open { what: path.display().to_string(), problem: problem.to_string() })?;
        Ok(sqlite)
    }

    fn migrate(&mut self) -> Result<(), StoreError> {
        // Looked at first: a database that lacks nothing is not locked for it.
        let names: Vec<&str> = MIGRATIONS.iter().map(|(name, _)| *name).collect();
        let applied: i64 = self
            .connection
            .query_row(
                "SELECT count(*) FROM d1_migrations WHERE name IN (SELECT value FROM json_each(?1))",
                [serde_json::json!(names).to_string()],
                |row| row.get(0),
            )
            .unwrap_or(0);
        if usize::try_from(applied) == Ok(MIGRATIONS.len()) {
            return Ok(());
        }
        self.connection.execute_batch(MIGRATIONS_TABLE)?;
        for (name, sql) in MIGRATIONS.iter().copied() {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let applied = "SELECT EXISTS (SELECT 1 FROM d1_migrations WHERE name = ?1)";
            if !transaction.query_row(applied, [name], |row| row.get::<_, bool>(0))? {
                transaction.execute_batch(sql)?;
                transaction.execute("INSERT INTO d1_migrations (name) VALUES (?1)", [name])?;
            }
            transaction.commit()?;
        }
        Ok(())
    }
}

impl Store for Sqlite {
    fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut answer = Vec::new();
        read(&mut statement, parameters, &mut answer)?;
        Ok(answer)
    }

    fn each(
        &mut self,
        sql: &str,
        parameters: &[Value],
        found: &mut dyn FnMut(Found<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreError::from)?;
        show(statement.query(params_from_iter(parameters.iter().map(parameter))).map_err(StoreError::from)?, found)
    }

    fn look_up(
        &mut self,
        sql: &str,
        texts: &[String],
        found: &mut dyn FnMut(usize, Found<'_>) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        // One look at the log for all of them: each statement by itself would begin and end a reading of its own.
        let reading = self.connection.transaction().map_err(StoreError::from)?;
        {
            let mut statement = reading.prepare_cached(sql).map_err(StoreError::from)?;
            for (place, text) in texts.iter().enumerate() {
                show(statement.query([text]).map_err(StoreError::from)?, &mut |row| found(place, row))?;
            }
        }
        reading.commit().map_err(StoreError::from)?;
        Ok(true)
    }

    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let changed = statement.execute(params_from_iter(parameters.iter().map(parameter)))?;
        Ok(changed as u64)
    }

    fn transact(&mut self, guard: (&str, &[Value]), work: &mut [Work<'_>]) -> Result<Option<u64>, StoreError> {
        self.run(guard, work).map(Some)
    }

    fn reader(&self) -> Result<Option<Box<dyn Store + Send>>, StoreError> {
        match &self.path {
            Some(path) => {
                let reader = Self::open(path)?;
                reader.connection.pragma_update(None, "cache_size", -READER_CACHE_KIBIBYTES)?;
                Ok(Some(Box::new(reader)))
            }
            None => Ok(None),
        }
    }

    fn durable(&mut self, each_write: bool) -> Result<(), StoreError> {
        // In WAL mode a write with FULL also brings all those before it to the disk (sqlite.org/pragma.html#pragma_synchronous).
        let (level, checkpoint_pages, cache_kibibytes) = if each_write {
            ("FULL", 1_000, CACHE_KIBIBYTES)
        } else {
            ("NORMAL", BULK_CHECKPOINT_PAGES, BULK_CACHE_KIBIBYTES)
        };
        self.connection.pragma_update(None, "synchronous", level)?;
        self.connection.pragma_update(None, "cache_size", -cache_kibibytes)?;
        // A statement of many rows keeps what it changes until it is done; of a night that goes nowhere near a disk.
        self.connection.pragma_update(None, "temp_store", if each_write { "DEFAULT" } else { "MEMORY" })?;
        // What a night writes refers to rows that it has read, or written itself.
        self.connection.pragma_update(None, "foreign_keys", each_write)?;
        Ok(self.connection.pragma_update(None, "wal_autocheckpoint", checkpoint_pages)?)
    }
}

impl Sqlite {
    fn run(&mut self, guard: (&str, &[Value]), work: &mut [Work<'_>]) -> Result<u64, StoreError> {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut changed = 0;
        {
            let (sql, parameters) = guard;
            let mut statement = transaction.prepare_cached(sql)?;
            if !statement.exists(params_from_iter(parameters.iter().map(parameter)))? {
                return Ok(0);
            }
            for work in work {
                let (sql, columns) = (work.sql, work.columns);
                let mut cells = Vec::with_capacity(columns * ROWS_OF_STATEMENT);
                let mut is_full = work.take(ROWS_OF_STATEMENT, &mut cells);
                if let Some(wide) = widened(sql, columns, ROWS_OF_STATEMENT).filter(|_| work.are_neighbours) {
                    let mut statement = transaction.prepare_cached(&wide)?;
                    while is_full {
                        changed += statement.execute(params_from_iter(cells.iter().map(cell)))? as u64;
                        is_full = work.take(ROWS_OF_STATEMENT, &mut cells);
                    }
                }
                let mut statement = transaction.prepare_cached(sql)?;
                loop {
                    for row in cells.chunks(columns) {
                        changed += statement.execute(params_from_iter(row.iter().map(cell)))? as u64;
                    }
                    if !is_full {
                        break;
                    }
                    is_full = work.take(ROWS_OF_STATEMENT, &mut cells);
                }
            }
        }
        transaction.commit()?;
        Ok(changed)
    }
}

/// A statement that inserts one row, `VALUES (?1, …)`, as one that inserts several; nothing for any other.
fn widened(sql: &str, columns: usize, rows: usize) -> Option<String> {
    let row = |first: usize| {
        let places: Vec<String> = (first..first + columns).map(|place| format!("?{place}")).collect();
        format!("({})", places.join(", "))
    };
    let (before, after) = sql.split_once(&format!("VALUES {}", row(1)))?;
    let all: Vec<String> = (0..rows).map(|index| row(1 + index * columns)).collect();
    Some(format!("{before}VALUES {}{after}", all.join(", ")))
}

fn read(statement: &mut Statement<'_>, parameters: &[Value], answer: &mut Vec<Row>) -> Result<(), StoreError> {
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(parameters.iter().map(parameter)))?;
    while let Some(row) = rows.next()? {
        let owned = |column| {
            Ok(match seen(row, column)? {
                Cell::Null => Value::Null,
                Cell::Integer(number) => Value::Integer(number),
                Cell::Text(text) => Value::Text(text.to_owned()),
            })
        };
        answer.push(Row((0..columns).map(owned).collect::<Result<_, StoreError>>()?));
    }
    Ok(())
}

/// The most columns of a row that is only looked at.
const COLUMNS_SHOWN_MAX: usize = 12;

fn show(mut rows: Rows<'_>, found: &mut dyn FnMut(Found<'_>) -> Result<(), Error>) -> Result<(), Error> {
    let columns = rows.as_ref().map_or(0, |statement| statement.column_count()).min(COLUMNS_SHOWN_MAX);
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let mut cells = [Cell::Null; COLUMNS_SHOWN_MAX];
        for (column, cell) in cells[..columns].iter_mut().enumerate() {
            *cell = seen(row, column)?;
        }
        found(Found(&cells[..columns]))?;
    }
    Ok(())
}

fn seen<'a>(row: &'a rusqlite::Row<'_>, column: usize) -> Result<Cell<'a>, StoreError> {
    let bad = |found: &str| StoreError::Column { column, found: found.to_owned() };
    Ok(match row.get_ref(column)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text).map_err(|_| bad("a text that is not UTF-8"))?),
        ValueRef::Real(_) | ValueRef::Blob(_) => return Err(bad("neither number nor text")),
    })
}

fn parameter(value: &Value) -> rusqlite::types::ToSqlOutput<'_> {
    match value {
        Value::Null => rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Null),
        Value::Integer(number) => rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
        Value::Text(text) => rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
    }
}

fn cell<'a>(cell: &Cell<'a>) -> rusqlite::types::ToSqlOutput<'a> {
    rusqlite::types::ToSqlOutput::Borrowed(match *cell {
        Cell::Null => ValueRef::Null,
        Cell::Integer(number) => ValueRef::Integer(number),
        Cell::Text(text) => ValueRef::Text(text.as_bytes()),
    })
}

/// The local development database: the one file that `wrangler dev` keeps under this directory.
pub fn local_development(root: &Path) -> Result<PathBuf, StoreError> {
    let directory = root.join(LOCAL_STATE);
    let problem = |problem: String| StoreError::Open { what: "the local development database".to_owned(), problem };
    let entries = std::fs::read_dir(&directory).map_err(|_| {
        problem(format!("there is no {}: run `cargo xtask demo` here, or name one with --db", directory.display()))
    })?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "sqlite"))
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "metadata"))
        .collect();
    match (files.pop(), files.is_empty()) {
        (Some(path), true) => Ok(path),
        (Some(_), false) => Err(problem("there are several: name one with --db sqlite:PATH".to_owned())),
        (None, _) => Err(problem("there is none: run `cargo xtask demo` here, or name one with --db".to_owned())),
    }
}
