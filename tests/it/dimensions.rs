//! What clicks say of themselves beside their link, the partner's sub-id and the device, wherever it is told again: in
//! postbacks, in the merchant's reports and in the partner's own.

use std::sync::OnceLock;

use serde_json::json;

use crate::outgoing::{came, id_of, listener};
use crate::people::{Household, OWNER};

const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const COMPUTER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// One of its own: these tests count all clicks there are.
fn household() -> &'static Household {
    static HOUSEHOLD: OnceLock<Household> = OnceLock::new();
    HOUSEHOLD.get_or_init(Household::new)
}

/// A click on a partner's link, and its cookie once it is stored.
fn click(household: &Household, link: &str, query: &str, agent: &str) -> String {
    let stage = &household.stage;
    let stored =
        format!("SELECT coalesce(sum(hits), 0) FROM click JOIN link ON link.id = link_id WHERE code = '{link}'");
    let before = stage.number(&stored);
    let answer = stage.client.click(&format!("/go/{link}{query}"), &[("User-Agent", agent)]).unwrap();
    assert_eq!(answer.status, 302);
    assert!(!answer.location().contains("sub_id"), "what a partner adds is his: {}", answer.location());
    stage.wait_for(&stored, before + 1);
    answer.cookie("__Secure-trb").unwrap_or_default().to_owned()
}

fn order(household: &Household, name: &str, cookie: &str) {
    let paid = json!({ "trb": cookie, "paid_at": "2027-10-21T00:00:00Z", "placed_at": "2027-10-20T09:59:00Z",
        "customer": { "email": format!("{}@example.test", name.to_lowercase()) } });
    assert_eq!(household.stage.order(name, paid).status, 201);
}

