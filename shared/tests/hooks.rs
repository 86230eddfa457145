//! Hooks, read and folded: what each provider says, and that every order of arrival ends in one state.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use tributary_shared::hook::IntakeError;
use tributary_shared::hook::{HookEvent, Tests, Told, paddle, shopify, stripe, woocommerce};
use tributary_shared::id::{ExternalId, OrderId, PartnerId};
use tributary_shared::money::MINOR_MAX;
use tributary_shared::order::{EventBody, Order, OrderEvent, Refund, Snapshot, Status};
use tributary_shared::signing::KeyRing;
use tributary_shared::time::Timestamp;

macro_rules! stripe {
    ($name:literal) => {
        include_str!(concat!("cases/hooks/stripe/", $name, ".json"))
    };
}
macro_rules! paddle {
    ($name:literal) => {
        include_str!(concat!("cases/hooks/paddle/", $name, ".json"))
    };
}
macro_rules! shopify {
    ($name:literal) => {
        include_str!(concat!("cases/hooks/shopify/", $name, ".json"))
    };
}
macro_rules! woo {
    ($name:literal) => {
        include_str!(concat!("cases/hooks/woocommerce/", $name, ".json"))
    };
}

const PAID_AT: Timestamp = Timestamp::from_unix_seconds(1_785_542_400);

fn keys() -> KeyRing {
    KeyRing::parse("1:AAAAAAAAAAAAAAAAAAAAAA==").expect("a constant")
}

fn from_stripe(json: &str) -> Told {
    stripe::read(json.as_bytes(), Tests::Ignored).expect("a hook of Stripe")
}

fn from_paddle(json: &str) -> Told {
    paddle::read(json.as_bytes()).expect("a hook of Paddle")
}

fn from_shopify(topic: &str, json: &str) -> Told {
    shopify::read(topic, "tours.myshopify.com", json.as_bytes(), Tests::Ignored).expect("a hook of a shop")
}

fn from_woo(json: &str) -> Told {
    woo_of("order.updated", json, PAID_AT)
}

fn woo_of(topic: &str, json: &str, received_at: Timestamp) -> Told {
    woocommerce::read(topic, json.as_bytes(), received_at).expect("a hook of a shop")
}

/// What is stored of hooks, as the tables would have it: events by source and id, second names of orders.
#[derive(Default)]
struct Stored {
    events: Vec<HookEvent>,
    aliases: BTreeMap<ExternalId, ExternalId>,
}

impl Stored {
    fn of<'a>(hooks: impl IntoIterator<Item = &'a Told>) -> Self {
        let mut stored = Self::default();
        for told in hooks {
            stored.store(told);
        }
        stored
    }

    fn store(&mut self, told: &Told) {
        let Told::Orders(tidings) = told else { return };
        for alias in &tidings.aliases {
            self.aliases.insert(alias.name.clone(), alias.order.clone());
        }
        for event in &tidings.events {
            let same = |stored: &&HookEvent| stored.source == event.source && stored.event_id == event.event_id;
            match self.events.iter().find(same) {
                Some(stored) => assert_eq!(stored.body_hash, event.body_hash, "{} has two bodies", event.event_id),
                None => {
                    let mut event = event.clone();
                    event.open(&keys());
                    self.events.push(event);
                }
            }
        }
    }

    fn order(&self, name: &str) -> Order {
        let name = ExternalId::parse(name).expect("a constant");
        let is_of_order =
            |event: &&HookEvent| self.aliases.get(&event.external_id).unwrap_or(&event.external_id) == &name;
        let events: Vec<OrderEvent> = (1..)
            .zip(self.events.iter().filter(is_of_order))
            .map(|(arrival, event)| OrderEvent {
                arrival,
                source: event.source.to_owned(),
                at: event.at,
                body: event.body.clone(),
            })
            .collect();
        Order::fold(OrderId(1), name, &events)
    }

    fn known(&self, name: &str) -> Snapshot {
        self.order(name).known.expect("the order has come")
    }
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![vec![]];
    }
    permutations(count - 1)
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

/// Hooks in all orders of arrival, five in all 120, each of them twice: one state, which is returned.
fn one_state(hooks: &[Told], name: &str) -> Order {
    let expected = Stored::of(hooks).order(name);
    for order in permutations(hooks.len()) {
        let arrived = order.iter().chain(order.iter().rev()).map(|&index| &hooks[index]);
        assert_eq!(Stored::of(arrived).order(name), expected, "{order:?}");
    }
    expected
}

fn only_event(told: &Told) -> &HookEvent {
    match told {
        Told::Orders(tidings) => &tidings.events[0],
        Told::Ignored { .. } | Told::Uninstalled { .. } => panic!("no event: {told:?}"),
    }
}

fn snapshot(told: &Told) -> &Snapshot {
    match &only_event(told).body {
        EventBody::Order(snapshot) => snapshot,
        body => panic!("no order: {body:?}"),
    }
}

fn ignored(told: &Told) -> &str {
    match told {
        Told::Ignored { reason, .. } => reason,
        Told::Orders(_) | Told::Uninstalled { .. } => panic!("not ignored: {told:?}"),
    }
}

/// SKU, quantity, net and what was given back, line by line.
fn lines(snapshot: &Snapshot) -> Vec<(&str, u32, i64, i64)> {
    let line = |line: &'_ tributary_shared::order::Line| (line.quantity, line.net_minor, line.refunded_minor);
    snapshot.lines.iter().map(|of| (of.sku.as_str(), line(of).0, line(of).1, line(of).2)).collect()
}

/// A hook with one of its fields changed or, without a value, taken out.
fn changed(json: &str, path: &[&str], value: Option<Value>) -> String {
    let mut body: Value = serde_json::from_str(json).expect("a recorded hook");
    let (last, parents) = path.split_last().expect("a path");
    let mut place = &mut body;
    for name in parents {
        place = match name.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => &mut place[name],
        };
    }
    match value {
        Some(value) => place[last] = value,
        None => drop(place.as_object_mut().expect("an object").remove(*last)),
    }
    body.to_string()
}

mod from_stripe {
    use super::*;
    use serde_json::json;

    fn hooks() -> [Told; 5] {
        [
            from_stripe(stripe!("checkout_session_subscription")),
            from_stripe(stripe!("invoice_paid")),
            from_stripe(stripe!("invoice_payment_paid")),
            from_stripe(stripe!("charge_refunded")),
            from_stripe(stripe!("dispute_created")),
        ]
    }

