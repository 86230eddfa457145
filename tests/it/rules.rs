//! What the merchant's pages make of rules, and what a night makes of that: programs, products, contacts.

use serde_json::json;
use tributary_tests::client::Answer;

use crate::people::{Household, OWNER};
use crate::stage::earned;

/// What a preview has to be sent back with to be saved.
fn seen(preview: &Answer) -> String {
    assert_eq!(preview.status, 200, "{}", preview.body);
    let found = preview.body.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let found = found.unwrap_or_default();
    assert!(!found.is_empty(), "no preview: {}", preview.body);
    found.to_owned()
}

/// Looks at a preview of rules, and saves them.
fn save(household: &Household, session: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let with = |more: &[(&'static str, &str)]| {
        let all: Vec<(&str, &str)> = fields.iter().chain(more).copied().collect();
        household.send(session, path, &all)
    };
    let seen = seen(&with(&[("do", "preview")]));
    with(&[("do", "save"), ("seen", &seen)])
}

const RULES: [(&str, &str); 9] = [
    ("name", "Best customers"),
    ("window_days", "30"),
    ("hold_days", "14"),
    ("coupon_decides", "1"),
    ("model", "last"),
    ("binding", "first"),
    ("percent-1", "10"),
    ("flat-1", "1.50"),
    ("percent-2", "3"),
];

fn rules(change: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = RULES.into_iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    kept.chain(change.iter().copied()).collect()
}

#[test]
fn a_program_is_made_and_changed_with_a_preview_and_the_night_judges_by_version() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let new = rules(&[("code", "best"), ("currency", "EUR")]);
    let versions = "SELECT count(*) FROM program_version JOIN program ON program.id = program_id WHERE code = 'best'";
    // What is wrong is said beside its field, and what was typed stays.
    let wrong = household.send(&owner, "/admin/programs/new", &rules(&[("code", "best"), ("percent-2", "95")]));
    assert_eq!(wrong.status, 422);
    for part in ["Best customers", "value=\"95\"", "add up to 105 percent", "aria-invalid"] {
        assert!(wrong.body.contains(part), "{part}: {}", wrong.body);
    }
    // Nothing is saved that was not looked at.
    let unseen: Vec<_> = new.iter().copied().chain([("do", "save"), ("seen", "")]).collect();
    let preview = household.send(&owner, "/admin/programs/new", &unseen);
    assert!(preview.body.contains("11.50\u{a0}EUR") && preview.body.contains("3.00\u{a0}EUR"), "{}", preview.body);
    assert_eq!(household.stage.number(versions), 0);
    let made = save(&household, &owner, "/admin/programs/new", &new);
    assert_eq!(made.location(), "/admin/programs/best?said=program-saved", "{}", made.body);
    let taken = save(&household, &owner, "/admin/programs/new", &new);
    assert!(taken.status == 422 && taken.body.contains("this code is taken"), "{}", taken.body);

    household.stage.batch.import("partners", "code,email,parent_code,program\nbest-up,,,best\n").unwrap();
    household.stage.batch.import("partners", "code,email,parent_code,program\nbest-one,,best-up,best\n").unwrap();
    let past = rules(&[("valid_from", "2020-01-01")]);
    let refused = household.send(&owner, "/admin/programs/best", &past);
    assert!(refused.status == 422 && refused.body.contains("still to come"), "{}", refused.body);
    let later = rules(&[("valid_from", "2030-01-01"), ("percent-1", "20"), ("hold_days", "30")]);
    let preview = household.send(&owner, "/admin/programs/best", &later);
    for part in ["11.50\u{a0}EUR", "21.50\u{a0}EUR", "<td>14</td><td>30</td>", "<td>10</td><td>20</td>", "1 Jan 2030"] {
        assert!(preview.body.contains(part), "{part}: {}", preview.body);
    }
    assert_eq!(save(&household, &owner, "/admin/programs/best", &later).status, 303);
    assert_eq!(household.stage.number(versions), 2);
    let page = household.get(&owner, "/admin/programs/best").body;
    assert!(page.contains("planned") && page.contains("in force"), "{page}");
    // The hour is the merchant's: midnight in Rome is 23:00 in UTC.
    for (order, paid_at, first) in
        [("BEST-1", "2029-12-31T22:59:59Z", "11.50"), ("BEST-2", "2029-12-31T23:00:00Z", "21.50")]
    {
        let sale = json!({ "paid_at": paid_at, "partner": "best-one", "customer": { "email": "b@example.test" } });
        assert_eq!(household.stage.order(order, sale).status, 201);
        let wanted = [("best-one", 1, first), ("best-up", 2, "3.00")];
        assert_eq!(
            earned(&household.stage.explained(order)),
            wanted.map(|(partner, tier, amount)| (partner.to_owned(), tier, amount.to_owned())),
            "{order}"
        );
    }
    let lines = "SELECT count(*) FROM audit WHERE what IN ('program.created', 'program.changed') AND subject = 'best'";
    assert_eq!(household.stage.number(lines), 2);
    let change = household.text("SELECT before || after FROM audit WHERE what = 'program.changed'");
    assert!(change.contains("\"percent\":\"10\"") && change.contains("\"percent\":\"20\""), "{change}");
}

