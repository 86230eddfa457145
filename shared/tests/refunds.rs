//! Refunds: whatever comes, and in whatever order, what is booked is the commission of what is left.

mod common;

use common::{
    Case, Ledger, PAID_AT, book, click, currency, days_before, earned, euros, fold, fold_reports, opt_in, order, rate,
    rules, sums, terms, trace_of, under, upline,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tributary_shared::decision::{Decision, Outcome, decide};
use tributary_shared::id::CharityId;
use tributary_shared::ledger::booked;
use tributary_shared::money::{Percent, Rounding};
use tributary_shared::order::{EventBody, Status};
use tributary_shared::program::{CharityRule, ProgramRules, Rate, TierBase};
use tributary_shared::rules::Rulebook;

const SKUS: [&str; 3] = ["TOUR-7", "BOAT-1", "HUT-2"];

/// A rate in numbers: basis points and minor units a unit.
type Numbers = (u16, i64);

/// What is sold and by which rates.
#[derive(Debug, Clone)]
struct Sale {
    /// Product, quantity, net amount.
    lines: Vec<(usize, u32, i64)>,
    tiers: Vec<Numbers>,
    charity: Option<Numbers>,
    rounding: Rounding,
    tier_base: TierBase,
}

/// What is given back.
#[derive(Debug, Clone)]
enum Back {
    Amount(i64),
    Of(usize, i64),
}

fn to_rate((basis_points, flat_minor): Numbers) -> Rate {
    Rate { percent: Some(Percent::from_basis_points(basis_points)), flat_minor: (flat_minor > 0).then_some(flat_minor) }
}

impl Sale {
    fn rulebook(&self) -> Rulebook {
        let program = ProgramRules {
            tiers: self.tiers.iter().map(|numbers| Some(to_rate(*numbers))).collect(),
            charity: self.charity.map(|numbers| CharityRule { receiver: CharityId(9), rate: to_rate(numbers) }),
            rounding: self.rounding,
            tier_base: self.tier_base,
            ..rules("")
        };
        book().program(1, program).partner(1, under(2)).partner(2, under(3)).partner(3, terms()).build()
    }

    fn case(&self) -> Case {
        let nets: Vec<String> = self.lines.iter().map(|line| euros(line.2)).collect();
        let lines: Vec<(&str, u32, &str)> =
            self.lines.iter().zip(&nets).map(|(line, net)| (SKUS[line.0], line.1, net.as_str())).collect();
        order().lines(&lines).naming("1")
    }

    /// What everybody should have of what is left of the lines: in whole fractions, charity served first, tiers by depth.
    fn due(&self, left: &[i64]) -> Vec<(u8, i64, i64)> {
        // All fractions over one denominator: 10^8 for two percentages, times each line's net amount for its flat part.
        // At most 10^8 · (2 · 10^5)^4 = 1.6 · 10^29, and sums stay below 10^6 times that: an i128 holds 1.7 · 10^38.
        let product: i128 = self.lines.iter().map(|line| i128::from(line.2.max(1))).product();
        let whole = 100_000_000 * product;
        let percent = |of: i128, basis_points: u16| of / 10_000 * i128::from(basis_points);
        let flat = |index: usize, flat_minor: i64| {
            let (_, quantity, net) = self.lines[index];
            let units = i128::from(flat_minor) * i128::from(quantity) * i128::from(left[index]);
            if net == 0 { 0 } else { units * (whole / i128::from(net)) }
        };
        let of_line = |index: usize, (basis_points, flat_minor): Numbers| {
            percent(i128::from(left[index]) * whole, basis_points) + flat(index, flat_minor)
        };
        let of_tier = |tier: usize| {
            let numbers = self.tiers[tier - 1];
            let part = |index| match self.tier_base {
                TierBase::Tier1 if tier > 1 => {
                    percent(of_line(index, self.tiers[0]), numbers.0) + flat(index, numbers.1)
                }
                TierBase::Tier1 | TierBase::Sale => of_line(index, numbers),
            };
            (0..self.lines.len()).map(part).sum::<i128>()
        };
        let charity =
            self.charity.map(|numbers| (0..self.lines.len()).map(|index| of_line(index, numbers)).sum::<i128>());
        let mut budget: i64 = left.iter().sum();
        let mut due = Vec::new();
        let mut pay = |tier: u8, receiver: i64, exact: i128| {
            let amount = round(exact, whole, self.rounding).min(budget);
            budget -= amount;
            if amount > 0 {
                due.push((tier, receiver, amount));
            }
        };
        if let Some(exact) = charity {
            pay(0, 9, exact);
        }
        for tier in 1..=self.tiers.len() {
            let number = u8::try_from(tier).expect("three tiers");
            pay(number, i64::from(number), of_tier(tier));
        }
        due
    }
}

/// Rounds a fraction above or equal 0, by school rules.
fn round(numerator: i128, denominator: i128, rounding: Rounding) -> i64 {
    let (whole, twice_the_rest) = (numerator / denominator, numerator % denominator * 2);
    let is_up = match rounding {
        Rounding::HalfUp => twice_the_rest >= denominator,
        Rounding::HalfEven if twice_the_rest == denominator => whole % 2 == 1,
        Rounding::HalfEven => twice_the_rest > denominator,
        Rounding::Floor => false,
    };
    i64::try_from(whole + i128::from(is_up)).expect("far below")
}

fn give_back(case: Case, back: &Back) -> Case {
    match back {
        Back::Amount(amount) => case.refunded(&euros(*amount)),
        Back::Of(sku, net) => case.refunded_of(SKUS[*sku], &euros(*net)),
    }
}

/// What is left of each line, after making sure that it is neither below 0 nor above the line.
fn left(case: &Case) -> Vec<i64> {
    let known = case.fold().known.expect("the order has come");
    for line in &known.lines {
        assert!((0..=line.net_minor).contains(&line.left_minor()), "{line:?}");
    }
    known.lines.iter().map(|line| line.left_minor()).collect()
}

fn numbers() -> impl Strategy<Value = Numbers> {
    (0_u16..4_000, prop_oneof![Just(0_i64), 1_i64..2_000])
}

fn sale() -> impl Strategy<Value = Sale> {
    let line = (0_usize..3, 1_u32..5, prop_oneof![9 => 1_i64..200_000, 1 => Just(0_i64), 4 => 1_i64..100]);
    (
        prop::collection::vec(line, 1..5),
        prop::collection::vec(numbers(), 1..4),
        prop::option::of(numbers()),
        prop::sample::select(vec![Rounding::HalfUp, Rounding::HalfEven, Rounding::Floor]),
        prop::sample::select(vec![TierBase::Sale, TierBase::Tier1]),
    )
        .prop_map(|(lines, tiers, charity, rounding, tier_base)| Sale {
            lines,
            tiers,
            charity,
            rounding,
            tier_base,
        })
}

fn backs() -> impl Strategy<Value = Vec<Back>> {
    let amount = || prop_oneof![0_i64..200, 1_i64..100_000];
    let back =
        prop_oneof![amount().prop_map(Back::Amount), (0_usize..3, amount()).prop_map(|(sku, net)| Back::Of(sku, net))];
    prop::collection::vec(back, 0..8)
}

/// A seed of its own makes every run the same run.
fn config(seed: u64) -> ProptestConfig {
    ProptestConfig {
        cases: 1_000,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(1))]
    #[test]
    fn at_every_step_what_is_booked_is_the_commission_of_what_is_left(sale in sale(), backs in backs()) {
        let book = sale.rulebook();
        let mut ledger = Ledger::default();
        let mut case = sale.case();
        ledger.night(&case, &book);
        prop_assert_eq!(ledger.sums(), sale.due(&left(&case)));
        for back in &backs {
            case = give_back(case, back);
            ledger.night(&case, &book);
            prop_assert_eq!(ledger.sums(), sale.due(&left(&case)), "after {:?}", back);
        }
    }
}

