//! What is booked night after night, and what a decision says.

use std::collections::BTreeMap;

use super::case::Case;
use tributary_shared::attribution::EvidenceKind;
use tributary_shared::commission::Receiver;
use tributary_shared::decision::{Decision, decide};
use tributary_shared::ledger::{Account, Transfer, booked};
use tributary_shared::partner::Partner;
use tributary_shared::rules::Rulebook;
use tributary_shared::trace;

/// What was booked for an order, night after night.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) transfers: Vec<Transfer>,
}

impl Ledger {
    /// Judges the order as it stands, books the difference and returns what was decided.
    pub(crate) fn night(&mut self, case: &Case, book: &Rulebook) -> Decision {
        let decision = decide(&case.fold(), &case.evidence(), book, &booked(&self.transfers));
        self.transfers.extend(&decision.transfers);
        decision
    }

    /// What is booked: tier, receiver's number and sum; receivers at 0 are left out.
    pub(crate) fn sums(&self) -> Vec<(u8, i64, i64)> {
        sums(&self.transfers)
    }
}

/// What transfers add up to: tier (0 for charity), receiver's number and sum; receivers at 0 are left out.
pub(crate) fn sums(transfers: &[Transfer]) -> Vec<(u8, i64, i64)> {
    let number = |receiver| match receiver {
        Receiver::Partner(partner) => partner.0,
        Receiver::Charity(charity) => charity.0,
    };
    // By kind of receiver, too: a partner and a charity may have one number.
    let mut sums: BTreeMap<(u8, i64), i64> = BTreeMap::new();
    for sum in booked(transfers) {
        *sums.entry((sum.tier, number(sum.receiver))).or_default() += sum.amount_minor;
    }
    sums.into_iter().filter(|(_, minor)| *minor != 0).map(|((tier, number), minor)| (tier, number, minor)).collect()
}

/// What a decision books: tier (0 for charity), receiver's number and amount.
pub(crate) fn earned(decision: &Decision) -> Vec<(u8, i64, i64)> {
    sums(&decision.transfers)
}

/// Who is credited and by what; nobody if the order is held.
pub(crate) fn credited(decision: &Decision) -> Option<(i64, EvidenceKind)> {
    decision.held.is_none().then_some(())?;
    Some((decision.partner?.0, decision.evidence?))
}

/// The trace's lines.
pub(crate) fn trace_of(decision: &Decision) -> Vec<String> {
    trace::lines(&decision.steps)
}

/// Whether a transfer takes something back.
pub(crate) fn takes_back(transfer: &Transfer) -> bool {
    matches!(transfer.credit, Account::Expense(_))
}
