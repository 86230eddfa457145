//! A file with named columns, in any order.

use std::rc::Rc;

use crate::csv::{Record, Records};

/// A file: its header, and the rows that follow.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    written: Vec<String>,
    names: Vec<String>,
    records: Records<'a>,
}

/// A row with its line.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// The line on which it begins, the first being 1.
    pub line: u64,
    /// What is wrong with it as a row; it still belongs to whatever its cells name.
    pub problem: Option<String>,
    /// All its cells, as they stand there.
    pub cells: Vec<String>,
    places: Rc<Places>,
}

/// Where the known columns stand.
#[derive(Debug)]
struct Places {
    known: &'static [&'static str],
    places: Vec<Option<usize>>,
}

impl<'a> Table<'a> {
    /// Reads the header: a column is known by its name, whatever its case.
    #[must_use]
    pub fn open(text: &'a str) -> Self {
        let mut records = Records::of(text);
        let written: Vec<String> = records
            .next()
            .map_or_else(Vec::new, |header| header.cells.iter().map(|name| name.trim().to_owned()).collect());
        let names = written.iter().map(|name| name.to_lowercase()).collect();
        Self { written, names, records }
    }

    /// The columns as the file calls them.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.written
    }

    /// Where a column stands, by the name that it goes by.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|found| *found == name.to_lowercase())
    }

    /// Lets a column go by another name, and none beside it.
    pub fn rename(&mut self, place: usize, name: &str) {
        self.forget(name);
        if let Some(column) = self.names.get_mut(place) {
            name.clone_into(column);
        }
    }

    /// Lets no column go by a name.
    pub fn forget(&mut self, name: &str) {
        for column in self.names.iter_mut().filter(|column| *column == name) {
            column.clear();
        }
    }

    /// Columns that are not among the known ones.
    #[must_use]
    pub fn ignored(&self, known: &[&str]) -> Vec<String> {
        let columns = self.names.iter().zip(&self.written);
        columns.filter(|(name, _)| !known.contains(&name.as_str())).map(|(_, written)| written.to_lowercase()).collect()
    }

    /// The rows. One with more or fewer cells than the header is not to be trusted.
    #[must_use]
    pub fn rows(self, known: &'static [&'static str]) -> Vec<TableRow> {
        let places = known.iter().map(|name| self.names.iter().position(|column| column == name)).collect();
        let places = Rc::new(Places { known, places });
        let width = self.names.len();
        let mut rows = Vec::new();
        for Record { line, cells, problem } in self.records {
            let problem = match problem {
                Some(problem) => Some(problem.to_string()),
                None if cells.len() == width => None,
                None => Some(format!("has {} cells, the header {width}", cells.len())),
            };
            rows.push(TableRow { line, problem, cells, places: Rc::clone(&places) });
        }
        rows
    }
}

impl TableRow {
    /// A cell without blanks around it: `None` if its column is missing, an empty text if it is empty.
    #[must_use]
    pub fn cell(&self, column: &str) -> Option<&str> {
        let index = self.places.known.iter().position(|name| *name == column)?;
        self.cells.get(self.places.places[index]?).map(|cell| cell.trim())
    }

    /// A cell, empty or missing ones as an empty text.
    #[must_use]
    pub fn text(&self, column: &str) -> &str {
        self.cell(column).unwrap_or_default()
    }

    /// A cell that is not empty.
    #[must_use]
    pub fn given(&self, column: &str) -> Option<&str> {
        self.cell(column).filter(|text| !text.is_empty())
    }

    /// What the row says, for telling a repetition from a correction. The first columns are always part of it, a later one
    /// where it says something, so that a file from before it was there is still the same file.
    pub(super) fn fingerprint(&self, always: usize) -> String {
        let mut said = String::new();
        for (index, column) in self.places.known.iter().enumerate() {
            let is_later = index >= always;
            if is_later && self.given(column).is_none() {
                continue;
            }
            if index > 0 {
                said.push('\u{1f}');
            }
            if is_later {
                said.push_str(column);
                said.push('=');
            }
            said.push_str(self.text(column));
        }
        said
    }
}
