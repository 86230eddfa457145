use askama::Template;
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;

use crate::pages::frame::{Frame, framed};

/// What is owed to whom.
#[derive(Template)]
#[template(path = "admin/balances.html")]
pub(crate) struct Balances {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<BalanceRow>,
    /// The partner after whom the next page begins.
    pub(crate) after: Option<String>,
}

framed!(Balances);

/// What is owed to one receiver in one currency.
pub(crate) struct BalanceRow {
    pub(crate) partner: String,
    pub(crate) name: String,
    pub(crate) pending: i64,
    pub(crate) payable: i64,
    pub(crate) paid: i64,
    pub(crate) currency: Currency,
}

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

/// Who changed what, and when.
#[derive(Template)]
#[template(path = "admin/audit.html")]
pub(crate) struct Audit {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<AuditRow>,
    /// The entry before which the next page begins.
    pub(crate) before: Option<i64>,
}

framed!(Audit);

/// A change.
pub(crate) struct AuditRow {
    pub(crate) at: Timestamp,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) subject: String,
    pub(crate) before: String,
    pub(crate) after: String,
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
