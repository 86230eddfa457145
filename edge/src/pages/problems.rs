//! What code says in English, in the language of whoever reads it: the English text is the key.
//!
//! `edge/locales/problems.ru.txt` has a line for each text, with `{}` for what differs; `tests/problems.rs` finds those
//! that are missing.

use std::cell::OnceCell;

use super::texts::Language;

/// An English text, and how it is said.
type Line = (&'static str, &'static str);

thread_local! {
    /// Read when a page first says what is wrong.
    static RUSSIAN: OnceCell<Vec<Line>> = const { OnceCell::new() };
}

fn lines() -> Vec<Line> {
    let text = include_str!("../../locales/problems.ru.txt");
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = ")).collect()
}

/// A text of the code's in a language; as it is, if nobody has said how.
pub(crate) fn in_language(language: Language, text: &str) -> String {
    match language {
        Language::English => text.to_owned(),
        Language::Russian => RUSSIAN.with(|kept| said(kept.get_or_init(lines), text)),
    }
}

fn said(lines: &[Line], text: &str) -> String {
    // The line that says the most of the text itself: `order {} is not known` before `{} is not known`.
    let mut best = (0, "", Vec::new());
    for (english, russian) in lines {
        if let Some(caught) = caught(english, text) {
            let own = english.len() - "{}".len() * caught.len();
            if own > best.0 {
                best = (own, *russian, caught);
            }
        }
    }
    if best.0 > 0 {
        return filled(lines, best.1, &best.2);
    }
    // `lines[0].net: …`: the field is called so in files and in the API.
    match text.split_once(": ") {
        Some((field, rest)) if is_field(field) => [field, &said(lines, rest)].join(": "),
        _ => text.to_owned(),
    }
}

fn is_field(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'[' | b']'))
}

/// What stands in the places of a pattern, if the text is of it.
fn caught<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut pieces = pieces.peekable();
    let mut caught = Vec::new();
    while let Some(piece) = pieces.next() {
        let (value, after) = match pieces.peek() {
            Some(_) => rest.split_once(piece)?,
            // The last piece ends the text, whatever the value before it holds.
            None => (rest.strip_suffix(piece)?, ""),
        };
        caught.push(value);
        rest = after;
    }
    rest.is_empty().then_some(caught)
}

/// `{1}` and the like, replaced by what was caught.
fn filled(lines: &[Line], russian: &str, caught: &[&str]) -> String {
    let mut text = String::new();
    for (index, part) in russian.split('{').enumerate() {
        let Some((name, rest)) = part.split_once('}').filter(|_| index > 0) else {
            text.push_str(if index > 0 { "{" } else { "" });
            text.push_str(part);
            continue;
        };
        let number = name.trim_start_matches('~').parse::<usize>().unwrap_or(0);
        let value = caught.get(number.wrapping_sub(1)).copied().unwrap_or_default();
        if name.starts_with('~') {
            text.push_str(&said(lines, value));
        } else {
            text.push_str(value);
        }
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &[Line] = &[
        ("{} is empty", "{~1} пуст"),
        ("code", "код"),
        ("{} is not known", "{1} не найден"),
        ("order {} is not known", "заказ {1} не найден"),
        ("is missing", "не указано"),
        ("`{}` is not a country", "`{1}` — не страна"),
        ("`{}` has more than {} digits, {} has no more", "{3}: в `{1}` больше {2} цифр"),
        ("there is no macro {{}}", "макроса {{1}} нет"),
        ("hold", "удержать"),
    ];

    #[test]
    fn texts_are_found_by_their_patterns_and_what_differs_is_kept() {
        for (english, russian) in [
            ("is missing", "не указано"),
            ("iban: is missing", "iban: не указано"),
            (
                "lines[0].net: `1.005` has more than 2 digits, EUR has no more",
                "lines[0].net: EUR: в `1.005` больше 2 цифр",
            ),
            // The line that says more.
            ("order A-1 is not known", "заказ A-1 не найден"),
            ("A-1 is not known", "A-1 не найден"),
            ("partner: house is not known", "partner: house не найден"),
            // A problem in a problem, where the line says so.
            ("parent_code: code is empty", "parent_code: код пуст"),
            ("there is no macro {x}", "макроса {x} нет"),
        ] {
            assert_eq!(said(LINES, english), russian);
        }
    }

    #[test]
    fn values_are_never_read_as_texts() {
        for (english, russian) in [
            ("`is missing` is not a country", "`is missing` — не страна"),
            ("`` is not a country` is not a country", "`` is not a country` — не страна"),
            ("`{1}` is not a country", "`{1}` — не страна"),
            ("order code is not known", "заказ code не найден"),
            ("`Россия` is not a country", "`Россия` — не страна"),
        ] {
            assert_eq!(said(LINES, english), russian);
        }
    }

    #[test]
    fn what_nobody_has_said_stays_as_it_is() {
        for text in
            ["", "is missing!", "holds", "The tracker answered: is missing", "уже по-русски", "net: what is this"]
        {
            assert_eq!(said(LINES, text), text);
        }
        assert_eq!(in_language(Language::English, "is missing"), "is missing");
    }

    #[test]
    fn every_line_of_the_file_can_be_said() {
        let lines = lines();
        assert!(lines.len() > 150, "{} are too few", lines.len());
        for (english, russian) in &lines {
            let places = english.matches("{}").count();
            let values: Vec<String> = (1..=places).map(|number| number.to_string()).collect();
            let mut text = (*english).to_owned();
            for value in &values {
                text = text.replacen("{}", value, 1);
            }
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            assert_eq!(said(&lines, &text), filled(&lines, russian, &values), "{english}");
            for number in 1..=9 {
                let is_used = russian.contains(&format!("{{{number}}}")) || russian.contains(&format!("{{~{number}}}"));
                assert_eq!(is_used, number <= places, "{english}: place {number}");
            }
        }
    }
}