    #[test]
    fn a_subscription_s_first_session_invoice_refund_and_dispute_are_one_order_in_all_120_orders_of_arrival() {
        let order = one_state(&hooks(), "in_1First");
        let known = order.known.as_ref().unwrap();
        assert_eq!((known.status, known.net_minor(), known.left_minor()), (Status::Paid, 10_000, 3_000));
        assert_eq!(lines(known), [("prod_TOUR", 2, 7_000, 4_900), ("prod_BOAT", 1, 3_000, 2_100)]);
        assert_eq!((known.paid_at, known.gross_minor), (Some(PAID_AT), Some(11_900)));
        assert_eq!(known.carried.iter().map(|touch| touch.partner).collect::<Vec<_>>(), [PartnerId(17)]);
        assert_eq!(known.customer.email.as_ref().unwrap().as_str(), "berta@example.test");
        assert_eq!(known.subscription.as_ref().unwrap().as_str(), "sub_1Tours");
        assert_eq!(known.coupons.iter().map(|coupon| coupon.as_str()).collect::<Vec<_>>(), ["PROMO_1SUMMER"]);
        assert_eq!(order.notes, Vec::<String>::new());
        assert_eq!(order.revision, 4);
    }

    #[test]
    fn a_session_paid_later_refunds_by_their_sum_and_a_dispute_won_end_in_one_state_too() {
        let intent = |json: &str| changed(json, &["data", "object", "payment_intent"], Some(json!("pi_2")));
        let hooks = [
            from_stripe(stripe!("checkout_session_unpaid")),
            from_stripe(stripe!("checkout_session_paid_later")),
            from_stripe(&intent(stripe!("charge_refunded_more"))),
            from_stripe(&intent(stripe!("dispute_created"))),
            from_stripe(&intent(stripe!("dispute_won"))),
        ];
        let order = one_state(&hooks, "pi_2");
        let known = order.known.unwrap();
        // 250.00 paid, 39.90 of it tax, 10.00 shipping: 200.10. 23.80 went back: 200.10 · 23.80 / 250.00 = 19.05.
        assert_eq!((known.status, known.net_minor(), known.left_minor()), (Status::Paid, 20_010, 20_010 - 1_905));
        assert_eq!(lines(&known)[0].0, "TOUR-7");
        assert_eq!(known.carried.len(), 1);
        assert!(!known.token_refused);
        assert_eq!(order.notes, ["chargeback du_1First was won back on 2026-09-10"]);
    }

    #[test]
    fn refunds_of_a_charge_are_told_by_sums_and_taken_by_steps() {
        let hooks = [
            from_stripe(stripe!("invoice_paid")),
            from_stripe(stripe!("invoice_payment_paid")),
            from_stripe(stripe!("charge_refunded_more")),
            from_stripe(stripe!("charge_refunded")),
            from_stripe(stripe!("charge_refunded")),
        ];
        assert_eq!(one_state(&hooks, "in_1First").known.unwrap().left_minor(), 10_000 - 5_000 - 2_000);
    }

    #[test]
    fn a_refund_that_failed_takes_nothing_and_the_next_one_its_own_in_any_order_of_arrival() {
        let charges = [from_stripe(stripe!("charge_refunded")), from_stripe(stripe!("charge_refunded_after_failed"))];
        let refunds = [
            from_stripe(stripe!("refund_created")),
            from_stripe(stripe!("refund_created_after_failed")),
            from_stripe(stripe!("refund_failed")),
        ];
        let invoice = from_stripe(stripe!("invoice_paid_2024"));
        // Whoever listens to charges, too, hears of every refund twice.
        for hooks in [&refunds[..], &[&charges[..], &refunds].concat()] {
            let order = one_state(&[hooks, std::slice::from_ref(&invoice)].concat(), "in_1First");
            assert_eq!(order.known.unwrap().left_minor(), 10_000 - 2_000);
            assert_eq!(order.notes, ["refund re_1First failed: it gave nothing back"]);
        }
        // Three events say that it failed; one of them is enough, also where charges alone told of the refund.
        for failed in [stripe!("refund_updated_failed"), stripe!("charge_refund_updated_failed")] {
            let hooks = [&charges[..], &[from_stripe(failed), invoice.clone()]].concat();
            assert_eq!(one_state(&hooks, "in_1First").known.unwrap().left_minor(), 8_000);
        }
        let cancelled = changed(stripe!("refund_created"), &["data", "object", "status"], Some(json!("canceled")));
        assert!(matches!(only_event(&from_stripe(&cancelled)).body, EventBody::RefundFailed(_)));
        let pending = changed(stripe!("refund_created"), &["data", "object", "status"], Some(json!("pending")));
        assert!(matches!(only_event(&from_stripe(&pending)).body, EventBody::Refund(_)));
    }

    #[test]
    fn every_event_of_a_dispute_and_of_a_subscription_may_come_in_any_order() {
        let [session, invoice, payment, _, opened] = hooks();
        let told = [
            invoice.clone(),
            payment,
            opened,
            from_stripe(stripe!("dispute_funds_withdrawn")),
            from_stripe(stripe!("dispute_updated")),
        ];
        // Opened and withdrawn are one chargeback: 23.80 of 119.00.
        assert_eq!(one_state(&told, "in_1First").known.unwrap().left_minor(), 8_000);
        let won = [
            from_stripe(stripe!("invoice_paid_2024")),
            from_stripe(stripe!("invoice_payment_paid")),
            from_stripe(stripe!("dispute_funds_withdrawn")),
            from_stripe(stripe!("dispute_won")),
            from_stripe(stripe!("dispute_funds_reinstated")),
        ];
        assert_eq!(one_state(&won, "in_1First").known.unwrap().left_minor(), 10_000);
        let subscription = [
            session,
            invoice,
            from_stripe(stripe!("subscription_created")),
            from_stripe(stripe!("subscription_updated")),
            from_stripe(stripe!("subscription_deleted")),
        ];
        let order = one_state(&subscription, "in_1First");
        assert_eq!((order.known.unwrap().left_minor(), order.revision), (10_000, 2));
    }

    #[test]
    fn an_invoice_of_more_lines_than_its_hook_holds_has_the_rest_in_one() {
        let told = from_stripe(stripe!("invoice_paid_long"));
        let lines = lines(snapshot(&told));
        assert_eq!((lines.len(), snapshot(&told).net_minor()), (11, 10_000));
        assert_eq!(
            (lines[0], lines[9], lines[10]),
            (("prod_1", 1, 700, 0), ("prod_10", 1, 700, 0), ("-", 1, 3_000, 0))
        );
        // Half of it paid with money: half of each.
        let half = changed(stripe!("invoice_paid_long"), &["data", "object", "amount_paid"], Some(json!(5_950)));
        let told = from_stripe(&half);
        assert_eq!(super::lines(snapshot(&told))[10], ("-", 1, 1_500, 0));
    }

