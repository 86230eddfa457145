//! `tributary mail send|list|retry`: what waits in the outbox goes out.
//!
//! A mail is leased while it is sent, so that two senders never send the same, and a sender that dies gives it back. A
//! mail comes twice only where the server's acceptance was lost, and then with the same Message-ID.

pub mod outbox;
mod server;

use std::fmt::{Display, Formatter};

use serde::Serialize;
use tributary_shared::contact::Email;
use tributary_shared::mail::{LEASE_SECONDS, again_at};
use tributary_shared::time::Timestamp;

pub use self::server::{Letter, Refusal, Server};
use crate::error::Error;
use crate::store::Store;

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many mails the server accepted.
    pub sent: u64,
    /// Those that are tried again.
    pub later: Vec<Unsent>,
    /// Those that are not.
    pub failed: Vec<Unsent>,
    /// Why no connection could be had. What is due stays due.
    pub unreachable: Option<String>,
    /// Why the server takes no mail from us, whichever. What is due stays due.
    pub refused: Option<String>,
}

/// A mail that was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsent {
    /// Its number.
    pub id: i64,
    /// To whom, as a stranger may see it: what runs by a timer is logged.
    pub to: String,
    /// When it is tried again, if it is.
    pub due_at: Option<String>,
    /// Why, in the server's words.
    pub problem: String,
}

impl Report {
    /// Whether somebody has to do something.
    #[must_use]
    pub fn needs_a_look(&self) -> bool {
        !self.failed.is_empty() || self.refused.is_some()
    }
}

/// A mail that this run alone may send.
struct Leased {
    id: i64,
    /// How often it was leased, this time included.
    tries: i64,
    letter: Letter,
}

/// Sends what is due, each mail once; what becomes due meanwhile is for the next run.
///
/// Without a connection one mail is tried and the others are left as they are, so that none waits for the time that
/// each of them would take to fail. Where the server refuses us, none is tried.
pub fn send(store: &mut dyn Store, server: &Server, now: &dyn Fn() -> Timestamp) -> Result<Report, Error> {
    let began = now();
    let mut report = Report::default();
    if store.rows(include_str!("../store/sql/mail_any_due.sql"), &[began.unix_seconds().into()])?.is_empty() {
        return Ok(report);
    }
    loop {
        let greeted = server.greet();
        if let Err(Refusal::ForGood(problem)) = greeted {
            report.refused = Some(problem);
            return Ok(report);
        }
        // A clock that is set back would make due again what was put off just now.
        let Some(leased) = lease(store, began, now().max(began))? else {
            return Ok(report);
        };
        if let Err(Refusal::ForNow(problem)) = &greeted {
            report.unreachable = Some(problem.clone());
        }
        let delivered = greeted.and_then(|()| server.deliver(&leased.letter));
        note(store, leased, delivered, now().max(began), &mut report)?;
        if report.unreachable.is_some() {
            return Ok(report);
        }
    }
}

fn lease(store: &mut dyn Store, due: Timestamp, now: Timestamp) -> Result<Option<Leased>, Error> {
    let until = now.plus_seconds(LEASE_SECONDS).unix_seconds();
    let rows = store.rows(include_str!("../store/sql/mail_lease.sql"), &[due.unix_seconds().into(), until.into()])?;
    let Some(row) = rows.first() else { return Ok(None) };
    let letter = Letter {
        cause: row.text(1)?.to_owned(),
        recipient: row.text(2)?.to_owned(),
        subject: row.text(3)?.to_owned(),
        body: row.text(4)?.to_owned(),
        html: row.text(5)?.to_owned(),
        created_at: Timestamp::from_unix_seconds(row.integer(6)?),
    };
    Ok(Some(Leased { id: row.integer(0)?, tries: row.integer(7)?, letter }))
}

/// Writes down what became of a mail.
fn note(
    store: &mut dyn Store,
    leased: Leased,
    delivered: Result<(), Refusal>,
    now: Timestamp,
    report: &mut Report,
) -> Result<(), Error> {
    let Leased { id, tries, letter } = leased;
    let to = Email::parse(&letter.recipient).map_or_else(|_| "…".to_owned(), |email| email.masked());
    let (problem, again_at) = match delivered {
        Ok(()) => {
            let parameters = [id.into(), now.unix_seconds().into()];
            store.write(include_str!("../store/sql/mail_sent.sql"), &parameters)?;
            report.sent += 1;
            return Ok(());
        }
        Err(Refusal::ForNow(problem)) => (problem, again_at(tries, now)),
        Err(Refusal::ForGood(problem)) => (problem, None),
    };
    let (sql, at, list) = match again_at {
        Some(at) => (include_str!("../store/sql/mail_later.sql"), at, &mut report.later),
        None => (include_str!("../store/sql/mail_fail.sql"), now, &mut report.failed),
    };
    store.write(sql, &[id.into(), tries.into(), at.unix_seconds().into(), problem.as_str().into()])?;
    list.push(Unsent { id, to, due_at: again_at.map(|at| at.to_string()), problem });
    Ok(())
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} sent, {} later, {} failed", self.sent, self.later.len(), self.failed.len())?;
        for Unsent { id, to, due_at, problem } in self.later.iter().chain(&self.failed) {
            match due_at {
                Some(at) => write!(f, "\nmail {id} to {to}: again from {at} on: {problem}")?,
                None => write!(f, "\nmail {id} to {to}: failed: {problem}")?,
            }
        }
        if let Some(problem) = &self.unreachable {
            write!(f, "\nthe mail server cannot be reached, what is due waits: {problem}")?;
        }
        if let Some(problem) = &self.refused {
            write!(f, "\nthe mail server takes no mail from us, what is due waits: {problem}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_the_seventh_failure_is_the_last() {
        let now = Timestamp::from_unix_seconds(1_000_000);
        let pauses: Vec<Option<i64>> =
            (1..=8).map(|tries| again_at(tries, now).map(|at| at.seconds_since(now))).collect();
        let day = 86_400;
        assert_eq!(pauses, [Some(60), Some(300), Some(1_800), Some(7_200), Some(21_600), Some(day), None, None]);
    }

    #[test]
    fn a_lease_outlasts_all_answers_that_a_mail_may_wait_for() {
        // On a connection that is had: NOOP. On a new one: TCP, greeting, EHLO, STARTTLS, TLS, EHLO, AUTH and two of its
        // steps. Then MAIL, RCPT, DATA, the text going out, the answer to it, and QUIT after a refusal.
        let answers = 1 + 9 + 6;
        assert!(answers * i64::try_from(server::ANSWER_SECONDS).unwrap() < LEASE_SECONDS);
    }
}