#[test]
fn a_partner_is_moved_to_another_program_for_what_is_paid_from_now_on() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let card = "/admin/partners/house-ann";
    assert!(!household.get(&owner, card).body.contains("value=\"move\""), "there is no other program");
    let rich =
        rules(&[("code", "rich"), ("currency", "EUR"), ("window_days", "9"), ("percent-1", "25"), ("flat-1", "")]);
    assert_eq!(save(&household, &owner, "/admin/programs/new", &rich).status, 303);
    // What he has of his own, and what is planned for him, go along.
    household.change(
        "UPDATE partner_version SET terms = json_set(terms, '$.rates', json('[null,{\"percent\":\"7\"}]'))
         WHERE partner_id = (SELECT id FROM partner WHERE code = 'house-ann')",
    );
    household.change(
        "INSERT INTO partner_version (partner_id, valid_from, terms, changed_by, created_at)
         SELECT partner_id, 4000000000, json_set(terms, '$.status', 'blocked'), 'tests', 0 FROM partner_version
         WHERE partner_id = (SELECT id FROM partner WHERE code = 'house-ann')",
    );
    let versions = "SELECT group_concat(line, '|') FROM (
        SELECT (valid_from = 0) || ' ' || program.code || ' ' || (terms ->> '$.rates') || ' ' || (terms ->> '$.status') AS line
        FROM partner_version JOIN program ON program.id = terms ->> '$.program' JOIN partner ON partner.id = partner_id
        WHERE partner.code = 'house-ann' ORDER BY valid_from LIMIT 10)";
    let before = household.text(versions);
    let move_to = |session: &str, program: &str| household.send(session, card, &[("do", "move"), ("program", program)]);
    for program in ["main", "nothing", ""] {
        let refused = move_to(&owner, program);
        assert!(refused.status == 422 && refused.body.contains("value=\"move\""), "{program}: {}", refused.body);
    }
    assert_eq!(move_to(&household.log_in("reader@shop.example"), "rich").status, 404);
    assert_eq!(household.text(versions), before);
    assert!(household.get(&owner, card).body.contains("<option value=\"rich\">"));
    assert_eq!(move_to(&owner, "rich").location(), format!("{card}?said=partner-moved"));
    let own = r#"[null,{"percent":"7"}]"#;
    assert_eq!(
        household.text(versions),
        format!("1 main {own} active|0 rich {own} active|0 rich {own} blocked"),
        "what was before stays"
    );
    assert_eq!(household.stage.number("SELECT window_days FROM link WHERE code = 'house-ann'"), 9);
    let line = household
        .text("SELECT before || ' > ' || after FROM audit WHERE what = 'partner.moved' AND subject = 'house-ann'");
    assert_eq!(line, "main > rich");
    for (order, paid_at, first) in
        [("MOVED-1", "2020-01-01T00:00:00Z", "10.00"), ("MOVED-2", "2035-01-01T00:00:00Z", "25.00")]
    {
        let sale = json!({ "paid_at": paid_at, "partner": "house-ann", "customer": { "email": "moved@example.test" } });
        assert_eq!(household.stage.order(order, sale).status, 201);
        let earned = earned(&household.stage.explained(order));
        assert_eq!(earned[0], ("house-ann".to_owned(), 1, first.to_owned()), "{order}");
    }
    let page = household.get(&owner, card).body;
    assert!(page.contains("Best customers") && page.contains("<option value=\"main\">"), "{page}");
}

