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

pub use tributary_shared::import::{BadRow, Report};
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
    /// Our columns under the names that the file has for them.
    pub map: &'a [(String, String)],
}
