//! An order with all that is known beside it, put together in one line, and judged.

use tributary_shared::attribution::{Evidence, FirstPayment, Payments};
use tributary_shared::contact::{ContactTouch, Email};
use tributary_shared::decision::{Decision, decide};
use tributary_shared::id::{Code, CouponCode, ExternalId, OrderId, Sku, VisitorId};
use tributary_shared::money::Money;
use tributary_shared::order::{
    Customer, EventBody, Line, Order, OrderEvent, Refund, RefundLine, Ruling, Snapshot, Status, Word,
};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;
use tributary_shared::touch::Touch;
use uuid::Uuid;

use super::{PAID_AT, currency, tie};

/// An order with its refunds and with what is known of its visitor and contact.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) snapshot: Snapshot,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) contact: Vec<ContactTouch>,
    pub(crate) stored: Vec<Touch>,
    /// Chargebacks and what named persons decided.
    pub(crate) more: Vec<EventBody>,
    /// The first payment of its subscription.
    pub(crate) first: Option<Box<Case>>,
    /// What the customer paid before.
    pub(crate) payments: Payments,
}

/// The order of these tests.
pub(crate) fn order() -> Case {
    let snapshot = Snapshot {
        status: Status::Paid,
        currency: currency("EUR"),
        placed_at: None,
        paid_at: Some(PAID_AT),
        customer: Customer::default(),
        lines: Vec::new(),
        coupons: Vec::new(),
        partner: None,
        placed_by: None,
        service_date: None,
        carried: Vec::new(),
        visitor: None,
        token_refused: false,
        subscription: None,
        hold_days: None,
        charity: None,
        gross_minor: None,
        as_of: None,
    };
    let case = Case {
        snapshot,
        refunds: Vec::new(),
        contact: Vec::new(),
        stored: Vec::new(),
        more: Vec::new(),
        first: None,
        payments: Payments::default(),
    };
    case.of("250.00")
}

impl Case {
    /// One TOUR-7 at this amount.
    pub(crate) fn of(self, net: &str) -> Self {
        self.lines(&[("TOUR-7", 1, net)])
    }

    /// Lines: product, quantity, net amount of the line.
    pub(crate) fn lines(mut self, lines: &[(&str, u32, &str)]) -> Self {
        let currency = self.snapshot.currency;
        let line = |(sku, quantity, net): &(&str, u32, &str)| Line {
            sku: Sku::parse(sku).expect("the test gives a sku"),
            quantity: *quantity,
            net_minor: Money::parse(net, currency).expect("the test gives an amount").minor(),
            refunded_minor: 0,
            id: None,
        };
        self.snapshot.lines = lines.iter().map(line).collect();
        self
    }

    /// In another currency, the number of minor units unchanged.
    pub(crate) fn in_currency(mut self, code: &str) -> Self {
        self.snapshot.currency = currency(code);
        self
    }

    /// How far it has come.
    pub(crate) fn status(mut self, status: Status) -> Self {
        self.snapshot.status = status;
        self.snapshot.paid_at = self.snapshot.paid_at.filter(|_| status != Status::Pending);
        self
    }

    /// Placed then.
    pub(crate) fn placed_at(mut self, at: Timestamp) -> Self {
        self.snapshot.placed_at = Some(at);
        self
    }

    /// Paid then.
    pub(crate) fn paid_at(mut self, at: Timestamp) -> Self {
        self.snapshot.paid_at = Some(at);
        self
    }

    /// By the person of this address.
    pub(crate) fn email(mut self, email: &str) -> Self {
        self.snapshot.customer.email = Some(Email::parse(email).expect("the test gives an address"));
        self
    }

    /// With a coupon.
    pub(crate) fn coupon(mut self, code: &str) -> Self {
        self.snapshot.coupons.push(CouponCode::parse(code).expect("the test gives a coupon"));
        self
    }

    /// For a partner whom the order names.
    pub(crate) fn naming(mut self, partner: &str) -> Self {
        self.snapshot.partner = Some(Code::parse(partner).expect("the test gives a code"));
        self
    }

    /// Placed by a concierge or sales agent.
    pub(crate) fn placed_by(mut self, agent: &str) -> Self {
        self.snapshot.placed_by = Some(agent.to_owned());
        self
    }

