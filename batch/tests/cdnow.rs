//! 69,659 real orders of a music shop: every transfer is what plain arithmetic says, whichever way the nights fall.
//!
//! The data lie beside the repository on some machines; without them these tests pass and say so.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::path::PathBuf;
use std::sync::OnceLock;

use common::{
    Desk, Dice, Still, assert_same, assert_verified, cents, database, dump, exported, import_settings, night, program,
    reader, sums, time,
};
use tributary_batch::import;
use tributary_batch::reconcile::{self, Settings};
use tributary_batch::store::sqlite::Sqlite;
use tributary_shared::time::Timestamp;

/// What an order earns: by order, tier and partner, in cents.
type Sums = BTreeMap<(String, u64, String), i64>;

const PERCENTS: [i64; 3] = [10, 3, 1];

/// When the last order has been paid.
const AS_OF: &str = "1998-08-01T00:00:00Z";

fn data() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/cdnow"));
    let is_there = folder.join("orders.csv").is_file();
    if !is_there {
        println!("passed without the data: there is no {}", folder.display());
    }
    is_there.then_some(folder)
}

/// The shop with all its orders, before any night.
fn imported(data: &std::path::Path) -> &'static [u8] {
    static IMPORTED: OnceLock<Vec<u8>> = OnceLock::new();
    IMPORTED.get_or_init(|| {
        database(|store| {
            let open = |name: &str| Box::new(File::open(data.join(name)).unwrap());
            let rules = program("music", "USD", "binding = \"off\"", &["10", "3", "1"]);
            assert_eq!(import::program::run(store, &rules, import_settings()).unwrap().changed, 1);
            let partners = import::partners::run(store, open("partners.csv"), import_settings()).unwrap();
            assert_eq!((partners.good, partners.changed, partners.bad), (200, 200, vec![]));
            let orders = import::orders::run(store, open("orders.csv"), None, import_settings()).unwrap();
            assert_eq!((orders.good, orders.changed, orders.bad), (69_659, 69_659, vec![]));
        })
    })
}

// ---------------------------------------------------------------- plain arithmetic

struct Order {
    id: String,
    paid_at: Timestamp,
    net: i64,
    left: i64,
    coupon: String,
}

struct Partner {
    parent: String,
    until: Option<Timestamp>,
}

fn table(path: PathBuf) -> Vec<HashMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn orders(data: &std::path::Path) -> Vec<Order> {
    let amount = |text: &str| if text.is_empty() { 0 } else { cents(text) };
    table(data.join("orders.csv"))
        .into_iter()
        .map(|row| Order {
            paid_at: time(&row["paid_at"]),
            net: cents(&row["net"]),
            left: cents(&row["net"]) - amount(&row["refunded_net"]),
            coupon: row["coupon"].clone(),
            id: row["external_id"].clone(),
        })
        .collect()
}

/// What everybody earns: half a cent is a cent, and a parent whose commission has ended gets nothing, nor anyone above.
fn reckoned(data: &std::path::Path, orders: &[Order]) -> Sums {
    let rows = table(data.join("partners.csv"));
    let owners: HashMap<&str, &str> = rows.iter().map(|row| (row["coupon"].as_str(), row["code"].as_str())).collect();
    let partners: HashMap<&str, Partner> = rows
        .iter()
        .map(|row| {
            let until = &row["parent_commission_until"];
            let until = (!until.is_empty()).then(|| time(until));
            (row["code"].as_str(), Partner { parent: row["parent_code"].clone(), until })
        })
        .collect();
    let mut sums = Sums::new();
    for order in orders.iter().filter(|order| !order.coupon.is_empty()) {
        let mut code = owners[order.coupon.as_str()];
        for (tier, percent) in (1..).zip(PERCENTS) {
            let amount = (order.left * percent + 50) / 100;
            if amount > 0 {
                sums.insert((order.id.clone(), tier, code.to_owned()), amount);
            }
            let partner = &partners[code];
            if partner.parent.is_empty() || partner.until.is_some_and(|until| order.paid_at >= until) {
                break;
            }
            code = &partner.parent;
        }
    }
    sums
}

fn assert_sums(found: &Sums, expected: &Sums) {
    let differing = found.iter().filter(|(key, sum)| expected.get(*key) != Some(*sum));
    let missing = expected.iter().filter(|(key, _)| !found.contains_key(*key));
    let wrong: Vec<_> = differing.chain(missing).take(5).collect();
    assert!(wrong.is_empty(), "{} found, {} reckoned; as {wrong:?}", found.len(), expected.len());
}

