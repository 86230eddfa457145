//! The outbox of hooks on SQLite, by the Worker's own statements: what is told, to whom, and how often.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};
use tributary_tests::root;

/// A statement of the Worker's.
fn sql(name: &str) -> String {
    read(&format!("edge/src/store/sql/{name}.sql"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// A merchant with a program, two partners, one of whom waits, and an endpoint that hears everything.
struct Merchant {
    db: Connection,
}

const ALL: &str = r#"["partner.created","partner.approved","contact.bound","order.credited","order.not_credited",
    "accrual.created","accrual.reversed","accrual.payable","payout.sent","payout.failed"]"#;

impl Merchant {
    fn new() -> Self {
        let db = Connection::open_in_memory().unwrap();
        let mut migrations: Vec<_> =
            fs::read_dir(root().join("migrations")).unwrap().map(|entry| entry.unwrap().path()).collect();
        migrations.sort();
        for migration in migrations {
            db.execute_batch(&fs::read_to_string(migration).unwrap()).unwrap();
        }
        db.execute_batch(
            r#"PRAGMA foreign_keys = ON;
            INSERT INTO program VALUES (1, 'main', 'Main', 'EUR');
            INSERT INTO partner (id, code, name, email, created_at) VALUES (1, 'ann', 'Ann', 'ann@example.test', 5), (2, 'ben', 'Ben', '', 6);
            INSERT INTO partner_version VALUES (1, 0, '{"program":1,"status":"active"}', 'x', 5), (2, 0, '{"program":1,"parent":1,"status":"pending"}', 'x', 6);
            INSERT INTO link (id, code, partner_id, target, window_days) VALUES (7, 'tour', 1, 'https://shop.example/', 30);
            INSERT INTO run (id, as_of, started_at) VALUES (1, 0, 0);"#,
        )
        .unwrap();
        let merchant = Self { db };
        merchant.endpoint(1, None, ALL);
        merchant
    }

    fn endpoint(&self, id: i64, partner: Option<i64>, events: &str) {
        let secrets = if partner.is_some() { "" } else { "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
        let url = format!("https://{id}.example.com/");
        self.db
            .execute(&sql("hook_endpoint_insert"), rusqlite::params![partner, url, events, secrets, "x", 0])
            .unwrap();
        assert_eq!(self.db.last_insert_rowid(), id);
    }

    fn run(&self, statements: &str) -> &Self {
        self.db.execute_batch(statements).unwrap();
        self
    }

    /// An order of 100.00 with 10.00 refunded in its line, carried by a click of partner 1.
    fn order(&self, id: i64) -> &Self {
        self.run(&format!(
            r#"INSERT INTO orders (id, external_id) VALUES ({id}, 'A-{id}');
            INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body) VALUES ({id}, 'api', 'e{id}', 0, 0, printf('%064d', 0),
              '{{"kind":"order","currency":"EUR","lines":[{{"net_minor":10000,"refunded_minor":1000}}],
                "carried":[{{"id":"01890000-0000-7000-8000-000000000001","partner":1,"link":7}}]}}');"#
        ))
    }

    /// A decision about an order, with its transfers: (debit, credit, amount, kind, payable from).
    fn decide(
        &self,
        id: i64,
        order: i64,
        outcome: &str,
        partner: Option<i64>,
        transfers: &[(i64, i64, i64, &str, i64)],
    ) -> &Self {
        let revision: i64 = self
            .db
            .query_row("SELECT count(*) + 1 FROM decision WHERE order_id = ?1", [order], |row| row.get(0))
            .unwrap();
        let listed: Vec<Value> = transfers
            .iter()
            .map(|(debit, credit, amount, kind, from)| json!([debit, credit, amount, "EUR", kind, 1, from]))
            .collect();
        let insert = "INSERT INTO decision (id, order_id, revision, run_id, decided_at, outcome, partner_id, evidence, steps, transfers,
              booked, booked_minor)
            VALUES (?1, ?2, ?3, 1, 100 + ?1, ?4, ?5, 'click', '[]', ?6, json_array_length(?6),
              (SELECT coalesce(sum(value ->> 2), 0) FROM json_each(?6)))";
        self.db
            .execute(insert, rusqlite::params![id, order, revision, outcome, partner, Value::from(listed).to_string()])
            .unwrap();
        for (place, (debit, credit, amount, kind, from)) in (0_i64..).zip(transfers) {
            let insert = "INSERT INTO transfer VALUES (?1, ?2, ?3, ?4, 'EUR', ?5, 1, ?6, 0)";
            self.db.execute(insert, rusqlite::params![id * 64 + place, debit, credit, amount, kind, from]).unwrap();
        }
        self
    }

    /// What the Worker's schedule does, as one transaction; what was told by it, in order.
    fn told(&self, now: i64) -> Vec<String> {
        self.told_by(now, 2_000)
    }

    fn told_by(&self, now: i64, looked_at: i64) -> Vec<String> {
        let last: i64 = self.number("SELECT coalesce(max(id), 0) FROM hook_delivery");
        for name in ["partners", "approvals", "contacts", "decisions", "accruals", "payable", "payouts"] {
            self.db.execute(&sql(&format!("hook_tell_{name}")), [now, looked_at]).unwrap();
        }
        self.db.execute(&sql("hook_told"), [looked_at]).unwrap();
        for name in ["hook_ripen", "hook_wither"] {
            self.db.execute(&sql(name), [now]).unwrap();
        }
        let mut rows = self.db.prepare("SELECT endpoint_id || ' ' || event_id || ' ' || facts FROM hook_delivery WHERE id > ?1 AND due_at <= ?2 ORDER BY id").unwrap();
        rows.query_map([last, now], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn number(&self, sql: &str) -> i64 {
        self.db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// What a sender leases.
    fn leased(&self, now: i64) -> Vec<String> {
        let sql = sql("hook_lease");
        let mut rows = self.db.prepare(&sql).unwrap();
        rows.query_map([now, now + 30, 6], |row| row.get("event_id")).unwrap().collect::<Result<_, _>>().unwrap()
    }
}

/// A partner's account, and the program's.
const ANN: i64 = 10;
const BEN: i64 = 18;
const EXPENSE: i64 = 9;

#[test]
fn what_happened_is_told_once_with_its_facts() {
    let merchant = Merchant::new();
    assert_eq!(merchant.told(1_000), [""; 0], "what was before an endpoint is not told to it");
    merchant
        .run("INSERT INTO partner (id, code, name, created_at) VALUES (3, 'cid', 'Cid', 7);
            INSERT INTO partner_version VALUES (3, 0, '{\"program\":1,\"parent\":1}', 'x', 7);
            INSERT INTO partner_version VALUES (2, 50, '{\"program\":1,\"status\":\"active\"}', 'x', 50);
            INSERT INTO partner_version VALUES (2, 60, '{\"program\":1,\"status\":\"active\",\"rates\":[]}', 'x', 60);
            INSERT INTO contact (id, email, external_id, created_at) VALUES (4, 'buyer@example.test', 'C-4', 0);
            INSERT INTO contact_touch VALUES (4, 70, 'opt_in', 1, -1, 'page'), (4, 71, 'coupon', 1, -1, 'A-1'), (4, 72, 'order', 2, -1, 'A-1');")
        .order(1)
        .order(2)
        .decide(1, 1, "credited", Some(1), &[(EXPENSE, ANN, 900, "accrual", 500), (EXPENSE, BEN, 90, "accrual", 5_000)])
        .decide(2, 2, "unattributed", None, &[])
        .run("INSERT INTO payout (id, account, currency, amount_minor, debt_minor, requisites, prepared_by, prepared_at) VALUES (6, 10, 'EUR', 900, 900, '{\"method\":\"paypal\"}', 'x', 80);
            UPDATE payout SET state = 'confirmed', changed_by = 'x', changed_at = 81;
            UPDATE payout SET note = 'reference 1', changed_at = 82;
            UPDATE payout SET state = 'failed', changed_at = 83;");
    let wanted = [
        r#"1 evt_partner_created_3 {"partner":"cid","program":"main","parent":"ann","status":"active"}"#,
        r#"1 evt_partner_approved_4 {"partner":"ben","program":"main"}"#,
        r#"1 evt_contact_bound_1 {"contact":4,"external_id":"C-4","partner":"ann","bound_by":"opt_in"}"#,
        r#"1 evt_contact_bound_2 {"contact":4,"external_id":"C-4","partner":"ben","bound_by":"order"}"#,
        r#"1 evt_order_credited_1 {"order":"A-1","outcome":"credited","partner":"ann","evidence":"click","currency":"EUR","amount_minor":9000,"commission_minor":900,"click_id":"01890000-0000-7000-8000-000000000001","link":"tour"}"#,
        r#"1 evt_order_not_credited_2 {"order":"A-2","outcome":"unattributed","partner":null,"evidence":"click","currency":"EUR","amount_minor":9000,"commission_minor":null,"click_id":null,"link":null}"#,
        r#"1 evt_accrual_created_64 {"order":"A-1","partner":"ann","tier":1,"amount_minor":900,"currency":"EUR","payable_from":500,"click_id":"01890000-0000-7000-8000-000000000001"}"#,
        r#"1 evt_accrual_created_65 {"order":"A-1","partner":"ben","tier":1,"amount_minor":90,"currency":"EUR","payable_from":5000}"#,
        r#"1 evt_accrual_payable_1_1_EUR_500 {"order":"A-1","partner":"ann","currency":"EUR","payable_from":500,"amount_minor":900}"#,
        r#"1 evt_payout_sent_6 {"payout":6,"partner":"ann","charity":null,"amount_minor":900,"currency":"EUR","method":"paypal"}"#,
        r#"1 evt_payout_failed_6 {"payout":6,"partner":"ann","charity":null,"amount_minor":900,"currency":"EUR","method":"paypal"}"#,
    ];
    assert_eq!(merchant.told(1_000), wanted);
    assert_eq!(merchant.told(1_001), [""; 0], "nothing is told twice");
    // Even if it were forgotten what was told: an event is one row.
    merchant.run("UPDATE hook_endpoint SET told_contact = 0, told_decision = 0, told_transfer = 0, told_payout = 0");
    assert_eq!(merchant.told(1_002), [""; 0]);
    assert_eq!(merchant.number("SELECT count(*) FROM hook_delivery"), 12, "with the one that waits for its hold");
}

#[test]
fn an_order_is_told_with_its_click_and_its_amount_whichever_of_its_events_came_last() {
    // As a subscription's checkout says who brought the buyer, and its invoice what he paid.
    let session = r#"{"kind":"order","currency":"EUR","lines":[],"carried":[{"id":"01890000-0000-7000-8000-000000000009","partner":1,"link":7,"at":5},{"id":"01890000-0000-7000-8000-000000000008","partner":1,"at":4}]}"#;
    let invoice = r#"{"kind":"order","currency":"EUR","lines":[{"net_minor":10000}]}"#;
    let back = r#"{"kind":"refund","refund_id":"R-1"}"#;
    for events in [[session, invoice, back], [invoice, session, back], [back, invoice, session]] {
        let merchant = Merchant::new();
        merchant.told(1_000);
        merchant.run("INSERT INTO orders (id, external_id) VALUES (1, 'A-1')");
        for (place, body) in events.iter().enumerate() {
            merchant.run(&format!(
                "INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
                 VALUES (1, 'stripe', 'e{place}', 0, 0, printf('%064d', 0), '{body}')"
            ));
        }
        merchant.decide(1, 1, "credited", Some(1), &[(EXPENSE, ANN, 900, "accrual", 500)]);
        let told = merchant.told(1_000).join("\n");
        let facts = r#""amount_minor":10000,"commission_minor":900,"click_id":"01890000-0000-7000-8000-000000000009","link":"tour"}"#;
        assert!(told.contains(facts), "{events:?}: {told}");
        assert!(told.contains(r#""payable_from":500,"click_id":"01890000-0000-7000-8000-000000000009"}"#), "{told}");
    }
}

#[test]
fn an_order_is_told_again_only_where_it_comes_out_otherwise() {
    let merchant = Merchant::new();
    let mut told = Vec::new();
    merchant.order(1);
    let course = [
        ("held", Some(1)),
        ("credited", Some(1)),
        ("credited", Some(1)),
        ("credited", Some(2)),
        ("unpaid", None),
        ("unpaid", None),
        ("awaited", None),
        ("refused", Some(2)),
        ("refused", Some(2)),
        ("limited", Some(2)),
    ];
    for (id, (outcome, partner)) in (1..).zip(course) {
        merchant.decide(id, 1, outcome, partner, &[]);
        told.extend(merchant.told(1_000).into_iter().map(|line| line.split(" {").next().unwrap().to_owned()));
    }
    let wanted = ["credited_2", "credited_4", "not_credited_5", "not_credited_8", "not_credited_10"];
    assert_eq!(told, wanted.map(|name| format!("1 evt_order_{name}")));
}

#[test]
fn an_endpoint_hears_of_holds_that_end_after_it_came_of_whatever_was_booked_before() {
    let merchant = Merchant::new();
    merchant.order(1).order(2).order(3);
    merchant
        .decide(
            1,
            1,
            "credited",
            Some(1),
            &[(EXPENSE, ANN, 900, "accrual", 2_000), (EXPENSE, BEN, 90, "accrual", 2_000)],
        )
        .decide(2, 2, "credited", Some(1), &[(EXPENSE, ANN, 500, "accrual", 900)])
        .decide(3, 3, "credited", Some(1), &[(EXPENSE, ANN, 700, "accrual", 3_000)])
        .told(1_000);
    for (id, partner) in [(2, None), (3, Some(2))] {
        merchant.endpoint(id, partner, ALL);
        let url = format!("https://{id}.example.com/");
        for _ in 0..2 {
            merchant
                .db
                .execute(&read("batch/src/store/sql/hook_tell_payable_of.sql"), rusqlite::params![url, 1_000])
                .unwrap();
        }
    }
    merchant.decide(4, 3, "unpaid", None, &[(ANN, EXPENSE, 700, "reversal", 3_000)]);
    merchant.told(3_500);
    let told = "SELECT group_concat(endpoint_id || ' ' || event_id, ' ' ORDER BY endpoint_id, id) FROM hook_delivery
        WHERE endpoint_id > 1 AND kind = 'accrual.payable'";
    let told: String = merchant.db.query_row(told, [], |row| row.get(0)).unwrap();
    // What was payable before, and of what nothing is left, is not told.
    assert_eq!(
        told,
        "2 evt_accrual_payable_1_1_EUR_2000 2 evt_accrual_payable_1_2_EUR_2000 3 evt_accrual_payable_1_2_EUR_2000"
    );
}

#[test]
fn what_is_left_of_a_commission_is_told_when_its_hold_is_over_and_nothing_of_nothing() {
    let merchant = Merchant::new();
    merchant
        .order(1)
        .order(2)
        .decide(1, 1, "credited", Some(1), &[(EXPENSE, ANN, 900, "accrual", 2_000)])
        .decide(2, 2, "credited", Some(1), &[(EXPENSE, ANN, 500, "accrual", 2_000)])
        .told(1_000);
    merchant
        .decide(3, 1, "credited", Some(1), &[(ANN, EXPENSE, 300, "reversal", 2_000)])
        .decide(4, 2, "unpaid", None, &[(ANN, EXPENSE, 500, "reversal", 2_000)])
        .told(1_500);
    let payable = "SELECT count(*) FROM hook_delivery WHERE kind = 'accrual.payable' AND due_at <= 2000 AND facts ->> '$.amount_minor' IS NOT NULL";
    assert_eq!(merchant.number(payable), 0);
    merchant.told(2_000);
    let facts: String = merchant
        .db
        .query_row("SELECT group_concat(facts) FROM hook_delivery WHERE kind = 'accrual.payable'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(facts, r#"{"order":"A-1","partner":"ann","currency":"EUR","payable_from":2000,"amount_minor":600}"#);
}

#[test]
fn whatever_is_looked_at_at_once_nothing_is_left_out() {
    let whole = Merchant::new();
    let pieces = Merchant::new();
    let mut in_pieces = Vec::new();
    for merchant in [&whole, &pieces] {
        for id in 1..=9 {
            merchant.order(id).decide(
                id * 3,
                id,
                "credited",
                Some(1),
                &[(EXPENSE, ANN, 10, "accrual", 0), (EXPENSE, BEN, 1, "accrual", 0)],
            );
        }
    }
    for _ in 0..30 {
        in_pieces.extend(pieces.told_by(1_000, 2));
    }
    let mut at_once = whole.told(1_000);
    at_once.sort();
    in_pieces.sort();
    assert_eq!(in_pieces, at_once);
    assert_eq!(at_once.len(), 9 * 5);
}

#[test]
fn a_partner_hears_of_what_is_his_alone_and_a_paused_endpoint_afterwards() {
    let merchant = Merchant::new();
    merchant.endpoint(2, Some(2), ALL);
    merchant.run("UPDATE hook_endpoint SET paused_at = 1 WHERE id = 1");
    merchant
        .run("INSERT INTO partner (id, code, name, created_at) VALUES (3, 'cid', 'Cid', 7);
            INSERT INTO contact (id, email, created_at) VALUES (4, 'buyer@example.test', 0);
            INSERT INTO contact_touch VALUES (4, 70, 'opt_in', 2, -1, 'page')")
        .order(1)
        .decide(1, 1, "credited", Some(1), &[(EXPENSE, ANN, 900, "accrual", 0), (EXPENSE, BEN, 90, "accrual", 0)])
        .order(2)
        .decide(2, 2, "unattributed", None, &[])
        .run("INSERT INTO payout (id, account, currency, amount_minor, debt_minor, requisites, prepared_by, prepared_at) VALUES (6, 10, 'EUR', 900, 900, '{}', 'x', 80);
            UPDATE payout SET state = 'confirmed', changed_by = 'x', changed_at = 81;");
    let ids = |told: Vec<String>| -> Vec<String> {
        told.into_iter().map(|line| line.split(" {").next().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(merchant.told(1_000)), ["2 evt_accrual_created_65", "2 evt_accrual_payable_1_2_EUR_0"]);
    merchant.run("UPDATE hook_endpoint SET paused_at = NULL WHERE id = 1");
    assert_eq!(ids(merchant.told(1_000)).len(), 9, "what happened meanwhile");
}

#[test]
fn two_senders_never_lease_the_same_and_what_a_killed_one_leased_comes_again() {
    let merchant = Merchant::new();
    for id in 1..=4 {
        merchant.order(id).decide(id, id, "unattributed", None, &[]);
    }
    merchant.told(1_000);
    let (mut first, second) = (merchant.leased(1_000), merchant.leased(1_000));
    assert_eq!((first.len(), second.len()), (4, 0));
    assert_eq!(merchant.leased(1_029), [""; 0]);
    let mut again = merchant.leased(1_030);
    first.sort();
    again.sort();
    assert_eq!(again, first, "with the same ids");
    // Whoever held the first lease says nothing any more.
    let note = sql("hook_note");
    let late =
        merchant.db.execute(&note, rusqlite::params![1, 1, 1_031, None::<i64>, None::<i64>, 200, 5, ""]).unwrap();
    let holder =
        merchant.db.execute(&note, rusqlite::params![1, 2, 1_031, None::<i64>, None::<i64>, 200, 5, ""]).unwrap();
    assert_eq!((late, holder), (0, 1));
    // What is being tried is not sent again by a button; what is done with is.
    let resend = sql("hook_resend");
    assert_eq!(merchant.db.execute(&resend, [2, 1_032, 0]).unwrap(), 0);
    assert_eq!(merchant.db.execute(&resend, [1, 1_032, 7]).unwrap(), 0, "not another's");
    assert_eq!(merchant.db.execute(&resend, [1, 1_032, 0]).unwrap(), 1);
    assert_eq!(merchant.leased(1_032), ["evt_order_not_credited_1"]);
}

#[test]
fn the_log_is_kept_for_its_days_and_what_waits_for_ever() {
    let merchant = Merchant::new();
    for id in 1..=3 {
        merchant.order(id).decide(id, id, "unattributed", None, &[]);
    }
    merchant.told(1_000);
    merchant.run(
        "UPDATE hook_delivery SET sent_at = 100 WHERE id = 1; UPDATE hook_delivery SET failed_at = 101 WHERE id = 2;",
    );
    let prune = sql("hook_prune");
    assert_eq!([99, 101, 500, 500].map(|oldest| merchant.db.execute(&prune, [oldest]).unwrap()), [0, 1, 1, 0]);
    assert_eq!(merchant.told(1_000), [""; 0], "and nothing of it is told again");
    merchant.run("DELETE FROM hook_endpoint WHERE id = 1");
    assert_eq!(merchant.number("SELECT count(*) FROM hook_delivery"), 0);
}
