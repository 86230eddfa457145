//! What browsers report of an order: it speaks for the order of that amount, and of no other.

mod common;

use common::{Case, book, click, credited, days_before, order, rules, terms, trace_of};
use tributary_shared::order::{EventBody, Evidence};
use tributary_shared::touch::Touch;

fn reported(mut case: Case, amount_minor: i64, currency: &str, carried: Vec<Touch>) -> Case {
    let currency = currency.parse().expect("the test gives a currency");
    case.more.push(EventBody::Evidence(Evidence { amount_minor, currency, carried, visitor: None }));
    case
}

#[test]
fn an_order_is_credited_by_what_the_browser_reported_of_it() {
    let book = book().program(1, rules("10")).partner(7, terms()).build();
    let net = order().judged(&book);
    assert_eq!(credited(&net), None);
    let decision = reported(order(), 25_000, "EUR", vec![click(7, days_before(3))]).judged(&book);
    assert_eq!(credited(&decision).map(|(partner, _)| partner), Some(7));
}

#[test]
fn a_report_of_another_amount_or_currency_is_left_out_and_said_so() {
    let book = book().program(1, rules("10")).partner(7, terms()).build();
    for (amount_minor, currency) in [(24_999, "EUR"), (25_000, "USD")] {
        let decision = reported(order(), amount_minor, currency, vec![click(7, days_before(3))]).judged(&book);
        assert_eq!(credited(&decision), None, "{amount_minor} {currency}");
        assert!(
            trace_of(&decision).iter().any(|line| line.contains("the browser reported")),
            "{amount_minor} {currency}"
        );
    }
}
