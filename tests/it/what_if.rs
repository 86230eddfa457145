//! What a decision by hand is said to do before it is made, beside what the night does once it is.

use crate::people::{Household, OWNER};
use crate::stage::earned;

/// Rows of the page's answer: receiver, tier, cents.
fn rows(page: &str) -> Vec<(String, i64, i64)> {
    let effect = page.split("id=\"effect\"").nth(1).unwrap_or_else(|| panic!("nothing is said: {page}"));
    let body = effect.split("<form").next().unwrap().split("<tbody>").nth(1).unwrap_or_default();
    let rows = body.split("</tbody>").next().unwrap().split("<tr>").skip(1);
    rows.map(|row| {
        let cells: Vec<&str> = row.split("</t").map(|cell| cell.rsplit('>').next().unwrap_or_default()).collect();
        let digits: String = cells[3].chars().filter(char::is_ascii_digit).collect();
        let sign = if cells[3].contains(['-', '−']) { -1 } else { 1 };
        (cells[1].to_owned(), cells[0].parse().unwrap(), sign * digits.parse::<i64>().unwrap())
    })
    .collect()
}

#[test]
fn what_a_decision_would_do_is_what_the_night_does_with_it() {
    // Of its own: what is decided about these orders others look at.
    let household = Household::new();
    let owner = household.log_in(OWNER);
    let booked = |order: &str| -> Vec<(String, i64, i64)> {
        let cents = |amount: String| amount.replace('.', "").parse::<i64>().unwrap();
        earned(&household.stage.explained(order)).into_iter().map(|(who, tier, sum)| (who, tier, cents(sum))).collect()
    };
    let written = || {
        ["order_event", "audit", "transfer", "decision"]
            .map(|table| household.stage.number(&format!("SELECT count(*) FROM {table}")))
    };
    // Credited by a touch, held as his own, nobody's, and with somebody above him.
    let decisions = [
        ("HOUSE-1", "hold", "", "held"),
        ("HOUSE-1", "release", "", "credited"),
        ("HOUSE-1", "refuse", "", "refused"),
        ("HOUSE-1", "assign", "house-ben", "refused"),
        ("HOUSE-1", "release", "", "credited"),
        ("HOUSE-1", "assign", "house-look", "credited"),
        ("HOUSE-2", "release", "", "credited"),
        ("HOUSE-3", "hold", "", "unattributed"),
        ("HOUSE-3", "assign", "house-ben", "held"),
        ("HOUSE-4", "release", "", "credited"),
        ("HOUSE-4", "assign", "house-ann", "credited"),
    ];
    let mut moved = 0;
    for (second, (order, word, partner, outcome)) in decisions.into_iter().enumerate() {
        let path = format!("/admin/orders/{order}");
        let (before, count) = (booked(order), written());
        let asked = household.send(&owner, &path, &[("word", word), ("partner", partner), ("try", "1")]);
        assert_eq!(asked.status, 200, "{}", asked.body);
        assert_eq!(written(), count, "{order} {word}: asking writes nothing");
        let said = rows(&asked.body);
        // The same word for the same reason in the same second would be the same.
        let reason = format!("seen, {second}");
        let recorded = household.send(&owner, &path, &[("word", word), ("partner", partner), ("reason", &reason)]);
        assert_eq!(recorded.status, 303, "{}", recorded.body);
        household.stage.reconcile(&format!("2026-11-25T13:00:{second:02}Z"));
        let after = booked(order);
        assert_eq!(said, after[before.len()..], "{order} {word} {partner}: {}", household.stage.explained(order));
        let decided = household.stage.explained(order)["outcome"].as_str().unwrap().to_owned();
        assert_eq!(decided, outcome, "{order} {word} {partner}");
        moved += said.len();
    }
    assert!(moved >= 8, "{moved} rows were said and booked");
}

#[test]
fn what_is_asked_of_nobody_is_said_in_place() {
    let household = crate::people::household();
    let owner = household.log_in(OWNER);
    let asked = |fields: &[(&str, &str)]| household.send(&owner, "/admin/orders/HOUSE-1", fields);
    let unknown = asked(&[("word", "assign"), ("partner", "nobody-there"), ("reason", "he says so"), ("try", "1")]);
    assert_eq!(unknown.status, 422);
    assert!(!unknown.body.contains("id=\"effect\""));
    for kept in ["value=\"assign\" selected", "value=\"nobody-there\"", "value=\"he says so\""] {
        assert!(unknown.body.contains(kept), "{kept} is typed in again: {}", unknown.body);
    }
    let reader = household.log_in("reader@shop.example");
    let refused = household.post("/admin/orders/HOUSE-1", &reader, &[("word", "hold"), ("try", "1")]);
    assert!(refused.status >= 400, "who changes nothing has no form");
}
