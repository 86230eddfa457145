//! Lists: page after page, as JSON or as XML.

use serde_json::json;

use super::{column, get, key, post};
use crate::stage::stage;

#[test]
fn the_same_can_be_had_as_xml() {
    let stage = stage();
    stage.partners(&["xml"]);
    stage.make_link("xml-a", "xml", &stage.shop("/?a=1&b=2"));
    let authorization = format!("Bearer {}", key(stage, &["xml", "--partner", "xml"]));
    let ask = |path: &str, accept: &str| {
        stage.client.send("GET", path, &[("Authorization", &authorization), ("Accept", accept)], &[]).unwrap()
    };
    let page = ask("/api/v1/links", "application/xml");
    assert_eq!((page.status, page.header("content-type")), (200, Some("application/xml")));
    let target = stage.shop("/?a=1&amp;b=2");
    let url = format!("{}/go/xml-a", stage.worker.base);
    assert_eq!(
        page.body,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<links><link><code>xml-a</code><url>{url}</url><partner>xml</partner>\
             <target>{target}</target><active>true</active></link></links>"
        )
    );
    let one = ask("/api/v1/links/xml-a", "text/xml, */*;q=0.1");
    assert!(one.body.contains("<link><code>xml-a</code>"), "{}", one.body);
    assert_eq!(ask("/api/v1/links", "text/csv").status, 406);
}

#[test]
fn pages_follow_each_other_and_show_every_row_once() {
    let stage = stage();
    stage.partners(&["pager"]);
    for number in 1..=5 {
        assert_eq!(
            post(stage, "/api/v1/coupons", "", &json!({ "code": format!("PAGE{number}"), "partner": "pager" })).status,
            201
        );
        stage.order(&format!("PAGE-{number}"), json!({ "partner": "pager", "paid_at": "2026-01-01T00:00:00Z" }));
    }
    stage.reconcile("2040-01-01T00:00:00Z");
    for (list, name) in [("coupons", "code"), ("orders", "external_id"), ("accruals", "order")] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = get(stage, &stage.key, &format!("/api/v1/{list}?partner=pager&limit=2{cursor}"));
            seen.extend(column(&page, name));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((seen.len(), sorted.len()), (5, 5), "{list}: {seen:?}");
    }
}
