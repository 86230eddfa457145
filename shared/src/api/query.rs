//! The query of a request: what it may hold, each once. A misspelt filter would answer with everybody's data.

use crate::money::MINOR_MAX;
use crate::order::intake::IntakeError;
use crate::time::Timestamp;

use super::resource::{Key, Parameter, Resource};

/// Rows of a page, if nothing is said.
pub const LIMIT_DEFAULT: usize = 50;

/// The most rows of a page.
pub const LIMIT_MAX: usize = 100;

/// Days that figures are of, if nothing is said.
pub const PERIOD_DAYS: i64 = 30;

/// The longest text of a parameter, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 255;

/// What a list was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Where the page begins; at the beginning, if there is none.
    pub cursor: Option<String>,
    /// Rows of the page.
    pub limit: usize,
    /// Whose.
    pub partner: Option<String>,
    /// From this instant on, for what has a period.
    pub from: Timestamp,
    /// And before this one.
    pub to: Timestamp,
}

fn refused(field: &str, problem: impl Into<String>) -> IntakeError {
    IntakeError { field: field.to_owned(), problem: problem.into() }
}

/// Reads what a list is asked for.
pub fn list(resource: Resource, query: &str, now: Timestamp) -> Result<Asked, IntakeError> {
    let given = read(query, |name| resource.parameters().iter().any(|parameter| parameter.as_str() == name))?;
    let get = |parameter: Parameter| {
        given.iter().find(|(name, _)| name == parameter.as_str()).map(|(_, value)| value.as_str())
    };
    let cursor = get(Parameter::Cursor);
    if let (Some(cursor), Key::Number) = (cursor, resource.key())
        && number(cursor).is_none()
    {
        return Err(refused("cursor", "want the `next_cursor` of a page"));
    }
    let limit = match get(Parameter::Limit) {
        Some(text) => number(text)
            .and_then(|limit| usize::try_from(limit).ok())
            .filter(|limit| (1..=LIMIT_MAX).contains(limit))
            .ok_or_else(|| refused("limit", format!("want 1 to {LIMIT_MAX}")))?,
        None => LIMIT_DEFAULT,
    };
    let time = |parameter: Parameter| {
        get(parameter)
            .map(|text| Timestamp::parse(text).map_err(|error| refused(parameter.as_str(), error.to_string())))
            .transpose()
    };
    // What came in this very second is part of it.
    let to = time(Parameter::To)?.unwrap_or_else(|| now.plus_seconds(1));
    let from = time(Parameter::From)?.unwrap_or_else(|| to.plus_seconds(-PERIOD_DAYS * crate::time::DAY_SECONDS));
    if to < from {
        return Err(refused("to", "must not be before `from`"));
    }
    let partner = get(Parameter::Partner).map(str::to_owned);
    Ok(Asked { cursor: cursor.map(str::to_owned), limit, partner, from, to })
}

/// Checks that a query holds nothing: what one thing is asked for needs none.
pub fn nothing(query: &str) -> Result<(), IntakeError> {
    read(query, |_| false).map(|_| ())
}

/// A whole number as the database has them: digits, from 1 on.
#[must_use]
pub fn number(text: &str) -> Option<i64> {
    let is_plain = !text.starts_with('0') && text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_plain && (1..=MINOR_MAX).contains(number))
}

fn read(query: &str, is_known: impl Fn(&str) -> bool) -> Result<Vec<(String, String)>, IntakeError> {
    let mut given: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
        if !is_known(&name) {
            return Err(refused(&shown, "is no parameter of this address"));
        }
        if given.iter().any(|(known, _)| *known == name) {
            return Err(refused(&shown, "is given twice"));
        }
        if value.is_empty() || value.chars().count() > TEXT_CHARACTERS_MAX || value.contains(char::is_control) {
            return Err(refused(&shown, format!("want 1 to {TEXT_CHARACTERS_MAX} printable characters")));
        }
        given.push((name.into_owned(), value.into_owned()));
    }
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(resource: Resource, query: &str) -> Result<Asked, String> {
        list(resource, query, Timestamp::from_unix_seconds(10_000_000)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_has_a_beginning_a_length_and_an_owner() {
        let asked = ask(Resource::Links, "cursor=summer&limit=7&partner=ann").unwrap();
        assert_eq!((asked.cursor.as_deref(), asked.limit, asked.partner.as_deref()), (Some("summer"), 7, Some("ann")));
        let asked = ask(Resource::Stats, "to=1970-02-01T00:00:00Z").unwrap();
        assert_eq!((asked.from.to_string(), asked.limit), ("1970-01-02T00:00:00Z".to_owned(), LIMIT_DEFAULT));
    }

    #[test]
    fn what_is_no_parameter_or_has_no_sense_is_refused_by_name() {
        for (resource, query, problem) in [
            (Resource::Links, "partnr=ann", "partnr: is no parameter of this address"),
            (Resource::Links, "from=2026-01-01", "from: is no parameter of this address"),
            (Resource::Links, "limit=1&limit=1", "limit: is given twice"),
            (Resource::Links, "limit=101", "limit: want 1 to 100"),
            (Resource::Links, "limit=05", "limit: want 1 to 100"),
            (Resource::Links, "cursor=", "cursor: want 1 to 255 printable characters"),
            (Resource::Orders, "cursor=x", "cursor: want the `next_cursor` of a page"),
            (Resource::Orders, "cursor=9007199254740992", "cursor: want the `next_cursor` of a page"),
            (Resource::Stats, "from=2026-01-02&to=2026-01-01", "to: must not be before `from`"),
        ] {
            assert_eq!(ask(resource, query).unwrap_err(), problem);
        }
        assert!(nothing("x=1").is_err() && nothing("").is_ok());
    }
}