    #[test]
    fn a_dispute_opened_and_lost_takes_back_once_and_an_inquiry_nothing() {
        let [session, invoice, payment, _, dispute] = hooks();
        let lost = from_stripe(stripe!("dispute_lost"));
        let stored = Stored::of([&session, &invoice, &payment, &lost, &dispute]);
        assert_eq!(stored.known("in_1First").left_minor(), 8_000);
        assert_eq!(ignored(&from_stripe(stripe!("dispute_inquiry"))), "an inquiry: no money has moved");
    }

    #[test]
    fn in_older_versions_invoice_and_charge_name_each_other() {
        let invoice = from_stripe(stripe!("invoice_paid_2024"));
        let refund = from_stripe(stripe!("charge_refunded_2024"));
        let dispute = from_stripe(stripe!("dispute_created"));
        let stored = Stored::of([&refund, &dispute, &invoice]);
        let known = stored.known("in_1First");
        assert_eq!((known.net_minor(), known.left_minor(), known.carried.len()), (10_000, 3_000, 1));
        assert_eq!(known.subscription.unwrap().as_str(), "sub_1Tours");
    }

    #[test]
    fn a_charge_may_name_its_invoice_as_its_reference() {
        let reference = json!({ "customer_reference": null, "order_reference": "in_1First" });
        let refund = changed(stripe!("charge_refunded"), &["data", "object", "payment_details"], Some(reference));
        assert_eq!(only_event(&from_stripe(&refund)).external_id.as_str(), "in_1First");
    }

    #[test]
    fn an_invoice_counts_as_far_as_it_was_paid_with_money() {
        let half = changed(stripe!("invoice_paid"), &["data", "object", "amount_paid"], Some(json!(5_950)));
        let told = from_stripe(&half);
        assert_eq!((snapshot(&told).net_minor(), snapshot(&told).gross_minor), (5_000, Some(5_950)));
        let nothing = changed(stripe!("invoice_paid"), &["data", "object", "amount_paid"], Some(json!(0)));
        assert_eq!(snapshot(&from_stripe(&nothing)).net_minor(), 0);
        let elsewhere = changed(&nothing, &["data", "object", "paid_out_of_band"], Some(json!(true)));
        assert_eq!(snapshot(&from_stripe(&elsewhere)).net_minor(), 10_000);
    }

    #[test]
    fn stripe_s_own_digits_win() {
        let total = |currency: &str, total: i64| {
            let json =
                changed(stripe!("checkout_session_paid_later"), &["data", "object", "currency"], Some(json!(currency)));
            let json = changed(&json, &["data", "object", "amount_total"], Some(json!(total)));
            let json = changed(&json, &["data", "object", "shipping_cost"], Some(json!(null)));
            let json = changed(&json, &["data", "object", "total_details"], Some(json!(null)));
            stripe::read(json.as_bytes(), Tests::Ignored)
                .map(|told| snapshot(&told).net_minor())
                .map_err(|error| error.to_string())
        };
        for (currency, amount, minor) in [
            ("eur", 1_050, 1_050),
            ("jpy", 1_050, 1_050),
            ("isk", 105_000, 1_050),
            ("ugx", 105_000, 1_050),
            ("mga", 1_050, 105_000),
            ("xpf", 1_050, 1_050),
            ("kwd", 1_050, 1_050),
            ("huf", 1_050, 1_050),
            ("twd", 1_050, 1_050),
        ] {
            assert_eq!(total(currency, amount), Ok(minor), "{currency}");
        }
        assert_eq!(total("isk", 105_050).unwrap_err(), "data.object.amount_total: 105050 has more digits than ISK has");
    }

    #[test]
    fn the_merchant_s_server_may_name_the_partner_and_a_buyer_may_not() {
        let metadata = json!({ "trb_partner": "P001" });
        let told = from_stripe(&changed(stripe!("invoice_paid"), &["data", "object", "metadata"], Some(metadata)));
        assert_eq!(snapshot(&told).partner.as_ref().unwrap().as_str(), "P001");
        let session = stripe!("checkout_session_paid_later");
        let told = from_stripe(&changed(session, &["data", "object", "client_reference_id"], Some(json!("P001"))));
        assert_eq!(snapshot(&told).partner, None);
    }

    #[test]
    fn what_is_not_an_order_is_ignored_with_its_reason() {
        assert_eq!(ignored(&from_stripe(stripe!("subscription_deleted"))), "a subscription is told by its invoices");
        for hook in [stripe!("dispute_updated"), stripe!("dispute_funds_reinstated")] {
            assert_eq!(ignored(&from_stripe(hook)), "told by charge.dispute.closed");
        }
        for hook in [stripe!("subscription_created"), stripe!("subscription_updated")] {
            assert_eq!(ignored(&from_stripe(hook)), "a subscription is told by its invoices");
        }
        for (kind, reason) in [
            ("payment_intent.succeeded", "told by checkout.session.completed or invoice.paid"),
            ("radar.early_fraud_warning.created", "not an event of an order"),
        ] {
            let told = from_stripe(&changed(stripe!("charge_refunded"), &["type"], Some(json!(kind))));
            assert_eq!(ignored(&told), reason, "{kind}");
        }
    }

    #[test]
    fn a_tax_below_zero_makes_no_more_of_an_order_than_can_be_counted() {
        let tax = ["data", "object", "total_details", "amount_tax"];
        let hook = changed(stripe!("checkout_session_paid_later"), &tax, Some(json!(-MINOR_MAX)));
        assert!(stripe::read(hook.as_bytes(), Tests::Ignored).is_err());
    }

    #[test]
    fn what_is_missing_is_named() {
        let cases: [(&str, &[&str], &str); 7] = [
            (stripe!("invoice_paid"), &["id"], "id: is missing: want a text"),
            (stripe!("invoice_paid"), &["created"], "created: is missing: want a whole number"),
            (stripe!("invoice_paid"), &["data", "object", "id"], "data.object.id: is missing: want an id"),
            (
                stripe!("invoice_paid"),
                &["data", "object", "total"],
                "data.object.total: is missing: want a whole number",
            ),
            (stripe!("invoice_paid"), &["data", "object", "currency"], "data.object.currency: is missing: want a text"),
            (
                stripe!("invoice_paid"),
                &["data", "object", "lines", "data", "1", "amount"],
                "data.object.lines.data[1].amount: is missing: want a whole number",
            ),
            (
                stripe!("charge_refunded"),
                &["data", "previous_attributes"],
                "data.previous_attributes.amount_refunded: is missing: want a whole number",
            ),
        ];
        for (json, path, problem) in cases {
            assert_eq!(
                stripe::read(changed(json, path, None).as_bytes(), Tests::Ignored).unwrap_err().to_string(),
                problem
            );
        }
        assert!(stripe::read(b"{", Tests::Ignored).unwrap_err().to_string().starts_with("body: is not JSON"));
        assert_eq!(stripe::read(b"[]", Tests::Ignored).unwrap_err().to_string(), "body: is not a JSON object");
    }

