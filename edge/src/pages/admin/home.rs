use askama::Template;
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;

use crate::pages::chart::Chart;
use crate::pages::frame::{Frame, framed};

/// The merchant's first page: figures, charts, last night, and what needs a look.
#[derive(Template)]
#[template(path = "admin/home.html")]
pub(crate) struct Home {
    pub(crate) frame: Frame,
    /// Clicks that counted, in the time that the chart shows.
    pub(crate) clicks: i64,
    pub(crate) orders: i64,
    /// Commission of the nights that the chart shows, by currency.
    pub(crate) commission: Vec<(i64, Currency)>,
    /// What may be paid out now, by currency.
    pub(crate) payable: Vec<(i64, Currency)>,
    pub(crate) charts: Vec<Chart>,
    pub(crate) last_run: Option<LastRun>,
    pub(crate) looks: Vec<Look>,
    /// Whether there is no program yet: the guide comes first.
    pub(crate) is_new: bool,
}

framed!(Home);

/// What the last night did.
pub(crate) struct LastRun {
    pub(crate) at: Timestamp,
    /// Nothing, if it did not come to its end.
    pub(crate) finished: bool,
    pub(crate) decided: i64,
    pub(crate) credited: i64,
    /// Orders that it refused to book.
    pub(crate) refused: i64,
}

/// Something that needs a look.
pub(crate) struct Look {
    pub(crate) text: String,
    pub(crate) path: &'static str,
}
