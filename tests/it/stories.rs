//! What the merchant and his partners do on their pages, and what comes of it.

use serde_json::{Value, json};
use tributary_tests::client::Answer;

use crate::counter::browser;
use crate::people::{Household, OWNER, household, session_of};
use crate::stage::earned;

fn said(answer: &Answer, key: &str) {
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(answer.location().ends_with(&format!("said={key}")), "{}", answer.location());
}

#[test]
fn a_visitor_becomes_a_partner_is_approved_and_earns() {
    let household = household();
    let owner = household.log_in(OWNER);
    let joined = household.post(
        "/join",
        "",
        &[
            ("name", "Dora"),
            ("email", "dora@partners.example"),
            ("site", "https://dora.example"),
            ("program", "main"),
            ("parent", "house-ann"),
        ],
    );
    assert_eq!(joined.status, 200, "{}", joined.body);
    let again =
        household.post("/join", "", &[("name", "Dora"), ("email", "dora@partners.example"), ("program", "main")]);
    assert_eq!((again.status, &again.body), (200, &joined.body), "that an address is known is not told");
    let code = household.text("SELECT code FROM partner WHERE email = 'dora@partners.example'");
    assert_eq!(household.stage.number("SELECT count(*) FROM mail WHERE recipient = 'dora@partners.example'"), 1);
    let entered = household.post(&household.mailed_link("dora@partners.example"), "", &[]);
    let dora = session_of(&entered);
    let waits = household.get(&dora, "/partner").body;
    assert!(waits.contains("waits for approval") && !waits.contains("href=\"/sales\""), "{waits}");
    assert_eq!(household.get(&dora, "/sales").status, 404);
    let made = household.send(&dora, "/partner/links", &[("target", &household.stage.shop("/tours/lisbon"))]);
    let link = made.location().trim_start_matches("/partner/links/").split('?').next().unwrap().to_owned();
    said(&made, "link-made");
    let foreign = household.send(&dora, "/partner/links", &[("target", "https://elsewhere.example/")]);
    assert_eq!(foreign.status, 422, "{}", foreign.body);
    // Before she is approved she earns nothing; after it, she and her parent do.
    let (_, cookie) = household.stage.click(&link);
    let order = |name: &str| {
        let more = json!({ "trb": cookie, "paid_at": "2027-10-20T00:00:00Z", "customer": { "email": format!("{name}@example.test") } });
        assert_eq!(household.stage.order(name, more).status, 201);
    };
    order("DORA-1");
    assert!(earned(&household.stage.explained("DORA-1")).iter().all(|(partner, _, _)| *partner != code));
    said(
        &household.send(
            &owner,
            &format!("/admin/partners/{code}"),
            &[("do", "approve"), ("name", "Dora"), ("email", "dora@partners.example"), ("parent", "house-ann")],
        ),
        "partner-saved",
    );
    assert!(household.get(&dora, "/partner").body.contains("href=\"/sales\""));
    order("DORA-2");
    let tiers = earned(&household.stage.explained("DORA-2"));
    assert_eq!(tiers[0], (code.clone(), 1, "10.00".to_owned()));
    assert_eq!(tiers[1], ("house-ann".to_owned(), 2, "3.00".to_owned()));
    // What she sees is hers; what her parent sees says that she stands under him.
    let why = household.get(&dora, "/partner/orders/DORA-2").body;
    assert!(why.contains("tier 1 commission") && !why.contains("house-ann"), "{why}");
    let ann = household.log_in("house-ann");
    assert!(household.get(&ann, "/partner/partners").body.contains("Dora"));
}

