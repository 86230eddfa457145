//! Which part of a host was registered, and by whom it is shared.

/// Where the dot stands before `com`, `de` or `co.uk`: what a `*` of a rule stands for.
pub(super) fn country_suffix_start(host: &str) -> Option<usize> {
    let (before, last) = host.rsplit_once('.')?;
    match before.rsplit_once('.') {
        Some((name, second)) if is_country(last) && SECOND_LEVELS.contains(&second) => Some(name.len()),
        _ if is_country(last) || GENERIC_SUFFIXES.contains(&last) => Some(before.len()),
        _ => None,
    }
}

fn is_country(label: &str) -> bool {
    label.len() == 2 && label.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Suffixes without a country under which well-known names are registered in all countries.
const GENERIC_SUFFIXES: &[&str] = &["cat", "com", "info", "net", "org"];

/// Labels that countries put under their own for names to be registered below.
const SECOND_LEVELS: &[&str] = &[
    "ac", "asso", "co", "com", "edu", "go", "gob", "gouv", "gov", "it", "mil", "msk", "ne", "net", "nom", "or", "org",
    "spb",
];

/// Whether two hosts belong to one merchant: they are equal, or share the name that was registered.
///
/// The public suffix list has some 10,000 rules, more bytes than this crate. Our few rules miss its
/// rare ones, whose neighbours then count as internal: a wrong word in a report, never money.
pub(super) fn is_same_site(host: &str, page_host: &str) -> bool {
    host == page_host || site(host).is_some_and(|name| site(page_host) == Some(name))
}

/// The registered name and its suffix, `example.co.uk`.
///
/// There is none in an IP address, a suffix alone or a single label.
fn site(host: &str) -> Option<&str> {
    if host.ends_with(|c: char| c.is_ascii_digit() || c == ']') {
        return None;
    }
    let shared = SHARED_SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix)?.strip_suffix('.'));
    let name = match shared {
        Some(name) => name,
        None => &host[..country_suffix_start(host).or_else(|| host.rfind('.'))?],
    };
    let label_start = name.rfind('.').map_or(0, |dot| dot + 1);
    (label_start < name.len()).then(|| &host[label_start..])
}

/// Domains whose customers each have a site of their own below.
const SHARED_SUFFIXES: &[&str] = &[
    "amazonaws.com",
    "appspot.com",
    "azurewebsites.net",
    "beehiiv.com",
    "bigcartel.com",
    "blogspot.com",
    "carrd.co",
    "cloudfront.net",
    "firebaseapp.com",
    "fly.dev",
    "framer.app",
    "framer.website",
    "getcourse.ru",
    "ghost.io",
    "github.io",
    "gitlab.io",
    "herokuapp.com",
    "livejournal.com",
    "lovable.app",
    "myshopify.com",
    "mystrikingly.com",
    "narod.ru",
    "netlify.app",
    "notion.site",
    "onrender.com",
    "pages.dev",
    "replit.app",
    "squarespace.com",
    "substack.com",
    "tilda.ws",
    "tumblr.com",
    "ucoz.ru",
    "vercel.app",
    "web.app",
    "webflow.io",
    "weebly.com",
    "wixsite.com",
    "wordpress.com",
    "workers.dev",
];
