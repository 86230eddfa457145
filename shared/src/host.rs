//! Names of hosts as people write them, in the form that the net knows: `домен.рф` is `xn--d1acufc.xn--p1ai`.
//!
//! Unicode's whole mapping of names (UTS 46) has tables that were a tenth of the Worker's bytes, so `url` is built without
//! them (`idna_adapter` 1.0 in Cargo.lock) and refuses such hosts. What people type is letters and digits: here they are
//! put in lower case and encoded (Punycode, RFC 3492). Forms that Unicode keeps for compatibility, fullwidth and circled
//! ones, are what browsers take them for. Anything else is refused; its `xn--` form can be written instead.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::{ParseError, Url};

/// Bytes that a label may have (RFC 1035).
const LABEL_BYTES_MAX: usize = 63;

/// Parses an absolute URL as a browser would (WHATWG), its host by the rules of this module.
pub fn parse_url(text: &str) -> Result<Url, ParseError> {
    match Written::of(text) {
        Some(written) => Url::parse(&written.with_ascii_host().ok_or(ParseError::IdnaError)?),
        None => Url::parse(text),
    }
}

/// A host's name in ASCII and lower case; `None` if it has no such form here.
#[must_use]
pub fn to_ascii(host: &str) -> Option<Cow<'_, str>> {
    if host.is_ascii() && !host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some(Cow::Borrowed(host));
    }
    let folded: String = host.chars().map(fold).flat_map(char::to_lowercase).collect();
    let labels: Option<Vec<_>> = folded.split('.').map(label_to_ascii).collect();
    Some(Cow::Owned(labels?.join(".")))
}

fn label_to_ascii(label: &str) -> Option<Cow<'_, str>> {
    if label.is_ascii() {
        return Some(Cow::Borrowed(label));
    }
    if !label.chars().all(|c| c.is_alphanumeric() || c == '-') {
        return None;
    }
    let encoded = format!("xn--{}", idna::punycode::encode_str(label)?);
    (encoded.len() <= LABEL_BYTES_MAX).then_some(Cow::Owned(encoded))
}

/// A character that stands for one of ASCII, as that one (the compatibility mappings of Unicode's table).
fn fold(c: char) -> char {
    let from = |first: char, to: u8| {
        u8::try_from(u32::from(c) - u32::from(first))
            .ok()
            .and_then(|offset| to.checked_add(offset))
            .map_or(c, char::from)
    };
    match c {
        '\u{ff01}'..='\u{ff5e}' => from('\u{ff01}', b'!'),
        '\u{2460}'..='\u{2468}' => from('\u{2460}', b'1'),
        '\u{24ea}' => '0',
        '\u{24b6}'..='\u{24cf}' => from('\u{24b6}', b'a'),
        '\u{24d0}'..='\u{24e9}' => from('\u{24d0}', b'a'),
        '\u{3002}' | '\u{ff61}' => '.',
        other => other,
    }
}

/// A URL whose host is not written in ASCII, in its parts.
struct Written<'a> {
    /// With the colon.
    scheme: &'a str,
    /// User name and password with the `@`, if there are any.
    user: &'a str,
    host: &'a str,
    /// A port, and all that comes after it.
    rest: &'a str,
}

impl<'a> Written<'a> {
    /// `None` if the host is in ASCII, or there is none.
    fn of(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let (scheme, after) = text.split_at(text.find(':')? + 1);
        let authority = after.trim_start_matches(['/', '\\']);
        if authority.len() == after.len() {
            return None;
        }
        let (authority, path) = authority.split_at(authority.find(['/', '\\', '?', '#']).unwrap_or(authority.len()));
        let (user, host) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
        let host = host.split(':').next().unwrap_or_default();
        let rest = &after[after.len() - path.len() - (authority.len() - user.len() - host.len())..];
        (!host.is_ascii() || host.contains('%')).then_some(Self { scheme, user, host, rest })
    }

    fn with_ascii_host(&self) -> Option<String> {
        let decoded = percent_decode_str(self.host).decode_utf8().ok()?;
        let Self { scheme, user, host: _, rest } = self;
        Some(format!("{scheme}//{user}{}{rest}", to_ascii(&decoded)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_letters_has_the_form_that_browsers_send() {
        // What `new URL(…).hostname` answers in browsers.
        for (written, known) in [
            ("shop.example", "shop.example"),
            ("Shop.EXAMPLE", "shop.example"),
            ("münchen.example", "xn--mnchen-3ya.example"),
            ("MÜNCHEN.example", "xn--mnchen-3ya.example"),
            ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("ｓｈｏｐ．ｅｘａｍｐｌｅ", "shop.example"),
            ("ⓢhop.example", "shop.example"),
        ] {
            assert_eq!(to_ascii(written).as_deref(), Some(known), "{written}");
            let url = parse_url(&format!("https://{written}/a?b=ü#c")).unwrap();
            assert_eq!((url.host_str(), url.path(), url.query()), (Some(known), "/a", Some("b=%C3%BC")), "{written}");
        }
    }

    #[test]
    fn the_rest_of_a_url_stays_as_it_is() {
        let url = parse_url("https://anna:secret@пример.рф:8443\\p?q#пример.рф").unwrap();
        assert_eq!(
            url.as_str(),
            "https://anna:secret@xn--e1afmkfd.xn--p1ai:8443/p?q#%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.%D1%80%D1%84"
        );
        assert_eq!(parse_url("https://%D0%BF%D1%80.example/").unwrap().host_str(), Some("xn--o1ac.example"));
    }

    #[test]
    fn digits_in_circles_are_the_address_that_browsers_see() {
        let url = parse_url("http://①②⑦.⓪.⓪.①/p").unwrap();
        assert_eq!(url.host_str(), Some("127.0.0.1"));
    }

    #[test]
    fn what_has_no_form_here_is_refused() {
        for written in ["a\u{301}.example", "♥.example", "a\u{200d}b.example", "а b.example"] {
            assert_eq!(to_ascii(written), None, "{written}");
            assert!(parse_url(&format!("https://{written}/")).is_err(), "{written}");
        }
        assert_eq!(to_ascii(&"ж".repeat(64)), None);
    }
}
