//! What is somebody else's: on no page, whoever looks, and no look changes anything.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use crate::people::{Household, OWNER};
use crate::rights::{Route, paths, routes};

/// What belongs to others than the two who look: names, addresses, orders and customers.
const OTHERS: [&str; 9] = [
    "house-ann",
    "house-cid",
    "house-look",
    "house-sub",
    "HOUSE-1",
    "HOUSE-3",
    "HOUSE-4",
    "buyer@example.test",
    "Bruno",
];

/// A household with a partner in another program, who logs in and has sold nothing.
fn with_two_programs() -> Household {
    let household = Household::new();
    let program = "[program]\ncode = \"second\"\nname = \"Second\"\ncurrency = \"EUR\"\nwindow_days = 30\n[[program.tier]]\npercent = \"20\"\n";
    household.stage.batch.import("program", program).unwrap();
    household
        .stage
        .batch
        .import("partners", "code,email,program\nhouse-eve,house-eve@partners.example,second\n")
        .unwrap();
    household.open("house-eve@partners.example", "partner", Some("house-eve"));
    household
}

/// All that is stored, table by table; of sessions, not when they were seen.
fn stored(household: &Household) -> BTreeMap<String, Vec<Vec<Value>>> {
    let path = household.stage.worker.database().unwrap();
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'";
    let tables: Vec<String> =
        connection.prepare(names).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() > 30, "{tables:?}");
    let read = |table: String| {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns: Vec<bool> = statement.column_names().map(|name| name != "seen_at").collect();
        let rows = statement
            .query_map([], |row| {
                columns.iter().enumerate().filter(|(_, kept)| **kept).map(|(place, _)| row.get(place)).collect()
            })
            .unwrap()
            .map(Result::unwrap)
            .collect();
        (table, rows)
    };
    tables.into_iter().map(read).collect()
}

/// The path of something that is not the partner's who looks, where a route names one thing.
fn foreign(route: &Route, household: &Household) -> Option<String> {
    let name = match route.path.as_str() {
        path if !path.contains("{}") => return None,
        path if path.starts_with("/partner/links/") => household.link_of("house-ann"),
        path if path.starts_with("/partner/orders/") => "HOUSE-1".to_owned(),
        // One that partners are not shown.
        path if path.starts_with("/partner/products/") => "BOAT".to_owned(),
        path if path.starts_with("/partner/payouts/") => "1".to_owned(),
        path if path.starts_with("/sales/") => "house-ann".to_owned(),
        path => panic!("{path}: say what is another's here"),
    };
    Some(route.path.replace("{}", &name))
}

/// A page without the address that it was asked for by, which stands in its forms.
fn without(body: &str, path: &str) -> String {
    let escaped: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
    body.replace(path, "").replace(&escaped, "").replace(&path.replace('/', "&#x2f;"), "")
}

#[test]
fn on_no_page_is_there_anything_of_somebody_elses_and_no_look_changes_anything() {
    let household = with_two_programs();
    let [ben, eve, owner, reader, agent] =
        ["house-ben", "house-eve", OWNER, "reader@shop.example", "agent@shop.example"]
            .map(|name| household.log_in(name));
    let before = stored(&household);
    let mut wrong = Vec::new();
    let mut looked = 0;
    for route in routes().iter().filter(|route| route.is_looked_at) {
        let needs = route.needs.as_str();
        let is_open = ["Needs::Nothing", "Needs::Session"].contains(&needs);
        let is_partners = ["CABINET", "SALES"].contains(&needs);
        for (name, session) in [("house-ben", &ben), ("house-eve", &eve), ("nobody", &String::new())] {
            // What is another's is answered as what is not there.
            if is_partners
                && name != "nobody"
                && let Some(path) = foreign(route, &household)
            {
                let missing = route.path.replace("{}", "nothing-of-this-name");
                let (there, nothing) = (household.get(session, &path), household.get(session, &missing));
                if (there.status, nothing.status) != (404, 404)
                    || without(&there.body, &path) != without(&nothing.body, &missing)
                {
                    wrong
                        .push(format!("{name} can tell {path} ({}) from {missing} ({})", there.status, nothing.status));
                }
            }
            // Whatever is shown has nothing of theirs in it.
            for path in paths(route) {
                let answer = household.get(session, &path);
                looked += 1;
                let body = without(&answer.body, &path);
                let others = OTHERS.iter().chain(if name == "house-eve" { &["house-ben", "HOUSE-2"][..] } else { &[] });
                for mark in others.filter(|mark| !path.contains(**mark) && body.contains(**mark)) {
                    wrong.push(format!("{name} is shown {mark} on {path}"));
                }
                if !is_open && !is_partners && name != "nobody" && answer.status != 404 {
                    wrong.push(format!("{name} gets {} for {path}", answer.status));
                }
            }
        }
        for (name, session) in [("owner", &owner), ("reader", &reader), ("agent", &agent)] {
            for path in paths(route) {
                let answer = household.get(session, &path);
                looked += 1;
                if name == "agent" && !is_open && needs != "SALES" && answer.status != 404 {
                    wrong.push(format!("{name} gets {} for {path}", answer.status));
                }
                if answer.status >= 500 {
                    wrong.push(format!("{name} gets {} for {path}", answer.status));
                }
            }
        }
    }
    let after = stored(&household);
    for (table, rows) in &after {
        if before.get(table) != Some(rows) {
            wrong.push(format!("looking changed the table {table}"));
        }
    }
    // The controls: marks are found where they may be, and a change would be seen.
    let page = household.get(&owner, "/admin/orders/HOUSE-1").body;
    assert!(without(&page, "/admin/orders/HOUSE-1").contains("house-ann"), "{page}");
    household.send(&ben, "/language", &[("to", "ru"), ("back", "/partner")]);
    assert_ne!(stored(&household), after);
    println!("{looked} looks, {} tables", after.len());
    assert!(looked > 500, "{looked} looks");
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
