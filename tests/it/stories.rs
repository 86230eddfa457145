//! What the merchant and his partners do on their pages, and what comes of it.

use serde_json::{Value, json};
use tributary_tests::client::Answer;

use crate::people::{Household, OWNER, household, session_of};
use crate::stage::earned;

pub(crate) fn said(answer: &Answer, key: &str) {
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
    // Whoever has it gets a way in.
    let mails = "SELECT count(*) FROM mail WHERE recipient = 'dora@partners.example'";
    assert_eq!(household.stage.number(mails), 2);
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
fn an_invitation_leads_into_ones_own_program_and_a_payment_is_told_to_whoever_gets_it() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let second = "[program]\ncode = \"second\"\ncurrency = \"USD\"\n[[program.tier]]\npercent = 5\n";
    household.stage.batch.import("program", second).unwrap();
    let abroad = "code,email,program\nhouse-usd,house-usd@partners.example,second\n";
    household.stage.batch.import("partners", abroad).unwrap();
    household.open("house-usd@partners.example", "partner", Some("house-usd"));
    for (partner, program) in [("house-ann", "main"), ("house-usd", "second")] {
        let page = household.get(&household.log_in(partner), "/partner/partners").body;
        let link = page.split("/join/").nth(1).unwrap().split(['"', '<', '&']).next().unwrap().to_owned();
        assert_eq!(link, format!("{partner}?program={program}"), "{page}");
        let form = household.get("", &format!("/join/{link}")).body;
        for field in [format!("name=\"program\" value=\"{program}\""), format!("name=\"parent\" value=\"{partner}\"")] {
            assert!(form.contains(&field), "{form}");
        }
    }
    // Whoever may change nothing sees what there is all the same.
    let card = household.get(&household.log_in("reader@shop.example"), "/admin/partners/house-usd").body;
    assert!(card.contains("disabled>") && card.contains("house-usd@partners.example"), "{card}");
    assert!(!card.contains("name=\"do\""), "{card}");
    // Whoever has not said where his money goes reads that it waits, and whoever is blocked that none comes.
    let ann = household.log_in("house-ann");
    let home = || household.get(&ann, "/partner").body;
    let waits = "href=\"/partner/settings\">Not said yet: payouts wait.";
    assert!(home().contains(waits), "{}", home());
    let saved =
        household.send(&ann, "/partner/settings", &[("do", "paypal"), ("name", "Ann"), ("email", "ann@pay.example")]);
    assert_eq!(saved.status, 303, "{}", saved.body);
    let next = |page: &str| page.split("Next payment").nth(1).unwrap().split("</dd>").next().unwrap().to_owned();
    let page = home();
    assert!(next(&page).contains("10.00\u{a0}EUR") && !page.contains("payouts wait"), "{page}");
    let blocked = household.send(
        &owner,
        "/admin/partners/house-ann",
        &[("do", "block"), ("name", "Ann"), ("email", "house-ann@partners.example")],
    );
    assert_eq!(blocked.status, 303, "{}", blocked.body);
    let page = home();
    assert!(page.contains("You are blocked"), "{page}");
    assert!(!next(&page).contains("EUR"), "{page}");
}

#[test]
fn whoever_tracks_without_a_log_in_and_signs_up_finds_what_he_has_earned() {
    let household = household();
    household.stage.batch.import("partners", "code,email,program\nsoon-in,soon@partners.example,main\n").unwrap();
    let sale =
        json!({ "partner": "soon-in", "paid_at": "2026-11-20T10:00:00Z", "customer": { "email": "s@example.test" } });
    assert_eq!(household.stage.order("SOON-1", sale).status, 201);
    assert_eq!(earned(&household.stage.explained("SOON-1"))[0].2, "10.00");
    let fields = [("name", "Soon"), ("email", "soon@partners.example"), ("program", "main")];
    assert_eq!(household.post("/join", "", &fields).status, 200);
    assert_eq!(household.stage.number("SELECT count(*) FROM partner WHERE email = 'soon@partners.example'"), 1);
    let soon = session_of(&household.post(&household.mailed_link("soon@partners.example"), "", &[]));
    assert!(household.get(&soon, "/partner/accruals").body.contains("SOON-1"));
}