// ---------------------------------------------------------------- the nights

#[test]
fn every_transfer_is_what_plain_arithmetic_says_and_a_second_night_writes_nothing() {
    let Some(data) = data() else { return };
    let orders = orders(&data);
    let expected = reckoned(&data, &orders);
    let desk = Desk::with_database(imported(&data));
    let mut store = Sqlite::open(&desk.database()).unwrap();

    let report = night(&mut store, time(AS_OF), time(AS_OF)).unwrap();
    let credited = orders.iter().filter(|order| !order.coupon.is_empty()).count();
    assert_eq!((report.orders, report.credited), (69_659, credited as u64));
    assert_eq!(report.transfers, expected.len() as u64);
    let transfers = exported(&mut store);
    assert_eq!(transfers.len(), expected.len(), "one transfer per order, tier and partner");
    assert_sums(&sums(&transfers), &expected);
    for total in report.totals {
        let tier = expected.iter().filter(|((_, tier, _), _)| *tier == u64::from(total.tier));
        assert_eq!(cents(&total.amount), tier.map(|(_, amount)| amount).sum::<i64>(), "tier {}", total.tier);
    }
    assert_verified(&mut store, "a year and a half");

    let before = dump(&desk.database());
    let settings = Settings { as_of: time(AS_OF), settle_seconds: 0, dry_run: false };
    let again = reconcile::run(&mut store, settings, &mut Still(time(AS_OF))).unwrap();
    assert_eq!((again.run, again.orders, again.written), (None, 0, 0));
    assert_same(&dump(&desk.database()), &before, "a second night");

    // Every fourth credited order is given back whole: nothing is left of it, and nothing of any other changes.
    let mut refunds = "external_id,refund_id,at,amount\n".to_owned();
    let mut given_back = BTreeSet::new();
    for order in orders.iter().filter(|order| !order.coupon.is_empty()).step_by(4).filter(|order| order.left > 0) {
        let (whole, rest) = (order.left / 100, order.left % 100);
        refunds.push_str(&format!("{},r,{},{whole}.{rest:02}\n", order.id, order.paid_at.plus_days(30)));
        given_back.insert(order.id.as_str());
    }
    let imported = import::refunds::run(&mut store, reader(&refunds), import_settings()).unwrap();
    assert_eq!((imported.changed, imported.bad), (given_back.len() as u64, vec![]));
    let report = night(&mut store, time(AS_OF), time(AS_OF)).unwrap();
    assert_eq!(report.orders, given_back.len() as u64);
    let mut nothing_left = expected;
    for ((order, _, _), amount) in &mut nothing_left {
        if given_back.contains(order.as_str()) {
            *amount = 0;
        }
    }
    assert_sums(&sums(&exported(&mut store)), &nothing_left);
    assert_verified(&mut store, "after the refunds");
}

#[test]
fn months_in_any_order_come_to_the_same() {
    let Some(data) = data() else { return };
    let orders = orders(&data);
    let desk = Desk::with_database(imported(&data));
    let mut store = Sqlite::open(&desk.database()).unwrap();
    let mut ends: Vec<String> = (2..=12).map(|month| format!("1997-{month:02}-01")).collect();
    ends.extend((1..=7).map(|month| format!("1998-{month:02}-01")));
    Dice::new(69_659).shuffle(&mut ends);
    ends.push(AS_OF.to_owned());
    let mut decided = 0;
    let mut until = Timestamp::FIRST;
    for end in ends {
        let as_of = time(&end);
        let report = night(&mut store, as_of, as_of).unwrap();
        // A night of a month before the latest finds nothing: all that was paid by then is decided.
        let newly = orders.iter().filter(|order| order.paid_at > until && order.paid_at <= as_of).count();
        assert_eq!(report.orders, newly as u64, "as of {end}");
        decided += report.decided;
        until = until.max(as_of);
    }
    assert_eq!(decided, 69_659);
    assert_sums(&sums(&exported(&mut store)), &reckoned(&data, &orders));
    assert_verified(&mut store, "month by month");
}

#[test]
fn the_data_are_what_they_were_when_this_was_written() {
    let Some(data) = data() else { return };
    let orders = orders(&data);
    assert_eq!(orders.len(), 69_659);
    assert!(orders.iter().any(|order| order.left < order.net), "some is given back");
    let expected = reckoned(&data, &orders);
    assert!(expected.keys().any(|(_, tier, _)| *tier == 3), "some lies three tiers deep");
    assert_eq!(expected.values().sum::<i64>(), 10_267_415);
}
