//! What kind of place a visit came from, by the `Referer` header or `document.referrer`.
//!
//! Hosts are compared label by label with a table, never by substring: `google.com.evil.example`
//! and `notgoogle.com` are nobody's. Only the host is kept of a referrer, because its path and
//! query may hold a stranger's secrets.

use std::iter;

use serde::{Deserialize, Serialize};

mod site;
mod sources;

use site::{country_suffix_start, is_same_site};
use sources::{APPS, HOSTS, PATHS, SUBDOMAINS, Source};

/// The kinds of places that reports tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReferrerClass {
    /// No referrer: typed, bookmarked, or hidden by the page before.
    Direct,
    /// The merchant's own site.
    Internal,
    /// A search engine.
    Search,
    /// A social network, messenger or forum.
    Social,
    /// A chat with a language model.
    Assistant,
    /// A mail provider's web page or app.
    Mail,
    /// An advertising network's page or redirector.
    Paid,
    /// Any other place, and any referrer that is not an address.
    Other,
}

impl ReferrerClass {
    /// The class as it is stored and sent, the same word as its serde form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ReferrerClass::Direct => "direct",
            ReferrerClass::Internal => "internal",
            ReferrerClass::Search => "search",
            ReferrerClass::Social => "social",
            ReferrerClass::Assistant => "assistant",
            ReferrerClass::Mail => "mail",
            ReferrerClass::Paid => "paid",
            ReferrerClass::Other => "other",
        }
    }
}

/// A referrer as reports show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Referrer {
    /// What kind of place it is.
    pub class: ReferrerClass,
    /// The source's name, such as "Google", when the host is a known one.
    pub name: Option<&'static str>,
    /// The host in lower case without port, or an Android app's package; empty when there is none.
    ///
    /// At most [`HOST_BYTES_MAX`] bytes of letters, digits, `-`, `_` and `.`, or an IPv6 address in
    /// its brackets.
    pub host: String,
}

/// The longest host that DNS can have, in bytes.
pub const HOST_BYTES_MAX: usize = 253;

/// Classifies a referrer seen on a page of `page_host`; any text is allowed for both.
///
/// The merchant's own site comes first, whatever the table says of it. `page_host` may have a port.
#[must_use]
pub fn classify(referrer: &str, page_host: &str) -> Referrer {
    let referrer = referrer.trim();
    if referrer.is_empty() {
        return Referrer { class: ReferrerClass::Direct, name: None, host: String::new() };
    }
    let Some(Address { scheme, host, rest }) = Address::parse(referrer) else {
        return Referrer { class: ReferrerClass::Other, name: None, host: String::new() };
    };
    let (class, name) = match scheme {
        Scheme::Web if host_of(page_host).is_some_and(|page| is_same_site(&host, &page)) => {
            (ReferrerClass::Internal, None)
        }
        Scheme::Web => of_web_page(host.strip_prefix("www.").unwrap_or(&host), rest),
        Scheme::AndroidApp => of_source(find(APPS, &host, "")),
        Scheme::Foreign => (ReferrerClass::Other, None),
    };
    Referrer { class, name, host }
}

enum Scheme {
    Web,
    AndroidApp,
    Foreign,
}

/// A referrer taken apart.
struct Address<'text> {
    scheme: Scheme,
    host: String,
    /// The path and all behind it.
    rest: &'text str,
}

impl<'text> Address<'text> {
    fn parse(text: &'text str) -> Option<Self> {
        let (scheme, behind) = text.split_once("://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => Scheme::Web,
            "android-app" => Scheme::AndroidApp,
            _ => Scheme::Foreign,
        };
        // Browsers end it at a backslash too: `http://evil.example\@google.com` is evil.example.
        let authority_end = behind.find(['/', '\\', '?', '#']).unwrap_or(behind.len());
        let (authority, rest) = behind.split_at(authority_end);
        Some(Address { scheme, host: host_of(authority)?, rest })
    }
}

