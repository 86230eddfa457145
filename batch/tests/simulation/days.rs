//! Days: which one an order is of, in which order they are run, and how late an order may come.

use std::collections::BTreeMap;

use tributary_batch::payouts::{change, prepare};
use tributary_batch::reconcile::{self, Report, Settings};
use tributary_batch::store::payouts::{Balance, balances};
use tributary_batch::store::{Row, Store};
use tributary_shared::time::Timestamp;
use tributary_shared::zone::{Span, Zone};

use super::common::{Dice, Still, assert_verified, time};
use super::desk::{self, instant};
use super::doubles::{Memory, changes};
use super::generator::DAY;
use super::history::{
    Back, Buyer, GivenBack, Goods, PERCENT, Rate, Receiver, Rounding, Rules, Sale, Shop, Stands, Status, Terms,
};

/// Two partners, one under the other, in one program with a hold.
fn shop() -> Shop {
    let rate = |percent: i64| Rate { percent: Some(percent * PERCENT), flat: None };
    let rules = Rules {
        hold_days: 14,
        min_payout: 0,
        rounding: Rounding::HalfUp,
        is_of_tier1: false,
        coupon_decides: true,
        tiers: vec![rate(10), rate(3)],
        charity: None,
        payments: None,
    };
    let terms = |parent| Terms { program: 0, parent, until: None, rates: Vec::new(), status: Status::Active };
    let goods = Goods { participates: true, rates: Vec::new(), hold_days: None, charity: None };
    Shop {
        programs: vec![(0, rules)],
        partners: vec![terms(None), terms(Some(0))],
        goods: vec![goods],
        reachable: vec![Receiver::Partner(0), Receiver::Partner(1)],
    }
}

fn sale(paid_at: i64, net: i64) -> Sale {
    Sale {
        currency: 0,
        placed_at: paid_at,
        paid_at,
        lines: vec![(0, 1, net)],
        partner: Some(1),
        coupon: None,
        buyer: Buyer::Unknown,
        hold_days: None,
        charity: None,
    }
}

fn night(store: &mut Memory, as_of: i64) -> Report {
    let settings = Settings { as_of: instant(as_of), settle_seconds: 0, dry_run: false };
    reconcile::run(store, settings, &mut Still(instant(as_of))).expect("the night ends well")
}

fn opened() -> Memory {
    let mut store = Memory::new(None);
    desk::open(&mut store, &shop(), 1_700_000_000).expect("the shop is good");
    store
}

/// How many transfers each order has.
fn transfers_of_orders(store: &mut Memory) -> BTreeMap<String, i64> {
    let sql = "SELECT orders.external_id, count(transfer.id) FROM orders
      LEFT JOIN decision ON decision.order_id = orders.id
      LEFT JOIN transfer ON transfer.id / 64 = decision.id GROUP BY orders.id";
    let rows = store.rows(sql, &[]).expect("the store answers");
    rows.iter().map(|row| (row.text(0).expect("a name").to_owned(), row.integer(1).expect("a count"))).collect()
}

// ---------------------------------------------------------------- a year, day by day

/// So many local days, from the one of an instant on.
fn days(zone: Zone, first: &str, count: u64) -> Vec<Span> {
    let mut at = time(first);
    (0..count)
        .map(|_| {
            let span = zone.day(zone.date_of(at));
            at = span.to;
            span
        })
        .collect()
}

struct Year {
    days: Vec<Span>,
    sales: Vec<Sale>,
    refunds: Vec<(usize, GivenBack)>,
}

/// Orders at any second, at first and at last seconds of days; of some a part is given back on another day.
fn year(zone: &str, first: &str) -> Year {
    let zone = Zone::parse(zone).expect("the test gives a zone");
    let days = days(zone, first, 366);
    let mut dice = Dice::new(366);
    let (from, to) = (days[0].from.unix_seconds(), days[365].to.unix_seconds());
    let mut sales = Vec::new();
    for day in &days {
        let (first, last) = (day.from.unix_seconds(), day.to.unix_seconds() - 1);
        for paid_at in [first, last, from + dice.below((to - from).cast_unsigned()).cast_signed()] {
            sales.push(sale(paid_at, dice.below(50_000).cast_signed() + 100));
        }
    }
    let refund = |(number, sale): (usize, &Sale)| {
        let at = (sale.paid_at + 40 * DAY).min(to - 1);
        let amount = sale.lines[0].2 / 3;
        (number, GivenBack { kind: Back::Refund, id: 0, at, goods: None, currency: 0, amount, is_by_api: true })
    };
    let refunds = sales.iter().enumerate().filter(|(number, _)| number % 7 == 0).map(refund).collect();
    Year { days, sales, refunds }
}

impl Year {
    fn end(&self) -> i64 {
        self.days[365].to.unix_seconds()
    }

    /// Takes what happened on each day, in some order of days, and runs a night after each.
    fn lived(&self, order: &[usize]) -> (Vec<Balance>, BTreeMap<String, i64>) {
        let mut store = opened();
        for day in order {
            let span = self.days[*day];
            let is_inside = |at: i64| span.contains(instant(at));
            for (number, sale) in self.sales.iter().enumerate().filter(|(_, sale)| is_inside(sale.paid_at)) {
                desk::order(&mut store, number, Stands::Paid, sale, self.end()).expect("the order is good");
            }
            for (number, back) in self.refunds.iter().filter(|(_, back)| is_inside(back.at)) {
                desk::back_by_api(&mut store, *number, back, self.end()).expect("the refund is good");
            }
            night(&mut store, span.to.unix_seconds());
            let before = changes(&mut store).expect("the store answers");
            assert_eq!(night(&mut store, span.to.unix_seconds()).written, 0, "day {day} once more");
            assert_eq!(changes(&mut store).expect("the store answers"), before, "day {day} once more");
        }
        // A refund that was known before its order waits for a night that is later than both.
        night(&mut store, self.end());
        assert_verified(&mut store, "a year");
        let found = balances(&mut store, None, instant(self.end())).expect("the store answers");
        (found, transfers_of_orders(&mut store))
    }
}

