//! `tributary diff`: what a replay would change against what is booked, and why, before anything is.

use std::collections::BTreeMap;

use serde::Serialize;
use tributary_shared::contact::BoundBy;
use tributary_shared::id::OrderId;
use tributary_shared::ledger::{Account, Transfer};
use tributary_shared::money::{Currency, Money};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::Timestamp;
use tributary_shared::trace::{Step, lines};
use tributary_shared::zone::Span;

use crate::error::Error;
use crate::judge::judge;
use crate::store::orders::{Case, Pages, page};
use crate::store::{Store, rules};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// Orders that were paid in this span; all, if not given.
    pub paid_in: Option<Span>,
    /// A rulebook in place of the one that is in force: what would have been, had it been.
    pub instead: Option<Rulebook>,
}

/// What a replay would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// How many decided orders were judged again.
    pub checked: u64,
    /// Those that come out otherwise.
    pub differences: Vec<Difference>,
    /// What the differences add up to, by currency and tier: what the merchant would pay more, or less.
    pub totals: Vec<Total>,
}

/// A sum of differences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Total {
    /// In what.
    pub currency: String,
    /// The tier; 0 for charity.
    pub tier: u8,
    /// How much more; less, if negative.
    pub amount: String,
}

/// Why an order comes out otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Other rules were asked for.
    OtherRules,
    /// A touch, a coupon or an opt-in became known after the decision.
    LateEvidence,
    /// The merchant bound the contact to another partner.
    CorrectedContact,
    /// A rule that held when the order was paid was written after the decision.
    ChangedRule,
    /// The same evidence and the same rules: the program itself judges otherwise than it did.
    RuleBug,
}

impl Cause {
    /// The words for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherRules => "other rules",
            Self::LateEvidence => "late evidence",
            Self::CorrectedContact => "corrected contact",
            Self::ChangedRule => "a rule was changed since",
            Self::RuleBug => "the same evidence and rules, judged otherwise",
        }
    }
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
    /// Why it comes out otherwise.
    pub cause: Cause,
    /// What would be booked.
    pub changes: Vec<Change>,
    /// Steps that the decision on record does not have.
    pub why: Vec<String>,
    /// Its row.
    #[serde(skip)]
    pub id: OrderId,
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

/// Judges decided orders again, with all that is known now. Writes nothing.
pub fn run(store: &mut dyn Store, question: &Question) -> Result<Diff, Error> {
    let own;
    let book = match &question.instead {
        Some(book) => book,
        None => {
            own = rules::read(store)?;
            &own
        }
    };
    let mut diff = Diff { checked: 0, differences: Vec::new(), totals: Vec::new() };
    let mut sums: BTreeMap<(Currency, u8), i64> = BTreeMap::new();
    let mut after = OrderId(0);
    loop {
        let cases = page(store, book, Pages::Decided, after)?;
        let Some(last) = cases.last() else {
            break;
        };
        after = last.order.id;
        for case in cases.iter().filter(|case| is_asked(case, question.paid_in)) {
            diff.checked += 1;
            let now = judge(case, book);
            if now.transfers.is_empty() {
                continue;
            }
            for transfer in &now.transfers {
                let sign = if matches!(transfer.debit, Account::Expense(_)) { 1 } else { -1 };
                *sums.entry((transfer.currency, transfer.tier)).or_default() += sign * transfer.amount_minor;
            }
            let before = before(store, case.order.id)?;
            let cause = match &question.instead {
                Some(_) => Cause::OtherRules,
                None => cause(store, case, &before, &now.steps)?,
            };
            let fresh: Vec<Step> = now.steps.iter().filter(|step| !before.steps.contains(step)).cloned().collect();
            diff.differences.push(Difference {
                order: case.order.external_id.to_string(),
                revision: case.order.revision,
                outcome: now.outcome.as_str(),
                cause,
                changes: now.transfers.iter().map(|transfer| change(transfer, book)).collect(),
                why: lines(&fresh),
                id: case.order.id,
            });
        }
    }
    diff.totals = sums
        .into_iter()
        .filter(|(_, minor)| *minor != 0)
        .map(|((currency, tier), minor)| Total {
            currency: currency.to_string(),
            tier,
            amount: amount(minor, currency),
        })
        .collect();
    Ok(diff)
}

