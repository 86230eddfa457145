//! The API as systems of merchants and of partners meet it: lists, forms, keys, repetitions, refusals.

use serde_json::{Value, json};
use tributary_tests::client::Answer;
use tributary_tests::worker::Options;

use crate::stage::{Stage, stage};

/// A key that was made with more arguments.
fn key(stage: &Stage, arguments: &[&str]) -> String {
    let mut all = vec!["keys", "add"];
    all.extend_from_slice(arguments);
    stage.batch.ok(&all).unwrap().trim().to_owned()
}

fn get(stage: &Stage, key: &str, path: &str) -> Value {
    let answer = stage.client.get(path, key).unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json().unwrap()
}

fn status(stage: &Stage, key: &str, path: &str) -> u16 {
    stage.client.get(path, key).unwrap().status
}

/// What stands in one column of a list.
fn column(page: &Value, name: &str) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item[name].as_str().unwrap_or_default().to_owned()).collect()
}

fn post(stage: &Stage, path: &str, name: &str, body: &Value) -> Answer {
    let authorization = format!("Bearer {}", stage.key);
    let headers =
        [("Authorization", authorization.as_str()), ("Content-Type", "application/json"), ("Idempotency-Key", name)];
    stage.client.send("POST", path, &headers, body.to_string().as_bytes()).unwrap()
}

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
fn the_same_can_be_had_as_xml() {
    let stage = stage();
    stage.partners(&["xml"]);
    stage.make_link("xml-a", "xml", &stage.shop("/?a=1&b=2"));
    let authorization = format!("Bearer {}", key(stage, &["xml", "--partner", "xml"]));
    let ask = |path: &str, accept: &str| {
        stage.client.send("GET", path, &[("Authorization", &authorization), ("Accept", accept)], &[]).unwrap()
    };
    let page = ask("/api/v1/links", "application/xml");
    assert_eq!((page.status, page.header("content-type")), (200, Some("application/xml")));
    let target = stage.shop("/?a=1&amp;b=2");
    let url = format!("{}/go/xml-a", stage.worker.base);
    assert_eq!(
        page.body,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<links><link><code>xml-a</code><url>{url}</url><partner>xml</partner>\
             <target>{target}</target><active>true</active></link></links>"
        )
    );
    let one = ask("/api/v1/links/xml-a", "text/xml, */*;q=0.1");
    assert!(one.body.contains("<link><code>xml-a</code>"), "{}", one.body);
    assert_eq!(ask("/api/v1/links", "text/csv").status, 406);
}

#[test]
fn pages_follow_each_other_and_show_every_row_once() {
    let stage = stage();
    stage.partners(&["pager"]);
    for number in 1..=5 {
        assert_eq!(
            post(stage, "/api/v1/coupons", "", &json!({ "code": format!("PAGE{number}"), "partner": "pager" })).status,
            201
        );
        stage.order(&format!("PAGE-{number}"), json!({ "partner": "pager", "paid_at": "2026-01-01T00:00:00Z" }));
    }
    stage.reconcile("2040-01-01T00:00:00Z");
    for (list, name) in [("coupons", "code"), ("orders", "external_id"), ("accruals", "order")] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = get(stage, &stage.key, &format!("/api/v1/{list}?partner=pager&limit=2{cursor}"));
            seen.extend(column(&page, name));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((seen.len(), sorted.len()), (5, 5), "{list}: {seen:?}");
    }
}

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

