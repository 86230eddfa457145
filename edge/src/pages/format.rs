//! Money, numbers and dates as people of a language write them: the only place that prints them on pages.

use tributary_shared::money::{Currency, Money};
use tributary_shared::time::Timestamp;
use tributary_shared::zone::{Offsets, Zone};

use super::texts::Language;

/// A space that does not break, between groups of digits and before a currency.
const NARROW: char = '\u{a0}';

impl Language {
    const fn marks(self) -> (char, char) {
        match self {
            Self::English => (',', '.'),
            Self::Russian => (NARROW, ','),
        }
    }
}

/// Digits in groups of three.
fn grouped(digits: &str, mark: char) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(mark);
        }
        grouped.push(digit);
    }
    grouped
}

/// A count.
pub(crate) fn count(language: Language, count: i64) -> String {
    let sign = if count < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(&count.unsigned_abs().to_string(), language.marks().0))
}

/// A percentage, from how it is stored: `2.5 %`, `2,5 %`.
pub(crate) fn percent(language: Language, text: &str) -> String {
    let mut digits = [0; 4];
    format!("{} %", text.replace('.', language.marks().1.encode_utf8(&mut digits)))
}

/// An amount with its currency: `1,234.50 EUR`, `1 234,50 EUR`.
pub(crate) fn money(language: Language, minor: i64, currency: Currency) -> String {
    let (group, point) = language.marks();
    // More than can be counted is said as it is: nothing is made up.
    let Ok(money) = Money::from_minor(minor, currency) else {
        return format!("{minor} / {}", currency.code());
    };
    let amount = money.amount();
    let (sign, digits) = amount.strip_prefix('-').map_or(("", amount.as_str()), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let fraction = fraction.map_or(String::new(), |part| format!("{point}{part}"));
    format!("{sign}{}{fraction}{NARROW}{}", grouped(whole, group), currency.code())
}

impl Language {
    /// A month by its number, as in `11`; cut to three letters it is short in English.
    fn month(self, number: &str) -> Option<&'static str> {
        let names = match self {
            Self::English => "January February March April May June July August September October November December",
            Self::Russian => "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
        };
        names.split(' ').nth(number.parse::<usize>().ok()?.checked_sub(1)?)
    }
}

/// A month that is given as `2026-11`: `November 2026`, `ноябрь 2026 г.`.
pub(crate) fn month(language: Language, iso: &str) -> String {
    match iso.split_once('-').and_then(|(year, month)| Some((year, language.month(month)?))) {
        Some((year, name)) => match language {
            Language::English => format!("{name} {year}"),
            Language::Russian => format!("{name} {year}{NARROW}г."),
        },
        None => iso.to_owned(),
    }
}

/// A day of the merchant's zone: `25 Nov 2026`, `25.11.2026`.
pub(crate) fn date(language: Language, zone: Zone<Offsets>, at: Timestamp) -> String {
    // `2026-11-25 14:03`
    let shown = zone.shown(at);
    day(language, shown.get(..10).unwrap_or_default())
}

/// A day that is given as `2026-11-25`.
pub(crate) fn day(language: Language, iso: &str) -> String {
    let mut parts = iso.split('-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return iso.to_owned();
    };
    match language {
        Language::Russian => format!("{day}.{month}.{year}"),
        Language::English => {
            let name = language.month(month).and_then(|name| name.get(..3));
            format!("{} {} {year}", day.trim_start_matches('0'), name.unwrap_or(month))
        }
    }
}

/// A day and minute of the merchant's zone.
pub(crate) fn time(language: Language, zone: Zone<Offsets>, at: Timestamp) -> String {
    let shown = zone.shown(at);
    format!("{}, {}", date(language, zone, at), shown.get(11..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_the_language_writes_them() {
        let cases = [
            (0, "EUR", "0.00\u{a0}EUR", "0,00\u{a0}EUR"),
            (-123_456_789, "EUR", "−1,234,567.89\u{a0}EUR", "−1\u{a0}234\u{a0}567,89\u{a0}EUR"),
            (1_234, "JPY", "1,234\u{a0}JPY", "1\u{a0}234\u{a0}JPY"),
            (5, "BHD", "0.005\u{a0}BHD", "0,005\u{a0}BHD"),
        ];
        for (minor, currency, english, russian) in cases {
            let currency = currency.parse().unwrap();
            assert_eq!(money(Language::English, minor, currency), english);
            assert_eq!(money(Language::Russian, minor, currency), russian);
        }
    }

    #[test]
    fn days_are_those_of_the_merchant() {
        let at = Timestamp::parse("2026-11-04T23:30:00Z").unwrap();
        let zone = Zone::listed(Offsets::kept(Zone::parse("Europe/Moscow").unwrap().offsets()));
        assert_eq!(date(Language::English, Zone::UTC_LISTED, at), "4 Nov 2026");
        assert_eq!(time(Language::Russian, zone, at), "05.11.2026, 02:30");
        assert_eq!(count(Language::English, 1_234_567), "1,234,567");
        let both = [Language::English, Language::Russian].map(|language| percent(language, "2.5"));
        assert_eq!(both, ["2.5 %", "2,5 %"]);
        assert_eq!(day(Language::English, "2026-05-09"), "9 May 2026");
    }

    #[test]
    fn months_are_named() {
        for (iso, english, russian) in [
            ("2026-01", "January 2026", "январь 2026\u{a0}г."),
            ("2026-12", "December 2026", "декабрь 2026\u{a0}г."),
            ("2026-13", "2026-13", "2026-13"),
            ("2026-00", "2026-00", "2026-00"),
            ("", "", ""),
        ] {
            assert_eq!(month(Language::English, iso), english);
            assert_eq!(month(Language::Russian, iso), russian);
        }
    }
}
