//! CSV files with named columns, in any order.

use std::io::Read;

use crate::error::Error;

/// A file's rows.
pub(super) struct Table {
    columns: Vec<String>,
    reader: csv::Reader<Box<dyn Read>>,
}

/// A row with its line.
pub(super) struct TableRow {
    /// The line on which it begins, the first being 1.
    pub(super) line: u64,
    /// What is wrong with it as a row; it still belongs to whatever its cells name.
    pub(super) problem: Option<String>,
    record: csv::StringRecord,
    columns: Vec<Option<usize>>,
    known: &'static [&'static str],
}

impl Table {
    /// Reads the header.
    pub(super) fn open(file: Box<dyn Read>) -> Result<Self, Error> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let header = reader.headers().map_err(|error| Error::Refused(format!("the header cannot be read: {error}")))?;
        let columns =
            header.iter().map(|name| name.trim().trim_start_matches('\u{feff}').to_ascii_lowercase()).collect();
        Ok(Self { columns, reader })
    }

    /// Columns that are not among the known ones.
    pub(super) fn ignored(&self, known: &[&str]) -> Vec<String> {
        self.columns.iter().filter(|column| !known.contains(&column.as_str())).cloned().collect()
    }

    /// An error unless a column is there.
    pub(super) fn require(&self, column: &str) -> Result<(), Error> {
        if self.columns.iter().any(|found| found == column) {
            return Ok(());
        }
        Err(Error::Refused(format!("the column `{column}` is missing; there are: {}", self.columns.join(", "))))
    }

    /// The rows; one that cannot be read is an error with its line.
    pub(super) fn rows(self, known: &'static [&'static str]) -> impl Iterator<Item = Result<TableRow, (u64, String)>> {
        let columns: Vec<Option<usize>> =
            known.iter().map(|name| self.columns.iter().position(|column| column == name)).collect();
        let width = self.columns.len();
        self.reader.into_records().map(move |record| {
            let record = record.map_err(|error| {
                (error.position().map_or(0, csv::Position::line), format!("is not CSV in UTF-8: {error}"))
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            let problem = (record.len() != width).then(|| format!("has {} cells, the header {width}", record.len()));
            Ok(TableRow { line, problem, record, columns: columns.clone(), known })
        })
    }
}

impl TableRow {
    /// A cell without blanks around it: `None` if its column is missing, an empty text if it is empty.
    pub(super) fn cell(&self, column: &str) -> Option<&str> {
        let index = self.known.iter().position(|name| *name == column)?;
        self.record.get(self.columns[index]?).map(str::trim)
    }

    /// A cell, empty or missing ones as an empty text.
    pub(super) fn text(&self, column: &str) -> &str {
        self.cell(column).unwrap_or_default()
    }

    /// A cell that is not empty.
    pub(super) fn given(&self, column: &str) -> Option<&str> {
        self.cell(column).filter(|text| !text.is_empty())
    }
}