#[test]
fn every_refusal_is_a_problem_with_its_own_status() {
    let stage = stage();
    let authorization = format!("Bearer {}", stage.key);
    let order = r#"{"external_id":"P-1","status":"paid","currency":"EUR"}"#;
    for (method, path, headers, body, status) in [
        ("DELETE", "/api/v1/links", vec![], "", 405),
        ("POST", "/api/v1/accruals", vec![], "{}", 405),
        ("PUT", "/api/v1/orders/x", vec![], "{}", 405),
        ("GET", "/api/v1/nothing", vec![], "", 404),
        ("GET", "/api/v1/stats/x", vec![], "", 404),
        ("GET", "/api/v1/links?limit=0", vec![], "", 422),
        ("GET", "/api/v1/links?limt=5", vec![], "", 422),
        ("GET", "/api/v1/links?partner=nobody-known", vec![], "", 422),
        ("GET", "/api/v1/orders?cursor=x", vec![], "", 422),
        ("GET", "/api/v1/balances", vec![], "", 422),
        ("GET", "/api/v1/links", vec![("Accept", "image/png")], "", 406),
        ("POST", "/api/v1/orders", vec![("Content-Type", "text/xml")], order, 415),
        ("POST", "/api/v1/coupons", vec![("Content-Type", "application/json")], "[1", 400),
        ("POST", "/api/v1/coupons", vec![("Content-Type", "application/json")], "[1]", 422),
    ] {
        let mut all = vec![("Authorization", authorization.as_str())];
        all.extend(headers);
        let answer = stage.client.send(method, path, &all, body.as_bytes()).unwrap();
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{method} {path}");
        assert_eq!(answer.header("allow").is_some(), status == 405, "{method} {path}");
    }
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

#[test]
fn the_first_valid_claim_of_an_agent_stays_and_personal_data_is_refused() {
    let stage = stage();
    stage.partners(&["agent-first"]);
    stage.partners(&["agent-later"]);
    let order = |id: &str, status: &str, claim: Value| {
        stage.order(id, json!({ "status": status, "paid_at": "2026-02-01T00:00:00Z", "placed_at": "2026-02-01T00:00:00Z", "affiliate_attribution": claim }))
    };
    let of = |partner: &str| json!({ "provider": "tributary", "publisher_id": partner });
    for (claim, kind) in [
        (
            json!({ "provider": "tributary", "publisher_id": "x", "metadata": { "user_email": "ann@shop.example" } }),
            "pii-not-allowed",
        ),
        (json!({ "provider": "tributary" }), "missing-field"),
        (json!("tributary"), "invalid-type"),
    ] {
        let refused = order("AGENT-0", "paid", claim);
        assert_eq!(refused.status, 400);
        let problem = refused.json().unwrap();
        assert_eq!(problem["type"], format!("urn:tributary:problem:{kind}"));
        assert!(problem["field"].as_str().unwrap().starts_with("$.affiliate_attribution"));
    }
    assert_eq!(stage.number("SELECT count(*) FROM orders WHERE external_id = 'AGENT-0'"), 0);
    assert_eq!(order("AGENT-1", "pending", of("agent-first")).status, 201);
    assert_eq!(order("AGENT-1", "paid", of("agent-later")).status, 201, "a later claim stands in nobody's way");
    assert_eq!(stage.explained("AGENT-1")["partner"], "agent-first");
    // Another provider's names are none of ours, and an expired claim is none.
    let expired =
        json!({ "provider": "tributary", "publisher_id": "agent-first", "expires_at": "2020-01-01T00:00:00Z" });
    for (id, claim) in
        [("AGENT-2", json!({ "provider": "others", "publisher_id": "agent-first" })), ("AGENT-3", expired)]
    {
        assert_eq!(order(id, "paid", claim).status, 201);
        assert_eq!(stage.explained(id)["outcome"], "unattributed", "{id}");
    }
    // By a token of ours, as if the buyer had brought it himself.
    stage.make_link("agent-link", "agent-later", &stage.shop("/"));
    let (_, cookie) = stage.click("agent-link");
    let bought =
        stage.order("AGENT-4", json!({ "affiliate_attribution": { "provider": "tributary", "token": cookie } }));
    assert_eq!(bought.status, 201);
    assert_eq!(stage.explained("AGENT-4")["partner"], "agent-later");
}

#[test]
fn what_is_no_json_is_refused_and_what_is_odd_json_breaks_nothing() {
    let stage = stage();
    let send = |body: &[u8]| {
        let authorization = format!("Bearer {}", stage.key);
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
        stage.client.send("POST", "/api/v1/orders", &headers, body).unwrap().status
    };
    let deep = "[".repeat(100_000);
    let no_json: [&[u8]; 36] = [
        b"",
        b" ",
        b"{",
        b"}",
        b"[1,]",
        b"[,1]",
        b"[1 2]",
        b"{\"a\":}",
        b"{\"a\" 1}",
        b"{a:1}",
        b"{'a':1}",
        b"{\"a\":1,}",
        b"{\"a\":1}}",
        b"{\"a\":1}#",
        b"[1]//",
        b"/**/[1]",
        b"[01]",
        b"[+1]",
        b"[.5]",
        b"[1.]",
        b"[1e]",
        b"[0x1]",
        b"[NaN]",
        b"[Infinity]",
        b"[-]",
        b"[tru]",
        b"nul",
        b"[\"\\x00\"]",
        b"[\"\\u00\"]",
        b"[\"\t\"]",
        b"[\"a",
        b"\xef\xbb\xbf{}",
        b"[\"\xff\"]",
        b"\x00",
        b"*",
        deep.as_bytes(),
    ];
    for body in no_json {
        assert_eq!(send(body), 400, "{}", String::from_utf8_lossy(&body[..body.len().min(40)]));
    }
    for odd in [
        "[]",
        "0",
        "-0",
        "1e400",
        "123456789012345678901234567890",
        "null",
        "true",
        "\"\"",
        "\"\\u0000\"",
        "\"\\uD83D\\uDE00\"",
        "{\"\":0}",
        "{\"a\":1,\"a\":2}",
        "[[[[[[]]]]]]",
        " \t\r\n{} ",
        "\"\u{feff}\"",
        "[-1e-400]",
        "\"\\uDADA\"",
        "\"\\uDd1e\\uD834\"",
    ] {
        let status = send(odd.as_bytes());
        assert!((400..500).contains(&status), "{odd}: {status}");
    }
    // JSON that says an order in an unusual way is an order.
    let order = " {\"external_id\" :\"\\u004fDD-1\",\r\n\"status\":\"paid\",\"currency\":\"EUR\",\"lines\":[]}\t";
    assert_eq!(send(order.as_bytes()), 201);
    let large = format!("{{\"external_id\":\"{}\"}}", "x".repeat(1_000_000));
    assert_eq!(send(large.as_bytes()), 413);
}
