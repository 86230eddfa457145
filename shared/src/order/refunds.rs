//! What was given back of an order: each refund once, in the order of their times, off the lines that it means.

use std::collections::HashSet;

use super::{Line, Refund, Snapshot};
use crate::money::{Money, allocate};
use crate::sorted::sort_by_key;

/// Puts refunds into the order of their times, each once: as it is told in the order's own currency, if it is.
pub(super) fn once_each(known: &Snapshot, refunds: &mut Vec<(&'static str, &Refund)>) {
    sort_by_key(refunds, |&(kind, refund)| {
        let said = (is_foreign(known, refund), refund.currency.is_none());
        (refund.at, kind, &refund.refund_id, said, &refund.amount, &refund.gross, &refund.lines)
    });
    let mut seen = HashSet::new();
    refunds.retain(|(kind, refund)| seen.insert((*kind, &refund.refund_id)));
}

/// Adds the steps of sums that no refund of the same amount tells by its name, one step for one refund: also for one that
/// failed, which the sum held before.
pub(super) fn take_steps<'a>(known: &Snapshot, refunds: &mut Vec<(&'static str, &'a Refund)>, steps: Vec<&'a Refund>) {
    if steps.is_empty() {
        return;
    }
    let mut named: Vec<&Option<String>> =
        refunds.iter().filter(|(kind, _)| *kind == "refund").map(|(_, refund)| &refund.gross).collect();
    let mut steps: Vec<(&'static str, &Refund)> = steps.into_iter().map(|step| ("refund", step)).collect();
    once_each(known, &mut steps);
    steps.retain(|(_, step)| match named.iter().position(|gross| **gross == step.gross) {
        Some(place) => {
            named.swap_remove(place);
            false
        }
        None => true,
    });
    refunds.append(&mut steps);
    once_each(known, refunds);
}

/// Whether a refund is of another currency than its order.
fn is_foreign(known: &Snapshot, refund: &Refund) -> bool {
    refund.currency.is_some_and(|currency| currency != known.currency)
}

/// Applies a refund. `gross_back_minor` is what was given back before it of what the buyer paid.
pub(super) fn apply(
    known: &mut Snapshot,
    kind: &str,
    refund: &Refund,
    gross_back_minor: &mut i64,
    notes: &mut Vec<String>,
) {
    let currency = known.currency;
    if let Some(other) = refund.currency.filter(|_| is_foreign(known, refund)) {
        let nets = refund.lines.iter().map(|line| &line.net);
        let amounts: Vec<&str> = refund.amount.iter().chain(&refund.gross).chain(nets).map(String::as_str).collect();
        let (id, amounts) = (&refund.refund_id, amounts.join(" + "));
        notes.push(format!("{kind} {id} was left out: {amounts} {other}, and the order is in {currency}"));
        return;
    }
    let mut read = |text: &str| match Money::parse(text, currency) {
        Ok(money) if money.minor() >= 0 => money.minor(),
        Ok(_) => {
            notes.push(format!("{kind} {} is negative and was left out", refund.refund_id));
            0
        }
        Err(error) => {
            notes.push(format!("{kind} {} was left out: {error}", refund.refund_id));
            0
        }
    };
    let mut beyond_minor = 0;
    for part in &refund.lines {
        let net_minor = read(&part.net);
        let is_meant = |line: &Line| match &part.line {
            Some(id) => line.id.as_ref() == Some(id),
            None => line.sku == part.sku,
        };
        // Of an order whose lines have no names, any of them may be meant.
        let is_any = part.line.is_some() && !known.lines.iter().any(is_meant);
        let lines = known.lines.iter_mut().filter(|line| is_any || is_meant(line)).collect();
        beyond_minor += take_back(lines, net_minor);
    }
    if let Some(amount) = &refund.amount {
        let amount_minor = read(amount);
        beyond_minor += take_back(known.lines.iter_mut().collect(), amount_minor);
    }
    if let Some(gross) = &refund.gross {
        let gross_minor = read(gross);
        beyond_minor += take_back_share(known, gross_minor, gross_back_minor);
    }
    if beyond_minor > 0
        && let Ok(beyond) = Money::from_minor(beyond_minor, currency)
    {
        notes.push(format!("{kind} {} is {beyond} more than was left to give back", refund.refund_id));
    }
}

/// Takes an amount back from lines in proportion to what is left of each; returns what was beyond that.
fn take_back(mut lines: Vec<&mut Line>, amount_minor: i64) -> i64 {
    let left: Vec<i64> = lines.iter().map(|line| line.left_minor().max(0)).collect();
    let taken_minor = amount_minor.min(left.iter().sum());
    for (line, part) in lines.iter_mut().zip(allocate(taken_minor, &left)) {
        line.refunded_minor += part;
    }
    amount_minor - taken_minor
}

/// Takes back the lines' share of a part of what the buyer paid; returns what was beyond that.
///
/// The share of all that was given back so far, less that of what was before: parts that add up to the whole take all.
fn take_back_share(known: &mut Snapshot, gross_minor: i64, gross_back_minor: &mut i64) -> i64 {
    // Where nobody said what the buyer paid, tax and shipping are not known: the amount itself is taken.
    let paid_minor = known.gross_minor.unwrap_or_else(|| known.net_minor());
    let net_minor = known.net_minor();
    let share = |part_minor: i64| match allocate(net_minor, &[part_minor, paid_minor - part_minor])[..] {
        [share_minor, _] => share_minor,
        _ => 0,
    };
    let before_minor = *gross_back_minor;
    *gross_back_minor = before_minor.saturating_add(gross_minor).min(paid_minor.max(before_minor));
    let taken_minor = share(*gross_back_minor) - share(before_minor);
    take_back(known.lines.iter_mut().collect(), taken_minor);
    gross_minor - (*gross_back_minor - before_minor)
}
