//! Orders and refunds over the API, and what the night makes of them.

use serde_json::{Value, json};
use tributary_shared::time::{DAY_SECONDS, Timestamp};

use crate::stage::{earned, stage};

const EVERYTHING: &str = "SELECT (SELECT count(*) FROM orders WHERE external_id LIKE 'BAD%')
  + (SELECT count(*) FROM contact WHERE email LIKE 'bad%')";

#[test]
fn what_cannot_be_taken_is_a_clear_problem_and_nothing_is_written() {
    let stage = stage();
    let send = |method: &str, path: &str, key: &str, body: &[u8]| {
        let authorization = format!("Bearer {key}");
        stage.client.send(method, path, &[("Authorization", authorization.as_str())], body).unwrap()
    };
    let order = |more: &str| {
        format!(
            r#"{{"external_id":"BAD-1","status":"paid","currency":"EUR","customer":{{"email":"bad@example.test"}}{more}}}"#
        )
    };
    let large = format!(r#"{{"external_id":"BAD-2","x":"{}"}}"#, "x".repeat(1_000_001));
    let sum = r#","lines":[{"sku":"A","net":"90071992547409.91"},{"sku":"B","net":"0.01"}]"#;
    let cases = [
        ("PUT", "/api/v1/orders", stage.key.as_str(), String::new(), 405),
        ("POST", "/api/v1/nothing", &stage.key, "{}".to_owned(), 404),
        ("POST", "/api/v1/orders", "", order(""), 401),
        ("POST", "/api/v1/orders", "wrong", order(""), 401),
        ("POST", "/api/v1/orders", &stage.key, "{".to_owned(), 400),
        ("POST", "/api/v1/orders", &stage.key, "[]".to_owned(), 422),
        ("POST", "/api/v1/orders", &stage.key, large, 413),
        ("POST", "/api/v1/orders", &stage.key, order(r#","coupon":"X""#), 422),
        ("POST", "/api/v1/orders", &stage.key, order(r#","partner":"nobody-known""#), 422),
        ("POST", "/api/v1/orders", &stage.key, order(r#","lines":[{"sku":"A","net":"1.005"}]"#), 422),
        ("POST", "/api/v1/orders", &stage.key, order(r#","lines":[{"sku":"A","net":1}]"#), 422),
        ("POST", "/api/v1/orders", &stage.key, order(sum), 422),
        ("POST", "/api/v1/orders/BAD-3/refunds", &stage.key, r#"{"refund_id":"r"}"#.to_owned(), 422),
        ("DELETE", "/collect", "", String::new(), 405),
        ("POST", "/collect", "", "no json".to_owned(), 400),
        ("POST", "/collect", "", r#"{"url":"about:blank"}"#.to_owned(), 422),
        ("POST", "/go/x", "", "{}".to_owned(), 405),
    ];
    for (method, path, key, body, status) in cases {
        let answer = send(method, path, key, body.as_bytes());
        let start: String = body.chars().take(80).collect();
        assert_eq!(answer.status, status, "{method} {path} {start}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{method} {path} {start}");
        let problem = answer.json().unwrap();
        assert_eq!(problem["status"], status);
        for field in ["type", "title", "detail"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field} of {problem}");
        }
    }
    assert_eq!(stage.number(EVERYTHING), 0);
}

#[test]
fn the_same_order_a_hundred_times_at_once_is_one_order() {
    let stage = stage();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..100).map(|_| scope.spawn(|| stage.order("ONCE-1", json!({})))).collect();
        sent.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body));
    assert_eq!(stage.number("SELECT revision FROM orders WHERE external_id = 'ONCE-1'"), 1);
    let other = stage.order("ONCE-1", json!({ "currency": "USD", "customer": { "email": "other@once.example" } }));
    assert_eq!(other.status, 409, "{}", other.body);
    assert_eq!(stage.number("SELECT revision FROM orders WHERE external_id = 'ONCE-1'"), 1);
    assert_eq!(stage.number("SELECT count(*) FROM contact WHERE email = 'other@once.example'"), 0);
}

#[test]
fn an_order_earns_nothing_before_it_is_paid() {
    let stage = stage();
    stage.partners(&["patient"]);
    let pending = stage.order("PENDING-1", json!({ "status": "pending", "partner": "patient" }));
    assert_eq!(pending.status, 201);
    let explained = stage.explained("PENDING-1");
    assert_eq!((explained["outcome"].as_str(), earned(&explained).len()), (Some("unpaid"), 0));
    stage.order("PENDING-1", json!({ "partner": "patient" }));
    let explained = stage.explained("PENDING-1");
    assert_eq!(earned(&explained), [("patient".to_owned(), 1, "10.00".to_owned())]);
    assert_eq!(explained["revision"], 2);
}

#[test]
fn a_click_on_one_product_credits_the_order_of_another_and_his_upline() {
    let stage = stage();
    stage.partners(&["xy", "xy-parent", "xy-grand"]);
    stage.batch.import("products", "sku,participates\nPROD-X,true\nPROD-Y,true\nPROD-NO,false\n").unwrap();
    stage.make_link("xy-x", "xy", &stage.shop("/products/x"));
    let (_, cookie) = stage.click("xy-x");
    let line = |sku: &str| json!([{ "sku": sku, "net": "200.00" }]);
    stage.order("XY-1", json!({ "trb": cookie, "lines": line("PROD-Y") }));
    let explained = stage.explained("XY-1");
    assert_eq!(explained["evidence"], "touch");
    let expected = [("xy", 1, "20.00"), ("xy-parent", 2, "6.00"), ("xy-grand", 3, "2.00")];
    assert_eq!(
        earned(&explained),
        expected.map(|(partner, tier, amount)| (partner.to_owned(), tier, amount.to_owned()))
    );
    // A product that does not participate: nothing, and the trace says so.
    stage.order("XY-2", json!({ "trb": cookie, "lines": line("PROD-NO") }));
    let explained = stage.explained("XY-2");
    assert_eq!(earned(&explained), []);
    assert!(explained["trace"].to_string().contains("no commission for product PROD-NO: it does not participate"));
}

#[test]
fn day_365_counts_and_the_second_after_does_not() {
    let stage = stage();
    stage.partner_with_link("year");
    let (_, cookie) = stage.click("year");
    let clicked = Timestamp::from_unix_seconds(
        stage.number("SELECT first_at FROM click JOIN link ON link.id = link_id WHERE code = 'year'"),
    );
    let last = clicked.plus_seconds(365 * DAY_SECONDS);
    for (order, paid_at, outcome) in [("YEAR-1", last, "credited"), ("YEAR-2", last.plus_seconds(1), "unattributed")] {
        stage.order(order, json!({ "trb": cookie, "paid_at": paid_at.to_string() }));
        assert_eq!(stage.explained(order)["outcome"], outcome, "{order}");
    }
}

#[test]
fn an_opt_in_credits_a_purchase_six_days_later_without_any_cookie() {
    let stage = stage();
    stage.partner_with_link("letter");
    let (_, cookie) = stage.click("letter");
    let opt_in = json!({ "event": "identify", "url": stage.shop("/"), "email": "Berta@Letter.example" });
    let cookie = format!("__Secure-trb={cookie}");
    let answer =
        stage.client.send("POST", "/collect", &[("Cookie", cookie.as_str())], opt_in.to_string().as_bytes()).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let opted_in = stage.number("SELECT max(at) FROM contact_touch JOIN contact ON contact.id = contact_id WHERE email = 'berta@letter.example'");
    let later = Timestamp::from_unix_seconds(opted_in).plus_days(6);
    let paid = json!({ "customer": { "email": "berta@letter.example" }, "paid_at": later.to_string() });
    stage.order("LETTER-1", paid);
    let explained = stage.explained("LETTER-1");
    assert_eq!((explained["evidence"].as_str(), explained["partner"].as_str()), (Some("contact"), Some("letter")));
    assert!(explained["trace"].to_string().contains("contact b…@letter.example bound to partner letter"));
}

#[test]
fn an_order_binds_its_contact_so_that_the_next_one_needs_no_click() {
    let stage = stage();
    stage.partner_with_link("fixed");
    let (_, cookie) = stage.click("fixed");
    let at = |days: i64| Timestamp::from_unix_seconds(1_900_000_000 + days * DAY_SECONDS).to_string();
    let customer = json!({ "email": "fixed@buyers.example" });
    // Clicked now, bought within the year: the clock of the order is its own.
    stage.order("FIXED-1", json!({ "trb": cookie, "customer": customer }));
    stage.order("FIXED-2", json!({ "customer": customer, "paid_at": at(0) }));
    assert_eq!(stage.explained("FIXED-1")["evidence"], "touch");
    assert_eq!(stage.explained("FIXED-2")["evidence"], "contact");
}

#[test]
fn refunds_come_in_any_order_and_a_full_one_nets_to_nothing_at_every_tier() {
    let stage = stage();
    stage.partners(&["back", "back-parent"]);
    let refund = |order: &str, id: &str, amount: &str| {
        let path = format!("/api/v1/orders/{order}/refunds");
        let body = json!({ "refund_id": id, "amount": amount, "at": "2026-01-05T00:00:00Z" });
        stage.client.post(&path, &stage.key, &body).unwrap()
    };
    let order = |order: &str| {
        stage.order(
            order,
            json!({ "partner": "back", "paid_at": "2026-01-01T00:00:00Z", "lines": [{ "sku": "T", "net": "99.99" }] }),
        )
    };
    // A refund before its order waits for it.
    assert_eq!(refund("BACK-1", "r1", "33.33").status, 201);
    order("BACK-1");
    // And one after the order was decided is taken back.
    order("BACK-2");
    stage.reconcile("2039-01-01T00:00:00Z");
    refund("BACK-2", "r1", "33.33");
    let (first, second) = (stage.explained("BACK-1"), stage.explained("BACK-2"));
    let net = |explained: &Value, partner: &str| -> i64 {
        let minor = |amount: &str| amount.replace('.', "").parse::<i64>().unwrap();
        earned(explained).iter().filter(|(who, _, _)| who == partner).map(|(_, _, amount)| minor(amount)).sum()
    };
    for partner in ["back", "back-parent"] {
        assert_eq!(net(&first, partner), net(&second, partner));
        assert!(net(&first, partner) > 0);
    }
    assert_eq!(refund("BACK-2", "r2", "66.66").status, 201);
    assert_eq!(refund("BACK-2", "r2", "66.66").status, 201);
    assert_eq!(refund("BACK-2", "r2", "1.00").status, 409);
    let whole = stage.explained("BACK-2");
    assert_eq!((net(&whole, "back"), net(&whole, "back-parent")), (0, 0));
    let verified = stage.batch.json(&["verify"]).unwrap();
    assert_eq!(verified["violations"], json!([]));
}

#[test]
fn an_order_nobody_brought_says_so() {
    let stage = stage();
    stage.order("NOBODY-1", json!({ "customer": { "email": "walkin@example.test" } }));
    let explained = stage.explained("NOBODY-1");
    assert_eq!(explained["outcome"], "unattributed");
    let trace: Vec<&str> = explained["trace"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for line in [
        "[] checking for commission",
        "[] no tier 1 commission for no affiliate",
        "[] no tier 3 commission for no affiliate",
        "[] no charity commission for no charity affiliate",
    ] {
        assert!(trace.contains(&line), "{line} in {trace:#?}");
    }
}

#[test]
fn a_partner_is_in_one_program_and_moves_by_an_explicit_step() {
    let stage = stage();
    let second = "[program]\ncode = \"second\"\ncurrency = \"EUR\"\n[[program.tier]]\npercent = 20\n";
    stage.batch.import("program", second).unwrap();
    stage.partners(&["mover"]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "code,program\nmover,second\n").unwrap();
    let refused = stage.batch.run(&["import", "partners", file.path().to_str().unwrap()]).unwrap();
    assert_eq!(refused.code, 1);
    assert!(refused.out.contains("line 2: partner mover is in program main and can be in one only"), "{}", refused.out);
    stage.batch.ok(&["partners", "move", "mover", "--to", "second", "--from", "2026-06-01T00:00:00Z"]).unwrap();
    for (order, paid_at, amount) in
        [("MOVE-1", "2026-05-31T23:59:59Z", "10.00"), ("MOVE-2", "2026-06-01T00:00:00Z", "20.00")]
    {
        stage.order(order, json!({ "partner": "mover", "paid_at": paid_at }));
        assert_eq!(earned(&stage.explained(order)), [("mover".to_owned(), 1, amount.to_owned())]);
    }
}

#[test]
fn a_revoked_key_opens_nothing_any_more() {
    let stage = stage();
    let key = stage.batch.ok(&["keys", "add", "leaving"]).unwrap().trim().to_owned();
    assert_eq!(stage.client.get("/api/v1/diagnostics", &key).unwrap().status, 200);
    stage.batch.ok(&["keys", "revoke", "leaving"]).unwrap();
    assert_eq!(stage.client.get("/api/v1/diagnostics", &key).unwrap().status, 401);
    assert_eq!(stage.batch.run(&["keys", "revoke", "never-made"]).unwrap().code, 1);
}

#[test]
fn a_concierge_may_order_for_somebody_else_and_for_himself_it_is_held() {
    let stage = stage();
    stage.partners(&["porter"]);
    let placed = |order: &str, email: &str| {
        let more = json!({ "partner": "porter", "placed_by": "Night desk", "customer": { "email": email } });
        assert_eq!(stage.order(order, more).status, 201);
        stage.explained(order)
    };
    let guest = placed("PORTER-1", "guest@hotel.example");
    assert_eq!((guest["outcome"].as_str(), guest["evidence"].as_str()), (Some("credited"), Some("explicit")));
    assert!(guest["trace"].to_string().contains("explicit: partner porter (placed by Night desk)"));
    let himself = placed("PORTER-2", "Porter+me@partners.example");
    assert_eq!((himself["outcome"].as_str(), earned(&himself).len()), (Some("held"), 0));
    assert!(himself["trace"].to_string().contains("held: the buyer is partner porter (self-referral)"));
}
