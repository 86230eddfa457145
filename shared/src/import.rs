//! Files of orders, refunds, partners and products: what their rows say, the same for the command line and for the pages.
//!
//! Good rows become what is stored, bad ones are named by line and reason; the same file again adds nothing.

mod guess;
pub mod orders;
pub mod partners;
pub mod products;
pub mod refunds;
mod table;

use crate::cells::record;
use crate::csv::{Record, Records};
use crate::order::EventBody;
use serde::Serialize;

pub use table::{Table, TableRow};

/// The source of events that come from files.
pub const SOURCE: &str = "csv";

/// What a file is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Orders, one line a row.
    Orders,
    /// Refunds and chargebacks.
    Refunds,
    /// Partners.
    Partners,
    /// Products.
    Products,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Orders, Self::Refunds, Self::Partners, Self::Products];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Refunds => "refunds",
            Self::Partners => "partners",
            Self::Products => "products",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Columns that mean something in such a file.
    #[must_use]
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Orders => orders::COLUMNS,
            Self::Refunds => refunds::COLUMNS,
            Self::Partners => partners::COLUMNS,
            Self::Products => products::COLUMNS,
        }
    }

    /// Those without which nothing can be read.
    #[must_use]
    pub const fn required(self) -> &'static [&'static str] {
        match self {
            Self::Orders => orders::REQUIRED,
            Self::Refunds => refunds::REQUIRED,
            Self::Partners => partners::REQUIRED,
            Self::Products => products::REQUIRED,
        }
    }

    /// Where a file most likely has each of the columns, by the names that shops and people give them.
    #[must_use]
    pub fn guess(self, table: &Table<'_>) -> Vec<Option<usize>> {
        guess::places(self.columns(), table)
    }
}

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many things it held that are good.
    pub good: u64,
    /// How many of them are new or changed something.
    pub changed: u64,
    /// What could not be taken.
    pub bad: Vec<BadRow>,
    /// Columns that mean nothing here.
    pub ignored_columns: Vec<String>,
}

/// A row that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// Its line in the file, the first being 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

impl BadRow {
    /// Names a row.
    #[must_use]
    pub fn of(line: u64, reason: impl std::fmt::Display) -> Self {
        Self { line, reason: reason.to_string() }
    }
}

impl Report {
    /// Names a row that cannot be taken.
    pub fn bad(&mut self, line: u64, reason: impl std::fmt::Display) {
        self.bad.push(BadRow::of(line, reason));
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for bad in &self.bad {
            writeln!(f, "line {}: {}", bad.line, bad.reason)?;
        }
        if !self.ignored_columns.is_empty() {
            writeln!(f, "columns that mean nothing here: {}", self.ignored_columns.join(", "))?;
        }
        write!(f, "{} good, {} new or changed, {} bad", self.good, self.changed, self.bad.len())
    }
}

/// The rows that could not be taken as a file of their own: with line and reason before their cells, to be mended and
/// imported again.
#[must_use]
pub fn bad_rows_file(text: &str, bad: &[BadRow]) -> String {
    let mut file = String::new();
    for Record { line, cells, .. } in Records::of(text) {
        let (number, reason) = match bad.iter().find(|bad| bad.line == line) {
            _ if file.is_empty() => ("line".to_owned(), "problem"),
            Some(bad) => (line.to_string(), bad.reason.as_str()),
            None => continue,
        };
        let mut row = vec![number.as_str(), reason];
        for cell in &cells {
            row.push(cell);
        }
        file.push_str(&record(&row));
    }
    file
}

/// A time as shops' exports write it, `2026-11-03 10:02:11 +0100`, in the form that is read.
fn plain_time(text: &str) -> String {
    let mut plain = text.to_owned();
    // Date and time stand in the first 19 characters, as in `2026-11-03 10:02:11`.
    if let Some((start, offset)) = text.split_at_checked(19)
        && offset.starts_with(' ')
        && offset.is_ascii()
    {
        let offset = match offset.trim() {
            "UTC" => "Z".to_owned(),
            offset if offset.len() == 5 => format!("{}:{}", &offset[..3], &offset[3..]),
            offset => offset.to_owned(),
        };
        plain = start.replacen(' ', "T", 1) + &offset;
    }
    plain
}

/// Names and what stands for them.
pub type Pairs = std::collections::HashMap<String, String>;

/// What an event says, as it is stored.
fn written(body: &EventBody) -> String {
    // Plain structs and strings: there is nothing in them that JSON cannot say.
    serde_json::to_string(body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_shops_are_read_and_no_other_text_is_changed() {
        for (text, plain) in [
            ("2026-11-03 10:02:11 +0100", "2026-11-03T10:02:11+01:00"),
            ("2026-11-03 10:02:11 UTC", "2026-11-03T10:02:11Z"),
            ("2026-11-03 10:02:11 -05:00", "2026-11-03T10:02:11-05:00"),
            ("2026-11-03T10:02:11Z", "2026-11-03T10:02:11Z"),
            ("2026-11-03 10:02:11", "2026-11-03 10:02:11"),
            ("2026-11-03", "2026-11-03"),
            ("ööööööööööööööööööö +0100", "ööööööööööööööööööö +0100"),
            ("3 November 2026 10 + something", "3 November 2026 10 + something"),
        ] {
            assert_eq!(plain_time(text), plain, "{text}");
        }
    }

    #[test]
    fn bad_rows_are_a_file_that_can_be_mended() {
        let bad = [BadRow::of(3, "net: `x, y` is no amount"), BadRow::of(5, "has 1 cells, the header 2")];
        let file = bad_rows_file("id;net\nA;1\n\"B\n\";x\nC\nD;2\n", &bad[..1]);
        assert_eq!(file, "line,problem,id,net\r\n3,\"net: `x, y` is no amount\",\"B\n\",x\r\n");
        let file = bad_rows_file("id;net\nA;1\n\"B\n\";x\nC\nD;2\n", &bad);
        assert!(file.ends_with("5,\"has 1 cells, the header 2\",C\r\n"), "{file}");
    }
}
