//! `tributary import …`: rules, partners, products, links, orders and refunds from files.
//!
//! Good rows go in, bad ones are named by line and reason; the same file again adds nothing.

pub mod charities;
pub mod links;
pub mod merchant;
pub mod orders;
pub mod partners;
pub mod products;
pub mod program;
pub mod refunds;
pub mod requisites;
mod table;

use serde::Serialize;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::Zone;

/// How a file is to be taken.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// The merchant's time zone: a bare date in a file is a day there.
    pub zone: Zone,
    /// Who takes it, for the history of rules.
    pub by: &'a str,
    /// The real time.
    pub now: Timestamp,
    /// From when on changed rules hold; now, if not given. A thing's first rules hold for ever back.
    pub valid_from: Option<Timestamp>,
    /// Whether to check the file, and write nothing.
    pub dry_run: bool,
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

impl Report {
    fn bad(&mut self, line: u64, reason: impl std::fmt::Display) {
        self.bad.push(BadRow { line, reason: reason.to_string() });
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
