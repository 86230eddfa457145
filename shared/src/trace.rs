//! The trace: why an order was credited, or was not, step by step.
//!
//! Steps are data, kept with the decision; the lines that people read are made of them. The wording is one that merchants
//! know from older systems: every line begins with `[]`.

mod packed;
mod view;

use serde::{Deserialize, Serialize};

use crate::attribution::HoldReason;
use crate::contact::BoundBy;
use crate::program::Model;
use crate::time::Timestamp;
use crate::touch::TouchKind;

pub use packed::{UnpackError, pack, pack_onto, unpack};
pub use view::seen_by;

/// A coupon of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CouponTried {
    /// Its code.
    pub code: String,
    /// The partner it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Whether his program lets coupons decide.
    pub decides: bool,
}

/// What became of a touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TouchVerdict {
    /// It decided.
    Taken,
    /// It could have, but something else did.
    Tried,
    /// It lies outside the window, or after the order.
    Outside,
    /// Its partner was in no program.
    NoProgram,
}

/// A touch of the visitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TouchTried {
    /// When.
    pub at: Timestamp,
    /// How.
    pub kind: TouchKind,
    /// The link's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The partner.
    pub partner: String,
    /// Whether it was found in the database rather than with the order.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stored: bool,
    /// Its program's window.
    pub window_days: u32,
    /// What became of it.
    pub verdict: TouchVerdict,
    /// Its program's model.
    pub model: Model,
}

/// One line's part of a commission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// How it is reckoned: `10% of 250.00`.
    pub of: String,
    /// The product.
    pub sku: String,
}

/// Why a tier gets nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoTier {
    /// Nobody brought the order.
    NoAffiliate,
    /// There is nobody above.
    NoParent,
    /// The flow to the parent had ended.
    ParentEnded {
        /// The partner below.
        partner: String,
        /// When it ended.
        until: Timestamp,
    },
    /// The receiver may not earn.
    NotActive {
        /// Who.
        partner: String,
        /// `blocked` or `pending`.
        status: String,
    },
    /// Neither partner nor product nor program says what this tier gets.
    NoRate,
}

/// One step on the way to a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// What was bought.
    Purchase {
        /// The shop's name for the order.
        order: String,
        /// Lines as `2 × TOUR-7 250.00`.
        lines: Vec<String>,
        /// Their currency.
        currency: String,
        /// How far the order had come.
        status: String,
    },
    /// What was delivered.
    Delivery,
    /// Only refunds have come: there is nothing to judge yet.
    Awaited {
        /// The shop's name for the order.
        order: String,
    },
    /// Something that could not be applied.
    Note {
        /// What.
        text: String,
    },
    /// The commission process begins.
    Checking,
    /// The order is not paid.
    Unpaid,
    /// The order and the rules it is judged by.
    Order {
        /// The shop's name for it.
        order: String,
        /// Net amount of all lines.
        net: String,
        /// What of it was given back.
        #[serde(skip_serializing_if = "Option::is_none")]
        given_back: Option<String>,
        /// Its currency.
        currency: String,
        /// When it was paid.
        paid_at: Timestamp,
        /// When the rules began to hold; none where nobody's rules apply.
        #[serde(skip_serializing_if = "Option::is_none")]
        rules_of: Option<Timestamp>,
    },
    /// The evidence beside touches.
    Evidence {
        /// The partner whom the order names.
        #[serde(skip_serializing_if = "Option::is_none")]
        explicit: Option<String>,
        /// Who placed it.
        #[serde(skip_serializing_if = "Option::is_none")]
        placed_by: Option<String>,
        /// Its coupons.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        coupons: Vec<CouponTried>,
        /// The contact, masked.
        #[serde(skip_serializing_if = "Option::is_none")]
        contact: Option<String>,
        /// Whom he is bound to, since when and by what.
        #[serde(skip_serializing_if = "Option::is_none")]
        bound: Option<(String, Timestamp, BoundBy)>,
    },
    /// What a named person decided.
    Ruled {
        /// What, as in `assigned to partner 17`.
        what: String,
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// The order is a later payment of a subscription.
    Subscription {
        /// Its first payment.
        first: String,
        /// Who brought that.
        partner: String,
        /// Whether it credits him with this one.
        decides: bool,
    },
    /// The customer has paid more often, or for longer, than the program pays for.
    Limited {
        /// Which payment of his this is.
        payment: u32,
        /// What the program pays for, as in `the first 12 payments`.
        limit: String,
    },
    /// The order came with a token that none of our keys had signed.
    TokenRefused,
    /// There were more touches than are listed.
    MoreTouches {
        /// How many more.
        count: usize,
    },
    /// A touch.
    Touch(TouchTried),
    /// Nobody brought it and the house takes it.
    House {
        /// The house partner.
        partner: String,
    },
    /// The order is held.
    Held {
        /// Why.
        reason: HoldReason,
        /// For whom.
        partner: String,
    },
    /// A product that earns nobody anything.
    NotParticipating {
        /// The product.
        sku: String,
    },
    /// A flat rate in another currency than the order's.
    FlatCurrency {
        /// The tier.
        tier: u8,
        /// The program's currency.
        program: String,
        /// The order's.
        order: String,
    },
    /// What a tier earns.
    Tier {
        /// Which.
        tier: u8,
        /// Line by line.
        parts: Vec<Part>,
        /// The commission.
        amount: String,
        /// Its currency.
        currency: String,
        /// Who gets it.
        partner: String,
    },
    /// That a tier earns nothing.
    NoTier {
        /// Which.
        tier: u8,
        /// Why.
        why: NoTier,
    },
    /// What the charity gets.
    Charity {
        /// Line by line.
        parts: Vec<Part>,
        /// How much.
        amount: String,
        /// Its currency.
        currency: String,
        /// Who gets it.
        charity: String,
    },
    /// That no charity gets anything.
    NoCharity,
    /// All rates together were more than the order.
    Cut {
        /// The tier that was cut; 0 for charity.
        tier: u8,
        /// From.
        from: String,
        /// To.
        to: String,
    },
    /// What was booked before and what that makes the difference.
    Booked {
        /// The tier; 0 for charity.
        tier: u8,
        /// For whom.
        receiver: String,
        /// Booked before.
        before: String,
        /// To be booked in all.
        now: String,
    },
}

