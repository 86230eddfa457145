//! The snippets of docs/TAGS.md as they stand there, in a real browser, as each product puts them into its pages.

use std::fs;

use serde_json::{Value, json};
use tributary_tests::root;

use crate::counter::browser;
use crate::stage::{LINKS, Stage, stage};

/// The HTML blocks of the document, with this machine's Worker in the place of the merchant's.
fn snippets(stage: &Stage) -> Vec<String> {
    let text = fs::read_to_string(root().join("docs/TAGS.md")).unwrap();
    let blocks: Vec<&str> = text.split("```html").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 5, "a new snippet has a test of its own");
    let here = format!("http://{LINKS}:{}", stage.worker.port);
    blocks.iter().map(|block| block.trim().replace("https://go.merchant.example", &here)).collect()
}

/// Opens a page, runs what the product runs there, and waits for the order that the browser reports; all errors of the page.
const REPORTED: &str = r#"
const problems = [];
page.on("pageerror", (error) => problems.push(String(error)));
page.on("console", (message) => { if (message.type() === "error") problems.push(message.text()); });
await page.goto(args.link);
const [answer] = await Promise.all([
  page.waitForResponse((answer) => answer.url().endsWith("/collect") && answer.request().postDataJSON().event === "order"),
  page.goto(args.thanks).then(() => page.evaluate(args.script)),
]);
return { status: answer.status(), order: answer.request().postDataJSON(), problems };"#;

/// What the page after payment reports, with `head` on every page and `thanks` on that page.
fn reported(stage: &Stage, name: &str, head: &str, thanks: &str, script: &str) -> Value {
    let icon = "<link rel=\"icon\" href=\"data:,\">";
    let (landing, paid) = (format!("/tags-{name}"), format!("/tags-{name}-thanks"));
    stage.partners(&[&format!("tags-{name}")]);
    stage.make_link(&format!("tags-{name}"), &format!("tags-{name}"), &stage.shop(&landing));
    stage.site.put(&landing, format!("<!doctype html><title>Shop</title>{icon}{head}"));
    stage.site.put(&paid, format!("<!doctype html><title>Thanks</title>{icon}{head}<body>{thanks}"));
    let args = json!({ "link": stage.link(&format!("tags-{name}")), "thanks": stage.shop(&paid), "script": script });
    let seen = browser().run(&format!("tags-{name}"), REPORTED, &args).unwrap();
    assert_eq!((&seen["status"], &seen["problems"]), (&json!(200), &json!([])), "{name}: {seen}");
    seen["order"].clone()
}

#[test]
fn the_two_snippets_report_an_order_wherever_html_can_be_put() {
    let stage = stage();
    let [counter, order, ..] = &snippets(stage)[..] else { panic!("no snippets") };
    let own = order.replace("1042", "TAGS-1042");
    assert_ne!(own, *order);
    let said = reported(stage, "plain", counter, &own, "0");
    assert_eq!(
        (&said["id"], &said["amount"], &said["currency"]),
        (&json!("TAGS-1042"), &json!("120.50"), &json!("EUR"))
    );
    // The second before the first, as where a page builder puts it into the head.
    let said = reported(stage, "early", &format!("{}{counter}", own.replace("TAGS-1042", "TAGS-EARLY")), "", "0");
    assert_eq!(said["id"], "TAGS-EARLY");
}

#[test]
fn the_tags_of_google_tag_manager_report_what_the_data_layer_says() {
    let stage = stage();
    let all = snippets(stage);
    // Tag Manager writes variables as JavaScript values, and puts a custom tag's HTML into the page by script.
    let values = [("{{order id}}", "\"TAGS-GTM\""), ("{{order amount}}", "99.5"), ("{{order currency}}", "\"EUR\"")];
    let order = values.iter().fold(all[3].clone(), |text, (from, to)| text.replace(from, to));
    let inject = |html: &str| {
        let script = html.trim().strip_prefix("<script>").unwrap().strip_suffix("</script>").unwrap();
        format!(
            "{{ const tag = document.createElement('script'); tag.text = {}; document.body.append(tag); }}",
            json!(script)
        )
    };
    let said = reported(stage, "gtm", "", "", &(inject(&all[2]) + &inject(&order)));
    assert_eq!((&said["id"], &said["currency"]), (&json!("TAGS-GTM"), &json!("EUR")));
    assert_eq!(said["amount"].to_string().trim_matches('"'), "99.5");
}

#[test]
fn what_wix_tells_its_scripts_of_a_purchase_is_reported() {
    let stage = stage();
    let all = snippets(stage);
    // Of Wix there is what its documentation says: an event when it is ready, and what calls the listener.
    let wix = "window.wixDevelopersAnalytics = { register: (name, hear) => setTimeout(() => {
            hear('PageView', {});
            hear('Purchase', { orderId: 'TAGS-WIX', revenue: 12.5, currency: 'EUR' });
        }) };
        window.dispatchEvent(new Event('wixDevelopersAnalyticsReady'));";
    let said = reported(stage, "wix", &all[0], &all[4], wix);
    assert_eq!((&said["id"], &said["currency"]), (&json!("TAGS-WIX"), &json!("EUR")));
    // The amount with a currency sign, as Squarespace and Webflow write it.
    let plain = browser()
        .run("tags-sign", "return page.evaluate(() => \"€ 12.50\".replace(/[^0-9.]/g, \"\"));", &json!({}))
        .unwrap();
    assert_eq!(plain, "12.50");
    assert!(fs::read_to_string(root().join("docs/TAGS.md")).unwrap().contains("\"…\".replace(/[^0-9.]/g, \"\")"));
}
