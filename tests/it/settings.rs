//! A partner's own page: his keys and who he is, and nothing of anybody else's.

use serde_json::json;
use tributary_tests::client::Answer;

use crate::people::{Household, OWNER, PASSWORD, household, session_of};

const PATH: &str = "/partner/settings";

/// Fields of a form.
type Fields<'f> = &'f [(&'f str, &'f str)];

/// A partner of this test's own, logged in.
fn partner(household: &Household, code: &str) -> String {
    household.stage.partners(&[code]);
    household.open(&format!("{code}@partners.example"), "partner", Some(code));
    household.log_in(code)
}

fn api(household: &Household, key: &str, path: &str) -> Answer {
    household.stage.client.send("GET", path, &[("Authorization", &format!("Bearer {key}"))], &[]).unwrap()
}

/// The key that a page shows.
fn shown(page: &str) -> String {
    let found = page.split("trb_").nth(1).unwrap_or_else(|| panic!("no key: {page}"));
    format!("trb_{}", found.split('<').next().unwrap())
}

fn audited(household: &Household, what: &str, subject: &str) -> String {
    let line = format!("FROM audit WHERE what = '{what}' AND subject = '{subject}'");
    household.text(&format!("SELECT group_concat(who || ': ' || before || ' > ' || after, '|') {line}"))
}

#[test]
fn the_owner_makes_a_key_for_a_shop_that_does_what_its_boxes_say_until_it_is_revoked() {
    let household = household();
    let owner = household.log_in(OWNER);
    let make = |name: &str, scopes: &[&str]| {
        let mut fields = vec![("do", "key"), ("key-name", name)];
        fields.extend(scopes.iter().map(|scope| (*scope, "1")));
        household.send(&owner, "/admin/people", &fields)
    };
    let made = make("a shop", &["read", "orders"]);
    assert_eq!(made.status, 200, "{}", made.body);
    let key = shown(&made.body);
    assert_eq!(api(household, &key, "/api/v1/partners").status, 200);
    let coupon = json!({ "code": "KEYS", "partner": "house-ann" });
    assert_eq!(household.stage.client.post("/api/v1/coupons", &key, &coupon).unwrap().status, 403);
    let page = household.get(&owner, "/admin/people").body;
    assert!(page.contains("a shop") && page.contains("read orders") && !page.contains(&key), "{page}");
    assert_eq!(audited(household, "key.made", "a shop"), "owner@shop.example:  > read orders");
    for (name, scopes) in [("a shop", &["read"][..]), ("another", &[]), ("", &["read"])] {
        assert_eq!(make(name, scopes).status, 422, "{name}");
    }
    // The command line knows the same keys.
    let listed = household.stage.batch.json(&["keys", "list"]).unwrap();
    let shop = listed.as_array().unwrap().iter().find(|key| key["name"] == "a shop").unwrap();
    assert_eq!((&shop["scopes"], &shop["revoked_at"]), (&json!("read orders"), &json!(null)));
    // A partner's key of the same name is his; whoever is not the owner has no keys here.
    let partner = partner(household, "keys-named");
    household.send(&partner, PATH, &[("do", "key"), ("key-name", "a shop")]);
    let manager = household.log_in("manager@shop.example");
    assert_eq!(household.send(&manager, "/admin/people", &[("do", "revoke"), ("key", "a shop")]).status, 404);
    let revoke = || household.send(&owner, "/admin/people", &[("do", "revoke"), ("key", "a shop")]);
    assert_eq!(revoke().status, 303);
    assert_eq!(revoke().status, 404);
    assert_eq!(api(household, &key, "/api/v1/partners").status, 401);
    assert_eq!(household.stage.number("SELECT count(*) FROM api_key WHERE name = 'a shop' AND revoked_at IS NULL"), 1);
    assert_eq!(audited(household, "key.revoked", "a shop"), "owner@shop.example: read orders > ");
}