#[test]
fn a_program_may_let_whoever_signs_up_earn_at_once_and_a_card_says_whether_an_address_is_confirmed() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let open = rules(&[("code", "open"), ("currency", "EUR"), ("sign_up", "open")]);
    assert_eq!(save(&household, &owner, "/admin/programs/new", &open).status, 303);
    assert!(household.get(&owner, "/admin/programs/open").body.contains("<option value=\"open\" selected>"));
    let (waiting, earning) = ("waiting@signs.example", "earning@signs.example");
    let join = |program: &str, email: &str| {
        let joined = household.post("/join", "", &[("name", "Signs"), ("email", email), ("program", program)]);
        assert_eq!(joined.status, 200, "{}", joined.body);
        assert_eq!(joined.body.contains("once your registration is approved"), program == "main", "{}", joined.body);
        household.text(&format!("SELECT code FROM partner WHERE email = '{email}'"))
    };
    let (waits, earns) = (join("main", waiting), join("open", earning));
    let card = |code: &str| household.get(&owner, &format!("/admin/partners/{code}")).body;
    let is_confirmed = |code: &str| {
        let card = card(code);
        let (is_so, is_not) = (card.contains("class=\"tag good\">confirmed"), card.contains("not confirmed yet"));
        assert_ne!(is_so, is_not, "{card}");
        is_so
    };
    for (code, email) in [(&waits, waiting), (&earns, earning)] {
        assert_eq!(card(code).contains("value=\"approve\""), code == &waits, "{code}");
        assert!(!is_confirmed(code));
        assert_eq!(household.post(&household.mailed_link(email), "", &[]).status, 303);
        // What he followed it with is forgotten after a while, and that he did is not.
        for table in ["session", "login_link"] {
            let of = format!("account_id = (SELECT id FROM account WHERE email = '{email}')");
            household.change(&format!("DELETE FROM {table} WHERE {of}"));
        }
        assert!(is_confirmed(code));
        // One that the merchant names is not confirmed; the same again changes nothing.
        for (named, wanted) in [(email.to_owned(), true), (format!("new-{email}"), false)] {
            let fields = [("do", "save"), ("name", "Signs"), ("email", named.as_str())];
            assert_eq!(household.send(&owner, &format!("/admin/partners/{code}"), &fields).status, 303);
            assert_eq!(is_confirmed(code), wanted, "{named}");
        }
        let sale =
            json!({ "partner": code, "paid_at": "2035-01-01T00:00:00Z", "customer": { "email": "s@example.test" } });
        let order = format!("SIGNED-{code}");
        assert_eq!(household.stage.order(&order, sale).status, 201);
        let wanted = if code == &earns { vec![(earns.clone(), 1, "11.50".to_owned())] } else { Vec::new() };
        assert_eq!(earned(&household.stage.explained(&order)), wanted, "{code}");
    }
}

#[test]
fn a_new_window_reaches_the_cookies_of_links() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    assert_eq!(save(&household, &owner, "/admin/programs/main", &rules(&[("window_days", "7")])).status, 303);
    let link = "SELECT window_days * 10 + (projected < revision) FROM link WHERE code = 'house-ann'";
    assert_eq!(household.stage.number(link), 71);
}

/// Rows of everything that an order leaves somewhere.
const ROWS: &str =
    "SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM order_event) + (SELECT count(*) FROM decision)
  + (SELECT count(*) FROM transfer) + (SELECT count(*) FROM contact) + (SELECT count(*) FROM contact_touch)
  + (SELECT count(*) FROM click) + (SELECT count(*) FROM touch) + (SELECT count(*) FROM audit)
  + (SELECT count(*) FROM order_series) + (SELECT coalesce(sum(hits), 0) FROM click)";

