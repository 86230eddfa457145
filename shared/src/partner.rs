//! Partners and who stands above them.

use serde::{Deserialize, Serialize};

use crate::id::{Code, PartnerId, ProgramId};
use crate::program::TierRates;
use crate::rules::Versions;
use crate::time::Timestamp;

/// The deepest an upline may be: a bound on work, well above the ten tiers that can be paid.
pub const UPLINE_DEPTH_MAX: usize = 64;

/// Whether a partner may earn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartnerStatus {
    /// He earns.
    #[default]
    Active,
    /// He is not approved yet and earns nothing.
    Pending,
    /// He is blocked and earns nothing.
    Blocked,
}

impl PartnerStatus {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Blocked => "blocked",
        }
    }
}

/// One version of what holds for a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerTerms {
    /// The one program he belongs to.
    pub program: ProgramId,
    /// Who brought him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PartnerId>,
    /// From this instant on nothing flows to his parent and all above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_commission_until: Option<Timestamp>,
    /// His own rates, the strongest there are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: TierRates,
    /// Whether he may earn.
    #[serde(default)]
    pub status: PartnerStatus,
}

/// A partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// His row.
    pub id: PartnerId,
    /// What the merchant calls him.
    pub code: Code,
    /// His name.
    pub name: String,
    /// His e-mail address, empty if none is known.
    pub email: String,
    /// The e-mail address of his payout account, empty if it has none.
    pub payout_email: String,
    /// His terms, by time.
    pub terms: Versions<PartnerTerms>,
}

/// Why a partner cannot stand under a parent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UplineError {
    /// He would stand above himself.
    #[error("partner {partner} would stand above itself: {path}")]
    Cycle {
        /// The partner's code.
        partner: String,
        /// The way round.
        path: String,
    },
    /// Deeper than [`UPLINE_DEPTH_MAX`].
    #[error("partner {partner} would have more than {UPLINE_DEPTH_MAX} partners above")]
    TooDeep {
        /// The partner's code.
        partner: String,
    },
}

/// Checks that going up from `start` ends, by way of `parent_of`; works for any name of a partner.
pub fn check_upline<'a>(start: &'a str, parent_of: impl Fn(&str) -> Option<&'a str>) -> Result<(), UplineError> {
    let mut path = vec![start];
    let mut current = start;
    while let Some(parent) = parent_of(current) {
        path.push(parent);
        if path[..path.len() - 1].contains(&parent) {
            return Err(UplineError::Cycle { partner: start.to_owned(), path: path.join(" → ") });
        }
        if path.len() > UPLINE_DEPTH_MAX + 1 {
            return Err(UplineError::TooDeep { partner: start.to_owned() });
        }
        current = parent;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn check(start: &'static str, parents: &[(&'static str, &'static str)]) -> Result<(), String> {
        let parents: HashMap<&str, &'static str> = parents.iter().copied().collect();
        check_upline(start, |partner| parents.get(partner).copied()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_cycle_is_refused_with_its_way_round() {
        let parents = [("a", "b"), ("b", "c"), ("c", "a")];
        assert_eq!(check("a", &parents).unwrap_err(), "partner a would stand above itself: a → b → c → a");
        assert_eq!(check("d", &[("d", "d")]).unwrap_err(), "partner d would stand above itself: d → d");
    }

    #[test]
    fn an_upline_has_a_bound() {
        let names: Vec<String> = (0..=UPLINE_DEPTH_MAX + 1).map(|number| number.to_string()).collect();
        let parent_of = |partner: &str| names.get(partner.parse::<usize>().unwrap() + 1).map(String::as_str);
        assert_eq!(check_upline("1", parent_of), Ok(()));
        assert_eq!(check_upline("0", parent_of), Err(UplineError::TooDeep { partner: "0".to_owned() }));
    }
}
