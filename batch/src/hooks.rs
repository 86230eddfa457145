//! `tributary hooks add|list|remove|log|resend`: who hears of what happens, and what became of what was told.
//!
//! What is due is sent by the Worker alone. A name may lead into a private network, which cannot be told from the name:
//! the Worker stands in none, and where this binary runs nobody knows.

use serde::Serialize;
use tributary_shared::hook::outgoing::{Kind, Reach, address, key_of};
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::store::{Row, Store};

/// Who makes an endpoint here, for its record.
const BY: &str = "command line";

/// A new endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Added {
    /// Its number.
    pub id: i64,
    /// The key that signs, shown this once.
    pub key: String,
}

/// An endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// Its number.
    pub id: i64,
    /// Its address.
    pub url: String,
    /// What it hears of.
    pub events: Vec<String>,
    /// Whose postback it is; nothing: the merchant's own.
    pub partner: Option<String>,
    /// `on`, `paused`, or `gone`: paused, because it answered 410.
    pub state: &'static str,
    /// How many deliveries wait.
    pub waiting: i64,
    /// How many were given up.
    pub failed: i64,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// To which endpoint.
    pub endpoint: i64,
    /// The event's id, the same however often it is sent.
    pub event: String,
    /// What happened.
    pub kind: String,
    /// When.
    pub at: String,
    /// `waiting`, `sent` or `failed`.
    pub state: &'static str,
    /// Since then; of what waits, when it is tried next.
    pub since: String,
    /// How often it was tried.
    pub tries: i64,
    /// The status of the last answer, 0 without one.
    pub status: Option<i64>,
    /// How it began.
    pub answer: String,
}

/// Makes an endpoint of the merchant's, for all events if none are named; its key is made of 32 random bytes.
pub fn add(
    store: &mut dyn Store,
    url: &str,
    events: &[String],
    random: [u8; 32],
    now: Timestamp,
) -> Result<Added, Error> {
    address(url, Reach::Public).map_err(|error| Error::Refused(error.to_string()))?;
    if let Some(unknown) = events.iter().find(|event| Kind::parse(event).is_none()) {
        let known = Kind::ALL.map(Kind::as_str).join(", ");
        return Err(Error::Refused(format!("`{unknown}` is no event: want one of {known}")));
    }
    let chosen: Vec<&str> = Kind::ALL
        .map(|kind| kind.as_str())
        .into_iter()
        .filter(|kind| events.is_empty() || events.iter().any(|event| event == kind))
        .collect();
    let key = key_of(random);
    let parameters = [
        url.into(),
        serde_json::json!(chosen).to_string().into(),
        key.as_str().into(),
        BY.into(),
        now.unix_seconds().into(),
    ];
    store.write(include_str!("store/sql/hook_endpoint_insert.sql"), &parameters)?;
    store.write(include_str!("store/sql/hook_tell_payable_of.sql"), &[url.into(), now.unix_seconds().into()])?;
    let rows = store.rows(include_str!("store/sql/hook_endpoint_by_url.sql"), &[url.into()])?;
    match rows.first() {
        Some(row) if row.text(1)? == key => Ok(Added { id: row.integer(0)?, key }),
        _ => Err(Error::Refused(format!("{url} hears already"))),
    }
}

/// All endpoints, without their keys.
pub fn list(store: &mut dyn Store) -> Result<Vec<Endpoint>, Error> {
    store.rows(include_str!("store/sql/hook_endpoints.sql"), &[])?.iter().map(endpoint).collect()
}

fn endpoint(row: &Row) -> Result<Endpoint, Error> {
    let id = row.integer(0)?;
    let corrupt =
        |error: serde_json::Error| Error::Corrupt { subject: format!("hook {id}"), problem: error.to_string() };
    Ok(Endpoint {
        id,
        url: row.text(1)?.to_owned(),
        events: serde_json::from_str(row.text(2)?).map_err(corrupt)?,
        partner: row.optional_text(3)?.map(str::to_owned),
        state: match (row.optional_integer(4)?, row.integer(5)?) {
            (None, _) => "on",
            (Some(_), 0) => "paused",
            (Some(_), _) => "gone",
        },
        waiting: row.integer(6)?,
        failed: row.integer(7)?,
    })
}

/// Forgets an endpoint with its log; whether there was one.
pub fn remove(store: &mut dyn Store, id: i64) -> Result<bool, Error> {
    Ok(store.write(include_str!("store/sql/hook_endpoint_delete.sql"), &[id.into()])? > 0)
}

/// The newest hundred deliveries, or of those that were given up.
pub fn log(store: &mut dyn Store, failed: bool) -> Result<Vec<Delivery>, Error> {
    store.rows(include_str!("store/sql/hook_log.sql"), &[i64::from(failed).into()])?.iter().map(delivery).collect()
}

