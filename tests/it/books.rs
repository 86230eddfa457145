//! The merchant's books on his pages: accruals, payouts, adjustments, reports, and every table as CSV.

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use rusqlite::Connection;
use serde_json::{Value, json};
use tributary_tests::client::Answer;
use tributary_tests::root;

use crate::people::{Household, OWNER};

/// A merchant of these tests' own: they add up all that he has.
fn books() -> &'static Household {
    static BOOKS: OnceLock<Household> = OnceLock::new();
    BOOKS.get_or_init(Household::new)
}

/// A partner who is paid by PayPal and has earned 10.00 EUR by one order.
fn earner(household: &Household, partner: &str) {
    household.stage.partners(&[partner]);
    let paypal = format!("partner,method,name,email\n{partner},paypal,P,{partner}@pay.example\n");
    household.stage.batch.import("requisites", &paypal).unwrap();
    earn(household, partner, &format!("BOOK-{partner}"));
}

fn earn(household: &Household, partner: &str, order: &str) {
    let paid = json!({ "paid_at": "2026-11-11T10:00:00Z", "partner": partner });
    assert_eq!(household.stage.order(order, paid).status, 201);
    household.stage.reconcile("2026-11-28T12:00:00Z");
}

/// What the batch says of a partner: payable and paid.
fn balance(household: &Household, partner: &str) -> (String, String) {
    let _turn = household.stage.turn();
    let balances = household.stage.batch.json(&["balances", "--as-of", "2040-01-01T00:00:00Z"]).unwrap();
    let found = balances.as_array().unwrap().iter().find(|balance| balance["partner"] == partner).unwrap();
    let text = |name: &str| found[name].as_str().unwrap().to_owned();
    (text("payable"), text("paid"))
}

fn verified(household: &Household) {
    let _turn = household.stage.turn();
    assert_eq!(household.stage.batch.json(&["verify"]).unwrap()["violations"], json!([]));
}

/// What stands in a field of a form.
fn field(page: &str, name: &str) -> String {
    let at = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}: {page}"));
    at.split('"').next().unwrap().to_owned()
}

#[track_caller]
fn said(answer: &Answer, key: &str) {
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(answer.location().ends_with(&format!("said={key}")), "{}", answer.location());
}

/// Sends a form while no other test's night writes to the books.
fn alone(household: &Household, session: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let _turn = household.stage.turn();
    household.send(session, path, fields)
}

/// The form that pays a partner, as his page has it now.
fn form(household: &Household, owner: &str, partner: &str) -> (String, String) {
    let page = household.get(owner, &format!("/admin/payouts/new?partner={partner}")).body;
    (field(&page, "latest"), field(&page, "amount"))
}

fn pay(household: &Household, owner: &str, partner: &str, latest: &str, amount: &str, what: &str) -> Answer {
    let fields = [
        ("partner", partner),
        ("currency", "EUR"),
        ("latest", latest),
        ("method", "paypal"),
        ("amount", amount),
        ("do", what),
    ];
    alone(household, owner, "/admin/payouts/new", &fields)
}

fn number(household: &Household, sql: &str) -> String {
    household.stage.number(sql).to_string()
}