    #[test]
    fn two_deliveries_of_one_event_have_one_hash_though_their_bytes_differ() {
        let again = changed(stripe!("invoice_paid"), &["pending_webhooks"], Some(json!(0)));
        let (first, again) = (from_stripe(stripe!("invoice_paid")), from_stripe(&again));
        assert_eq!(only_event(&first).body_hash, only_event(&again).body_hash);
        let other = changed(stripe!("invoice_paid"), &["data", "object", "amount_paid"], Some(json!(1)));
        assert_ne!(only_event(&first).body_hash, only_event(&from_stripe(&other)).body_hash);
    }
}

mod from_paddle {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_transaction_its_refund_and_its_chargeback_won_back_end_in_one_state_in_all_120_orders_of_arrival() {
        let hooks = [
            from_paddle(paddle!("transaction_completed")),
            from_paddle(paddle!("refund_pending")),
            from_paddle(paddle!("refund_approved")),
            from_paddle(paddle!("chargeback")),
            from_paddle(paddle!("chargeback_reverse")),
        ];
        let order = one_state(&hooks, "txn_01");
        let known = order.known.unwrap();
        assert_eq!((known.status, known.net_minor(), known.left_minor()), (Status::Paid, 10_000, 5_000));
        // The refund names the tour.
        assert_eq!(lines(&known), [("pro_TOUR", 2, 7_000, 5_000), ("pro_BOAT", 1, 3_000, 0)]);
        assert_eq!((known.carried.len(), known.customer.external_id.unwrap().as_str()), (1, "ctm_01"));
        assert_eq!(known.coupons[0].as_str(), "DSC_01SUMMER");
        assert_eq!(order.notes, ["chargeback txn_01 was won back on 2026-09-05"]);
        assert_eq!(order.revision, 4);
    }

    #[test]
    fn refunds_in_part_take_back_of_the_products_that_they_name_in_all_120_orders_of_arrival() {
        let hooks = [
            from_paddle(paddle!("transaction_completed")),
            from_paddle(paddle!("refund_of_the_second_line")),
            from_paddle(paddle!("refund_approved")),
            from_paddle(paddle!("chargeback")),
            from_paddle(paddle!("credit")),
        ];
        let order = one_state(&hooks, "txn_01");
        // 50.00 and, by the bank, 20.00 of the tour; 10.00 of the boat.
        let known = order.known.unwrap();
        assert_eq!(lines(&known), [("pro_TOUR", 2, 7_000, 7_000), ("pro_BOAT", 1, 3_000, 1_000)]);
        assert_eq!(order.notes, Vec::<String>::new());
    }

    #[test]
    fn a_refund_of_the_whole_or_without_items_is_taken_back_of_all_products() {
        let of_all = |path: &[&str], value| {
            let refund = from_paddle(&changed(paddle!("refund_approved"), path, value));
            let stored = Stored::of([&refund, &from_paddle(paddle!("transaction_completed"))]);
            assert_eq!(
                lines(&stored.known("txn_01")),
                [("pro_TOUR", 2, 7_000, 3_500), ("pro_BOAT", 1, 3_000, 1_500)],
                "{path:?}"
            );
        };
        of_all(&["data", "type"], Some(json!("full")));
        of_all(&["data", "items"], Some(json!([])));
        of_all(&["data", "items", "0", "item_id"], None);
        of_all(&["data", "items", "0", "item_id"], Some(json!("txnitm_elsewhere")));
    }

    #[test]
    fn a_refund_of_tax_alone_takes_nothing_back() {
        let totals = json!({ "subtotal": "0", "tax": "950", "total": "950" });
        let refund = changed(paddle!("refund_approved"), &["data", "items", "0", "totals"], Some(totals.clone()));
        let refund = from_paddle(&changed(&refund, &["data", "totals"], Some(totals)));
        let order = Stored::of([&refund, &from_paddle(paddle!("transaction_completed"))]).order("txn_01");
        assert_eq!((order.known.unwrap().left_minor(), order.notes.len()), (10_000, 0));
    }

    #[test]
    fn a_chargeback_takes_back_what_it_took_without_tax() {
        let hooks = [from_paddle(paddle!("chargeback")), from_paddle(paddle!("transaction_completed"))];
        assert_eq!(Stored::of(&hooks).known("txn_01").left_minor(), 8_000);
    }

    #[test]
    fn a_currency_without_digits_has_none_and_a_credit_pays_no_commission() {
        let told = from_paddle(paddle!("transaction_completed_jpy_with_credit"));
        // 1,100 with tax, of which a credit paid half: 1,000 · 550 / 1,100.
        assert_eq!((snapshot(&told).net_minor(), snapshot(&told).gross_minor), (500, Some(550)));
    }

    #[test]
    fn a_buyer_s_own_data_name_no_partner() {
        let data = json!({ "trb_partner": "P001", "trb": "forged" });
        let told = from_paddle(&changed(paddle!("transaction_completed"), &["data", "custom_data"], Some(data)));
        let stored = Stored::of([&told]);
        let known = stored.known("txn_01");
        assert_eq!((known.partner, known.carried.len(), known.token_refused), (None, 0, true));
    }

