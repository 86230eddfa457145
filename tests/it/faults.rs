//! What breaks, and what is not lost by it.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;
use tributary_shared::cookie::NAME;
use tributary_tests::worker::{Options, Worker};

use crate::stage::{Stage, number, wait_for};

const CLICKS: usize = 500;

fn hits(code: &str) -> String {
    format!(
        "SELECT coalesce(sum(hits), 0) FROM click JOIN link ON link.id = link_id WHERE code = '{code}' AND uncounted = ''"
    )
}

/// Holds the database so that nobody else can write it, as a hanging process would.
fn lock(worker: &Worker) -> Connection {
    let connection = Connection::open(worker.database().unwrap()).unwrap();
    connection.busy_timeout(Duration::from_secs(30)).unwrap();
    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    connection
}

/// 500 clicks while the database is locked: all are redirected with cookies, and all are in it when it is back.
fn nothing_is_lost(without_queue: bool) {
    let stage = Stage::new(|_| Options { without_queue, ..Options::default() });
    stage.partner_with_link("storm");
    // Once before, so that KV knows the link: from then on a redirect never asks the database.
    stage.click("storm");
    let locked = lock(&stage.worker);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..CLICKS / 4 {
                    let answer = stage.client.click("/go/storm", &[]).unwrap();
                    assert_eq!(answer.status, 302);
                    assert!(answer.cookie(NAME).is_some());
                    assert_eq!(answer.location(), stage.shop("/"));
                    assert_ne!(answer.header("server-timing"), Some("link;desc=d1"));
                }
            });
        }
    });
    drop(locked);
    // What could not be written waits in KV; the schedule brings it in. It is run until all is there.
    let all = i64::try_from(CLICKS).unwrap() + 1;
    let mut found = 0;
    for _ in 0..60 {
        stage.worker.run_schedule().unwrap();
        found = number(&stage.worker, &hits("storm"));
        if found >= all {
            break;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    assert_eq!(found, all, "{}", stage.worker.log());
    let diagnostics = stage.client.get("/api/v1/diagnostics", &stage.key).unwrap().json().unwrap();
    assert_eq!(diagnostics["spilled_groups"], 0);
}

#[test]
fn five_hundred_clicks_survive_a_locked_database_by_way_of_the_queue() {
    nothing_is_lost(false);
}

#[test]
fn five_hundred_clicks_survive_a_locked_database_without_a_queue() {
    nothing_is_lost(true);
}

#[test]
fn a_link_in_kv_is_followed_without_the_database_and_an_unknown_one_leads_home() {
    let state = tempfile::tempdir().unwrap();
    let options = |_| Options { state: Some(state.path().to_owned()), ..Options::default() };
    let stage = Stage::new(options);
    stage.partner_with_link("projected");
    let from = |stage: &Stage| {
        let answer = stage.client.click("/go/projected", &[]).unwrap();
        assert_eq!(answer.status, 302);
        answer.header("server-timing").unwrap().to_owned()
    };
    assert_eq!(from(&stage), "link;desc=d1");
    assert_eq!(from(&stage), "link;desc=memory");
    wait_for(&stage.worker, &hits("projected"), 2);
    drop(stage);
    // Another isolate remembers nothing; KV was repaired by the first.
    let stage = Stage::new(options);
    let locked = lock(&stage.worker);
    assert_eq!(from(&stage), "link;desc=kv");
    let unknown = stage.client.click("/go/never-made", &[]).unwrap();
    assert_eq!((unknown.status, unknown.location()), (302, stage.shop("/").as_str()));
    drop(locked);
}

#[test]
fn a_changed_link_is_projected_by_the_schedule() {
    let stage = Stage::new(|_| Options::default());
    stage.partner_with_link("moved");
    stage.worker.run_schedule().unwrap();
    assert_eq!(number(&stage.worker, "SELECT count(*) FROM link WHERE projected < revision"), 0);
    stage.make_link("moved", "moved", &stage.shop("/new"));
    assert_eq!(number(&stage.worker, "SELECT count(*) FROM link WHERE projected < revision"), 1);
    stage.worker.run_schedule().unwrap();
    assert_eq!(number(&stage.worker, "SELECT count(*) FROM link WHERE projected < revision"), 0);
    let answer = stage.client.click("/go/moved", &[]).unwrap();
    assert_eq!(
        (answer.location(), answer.header("server-timing")),
        (stage.shop("/new").as_str(), Some("link;desc=kv"))
    );
}

#[test]
fn health_is_said_and_a_missing_key_is_named() {
    let stage =
        Stage::new(|_| Options { vars: vec![("SIGNING_KEYS".to_owned(), String::new())], ..Options::default() });
    let health = stage.client.send("GET", "/healthz", &[], &[]).unwrap();
    assert_eq!(health.status, 503);
    let health = health.json().unwrap();
    assert_eq!((health["kv"].as_str(), health["d1"].as_str()), (Some("ok"), Some("ok")));
    assert!(health["configuration"][0].as_str().unwrap().starts_with("SIGNING_KEYS is not set"));
    // Links lead on all the same.
    stage.partner_with_link("unsigned");
    let (answer, cookie) = stage.click("unsigned");
    assert_eq!((answer.location(), cookie.as_str()), (stage.shop("/").as_str(), ""));
}

/// How many orders are sent, and by how many senders at once.
const ORDERS: usize = 10_000;
const SENDERS: usize = 8;

#[test]
fn no_acknowledged_order_is_missing_and_none_is_doubled_while_the_database_breaks_at_random() {
    let stage = Stage::new(|_| Options { broken_per_thousand: 50, ..Options::default() });
    let next = AtomicUsize::new(0);
    let acknowledged = Mutex::new(BTreeSet::new());
    let sender = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= ORDERS {
                return;
            }
            let order = format!("RANDOM-{number}");
            let mut answer = stage.order(&order, json!({ "paid_at": "2026-11-10T10:00:00Z" }));
            // A shop sends again what was not acknowledged; of every tenth order it never hears again.
            while !(200..300).contains(&answer.status) && !number.is_multiple_of(10) {
                assert_eq!(answer.status, 503, "{order}: {}", answer.body);
                answer = stage.order(&order, json!({ "paid_at": "2026-11-10T10:00:00Z" }));
            }
            if (200..300).contains(&answer.status) {
                acknowledged.lock().unwrap().insert(order);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(sender);
        }
    });
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > ORDERS * 9 / 10 - 1, "{}", acknowledged.len());
    // The Worker tries again by itself: few of them are ever answered 503.
    for when in ["before", "after"] {
        let broken = stage.worker.log().matches(&format!("a statement was broken {when}")).count();
        assert!(broken > ORDERS / 50, "{broken} were broken {when}");
    }
    let database = Connection::open(stage.worker.database().unwrap()).unwrap();
    let kept = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let orders = kept("SELECT external_id FROM orders ORDER BY external_id");
    let there: BTreeSet<String> = orders.iter().cloned().collect();
    assert_eq!(there.len(), orders.len(), "doubled");
    let missing: Vec<&String> = acknowledged.difference(&there).collect();
    assert!(missing.is_empty(), "{} are missing: {missing:?}", missing.len());
    let events = "SELECT external_id FROM order_event JOIN orders ON orders.id = order_id ORDER BY external_id";
    assert_eq!(kept(events), orders, "one event each");
}