#[test]
fn the_merchant_creates_a_partner_who_tracks_without_a_log_in_and_gets_one_later() {
    let household = household();
    let owner = household.log_in(OWNER);
    let fields = [
        ("code", "desk-eve"),
        ("name", "Eve"),
        ("program", "main"),
        ("parent", "house-cid"),
        ("until", "2028-01-01"),
        ("percent-1", "15"),
        ("percent-3", "2"),
        ("site", "https://eve.example"),
        ("phone", "+39 1"),
    ];
    said(&household.send(&owner, "/admin/partners/new", &fields), "partner-created");
    assert_eq!(household.send(&owner, "/admin/partners/new", &fields).status, 422, "a code is taken once");
    let terms: Value = serde_json::from_str(
        &household
            .text("SELECT terms FROM partner_version JOIN partner ON partner.id = partner_id WHERE code = 'desk-eve'"),
    )
    .unwrap();
    // The first second of the day in the merchant's zone.
    assert_eq!(terms["parent_commission_until"], 1_830_294_000, "{terms}");
    let made = household.send(&owner, "/admin/partners/desk-eve/links", &[("target", &household.stage.shop("/tours"))]);
    said(&made, "link-made");
    let link = household.link_of("desk-eve");
    let (_, cookie) = household.stage.click(&link);
    household.stage.order("EVE-1", json!({ "trb": cookie, "paid_at": "2027-10-20T00:00:00Z" }));
    let first = earned(&household.stage.explained("EVE-1"));
    assert_eq!(first, [("desk-eve".to_owned(), 1, "15.00".to_owned()), ("house-cid".to_owned(), 2, "3.00".to_owned())]);
    // A log-in wants an address; then it is one step.
    let change = |what: &str, email: &str| {
        let fields = [
            ("do", what),
            ("name", "Eve"),
            ("email", email),
            ("parent", "house-cid"),
            ("until", "2028-01-01"),
            ("percent-1", "15"),
            ("percent-3", "2"),
        ];
        household.send(&owner, "/admin/partners/desk-eve", &fields)
    };
    said(&change("invite", ""), "partner-no-email");
    said(&change("save", "eve@partners.example"), "partner-saved");
    said(&change("invite", ""), "partner-invited");
    let entered = household.post(&household.mailed_link("eve@partners.example"), "", &[]);
    assert_eq!(entered.location(), "/password");
    assert!(household.get(&session_of(&entered), "/partner").body.contains("15.00"));
    // A circle is refused; what was changed is in the history, with who.
    let circle = household.send(
        &owner,
        "/admin/partners/house-cid",
        &[("do", "save"), ("name", "house-cid"), ("parent", "desk-eve")],
    );
    assert_eq!(circle.status, 422, "{}", circle.body);
    let history = household.get(&owner, "/admin/audit").body;
    assert!(
        history.contains("partner.created") && history.contains("desk-eve") && history.contains(OWNER),
        "{history}"
    );
}

