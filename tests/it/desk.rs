//! The sales desk: orders that are placed for somebody else.

use serde_json::json;

use crate::counter::browser;
use crate::people::{Household, OWNER, household};
use crate::stage::earned;
use crate::stories::said;

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
    // Nothing is earned until it is paid; whose it is shows before, on its card and in the list.
    assert!(earned(&household.stage.explained(&order)).is_empty());
    let card = household.get(&owner, &format!("/admin/orders/{order}")).body;
    assert!(card.contains("house-ann@partners.example") && card.contains("24 Dec 2026"), "{card}");
    let list = household.get(&owner, &format!("/admin/orders?q={order}")).body;
    for page in [&card, &list] {
        assert!(page.contains("★") && page.contains("href=\"/admin/partners/house-ann\""), "{page}");
    }
    said(&household.send(&owner, &format!("/admin/orders/{order}"), &[("becomes", "paid")]), "order-marked");
    // What a word would do is asked before any night knows that it is paid.
    let asked = household.send(
        &owner,
        &format!("/admin/orders/{order}"),
        &[("word", "release"), ("reason", "x"), ("try", "1")],
    );
    let effect = asked.body.split("id=\"effect\"").nth(1).unwrap().split("<form").next().unwrap();
    assert!(effect.contains("house-ann") && effect.contains("8.00\u{a0}EUR"), "{effect}");
    let explained = household.stage.explained(&order);
    assert_eq!(earned(&explained)[0], ("house-ann".to_owned(), 1, "8.00".to_owned()), "{explained}");
    // Whom he has served is offered the next time; both see it in the month's report.
    let ann = household.log_in("house-ann");
    assert!(household.get(&ann, "/sales/house-ann").body.contains("greta@guests.example"));
    assert!(household.get(&ann, "/partner/accruals").body.contains(&order));
    let month = household.get(&ann, "/partner/statement?month=2040-01").body;
    assert!(month.contains(&order), "{month}");
    assert!(household.get(&owner, "/admin/partners/house-ann").body.contains(&order));
    // He picks him, and not one of the shop's, whom he has never seen.
    let pick = r#"
        await page.goto(args.link);
        await page.selectOption("select[name=known]", "greta@guests.example");
        await page.fill("input[name=sku]", "TOUR");
        await page.fill("input[name=net]", "10");
        await page.click("main form button");
        await page.waitForLoadState();
        return page.textContent("[role=status]");"#;
    let shop = json!({ "partner": "house-ann", "paid_at": "2026-11-20T10:00:00Z", "customer": { "email": "of-the-shop@example.test" } });
    assert_eq!(household.stage.order("HOUSE-SHOP", shop).status, 201);
    let picked = browser().run(context, pick, &json!({ "link": link })).unwrap();
    let again = picked.as_str().unwrap().split_whitespace().find(|word| word.starts_with("S-")).unwrap().to_owned();
    let buyer = format!(
        "SELECT body ->> '$.customer.email' FROM order_event JOIN orders ON orders.id = order_id WHERE external_id = '{again}'"
    );
    assert_eq!(household.text(&buyer), "greta@guests.example");
    assert!(!household.get(&ann, "/sales/house-ann").body.contains("of-the-shop@"));
    // Without an address nobody knows whether he orders for himself.
    let nobody = [("number", "S-NOBODY01"), ("name", "Somebody"), ("sku", "TOUR"), ("quantity", "1"), ("net", "10.00")];
    let refused = household.send(&ann, "/sales/house-ann", &nobody);
    assert!(refused.status == 422 && refused.body.contains("E-mail: something must stand here"), "{}", refused.body);
    assert_eq!(household.stage.number("SELECT count(*) FROM orders WHERE external_id = 'S-NOBODY01'"), 0);
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
    assert!(bad.status == 422 && bad.body.contains("Net amount: "), "{}", bad.body);
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