#[test]
fn a_test_shows_what_the_night_books_for_the_same_order_and_leaves_nothing() {
    let household = Household::new();
    let reader = household.log_in("reader@shop.example");
    let before = household.stage.number(ROWS);
    let test = |query: &str| household.get(&reader, &format!("/admin/programs/main/test?{query}"));
    let tested = test("partner=house-ann&sku=BOAT&amount=250.00&quantity=2&paid_at=2030-02-01T12:00:00Z");
    assert_eq!(tested.status, 200);
    let anybody = test("amount=100");
    for part in ["10.00\u{a0}EUR", "3.00\u{a0}EUR", "1.00\u{a0}EUR"] {
        assert!(anybody.body.contains(part), "{part}: {}", anybody.body);
    }
    let late = test("partner=house-ann&amount=100&clicked_at=2026-01-01&paid_at=2027-06-01");
    assert!(
        late.body.contains("Nobody would earn anything") && late.body.contains("outside 365 days"),
        "{}",
        late.body
    );
    for (query, problem) in [
        ("partner=nobody&amount=1", "no partner has this code"),
        ("partner=house-ann&amount=x", "an amount in EUR"),
        ("amount=100&paid_at=soon", "a day, as in"),
        ("amount=100&quantity=0", "a whole number from 1"),
    ] {
        let refused = test(query);
        assert!(refused.status == 422 && refused.body.contains(problem), "{query}: {}", refused.body);
    }
    assert_eq!(household.stage.number(ROWS), before, "nothing is kept");
    // The same in earnest.
    let (_, cookie) = household.stage.click("house-ann");
    let real = json!({ "paid_at": "2030-02-01T12:00:00Z", "placed_at": "2027-10-20T09:59:00Z", "trb": cookie,
        "customer": { "email": "c@example.test" },
        "lines": [{ "sku": "BOAT", "quantity": 2, "net": "250.00" }] });
    assert_eq!(household.stage.order("TESTED", real).status, 201);
    let explained = household.stage.explained("TESTED");
    let booked = earned(&explained);
    assert_eq!(booked.len(), 2, "{explained}");
    for (partner, _, amount) in booked {
        assert!(tested.body.contains(&format!(">{partner}</a>")), "{partner}: {}", tested.body);
        assert!(tested.body.contains(&format!("{amount}\u{a0}EUR")), "{amount}: {}", tested.body);
    }
    let trace = explained["trace"].as_array().unwrap().iter().filter_map(serde_json::Value::as_str);
    let reckoned: Vec<&str> = trace.filter(|line| line.contains("commission")).collect();
    assert!(reckoned.len() >= 3, "{explained}");
    for line in reckoned {
        assert!(tested.body.contains(&format!("<li>{line}</li>")), "{line}: {}", tested.body);
    }
}

#[test]
fn a_contact_bound_by_hand_earns_for_his_partner_from_then_on() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let bind = |path: &str, fields: &[(&str, &str)]| household.send(&owner, path, fields);
    let hand = [("partner", "house-ben"), ("reason", "he told us by phone")];
    let add = |fields: &[(&'static str, &'static str)]| bind("/admin/contacts", fields);
    let wrong = add(&[("email", "by-hand@example.test"), ("partner", "nobody"), ("reason", "he told us")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("no partner has this code") && wrong.body.contains("by-hand@example.test"));
    assert_eq!(add(&[("email", "by-hand@example.test"), ("name", "Hanna")]).status, 303);
    let id = household.stage.number("SELECT id FROM contact WHERE email = 'by-hand@example.test'");
    let path = format!("/admin/contacts/{id}");
    let found = household.get(&owner, "/admin/contacts?q=by-hand");
    assert!(found.body.contains(&path) && !found.body.contains("buyer@example.test"), "{}", found.body);
    let silent = bind(&path, &[("partner", "house-ben"), ("reason", "")]);
    assert!(silent.status == 422 && silent.body.contains("value=\"house-ben\""), "{}", silent.body);
    assert_eq!(bind(&path, &hand).location(), format!("{path}?said=contact-bound-done"));
    let card = household.get(&owner, &path).body;
    for part in ["/admin/partners/house-ben", "by hand", "owner@shop.example: he told us by phone"] {
        assert!(card.contains(part), "{part}: {card}");
    }
    let line = household.text("SELECT after FROM audit WHERE what = 'contact.bound'");
    assert_eq!(line, "house-ben: he told us by phone");
    // What he orders from then on is his partner's, without a click; what he ordered before is not.
    for (order, paid_at, outcome) in
        [("HAND-1", "2020-01-01T00:00:00Z", "unattributed"), ("HAND-2", "2035-01-01T00:00:00Z", "credited")]
    {
        let sale = json!({ "paid_at": paid_at, "customer": { "email": "by-hand@example.test" } });
        assert_eq!(household.stage.order(order, sale).status, 201);
        assert_eq!(household.stage.explained(order)["outcome"], outcome, "{order}");
    }
    // The test of the program knows him, too.
    let test = "/admin/programs/main/test?partner=house-ann&amount=100&email=by-hand@example.test&paid_at=2035-01-02";
    let tested = household.get(&owner, test).body;
    assert!(tested.contains("10.00\u{a0}EUR") && tested.contains(">house-ben</a>"), "{tested}");
}