proptest! {
    #![proptest_config(config(2))]
    #[test]
    fn part_refunds_that_end_in_a_full_one_leave_exactly_nothing(sale in sale(), backs in backs(), last in 0_usize..3) {
        let book = sale.rulebook();
        let mut ledger = Ledger::default();
        let mut case = sale.case();
        ledger.night(&case, &book);
        for back in &backs {
            case = give_back(case, back);
            ledger.night(&case, &book);
        }
        case = match last {
            // Exactly what is left, more than that, or line by line.
            0 => { let rest = left(&case).iter().sum(); case.refunded(&euros(rest)) }
            1 => case.refunded("90000000000.00"),
            _ => SKUS.iter().fold(case, |case, sku| case.refunded_of(sku, "90000000000.00")),
        };
        ledger.night(&case, &book);
        prop_assert_eq!(left(&case).iter().sum::<i64>(), 0);
        prop_assert_eq!(ledger.sums(), vec![]);
        prop_assert_eq!(ledger.night(&case, &book).transfers, vec![], "a further night has nothing to book");
    }
}

proptest! {
    #![proptest_config(config(3))]
    #[test]
    fn how_many_nights_lay_between_refunds_makes_no_difference(sale in sale(), backs in backs(), nights in prop::collection::vec(any::<bool>(), 8)) {
        let book = sale.rulebook();
        let mut ledger = Ledger::default();
        let mut case = sale.case();
        for (back, is_night) in backs.iter().zip(nights) {
            if is_night {
                ledger.night(&case, &book);
            }
            case = give_back(case, back);
        }
        ledger.night(&case, &book);
        prop_assert_eq!(ledger.sums(), earned(&case.judged(&book)));
        prop_assert!(ledger.transfers.iter().all(|transfer| transfer.amount_minor > 0));
    }
}

