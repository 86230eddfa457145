//! Files that are taken in on a page: looked at, mapped, taken, and taken again.

use std::sync::OnceLock;

use tributary_tests::client::{Answer, BROWSER};

use crate::people::{Household, OWNER};

/// A merchant of these tests' own: they count what he has.
fn merchant() -> &'static Household {
    static MERCHANT: OnceLock<Household> = OnceLock::new();
    MERCHANT.get_or_init(Household::new)
}

/// Sends a file as a browser's form does.
fn upload(household: &Household, session: &str, token: &str, kind: &str, file: &str) -> Answer {
    let part = |head: &str, value: &str| format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n");
    let body = [
        part("name=\"csrf\"", token),
        part("name=\"of\"", kind),
        part("name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv", file),
        part("name=\"text\"", ""),
        "--edge--\r\n".to_owned(),
    ]
    .concat();
    let base = household.stage.worker.base.as_str();
    let headers = [
        ("Content-Type", "multipart/form-data; boundary=edge"),
        ("Origin", base),
        ("Cookie", session),
        ("User-Agent", BROWSER),
    ];
    household.stage.client.send("POST", "/admin/import", &headers, body.as_bytes()).unwrap()
}

/// Sends a file as the owner; the address of the look at it.
pub(crate) fn sent(household: &Household, session: &str, kind: &str, file: &str) -> String {
    let answer = upload(household, session, &household.token(session), kind, file);
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(answer.location().starts_with("/admin/import/"), "{}", answer.location());
    answer.location().to_owned()
}

fn looked(household: &Household, session: &str, path: &str) -> String {
    let page = household.get(session, path);
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    page.body
}

/// New, known and refused, as a page counts them.
fn counts(page: &str) -> [String; 3] {
    ["New or changed", "Known already", "Refused"].map(|name| {
        let rest = page.split(&format!("<dt>{name}</dt><dd>")).nth(1).unwrap_or_else(|| panic!("no {name}: {page}"));
        rest.split('<').next().unwrap().to_owned()
    })
}

#[track_caller]
fn take(household: &Household, session: &str, path: &str) {
    let _turn = household.stage.turn();
    let taken = household.send(session, path, &[("do", "take")]);
    assert_eq!((taken.status, taken.location()), (303, format!("{path}?said=import-done").as_str()), "{}", taken.body);
}

const ORDERS: &str = "\u{feff}Order No;Paid;Customer E-Mail;Subtotal;Discount Code;Affiliate\r\n\
    IMP-1;2026-11-10 10:00:00 +0100;imp-1@example.test;100.00;;house-ann\r\n\
    IMP-2;2026-11-10;imp-2@example.test;\"20.00\";;\r\n\
    IMP-3;2026-11-10;imp-3@example.test;1,00;;\r\n\
    IMP-4;2026-11-10;imp-4@example.test;5.00;;nobody-of-this-name\r\n\
    IMP-5;soon;imp-5@example.test;5.00;;\r\n\
    IMP-6;2026-11-10\r\n";