/// A table as a CSV reader reads it.
fn csv(text: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

#[test]
fn less_is_paid_and_the_rest_is_owed_more_is_paid_and_carried_and_nothing_is_paid_twice() {
    let household = books();
    let owner = household.log_in(OWNER);
    earner(household, "book-ann");
    let (latest, amount) = form(household, &owner, "book-ann");
    assert_eq!(amount, "10.00", "the amount is what is owed");
    said(&pay(household, &owner, "book-ann", &latest, "4,00", "pay"), "payouts-confirmed");
    assert_eq!(balance(household, "book-ann"), ("6.00".to_owned(), "4.00".to_owned()));
    for what in ["pay", "prepare"] {
        said(&pay(household, &owner, "book-ann", &latest, "4,00", what), "payout-again");
    }
    assert_eq!(balance(household, "book-ann"), ("6.00".to_owned(), "4.00".to_owned()), "the same form twice");

    let (latest, amount) = form(household, &owner, "book-ann");
    assert_eq!(amount, "6.00", "the rest");
    for wrong in ["0", "-1", "1.005", "much", ""] {
        said(&pay(household, &owner, "book-ann", &latest, wrong, "pay"), "amount-wrong");
    }
    said(&pay(household, &owner, "book-ann", &latest, "9", "pay"), "payouts-confirmed");
    assert_eq!(balance(household, "book-ann"), ("-3.00".to_owned(), "13.00".to_owned()));
    earn(household, "book-ann", "BOOK-ANN-2");
    assert_eq!(balance(household, "book-ann"), ("7.00".to_owned(), "13.00".to_owned()), "it is carried");
    verified(household);
    let page = household.get(&owner, "/admin/payouts?partner=book-ann").body;
    assert!(page.contains("4.00\u{a0}EUR") && page.contains("9.00\u{a0}EUR") && page.contains(">sent<"), "{page}");
    let lines = "SELECT count(*) FROM audit WHERE what = 'payout.paid' AND subject = 'book-ann'";
    assert_eq!(household.stage.number(lines), 2, "what did not happen is not in the history");
    let reader = household.log_in("reader@shop.example");
    assert_eq!(pay(household, &reader, "book-ann", "0", "1", "pay").status, 404, "whoever may look may not pay");
}

#[test]
fn what_is_due_is_prepared_written_to_files_confirmed_and_comes_back() {
    let household = &Household::new();
    let owner = household.log_in(OWNER);
    earner(household, "book-ben");
    let prepared = household.send(&owner, "/admin/payouts", &[("do", "prepare")]);
    said(&prepared, "payouts-prepared");
    let of_ben =
        "FROM payout WHERE account = (SELECT id * 8 + 2 FROM partner WHERE code = 'book-ben') ORDER BY id DESC LIMIT 1";
    let id = number(household, &format!("SELECT id {of_ben}"));
    let card = format!("/admin/payouts/{id}");
    let (latest, _) = form(household, &owner, "book-ben");
    said(&pay(household, &owner, "book-ben", &latest, "1", "pay"), "payout-open");

    let edit = |amount: &str, reason: &str| {
        household.send(&owner, &card, &[("do", "edit"), ("amount", amount), ("reason", reason)])
    };
    said(&edit("8.50", ""), "order-reason-missing");
    said(&edit("8.50", "as agreed"), "payout-changed");
    let listed = household.get(&owner, "/admin/payouts/files").body;
    let name = listed.split("/admin/payouts/files/").find(|rest| rest.contains("-paypal-EUR.csv\"")).unwrap();
    let name = name.split('"').next().unwrap();
    let file = household.get(&owner, &format!("/admin/payouts/files/{name}"));
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    assert!(file.body.contains("book-ben@pay.example,8.50,EUR,"), "{}", file.body);
    // The batch writes the same file, byte for byte.
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let batch = name.strip_suffix("-paypal-EUR.csv").unwrap();
    household.stage.batch.ok(&["payouts", "export", "--format", "paypal", "--out", out, "--batch", batch]).unwrap();
    assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), file.body);
    assert_eq!(household.get(&owner, "/admin/payouts/files/payouts-2026-11-25-paypal-JPY.csv").status, 404);
    assert_eq!(balance(household, "book-ben"), ("10.00".to_owned(), "0.00".to_owned()), "a file books nothing");

    let confirm = || household.send(&owner, "/admin/payouts", &[("do", "confirm"), ("id", &id), ("reason", "PP-7")]);
    for _ in 0..2 {
        said(&confirm(), "payouts-confirmed");
    }
    assert_eq!(balance(household, "book-ben"), ("1.50".to_owned(), "8.50".to_owned()));
    // The batch knows it for what it would have done itself.
    let again = household.stage.batch.json(&["payouts", "confirm", &id, "--by", "Olga"]).unwrap();
    assert_eq!(again["unchanged"], json!([id.parse::<i64>().unwrap()]), "{again}");
    said(&edit("1.00", "too late"), "payout-stands");
    let fail = || household.send(&owner, &card, &[("do", "fail"), ("reason", "account closed")]);
    said(&fail(), "payout-changed");
    said(&fail(), "payout-stands");
    assert_eq!(balance(household, "book-ben"), ("10.00".to_owned(), "0.00".to_owned()), "it is owed again");
    said(&confirm(), "payout-has-failed");
    let page = household.get(&owner, &card).body;
    for part in ["account closed", "PP-7", "as agreed", "8.50\u{a0}EUR"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    verified(household);
}