#[test]
fn the_oracle_of_these_laws_reckons_as_by_hand() {
    // 7 of 9 cents left: 50% of it is 3.5, and of a cent a unit for two units 14/9 are left.
    let sale = |rounding| Sale {
        lines: vec![(0, 2, 9)],
        tiers: vec![(5_000, 0), (0, 1)],
        charity: None,
        rounding,
        tier_base: TierBase::Sale,
    };
    assert_eq!(sale(Rounding::HalfUp).due(&[7]), [(1, 1, 4), (2, 2, 2)]);
    assert_eq!(sale(Rounding::Floor).due(&[7]), [(1, 1, 3), (2, 2, 1)]);
    assert_eq!(sale(Rounding::HalfEven).due(&[5]), [(1, 1, 2), (2, 2, 1)]);
}

/// What a flat amount a line earns of three lines of 30.00, of each of which a part is given back.
fn of_three_lines(flat: &str, rounding: Rounding, given_back: &str) -> Vec<(u8, i64, i64)> {
    let book = upline(flat, 1).with_rules(1, |rules| rules.rounding = rounding).build();
    let sold = order().lines(&[("TOUR-7", 1, "30.00"), ("BOAT-1", 1, "30.00"), ("HUT-2", 1, "30.00")]).naming("1");
    earned(&SKUS.iter().fold(sold, |sold, sku| sold.refunded_of(sku, given_back)).judged(&book))
}

#[test]
fn thirds_that_add_up_to_a_whole_are_a_whole() {
    // A third of 1.00 and of 5.00 is left on each of three lines: 1.00 and 5.00 in all, whatever the rounding.
    for rounding in [Rounding::HalfUp, Rounding::HalfEven, Rounding::Floor] {
        for (flat, amount) in [("+100", 100), ("+500", 500)] {
            assert_eq!(of_three_lines(flat, rounding, "20.00"), [(1, 1, amount)], "{flat}, {rounding:?}");
        }
    }
}

#[test]
fn sixths_that_add_up_to_a_half_are_a_tie() {
    // A sixth of 0.07 three times is 3.5 cents, a sixth of 0.05 two and a half.
    for (rounding, of_seven, of_five) in [(Rounding::HalfUp, 4, 3), (Rounding::HalfEven, 4, 2), (Rounding::Floor, 3, 2)]
    {
        assert_eq!(of_three_lines("+7", rounding, "25.00"), [(1, 1, of_seven)], "{rounding:?}");
        assert_eq!(of_three_lines("+5", rounding, "25.00"), [(1, 1, of_five)], "{rounding:?}");
    }
}

#[test]
fn fractions_just_around_a_tie_add_up_to_it() {
    // 1/18 + 1/9 + 1/3 = 1/2 of a cent.
    let book = upline("+1", 1).build();
    let sold = order().lines(&[("TOUR-7", 1, "0.18"), ("BOAT-1", 1, "0.09"), ("HUT-2", 1, "0.03")]).naming("1");
    let sold = sold.refunded_of("TOUR-7", "0.17").refunded_of("BOAT-1", "0.08").refunded_of("HUT-2", "0.02");
    assert_eq!(earned(&sold.judged(&book)), [(1, 1, 1)]);
}

