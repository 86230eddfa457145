//! Refusals: each a problem with a status of its own, and JSON that is odd or none.

use crate::stage::stage;

#[test]
fn every_refusal_is_a_problem_with_its_own_status() {
    let stage = stage();
    let authorization = format!("Bearer {}", stage.key);
    let order = r#"{"external_id":"P-1","status":"paid","currency":"EUR"}"#;
    for (method, path, headers, body, status) in [
        ("DELETE", "/api/v1/links", vec![], "", 405),
        ("POST", "/api/v1/accruals", vec![], "{}", 405),
        ("PUT", "/api/v1/orders/x", vec![], "{}", 405),
        ("QUERY", "/api/v1/orders", vec![], "", 405),
        ("QUERY", "/login", vec![], "", 405),
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
