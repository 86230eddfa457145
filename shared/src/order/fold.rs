//! Folding: one state from all events of an order, whatever the order of arrival.

use std::collections::{HashMap, HashSet};

use super::refunds::{apply, once_each, take_steps};
use super::{EventBody, Evidence, Order, OrderEvent, Refund, Ruled, Snapshot, Status, evidence};
use crate::id::{ExternalId, OrderId};
use crate::sorted::sort_by;
use crate::time::Timestamp;

impl Order {
    /// Folds events to the state they describe; the same for every order of arrival.
    ///
    /// 1. The event that came farthest (cancelled, refunded, paid, pending; then the later one) says how the order
    ///    stands; what it leaves out is filled from the others. A source that reports one status twice corrects itself;
    ///    of a source that says when an order was as it reports it, the latest word goes first, whatever its status.
    ///    What the buyer's browser reported joins them, where it names the order's amount.
    /// 2. Refunds are applied by their own time, amounts in proportion to what is left of the lines, never beyond it. One
    ///    that failed takes nothing. A step of a sum is one with a refund of its amount that is told by name.
    /// 3. A cancelled or refunded order has nothing left; nor has one that its shop put away, unless it says later how the
    ///    order stands.
    /// 4. Of the words of named persons on one matter the latest holds.
    #[must_use]
    pub fn fold(id: OrderId, external_id: ExternalId, events: &[OrderEvent]) -> Self {
        let revision = u32::try_from(events.len()).unwrap_or(u32::MAX);
        let mut reports: Vec<Report<'_>> = Vec::new();
        let mut refunds: Vec<(&'static str, &Refund)> = Vec::new();
        let mut steps: Vec<&Refund> = Vec::new();
        let mut failed: HashSet<&ExternalId> = HashSet::new();
        let mut deleted_at: Option<Timestamp> = None;
        let mut won: HashMap<&ExternalId, Timestamp> = HashMap::new();
        let mut ruled = Ruled::default();
        let mut reported: Vec<&Evidence> = Vec::new();
        for event in events {
            match &event.body {
                EventBody::Order(snapshot) if is_corrected(event, snapshot, events) => {}
                EventBody::Order(snapshot) => reports.push(Report {
                    is_latest: !is_outdated(event, snapshot, events),
                    at: event.at,
                    source: &event.source,
                    snapshot,
                }),
                EventBody::Refund(refund) => refunds.push(("refund", refund)),
                EventBody::RefundStep(step) => steps.push(step),
                EventBody::RefundFailed(refund) => {
                    failed.insert(&refund.refund_id);
                    refunds.push(("refund", refund));
                }
                EventBody::Chargeback(chargeback) => refunds.push(("chargeback", chargeback)),
                EventBody::ChargebackWon(event) => {
                    won.entry(&event.chargeback_id).and_modify(|at| *at = event.at.min(*at)).or_insert(event.at);
                }
                EventBody::Deleted(deleted) => deleted_at = deleted_at.max(Some(deleted.at)),
                EventBody::Ruling(ruling) => ruled.hear(ruling),
                EventBody::Evidence(evidence) => reported.push(evidence),
            }
        }
        sort_by(&mut reports, |left, right| {
            left.rank().cmp(&right.rank()).then_with(|| left.text().cmp(&right.text()))
        });
        // (1)
        let mut notes = Vec::new();
        let Some(farthest) = reports.pop() else {
            return Self { id, external_id, revision, known: None, notes, ruled };
        };
        let mut known = farthest.snapshot.clone();
        for earlier in reports.iter().rev() {
            fill(&mut known, earlier.snapshot);
        }
        evidence::join(&mut known, reported, &mut notes);
        // (2)
        once_each(&known, &mut refunds);
        take_steps(&known, &mut refunds, steps);
        let mut gross_back_minor = 0;
        for (kind, refund) in refunds {
            if kind == "refund" && failed.contains(&refund.refund_id) {
                notes.push(format!("refund {} failed: it gave nothing back", refund.refund_id));
                continue;
            }
            match won.get(&refund.refund_id).filter(|_| kind == "chargeback") {
                Some(at) => notes.push(format!("chargeback {} was won back on {}", refund.refund_id, at.date())),
                None => apply(&mut known, kind, refund, &mut gross_back_minor, &mut notes),
            }
        }
        // (3)
        if let Some(at) = deleted_at.filter(|at| known.as_of.is_none_or(|as_of| as_of < *at))
            && known.status > Status::Pending
        {
            known.status = Status::Cancelled;
            notes.push(format!("the shop put the order away on {}", at.date()));
        }
        take_what_is_left_if_ended(&mut known);
        Self { id, external_id, revision, known: Some(known), notes, ruled }
    }
}

impl Order {
    /// Folds events as [`Order::fold`] does, and leaves none of them: what the only report of an order says is not copied.
    #[must_use]
    pub fn fold_all(id: OrderId, external_id: ExternalId, events: &mut Vec<OrderEvent>) -> Self {
        let order = match events.pop() {
            Some(OrderEvent { body: EventBody::Order(mut known), .. }) if events.is_empty() => {
                take_what_is_left_if_ended(&mut known);
                Self { id, external_id, revision: 1, known: Some(*known), notes: Vec::new(), ruled: Ruled::default() }
            }
            last => {
                events.extend(last);
                Self::fold(id, external_id, events)
            }
        };
        events.clear();
        order
    }
}

/// A cancelled or refunded order has nothing left.
fn take_what_is_left_if_ended(known: &mut Snapshot) {
    if known.status >= Status::Refunded {
        for line in &mut known.lines {
            line.refunded_minor = line.net_minor;
        }
    }
}

/// How an order stood by one event.
struct Report<'a> {
    is_latest: bool,
    at: Timestamp,
    source: &'a str,
    snapshot: &'a Snapshot,
}