#[test]
fn a_partner_makes_a_key_that_reads_what_is_his_until_he_revokes_it() {
    let household = household();
    let session = partner(household, "keys-own");
    let other = partner(household, "keys-other");
    let made = household.send(&session, PATH, &[("do", "key"), ("key-name", "my sheet")]);
    assert_eq!(made.status, 200, "{}", made.body);
    let key = shown(&made.body);
    let found = api(household, &key, "/api/v1/partners");
    assert!(found.body.contains("keys-own") && !found.body.contains("keys-other"), "{}", found.body);
    assert_eq!(api(household, &key, "/api/v1/contacts").status, 403);
    // It is shown once, and its name from then on.
    let page = household.get(&session, PATH).body;
    assert!(page.contains("my sheet") && !page.contains("trb_"), "{page}");
    assert!(!household.get(&other, PATH).body.contains("my sheet"));
    assert_eq!(audited(household, "partner.key_made", "keys-own"), "keys-own@partners.example:  > my sheet");
    // The same form twice makes no second key, and a key without a name none at all.
    for name in ["my sheet", "", "a\u{7}"] {
        assert_eq!(household.send(&session, PATH, &[("do", "key"), ("key-name", name)]).status, 422, "{name}");
    }
    // Another's is not there.
    assert_eq!(household.send(&other, PATH, &[("do", "revoke"), ("key", "my sheet")]).status, 404);
    assert_eq!(api(household, &key, "/api/v1/partners").status, 200);
    let revoked = household.send(&session, PATH, &[("do", "revoke"), ("key", "my sheet")]);
    assert_eq!(revoked.location(), "/partner/settings?said=settings-saved");
    assert_eq!(api(household, &key, "/api/v1/partners").status, 401);
    assert_eq!(audited(household, "partner.key_revoked", "keys-own"), "keys-own@partners.example: my sheet > ");
    // Its name is free again, for another key.
    let again = household.send(&session, PATH, &[("do", "key"), ("key-name", "my sheet")]);
    assert_ne!(shown(&again.body), key);
    assert_eq!(api(household, &key, "/api/v1/partners").status, 401);
}

#[test]
fn a_partner_has_ten_keys_at_most() {
    let household = household();
    let session = partner(household, "keys-many");
    for number in 0..10 {
        let made = household.send(&session, PATH, &[("do", "key"), ("key-name", &format!("key {number}"))]);
        assert_eq!(made.status, 200, "{number}");
    }
    assert_eq!(household.send(&session, PATH, &[("do", "key"), ("key-name", "one more")]).status, 422);
}

