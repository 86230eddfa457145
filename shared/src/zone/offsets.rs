//! A zone as the list of its offsets: what pages need of it, without the database of all zones.

use chrono::{FixedOffset, LocalResult, NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::Zone;
use crate::sorted::sort_by;
use crate::time::DAY_SECONDS;

/// Offsets are listed from here: the first instant that anything can be of.
const LISTED_FROM: i64 = 0;

/// Offsets are listed until here: 2070-01-01.
const LISTED_UNTIL: i64 = 3_155_760_000;

/// Offsets are looked at so often: no zone changes its clocks twice in between.
const LOOKED_AT_SECONDS: i64 = DAY_SECONDS / 4;

/// A zone's offsets: from an instant on, so many seconds east of Greenwich.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offsets(&'static [(i64, i32)]);

impl Offsets {
    /// Universal time.
    pub const UTC: Self = Self(&[]);

    /// Offsets by the instants from which on they hold, the first first. They are kept for as long as the program runs.
    #[must_use]
    pub fn kept(mut listed: Vec<(i64, i32)>) -> Self {
        sort_by(&mut listed, Ord::cmp);
        Self(Vec::leak(listed))
    }

    fn at(self, utc_seconds: i64) -> FixedOffset {
        let after = self.0.partition_point(|(from, _)| *from <= utc_seconds);
        let seconds = self.0.get(after.saturating_sub(1)).map_or(0, |(_, seconds)| *seconds);
        FixedOffset::east_opt(seconds).unwrap_or_else(|| chrono::Utc.fix())
    }
}

impl Zone {
    /// The offsets of a zone, as [`Offsets::kept`] takes them.
    #[must_use]
    pub fn offsets(self) -> Vec<(i64, i32)> {
        let at = |seconds: i64| offset_of(self.0, seconds);
        let mut listed = vec![(LISTED_FROM, at(LISTED_FROM))];
        let mut before = LISTED_FROM;
        while before < LISTED_UNTIL {
            let after = before + LOOKED_AT_SECONDS;
            if at(before) != at(after) {
                // The first second of the new offset lies between: halved until it is found.
                let (mut low, mut high) = (before, after);
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    if at(middle) == at(before) { low = middle } else { high = middle }
                }
                listed.push((high, at(after)));
            }
            before = after;
        }
        listed
    }
}

fn offset_of(zone: Tz, seconds: i64) -> i32 {
    let utc = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default().naive_utc();
    zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}

/// An offset, and the list that it is of.
#[derive(Debug, Clone, Copy)]
pub struct OffsetOf {
    fixed: FixedOffset,
    all: Offsets,
}

impl Offset for OffsetOf {
    fn fix(&self) -> FixedOffset {
        self.fixed
    }
}

impl TimeZone for Offsets {
    type Offset = OffsetOf;

    fn from_offset(offset: &OffsetOf) -> Self {
        offset.all
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> LocalResult<OffsetOf> {
        self.offset_from_local_datetime(&local.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> LocalResult<OffsetOf> {
        let wall = local.and_utc().timestamp();
        // The offsets of the days around: one of them, or both, are those that the wall can have shown this with.
        let shown = |fixed: FixedOffset| self.at(wall - i64::from(fixed.local_minus_utc())) == fixed;
        let (before, after) = (self.at(wall - DAY_SECONDS), self.at(wall + DAY_SECONDS));
        let of = |fixed| OffsetOf { fixed, all: *self };
        match (shown(before), shown(after)) {
            (true, true) if before == after => LocalResult::Single(of(before)),
            (true, true) => LocalResult::Ambiguous(of(before), of(after)),
            (true, false) => LocalResult::Single(of(before)),
            (false, true) => LocalResult::Single(of(after)),
            (false, false) => LocalResult::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> OffsetOf {
        self.offset_from_utc_datetime(&utc.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> OffsetOf {
        OffsetOf { fixed: self.at(utc.and_utc().timestamp()), all: *self }
    }
}

impl Zone<Offsets> {
    /// Universal time.
    pub const UTC_LISTED: Self = Self(Offsets::UTC);

    /// The zone of a list of offsets.
    #[must_use]
    pub const fn listed(offsets: Offsets) -> Self {
        Self(offsets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn a_list_of_offsets_tells_what_the_zone_tells() {
        for name in [
            "UTC",
            "Europe/Rome",
            "America/St_Johns",
            "Pacific/Apia",
            "America/Sao_Paulo",
            "Asia/Kathmandu",
            "Africa/Casablanca",
            "Australia/Lord_Howe",
            "Europe/Moscow",
        ] {
            let zone = Zone::parse(name).unwrap();
            let listed = Zone::listed(Offsets::kept(zone.offsets()));
            let mut instant = Timestamp::parse("2009-12-31T00:00:00Z").unwrap();
            let end = Timestamp::parse("2040-01-01T00:00:00Z").unwrap();
            while instant < end {
                assert_eq!(listed.shown(instant), zone.shown(instant), "{name} {instant}");
                let date = zone.date_of(instant);
                assert_eq!((listed.date_of(instant), listed.day(date)), (date, zone.day(date)), "{name} {instant}");
                instant = instant.plus_seconds(7 * 3_600 + 613);
            }
        }
        assert_eq!(Zone::UTC_LISTED.shown(Timestamp::FIRST), "1970-01-01 00:00");
    }
}
