//! Where the data are: a SQLite file, or D1 over its REST API.
//!
//! Both take the same SQL. A statement is a transaction of its own, because D1's REST API promises no more; so every
//! write is one statement that is harmless to repeat. Rows go in as one JSON parameter, thousands at a time.

pub mod d1;
pub mod drafts;
pub mod lease;
pub mod ledger;
pub mod merchant;
pub mod orders;
pub mod payouts;
pub mod rules;
pub mod sqlite;

use crate::error::Error;

/// A value of a row or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A number.
    Integer(i64),
    /// A text.
    Text(String),
}

impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A row of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// Shows it as one that is only looked at.
    pub fn shown<T>(&self, look: impl FnOnce(Found<'_>) -> T) -> T {
        let cells: Vec<Cell<'_>> = self.0.iter().map(Cell::of).collect();
        look(Found(&cells))
    }

    /// The number in a column.
    pub fn integer(&self, column: usize) -> Result<i64, StoreError> {
        match self.0.get(column) {
            Some(Value::Integer(number)) => Ok(*number),
            other => Err(StoreError::Column { column, found: format!("{other:?}") }),
        }
    }

    /// The number in a column, if there is one.
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.integer(column).map(Some),
        }
    }

    /// The text in a column.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(text),
            other => Err(StoreError::Column { column, found: format!("{other:?}") }),
        }
    }

    /// The text in a column, if there is one.
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }
}

/// Why a statement had no effect, or its effect is not known.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database could not be opened.
    #[error("cannot open {what}: {problem}")]
    Open {
        /// What was to be opened.
        what: String,
        /// What went wrong.
        problem: String,
    },
    /// SQLite refused.
    #[error("the database refused: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// D1 refused.
    #[error("D1 refused: {0}")]
    D1(String),
    /// D1 could not be reached, or its answer got lost.
    #[error("D1 did not answer after {tries} tries: {problem}")]
    Unreachable {
        /// How often it was tried.
        tries: u32,
        /// What went wrong the last time.
        problem: String,
    },
    /// An answer is not what the statement promises.
    #[error("column {column} holds {found}")]
    Column {
        /// Which, from 0.
        column: usize,
        /// What it holds.
        found: String,
    },
    /// A store that breaks on purpose did.
    #[error("broken on purpose after {writes} writes")]
    Broken {
        /// How many writes it let through.
        writes: u64,
    },
}

/// A database.
pub trait Store {
    /// Runs a statement that answers rows; it may write, too (`RETURNING`).
    fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError>;

    /// Runs a statement that writes, and says how many rows it changed. It is harmless to repeat.
    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError>;

    /// Does all of some work or nothing, if `guard` answers a row; how many rows that changed.
    ///
    /// `None` from a database that promises no such thing: the work is not done then.
    fn transact(&mut self, _guard: (&str, &[Value]), _work: &mut [Work<'_>]) -> Result<Option<u64>, StoreError> {
        Ok(None)
    }

    /// Runs a statement that answers rows, and shows them one by one, without a copy of their texts where that can be.
    fn each(
        &mut self,
        sql: &str,
        parameters: &[Value],
        found: &mut dyn FnMut(Found<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.rows(sql, parameters)?.iter().try_for_each(|row| row.shown(&mut *found))
    }

    /// Runs a statement once for each text, as `?1`, and shows each row with the place of the text that it was found by.
    ///
    /// `false` from a database where each call has a price, and nothing is shown: one statement for all is asked instead.
    fn look_up(
        &mut self,
        _sql: &str,
        _texts: &[String],
        _found: &mut dyn FnMut(usize, Found<'_>) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        Ok(false)
    }

    /// Another way into the same database, for reading ahead in another thread; `None` where there is none.
    fn reader(&self) -> Result<Option<Box<dyn Store + Send>>, StoreError> {
        Ok(None)
    }

    /// Whether what is written must be on the disk before it is acknowledged, or only before what is written next with
    /// that. A night lets its pages wait for its end; whoever moves money by hand does not.
    fn durable(&mut self, _each_write: bool) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A statement, and the rows that it is run for, one by one.
pub struct Work<'a> {
    /// The statement; `?1` and so on are a row's columns.
    pub sql: &'static str,
    /// How many columns a row has.
    pub columns: usize,
    /// Whether rows that follow each other go to the same places of the database: then many may go in one statement.
    /// A statement of many keeps a copy of each page that it changes, for taking half of it back; one of a single row
    /// does not.
    pub are_neighbours: bool,
    /// The rows, one by one.
    next: Box<NextRow<'a>>,
}

/// Adds a row's cells to others, if there is one more.
type NextRow<'a> = dyn FnMut(&mut Vec<Cell<'a>>) -> bool + 'a;

impl<'a> Work<'a> {
    /// A statement, and rows of so many columns.
    pub fn new<const COLUMNS: usize>(sql: &'static str, rows: impl Iterator<Item = [Cell<'a>; COLUMNS]> + 'a) -> Self {
        let mut rows = rows;
        let next = move |cells: &mut Vec<Cell<'a>>| {
            let row = rows.next();
            row.inspect(|row| cells.extend_from_slice(row)).is_some()
        };
        Self { sql, columns: COLUMNS, are_neighbours: false, next: Box::new(next) }
    }

