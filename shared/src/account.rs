//! Accounts: who may log in, what he may do, and for how long he stays logged in.

use serde::{Deserialize, Serialize};

use crate::time::{DAY_SECONDS, Timestamp};

/// The shortest password, in characters (OWASP ASVS 5.0, 6.2.1).
pub const PASSWORD_CHARACTERS_MIN: usize = 8;

/// The longest: what is longer costs time and protects nobody.
pub const PASSWORD_CHARACTERS_MAX: usize = 128;

/// Tries with a wrong password within [`FAILURES_SECONDS`] after which nobody is let in under that name.
pub const FAILURES_MAX: u32 = 5;

/// How long a failed try counts.
pub const FAILURES_SECONDS: i64 = 15 * 60;

/// How long a link that was asked for logs in.
pub const LINK_SECONDS: i64 = 3_600;

/// How long the first link of a new account logs in: it is read when its receiver reads his mail.
pub const WELCOME_LINK_SECONDS: i64 = 7 * DAY_SECONDS;

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Owner,
    /// Everything but people and their roles.
    Manager,
    /// Places orders for customers, on behalf of partners.
    Agent,
    /// Looks at everything, changes nothing.
    Reader,
    /// A partner's own cabinet.
    Partner,
}

/// What is asked of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// To look at the merchant's pages.
    SeeAdmin,
    /// To change what is on them.
    ChangeAdmin,
    /// To say who may log in, and as what.
    ManagePeople,
    /// To place orders for customers.
    PlaceOrders,
    /// A partner's own pages.
    Cabinet,
}

impl Role {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Manager, Self::Agent, Self::Reader, Self::Partner];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Agent => "agent",
            Self::Reader => "reader",
            Self::Partner => "partner",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether it has a right.
    #[must_use]
    pub const fn may(self, right: Right) -> bool {
        match right {
            Right::SeeAdmin => matches!(self, Self::Owner | Self::Manager | Self::Reader),
            Right::ChangeAdmin => matches!(self, Self::Owner | Self::Manager),
            Right::ManagePeople => matches!(self, Self::Owner),
            Right::PlaceOrders => matches!(self, Self::Owner | Self::Manager | Self::Agent | Self::Partner),
            Right::Cabinet => matches!(self, Self::Partner),
        }
    }

    /// For how many seconds without a request he stays logged in, and for how many at all.
    ///
    /// Half an hour and half a day for whoever moves the merchant's money (ASVS 7.3); a partner reads his figures on his
    /// phone, a month long.
    const fn session_seconds(self) -> (i64, i64) {
        match self {
            Self::Owner | Self::Manager | Self::Agent | Self::Reader => (30 * 60, 12 * 3_600),
            Self::Partner => (7 * DAY_SECONDS, 30 * DAY_SECONDS),
        }
    }

    /// Whether a session of this role is over.
    #[must_use]
    pub fn is_over(self, created_at: Timestamp, seen_at: Timestamp, now: Timestamp) -> bool {
        let (idle, absolute) = self.session_seconds();
        now > seen_at.plus_seconds(idle) || now > created_at.plus_seconds(absolute)
    }
}

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Shorter than [`PASSWORD_CHARACTERS_MIN`].
    #[error("at least {PASSWORD_CHARACTERS_MIN} characters")]
    Short,
    /// Longer than [`PASSWORD_CHARACTERS_MAX`].
    #[error("at most {PASSWORD_CHARACTERS_MAX} characters")]
    Long,
    /// It is his own name, or one character again and again.
    #[error("too easy to guess")]
    Guessable,
}

/// Checks a new password of somebody who logs in under some names. No rules of letters and digits: length protects.
pub fn check_password(password: &str, names: &[&str]) -> Result<(), PasswordError> {
    let characters = password.chars().count();
    if characters < PASSWORD_CHARACTERS_MIN {
        return Err(PasswordError::Short);
    }
    if characters > PASSWORD_CHARACTERS_MAX {
        return Err(PasswordError::Long);
    }
    let lower = password.to_lowercase();
    let is_name = names.iter().any(|name| !name.is_empty() && name.to_lowercase() == lower);
    let first = password.chars().next();
    if is_name || password.chars().all(|character| Some(character) == first) || COMMON.contains(&lower.as_str()) {
        return Err(PasswordError::Guessable);
    }
    Ok(())
}

/// What is tried first by whoever guesses, of those that are long enough.
const COMMON: [&str; 12] = [
    "password",
    "password1",
    "12345678",
    "123456789",
    "1234567890",
    "qwertyuiop",
    "qwerty123",
    "iloveyou",
    "11111111",
    "sunshine",
    "letmein1",
    "changeme",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_its_rights_and_no_others() {
        let rights = [Right::SeeAdmin, Right::ChangeAdmin, Right::ManagePeople, Right::PlaceOrders, Right::Cabinet];
        let table = Role::ALL.map(|role| (role.as_str(), rights.map(|right| role.may(right))));
        assert_eq!(
            table,
            [
                ("owner", [true, true, true, true, false]),
                ("manager", [true, true, false, true, false]),
                ("agent", [false, false, false, true, false]),
                ("reader", [true, false, false, false, false]),
                ("partner", [false, false, false, true, true]),
            ]
        );
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
    }

    #[test]
    fn a_session_ends_by_idleness_and_by_age() {
        let start = Timestamp::from_unix_seconds(1_000_000);
        let half_hour = start.plus_seconds(30 * 60);
        assert!(!Role::Owner.is_over(start, start, half_hour));
        assert!(Role::Owner.is_over(start, start, half_hour.plus_seconds(1)));
        let half_day = start.plus_seconds(12 * 3_600);
        assert!(!Role::Owner.is_over(start, half_day, half_day));
        assert!(Role::Owner.is_over(start, half_day, half_day.plus_seconds(1)));
        assert!(!Role::Partner.is_over(start, half_day, half_day.plus_seconds(1)));
    }

    #[test]
    fn passwords_that_are_guessed_first_are_refused() {
        let check = |password: &str| check_password(password, &["Ann@Example.test", "ANN-OF-THE-HILL"]);
        assert_eq!(check("short-7"), Err(PasswordError::Short));
        assert_eq!(check("пароль-8"), Ok(()));
        assert_eq!(check(&"x".repeat(129)), Err(PasswordError::Long));
        for guessable in ["aaaaaaaaaa", "Password1", "ann@example.test", "ann-of-the-hill"] {
            assert_eq!(check(guessable), Err(PasswordError::Guessable), "{guessable}");
        }
        assert_eq!(check("correct horse battery"), Ok(()));
    }
}