#[test]
fn products_are_advertised_as_their_boxes_say_with_the_partners_own_link_inside() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let ann = household.log_in("house-ann");
    let page = household.stage.shop("/tours/amalfi");
    let product = "/admin/products/TOUR";
    let save = |fields: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = [("do", "save"), ("name", "Amalfi coast")].iter().chain(fields).copied().collect();
        household.send(&owner, product, &all)
    };
    let foreign = save(&[("participates", "1"), ("shown", "1"), ("pages", "https://elsewhere.example/")]);
    assert!(foreign.status == 422 && foreign.body.contains("https://elsewhere.example/"), "{}", foreign.body);
    let whole =
        save(&[("participates", "1"), ("shown", "1"), ("pages", &page), ("percent-1", "12"), ("hold_days", "5")]);
    assert_eq!(whole.location(), format!("{product}?said=products-saved"), "{}", whole.body);
    let picture = household.stage.shop("/amalfi.png");
    let material = |fields: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = std::iter::once(("do", "material")).chain(fields.iter().copied()).collect();
        household.send(&owner, product, &all)
    };
    let no_size = material(&[("kind", "banner"), ("title", "Coast"), ("picture", &picture)]);
    assert!(no_size.status == 422 && no_size.body.contains("value=\"Coast\""), "{}", no_size.body);
    for fields in [
        [("kind", "banner"), ("title", "Coast"), ("picture", picture.as_str()), ("width", "468"), ("height", "60")],
        [("kind", "text"), ("title", "By the sea"), ("body", "A week by the sea"), ("width", ""), ("height", "")],
        [("kind", "mail"), ("title", "Come along"), ("body", "Look here: {link}"), ("width", ""), ("height", "")],
    ] {
        assert_eq!(material(&fields).status, 303, "{fields:?}");
    }
    // The partner makes a link from it and copies.
    let list = household.get(&ann, "/partner/products").body;
    assert!(list.contains("/partner/products/TOUR") && !list.contains("BOAT"), "hidden is not listed: {list}");
    let before = household.get(&ann, "/partner/products/TOUR").body;
    assert!(before.contains("Make a link first"), "{before}");
    let made = household.send(&ann, "/partner/links", &[("target", &page), ("product", "TOUR")]);
    assert!(made.location().starts_with("/partner/products/TOUR?link="), "{made:?}");
    let shown = household.get(&ann, made.location());
    let code = made.location().split("link=").nth(1).unwrap().split('&').next().unwrap();
    for part in ["width=&#34;468&#34; height=&#34;60&#34;", "A week by the sea", "Look here: http", code] {
        assert!(shown.body.contains(part), "{part}: {}", shown.body);
    }
    let origin = household.stage.shop("");
    let policy = shown.header("content-security-policy").unwrap();
    assert!(policy.contains(&format!("img-src 'self' {origin};")), "{policy}");
    for (path, status) in [("/partner/products/BOAT", 404), ("/partner/products/nothing", 404)] {
        assert_eq!(household.get(&ann, path).status, status, "{path}");
    }
    // Hidden, it earns all the same; not taking part, it does not.
    let sale = |order: &str, paid_at: &str| {
        let sale = json!({ "paid_at": paid_at, "partner": "house-ann", "customer": { "email": "d@example.test" } });
        assert_eq!(household.stage.order(order, sale).status, 201);
        earned(&household.stage.explained(order))
    };
    assert_eq!(sale("BOXES-1", "2035-01-01T00:00:00Z")[0], ("house-ann".to_owned(), 1, "12.00".to_owned()));
    assert_eq!(save(&[("participates", "1"), ("pages", &page), ("percent-1", "12")]).status, 303);
    assert_eq!(household.get(&ann, "/partner/products/TOUR").status, 404);
    assert_eq!(sale("BOXES-2", "2035-01-02T00:00:00Z").len(), 2);
    assert_eq!(save(&[("pages", &page)]).status, 303);
    assert_eq!(sale("BOXES-3", "2035-01-03T00:00:00Z"), []);
    let lines = "SELECT count(*) FROM audit WHERE what IN ('product.changed', 'material.saved') AND subject = 'TOUR'";
    assert_eq!(household.stage.number(lines), 6);
}

