//! Attribution: who is credited with an order, by which evidence, and what else was tried.

use serde::{Deserialize, Serialize};

use crate::contact::{Bound, ContactTouch, bound};
use crate::cookie::is_inside;
use crate::id::{PartnerId, TouchId};
use crate::order::{Order, PaidOrder, Snapshot, Word};
use crate::program::{Binding, Model, ProgramRules, Subscriptions};
use crate::rules::Rulebook;
use crate::sorted::sort_by_key;
use crate::time::Timestamp;
use crate::touch::{Touch, TouchKind};
use crate::trace::{CouponTried, Step, TouchTried, TouchVerdict};

/// A click so close before its order, with an earlier partner in the window, looks like poaching: the order is held.
pub const POACHING_SECONDS: i64 = 60;

/// The most touches that a trace lists; the rest are counted.
const TOUCHES_TRACED_MAX: usize = 20;

/// What is known of an order beside the order itself.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// What ties its contact to partners, in any order.
    pub contact: Vec<ContactTouch>,
    /// Touches stored for its visitor, in any order.
    pub stored: Vec<Touch>,
    /// The first payment of its subscription, unless it is the first itself.
    pub first: Option<Box<FirstPayment>>,
    /// The customer's payments before it.
    pub payments: Payments,
}

/// The first payment of a subscription, with what is known beside it.
#[derive(Debug, Clone)]
pub struct FirstPayment {
    /// The order.
    pub order: Order,
    /// Its evidence.
    pub evidence: Evidence,
}

/// What a customer paid before an order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Payments {
    /// How many payments.
    pub before: u32,
    /// When the first of them was.
    pub first_paid_at: Option<Timestamp>,
}

/// The kind of evidence that decided. In this order they are asked; the first that applies decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// The order says so, or the merchant.
    Explicit,
    /// The partner of the subscription's first payment.
    Subscription,
    /// A coupon that belongs to a partner.
    Coupon,
    /// The contact is bound to a partner.
    Contact,
    /// A touch that the order carried.
    Touch,
    /// A touch stored for the visitor.
    StoredTouch,
    /// The program's house partner.
    House,
}

impl EvidenceKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Subscription => "subscription",
            Self::Coupon => "coupon",
            Self::Contact => "contact",
            Self::Touch => "touch",
            Self::StoredTouch => "stored_touch",
            Self::House => "house",
        }
    }
}

/// Why an order is held instead of paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The buyer is the partner.
    SelfReferral,
    /// The click came under a minute before the order, and another partner had brought the visitor earlier.
    Poaching,
    /// The merchant said so.
    Merchant,
}

impl HoldReason {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SelfReferral => "self_referral",
            Self::Poaching => "poaching",
            Self::Merchant => "merchant",
        }
    }
}

/// Who is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    /// The partner.
    pub partner: PartnerId,
    /// By which evidence.
    pub by: EvidenceKind,
    /// Why the order is held, if it is.
    pub held: Option<HoldReason>,
}

