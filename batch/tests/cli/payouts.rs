//! From what is payable to money sent: prepared, edited, written to files, confirmed, failed, carried.

use serde_json::{Value, json};

use crate::common::{Desk, Said, look, program};

const AS_OF: &str = "2026-03-01T00:00:00Z";

/// Cleo has a bank account, Bert PayPal, Ann nothing yet. Each sold 250.00 with his coupon; the night was on March 1st.
fn desk_with_debts() -> Desk {
    let desk = Desk::with_three_tiers();
    desk.import(
        "requisites",
        "partner,method,holder,name,iban,email,street,building,postcode,town,country\n\
         cleo,bank,person,Cleo Café,DE89370400440532013000,,Weg,5,10115,Berlin,DE\n\
         bert,paypal,person,Bert,,bert@example.test,,,,,\n",
    );
    desk.import(
        "orders",
        "external_id,paid_at,email,net,coupon\n\
         A,2026-02-01T00:00:00Z,x@example.test,250.00,CLEO\n\
         B,2026-02-02T00:00:00Z,y@example.test,250.00,BERT\n\
         C,2026-02-03T00:00:00Z,z@example.test,250.00,ANN\n",
    );
    desk.night(AS_OF);
    desk
}

fn at(desk: &Desk, arguments: &[&str]) -> Said {
    desk.run(&[arguments, &["--as-of", AS_OF, "--json"]].concat())
}

fn good(desk: &Desk, arguments: &[&str]) -> Value {
    let said = at(desk, arguments);
    assert_eq!(said.code, 0, "{arguments:?}: {said:?}");
    said.json()
}

