//! A partner's pages: his own figures, and nobody else's.

use askama::Template;
use tributary_shared::money::Currency;

use super::admin::{EntryRow, LinkRow};
use super::chart::Chart;
use super::frame::{Frame, framed};

/// His first page.
#[derive(Template)]
#[template(path = "partner/home.html")]
pub(crate) struct Home {
    pub(crate) frame: Frame,
    /// What the merchant has partners read first; empty, if nothing.
    pub(crate) welcome: String,
    /// Whether he waits for approval.
    pub(crate) is_pending: bool,
    pub(crate) is_blocked: bool,
    /// Whether he has said where his money goes.
    pub(crate) has_requisites: bool,
    /// Clicks, and orders that he was credited with, in the time that the chart shows.
    pub(crate) clicks: i64,
    pub(crate) orders: i64,
    /// Orders of a hundred clicks, with one digit; nothing without clicks.
    pub(crate) conversion: Option<String>,
    /// On hold, payable and earned so far, by currency.
    pub(crate) sums: Vec<(i64, i64, i64, Currency)>,
    /// The day of the next payment, and how much it will be, if nothing more comes or goes.
    pub(crate) payday: String,
    pub(crate) next: Vec<(i64, Currency)>,
    /// What a payment must come to, where it does not.
    pub(crate) minimum: Option<(i64, Currency)>,
    pub(crate) charts: Vec<Chart>,
}

framed!(Home);

/// His links.
#[derive(Template)]
#[template(path = "partner/links.html")]
pub(crate) struct Links {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<LinkRow>,
    /// The link before which the next page begins.
    pub(crate) before: Option<i64>,
    /// Hosts that links may lead to, for people.
    pub(crate) hosts: String,
    /// The merchant's first page, for a start.
    pub(crate) landing_url: String,
    pub(crate) coupons: Vec<String>,
    /// Products that he may advertise: what the shop calls them, and their names.
    pub(crate) products: Vec<(String, String)>,
    /// Whether there are more of them.
    pub(crate) more_products: bool,
}

framed!(Links);

/// One link with all that can be put on a page.
#[derive(Template)]
#[template(path = "partner/link.html")]
pub(crate) struct LinkCard {
    pub(crate) frame: Frame,
    pub(crate) link: LinkRow,
    /// HTML to be copied.
    pub(crate) text_html: String,
    pub(crate) banner_html: String,
    pub(crate) cards_html: String,
    pub(crate) frame_html: String,
    /// A QR code as the squares of a picture: its size, and the path that draws them.
    pub(crate) qr_size: usize,
    pub(crate) qr_path: String,
}

framed!(LinkCard);

/// HTML of a link for a page of the partner's own, as he downloads it.
#[derive(Template)]
#[template(path = "partner/affiliate.html")]
pub(crate) struct Affiliate {
    pub(crate) language: &'static str,
    pub(crate) text: String,
    /// The link as text or as a banner.
    pub(crate) html: String,
}

/// A link as text.
#[derive(Template)]
#[template(source = r#"<a href="{{ url }}">{{ text }}</a>"#, ext = "html")]
pub(crate) struct TextLink<'a> {
    pub(crate) url: &'a str,
    pub(crate) text: &'a str,
}

/// A banner of the merchant's name, for partners' pages.
#[derive(Template)]
#[template(path = "partner/banner.svg", escape = "html")]
pub(crate) struct Banner {
    pub(crate) text: String,
}

/// A link as a picture.
#[derive(Template)]
#[template(
    source = r#"<a href="{{ url }}"><img src="{{ banner }}" width="468" height="60" alt="{{ text }}"></a>"#,
    ext = "html"
)]
pub(crate) struct BannerLink<'a> {
    pub(crate) url: &'a str,
    /// Where the picture is.
    pub(crate) banner: &'a str,
    pub(crate) text: &'a str,
}

/// Cards of products, by a script or in a frame.
#[derive(Template)]
#[template(source = r#"<script async src="{{ url }}"></script>"#, ext = "html")]
pub(crate) struct CardsScript<'a> {
    pub(crate) url: &'a str,
}

/// Cards of products in a frame.
#[derive(Template)]
#[template(
    source = r#"<iframe src="{{ url }}" title="{{ text }}" width="100%" height="320" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox" style="border:0"></iframe>"#,
    ext = "html"
)]
pub(crate) struct CardsFrame<'a> {
    pub(crate) url: &'a str,
    pub(crate) text: &'a str,
}

/// A link as one of the merchant's own pictures.
#[derive(Template)]
#[template(
    source = r#"<a href="{{ url }}"><img src="{{ picture }}" width="{{ width }}" height="{{ height }}" alt="{{ text }}"></a>"#,
    ext = "html"
)]
pub(crate) struct PictureLink<'a> {
    pub(crate) url: &'a str,
    pub(crate) picture: &'a str,
    pub(crate) width: i64,
    pub(crate) height: i64,
    pub(crate) text: &'a str,
}

/// What came and went, order by order.
#[derive(Template)]
#[template(path = "partner/accruals.html")]
pub(crate) struct Accruals {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<EntryRow>,
    /// The entry before which the next page begins.
    pub(crate) before: Option<i64>,
}

framed!(Accruals);

/// Why an order was credited to him, or was not.
#[derive(Template)]
#[template(path = "partner/order.html")]
pub(crate) struct Why {
    pub(crate) frame: Frame,
    pub(crate) trace: Vec<String>,
    pub(crate) entries: Vec<EntryRow>,
}

framed!(Why);

/// His month.
#[derive(Template)]
#[template(path = "partner/statement.html")]
pub(crate) struct Statement {
    pub(crate) frame: Frame,
    /// `2026-11`.
    pub(crate) month: String,
    pub(crate) name: String,
    /// The page that it is below, and where its orders are.
    pub(crate) base: String,
    pub(crate) orders: &'static str,
    pub(crate) currencies: Vec<StatementSums>,
    pub(crate) entries: Vec<EntryRow>,
}

framed!(Statement);

/// A month's sums in one currency.
pub(crate) struct StatementSums {
    pub(crate) currency: Currency,
    pub(crate) opening: i64,
    pub(crate) earned: i64,
    pub(crate) taken_back: i64,
    pub(crate) paid: i64,
    pub(crate) adjusted: i64,
    pub(crate) closing: i64,
}