fn delivery(row: &Row) -> Result<Delivery, Error> {
    let (state, since) = match (row.optional_integer(7)?, row.optional_integer(8)?) {
        (Some(sent_at), _) => ("sent", sent_at),
        (None, Some(failed_at)) => ("failed", failed_at),
        (None, None) => ("waiting", row.integer(5)?),
    };
    Ok(Delivery {
        id: row.integer(0)?,
        endpoint: row.integer(1)?,
        event: row.text(2)?.to_owned(),
        kind: row.text(3)?.to_owned(),
        at: Timestamp::from_unix_seconds(row.integer(4)?).to_string(),
        state,
        since: Timestamp::from_unix_seconds(since).to_string(),
        tries: row.integer(6)?,
        status: row.optional_integer(9)?,
        answer: row.text(10)?.to_owned(),
    })
}

/// Makes deliveries due, as if they had never been tried; how many. One that is being tried stays as it is.
pub fn resend(store: &mut dyn Store, ids: &[i64], now: Timestamp) -> Result<u64, Error> {
    let mut due = 0;
    for id in ids {
        due += store.write(include_str!("store/sql/hook_resend.sql"), &[(*id).into(), now.unix_seconds().into()])?;
    }
    Ok(due)
}

/// Makes all deliveries due that were given up; how many.
pub fn resend_failed(store: &mut dyn Store, now: Timestamp) -> Result<u64, Error> {
    Ok(store.write(include_str!("store/sql/hooks_resend_failed.sql"), &[now.unix_seconds().into()])?)
}

/// Endpoints as a table for people.
#[must_use]
pub fn endpoints_table(endpoints: &[Endpoint]) -> String {
    let mut lines =
        vec![format!("{:>5} {:<7} {:>7} {:>6} {:<12} {}", "hook", "state", "waiting", "failed", "partner", "address")];
    for Endpoint { id, url, events, partner, state, waiting, failed } in endpoints {
        let partner = partner.as_deref().unwrap_or("-");
        lines.push(format!(
            "{id:>5} {state:<7} {waiting:>7} {failed:>6} {partner:<12} {url}\n      {}",
            events.join(", ")
        ));
    }
    lines.join("\n")
}

/// The log as a table for people, one line a delivery, whatever was answered.
#[must_use]
pub fn log_table(log: &[Delivery]) -> String {
    let mut lines = vec![format!(
        "{:>7} {:>5} {:<8} {:<20} {:>5} {:>6} {:<18} {:<34} {}",
        "no.", "hook", "state", "since", "tries", "status", "kind", "event", "answer"
    )];
    for Delivery { id, endpoint, event, kind, at: _, state, since, tries, status, answer } in log {
        let status = status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        let answer = answer.replace(char::is_control, " ");
        let line = format!(
            "{id:>7} {endpoint:>5} {state:<8} {since:<20} {tries:>5} {status:>6} {kind:<18} {event:<34} {answer}"
        );
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::Sqlite;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_790_000_000);

    fn store() -> Sqlite {
        Sqlite::open(std::path::Path::new(":memory:")).unwrap()
    }

    #[test]
    fn an_endpoint_is_added_once_and_its_key_is_told_once() {
        let mut store = store();
        let url = "https://hooks.example.com/tributary";
        let added = add(&mut store, url, &["payout.sent".to_owned()], [7; 32], NOW).unwrap();
        assert!(added.key.starts_with("whsec_"));
        let again = add(&mut store, url, &[], [8; 32], NOW).unwrap_err().to_string();
        assert_eq!(again, "https://hooks.example.com/tributary hears already");
        let listed = list(&mut store).unwrap();
        let told = serde_json::to_string(&listed).unwrap();
        assert!(
            told.contains(r#""events":["payout.sent"],"partner":null,"state":"on""#) && !told.contains("whsec_"),
            "{told}"
        );
        assert!(remove(&mut store, added.id).unwrap());
        assert!(!remove(&mut store, added.id).unwrap());
    }

    #[test]
    fn what_is_no_address_of_others_or_no_event_is_refused() {
        let mut store = store();
        for (url, event, problem) in [
            ("http://hooks.example.com/", "payout.sent", "`http` is not https"),
            ("https://169.254.169.254/", "payout.sent", "`169.254.169.254` is an IP address: want a name"),
            ("https://hooks.example.com/", "order.paid", "`order.paid` is no event"),
        ] {
            let error = add(&mut store, url, &[event.to_owned()], [7; 32], NOW).unwrap_err().to_string();
            assert!(error.starts_with(problem), "{error}");
        }
        assert_eq!(list(&mut store).unwrap(), []);
    }
}
