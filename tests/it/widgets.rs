//! Widgets on partners' sites: cards of products, in a frame and by a script.

use serde_json::json;

use crate::counter::browser;
use crate::people::household;
use crate::stage::{LINKS, Stage, earned, stage};

fn widget(stage: &Stage, path: &str) -> String {
    format!("http://{LINKS}:{}/w/{path}", stage.worker.port)
}

/// A partner with a link, and two products of which partners see one.
fn products() -> &'static Stage {
    let stage = stage();
    stage.partners(&["widget-ann"]);
    stage.site.put("/widget-tours", "<!doctype html><title>Tours</title><link rel=icon href=data:,>");
    stage.make_link("widget-ann", "widget-ann", &stage.shop("/widget-tours"));
    let products = "sku,name,participates,shown\nWIDGET-1,Amalfi coast,true,true\nWIDGET-2,By boat,true,false\n";
    stage.batch.import("products", products).unwrap();
    stage
}

#[test]
fn a_widget_is_small_kept_and_the_same_for_everybody() {
    let stage = products();
    let get = |path: &str, headers: &[(&str, &str)]| stage.client.send("GET", path, headers, &[]).unwrap();
    for (path, content_type) in
        [("/w/widget-ann.html", "text/html; charset=utf-8"), ("/w/widget-ann.js", "text/javascript; charset=utf-8")]
    {
        let first = get(path, &[("Cookie", "__Secure-trb=x")]);
        assert_eq!((first.status, first.header("content-type")), (200, Some(content_type)), "{path}");
        assert!(first.header("cache-control").unwrap().starts_with("public, max-age="), "{path}");
        assert_eq!(first.header("set-cookie"), None, "{path}");
        assert!(first.header("strict-transport-security").is_some(), "{path}");
        assert!(first.body.len() <= 10_000 && first.body.contains("Amalfi coast"), "{path}: {}", first.body);
        assert!(!first.body.contains("By boat"), "{path}: partners do not see it");
        let again = get(path, &[("If-None-Match", first.header("etag").unwrap())]);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
    }
    let frame = get("/w/widget-ann.html", &[]);
    let policy = frame.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors *") && policy.contains("sandbox allow-popups"), "{policy}");
    assert!(get("/login", &[]).header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    assert!(get("/w/WIDGET-ANN.html?lang=ru", &[]).body.contains("<html lang=\"ru\">"));
    for missing in ["/w/nobody-has-it.html", "/w/nobody-has-it.js", "/w/widget-ann.txt", "/w/"] {
        assert_eq!(get(missing, &[]).status, 404, "{missing}");
    }
}

#[test]
fn a_click_on_the_card_of_one_product_and_a_purchase_of_another_are_credited() {
    let stage = products();
    let frame = format!(
        r#"<iframe src="{}" title="Tours" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>"#,
        widget(stage, "widget-ann.html")
    );
    let script = format!(r#"<script async src="{}"></script>"#, widget(stage, "widget-ann.js"));
    let page = |name: &str, snippet: &str| {
        stage
            .site
            .put(name, format!("<!doctype html><title>Blog</title><link rel=icon href=data:,><h1>Blog</h1>{snippet}"));
    };
    page("/blog-frame", &frame);
    page("/blog-script", &script);
    let click = r#"
        await page.goto(args.page);
        const card = args.framed ? page.frameLocator("iframe").locator("a") : page.locator("a");
        await card.first().waitFor();
        const border = await card.first().evaluate((link) => getComputedStyle(link).borderTopWidth);
        const [popup] = await Promise.all([context.waitForEvent("page"), card.first().click()]);
        await popup.waitForURL((url) => url.pathname === "/widget-tours");
        await popup.close();
        const cookie = (await context.cookies()).find((cookie) => cookie.name === "__Secure-trb");
        return { border, cookie: cookie && cookie.value };"#;
    for (name, framed) in [("blog-frame", true), ("blog-script", false)] {
        // The blog is of another site than the shop.
        let args = json!({ "page": stage.other(&format!("/{name}")), "framed": framed });
        let seen = browser().run(name, click, &args).unwrap();
        assert_eq!(seen["border"], "1px", "{name} has its style");
        let order = format!("WIDGET-{name}");
        let bought = json!({ "trb": seen["cookie"], "lines": [{ "sku": "ANOTHER", "quantity": 1, "net": "100.00" }] });
        assert_eq!(stage.order(&order, bought).status, 201);
        let explained = stage.explained(&order);
        assert_eq!(
            (&explained["outcome"], &explained["partner"]),
            (&json!("credited"), &json!("widget-ann")),
            "{explained}"
        );
        assert_eq!(earned(&explained), [("widget-ann".to_owned(), 1, "10.00".to_owned())], "{explained}");
    }
}

#[test]
fn a_partner_finds_the_snippets_in_his_cabinet() {
    let household = household();
    let session = household.log_in("house-ann");
    let card = household.get(&session, "/partner/links/house-ann").body;
    for path in ["/w/house-ann.js?lang=en", "/w/house-ann.html?lang=en"] {
        assert!(card.contains(path), "{card}");
    }
}
