//! Trials: a pretended click and order, judged like any other and booked nowhere.

use uuid::Uuid;

use crate::attribution::{Evidence, Payments};
use crate::contact::{ContactTouch, Email};
use crate::decision::{Decision, decide};
use crate::id::{Code, CouponCode, ExternalId, NameError, OrderId, PartnerId, ProgramId, TouchId};
use crate::money::Currency;
use crate::order::{Customer, EventBody, Line, Order, OrderEvent, Snapshot, Status};
use crate::partner::{Partner, PartnerStatus, PartnerTerms};
use crate::program::TIERS_MAX;
use crate::rules::{Rulebook, Versions};
use crate::time::Timestamp;
use crate::touch::{Touch, TouchKind};

/// A customer who clicks and buys, and neither happens.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Whose link he clicks.
    pub partner: PartnerId,
    /// When.
    pub clicked_at: Timestamp,
    /// When he orders and pays.
    pub paid_at: Timestamp,
    /// What he pays in.
    pub currency: Currency,
    /// What he buys.
    pub lines: Vec<Line>,
    /// With which coupons.
    pub coupons: Vec<CouponCode>,
    /// His e-mail address.
    pub email: Option<Email>,
    /// What he paid before.
    pub payments: Payments,
}

impl Trial {
    /// What a night would decide; `contact` is what ties the customer to partners already.
    ///
    /// By the same functions as a night's, so that the two cannot differ.
    pub fn judge(self, contact: Vec<ContactTouch>, book: &Rulebook) -> Result<Decision, NameError> {
        let click = Touch {
            id: TouchId(Uuid::from_u128(1)),
            kind: TouchKind::Click,
            partner: self.partner,
            link: None,
            at: self.clicked_at,
        };
        let snapshot = Snapshot {
            status: Status::Paid,
            currency: self.currency,
            placed_at: None,
            paid_at: Some(self.paid_at),
            customer: Customer { email: self.email, external_id: None, name: None },
            lines: self.lines,
            coupons: self.coupons,
            partner: None,
            placed_by: None,
            service_date: None,
            carried: vec![click],
            visitor: None,
            token_refused: false,
            subscription: None,
            hold_days: None,
            charity: None,
            gross_minor: None,
            as_of: None,
        };
        let event = OrderEvent {
            arrival: 1,
            source: "trial".to_owned(),
            at: self.paid_at,
            body: EventBody::Order(Box::new(snapshot)),
        };
        let order = Order::fold(OrderId(0), ExternalId::parse("TEST")?, &[event]);
        let evidence = Evidence { contact, payments: self.payments, ..Evidence::default() };
        Ok(decide(&order, &evidence, book, &[]))
    }
}

/// Partners who are not there, each under the next, as many as tiers can be paid: for asking what a program pays.
///
/// Their numbers are below 0, where nobody's is. The first is the one to click.
pub fn stand_ins(program: ProgramId) -> Result<Vec<Partner>, NameError> {
    let depth_max = i64::try_from(TIERS_MAX).unwrap_or(i64::MAX);
    (1..=depth_max)
        .map(|tier| {
            Ok(Partner {
                id: PartnerId(-tier),
                code: Code::parse(&format!("tier-{tier}"))?,
                name: String::new(),
                email: String::new(),
                payout_email: String::new(),
                terms: Versions::only(PartnerTerms {
                    program,
                    parent: (tier < depth_max).then_some(PartnerId(-tier - 1)),
                    parent_commission_until: None,
                    rates: Vec::new(),
                    status: PartnerStatus::Active,
                }),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Outcome;
    use crate::id::Sku;
    use crate::program::{ProgramRules, parse_rates};
    use crate::rules::Program;

    fn trial(days: u32) -> Trial {
        let clicked_at = Timestamp::from_unix_seconds(1_800_000_000);
        let line =
            Line { sku: Sku::parse("TOUR").unwrap(), quantity: 1, net_minor: 10_000, refunded_minor: 0, id: None };
        Trial {
            partner: PartnerId(-1),
            clicked_at,
            paid_at: clicked_at.plus_days(days),
            currency: "EUR".parse().unwrap(),
            lines: vec![line],
            coupons: Vec::new(),
            email: None,
            payments: Payments::default(),
        }
    }

    fn book(rules: ProgramRules) -> Rulebook {
        let id = ProgramId(7);
        let program = Program {
            id,
            code: Code::parse("main").unwrap(),
            name: "Main".to_owned(),
            currency: "EUR".parse().unwrap(),
            rules: Versions::only(rules),
        };
        Rulebook::new(vec![program], stand_ins(id).unwrap(), vec![], vec![], vec![], vec![])
    }

    #[test]
    fn a_trial_earns_what_the_tiers_say_as_far_as_they_go() {
        let rules = ProgramRules { tiers: parse_rates("10;3;1").unwrap(), hold_days: 30, ..ProgramRules::standard() };
        let decision = trial(1).judge(Vec::new(), &book(rules)).unwrap();
        assert_eq!(decision.outcome, Outcome::Credited);
        let earned: Vec<_> = decision.transfers.iter().map(|row| (row.tier, row.amount_minor)).collect();
        assert_eq!(earned, [(1, 1_000), (2, 300), (3, 100)]);
        assert!(decision.transfers.iter().all(|row| row.payable_from == trial(31).paid_at));
    }

    #[test]
    fn a_trial_beyond_the_window_earns_nothing_and_says_so() {
        let rules = ProgramRules { window_days: 30, tiers: parse_rates("10").unwrap(), ..ProgramRules::standard() };
        let decision = trial(31).judge(Vec::new(), &book(rules)).unwrap();
        assert_eq!((decision.outcome, decision.transfers.len()), (Outcome::Unattributed, 0));
        assert!(crate::trace::lines(&decision.steps).iter().any(|line| line.contains("outside 30 days")));
    }
}
