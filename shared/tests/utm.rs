//! UTM parsing over the 283 cases whose oracle is Node's `URLSearchParams`.

use std::collections::BTreeMap;

use serde::Deserialize;
use tributary_shared::utm::{self, Utm, VALUE_CHARS_MAX};

#[derive(Deserialize)]
struct Case {
    name: String,
    query: String,
    /// The first value of each `utm_*` key as it is parsed, before any cleaning.
    first: BTreeMap<String, String>,
    /// Every pair of the query as it is parsed.
    all: Vec<(String, String)>,
}

fn cases() -> Vec<Case> {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("cases/utm_parse_cases.json")).expect("the case file is JSON of this form");
    assert_eq!(cases.len(), 283);
    cases
}

/// What is stored of a parsed value, said a second time and in other words than the code's.
fn stored(raw: &str) -> String {
    let mut kept = raw.replace(|c| matches!(c, '\0'..='\x1f' | '\x7f'..='\u{9f}'), "");
    if let Some((end, _)) = kept.char_indices().nth(256) {
        kept.truncate(end);
    }
    kept
}

fn fields(utm: Utm) -> BTreeMap<String, String> {
    let Utm { source, medium, campaign, term, content, id } = utm;
    [
        ("utm_source", source),
        ("utm_medium", medium),
        ("utm_campaign", campaign),
        ("utm_term", term),
        ("utm_content", content),
        ("utm_id", id),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key.to_owned(), value?)))
    .collect()
}

#[test]
fn every_case_gives_the_first_value_of_each_key() {
    for Case { name, query, first, .. } in cases() {
        let expected: BTreeMap<_, _> = first.into_iter().map(|(key, raw)| (key, stored(&raw))).collect();
        assert_eq!(fields(Utm::parse(&query)), expected, "{name}: {query:?}");
    }
}

#[test]
fn any_key_is_read_as_the_utm_keys_are() {
    for Case { name, query, all, .. } in cases() {
        for (key, _) in &all {
            let raw = all.iter().find(|(other, _)| other == key).map(|(_, raw)| raw);
            assert_eq!(utm::first(&query, key), raw.map(|raw| stored(raw)), "{name}: {key:?}");
        }
        assert_eq!(utm::first(&query, "no such key"), None, "{name}");
    }
}

#[test]
fn a_stored_value_is_short_and_has_no_control_characters() {
    for Case { name, query, .. } in cases() {
        for (key, value) in fields(Utm::parse(&query)) {
            assert!(value.chars().count() <= VALUE_CHARS_MAX, "{name}: {key}");
            assert!(!value.chars().any(char::is_control), "{name}: {key}");
        }
    }
}

#[test]
fn cleaning_leaves_all_other_values_as_they_are() {
    let is_changed = |case: &Case| case.first.values().any(|raw| stored(raw) != *raw);
    let changed: Vec<String> = cases().into_iter().filter(is_changed).map(|case| case.name).collect();
    // Control characters in five, 5,000 characters in one.
    assert_eq!(changed, ["nul", "tab", "very long", "blns 94", "blns 506", "blns 508"]);
}

#[test]
fn a_value_is_cut_between_characters_and_after_cleaning() {
    let crabs = "🦀".repeat(300);
    let query = format!("utm_term=%00%0d%0a{crabs}");
    assert_eq!(Utm::parse(&query).term, Some("🦀".repeat(VALUE_CHARS_MAX)));
}

#[test]
fn an_empty_first_value_wins_over_a_later_one() {
    let utm = Utm::parse("utm_source=&utm_source=b");
    assert_eq!(utm.source.as_deref(), Some(""));
    assert!(!utm.is_empty());
}

#[test]
fn a_query_without_the_keys_is_empty() {
    for query in ["", "?", "&&", "a=b", "UTM_SOURCE=a", "utm_source[]=a", "xutm_source=a"] {
        assert!(Utm::parse(query).is_empty(), "{query:?}");
    }
}

#[test]
fn stored_json_has_only_what_was_there() {
    let utm = Utm::parse("?utm_source=news&utm_id=7");
    let json = serde_json::to_string(&utm).expect("strings are JSON");
    assert_eq!(json, r#"{"source":"news","id":"7"}"#);
    assert_eq!(serde_json::from_str::<Utm>(&json).expect("our own JSON"), utm);
}
