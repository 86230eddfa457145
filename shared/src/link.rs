//! Links: short codes that lead to a target for one partner.

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::host::{parse_url, to_ascii};
use crate::id::{LinkId, PartnerId};
use crate::program::Consent;

/// The longest code.
const CODE_CHARACTERS_MAX: usize = 64;

/// The longest target: beyond it, browsers and proxies begin to disagree.
pub const TARGET_BYTES_MAX: usize = 2_048;

/// The code of a link, as it is looked up: in lower case, without what mail programs and people append.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkCode(String);

/// Why a text is not the code of a link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a link code: want up to {CODE_CHARACTERS_MAX} letters, digits, `-` and `_`")]
pub struct LinkCodeError {
    text: String,
}

impl LinkCode {
    /// Takes the path behind `/go/`: case, trailing punctuation and slashes are forgiven.
    ///
    /// A trailing character in a mail ("…/go/summer.") must not cost a partner his click.
    pub fn parse(segment: &str) -> Result<Self, LinkCodeError> {
        let decoded = decode_segment(segment);
        let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let code = decoded.trim_start_matches('/').trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if code.is_empty() || code.len() > CODE_CHARACTERS_MAX || !code.chars().all(is_code) {
            return Err(LinkCodeError { text: decoded.chars().filter(|c| !c.is_control()).take(80).collect() });
        }
        Ok(Self(code.to_ascii_lowercase()))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for LinkCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a redirect needs to know of a link: the value in KV and in isolate memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRecord {
    /// Its row.
    pub link: LinkId,
    /// Whose it is.
    pub partner: PartnerId,
    /// Days that the cookie lives: the window of the partner's program.
    pub window_days: u32,
    /// Whether clicks count; a paused link still leads somewhere.
    pub active: bool,
    /// What the partner's program asks before anything is kept of a visitor.
    pub consent: Consent,
    /// Where it leads.
    pub target: String,
}

impl LinkRecord {
    /// The form in KV: `1|link|partner|window|a or p|target`, or `2|` with a program's word on consent before the target.
    #[must_use]
    pub fn to_wire(&self) -> String {
        let state = if self.active { 'a' } else { 'p' };
        let version = if self.consent == Consent::Off { 1 } else { 2 };
        let mut wire = format!("{version}|{}|{}|{}|{state}|", self.link, self.partner, self.window_days);
        if self.consent != Consent::Off {
            wire.push_str(self.consent.as_str());
            wire.push('|');
        }
        wire.push_str(&self.target);
        wire
    }

    /// Reads the form in KV; `None` for another version, which is then fetched anew from D1.
    #[must_use]
    pub fn from_wire(wire: &str) -> Option<Self> {
        let (version, rest) = wire.split_once('|')?;
        let (has_consent, count) = match version {
            "1" => (false, 5),
            "2" => (true, 6),
            _ => return None,
        };
        let mut fields = rest.splitn(count, '|');
        Some(Self {
            link: LinkId(fields.next()?.parse().ok()?),
            partner: PartnerId(fields.next()?.parse().ok()?),
            window_days: fields.next()?.parse().ok()?,
            active: fields.next()? == "a",
            consent: if has_consent { Consent::parse(fields.next()?)? } else { Consent::Off },
            target: fields.next()?.to_owned(),
        })
    }
}

/// The hosts that links may lead to: the merchant's own.
#[derive(Debug, Clone, Default)]
pub struct TargetHosts {
    hosts: Vec<String>,
}

/// Why a link may not lead somewhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Not an absolute http or https URL without user name and password.
    #[error("`{text}` is not a URL that a link can lead to")]
    NotAbsolute {
        /// The text as it came, cut.
        text: String,
    },
    /// A host that is not the merchant's.
    #[error("`{host}` is not one of the hosts that links may lead to")]
    ForeignHost {
        /// The host as browsers understand it.
        host: String,
    },
    /// Longer than [`TARGET_BYTES_MAX`].
    #[error("the target is longer than {TARGET_BYTES_MAX} bytes")]
    TooLong,
}

impl std::fmt::Display for TargetHosts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.hosts.join(", "))
    }
}

impl TargetHosts {
    /// Reads `shop.example, *.tours.example, localhost:8788`. `*.` stands for any name below; ports must be equal.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let hosts = text.split([',', ' ']).map(str::trim).filter(|host| !host.is_empty());
        // What has no form in ASCII stays as it is written, and is no host of any URL.
        Self { hosts: hosts.map(|host| to_ascii_pattern(host).unwrap_or_else(|| host.to_owned())).collect() }
    }

    /// Whether a host (with its port, if it is not the scheme's own) is the merchant's.
    #[must_use]
    pub fn lists(&self, host: &str) -> bool {
        self.hosts.iter().any(|listed| match listed.strip_prefix("*.") {
            Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
            None => listed == host,
        })
    }

    /// Takes a URL from outside if it leads to the merchant, as a browser would understand it (WHATWG URL).
    ///
    /// By https, or by http to this machine.
    pub fn check(&self, text: &str) -> Result<Url, TargetError> {
        let url = target(text)?;
        let is_local = match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(_)) | None => false,
        };
        if url.scheme() != "https" && !is_local {
            return Err(not_absolute(text));
        }
        let host = host_of(&url);
        if self.lists(&host) { Ok(url) } else { Err(TargetError::ForeignHost { host }) }
    }
}

