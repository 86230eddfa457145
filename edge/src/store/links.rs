//! Links: in isolate memory, in KV, in D1.
//!
//! Architecture invariant: on a hit in memory or KV, D1 is not asked before the answer.

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::Pin;
use std::rc::Rc;

use tributary_shared::id::{LinkId, PartnerId};
use tributary_shared::link::{LinkCode, LinkRecord};
use tributary_shared::program::Consent;
use worker::{Context, Env, Result};

use super::row::{self, FromRow, row};
use super::{all, db, first, number, prepare, retried};

/// How long an isolate trusts its memory. A paused link may still redirect for this long, plus KV's minute.
const MEMORY_MILLIS: u64 = 10_000;

/// The most links an isolate remembers: some 300 bytes each, 3 MB of the 128 it has.
const MEMORY_LINKS_MAX: usize = 10_000;

/// How long KV's edge cache may serve a link: the least that KV allows.
const CACHE_SECONDS: u64 = 60;

/// How long KV keeps a link: 30 days, so that links are known while D1 is down, and a value that a slow reader wrote
/// over a newer one is gone in the end.
const KEEP_SECONDS: u64 = 30 * 86_400;

/// The most links that one scheduled run projects: KV writes are what a free plan is short of.
const PROJECT_MAX: i64 = 200;

/// Where a link was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Memory,
    Kv,
    D1,
}

impl Source {
    /// For the `Server-Timing` header, by which tests and merchants see what a redirect cost.
    pub(crate) const fn server_timing(self) -> &'static str {
        match self {
            Self::Memory => "link;desc=memory",
            Self::Kv => "link;desc=kv",
            Self::D1 => "link;desc=d1",
        }
    }
}

struct Remembered {
    link: Rc<LinkRecord>,
    until_millis: u64,
}

thread_local! {
    static MEMORY: RefCell<HashMap<String, Remembered>> = RefCell::new(HashMap::new());
}

struct Row {
    id: i64,
    partner_id: i64,
    window_days: u32,
    active: i64,
    consent: String,
    target: String,
}

row!(Row { id, partner_id, window_days, active, consent, target });

impl From<Row> for LinkRecord {
    fn from(row: Row) -> Self {
        Self {
            link: LinkId(row.id),
            partner: PartnerId(row.partner_id),
            window_days: row.window_days,
            active: row.active != 0,
            // A word that is not known asks for consent: that cannot be made good later.
            consent: Consent::parse(&row.consent).unwrap_or(Consent::Required),
            target: row.target,
        }
    }
}

/// The link in isolate memory, if it was found not long ago.
pub(crate) fn remembered(code: &LinkCode, now_millis: u64) -> Option<Rc<LinkRecord>> {
    MEMORY.with_borrow(|memory| {
        memory.get(code.as_str()).filter(|found| found.until_millis > now_millis).map(|found| found.link.clone())
    })
}

/// What was found of a link, later.
type Finding<'a> = Pin<Box<dyn Future<Output = Result<Option<(Rc<LinkRecord>, Source)>>> + 'a>>;

/// Finds a link that is not in memory; an error if neither KV knows it nor D1 can be asked. KV is repaired from D1 after
/// the answer.
///
/// Behind a pointer that the compiler cannot see through: a redirect out of memory carries nothing of it.
#[inline(never)]
pub(crate) fn find<'a>(env: &'a Env, ctx: &'a Context, code: &'a LinkCode, now_millis: u64) -> Finding<'a> {
    Box::pin(look_up(env, ctx, code, now_millis))
}

async fn look_up(
    env: &Env,
    ctx: &Context,
    code: &LinkCode,
    now_millis: u64,
) -> Result<Option<(Rc<LinkRecord>, Source)>> {
    let (link, source) = match from_kv(env, code).await {
        Some(link) => (link, Source::Kv),
        None => {
            let Some(link) = from_d1(env, code).await? else { return Ok(None) };
            repair(env, ctx, code, &link);
            (link, Source::D1)
        }
    };
    let link = Rc::new(link);
    remember(code, &link, now_millis);
    Ok(Some((link, source)))
}

fn remember(code: &LinkCode, link: &Rc<LinkRecord>, now_millis: u64) {
    MEMORY.with_borrow_mut(|memory| {
        if memory.len() >= MEMORY_LINKS_MAX {
            memory.clear();
        }
        memory.insert(
            code.as_str().to_owned(),
            Remembered { link: link.clone(), until_millis: now_millis + MEMORY_MILLIS },
        );
    });
}

fn key(code: &str) -> String {
    format!("link:{code}")
}

async fn from_kv(env: &Env, code: &LinkCode) -> Option<LinkRecord> {
    let kv = env.kv("LINKS").ok()?;
    // KV that fails is KV that does not know: D1 is asked instead.
    let wire = kv.get(&key(code.as_str())).cache_ttl(CACHE_SECONDS).text().await.ok().flatten()?;
    LinkRecord::from_wire(&wire)
}

async fn from_d1(env: &Env, code: &LinkCode) -> Result<Option<LinkRecord>> {
    let row = first::<Row>(env, sql!("link_by_code.sql"), &[code.as_str().into()]).await?;
    Ok(row.map(LinkRecord::from))
}

fn repair(env: &Env, ctx: &Context, code: &LinkCode, link: &LinkRecord) {
    let (env, code, wire) = (env.clone(), code.clone(), link.to_wire());
    ctx.wait_until(async move {
        if let Err(error) = put(&env, code.as_str(), &wire).await {
            worker::console_error!("link {code} into KV: {error}");
        }
    });
}

async fn put(env: &Env, code: &str, wire: &str) -> Result<()> {
    Ok(env.kv("LINKS")?.put(&key(code), wire)?.expiration_ttl(KEEP_SECONDS).execute().await?)
}

struct Unprojected {
    code: String,
    revision: i64,
    row: Row,
}

impl FromRow for Unprojected {
    fn from_row(row: &row::Row) -> Result<Self> {
        Ok(Self { code: row.text("code")?, revision: row.number("revision")?, row: Row::from_row(row)? })
    }
}

/// Writes links that changed since they were last written to KV.
pub(crate) async fn project(env: &Env) -> Result<usize> {
    let db = db(env)?;
    let rows: Vec<Unprojected> = all(env, sql!("links_unprojected.sql"), &[number(PROJECT_MAX)]).await?;
    let count = rows.len();
    for Unprojected { code, revision, row } in rows {
        let id = row.id;
        put(env, &code, &LinkRecord::from(row).to_wire()).await?;
        let projected = [number(id), number(revision)];
        retried(|| async { prepare(&db, sql!("link_projected.sql"), &projected)?.run().await }).await?;
    }
    Ok(count)
}

/// Whether KV answers.
pub(crate) async fn is_reachable(env: &Env) -> bool {
    match env.kv("LINKS") {
        Ok(kv) => kv.get("healthz").text().await.is_ok(),
        Err(_) => false,
    }
}