/// Whether nothing new came since (that is for the night to decide), and the order was paid when it is asked for.
fn is_asked(case: &Case, paid_in: Option<Span>) -> bool {
    let is_inside = |span: Span| case.order.paid().is_some_and(|paid| span.contains(paid.paid_at));
    case.decided_revision == case.order.revision && paid_in.is_none_or(is_inside)
}

fn amount(minor: i64, currency: Currency) -> String {
    Money::from_minor(minor, currency).map_or_else(|error| error.to_string(), Money::amount)
}

fn change(transfer: &Transfer, book: &Rulebook) -> Change {
    let name = |account: Account| account.name(book);
    Change {
        debit: name(transfer.debit),
        credit: name(transfer.credit),
        tier: transfer.tier,
        kind: transfer.kind.as_str(),
        amount: amount(transfer.amount_minor, transfer.currency),
        currency: transfer.currency.to_string(),
    }
}

/// The decision on record.
struct Before {
    steps: Vec<Step>,
    decided_at: Timestamp,
}

fn before(store: &mut dyn Store, order: OrderId) -> Result<Before, Error> {
    let rows = store.rows(include_str!("store/sql/decision_latest.sql"), &[order.0.into()])?;
    let Some(row) = rows.first() else {
        return Ok(Before { steps: Vec::new(), decided_at: Timestamp::FIRST });
    };
    let steps = serde_json::from_str(row.text(4)?).map_err(|error| Error::Corrupt {
        subject: format!("decision of order row {order}"),
        problem: error.to_string(),
    })?;
    Ok(Before { steps, decided_at: Timestamp::from_unix_seconds(row.integer(5)?) })
}

/// What makes the difference: first what is known of the order, then the rules, then nothing but the program.
fn cause(store: &mut dyn Store, case: &Case, before: &Before, now: &[Step]) -> Result<Cause, Error> {
    let touches = |steps: &[Step]| -> Vec<(Timestamp, String)> {
        let known = |step: &Step| match step {
            Step::Touch(touch) => Some((touch.at, touch.partner.clone())),
            _ => None,
        };
        steps.iter().filter_map(known).collect()
    };
    let bound = |steps: &[Step]| {
        steps.iter().find_map(|step| match step {
            Step::Evidence { bound, .. } => Some(bound.clone()),
            _ => None,
        })
    };
    let (bound_before, bound_now) = (bound(&before.steps), bound(now));
    if bound_before != bound_now {
        let by_hand =
            |bound: &Option<Option<(String, Timestamp, BoundBy)>>| matches!(bound, Some(Some((_, _, BoundBy::Hand))));
        let is_corrected = by_hand(&bound_now) || by_hand(&bound_before);
        return Ok(if is_corrected { Cause::CorrectedContact } else { Cause::LateEvidence });
    }
    if touches(&before.steps) != touches(now) {
        return Ok(Cause::LateEvidence);
    }
    let subscription = |steps: &[Step]| steps.iter().find(|step| matches!(step, Step::Subscription { .. })).cloned();
    if subscription(&before.steps) != subscription(now) {
        return Ok(Cause::LateEvidence);
    }
    let paid_at = case.order.paid().map_or(Timestamp::FIRST, |paid| paid.paid_at);
    let parameters = [paid_at.unix_seconds().into(), before.decided_at.unix_seconds().into()];
    let changed = store.rows(include_str!("store/sql/rule_changes_since.sql"), &parameters)?;
    Ok(if changed.is_empty() { Cause::RuleBug } else { Cause::ChangedRule })
}

impl std::fmt::Display for Diff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for difference in &self.differences {
            let Difference { order, revision, outcome, cause, .. } = difference;
            writeln!(f, "order {order} (revision {revision}): {outcome} now · {}", cause.as_str())?;
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
        for total in &self.totals {
            let tier = if total.tier == 0 { "charity".to_owned() } else { format!("tier {}", total.tier) };
            writeln!(f, "  {tier:<8} {:>14} {} in all", total.amount, total.currency)?;
        }
        write!(f, "{} decided orders judged again, {} differ", self.checked, self.differences.len())
    }
}
