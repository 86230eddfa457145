//! The requests of the load: what browsers send, from many clients.

use tributary_tests::client::BROWSER;

/// Links that are asked for again and again.
pub(crate) const WARM_LINKS: u64 = 100;

/// Links that are asked for once a round: more than ten seconds apart, so that isolate memory has let go of them.
pub(crate) const COLD_LINKS: u64 = 2_000;

/// Browsers of the day, as they call themselves.
const AGENTS: [&str; 6] = [
    BROWSER,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
];

/// Every fourth visitor has been here before.
const RETURNING: u64 = 4;

/// What the load needs to know.
#[derive(Debug, Clone, Default)]
pub(crate) struct Visitor {
    /// The cookie of one who has been here before.
    pub(crate) cookie: String,
}

fn line(request: &mut Vec<u8>, name: &str, value: &str) {
    for part in [name, ": ", value, "\r\n"] {
        request.extend_from_slice(part.as_bytes());
    }
}

/// What every browser sends, from a client of its own for each number.
fn browser(number: u64, request: &mut Vec<u8>) {
    let agent = usize::try_from(number).unwrap_or(0) % AGENTS.len();
    line(request, "Host", "127.0.0.1");
    line(request, "User-Agent", AGENTS[agent]);
    line(request, "Accept-Language", "en-GB,en;q=0.9,de;q=0.8");
    line(request, "Accept-Encoding", "gzip, deflate, br, zstd");
    line(request, "sec-ch-ua", "\"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\", \"Google Chrome\";v=\"140\"");
    line(request, "sec-ch-ua-mobile", "?0");
    line(request, "sec-ch-ua-platform", "\"Windows\"");
    let [.., a, b, c] = number.to_be_bytes();
    line(request, "CF-Connecting-IP", &format!("10.{a}.{b}.{c}"));
    line(request, "CF-IPCountry", "PT");
}

/// A click on a link.
pub(crate) fn click(code: &str, number: u64, visitor: &Visitor, request: &mut Vec<u8>) {
    request.extend_from_slice(b"GET /go/");
    request.extend_from_slice(code.as_bytes());
    request.extend_from_slice(b" HTTP/1.1\r\n");
    browser(number, request);
    line(request, "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8");
    line(request, "Upgrade-Insecure-Requests", "1");
    line(request, "Sec-Fetch-Dest", "document");
    line(request, "Sec-Fetch-Mode", "navigate");
    line(request, "Sec-Fetch-Site", "cross-site");
    line(request, "Sec-Fetch-User", "?1");
    line(request, "Referer", "https://blog.example/lisbon/");
    if number.is_multiple_of(RETURNING) && !visitor.cookie.is_empty() {
        line(request, "Cookie", &format!("_ga=GA1.1.1; __Secure-trb={}", visitor.cookie));
    }
    request.extend_from_slice(b"\r\n");
}

/// A page view that the counter reports.
pub(crate) fn view(number: u64, visitor: &Visitor, request: &mut Vec<u8>) {
    let page = number % WARM_LINKS;
    let body = format!(
        "{{\"event\":\"view\",\"url\":\"http://localhost:8788/tours/{page}?utm_source=blog\",\
         \"referrer\":\"https://www.google.com/\",\"trb\":\"\",\"consent_required\":false}}"
    );
    request.extend_from_slice(b"POST /collect HTTP/1.1\r\n");
    browser(number, request);
    line(request, "Accept", "*/*");
    line(request, "Content-Type", "text/plain;charset=UTF-8");
    line(request, "Content-Length", &body.len().to_string());
    line(request, "Origin", "http://localhost:8788");
    line(request, "Sec-Fetch-Dest", "empty");
    line(request, "Sec-Fetch-Mode", "cors");
    line(request, "Sec-Fetch-Site", "same-site");
    line(request, "Referer", "http://localhost:8788/");
    if number.is_multiple_of(RETURNING) && !visitor.cookie.is_empty() {
        line(request, "Cookie", &format!("_ga=GA1.1.1; __Secure-trb={}", visitor.cookie));
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(body.as_bytes());
}
