//! Browsers that guess: a prefetch or prerender followed by the click is exactly one click and one cookie.

use serde_json::json;

use crate::counter::browser;
use crate::stage::stage;

const HOVER_AND_CLICK: &str = r#"
await page.goto(args.page);
await page.hover(`a[href="${args.link}"]`);
const attempts = await speculated(args.link);
const cookiesBeforeClick = (await context.cookies()).length;
await page.click(`a[href="${args.link}"]`);
await page.waitForURL((url) => url.href.startsWith(args.landing));
return { attempts: attempts.map((attempt) => attempt.status), cookiesBeforeClick, cookies: (await context.cookies()).length };"#;

fn hover_then_click(rule: &str, context_options: &serde_json::Value) {
    let stage = stage();
    let name = format!("guess-{rule}");
    stage.partners(&[&name]);
    stage.make_link(&name, &name, &stage.shop("/guessed"));
    stage.site.put("/guessed", "<!doctype html><title>Landing</title><link rel=icon href=data:,>");
    let link = stage.link(&name);
    stage.site.put(
        &format!("/{name}"),
        format!(
            r#"<!doctype html><title>List</title><link rel="icon" href="data:,">
<script type="speculationrules">{{"{rule}":[{{"where":{{"href_matches":"{link}"}},"eagerness":"moderate"}}]}}</script>
<a href="{link}">The tour</a>"#
        ),
    );
    let mut browser = browser();
    browser.open(&name, context_options).unwrap();
    let args = json!({ "page": stage.shop(&format!("/{name}")), "link": link, "landing": stage.shop("/guessed") });
    let seen = browser.run(&name, HOVER_AND_CLICK, &args).unwrap();
    let attempts = seen["attempts"].as_array().unwrap();
    assert!(!attempts.is_empty() && attempts.iter().all(|status| status == "Failure"), "{seen}");
    assert_eq!((&seen["cookiesBeforeClick"], &seen["cookies"]), (&json!(0), &json!(1)), "{seen}");
    drop(browser);
    // A last click behind: when it has landed, so has every other.
    stage.click(&name);
    let hits = format!("SELECT coalesce(sum(hits), 0) FROM click JOIN link ON link.id = link_id WHERE code = '{name}'");
    assert_eq!(stage.wait_for(&hits, 2), 2, "the browser's one click, and the last one");
}

#[test]
fn a_prefetch_on_hover_and_then_the_click_is_one_click_and_one_cookie() {
    hover_then_click("prefetch", &json!({}));
}

#[test]
fn a_prerender_on_hover_and_then_the_click_is_one_click_and_one_cookie() {
    hover_then_click("prerender", &json!({ "prerender": true }));
}
