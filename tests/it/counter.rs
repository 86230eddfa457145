//! The counter on real pages in a real browser, on two host names.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde_json::{Value, json};
use tributary_shared::signing::KeyRing;
use tributary_shared::visit;
use tributary_tests::browser::Browser;
use tributary_tests::worker::TEST_KEYS;

use crate::stage::{Stage, earned, stage};

/// The one browser of these tests; contexts share no cookies.
pub(crate) fn browser() -> MutexGuard<'static, Browser> {
    static BROWSER: OnceLock<Mutex<Browser>> = OnceLock::new();
    BROWSER.get_or_init(|| Mutex::new(Browser::start().unwrap())).lock().unwrap_or_else(PoisonError::into_inner)
}

/// A landing page with the counter, an opt-in form and a checkout link.
fn landing(stage: &Stage, path: &str, attributes: &str) {
    let snippet = stage.snippet(attributes);
    stage.site.put(
        path,
        format!(
            r#"<!doctype html><title>Landing</title><link rel="icon" href="data:,">
{snippet}
<form action="/thanks" method="get" data-trb-identify>
  <input name="email" type="email"><input type="hidden" name="trb"><button>Join</button>
</form>
<a id="checkout" href="/checkout?x=1" data-trb>Checkout</a>"#
        ),
    );
    stage.site.put("/thanks", "<!doctype html><title>Thanks</title><link rel=icon href=data:,>");
}

/// Follows a link and waits until the counter has filled the form.
const FOLLOW: &str = r#"
await page.goto(args.link);
await page.waitForFunction(() => document.querySelector("input[name=trb]").value !== "");
return {
  url: page.url(),
  trb: await page.inputValue("input[name=trb]"),
  checkout: await page.getAttribute("a[id=checkout]", "href"),
  cookies: (await context.cookies()).map((cookie) => cookie.name),
  visible: await page.evaluate(() => document.cookie),
};"#;

fn partners_of(trb: &str) -> Vec<i64> {
    let carried = visit::open(trb, &KeyRing::parse(TEST_KEYS).unwrap());
    assert!(!carried.refused, "{trb}");
    carried.touches.iter().map(|touch| touch.partner.0).collect()
}

fn partner_id(stage: &Stage, code: &str) -> i64 {
    stage.number(&format!("SELECT id FROM partner WHERE code = '{code}'"))
}

#[test]
fn on_the_merchants_own_site_the_form_carries_what_the_cookie_says() {
    let stage = stage();
    stage.partners(&["own-site"]);
    stage.make_link("own-site", "own-site", &stage.shop("/own-site"));
    landing(stage, "/own-site", "");
    let seen = browser().run("own-site", FOLLOW, &json!({ "link": stage.link("own-site") })).unwrap();
    assert_eq!(seen["url"], stage.shop("/own-site"), "no token in the address where the cookie reaches");
    assert_eq!(seen["cookies"], json!(["__Secure-trb"]));
    assert_eq!(seen["visible"], "", "scripts do not see the cookie");
    assert_eq!(partners_of(seen["trb"].as_str().unwrap()), [partner_id(stage, "own-site")]);
    assert!(seen["checkout"].as_str().unwrap().contains("x=1&trb="));
    stage.wait_for("SELECT hits FROM page WHERE path = '/own-site' UNION ALL SELECT 0 LIMIT 1", 1);
}

#[test]
fn on_another_host_the_counter_carries_the_token_on_from_page_to_page() {
    let stage = stage();
    stage.partners(&["elsewhere"]);
    stage.make_link("elsewhere", "elsewhere", &stage.other("/elsewhere"));
    landing(stage, "/elsewhere", "");
    landing(stage, "/elsewhere/second", "");
    let link = stage.link("elsewhere");
    let seen = browser().run("elsewhere", FOLLOW, &json!({ "link": link })).unwrap();
    assert!(seen["url"].as_str().unwrap().starts_with(&format!("{}?trb=", stage.other("/elsewhere"))), "{seen}");
    assert_eq!(partners_of(seen["trb"].as_str().unwrap()), [partner_id(stage, "elsewhere")]);
    // The second page has no token in its address.
    let second = browser().run("elsewhere", FOLLOW, &json!({ "link": stage.other("/elsewhere/second") })).unwrap();
    assert_eq!(second["trb"], seen["trb"]);
    // With all cookies gone the order still finds its partner through the token.
    stage.order("ELSEWHERE-1", json!({ "trb": second["trb"] }));
    assert_eq!(earned(&stage.explained("ELSEWHERE-1")), [("elsewhere".to_owned(), 1, "10.00".to_owned())]);
}

