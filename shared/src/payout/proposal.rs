//! Proposals: how much of a balance is to be paid out now, or why nothing.

use crate::partner::PartnerStatus;

/// A balance in one currency, and what decides whether it is paid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// What may be paid out.
    pub payable_minor: i64,
    /// The least that the program pays out in this currency; 0 for charities and other currencies.
    pub minimum_minor: i64,
    /// Whether the receiver said where to, by the method that is asked for.
    pub has_requisites: bool,
    /// Whether there is an open proposal already.
    pub is_prepared: bool,
    /// Whether the receiver may earn.
    pub status: PartnerStatus,
}

/// Why nothing is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotProposed {
    /// Nothing may be paid out.
    #[error("nothing is payable")]
    NothingPayable,
    /// More was paid or taken back than earned: later earnings make up for it.
    #[error("the balance is negative and is carried")]
    Negative,
    /// Less than the program pays out: it waits for more.
    #[error("below the program's minimum")]
    BelowMinimum,
    /// It is not known where to.
    #[error("no requisites for this method")]
    NoRequisites,
    /// There is a proposal already.
    #[error("prepared already")]
    Prepared,
    /// The partner is blocked or not approved: somebody has to name him.
    #[error("the partner is {}", .0.as_str())]
    NotActive(PartnerStatus),
}

/// Proposes what is payable. For a receiver whom the merchant names himself, minimum and status do not matter.
pub fn propose(candidate: &Candidate, is_named: bool) -> Result<i64, NotProposed> {
    if candidate.is_prepared {
        return Err(NotProposed::Prepared);
    }
    if candidate.payable_minor < 0 {
        return Err(NotProposed::Negative);
    }
    if candidate.payable_minor == 0 {
        return Err(NotProposed::NothingPayable);
    }
    if !is_named && candidate.payable_minor < candidate.minimum_minor {
        return Err(NotProposed::BelowMinimum);
    }
    if !is_named && candidate.status != PartnerStatus::Active {
        return Err(NotProposed::NotActive(candidate.status));
    }
    if !candidate.has_requisites {
        return Err(NotProposed::NoRequisites);
    }
    Ok(candidate.payable_minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUE: Candidate = Candidate {
        payable_minor: 5_000,
        minimum_minor: 5_000,
        has_requisites: true,
        is_prepared: false,
        status: PartnerStatus::Active,
    };

    #[test]
    fn what_is_payable_is_proposed_from_the_minimum_on() {
        assert_eq!(propose(&DUE, false), Ok(5_000));
        let below = Candidate { payable_minor: 4_999, ..DUE };
        assert_eq!(propose(&below, false), Err(NotProposed::BelowMinimum));
        assert_eq!(propose(&below, true), Ok(4_999));
    }

    #[test]
    fn what_cannot_be_paid_says_why() {
        let blocked = PartnerStatus::Blocked;
        let cases = [
            (Candidate { payable_minor: 0, ..DUE }, NotProposed::NothingPayable),
            (Candidate { payable_minor: -1, ..DUE }, NotProposed::Negative),
            (Candidate { has_requisites: false, ..DUE }, NotProposed::NoRequisites),
            (Candidate { is_prepared: true, ..DUE }, NotProposed::Prepared),
            (Candidate { status: blocked, ..DUE }, NotProposed::NotActive(blocked)),
        ];
        for (candidate, why) in cases {
            assert_eq!(propose(&candidate, false), Err(why));
        }
        assert_eq!(propose(&Candidate { status: blocked, ..DUE }, true), Ok(5_000));
    }
}
