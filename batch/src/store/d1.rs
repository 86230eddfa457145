//! D1 over its REST API: `POST …/raw` with `{sql, params}`.
//!
//! An answer may get lost after the statement took effect. Every statement is harmless to repeat, so it is repeated.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::{Row, Store, StoreError, Value};

/// Cloudflare's API.
const API: &str = "https://api.cloudflare.com/client/v4";

/// The same API as the local development server answers it.
const LOCAL_API: &str = "http://127.0.0.1:8787/cdn-cgi/explorer/api";

/// The account by which the local development server is meant.
const LOCAL_ACCOUNT: &str = "local";

/// Pauses before a call is tried again, in milliseconds. D1's API allows 1,200 calls in five minutes: after a 429 it
/// takes up to that long until it answers again.
const PAUSES_MILLIS: [u64; 7] = [100, 300, 1_000, 3_000, 10_000, 30_000, 60_000];

/// The longest that a call may take: D1 itself ends a statement after 30 s.
const CALL_SECONDS: u64 = 60;

/// A D1 database.
pub struct D1 {
    agent: ureq::Agent,
    url: String,
    token: Option<String>,
    pauses_millis: Vec<u64>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    success: bool,
    #[serde(default)]
    errors: Vec<Message>,
    #[serde(default)]
    result: Option<Vec<Outcome>>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct Outcome {
    #[serde(default)]
    results: Option<Results>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Deserialize)]
struct Results {
    #[serde(default)]
    rows: Vec<Vec<serde_json::Value>>,
}

#[derive(Deserialize, Default)]
struct Meta {
    #[serde(default)]
    changes: u64,
}

/// Why a call had no answer that counts.
enum Failed {
    /// D1 has understood, and refused.
    ForGood(String),
    /// It may work the next time.
    ForNow(String),
}

impl D1 {
    /// A database of an account, with `CLOUDFLARE_API_TOKEN` from the environment.
    ///
    /// The account `local` is the development server on this machine. `CLOUDFLARE_API_BASE_URL` names another server.
    pub fn open(account: &str, database: &str) -> Result<Self, StoreError> {
        let base = std::env::var("CLOUDFLARE_API_BASE_URL").ok();
        let token = std::env::var("CLOUDFLARE_API_TOKEN").ok();
        if account != LOCAL_ACCOUNT && token.is_none() {
            return Err(StoreError::Open {
                what: format!("d1:{account}/{database}"),
                problem: "CLOUDFLARE_API_TOKEN is not set: make a token with the permission D1 Edit".to_owned(),
            });
        }
        let url = if account == LOCAL_ACCOUNT {
            format!("{}/d1/database/{database}/raw", base.as_deref().unwrap_or(LOCAL_API))
        } else {
            format!("{}/accounts/{account}/d1/database/{database}/raw", base.as_deref().unwrap_or(API))
        };
        Ok(Self::at(url, token, PAUSES_MILLIS.to_vec()))
    }

