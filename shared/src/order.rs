//! Orders: events as they came, and the one state they fold to in any order of arrival.

pub mod evidence;
mod fold;
pub mod intake;
mod refunds;
pub mod ruling;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Map;

use crate::contact::Email;
use crate::id::{Code, CouponCode, ExternalId, OrderId, Sku, VisitorId};
use crate::money::{Currency, Percent};
use crate::time::Timestamp;
use crate::touch::Touch;

pub use evidence::Evidence;
pub use ruling::{Ruled, Ruling, Word};

/// The most lines of one order.
pub const LINES_MAX: usize = 1_000;

/// The most units of one line.
pub const QUANTITY_MAX: u32 = 1_000_000;

/// How far an order has come. Later variants win over earlier ones, whatever the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Placed, not paid: nothing is earned yet.
    Pending,
    /// Paid: this is what starts commission.
    Paid,
    /// Paid and given back whole.
    Refunded,
    /// Called off: whatever was earned is taken back.
    Cancelled,
}

impl Status {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Refunded => "refunded",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the word, in either spelling of `cancelled`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "pending" => Some(Self::Pending),
            "paid" => Some(Self::Paid),
            "refunded" => Some(Self::Refunded),
            "cancelled" | "canceled" => Some(Self::Cancelled),
            _ => None,
        }
    }
}

/// Who ordered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// His e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// What the shop calls him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<ExternalId>,
    /// His name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What was sold.
    pub sku: Sku,
    /// How many.
    pub quantity: u32,
    /// The line's total in minor units: no tax, no shipping, after discount.
    pub net_minor: i64,
    /// What of it was given back.
    #[serde(default)]
    pub refunded_minor: i64,
    /// What its provider calls it, where refunds name lines by that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ExternalId>,
}

impl Line {
    /// What is left of the line.
    #[must_use]
    pub const fn left_minor(&self) -> i64 {
        self.net_minor - self.refunded_minor
    }
}

/// An order as one source reported it at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// How far it had come.
    pub status: Status,
    /// What it is paid in.
    pub currency: Currency,
    /// When it was placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_at: Option<Timestamp>,
    /// When it was paid; always there when it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// Who ordered.
    #[serde(default)]
    pub customer: Customer,
    /// What was ordered.
    pub lines: Vec<Line>,
    /// Coupons used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<CouponCode>,
    /// The partner whom the merchant named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Code>,
    /// The concierge or sales agent who placed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_by: Option<String>,
    /// The day of the service that is booked, as in `2026-12-24`: an order with one is a booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_date: Option<String>,
    /// The touches that came with it, their signature verified when it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<Touch>,
    /// The visitor, if the order came with his cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<VisitorId>,
    /// Whether it came with a token that none of our keys had signed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub token_refused: bool,
    /// The subscription that this is a payment of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<ExternalId>,
    /// Its own hold in days, in place of its products' and its program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_days: Option<u32>,
    /// The charity that it carries, in place of its products' and its program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charity: Option<OrderCharity>,
    /// What the buyer paid in all, in the terms in which its source reports refunds: what [`Refund::gross`] is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_minor: Option<i64>,
    /// When all of this was so, from a source that reports orders whole: its latest word holds, whatever came last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
}

/// A charity that an order carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCharity {
    /// Which.
    pub code: Code,
    /// Its percentage of this order; the product's or the program's for charity, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Percent>,
}

/// A part of an order given back, or taken back by the buyer's bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// What the shop calls it: the same refund twice is one.
    pub refund_id: ExternalId,
    /// When.
    pub at: Timestamp,
    /// How much, in major units as it came: its order, and so its currency, may not be known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Or how much of which product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<RefundLine>,
    /// Or how much of what the buyer paid, tax and shipping with it: the same share of the lines is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross: Option<String>,
    /// What all of these are in, if that was said; else in the order's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What is given back of one product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RefundLine {
    /// The product.
    pub sku: Sku,
    /// How much, in major units as it came.
    pub net: String,
    /// The line by its provider's name, where the product was not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<ExternalId>,
}

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventBody {
    /// How the order stood.
    Order(Box<Snapshot>),
    /// That a part was given back.
    Refund(Refund),
    /// That the sum given back grew by a part, from a source that may tell the refund by its name, too.
    RefundStep(Refund),
    /// That a refund failed or was called off: it gave nothing back.
    RefundFailed(Refund),
    /// That the buyer's bank took a part back.
    Chargeback(Refund),
    /// That a chargeback was won: what it took has come back.
    ChargebackWon(ChargebackWon),
    /// That the shop has put the order away.
    Deleted(Deleted),
    /// What a named person decided about the order.
    Ruling(Ruling),
    /// What the buyer's browser reported of it.
    Evidence(Evidence),
}