#[test]
fn a_file_of_orders_is_looked_at_then_taken_and_the_same_again_changes_nothing() {
    let household = merchant();
    let owner = household.log_in(OWNER);
    let path = sent(household, &owner, "orders", ORDERS);
    let page = looked(household, &owner, &path);
    // The columns were known by their names, and nothing is stored yet.
    assert_eq!(counts(&page), ["2", "0", "4"], "{page}");
    for (line, reason) in [
        (4, "lines[0].net: `1,00` is not an amount: want digits with at most one point, as in 1000.50"),
        (5, "partner: nobody-of-this-name is not known"),
        (6, "paid_at: `soon` is not a time: want RFC 3339 with an offset, as in 2026-11-03T10:02:11Z"),
        (7, "has 2 cells, the header 6"),
    ] {
        assert!(page.contains(&format!("<th scope=\"row\">{line}</th><td>{reason}</td>")), "{line}: {page}");
    }
    let stored = || {
        household.stage.number(
            "SELECT count(*) FROM order_event JOIN orders ON orders.id = order_id WHERE external_id LIKE 'IMP-_'",
        )
    };
    assert_eq!(stored(), 0);
    take(household, &owner, &path);
    assert_eq!(stored(), 2);
    let done = looked(household, &owner, &path);
    assert_eq!(counts(&done), ["2", "0", "4"]);
    assert!(!done.contains("value=\"take\""), "{done}");
    assert_eq!(
        household.stage.number(
            "SELECT count(*) FROM audit WHERE what = 'orders.imported' AND after = '2 new, 0 known, 4 refused'"
        ),
        1
    );
    // Taken twice by a second click: nothing, and no second line.
    assert_eq!(household.send(&owner, &path, &[("do", "take")]).location(), path);
    // The bad lines as a file: mended, they go in, and nothing else changes.
    let bad = household.get(&owner, &format!("{path}.csv")).body;
    assert_eq!(bad.lines().count(), 5, "{bad}");
    assert!(bad.contains("\r\n4,\"lines[0].net: `1,00` is not"), "{bad}");
    let mended =
        ORDERS.replace("1,00", "1.00").replace("nobody-of-this-name", "house-ben").replace("soon", "2026-11-10");
    let again = sent(household, &owner, "orders", &mended);
    assert_eq!(counts(&looked(household, &owner, &again)), ["3", "2", "1"]);
    take(household, &owner, &again);
    let last = sent(household, &owner, "orders", &mended);
    let page = looked(household, &owner, &last);
    assert_eq!(counts(&page), ["0", "5", "1"]);
    assert!(!page.contains("value=\"take\""), "{page}");
    // The command line knows them as well: the same rules, the same fingerprints.
    let map = [
        "external_id=Order No",
        "paid_at=Paid",
        "email=Customer E-Mail",
        "net=Subtotal",
        "coupon=Discount Code",
        "partner=Affiliate",
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    std::fs::write(&file, mended).unwrap();
    let mut arguments = vec!["import", "orders", file.to_str().unwrap(), "--dry-run"];
    arguments.extend(map.iter().flat_map(|map| ["--map", map]));
    let _turn = household.stage.turn();
    assert!(household.stage.batch.run(&arguments).unwrap().out.contains("5 good"));
    arguments.retain(|argument| *argument != "--dry-run");
    let said = household.stage.batch.run(&arguments).unwrap();
    assert!(said.out.contains("5 good, 0 new or changed, 1 bad"), "{}", said.out);
}

#[test]
fn columns_that_nobody_knows_are_chosen_by_hand() {
    let household = merchant();
    let owner = household.log_in(OWNER);
    let path = sent(household, &owner, "orders", "nr\tbetrag\tmail\nMAP-1\t7.00\tmap@example.test\n");
    let page = looked(household, &owner, &path);
    assert!(page.contains("Say which column is: Order, Net amount of the line."), "{page}");
    // Nothing is taken before.
    assert_eq!(household.send(&owner, &path, &[("do", "take")]).location(), path);
    let chosen = [("do", "look"), ("in-external_id", "0"), ("in-net", "1"), ("in-email", "2"), ("in-status", "")];
    assert_eq!(household.send(&owner, &path, &chosen).status, 303);
    let page = looked(household, &owner, &path);
    assert_eq!(counts(&page), ["1", "0", "0"], "{page}");
    take(household, &owner, &path);
    assert_eq!(household.stage.number("SELECT count(*) FROM contact WHERE email = 'map@example.test'"), 1);
}

#[test]
fn refunds_find_their_orders_and_a_contradiction_is_named() {
    let household = merchant();
    let owner = household.log_in(OWNER);
    let orders = sent(household, &owner, "orders", "external_id,net,paid_at\nGIVE-1,10.00,2026-11-10\n");
    take(household, &owner, &orders);
    let refunds = "external_id,refund_id,at,amount\nGIVE-1,r1,2026-11-11,4.00\nGIVE-1,r2,2026-11-12,1.00\nNOWHERE,r1,2026-11-11,1.00\n";
    let path = sent(household, &owner, "refunds", refunds);
    let page = looked(household, &owner, &path);
    assert_eq!(counts(&page), ["2", "0", "1"]);
    assert!(page.contains("order NOWHERE is not known"), "{page}");
    take(household, &owner, &path);
    let other = refunds.replace("4.00", "5.00");
    let page = looked(household, &owner, &sent(household, &owner, "refunds", &other));
    assert_eq!(counts(&page), ["0", "1", "2"]);
    assert!(page.contains("refund_id: is known with another time or amount"), "{page}");
}

#[test]
fn partners_come_with_those_above_them_in_any_order() {
    let household = merchant();
    let owner = household.log_in(OWNER);
    let partners = "code,name,email,parent_code,coupon\nimp-low,Low,low@example.test,imp-high,IMPLOW\nimp-high,High,,house-ann,\nimp-bad,,,imp-nobody,\n";
    let path = sent(household, &owner, "partners", partners);
    let page = looked(household, &owner, &path);
    assert_eq!(counts(&page), ["2", "0", "1"], "{page}");
    assert!(page.contains("parent imp-nobody is not known"), "{page}");
    take(household, &owner, &path);
    let parent = |code: &str| {
        household.text(&format!(
            "SELECT above.code FROM partner JOIN partner_version ON partner_id = partner.id
             JOIN partner AS above ON above.id = terms ->> '$.parent' WHERE partner.code = '{code}'"
        ))
    };
    assert_eq!((parent("imp-low"), parent("imp-high")), ("imp-high".to_owned(), "house-ann".to_owned()));
    assert_eq!(
        household.text(
            "SELECT partner.code FROM coupon JOIN partner ON partner.id = partner_id WHERE coupon.code = 'IMPLOW'"
        ),
        "imp-low"
    );
    let page = looked(household, &owner, &sent(household, &owner, "partners", partners));
    assert_eq!(counts(&page), ["0", "2", "1"]);
    let _turn = household.stage.turn();
    let file =
        household.stage.batch.import("partners", &partners.lines().take(3).collect::<Vec<_>>().join("\n")).unwrap();
    assert!(file.contains("2 good, 0 new or changed"), "{file}");
}

#[test]
fn five_thousand_rows_are_taken_at_once_and_more_are_refused_with_the_way_to_go() {
    let household = merchant();
    let owner = household.log_in(OWNER);
    let rows = |count: usize| {
        let rows = (0..count).map(|row| {
            format!("LOT-{row},2026-11-10T10:00:00Z,lot-{row}@example.test,SKU-{},1{}.50,house-ann,a customer who has told all of his long story\n", row % 7, row % 90)
        });
        format!("external_id,paid_at,email,sku,net,partner,note\n{}", rows.collect::<String>())
    };
    let path = sent(household, &owner, "orders", &rows(5_000));
    assert_eq!(counts(&looked(household, &owner, &path)), ["5,000", "0", "0"]);
    take(household, &owner, &path);
    assert_eq!(counts(&looked(household, &owner, &path)), ["5,000", "0", "0"]);
    assert_eq!(household.stage.number("SELECT count(*) FROM orders WHERE external_id LIKE 'LOT-%'"), 5_000);
    assert_eq!(
        household.stage.number(
            "SELECT count(*) FROM contact_touch JOIN contact ON contact.id = contact_id WHERE email LIKE 'lot-%'"
        ),
        5_000
    );
    assert_eq!(
        counts(&looked(household, &owner, &sent(household, &owner, "orders", &rows(5_000)))),
        ["0", "5,000", "0"]
    );
    let token = household.token(&owner);
    let long = upload(household, &owner, &token, "orders", &rows(5_001));
    assert_eq!(long.location(), "/admin/import?said=import-too-long");
    let large = upload(household, &owner, &token, "orders", &rows(40_000));
    assert_eq!(large.status, 413);
    assert!(large.body.contains("tributary import"), "{}", large.body);
    for empty in ["", "external_id,net\n", "\n\n"] {
        assert_eq!(upload(household, &owner, &token, "orders", empty).location(), "/admin/import?said=import-empty");
    }
}

#[test]
fn only_whoever_may_change_something_takes_files_in_and_only_from_our_page() {
    let household = merchant();
    let owner = household.log_in(OWNER);
    let path = sent(household, &owner, "orders", "external_id,net\nMAY-1,1.00\n");
    let manager = household.log_in("manager@shop.example");
    assert_eq!(household.get(&manager, &path).status, 200);
    for name in ["reader@shop.example", "agent@shop.example", "house-ben"] {
        let session = household.log_in(name);
        for path in ["/admin/import", &path, &format!("{path}.csv")] {
            assert_eq!(household.get(&session, path).status, 404, "{name}: {path}");
        }
        assert_eq!(household.send(&session, &path, &[("do", "take")]).status, 404, "{name}");
        let token = household.token(&session);
        assert_eq!(upload(household, &session, &token, "orders", "external_id,net\nMAY-2,1.00\n").status, 404);
    }
    assert_eq!(upload(household, &owner, "not the token", "orders", "external_id,net\nMAY-3,1.00\n").status, 403);
    assert_eq!(household.post(&path, &owner, &[("do", "take")]).status, 403);
    assert_eq!(household.stage.number("SELECT count(*) FROM orders WHERE external_id LIKE 'MAY-%'"), 0);
    assert_eq!(
        household.stage.number("SELECT count(*) FROM import_file WHERE text LIKE '%MAY-2%' OR text LIKE '%MAY-3%'"),
        0
    );
}

#[test]
fn products_are_taken_from_a_file_and_made_by_hand() {
    let household = merchant();
    let owner = household.log_in(OWNER);
    let file = "Title;Product SKU;Participates;rates;hold_days;charity\n\
        Coast walk;FILE-1;yes;12.5;14;\n\
        ;FILE-2;no;;;\n\
        Boat;FILE-3;maybe;;;\n\
        Isle;FILE-4;;;;nobody\n\
        Walk again;FILE-1;;;;\n";
    let path = sent(household, &owner, "products", file);
    let page = looked(household, &owner, &path);
    assert_eq!(counts(&page), ["2", "0", "3"], "{page}");
    for (line, reason) in [
        (4, "participates: `maybe` is not true or false"),
        (5, "charity nobody is not known"),
        (6, "product FILE-1 stands in line 2 already"),
    ] {
        assert!(page.contains(&format!("<th scope=\"row\">{line}</th><td>{reason}</td>")), "{line}: {page}");
    }
    take(household, &owner, &path);
    let stored = |sku: &str| {
        household.text(&format!(
            "SELECT group_concat(name || ': ' || terms, ' | ') FROM product
             JOIN product_version ON product_id = product.id WHERE sku = '{sku}'"
        ))
    };
    let first = stored("FILE-1");
    assert!(first.starts_with("Coast walk: {\"participates\":true,\"shown\":true,\"rates\":"), "{first}");
    assert!(first.contains("\"hold_days\":14"), "{first}");
    assert_eq!(stored("FILE-2"), "FILE-2: {\"participates\":false,\"shown\":true}");
    // The same again is known; a column that is not there leaves what is known as it is.
    let again = sent(household, &owner, "products", file);
    assert_eq!(counts(&looked(household, &owner, &again)), ["0", "2", "3"]);
    let renamed = sent(household, &owner, "products", "sku,name\nFILE-1,Cliff walk\n");
    take(household, &owner, &renamed);
    assert_eq!(stored("FILE-1"), first.replace("Coast", "Cliff"));
    // By hand: once, and in the history.
    let make = |sku: &str, name: &str| {
        household.send(&owner, "/admin/products", &[("do", "new"), ("new-sku", sku), ("new-name", name)])
    };
    assert_eq!(make("HAND 1", "By hand").location(), "/admin/products/HAND%201?said=products-saved");
    assert_eq!(household.get(&owner, "/admin/products/HAND%201").status, 200);
    for (sku, name) in [("HAND 1", "Again"), ("", "Nothing"), ("HAND-2", ""), ("HAND-3", "a\u{7}")] {
        let refused = make(sku, name);
        assert_eq!(refused.status, 422, "{sku}: {}", refused.body);
    }
    let audited = household.text("SELECT group_concat(subject) FROM audit WHERE what = 'product.created'");
    assert_eq!(audited, "HAND 1");
    let path = "/admin/import?of=products";
    assert!(household.get(&owner, path).body.contains("<option value=\"products\" selected>"));
}
