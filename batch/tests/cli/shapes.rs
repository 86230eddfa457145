//! What comes out: JSON and CSV exactly as others build on it, exit codes, and dry runs.

use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use crate::common::{Desk, assert_same, binary, look, program, said};

/// Two orders of the day before, of which CLEO's earns at three tiers and for a charity, held for 14 days.
fn desk_with_a_night() -> (Desk, Json) {
    let desk = Desk::new();
    let more =
        "name = \"Tours, of course\"\nhold_days = 14\ncharity = { code = \"trees\", name = \"Trees\", percent = 0.5 }";
    desk.import("program", program("tours", "EUR", more, &["10", "3", "1"]));
    desk.import("partners", "code,parent_code,coupon\nann,,ANN\nbert,ann,BERT\ncleo,bert,CLEO\n");
    desk.import(
        "orders",
        "external_id,paid_at,sku,net,coupon\n=A1,2026-01-01T10:02:11Z,TOUR-7,250.00,CLEO\nB,2026-01-01T11:00:00Z,TOUR-7,10.00,\n",
    );
    let report = desk.night("2026-01-02T00:00:00Z");
    (desk, report)
}

fn keys(object: &Json) -> Vec<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn reconcile_reports_exactly_this() {
    let (_, mut report) = desk_with_a_night();
    let seconds = report["seconds"].take();
    assert!(seconds.is_number(), "{seconds}");
    let total =
        |tier: u8, kind: &str, amount: &str| json!({ "currency": "EUR", "tier": tier, "kind": kind, "amount": amount });
    assert_eq!(
        report,
        json!({
            "run": 1,
            "as_of": "2026-01-02T00:00:00Z",
            "orders": 2,
            "decided": 2,
            "credited": 1,
            "transfers": 4,
            "skipped": { "unattributed": 1 },
            "totals": [
                total(0, "charity", "1.25"), total(1, "accrual", "25.00"), total(2, "accrual", "7.50"), total(3, "accrual", "2.50"),
            ],
            // Two decisions, four transfers, two marks.
            "written": 8,
            "seconds": null,
        })
    );
}

#[test]
fn explain_answers_exactly_this() {
    let (desk, _) = desk_with_a_night();
    let transfer = |partner: &str, tier: u8, kind: &str, amount: &str| {
        json!({
            "partner": partner, "tier": tier, "kind": kind, "amount": amount, "currency": "EUR",
            "payable_from": "2026-01-15T10:02:11Z",
        })
    };
    assert_eq!(
        desk.good(&["explain", "=A1", "--json"]).json(),
        json!({
            "order": "=A1",
            "revision": 1,
            "outcome": "credited",
            "partner": "cleo",
            "evidence": "coupon",
            "trace": [
                "[] purchase =A1 · paid · 1 × TOUR-7 250.00 EUR",
                "[] no delivery for no product that is delivered from here",
                "[] checking for commission",
                "[] order =A1 · 250.00 EUR net · paid 2026-01-01T10:02:11Z · first rules",
                "[] explicit: none · coupon: CLEO of partner cleo · contact unknown bound to no one",
                "[] tier 1 commission 10% of 250.00 (product TOUR-7) = 25.00 EUR for partner cleo",
                "[] tier 2 commission 3% of 250.00 (product TOUR-7) = 7.50 EUR for partner bert",
                "[] tier 3 commission 1% of 250.00 (product TOUR-7) = 2.50 EUR for partner ann",
                "[] charity commission 0.5% of 250.00 (product TOUR-7) = 1.25 EUR for charity affiliate trees",
            ],
            "transfers": [
                transfer("cleo", 1, "accrual", "25.00"),
                transfer("bert", 2, "accrual", "7.50"),
                transfer("ann", 3, "accrual", "2.50"),
                transfer("charity:trees", 0, "charity", "1.25"),
            ],
        })
    );
    let nobody = desk.good(&["explain", "B", "--json"]).json();
    assert_eq!((&nobody["partner"], &nobody["evidence"], &nobody["transfers"]), (&Json::Null, &Json::Null, &json!([])));
    let text = desk.good(&["explain", "=A1"]).out;
    assert!(text.starts_with("order =A1 (revision 1): credited to partner cleo by coupon\n[] purchase"), "{text}");
    assert!(text.ends_with("1.25 EUR charity    charity:trees payable from 2026-01-15T10:02:11Z\n"), "{text}");
}

