//! What code says in English and pages show: each text has a line in `edge/locales/problems.ru.txt`, and each line is of a
//! text that is said.

use std::collections::{BTreeMap, BTreeSet};

use tributary_tests::root;

use super::{files, read};

/// Files of `shared/src` whose texts pages show: every text with a blank in it, but those of [`UNSHOWN`].
const SHOWN: &[&str] = &[
    "contact",
    "csv",
    "hook",
    "hook/address",
    "hook/outgoing",
    "hook/outgoing/template",
    "hook/paddle",
    "hook/shopify",
    "hook/shopify/dispute",
    "hook/shopify/refund",
    "hook/stripe",
    "hook/stripe/invoice",
    "hook/stripe/session",
    "hook/woocommerce",
    "id",
    "import",
    "import/orders",
    "import/partners",
    "import/products",
    "import/refunds",
    "import/table",
    "link",
    "money",
    "money/currency",
    "order/intake",
    "partner",
    "payout/account",
    "payout/bic",
    "payout/country",
    "payout/files/file",
    "payout/iban",
    "payout/intake",
    "program",
    "program/rates",
    "time",
];

/// Those whose errors come to no page: they are of configurations, the API, signatures and the command line, or pages have
/// words of their own for them.
const UNSEEN: &[&str] = &[
    "account",
    "api/scope",
    "brand",
    "hook/affiliate_attribution",
    "hook/postback",
    "hook/signature",
    "hook/standard_webhooks",
    "mail",
    "payout/proposal",
    "signing",
    "trace/packed",
    "zone",
];

/// Texts of these files that come to no page.
const UNSHOWN: &[&str] = &[
    // Of the command line.
    "line {}: {}",
    "columns that mean nothing here: {}",
    "{} good, {} new or changed, {} bad",
    // Of the API alone, and of hooks, which are answered.
    "`{}` is not a link code: want up to {} letters, digits, `-` and `_`",
    "want opened, lost or won",
    "give an amount or lines, not both",
    "times the quantity is too much",
    "is missing: want a time",
    // Of sums, which no form has.
    "{} and {} cannot be added",
    "the sum is beyond {} minor units",
    // Pages have their own words for it.
    "tiers and charity add up to {} percent of a sale, more than 100",
    "recurring payments",
    "recurring months",
    // Of ways to be paid that no form of a partner's page has.
    "want bank, paypal, wise, emoney or cash",
    "want person or company",
    "is not used by {}; leave it empty",
    // Of whole files of payouts: pages name them themselves, and leave out those that cannot be made.
    "`{}` cannot name payouts: want up to {} letters, digits and hyphens, as in 2026-11-30",
    "the receiver is paid by {}, these files are for {}",
    "a bank's file needs the payer: name and IBAN",
    "the payments in {} cannot be added up",
];

/// What looks like a word of the history and is a field.
const FIELDS: &[&str] = &["charity.code", "customer.email", "customer.name"];

/// The texts in quotes of a source, without its tests and comments.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("\n#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                chars.by_ref().find(|c| *c == '\n');
            }
            // A character, and not a lifetime.
            '\'' => {
                let mut ahead = chars.clone();
                let is_escaped = ahead.next() == Some('\\');
                let length = if is_escaped { ahead.position(|c| c == '\'').map(|at| at + 2) } else { Some(2) };
                if is_escaped || ahead.next() == Some('\'') {
                    chars.by_ref().nth(length.unwrap() - 1);
                }
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    match (c, if c == '\\' { chars.next() } else { None }) {
                        // Goes on in the next line.
                        (_, Some('\n')) => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                        (_, Some(escaped)) => text.push(escaped),
                        (c, None) => text.push(c),
                    }
                }
                found.push(text);
            }
            _ => {}
        }
    }
    found
}

/// A text as a line of the file has it: `{}` for whatever differs, and without the field before it.
fn pattern(text: &str) -> String {
    let mut pattern = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        pattern.push(c);
        match c {
            '{' | '}' if chars.next_if_eq(&c).is_some() => {}
            '{' => {
                chars.by_ref().find(|c| *c == '}');
                pattern.push('}');
            }
            _ => {}
        }
    }
    let is_field = |field: &str| {
        field == "{}" || field.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.[]".contains(c))
    };
    match pattern.split_once(": ") {
        Some((field, rest)) if is_field(field) => rest.to_owned(),
        _ => pattern,
    }
}

/// Whether a text is words: something in small letters, and a blank.
fn is_words(pattern: &str) -> bool {
    pattern.contains(' ') && pattern.chars().any(|c| c.is_ascii_lowercase())
}

/// Whether it is a word of the history, as in `partner.changed`.
fn is_deed(text: &str) -> bool {
    let is_plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let is_file = ["html", "csv", "css", "js", "svg", "xml"].iter().any(|end| text.ends_with(&format!(".{end}")));
    !is_file && !FIELDS.contains(&text) && text.split_once('.').is_some_and(|(of, done)| is_plain(of) && is_plain(done))
}

