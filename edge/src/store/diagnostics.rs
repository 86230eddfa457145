//! What a merchant should look at.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::json;
use tributary_shared::link::TargetHosts;
use tributary_shared::time::Timestamp;
use tributary_shared::visit;
use worker::{Env, Result};

use super::programs::ProgramRow;
use super::row::row;
use super::{all, events, many, number};

/// The answer of the diagnostics endpoint.
#[derive(Serialize)]
pub(crate) struct Diagnostics {
    /// Codes that led nowhere, the most asked first.
    pub(crate) missed_codes: Vec<MissedCode>,
    /// Pages that sent hits, the latest first.
    pub(crate) pages: Vec<Page>,
    /// Targets of links, and pages that describe products, from which no hit has ever come: the counter is missing there.
    pub(crate) silent_targets: Vec<SilentTarget>,
    /// Groups of events that wait in KV for the database.
    pub(crate) spilled_groups: usize,
}

#[derive(Serialize)]
pub(crate) struct MissedCode {
    pub(crate) code: String,
    pub(crate) hits: i64,
    #[serde(serialize_with = "printed")]
    pub(crate) first_at: Timestamp,
    #[serde(serialize_with = "printed")]
    pub(crate) last_at: Timestamp,
}

row!(MissedCode { code, hits, first_at, last_at });

struct PageRow {
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) listed: i64,
    pub(crate) hits: i64,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
}

row!(PageRow { host, path, listed, hits, first_at, last_at });

#[derive(Serialize)]
pub(crate) struct Page {
    pub(crate) host: String,
    pub(crate) path: String,
    /// Whether the host is one of the merchant's; hits from others credit nobody.
    pub(crate) listed: bool,
    pub(crate) hits: i64,
    #[serde(serialize_with = "printed")]
    pub(crate) first_at: Timestamp,
    #[serde(serialize_with = "printed")]
    pub(crate) last_at: Timestamp,
}

#[derive(Serialize)]
pub(crate) struct SilentTarget {
    pub(crate) target: String,
    pub(crate) links: i64,
}

row!(SilentTarget { target, links });

struct SeenPage {
    pub(crate) host: String,
    pub(crate) path: String,
}

row!(SeenPage { host, path });

fn printed<S: serde::Serializer>(at: &Timestamp, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

/// Leaves the targets from which no hit has come. Links and pages may live in two databases: they meet here, not in SQL.
pub(super) async fn silent(env: &Env, targets: Vec<SilentTarget>) -> Result<Vec<SilentTarget>> {
    let nowhere = TargetHosts::default();
    let read: Vec<(SilentTarget, Option<visit::Page>)> = targets
        .into_iter()
        .map(|target| (visit::read(&target.target, "", &nowhere), target))
        .map(|(page, target)| (target, page))
        .collect();
    let asked: Vec<_> =
        read.iter().filter_map(|(_, page)| page.as_ref()).map(|page| json!([page.host, page.path])).collect();
    let asked = serde_json::Value::from(asked).to_string();
    let seen: Vec<SeenPage> = all(env, sql!("pages_seen.sql"), &[asked.into()]).await?;
    let seen: HashSet<(String, String)> = seen.into_iter().map(|page| (page.host, page.path)).collect();
    let is_seen = |page: &visit::Page| seen.contains(&(page.host.clone(), page.path.clone()));
    Ok(read.into_iter().filter(|(_, page)| !page.as_ref().is_some_and(is_seen)).map(|(target, _)| target).collect())
}

/// Reads it all, and the programs as they are now, in two ways to the database.
pub(crate) async fn read(env: &Env, now: Timestamp) -> Result<(Diagnostics, Vec<ProgramRow>)> {
    let answers = many(
        env,
        &[
            (sql!("missed_codes.sql"), vec![]),
            (sql!("pages.sql"), vec![]),
            (sql!("link_targets.sql"), vec![]),
            (sql!("programs_now.sql"), vec![number(now.unix_seconds())]),
        ],
    )
    .await?;
    let missed_codes = answers.rows(0)?;
    let pages: Vec<PageRow> = answers.rows(1)?;
    let targets = answers.rows(2)?;
    let silent_targets = silent(env, targets).await?;
    let pages = pages
        .into_iter()
        .map(|row| Page {
            host: row.host,
            path: row.path,
            listed: row.listed != 0,
            hits: row.hits,
            first_at: row.first_at,
            last_at: row.last_at,
        })
        .collect();
    let found = Diagnostics { missed_codes, pages, silent_targets, spilled_groups: events::spilled(env).await? };
    Ok((found, answers.rows(3)?))
}
