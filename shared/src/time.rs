//! Instants, in whole seconds.

use chrono::{DateTime, Months, NaiveDate, SecondsFormat};
use serde::{Deserialize, Serialize};

/// Seconds in a day: windows and holds are counted in these, not in calendar days.
pub const DAY_SECONDS: i64 = 86_400;

/// An instant: whole seconds since 1970-01-01T00:00:00Z.
///
/// Seconds, because the systems that report orders report seconds: a click and its order in the same second are in order.
/// Ties are settled by ids, which are ordered by time (UUID version 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// Why a text is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a time: want RFC 3339 with an offset, as in 2026-11-03T10:02:11Z")]
pub struct TimestampError {
    text: String,
}

impl Timestamp {
    /// The beginning: the first version of a set of rules is valid from here.
    pub const FIRST: Self = Self(0);
    /// The latest instant that prints with four digits of year: 9999-12-31T23:59:59Z.
    pub const LAST: Self = Self(253_402_300_799);

    /// The instant so many seconds after 1970 began.
    #[must_use]
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970 began.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Parses RFC 3339; a bare date is its first second in UTC. Fractions of a second are cut off.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let refused = || TimestampError { text: text.chars().take(64).collect() };
        let text = text.trim();
        let seconds = if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            instant.timestamp()
        } else {
            let date = day(text).ok_or_else(refused)?;
            date.and_hms_opt(0, 0, 0).ok_or_else(refused)?.and_utc().timestamp()
        };
        if (Self::FIRST.0..=Self::LAST.0).contains(&seconds) { Ok(Self(seconds)) } else { Err(refused()) }
    }

    /// The instant `days` times 86,400 seconds later, at most [`Timestamp::LAST`].
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        self.plus_seconds(i64::from(days) * DAY_SECONDS)
    }

    /// The instant so many seconds later (or earlier), kept between the first and the last.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds).clamp(Self::FIRST.0, Self::LAST.0))
    }

    /// The same time of day so many months later (UTC); the last day of a shorter month, at most [`Timestamp::LAST`].
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let later =
            DateTime::from_timestamp(self.0, 0).and_then(|instant| instant.checked_add_months(Months::new(months)));
        Self(later.map_or(Self::LAST.0, |instant| instant.timestamp()).min(Self::LAST.0))
    }

    /// Seconds from `earlier` to `self`; negative when `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The UTC date, as in `2026-08-01`.
    #[must_use]
    pub fn date(self) -> String {
        self.to_string().chars().take(10).collect()
    }
}

/// Reads a day, written in the one way: `2026-11-03`.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
    };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match DateTime::from_timestamp(self.0, 0) {
            Some(instant) => f.write_str(&instant.to_rfc3339_opts(SecondsFormat::Secs, true)),
            None => write!(f, "@{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_printed_as_it_was_read() {
        let instant = Timestamp::parse("2026-11-03T10:02:11Z").unwrap();
        assert_eq!(instant.to_string(), "2026-11-03T10:02:11Z");
        assert_eq!(instant.date(), "2026-11-03");
    }

    #[test]
    fn a_month_after_the_31st_is_the_last_day_of_a_shorter_one() {
        let instant = Timestamp::parse("2026-01-31T10:00:00Z").unwrap();
        assert_eq!(instant.plus_months(1).to_string(), "2026-02-28T10:00:00Z");
        assert_eq!(instant.plus_months(12).to_string(), "2027-01-31T10:00:00Z");
        assert_eq!(Timestamp::LAST.plus_months(1), Timestamp::LAST);
    }

    #[test]
    fn offsets_fractions_and_bare_dates_are_understood() {
        let cases = [
            ("2026-11-03T12:02:11.999+02:00", "2026-11-03T10:02:11Z"),
            ("2026-11-03", "2026-11-03T00:00:00Z"),
            (" 1997-01-01T05:36:22Z ", "1997-01-01T05:36:22Z"),
        ];
        for (text, printed) in cases {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), printed, "{text}");
        }
    }

    #[test]
    fn a_time_without_offset_or_sense_is_refused() {
        for text in ["", "yesterday", "2026-11-03T10:02:11", "2026-13-01", "1969-12-31T23:59:59Z", "03.11.2026"] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }
}