#[test]
fn an_order_before_its_night_is_explained_by_what_it_would_be() {
    let desk = Desk::with_three_tiers();
    desk.import("orders", "external_id,paid_at,net,coupon\nA,2026-01-01,100.00,ANN\n");
    let before = desk.dump();
    let explained = desk.good(&["explain", "A", "--json"]).json();
    assert_eq!(keys(&explained), ["evidence", "order", "outcome", "partner", "revision", "trace", "transfers"]);
    assert_eq!(
        (&explained["outcome"], &explained["partner"], &explained["transfers"]),
        (&json!("undecided"), &json!("ann"), &json!([]))
    );
    assert_eq!(explained["trace"][0], "[] not decided yet: this is what `tributary reconcile` would find now");
    assert_same(&desk.dump(), &before, "nothing is written");
}

#[test]
fn balances_answer_exactly_this() {
    let (desk, _) = desk_with_a_night();
    let balance = |partner: &str, pending: &str, payable: &str| json!({ "partner": partner, "currency": "EUR", "pending": pending, "payable": payable, "paid": "0.00" });
    assert_eq!(
        desk.good(&["balances", "--json", "--as-of", "2026-01-02"]).json(),
        json!([
            balance("ann", "2.50", "0.00"),
            balance("bert", "7.50", "0.00"),
            balance("charity:trees", "1.25", "0.00"),
            balance("cleo", "25.00", "0.00"),
        ])
    );
    assert_eq!(desk.good(&["balances", "--json"]).json()[3], balance("cleo", "0.00", "25.00"));
}

