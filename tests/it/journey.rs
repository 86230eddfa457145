//! The main job, once, in a browser: from a click on a link to an explained accrual.

use serde_json::{Value, json};

use crate::counter::browser;
use crate::stage::{earned, stage};

#[test]
fn from_a_click_over_an_opt_in_to_an_explained_accrual() {
    let stage = stage();
    stage.partners(&["anna", "bruno", "carla"]);
    stage.make_link("summer", "anna", &stage.shop("/journey"));
    let snippet = stage.snippet("");
    stage.site.put(
        "/journey",
        format!(
            r#"<!doctype html><title>Tours</title><link rel="icon" href="data:,">{snippet}
<form action="/welcome" method="get" data-trb-identify>
  <input name="email" type="email"><input type="hidden" name="trb"><button>Join</button>
</form>"#
        ),
    );
    stage.site.put("/welcome", "<!doctype html><title>Welcome</title><link rel=icon href=data:,>");
    let script = r#"
        await page.goto(args.link);
        await page.waitForFunction(() => document.querySelector("input[name=trb]").value !== "");
        await page.fill("input[type=email]", "Berta@Journey.example");
        await Promise.all([
          page.waitForRequest((request) => request.url().endsWith("/collect") && request.postDataJSON().event === "identify"),
          page.waitForURL((url) => url.pathname === "/welcome"),
          page.click("button"),
        ]);
        await context.clearCookies();
        return { cookies: (await context.cookies()).length, thanks: page.url() };"#;
    let seen = browser().run("journey", script, &json!({ "link": stage.link("summer") })).unwrap();
    assert_eq!(seen["cookies"], 0);
    assert!(seen["thanks"].as_str().unwrap().contains("trb="), "the form carried the visitor's touches: {seen}");
    stage.wait_for("SELECT count(*) FROM contact_touch JOIN contact ON contact.id = contact_id WHERE email = 'berta@journey.example'", 1);

    // The order comes through the API with only the address, first unpaid.
    let order =
        json!({ "customer": { "email": "berta@journey.example" }, "lines": [{ "sku": "TOUR-7", "net": "250.00" }] });
    let mut pending = order.clone();
    pending["status"] = json!("pending");
    assert_eq!(stage.order("JOURNEY-1", pending).status, 201);
    assert_eq!(stage.explained("JOURNEY-1")["outcome"], "unpaid");
    assert_eq!(stage.order("JOURNEY-1", order).status, 201);

    let explained = stage.explained("JOURNEY-1");
    assert_eq!(
        (&explained["outcome"], &explained["partner"], &explained["evidence"]),
        (&json!("credited"), &json!("anna"), &json!("contact"))
    );
    let expected = [("anna", 1, "25.00"), ("bruno", 2, "7.50"), ("carla", 3, "2.50")];
    assert_eq!(
        earned(&explained),
        expected.map(|(partner, tier, amount)| (partner.to_owned(), tier, amount.to_owned()))
    );
    let trace: Vec<&str> = explained["trace"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(trace[0], "[] purchase JOURNEY-1 · paid · 1 × TOUR-7 250.00 EUR");
    assert_eq!(trace[2], "[] checking for commission");
    assert!(trace[3].starts_with("[] order JOURNEY-1 · 250.00 EUR net · paid "), "{}", trace[3]);
    assert!(
        trace[4]
            .starts_with("[] explicit: none · coupon: none · contact b…@journey.example bound to partner anna since "),
        "{}",
        trace[4]
    );
    let rest = [
        "[] tier 1 commission 10% of 250.00 (product TOUR-7) = 25.00 EUR for partner anna",
        "[] tier 2 commission 3% of 250.00 (product TOUR-7) = 7.50 EUR for partner bruno",
        "[] tier 3 commission 1% of 250.00 (product TOUR-7) = 2.50 EUR for partner carla",
        "[] no charity commission for no charity affiliate",
    ];
    assert_eq!(trace[5..], rest);
    let balances = stage.batch.json(&["balances"]).unwrap();
    let anna = balances.as_array().unwrap().iter().find(|balance| balance["partner"] == "anna").unwrap();
    assert_eq!(anna["payable"], "25.00");
}
