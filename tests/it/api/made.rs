//! What is made over the API, and requests that come again.

use serde_json::{Value, json};
use tributary_tests::client::Answer;

use super::{get, post};
use crate::stage::stage;

#[test]
fn what_is_made_over_the_api_works_as_if_it_had_been_imported() {
    let stage = stage();
    let made = |list: &str, body: Value| {
        let answer = post(stage, &format!("/api/v1/{list}"), "", &body);
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json().unwrap()["name"].as_str().unwrap().to_owned()
    };
    made("partners", json!({ "code": "made-up", "name": "Up", "program": "main" }));
    made(
        "partners",
        json!({ "code": "made", "name": "Made", "program": "main", "parent": "made-up", "rates": "20", "email": "Made@made.example" }),
    );
    made("products", json!({ "sku": "MADE-T", "name": "Tour", "shown": false }));
    let code = made("links", json!({ "partner": "made", "target": stage.shop("/tours"), "product": "MADE-T" }));
    made("coupons", json!({ "code": "made-5", "partner": "made" }));
    made("contacts", json!({ "email": "Buyer@made.example", "partner": "made" }));
    let partner = get(stage, &stage.key, "/api/v1/partners/made");
    assert_eq!(
        (&partner["parent"], &partner["status"], &partner["email"]),
        (&json!("made-up"), &json!("active"), &json!("made@made.example"))
    );
    let link = get(stage, &stage.key, &format!("/api/v1/links/{code}"));
    assert_eq!((&link["product"], &link["partner"]), (&json!("MADE-T"), &json!("made")));
    assert_eq!(get(stage, &stage.key, "/api/v1/products/MADE-T")["shown"], false);
    assert_eq!(get(stage, &stage.key, "/api/v1/coupons/MADE-5")["partner"], "made");
    let (clicked, _) = stage.click(&code);
    assert!(clicked.location().starts_with(&stage.shop("/tours")));
    // The contact is his from then on, and so is what he orders.
    stage.order("MADE-1", json!({ "customer": { "email": "buyer@made.example" }, "paid_at": "2030-01-01T00:00:00Z" }));
    let explained = stage.explained("MADE-1");
    assert_eq!((&explained["evidence"], &explained["partner"]), (&json!("contact"), &json!("made")));
    assert_eq!(crate::stage::earned(&explained)[0], ("made".to_owned(), 1, "20.00".to_owned()));
    for (list, body) in [
        ("partners", json!({ "code": "made", "name": "Other", "program": "main" })),
        ("products", json!({ "sku": "MADE-T", "name": "Other" })),
        ("links", json!({ "code": code, "partner": "made-up", "target": stage.shop("/") })),
        ("coupons", json!({ "code": "MADE-5", "partner": "made-up" })),
    ] {
        let answer = post(stage, &format!("/api/v1/{list}"), "", &body);
        assert_eq!((answer.status, answer.body.contains("exists already")), (409, true), "{list}: {}", answer.body);
    }
    for (list, body, field) in [
        ("partners", json!({ "code": "m x", "name": "N", "program": "main" }), "code"),
        ("partners", json!({ "code": "mx", "name": "N", "program": "none" }), "program"),
        ("partners", json!({ "code": "mx", "name": "N", "program": "main", "parent": "none" }), "parent"),
        ("partners", json!({ "code": "mx", "name": "N", "program": "main", "rates": "101" }), "rates"),
        ("links", json!({ "partner": "made", "target": "https://elsewhere.example/" }), "target"),
        ("links", json!({ "partner": "made", "target": stage.shop("/"), "product": "none" }), "product"),
        ("contacts", json!({ "name": "Nobody" }), "email"),
        ("coupons", json!({ "code": "X", "partner": "made", "percent": "5" }), "percent"),
    ] {
        let answer = post(stage, &format!("/api/v1/{list}"), "", &body);
        assert_eq!((answer.status, answer.json().unwrap()["field"].as_str()), (422, Some(field)), "{list} {body}");
    }
    // Who made what stands in the history; of a person, no address.
    let lines = "SELECT count(*) FROM audit WHERE who = 'key tests' AND what IN
      ('partner.created', 'product.created', 'link.made', 'coupon.given', 'contact.reported')";
    assert!(stage.number(lines) >= 6);
    assert_eq!(
        stage.number("SELECT count(*) FROM audit WHERE subject LIKE '%buyer@made%' OR after LIKE '%buyer@made%'"),
        0
    );
}

#[test]
fn a_request_that_names_itself_is_done_once_and_answered_as_often_as_it_comes() {
    let stage = stage();
    let partner = |code: &str| json!({ "code": code, "name": "Once", "program": "main" });
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let sent: Vec<_> =
            (0..30).map(|_| scope.spawn(|| post(stage, "/api/v1/partners", "once-1", &partner("once")))).collect();
        sent.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| (answer.status, &answer.body) == (201, &answers[0].body)), "{answers:?}");
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE what = 'partner.created' AND subject = 'once'"), 1);
    assert_eq!(post(stage, "/api/v1/partners", "once-1", &partner("other")).status, 409);
    assert_eq!(post(stage, "/api/v1/coupons", "once-1", &json!({ "code": "ONCE", "partner": "once" })).status, 409);
    assert_eq!(stage.number("SELECT count(*) FROM partner WHERE code = 'other'"), 0);
    // Orders and refunds: the name holds beside the event's own id, and what was refused leaves it free.
    let order = |net: &str| json!({ "external_id": "NAMED-1", "status": "paid", "currency": "EUR", "lines": [{ "sku": "T", "net": net }] });
    assert_eq!(post(stage, "/api/v1/orders", "named-1", &order("1.005")).status, 422);
    let first = post(stage, "/api/v1/orders", "named-1", &order("1.00"));
    let again = post(stage, "/api/v1/orders", "named-1", &order("1.00"));
    assert_eq!((first.status, again.status, &first.body), (201, 201, &again.body));
    assert_eq!(post(stage, "/api/v1/orders", "named-1", &order("2.00")).status, 409);
    assert_eq!(post(stage, "/api/v1/orders", "named-2", &order("2.00")).status, 409, "the event's own id is taken");
    assert_eq!(stage.number("SELECT count(*) FROM api_answer WHERE name = 'named-2'"), 0);
    let refund = json!({ "refund_id": "r", "amount": "0.50" });
    for _ in 0..2 {
        assert_eq!(post(stage, "/api/v1/orders/NAMED-1/refunds", "named-3", &refund).status, 201);
    }
    assert_eq!(stage.number("SELECT revision FROM orders WHERE external_id = 'NAMED-1'"), 2);
    let refunded = get(stage, &stage.key, "/api/v1/orders/NAMED-1");
    assert_eq!(
        (&refunded["net"], &refunded["refunded"], &refunded["status"]),
        (&json!("1.00"), &json!("0.50"), &json!("paid"))
    );
    assert_eq!(post(stage, "/api/v1/orders", &"x".repeat(256), &order("1.00")).status, 422);
}
