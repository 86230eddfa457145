//! What the merchant's first page says needs a look, and where that is: the counter's page above all.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tributary_tests::client::BROWSER;

use crate::people::{Household, OWNER};

#[test]
fn the_first_page_names_what_needs_a_look_with_the_way_there() {
    let household = Household::new();
    let stage = &household.stage;
    let owner = household.log_in(OWNER);
    let has = |path: &str, text: &str| {
        let line = format!("<a href=\"{path}\">{text}</a>");
        household.get(&owner, "/admin").body.contains(&line)
    };
    let silent = "1 page has not sent a hit: is the counter there?";
    assert!(has("/admin/counter", silent), "two links lead to one page: {}", household.get(&owner, "/admin").body);
    let heard = |path: &str| {
        let gif = format!("/collect.gif?u={}", utf8_percent_encode(&stage.shop(path), NON_ALPHANUMERIC));
        assert_eq!(stage.client.send("GET", &gif, &[("User-Agent", BROWSER)], &[]).unwrap().status, 200);
        stage.wait_for(&format!("SELECT count(*) FROM page WHERE path = '{path}'"), 1);
    };
    heard("/tours");
    assert!(!household.get(&owner, "/admin").body.contains("has not sent a hit"));
    // A page that describes a product is one as well, whether a link leads there or not.
    let product = stage.shop("/described");
    household.change(&format!(
        "INSERT INTO product_page (product_id, url) SELECT id, '{product}' FROM product WHERE sku = 'TOUR'"
    ));
    assert!(has("/admin/counter", silent));
    let page = household.get(&owner, "/admin/counter").body;
    assert!(page.contains(&product) && page.contains("describes a product"), "{page}");
    let told = stage.client.get("/api/v1/diagnostics", &stage.key).unwrap().json().unwrap();
    assert_eq!(told["silent_targets"], serde_json::json!([{ "target": product, "links": 0 }]));
    heard("/described");
    assert!(!household.get(&owner, "/admin").body.contains("has not sent a hit"));
    // Webhooks that hear nothing, and events that did not reach them; a partner's own pause is his.
    for (id, partner, paused) in [(901, "NULL", "1"), (902, "(SELECT id FROM partner WHERE code = 'house-ann')", "1")] {
        household.change(&format!(
            "INSERT INTO hook_endpoint (id, partner_id, url, events, secrets, created_by, created_at, paused_at, told_partner,
               told_change, told_contact, told_decision, told_transfer, told_payout)
             SELECT {id}, {partner}, 'https://deaf.example/', '[]', iif({id} = 901, 'none', ''), 'tests', 0, {paused}, 0, 0, 0, 0, 0, 0"
        ));
    }
    household.change(
        "INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at, failed_at, status)
         SELECT 901, 'looks', 'order.credited', 0, '{}', 0, 1, 500",
    );
    assert!(has("/admin/hooks", "1 webhook is paused or does not answer"));
    assert!(has("/admin/hooks", "1 event could not be delivered to a webhook"));
}

#[test]
fn the_counters_page_has_a_tag_for_programs_that_require_consent_and_says_where_it_stops() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let asks = "data-consent=&#34;required&#34;";
    let page = || household.get(&owner, "/admin/counter").body;
    assert!(page().contains("/t.js") && !page().contains(asks), "{}", page());
    assert!(!household.get(&owner, "/admin/programs").body.contains(asks));
    household.change("INSERT INTO program (code, name, currency) VALUES ('asks', 'The one that asks', 'EUR')");
    household.change(
        "INSERT INTO program_version (program_id, valid_from, rules, changed_by, created_at)
         SELECT (SELECT id FROM program WHERE code = 'asks'), 0, json_set(rules, '$.consent', 'required'), 'tests', 0
         FROM program_version LIMIT 1",
    );
    let both = page();
    assert_eq!((both.matches("/t.js").count(), both.matches(asks).count()), (2, 1), "{both}");
    assert!(both.contains("require consent: The one that asks"), "{both}");
    assert!(!both.contains("there are more"));
    household.change(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 151)
         INSERT INTO page (host, path, listed, hits, first_at, last_at) SELECT 'many.example', '/' || i, 1, 1, 0, 1700000000 FROM n",
    );
    household.change(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 101)
         INSERT INTO missed_code (code, hits, first_at, last_at) SELECT 'many-' || i, 1, 0, 1700000000 FROM n",
    );
    let cut = page();
    assert!(cut.contains("Only 150 are shown here") && cut.contains("Only 100 are shown here"), "{cut}");
    let file = household.get(&owner, "/admin/missed.csv").body;
    assert_eq!(file.lines().filter(|line| line.starts_with("many-")).count(), 101);
}