/// Decides who is credited; every piece of evidence that was asked is added to the trace.
///
/// The first that applies of: the merchant's or the order's own word, the subscription's partner, a partner's coupon, the contact's partner, the touches that the order
/// carries, the visitor's stored touches, the house. What the merchant says of holds is not asked here.
#[must_use]
pub fn decide(paid: &PaidOrder<'_>, evidence: &Evidence, book: &Rulebook, steps: &mut Vec<Step>) -> Option<Credit> {
    let order = paid.snapshot;
    let ordered_at = order.ordered_at().unwrap_or(paid.paid_at);
    let explicit = order.partner.as_ref().map(|code| (code, book.partner_by_code(code.as_str())));
    let coupons = coupons(order, book, paid.paid_at);
    let binding = binding(&evidence.contact, book, ordered_at, paid.paid_at);
    steps.push(Step::Evidence {
        explicit: explicit.map(|(code, _)| code.to_string()),
        placed_by: order.placed_by.clone(),
        coupons: coupons.iter().map(|(_, tried)| tried.clone()).collect(),
        contact: order.customer.email.as_ref().map(crate::contact::Email::masked),
        bound: binding.as_ref().map(|bound| (name(book, bound.partner), bound.since, bound.by)),
    });
    if order.token_refused {
        steps.push(Step::TokenRefused);
    }
    let carried = touches(&order.carried, book, ordered_at, paid.paid_at, EvidenceKind::Touch);
    let stored: Vec<Touch> = evidence.stored.iter().filter(|stored| !is_carried(stored, order)).copied().collect();
    let stored = touches(&stored, book, ordered_at, paid.paid_at, EvidenceKind::StoredTouch);

    let assigned = paid.order.ruled.partner().and_then(|code| book.partner_by_code(code.as_str()));
    let explicit = assigned.or_else(|| explicit.and_then(|(_, partner)| partner));
    let by_order = explicit.map(|partner| (partner.id, EvidenceKind::Explicit, None));
    let subscription = subscription(evidence, book, paid.paid_at);
    if let (Some(credit), Some(first)) = (&subscription, &evidence.first) {
        steps.push(Step::Subscription {
            first: first.order.external_id.to_string(),
            partner: name(book, credit.partner),
            decides: by_order.is_none(),
        });
    }
    let by_subscription = || subscription.map(|credit| (credit.partner, EvidenceKind::Subscription, None));
    let by_coupon = || coupons.iter().find_map(|(owner, _)| owner.map(|owner| (owner, EvidenceKind::Coupon, None)));
    let by_contact = || binding.as_ref().map(|bound| (bound.partner, EvidenceKind::Contact, None));
    let by_touch = |tried: &[Tried], by| {
        taken(tried, book, paid.paid_at).map(|(touch, model)| (touch.partner, by, Some((touch, model))))
    };
    let found = by_order
        .or_else(by_subscription)
        .or_else(by_coupon)
        .or_else(by_contact)
        .or_else(|| by_touch(&carried, EvidenceKind::Touch))
        .or_else(|| by_touch(&stored, EvidenceKind::StoredTouch));

    let all: Vec<&Tried> = carried.iter().chain(&stored).collect();
    trace_touches(&all, found.and_then(|(_, _, touch)| touch), book, steps);
    let (partner, by, touch) = found.or_else(|| Some((house(book, paid.paid_at)?, EvidenceKind::House, None)))?;
    let held = if is_self_referral(order, partner, book) {
        Some(HoldReason::SelfReferral)
    } else {
        let of_first = subscription.filter(|_| by == EvidenceKind::Subscription).and_then(|credit| credit.held);
        touch.filter(|(touch, _)| is_poached(touch, &all, ordered_at)).map(|_| HoldReason::Poaching).or(of_first)
    };
    Some(Credit { partner, by, held })
}

/// Whom the first payment of a subscription credits, if later ones stay with him; held as long as the first is.
fn subscription(evidence: &Evidence, book: &Rulebook, paid_at: Timestamp) -> Option<Credit> {
    let first = evidence.first.as_ref()?;
    let credit = decide(&first.order.paid()?, &first.evidence, book, &mut Vec::new())?;
    let stays = book
        .rules_for(credit.partner, paid_at)
        .is_some_and(|(_, _, rules)| rules.subscriptions == Subscriptions::First);
    let held = match first.order.ruled.hold.as_ref().map(|ruling| &ruling.word) {
        Some(Word::Refuse) => return None,
        Some(Word::Release) => None,
        Some(Word::Hold) => Some(HoldReason::Merchant),
        _ => credit.held,
    };
    (stays && credit.by != EvidenceKind::House).then_some(Credit { held, ..credit })
}

/// One touch and whether it is inside its program's window.
struct Tried {
    touch: Touch,
    window_days: Option<u32>,
    inside: bool,
    by: EvidenceKind,
}

fn is_carried(stored: &Touch, order: &Snapshot) -> bool {
    order.carried.iter().any(|carried| carried.id == stored.id && carried.id != TouchId::NONE)
}

fn coupons(order: &Snapshot, book: &Rulebook, now: Timestamp) -> Vec<(Option<PartnerId>, CouponTried)> {
    order
        .coupons
        .iter()
        .map(|coupon| {
            let owner = book.coupon_owner(coupon);
            let decides =
                owner.filter(|&owner| book.rules_for(owner, now).is_some_and(|(_, _, rules)| rules.coupon_decides));
            let tried = CouponTried {
                code: coupon.to_string(),
                owner: owner.map(|owner| name(book, owner)),
                decides: decides.is_some(),
            };
            (decides, tried)
        })
        .collect()
}