#[test]
fn an_export_is_one_object_a_line_in_order_of_writing() {
    let (desk, _) = desk_with_a_night();
    desk.import("refunds", "external_id,refund_id,at,amount\n=A1,r,2026-01-03,100.00\n");
    desk.night("2026-01-04");
    let transfers = desk.transfers();
    assert_eq!(
        transfers[0],
        json!({
            "id": 64,
            "order": "=A1",
            "revision": 1,
            "tier": 1,
            "kind": "accrual",
            "debit": "expense:tours",
            "credit": "partner:cleo",
            "amount": "25.00",
            "currency": "EUR",
            "payable_from": "2026-01-15T10:02:11Z",
            "at": "2026-01-02T00:00:00Z",
        })
    );
    let reversal = &transfers[4];
    assert_eq!(
        (&reversal["revision"], &reversal["kind"], &reversal["debit"], &reversal["credit"], &reversal["amount"]),
        (&json!(2), &json!("reversal"), &json!("partner:cleo"), &json!("expense:tours"), &json!("10.00"))
    );
    assert_eq!(transfers[7]["kind"], "charity_reversal");
    let ids: Vec<i64> = transfers.iter().map(|transfer| transfer["id"].as_i64().unwrap()).collect();
    assert!(ids.is_sorted_by(|left, right| left < right), "{ids:?}");
    // The text of a line has its fields in this order.
    let text = desk.good(&["export", "transfers", "--json"]).out;
    assert!(text.starts_with(r#"{"id":64,"order":"=A1","revision":1,"tier":1,"kind":"accrual","debit":"#), "{text}");
}

#[test]
fn an_export_in_csv_says_the_same_and_no_cell_of_strangers_is_a_formula() {
    let (desk, _) = desk_with_a_night();
    let csv = desk.good(&["export", "transfers", "--csv"]).out;
    assert_eq!(desk.good(&["export", "transfers"]).out, csv);
    let header = "id,order,revision,tier,kind,debit,credit,amount,currency,payable_from,at";
    let first = "64,'=A1,1,1,accrual,expense:tours,partner:cleo,25.00,EUR,2026-01-15T10:02:11Z,2026-01-02T00:00:00Z";
    assert_eq!(csv.lines().take(2).collect::<Vec<_>>(), [header, first]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let amounts: Vec<String> = reader.records().map(|row| row.unwrap()[7].to_owned()).collect();
    let json: Vec<String> = desk.transfers().iter().map(|row| row["amount"].as_str().unwrap().to_owned()).collect();
    assert_eq!(amounts, json);
}

#[test]
fn an_empty_export_in_csv_has_its_header() {
    let desk = Desk::with_three_tiers();
    assert_eq!(desk.good(&["export", "transfers", "--json"]).out, "");
    assert_eq!(
        desk.good(&["export", "transfers", "--csv"]).out.trim_end(),
        "id,order,revision,tier,kind,debit,credit,amount,currency,payable_from,at"
    );
}

#[test]
fn an_export_goes_on_beyond_a_page_with_one_header() {
    let desk = Desk::with_three_tiers();
    let orders: String = (0..2_000).map(|number| format!("o{number},2026-01-01,10.00,CLEO\n")).collect();
    desk.import("orders", format!("external_id,paid_at,net,coupon\n{orders}"));
    desk.night("2026-01-02");
    let csv = desk.good(&["export", "transfers"]).out;
    assert_eq!(csv.lines().count(), 1 + 3 * 2_000);
    assert_eq!(csv.lines().filter(|line| line.starts_with("id,")).count(), 1);
    assert_eq!(desk.transfers().len(), 3 * 2_000);
}

#[test]
fn amounts_have_the_digits_of_their_currency() {
    let desk = Desk::new();
    desk.import("program", program("tours", "EUR", "", &["10"]));
    desk.import("partners", "code\nann\n");
    desk.import(
        "orders",
        "external_id,currency,paid_at,net,partner\nE,EUR,2026-01-01,10.05,ann\nJ,JPY,2026-01-01,1005,ann\nK,KWD,2026-01-01,1.005,ann\n",
    );
    desk.night("2026-01-02");
    let amounts: Vec<String> = desk
        .transfers()
        .iter()
        .map(|row| format!("{} {}", row["amount"].as_str().unwrap(), row["currency"].as_str().unwrap()))
        .collect();
    // Half away from zero: 1.005, 100.5 and 0.1005.
    assert_eq!(amounts, ["1.01 EUR", "101 JPY", "0.101 KWD"]);
    let balances = desk.good(&["balances", "--json"]).json();
    assert_eq!(
        balances[1],
        json!({ "partner": "ann", "currency": "JPY", "pending": "0", "payable": "101", "paid": "0" })
    );
}

#[test]
fn verify_answers_exactly_this_and_a_violation_is_exit_code_1() {
    let (desk, _) = desk_with_a_night();
    assert_eq!(desk.good(&["verify", "--json"]).json(), json!({ "checked": 8, "violations": [] }));
    // The ledger refuses to be changed, so that only more can be wrong with it.
    let connection = look(&desk.database());
    assert!(connection.execute("UPDATE transfer SET amount_minor = 1", []).is_err());
    assert!(connection.execute("DELETE FROM transfer", []).is_err());
    assert!(connection.execute("UPDATE decision SET outcome = 'held'", []).is_err());
    assert!(connection.execute("DELETE FROM decision", []).is_err());
    connection
        .execute(
            "INSERT INTO transfer SELECT 70, debit, credit, 1, currency, kind, tier, 0, 0 FROM transfer WHERE id = 64",
            [],
        )
        .unwrap();
    let said = desk.run(&["verify", "--json"]);
    assert_eq!(said.code, 1);
    let answer = said.json();
    assert_eq!(answer["checked"], 9);
    let violations = answer["violations"].as_array().unwrap();
    let expected = [
        ("every transfer has a decision or a posting", "transfer 70", "no decision or posting lists it"),
        (
            "one accrual per order, revision, tier, receiver and kind",
            "decision 1",
            "2 transfers of kind accrual at tier 1 for one receiver",
        ),
    ];
    for (violation, (rule, subject, detail)) in violations.iter().zip(expected) {
        assert_eq!(*violation, json!({ "rule": rule, "subject": subject, "detail": detail }));
    }
    assert_eq!(violations.len(), 2, "{answer}");
    assert_eq!(desk.run(&["verify"]).code, 1);
}

#[test]
fn verify_finds_every_kind_of_harm() {
    let harms = [
        ("UPDATE orders SET decided_revision = 9 WHERE external_id = 'B'", "what is marked as decided has a decision"),
        ("UPDATE orders SET revision = 3", "a revision counts its order's events"),
        (
            "INSERT INTO transfer VALUES (128, 9, 10, 5000, 'EUR', 'accrual', 1, 0, 0)",
            "every transfer has a decision or a posting",
        ),
        (
            "INSERT INTO transfer VALUES (127, 9, 10, 900000, 'EUR', 'accrual', 5, 0, 0)",
            "commission is within the order",
        ),
        (
            "INSERT INTO transfer VALUES (127, 10, 9, 5000, 'EUR', 'reversal', 5, 0, 0)",
            "no order takes more back than it gave",
        ),
        (
            "INSERT INTO transfer VALUES (127, 10, 18, 1, 'EUR', 'payout', 0, 0, 0)",
            "a transfer's accounts are what its kind says",
        ),
        (
            "INSERT INTO transfer VALUES (127, 12, 10, 1, 'EUR', 'payout_return', 0, 0, 0)",
            "no method has paid less than nothing",
        ),
        (
            "INSERT INTO payout (account, currency, amount_minor, debt_minor, requisites, prepared_by, prepared_at, state) \
             VALUES (10, 'EUR', 1, 1, '{}', 'Olga', 0, 'confirmed')",
            "a payout is booked for what it is",
        ),
        (
            "INSERT INTO posting VALUES (9, 'x', NULL, 'Olga', '', 0, '[[5,10,1,\"EUR\",\"adjustment\",0,0]]')",
            "transfers follow from their posting",
        ),
        ("INSERT INTO partner_version VALUES (1, 5, '{\"program\":1,\"parent\":3}', 'hand', 0)", "uplines end"),
        (
            "DROP TRIGGER transfer_is_not_deleted; DELETE FROM transfer WHERE id = 65",
            "transfers follow from their decision",
        ),
        (
            "DROP TRIGGER transfer_is_not_changed; UPDATE transfer SET amount_minor = amount_minor - 1 WHERE id = 65",
            "transfers follow from their decision",
        ),
    ];
    let (desk, _) = desk_with_a_night();
    let healthy = std::fs::read(desk.database()).unwrap();
    for (harm, rule) in harms {
        let desk = Desk::with_database(&healthy);
        look(&desk.database()).execute_batch(harm).unwrap();
        let said = desk.run(&["verify", "--json"]);
        let violations = said.json()["violations"].clone();
        let rules: Vec<&str> =
            violations.as_array().unwrap().iter().filter_map(|violation| violation["rule"].as_str()).collect();
        assert!(said.code == 1 && rules.contains(&rule), "{harm}: {violations}");
    }
}

#[test]
fn a_diff_shows_what_a_replay_would_change_and_changes_nothing() {
    let (desk, _) = desk_with_a_night();
    assert_eq!(desk.good(&["diff", "--json"]).json(), json!({ "checked": 2, "differences": [], "totals": [] }));
    let changed = program("tours", "EUR", "hold_days = 14\nvalid_from = 2025-12-01", &["12"]);
    desk.import("program", changed);
    let before = desk.dump();
    let said = desk.run(&["diff", "--json"]);
    assert_eq!(said.code, 1);
    let difference = &said.json()["differences"][0];
    assert_eq!(keys(difference), ["cause", "changes", "order", "outcome", "revision", "why"]);
    assert_eq!(difference["cause"], "changed_rule");
    assert_eq!(
        difference["changes"][3],
        json!({ "debit": "expense:tours", "credit": "partner:cleo", "tier": 1, "kind": "accrual", "amount": "5.00", "currency": "EUR" })
    );
    assert_same(&desk.dump(), &before, "nothing is written");
    assert_eq!(desk.night("2026-01-05")["orders"], 0);
}

#[test]
fn exit_codes_say_whether_to_look_to_mend_or_to_wait() {
    let desk = Desk::with_three_tiers();
    desk.import("orders", "external_id,paid_at,net\nA,2026-01-01,1.00\n");
    let code = |arguments: &[&str]| desk.run(arguments).code;
    assert_eq!(code(&["--version"]), 0);
    assert_eq!(code(&["balances"]), 0);
    // 1: needs a look.
    assert_eq!(code(&["explain", "nothing"]), 1);
    // 2: could not run.
    assert_eq!(code(&["import", "orders", "nowhere.csv"]), 2);
    assert_eq!(code(&["reconcil"]), 2);
    assert_eq!(code(&["reconcile", "--settle", "soon"]), 2);
    assert_eq!(code(&["reconcile", "--settle", "-1s"]), 2);
    assert_eq!(code(&["reconcile", "--as-of", "yesterday"]), 2);
    let folder = tempfile::tempdir().unwrap();
    let without = |arguments: &[&str]| {
        let mut command = binary(folder.path());
        command.args(arguments);
        said(command)
    };
    let no_database = without(&["verify"]);
    assert_eq!(no_database.code, 2);
    assert!(no_database.err.contains("name one with --db"), "{}", no_database.err);
    assert_eq!(without(&["verify", "--db", "tributary.db"]).code, 2);
    assert_eq!(without(&["verify", "--db", "sqlite:no/such/folder/tributary.db"]).code, 2);
    assert_eq!(without(&["verify", "--db", "d1:account/database"]).code, 2, "without a token");
    std::fs::write(folder.path().join("tributary.db"), "this is no database, and long enough to be seen as none")
        .unwrap();
    assert_eq!(without(&["verify", "--db", "sqlite:tributary.db"]).code, 2);
}

#[test]
fn a_lease_held_by_a_living_process_is_exit_code_3_and_its_holder_is_named() {
    let (desk, _) = desk_with_a_night();
    desk.import("orders", "external_id,paid_at,net,coupon\nA,2026-01-01,1.00,ANN\n");
    let connection = look(&desk.database());
    // It lives until its input ends.
    let mut holder = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let here: String = connection.query_row("SELECT holder FROM lease", [], |row| row.get(0)).unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", holder.id())).unwrap();
    let began = stat.rsplit_once(')').unwrap().1.split_whitespace().nth(19).unwrap();
    let name = format!("{}/{}/{began}", here.split('/').next().unwrap(), holder.id());
    connection.execute("UPDATE lease SET token = 7, holder = ?1, until = 9999999999", [&name]).unwrap();
    let before = desk.dump();
    let said = desk.run(&["reconcile", "--json"]);
    assert_eq!((said.code, said.out.as_str()), (3, ""));
    assert!(said.err.contains(&format!("another run holds the lease ({name})")), "{}", said.err);
    assert_same(&desk.dump(), &before, "nothing is written");
    drop(holder.stdin.take());
    holder.wait().unwrap();
    // It is dead, so that nobody waits for its lease to run out.
    assert_eq!(desk.good(&["reconcile", "--json"]).json()["run"], 8);
}

#[test]
fn a_dry_run_writes_nothing_and_reports_what_a_wet_one_would() {
    let desk = Desk::with_three_tiers();
    desk.import("program", program("boats", "EUR", "", &["20"]));
    desk.import("orders", "external_id,paid_at,net,coupon\nA,2026-01-01,100.00,CLEO\nB,2026-01-01,1.00,\n");
    let before = desk.dump();
    let dry = |what: &str, text: &str| {
        let said = desk.try_import(what, text, &["--dry-run"]);
        assert_eq!((said.code, said.bad()), (0, vec![]), "{what}: {said:?}");
        assert_same(&desk.dump(), &before, what);
    };
    dry("program", &program("tours", "EUR", "charity = { code = \"trees\", percent = 1 }", &["20"]));
    dry("partners", "code,coupon,program\nzoe,ZOE,boats\n");
    dry("products", "sku,participates\nT,no\n");
    dry("links", "code,partner,target\nx,ann,https://shop.test\n");
    dry("orders", "external_id,paid_at,net\nC,2026-01-01,1.00\n");
    dry("refunds", "external_id,refund_id,at,amount\nA,r,2026-01-02,1.00\n");
    let mut dry_report = desk.good(&["reconcile", "--dry-run", "--json", "--as-of", "2026-01-02"]).json();
    assert_same(&desk.dump(), &before, "reconcile");
    let mut report = desk.good(&["reconcile", "--json", "--as-of", "2026-01-02"]).json();
    for (field, dry, wet) in [("run", Json::Null, json!(1)), ("written", json!(0), json!(7))] {
        assert_eq!((dry_report[field].take(), report[field].take()), (dry, wet));
    }
    (dry_report["seconds"], report["seconds"]) = (Json::Null, Json::Null);
    assert_eq!(dry_report, report);
}

#[test]
fn every_command_that_writes_takes_dry_run_at_its_word() {
    let desk = Desk::with_three_tiers();
    desk.import("program", program("boats", "EUR", "", &["20"]));
    let before = desk.dump();
    for arguments in
        [&["keys", "add", "shop", "--dry-run"] as &[&str], &["partners", "move", "ann", "--to", "boats", "--dry-run"]]
    {
        desk.run(arguments);
        assert_same(&desk.dump(), &before, &arguments.join(" "));
    }
}

#[test]
fn a_key_is_shown_once_and_only_its_hash_is_kept() {
    let desk = Desk::new();
    let key = desk.good(&["keys", "add", "shop"]).out.trim().to_owned();
    assert!(key.len() > 40 && key.starts_with("trb_"), "{key}");
    let kept = desk.dump()["api_key"].clone();
    assert!(kept.len() == 1 && kept[0].contains("| shop |") && !kept[0].contains(&key), "{kept:?}");
    assert_eq!(desk.run(&["keys", "add", " "]).code, 1);
}

#[test]
fn the_database_may_be_named_by_the_environment() {
    let desk = Desk::with_three_tiers();
    let mut command = binary(desk.database().parent().unwrap());
    command.env("TRIBUTARY_DB", "sqlite:tributary.db").args(["verify", "--json"]);
    assert_eq!(said(command).json(), json!({ "checked": 0, "violations": [] }));
}
