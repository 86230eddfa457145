//! `mail` and `hooks`: what waits to be sent, and what became of it.

use tributary_batch::error::Error;
use tributary_batch::store::Store;
use tributary_batch::{hooks, mail};

use super::out::print;
use super::{Clock, never_dry};
use crate::cli::{Common, HooksCommand, MailCommand};
use crate::{now, random_bits};

pub(crate) fn post(store: &mut dyn Store, common: &Common, command: &MailCommand, clock: Clock) -> Result<bool, Error> {
    match command {
        MailCommand::Send { smtp, from, once: _ } => {
            never_dry(common, "a mail is sent or not")?;
            let report = mail::send(store, &mail::Server::parse(smtp, from)?, &now)?;
            print(common, &report, &report)?;
            Ok(report.needs_a_look())
        }
        MailCommand::List { failed } => {
            let mails = mail::outbox::list(store, *failed)?;
            print(common, &mails, &mail::outbox::table(&mails))?;
            Ok(false)
        }
        MailCommand::Retry { ids, failed } => {
            never_dry(common, "a mail is made due or not")?;
            let retried = match failed {
                true => mail::outbox::retry_all(store, clock.now)?,
                false => mail::outbox::retry(store, ids, clock.now)?,
            };
            print(common, &serde_json::json!({ "retried": retried }), &format!("{retried} due again"))?;
            Ok(!failed && retried < ids.len() as u64)
        }
    }
}

pub(crate) fn hear(
    store: &mut dyn Store,
    common: &Common,
    command: &HooksCommand,
    clock: Clock,
) -> Result<bool, Error> {
    match command {
        HooksCommand::Add { url, events } => {
            never_dry(common, "an endpoint is added or not")?;
            let added = hooks::add(store, url, events, random_bits(), clock.now)?;
            print(common, &added, &added.key)?;
            Ok(false)
        }
        HooksCommand::List => {
            let endpoints = hooks::list(store)?;
            print(common, &endpoints, &hooks::endpoints_table(&endpoints))?;
            Ok(false)
        }
        HooksCommand::Remove { id } => {
            never_dry(common, "an endpoint is forgotten or not")?;
            let removed = hooks::remove(store, *id)?;
            let said = if removed { "removed" } else { "there was nothing to remove" };
            print(common, &serde_json::json!({ "id": id, "removed": removed }), &said)?;
            Ok(!removed)
        }
        HooksCommand::Log { failed } => {
            let log = hooks::log(store, *failed)?;
            print(common, &log, &hooks::log_table(&log))?;
            Ok(false)
        }
        HooksCommand::Resend { ids, failed } => {
            never_dry(common, "a delivery is made due or not")?;
            let due = match failed {
                true => hooks::resend_failed(store, clock.now)?,
                false => hooks::resend(store, ids, clock.now)?,
            };
            print(common, &serde_json::json!({ "due": due }), &format!("{due} due again"))?;
            Ok(!failed && due < ids.len() as u64)
        }
    }
}