#[test]
fn a_partner_says_who_he_is_and_his_log_in_moves_when_the_new_address_confirms_it() {
    let household = household();
    let session = partner(household, "profile-own");
    let _ = partner(household, "profile-other");
    let own = "profile-own@partners.example";
    let fields = |email: &'static str| {
        vec![
            ("do", "profile"),
            ("name", "Otto \"Own\""),
            ("email", email),
            ("site", "https://own.example"),
            ("phone", "+49 30 1"),
            ("language", "ru"),
        ]
    };
    // Marks that JSON has other words for than Rust.
    let marked = [("do", "profile"), ("name", "Otto\u{200b}"), ("email", own), ("language", "en")];
    assert_eq!(household.send(&session, PATH, &marked).status, 303);
    let line = household.text("SELECT after FROM audit WHERE what = 'partner.changed' AND subject = 'profile-own'");
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["name"], &line["site"]), (&"Otto\u{200b}".into(), &"".into()));
    let saved = household.send(&session, PATH, &fields(own));
    assert_eq!(saved.location(), "/partner/settings?said=settings-saved", "{}", saved.body);
    let record = |code: &str| {
        household.text(&format!(
            "SELECT partner.name || '|' || partner.email || '|' || site || '|' || phone || '|' || account.email || '|' || language
             FROM partner JOIN account ON account.partner_id = partner.id WHERE partner.code = '{code}'"
        ))
    };
    let told = format!("Otto \"Own\"|{own}|https://own.example|+49 30 1|{own}|ru");
    assert_eq!(record("profile-own"), told);
    assert!(household.get(&session, PATH).body.contains("lang=\"ru\""), "the page is in his language");
    assert!(audited(household, "partner.changed", "profile-own").contains(r#""language":"ru""#));
    // Without his password, or with another's address, his log-in stays where it is.
    let moved = "profile-moved@partners.example";
    assert_eq!(household.send(&session, PATH, &fields(moved)).status, 422);
    let refused = household.send(&session, PATH, &[fields(moved), vec![("old", "not that at all")]].concat());
    assert_eq!(refused.status, 422);
    assert!(!refused.body.contains("not that at all"), "a password is not sent back");
    // An address that somebody logs in with is answered like any other, and gets no letter.
    let asked = "/partner/settings?said=settings-moves";
    let move_to = |email| household.send(&session, PATH, &[fields(email), vec![("old", PASSWORD)]].concat());
    assert_eq!(move_to("profile-other@partners.example").location(), asked);
    let letters = |email: &str| {
        household
            .stage
            .number(&format!("SELECT count(*) FROM mail WHERE recipient = '{email}' AND cause LIKE 'login_link/%'"))
    };
    assert_eq!(letters("profile-other@partners.example"), 0);
    assert_eq!(move_to(moved).location(), asked);
    assert_eq!((letters(moved), letters(own)), (1, 0));
    assert!(household.text(&format!("SELECT body FROM mail WHERE recipient = '{moved}'")).contains("Otto \"Own\""));
    assert_eq!(record("profile-own"), told, "nothing moves before the link is followed");
    // Only who reads the mail there can follow it, and it works once.
    let link = household.mailed_link(moved);
    let followed = household.post(&link, "", &[]);
    assert!(!session_of(&followed).is_empty(), "{}", followed.body);
    assert_eq!(record("profile-own"), told.replace(own, moved));
    assert_eq!(household.post(&link, "", &[]).status, 410);
    let line = r#"profile-own@partners.example: {"email":"profile-own@partners.example"} > {"email":"profile-moved@partners.example"}"#;
    assert!(audited(household, "partner.changed", "profile-own").contains(line));
    assert!(record("profile-other").contains("|profile-other@partners.example|"));
    let entered = household.post("/login", "", &[("name", moved), ("password", PASSWORD), ("by", "password")]);
    assert!(!session_of(&entered).is_empty());
}

#[test]
fn a_link_to_a_new_address_moves_nothing_once_somebody_else_has_it_or_the_merchant_has_moved_the_log_in() {
    fn fields(email: &str) -> [(&str, &str); 5] {
        [("do", "profile"), ("name", "Late"), ("email", email), ("old", PASSWORD), ("language", "en")]
    }
    let household = household();
    let session = partner(household, "move-late");
    let email_of = |code: &str| {
        household.text(&format!(
            "SELECT account.email FROM account JOIN partner ON partner.id = partner_id WHERE code = '{code}'"
        ))
    };
    household.send(&session, PATH, &fields("move-wanted@partners.example"));
    let _ = partner(household, "move-wanted");
    assert_eq!(household.post(&household.mailed_link("move-wanted@partners.example"), "", &[]).status, 410);
    assert_eq!(email_of("move-late"), "move-late@partners.example");
    household.send(&session, PATH, &fields("move-first@partners.example"));
    household.send(&session, PATH, &fields("move-second@partners.example"));
    // Who moves leaves nothing behind that opens: neither another link of his own, nor what went to the address before.
    assert_eq!(household.post(&household.mailed_link("move-second@partners.example"), "", &[]).status, 303);
    assert_eq!(household.post(&household.mailed_link("move-first@partners.example"), "", &[]).status, 410);
    assert_eq!(email_of("move-late"), "move-second@partners.example");
    // No more than five in a quarter of an hour.
    let more: Vec<String> = (0..6).map(|number| format!("move-more-{number}@partners.example")).collect();
    let answers: Vec<u16> = more.iter().map(|email| household.send(&session, PATH, &fields(email)).status).collect();
    assert_eq!(answers, [303, 303, 303, 422, 422, 422], "one to this address, one to that, three more");
}

#[test]
fn a_partner_is_paid_by_whatever_way_the_rules_know_and_the_history_says_what_was_there_before() {
    let household = household();
    let session = partner(household, "ways-own");
    let english = household.get(&session, PATH).body;
    household.send(&session, "/language", &[("to", "ru"), ("back", PATH)]);
    let russian = household.get(&session, PATH).body;
    household.send(&session, "/language", &[("to", "en"), ("back", PATH)]);
    for method in ["bank", "paypal", "wise", "emoney", "cash"] {
        for page in [&english, &russian] {
            assert!(page.contains(&format!("name=\"do\" value=\"{method}\"")), "{method}: {page}");
        }
    }
    assert!(english.contains("Where and how") && russian.contains("Где и как передать"), "{russian}");
    let bank = [("iban", "DE02120300000000202051"), ("street", "Hafen"), ("town", "Hamburg"), ("country", "DE")];
    let good: [(&str, Fields<'_>, &str); 9] = [
        ("bank", &[("account", "Bank of Somewhere 12345678")], "…5678"),
        ("bank", &bank, "…2051"),
        ("paypal", &[("email", "ways@pay.example")], "w…@pay.example"),
        ("wise", &[("email", "ways@wise.example")], "w…@wise.example"),
        ("wise", &[("recipient_id", "@waysandmeans"), ("holder", "company")], "…eans"),
        ("emoney", &[("channel", "M-Pesa"), ("account", "+254700123456")], "M-Pesa …3456"),
        ("cash", &[("note", "at the reception")], ""),
        ("cash", &[("note", "by the gate")], ""),
        // What he had before is the way again, and not only said to be.
        ("paypal", &[("email", "ways@pay.example")], "w…@pay.example"),
    ];
    let stored = "SELECT count(*) FROM requisites JOIN partner ON account = partner.id * 8 + 2 WHERE code = 'ways-own'";
    for (number, (method, fields, masked)) in (1..).zip(good) {
        let fields = [&[("do", method), ("name", "Wanda Ways")][..], fields].concat();
        let saved = household.send(&session, PATH, &fields);
        assert_eq!(saved.location(), "/partner/settings?said=settings-saved", "{fields:?}: {}", saved.body);
        assert_eq!(household.stage.number(stored), number);
        let page = household.get(&session, PATH).body;
        let shown = if masked.is_empty() {
            "<dd>Wanda Ways</dd>".to_owned()
        } else {
            format!("<dd>Wanda Ways · {masked}</dd>")
        };
        assert!(page.contains(&shown), "{shown}: {page}");
    }
    let lines = audited(household, "requisites.changed", "ways-own");
    let told: Vec<&str> = lines.split('|').map(|line| line.split_once(": ").unwrap().1).collect();
    let wanted = [
        " > bank …5678",
        "bank …5678 > bank …2051",
        " > paypal w…@pay.example",
        " > wise w…@wise.example",
        "wise w…@wise.example > wise …eans",
        " > emoney M-Pesa …3456",
        " > cash",
        "cash > cash",
        "paypal w…@pay.example > paypal w…@pay.example",
    ];
    assert_eq!(told, wanted);
    // The same checks for all: what is wrong is said beside its field, and what was typed stays.
    let bad: [(&str, Fields<'_>); 7] = [
        ("bank", &[]),
        ("bank", &[("iban", "DE02120300000000202051"), ("account", "12345678")]),
        ("wise", &[]),
        ("wise", &[("recipient_id", "not a tag")]),
        ("emoney", &[("channel", "M-Pesa")]),
        ("cash", &[]),
        ("cheque", &[("note", "by post")]),
    ];
    for (method, fields) in bad {
        let fields = [&[("do", method), ("name", "Wanda Typed")][..], fields].concat();
        let refused = household.send(&session, PATH, &fields);
        assert_eq!(refused.status, 422, "{fields:?}");
        if method != "cheque" {
            let said = refused.body.contains("class=\"problem\"") && refused.body.contains("value=\"Wanda Typed\"");
            assert!(said, "{fields:?}: {}", refused.body);
        }
    }
    assert_eq!(household.stage.number(stored), 9);
}
