//! Orders that browsers report: claims until a server-side source names the same order, and evidence from then on.

use serde_json::{Value, json};
use tributary_tests::client::Answer;

use crate::counter::browser;
use crate::people::{OWNER, household};
use crate::stage::{SHOP, Stage, stage};

/// Reports an order as a page of the shop does, with a visitor's cookie.
fn report(stage: &Stage, cookie: &str, order: &Value) -> Answer {
    let mut body = json!({ "event": "order", "url": stage.shop("/thanks") });
    for (name, value) in order.as_object().unwrap() {
        body[name] = value.clone();
    }
    let origin = format!("http://{SHOP}:{}", stage.site.port);
    let cookie = if cookie.is_empty() { String::new() } else { format!("__Secure-trb={cookie}") };
    stage
        .client
        .send("POST", "/collect", &[("Origin", &origin), ("Cookie", &cookie)], body.to_string().as_bytes())
        .unwrap()
}

fn outcome(explained: &Value) -> (Option<&str>, Option<&str>) {
    (explained["outcome"].as_str(), explained["partner"].as_str())
}

#[test]
fn what_a_page_reports_credits_the_order_once_the_shop_names_it() {
    let stage = stage();
    stage.partners(&["browser-ann"]);
    stage.make_link("browser-ann", "browser-ann", &stage.shop("/tours-browser"));
    let snippet = stage.snippet("");
    stage.site.put(
        "/tours-browser",
        format!(
            r#"<!doctype html><link rel=icon href=data:,>{snippet}<form><input name=trb></form>
<a id="pay" href="https://buy.example/x?a=1" data-trb="client_reference_id">Pay</a><stripe-buy-button></stripe-buy-button>"#
        ),
    );
    stage.site.put(
        "/thanks-browser",
        format!(
            r#"<!doctype html><link rel=icon href=data:,><script>
window.tributary = window.tributary || function () {{ (tributary.q = tributary.q || []).push(arguments); }};
tributary("order", {{ id: "BROWSER-1", amount: 100, currency: "EUR" }});
</script>{snippet}"#
        ),
    );
    let script = r##"
        await page.goto(args.link);
        await page.waitForFunction(() => document.querySelector("input[name=trb]").value !== "");
        const handed = await page.evaluate(() => [
          document.querySelector("input[name=trb]").value,
          new URL(document.querySelector("#pay").href).searchParams.get("client_reference_id"),
          document.querySelector("stripe-buy-button").getAttribute("client-reference-id"),
        ]);
        await Promise.all([
          page.waitForResponse((answer) => answer.url().endsWith("/collect") && answer.request().postDataJSON().event === "order"),
          page.goto(args.thanks),
        ]);
        return handed;"##;
    let args = json!({ "link": stage.link("browser-ann"), "thanks": stage.shop("/thanks-browser") });
    let handed = browser().run("browser-order", script, &args).unwrap();
    assert!(handed[0].as_str().unwrap().len() > 70 && handed[0] == handed[1] && handed[0] == handed[2], "{handed}");
    stage.wait_for("SELECT count(*) FROM browser_order WHERE external_id = 'BROWSER-1'", 1);
    assert_eq!(stage.number("SELECT count(*) FROM orders WHERE external_id = 'BROWSER-1'"), 0, "a claim is no order");
    // The shop knows nothing of who brought the buyer.
    assert_eq!(stage.order("BROWSER-1", json!({})).status, 201);
    let explained = stage.explained("BROWSER-1");
    assert_eq!(outcome(&explained), (Some("credited"), Some("browser-ann")), "{explained}");
}

#[test]
fn a_report_after_the_order_has_it_judged_again_and_the_same_report_adds_nothing() {
    let stage = stage();
    stage.partner_with_link("browser-ben");
    let (_, cookie) = stage.click("browser-ben");
    assert_eq!(stage.order("BROWSER-2", json!({})).status, 201);
    assert_eq!(outcome(&stage.explained("BROWSER-2")), (Some("unattributed"), None));
    for _ in 0..2 {
        assert_eq!(
            report(stage, &cookie, &json!({ "id": "BROWSER-2", "amount": "100.00", "currency": "EUR" })).status,
            200
        );
    }
    assert_eq!(stage.number("SELECT revision FROM orders WHERE external_id = 'BROWSER-2'"), 2);
    assert_eq!(outcome(&stage.explained("BROWSER-2")), (Some("credited"), Some("browser-ben")));
}