/// Balances as `cleo EUR pending payable paid`.
fn balances(desk: &Desk) -> Vec<String> {
    let balances = good(desk, &["balances"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |balance: &Value| {
        ["partner", "currency", "pending", "payable", "paid"].map(|field| text(&balance[field])).join(" ")
    };
    balances.as_array().expect("a list is answered").iter().map(line).collect()
}

fn prepare(desk: &Desk, more: &[&str]) -> Value {
    good(desk, &[&["payouts", "prepare", "--by", "Olga"], more].concat())
}

fn amounts(payouts: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    payouts
        .as_array()
        .expect("a list is answered")
        .iter()
        .map(|payout| (text(&payout["partner"]), text(&payout["amount"])))
        .collect()
}

fn pair(partner: &str, amount: &str) -> (String, String) {
    (partner.to_owned(), amount.to_owned())
}

#[test]
fn a_payout_is_prefilled_with_the_debt_and_nothing_moves_before_it_is_confirmed() {
    let desk = desk_with_debts();
    // Tiers: cleo 25.00; bert 25.00 and 7.50 of cleo; ann 25.00, 7.50 of bert, 2.50 of cleo.
    let owed = ["ann EUR 0.00 35.00 0.00", "bert EUR 0.00 32.50 0.00", "cleo EUR 0.00 25.00 0.00"];
    assert_eq!(balances(&desk), owed);
    let prepared = prepare(&desk, &[]);
    assert_eq!(amounts(&prepared["prepared"]), [pair("bert", "32.50"), pair("cleo", "25.00")]);
    assert_eq!(prepared["prepared"][1]["to"], "…3000");
    assert_eq!(
        prepared["not_prepared"],
        json!([{ "partner": "ann", "currency": "EUR", "payable": "35.00", "reason": "no requisites for this method" }])
    );
    assert_eq!(balances(&desk), owed);
    assert_eq!(amounts(&prepare(&desk, &[])["prepared"]), [], "the same again adds nothing");
    desk.assert_verified();
}

#[test]
fn export_changes_nothing_and_confirming_books_what_was_sent() {
    let desk = desk_with_debts();
    desk.import(
        "merchant",
        "[merchant]\nname = \"Amalfi Tours\"\n[merchant.bank]\niban = \"DE02120300000000202051\"\ntown = \"Berlin\"\ncountry = \"DE\"\n",
    );
    prepare(&desk, &[]);
    let folder = desk.folder();
    let before = desk.dump();
    let export = |format: &str, more: &[&str]| {
        good(&desk, &[&["payouts", "export", "--format", format, "--out", &folder, "--batch", "march"], more].concat())
    };
    let bank = export("pain001", &[]);
    let xml = std::fs::read_to_string(bank["files"][0]["path"].as_str().unwrap()).unwrap();
    for text in [
        "pain.001.001.09",
        "<CtrlSum>25.00</CtrlSum>",
        "DE89370400440532013000",
        "<Nm>Cleo Cafe</Nm>",
        "<TwnNm>Berlin</TwnNm>",
    ] {
        assert!(xml.contains(text), "{text} in {xml}");
    }
    assert!(export("pain001", &["--version", "03", "--replace"])["files"].as_array().unwrap().len() == 1);
    let paypal = export("paypal", &[]);
    let csv = std::fs::read_to_string(paypal["files"][0]["path"].as_str().unwrap()).unwrap();
    assert!(csv.starts_with("bert@example.test,32.50,EUR,"), "{csv}");
    assert_eq!(export("csv", &[])["files"][0]["payouts"], 2);
    // Written twice by mistake is uploaded twice by mistake.
    let again = at(&desk, &["payouts", "export", "--format", "paypal", "--out", &folder, "--batch", "march"]);
    assert_eq!(again.code, 1, "{again:?}");
    crate::common::assert_same(&desk.dump(), &before, "export changes nothing");

    assert_eq!(good(&desk, &["payouts", "confirm", "--all", "--by", "Olga"])["changed"], json!([1, 2]));
    let paid = ["ann EUR 0.00 35.00 0.00", "bert EUR 0.00 0.00 32.50", "cleo EUR 0.00 0.00 25.00"];
    assert_eq!(balances(&desk), paid);
    assert_eq!(good(&desk, &["payouts", "confirm", "1", "--by", "Olga"]), json!({ "changed": [], "unchanged": [1] }));
    assert_eq!(balances(&desk), paid);
    let last = desk.transfers().pop().unwrap();
    assert_eq!(
        (&last["kind"], &last["debit"], &last["credit"]),
        (&json!("payout"), &json!("partner:cleo"), &json!("paid:bank"))
    );
    desk.assert_verified();
}

#[test]
fn paying_less_leaves_the_rest_and_paying_more_is_carried() {
    let desk = desk_with_debts();
    prepare(&desk, &[]);
    let edit = |id: &str, amount: &str| {
        good(&desk, &["payouts", "edit", id, "--amount", amount, "--by", "Olga", "--reason", "as agreed"])
    };
    edit("1", "30.00");
    edit("2", "40.00");
    good(&desk, &["payouts", "confirm", "1", "2", "--by", "Olga", "--reference", "SEPA 77"]);
    assert_eq!(balances(&desk)[1..], ["bert EUR 0.00 2.50 30.00", "cleo EUR 0.00 -15.00 40.00"]);
    let prepared = prepare(&desk, &[]);
    assert_eq!(amounts(&prepared["prepared"]), [pair("bert", "2.50")]);
    let carried = prepared["not_prepared"].as_array().unwrap().iter().find(|left| left["partner"] == "cleo").unwrap();
    assert_eq!(carried["reason"], "the balance is negative and is carried");
    // Later earnings make up for it.
    desk.import("orders", "external_id,paid_at,email,net,coupon\nD,2026-02-20T00:00:00Z,w@example.test,500.00,CLEO\n");
    desk.night(AS_OF);
    assert_eq!(amounts(&prepare(&desk, &[])["prepared"]), [pair("cleo", "35.00")]);
    desk.assert_verified();
}

#[test]
fn a_payout_that_comes_back_is_owed_again_and_a_proposal_that_is_dropped_was_never_booked() {
    let desk = desk_with_debts();
    prepare(&desk, &[]);
    good(&desk, &["payouts", "confirm", "2", "--by", "Olga"]);
    let fail = |id: &str| good(&desk, &["payouts", "fail", id, "--by", "Olga", "--reason", "account closed"]);
    fail("1");
    fail("2");
    assert_eq!(fail("2"), json!({ "changed": [], "unchanged": [2] }));
    assert_eq!(balances(&desk)[1..], ["bert EUR 0.00 32.50 0.00", "cleo EUR 0.00 25.00 0.00"]);
    let kinds: Vec<Value> = desk.transfers().iter().rev().take(2).map(|transfer| transfer["kind"].clone()).collect();
    assert_eq!(kinds, ["payout_return", "payout"]);
    assert_eq!(at(&desk, &["payouts", "confirm", "1", "--by", "Olga"]).code, 1, "a failed one is not sent");
    let history = good(&desk, &["payouts", "history", "--partner", "cleo"]);
    let states: Vec<&str> = history.as_array().unwrap().iter().filter_map(|event| event["state"].as_str()).collect();
    assert_eq!(states, ["prepared", "confirmed", "failed"]);
    assert_eq!(history[2]["note"], "account closed");
    assert_eq!(amounts(&prepare(&desk, &[])["prepared"]), [pair("bert", "32.50"), pair("cleo", "25.00")]);
    desk.assert_verified();
}

#[test]
fn a_refund_after_the_payout_is_a_negative_entry_and_the_payout_stays() {
    let desk = desk_with_debts();
    prepare(&desk, &[]);
    good(&desk, &["payouts", "confirm", "--all", "--by", "Olga"]);
    let paid = desk.transfers();
    desk.import("refunds", "external_id,refund_id,at,amount\nA,R1,2026-02-25T00:00:00Z,100.00\n");
    desk.night("2026-03-02T00:00:00Z");
    let now = desk.transfers();
    assert_eq!(now[..paid.len()], paid, "what was booked is never changed");
    assert_eq!(balances(&desk)[1..], ["bert EUR 0.00 -3.00 32.50", "cleo EUR 0.00 -10.00 25.00"]);
    let carried = prepare(&desk, &[]);
    assert_eq!(amounts(&carried["prepared"]), []);
    desk.assert_verified();
}

#[test]
fn the_least_payout_waits_for_more_unless_somebody_names_the_partner() {
    let desk = desk_with_debts();
    desk.import(
        "program",
        program("tours", "EUR", "min_payout = \"30.00\"\nvalid_from = 2026-02-10", &["10", "3", "1"]),
    );
    let prepared = prepare(&desk, &["--currency", "EUR"]);
    assert_eq!(amounts(&prepared["prepared"]), [pair("bert", "32.50")]);
    assert_eq!(prepared["not_prepared"][1]["reason"], "below the program's minimum");
    assert_eq!(amounts(&prepare(&desk, &["--partner", "cleo"])["prepared"]), [pair("cleo", "25.00")]);
}

#[test]
fn the_merchant_chooses_the_partner_the_wallet_and_the_amount() {
    let desk = desk_with_debts();
    desk.import("requisites", "partner,method,holder,name,note\ncleo,cash,person,Cleo,at the desk\n");
    let chosen = prepare(&desk, &["--partner", "cleo", "--method", "bank", "--amount", "12.34"]);
    assert_eq!(amounts(&chosen["prepared"]), [pair("cleo", "12.34")]);
    assert_eq!((&chosen["prepared"][0]["method"], &chosen["prepared"][0]["debt"]), (&json!("bank"), &json!("25.00")));
    let refused = at(&desk, &["payouts", "prepare", "--by", "Olga", "--partner", "bert", "--amount", "0"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert_eq!(good(&desk, &["payouts", "requisites", "cleo"]).as_array().unwrap().len(), 2, "both are on record");
}

#[test]
fn currencies_are_paid_apart() {
    let desk = Desk::with_three_tiers();
    desk.import("requisites", "partner,method,name,email\ncleo,paypal,Cleo,cleo.pay@example.test\n");
    desk.import(
        "orders",
        "external_id,currency,paid_at,email,net,coupon\n\
         A,EUR,2026-02-01T00:00:00Z,x@example.test,250.00,CLEO\n\
         B,JPY,2026-02-01T00:00:00Z,x@example.test,2500,CLEO\n",
    );
    desk.night(AS_OF);
    assert_eq!(amounts(&prepare(&desk, &[])["prepared"]), [pair("cleo", "25.00"), pair("cleo", "250")]);
    let folder = desk.folder();
    let files = good(&desk, &["payouts", "export", "--format", "paypal", "--out", &folder])["files"].clone();
    let currencies: Vec<&str> = files.as_array().unwrap().iter().filter_map(|file| file["currency"].as_str()).collect();
    assert_eq!(currencies, ["EUR", "JPY"], "one currency a file");
}

#[test]
fn what_moves_money_has_a_name_and_a_reason_or_is_refused() {
    let desk = desk_with_debts();
    prepare(&desk, &[]);
    let before = desk.dump();
    for arguments in [
        &["payouts", "edit", "1", "--amount", "1.00"][..],
        &["payouts", "edit", "1", "--amount", "1.00", "--by", "Olga"],
        &["payouts", "fail", "1", "--by", " ", "--reason", "x"],
        &["adjust", "cleo", "5.00", "EUR", "--by", "Olga"],
        &["orders", "release", "A", "--reason", "x"],
        &["contacts", "assign", "x@example.test", "--to", "ann", "--by", "Olga"],
    ] {
        let said = at(&desk, arguments);
        assert_eq!(said.code, 1, "{arguments:?}: {said:?}");
        assert!(said.err.contains("must be said"), "{said:?}");
    }
    crate::common::assert_same(&desk.dump(), &before, "nothing is written");
}

#[test]
fn an_adjustment_is_booked_once_by_a_named_person() {
    let desk = desk_with_debts();
    let adjust = |amount: &str| good(&desk, &["adjust", "cleo", amount, "EUR", "--by", "Olga", "--reason", "bonus"]);
    adjust("5.00");
    adjust("5.00");
    assert_eq!(balances(&desk)[2], "cleo EUR 0.00 30.00 0.00", "the same again adds nothing");
    adjust("-8.00");
    assert_eq!(balances(&desk)[2], "cleo EUR 0.00 22.00 0.00");
    desk.assert_verified();
}

#[test]
fn the_database_refuses_to_change_what_was_sent() {
    let desk = desk_with_debts();
    prepare(&desk, &[]);
    good(&desk, &["payouts", "confirm", "1", "--by", "Olga"]);
    let connection = look(&desk.database());
    for sql in [
        "UPDATE payout SET amount_minor = 1 WHERE id = 1",
        "UPDATE payout SET state = 'prepared' WHERE id = 1",
        "UPDATE payout SET requisites = '{}' WHERE id = 2",
        "DELETE FROM payout",
        "UPDATE posting SET reason = 'x'",
        "DELETE FROM posting",
        "UPDATE payout_history SET note = 'x'",
        "UPDATE requisites SET details = '{}'",
        "UPDATE rule_change SET changed_by = 'x'",
    ] {
        assert!(connection.execute(sql, []).is_err(), "{sql}");
    }
    drop(connection);
    desk.assert_verified();
}

#[test]
fn charities_have_a_balance_and_a_payout_of_their_own() {
    let desk = Desk::with_three_tiers();
    desk.import("charities", "code,name\nrivers,Rivers\n");
    desk.import(
        "orders",
        "external_id,paid_at,email,net,coupon,charity,charity_percent\nA,2026-02-01T00:00:00Z,x@example.test,250.00,CLEO,rivers,5\n\
         B,2026-02-01T00:00:00Z,x@example.test,100.00,,rivers,5\n",
    );
    desk.night(AS_OF);
    assert_eq!(balances(&desk)[2], "charity:rivers EUR 0.00 17.50 0.00");
    desk.import(
        "requisites",
        "partner,method,holder,name,iban\ncharity:rivers,bank,company,Rivers e.V.,DE89370400440532013000\n",
    );
    let prepared = prepare(&desk, &["--partner", "charity:rivers"]);
    assert_eq!(amounts(&prepared["prepared"]), [pair("charity:rivers", "17.50")]);
    good(&desk, &["payouts", "confirm", "1", "--by", "Olga"]);
    assert_eq!(balances(&desk)[2], "charity:rivers EUR 0.00 0.00 17.50");
    desk.assert_verified();
}