#[test]
fn over_a_year_each_order_is_of_one_local_day_and_days_in_any_order_give_the_same_totals() {
    let year = year("America/St_Johns", "2026-01-01");
    for sale in &year.sales {
        let of = year.days.iter().filter(|day| day.contains(instant(sale.paid_at))).count();
        assert_eq!(of, 1, "{}", instant(sale.paid_at));
    }
    let mut order: Vec<usize> = (0..year.days.len()).collect();
    let (totals, transfers) = year.lived(&order);
    assert_eq!(transfers.len(), year.sales.len());
    for (number, _) in year.sales.iter().enumerate().filter(|(number, _)| number % 7 != 0) {
        assert_eq!(transfers[&format!("o{number}")], 2, "order {number}: two tiers, once");
    }
    order.reverse();
    assert_eq!(year.lived(&order).0, totals, "backwards");
    Dice::new(3).shuffle(&mut order);
    let (shuffled, transfers) = year.lived(&order);
    assert_eq!(shuffled, totals, "in any order");
    assert!(
        transfers.values().all(|count| (2..=4).contains(count)),
        "an accrual for each tier, and what was taken back"
    );
}

#[test]
fn every_second_around_midnight_is_of_one_day_in_every_kind_of_zone() {
    for (zone, first) in [
        ("UTC", "2026-01-01"),
        ("Europe/Berlin", "2026-01-01"),
        ("America/St_Johns", "2010-06-01"),
        ("Pacific/Apia", "2011-07-01"),
        ("America/Sao_Paulo", "2018-03-01"),
        ("Australia/Lord_Howe", "2026-01-01"),
    ] {
        let days = days(Zone::parse(zone).expect("the test gives a zone"), first, 366);
        for (day, next) in days.iter().zip(&days[1..]) {
            assert_eq!(day.to, next.from, "{zone}: days follow each other without a gap");
            let of = |at: Timestamp| days.iter().filter(|day| day.contains(at)).count();
            for seconds in [-1, 0, 1] {
                let at = day.to.plus_seconds(seconds);
                assert_eq!(of(at), 1, "{zone} {at}");
            }
        }
    }
}

// ---------------------------------------------------------------- late orders

fn all(store: &mut Memory, sql: &str) -> Vec<Row> {
    store.rows(sql, &[]).expect("the store answers")
}

#[test]
fn orders_that_come_up_to_400_days_late_are_accrued_once_and_leave_confirmed_payouts_as_they_were() {
    const PAYOUTS: &str = "SELECT id, amount_minor, debt_minor, state, changed_at FROM payout ORDER BY id";
    const TRANSFERS: &str =
        "SELECT id, debit, credit, amount_minor, payable_from, created_at FROM transfer ORDER BY id";
    let mut store = opened();
    let now = time("2027-06-01").unix_seconds();
    for number in 0..50 {
        let paid_at = now - 20 * DAY - i64::try_from(number).expect("orders are few") * 7 * DAY;
        desk::order(&mut store, number, Stands::Paid, &sale(paid_at, 10_000), now).expect("the order is good");
    }
    night(&mut store, now);
    let wanted = prepare::Wanted {
        as_of: instant(now),
        currency: None,
        receiver: None,
        amount: None,
        method: None,
        by: "Olga",
        dry_run: false,
    };
    let prepared = prepare::run(&mut store, wanted, instant(now + 60)).expect("payouts can be prepared").prepared;
    let amounts: Vec<&str> = prepared.iter().map(|payout| payout.amount.as_str()).collect();
    assert_eq!(amounts, ["150.00", "500.00"]);
    let ids: Vec<i64> = prepared.iter().map(|payout| payout.id).collect();
    let signed = tributary_batch::orders::Signed { by: "Olga", reason: "sent", at: instant(now + 60) };
    change::confirm(&mut store, &ids, signed, instant(now + 120)).expect("payouts can be confirmed");
    let (payouts, transfers) = (all(&mut store, PAYOUTS), all(&mut store, TRANSFERS));

    for late in 0..=400 {
        let order = 1_000 + usize::try_from(late).expect("400 days");
        let later = now + 300 + late;
        let late_sale = sale(later - late * DAY, 10_000);
        desk::order(&mut store, order, Stands::Paid, &late_sale, later).expect("the order is good");
        // The same file again, and another night: still once.
        assert_eq!(night(&mut store, later).transfers, 2, "{late} days late");
        desk::order(&mut store, order, Stands::Paid, &late_sale, later).expect("the order is good");
        assert_eq!(night(&mut store, later).written, 0, "{late} days late");
    }
    assert_eq!(all(&mut store, PAYOUTS), payouts);
    assert_eq!(all(&mut store, TRANSFERS)[..transfers.len()], transfers[..]);
    assert!(transfers_of_orders(&mut store).values().all(|count| *count == 2));
    // All that came late is owed now, beside the 14 that are on hold.
    let found = balances(&mut store, None, instant(now + 86_000)).expect("the store answers");
    let shown: Vec<_> = found.iter().map(|b| (b.pending_minor, b.payable_minor, b.paid_minor)).collect();
    assert_eq!(shown, [(14 * 300, 387 * 300, 15_000), (14 * 1_000, 387 * 1_000, 50_000)]);
    assert_verified(&mut store, "late orders");
}