/// By hand: what is derived for a tag among other fields reads them twice, by a reader of its own for each type in them.
impl<'de> Deserialize<'de> for EventBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(deserializer)?;
        let kind = fields.remove("kind").ok_or_else(|| D::Error::missing_field("kind"))?;
        let body = match kind.as_str() {
            Some("order") => Box::<Snapshot>::deserialize(fields).map(Self::Order),
            Some("refund") => Refund::deserialize(fields).map(Self::Refund),
            Some("refund_step") => Refund::deserialize(fields).map(Self::RefundStep),
            Some("refund_failed") => Refund::deserialize(fields).map(Self::RefundFailed),
            Some("chargeback") => Refund::deserialize(fields).map(Self::Chargeback),
            Some("chargeback_won") => ChargebackWon::deserialize(fields).map(Self::ChargebackWon),
            Some("deleted") => Deleted::deserialize(fields).map(Self::Deleted),
            Some("ruling") => Ruling::deserialize(fields).map(Self::Ruling),
            Some("evidence") => Evidence::deserialize(fields).map(Self::Evidence),
            _ => return Err(D::Error::custom(format!("`{kind}` is no kind of event"))),
        };
        body.map_err(D::Error::custom)
    }
}

/// A chargeback that was decided for the merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargebackWon {
    /// The chargeback.
    pub chargeback_id: ExternalId,
    /// When.
    pub at: Timestamp,
}

/// An order that the shop has put away. It does not say how the order stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// When that was heard.
    pub at: Timestamp,
}

/// One event of an order, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEvent {
    /// Its place in the order of arrival.
    pub arrival: i64,
    /// Who reported it: `api`, `csv` ….
    pub source: String,
    /// When it happened.
    pub at: Timestamp,
    /// What it says.
    pub body: EventBody,
}

/// The id of an event of what was reported: parts joined by `/`, which stands in none of them.
#[must_use]
pub fn event_id(kind: &str, parts: &[&str]) -> String {
    let mut id = kind.to_owned();
    for part in parts {
        id.push('/');
        id.push_str(&part.replace('%', "%25").replace('/', "%2F"));
    }
    id
}

/// An order, folded from its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its row.
    pub id: OrderId,
    /// What the shop calls it.
    pub external_id: ExternalId,
    /// How many events it has; a decision is of one revision.
    pub revision: u32,
    /// What is known: nothing but refunds, if they came first.
    pub known: Option<Snapshot>,
    /// What a reader must know of how it was folded, in words: what could not be applied, what was won back.
    pub notes: Vec<String>,
    /// What named persons decided about it.
    pub ruled: Ruled,
}

/// A paid order: the only thing that commission is reckoned from.
#[derive(Debug, Clone, Copy)]
pub struct PaidOrder<'a> {
    /// The order.
    pub order: &'a Order,
    /// What is known of it.
    pub snapshot: &'a Snapshot,
    /// When it was paid: its rules are those in force then.
    pub paid_at: Timestamp,
}

impl Snapshot {
    /// The net amount of all lines.
    #[must_use]
    pub fn net_minor(&self) -> i64 {
        self.lines.iter().map(|line| line.net_minor).sum()
    }

    /// What is left of it after refunds.
    #[must_use]
    pub fn left_minor(&self) -> i64 {
        self.lines.iter().map(Line::left_minor).sum()
    }

    /// When the customer decided: what a touch must come before, and a window is counted to.
    #[must_use]
    pub fn ordered_at(&self) -> Option<Timestamp> {
        self.placed_at.or(self.paid_at)
    }
}

impl EventBody {
    /// How the order stood, if it says that.
    #[must_use]
    pub const fn snapshot(&self) -> Option<&Snapshot> {
        match self {
            Self::Order(snapshot) => Some(snapshot),
            Self::Refund(_)
            | Self::RefundStep(_)
            | Self::RefundFailed(_)
            | Self::Chargeback(_)
            | Self::ChargebackWon(_)
            | Self::Deleted(_)
            | Self::Ruling(_)
            | Self::Evidence(_) => None,
        }
    }

    /// When it happened, by its own account; an order's status has several times, so it has none here.
    #[must_use]
    pub const fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Order(_) | Self::Evidence(_) => None,
            Self::Refund(refund) | Self::RefundStep(refund) | Self::RefundFailed(refund) | Self::Chargeback(refund) => {
                Some(refund.at)
            }
            Self::ChargebackWon(event) => Some(event.at),
            Self::Deleted(event) => Some(event.at),
            Self::Ruling(ruling) => Some(ruling.at),
        }
    }
}

impl Order {
    /// The order as one that was paid, if it was.
    #[must_use]
    pub fn paid(&self) -> Option<PaidOrder<'_>> {
        let snapshot = self.known.as_ref()?;
        let paid_at = snapshot.paid_at?;
        (snapshot.status > Status::Pending).then_some(PaidOrder { order: self, snapshot, paid_at })
    }
}