#[test]
fn a_partners_code_in_the_address_of_a_page_is_a_touch() {
    let stage = stage();
    stage.partners(&["via"]);
    landing(stage, "/via", "");
    let seen = browser().run("via", FOLLOW, &json!({ "link": stage.shop("/via?via=via&utm_source=x") })).unwrap();
    assert_eq!(partners_of(seen["trb"].as_str().unwrap()), [partner_id(stage, "via")]);
    assert_eq!(seen["cookies"], json!([]), "the attribution cookie is set by navigations to the Worker alone");
    stage.wait_for("SELECT count(*) FROM visit WHERE path = '/via' AND utm LIKE '%\"source\":\"x\"%'", 1);
}

#[test]
fn where_consent_is_required_nothing_is_sent_or_kept_before_it_is_given() {
    let stage = stage();
    stage.partners(&["willing"]);
    landing(stage, "/willing", r#"data-consent="required""#);
    let token = {
        stage.make_link("willing", "willing", &stage.other("/willing"));
        let (answer, _) = stage.click("willing");
        answer.location().to_owned()
    };
    let script = r##"
        const sent = [];
        page.on("request", (request) => { if (request.url().includes("/collect")) sent.push(request.postDataJSON().event); });
        await page.goto(args.link);
        await page.waitForFunction(() => window.tributary && window.tributary.on);
        const before = { sent: [...sent], kept: await page.evaluate(() => localStorage.length) };
        await page.evaluate(() => window.tributary("identify", { email: "unasked@example.test" }));
        await page.evaluate(() => window.tributary("consent", true));
        await page.waitForFunction(() => localStorage.length > 0);
        return { before, sent, kept: await page.evaluate(() => localStorage.trb !== "") };"##;
    let seen = browser().run("willing", script, &json!({ "link": token })).unwrap();
    assert_eq!(seen["before"], json!({ "sent": [], "kept": 0 }));
    assert_eq!((&seen["sent"], &seen["kept"]), (&json!(["consent", "view"]), &Value::Bool(true)));
    assert_eq!(stage.number("SELECT count(*) FROM contact WHERE email = 'unasked@example.test'"), 0);
}

#[test]
fn the_snippet_on_a_page_twice_counts_once() {
    let stage = stage();
    let twice = format!("{}\n{}", stage.snippet(""), stage.snippet(""));
    stage.site.put("/twice", format!("<!doctype html><link rel=icon href=data:,>{twice}<form><input name=trb></form>"));
    stage.partners(&["twice"]);
    let script = r#"
        let views = 0;
        page.on("request", (request) => { if (request.url().endsWith("/collect")) views += 1; });
        await page.goto(args.link);
        await page.waitForFunction(() => document.querySelector("input[name=trb]").value !== "");
        await page.waitForLoadState("networkidle");
        return views;"#;
    let views = browser().run("twice", script, &json!({ "link": stage.shop("/twice?via=twice") })).unwrap();
    assert_eq!(views, 1);
}

#[test]
fn the_script_is_served_with_its_hash_and_not_sent_again() {
    let stage = stage();
    let first = stage.client.send("GET", "/t.js", &[], &[]).unwrap();
    assert_eq!((first.status, first.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    let etag = first.header("etag").unwrap();
    let again = stage.client.send("GET", "/t.js", &[("If-None-Match", etag)], &[]).unwrap();
    assert_eq!((again.status, again.body.as_str()), (304, ""));
}
