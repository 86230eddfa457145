//! Builders for the tests: a rulebook, an order and a touch in one line each.
//!
//! Unless a test says otherwise: an order INV-1042 over one TOUR-7 at 250.00 EUR, paid at [`PAID_AT`]; partners in program 1;
//! everything valid for ever. A partner's code is his number.

#![allow(dead_code, unused_imports, reason = "every test file uses another part of this")]

mod book;
mod case;
mod dice;
mod ledger;

use tributary_shared::contact::{BoundBy, ContactTouch};
use tributary_shared::id::{PartnerId, ProgramId, TouchId};
use tributary_shared::money::{Currency, Money};
use tributary_shared::partner::{PartnerStatus, PartnerTerms};
use tributary_shared::program::{ProgramRules, Rate, TierRates};
use tributary_shared::time::{DAY_SECONDS, Timestamp};
use tributary_shared::touch::{Touch, TouchKind};
use uuid::Uuid;

pub(crate) use book::*;
pub(crate) use case::*;
pub(crate) use dice::*;
pub(crate) use ledger::*;

/// When orders are paid: 2026-11-03T10:02:11Z.
pub(crate) const PAID_AT: Timestamp = Timestamp::from_unix_seconds(1_793_700_131);

/// An instant.
pub(crate) fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("the test gives a time")
}

/// So many seconds before orders are paid.
pub(crate) fn seconds_before(seconds: i64) -> Timestamp {
    PAID_AT.plus_seconds(-seconds)
}

/// So many days before orders are paid.
pub(crate) fn days_before(days: i64) -> Timestamp {
    seconds_before(days * DAY_SECONDS)
}

/// A currency.
pub(crate) fn currency(code: &str) -> Currency {
    code.parse().expect("the test gives a currency")
}

/// Minor units as major units.
pub(crate) fn euros(minor: i64) -> String {
    Money::from_minor(minor, currency("EUR")).expect("the test gives an amount in range").amount()
}

/// `10` percent, `+250` minor units a unit, `10+250` both.
pub(crate) fn rate(text: &str) -> Rate {
    let (percent, flat) = text.split_once('+').map_or((text, None), |(percent, flat)| (percent, Some(flat)));
    Rate {
        percent: (!percent.is_empty()).then(|| percent.parse().expect("the test gives a percentage")),
        flat_minor: flat.map(|flat| flat.parse().expect("the test gives minor units")),
    }
}

/// Rates of tiers 1, 2, …: `10;3+250;;1`. An empty place is no rate.
pub(crate) fn rates(text: &str) -> TierRates {
    text.split(';').map(|place| (!place.is_empty()).then(|| rate(place))).collect()
}

/// Standard rules with these tiers.
pub(crate) fn rules(tiers: &str) -> ProgramRules {
    ProgramRules { tiers: rates(tiers), ..ProgramRules::standard() }
}

/// Terms of an active partner of program 1 without a parent.
pub(crate) fn terms() -> PartnerTerms {
    PartnerTerms {
        program: ProgramId(1),
        parent: None,
        parent_commission_until: None,
        rates: Vec::new(),
        status: PartnerStatus::Active,
    }
}

/// Terms of a partner under another.
pub(crate) fn under(parent: i64) -> PartnerTerms {
    PartnerTerms { parent: Some(PartnerId(parent)), ..terms() }
}

/// Terms of a partner of another program.
pub(crate) fn of_program(program: i64) -> PartnerTerms {
    PartnerTerms { program: ProgramId(program), ..terms() }
}

/// A click on a link of a partner. Its id is made of its time and its partner.
pub(crate) fn click(partner: i64, at: Timestamp) -> Touch {
    let number = u128::try_from(at.unix_seconds() << 16 | partner).expect("the test's times are after 1970");
    let id = TouchId(Uuid::from_u128(number));
    Touch { id, kind: TouchKind::Click, partner: PartnerId(partner), link: None, at }
}

/// A visit with a partner's code in the address.
pub(crate) fn visit(partner: i64, at: Timestamp) -> Touch {
    Touch { kind: TouchKind::Visit, ..click(partner, at) }
}

/// What ties the contact to a partner.
pub(crate) fn tie(by: BoundBy, partner: i64, at: Timestamp) -> ContactTouch {
    ContactTouch { partner: PartnerId(partner), by, at, touched_at: None }
}

/// An opt-in on the spot.
pub(crate) fn opt_in(partner: i64, at: Timestamp) -> ContactTouch {
    tie(BoundBy::OptIn, partner, at)
}