#[test]
fn a_partners_own_rates_are_percent_flat_or_both_and_the_history_has_all_of_him() {
    let household = household();
    let owner = household.log_in(OWNER);
    let card = "/admin/partners/own-rates";
    // Marks that JSON has other words for than Rust.
    let name = "Own\u{200b} \"Rates\"";
    let rates = [("percent-1", "5"), ("flat-1", "2,50"), ("flat-2", "0.75")];
    let fields = |more: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> {
        [("name", name), ("site", "https://own.example")].iter().chain(more).copied().collect()
    };
    let new = [fields(&[("code", "own-rates"), ("program", "main"), ("parent", "house-cid")]), rates.into()].concat();
    let wrong = fields(&[("code", "own-rates"), ("program", "main"), ("flat-1", "much"), ("percent-2", "7")]);
    let refused = household.send(&owner, "/admin/partners/new", &wrong);
    assert_eq!(refused.status, 422);
    for part in ["class=\"problem\"", "value=\"much\"", "value=\"7\"", "value=\"own-rates\""] {
        assert!(refused.body.contains(part), "{part}: {}", refused.body);
    }
    said(&household.send(&owner, "/admin/partners/new", &new), "partner-created");
    let terms = "SELECT terms FROM partner_version JOIN partner ON partner.id = partner_id WHERE code = 'own-rates'
      ORDER BY valid_from DESC LIMIT 1";
    let own = || serde_json::from_str::<Value>(&household.text(terms)).unwrap()["rates"].clone();
    let wanted = json!([{ "percent": "5", "flat_minor": 250 }, { "flat_minor": 75 }]);
    assert_eq!(own(), wanted);
    let page = household.get(&owner, card).body;
    for part in
        ["name=\"percent-1\" maxlength=\"2048\" value=\"5\"", "name=\"flat-2\" maxlength=\"2048\" value=\"0.75\""]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let more = json!({ "partner": "own-rates", "paid_at": "2027-10-20T00:00:00Z" });
    household.stage.order("OWN-RATES-1", more);
    assert_eq!(earned(&household.stage.explained("OWN-RATES-1"))[0], ("own-rates".to_owned(), 1, "7.50".to_owned()));
    // What the form shows is what it keeps: sent back as it is, it is no new version.
    let versions =
        "SELECT count(*) FROM partner_version JOIN partner ON partner.id = partner_id WHERE code = 'own-rates'";
    let save = |more: &[(&'static str, &'static str)]| {
        let fields = [fields(&[("do", "save"), ("phone", "+39 1"), ("parent", "house-cid")]), more.to_vec()].concat();
        household.send(&owner, card, &fields)
    };
    said(&save(&rates), "partner-saved");
    assert_eq!((household.stage.number(versions), own()), (1, wanted));
    let refused = save(&[("percent-1", "101")]);
    assert!(refused.status == 422 && refused.body.contains("value=\"101\""), "{}", refused.body);
    said(&save(&[("flat-1", "3")]), "partner-saved");
    assert_eq!((household.stage.number(versions), own()), (2, json!([{ "flat_minor": 300 }])));
    let line = |column: &str| {
        let last = "FROM audit WHERE what = 'partner.changed' AND subject = 'own-rates' ORDER BY id DESC LIMIT 1";
        serde_json::from_str::<Value>(&household.text(&format!("SELECT {column} {last}"))).unwrap()
    };
    let (before, after) = (line("before"), line("after"));
    assert_eq!(
        (&before["name"], &after["site"], &after["phone"]),
        (&json!(name), &json!("https://own.example"), &json!("+39 1"))
    );
    assert_eq!(
        (&before["terms"]["rates"][1], &after["terms"]["rates"][0]["flat_minor"]),
        (&json!({ "flat_minor": 75 }), &json!(300))
    );
}

#[test]
fn a_held_order_is_released_on_its_card_and_the_trace_names_who() {
    let household = household();
    let owner = household.log_in(OWNER);
    let own = json!({ "paid_at": "2026-11-11T10:00:00Z", "partner": "house-ben", "customer": { "email": "house-ben@partners.example" } });
    household.stage.order("SELF-1", own);
    household.stage.reconcile("2026-11-25T12:00:00Z");
    assert!(household.get(&owner, "/admin/orders?show=held").body.contains("SELF-1"));
    let without_reason = household.send(&owner, "/admin/orders/SELF-1", &[("word", "release")]);
    assert_eq!(without_reason.status, 422);
    said(
        &household.send(&owner, "/admin/orders/SELF-1", &[("word", "release"), ("reason", "he paid it himself")]),
        "order-recorded",
    );
    household.stage.reconcile("2026-11-25T12:00:00Z");
    let card = household.get(&owner, "/admin/orders/SELF-1").body;
    assert!(card.contains("released by owner@shop.example") && card.contains("he paid it himself"), "{card}");
    assert!(!household.get(&owner, "/admin/orders?show=held").body.contains("SELF-1"));
}

#[test]
fn the_two_boxes_of_a_product_say_whether_it_earns_and_whether_partners_see_it() {
    let household = household();
    let owner = household.log_in(OWNER);
    let ann = household.log_in("house-ann");
    household.stage.batch.import("products", "sku,name,participates,shown\nBOXES,Two boxes,true,true\n").unwrap();
    assert!(household.get(&ann, "/partner/links").body.contains("Two boxes"));
    said(&household.send(&owner, "/admin/products", &[("sku", "BOXES"), ("participates", "BOXES")]), "products-saved");
    assert!(!household.get(&ann, "/partner/links").body.contains("Two boxes"), "it earns, and is hidden");
    let versions = "SELECT count(*) FROM product_version JOIN product ON product.id = product_id WHERE sku = 'BOXES'";
    let before = household.stage.number(versions);
    said(&household.send(&owner, "/admin/products", &[("sku", "BOXES"), ("participates", "BOXES")]), "products-saved");
    assert_eq!(household.stage.number(versions), before, "what did not change is no new version");
    said(&household.send(&owner, "/admin/products", &[("sku", "BOXES")]), "products-saved");
    let more = json!({ "partner": "house-ann", "paid_at": "2027-10-20T00:00:00Z", "lines": [{ "sku": "BOXES", "quantity": 1, "net": "100.00" }] });
    household.stage.order("BOXES-1", more);
    assert!(earned(&household.stage.explained("BOXES-1")).is_empty(), "neither: nothing");
}

