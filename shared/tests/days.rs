//! Local days over a table of cases: zones whose days have 0, 22 to 25 and odd hours.

use serde::Deserialize;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::Zone;

#[derive(Deserialize)]
struct DayCase {
    zone: String,
    local_date: String,
    start_utc: String,
    end_utc: String,
    seconds: i64,
}

#[test]
fn a_local_day_begins_and_ends_when_its_clocks_say_so() {
    let cases: Vec<DayCase> =
        serde_json::from_str(include_str!("cases/local_day_bounds.json")).expect("the case file is JSON of this form");
    assert_eq!(cases.len(), 24, "the table is not whole");
    for case in cases {
        let zone = Zone::parse(&case.zone).expect("the table names zones");
        let span = zone.day(case.local_date.parse().expect("the table has dates"));
        let bounds =
            [&case.start_utc, &case.end_utc].map(|text| Timestamp::parse(text).expect("the table has instants"));
        assert_eq!([span.from, span.to], bounds, "{} {}", case.zone, case.local_date);
        assert_eq!(span.to.seconds_since(span.from), case.seconds, "{} {}", case.zone, case.local_date);
    }
}
