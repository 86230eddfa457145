//! Time zones: which local day and month an instant belongs to. The merchant's zone decides what a night and a statement are.

mod offsets;

use chrono::{DateTime, Datelike, Duration, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::{Timestamp, day};

pub use offsets::Offsets;

/// A time zone of the IANA database, as in `Europe/Berlin`; or, where that database is not, the list of its [`Offsets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone<T = Tz>(T);

/// Why a text is not a time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a time zone: want a name of the IANA database, as in Europe/Berlin")]
pub struct ZoneError {
    text: String,
}

/// Why a text is not a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a month: want a year and a month, as in 2026-11")]
pub struct MonthError {
    text: String,
}

/// A span of time: its first instant, and the first after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first instant inside.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
}

impl Span {
    /// Whether an instant is inside.
    #[must_use]
    pub fn contains(self, instant: Timestamp) -> bool {
        self.from <= instant && instant < self.to
    }
}

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Result<Self, MonthError> {
        let refused = || MonthError { text: text.chars().take(32).collect() };
        let text = text.trim();
        if text.len() != 7 {
            return Err(refused());
        }
        let first = day(&format!("{text}-01")).ok_or_else(refused)?;
        if !(1970..9999).contains(&first.year()) {
            return Err(refused());
        }
        Ok(Self { year: first.year(), month: first.month() })
    }

    /// The month after it.
    #[must_use]
    pub const fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { year: self.year, month: month + 1 },
        }
    }

    fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl Zone {
    /// Universal time: a merchant's zone until he names another.
    pub const UTC: Self = Self(Tz::UTC);

    /// Takes a name of the IANA database.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        text.trim().parse().map(Self).map_err(|_| ZoneError { text: text.chars().take(64).collect() })
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

impl<T: TimeZone + Copy> Zone<T> {
    /// The span of a local day: 23 or 25 hours where the clocks change, none at all where a zone skipped the day.
    #[must_use]
    pub fn day(self, date: NaiveDate) -> Span {
        Span { from: self.begins(date), to: self.begins(date.succ_opt().unwrap_or(date)) }
    }

    /// The span of a local month.
    #[must_use]
    pub fn month(self, month: Month) -> Span {
        Span { from: self.begins(month.first_day()), to: self.begins(month.next().first_day()) }
    }

    /// The one local day that an instant belongs to.
    #[must_use]
    pub fn date_of(self, instant: Timestamp) -> NaiveDate {
        let date = self.local(instant).date();
        // Where clocks went back over midnight the wall shows one date twice: the day began the first time.
        let next = date.succ_opt().unwrap_or(date);
        if instant >= self.begins(next) { next } else { date }
    }

    /// The local month that an instant belongs to.
    #[must_use]
    pub fn month_of(self, instant: Timestamp) -> Month {
        let date = self.date_of(instant);
        Month { year: date.year(), month: date.month() }
    }

    /// The first instant of the next day of the month so called (1 to 28), after the day that an instant belongs to.
    #[must_use]
    pub fn next_day_of_month(self, instant: Timestamp, day: u8) -> (NaiveDate, Timestamp) {
        let today = self.date_of(instant);
        let month = Month { year: today.year(), month: today.month() };
        let of = |month: Month| month.first_day() + Duration::days(i64::from(day.clamp(1, 28)) - 1);
        let date = if of(month) > today { of(month) } else { of(month.next()) };
        (date, self.begins(date))
    }

    /// An instant as the wall shows it, as in `2026-11-03 11:02`.
    #[must_use]
    pub fn shown(self, instant: Timestamp) -> String {
        let wall = self.local(instant);
        format!("{} {:02}:{:02}", wall.date(), wall.hour(), wall.minute())
    }

    /// Reads RFC 3339; a bare date is its first second here.
    pub fn parse_time(self, text: &str) -> Result<Timestamp, crate::time::TimestampError> {
        match day(text.trim()) {
            Some(date) => Timestamp::parse(&self.begins(date).to_string()),
            None => Timestamp::parse(text),
        }
    }

    fn local(self, instant: Timestamp) -> NaiveDateTime {
        let utc = DateTime::from_timestamp(instant.unix_seconds(), 0).unwrap_or_default().naive_utc();
        self.0.from_utc_datetime(&utc).naive_local()
    }

    /// The first instant of a local day.
    fn begins(self, date: NaiveDate) -> Timestamp {
        let mut wall = date.and_time(chrono::NaiveTime::MIN);
        // No gap is longer than a day and a bit: quarters of an hour, which all offsets of today are made of, come to
        // the end of it; then seconds back to its very end.
        for _ in 0..=4 * 26 {
            match self.0.from_local_datetime(&wall) {
                LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => {
                    let found = Timestamp::from_unix_seconds(instant.timestamp());
                    return if wall.date() == date && wall.time() == chrono::NaiveTime::MIN {
                        found
                    } else {
                        self.end_of_gap(found, date)
                    };
                }
                LocalResult::None => wall += Duration::minutes(15),
            }
        }
        Timestamp::from_unix_seconds(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp())
    }

    /// The first instant at or before `found` whose wall clock has come to `date`; a quarter of an hour is looked through.
    fn end_of_gap(self, found: Timestamp, date: NaiveDate) -> Timestamp {
        let reached = |seconds: i64| self.local(found.plus_seconds(-seconds)).date() >= date;
        (0..=900).take_while(|seconds| reached(*seconds)).last().map_or(found, |seconds| found.plus_seconds(-seconds))
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    fn day(name: &str, date: &str) -> (String, i64) {
        let span = zone(name).day(date.parse().unwrap());
        (span.from.to_string(), span.to.seconds_since(span.from))
    }

    #[test]
    fn a_day_has_the_hours_that_its_clocks_gave_it() {
        let cases = [
            ("UTC", "2026-12-31", "2026-12-31T00:00:00Z", 86_400),
            ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 90_000),
            ("Europe/London", "2026-03-29", "2026-03-29T00:00:00Z", 82_800),
            ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z", 88_200),
            // The clocks went from 23:59:59 to 01:00: the day began at one.
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 82_800),
            // Samoa went over the date line and left this day out.
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0),
            // At 00:01 the clocks went back over midnight.
            ("America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z", 90_000),
        ];
        for (name, date, from, seconds) in cases {
            assert_eq!(day(name, date), (from.to_owned(), seconds), "{name} {date}");
        }
    }

    #[test]
    fn every_instant_belongs_to_exactly_the_day_that_contains_it() {
        for name in ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu"]
        {
            let zone = zone(name);
            let mut instant = Timestamp::parse("2010-10-31T00:00:00Z").unwrap();
            let end = instant.plus_days(900);
            while instant < end {
                let date = zone.date_of(instant);
                assert!(zone.day(date).contains(instant), "{name} {instant} is not in {date}");
                let (before, after) = (date.pred_opt().unwrap(), date.succ_opt().unwrap());
                assert!(!zone.day(before).contains(instant) && !zone.day(after).contains(instant), "{name} {instant}");
                instant = instant.plus_seconds(613);
            }
        }
    }

    #[test]
    fn months_and_days_fit_together() {
        let berlin = zone("Europe/Berlin");
        let november = Month::parse("2026-11").unwrap();
        let span = berlin.month(november);
        assert_eq!(
            (span.from.to_string(), span.to.to_string()),
            ("2026-10-31T23:00:00Z".into(), "2026-11-30T23:00:00Z".into())
        );
        assert_eq!(berlin.month_of(span.from), november);
        assert_eq!(berlin.month_of(span.to), november.next());
        assert_eq!(Month::parse("2026-12").unwrap().next().to_string(), "2027-01");
        let next = |text: &str, day| berlin.next_day_of_month(Timestamp::parse(text).unwrap(), day).0.to_string();
        assert_eq!(next("2026-11-14T22:59:59Z", 15), "2026-11-15");
        assert_eq!(next("2026-11-14T23:00:00Z", 15), "2026-12-15");
        assert_eq!(next("2026-12-28T12:00:00Z", 28), "2027-01-28");
        assert_eq!(berlin.shown(span.from), "2026-11-01 00:00");
        assert_eq!(berlin.parse_time("2026-11-01").unwrap(), span.from);
        assert_eq!(berlin.parse_time("2026-11-01T00:00:00Z").unwrap().to_string(), "2026-11-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_zone_or_month_is_refused() {
        for text in ["", "Berlin", "Europe/Nowhere", "UTC+1"] {
            assert!(Zone::parse(text).is_err(), "{text}");
        }
        for text in ["", "2026", "2026-13", "2026-1", "11-2026", "2026-11-01", "1969-12"] {
            assert!(Month::parse(text).is_err(), "{text}");
        }
    }
}