/// Steps as lines for people.
#[must_use]
pub fn lines(steps: &[Step]) -> Vec<String> {
    steps.iter().map(|step| format!("[] {}", line(step))).collect()
}

fn line(step: &Step) -> String {
    match step {
        Step::Purchase { order, lines, currency, status } if lines.is_empty() => {
            format!("purchase {order} · {status} · no lines ({currency})")
        }
        Step::Purchase { order, lines, currency, status } => {
            format!("purchase {order} · {status} · {} {currency}", lines.join(", "))
        }
        Step::Delivery => "no delivery for no product that is delivered from here".to_owned(),
        Step::Awaited { order } => {
            format!("no commission for order {order}: refunds have come, the order itself has not")
        }
        Step::Note { text } => text.clone(),
        Step::Checking => "checking for commission".to_owned(),
        Step::Unpaid => "no commission for an order that is not paid".to_owned(),
        Step::Order { order, net, given_back, currency, paid_at, rules_of } => {
            let given_back = given_back.as_ref().map_or(String::new(), |amount| format!(", {amount} given back"));
            let rules = match rules_of {
                None => String::new(),
                Some(Timestamp::FIRST) => " · first rules".to_owned(),
                Some(valid_from) => format!(" · rules of {}", valid_from.date()),
            };
            format!("order {order} · {net} {currency} net{given_back} · paid {paid_at}{rules}")
        }
        Step::Evidence { explicit, placed_by, coupons, contact, bound } => {
            evidence(explicit, placed_by, coupons, contact, bound)
        }
        Step::Ruled { what, by, reason, at } => format!("{what} by {by} on {}: {reason}", at.date()),
        Step::Subscription { first, partner, decides } => {
            let decides = if *decides { "this payment stays with him" } else { "not taken" };
            format!("subscription: first payment {first} was brought by partner {partner} · {decides}")
        }
        Step::Limited { payment, limit } => {
            format!("no commission for payment {payment} of this customer: the program pays for {limit}")
        }
        Step::TokenRefused => "token refused: its signature is not ours".to_owned(),
        Step::MoreTouches { count } => format!("{count} older touches not listed"),
        Step::Touch(touch) => touch_line(touch),
        Step::House { partner } => format!("nobody brought it: house partner {partner}"),
        Step::Held { reason: HoldReason::SelfReferral, partner } => {
            format!("held: the buyer is partner {partner} (self-referral)")
        }
        Step::Held { reason: HoldReason::Poaching, partner } => format!(
            "held: partner {partner} was clicked less than {} s before the order, another partner earlier",
            crate::attribution::POACHING_SECONDS
        ),
        Step::Held { reason: HoldReason::Merchant, partner } => {
            format!("held: by the merchant's word, for partner {partner}")
        }
        Step::NotParticipating { sku } => {
            format!("no commission for product {sku}: it does not participate")
        }
        Step::FlatCurrency { tier, program, order } => {
            format!("no flat tier {tier} commission: it is in {program}, the order in {order}")
        }
        Step::Tier { tier, parts, amount, currency, partner } => {
            format!("tier {tier} commission {} = {amount} {currency} for partner {partner}", sum(parts))
        }
        Step::NoTier { tier, why } => format!("no tier {tier} commission for {}", no_tier(why)),
        Step::Charity { parts, amount, currency, charity } => {
            format!("charity commission {} = {amount} {currency} for charity affiliate {charity}", sum(parts))
        }
        Step::NoCharity => "no charity commission for no charity affiliate".to_owned(),
        Step::Cut { tier: 0, from, to } => {
            format!("charity commission cut from {from} to {to}: all together are more than the order")
        }
        Step::Cut { tier, from, to } => {
            format!("tier {tier} commission cut from {from} to {to}: all together are more than the order")
        }
        Step::Booked { tier: 0, receiver, before, now } => {
            format!("charity affiliate {receiver}: {before} booked before, {now} now")
        }
        Step::Booked { tier, receiver, before, now } => {
            format!("tier {tier} partner {receiver}: {before} booked before, {now} now")
        }
    }
}