#[test]
fn whoever_guesses_an_orders_number_and_not_its_amount_earns_nothing() {
    let stage = stage();
    stage.partner_with_link("browser-eve");
    let (_, cookie) = stage.click("browser-eve");
    for amount in 1..20 {
        assert_eq!(
            report(stage, &cookie, &json!({ "id": "BROWSER-3", "amount": amount, "currency": "EUR" })).status,
            200
        );
    }
    assert_eq!(stage.number("SELECT count(*) FROM browser_order WHERE external_id = 'BROWSER-3'"), 5);
    assert_eq!(stage.order("BROWSER-3", json!({})).status, 201);
    let explained = stage.explained("BROWSER-3");
    assert_eq!(outcome(&explained), (Some("unattributed"), None));
    assert!(explained["trace"].to_string().contains("the browser reported 1.00 EUR"), "{explained}");
}

#[test]
fn an_order_is_taken_from_pages_of_the_merchants_alone_and_whole() {
    let stage = stage();
    let body = json!({ "event": "order", "url": "https://elsewhere.example/", "id": "BROWSER-4", "amount": 1, "currency": "EUR" });
    let elsewhere = stage.client.send("POST", "/collect", &[], body.to_string().as_bytes()).unwrap();
    assert_eq!(elsewhere.status, 422);
    for (order, field) in [
        (json!({ "amount": 1, "currency": "EUR" }), "id"),
        (json!({ "id": "BROWSER-4", "amount": "1.505", "currency": "EUR" }), "amount"),
        (json!({ "id": "BROWSER-4", "amount": 1 }), "currency"),
    ] {
        let refused = report(stage, "", &order);
        assert_eq!((refused.status, refused.json().unwrap()["field"].as_str()), (422, Some(field)));
    }
    assert_eq!(stage.number("SELECT count(*) FROM browser_order WHERE external_id = 'BROWSER-4'"), 0);
}

#[test]
fn with_global_privacy_control_a_report_holds_no_id() {
    let stage = stage();
    stage.partner_with_link("browser-gpc");
    let (_, cookie) = stage.click("browser-gpc");
    let token = {
        let body = json!({ "event": "view", "url": stage.shop("/") });
        let headers = [("Cookie", format!("__Secure-trb={cookie}"))];
        let seen = stage
            .client
            .send("POST", "/collect", &[(headers[0].0, &headers[0].1)], body.to_string().as_bytes())
            .unwrap();
        seen.json().unwrap()["trb"].as_str().unwrap().to_owned()
    };
    let body = json!({ "event": "order", "url": stage.shop("/"), "trb": token, "id": "BROWSER-5", "amount": 1, "currency": "EUR" });
    let cookie = format!("__Secure-trb={cookie}");
    let headers = [("Sec-GPC", "1"), ("Cookie", cookie.as_str())];
    assert_eq!(stage.client.send("POST", "/collect", &headers, body.to_string().as_bytes()).unwrap().status, 200);
    let no_id = "SELECT count(*) FROM browser_order WHERE external_id = 'BROWSER-5' AND body ->> '$.visitor' IS NULL
        AND body ->> '$.carried[0].id' = '00000000-0000-0000-0000-000000000000'";
    assert_eq!(stage.number(no_id), 1);
}

#[test]
fn the_merchant_sees_what_browsers_reported_and_nobody_confirmed() {
    let household = household();
    let stage = &household.stage;
    assert_eq!(report(stage, "", &json!({ "id": "CLAIM-1", "amount": "77.10", "currency": "EUR" })).status, 200);
    let owner = household.log_in(OWNER);
    let shown = household.get(&owner, "/admin/orders?show=reported");
    assert_eq!(shown.status, 200);
    assert!(
        shown.body.contains("CLAIM-1") && shown.body.contains("reported by the browser, not confirmed"),
        "{}",
        shown.body
    );
    assert!(!shown.body.contains("href=\"/admin/orders/CLAIM-1\""), "there is no card of what is no order");
    assert!(!household.get(&owner, "/admin/orders").body.contains("CLAIM-1"));
}