    #[test]
    fn what_takes_nothing_back_is_ignored_with_its_reason() {
        assert_eq!(ignored(&from_paddle(paddle!("refund_pending"))), "a refund that is not approved yet");
        assert!(ignored(&from_paddle(paddle!("credit"))).starts_with("a credit"));
        assert_eq!(
            ignored(&from_paddle(paddle!("subscription_activated"))),
            "a subscription is told by its transactions"
        );
        let warning = changed(paddle!("chargeback"), &["data", "action"], Some(json!("chargeback_warning")));
        assert!(ignored(&from_paddle(&warning)).starts_with("a warning"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let cases: [(&str, &[&str], &str); 4] = [
            (paddle!("transaction_completed"), &["event_id"], "event_id: is missing: want a text"),
            (
                paddle!("transaction_completed"),
                &["data", "details", "totals", "tax"],
                "data.details.totals.tax: is missing: want a whole number",
            ),
            (paddle!("refund_approved"), &["data", "transaction_id"], "data.transaction_id: is missing: want an id"),
            (paddle!("refund_approved"), &["data", "created_at"], "data.created_at: is missing: want a text"),
        ];
        for (json, path, problem) in cases {
            assert_eq!(paddle::read(changed(json, path, None).as_bytes()).unwrap_err().to_string(), problem);
        }
    }
}

mod from_shopify {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_order_and_its_refunds_end_in_one_state_in_all_120_orders_of_arrival() {
        let hooks = [
            from_shopify("orders/paid", shopify!("orders_paid")),
            from_shopify("refunds/create", shopify!("refund_by_lines")),
            from_shopify("refunds/create", shopify!("refund_of_an_amount")),
            from_shopify("refunds/create", shopify!("refund_of_shipping")),
            from_shopify("orders/updated", shopify!("orders_paid")),
        ];
        let order = one_state(&hooks, "5001");
        let known = order.known.unwrap();
        // 35.00 of the tour went back, then 11.90 of the 119.00 that the goods cost: a tenth of 100.00.
        assert_eq!((known.status, known.net_minor(), known.left_minor()), (Status::Paid, 10_000, 5_500));
        assert_eq!((lines(&known)[0].0, lines(&known)[1].0), ("TOUR-7", "7003"));
        assert_eq!((known.paid_at, known.gross_minor), (Some(PAID_AT), Some(11_900)));
        assert_eq!((known.carried.len(), known.coupons[0].as_str()), (1, "SUMMER10"));
        assert_eq!(known.customer.name.as_deref(), Some("Berta Beispiel"));
        assert_eq!(order.notes, Vec::<String>::new());
        assert_eq!(order.revision, 3);
    }

    fn refund(json: &str) -> Refund {
        match &only_event(&from_shopify("refunds/create", json)).body {
            EventBody::Refund(refund) => refund.clone(),
            body => panic!("no refund: {body:?}"),
        }
    }

    /// What is given back, and in which currency: the lines' net amounts, or a part of what the buyer paid.
    fn back(json: &str) -> (Vec<String>, Option<String>, String) {
        let refund = refund(json);
        let nets = refund.lines.iter().map(|line| line.net.clone()).collect();
        (nets, refund.gross, refund.currency.map(|currency| currency.to_string()).unwrap_or_default())
    }

    fn gross(amount: &str, currency: &str) -> (Vec<String>, Option<String>, String) {
        (vec![], Some(amount.to_owned()), currency.to_owned())
    }

    #[test]
    fn a_buyer_in_another_currency_is_refunded_in_the_shop_s_in_all_120_orders_of_arrival() {
        let hooks = [
            from_shopify("orders/paid", shopify!("orders_paid_usd_buyer")),
            from_shopify("refunds/create", shopify!("refund_usd_buyer_by_lines")),
            from_shopify("refunds/create", shopify!("refund_usd_buyer_of_an_amount")),
            from_shopify("refunds/create", shopify!("refund_usd_buyer_untold")),
            from_shopify("disputes/create", shopify!("dispute_usd_buyer")),
        ];
        let order = one_state(&hooks, "5004");
        // 45.00 USD are 35.00 EUR and their tax; 12.86 USD are 11.90 EUR of the 119.00 that the goods cost.
        assert_eq!(order.known.unwrap().left_minor(), 10_000 - 3_500 - 1_000);
        let notes = [
            "refund 313 was left out: 12.86 USD, and the order is in EUR",
            "chargeback 285332461850802051 was left out: 25.71 USD, and the order is in EUR",
        ];
        assert_eq!(order.notes, notes);
    }

    #[test]
    fn an_amount_in_the_buyer_s_money_is_what_the_refund_says_of_it_in_the_shop_s() {
        let usd = shopify!("refund_usd_buyer_by_lines");
        let jpy = shopify!("refund_jpy_buyer");
        let paid = |json: &str, amount: &str| changed(json, &["transactions", "0", "amount"], Some(json!(amount)));
        assert_eq!(back(usd), (vec!["35.00".to_owned()], None, "EUR".to_owned()));
        assert_eq!(back(jpy), (vec!["35.15".to_owned()], None, "EUR".to_owned()));
        assert_eq!(back(shopify!("refund_usd_buyer_of_an_amount")), gross("11.90", "EUR"));
        // 22.50 less than 45.00 USD, which are 20.82 less than 41.65 EUR.
        let both = |shop: &str, buyers: &str| {
            json!({
                "shop_money": { "amount": shop, "currency_code": "EUR" },
                "presentment_money": { "amount": buyers, "currency_code": "USD" },
            })
        };
        let less = json!([{
            "kind": "refund_discrepancy", "amount": "20.82", "amount_set": both("20.82", "22.50"),
            "tax_amount": "0.00", "tax_amount_set": both("0.00", "0.00"),
        }]);
        let told = changed(&paid(usd, "22.50"), &["order_adjustments"], Some(less));
        assert_eq!(back(&told), gross("20.83", "EUR"));
        // 22.50 · 41.65 / 45.00 = 20.825; 3,555 · 41.83 / 7,111 = 20.912; 35 · 41.83 / 7,111 = 0.206.
        assert_eq!(back(&paid(usd, "22.50")), gross("20.83", "EUR"));
        assert_eq!(back(&paid(jpy, "3555.00")), gross("20.91", "EUR"));
        assert_eq!(back(&paid(jpy, "35.00")), gross("0.21", "EUR"));
    }

    #[test]
    fn what_cannot_be_told_in_the_shop_s_money_is_told_as_it_is() {
        let usd = shopify!("refund_usd_buyer_by_lines");
        assert_eq!(back(shopify!("refund_usd_buyer_untold")), gross("12.86", "USD"));
        // A third currency, and two at once.
        let transaction = |currency: &str| json!({ "kind": "refund", "amount": "9.00", "currency": currency });
        let paid = |transactions| changed(usd, &["transactions"], Some(transactions));
        assert_eq!(back(&paid(json!([transaction("GBP")]))), gross("9.00", "GBP"));
        assert_eq!(back(&paid(json!([transaction("EUR"), transaction("USD")]))), gross("9.00", "USD"));
        // Amounts that the buyer's currency does not have.
        let tax = ["refund_line_items", "0", "total_tax_set", "presentment_money", "amount"];
        assert_eq!(back(&changed(shopify!("refund_jpy_buyer"), &tax, Some(json!("1135.50")))), gross("7111", "JPY"));
        // Paid back in the shop's money after all.
        let euros = json!([{ "kind": "refund", "amount": "41.65", "currency": "EUR" }]);
        assert_eq!(back(&paid(euros)), (vec!["35.00".to_owned()], None, "EUR".to_owned()));
    }

    #[test]
    fn money_that_went_back_in_another_currency_leaves_the_order_s_lines() {
        let transactions = json!([{ "kind": "refund", "amount": "1.234", "currency": "KWD" }]);
        let json =
            changed(shopify!("orders_paid_after_an_edit"), &["refunds", "0", "transactions"], Some(transactions));
        assert_eq!(snapshot(&from_shopify("orders/paid", &json)).net_minor(), 8_000);
    }

    #[test]
    fn shipping_takes_back_nothing_however_it_is_told_in_all_120_orders_of_arrival() {
        let hooks = [
            from_shopify("orders/paid", shopify!("orders_paid")),
            from_shopify("refunds/create", shopify!("refund_of_shipping")),
            from_shopify("refunds/create", shopify!("refund_of_shipping_lines")),
            from_shopify("refunds/create", shopify!("refund_by_lines_with_shipping")),
            from_shopify("refunds/create", shopify!("refund_with_shipping_told_twice")),
        ];
        let order = one_state(&hooks, "5001");
        let known = order.known.unwrap();
        assert_eq!(lines(&known), [("TOUR-7", 2, 7_000, 3_500), ("7003", 1, 3_000, 3_000)]);
        assert_eq!((order.revision, order.notes.len()), (3, 0));
    }

    #[test]
    fn shipping_s_tax_is_no_goods_whether_it_is_told_or_not() {
        let lines = shopify!("refund_by_lines_with_shipping");
        let net = (vec!["35.00".to_owned()], None, "EUR".to_owned());
        assert_eq!(back(lines), net);
        // As in Shopify's own example.
        let untold = changed(lines, &["refund_shipping_lines", "0", "shipping_line"], Some(json!({})));
        assert_eq!(back(&untold), net);
        let alone = changed(&untold, &["refund_line_items"], Some(json!([])));
        let alone = changed(&alone, &["transactions", "0", "amount"], Some(json!("5.83")));
        assert_eq!(ignored(&from_shopify("refunds/create", &alone)), "only shipping was paid back");
        let twice = changed(shopify!("refund_with_shipping_told_twice"), &["refund_line_items"], Some(json!([])));
        let twice = changed(&twice, &["transactions", "0", "amount"], Some(json!("5.83")));
        assert_eq!(ignored(&from_shopify("refunds/create", &twice)), "only shipping was paid back");
        // Half of shipping has half of its tax: 35.00 + 6.65 + 2.45 + 0.47.
        let subtotal = ["refund_shipping_lines", "0", "subtotal_amount_set", "shop_money", "amount"];
        let half = changed(lines, &subtotal, Some(json!("2.45")));
        assert_eq!(back(&changed(&half, &["transactions", "0", "amount"], Some(json!("44.57")))), net);
        // An amount beside it is one of the goods.
        let more = changed(shopify!("refund_of_an_amount"), &["refund_shipping_lines"], {
            let whole: Value = serde_json::from_str(lines).unwrap();
            Some(whole["refund_shipping_lines"].clone())
        });
        assert_eq!(
            back(&changed(&more, &["transactions", "0", "amount"], Some(json!("17.73")))),
            gross("11.90", "EUR")
        );
    }

    #[test]
    fn a_cancelled_order_was_paid_and_has_nothing_left_in_all_120_orders_of_arrival() {
        let hooks = [
            from_shopify("orders/paid", shopify!("orders_paid")),
            from_shopify("orders/cancelled", shopify!("orders_cancelled")),
            from_shopify("refunds/create", shopify!("refund_by_lines")),
            from_shopify("refunds/create", shopify!("refund_of_an_amount")),
            from_shopify("app/uninstalled", shopify!("app_uninstalled")),
        ];
        let order = one_state(&hooks, "5001");
        let paid = order.paid().unwrap();
        assert_eq!((paid.paid_at, paid.snapshot.status, paid.snapshot.left_minor()), (PAID_AT, Status::Cancelled, 0));
    }

    #[test]
    fn a_dispute_opened_lost_or_won_ends_in_one_state_in_all_120_orders_of_arrival() {
        let hooks = |last: &str| {
            [
                from_shopify("orders/paid", shopify!("orders_paid")),
                from_shopify("refunds/create", shopify!("refund_of_an_amount")),
                from_shopify("disputes/create", shopify!("dispute_opened")),
                from_shopify("disputes/update", shopify!("dispute_opened")),
                from_shopify("disputes/update", last),
            ]
        };
        let lost = one_state(&hooks(shopify!("dispute_lost")), "5001");
        assert_eq!((lost.known.unwrap().left_minor(), lost.notes.len()), (10_000 - 1_000 - 2_000, 0));
        let won = one_state(&hooks(shopify!("dispute_won")), "5001");
        assert_eq!(won.known.unwrap().left_minor(), 9_000);
        assert_eq!(won.notes, ["chargeback 285332461850802050 was won back on 2026-09-01"]);
        let inquiry = changed(shopify!("dispute_opened"), &["type"], Some(json!("inquiry")));
        assert_eq!(ignored(&from_shopify("disputes/create", &inquiry)), "an inquiry: no money has moved");
    }

    #[test]
    fn tax_within_prices_is_no_commission_s_base_and_its_refund_takes_all() {
        let order = from_shopify("orders/paid", shopify!("orders_paid_tax_included"));
        let refund = from_shopify("refunds/create", shopify!("refund_tax_included"));
        let order = Stored::of([&refund, &order]).order("5002");
        let known = order.known.unwrap();
        assert_eq!((known.net_minor(), known.left_minor(), order.notes.len()), (10_000, 0, 0));
    }

    #[test]
    fn what_was_taken_off_before_it_was_paid_never_counts() {
        let told = from_shopify("orders/paid", shopify!("orders_paid_after_an_edit"));
        assert_eq!((snapshot(&told).net_minor(), snapshot(&told).gross_minor), (4_000, Some(4_760)));
        assert_eq!(ignored(&from_shopify("refunds/create", shopify!("refund_without_money"))), "nothing was paid back");
    }

    #[test]
    fn an_address_tells_a_partner_s_code_which_counts_like_a_visit() {
        let json = changed(shopify!("orders_paid"), &["note_attributes"], Some(json!([])));
        let told = from_shopify("orders/paid", &json);
        let mut event = only_event(&told).clone();
        assert_eq!(event.claims.via.as_ref().unwrap().as_str(), "P001");
        event.open(&keys());
        event.visited(PartnerId(5));
        let EventBody::Order(snapshot) = &event.body else { panic!("{event:?}") };
        assert_eq!((snapshot.carried[0].partner, snapshot.partner.as_ref()), (PartnerId(5), None));
        assert_eq!(Some(snapshot.carried[0].at), snapshot.placed_at);
    }

    #[test]
    fn what_is_not_an_order_is_ignored_with_its_reason() {
        assert_eq!(
            ignored(&from_shopify("refunds/create", shopify!("refund_of_shipping"))),
            "only shipping was paid back"
        );
        assert_eq!(ignored(&from_shopify("products/update", "{}")), "not a topic of orders");
        let test = changed(shopify!("orders_paid"), &["test"], Some(json!(true)));
        assert_eq!(ignored(&from_shopify("orders/paid", &test)), "a test: nobody paid");
        let counted = shopify::read("orders/paid", "shop", test.as_bytes(), Tests::Counted).unwrap();
        assert!(matches!(counted, Told::Orders(_)), "{counted:?}");
        assert_eq!(
            from_shopify("app/uninstalled", shopify!("app_uninstalled")),
            Told::Uninstalled { shop: "tours.myshopify.com".to_owned() }
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let cases: [(&str, &str, &[&str], &str); 3] = [
            ("orders/paid", shopify!("orders_paid"), &["updated_at"], "updated_at: is missing: want a text"),
            (
                "orders/paid",
                shopify!("orders_paid"),
                &["line_items", "0", "quantity"],
                "line_items[0].quantity: is missing: want a whole number",
            ),
            ("refunds/create", shopify!("refund_by_lines"), &["order_id"], "order_id: is missing: want an id"),
        ];
        for (topic, json, path, problem) in cases {
            let read = shopify::read(topic, "shop", changed(json, path, None).as_bytes(), Tests::Ignored);
            assert_eq!(read.unwrap_err().to_string(), problem);
        }
    }
}

mod from_woocommerce {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_order_with_its_refunds_ends_in_one_state_in_all_120_orders_of_arrival() {
        let hooks = [
            from_woo(woo!("order_created")),
            from_woo(woo!("order_updated_paid")),
            from_woo(woo!("order_updated_refunded_in_part")),
            from_woo(woo!("order_updated_two_refunds")),
            from_woo(woo!("order_updated_refund_deleted")),
        ];
        let order = one_state(&hooks, "727");
        let known = order.known.unwrap();
        // 24.99 of 124.95 is a fifth; the other refund was deleted again.
        assert_eq!((known.status, known.net_minor(), known.left_minor()), (Status::Paid, 10_000, 8_000));
        assert_eq!(lines(&known), [("TOUR-7", 2, 7_000, 1_400), ("22", 1, 3_000, 600)]);
        assert_eq!((known.paid_at, known.coupons[0].as_str()), (Some(PAID_AT), "SUMMER10"));
        assert_eq!((known.carried.len(), known.customer.external_id.unwrap().as_str()), (1, "26"));
        assert_eq!(order.notes, Vec::<String>::new());
    }

    #[test]
    fn cash_on_delivery_is_paid_when_it_is_completed_in_all_120_orders_of_arrival() {
        let processing = from_woo(woo!("order_updated_cod_processing"));
        assert_eq!((snapshot(&processing).status, snapshot(&processing).paid_at), (Status::Pending, None));
        let completed = from_woo(woo!("order_updated_cod_completed"));
        let hooks = [
            from_woo(woo!("order_created")),
            processing.clone(),
            completed,
            processing,
            woo_of("order.created", woo!("order_created"), PAID_AT),
        ];
        let known = one_state(&hooks, "727").known.unwrap();
        let delivered_at = Timestamp::parse("2026-08-05T09:00:00Z").unwrap();
        assert_eq!((known.status, known.paid_at, known.left_minor()), (Status::Paid, Some(delivered_at), 10_000));
        // A shop that knows no time of payment knows when the order was completed.
        let unpaid = changed(woo!("order_updated_cod_completed"), &["date_paid_gmt"], None);
        assert_eq!(snapshot(&from_woo(&unpaid)).paid_at, Some(delivered_at));
        let made_at = Timestamp::parse("2026-07-31T23:50:00Z").unwrap();
        let undated = changed(&unpaid, &["date_completed_gmt"], None);
        assert_eq!(
            (snapshot(&from_woo(&undated)).status, snapshot(&from_woo(&undated)).paid_at),
            (Status::Paid, Some(made_at))
        );
    }

    #[test]
    fn an_order_put_into_the_bin_is_cancelled_and_one_taken_out_again_is_not() {
        let deleted = woo_of("order.deleted", woo!("order_deleted"), PAID_AT.plus_days(9));
        let hooks = [
            from_woo(woo!("order_created")),
            from_woo(woo!("order_updated_paid")),
            from_woo(woo!("order_updated_refunded_in_part")),
            deleted.clone(),
        ];
        let order = one_state(&hooks, "727");
        let paid = order.paid().unwrap();
        assert_eq!((paid.snapshot.status, paid.snapshot.left_minor()), (Status::Cancelled, 0));
        assert_eq!(order.notes, ["the shop put the order away on 2026-08-10"]);
        // Its time of change is before the bin was heard of: shops send both some time after.
        let restored = woo_of("order.restored", woo!("order_restored"), PAID_AT.plus_days(9).plus_seconds(1));
        let hooks = [from_woo(woo!("order_updated_paid")), deleted, restored];
        let known = one_state(&hooks, "727").known.unwrap();
        assert_eq!((known.status, known.left_minor()), (Status::Paid, 10_000));
    }

    #[test]
    fn an_order_given_back_whole_has_nothing_left() {
        let hooks = [from_woo(woo!("order_updated_refunded")), from_woo(woo!("order_updated_paid"))];
        let order = Stored::of(&hooks).order("727");
        let paid = order.paid().unwrap();
        assert_eq!((paid.snapshot.status, paid.snapshot.left_minor()), (Status::Refunded, 0));
    }

    #[test]
    fn an_order_that_was_called_off_unpaid_may_still_be_paid() {
        let cancelled = from_woo(woo!("order_updated_cancelled_unpaid"));
        assert_eq!(snapshot(&cancelled).status, Status::Pending);
        let later = changed(woo!("order_updated_paid"), &["date_modified_gmt"], Some(json!("2026-08-09T00:00:00")));
        let stored = Stored::of([&from_woo(&later), &cancelled]);
        assert_eq!(stored.known("727").status, Status::Paid);
        let paid_then_cancelled = changed(woo!("order_updated_paid"), &["status"], Some(json!("cancelled")));
        assert_eq!(snapshot(&from_woo(&paid_then_cancelled)).status, Status::Cancelled);
    }

    #[test]
    fn a_fee_below_zero_is_a_discount_on_all_lines() {
        let fees = json!([{ "id": 1, "total": "-10.00" }, { "id": 2, "total": "3.00" }]);
        let told = from_woo(&changed(woo!("order_updated_paid"), &["fee_lines"], Some(fees)));
        assert_eq!(lines(snapshot(&told)), [("TOUR-7", 2, 6_300, 0), ("22", 1, 2_700, 0)]);
    }

    #[test]
    fn what_is_no_order_is_ignored_with_its_reason() {
        assert_eq!(ignored(&woo_of("product.updated", "{}", PAID_AT)), "not a topic of orders");
        assert!(woocommerce::is_ping(b"webhook_id=7"));
        for body in [&b"webhook_id="[..], b"webhook_id=7&x=1", b"{}", b"webhook_id=123456789012345678901"] {
            assert!(!woocommerce::is_ping(body));
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let cases: [(&[&str], &str); 4] = [
            (&["id"], "id: is missing: want an id"),
            (&["total"], "total: is missing: want an amount in major units"),
            (&["date_created_gmt"], "date_created_gmt: is missing: want a time"),
            (&["line_items", "1", "total"], "line_items[1].total: is missing: want an amount in major units"),
        ];
        for (path, problem) in cases {
            let json = changed(woo!("order_updated_paid"), path, None);
            assert_eq!(woocommerce::read("order.updated", json.as_bytes(), PAID_AT).unwrap_err().to_string(), problem);
        }
    }
}

mod from_anybody {
    use super::*;
    use serde_json::json;

    type Read = fn(&str) -> Result<Told, IntakeError>;

    fn all() -> Vec<(Read, &'static str)> {
        let stripe: Read = |json| stripe::read(json.as_bytes(), Tests::Ignored);
        let paddle: Read = |json| paddle::read(json.as_bytes());
        let paid: Read = |json| shopify::read("orders/paid", "shop", json.as_bytes(), Tests::Ignored);
        let refunded: Read = |json| shopify::read("refunds/create", "shop", json.as_bytes(), Tests::Ignored);
        let disputed: Read = |json| shopify::read("disputes/create", "shop", json.as_bytes(), Tests::Ignored);
        let woo: Read = |json| woocommerce::read("order.updated", json.as_bytes(), PAID_AT);
        let restored: Read = |json| woocommerce::read("order.restored", json.as_bytes(), PAID_AT);
        let deleted: Read = |json| woocommerce::read("order.deleted", json.as_bytes(), PAID_AT);
        vec![
            (stripe, stripe!("checkout_session_subscription")),
            (stripe, stripe!("checkout_session_paid_later")),
            (stripe, stripe!("invoice_paid")),
            (stripe, stripe!("invoice_paid_2024")),
            (stripe, stripe!("invoice_payment_paid")),
            (stripe, stripe!("charge_refunded")),
            (stripe, stripe!("refund_created")),
            (stripe, stripe!("refund_failed")),
            (stripe, stripe!("invoice_paid_long")),
            (stripe, stripe!("dispute_created")),
            (paddle, paddle!("transaction_completed")),
            (paddle, paddle!("refund_approved")),
            (paddle, paddle!("refund_of_the_second_line")),
            (paid, shopify!("orders_paid")),
            (paid, shopify!("orders_paid_after_an_edit")),
            (refunded, shopify!("refund_by_lines")),
            (refunded, shopify!("refund_of_an_amount")),
            (refunded, shopify!("refund_usd_buyer_by_lines")),
            (refunded, shopify!("refund_usd_buyer_of_an_amount")),
            (refunded, shopify!("refund_jpy_buyer")),
            (refunded, shopify!("refund_with_shipping_told_twice")),
            (disputed, shopify!("dispute_opened")),
            (woo, woo!("order_updated_two_refunds")),
            (restored, woo!("order_restored")),
            (deleted, woo!("order_deleted")),
        ]
    }

    /// The paths of all places in a hook, inner ones too.
    fn paths(value: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
        let entries: Vec<(String, &Value)> = match value {
            Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), value)).collect(),
            Value::Array(list) => list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
        };
        for (name, value) in entries {
            path.push(name);
            found.push(path.clone());
            paths(value, path, found);
            path.pop();
        }
    }

    fn strange() -> impl Strategy<Value = Value> {
        prop::sample::select(vec![
            Value::Null,
            json!(true),
            json!(0),
            json!(-1),
            json!(i64::MAX),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(MINOR_MAX),
            json!(-MINOR_MAX),
            json!(1.5),
            json!(1e300),
            json!(""),
            json!("-0"),
            json!("90071992547409.91"),
            json!("-90071992547409.91"),
            json!("9007199254740991"),
            json!("9223372036854775807"),
            json!("JPY"),
            json!("\u{0}\u{202e}"),
            json!("x".repeat(3_000)),
            json!([]),
            json!({}),
            json!([null, {}, [], "x", 1]),
            json!({ "id": {} }),
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn a_hook_with_anything_strange_in_it_is_refused_ignored_or_within_bounds(
            hook in any::<prop::sample::Index>(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), strange()), 1..4),
        ) {
            let all = all();
            let (read, json) = all[hook.index(all.len())];
            let mut body: Value = serde_json::from_str(json).unwrap();
            for (place, value) in changes {
                let mut found = Vec::new();
                paths(&body, &mut Vec::new(), &mut found);
                let path = &found[place.index(found.len())];
                let pointer: String = path.iter().map(|name| format!("/{name}")).collect();
                if let Some(place) = body.pointer_mut(&pointer) {
                    *place = value;
                }
            }
            let Ok(Told::Orders(tidings)) = read(&body.to_string()) else { return Ok(()) };
            for event in &tidings.events {
                prop_assert!(!event.event_id.is_empty());
                let EventBody::Order(snapshot) = &event.body else { continue };
                let nets = || snapshot.lines.iter().map(|line| i128::from(line.net_minor));
                prop_assert!(nets().all(|net| net >= 0) && nets().sum::<i128>() <= i128::from(MINOR_MAX), "{snapshot:?}");
                prop_assert!(snapshot.lines.iter().all(|line| (0..=line.net_minor).contains(&line.refunded_minor)));
                // What is stored is read again as it was.
                let stored = serde_json::to_string(&event.body).unwrap();
                prop_assert_eq!(&serde_json::from_str::<EventBody>(&stored).unwrap(), &event.body);
            }
            for event in &tidings.events {
                let order = Stored::of([&Told::Orders(tidings.clone())]).order(event.external_id.as_str());
                prop_assert!(order.known.is_none_or(|known| known.left_minor() >= 0));
            }
        }
    }
}
