//! Texts in the letters that banks take: `a-z A-Z 0-9 / - ? : ( ) . , ' +` and blanks (EPC, implementation guidelines,
//! "Character Set").
//!
//! Other letters become Latin ones, other signs those that the EPC advises (EPC217-08), and what is left a full stop.
//! Texts are cut only afterwards: one letter may become several.

/// A letter that is not ASCII in those that are; `.` for what has no spelling.
pub type Spelt = fn(char) -> &'static str;

/// Letters of Europe's scripts, each with its spelling: one a line.
const SPELLINGS: &str = include_str!("spellings.txt");

/// Spells what is written in Latin, Greek or Cyrillic letters, as `any_ascii` does; that knows the rest of the world's as
/// well, in ten times the bytes that a Worker has for it.
#[must_use]
pub fn european(c: char) -> &'static str {
    match c {
        // Marks above letters, and what has no width.
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe0f}' => "",
        _ => SPELLINGS.lines().find_map(|line| line.strip_prefix(c)).unwrap_or("."),
    }
}

/// A text of at most so many characters, on one line.
#[must_use]
pub(super) fn text(text: &str, characters_max: usize, spelt: Spelt) -> String {
    let mut latin = String::new();
    for c in text.chars() {
        push(&mut latin, c, spelt);
    }
    let line = latin.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(characters_max).collect();
    cut.trim_end().to_owned()
}

/// An id of at most so many characters: a letter or digit first, no blanks, no `/` at the end and no two in a row.
///
/// What is too long, or nothing, is told apart by the number.
#[must_use]
pub(super) fn id(reference: &str, number: i64, characters_max: usize, spelt: Spelt) -> String {
    let line = text(reference, usize::MAX, spelt).replace(' ', "-");
    let line = line.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let plain = line.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    if plain.is_empty() {
        return number.to_string();
    }
    if plain.chars().count() <= characters_max {
        return plain;
    }
    let tail = format!("-{number}");
    let head: String = plain.chars().take(characters_max.saturating_sub(tail.len())).collect();
    format!("{}{tail}", head.trim_end_matches('/'))
}

fn push(latin: &mut String, c: char, spelt: Spelt) {
    if c.is_whitespace() || c.is_control() {
        latin.push(' ');
    } else if c.is_ascii() {
        latin.push(replaced(c));
    } else {
        match spelt(c) {
            // Emoji are spelt out as `:name:`, which is more than a bank wants to know.
            spelt if spelt.len() > 1 && spelt.starts_with(':') => latin.push('.'),
            letters => latin.extend(letters.chars().map(replaced)),
        }
    }
}

/// An ASCII character as banks take it.
fn replaced(c: char) -> char {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => c,
        '/' | '-' | '?' | ':' | '(' | ')' | '.' | ',' | '\'' | '+' => c,
        '&' => '+',
        '_' | '~' => '-',
        '[' | '{' | '<' => '(',
        ']' | '}' | '>' => ')',
        '\\' | '|' => '/',
        ';' => ',',
        '`' | '"' => '\'',
        _ => '.',
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_script_becomes_latin() {
        let cases = [
            ("Müller & Søn GmbH", "Muller + Son GmbH"),
            ("Straße", "Strasse"),
            ("Łódź Ñandú Çelik", "Lodz Nandu Celik"),
            ("Юрий Щербаков", "Yuriy Shcherbakov"),
            ("Γιώργος", "Giorgos"),
            ("北京", "BeiJing"),
            ("محمد", "mhmd"),
            ("Ann 😀 Lee", "Ann . Lee"),
            ("<b>\"O'Neil\"</b>", "(b)'O'Neil'(/b)"),
            ("a_b;c@d=e[f]{g}|h\\i*", "a-b,c.d.e(f)(g)/h/i."),
            ("two\r\nlines\tand\u{0}more\u{a0}", "two lines and more"),
            ("e\u{301}cole", "ecole"),
            ("\u{200b}", ""),
        ];
        for (given, latin) in cases {
            assert_eq!(text(given, 140, any_ascii::any_ascii_char), latin, "{given}");
        }
    }

    #[test]
    fn letters_of_europe_are_spelt_the_same_with_few_bytes() {
        for line in SPELLINGS.lines() {
            let letter = line.chars().next().unwrap();
            assert_eq!(european(letter), any_ascii::any_ascii_char(letter), "{letter}");
        }
        for given in ["Müller & Søn GmbH", "Łódź Ñandú Çelik", "Юрий Щербаков", "Γιώργος", "e\u{301}cole"]
        {
            assert_eq!(text(given, 140, european), text(given, 140, any_ascii::any_ascii_char));
        }
        assert_eq!(text("北京 Beijing", 140, european), ".. Beijing");
    }

    #[test]
    fn a_text_is_cut_after_it_became_latin() {
        assert_eq!(text("ЩЩЩ", 7, any_ascii::any_ascii_char), "ShchShc");
        assert_eq!(text("ab cd", 3, european), "ab");
    }

    #[test]
    fn an_id_has_no_blanks_and_slashes_only_inside() {
        for (given, plain) in [
            ("payout 17", "payout-17"),
            ("//a//b/", "a/b"),
            ("///", "9"),
            ("", "9"),
            ("=+-@1", "1"),
            ("\\\\x", "x"),
            ("0123456789012345678901234567890123456789", "012345678901234567890123456789012-9"),
            ("01234567890123456789012345678901/234567", "01234567890123456789012345678901-9"),
        ] {
            assert_eq!(id(given, 9, 35, european), plain, "{given}");
        }
    }

    proptest! {
        #[test]
        fn nothing_else_is_ever_left(given in any::<String>(), characters_max in 20_usize..40) {
            let is_taken = |c: char| c.is_ascii_alphanumeric() || " /-?:().,'+".contains(c);
            let latin = text(&given, characters_max, any_ascii::any_ascii_char);
            prop_assert!(latin.chars().all(is_taken) && latin.len() <= characters_max, "{}", latin);
            prop_assert_eq!(latin.trim(), &latin);
            let id = id(&given, 1_234_567_890, characters_max, european);
            prop_assert!(id.starts_with(|c: char| c.is_ascii_alphanumeric()), "{}", id);
            prop_assert!(id.chars().all(is_taken) && id.len() <= characters_max && !id.is_empty(), "{}", id);
            prop_assert!(!id.ends_with('/') && !id.contains("//") && !id.contains(' '), "{}", id);
        }
    }
}
