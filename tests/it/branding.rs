//! The merchant's look, and sign-up and log-in in his own pages.

use serde_json::json;

use crate::counter::browser;
use crate::people::{Household, OWNER};

#[test]
fn partners_see_the_merchants_look_and_his_own_pages_keep_theirs() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let logo = household.stage.shop("/logo.svg");
    let fields = |accent: &'static str| {
        vec![
            ("logo", logo.clone()),
            ("accent", accent.to_owned()),
            ("welcome", "Good to have you here.".to_owned()),
            ("join_text", "We pay on the fifth.".to_owned()),
            ("contact", "Carla, partners@shop.example\r\n+39 089 555".to_owned()),
            ("css", "h1 { letter-spacing: 1px }".to_owned()),
        ]
    };
    let save = |accent: &'static str| {
        let fields = fields(accent);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        household.send(&owner, "/admin/branding", &fields)
    };
    let light = save("#ffff00");
    assert_eq!(light.status, 422);
    assert!(light.body.contains("too light") && light.body.contains("We pay on the fifth."), "{}", light.body);
    assert_eq!(save("#7a1fa2").location(), "/admin/branding?said=branding-saved");
    let ann = household.log_in("house-ann");
    let cabinet = household.get(&ann, "/partner");
    assert!(cabinet.body.contains("Good to have you here.") && cabinet.body.contains(&logo), "{}", cabinet.body);
    let contact = "Carla, partners@shop.example\r\n+39 089 555";
    assert!(cabinet.body.contains("Help and contact") && cabinet.body.contains(contact), "{}", cabinet.body);
    let russian = household.get("trb-language=ru", "/login").body;
    assert!(russian.contains("Помощь и контакты") && russian.contains(contact), "{russian}");
    let policy = cabinet.header("content-security-policy").unwrap();
    let origin = logo.trim_end_matches("/logo.svg");
    assert!(policy.contains(&format!("img-src 'self' {origin};")), "{policy}");
    let style = cabinet.body.split("/assets/brand.css?v=").nth(1).unwrap().split('"').next().unwrap();
    let style = household.get("", &format!("/assets/brand.css?v={style}"));
    assert!(
        style.body.contains("--accent: #7a1fa2") && style.body.ends_with("h1 { letter-spacing: 1px }"),
        "{style:?}"
    );
    assert!(household.get("", "/join").body.contains("We pay on the fifth."));
    for (session, path) in [(owner.as_str(), "/admin"), ("", "/login?look=plain")] {
        let plain = household.get(session, path);
        assert!(plain.status == 200 && !plain.body.contains("brand.css"), "{path}: {}", plain.body);
        assert!(!plain.body.contains("+39 089 555"), "{path}: {}", plain.body);
    }
    let history = household.text("SELECT after FROM audit WHERE what = 'branding.changed'");
    assert!(history.contains("#7a1fa2"), "{history}");
}

#[test]
fn sign_up_and_log_in_stand_in_a_page_of_the_merchants_and_of_nobody_elses() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let page = household.get(&owner, "/admin/branding").body;
    let snippets: Vec<String> = page
        .split("<textarea id=\"embed-")
        .skip(1)
        .map(|part| part.split_once('>').unwrap().1.split("</textarea>").next().unwrap().to_owned())
        .map(|html| html.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\""))
        .collect();
    assert_eq!(snippets.len(), 2, "{page}");
    // As browsers reach it from pages of the shop.
    let here = |html: &str| html.replace(&household.stage.worker.base, &household.base());
    let body: String = snippets.iter().map(|snippet| here(snippet)).collect();
    let shop = format!("<!doctype html><html lang=\"en\"><title>Partners</title>{body}</html>");
    household.stage.site.put("/partners", shop);
    let story = r#"
        await page.goto(args.url);
        const join = page.frameLocator("iframe").first();
        await join.locator("input[name=name]").fill("Fay");
        await join.locator("input[name=email]").fill("fay@partners.example");
        await join.locator("main form button").first().click();
        await join.locator("main form").waitFor({ state: "detached" });
        const said = await join.locator("main").textContent();
        const login = page.frameLocator("iframe").nth(1);
        await login.locator("input[name=name]").fill("house-ann");
        await login.locator("input[name=password]").fill(args.password);
        await login.locator("button[value=password]").click();
        await page.waitForURL("**/partner");
        return said;"#;
    let args = json!({ "url": household.stage.shop("/partners"), "password": crate::people::PASSWORD });
    browser().run("embedded", story, &args).unwrap();
    assert_eq!(household.stage.number("SELECT count(*) FROM partner WHERE email = 'fay@partners.example'"), 1);
    for path in ["/embed/join", "/embed/login"] {
        let policy = household.get("", path).header("content-security-policy").unwrap().to_owned();
        let hosts = policy.split("frame-ancestors ").nth(1).unwrap().split(';').next().unwrap();
        assert!(
            hosts.contains("'self'") && hosts.contains(crate::stage::SHOP) && !hosts.contains("'none'"),
            "{policy}"
        );
        assert!(!hosts.split(' ').any(|host| host == "*"), "{policy}");
    }
    let alone = household.get("", "/join").header("content-security-policy").unwrap().to_owned();
    assert!(alone.contains("frame-ancestors 'none'"), "{alone}");
}
