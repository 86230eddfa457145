//! The batch over D1's REST API, as the local server answers it: the same night as on a file.

use std::fs;

use tributary_tests::binary::Tributary;
use tributary_tests::shared_data;
use tributary_tests::worker::{Options, Worker};

const PROGRAM: &str = r#"
[program]
code = "cdnow"
currency = "USD"
binding = "off"
[[program.tier]]
percent = 10
[[program.tier]]
percent = 3
[[program.tier]]
percent = 1
"#;

/// Imports and reconciles twice; the second night writes nothing. The transfers.
fn night(batch: &Tributary, partners: &str, orders: &str) -> String {
    batch.import("program", PROGRAM).unwrap();
    batch.import("partners", partners).unwrap();
    batch.import("orders", orders).unwrap();
    let as_of = ["--settle", "0s", "--as-of", "2030-01-01T00:00:00Z"];
    let reconcile = || batch.json(&[&["reconcile"], &as_of[..]].concat()).unwrap();
    let first = reconcile();
    assert!(first["written"].as_u64().unwrap() > 0);
    let second = reconcile();
    assert_eq!((&second["written"], &second["orders"]), (&0.into(), &0.into()));
    let verified = batch.json(&["verify"]).unwrap();
    assert_eq!(verified["violations"], serde_json::json!([]));
    batch.ok(&["export", "transfers", "--json"]).unwrap()
}

fn same_on_both(partners: &str, orders: &str) -> usize {
    let worker = Worker::start(&Options::default()).unwrap();
    let over_rest = night(&worker.batch_over_rest().unwrap(), partners, orders);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ledger.sqlite");
    let on_file = night(&Tributary::on(format!("sqlite:{}", file.display())).unwrap(), partners, orders);
    assert_eq!(on_file.lines().count(), over_rest.lines().count());
    assert!(on_file == over_rest, "the transfers differ");
    on_file.lines().count()
}

#[test]
fn a_small_night_is_the_same_over_the_rest_api_as_on_a_file() {
    let partners = "code,email,parent_code,coupon\nA,a@x.example,B,SAVEA\nB,b@x.example,,\n";
    let mut orders = "external_id,status,currency,paid_at,email,sku,quantity,net,coupon,refunded_net\n".to_owned();
    for number in 0..1_500 {
        let coupon = if number % 3 == 0 { "SAVEA" } else { "" };
        orders += &format!(
            "S-{number},paid,USD,2026-01-01T00:00:00Z,c{}@x.example,T,1,{number}.07,{coupon},\n",
            number % 100
        );
    }
    assert_eq!(same_on_both(partners, &orders), 999);
}

#[test]
fn seventy_thousand_real_orders_are_the_same_over_the_rest_api_as_on_a_file() {
    let Some(shared) = shared_data() else {
        eprintln!("the CDNOW orders are not here: skipped");
        return;
    };
    let read = |name: &str| fs::read_to_string(shared.join("data/cdnow").join(name)).unwrap();
    assert!(same_on_both(&read("partners.csv"), &read("orders.csv")) > 49_000);
}
