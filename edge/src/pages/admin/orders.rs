use askama::Template;
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;

use crate::pages::frame::{Frame, framed};

/// The list of orders, the newest first, a page by key.
#[derive(Template)]
#[template(path = "admin/orders.html")]
pub(crate) struct Orders {
    pub(crate) frame: Frame,
    /// What was looked for.
    pub(crate) search: String,
    /// Whether only held orders are shown.
    pub(crate) is_held: bool,
    /// Whether only those are shown that a browser reported and nobody else.
    pub(crate) is_reported: bool,
    pub(crate) rows: Vec<OrderRow>,
    /// The key of the page after this, as a part of an address, if there is one.
    pub(crate) after: Option<String>,
    /// Whether this is not the first page.
    pub(crate) is_later: bool,
}

framed!(Orders);

/// An order of the list.
pub(crate) struct OrderRow {
    pub(crate) external_id: String,
    /// The order's name as a part of an address.
    pub(crate) segment: String,
    pub(crate) at: Timestamp,
    /// `paid`, `pending` and so on; nothing while only refunds have come.
    pub(crate) status: Option<&'static str>,
    pub(crate) net: Option<(i64, Currency)>,
    /// How it was decided; `undecided` before the night.
    pub(crate) outcome: String,
    /// The code of who is credited: such an order has a star.
    pub(crate) partner: Option<String>,
}

/// One order with everything that is known of it.
#[derive(Template)]
#[template(path = "admin/order.html")]
pub(crate) struct OrderCard {
    pub(crate) frame: Frame,
    pub(crate) segment: String,
    pub(crate) status: Option<&'static str>,
    pub(crate) placed_at: Option<Timestamp>,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) net: Option<(i64, Currency)>,
    /// What is left of it after refunds.
    pub(crate) left: Option<(i64, Currency)>,
    pub(crate) customer: String,
    pub(crate) placed_by: String,
    pub(crate) service_date: String,
    /// What may become of an order that was placed at the sales desk.
    pub(crate) next: &'static [&'static str],
    pub(crate) coupons: String,
    pub(crate) outcome: String,
    pub(crate) partner: Option<String>,
    /// The key of the evidence that decided.
    pub(crate) evidence: Option<String>,
    pub(crate) decided_at: Option<Timestamp>,
    pub(crate) lines: Vec<LineRow>,
    pub(crate) events: Vec<EventRow>,
    pub(crate) trace: Vec<String>,
    pub(crate) transfers: Vec<TransferRow>,
    /// What stands in the form of decisions: word, partner and reason.
    pub(crate) given: [String; 3],
    /// What that would do, if that was asked.
    pub(crate) effect: Option<Effect>,
}

framed!(OrderCard);

/// What a decision by hand would do.
pub(crate) struct Effect {
    /// How the order would be decided.
    pub(crate) outcome: &'static str,
    /// What would be booked beside what is booked already.
    pub(crate) transfers: Vec<TransferRow>,
}

/// A line of an order.
pub(crate) struct LineRow {
    pub(crate) sku: String,
    pub(crate) quantity: i64,
    pub(crate) net: (i64, Currency),
}

/// An event of an order.
pub(crate) struct EventRow {
    pub(crate) at: Timestamp,
    pub(crate) source: String,
    /// What it is: `order`, `refund`, `ruling` and so on.
    pub(crate) kind: &'static str,
    pub(crate) detail: String,
}

/// A transfer as its receiver sees it.
pub(crate) struct TransferRow {
    pub(crate) receiver: String,
    pub(crate) tier: u8,
    pub(crate) kind: &'static str,
    pub(crate) amount: (i64, Currency),
    pub(crate) payable_from: Timestamp,
    pub(crate) at: Timestamp,
}
