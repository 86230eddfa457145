//! Paddle's.

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
fn a_refund_that_is_reversed_was_none_whichever_came_first() {
    let approved = from_paddle(paddle!("refund_approved"));
    let reversed = changed(paddle!("refund_approved"), &["data", "status"], Some(json!("reversed")));
    let reversed = from_paddle(&changed(&reversed, &["event_id"], Some(json!("evt_reversed"))));
    let bought = from_paddle(paddle!("transaction_completed"));
    for hooks in [[&approved, &reversed, &bought], [&bought, &reversed, &approved]] {
        assert_eq!(Stored::of(hooks).known("txn_01").left_minor(), 10_000);
    }
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
    assert_eq!(ignored(&from_paddle(paddle!("subscription_activated"))), "a subscription is told by its transactions");
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
