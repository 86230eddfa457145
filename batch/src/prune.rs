//! `tributary prune`: raw events are kept for their term and no longer.

use std::fmt;

use serde::Serialize;
use tributary_shared::time::{DAY_SECONDS, Timestamp};

use crate::error::Error;
use crate::store::{Store, Value};

/// Links whose clicks are summed and deleted by one statement: D1 gives a statement 30 seconds.
const LINKS_AT_ONCE: i64 = 500;

/// Touches that one statement deletes.
const TOUCHES_AT_ONCE: i64 = 20_000;

/// How long a session lasts, in days: what is older opens nothing.
const SESSION_DAYS: u32 = 31;

/// How long things are kept, in days.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Clicks; afterwards counted by link and day.
    pub clicks_days: u32,
    /// Touches beyond the longest window: refunds of that time are still judged as their orders were.
    pub touches_days: u32,
    /// Codes that led nowhere.
    pub missed_days: u32,
    /// Mails that were sent, or failed for good.
    pub mails_days: u32,
    /// Reports of browsers.
    pub reports_days: u32,
}

/// How many rows went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// Clicks, which are counted by link and day from now on.
    pub clicks: u64,
    /// Touches.
    pub touches: u64,
    /// Codes that led nowhere.
    pub missed: u64,
    /// Mails.
    pub mails: u64,
    /// Reports of browsers.
    pub reports: u64,
    /// Sessions, links to log in, and tries that failed.
    pub log_ins: u64,
}

impl fmt::Display for Pruned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { clicks, touches, missed, mails, reports, log_ins } = self;
        write!(
            f,
            "deleted: {clicks} clicks (counted by day), {touches} touches, {missed} missed codes, {mails} mails, \
             {reports} browser reports, {log_ins} log-ins"
        )
    }
}

/// Deletes what is past its term. Each statement is harmless to repeat, and a run that broke off is ended by the next.
pub fn run(store: &mut dyn Store, terms: Terms, now: Timestamp) -> Result<Pruned, Error> {
    let before = |days: u32| -> Value { now.plus_seconds(-i64::from(days) * DAY_SECONDS).unix_seconds().into() };
    let mut pruned = Pruned { clicks: clicks(store, terms.clicks_days, now)?, ..Pruned::default() };
    let window = store.rows(include_str!("store/sql/prune_windows.sql"), &[])?;
    let window = window.first().map(|row| row.integer(0)).transpose()?.unwrap_or(0);
    let oldest = now.plus_seconds(-(window + i64::from(terms.touches_days)) * DAY_SECONDS).unix_seconds();
    loop {
        let parameters = [oldest.into(), TOUCHES_AT_ONCE.into()];
        let deleted = store.write(include_str!("store/sql/prune_touches.sql"), &parameters)?;
        pruned.touches += deleted;
        if deleted == 0 {
            break;
        }
    }
    pruned.missed = store.write(include_str!("store/sql/prune_missed.sql"), &[before(terms.missed_days)])?;
    pruned.mails = store.write(include_str!("store/sql/prune_mails.sql"), &[before(terms.mails_days)])?;
    pruned.reports = store.write(include_str!("store/sql/prune_reports.sql"), &[before(terms.reports_days)])?;
    for (sql, days) in [
        (include_str!("store/sql/prune_sessions.sql"), SESSION_DAYS),
        (include_str!("store/sql/prune_login_links.sql"), 1),
        (include_str!("store/sql/prune_login_failures.sql"), 1),
    ] {
        pruned.log_ins += store.write(sql, &[before(days)])?;
    }
    Ok(pruned)
}

/// Counts old clicks by link and day, and then deletes them: whole days, so that no day is counted in parts.
fn clicks(store: &mut dyn Store, days: u32, now: Timestamp) -> Result<u64, Error> {
    let first_day = now.unix_seconds().div_euclid(DAY_SECONDS) - i64::from(days);
    let rows = store.rows(include_str!("store/sql/prune_links_last.sql"), &[])?;
    let last = rows.first().map(|row| row.integer(0)).transpose()?.unwrap_or(0);
    let (mut link, mut deleted) = (0, 0);
    while link <= last {
        let parameters = [link.into(), (link + LINKS_AT_ONCE - 1).into(), (first_day * 24).into()];
        store.write(include_str!("store/sql/prune_clicks_sum.sql"), &parameters)?;
        deleted += store.write(include_str!("store/sql/prune_clicks.sql"), &parameters)?;
        link += LINKS_AT_ONCE;
    }
    Ok(deleted)
}
