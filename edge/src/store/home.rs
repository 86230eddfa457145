//! What the merchant's first page and his guide show.

use tributary_shared::money::Currency;
use tributary_shared::time::{DAY_SECONDS, Timestamp};
use worker::{Env, Result};

use super::programs::ProgramRow;
use super::row::row;
use super::{Answers, diagnostics, events, many, number};

/// Hours since 1970, as clicks are kept by.
const HOUR_SECONDS: i64 = 3_600;

/// Days that charts show.
pub(crate) const CHART_DAYS: i64 = 30;

/// The first hour that charts show.
pub(crate) fn first_hour(now: Timestamp) -> i64 {
    (now.unix_seconds() / DAY_SECONDS - CHART_DAYS + 1) * (DAY_SECONDS / HOUR_SECONDS)
}

/// Clicks of a day, by its number since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayClicks {
    pub(crate) day: i64,
    pub(crate) clicks: i64,
}

row!(DayClicks { day, clicks });

/// A night.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) started_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
    /// What it reported, as JSON.
    pub(crate) report: Option<String>,
}

row!(Run { started_at, finished_at, report });

/// A sum.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sum {
    pub(crate) currency: Currency,
    pub(crate) minor: i64,
}

row!(Sum { currency, minor });

#[derive(Debug, Default)]
struct Looks {
    held: i64,
    mail: i64,
    untold: i64,
    deaf: i64,
    programs: i64,
}

row!(Looks { held, mail, untold, deaf, programs });

#[derive(Debug, Default)]
struct Pending {
    pending: i64,
}

row!(Pending { pending });

#[derive(Debug, Default)]
struct Missed {
    missed: i64,
}

row!(Missed { missed });

/// The merchant's first page.
pub(crate) struct Home {
    pub(crate) clicks: Vec<DayClicks>,
    pub(crate) runs: Vec<Run>,
    pub(crate) payable: Vec<Sum>,
    pub(crate) held: i64,
    pub(crate) unsent_mail: i64,
    pub(crate) programs: i64,
    pub(crate) pending: i64,
    pub(crate) missed: i64,
    /// Pages that the newest links and products lead to, without the counter.
    pub(crate) silent: usize,
    /// Events that could not be told, and addresses of the merchant's that do not hear.
    pub(crate) untold: i64,
    pub(crate) deaf: i64,
    /// Groups of events that wait for the database.
    pub(crate) spilled: usize,
}

/// Reads the merchant's first page.
pub(crate) async fn home(env: &Env, now: Timestamp) -> Result<Home> {
    let at = number(now.unix_seconds());
    let answers = many(
        env,
        &[
            (sql!("clicks_by_day.sql"), vec![number(first_hour(now))]),
            (sql!("runs_latest.sql"), vec![]),
            (sql!("payable.sql"), vec![at.clone()]),
            (sql!("looks.sql"), vec![]),
            (sql!("partners_pending.sql"), vec![at]),
            (sql!("missed_count.sql"), vec![]),
            (sql!("targets_latest.sql"), vec![]),
        ],
    )
    .await?;
    let silent = diagnostics::silent(env, answers.rows(6)?).await?.len();
    // What waits is in KV; a first page is shown without that, too.
    let spilled = events::spilled(env).await.unwrap_or(0);
    let looks: Looks = answers.row(3)?.unwrap_or_default();
    Ok(Home {
        clicks: answers.rows(0)?,
        runs: answers.rows(1)?,
        payable: answers.rows(2)?,
        held: looks.held,
        unsent_mail: looks.mail,
        programs: looks.programs,
        pending: answers.row::<Pending>(4)?.unwrap_or_default().pending,
        missed: answers.row::<Missed>(5)?.unwrap_or_default().missed,
        silent,
        untold: looks.untold,
        deaf: looks.deaf,
        spilled,
    })
}

/// What of the guide is done.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) partners: i64,
    pub(crate) links: i64,
    pub(crate) transfers: i64,
}

row!(Done { partners, links, transfers });

/// Programs, and what of the guide is done: the last whether any page of the merchant's has sent a hit.
pub(crate) async fn guide(env: &Env, now: Timestamp) -> Result<(Vec<ProgramRow>, Done, bool)> {
    struct Pages {
        pages: i64,
    }

    row!(Pages { pages });
    let answers: Answers = many(
        env,
        &[
            (sql!("programs_now.sql"), vec![number(now.unix_seconds())]),
            (sql!("guide_done.sql"), vec![]),
            (sql!("pages_any.sql"), vec![]),
        ],
    )
    .await?;
    let pages = answers.row::<Pages>(2)?.is_some_and(|found| found.pages != 0);
    Ok((answers.rows(0)?, answers.row(1)?.unwrap_or_default(), pages))
}
