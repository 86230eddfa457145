//! Stripe's.

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
fn what_a_grant_pays_of_a_line_earns_nothing_on_it() {
    // 20.00 of the tour's 70.00 by a grant; what is a discount stands among discounts as well, and counts once.
    let credits = json!([
        { "type": "credit_balance_transaction", "amount": 2_000, "credit_balance_transaction": "cbtxn_1" },
        { "type": "discount", "amount": 0, "discount": "di_1" },
    ]);
    let mut invoice = changed(
        stripe!("invoice_paid"),
        &["data", "object", "lines", "data", "0", "pretax_credit_amounts"],
        Some(credits),
    );
    for (field, minor) in [("total_excluding_tax", 8_000), ("total", 9_520), ("amount_paid", 9_520)] {
        invoice = changed(&invoice, &["data", "object", field], Some(json!(minor)));
    }
    let known = Stored::of([&from_stripe(&invoice)]).known("in_1First");
    assert_eq!(lines(&known), [("prod_TOUR", 2, 5_000, 0), ("prod_BOAT", 1, 3_000, 0)]);
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
    assert_eq!((lines[0], lines[9], lines[10]), (("prod_1", 1, 700, 0), ("prod_10", 1, 700, 0), ("-", 1, 3_000, 0)));
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
        (stripe!("invoice_paid"), &["data", "object", "total"], "data.object.total: is missing: want a whole number"),
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