#[test]
fn while_somebody_else_writes_to_the_books_no_page_does() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let hold = |until: i64| {
        let connection = Connection::open(household.stage.worker.database().unwrap()).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        connection.execute("UPDATE lease SET until = ?1 WHERE name = 'ledger'", [until]).unwrap();
    };
    let postings = "SELECT count(*) FROM posting";
    hold(4_000_000_000);
    let confirm = || household.send(&owner, "/admin/payouts", &[("do", "confirm"), ("id", "1")]);
    said(&confirm(), "ledger-busy");
    assert_eq!(household.stage.number(postings), 0);
    assert_eq!(household.stage.number("SELECT count(*) FROM audit WHERE what = 'payouts.confirmed'"), 0);
    hold(0);
    let token = household.stage.number("SELECT token FROM lease");
    said(&confirm(), "payouts-confirmed");
    assert_eq!(household.stage.number(postings), 1);
    assert!(household.stage.number("SELECT token FROM lease") > token, "a night that held it too long is fenced off");
    verified(&household);
}

#[test]
fn a_named_person_adjusts_a_balance_once_for_a_form() {
    let household = books();
    let owner = household.log_in(OWNER);
    earner(household, "book-cid");
    let page = household.get(&owner, "/admin/adjustments").body;
    let at = field(&page, "at");
    let adjust = |way: &str, amount: &str, reason: &str| {
        let fields = [
            ("at", at.as_str()),
            ("partner", "book-cid"),
            ("way", way),
            ("amount", amount),
            ("currency", "eur"),
            ("reason", reason),
        ];
        alone(household, &owner, "/admin/adjustments", &fields)
    };
    said(&adjust("take", "2.50", ""), "order-reason-missing");
    said(&adjust("take", "2.50", "a mug that he broke"), "adjusted");
    said(&adjust("take", "2.50", "a mug that he broke"), "payout-again");
    assert_eq!(balance(household, "book-cid").0, "7.50");
    said(&adjust("add", "1", "for his trouble"), "adjusted");
    assert_eq!(balance(household, "book-cid").0, "8.50");
    verified(household);
    let page = household.get(&owner, "/admin/adjustments").body;
    assert!(page.contains("a mug that he broke") && page.contains("−2.50\u{a0}EUR"), "{page}");
    let accruals = household.get(&owner, "/admin/accruals?partner=book-cid").body;
    assert!(accruals.contains("a mug that he broke"), "{accruals}");
}

#[test]
fn accruals_are_narrowed_by_partner_state_and_month_and_have_a_key_to_the_next_page() {
    let household = &Household::new();
    let owner = household.log_in(OWNER);
    earner(household, "book-dan");
    household
        .stage
        .order("BOOK-DAN-HELD", json!({ "paid_at": "2026-11-12T10:00:00Z", "partner": "book-dan", "hold_days": 3650 }));
    household.stage.reconcile("2026-11-28T12:00:00Z");
    let rows = |query: &str| {
        csv(&household.get(&owner, &format!("/admin/accruals.csv?{query}")).body)
            .into_iter()
            .map(|row| (row["order_name"].clone(), row["amount"].clone()))
            .collect::<Vec<_>>()
    };
    let row = |order: &str| (order.to_owned(), "10.00".to_owned());
    assert_eq!(rows("partner=book-dan"), [row("BOOK-DAN-HELD"), row("BOOK-book-dan")]);
    assert_eq!(rows("partner=book-dan&state=pending"), [row("BOOK-DAN-HELD")]);
    assert_eq!(rows("partner=book-dan&state=payable"), [row("BOOK-book-dan")]);
    assert_eq!(rows("partner=book-dan&state=back"), []);
    assert_eq!(rows("partner=book-dan&month=2026-11").len(), 2);
    assert_eq!(rows("partner=book-dan&month=2026-10"), []);
    assert_eq!(rows("partner=nobody"), []);
    let all = rows("");
    let commission = "SELECT count(*) FROM transfer WHERE kind NOT IN ('payout', 'payout_return')";
    assert_eq!(i64::try_from(all.len()).unwrap(), household.stage.number(commission), "every one is there once");
    assert!(all.contains(&row("BOOK-DAN-HELD")));
    let page = household.get(&owner, "/admin/accruals?partner=book-dan&state=pending").body;
    assert!(page.contains("BOOK-DAN-HELD") && !page.contains("BOOK-book-dan"), "{page}");
}