    /// The same of rows that stand together in the database.
    #[must_use]
    pub fn of_neighbours(self) -> Self {
        Self { are_neighbours: true, ..self }
    }

    /// Puts the next rows, at most so many, in place of others; whether that were as many.
    pub fn take(&mut self, rows: usize, cells: &mut Vec<Cell<'a>>) -> bool {
        cells.clear();
        (0..rows).all(|_| (self.next)(cells))
    }
}

/// A value of a row that a statement is run for: texts stay where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A number.
    Integer(i64),
    /// A text.
    Text(&'a str),
}

impl<'a> Cell<'a> {
    /// A value where it stands.
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(number) => Self::Integer(*number),
            Value::Text(text) => Self::Text(text),
        }
    }
}

/// A row of an answer, as long as it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a>(pub &'a [Cell<'a>]);

impl<'a> Found<'a> {
    /// The number in a column.
    pub fn integer(self, column: usize) -> Result<i64, StoreError> {
        match self.0.get(column) {
            Some(Cell::Integer(number)) => Ok(*number),
            other => Err(StoreError::Column { column, found: format!("{other:?}") }),
        }
    }

    /// The number in a column, if there is one.
    pub fn optional_integer(self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Null) => Ok(None),
            _ => self.integer(column).map(Some),
        }
    }

    /// The text in a column.
    pub fn text(self, column: usize) -> Result<&'a str, StoreError> {
        match self.0.get(column) {
            Some(Cell::Text(text)) => Ok(text),
            other => Err(StoreError::Column { column, found: format!("{other:?}") }),
        }
    }

    /// The text in a column, if there is one.
    pub fn optional_text(self, column: usize) -> Result<Option<&'a str>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }
}

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    Sqlite(std::path::PathBuf),
    /// A D1 database over its REST API.
    D1 {
        /// The account; `local` for the development server on this machine.
        account: String,
        /// The database's id.
        database: String,
    },
}

impl std::str::FromStr for Location {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(path.into()));
        }
        match text.strip_prefix("d1:").and_then(|rest| rest.split_once('/')) {
            Some((account, database)) if !account.is_empty() && !database.is_empty() => {
                Ok(Self::D1 { account: account.to_owned(), database: database.to_owned() })
            }
            _ => Err(format!("`{text}` is not a database: want sqlite:PATH or d1:ACCOUNT/DATABASE")),
        }
    }
}

impl Location {
    /// Opens the database; a new SQLite file is created with all migrations applied.
    pub fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        Ok(match self {
            Self::Sqlite(path) => Box::new(sqlite::Sqlite::open(path)?),
            Self::D1 { account, database } => Box::new(d1::D1::open(account, database)?),
        })
    }
}