#[test]
fn a_partner_says_where_his_money_goes_and_reads_his_month() {
    let household = household();
    let ann = household.log_in("house-ann");
    let bad = household.send(
        &ann,
        "/partner/settings",
        &[("do", "bank"), ("name", "Ann"), ("iban", "DE00120300000000202051")],
    );
    assert_eq!(bad.status, 422, "{}", bad.body);
    said(
        &household.send(
            &ann,
            "/partner/settings",
            &[("do", "bank"), ("name", "Ann"), ("iban", "DE02120300000000202051")],
        ),
        "settings-saved",
    );
    let page = household.get(&ann, "/partner/settings").body;
    assert!(page.contains("…2051") && !page.contains("DE0212"), "{page}");
    let month = household.get(&ann, "/partner/statement?month=2026-11").body;
    assert!(month.contains("HOUSE-1") && month.contains("10.00"), "{month}");
    let csv = household.get(&ann, "/partner/statement.csv?month=2026-11");
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"house-ann-2026-11.csv\""));
    assert!(csv.body.lines().any(|line| line.contains("accrual,1,HOUSE-1,10.00,EUR")), "{}", csv.body);
    let file = household.get(&ann, &format!("/partner/links/{}/affiliate.html", household.link_of("house-ann")));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"affiliate.html\""));
    assert!(file.body.contains("/go/") && !file.body.contains("<img"), "{}", file.body);
    // The same as a banner.
    let banner =
        household.get(&ann, &format!("/partner/links/{}/affiliate.html?as=banner", household.link_of("house-ann")));
    assert_eq!(banner.header("content-disposition"), Some("attachment; filename=\"affiliate.html\""));
    assert!(banner.body.contains("/go/") && banner.body.contains("/banner.svg\" width="), "{}", banner.body);
}

