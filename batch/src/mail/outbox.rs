//! `tributary mail list` and `mail retry`: the outbox as it stands, and another chance for what failed.

use serde::Serialize;
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::store::{Row, Store};

/// A mail without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its number.
    pub id: i64,
    /// When it was written.
    pub created_at: String,
    /// The address that it goes to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// `waiting`, `sent` or `failed`.
    pub state: &'static str,
    /// Since then; of what waits, when it is tried next.
    pub at: String,
    /// How often it was tried.
    pub tries: i64,
    /// What went wrong the last time.
    pub problem: String,
}

/// The newest hundred mails, or all that failed; newest first.
pub fn list(store: &mut dyn Store, failed: bool) -> Result<Vec<Listed>, Error> {
    let sql =
        if failed { include_str!("../store/sql/mails_failed.sql") } else { include_str!("../store/sql/mails.sql") };
    store.rows(sql, &[])?.iter().map(listed).collect()
}

fn listed(row: &Row) -> Result<Listed, Error> {
    let (state, at) = match (row.optional_integer(6)?, row.optional_integer(7)?) {
        (Some(sent_at), _) => ("sent", sent_at),
        (None, Some(failed_at)) => ("failed", failed_at),
        (None, None) => ("waiting", row.integer(4)?),
    };
    Ok(Listed {
        id: row.integer(0)?,
        created_at: told(row.integer(1)?),
        to: row.text(2)?.to_owned(),
        subject: row.text(3)?.to_owned(),
        state,
        at: told(at),
        tries: row.integer(5)?,
        problem: row.text(8)?.to_owned(),
    })
}

fn told(unix_seconds: i64) -> String {
    Timestamp::from_unix_seconds(unix_seconds).to_string()
}

/// Makes mails due that failed; how many. One that has not failed stays as it is.
pub fn retry(store: &mut dyn Store, ids: &[i64], now: Timestamp) -> Result<u64, Error> {
    let mut retried = 0;
    for id in ids {
        let parameters = [(*id).into(), now.unix_seconds().into()];
        retried += store.write(include_str!("../store/sql/mail_retry.sql"), &parameters)?;
    }
    Ok(retried)
}

/// Makes all mails due that failed; how many.
pub fn retry_all(store: &mut dyn Store, now: Timestamp) -> Result<u64, Error> {
    Ok(store.write(include_str!("../store/sql/mails_retry.sql"), &[now.unix_seconds().into()])?)
}

/// Mails as a table for people.
#[must_use]
pub fn table(mails: &[Listed]) -> String {
    // One line a mail, whatever its subject and the server's words are.
    let flat = |text: &str| text.replace(char::is_control, " ");
    let mut lines = vec![format!(
        "{:>6} {:<32} {:<8} {:<20} {:>5} {:<32} {}",
        "mail", "to", "state", "at", "tries", "subject", "problem"
    )];
    for mail in mails {
        let (to, subject, problem) = (flat(&mail.to), flat(&mail.subject), flat(&mail.problem));
        let line = format!(
            "{:>6} {to:<32} {:<8} {:<20} {:>5} {subject:<32} {problem}",
            mail.id, mail.state, mail.at, mail.tries
        );
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}
