//! Whatever somebody sends.

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