    /// A database at a URL, with the pauses between tries.
    #[must_use]
    pub fn at(url: String, token: Option<String>, pauses_millis: Vec<u64>) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(CALL_SECONDS)))
            .http_status_as_error(false)
            .build()
            .into();
        Self { agent, url, token, pauses_millis }
    }

    fn call(&self, sql: &str, parameters: &[Value]) -> Result<Outcome, StoreError> {
        let (sql, parameters) = inlined(sql, parameters);
        let body = json!({ "sql": sql, "params": parameters });
        let mut pauses = self.pauses_millis.iter();
        let mut tries = 1;
        loop {
            match self.try_call(&body) {
                Ok(outcome) => return Ok(outcome),
                Err(Failed::ForGood(problem)) => return Err(StoreError::D1(problem)),
                Err(Failed::ForNow(problem)) => match pauses.next() {
                    Some(&pause) => std::thread::sleep(Duration::from_millis(pause)),
                    None => return Err(StoreError::Unreachable { tries, problem }),
                },
            }
            tries += 1;
        }
    }

    fn try_call(&self, body: &serde_json::Value) -> Result<Outcome, Failed> {
        let mut request = self.agent.post(&self.url);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = request.send_json(body).map_err(|error| Failed::ForNow(error.to_string()))?;
        let status = response.status().as_u16();
        let text = response
            .body_mut()
            .with_config()
            .limit(256 * 1024 * 1024)
            .read_to_string()
            .map_err(|error| Failed::ForNow(format!("the answer broke off: {error}")))?;
        let answer: Answer = serde_json::from_str(&text)
            .map_err(|error| Failed::ForNow(format!("status {status}, not an answer of D1: {error}")))?;
        if answer.success
            && let Some(outcome) = answer.result.and_then(|outcomes| outcomes.into_iter().next())
        {
            return Ok(outcome);
        }
        let problem = answer.errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ");
        let problem = format!("status {status}: {problem}");
        let is_busy = ["SQLITE_BUSY", "database is locked", "overloaded", "reset", "storage operation", "timeout"]
            .iter()
            .any(|word| problem.contains(word));
        // 401, 403 and bad SQL stay what they are; too many calls, trouble on the way and a busy database pass.
        if status == 429 || is_busy || (status >= 500 && !problem.contains("SQLITE_")) {
            Err(Failed::ForNow(problem))
        } else {
            Err(Failed::ForGood(problem))
        }
    }
}

/// Writes numbers and nothing into the statement: the API takes texts alone as parameters.
fn inlined(sql: &str, parameters: &[Value]) -> (String, Vec<String>) {
    let mut inlined = String::with_capacity(sql.len());
    let mut rest = sql;
    let mut texts = 0;
    while let Some((before, after)) = rest.split_once('?') {
        inlined.push_str(before);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, behind) = after.split_at(digits);
        let place: usize = number.parse().unwrap_or(0);
        match place.checked_sub(1).and_then(|index| parameters.get(index)) {
            Some(Value::Integer(integer)) => inlined.push_str(&integer.to_string()),
            Some(Value::Null) => inlined.push_str("NULL"),
            Some(Value::Text(_)) | None => {
                texts = texts.max(place);
                inlined.push('?');
                inlined.push_str(number);
            }
        }
        rest = behind;
    }
    inlined.push_str(rest);
    // Places are numbered: those before the last text stay, empty where the number stands in the statement.
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Integer(_) | Value::Null => String::new(),
    };
    (inlined, parameters.iter().take(texts).map(text).collect())
}

impl Store for D1 {
    fn rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        let outcome = self.call(sql, parameters)?;
        let rows = outcome.results.map(|results| results.rows).unwrap_or_default();
        let value = |column: usize, value: serde_json::Value| match value {
            serde_json::Value::Null => Ok(Value::Null),
            serde_json::Value::String(text) => Ok(Value::Text(text)),
            serde_json::Value::Number(number) if number.is_i64() => {
                Ok(Value::Integer(number.as_i64().unwrap_or_default()))
            }
            other => Err(StoreError::Column { column, found: other.to_string() }),
        };
        rows.into_iter()
            .map(|row| {
                row.into_iter().enumerate().map(|(column, cell)| value(column, cell)).collect::<Result<_, _>>().map(Row)
            })
            .collect()
    }

    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        Ok(self.call(sql, parameters)?.meta.changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_in_the_statement_and_texts_keep_their_places() {
        let parameters = [Value::Integer(-5), Value::from("a?2"), Value::Null, Value::Integer(12)];
        let (sql, texts) = inlined("SELECT ?1, ?2, ?3 WHERE ?4 > ?2 LIMIT ?1", &parameters);
        assert_eq!(sql, "SELECT -5, ?2, NULL WHERE 12 > ?2 LIMIT -5");
        assert_eq!(texts, ["", "a?2"]);
    }
}
