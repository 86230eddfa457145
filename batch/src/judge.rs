//! Judging one order with everything that is known of it: what reconcile books, diff compares and explain shows.

use tributary_shared::decision::{Decision, decide};
use tributary_shared::ledger::{Booked, booked};
use tributary_shared::rules::Rulebook;

use crate::store::orders::Case;

/// Decides an order against what is booked for it.
#[must_use]
pub fn judge(case: &Case, book: &Rulebook) -> Decision {
    decide(&case.order, &case.evidence, book, &already(case))
}

/// What is booked for an order, added up.
#[must_use]
pub fn already(case: &Case) -> Vec<Booked> {
    booked(&case.transfers)
}
