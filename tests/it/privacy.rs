//! A whole story of a person, and then no table that holds his address, his name or where he came from.

use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use tributary_tests::client::BROWSER;

use crate::people::household;
use crate::stage::SHOP;

/// From the ranges that are nobody's (RFC 5737).
const ADDRESS: &str = "203.0.113.77";

/// Where a text stands in the database, in whatever case: every column of every table.
fn places(connection: &Connection, wanted: &str) -> Vec<String> {
    let columns = "SELECT list.name, field.name FROM sqlite_master AS list JOIN pragma_table_info(list.name) AS field
        WHERE list.type = 'table' AND substr(list.name, 1, 4) <> '_cf_'";
    let mut columns = connection.prepare(columns).unwrap();
    let columns: Vec<(String, String)> =
        columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    assert!(columns.len() > 150, "{} columns are too few", columns.len());
    let holds = |table: &str, column: &str| {
        let query = format!("SELECT count(*) FROM \"{table}\" WHERE instr(lower(CAST(\"{column}\" AS TEXT)), ?1) > 0");
        connection.query_row(&query, [wanted.to_lowercase()], |row| row.get::<_, i64>(0)).unwrap() > 0
    };
    let held = columns.into_iter().filter(|(table, column)| holds(table, column));
    held.map(|(table, column)| format!("{table}.{column}")).collect()
}

#[test]
fn after_an_erasure_no_table_holds_the_person_and_at_no_time_one_held_his_ip_address() {
    let household = household();
    let stage = &household.stage;
    let email = "mila.novak@person.example";
    stage.partner_with_link("privacy-ann");
    // He clicks, opts in, orders, reports the order from his browser, asks for a link to log in.
    let from = [("CF-Connecting-IP", ADDRESS), ("X-Forwarded-For", ADDRESS), ("X-Real-IP", ADDRESS)];
    let clicked = stage.client.click("/go/privacy-ann", &from).unwrap();
    let cookie = clicked.cookie("__Secure-trb").unwrap().to_owned();
    stage.wait_for("SELECT count(*) FROM click JOIN link ON link.id = link_id WHERE code = 'privacy-ann'", 1);
    let origin = format!("http://{SHOP}:{}", stage.site.port);
    let cookies = format!("__Secure-trb={cookie}");
    let collect = |body: serde_json::Value| {
        let headers =
            [from[0], from[1], ("Origin", origin.as_str()), ("Cookie", cookies.as_str()), ("User-Agent", BROWSER)];
        assert_eq!(stage.client.send("POST", "/collect", &headers, body.to_string().as_bytes()).unwrap().status, 200);
    };
    collect(json!({ "event": "view", "url": stage.shop("/") }));
    collect(
        json!({ "event": "identify", "url": stage.shop("/"), "email": "Mila.Novak@person.example", "name": "Mila Novak" }),
    );
    collect(json!({ "event": "order", "url": stage.shop("/"), "id": "PRIVACY-1", "amount": 100, "currency": "EUR" }));
    let paid = json!({ "paid_at": "2026-11-10T10:00:00Z", "placed_at": "2027-10-20T09:59:00Z", "trb": cookie,
        "customer": { "email": email, "name": "Mila Novak", "external_id": "SHOP-MILA" } });
    assert_eq!(stage.order("PRIVACY-1", paid).status, 201);
    let refund = json!({ "refund_id": "r1", "amount": "10.00", "reason": "mila.novak@PERSON.example was not well" });
    assert_eq!(stage.client.post("/api/v1/orders/PRIVACY-1/refunds", &stage.key, &refund).unwrap().status, 201);
    household.open(email, "reader", None);
    let session = household.log_in(email);
    assert_eq!(household.get(&session, "/admin").status, 200);
    household.post("/login", "", &[("name", email), ("password", "not his"), ("by", "password")]);
    household.post("/login", "", &[("name", email), ("by", "link")]);
    stage.reconcile("2040-01-01T00:00:00Z");

    let connection =
        Connection::open_with_flags(stage.worker.database().unwrap(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    assert!(places(&connection, email).len() > 6, "the control: {:?}", places(&connection, email));
    assert_eq!(places(&connection, ADDRESS), Vec::<String>::new());
    let told = stage.batch.json(&["person", "export", email]).unwrap();
    assert_eq!(told["contact"][0]["external_id"], "SHOP-MILA");
    assert!(!told["touches"].as_array().unwrap().is_empty(), "{told}");
    let earned = stage.batch.json(&["explain", "PRIVACY-1"]).unwrap()["transfers"].clone();
    let _turn = stage.turn();
    // Over D1's own interface, and once more on the file.
    let remote = stage.worker.batch_over_rest().unwrap();
    for batch in [&remote, &stage.batch] {
        batch.ok(&["person", "erase", email, "--reason", "asked for it"]).unwrap();
    }
    let pruned = remote.json(&["prune"]).unwrap();
    assert_eq!((&pruned["clicks"], &pruned["touches"]), (&json!(0), &json!(0)), "nothing is past its term: {pruned}");
    for personal in [email, "Mila Novak", "SHOP-MILA", ADDRESS] {
        assert_eq!(places(&connection, personal), Vec::<String>::new(), "{personal}");
    }
    let visitor = "SELECT count(*) FROM touch WHERE visitor = ?1";
    let visitor: i64 =
        connection.query_row(visitor, [told["touches"][0]["visitor"].as_str().unwrap()], |row| row.get(0)).unwrap();
    assert_eq!(visitor, 0, "the cookie leads to nobody's order");
    assert_eq!(household.get(&session, "/admin").location(), "/login?next=%2Fadmin", "he is logged out");
    assert_eq!(stage.batch.json(&["explain", "PRIVACY-1"]).unwrap()["transfers"], earned);
    assert_eq!(stage.batch.run(&["verify"]).unwrap().code, 0);
}