fn evidence(
    explicit: &Option<String>,
    placed_by: &Option<String>,
    coupons: &[CouponTried],
    contact: &Option<String>,
    bound: &Option<(String, Timestamp, BoundBy)>,
) -> String {
    let explicit = match (explicit, placed_by) {
        (None, None) => "none".to_owned(),
        (None, Some(agent)) => format!("none (placed by {agent})"),
        (Some(partner), None) => format!("partner {partner}"),
        (Some(partner), Some(agent)) => format!("partner {partner} (placed by {agent})"),
    };
    let coupons = match coupons {
        [] => "none".to_owned(),
        coupons => coupons.iter().map(coupon).collect::<Vec<_>>().join(", "),
    };
    let contact = contact.as_ref().map_or_else(|| "unknown".to_owned(), Clone::clone);
    let bound = match bound {
        None => "bound to no one".to_owned(),
        Some((partner, since, by)) => {
            let by = match by {
                BoundBy::OptIn => "opt-in",
                BoundBy::Coupon => "coupon",
                BoundBy::Touch => "touch",
                BoundBy::Order => "order",
                BoundBy::Hand => "hand",
            };
            format!("bound to partner {partner} since {} by {by}", since.date())
        }
    };
    format!("explicit: {explicit} · coupon: {coupons} · contact {contact} {bound}")
}

fn coupon(coupon: &CouponTried) -> String {
    match &coupon.owner {
        None => format!("{} of no partner", coupon.code),
        Some(owner) if coupon.decides => format!("{} of partner {owner}", coupon.code),
        Some(owner) => format!("{} of partner {owner}, whose program lets coupons not decide", coupon.code),
    }
}

fn touch_line(touch: &TouchTried) -> String {
    let link = touch.link.as_ref().map_or(String::new(), |link| format!(" link {link}"));
    let stored = if touch.stored { " (stored)" } else { "" };
    let model = match touch.model {
        Model::Last => "last touch",
        Model::First => "first touch",
    };
    let verdict = match touch.verdict {
        TouchVerdict::Taken => format!("inside {} days · {model}: taken", touch.window_days),
        TouchVerdict::Tried => format!("inside {} days · not taken", touch.window_days),
        TouchVerdict::Outside => format!("outside {} days before the order · not taken", touch.window_days),
        TouchVerdict::NoProgram => "partner in no program · not taken".to_owned(),
    };
    format!("touch {} {}{link} partner {}{stored} · {verdict}", touch.at.date(), touch.kind.as_str(), touch.partner)
}

fn sum(parts: &[Part]) -> String {
    parts.iter().map(|part| format!("{} (product {})", part.of, part.sku)).collect::<Vec<_>>().join(" + ")
}

fn no_tier(why: &NoTier) -> String {
    match why {
        NoTier::NoAffiliate => "no affiliate".to_owned(),
        NoTier::NoParent => "no parent".to_owned(),
        NoTier::ParentEnded { partner, until } => {
            format!("the parent of partner {partner}: ended {until}")
        }
        NoTier::NotActive { partner, status } => format!("partner {partner}: {status}"),
        NoTier::NoRate => "no rate".to_owned(),
    }
}