#[test]
fn a_program_that_asks_for_consent_keeps_nothing_of_a_visitor_before_it() {
    let household = Household::new();
    let stage = &household.stage;
    let owner = household.log_in(OWNER);
    let asks = rules(&[("consent", "required"), ("window_days", "365")]);
    assert_eq!(save(&household, &owner, "/admin/programs/main", &asks).status, 303);
    stage.worker.run_schedule().unwrap();
    // A new link has the word at once, an old one once it was projected.
    stage.make_link("asks", "house-ann", &stage.shop("/"));
    let answer = stage.client.click("/go/asks", &[]).unwrap();
    assert!(answer.cookie("__Secure-trb").is_none() && answer.location().contains("trb="), "{answer:?}");
    let given = stage.client.click("/go/asks", &[("Cookie", "__Secure-trb-consent=1")]).unwrap();
    assert!(given.cookie("__Secure-trb").is_some(), "{given:?}");
    let report = json!({ "event": "identify", "url": answer.location(), "email": "early@example.test" });
    let refused = stage
        .client
        .send("POST", "/collect", &[("Origin", "http://www.shop.localhost")], report.to_string().as_bytes())
        .unwrap();
    assert_eq!(refused.json().unwrap()["kept"], false, "{refused:?}");
    assert_eq!(stage.number("SELECT count(*) FROM contact WHERE email = 'early@example.test'"), 0);
}

/// What a merchant does on these pages, and what his partner finds, in a real browser.
const STORY: &str = r#"
    await page.goto(args.base + "/admin/programs");
    await page.click("a[href='/admin/programs/new']");
    await page.fill("input[name=code]", "story");
    await page.fill("input[name=name]", "Two tiers");
    await page.fill("input[name='percent-1']", "10");
    await page.fill("input[name='percent-2']", "101");
    await page.click("button[value=preview]");
    const problem = await page.textContent(".problem");
    const kept = await page.inputValue("input[name='percent-2']");
    await page.fill("input[name='percent-2']", "5");
    await page.click("button[value=preview]");
    const preview = await page.textContent("main");
    await page.click("button[value=save]");
    const saved = await page.textContent("[role=status]");
    await page.goto(args.base + "/admin/programs/story/test");
    await page.fill("input[name=amount]", "200");
    await page.click("form.sheet button");
    const test = await page.textContent("main");
    await page.goto(args.base + "/admin/products/TOUR");
    await page.fill("textarea[name=pages]", args.target);
    await page.click("button[value=save]");
    await page.selectOption("select[name=kind]", "banner");
    await page.fill("input[name=title]", "Coast");
    await page.fill("input[name=picture]", args.picture);
    await page.fill("input[name=width]", "468");
    await page.fill("input[name=height]", "60");
    await page.click("button[value=material]");
    const material = await page.textContent("main");
    return { problem, kept, preview, saved, test, material };"#;

#[test]
fn the_setup_of_a_program_and_its_materials_works_in_a_browser() {
    let household = Household::new();
    let owner = household.logged_in_browser("rules-owner", OWNER);
    let args = json!({ "base": household.base(), "target": household.stage.shop("/tours"),
        "picture": household.stage.shop("/coast.png") });
    let seen = crate::counter::browser().run(&owner, STORY, &args).unwrap();
    let text = |name: &str| seen[name].as_str().unwrap_or_default().to_owned();
    assert!(text("problem").contains("from 0 to 100") && text("kept") == "101", "{seen}");
    assert!(text("preview").contains("10.00\u{a0}EUR") && text("preview").contains("5.00\u{a0}EUR"), "{seen}");
    assert!(text("saved").contains("new version"), "{seen}");
    assert!(text("test").contains("20.00\u{a0}EUR") && text("test").contains("checking for commission"), "{seen}");
    assert!(text("material").contains("468 × 60"), "{seen}");
    let partner = household.logged_in_browser("rules-partner", "house-ann@partners.example");
    let copy = r#"
        await page.goto(args.base + "/partner/products");
        await page.click("main table a");
        await page.click("form.sheet button");
        return page.inputValue("textarea");"#;
    let copied = crate::counter::browser().run(&partner, copy, &args).unwrap();
    let copied = copied.as_str().unwrap_or_default();
    assert!(
        copied.starts_with("<a href=\"") && copied.contains("/coast.png\" width=\"468\" height=\"60\""),
        "{copied}"
    );
}
