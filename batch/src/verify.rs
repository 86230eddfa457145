//! `tributary verify`: every invariant of the ledger, in one pass.

use serde::Serialize;
use tributary_shared::commission::Receiver;
use tributary_shared::id::OrderId;
use tributary_shared::ledger::{Booked, across_holds};
use tributary_shared::money::Money;
use tributary_shared::partner::check_upline;
use tributary_shared::rules::Rulebook;

use crate::error::Error;
use crate::explain::name;
use crate::judge::already;
use crate::store::orders::{Case, Pages, page};
use crate::store::{Store, rules};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How many orders, decisions and transfers were looked at.
    pub checked: u64,
    /// What is wrong.
    pub violations: Vec<Violation>,
}

/// A broken invariant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which.
    pub rule: &'static str,
    /// Where.
    pub subject: String,
    /// How.
    pub detail: String,
}

/// Invariants that are one statement: it answers a subject and a detail for each violation.
const STATEMENTS: [(&str, &str); 12] = [
    ("transfers follow from their decision", include_str!("store/sql/verify_transfers_of_decisions.sql")),
    ("transfers follow from their decision", include_str!("store/sql/verify_sums_of_decisions.sql")),
    ("transfers follow from their posting", include_str!("store/sql/verify_transfers_of_postings.sql")),
    ("every transfer has a decision or a posting", include_str!("store/sql/verify_orphans.sql")),
    ("a transfer's accounts are what its kind says", include_str!("store/sql/verify_kinds.sql")),
    ("debits equal credits", include_str!("store/sql/verify_sums.sql")),
    ("totals are what was booked", include_str!("store/sql/verify_totals.sql")),
    ("a payout is booked for what it is", include_str!("store/sql/verify_payouts.sql")),
    ("no method has paid less than nothing", include_str!("store/sql/verify_paid.sql")),
    ("one accrual per order, revision, tier, receiver and kind", include_str!("store/sql/verify_one_accrual.sql")),
    ("what is marked as decided has a decision", include_str!("store/sql/verify_marks.sql")),
    ("a revision counts its order's events", include_str!("store/sql/verify_revisions.sql")),
];

/// Checks everything.
pub fn run(store: &mut dyn Store) -> Result<Verified, Error> {
    let counts = store.rows(include_str!("store/sql/verify_counts.sql"), &[])?;
    let count = counts.first().map(|row| row.integer(0)).transpose()?.unwrap_or(0);
    let mut verified = Verified { checked: u64::try_from(count).unwrap_or(0), violations: Vec::new() };
    for (rule, sql) in STATEMENTS {
        for row in store.rows(sql, &[])? {
            let (subject, detail) = (row.text(0)?.to_owned(), row.text(1)?.to_owned());
            verified.violations.push(Violation { rule, subject, detail });
        }
    }
    let book = rules::read(store)?;
    uplines(&book, &mut verified.violations);
    let mut after = OrderId(0);
    loop {
        let cases = page(store, &book, Pages::All, after)?;
        let Some(last) = cases.last() else {
            return Ok(verified);
        };
        after = last.order.id;
        for case in &cases {
            balance(case, &book, &mut verified.violations);
        }
    }
}

/// No partner stands above himself.
fn uplines(book: &Rulebook, violations: &mut Vec<Violation>) {
    let parent_of = |code: &str| {
        let terms = book.partner_by_code(code)?.terms.latest()?;
        Some(book.partner(terms.parent?)?.code.as_str())
    };
    for partner in book.partners() {
        if let Err(error) = check_upline(partner.code.as_str(), parent_of) {
            violations.push(Violation {
                rule: "uplines end",
                subject: format!("partner {}", partner.code),
                detail: error.to_string(),
            });
        }
    }
}

/// Nobody is below 0, all together are within what is left, and an order that is given back whole nets to 0.
///
/// Only where the decision is of the newest revision: before that the ledger is what it was meant to be.
fn balance(case: &Case, book: &Rulebook, violations: &mut Vec<Violation>) {
    if case.decided_revision != case.order.revision {
        return;
    }
    violations.extend(broken(case, &already(case), book));
}

/// What is wrong with what is booked, or is to be booked, for an order: what `verify` finds, and the night refuses to book.
#[must_use]
pub fn broken(case: &Case, booked: &[Booked], book: &Rulebook) -> Vec<Violation> {
    let mut violations = Vec::new();
    let subject = || format!("order {}", case.order.external_id);
    let sums = across_holds(booked);
    for sum in sums.iter().filter(|sum| sum.amount_minor < 0) {
        let amount = Money::from_minor(sum.amount_minor, sum.currency)
            .map_or_else(|error| error.to_string(), |money| money.to_string());
        let detail = format!("{} at tier {} has {amount}", name(sum.receiver, book), sum.tier);
        violations.push(Violation { rule: "no order takes more back than it gave", subject: subject(), detail });
    }
    let booked: i128 = sums.iter().map(|sum| i128::from(sum.amount_minor)).sum();
    let left = case.order.paid().map_or(0, |paid| paid.snapshot.left_minor());
    if booked > i128::from(left) {
        let rule = if left == 0 { "an order given back whole nets to 0" } else { "commission is within the order" };
        violations.push(Violation {
            rule,
            subject: subject(),
            detail: format!("{booked} minor units are booked, {left} are left"),
        });
    }
    if left == 0 {
        for sum in sums.iter().filter(|sum| sum.amount_minor != 0) {
            let receiver = match sum.receiver {
                Receiver::Partner(_) => format!("partner {}", name(sum.receiver, book)),
                Receiver::Charity(_) => name(sum.receiver, book),
            };
            let detail = format!("{receiver} at tier {} has {} minor units", sum.tier, sum.amount_minor);
            violations.push(Violation { rule: "an order given back whole nets to 0", subject: subject(), detail });
        }
    }
    violations
}

impl std::fmt::Display for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for violation in &self.violations {
            writeln!(f, "{}: {}: {}", violation.rule, violation.subject, violation.detail)?;
        }
        write!(f, "{} rows checked, {} violations", self.checked, self.violations.len())
    }
}