#[test]
fn a_concierge_orders_for_his_guest_from_the_page_that_he_keeps_to_the_monthly_report() {
    let household = household();
    let owner = household.log_in(OWNER);
    let context = "concierge";
    let story = r##"
        // The page that he downloaded, opened from his own computer.
        const file = await (await context.request.get(args.base + "/sales/concierge.html")).text();
        const link = file.match(/href="([^"]+)"/);
        return link && link[1];"##;
    household.logged_in_browser(context, "house-ann");
    let link = browser().run(context, story, &json!({ "base": household.base() })).unwrap();
    let link = link.as_str().unwrap().to_owned();
    assert!(link.ends_with("/sales/house-ann"), "{link}");
    // Another day, not logged in any more: the link leads to the log-in, and then to his desk.
    let place = r#"
        await context.clearCookies();
        await page.goto(args.link);
        await page.fill("input[name=name]", "house-ann");
        await page.fill("input[name=password]", args.password);
        await page.click("button[value=password]");
        await page.waitForURL(args.link);
        await page.fill("input[name=name]", "Greta Guest");
        await page.fill("input[name=email]", "greta@guests.example");
        await page.fill("input[name=sku]", "TOUR");
        await page.fill("input[name=net]", "80,00");
        await page.fill("input[name=service_date]", "2026-12-24");
        await page.click("main form button");
        await page.waitForLoadState();
        return page.textContent("[role=status]");"#;
    let args = json!({ "link": link, "password": crate::people::PASSWORD });
    let placed = browser().run(context, place, &args).unwrap();
    let order = placed.as_str().unwrap().split_whitespace().find(|word| word.starts_with("S-")).unwrap().to_owned();
    // Nothing is earned until it is paid.
    assert!(earned(&household.stage.explained(&order)).is_empty());
    let card = household.get(&owner, &format!("/admin/orders/{order}")).body;
    assert!(card.contains("house-ann@partners.example") && card.contains("24 Dec 2026"), "{card}");
    said(&household.send(&owner, &format!("/admin/orders/{order}"), &[("becomes", "paid")]), "order-marked");
    let explained = household.stage.explained(&order);
    assert_eq!(earned(&explained)[0], ("house-ann".to_owned(), 1, "8.00".to_owned()), "{explained}");
    // Whom he has served is offered the next time; both see it in the month's report.
    let ann = household.log_in("house-ann");
    assert!(household.get(&ann, "/sales/house-ann").body.contains("greta@guests.example"));
    assert!(household.get(&ann, "/partner/accruals").body.contains(&order));
    let month = household.get(&ann, "/partner/statement?month=2040-01").body;
    assert!(month.contains(&order), "{month}");
    assert!(household.get(&owner, "/admin/partners/house-ann").body.contains(&order));
    // For himself it is held.
    let own = household.send(
        &ann,
        "/sales/house-ann",
        &[
            ("number", "S-OWNGUEST"),
            ("name", "Ann"),
            ("email", "house-ann@partners.example"),
            ("sku", "TOUR"),
            ("quantity", "1"),
            ("net", "10.00"),
        ],
    );
    assert_eq!(own.location(), "/sales/house-ann?placed=S-OWNGUEST", "{}", own.body);
    let own = "OWNGUEST";
    said(&household.send(&owner, &format!("/admin/orders/S-{own}"), &[("becomes", "paid")]), "order-marked");
    assert_eq!(household.stage.explained(&format!("S-{own}"))["outcome"], "held");
}

#[test]
fn an_agent_orders_from_the_page_of_all_concierges_and_both_sides_see_it_in_the_month() {
    let household = household();
    let place = r#"
        await page.goto(args.base + "/login");
        await page.fill("input[name=name]", "agent@shop.example");
        await page.fill("input[name=password]", args.password);
        await page.click("button[value=password]");
        await page.waitForLoadState();
        // The page that he keeps, with everybody who may phone.
        const file = await (await context.request.get(args.base + "/sales/concierge.html")).text();
        await page.goto(file.match(/href="([^"]*\/sales\/house-ben)"/)[1]);
        await page.fill("input[name=name]", "Hugo Guest");
        await page.fill("input[name=email]", "hugo@guests.example");
        await page.fill("input[name=sku]", "TOUR");
        await page.fill("input[name=net]", "60,00");
        await page.click("main form button");
        await page.waitForLoadState();
        return page.textContent("[role=status]");"#;
    browser().open("inside-agent", &json!({})).unwrap();
    let args = json!({ "base": household.base(), "password": crate::people::PASSWORD });
    let placed = browser().run("inside-agent", place, &args).unwrap();
    let order = placed.as_str().unwrap().split_whitespace().find(|word| word.starts_with("S-")).unwrap().to_owned();
    // The owner has the money, and marks it; the night books.
    let owner = household.logged_in_browser("inside-owner", OWNER);
    let pay = r#"
        await page.goto(args.url);
        await page.click("button[name=becomes][value=paid]");
        await page.waitForLoadState();
        return page.textContent("[role=status]");"#;
    let card = json!({ "url": format!("{}/admin/orders/{order}", household.base()) });
    browser().run(&owner, pay, &card).unwrap();
    let explained = household.stage.explained(&order);
    assert_eq!(earned(&explained)[0], ("house-ben".to_owned(), 1, "6.00".to_owned()), "{explained}");
    assert!(explained["trace"].to_string().contains("placed by agent@shop.example"), "{explained}");
    let read = r#"await page.goto(args.url); return page.textContent("main");"#;
    let concierge = household.logged_in_browser("inside-concierge", "house-ben");
    for (context, path) in [
        (&owner, "/admin/partners/house-ben/statement?month=2040-01"),
        (&concierge, "/partner/statement?month=2040-01"),
    ] {
        let url = format!("{}{path}", household.base());
        let report = browser().run(context, read, &json!({ "url": url })).unwrap();
        assert!(report.as_str().unwrap().contains(&order), "{path}: {report}");
    }
}

