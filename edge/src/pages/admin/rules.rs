use askama::Template;
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;

use crate::pages::frame::{Frame, framed};

/// Programs with their rules of today, and the guide through setting one up.
#[derive(Template)]
#[template(path = "admin/programs.html")]
pub(crate) struct Programs {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<ProgramRow>,
    /// The tag to be put on every page.
    pub(crate) snippet: String,
    /// What of the guide is done: pages send hits, a program is there, partners are, links are, an order was credited.
    pub(crate) done: [bool; 5],
    /// The page of the first program, or the one that makes it.
    pub(crate) first: String,
}

framed!(Programs);

/// A program.
pub(crate) struct ProgramRow {
    pub(crate) code: String,
    /// The same in an address.
    pub(crate) segment: String,
    pub(crate) name: String,
    /// When its rules of today began to hold; nothing for the first.
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) window_days: i64,
    pub(crate) hold_days: i64,
    pub(crate) model: &'static str,
    pub(crate) binding: &'static str,
    pub(crate) min_payout: (i64, Currency),
    pub(crate) tiers: Vec<TierRow>,
    pub(crate) join_url: String,
}

/// What a tier earns.
pub(crate) struct TierRow {
    pub(crate) tier: usize,
    pub(crate) percent: Option<String>,
    pub(crate) flat: Option<(i64, Currency)>,
}

/// Products with their two check boxes.
#[derive(Template)]
#[template(path = "admin/products.html")]
pub(crate) struct Products {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<ProductRow>,
    pub(crate) after: Option<String>,
    /// What stands in the form of a new one.
    pub(crate) sku: String,
    pub(crate) name: String,
}

framed!(Products);

/// A product.
pub(crate) struct ProductRow {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) participates: bool,
    pub(crate) shown: bool,
    pub(crate) rates: String,
}
