//! `tributary explain ORDER`: who was credited with an order, and why.

use serde::Serialize;
use tributary_shared::commission::Receiver;
use tributary_shared::ledger::{Account, Transfer};
use tributary_shared::money::Money;
use tributary_shared::rules::Rulebook;
use tributary_shared::trace::{Step, lines};

use crate::error::Error;
use crate::judge::judge;
use crate::store::{Store, orders, rules};

/// What is known of an order's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The order.
    pub order: String,
    /// Its revision.
    pub revision: u32,
    /// How it came out; `undecided` before a night has judged this revision.
    pub outcome: String,
    /// Who is credited.
    pub partner: Option<String>,
    /// By which evidence.
    pub evidence: Option<String>,
    /// Step by step.
    pub trace: Vec<String>,
    /// Everything booked for the order, in order of writing; what was taken back is negative.
    pub transfers: Vec<ExplainedTransfer>,
}

/// A transfer as its receiver sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedTransfer {
    /// The partner, or `charity:CODE`.
    pub partner: String,
    /// The tier; 0 for charity.
    pub tier: u8,
    /// What it is.
    pub kind: &'static str,
    /// How much, negative if it is taken back.
    pub amount: String,
    /// In what.
    pub currency: String,
    /// From when on it may be paid out.
    pub payable_from: String,
}

/// Explains an order by its latest decision; one that is not decided yet by what it would be now.
pub fn run(store: &mut dyn Store, external_id: &str) -> Result<Explanation, Error> {
    let book = rules::read(store)?;
    let case = orders::find(store, &book, external_id)?
        .ok_or_else(|| Error::Refused(format!("order {external_id} is not known here")))?;
    let transfers = case.transfers.iter().map(|transfer| explained(transfer, &book)).collect();
    let decided = store.rows(include_str!("store/sql/decision_latest.sql"), &[case.order.id.0.into()])?;
    let current = decided.first().filter(|_| case.decided_revision == case.order.revision);
    let partner = |id| book.partner(id).map(|partner| partner.code.to_string());
    if let Some(row) = current {
        let steps: Vec<Step> = serde_json::from_str(row.text(4)?).map_err(|error| Error::Corrupt {
            subject: format!("decision of order {external_id}"),
            problem: error.to_string(),
        })?;
        return Ok(Explanation {
            order: external_id.to_owned(),
            revision: case.order.revision,
            outcome: row.text(1)?.to_owned(),
            partner: row.optional_integer(2)?.and_then(|id| partner(tributary_shared::id::PartnerId(id))),
            evidence: row.optional_text(3)?.map(str::to_owned),
            trace: lines(&steps),
            transfers,
        });
    }
    let preview = judge(&case, &book);
    let mut trace = vec!["[] not decided yet: this is what `tributary reconcile` would find now".to_owned()];
    trace.extend(lines(&preview.steps));
    Ok(Explanation {
        order: external_id.to_owned(),
        revision: case.order.revision,
        outcome: "undecided".to_owned(),
        partner: preview.partner.and_then(partner),
        evidence: preview.evidence.map(|evidence| evidence.as_str().to_owned()),
        trace,
        transfers,
    })
}

fn explained(transfer: &Transfer, book: &Rulebook) -> ExplainedTransfer {
    let (receiver, sign) = match (transfer.debit, transfer.credit) {
        (Account::Expense(_), account) => (account, 1),
        (account, _) => (account, -1),
    };
    let amount = Money::from_minor(sign * transfer.amount_minor, transfer.currency);
    ExplainedTransfer {
        partner: match receiver {
            Account::Partner(id) => name(Receiver::Partner(id), book),
            Account::Charity(id) => name(Receiver::Charity(id), book),
            Account::Expense(_) | Account::Paid(_) | Account::Adjust => receiver.name(book),
        },
        tier: transfer.tier,
        kind: transfer.kind.as_str(),
        amount: amount.map_or_else(|error| error.to_string(), Money::amount),
        currency: transfer.currency.to_string(),
        payable_from: transfer.payable_from.to_string(),
    }
}

/// A receiver as people know him.
pub(crate) fn name(receiver: Receiver, book: &Rulebook) -> String {
    match receiver {
        Receiver::Partner(id) => book.partner(id).map_or_else(|| format!("#{id}"), |partner| partner.code.to_string()),
        Receiver::Charity(_) => Account::from(receiver).name(book),
    }
}

impl std::fmt::Display for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let partner = self.partner.as_deref().map_or(String::new(), |partner| format!(" to partner {partner}"));
        let evidence =
            self.evidence.as_deref().map_or(String::new(), |evidence| format!(" by {}", evidence.replace('_', " ")));
        writeln!(f, "order {} (revision {}): {}{partner}{evidence}", self.order, self.revision, self.outcome)?;
        for line in &self.trace {
            writeln!(f, "{line}")?;
        }
        if self.transfers.is_empty() {
            return write!(f, "nothing is booked");
        }
        write!(f, "booked:")?;
        for transfer in &self.transfers {
            let tier = if transfer.tier == 0 { "charity".to_owned() } else { format!("tier {}", transfer.tier) };
            write!(
                f,
                "\n  {tier:<8} {:>12} {} {:<10} {} payable from {}",
                transfer.amount, transfer.currency, transfer.kind, transfer.partner, transfer.payable_from
            )?;
        }
        Ok(())
    }
}
