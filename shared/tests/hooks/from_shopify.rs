//! Shopify's.

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
    let json = changed(shopify!("orders_paid_after_an_edit"), &["refunds", "0", "transactions"], Some(transactions));
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
    assert_eq!(back(&changed(&more, &["transactions", "0", "amount"], Some(json!("17.73")))), gross("11.90", "EUR"));
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
fn a_token_in_an_order_s_note_counts_and_what_people_write_there_refuses_nothing() {
    let recorded: Value = serde_json::from_str(shopify!("orders_paid")).unwrap();
    let attributes = recorded["note_attributes"].as_array().unwrap();
    let token = attributes.iter().find(|attribute| attribute["name"] == "trb").unwrap()["value"].clone();
    let bare = changed(shopify!("orders_paid"), &["note_attributes"], Some(json!([])));
    for (note, touches) in [(token, 1), (json!("Please ring twice"), 0)] {
        let mut event = only_event(&from_shopify("orders/paid", &changed(&bare, &["note"], Some(note)))).clone();
        event.open(&keys());
        let EventBody::Order(snapshot) = &event.body else { panic!("{event:?}") };
        assert_eq!((snapshot.carried.len(), snapshot.token_refused), (touches, false));
    }
}

#[test]
fn what_is_not_an_order_is_ignored_with_its_reason() {
    assert_eq!(ignored(&from_shopify("refunds/create", shopify!("refund_of_shipping"))), "only shipping was paid back");
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
