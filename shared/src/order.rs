//! Orders: events as they came, and the one state they fold to in any order of arrival.

pub mod intake;

use serde::{Deserialize, Serialize};

use crate::contact::Email;
use crate::id::{Code, CouponCode, ExternalId, OrderId, Sku, VisitorId};
use crate::money::{Currency, Money, allocate};
use crate::time::Timestamp;
use crate::touch::Touch;

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
    /// The touches that came with it, their signature verified when it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<Touch>,
    /// The visitor, if the order came with his cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<VisitorId>,
    /// Whether it came with a token that none of our keys had signed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub token_refused: bool,
}

/// A part of an order given back.
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
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What is given back of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLine {
    /// The product.
    pub sku: Sku,
    /// How much, in major units as it came.
    pub net: String,
}

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventBody {
    /// How the order stood.
    Order(Box<Snapshot>),
    /// That a part was given back.
    Refund(Refund),
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
    /// What could not be applied, in words.
    pub notes: Vec<String>,
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

impl Order {
    /// Folds events to the state they describe; the same for every order of arrival.
    ///
    /// 1. The event that came farthest (cancelled, refunded, paid, pending; then the later one) says how the order
    ///    stands; what it leaves out is filled from the others. A source that reports one status twice corrects itself.
    /// 2. Refunds are applied by their own time, amounts in proportion to what is left of the lines, never beyond it.
    /// 3. A cancelled or refunded order has nothing left.
    #[must_use]
    pub fn fold(id: OrderId, external_id: ExternalId, events: &[OrderEvent]) -> Self {
        let revision = u32::try_from(events.len()).unwrap_or(u32::MAX);
        let mut snapshots: Vec<(Status, Timestamp, &str, &Snapshot)> = Vec::new();
        let mut refunds: Vec<&Refund> = Vec::new();
        let is_corrected = |event: &OrderEvent, status| {
            let corrects = |later: &OrderEvent| match &later.body {
                EventBody::Order(snapshot) => snapshot.status == status,
                EventBody::Refund(_) => false,
            };
            events.iter().any(|later| later.arrival > event.arrival && later.source == event.source && corrects(later))
        };
        for event in events {
            match &event.body {
                EventBody::Order(snapshot) if is_corrected(event, snapshot.status) => {}
                EventBody::Order(snapshot) => {
                    snapshots.push((snapshot.status, event.at, event.source.as_str(), snapshot))
                }
                EventBody::Refund(refund) => refunds.push(refund),
            }
        }
        snapshots.sort_by_key(|(status, at, source, _)| (*status, *at, *source));
        // (1)
        let mut notes = Vec::new();
        let Some((_, _, _, farthest)) = snapshots.pop() else {
            return Self { id, external_id, revision, known: None, notes };
        };
        let mut known = farthest.clone();
        for (_, _, _, earlier) in snapshots.iter().rev() {
            fill(&mut known, earlier);
        }
        // (2)
        refunds.sort_by(|left, right| (left.at, &left.refund_id).cmp(&(right.at, &right.refund_id)));
        let mut seen = std::collections::HashSet::new();
        refunds.retain(|refund| seen.insert(&refund.refund_id));
        for refund in refunds {
            apply(&mut known, refund, &mut notes);
        }
        // (3)
        if known.status >= Status::Refunded {
            for line in &mut known.lines {
                line.refunded_minor = line.net_minor;
            }
        }
        Self { id, external_id, revision, known: Some(known), notes }
    }

    /// The order as one that was paid, if it was.
    #[must_use]
    pub fn paid(&self) -> Option<PaidOrder<'_>> {
        let snapshot = self.known.as_ref()?;
        let paid_at = snapshot.paid_at?;
        (snapshot.status > Status::Pending).then_some(PaidOrder { order: self, snapshot, paid_at })
    }
}

/// Fills what the farthest event left out.
fn fill(known: &mut Snapshot, earlier: &Snapshot) {
    known.placed_at = known.placed_at.or(earlier.placed_at);
    known.paid_at = known.paid_at.or(earlier.paid_at);
    known.customer.email = known.customer.email.take().or_else(|| earlier.customer.email.clone());
    known.customer.external_id = known.customer.external_id.take().or_else(|| earlier.customer.external_id.clone());
    known.customer.name = known.customer.name.take().or_else(|| earlier.customer.name.clone());
    if known.lines.is_empty() && known.currency == earlier.currency {
        known.lines.clone_from(&earlier.lines);
    }
    for coupon in &earlier.coupons {
        if !known.coupons.contains(coupon) {
            known.coupons.push(coupon.clone());
        }
    }
    known.partner = known.partner.take().or_else(|| earlier.partner.clone());
    known.placed_by = known.placed_by.take().or_else(|| earlier.placed_by.clone());
    for touch in &earlier.carried {
        if !known.carried.contains(touch) {
            known.carried.push(*touch);
        }
    }
    known.visitor = known.visitor.or(earlier.visitor);
    known.token_refused |= earlier.token_refused;
}

