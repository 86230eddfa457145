//! The merchant's look, and sign-up and log-in in his own pages.

use serde_json::{Value, json};
use tributary_shared::merchant::Merchant;
use tributary_shared::zone::Zone;

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
        let answer = household.get("", path);
        assert_eq!(answer.header("x-frame-options"), None, "it would forbid all frames");
        let policy = answer.header("content-security-policy").unwrap();
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

#[test]
fn the_owner_says_who_he_is_and_the_batch_reads_it_as_its_own() {
    const PATH: &str = "/admin/branding/merchant";
    let household = Household::new();
    let file = "[merchant]\nname = \"Amalfi Tours\"\ntime_zone = \"Europe/Rome\"\npayday = 5\nsite = \"https://go.amalfi.example\"\n";
    household.stage.batch.import("merchant", file).unwrap();
    let owner = household.log_in(OWNER);
    let versions = || household.stage.number("SELECT count(*) FROM merchant");
    let before = versions();
    let page = household.get(&owner, "/admin/branding").body;
    assert!(page.contains("value=\"Amalfi Tours\"") && page.contains("value=\"Europe/Rome\""), "{page}");
    // Whatever zones platforms know, the batch knows as well.
    let zones = browser().run("zones", "return Intl.supportedValuesOf('timeZone');", &json!({})).unwrap();
    let zones: Vec<&str> = zones.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let unknown: Vec<&&str> = zones.iter().filter(|zone| Zone::parse(zone).is_err()).collect();
    assert!(zones.len() > 300 && unknown.is_empty(), "{unknown:?}");
    let save = |session: &str, name: &str, zone: &str, payday: &str| {
        household.send(session, PATH, &[("name", name), ("time_zone", zone), ("payday", payday)])
    };
    for (name, zone, payday) in [
        ("", "Europe/Rome", "5"),
        ("A\u{7}", "Europe/Rome", "5"),
        ("Refused", "Europe/Nowhere", "5"),
        ("Refused", "+01:00", "5"),
        ("Refused", "", "5"),
        ("Refused", "Europe/Rome", "29"),
        ("Refused", "Europe/Rome", "0"),
        ("Refused", "Europe/Rome", ""),
    ] {
        let refused = save(&owner, name, zone, payday);
        assert!(
            refused.status == 422 && refused.body.contains("class=\"problem\""),
            "{name} {zone} {payday}: {refused:?}"
        );
    }
    for other in ["manager@shop.example", "reader@shop.example"] {
        let session = household.log_in(other);
        assert!(!household.get(&session, "/admin/branding").body.contains(PATH), "{other}");
        assert_eq!(save(&session, "Intruder", "UTC", "1").status, 404, "{other}");
    }
    assert_eq!(versions(), before);
    for _ in 0..2 {
        let saved = save(&owner, "Capri & Tours", "America/New_York", "7");
        assert_eq!(saved.location(), "/admin/branding?said=merchant-saved", "{}", saved.body);
    }
    assert_eq!(versions(), before + 1, "the same again is no version");
    // However it is written, a zone is stored by a name that the batch knows.
    for zone in ["asia/kolkata", "UTC", "America/New_York"] {
        assert_eq!(save(&owner, "Capri & Tours", zone, "7").status, 303, "{zone}");
        let stored = household.text("SELECT details ->> '$.time_zone' FROM merchant ORDER BY id DESC LIMIT 1");
        assert!(Zone::parse(&stored).is_ok(), "{stored}");
    }
    let details = household.text("SELECT details FROM merchant ORDER BY id DESC LIMIT 1");
    let merchant: Merchant = serde_json::from_str(&details).unwrap();
    assert_eq!(
        (merchant.name.as_str(), merchant.time_zone.name(), merchant.payday),
        ("Capri & Tours", "America/New_York", 7)
    );
    assert_eq!(merchant.site.as_deref(), Some("https://go.amalfi.example"), "what the form does not have stays");
    // The platform's zones and the batch's are the same, as far as anything happens in them.
    let details: Value = serde_json::from_str(&details).unwrap();
    let listed: Vec<(i64, i32)> = serde_json::from_value(details["offsets"].clone()).unwrap();
    let happens = |listed: &[(i64, i32)]| -> Vec<(i64, i32)> {
        listed.iter().filter(|(from, _)| (946_684_800..2_114_380_800).contains(from)).copied().collect()
    };
    assert_eq!(happens(&listed), happens(&merchant.time_zone.offsets()));
    assert!(happens(&listed).len() > 70, "{listed:?}");
    assert!(household.get(&owner, "/admin").body.contains("Capri &#38; Tours"));
    let line = household
        .text("SELECT before || ' > ' || after FROM audit WHERE what = 'merchant.changed' ORDER BY id LIMIT 1");
    assert_eq!(
        line,
        r#"{"name":"Amalfi Tours","time_zone":"Europe/Rome","payday":5} > {"name":"Capri & Tours","time_zone":"America/New_York","payday":7}"#
    );
}
