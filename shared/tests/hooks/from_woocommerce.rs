//! WooCommerce's.

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
