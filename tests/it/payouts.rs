//! Money to the end, on the real database: an order, its payout, a chargeback after it, and what is carried.

use serde_json::{Value, json};
use tributary_tests::binary::Tributary;

use crate::people::{Household, OWNER};
use crate::stage::{Stage, stage};

fn balance(batch: &Tributary, partner: &str) -> Value {
    let balances = batch.json(&["balances", "--as-of", "2041-01-01T00:00:00Z"]).unwrap();
    balances.as_array().unwrap().iter().find(|balance| balance["partner"] == partner).cloned().unwrap_or_default()
}

/// Pays a partner through `batch`, whichever way that reaches the database.
fn pays_and_carries(stage: &Stage, batch: &Tributary, partner: &str) {
    let order = format!("PAY-{partner}");
    stage.partners(&[partner]);
    batch
        .import("requisites", &format!("partner,method,name,email\n{partner},paypal,P,{partner}@pay.example\n"))
        .unwrap();
    let line = json!([{ "sku": "T", "net": "100.00" }]);
    stage.order(
        &order,
        json!({ "partner": partner, "paid_at": "2026-01-01T00:00:00Z", "lines": line, "hold_days": 30 }),
    );
    let payable_from = stage.explained(&order)["transfers"][0]["payable_from"].clone();
    assert_eq!(payable_from, "2026-01-31T00:00:00Z");

    let _turn = stage.turn();
    let as_of = ["--as-of", "2041-01-01T00:00:00Z"];
    let prepared =
        batch.json(&[&["payouts", "prepare", "--partner", partner, "--by", "Olga"], &as_of[..]].concat()).unwrap();
    assert_eq!(prepared["prepared"][0]["amount"], "10.00", "{prepared}");
    let id = prepared["prepared"][0]["id"].to_string();
    for _ in 0..2 {
        batch.json(&[&["payouts", "confirm", &id, "--by", "Olga"], &as_of[..]].concat()).unwrap();
    }
    assert_eq!(
        (&balance(batch, partner)["payable"], &balance(batch, partner)["paid"]),
        (&json!("0.00"), &json!("10.00"))
    );
    drop(_turn);

    let path = format!("/api/v1/orders/{order}/chargebacks");
    let send = |body: &Value| stage.client.post(&path, &stage.key, body).unwrap();
    let opened = json!({ "chargeback_id": "CB", "amount": "40.00", "at": "2026-02-01T00:00:00Z" });
    assert_eq!(send(&opened).status, 201);
    assert_eq!(send(&opened).status, 201);
    assert_eq!(send(&json!({ "chargeback_id": "CB", "amount": "41.00" })).status, 409);
    assert_eq!(send(&json!({ "chargeback_id": "X", "status": "maybe", "amount": "1.00" })).status, 422);
    let lost = json!({ "chargeback_id": "CB", "status": "lost", "amount": "40.00", "at": "2026-02-20T00:00:00Z" });
    assert_eq!(send(&lost).status, 201);
    stage.explained(&order);
    assert_eq!(balance(batch, partner)["payable"], "-4.00", "what was opened and lost is taken once");
    assert_eq!(send(&json!({ "chargeback_id": "CB", "status": "won", "at": "2026-03-01T00:00:00Z" })).status, 201);
    stage.explained(&order);
    assert_eq!(balance(batch, partner)["payable"], "0.00");
    assert_eq!(batch.json(&["verify"]).unwrap()["violations"], json!([]));
    let statement =
        batch.json(&["statement", partner, "--month", "2041-01", "--as-of", "2041-01-31T00:00:00Z"]).unwrap();
    assert_eq!(statement["currencies"][0]["paid"], "-10.00", "{statement}");
}

#[test]
fn a_partner_is_paid_and_a_chargeback_after_that_is_carried_until_it_is_won() {
    let stage = stage();
    pays_and_carries(stage, &stage.batch, "paid-on-file");
}

#[test]
fn over_the_rest_api_a_partner_is_paid_the_same() {
    let stage = stage();
    pays_and_carries(stage, &stage.worker.batch_over_rest().unwrap(), "paid-over-rest");
}

#[test]
fn a_charity_that_is_not_known_is_refused_at_the_door() {
    let stage = stage();
    let answer = stage.order("CHARITY-1", json!({ "charity": { "code": "nobody-knows", "percent": "5" } }));
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(stage.number("SELECT count(*) FROM orders WHERE external_id = 'CHARITY-1'"), 0);
    stage.batch.import("charities", "code,name\nwoods,Woods\n").unwrap();
    let answer = stage.order("CHARITY-1", json!({ "charity": { "code": "woods", "percent": "5" } }));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let explained = stage.explained("CHARITY-1");
    assert_eq!(explained["transfers"][0]["partner"], "charity:woods");
}

#[test]
fn a_partner_sees_his_own_payouts_and_how_far_each_has_come() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let latest = || {
        household.stage.number("SELECT coalesce(max(id), 0) FROM payout WHERE account = (SELECT id * 8 + 2 FROM partner WHERE code = 'house-ann')").to_string()
    };
    let pay = |act: &str, amount: &str, reason: &str| {
        let latest = latest();
        let fields = [
            ("do", act),
            ("partner", "house-ann"),
            ("currency", "EUR"),
            ("latest", latest.as_str()),
            ("method", "cash"),
            ("amount", amount),
            ("reason", reason),
        ];
        let paid = household.send(&owner, "/admin/payouts/new", &fields);
        assert!(paid.location().starts_with("/admin/payouts?partner=house-ann&said=payouts-"), "{act}: {paid:?}");
    };
    let fail = |reason: &str| {
        let path = format!("/admin/payouts/{}", latest());
        let failed = household.send(&owner, &path, &[("do", "fail"), ("reason", reason)]);
        assert_eq!(failed.location(), format!("{path}?said=payout-changed"));
    };
    pay("pay", "1.01", "BANK-REF-1");
    pay("pay", "1.02", "BANK-REF-2");
    fail("account closed");
    pay("prepare", "1.03", "");
    fail("a slip of the pen");
    pay("prepare", "1.04", "");
    let ann = household.log_in("house-ann");
    assert!(household.get(&ann, "/partner/accruals").body.contains("href=\"/partner/payouts\""), "the way there");
    let page = household.get(&ann, "/partner/payouts").body;
    let body = page.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    let rows: Vec<&str> = body.split("<tr>").skip(1).collect();
    let wanted = [
        ("1.04", "prepared", ""),
        ("1.03", "failed", ""),
        ("1.02", "came back", "account closed"),
        ("1.01", "sent", "BANK-REF-1"),
    ];
    assert_eq!(rows.len(), wanted.len(), "{page}");
    for (row, (amount, state, note)) in rows.iter().zip(wanted) {
        for part in [&format!("{amount}\u{a0}EUR"), &format!(">{state}<"), &format!("<td>{note}</td>"), "<td>cash</td>"]
        {
            assert!(row.contains(part), "{part}: {row}");
        }
    }
    // A page by its key; nothing of anybody else's: Cid has a payout as well.
    let second = household.stage.number("SELECT id FROM payout WHERE amount_minor = 103");
    let before = household.get(&ann, &format!("/partner/payouts?before={second}")).body;
    assert!(before.contains("1.02") && !before.contains("1.03\u{a0}EUR"), "{before}");
    let ben = household.log_in("house-ben");
    let other = household.get(&ben, "/partner/payouts").body;
    assert!(other.contains("Nothing was paid out yet") && !other.contains("<tbody>"), "{other}");
}