#[test]
fn every_table_is_read_by_a_csv_reader_and_no_cell_begins_a_formula() {
    let household = books();
    let owner = household.log_in(OWNER);
    let cases = fs::read_to_string(root().join("shared/tests/cases/formula_injection_cases.json")).unwrap();
    let mut names: Vec<String> = serde_json::from_str::<Vec<Value>>(&cases)
        .unwrap()
        .iter()
        .filter_map(|case| Some(case["value"].as_str()?.to_owned()))
        .filter(|name| !name.contains(char::is_control) && !name.trim().is_empty())
        .collect();
    names.extend(["=1+1", "+1", "-1+1", "@SUM(1)", "a,b", "say \"so\""].map(str::to_owned));
    for (index, name) in names.iter().enumerate() {
        let code = format!("formula-{index}");
        let fields = [("code", code.as_str()), ("name", name), ("program", "main"), ("email", "")];
        let made = household.send(&owner, "/admin/partners/new", &fields);
        assert_eq!(made.status, 303, "{name:?}: {}", made.body);
    }
    household.post("/login", "", &[("name", "manager@shop.example"), ("by", "link")]);
    // What strangers ask for, and what others' servers answer.
    for sql in [
        "INSERT INTO missed_code (code, hits, first_at, last_at) VALUES ('=1+1', 1, 0, 1794000000)",
        "INSERT INTO page (host, path, listed, hits, first_at, last_at) VALUES ('-a.example', '=1', 0, 1, 0, 1794000000)",
        "INSERT INTO hook_endpoint (id, url, events, secrets, created_by, created_at, paused_at, told_partner, told_change,
           told_contact, told_decision, told_transfer, told_payout)
         SELECT 900, 'https://formula.example/', '[\"order.credited\"]', 'none', 'tests', 0, 1, 0, 0, 0, 0, 0, 0",
        "INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at, failed_at, status, answer)
         SELECT 900, 'formula', 'order.credited', 0, '{}', 0, 1, 500, '=1+1'",
    ] {
        household.change(sql);
    }
    for table in [
        "orders", "partners", "products", "accruals", "balances", "payouts", "audit", "links", "contacts", "mail",
        "reports", "programs", "people", "hooks", "counter", "missed",
    ] {
        let answer = household.get(&owner, &format!("/admin/{table}.csv"));
        assert_eq!(answer.status, 200, "{table}");
        assert!(answer.header("content-disposition").is_some_and(|value| value.starts_with("attachment")), "{table}");
        let rows = csv(&answer.body);
        assert!(!rows.is_empty(), "{table}");
        for (column, cell) in rows.iter().flatten() {
            let is_amount = cell.parse::<f64>().is_ok();
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']) || is_amount, "{table}.{column}: {cell:?}");
        }
    }
    let rows = csv(&household.get(&owner, "/admin/partners.csv").body);
    for (index, name) in names.iter().enumerate() {
        let found = rows.iter().find(|row| row["code"] == format!("formula-{index}")).unwrap();
        assert_eq!(found["name"].strip_prefix('\'').unwrap_or(&found["name"]), name.trim());
    }
    let rest = csv(&household.get(&owner, "/admin/partners.csv?after=formula-0").body);
    assert!(rest.len() < rows.len() && rest.iter().all(|row| row["code"].as_str() > "formula-0"));
    let programs = csv(&household.get(&owner, "/admin/programs.csv").body);
    assert!(programs.iter().any(|row| row["code"] == "main" && row["min_payout"].contains('.')), "{programs:?}");
    let people = csv(&household.get(&owner, "/admin/people.csv").body);
    assert!(people.iter().any(|row| row["email"] == OWNER) && people.iter().all(|row| row["role"] != "partner"));
    let (manager, reader) = (household.log_in("manager@shop.example"), household.log_in("reader@shop.example"));
    for session in [&manager, &reader] {
        assert_eq!(household.get(session, "/admin/people.csv").status, 404, "people are the owner's");
        assert!(!household.get(session, "/admin/reports").body.contains("people.csv"));
        assert_eq!(household.get(session, "/admin/hooks.csv").status, 200);
    }
    for (page, file) in [
        ("/admin/programs", "programs"),
        ("/admin/people", "people"),
        ("/admin/hooks", "hooks"),
        ("/admin/counter", "counter"),
        ("/admin/counter", "missed"),
    ] {
        let shown = household.get(&owner, page).body;
        assert!(shown.contains(&format!("href=\"/admin/{file}.csv\"")), "{page}: {shown}");
    }
    assert_eq!(household.get(&owner, "/admin/sessions.csv").status, 404, "what is no table of theirs is not there");
}

