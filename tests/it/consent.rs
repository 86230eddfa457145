//! Consent `required`: nothing of a visitor is kept before he says so.

use serde_json::json;
use tributary_shared::cookie::{CONSENT_NAME, NAME};
use tributary_shared::id::TouchId;
use tributary_shared::signing::KeyRing;
use tributary_shared::token;
use tributary_tests::worker::{Options, TEST_KEYS};

use crate::stage::Stage;

#[test]
fn before_consent_no_cookie_and_no_id_is_kept_and_the_order_still_finds_its_partner() {
    let stage =
        Stage::new(|_| Options { vars: vec![("CONSENT".to_owned(), "required".to_owned())], ..Options::default() });
    stage.partner_with_link("asked");
    let (answer, cookie) = stage.click("asked");
    assert_eq!(cookie, "");
    assert!(!answer.headers.iter().any(|(name, _)| name == "set-cookie"));
    let token = answer.location().split_once("?trb=").unwrap().1.to_owned();
    let touch = token::open(&token, &KeyRing::parse(TEST_KEYS).unwrap()).unwrap();
    assert_eq!(touch.id, TouchId::NONE);
    assert_eq!(stage.number("SELECT count(*) FROM touch"), 0);
    assert_eq!(stage.number("SELECT count(*) FROM click WHERE length(client) > 3"), 0);

    let collect = |body: serde_json::Value| {
        stage
            .client
            .send("POST", "/collect", &[("Origin", "http://www.shop.localhost")], body.to_string().as_bytes())
            .unwrap()
    };
    let opt_in = json!({ "event": "identify", "url": stage.shop("/"), "email": "early@example.test", "trb": token });
    let refused = collect(opt_in);
    assert_eq!((refused.status, refused.json().unwrap()["kept"].as_bool()), (200, Some(false)));
    assert_eq!(stage.number("SELECT count(*) FROM contact"), 0);

    stage.order("ASKED-1", json!({ "trb": token }));
    let explained = stage.explained("ASKED-1");
    assert_eq!((explained["outcome"].as_str(), explained["partner"].as_str()), (Some("credited"), Some("asked")));

    let given = collect(json!({ "event": "consent", "url": stage.shop("/"), "consent": true }));
    assert_eq!(given.cookie(CONSENT_NAME), Some("1"));
    assert_eq!(given.cookie(NAME), None, "the attribution cookie is set by navigations alone");
    let after = stage.client.click("/go/asked", &[("Cookie", &format!("{CONSENT_NAME}=1"))]).unwrap();
    assert!(after.cookie(NAME).is_some());
    let withdrawn = collect(json!({ "event": "consent", "url": stage.shop("/"), "consent": false }));
    assert_eq!((withdrawn.cookie(CONSENT_NAME), withdrawn.cookie(NAME)), (Some("1"), Some("")));
    assert!(
        withdrawn.headers.iter().filter(|(name, _)| name == "set-cookie").all(|(_, value)| value.contains("Max-Age=0"))
    );
}