fn orders_of_arrival(count: usize) -> Vec<Vec<usize>> {
    let longer = |shorter: Vec<Vec<usize>>, next: usize| {
        let put = |order: Vec<usize>| {
            (0..=order.len()).map(move |place| {
                let mut order = order.clone();
                order.insert(place, next);
                order
            })
        };
        shorter.into_iter().flat_map(put).collect()
    };
    (0..count).fold(vec![vec![]], longer)
}

/// Decides an order whose events arrive in this order.
fn arrived(reports: &[(&str, EventBody)], arrival: &[usize], case: &Case, book: &Rulebook) -> Decision {
    let reports: Vec<(&str, EventBody)> = arrival.iter().map(|&index| reports[index].clone()).collect();
    decide(&fold_reports(&reports), &case.evidence(), book, &[])
}

fn snapshot(case: &Case) -> EventBody {
    EventBody::Order(Box::new(case.snapshot.clone()))
}

/// A book with two tiers and charity.
fn two_tiers() -> Rulebook {
    let rule = CharityRule { receiver: CharityId(9), rate: rate("1") };
    upline("10;5", 3).with_rules(1, |rules| rules.charity = Some(rule)).coupon("THREE", 3).build()
}

#[test]
fn five_events_give_one_decision_in_all_120_orders_of_arrival() {
    let placed = order().lines(&[("TOUR-7", 1, "10.00"), ("BOAT-1", 2, "5.01")]).placed_at(days_before(2));
    let placed = placed
        .email("berta@example.test")
        .coupon("WELCOME5")
        .carrying(click(1, days_before(3)))
        .status(Status::Pending);
    let paid = order().lines(&[("TOUR-7", 1, "10.00"), ("BOAT-1", 2, "5.01")]).carrying(click(2, days_before(4)));
    let refunds = paid.clone().refunded("3.33").refunded_of("BOAT-1", "1.00").refunded("0.01").bodies();
    let bodies = [&[snapshot(&placed), snapshot(&paid)], &refunds[1..]].concat();
    let reports: Vec<(&str, EventBody)> = bodies.into_iter().map(|body| ("api", body)).collect();
    let orders = orders_of_arrival(reports.len());
    assert_eq!((reports.len(), orders.len()), (5, 120));
    let book = two_tiers();
    let expected = arrived(&reports, &orders[0], &placed, &book);
    assert_eq!(earned(&expected), [(0, 9, 11), (1, 1, 107), (2, 2, 53)]);
    for order in orders {
        assert_eq!(arrived(&reports, &order, &placed, &book), expected, "{order:?}");
    }
}

#[test]
fn five_events_with_a_cancellation_give_one_decision_in_all_120_orders_of_arrival() {
    let pending = order().placed_at(days_before(2)).tied(opt_in(2, days_before(5))).status(Status::Pending);
    let paid = order().coupon("THREE");
    let corrected = order().of("260.00").coupon("THREE").paid_at(PAID_AT.plus_seconds(60));
    let cancelled = order().lines(&[]).status(Status::Cancelled).paid_at(PAID_AT.plus_days(9));
    let refund = paid.clone().refunded("20.00").bodies().remove(1);
    let reports = [
        ("api", snapshot(&pending)),
        ("api", snapshot(&paid)),
        ("stripe", snapshot(&corrected)),
        ("csv", snapshot(&cancelled)),
        ("stripe", refund),
    ];
    let book = two_tiers();
    let orders = orders_of_arrival(reports.len());
    let expected = arrived(&reports, &orders[0], &pending, &book);
    assert_eq!((expected.outcome, earned(&expected)), (Outcome::Credited, vec![]));
    assert!(trace_of(&expected)[0].ends_with("1 × TOUR-7 260.00 EUR"), "{:#?}", trace_of(&expected));
    for order in orders {
        assert_eq!(arrived(&reports, &order, &pending, &book), expected, "{order:?}");
    }
}

#[test]
fn two_sources_that_report_one_second_give_one_decision_in_either_order_of_arrival() {
    let book = two_tiers();
    let pairs = [
        [order().of("250.00").naming("1"), order().of("240.00").naming("1")],
        [order().naming("1"), order().naming("2")],
        [order().email("ann@example.test"), order().email("berta@example.test")],
    ];
    for (number, [one, other]) in pairs.iter().enumerate() {
        let reports = [("api", snapshot(one)), ("stripe", snapshot(other))];
        assert_eq!(arrived(&reports, &[0, 1], one, &book), arrived(&reports, &[1, 0], one, &book), "pair {number}");
    }
}

