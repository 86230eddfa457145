//! Keys: what each may do, whose things it sees, and how often it may ask.

use serde_json::{Value, json};
use tributary_tests::client::Answer;
use tributary_tests::worker::Options;

use super::{column, get, key, post, status};
use crate::stage::{Stage, stage};

#[test]
fn a_key_does_what_its_scopes_say_and_nothing_else() {
    let stage = stage();
    let keys =
        [("read", key(stage, &["reads", "--scope", "read"])), ("orders", key(stage, &["shop", "--scope", "orders"]))];
    let order = json!({ "external_id": "SCOPE-1", "status": "pending", "currency": "EUR" });
    let coupon = json!({ "code": "SCOPE", "partner": "nobody" });
    for (scope, key) in &keys {
        let may = |wanted: &str, then: u16| if *scope == wanted { then } else { 403 };
        assert_eq!(status(stage, key, "/api/v1/partners"), may("read", 200), "{scope}");
        assert_eq!(status(stage, key, "/api/v1/diagnostics"), may("read", 200), "{scope}");
        assert_eq!(stage.client.post("/api/v1/orders", key, &order).unwrap().status, may("orders", 201), "{scope}");
        assert_eq!(stage.client.post("/api/v1/coupons", key, &coupon).unwrap().status, 403, "{scope}");
    }
    assert_eq!(stage.client.post("/api/v1/coupons", &stage.key, &coupon).unwrap().status, 422);
    let listed = stage.batch.json(&["keys", "list"]).unwrap();
    let shop = listed.as_array().unwrap().iter().find(|key| key["name"] == "shop").unwrap();
    assert_eq!((&shop["scopes"], &shop["revoked_at"]), (&json!("orders"), &Value::Null));
    assert_eq!(stage.batch.run(&["keys", "add", "x", "--scope", "reads"]).unwrap().code, 2);
    let refused = stage.batch.run(&["keys", "add", "x", "--partner", "nobody-known"]).unwrap();
    assert_eq!(refused.code, 1, "{}", refused.err);
}

#[test]
fn a_partners_key_sees_what_is_his_and_nobody_elses() {
    let stage = stage();
    stage.partners(&["own", "own-parent"]);
    stage.partners(&["stranger"]);
    for partner in ["own", "stranger"] {
        stage.make_link(&format!("{partner}-home"), partner, &stage.shop("/"));
        let coupon = json!({ "code": format!("{partner}-10"), "partner": partner });
        assert_eq!(post(stage, "/api/v1/coupons", "", &coupon).status, 201);
        stage.order(&format!("OF-{partner}"), json!({ "partner": partner, "paid_at": "2026-01-01T00:00:00Z" }));
    }
    stage.click("own-home");
    stage.reconcile("2040-01-01T00:00:00Z");
    let own = key(stage, &["own", "--partner", "own"]);
    assert_eq!(stage.batch.run(&["keys", "add", "x", "--partner", "own", "--scope", "write"]).unwrap().code, 1);
    for (list, name, wanted) in [
        ("partners", "code", vec!["own"]),
        ("links", "code", vec!["own-home"]),
        ("links?partner=own", "code", vec!["own-home"]),
        ("coupons", "code", vec!["OWN-10"]),
        ("orders", "external_id", vec!["OF-own"]),
        ("accruals", "amount", vec!["10.00"]),
        ("accruals", "order", vec!["OF-own"]),
        ("payouts", "id", vec![]),
        ("stats", "link", vec!["own-home"]),
        ("balances", "payable", vec!["10.00"]),
    ] {
        assert_eq!(column(&get(stage, &own, &format!("/api/v1/{list}")), name), wanted, "{list}");
    }
    assert_eq!(get(stage, &own, "/api/v1/stats")["items"][0]["clicks"], 1);
    // Of the parent, who earns by the same order, he sees neither the name nor the share.
    assert!(get(stage, &own, "/api/v1/partners/own")["parent"].is_null());
    let upline = key(stage, &["upline", "--partner", "own-parent"]);
    let order = get(stage, &upline, "/api/v1/orders/OF-own");
    assert_eq!((&order["net"], &order["partner"]), (&json!("100.00"), &Value::Null));
    // What is another's is not there, like what nobody has.
    for path in [
        "links/stranger-home",
        "links/nothing",
        "orders/OF-stranger",
        "orders/nothing",
        "coupons/STRANGER-10",
        "partners/stranger",
    ] {
        let (foreign, path) = (stage.client.get(&format!("/api/v1/{path}"), &own).unwrap(), path);
        assert_eq!((foreign.status, foreign.body.contains("stranger")), (404, false), "{path}");
    }
    for path in ["contacts", "contacts/1", "links?partner=stranger", "diagnostics"] {
        assert_eq!(status(stage, &own, &format!("/api/v1/{path}")), 403, "{path}");
    }
    let order = json!({ "external_id": "OWN-1", "status": "paid", "currency": "EUR" });
    assert_eq!(stage.client.post("/api/v1/orders", &own, &order).unwrap().status, 403);
}

#[test]
fn whoever_asks_too_often_is_told_when_to_come_again() {
    let vars = vec![("API_REQUESTS_PER_MINUTE".to_owned(), "2".to_owned())];
    let stage = Stage::new(|_| Options { vars, ..Options::default() });
    // However the minute falls, the sixth is too many.
    let answers: Vec<Answer> = (0..6).map(|_| stage.client.get("/api/v1/links", &stage.key).unwrap()).collect();
    assert_eq!(answers[0].status, 200);
    let refused = answers.iter().find(|answer| answer.status == 429).unwrap();
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    let other = key(&stage, &["other"]);
    assert_eq!(status(&stage, &other, "/api/v1/links"), 200, "another key has its own measure");
}
