//! The pages in a browser that runs no script: forms and links are all there is.

use serde_json::{Value, json};
use tributary_tests::browser::Browser;

use crate::counter::browser;
use crate::people::{OWNER, PASSWORD, household};

/// Opens a context without JavaScript, logged in.
fn open(context: &str, name: &str) {
    let mut browser = browser();
    browser.open(context, &json!({ "javaScriptEnabled": false })).unwrap();
    let script = r#"
        await page.goto(args.base + "/login");
        await page.fill("input[name=name]", args.name);
        await page.fill("input[name=password]", args.password);
        await page.click("button[value=password]");
        await page.waitForLoadState();"#;
    run(&mut browser, context, script, &json!({ "name": name, "password": PASSWORD }));
}

fn run(browser: &mut Browser, context: &str, script: &str, args: &Value) -> Value {
    let mut args = args.clone();
    args["base"] = json!(household().base());
    browser.run(context, script, &args).unwrap()
}

/// Fills the form of a page that has some field, presses its button, and says where that led.
const FORM: &str = r#"
    await page.goto(args.base + args.path);
    const has = args.button ?? `[name=${Object.keys(args.fields)[0]}]`;
    const form = page.locator("main form", { has: page.locator(has) }).first();
    for (const [name, value] of Object.entries(args.fields)) {
      const field = form.locator(`[name=${name}]`).first();
      const kind = await field.evaluate((element) => element.tagName + ":" + element.type);
      if (kind.startsWith("SELECT")) await field.selectOption(value);
      else if (kind.endsWith(":checkbox")) await field.setChecked(value);
      else await field.fill(value);
    }
    await form.locator(args.button ?? "button").first().click();
    await page.waitForLoadState();
    return page.url() + " " + (await page.textContent("main"));"#;

#[test]
fn owner_and_partner_do_their_work_by_forms_alone() {
    let household = household();
    open("plain-owner", OWNER);
    open("plain-partner", "house-ben");
    let fill = |context: &str, path: &str, fields: Value, button: Option<&str>| {
        let args = json!({ "path": path, "fields": fields, "button": button });
        run(&mut browser(), context, FORM, &args).as_str().unwrap().to_owned()
    };
    // The control: no script ran.
    household.stage.site.put(
        "/plain",
        "<!doctype html><title>no</title><main>plain</main><script>document.title='yes'</script>".to_owned(),
    );
    let title = json!({ "url": household.stage.shop("/plain") });
    let control = run(&mut browser(), "plain-owner", "await page.goto(args.url); return page.title();", &title);
    assert_eq!(control, "no");
    // The owner makes a partner, changes him, and finds him.
    let made = fill(
        "plain-owner",
        "/admin/partners/new",
        json!({ "code": "plain-dan", "name": "Dan", "email": "dan@partners.example", "percent-1": "12" }),
        None,
    );
    assert!(made.contains("/admin/partners/plain-dan"), "{made}");
    let found = fill("plain-owner", "/admin/partners", json!({ "q": "plain-dan" }), None);
    assert!(found.contains("Dan"), "{found}");
    // A partner makes a link, and has the HTML of it before him.
    let tours = household.stage.shop("/tours");
    let link = fill("plain-partner", "/partner/links", json!({ "target": tours }), None);
    assert!(link.contains("/go/"), "{link}");
    // At his desk he places an order for a guest, which the owner marks paid.
    let placed = fill(
        "plain-partner",
        "/sales/house-ben",
        json!({ "sku": "TOUR", "name": "Gina", "email": "gina@guests.example", "net": "50.00" }),
        None,
    );
    let order = placed.split_whitespace().find(|word| word.starts_with("S-")).unwrap().to_owned();
    let paid = fill("plain-owner", &format!("/admin/orders/{order}"), json!({}), Some("button[value=paid]"));
    assert!(paid.contains("said=order-marked"), "{paid}");
    // Nothing that only a script could do is shown.
    let copies = run(
        &mut browser(),
        "plain-partner",
        r#"await page.goto(args.base + "/partner/partners"); return page.locator("[data-copy]:visible, [data-print]:visible").count();"#,
        &json!({}),
    );
    assert_eq!(copies, 0);
}
