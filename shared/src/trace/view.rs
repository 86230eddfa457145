//! What a partner sees of a decision: his own part of it, and nobody else's name.

use super::{CouponTried, NoTier, Step, TouchTried};

/// Whoever is not the partner who reads.
const ANOTHER: &str = "(another)";

/// Whoever decided something by hand: the partner deals with the merchant, not with his people.
const MERCHANT: &str = "the merchant";

/// The steps of a decision as a partner sees them; nothing, if no step names him.
///
/// Other partners lose their names and their links, commissions of other tiers are left out, the merchant's people lose
/// theirs. The buyer's address is masked in every trace.
#[must_use]
pub fn seen_by(steps: &[Step], partner: &str) -> Option<Vec<Step>> {
    let mut view = View { partner, is_named: false };
    let seen: Vec<Step> = steps.iter().filter_map(|step| view.step(step)).collect();
    view.is_named.then_some(seen)
}

struct View<'a> {
    partner: &'a str,
    is_named: bool,
}

impl View<'_> {
    fn is_own(&mut self, name: &str) -> bool {
        let is_own = name == self.partner;
        self.is_named |= is_own;
        is_own
    }

    fn name(&mut self, name: &str) -> String {
        if self.is_own(name) { name.to_owned() } else { ANOTHER.to_owned() }
    }

    fn step(&mut self, step: &Step) -> Option<Step> {
        Some(match step {
            Step::Purchase { .. }
            | Step::Delivery
            | Step::Awaited { .. }
            | Step::Note { .. }
            | Step::Checking
            | Step::Unpaid
            | Step::Order { .. }
            | Step::Limited { .. }
            | Step::TokenRefused
            | Step::MoreTouches { .. }
            | Step::NotParticipating { .. }
            | Step::FlatCurrency { .. }
            | Step::NoCharity
            | Step::Charity { .. }
            | Step::Cut { .. } => step.clone(),
            Step::Evidence { explicit, placed_by: _, coupons, contact, bound } => Step::Evidence {
                explicit: explicit.as_deref().map(|name| self.name(name)),
                placed_by: None,
                coupons: coupons.iter().map(|coupon| self.coupon(coupon)).collect(),
                contact: contact.clone(),
                bound: bound.as_ref().map(|(name, since, by)| (self.name(name), *since, *by)),
            },
            Step::Ruled { what, by: _, reason, at } => {
                Step::Ruled { what: self.ruled(what), by: MERCHANT.to_owned(), reason: reason.clone(), at: *at }
            }
            Step::Subscription { first, partner, decides } => {
                Step::Subscription { first: first.clone(), partner: self.name(partner), decides: *decides }
            }
            Step::Touch(touch) => Step::Touch(self.touch(touch)),
            Step::House { partner } => Step::House { partner: self.name(partner) },
            Step::Held { reason, partner } => Step::Held { reason: *reason, partner: self.name(partner) },
            Step::Tier { partner, .. } => {
                if !self.is_own(partner) {
                    return None;
                }
                step.clone()
            }
            Step::NoTier { tier, why } => Step::NoTier { tier: *tier, why: self.no_tier(why) },
            Step::Booked { tier, receiver, .. } => {
                // Tier 0 is a charity's: no partner has its name, whatever it is called.
                if *tier > 0 && !self.is_own(receiver) {
                    return None;
                }
                step.clone()
            }
        })
    }

    fn coupon(&mut self, coupon: &CouponTried) -> CouponTried {
        let owner = coupon.owner.as_deref().map(|name| self.name(name));
        CouponTried { code: coupon.code.clone(), owner, decides: coupon.decides }
    }

    fn touch(&mut self, touch: &TouchTried) -> TouchTried {
        let is_own = self.is_own(&touch.partner);
        TouchTried {
            partner: if is_own { touch.partner.clone() } else { ANOTHER.to_owned() },
            link: touch.link.clone().filter(|_| is_own),
            ..touch.clone()
        }
    }

    fn no_tier(&mut self, why: &NoTier) -> NoTier {
        match why {
            NoTier::NoAffiliate | NoTier::NoParent | NoTier::NoRate => why.clone(),
            NoTier::ParentEnded { partner, until } => {
                NoTier::ParentEnded { partner: self.name(partner), until: *until }
            }
            NoTier::NotActive { partner, status } => {
                NoTier::NotActive { partner: self.name(partner), status: status.clone() }
            }
        }
    }

    /// `assigned to partner CODE` names somebody.
    fn ruled(&mut self, what: &str) -> String {
        match what.strip_prefix("assigned to partner ") {
            Some(name) => format!("assigned to partner {}", self.name(name)),
            None => what.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Model;
    use crate::time::Timestamp;
    use crate::touch::TouchKind;
    use crate::trace::{Part, TouchVerdict, lines};

    fn touch(partner: &str) -> Step {
        Step::Touch(TouchTried {
            at: Timestamp::from_unix_seconds(1_785_542_400),
            kind: TouchKind::Click,
            link: Some(format!("LINK-OF-{partner}")),
            partner: partner.to_owned(),
            stored: false,
            window_days: 365,
            verdict: TouchVerdict::Tried,
            model: Model::Last,
        })
    }

    fn tier(tier: u8, partner: &str) -> Step {
        let part = Part { of: "10% of 250.00".to_owned(), sku: "TOUR-7".to_owned() };
        Step::Tier {
            tier,
            parts: vec![part],
            amount: "25.00".to_owned(),
            currency: "EUR".to_owned(),
            partner: partner.to_owned(),
        }
    }

    #[test]
    fn a_partner_sees_his_part_and_no_other_name() {
        let ruled = Step::Ruled {
            what: "assigned to partner BEN".to_owned(),
            by: "olga@shop.example".to_owned(),
            reason: "he phoned".to_owned(),
            at: Timestamp::from_unix_seconds(1_785_542_400),
        };
        let steps =
            [Step::Checking, ruled, touch("ANN"), touch("BEN"), tier(1, "BEN"), tier(2, "CID"), Step::NoCharity];
        assert_eq!(
            lines(&seen_by(&steps, "ANN").unwrap()),
            [
                "[] checking for commission",
                "[] assigned to partner (another) by the merchant on 2026-08-01: he phoned",
                "[] touch 2026-08-01 click link LINK-OF-ANN partner ANN · inside 365 days · not taken",
                "[] touch 2026-08-01 click partner (another) · inside 365 days · not taken",
                "[] no charity commission for no charity affiliate",
            ]
        );
        let of_ben = lines(&seen_by(&steps, "BEN").unwrap()).join("\n");
        assert!(
            of_ben.contains("tier 1 commission 10% of 250.00 (product TOUR-7) = 25.00 EUR for partner BEN"),
            "{of_ben}"
        );
        assert!(!of_ben.contains("ANN") && !of_ben.contains("CID") && !of_ben.contains("olga"), "{of_ben}");
    }

    #[test]
    fn an_order_that_has_nothing_to_do_with_him_is_not_shown() {
        assert_eq!(seen_by(&[Step::Checking, touch("ANN"), tier(1, "ANN")], "BEN"), None);
        assert_eq!(seen_by(&[], "BEN"), None);
    }
}
