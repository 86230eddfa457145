//! Decisions: the immutable outcome of judging one revision of one order.

use serde::{Deserialize, Serialize};

use crate::attribution::{self, Credit, Evidence, EvidenceKind, HoldReason, Payments, name};
use crate::commission::{self, Earning, Receiver};
use crate::id::PartnerId;
use crate::ledger::{Booked, Transfer, across_holds, settle};
use crate::money::Money;
use crate::order::{Order, PaidOrder, Ruling, Snapshot, Word};
use crate::program::{ProgramRules, Recurring};
use crate::rules::{Program, Rulebook};
use crate::time::Timestamp;
use crate::trace::{NoTier, Step};

/// Room for the steps of nearly every decision.
const STEPS_USUAL: usize = 16;

/// How an order came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A partner is credited.
    Credited,
    /// A partner would be credited, but somebody has to look first.
    Held,
    /// A partner would be credited, but a named person refused it.
    Refused,
    /// A partner is credited, but his program does not pay for this payment of the customer any more.
    Limited,
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
            Self::Refused => "refused",
            Self::Limited => "limited",
            Self::Unattributed => "unattributed",
            Self::Unpaid => "unpaid",
            Self::Awaited => "awaited",
        }
    }

    /// Why nothing is earned, in one word for a report, where an order that came out so is held for a reason or none;
    /// `None` if something is, or was.
    #[must_use]
    pub const fn skipped(self, held: Option<HoldReason>) -> Option<&'static str> {
        match (self, held) {
            (Self::Credited, _) => None,
            (Self::Held, Some(reason)) => Some(reason.as_str()),
            (outcome, _) => Some(outcome.as_str()),
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
        self.outcome.skipped(self.held)
    }
}

/// Judges an order: who is credited, what everybody earns of it, and what that changes against what is booked.
#[must_use]
pub fn decide(order: &Order, evidence: &Evidence, book: &Rulebook, booked: &[Booked]) -> Decision {
    let mut steps = Vec::with_capacity(STEPS_USUAL);
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
    steps.extend(rulings(order));
    steps.append(&mut tried);
    let (Some(credit), Some((program, _, rules))) = (credit, rules) else {
        steps.extend(nobody(book, paid.paid_at));
        let first = book.programs().first();
        let first = first.and_then(|program| Some((program, program.rules.at(paid.paid_at)?.1)));
        let Some((program, rules)) = first else {
            steps.push(Step::NoCharity);
            let transfers = take_back();
            trace_booked(&[], booked, book, &mut steps);
            return nothing(Outcome::Unattributed, steps, transfers);
        };
        let earnings = commission::give(&paid, program, rules, None, book, &mut steps);
        trace_booked(&earnings, booked, book, &mut steps);
        let transfers = settled(&paid, program, rules, book, &earnings, booked);
        return nothing(Outcome::Unattributed, steps, transfers);
    };
    let Credit { partner, by, held } = credit;
    if by == EvidenceKind::House {
        steps.push(Step::House { partner: name(book, partner) });
    }
    let standing = standing(&paid, held, evidence.payments, rules);
    let earnings = match &standing {
        Standing::Credited => commission::accrue(&paid, partner, program, rules, book, &mut steps),
        Standing::Held(reason) => {
            steps.push(Step::Held { reason: *reason, partner: name(book, partner) });
            // What it would earn is in the trace; nothing of it is booked.
            let _ = commission::accrue(&paid, partner, program, rules, book, &mut steps);
            Vec::new()
        }
        Standing::Refused => commission::give(&paid, program, rules, None, book, &mut steps),
        Standing::Limited { limit } => {
            steps.push(Step::Limited { payment: evidence.payments.before + 1, limit: limit.clone() });
            commission::give(&paid, program, rules, rules.charity, book, &mut steps)
        }
    };
    let (outcome, held) = match standing {
        Standing::Credited => (Outcome::Credited, None),
        Standing::Held(reason) => (Outcome::Held, Some(reason)),
        Standing::Refused => (Outcome::Refused, None),
        Standing::Limited { .. } => (Outcome::Limited, None),
    };
    trace_booked(&earnings, booked, book, &mut steps);
    let transfers = settled(&paid, program, rules, book, &earnings, booked);
    Decision { outcome, held, partner: Some(partner), evidence: Some(by), steps, transfers }
}

fn settled(
    paid: &PaidOrder<'_>,
    program: &Program,
    rules: &ProgramRules,
    book: &Rulebook,
    earnings: &[Earning],
    booked: &[Booked],
) -> Vec<Transfer> {
    let payable_from = commission::payable_from(paid, program.id, rules, book);
    settle(earnings, Some(program.id), paid.snapshot.currency, payable_from, booked)
}

/// What becomes of the partner's commission.
enum Standing {
    Credited,
    Held(HoldReason),
    Refused,
    Limited { limit: String },
}

/// The merchant's word, else what looks like fraud, else what the program pays for.
fn standing(paid: &PaidOrder<'_>, held: Option<HoldReason>, payments: Payments, rules: &ProgramRules) -> Standing {
    let held = match paid.order.ruled.hold.as_ref().map(|ruling| &ruling.word) {
        Some(Word::Refuse) => return Standing::Refused,
        Some(Word::Hold) => Some(HoldReason::Merchant),
        Some(Word::Release) => None,
        _ => held,
    };
    if let Some(reason) = held {
        return Standing::Held(reason);
    }
    let Recurring { payments: payments_max, months } = rules.recurring;
    if let Some(payments_max) = payments_max.filter(|most| payments.before >= *most) {
        return Standing::Limited { limit: format!("the first {payments_max}") };
    }
    let began = payments.first_paid_at.unwrap_or(paid.paid_at);
    match months.filter(|months| paid.paid_at >= began.plus_months(*months)) {
        Some(months) => Standing::Limited { limit: format!("{months} months from {}", began.date()) },
        None => Standing::Credited,
    }
}

/// What named persons decided about the order.
fn rulings(order: &Order) -> Vec<Step> {
    let ruled = &order.ruled;
    let all = [&ruled.assigned, &ruled.hold, &ruled.hold_days, &ruled.charity, &ruled.replay];
    let step = |ruling: &Ruling| {
        let what = match &ruling.word {
            Word::Hold => "put on hold".to_owned(),
            Word::Release => "released".to_owned(),
            Word::Refuse => "refused".to_owned(),
            Word::Assign { partner } => format!("assigned to partner {partner}"),
            Word::HoldDays(days) => format!("given a hold of {days} days"),
            Word::Charity(charity) => format!("given to charity affiliate {}", charity.code),
            Word::Replay => "judged again, as told".to_owned(),
        };
        Step::Ruled { what, by: ruling.by.clone(), reason: ruling.reason.clone(), at: ruling.at }
    };
    all.into_iter().flatten().map(step).collect()
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

/// The lines of tiers for an order that nobody brought: as many as the first program has.
fn nobody(book: &Rulebook, now: Timestamp) -> Vec<Step> {
    let tiers_of = |program: &Program| program.rules.at(now).map(|(_, rules): (_, &ProgramRules)| rules.tiers.len());
    let tiers = book.programs().first().and_then(tiers_of).unwrap_or(1).max(1);
    let no_tier = |tier| Step::NoTier { tier, why: NoTier::NoAffiliate };
    (1_u8..).take(tiers).map(no_tier).collect()
}

/// Says what was booked before, where it differs from what is earned now.
fn trace_booked(earned: &[Earning], booked: &[Booked], book: &Rulebook, steps: &mut Vec<Step>) {
    for sum in across_holds(booked) {
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
