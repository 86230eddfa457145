//! The pages, as people use them: in a real browser, on a desk and on a phone, in both languages.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tributary_tests::root;
use tributary_tests::worker::Options;

use crate::counter::browser;
use crate::people::{Household, OWNER};
use crate::rights::routes;

/// Looks at a page: what is wrong with it by axe-core, whether it is wider than the screen, what it weighed, what went wrong,
/// what the keyboard does not reach.
const LOOK: &str = r#"
await page.setViewportSize({ width: args.width, height: 900 });
const problems = [];
const onConsole = (message) => { if (message.type() === "error") problems.push(message.text()); };
const onError = (error) => problems.push(String(error));
page.on("console", onConsole);
page.on("pageerror", onError);
const answer = await page.goto(args.url, { waitUntil: "load" });
const axe = await page.evaluate(async (source) => {
  if (!window.axe) (0, eval)(source);
  const found = await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
  return found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
}, args.axe);
const bytes = await page.evaluate(() =>
  [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0));
const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
await page.screenshot({ path: args.picture, fullPage: true });
const unreached = args.keys ? await reach(page) : [];
page.off("console", onConsole);
page.off("pageerror", onError);
const trips = Number(answer.headers()["x-trips"] || 0);
return { status: answer.status(), trips, language: await page.getAttribute("html", "lang"), axe, bytes, wide, problems, unreached };

// What can be used and the Tab key does not reach, or reaches without showing it.
async function reach(page) {
  const count = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
    const usable = all.filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled);
    usable.forEach((element, index) => element.setAttribute("data-nth", index));
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    return usable.length;
  });
  const unmarked = [];
  // A day's field takes the key once for each of its parts.
  const parts = await page.evaluate(() => document.querySelectorAll("input[type=date], input[type=datetime-local], input[type=month]").length * 7);
  for (let step = 0; step < count + parts + 5; step++) {
    await page.keyboard.press("Tab");
    const hidden = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const shows = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      const first = !element.hasAttribute("data-reached");
      element.setAttribute("data-reached", "");
      return first && !shows ? element.outerHTML.slice(0, 80) : null;
    });
    if (hidden) unmarked.push(`focus is not seen on ${hidden}`);
  }
  return unmarked.concat(await page.evaluate(() =>
    [...document.querySelectorAll("[data-nth]:not([data-reached])")]
      // Of buttons that exclude each other the keyboard reaches one, and the arrows the others.
      .filter((element) => !(element.type === "radio" && document.querySelector(`input[data-reached][name="${element.name}"]`)))
      .map((element) => `the keyboard does not reach ${element.outerHTML.slice(0, 80)}`)));
}
"#;

/// The most that a page may weigh with all it needs, and the most ways to the database that it may take.
const PAGE_BYTES_MAX: u64 = 60_000;
const TRIPS_MAX: u64 = 3;

/// How the names of pages end that say that something is not there.
const MISSING: &str = "-missing";