/// The host of `user@Host.example.:443` in lower case, unless no URL can have it.
fn host_of(authority: &str) -> Option<String> {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, is_allowed): (&str, fn(char) -> bool) = match host.strip_prefix('[') {
        Some(address) => {
            let end = address.find(']')?;
            (&host[..end + 2], |c| c.is_ascii_hexdigit() || matches!(c, '[' | ']' | ':' | '.'))
        }
        None => {
            let name = host.split_once(':').map_or(host, |(name, _)| name);
            let name = name.strip_suffix('.').unwrap_or(name);
            (name, |c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        }
    };
    let is_host = !host.is_empty()
        && host.len() <= HOST_BYTES_MAX
        && host.chars().all(is_allowed)
        && !host.starts_with('.')
        && !host.contains("..");
    is_host.then(|| host.to_ascii_lowercase())
}

fn of_web_page(host: &str, rest: &str) -> (ReferrerClass, Option<&'static str>) {
    if let Some((_, _, class, name)) =
        PATHS.iter().find(|(rule, path, ..)| is_under(rest, path) && is_host_of_rule(host, rule))
    {
        return (*class, Some(name));
    }
    match by_host(host) {
        None if is_webmail(host) => (ReferrerClass::Mail, None),
        source => of_source(source),
    }
}

fn of_source(source: Option<&'static Source>) -> (ReferrerClass, Option<&'static str>) {
    source.map_or((ReferrerClass::Other, None), |(_, class, name)| (*class, Some(name)))
}

/// The longest rule for the host; of two for the same name, the one for what is under it.
fn by_host(host: &str) -> Option<&'static Source> {
    let country_start = country_suffix_start(host);
    let find_from = |sources, start: usize| {
        find(sources, &host[start..], "").or_else(|| find(sources, host.get(start..country_start?)?, ".*"))
    };
    // From the last two labels to the whole host, but no further than rules reach: a host may have
    // 127 labels.
    host.rmatch_indices('.')
        .map(|(dot, _)| dot + 1)
        .chain(iter::once(0))
        .take(LABELS_MAX)
        .skip(1)
        .filter_map(|start| {
            let under = if start > 0 { find_from(SUBDOMAINS, start) } else { None };
            under.or_else(|| find_from(HOSTS, start))
        })
        .last()
}

/// More labels than any rule has.
const LABELS_MAX: usize = 6;

