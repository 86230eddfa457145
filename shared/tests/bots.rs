//! Bot detection over isbot's own list, when it is there, and over agents that must always be right.

use std::path::Path;

use serde::Deserialize;
use tributary_shared::bot::{AGENT_BYTES_MAX, is_bot};

#[derive(Deserialize)]
struct Agents {
    crawlers: Vec<String>,
    browsers: Vec<String>,
}

/// The third-party list, which is read where it lies and not copied.
fn isbot_agents() -> Option<Agents> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/isbot/flat.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("{} is not there: its agents are not tried", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("flat.json has crawlers and browsers"))
}

#[test]
fn every_crawler_of_isbot_is_a_bot_and_no_browser_is() {
    let Some(Agents { crawlers, browsers }) = isbot_agents() else {
        return;
    };
    assert_eq!((crawlers.len(), browsers.len()), (623, 555));
    let missed: Vec<_> = crawlers.iter().filter(|agent| !is_bot(agent)).collect();
    let blamed: Vec<_> = browsers.iter().filter(|agent| is_bot(agent)).collect();
    assert!(missed.is_empty() && blamed.is_empty(), "missed {missed:#?}, blamed {blamed:#?}");
}

#[test]
fn well_known_programs_are_bots() {
    for agent in [
        // Search engines and assistants.
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)",
        "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)",
        "CCBot/2.0 (https://commoncrawl.org/faq/)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
        "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
        // Link previews.
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
        "Twitterbot/1.0",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.23.20.0",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
        "Pinterest/0.2 (+https://www.pinterest.com/bot.html)",
        // Tools.
        "curl/8.5.0",
        "Wget/1.21.4",
        "python-requests/2.31.0",
        "Python/3.11 aiohttp/3.9.1",
        "Go-http-client/2.0",
        "okhttp/4.12.0",
        "axios/1.6.2",
        "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
        "Java/17.0.9",
        "Apache-HttpClient/4.5.14 (Java/17.0.9)",
        "PostmanRuntime/7.36.0",
        "libwww-perl/6.72",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.6099.28 Safari/537.36",
        "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
        "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36 Chrome-Lighthouse",
    ] {
        assert!(is_bot(agent), "{agent}");
    }
}

#[test]
fn peoples_browsers_are_not_bots() {
    for agent in [
        // Desktop.
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.2849.68",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36 OPR/114.0.0.0",
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0.1 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
        // Phones and tablets.
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0.6723.90 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0",
        "Mozilla/5.0 (Linux; Android 13; Google Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; U; Android 13; ru-ru; Redmi Note 12) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/112.0.5615.136 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.4.0",
        // Apps that show pages.
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21G93 [FBAN/FBIOS;FBAV/487.0.0.41.106;FBBV/654738290;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.6.1;FBSS/3;FBID/phone;FBLC/en_US;FBOP/5;FBRV/656512365]",
        "Mozilla/5.0 (Linux; Android 14; SM-A546B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.6723.86 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/488.0.0.70.79;]",
        "Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ3A.230805.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.6723.86 Mobile Safari/537.36 Instagram 355.0.0.40.113 Android (33/13; 420dpi; 1080x2209; Google/google; Pixel 7; panther; panther; en_US; 656500214)",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/340.3.697217255 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 musical_ly_36.5.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/US",
    ] {
        assert!(!is_bot(agent), "{agent}");
    }
}

#[test]
fn an_agent_that_says_nothing_is_a_bot() {
    for agent in ["", " ", "\t", "-"] {
        assert!(is_bot(agent), "{agent:?}");
    }
}

/// Puts words where a browser's own stand, so that only they can give it away.
fn browser_with(words: &str) -> String {
    format!("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) {words} Safari/537.36")
}

#[test]
fn a_word_counts_unless_its_neighbours_excuse_it() {
    for (counting, excused) in [
        ("bot", "a cubot"),
        ("bots_1", "bottle"),
        ("xcubots", "a cubots"),
        ("news/1", "GNews/1"),
        ("newspaper", "newsSapphire/1"),
        ("google-x", "Google/google"),
        ("the google", "a channel/google"),
        ("google phone", "google Pixel"),
        ("google/1", "googleapp"),
        ("scanner", "CamScanner"),
        ("http-lib", "libhttp"),
        ("java/17", "java;"),
        ("useragent", "agents"),
        ("example.com", "example.community"),
        ("perl/5", "perlmutter"),
        ("time/1", "runtime/1"),
        ("x/1.0;", "-/1.0;"),
        ("me@example.org", "me@example"),
        ("PTST/230", "PTST/x"),
    ] {
        assert!(is_bot(&browser_with(counting)), "{counting}");
        assert!(!is_bot(&browser_with(excused)), "{excused}");
    }
}

#[test]
fn an_excused_word_does_not_excuse_another() {
    assert!(is_bot(&browser_with("a cubot bot")));
    assert!(is_bot(&browser_with("Google/google googlebot")));
}

#[test]
fn an_agent_of_no_browsers_shape_is_a_bot() {
    for (bots, browsers) in [
        ("<script>", "x <script>"),
        ("123 a/b c", "123a/b c"),
        ("mysearch a/b c", "mysearches a/b c"),
        ("Some Name (1: 2)", "Some Name [1: 2]"),
        ("Some Name/v1.2.3, a", "Some Name/v1.2.3 a"),
        ("some-name/word", "some-name/word a"),
        ("name/(word)", "name/(word) a"),
        ("name/1.0 (me@home)", "name/1.0 (me at home)"),
        ("Mozilla/5.0 name-1", "Mozilla/5.0 name-1 a"),
        ("Mozilla/5.0 (compatible; name 1.0)", "Mozilla/5.0 (compatible; name 1)"),
        ("Mozilla/5.0 ()", "Mozilla/5.0 (x y)"),
        ("a/b c; wv;", "a/b c; wv"),
    ] {
        assert!(is_bot(bots), "{bots}");
        assert!(!is_bot(browsers), "{browsers}");
    }
    assert!(is_bot(&"[x]".repeat(17)));
    assert!(!is_bot(&"[x]".repeat(16)));
}

#[test]
fn what_stands_behind_the_looked_at_part_is_not_seen() {
    let browser = browser_with(&"x ".repeat(AGENT_BYTES_MAX));
    assert!(!is_bot(&format!("{browser} googlebot")));
    // The cut must not fall into a character.
    for filler in ["é", "🦀", "aé", "aa🦀"] {
        assert!(!is_bot(&browser_with(&format!("{filler} ").repeat(AGENT_BYTES_MAX))));
    }
}
