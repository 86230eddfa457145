use askama::Template;
use tributary_shared::time::Timestamp;

use crate::pages::frame::{Frame, framed};

/// The counter's tag, and which pages send hits.
#[derive(Template)]
#[template(path = "admin/counter.html")]
pub(crate) struct Counter {
    pub(crate) frame: Frame,
    pub(crate) snippet: String,
    pub(crate) pages: Vec<PageRow>,
    /// Targets of links from which no hit ever came, with how many links lead there.
    pub(crate) silent: Vec<(String, i64)>,
    pub(crate) missed: Vec<MissedCode>,
}

framed!(Counter);

/// A page that sent hits.
pub(crate) struct PageRow {
    pub(crate) address: String,
    /// Whether its host is one of the merchant's.
    pub(crate) is_listed: bool,
    pub(crate) hits: i64,
    pub(crate) last_at: Timestamp,
}

/// A code that led nowhere.
pub(crate) struct MissedCode {
    pub(crate) code: String,
    pub(crate) hits: i64,
    pub(crate) last_at: Timestamp,
}
