//! Decisions: the immutable outcome of judging one revision of one order.

use serde::{Deserialize, Serialize};

use crate::attribution::{self, Credit, Evidence, EvidenceKind, HoldReason, name};
use crate::commission::{self, Receiver};
use crate::id::PartnerId;
use crate::ledger::{Booked, Transfer, settle};
use crate::money::Money;
use crate::order::{Order, Snapshot};
use crate::program::ProgramRules;
use crate::rules::{Program, Rulebook};
use crate::time::Timestamp;
use crate::trace::{NoTier, Step};

/// How an order came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A partner is credited.
    Credited,
    /// A partner would be credited, but somebody has to look first.
    Held,
    /// Nobody brought it.
    Unattributed,
    /// It is not paid.
    Unpaid,
    /// Only refunds have come, not the order.
    Awaited,
}

impl Outcome {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credited => "credited",
            Self::Held => "held",
            Self::Unattributed => "unattributed",
            Self::Unpaid => "unpaid",
            Self::Awaited => "awaited",
        }
    }
}

/// A decision with all that follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// How the order came out.
    pub outcome: Outcome,
    /// Why it is held.
    pub held: Option<HoldReason>,
    /// Who is credited, or would be.
    pub partner: Option<PartnerId>,
    /// By which evidence.
    pub evidence: Option<EvidenceKind>,
    /// How it came to this.
    pub steps: Vec<Step>,
    /// What is to be booked.
    pub transfers: Vec<Transfer>,
}

impl Decision {
    /// Why nothing is earned, in one word for a report; `None` if something is, or was.
    #[must_use]
    pub fn skipped(&self) -> Option<&'static str> {
        match (self.outcome, self.held) {
            (Outcome::Credited, _) => None,
            (Outcome::Held, Some(reason)) => Some(reason.as_str()),
            (outcome, _) => Some(outcome.as_str()),
        }
    }
}

/// Judges an order: who is credited, what everybody earns of it, and what that changes against what is booked.
#[must_use]
pub fn decide(order: &Order, evidence: &Evidence, book: &Rulebook, booked: &[Booked]) -> Decision {
    let mut steps = Vec::new();
    let nothing =
        |outcome, steps, transfers| Decision { outcome, held: None, partner: None, evidence: None, steps, transfers };
    let Some(snapshot) = &order.known else {
        steps.push(Step::Awaited { order: order.external_id.to_string() });
        return nothing(Outcome::Awaited, steps, Vec::new());
    };
    steps.push(purchase(order, snapshot));
    steps.push(Step::Delivery);
    steps.extend(order.notes.iter().map(|text| Step::Note { text: text.clone() }));
    steps.push(Step::Checking);
    let take_back = || settle(&[], None, snapshot.currency, Timestamp::FIRST, booked);
    let Some(paid) = order.paid() else {
        steps.push(Step::Unpaid);
        let transfers = take_back();
        return nothing(Outcome::Unpaid, steps, transfers);
    };
    let mut tried = Vec::new();
    let credit = attribution::decide(&paid, evidence, book, &mut tried);
    let rules = credit.and_then(|credit| book.rules_for(credit.partner, paid.paid_at));
    steps.push(order_line(order, snapshot, paid.paid_at, rules.map(|(_, valid_from, _)| valid_from)));
    steps.append(&mut tried);
    let (Some(Credit { partner, by, held }), Some((program, _, rules))) = (credit, rules) else {
        steps.extend(nobody(book, paid.paid_at));
        let transfers = take_back();
        trace_booked(&[], booked, book, &mut steps);
        return nothing(Outcome::Unattributed, steps, transfers);
    };
    if by == EvidenceKind::House {
        steps.push(Step::House { partner: name(book, partner) });
    }
    if let Some(reason) = held {
        steps.push(Step::Held { reason, partner: name(book, partner) });
    }
    let earnings = commission::accrue(&paid, partner, program, rules, book, &mut steps);
    let (outcome, earnings) = if held.is_some() { (Outcome::Held, Vec::new()) } else { (Outcome::Credited, earnings) };
    trace_booked(&earnings, booked, book, &mut steps);
    let transfers =
        settle(&earnings, Some(program.id), snapshot.currency, paid.paid_at.plus_days(rules.hold_days), booked);
    Decision { outcome, held, partner: Some(partner), evidence: Some(by), steps, transfers }
}

fn purchase(order: &Order, snapshot: &Snapshot) -> Step {
    let line = |line: &crate::order::Line| {
        let net =
            Money::from_minor(line.net_minor, snapshot.currency).map_or_else(|error| error.to_string(), Money::amount);
        format!("{} × {} {net}", line.quantity, line.sku)
    };
    Step::Purchase {
        order: order.external_id.to_string(),
        lines: snapshot.lines.iter().take(20).map(line).collect(),
        currency: snapshot.currency.to_string(),
        status: snapshot.status.as_str().to_owned(),
    }
}

fn order_line(order: &Order, snapshot: &Snapshot, paid_at: Timestamp, rules_of: Option<Timestamp>) -> Step {
    let amount =
        |minor| Money::from_minor(minor, snapshot.currency).map_or_else(|error| error.to_string(), Money::amount);
    let given_back = snapshot.net_minor() - snapshot.left_minor();
    Step::Order {
        order: order.external_id.to_string(),
        net: amount(snapshot.net_minor()),
        given_back: (given_back != 0).then(|| amount(given_back)),
        currency: snapshot.currency.to_string(),
        paid_at,
        rules_of,
    }
}

/// The lines for an order that nobody brought: as many tiers as the first program has.
fn nobody(book: &Rulebook, now: Timestamp) -> Vec<Step> {
    let tiers_of = |program: &Program| program.rules.at(now).map(|(_, rules): (_, &ProgramRules)| rules.tiers.len());
    let tiers = book.programs().first().and_then(tiers_of).unwrap_or(1).max(1);
    let no_tier = |tier| Step::NoTier { tier, why: NoTier::NoAffiliate };
    (1_u8..).take(tiers).map(no_tier).chain([Step::NoCharity]).collect()
}

/// Says what was booked before, where it differs from what is earned now.
fn trace_booked(earned: &[commission::Earning], booked: &[Booked], book: &Rulebook, steps: &mut Vec<Step>) {
    for sum in booked {
        let now = earned
            .iter()
            .find(|earning| (earning.tier, earning.receiver) == (sum.tier, sum.receiver))
            .map_or(0, |earning| earning.amount_minor);
        if now != sum.amount_minor {
            let amount = |minor| {
                Money::from_minor(minor, sum.currency).map_or_else(|error| error.to_string(), |money| money.to_string())
            };
            let receiver = match sum.receiver {
                Receiver::Partner(partner) => name(book, partner),
                Receiver::Charity(charity) => {
                    book.charity_code(charity).map_or_else(|| format!("#{charity}"), ToString::to_string)
                }
            };
            steps.push(Step::Booked { tier: sum.tier, receiver, before: amount(sum.amount_minor), now: amount(now) });
        }
    }
}