/// All that pages show, with the file that says it.
fn said() -> BTreeMap<String, String> {
    let mut said = BTreeMap::new();
    for file in SHOWN {
        let path = format!("shared/src/{file}.rs");
        for text in literals(&read(&path)) {
            let pattern = pattern(&text);
            // Names of things are put into other texts, also those of one word.
            let is_name = *file == "id" && text.starts_with(|c: char| c.is_ascii_lowercase());
            if (is_words(&pattern) || is_name) && !UNSHOWN.contains(&pattern.as_str()) {
                said.insert(pattern, path.clone());
            }
        }
    }
    // What somebody decided about an order.
    let path = "edge/src/http/site/admin/orders.rs";
    let orders = read(path);
    let words = orders.split_once("fn word_of(").and_then(|(_, rest)| rest.split_once("\n}")).unwrap().0;
    said.extend(literals(words).iter().map(|text| (pattern(text), path.to_owned())));
    // What was done, wherever a line of the history is written.
    let mut sources = files("edge/src/http", "rs");
    sources.extend(files("batch/src", "rs"));
    sources.retain(|file| {
        let is_of_batch = file.to_string_lossy().contains("batch/src");
        !is_of_batch || std::fs::read_to_string(file).unwrap().contains("audit_insert.sql")
    });
    for file in sources {
        let deeds = literals(&std::fs::read_to_string(&file).unwrap()).into_iter().filter(|text| is_deed(text));
        said.extend(deeds.map(|deed| (deed, file.display().to_string())));
    }
    for file in files("edge/src/store/sql", "sql").into_iter().chain(files("batch/src/store/sql", "sql")) {
        let text = std::fs::read_to_string(&file).unwrap();
        if text.contains("INSERT INTO audit") {
            let deeds = text.split('\'').filter(|text| is_deed(text));
            said.extend(deeds.map(|deed| (deed.to_owned(), file.display().to_string())));
        }
    }
    said
}

#[test]
fn whatever_pages_show_of_the_codes_words_is_said_in_russian_and_nothing_else_is() {
    let text = read("edge/locales/problems.ru.txt");
    let mut known = BTreeSet::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (english, russian) = line.split_once(" = ").unwrap_or_else(|| panic!("no line: {line}"));
        assert!(known.insert(english.to_owned()), "said twice: {english}");
        assert!(russian.chars().any(|c| ('а'..='я').contains(&c)), "not in Russian: {line}");
    }
    let said = said();
    let missing: Vec<_> = said.iter().filter(|(text, _)| !known.contains(*text)).collect();
    assert!(missing.is_empty(), "problems.ru.txt has no line for {missing:#?}");
    let extra: Vec<_> = known.iter().filter(|text| !said.contains_key(*text)).collect();
    assert!(extra.is_empty(), "nobody says {extra:#?}");
}

#[test]
fn what_comes_to_no_page_is_still_said_somewhere() {
    let texts: BTreeSet<String> = SHOWN
        .iter()
        .flat_map(|file| literals(&read(&format!("shared/src/{file}.rs"))))
        .map(|text| pattern(&text))
        .collect();
    let gone: Vec<_> = UNSHOWN.iter().filter(|text| !texts.contains(**text)).collect();
    assert!(gone.is_empty(), "nobody says {gone:#?}");
}

#[test]
fn of_every_file_with_errors_it_is_known_whether_pages_show_them() {
    let folder = root().join("shared/src");
    for file in files("shared/src", "rs") {
        let name = file.strip_prefix(&folder).unwrap().with_extension("").display().to_string();
        let is_known = SHOWN.contains(&name.as_str()) != UNSEEN.contains(&name.as_str());
        let has_errors = std::fs::read_to_string(&file).unwrap().contains("#[error(");
        let has_reasons = name.starts_with("import/") && name != "import/guess";
        assert!(is_known || !has_errors && !has_reasons, "{name}: do pages show what it refuses?");
    }
}

#[test]
fn pages_show_no_error_past_the_words_of_their_language() {
    // Those of the Worker are logged; the others are looked up where they are shown.
    let ways = ["RustError(", "bad(", "Bad(", ".contains("];
    let mut looked_up = 0;
    for file in files("edge/src/http/site", "rs") {
        for line in std::fs::read_to_string(&file).unwrap().lines().filter(|line| line.contains("error.to_string()")) {
            assert!(ways.iter().any(|way| line.contains(way)), "{}: ask visit.problem: {line}", file.display());
            looked_up += 1;
        }
    }
    assert!(looked_up > 10, "the look finds what is there");
}

#[test]
fn texts_are_found_as_they_stand_in_a_source() {
    let source = "// \"no\"\nfn f<'a>(c: char) { g('\"', '\\'', \"one \\\"two\\\"\", \"a \\\n    b\") }\n#[cfg(test)]\nmod t { \"no\" }";
    assert_eq!(literals(source), ["one \"two\"", "a b"]);
    for (text, wanted) in [
        ("net: `{text}` is {}", "`{}` is {}"),
        ("{field}: {problem}", "{}"),
        ("there is no macro {{{name}}}", "there is no macro {{}}"),
        ("a test: nobody paid", "a test: nobody paid"),
        ("must be from 0 to {HOLD_DAYS_MAX}", "must be from 0 to {}"),
    ] {
        assert_eq!(pattern(text), wanted);
    }
    assert!(is_deed("partner.key_made") && !is_deed("concierge.html") && !is_deed("a.b.c"));
}
