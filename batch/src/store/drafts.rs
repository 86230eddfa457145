//! Decisions that wait to be written.

use std::ops::Range;

use tributary_shared::attribution::{EvidenceKind, HoldReason};
use tributary_shared::decision::{Decision, Outcome};
use tributary_shared::id::{DecisionId, OrderId, PartnerId};
use tributary_shared::ledger::Transfer;
use tributary_shared::trace::pack_onto;

/// Decisions of a page that wait to be written, in order of their ids.
///
/// Steps of all stand in one text and transfers in one list: a night has tens of thousands waiting, made by one thread and
/// dropped by another.
#[derive(Debug, Default)]
pub struct Drafts {
    /// Each with the places of its steps and its transfers.
    heads: Vec<(Head, Range<usize>, Range<usize>)>,
    steps: String,
    transfers: Vec<Transfer>,
}

/// What a decision says in single words.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    /// Its id.
    pub id: DecisionId,
    /// Its order.
    pub order: OrderId,
    /// The order's revision.
    pub revision: u32,
    /// How the order came out.
    pub outcome: Outcome,
    /// Why it is held.
    pub held: Option<HoldReason>,
    /// Who is credited, or would be.
    pub partner: Option<PartnerId>,
    /// By which evidence.
    pub evidence: Option<EvidenceKind>,
}

/// A decision that is to be written.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// What it says in single words.
    pub head: Head,
    /// How it came to this, as it is stored.
    pub steps: &'a str,
    /// What is to be booked.
    pub transfers: &'a [Transfer],
}

impl Drafts {
    /// Adds a decision that is to be written under an id.
    pub fn push(&mut self, id: DecisionId, order: OrderId, revision: u32, decision: &Decision) {
        let (steps, transfers) = (self.steps.len(), self.transfers.len());
        pack_onto(&mut self.steps, &decision.steps);
        self.transfers.extend_from_slice(&decision.transfers);
        let Decision { outcome, held, partner, evidence, .. } = *decision;
        let head = Head { id, order, revision, outcome, held, partner, evidence };
        self.heads.push((head, steps..self.steps.len(), transfers..self.transfers.len()));
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// About how many bytes of memory they take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.steps.len() + size_of_val(self.heads.as_slice()) + size_of_val(self.transfers.as_slice())
    }

    /// One by one, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = Draft<'_>> + Clone {
        self.heads.iter().map(|(head, steps, transfers)| Draft {
            head: *head,
            steps: self.steps.get(steps.clone()).unwrap_or_default(),
            transfers: self.transfers.get(transfers.clone()).unwrap_or_default(),
        })
    }
}

impl Draft<'_> {
    /// How many transfers follow, and what they add up to.
    #[must_use]
    pub fn booked(&self) -> (i64, i64) {
        let sum: i64 = self.transfers.iter().fold(0, |sum, transfer| sum.saturating_add(transfer.amount_minor));
        (i64::try_from(self.transfers.len()).unwrap_or(i64::MAX), sum)
    }
}
