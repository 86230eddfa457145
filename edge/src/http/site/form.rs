//! A form as it was filled in: what stands in its fields, what is wrong with it, and the same again as it is shown.

use tributary_shared::money::{Currency, Money, Percent};
use tributary_shared::time::Timestamp;
use tributary_shared::zone::{Offsets, Zone};

use crate::pages::frame::Key;
use crate::pages::problems::in_language;
use crate::pages::sheet::{Control, Field};
use crate::pages::texts::{Language, say};

/// Fields by name.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    language: Language,
    values: Vec<(String, String)>,
    problems: Vec<(String, String)>,
}

impl Filled {
    /// A form that nobody has filled in.
    pub(super) const fn new(language: Language) -> Self {
        Self { language, values: Vec::new(), problems: Vec::new() }
    }

    /// One that was sent.
    pub(super) fn sent(language: Language, values: &[(String, String)]) -> Self {
        let values = values.iter().map(|(name, value)| (name.clone(), value.trim().to_owned())).collect();
        Self { language, values, problems: Vec::new() }
    }

    /// The language that it speaks.
    pub(super) const fn language(&self) -> Language {
        self.language
    }

    /// Fills a field in.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.push((name.to_owned(), value.into()));
    }

    /// Empties a field, as one that holds a password.
    pub(super) fn clear(&mut self, name: &str) {
        self.values.retain(|(field, _)| field != name);
    }

    /// What stands in a field; empty, if nothing does.
    pub(super) fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// Says what is wrong with a field, in the form's language; what was said first stays.
    pub(super) fn bad(&mut self, name: &str, problem: impl Into<String>) {
        self.problems.push((name.to_owned(), in_language(self.language, &problem.into())));
    }

    /// The same, in words that every language has.
    pub(super) fn bad_key(&mut self, name: &str, problem: Key) {
        self.bad(name, say(self.language, problem.0, &[]));
    }

    /// Whether nothing is wrong.
    pub(super) fn is_good(&self) -> bool {
        self.problems.is_empty()
    }

    /// A whole number between two others; nothing, if nothing was said.
    pub(super) fn whole(&mut self, name: &str, least: u32, most: u32) -> Option<u32> {
        let text = self.get(name);
        if text.is_empty() {
            return None;
        }
        match text.parse::<u32>() {
            Ok(number) if (least..=most).contains(&number) => Some(number),
            _ => {
                let range = [("least", i64::from(least).into()), ("most", i64::from(most).into())];
                self.bad(name, say(self.language, "problem-range", &range));
                None
            }
        }
    }

    /// A percentage; nothing, if nothing was said.
    pub(super) fn percent(&mut self, name: &str) -> Option<Percent> {
        let text = self.get(name).replace(',', ".");
        if text.is_empty() {
            return None;
        }
        let percent = text.parse().ok();
        if percent.is_none() {
            self.bad_key(name, Key("problem-percent"));
        }
        percent
    }

    /// An amount in minor units, not below 0; nothing, if nothing was said.
    pub(super) fn amount(&mut self, name: &str, currency: Currency) -> Option<i64> {
        let text = self.get(name).replace(',', ".");
        if text.is_empty() {
            return None;
        }
        let minor = Money::parse(&text, currency).map(Money::minor).ok().filter(|minor| *minor >= 0);
        if minor.is_none() {
            self.bad(name, say(self.language, "problem-amount", &[("currency", currency.code().into())]));
        }
        minor
    }

    /// A day of the merchant's, by its first second, or an instant; nothing, if nothing was said.
    pub(super) fn time(&mut self, name: &str, zone: Zone<Offsets>) -> Option<Timestamp> {
        let text = self.get(name).to_owned();
        if text.is_empty() {
            return None;
        }
        let at = zone.parse_time(&text).ok();
        if at.is_none() {
            self.bad_key(name, Key("problem-day"));
        }
        at
    }

    /// A name that somebody else keeps; nothing, if nothing was said.
    pub(super) fn parsed<T, E: std::fmt::Display>(&mut self, name: &str, parse: fn(&str) -> Result<T, E>) -> Option<T> {
        let text = self.get(name);
        if text.is_empty() {
            return None;
        }
        match parse(text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.bad(name, error.to_string());
                None
            }
        }
    }

    /// A text of so many characters at most, without controls but line breaks.
    pub(super) fn text(&mut self, name: &str, length_max: usize) -> String {
        let text = self.get(name).replace("\r\n", "\n");
        if text.chars().count() > length_max || text.contains(|c: char| c.is_control() && c != '\n') {
            let most = i64::try_from(length_max).unwrap_or(i64::MAX);
            self.bad(name, say(self.language, "problem-text", &[("most", most.into())]));
        }
        text
    }

    /// A field as it is shown.
    pub(super) fn field(&self, name: &str, label: Key, control: Control) -> Field {
        self.named(name, say(self.language, label.0, &[]), control)
    }

    /// The same with something to be known about it.
    pub(super) fn hinted(&self, name: &str, label: Key, control: Control, hint: Key) -> Field {
        Field { hint: say(self.language, hint.0, &[]), ..self.field(name, label, control) }
    }

    /// The same by a label that is said already.
    pub(super) fn named(&self, name: &str, label: String, control: Control) -> Field {
        let problem = self.problems.iter().find(|(field, _)| field == name);
        Field {
            name: name.to_owned(),
            label,
            hint: String::new(),
            value: self.get(name).to_owned(),
            problem: problem.map_or(String::new(), |(_, problem)| problem.clone()),
            control,
        }
    }

    /// Choices, each a value and the key of what it is called.
    pub(super) fn choice(&self, options: &[(&str, Key)]) -> Control {
        let option = |(value, key): &(&str, Key)| ((*value).to_owned(), say(self.language, key.0, &[]));
        Control::Choice(options.iter().map(option).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(name: &str, value: &str) -> Filled {
        Filled::sent(Language::English, &[(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn what_cannot_be_read_is_said_beside_its_field_and_stays_in_it() {
        let eur: Currency = "EUR".parse().unwrap();
        for bad in ["-1", "3651", "x", "1.5", "99999999999"] {
            let mut form = filled("days", bad);
            assert_eq!(form.whole("days", 0, 3_650), None, "{bad}");
            let field = form.field("days", Key("program-hold"), Control::Input("number"));
            assert_eq!((field.value.as_str(), field.problem.is_empty()), (bad, false));
        }
        for bad in ["101", "-1", "ten"] {
            let mut form = filled("percent", bad);
            assert_eq!((form.percent("percent"), form.is_good()), (None, false), "{bad}");
        }
        for bad in ["-0.01", "1.001", "1e3", "many"] {
            let mut form = filled("amount", bad);
            assert_eq!((form.amount("amount", eur), form.is_good()), (None, false), "{bad}");
        }
        let mut form = filled("percent", " 7,5 ");
        assert_eq!(form.percent("percent"), Some(Percent::from_basis_points(750)));
        assert_eq!((form.amount("nothing", eur), form.is_good()), (None, true));
    }
}
