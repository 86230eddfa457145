//! Every button, link and fold of every page, pressed by somebody with sense: nothing fails, nothing is blank, nothing is dead.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::counter::browser;
use crate::people::{Household, OWNER, PASSWORD};
use crate::rights::{paths, routes};

/// Pages that a route has besides the one of its own address.
const MORE: [&str; 19] = [
    "/admin/orders?show=held",
    "/admin/orders?show=reported",
    "/admin/orders?q=HOUSE",
    "/admin/orders/HOUSE-2",
    "/admin/orders/HOUSE-PENDING",
    "/admin/partners?status=pending",
    "/admin/partners/waiting",
    "/admin/programs/main/test?amount=100&partner=house-ann&sku=TOUR",
    "/admin/payouts/new?partner=house-ann",
    "/admin/payouts?state=prepared",
    "/admin/reports?from=2026-10&by=partner",
    "/admin/reports?from=2026-10&by=referrer",
    "/admin/mail?show=failed",
    "/admin/mail/texts?kind=accruals&language=en",
    "/admin/mail/texts?kind=accruals&language=ru",
    "/admin/contacts?q=buyer",
    "/sales?q=ann",
    "/partner/statement?month=2026-11",
    "/join/house-ann",
];

/// What begins or ends a session, or changes in which language the rest is read: pressed at the end.
const LAST: [&str; 4] =
    ["button post /logout", "button post /language", "button post /password", "button post /login by=password"];

struct Pass<'a> {
    household: &'a Household,
    words: Value,
    done: Value,
    number: usize,
    wrong: Vec<String>,
    /// How many of each kind were pressed, and how many forms were refused.
    counts: BTreeMap<String, usize>,
    refused: Vec<String>,
}

impl Pass<'_> {
    fn press(&mut self, context: &str, path: &str, is_last: bool, never: &[&str]) {
        self.number += 1;
        let args = json!({
            "base": self.household.base(), "path": path, "words": self.words, "done": self.done, "isLast": is_last,
            "never": never, "number": self.number,
        });
        let found = browser().run(context, include_str!("buttons/press.js"), &args).unwrap();
        self.done = found["done"].clone();
        for thing in found["pressed"].as_array().unwrap() {
            *self.counts.entry(thing["kind"].as_str().unwrap().to_owned()).or_default() += 1;
            let key = thing["key"].as_str().unwrap();
            if thing["status"] == 422 {
                self.refused.push(format!("{key} on {path}: {}", thing["said"]));
            }
            for problem in thing["problems"].as_array().unwrap() {
                self.wrong.push(format!("{context} on {path}: {key}: {problem}"));
            }
        }
    }
}

/// What pages show of what is not every day's: a form for each of it.
fn furnish(household: &Household) {
    let owner = household.log_in(OWNER);
    let stage = &household.stage;
    let hook = format!("http://localhost:{}/hook", stage.site.port);
    for (name, path) in [(OWNER, "/admin/hooks"), ("house-ann", "/partner/postbacks")] {
        let session = household.log_in(name);
        household.send(&session, path, &[("do", "add"), ("url", &hook), ("event", "order.credited")]);
        let id = stage.number("SELECT max(id) FROM hook_endpoint").to_string();
        assert_eq!(household.send(&session, path, &[("do", "test"), ("id", &id)]).status, 303);
    }
    let joined = [("name", "Waits"), ("email", "waits@partners.example"), ("program", "main")];
    assert_eq!(household.post("/join", "", &joined).status, 200);
    household.change("UPDATE partner SET code = 'waiting' WHERE email = 'waits@partners.example'");
    household.change("UPDATE mail SET failed_at = 1795000000, problem = 'no such address'");
    stage.order("HOUSE-PENDING", json!({ "status": "pending", "partner": "house-ann" }));
    let pay = [("do", "paypal"), ("name", "Ann"), ("email", "ann@pay.example")];
    assert_eq!(household.send(&household.log_in("house-ann"), "/partner/settings", &pay).status, 303);
    assert_eq!(household.get(&owner, "/admin").status, 200);
}