/// Looks up a rule given in two pieces, which spares putting them together.
fn find(sources: &'static [Source], name: &str, ending: &str) -> Option<&'static Source> {
    sources
        .binary_search_by(|(host, ..)| host.bytes().cmp(name.bytes().chain(ending.bytes())))
        .ok()
        .map(|at| &sources[at])
}

/// Whether the rule of a part of a site is for this host.
fn is_host_of_rule(host: &str, rule: &str) -> bool {
    let (host, rule) = match rule.strip_suffix(".*") {
        Some(name) => (country_suffix_start(host).map_or("", |start| &host[..start]), name),
        None => (host, rule),
    };
    host.strip_suffix(rule).is_some_and(|under| under.is_empty() || under.ends_with('.'))
}

/// Whether what follows the host is `path`, or something in it.
fn is_under(rest: &str, path: &str) -> bool {
    rest.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

/// Whether the host's first label is a usual one for one's own webmail, as in `owa2.example.com`.
fn is_webmail(host: &str) -> bool {
    let label = host.split('.').next().unwrap_or(host);
    let word = label.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(word, "owa" | "roundcube" | "webmail" | "zimbra")
}

#[cfg(test)]
mod tests {
    use super::ReferrerClass::{Assistant, Direct, Internal, Mail, Other, Paid, Search, Social};
    use super::*;

    fn seen(referrer: &str) -> (ReferrerClass, Option<&'static str>) {
        let Referrer { class, name, .. } = classify(referrer, "shop.example.com");
        (class, name)
    }

    #[test]
    fn a_well_known_place_has_its_class_and_name() {
        for (referrer, class, name) in [
            ("https://www.google.com/", Search, "Google"),
            ("https://google.co.uk/search?q=shoes", Search, "Google"),
            ("https://www.google.com.br", Search, "Google"),
            ("HTTPS://WWW.GOOGLE.COM:443/", Search, "Google"),
            ("https://www.google.com./", Search, "Google"),
            ("https://images.google.fr/imgres?imgurl=x", Search, "Google Images"),
            ("https://www.google.fr/imgres?imgurl=x", Search, "Google Images"),
            ("https://cn.bing.com/search?q=a", Search, "Bing"),
            ("https://duckduckgo.com/", Search, "DuckDuckGo"),
            ("https://yandex.ru/clck/jsredir", Search, "Yandex"),
            ("https://fr.search.yahoo.com/search", Search, "Yahoo!"),
            ("https://search.yahoo.co.jp/search?p=a", Search, "Yahoo!"),
            ("http://s3-us3.ixquick.com/do/search", Search, "IXquick"),
            ("https://go.mail.ru/search", Search, "Mail.ru"),
            ("https://search.naver.com/search.naver", Search, "Naver"),
            ("https://www.baidu.com/link?url=x", Search, "Baidu"),
            ("https://search.brave.com/", Search, "Brave"),
            ("https://l.facebook.com/l.php?u=x", Social, "Facebook"),
            ("https://t.co/abc", Social, "Twitter"),
            ("https://out.reddit.com/", Social, "Reddit"),
            ("https://www.pinterest.co.kr/", Social, "Pinterest"),
            ("https://away.vk.com/", Social, "VK"),
            ("https://web.telegram.org/", Social, "Telegram"),
            ("https://my.mail.ru/", Social, "Mail.ru My World"),
            ("https://chatgpt.com/", Assistant, "ChatGPT"),
            ("https://chat.openai.com/c/1", Assistant, "ChatGPT"),
            ("https://www.perplexity.ai/search/x", Assistant, "Perplexity"),
            ("https://gemini.google.com/app", Assistant, "Gemini"),
            ("https://copilot.microsoft.com/", Assistant, "Copilot"),
            ("https://x.com/i/grok?conversation=1", Assistant, "Grok"),
            ("https://mail.google.com/mail/u/0/", Mail, "Gmail"),
            ("https://outlook.live.com/", Mail, "Outlook.com"),
            ("https://us-mg5.mail.yahoo.com/", Mail, "Yahoo! Mail"),
            ("https://e.mail.ru/", Mail, "Mail.ru"),
            ("http://orange.fr/webmail/fr_FR/read.html", Mail, "Orange Webmail"),
            ("http://webmail1m.orange.fr/webmail/fr_FR/read.html", Mail, "Orange Webmail"),
            ("https://www.googleadservices.com/pagead/aclk", Paid, "Google"),
            ("https://maps.google.com/", Other, "Google"),
            ("https://finance.yahoo.com/quote", Other, "Yahoo!"),
        ] {
            assert_eq!(seen(referrer), (class, Some(name)), "{referrer}");
        }
    }

    #[test]
    fn an_android_app_is_known_by_its_package() {
        let google = "android-app://com.google.android.googlequicksearchbox/https/www.google.com";
        assert_eq!(seen(google), (Search, Some("Google")));
        assert_eq!(seen("android-app://com.google.android.gm/"), (Mail, Some("Gmail")));
        assert_eq!(seen("android-app://com.Slack"), (Social, Some("Slack")));
        assert_eq!(seen("android-app://evil.com.slack"), (Other, None));
        assert_eq!(seen("https://com.slack/"), (Other, None));
    }

    #[test]
    fn a_host_that_only_looks_like_a_known_one_is_other() {
        for referrer in [
            "https://google.com.evil.example/",
            "https://google.evil.example/",
            "https://notgoogle.com/",
            "https://google.com.evil.co/",
            "https://www-google.com/",
            "https://facebook.com.login.example/",
            "https://mail.ru.example.net/",
            "https://evil.example/google.com",
            "https://evil.example?google.com",
            "https://evil.example\\@google.com/",
            "https://google.com@evil.example/",
            "https://google.com:80@evil.example/",
            "javascript://google.com/%0aalert(1)",
            "chrome-extension://google.com/",
        ] {
            assert_eq!(seen(referrer), (Other, None), "{referrer}");
        }
    }

    #[test]
    fn a_webmail_of_ones_own_is_mail_without_a_name() {
        assert_eq!(seen("https://webmail.example.org/roundcube/"), (Mail, None));
        assert_eq!(seen("https://owa2.example.org/"), (Mail, None));
        assert_eq!(seen("https://webmail-info.example.org/"), (Other, None));
        assert_eq!(seen("https://example.org/webmail"), (Other, None));
    }

    #[test]
    fn no_referrer_is_direct() {
        for referrer in ["", " ", "\t\n"] {
            assert_eq!(seen(referrer), (Direct, None));
        }
    }

    #[test]
    fn a_host_of_the_pages_own_site_is_internal() {
        for (referrer, page_host) in [
            ("https://shop.example.com/cart", "shop.example.com"),
            ("https://www.example.com/", "shop.example.com"),
            ("https://EXAMPLE.com:8443/", "Shop.Example.com:443"),
            ("https://a.example.co.uk/", "b.example.co.uk"),
            ("http://localhost:8787/", "localhost:8787"),
            ("http://127.0.0.1/", "127.0.0.1:80"),
            ("http://[::1]:80/", "[::1]"),
            ("https://www.google.com/", "google.com"),
            ("https://a.myshopify.com/", "a.myshopify.com"),
        ] {
            let Referrer { class, name, .. } = classify(referrer, page_host);
            assert_eq!((class, name), (Internal, None), "{referrer} on {page_host}");
        }
    }

    #[test]
    fn a_neighbour_under_a_shared_suffix_is_not_internal() {
        for (referrer, page_host) in [
            ("https://a.co.uk/", "b.co.uk"),
            ("https://a.myshopify.com/", "b.myshopify.com"),
            ("https://a.com/", "b.com"),
            ("https://evilexample.com/", "example.com"),
            ("http://10.0.0.1/", "10.1.0.1"),
            ("https://com/", "example.com"),
            ("https://example.com/", ""),
        ] {
            let Referrer { class, .. } = classify(referrer, page_host);
            assert_eq!(class, Other, "{referrer} on {page_host}");
        }
    }

    #[test]
    fn only_the_host_is_kept() {
        for (referrer, host) in [
            ("https://user:secret@Blog.Example.ORG:8080/post?token=1#a", "blog.example.org"),
            ("http://[2001:DB8::1]:80/", "[2001:db8::1]"),
            ("https://пример.рф/", "пример.рф"),
            ("android-app://com.twitter.android/", "com.twitter.android"),
            ("ftp://files.example.org/a", "files.example.org"),
        ] {
            assert_eq!(classify(referrer, "shop.example.com").host, host);
        }
    }

    #[test]
    fn text_that_is_no_address_is_other_without_a_host() {
        let long = format!("https://{}.example/", "a".repeat(HOST_BYTES_MAX));
        for referrer in [
            "null",
            "about:blank",
            "www.google.com",
            "://",
            "http://",
            "http:///path",
            "http://@",
            "http://:80",
            "http://.",
            "http://..com/",
            "http://[",
            "http://[::1",
            "http://a b/",
            "http://<script>alert(1)</script>/",
            "http://a\u{0}b/",
            "http://a%00b/",
            "🦀",
            &long,
        ] {
            let other = Referrer { class: Other, name: None, host: String::new() };
            assert_eq!(classify(referrer, "shop.example.com"), other, "{referrer}");
        }
    }

    #[test]
    fn a_class_has_one_word_for_every_reader() {
        for class in [Direct, Internal, Search, Social, Assistant, Mail, Paid, Other] {
            assert_eq!(serde_json::to_value(class).ok(), Some(class.as_str().into()));
        }
    }

    #[test]
    fn the_tables_are_sorted_and_can_be_reached() {
        for table in [HOSTS, SUBDOMAINS, APPS] {
            assert!(table.is_sorted_by(|(one, ..), (next, ..)| one < next));
        }
        let under = SUBDOMAINS.iter().map(|(rule, class, name)| (format!("x.{rule}"), class, name));
        let hosts = HOSTS.iter().map(|(rule, class, name)| (rule.to_string(), class, name));
        for (rule, class, name) in hosts.chain(under) {
            assert!(rule.split('.').count() < LABELS_MAX, "{rule}");
            let referrer = format!("https://{}/", rule.replace(".*", ".com"));
            assert_eq!(seen(&referrer), (*class, Some(*name)), "{rule}");
        }
    }
}