fn apply(known: &mut Snapshot, refund: &Refund, notes: &mut Vec<String>) {
    let currency = known.currency;
    let mut read = |text: &str| match Money::parse(text, currency) {
        Ok(money) if money.minor() >= 0 => money.minor(),
        Ok(_) => {
            notes.push(format!("refund {} is negative and was left out", refund.refund_id));
            0
        }
        Err(error) => {
            notes.push(format!("refund {} was left out: {error}", refund.refund_id));
            0
        }
    };
    let mut beyond_minor = 0;
    for part in &refund.lines {
        let net_minor = read(&part.net);
        beyond_minor += take_back(known.lines.iter_mut().filter(|line| line.sku == part.sku).collect(), net_minor);
    }
    if let Some(amount) = &refund.amount {
        let amount_minor = read(amount);
        beyond_minor += take_back(known.lines.iter_mut().collect(), amount_minor);
    }
    if beyond_minor > 0
        && let Ok(beyond) = Money::from_minor(beyond_minor, currency)
    {
        notes.push(format!("refund {} is {beyond} more than was left to give back", refund.refund_id));
    }
}

/// Takes an amount back from lines in proportion to what is left of each; returns what was beyond that.
fn take_back(mut lines: Vec<&mut Line>, amount_minor: i64) -> i64 {
    let left: Vec<i64> = lines.iter().map(|line| line.left_minor().max(0)).collect();
    let taken_minor = amount_minor.min(left.iter().sum());
    for (line, part) in lines.iter_mut().zip(allocate(taken_minor, &left)) {
        line.refunded_minor += part;
    }
    amount_minor - taken_minor
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAID_AT: Timestamp = Timestamp::from_unix_seconds(1_785_542_400);

    fn snapshot(status: Status) -> Snapshot {
        let line =
            |sku: &str, net_minor| Line { sku: Sku::parse(sku).unwrap(), quantity: 1, net_minor, refunded_minor: 0 };
        Snapshot {
            status,
            currency: "EUR".parse().unwrap(),
            placed_at: None,
            paid_at: (status != Status::Pending).then_some(PAID_AT),
            customer: Customer::default(),
            lines: vec![line("A", 1000), line("B", 501)],
            coupons: vec![],
            partner: None,
            placed_by: None,
            carried: vec![],
            visitor: None,
            token_refused: false,
        }
    }

    fn refund(id: &str, seconds: i64, amount: Option<&str>, lines: &[(&str, &str)]) -> EventBody {
        EventBody::Refund(Refund {
            refund_id: ExternalId::parse(id).unwrap(),
            at: PAID_AT.plus_seconds(seconds),
            amount: amount.map(str::to_owned),
            lines: lines
                .iter()
                .map(|(sku, net)| RefundLine { sku: Sku::parse(sku).unwrap(), net: (*net).to_owned() })
                .collect(),
            reason: None,
        })
    }

    fn fold(bodies: &[EventBody]) -> Order {
        let events: Vec<OrderEvent> = bodies
            .iter()
            .zip(1..)
            .map(|(body, arrival)| {
                let at = match body {
                    EventBody::Order(_) => PAID_AT,
                    EventBody::Refund(refund) => refund.at,
                };
                OrderEvent { arrival, source: "api".to_owned(), at, body: body.clone() }
            })
            .collect();
        Order::fold(OrderId(1), ExternalId::parse("INV-1").unwrap(), &events)
    }

    fn paid(status: Status) -> EventBody {
        EventBody::Order(Box::new(snapshot(status)))
    }

    #[test]
    fn five_events_fold_to_one_state_in_all_120_orders_of_arrival() {
        let events = [
            paid(Status::Pending),
            paid(Status::Paid),
            refund("r1", 5, Some("3.33"), &[]),
            refund("r2", 9, None, &[("B", "1.00")]),
            refund("r3", 9, Some("0.01"), &[]),
        ];
        let expected = fold(&events).known;
        for order in permutations(events.len()) {
            let arrived: Vec<EventBody> = order.iter().map(|&index| events[index].clone()).collect();
            assert_eq!(fold(&arrived).known, expected, "{order:?}");
        }
    }

    fn permutations(count: usize) -> Vec<Vec<usize>> {
        if count == 0 {
            return vec![vec![]];
        }
        let shorter = permutations(count - 1);
        shorter
            .iter()
            .flat_map(|order| {
                (0..count).map(move |place| {
                    let mut order = order.clone();
                    order.insert(place, count - 1);
                    order
                })
            })
            .collect()
    }

    #[test]
    fn a_refund_of_an_amount_is_taken_from_all_lines_in_proportion() {
        let known = fold(&[paid(Status::Paid), refund("r", 1, Some("7.51"), &[])]).known.unwrap();
        assert_eq!(known.lines.iter().map(|line| line.refunded_minor).collect::<Vec<_>>(), [500, 251]);
        assert_eq!(known.left_minor(), 750);
    }

    #[test]
    fn a_refund_beyond_the_order_takes_all_of_it_and_says_so() {
        let order = fold(&[paid(Status::Paid), refund("r", 1, Some("20"), &[])]);
        assert_eq!(order.known.unwrap().left_minor(), 0);
        assert_eq!(order.notes, ["refund r is 4.99 EUR more than was left to give back"]);
    }

    #[test]
    fn a_refund_before_its_order_waits_for_it() {
        let alone = fold(&[refund("r", 1, Some("15.01"), &[])]);
        assert_eq!(alone.known, None);
        assert!(alone.paid().is_none());
    }

    #[test]
    fn a_cancelled_order_that_was_paid_has_nothing_left() {
        let order = fold(&[paid(Status::Paid), paid(Status::Cancelled)]);
        assert_eq!(order.paid().unwrap().snapshot.left_minor(), 0);
    }

    #[test]
    fn an_unpaid_order_is_not_a_paid_one() {
        assert!(fold(&[paid(Status::Pending)]).paid().is_none());
    }
}
