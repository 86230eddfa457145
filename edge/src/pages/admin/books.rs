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

/// Who may log in.
#[derive(Template)]
#[template(path = "admin/people.html")]
pub(crate) struct People {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<PersonRow>,
}

framed!(People);

/// Somebody of the merchant's.
pub(crate) struct PersonRow {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) is_open: bool,
    pub(crate) is_self: bool,
}