impl Report<'_> {
    fn rank(&self) -> (bool, Status, Timestamp, &str) {
        (self.is_latest, self.snapshot.status, self.at, self.source)
    }

    /// All that it says: two reports of one rank stand in the order of their words, not in that of their arrival.
    fn text(&self) -> String {
        serde_json::to_string(self.snapshot).unwrap_or_default()
    }
}

/// Whether the source reported the status again later, and does not say which report was true when.
fn is_corrected(event: &OrderEvent, snapshot: &Snapshot, events: &[OrderEvent]) -> bool {
    let corrects = |other: &Snapshot| other.status == snapshot.status && other.as_of.is_none();
    snapshot.as_of.is_none()
        && events.iter().any(|later| {
            later.arrival > event.arrival && later.source == event.source && later.body.snapshot().is_some_and(corrects)
        })
}

/// Whether the source reported the order as it stood later.
fn is_outdated(event: &OrderEvent, snapshot: &Snapshot, events: &[OrderEvent]) -> bool {
    snapshot.as_of.is_some()
        && events.iter().any(|other| {
            other.source == event.source && other.body.snapshot().is_some_and(|other| other.as_of > snapshot.as_of)
        })
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
    if known.currency == earlier.currency {
        known.gross_minor = known.gross_minor.or(earlier.gross_minor);
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
    known.subscription = known.subscription.take().or_else(|| earlier.subscription.clone());
    known.hold_days = known.hold_days.or(earlier.hold_days);
    known.charity = known.charity.take().or_else(|| earlier.charity.clone());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Sku;
    use crate::order::{ChargebackWon, Customer, Deleted, Line, RefundLine};

    const PAID_AT: Timestamp = Timestamp::from_unix_seconds(1_785_542_400);

    fn snapshot(status: Status) -> Snapshot {
        let line = |sku: &str, net_minor| Line {
            sku: Sku::parse(sku).unwrap(),
            quantity: 1,
            net_minor,
            refunded_minor: 0,
            id: None,
        };
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
            service_date: None,
            carried: vec![],
            visitor: None,
            token_refused: false,
            subscription: None,
            hold_days: None,
            charity: None,
            gross_minor: None,
            as_of: None,
        }
    }

    fn refund(id: &str, seconds: i64, amount: Option<&str>, lines: &[(&str, &str)]) -> EventBody {
        EventBody::Refund(Refund {
            refund_id: ExternalId::parse(id).unwrap(),
            at: PAID_AT.plus_seconds(seconds),
            amount: amount.map(str::to_owned),
            lines: lines
                .iter()
                .map(|(sku, net)| RefundLine { sku: Sku::parse(sku).unwrap(), net: (*net).to_owned(), line: None })
                .collect(),
            gross: None,
            currency: None,
            reason: None,
        })
    }

    #[test]
    fn events_that_are_given_away_fold_to_the_same() {
        let first = EventBody::Order(Box::new(snapshot(Status::Paid)));
        let last = EventBody::Order(Box::new(snapshot(Status::Cancelled)));
        let back = refund("r", 1, Some("1.00"), &[]);
        for bodies in [vec![], vec![first.clone()], vec![last], vec![back.clone()], vec![first, back]] {
            let event = |(arrival, body): (i64, &EventBody)| OrderEvent {
                arrival,
                source: "api".to_owned(),
                at: PAID_AT,
                body: body.clone(),
            };
            let mut events: Vec<OrderEvent> = (1..).zip(&bodies).map(event).collect();
            let name = ExternalId::parse("INV-1").unwrap();
            let folded = Order::fold(OrderId(1), name.clone(), &events);
            assert_eq!(Order::fold_all(OrderId(1), name, &mut events), folded);
            assert_eq!(events, []);
        }
    }

    fn fold(bodies: &[EventBody]) -> Order {
        let events: Vec<OrderEvent> = bodies
            .iter()
            .zip(1..)
            .map(|(body, arrival)| {
                let at = body.at().unwrap_or(PAID_AT);
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
    fn a_refund_of_another_currency_takes_nothing_and_says_so() {
        let of = |currency: &str, body| match body {
            EventBody::Refund(refund) => {
                EventBody::Refund(Refund { currency: Some(currency.parse().unwrap()), ..refund })
            }
            other => other,
        };
        let events = [
            paid(Status::Paid),
            of("USD", refund("r1", 1, None, &[("A", "2.00"), ("B", "1.00")])),
            of("JPY", gross_refund("r2", 2, "500")),
            of("EUR", gross_refund("r3", 3, "5.00")),
            // The same again, by one who says no currency: what can be taken is taken.
            refund("r1", 1, Some("1.00"), &[]),
            of("USD", refund("r4", 4, Some("0.30"), &[])),
        ];
        for order in permutations(events.len()) {
            let arrived: Vec<EventBody> = order.iter().map(|&index| events[index].clone()).collect();
            let order = fold(&arrived);
            assert_eq!(order.known.unwrap().left_minor(), 1501 - 100 - 500);
            let notes = [
                "refund r2 was left out: 500 JPY, and the order is in EUR",
                "refund r4 was left out: 0.30 USD, and the order is in EUR",
            ];
            assert_eq!(order.notes, notes);
        }
        let lines = fold(&events[..2]);
        assert_eq!(lines.notes, ["refund r1 was left out: 2.00 + 1.00 USD, and the order is in EUR"]);
    }

    #[test]
    fn a_refund_of_a_line_by_its_name_takes_of_that_line_and_of_all_where_none_is_called_so() {
        let named = |names: [Option<&str>; 2]| {
            let mut snapshot = snapshot(Status::Paid);
            for (line, name) in snapshot.lines.iter_mut().zip(names) {
                line.id = name.map(|name| ExternalId::parse(name).unwrap());
            }
            EventBody::Order(Box::new(snapshot))
        };
        let of_line = |net: &str| {
            let line = Some(ExternalId::parse("li_2").unwrap());
            match refund("r", 1, None, &[("-", net)]) {
                EventBody::Refund(mut refund) => {
                    refund.lines[0].line = line;
                    EventBody::Refund(refund)
                }
                other => other,
            }
        };
        let back = |names, net: &str| {
            let order = fold(&[named(names), of_line(net)]);
            let known = order.known.unwrap();
            (known.lines.iter().map(|line| line.refunded_minor).collect::<Vec<_>>(), order.notes)
        };
        assert_eq!(back([Some("li_1"), Some("li_2")], "3.00"), (vec![0, 300], vec![]));
        assert_eq!(back([None, None], "3.00"), (vec![200, 100], vec![]));
        let beyond = "refund r is 0.99 EUR more than was left to give back".to_owned();
        assert_eq!(back([Some("li_1"), Some("li_2")], "6.00"), (vec![0, 501], vec![beyond]));
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

    #[test]
    fn a_chargeback_takes_back_and_one_that_was_won_gives_it_back_in_any_order_of_arrival() {
        let chargeback = |id: &str, amount: &str| match refund(id, 9, Some(amount), &[]) {
            EventBody::Refund(refund) => EventBody::Chargeback(refund),
            other => other,
        };
        let won = EventBody::ChargebackWon(ChargebackWon {
            chargeback_id: ExternalId::parse("CB-1").unwrap(),
            at: PAID_AT.plus_seconds(99),
        });
        let bodies = [
            EventBody::Order(Box::new(snapshot(Status::Paid))),
            chargeback("CB-1", "10.00"),
            chargeback("CB-2", "1.00"),
            refund("CB-1", 5, Some("2.00"), &[]),
            won,
        ];
        for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 1, 3]] {
            let order = fold(&order.map(|index: usize| bodies[index].clone()));
            let left = order.known.map(|known| known.left_minor());
            // A refund of the same name is another thing than the chargeback.
            assert_eq!(left, Some(1501 - 100 - 200));
            assert_eq!(order.notes, ["chargeback CB-1 was won back on 2026-08-01"]);
        }
    }

    fn gross_refund(id: &str, seconds: i64, gross: &str) -> EventBody {
        match refund(id, seconds, None, &[]) {
            EventBody::Refund(refund) => EventBody::Refund(Refund { gross: Some(gross.to_owned()), ..refund }),
            other => other,
        }
    }

    fn paid_gross(gross_minor: i64) -> EventBody {
        EventBody::Order(Box::new(Snapshot { gross_minor: Some(gross_minor), ..snapshot(Status::Paid) }))
    }

    #[test]
    fn a_part_of_what_the_buyer_paid_takes_back_that_share_of_the_lines() {
        // 15.01 without tax, 17.86 with it: half of the one is half of the other.
        let order = fold(&[paid_gross(1786), gross_refund("r", 1, "8.93")]);
        assert_eq!(order.known.unwrap().left_minor(), 1501 - 751);
        assert_eq!(order.notes, Vec::<String>::new());
    }

    #[test]
    fn parts_of_what_the_buyer_paid_that_add_up_to_it_take_all_in_any_order_of_arrival() {
        let refunds = ["0.01", "3.33", "7.77", "6.75"];
        let refunds = refunds.iter().zip(1..).map(|(gross, id)| gross_refund(&format!("r{id}"), id, gross));
        let events: Vec<EventBody> = std::iter::once(paid_gross(1786)).chain(refunds).collect();
        for order in permutations(events.len()) {
            let arrived: Vec<EventBody> = order.iter().map(|&index| events[index].clone()).collect();
            let order = fold(&arrived);
            assert_eq!((order.known.unwrap().left_minor(), order.notes.len()), (0, 0));
        }
    }

    #[test]
    fn a_step_of_a_sum_and_the_refund_that_it_tells_are_one_and_one_that_failed_takes_nothing() {
        let of = |body: EventBody, tells: fn(Refund) -> EventBody| match body {
            EventBody::Refund(refund) => tells(refund),
            other => other,
        };
        let step = |id: &str, seconds, gross: &str| of(gross_refund(id, seconds, gross), EventBody::RefundStep);
        let failed = |id: &str, seconds, gross: &str| of(gross_refund(id, seconds, gross), EventBody::RefundFailed);
        // 5.00 failed, 3.00 and 3.00 were given back; the last one is told by its sum alone.
        let events = [
            paid_gross(1501),
            step("ch:500", 2, "5.00"),
            gross_refund("re_5", 1, "5.00"),
            failed("re_5", 1, "5.00"),
            step("ch:300", 5, "3.00"),
            gross_refund("re_3", 4, "3.00"),
            step("ch:600", 9, "3.00"),
        ];
        for order in permutations(events.len()) {
            let arrived: Vec<EventBody> = order.iter().map(|&index| events[index].clone()).collect();
            let order = fold(&arrived);
            assert_eq!(order.known.unwrap().left_minor(), 1501 - 600);
            assert_eq!(order.notes, ["refund re_5 failed: it gave nothing back"]);
        }
        // Without names every step counts, and a failure alone is enough to undo its own.
        let known = |bodies: &[EventBody]| fold(bodies).known.unwrap().left_minor();
        assert_eq!(known(&[paid_gross(1501), step("ch:500", 2, "5.00"), step("ch:800", 5, "3.00")]), 701);
        assert_eq!(known(&[paid_gross(1501), step("ch:500", 2, "5.00"), failed("re_5", 1, "5.00")]), 1501);
    }

    #[test]
    fn an_order_that_its_shop_put_away_has_nothing_left_until_the_shop_says_how_it_stands() {
        let as_of = |seconds| {
            let mut snapshot = snapshot(Status::Paid);
            snapshot.as_of = Some(PAID_AT.plus_seconds(seconds));
            EventBody::Order(Box::new(snapshot))
        };
        let deleted = EventBody::Deleted(Deleted { at: PAID_AT.plus_seconds(5) });
        for (events, status, left_minor) in [
            ([as_of(1), deleted.clone(), as_of(4)], Status::Cancelled, 0),
            ([as_of(1), deleted.clone(), as_of(6)], Status::Paid, 1501),
        ] {
            for order in permutations(events.len()) {
                let arrived: Vec<EventBody> = order.iter().map(|&index| events[index].clone()).collect();
                let known = fold(&arrived).known.unwrap();
                assert_eq!((known.status, known.left_minor()), (status, left_minor), "{order:?}");
            }
        }
        assert_eq!(fold(std::slice::from_ref(&deleted)).known, None);
        assert_eq!(fold(&[paid(Status::Pending), deleted]).known.unwrap().status, Status::Pending);
    }

    #[test]
    fn more_than_the_buyer_paid_takes_all_and_says_so() {
        let order = fold(&[paid_gross(1786), gross_refund("a", 1, "10"), gross_refund("b", 2, "10")]);
        assert_eq!(order.known.unwrap().left_minor(), 0);
        assert_eq!(order.notes, ["refund b is 2.14 EUR more than was left to give back"]);
    }

    #[test]
    fn where_nobody_said_what_the_buyer_paid_the_amount_itself_is_taken() {
        let order = fold(&[paid(Status::Paid), gross_refund("r", 1, "5.00")]);
        assert_eq!(order.known.unwrap().left_minor(), 1001);
    }

    #[test]
    fn the_latest_word_of_a_source_that_reports_orders_whole_holds_whatever_its_status() {
        let as_of = |status, seconds, net_minor| {
            let mut snapshot = snapshot(status);
            snapshot.as_of = Some(PAID_AT.plus_seconds(seconds));
            snapshot.lines[0].net_minor = net_minor;
            EventBody::Order(Box::new(snapshot))
        };
        let events = [
            as_of(Status::Pending, 1, 1000),
            as_of(Status::Paid, 5, 1000),
            as_of(Status::Cancelled, 7, 1000),
            as_of(Status::Paid, 9, 800),
            // Of one second, the one that came farther.
            as_of(Status::Pending, 9, 800),
        ];
        for order in permutations(events.len()) {
            let arrived: Vec<EventBody> = order.iter().map(|&index| events[index].clone()).collect();
            let known = fold(&arrived).known.unwrap();
            assert_eq!((known.status, known.left_minor()), (Status::Paid, 800 + 501), "{order:?}");
        }
    }
}