/// Walks everything once, in a language and with or without JavaScript.
fn walk(language: &str, runs_scripts: bool) -> (Vec<String>, String) {
    let household = Household::new();
    furnish(&household);
    household.stage.site.put("/picture.png", "");
    let shop = household.stage.shop("/tours");
    let words = json!({
        "name": "Sensible #", "login": OWNER, "code": "button-#", "email": "button-#@buttons.example", "target": shop,
        "url": format!("http://localhost:{}/hook", household.stage.site.port), "partner": "house-ann", "parent": "house-ann",
        "amount": "1.00", "net": "1.00", "sku": "TOUR", "quantity": "1", "reason": "so it was agreed", "currency": "EUR",
        "iban": "DE02120300000000202051", "month": "2026-11", "from": "2026-10", "to": "2026-11", "new": PASSWORD,
        "old": PASSWORD, "password": PASSWORD, "title": "A tour", "body": "Come along", "subject": "Good news",
        "picture": household.stage.shop("/picture.png"), "width": "468", "height": "60", "q": "ann", "pages": shop,
    });
    let mut pass = Pass {
        household: &household,
        words,
        done: json!([]),
        number: 0,
        wrong: Vec::new(),
        counts: BTreeMap::new(),
        refused: Vec::new(),
    };
    let name = |who: &str| format!("buttons-{who}-{language}-{runs_scripts}");
    let (owner, partner, nobody) = (name("owner"), name("partner"), name("nobody"));
    // On a desk in one language, and on a phone in the other.
    let (width, height) = if language == "en" { (1_280, 900) } else { (390, 844) };
    let options = json!({ "javaScriptEnabled": runs_scripts, "permissions": ["clipboard-read", "clipboard-write"],
        "viewport": { "width": width, "height": height } });
    for context in [&owner, &partner, &nobody] {
        browser().open(context, &options).unwrap();
    }
    household.logged_in_browser(&owner, OWNER);
    household.logged_in_browser(&partner, "house-ann");
    let switch = r#"
        await page.goto(args.url);
        if (await page.getAttribute("html", "lang") !== args.language) {
          await Promise.all([page.waitForNavigation(), page.click(`button[name=to][value=${args.language}]`)]);
        }
        return page.getAttribute("html", "lang");"#;
    for (context, path) in [(&owner, "/admin"), (&partner, "/partner"), (&nobody, "/login")] {
        let url = format!("{}{path}", household.base());
        assert_eq!(browser().run(context, switch, &json!({ "url": url, "language": language })).unwrap(), language);
    }
    let link = household.link_of("house-ann");
    let mut pages: Vec<(&String, String)> = Vec::new();
    for route in routes().iter().filter(|route| route.is_looked_at && !route.path.starts_with("/assets/")) {
        let [there, _] = paths(route);
        let there = match route.path.as_str() {
            "/partner/links/{}" => format!("/partner/links/{link}"),
            // A file that was sent is pressed through by its own tests.
            "/login/{}" | "/" | "/logout" | "/admin/import/{}" => continue,
            path if path.ends_with(".csv")
                || path.ends_with(".html")
                || path.ends_with(".svg")
                || path.contains("files/") =>
            {
                continue;
            }
            "/sales/{}" => "/sales/house-ann".to_owned(),
            "/partner/orders/{}" => "/partner/orders/HOUSE-1".to_owned(),
            "/admin/partners/{}" | "/admin/partners/{}/statement" => there.replace("house-ben", "house-ann"),
            _ => there,
        };
        pages.push((context_of(&there, &owner, &partner, &nobody), there));
    }
    pages.extend(MORE.iter().map(|path| (context_of(path, &owner, &partner, &nobody), (*path).to_owned())));
    for is_last in [false, true] {
        for (context, path) in &pages {
            pass.press(context, path, is_last, &LAST);
        }
    }
    for (context, path) in [(&nobody, "/login"), (&owner, "/admin"), (&partner, "/partner/settings")] {
        pass.press(context, path, true, &[]);
    }
    for context in [&owner, &partner, &nobody] {
        browser().close(context).unwrap();
    }
    let said = format!(
        "{language}, scripts {runs_scripts}: {} pages, {:?}, refused {:#?}",
        pages.len(),
        pass.counts,
        pass.refused
    );
    let pressed = pass.counts.get("button").copied().unwrap_or(0);
    assert!(pressed >= 60 && pass.refused.len() * 5 < pressed, "{said}");
    (pass.wrong, said)
}

fn context_of<'c>(path: &str, owner: &'c String, partner: &'c String, nobody: &'c String) -> &'c String {
    match path.split('/').nth(1).unwrap_or_default() {
        "partner" => partner,
        top if top.starts_with("login") || top.starts_with("join") || top == "embed" => nobody,
        _ => owner,
    }
}

#[test]
fn whatever_can_be_pressed_does_something_in_both_languages_with_scripts_and_without() {
    let mut wrong = Vec::new();
    // Each language, screen and way once; the other two pairs where there is time for them.
    let mut passes = vec![("en", true), ("ru", false)];
    if std::env::var_os("TRIBUTARY_EVERY_PASS").is_some() {
        passes.extend([("ru", true), ("en", false)]);
    }
    for (language, runs_scripts) in passes {
        let (found, said) = walk(language, runs_scripts);
        println!("{said}");
        wrong.extend(found.into_iter().map(|what| format!("{language}, scripts {runs_scripts}: {what}")));
    }
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