fn pictures() -> PathBuf {
    let folder = root().join("target/screenshots");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Looks at one page on a screen of a width.
fn look(context: &str, url: &str, picture: &str, width: u32) -> Value {
    // By keyboard on a desk: phones have none.
    let keys = width > 1_000;
    let axe = fs::read_to_string(root().join("node_modules/axe-core/axe.min.js")).unwrap();
    let picture = pictures().join(format!("{picture}.png"));
    browser()
        .run(context, LOOK, &json!({ "url": url, "width": width, "axe": axe, "picture": picture, "keys": keys }))
        .unwrap()
}

/// Looks at pages as somebody who is logged in in a browser's context; all that is wrong.
fn look_at(context: &str, pages: &[(&str, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for language in ["en", "ru"] {
        let switch = r#"
            await page.goto(args.url);
            if (await page.getAttribute("html", "lang") !== args.language) await page.click(`button[name=to][value=${args.language}]`);
            return page.getAttribute("html", "lang");"#;
        let first = &pages[0].1;
        let spoken = browser().run(context, switch, &json!({ "url": first, "language": language })).unwrap();
        assert_eq!(spoken, language);
        for (name, url) in pages {
            for (screen, width) in [("desk", 1_280), ("phone", 390)] {
                let picture = format!("{name}-{language}-{screen}");
                let mut seen = look(context, url, &picture, width);
                // Once a minute it is written down, beside a page, when its session was seen.
                if seen["trips"].as_u64() > Some(TRIPS_MAX) {
                    seen = look(context, url, &picture, width);
                }
                let mut say = |what: String| wrong.push(format!("{name} ({language}, {screen}): {what}"));
                let is_missing = name.ends_with(MISSING);
                if (seen["status"] == 200) == is_missing {
                    say(format!("status {}", seen["status"]));
                }
                if seen["trips"].as_u64().unwrap() > TRIPS_MAX {
                    say(format!("{} ways to the database", seen["trips"]));
                }
                if seen["language"] != language {
                    say(format!("speaks {}", seen["language"]));
                }
                let lists = ["axe", "problems", "unreached"].map(|list| seen[list].as_array());
                // The browser itself remarks that a page is missing.
                let remark = |problem: &&Value| problem.to_string().contains("Failed to load resource");
                for problem in lists.into_iter().flatten().flatten().filter(|problem| !(is_missing && remark(problem)))
                {
                    say(problem.to_string());
                }
                if seen["wide"] == Value::Bool(true) {
                    say("is wider than the screen".to_owned());
                }
                if seen["bytes"].as_u64().unwrap() > PAGE_BYTES_MAX {
                    say(format!("weighs {} bytes", seen["bytes"]));
                }
            }
        }
    }
    wrong
}

#[test]
fn every_page_is_in_order_on_a_desk_and_on_a_phone_in_both_languages() {
    // Of its own: here people change the language that their pages are in, and others read theirs.
    let household = Household::with(Options { counts: true, ..Options::default() });
    let at = |path: &str| format!("{}{path}", household.base());
    // Somebody who hears, and a line of the log.
    for (name, path) in [(OWNER, "/admin/hooks"), ("house-look", "/partner/postbacks")] {
        let session = household.log_in(name);
        let url =
            format!("http://localhost:{}{path}?with=a-long-address-that-nobody-breaks", household.stage.site.port);
        household.send(&session, path, &[("do", "add"), ("url", &url), ("event", "order.credited")]);
        let id = household.stage.number("SELECT max(id) FROM hook_endpoint").to_string();
        assert_eq!(household.send(&session, path, &[("do", "test"), ("id", &id)]).status, 303);
    }
    // A file that somebody looks at, with a bad line, and what became nothing.
    household.change(
        "INSERT INTO import_file (name, kind, text, places, created_by, created_at) VALUES ('looked-at', 'orders',
         'Order,Paid at,Subtotal,Partner' || char(10) || 'A-1,2026-11-10,100.00,house-ann' || char(10) || 'A-2,soon,1.00,' || char(10),
         '0,,,1,,,,,2,,3', 'owner@shop.example', unixepoch())",
    );
    household.change(
        "INSERT INTO hook_ignored (provider, shop, kind, subject, reason, at)
         VALUES ('stripe', 'berlin', 'invoice.paid', 'evt_1First', 'a test: nobody paid', unixepoch())",
    );
    let owner = household.logged_in_browser("pages-owner", OWNER);
    let admin: Vec<(&str, String)> = [
        ("admin-home", "/admin"),
        ("admin-orders", "/admin/orders"),
        ("admin-orders-held", "/admin/orders?show=held"),
        ("admin-order", "/admin/orders/HOUSE-1"),
        ("admin-partners", "/admin/partners"),
        ("admin-partner-new", "/admin/partners/new"),
        ("admin-partner", "/admin/partners/house-ann"),
        ("admin-products", "/admin/products"),
        ("admin-product", "/admin/products/TOUR"),
        ("admin-contacts", "/admin/contacts"),
        ("admin-contact", "/admin/contacts/1"),
        ("admin-programs", "/admin/programs"),
        ("admin-accruals", "/admin/accruals"),
        ("admin-program-new", "/admin/programs/new"),
        ("admin-program", "/admin/programs/main"),
        ("admin-program-test", "/admin/programs/main/test"),
        ("admin-program-tested", "/admin/programs/main/test?amount=100&partner=house-ann&sku=TOUR"),
        ("admin-balances", "/admin/balances"),
        ("admin-payouts", "/admin/payouts"),
        ("admin-payout-new", "/admin/payouts/new?partner=house-ann"),
        ("admin-payout-files", "/admin/payouts/files"),
        ("admin-payout", "/admin/payouts/1"),
        ("admin-adjustments", "/admin/adjustments"),
        ("admin-reports", "/admin/reports?from=2026-10"),
        ("admin-reports-partners", "/admin/reports?by=partner"),
        ("admin-reports-products", "/admin/reports?by=product&from=2026-10"),
        ("admin-reports-devices", "/admin/reports?by=device&from=2026-10"),
        ("admin-partner-postbacks", "/admin/partners/house-ben/postbacks"),
        ("admin-statement", "/admin/partners/house-ann/statement?month=2026-11"),
        ("admin-missing", "/admin/orders/nothing-of-this-name"),
        ("admin-counter", "/admin/counter"),
        ("admin-branding", "/admin/branding"),
        ("admin-hooks", "/admin/hooks"),
        ("admin-shops", "/admin/shops"),
        ("admin-import", "/admin/import"),
        ("admin-import-file", "/admin/import/looked-at"),
        ("admin-mail", "/admin/mail"),
        ("admin-mail-texts", "/admin/mail/texts"),
        ("admin-mail-text", "/admin/mail/texts?kind=accruals&language=ru"),
        ("admin-audit", "/admin/audit"),
        ("admin-people", "/admin/people"),
        ("sales", "/sales"),
        ("sales-place", "/sales/house-ann"),
        ("sales-orders", "/sales/desk/orders"),
        ("password", "/password"),
    ]
    .map(|(name, path)| (name, at(path)))
    .into();
    let mut wrong = look_at(&owner, &admin);
    let partner = household.logged_in_browser("pages-partner", "house-look@partners.example");
    let link = household.link_of("house-look");
    let session = household.log_in("house-look");
    // A link for a product: what he copies stands on its page from then on.
    let made = household.send(
        &session,
        "/partner/links",
        &[("target", household.stage.shop("/").as_str()), ("product", "TOUR")],
    );
    let product_link = made.location().split("link=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let cabinet: Vec<(&str, String)> = [
        ("partner-home", "/partner".to_owned()),
        ("partner-links", "/partner/links".to_owned()),
        ("partner-link", format!("/partner/links/{link}")),
        ("partner-products", "/partner/products".to_owned()),
        ("partner-product", "/partner/products/TOUR".to_owned()),
        ("partner-product-linked", format!("/partner/products/TOUR?link={product_link}")),
        ("partner-orders", "/partner/orders".to_owned()),
        ("partner-sales", "/sales/house-look".to_owned()),
        ("partner-missing", "/partner/links/nothing".to_owned()),
        ("partner-accruals", "/partner/accruals".to_owned()),
        ("partner-payouts", "/partner/payouts".to_owned()),
        ("partner-order", "/partner/orders/HOUSE-4".to_owned()),
        ("partner-statement", "/partner/statement?month=2026-11".to_owned()),
        ("partner-reports", "/partner/reports?by=link&from=2026-10".to_owned()),
        ("partner-partners", "/partner/partners".to_owned()),
        ("partner-postbacks", "/partner/postbacks".to_owned()),
        ("partner-settings", "/partner/settings".to_owned()),
    ]
    .map(|(name, path)| (name, at(&path)))
    .into();
    wrong.extend(look_at(&partner, &cabinet));
    household.post("/login", "", &[("name", "reader@shop.example"), ("by", "link")]);
    let mailed = household.mailed_link("reader@shop.example");
    let outside: Vec<(&str, String)> = [
        ("login", "/login"),
        ("join", "/join"),
        ("embed-join", "/embed/join"),
        ("embed-login", "/embed/login"),
        ("join-invited", "/join/house-ann"),
        ("login-link", mailed.as_str()),
        ("login-link-missing", "/login/over"),
    ]
    .map(|(name, path)| (name, at(path)))
    .into();
    wrong.extend(look_at("pages-nobody", &outside));
    // A new route cannot be forgotten: each that a page is at was looked at.
    let looked: Vec<&str> = [&admin, &cabinet, &outside]
        .into_iter()
        .flatten()
        .map(|(_, url)| url[household.base().len()..].split('?').next().unwrap())
        .collect();
    for route in routes().iter().filter(|route| route.is_looked_at) {
        let path = route.path.as_str();
        let is_file = [".csv", ".html", ".css", ".js", ".svg", "/files/{}"].iter().any(|end| path.ends_with(end));
        let (start, end) = path.split_once("{}").unwrap_or((path, ""));
        let is_at = |looked: &&str| match path.contains("{}") {
            false => *looked == path,
            true => looked
                .strip_prefix(start)
                .and_then(|rest| rest.strip_suffix(end))
                .is_some_and(|name| !name.is_empty() && !name.contains('/')),
        };
        // It leads on.
        if path != "/" && !is_file && !looked.iter().any(is_at) {
            wrong.push(format!("nobody looked at {path}"));
        }
    }
    // The control: the same look finds what is wrong with a page that is.
    let bad = r#"<!doctype html><html lang="en"><title>Control</title><main><div style="width:3000px">wide</div><img src="/x.png"></main>"#;
    household.stage.site.put("/control", bad.to_owned());
    let seen = look("pages-control", &household.stage.shop("/control"), "control", 390);
    assert!(seen["axe"].to_string().contains("image-alt"), "{seen}");
    let far = r#"<!doctype html><html lang="en"><title>Control</title><style>a{outline:none}</style><a href="/1">1</a><button tabindex="-1">2</button>"#;
    household.stage.site.put("/control-keys", far.to_owned());
    let unreached =
        look("pages-control", &household.stage.shop("/control-keys"), "control", 1_280)["unreached"].to_string();
    assert!(
        unreached.contains("focus is not seen on <a") && unreached.contains("does not reach <button"),
        "{unreached}"
    );
    assert_eq!(
        (&seen["wide"], seen["problems"].as_array().is_some_and(Vec::is_empty)),
        (&json!(true), false),
        "{seen}"
    );
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