#[test]
fn an_agent_orders_for_the_concierge_who_phones_and_is_on_record() {
    let household = household();
    let owner = household.log_in(OWNER);
    let agent = household.log_in("agent@shop.example");
    let found = household.get(&agent, "/sales?q=HOUSE-BEN").body;
    assert!(found.contains("/sales/house-ben") && !found.contains("/sales/house-ann"), "{found}");
    let all = household.get(&agent, "/sales/concierge.html");
    assert!(all.body.contains("/sales/house-ann") && all.body.contains("/sales/house-ben"), "{}", all.body);
    let bad = household.send(
        &agent,
        "/sales/house-ben",
        &[
            ("number", "S-BADBADBA"),
            ("email", "guest@guests.example"),
            ("sku", "TOUR"),
            ("quantity", "1"),
            ("net", "1.005"),
        ],
    );
    assert_eq!(bad.status, 422, "{}", bad.body);
    let place = || {
        household.send(
            &agent,
            "/sales/house-ben",
            &[
                ("number", "S-GUSORDER"),
                ("name", "Gus"),
                ("email", "gus@guests.example"),
                ("sku", "TOUR"),
                ("quantity", "2"),
                ("net", "200.00"),
            ],
        )
    };
    for _ in 0..2 {
        assert_eq!(place().location(), "/sales/house-ben?placed=S-GUSORDER", "sent twice it is one order");
    }
    let order = "S-GUSORDER".to_owned();
    assert_eq!(household.stage.number("SELECT count(*) FROM order_event WHERE event_id LIKE '%S-GUSORDER%'"), 1);
    assert_eq!(household.stage.number("SELECT count(*) FROM audit WHERE subject = 'S-GUSORDER'"), 1);
    let tied =
        "SELECT count(*) FROM contact_touch JOIN contact ON contact.id = contact_id WHERE email = 'gus@guests.example'";
    assert_eq!(household.stage.number(tied), 0, "what is typed in and not paid ties nobody to anybody");
    assert_eq!(household.get(&agent, &format!("/admin/orders/{order}")).status, 404, "an agent marks nothing");
    said(&household.send(&owner, &format!("/admin/orders/{order}"), &[("becomes", "paid")]), "order-marked");
    let explained = household.stage.explained(&order);
    assert_eq!(earned(&explained)[0], ("house-ben".to_owned(), 1, "20.00".to_owned()), "{explained}");
    assert!(explained["trace"].to_string().contains("placed by agent@shop.example"), "{explained}");
    // Called off, it is taken back.
    said(&household.send(&owner, &format!("/admin/orders/{order}"), &[("becomes", "cancelled")]), "order-marked");
    let after = household.stage.explained(&order);
    let sum: i64 = earned(&after).iter().map(|(_, _, amount)| amount.replace('.', "").parse::<i64>().unwrap()).sum();
    assert_eq!(sum, 0, "{after}");
    let ben = household.log_in("house-ben");
    assert_eq!(household.get(&ben, "/sales/house-ann").status, 404, "another's desk is not there");
}