/// The lines of a report as CSV, without its head, in their order.
fn report(household: &Household, session: &str, path: &str) -> Vec<String> {
    let csv = household.get(session, path);
    assert_eq!(csv.status, 200, "{}", csv.body);
    csv.body.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_sub_id_is_told_to_the_tracker_and_reports_are_by_it_and_by_device() {
    let household = household();
    let stage = &household.stage;
    for code in ["dim-ann", "dim-ben"] {
        stage.partner_with_link(code);
        household.open(&format!("{code}@partners.example"), "partner", Some(code));
    }
    let (ann, ben) = (household.log_in("dim-ann"), household.log_in("dim-ben"));
    let owner = household.log_in(OWNER);
    // The merchant adds the postback: the partner's tracker is known to him alone here.
    let path = "/postbacks/dim";
    listener(&stage.site, path);
    let url = format!("http://localhost:{}{path}?e={{event}}&s={{sub_id}}", stage.site.port);
    let page = "/admin/partners/dim-ann/postbacks";
    let fields = [
        ("do", "add"),
        ("url", url.as_str()),
        ("event", "order.credited"),
        ("event", "accrual.created"),
        ("event", "partner.created"),
    ];
    let reader = household.log_in("reader@shop.example");
    assert_eq!(household.send(&reader, page, &fields).status, 404);
    let added = household.send(&owner, page, &fields);
    assert_eq!(
        (added.status, added.location()),
        (303, "/admin/partners/dim-ann/postbacks?said=hooks-done"),
        "{}",
        added.body
    );
    let id = id_of(household, &url);
    assert_eq!(
        household.text(&format!(
            "SELECT partner.code || events FROM hook_endpoint JOIN partner ON partner.id = partner_id WHERE hook_endpoint.id = {id}"
        )),
        r#"dim-ann["order.credited","accrual.created"]"#
    );
    assert!(household.get(&owner, "/admin/partners/dim-ann").body.contains(page), "the card leads there");
    assert!(household.get(&ann, "/partner/postbacks").body.contains(path), "it is his");
    assert!(!household.get(&ben, "/partner/postbacks").body.contains(path));
    // Of another partner it is not there, nor of nobody.
    for other in ["/admin/partners/dim-ben/postbacks", "/admin/partners/nobody/postbacks"] {
        assert_eq!(household.send(&owner, other, &[("do", "delete"), ("id", &id)]).status, 404, "{other}");
    }
    // Two clicks of Ann's, one of Ben's; an address of somebody, and whoever wants no id to be kept, leave none.
    let news = click(household, "dim-ann", "?sub_id=news%26%3C7%3E&utm_source=x", PHONE);
    let _ = click(household, "dim-ann", "?sid=blog", COMPUTER);
    let bens = click(household, "dim-ben", "?sub_id=somebody%40example.test", COMPUTER);
    order(household, "DIM-1", &news);
    order(household, "DIM-2", &bens);
    stage.reconcile("2030-01-01T00:00:00Z");
    stage.worker.run_schedule().unwrap();
    let mut told: Vec<String> = came(&stage.site, path).into_iter().map(|asked| asked.path).collect();
    told.sort();
    assert_eq!(
        told,
        ["accrual.created", "order.credited"].map(|event| format!("{path}?e={event}&s=news%26%3C7%3E")),
        "of his own order, as his link was clicked"
    );
    let months = "from=2026-01&to=2099-12";
    let own = |session: &str, by: &str| report(household, session, &format!("/partner/reports.csv?by={by}&{months}"));
    assert_eq!(own(&ann, "sub_id"), ["blog,1,0,,", "news&<7>,1,1,10.00,EUR"]);
    assert_eq!(own(&ann, "device"), ["desktop,1,0,,", "phone,1,1,10.00,EUR"]);
    assert_eq!(own(&ann, "link"), ["dim-ann,2,1,10.00,EUR"]);
    assert_eq!(own(&ann, "country").len(), 1);
    assert_eq!(own(&ben, "sub_id"), [",1,1,10.00,EUR"]);
    // What is not a partner's to ask for is answered by month.
    let by_month = own(&ben, "month");
    assert_eq!(own(&ben, "partner"), by_month);
    let clicks: i64 = by_month.iter().map(|line| line.split(',').nth(1).unwrap().parse::<i64>().unwrap()).sum();
    assert_eq!(clicks, 1);
    // The merchant's have them all, and every page shows what its file says.
    let all = report(household, &owner, &format!("/admin/reports.csv?by=sub_id&{months}"));
    assert!(all.contains(&"news&<7>,1,1,10.00,EUR".to_owned()) && all.contains(&"blog,1,0,,".to_owned()), "{all:?}");
    let page = household.get(&owner, &format!("/admin/reports?by=device&{months}")).body;
    assert!(page.contains(">Phone<") && page.contains(">Computer<"), "{page}");
    let page = household.get(&ann, &format!("/partner/reports?by=sub_id&{months}")).body;
    assert!(page.contains("news&#38;&#60;7&#62;") && !page.contains("dim-ben"), "{page}");
    // The merchant pauses it and takes it away again.
    for wanted in ["pause", "delete"] {
        assert_eq!(
            household.send(&owner, "/admin/partners/dim-ann/postbacks", &[("do", wanted), ("id", &id)]).status,
            303
        );
    }
    assert_eq!(stage.number(&format!("SELECT count(*) FROM hook_endpoint WHERE id = {id}")), 0);
    let audited = stage.number(&format!(
        "SELECT count(*) FROM audit WHERE who = '{OWNER}' AND what LIKE 'hook.%' AND subject LIKE '%{path}'"
    ));
    assert_eq!(audited, 3, "added, paused, deleted");
}

#[test]
fn commission_by_product_is_what_each_line_earned_and_a_line_that_is_given_back_takes_its_own() {
    let household = Household::new();
    let stage = &household.stage;
    let owner = household.log_in(OWNER);
    household.open("shares@partners.example", "partner", Some("house-cid"));
    let cid = household.log_in("house-cid");
    // Product, clicks, orders, sales, commission, currency: the commission of one product, or of all.
    let commission = |session: &str, path: &str, product: &str| -> i64 {
        let lines = report(&household, session, &format!("{path}?by=product&from=2026-11&to=2099-12"));
        let cells = lines.iter().map(|line| line.split(',').collect::<Vec<_>>());
        let of_product = cells.filter(|cells| product.is_empty() || cells[0] == product);
        of_product.map(|cells| cells[cells.len() - 2].replace('.', "").parse().unwrap_or(0)).sum()
    };
    let all = |product: &str| commission(&owner, "/admin/reports.csv", product);
    let (tours, boats) = (all("TOUR"), all("BOAT"));
    // BOAT has a rate of its own, 8 percent; whoever stands above has the program's 3.
    let lines =
        json!([{ "sku": "TOUR", "quantity": 1, "net": "100.00" }, { "sku": "BOAT", "quantity": 2, "net": "50.01" }]);
    let paid = json!({ "paid_at": "2026-11-10T10:00:00Z", "partner": "house-ann", "lines": lines,
        "customer": { "email": "shares@example.test" } });
    assert_eq!(stage.order("SHARES-1", paid).status, 201);
    stage.reconcile("2026-11-26T12:00:00Z");
    let booked = || {
        stage.number(
            "SELECT coalesce(sum(iif(kind = 'accrual', amount_minor, -amount_minor)), 0) FROM transfer
             JOIN decision ON decision.id = transfer.id / 64 JOIN orders ON orders.id = order_id
             WHERE external_id = 'SHARES-1'",
        )
    };
    assert_eq!(booked(), 1_400 + 450);
    assert_eq!((all("TOUR") - tours, all("BOAT") - boats), (1_000 + 300, 400 + 150));
    // The boat is given back whole, and takes back what it earned.
    let refund =
        json!({ "refund_id": "shares", "at": "2026-11-27T10:00:00Z", "lines": [{ "sku": "BOAT", "net": "50.01" }] });
    let answer = stage.client.post("/api/v1/orders/SHARES-1/refunds", &stage.key, &refund).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    stage.reconcile("2026-11-28T12:00:00Z");
    assert_eq!(booked(), 1_000 + 300);
    assert_eq!((all("TOUR") - tours, all("BOAT") - boats), (1_300, 0));
    // Whoever stands above sees his own part, and no more.
    let own = stage.number(
        "SELECT sum(amount_minor * iif(credit = partner.id * 8 + 2, 1, -1)) FROM transfer
         JOIN partner ON partner.id * 8 + 2 IN (credit, debit) WHERE code = 'house-cid' AND kind IN ('accrual', 'reversal')",
    );
    assert_eq!(commission(&cid, "/partner/reports.csv", ""), own);
    assert!(own < all(""), "{own}");
}