/// Takes a URL that a merchant's own link can lead to: absolute, http or https, without user name and password.
pub fn target(text: &str) -> Result<Url, TargetError> {
    if text.len() > TARGET_BYTES_MAX {
        return Err(TargetError::TooLong);
    }
    let url = parse_url(text).map_err(|_| not_absolute(text))?;
    let is_plain = url.username().is_empty() && url.password().is_none() && !text.contains('\\');
    let is_web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    if is_plain && is_web { Ok(url) } else { Err(not_absolute(text)) }
}

fn to_ascii_pattern(host: &str) -> Option<String> {
    let (below, host) = host.strip_prefix("*.").map_or(("", host), |host| ("*.", host));
    let (name, port) = host.split_at(host.rfind(':').unwrap_or(host.len()));
    Some(format!("{below}{}{port}", to_ascii(name)?))
}

fn not_absolute(text: &str) -> TargetError {
    TargetError::NotAbsolute { text: text.chars().filter(|c| !c.is_control()).take(80).collect() }
}

/// The host of a URL, with its port where that is not the scheme's own.
#[must_use]
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// A segment of a path as text: percent-decoded, bad UTF-8 replaced.
#[must_use]
pub fn decode_segment(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// Adds parameters to the query of a URL, before its fragment.
#[must_use]
pub fn with_parameters<'a>(target: &str, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let (address, fragment) =
        target.split_once('#').map_or((target, None), |(address, fragment)| (address, Some(fragment)));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    let query = query.finish();
    if query.is_empty() {
        return target.to_owned();
    }
    let joint = if !address.contains('?') {
        "?"
    } else if address.ends_with(['?', '&']) {
        ""
    } else {
        "&"
    };
    let fragment = fragment.map_or(String::new(), |fragment| format!("#{fragment}"));
    format!("{address}{joint}{query}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_and_mail_programs_append_is_forgiven() {
        for segment in [
            "SUMMER",
            "summer/",
            "Summer.",
            "summer),",
            "summer%20",
            "/summer//",
            "summer%2C",
            "summer…",
            "summer%E2%80%9D",
        ] {
            assert_eq!(LinkCode::parse(segment).unwrap().as_str(), "summer", "{segment}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for segment in ["", "/", "..", "a b", "sum/mer", "%00", "a%0d%0ab", &"x".repeat(65)] {
            assert!(LinkCode::parse(segment).is_err(), "{segment}");
        }
    }

    #[test]
    fn the_form_in_kv_is_this() {
        let record = LinkRecord {
            link: LinkId(4),
            partner: PartnerId(17),
            window_days: 365,
            active: true,
            consent: Consent::Off,
            target: "https://shop.example/tours?x=a|b".to_owned(),
        };
        assert_eq!(record.to_wire(), "1|4|17|365|a|https://shop.example/tours?x=a|b");
        let asks = LinkRecord { consent: Consent::Required, ..record.clone() };
        assert_eq!(asks.to_wire(), "2|4|17|365|a|required|https://shop.example/tours?x=a|b");
        for record in [record, asks] {
            assert_eq!(LinkRecord::from_wire(&record.to_wire()), Some(record));
        }
        for wire in ["", "1|2", "2|4|17|365|a|https://shop.example/", "3|4|17|365|a|off|y", "1|x|17|365|a|y"] {
            assert_eq!(LinkRecord::from_wire(wire), None);
        }
    }

    #[test]
    fn a_link_leads_to_the_merchant_only() {
        let hosts = TargetHosts::parse("shop.example, *.tours.example, localhost:8788, *.Пример.рф");
        for text in [
            "https://shop.example/a?b#c",
            "https://туры.пример.рф/",
            "https://xn--r1ayc.xn--e1afmkfd.xn--p1ai/",
            "https://SHOP.example/",
            "https://a.tours.example/",
            "http://localhost:8788/x",
        ] {
            assert!(hosts.check(text).is_ok(), "{text}");
        }
        for text in [
            "//shop.example/",
            "/path",
            "https://shop.example.evil.example/",
            "https://shop.example@evil.example/",
            "https://evil.example/?shop.example",
            "https://tours.example/",
            "https://eviltours.example/",
            "http://shop.example/",
            "https://shop.example:8443/",
            "javascript:alert(1)",
            "https:\\\\shop.example",
        ] {
            assert!(hosts.check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parameters_go_before_the_fragment() {
        let with = |target| with_parameters(target, [("trb", "x y")]);
        assert_eq!(with("https://a/b"), "https://a/b?trb=x+y");
        assert_eq!(with("https://a/b?c=1#d"), "https://a/b?c=1&trb=x+y#d");
        assert_eq!(with("https://a/b?"), "https://a/b?trb=x+y");
        assert_eq!(with_parameters("https://a/b#c", []), "https://a/b#c");
    }
}
