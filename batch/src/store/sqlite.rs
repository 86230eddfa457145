//! A SQLite file: the embedded default, and what local D1 is underneath.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Statement, params_from_iter};

use super::{Row, Store, StoreError, Value, Work};

/// The migrations, by name, as `wrangler d1 migrations apply` knows them.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_ledger.sql", include_str!("../../../migrations/0001_ledger.sql")),
    ("0002_events.sql", include_str!("../../../migrations/0002_events.sql")),
    ("0003_payouts.sql", include_str!("../../../migrations/0003_payouts.sql")),
    ("0004_accounts.sql", include_str!("../../../migrations/0004_accounts.sql")),
    ("0005_orders_in.sql", include_str!("../../../migrations/0005_orders_in.sql")),
    ("0006_branding.sql", include_str!("../../../migrations/0006_branding.sql")),
    ("0007_api.sql", include_str!("../../../migrations/0007_api.sql")),
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

/// How long the log of a night grows before it is brought into the database: a page that many orders write to is brought
/// there once. 64 MB.
const BULK_CHECKPOINT_PAGES: i64 = 16_000;

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
        // Negative: in kibibytes. The indexes that a night goes through for its evidence, and those that it writes.
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

    fn look_up(&mut self, work: &[Work]) -> Result<Option<Vec<Row>>, StoreError> {
        let mut answer = Vec::new();
        // One look at the log for all of them: each statement by itself would begin and end a reading of its own.
        let reading = self.connection.transaction()?;
        for Work { sql, rows } in work {
            let mut statement = reading.prepare_cached(sql)?;
            for row in rows {
                read(&mut statement, row, &mut answer)?;
            }
        }
        reading.commit()?;
        Ok(Some(answer))
    }

    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let changed = statement.execute(params_from_iter(parameters.iter().map(parameter)))?;
        Ok(changed as u64)
    }

    fn transact(&mut self, guard: (&str, &[Value]), work: &[Work]) -> Result<Option<u64>, StoreError> {
        self.run(guard, work).map(Some)
    }

    fn reader(&self) -> Result<Option<Box<dyn Store + Send>>, StoreError> {
        match &self.path {
            Some(path) => Ok(Some(Box::new(Self::open(path)?))),
            None => Ok(None),
        }
    }

    fn durable(&mut self, each_write: bool) -> Result<(), StoreError> {
        // In WAL mode a write with FULL also brings all those before it to the disk (sqlite.org/pragma.html#pragma_synchronous).
        let (level, checkpoint_pages) = if each_write { ("FULL", 1_000) } else { ("NORMAL", BULK_CHECKPOINT_PAGES) };
        self.connection.pragma_update(None, "synchronous", level)?;
        Ok(self.connection.pragma_update(None, "wal_autocheckpoint", checkpoint_pages)?)
    }
}

impl Sqlite {
    fn run(&mut self, guard: (&str, &[Value]), work: &[Work]) -> Result<u64, StoreError> {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut changed = 0;
        {
            let (sql, parameters) = guard;
            let mut statement = transaction.prepare_cached(sql)?;
            if !statement.exists(params_from_iter(parameters.iter().map(parameter)))? {
                return Ok(0);
            }
            for Work { sql, rows } in work {
                let mut statement = transaction.prepare_cached(sql)?;
                for row in rows {
                    changed += statement.execute(params_from_iter(row.iter().map(parameter)))? as u64;
                }
            }
        }
        transaction.commit()?;
        Ok(changed)
    }
}

fn read(statement: &mut Statement<'_>, parameters: &[Value], answer: &mut Vec<Row>) -> Result<(), StoreError> {
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(parameters.iter().map(parameter)))?;
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            values.push(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Text(text) => Value::Text(match std::str::from_utf8(text) {
                    Ok(text) => text.to_owned(),
                    Err(_) => String::from_utf8_lossy(text).into_owned(),
                }),
                ValueRef::Real(_) | ValueRef::Blob(_) => {
                    return Err(StoreError::Column { column, found: "neither number nor text".to_owned() });
                }
            });
        }
        answer.push(Row(values));
    }
    Ok(())
}

fn parameter(value: &Value) -> rusqlite::types::ToSqlOutput<'_> {
    match value {
        Value::Null => rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Null),
        Value::Integer(number) => rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
        Value::Text(text) => rusqlite::types::ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
    }
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
