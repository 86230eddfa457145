//! `tributary diff`: what a replay would change against what is booked, before anything is.

use serde::Serialize;
use tributary_shared::id::OrderId;
use tributary_shared::ledger::{Account, Transfer};
use tributary_shared::money::Money;
use tributary_shared::rules::Rulebook;
use tributary_shared::trace::{Step, lines};

use crate::error::Error;
use crate::judge::judge;
use crate::store::orders::{Pages, page};
use crate::store::{Store, rules};

/// What a replay would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// How many decided orders were judged again.
    pub checked: u64,
    /// Those that come out otherwise.
    pub differences: Vec<Difference>,
}

/// An order that comes out otherwise than it was booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The order.
    pub order: String,
    /// Its revision.
    pub revision: u32,
    /// How it would come out now.
    pub outcome: &'static str,
    /// What would be booked.
    pub changes: Vec<Change>,
    /// Steps that the decision on record does not have: why.
    pub why: Vec<String>,
}

/// A transfer that would be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// From.
    pub debit: String,
    /// To.
    pub credit: String,
    /// The tier; 0 for charity.
    pub tier: u8,
    /// What it is.
    pub kind: &'static str,
    /// How much.
    pub amount: String,
    /// In what.
    pub currency: String,
}

/// Judges every decided order again, with all that is known now. Writes nothing.
pub fn run(store: &mut dyn Store) -> Result<Diff, Error> {
    let book = rules::read(store)?;
    let mut diff = Diff { checked: 0, differences: Vec::new() };
    let mut after = OrderId(0);
    loop {
        let cases = page(store, Pages::Decided, after)?;
        let Some(last) = cases.last() else {
            return Ok(diff);
        };
        after = last.order.id;
        for case in &cases {
            if case.decided_revision != case.order.revision {
                // Something new came: it is for the night to decide.
                continue;
            }
            diff.checked += 1;
            let now = judge(case, &book);
            if now.transfers.is_empty() {
                continue;
            }
            diff.differences.push(Difference {
                order: case.order.external_id.to_string(),
                revision: case.order.revision,
                outcome: now.outcome.as_str(),
                changes: now.transfers.iter().map(|transfer| change(transfer, &book)).collect(),
                why: why(store, case.order.id, &now.steps)?,
            });
        }
    }
}

fn change(transfer: &Transfer, book: &Rulebook) -> Change {
    let name = |account: Account| account.name(book);
    Change {
        debit: name(transfer.debit),
        credit: name(transfer.credit),
        tier: transfer.tier,
        kind: transfer.kind.as_str(),
        amount: Money::from_minor(transfer.amount_minor, transfer.currency)
            .map_or_else(|error| error.to_string(), Money::amount),
        currency: transfer.currency.to_string(),
    }
}

/// The lines of the new trace that the old one does not have.
fn why(store: &mut dyn Store, order: OrderId, now: &[Step]) -> Result<Vec<String>, Error> {
    let rows = store.rows(include_str!("store/sql/decision_latest.sql"), &[order.0.into()])?;
    let before: Vec<Step> = match rows.first() {
        Some(row) => serde_json::from_str(row.text(4)?).map_err(|error| Error::Corrupt {
            subject: format!("decision of order row {order}"),
            problem: error.to_string(),
        })?,
        None => Vec::new(),
    };
    Ok(lines(&now.iter().filter(|step| !before.contains(step)).cloned().collect::<Vec<_>>()))
}

impl std::fmt::Display for Diff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for difference in &self.differences {
            writeln!(f, "order {} (revision {}): {} now", difference.order, difference.revision, difference.outcome)?;
            for line in &difference.why {
                writeln!(f, "  {line}")?;
            }
            for change in &difference.changes {
                writeln!(
                    f,
                    "  would book {} {} from {} to {} ({})",
                    change.amount, change.currency, change.debit, change.credit, change.kind
                )?;
            }
        }
        write!(f, "{} decided orders judged again, {} differ", self.checked, self.differences.len())
    }
}