/// The contact's binding, unless the program that it leads to has switched bindings off since.
fn binding(contact: &[ContactTouch], book: &Rulebook, ordered_at: Timestamp, paid_at: Timestamp) -> Option<Bound> {
    bound(contact, book, ordered_at).filter(|bound| {
        book.rules_for(bound.partner, paid_at)
            .is_some_and(|(_, _, rules)| rules.binding != Binding::Off || bound.by == crate::contact::BoundBy::Hand)
    })
}

fn touches(
    touches: &[Touch],
    book: &Rulebook,
    ordered_at: Timestamp,
    paid_at: Timestamp,
    by: EvidenceKind,
) -> Vec<Tried> {
    let mut tried: Vec<Tried> = touches
        .iter()
        .map(|touch| {
            let window_days = book.rules_for(touch.partner, paid_at).map(|(_, _, rules)| rules.window_days);
            let inside = window_days.is_some_and(|days| is_inside(days, touch.at, ordered_at));
            Tried { touch: *touch, window_days, inside, by }
        })
        .collect();
    sort_by_key(&mut tried, |tried| (tried.touch.at, tried.touch.id));
    tried
}

/// The touch that the model takes; the model is that of the program whose partner touched last.
fn taken(tried: &[Tried], book: &Rulebook, paid_at: Timestamp) -> Option<(Touch, Model)> {
    let mut inside = tried.iter().filter(|tried| tried.inside).map(|tried| tried.touch);
    let last = inside.clone().next_back()?;
    match book.rules_for(last.partner, paid_at).map(|(_, _, rules)| rules.model) {
        Some(Model::First) => Some((inside.next()?, Model::First)),
        Some(Model::Last) | None => Some((last, Model::Last)),
    }
}

fn trace_touches(all: &[&Tried], taken: Option<(Touch, Model)>, book: &Rulebook, steps: &mut Vec<Step>) {
    let skipped = all.len().saturating_sub(TOUCHES_TRACED_MAX);
    if skipped > 0 {
        steps.push(Step::MoreTouches { count: skipped });
    }
    for tried in &all[skipped..] {
        let touch = &tried.touch;
        let verdict = match (taken, tried.inside, tried.window_days) {
            (Some((taken, _)), _, _) if taken == *touch => TouchVerdict::Taken,
            (_, true, _) => TouchVerdict::Tried,
            (_, false, Some(_)) => TouchVerdict::Outside,
            (_, false, None) => TouchVerdict::NoProgram,
        };
        steps.push(Step::Touch(TouchTried {
            at: touch.at,
            kind: touch.kind,
            link: touch.link.map(|link| book.link_code(link).map_or_else(|| link.to_string(), str::to_owned)),
            partner: name(book, touch.partner),
            stored: tried.by == EvidenceKind::StoredTouch,
            window_days: tried.window_days.unwrap_or(0),
            verdict,
            model: taken.map(|(_, model)| model).unwrap_or_default(),
        }));
    }
}

/// The house partner of the first program that names one.
fn house(book: &Rulebook, now: Timestamp) -> Option<PartnerId> {
    let rules_now = |rules: &crate::rules::Versions<ProgramRules>| rules.at(now)?.1.house_partner;
    book.programs().iter().find_map(|program| rules_now(&program.rules))
}

fn is_self_referral(order: &Snapshot, partner: PartnerId, book: &Rulebook) -> bool {
    let Some(buyer) = &order.customer.email else {
        return false;
    };
    let own = book.partner(partner).map(|partner| [partner.email.as_str(), partner.payout_email.as_str()]);
    let is_buyer = |email: &str| {
        buyer.may_share_host(email)
            && crate::contact::Email::parse(email).is_ok_and(|email| email.mailbox() == buyer.mailbox())
    };
    own.into_iter().flatten().any(is_buyer)
}

fn is_poached(touch: &Touch, all: &[&Tried], ordered_at: Timestamp) -> bool {
    touch.kind == TouchKind::Click
        && ordered_at.seconds_since(touch.at) < POACHING_SECONDS
        && all.iter().any(|other| other.inside && other.touch.partner != touch.partner && other.touch.at < touch.at)
}

/// The partner's code, or his number where the rulebook does not know him any more.
pub(crate) fn name(book: &Rulebook, partner: PartnerId) -> String {
    book.partner(partner).map_or_else(|| format!("#{partner}"), |partner| partner.code.to_string())
}