#[test]
fn a_source_that_reports_one_status_again_corrects_itself() {
    let book = two_tiers();
    let (wrong, right) =
        (order().of("250.00").naming("1").paid_at(PAID_AT.plus_seconds(60)), order().of("25.00").naming("2"));
    let reports = [("api", snapshot(&wrong)), ("api", snapshot(&right))];
    assert_eq!(earned(&arrived(&reports, &[0, 1], &right, &book)), [(0, 9, 25), (1, 2, 250), (2, 3, 125)]);
}

#[test]
fn one_refund_reported_by_two_sources_is_one() {
    let once = order().naming("1").refunded("10.00").bodies();
    let twice = [("api", once[0].clone()), ("api", once[1].clone()), ("stripe", once[1].clone())];
    let left = |order: tributary_shared::order::Order| order.known.unwrap().left_minor();
    assert_eq!((left(fold(&once)), left(fold_reports(&twice))), (24_000, 24_000));
}

#[test]
fn a_refund_that_came_before_its_order_counts_when_the_order_comes() {
    let book = two_tiers();
    let case = order().naming("1").refunded("50.00");
    let refund = case.bodies().remove(1);
    let alone = decide(&fold(std::slice::from_ref(&refund)), &case.evidence(), &book, &[]);
    assert_eq!((alone.outcome, alone.transfers), (Outcome::Awaited, vec![]));
    let both = decide(&fold(&[refund, snapshot(&case)]), &case.evidence(), &book, &[]);
    assert_eq!(sums(&both.transfers), [(0, 9, 200), (1, 1, 2_000), (2, 2, 1_000)]);
}

#[test]
fn a_cancelled_or_refunded_order_takes_everything_back() {
    let book = two_tiers();
    for status in [Status::Cancelled, Status::Refunded] {
        let mut ledger = Ledger::default();
        let sold = order().naming("1");
        ledger.night(&sold, &book);
        assert_eq!(ledger.sums(), [(0, 9, 250), (1, 1, 2_500), (2, 2, 1_250)]);
        let decision = ledger.night(&sold.status(status), &book);
        assert!(decision.transfers.iter().all(common::takes_back));
        assert_eq!(ledger.sums(), [], "{status:?}");
    }
}

#[test]
fn what_is_taken_back_leaves_the_balance_that_it_went_into() {
    let book = |hold_days| upline("10", 1).with_rules(1, |rules| rules.hold_days = hold_days).build();
    let mut ledger = Ledger::default();
    let sold = order().naming("1");
    ledger.night(&sold, &book(30));
    ledger.night(&sold.clone().refunded("100.00"), &book(30));
    assert!(ledger.transfers.iter().all(|transfer| transfer.payable_from == PAID_AT.plus_days(30)));
    // Under another hold nothing stays behind in the old one.
    ledger.night(&sold.refunded("100.00"), &book(10));
    let held: Vec<_> = booked(&ledger.transfers).iter().map(|sum| (sum.payable_from, sum.amount_minor)).collect();
    assert_eq!(held, [(PAID_AT.plus_days(30), 0), (PAID_AT.plus_days(10), 1_500)]);
}

#[test]
fn a_refund_in_too_fine_an_amount_is_left_out_and_noted() {
    let case = order().naming("1").refunded("10.005");
    let decision = case.judged(&two_tiers());
    assert_eq!(case.fold().known.unwrap().left_minor(), 25_000);
    let note = "[] refund R-1 was left out: `10.005` has more than 2 digits after the point, EUR has no more";
    assert!(trace_of(&decision).contains(&note.to_owned()), "{:#?}", trace_of(&decision));
}

#[test]
fn a_currency_of_no_digits_and_one_of_three_are_settled_as_exactly() {
    let book = upline("10;5", 2).build();
    for (code, refund) in [("JPY", "10000"), ("KWD", "10.000")] {
        let mut ledger = Ledger::default();
        let sold = order().in_currency(code).naming("1");
        ledger.night(&sold, &book);
        ledger.night(&sold.clone().refunded(refund), &book);
        assert_eq!(ledger.sums(), [(1, 1, 1_500), (2, 2, 750)], "{code}");
        assert!(ledger.transfers.iter().all(|transfer| transfer.currency == currency(code)));
    }
}