#[test]
fn orders_of_the_desk_are_found_again_by_who_placed_them_and_marked_by_who_may() {
    const DESK: &str = "/sales/desk/orders";
    // Of its own: here all orders of the desk are counted.
    let household = Household::new();
    let [owner, agent, ann, ben, manager] =
        [OWNER, "agent@shop.example", "house-ann", "house-ben", "manager@shop.example"]
            .map(|name| household.log_in(name));
    assert!(household.get(&agent, DESK).body.contains("No order was placed here yet"));
    let place = |session: &str, desk: &str, number: &str| {
        let guest = format!("{}@guests.example", number.to_lowercase());
        let fields = [
            ("number", number),
            ("name", number),
            ("email", guest.as_str()),
            ("sku", "TOUR"),
            ("quantity", "1"),
            ("net", "100.00"),
        ];
        let placed = household.send(session, &format!("/sales/{desk}"), &fields);
        assert_eq!(placed.location(), format!("/sales/{desk}?placed={number}"), "{}", placed.body);
    };
    place(&agent, "house-ben", "S-DESK0001");
    place(&agent, "house-ann", "S-DESK0002");
    place(&ann, "house-ann", "S-DESK0003");
    let seen = |session: &str| -> Vec<String> {
        let page = household.get(session, DESK).body;
        let table = page.split("<tbody>").nth(1).unwrap_or_default().split("</tbody>").next().unwrap().to_owned();
        let rows = table.split("<tr>").skip(1);
        rows.map(|row| {
            let number = row.split("S-DESK").nth(1).map(|rest| rest[..4].to_owned()).unwrap();
            let state = ["pending", "paid", "refunded", "cancelled"]
                .iter()
                .find(|state| row.contains(&format!(">{state}</span>")));
            format!("{number} {}", state.unwrap())
        })
        .collect()
    };
    assert_eq!(seen(&agent), ["0002 pending", "0001 pending"]);
    assert_eq!(seen(&ann), ["0003 pending"]);
    assert!(household.get(&ben, DESK).body.contains("No order was placed here yet"), "what another placed for him");
    assert_eq!(seen(&manager), ["0003 pending", "0002 pending", "0001 pending"]);
    // Whoever places orders marks none of them.
    for session in [&agent, &ann] {
        assert!(!household.get(session, DESK).body.contains("name=\"do\""));
        assert_eq!(household.send(session, DESK, &[("do", "paid"), ("id", "S-DESK0003")]).status, 404);
    }
    let mark = |state: &str, numbers: &[&str]| {
        let mut fields = vec![("do", state)];
        fields.extend(numbers.iter().map(|number| ("id", *number)));
        household.send(&owner, DESK, &fields)
    };
    said(&mark("refunded", &["S-DESK0001"]), "desk-none-marked");
    said(&mark("paid", &["HOUSE-1"]), "desk-none-marked");
    said(&mark("paid", &["S-DESK0001"; 11]), "desk-many");
    said(&mark("paid", &["S-DESK0001", "S-DESK0002"]), "order-marked");
    said(&mark("cancelled", &["S-DESK0003"]), "order-marked");
    assert_eq!(seen(&owner), ["0003 cancelled", "0002 paid", "0001 paid"]);
    let explained = household.stage.explained("S-DESK0001");
    assert_eq!(earned(&explained)[0], ("house-ben".to_owned(), 1, "10.00".to_owned()), "{explained}");
    // Given back whole it is taken back whole, and its line in the history says who did it.
    said(&mark("refunded", &["S-DESK0001", "S-DESK0003"]), "desk-some-marked");
    assert_eq!(seen(&agent), ["0002 paid", "0001 refunded"]);
    let after = household.stage.explained("S-DESK0001");
    let sum: i64 = earned(&after).iter().map(|(_, _, amount)| amount.replace('.', "").parse::<i64>().unwrap()).sum();
    assert_eq!(sum, 0, "{after}");
    let lines = household.text(
        "SELECT group_concat(who || ' ' || before || ' ' || after, '|') FROM (SELECT * FROM audit WHERE what = 'order.marked' AND subject = 'S-DESK0001' ORDER BY id)",
    );
    assert_eq!(lines, "owner@shop.example pending paid|owner@shop.example paid refunded");
    // What the shop's API gave back shows here, too; such an order is its shop's from then on.
    let refund = json!({ "refund_id": "R-DESK", "amount": "100.00", "at": "2026-11-10T00:00:00Z" });
    let answer =
        household.stage.client.post("/api/v1/orders/S-DESK0002/refunds", &household.stage.key, &refund).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(seen(&agent), ["0002 refunded", "0001 refunded"]);
    said(&mark("cancelled", &["S-DESK0002"]), "desk-none-marked");
}
