//! What pages say, in the languages they speak: Fluent files under `edge/locales`, and nothing else.

use std::cell::OnceCell;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::{LanguageIdentifier, langid};

mod shortened;

/// A language that pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Russian,
}

impl Language {
    /// All there are.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Russian];

    /// Its code, as in `lang` and in the database.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
        }
    }

    /// What it calls itself.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Russian => "Русский",
        }
    }

    /// Reads a code.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The first language of an `Accept-Language` header that is spoken here; English, if none is.
    ///
    /// Browsers list by preference: their `q` falls from left to right.
    pub(crate) fn accepted(header: &str) -> Self {
        header
            .split(',')
            .filter_map(|range| range.split([';', '-']).next())
            .find_map(|code| Self::parse(code.trim().to_ascii_lowercase().as_str()))
            .unwrap_or(Self::English)
    }

    fn source(self) -> String {
        match self {
            Self::English => shortened::english(),
            Self::Russian => shortened::russian(),
        }
    }

    const fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en"),
            Self::Russian => langid!("ru"),
        }
    }
}

thread_local! {
    /// Read when a page first speaks the language, once per isolate: a redirect never reads any.
    static BUNDLES: [OnceCell<FluentBundle<FluentResource>>; Language::ALL.len()] = const { [const { OnceCell::new() }; 2] };
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![language.identifier()]);
    // The marks that keep scripts of two directions apart: both languages here go from left to right.
    bundle.set_use_isolating(false);
    // A file that does not parse whole, or says a thing twice, fails the tests below.
    let resource = match FluentResource::try_new(language.source()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

/// What is said under a key; the key itself, if nothing is, which the tests find.
pub(crate) fn say(language: Language, key: &str, arguments: &[(&str, FluentValue<'_>)]) -> String {
    BUNDLES.with(|bundles| {
        let bundle = bundles[language as usize].get_or_init(|| bundle(language));
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut given = FluentArgs::new();
        for (name, value) in arguments {
            given.set(*name, value.clone());
        }
        bundle.format_pattern(pattern, Some(&given), &mut Vec::new()).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;

    use fluent_bundle::FluentResource;

    use super::*;

    /// Keys of a language's file with the variables that each names.
    fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let resource = FluentResource::try_new(language.source())
            .unwrap_or_else(|(_, errors)| panic!("{}.ftl: {errors:?}", language.code()));
        drop(resource);
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in language.source().lines() {
            if let Some((key, _)) =
                line.split_once(" =").filter(|(key, _)| key.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                assert!(
                    keys.insert(key.to_owned(), BTreeSet::new()).is_none(),
                    "{}.ftl says {key} twice",
                    language.code()
                );
                current = key.to_owned();
            }
            for name in line.split('$').skip(1) {
                let name: String = name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if let Some(names) = keys.get_mut(&current) {
                    names.insert(name);
                }
            }
        }
        keys
    }

    /// Keys that templates and code ask for: in quotes, after one of the ways to ask.
    fn asked() -> BTreeSet<String> {
        let mut asked = BTreeSet::new();
        let mut folders = vec![
            Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"),
            Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        ];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap_or_default();
                for way in [
                    ".t(\"",
                    ".t1(\"",
                    ".t_count(\"",
                    "Key(\"",
                    "say(visit.language, \"",
                    "say(language, \"",
                    "say(self.language, \"",
                ] {
                    for rest in text.split(way).skip(1) {
                        asked.insert(rest.split('"').next().unwrap_or_default().to_owned());
                    }
                }
            }
        }
        asked
    }

    #[test]
    fn every_language_says_the_same_things() {
        let english = keys(Language::English);
        assert_eq!(english, keys(Language::Russian));
        assert!(english.len() > 100, "{} are too few: was the file moved?", english.len());
    }

    #[test]
    fn what_is_asked_for_is_said_and_what_is_said_is_asked_for() {
        let said: BTreeSet<String> = keys(Language::English).into_keys().collect();
        let asked = asked();
        let missing: Vec<_> = asked.difference(&said).collect();
        assert!(missing.is_empty(), "nothing is said under {missing:?}");
        // Keys that are put together: a word of the domain after one of these.
        let made = [
            "role-",
            "status-",
            "outcome-",
            "kind-",
            "state-",
            "evidence-",
            "method-",
            "nav-",
            "problem-",
            "look-",
            "becomes-",
            "letter-",
            "accrual-",
            "report-",
            "bound-",
            "material-",
            "import-",
        ];
        let extra: Vec<_> =
            said.difference(&asked).filter(|key| !made.iter().any(|start| key.starts_with(start))).collect();
        assert!(extra.is_empty(), "nobody asks for {extra:?}");
    }

    #[test]
    fn the_first_language_of_the_browser_that_is_spoken_here_is_taken() {
        for (header, language) in [
            ("", Language::English),
            ("ru", Language::Russian),
            ("ru-RU,ru;q=0.9,en;q=0.8", Language::Russian),
            ("de-DE,de;q=0.9,ru;q=0.5,en;q=0.3", Language::Russian),
            ("en-GB,ru;q=0.1", Language::English),
            ("xx;;;,,", Language::English),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
