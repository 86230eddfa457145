//! CSV files with named columns, in any order.

use std::io::Read;

use crate::error::Error;

/// A file's rows.
pub(super) struct Table {
    columns: Vec<String>,
    reader: csv::Reader<std::io::Cursor<Vec<u8>>>,
    lines: Lines,
}

/// Counts lines up to a byte: the parser's own count is one short after CR LF.
struct Lines {
    bytes: Vec<u8>,
    counted: usize,
    line: u64,
}

impl Lines {
    /// The line on which a record that begins at a byte has its first character. Asked for ascending bytes.
    fn of(&mut self, byte: u64) -> u64 {
        let mut start = usize::try_from(byte).unwrap_or(usize::MAX).min(self.bytes.len());
        while matches!(self.bytes.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        let newlines = self.bytes[self.counted.min(start)..start].iter().filter(|&&byte| byte == b'\n').count();
        self.line += newlines as u64;
        self.counted = start;
        self.line
    }
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
    pub(super) fn open(mut file: Box<dyn Read>) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| Error::Unable(format!("the file cannot be read: {error}")))?;
        let lines = Lines { bytes: bytes.clone(), counted: 0, line: 1 };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(std::io::Cursor::new(bytes));
        let header = reader.headers().map_err(|error| Error::Refused(format!("the header cannot be read: {error}")))?;
        let columns =
            header.iter().map(|name| name.trim().trim_start_matches('\u{feff}').to_ascii_lowercase()).collect();
        Ok(Self { columns, reader, lines })
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
        let mut lines = self.lines;
        self.reader.into_byte_records().map(move |record| {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, |position| lines.of(position.byte()));
                (line, format!("is not CSV: {error}"))
            })?;
            let line = record.position().map_or(0, |position| lines.of(position.byte()));
            // A row that cannot be read whole still belongs to its order, which must not be taken without it.
            let is_utf8 = record.iter().all(|cell| std::str::from_utf8(cell).is_ok());
            let record = csv::StringRecord::from_byte_record_lossy(record);
            let problem = match (is_utf8, record.len() == width) {
                (true, true) => None,
                (false, _) => Some("is not UTF-8".to_owned()),
                (true, false) => Some(format!("has {} cells, the header {width}", record.len())),
            };
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