#[test]
fn reports_add_up_to_the_ledger() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let report =
        |by: &str| csv(&household.get(&owner, &format!("/admin/reports.csv?by={by}&from=2026-11&to=2099-12")).body);
    let sum = |rows: &[BTreeMap<String, String>], column: &str| -> i64 {
        rows.iter().map(|row| row[column].replace('.', "").parse::<i64>().unwrap_or(0)).sum()
    };
    let commission = household.stage.number(
        "SELECT sum(CASE kind WHEN 'accrual' THEN amount_minor WHEN 'reversal' THEN -amount_minor ELSE 0 END) FROM transfer",
    );
    let orders = household.stage.number(
        "SELECT count(DISTINCT order_id) FROM decision JOIN transfer ON transfer.id / 64 = decision.id WHERE tier = 1",
    );
    assert!(commission > 0 && orders > 0);
    for by in ["month", "partner", "link", "sub_id", "device"] {
        let rows = report(by);
        assert_eq!((sum(&rows, "commission"), sum(&rows, "orders")), (commission, orders), "{by}: {rows:?}");
        assert_eq!(sum(&rows, "clicks"), 1, "{by}: {rows:?}");
    }
    for by in ["product", "country", "referrer"] {
        assert_eq!(sum(&report(by), "clicks"), 1, "{by}");
    }
    let products = report("product");
    assert_eq!(products.iter().find(|row| row["product"] == "TOUR").unwrap()["sales"], "200.00", "{products:?}");
    assert_eq!(sum(&products, "commission"), commission, "{products:?}");
    let links = report("link");
    let ann = links.iter().find(|row| row["link"] == "house-ann").unwrap();
    assert_eq!((ann["orders"].as_str(), ann["clicks"].as_str()), ("1", "1"), "{links:?}");
    assert_eq!(report("device").iter().find(|row| row["device"] == "desktop").unwrap()["orders"], "1");
    assert_eq!(report("utm").len(), 0);
    assert_eq!(csv(&household.get(&owner, "/admin/reports.csv?by=partner&from=2025-01&to=2025-12").body).len(), 0);
    let page = household.get(&owner, "/admin/reports?by=partner&from=2026-11").body;
    assert!(page.contains("/admin/partners/house-ann") && page.contains("Together"), "{page}");
}

#[test]
fn a_partner_sees_the_orders_that_came_by_his_link_and_were_credited_otherwise() {
    let household = books();
    let (_, cookie) = household.stage.click("house-ann");
    let taken = json!({ "paid_at": "2026-11-20T10:00:00Z", "placed_at": "2027-10-20T09:59:00Z", "trb": cookie,
        "partner": "house-look", "customer": { "email": "both@example.test" } });
    assert_eq!(household.stage.order("TRIED-1", taken).status, 201);
    household.stage.reconcile("2026-11-28T12:00:00Z");
    let ann = household.log_in("house-ann");
    let page = household.get(&ann, "/partner/orders").body;
    assert!(page.contains("/partner/orders/TRIED-1") && page.contains("credited to another partner"), "{page}");
    assert!(!page.contains("HOUSE-1") && !page.contains("house-look"), "{page}");
    let why = household.get(&ann, "/partner/orders/TRIED-1");
    assert!(why.status == 200 && why.body.contains("house-ann") && !why.body.contains("house-look"), "{}", why.body);
    let ben = household.log_in("house-ben");
    assert!(!household.get(&ben, "/partner/orders").body.contains("TRIED-1"));
}

#[test]
fn the_merchant_has_the_statement_that_a_partner_has() {
    let household = books();
    let (owner, ann) = (household.log_in(OWNER), household.log_in("house-ann"));
    let merchants = household.get(&owner, "/admin/partners/house-ann/statement.csv?month=2026-11");
    let own = household.get(&ann, "/partner/statement.csv?month=2026-11");
    assert_eq!((merchants.status, &merchants.body), (200, &own.body));
    assert!(own.body.contains("HOUSE-1"), "{}", own.body);
    let page = household.get(&owner, "/admin/partners/house-ann/statement?month=2026-11").body;
    assert!(
        page.contains("/admin/orders/HOUSE-1") && page.contains("/admin/partners/house-ann/statement.csv"),
        "{page}"
    );
    assert_eq!(household.get(&owner, "/admin/partners/nobody/statement").status, 404);
}
