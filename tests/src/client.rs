//! A client that follows nothing and hides nothing.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

/// An answer, as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// The first header of a name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Where it leads.
    #[must_use]
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// The value of a cookie that it sets.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .filter(|(found, _)| found == "set-cookie")
            .find_map(|(_, value)| value.strip_prefix(name)?.strip_prefix('=')?.split(';').next())
    }

    /// Its body as JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).with_context(|| format!("status {}, not JSON: {}", self.status, self.body))
    }
}

/// A client of one server.
#[derive(Debug, Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
}

/// A desktop browser, as far as a user agent goes.
pub const BROWSER: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/// The largest body that is read.
const BODY_BYTES_MAX: u64 = 100_000_000;

impl Client {
    /// A client of the server at a URL without a slash at the end.
    #[must_use]
    pub fn of(base: impl Into<String>) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            .build()
            .into();
        Self { agent, base: base.into() }
    }

    /// Sends a request. A header with an empty value is not sent.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let response = if body.is_empty() && matches!(method, "GET" | "HEAD" | "OPTIONS") {
            self.agent.run(request.body(())?)
        } else {
            self.agent.run(request.body(body)?)
        };
        let mut response = response.with_context(|| format!("{method} {}{path}", self.base))?;
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let status = response.status().as_u16();
        // Whole files are larger than what a client is careful about.
        let body = response.body_mut().with_config().limit(BODY_BYTES_MAX).read_to_string().unwrap_or_default();
        Ok(Answer { status, headers, body })
    }

    /// Follows a link as a browser's navigation, with more headers.
    pub fn click(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let mut all = vec![("User-Agent", BROWSER), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate")];
        all.retain(|(name, _)| !headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)));
        all.extend_from_slice(headers);
        self.send("GET", path, &all, &[])
    }

    /// Posts JSON with an API key.
    pub fn post(&self, path: &str, key: &str, body: &Value) -> Result<Answer> {
        let authorization = if key.is_empty() { String::new() } else { format!("Bearer {key}") };
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// Gets a page of the API with a key.
    pub fn get(&self, path: &str, key: &str) -> Result<Answer> {
        let authorization = if key.is_empty() { String::new() } else { format!("Bearer {key}") };
        self.send("GET", path, &[("Authorization", &authorization)], &[])
    }
}