    /// With a touch that came with it.
    pub(crate) fn carrying(mut self, touch: Touch) -> Self {
        self.snapshot.carried.push(touch);
        self
    }

    /// With a touch that is stored for its visitor.
    pub(crate) fn stored(mut self, touch: Touch) -> Self {
        self.snapshot.visitor = Some(VisitorId(Uuid::from_u128(7)));
        self.stored.push(touch);
        self
    }

    /// With a contact who is tied to a partner.
    pub(crate) fn tied(mut self, tie: ContactTouch) -> Self {
        self.contact.push(tie);
        self
    }

    /// An amount given back, a day after the refund before.
    pub(crate) fn refunded(self, amount: &str) -> Self {
        self.refund(Some(amount.to_owned()), Vec::new())
    }

    /// A part of a product given back, a day after the refund before.
    pub(crate) fn refunded_of(self, sku: &str, net: &str) -> Self {
        let sku = Sku::parse(sku).expect("the test gives a sku");
        self.refund(None, vec![RefundLine { sku, net: net.to_owned(), line: None }])
    }

    fn refund(mut self, amount: Option<String>, lines: Vec<RefundLine>) -> Self {
        let number = self.refunds.len() + 1;
        let refund_id = ExternalId::parse(&format!("R-{number}")).expect("a number makes an id");
        let days = u32::try_from(number).expect("a test has few refunds");
        let at = PAID_AT.plus_days(days);
        self.refunds.push(Refund { refund_id, at, amount, lines, gross: None, currency: None, reason: None });
        self
    }

    /// Its events: the order, then its refunds.
    pub(crate) fn bodies(&self) -> Vec<EventBody> {
        let order = EventBody::Order(Box::new(self.snapshot.clone()));
        let refunds = self.refunds.iter().cloned().map(EventBody::Refund);
        std::iter::once(order).chain(refunds).chain(self.more.iter().cloned()).collect()
    }

    /// What is known beside it.
    pub(crate) fn evidence(&self) -> Evidence {
        let first = |case: &Case| Box::new(FirstPayment { order: case.fold(), evidence: case.evidence() });
        Evidence {
            contact: self.contact.clone(),
            stored: self.stored.clone(),
            first: self.first.as_deref().map(first),
            payments: self.payments,
        }
    }

    /// What Olga decided, so many seconds after the order was paid.
    pub(crate) fn ruled(mut self, word: Word, seconds: i64) -> Self {
        let (by, reason) = ("Olga".to_owned(), "as agreed".to_owned());
        self.more.push(EventBody::Ruling(Ruling { word, by, reason, at: PAID_AT.plus_seconds(seconds) }));
        self
    }

    /// Folds it.
    pub(crate) fn fold(&self) -> Order {
        fold(&self.bodies())
    }

    /// Judges it when nothing is booked yet.
    pub(crate) fn judged(&self, book: &Rulebook) -> Decision {
        decide(&self.fold(), &self.evidence(), book, &[])
    }
}

/// Folds events of one source in this order of arrival.
pub(crate) fn fold(bodies: &[EventBody]) -> Order {
    let reports: Vec<(&str, EventBody)> = bodies.iter().map(|body| ("api", body.clone())).collect();
    fold_reports(&reports)
}

/// Folds events in this order of arrival, each with its source. An order's event is of the time when it was paid, or placed.
pub(crate) fn fold_reports(reports: &[(&str, EventBody)]) -> Order {
    let at = |body: &EventBody| match body {
        EventBody::Order(snapshot) => snapshot.paid_at.or(snapshot.placed_at).unwrap_or(PAID_AT),
        EventBody::Evidence(_) => PAID_AT,
        other => other.at().expect("all others have one time"),
    };
    let event = |((source, body), arrival): (&(&str, EventBody), i64)| {
        let source = (*source).to_owned();
        OrderEvent { arrival, source, at: at(body), body: body.clone() }
    };
    let events: Vec<OrderEvent> = reports.iter().zip(1..).map(event).collect();
    Order::fold(OrderId(1), ExternalId::parse("INV-1042").expect("a constant"), &events)
}
