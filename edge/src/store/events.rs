//! Events: gathered for some milliseconds, written together, and never dropped.
//!
//! The way of an event, each step taken when the one before cannot be: the queue, where one is bound, whose consumer
//! writes to D1; D1 itself; a spilled group in KV, which the schedule drains. The redirect waits for none of it.

use std::cell::RefCell;
use std::time::Duration;

use serde_json::json;
use tributary_shared::event::{ClickEvent, Group, MissedCode, VisitEvent};
use tributary_shared::time::{DAY_SECONDS, Timestamp};
use worker::{Context, D1Database, Delay, Env, Error, Result};

use super::browser_orders;
use super::contacts;
use super::{batch, db, is_constraint, number, prepare};
use crate::clock;

/// How long events of one isolate are gathered.
const GATHER_MILLIS: u64 = 25;

/// A group that was opened this long ago was forgotten by its request: the next one takes it over.
const FORGOTTEN_MILLIS: u64 = 2_000;

/// The most events of one group: some 300 bytes each, 75 KB of the 128 that a queue's message may have.
const GROUP_EVENTS_MAX: usize = 250;

/// The prefix of spilled groups in KV.
const SPILL_PREFIX: &str = "spill:";

/// The prefix of messages that no consumer could read.
const UNREADABLE_PREFIX: &str = "unreadable:";

/// The most spilled groups that one scheduled run drains.
const DRAIN_MAX: u64 = 500;

/// How long ids of written groups are kept: longer than a queue (4 days) or KV's drain could bring one again.
const GROUP_DAYS: i64 = 30;

struct Gathered {
    group: Group,
    opened_millis: u64,
}

thread_local! {
    // Plain data only: a request must never await the I/O of another.
    static GATHERED: RefCell<Option<Gathered>> = const { RefCell::new(None) };
}

/// Records a click after the answer.
pub(crate) fn record_click(env: &Env, ctx: &Context, click: ClickEvent) {
    gather(env, ctx, |group| group.clicks.push(click));
}

/// Records a code that led nowhere.
pub(crate) fn record_missed(env: &Env, ctx: &Context, missed: MissedCode) {
    gather(env, ctx, |group| group.missed.push(missed));
}

/// Records a page view.
pub(crate) fn record_visit(env: &Env, ctx: &Context, visit: VisitEvent) {
    gather(env, ctx, |group| group.visits.push(visit));
}

/// Adds an event to the open group; the request that opens one sends it.
fn gather(env: &Env, ctx: &Context, add: impl FnOnce(&mut Group)) {
    let now_millis = clock::now_millis();
    let (opens, full) = GATHERED.with_borrow_mut(|gathered| {
        let opens = gathered.as_ref().is_none_or(|open| now_millis > open.opened_millis + FORGOTTEN_MILLIS);
        let open = gathered
            .get_or_insert_with(|| Gathered { group: Group::new(clock::group_id()), opened_millis: now_millis });
        if opens {
            open.opened_millis = now_millis;
        }
        add(&mut open.group);
        let full = if open.group.len() >= GROUP_EVENTS_MAX { gathered.take() } else { None };
        (opens, full)
    });
    if let Some(full) = full {
        let env = env.clone();
        ctx.wait_until(async move { send(&env, full.group).await });
    } else if opens {
        let env = env.clone();
        ctx.wait_until(async move {
            Delay::from(Duration::from_millis(GATHER_MILLIS)).await;
            if let Some(gathered) = GATHERED.take() {
                send(&env, gathered.group).await;
            }
        });
    }
}

/// Hands a group to the queue, or writes it here.
async fn send(env: &Env, group: Group) {
    if let Ok(queue) = env.queue("QUEUE") {
        // As text: a consumer of another version can keep what it cannot read.
        let wire = serde_json::to_string(&group).unwrap_or_default();
        match queue.send(wire).await {
            Ok(()) => return,
            Err(error) => worker::console_error!("queue: {error}"),
        }
    }
    if let Err(error) = write_or_spill(env, &group).await {
        worker::console_error!("{} events of group {} are lost: {error}", group.len(), group.id);
    }
}

/// Writes a group to D1, or spills it to KV; an error means that it is nowhere.
pub(crate) async fn write_or_spill(env: &Env, group: &Group) -> Result<()> {
    let error = match write(&db(env)?, &[group]).await {
        // What was written before is as good.
        Ok(Written::New | Written::Again) => return Ok(()),
        Err(error) => error,
    };
    worker::console_warn!("group {} is spilled to KV: {error}", group.id);
    let wire = serde_json::to_string(group).map_err(|error| Error::RustError(error.to_string()))?;
    Ok(env.kv("LINKS")?.put(&format!("{SPILL_PREFIX}{}", group.id), wire)?.execute().await?)
}

/// Writes the groups that came through the queue; says of each message whether it is stored.
///
/// All in one transaction: a way to D1 for each group would cost more than what is in it. If that fails, because one of them
/// came before or D1 cannot be reached, each goes its own way.
pub(crate) async fn consume(env: &Env, wires: &[&str]) -> Vec<bool> {
    let read: Vec<_> = wires.iter().map(|wire| serde_json::from_str::<Group>(wire)).collect();
    let groups: Vec<&Group> = read.iter().flatten().collect();
    let all_written = match db(env) {
        Ok(db) => groups.len() > 1 && write(&db, &groups).await.is_ok_and(|written| written == Written::New),
        Err(_) => false,
    };
    let mut stored = Vec::with_capacity(wires.len());
    for (wire, group) in wires.iter().zip(&read) {
        stored.push(match group {
            Ok(_) if all_written => true,
            Ok(group) => write_or_spill(env, group).await.is_ok(),
            Err(error) => {
                worker::console_error!("unreadable message: {error}");
                keep(env, wire).await.is_ok()
            }
        });
    }
    stored
}

/// Keeps a message that is no group of this version for a person.
async fn keep(env: &Env, wire: &str) -> Result<()> {
    let key = format!("{UNREADABLE_PREFIX}{}", clock::group_id());
    Ok(env.kv("LINKS")?.put(&key, wire)?.execute().await?)
}

/// What became of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// They are in the database.
    New,
    /// One of them was before, and nothing was written now.
    Again,
}

/// Writes groups in one transaction; one that was written before is refused by its id, and with it all of them.
async fn write(db: &D1Database, groups: &[&Group]) -> Result<Written> {
    let events = all_of(groups);
    let text = |events: std::result::Result<String, serde_json::Error>| {
        events.map(|events| events.into()).map_err(|error| Error::RustError(error.to_string()))
    };
    let clicks: wasm_bindgen::JsValue = text(serde_json::to_string(&events.clicks))?;
    let missed: wasm_bindgen::JsValue = text(serde_json::to_string(&events.missed))?;
    let visits: wasm_bindgen::JsValue = text(serde_json::to_string(&events.visits))?;
    let ids: Vec<String> = groups.iter().map(|group| group.id.to_string()).collect();
    let ids = json!(ids).to_string();
    let statements = || {
        let now = number(clock::now().unix_seconds());
        let mut statements = vec![prepare(db, sql!("groups_insert.sql"), &[ids.as_str().into(), now])?];
        if !events.clicks.is_empty() {
            statements.push(prepare(db, sql!("clicks_upsert.sql"), std::slice::from_ref(&clicks))?);
            statements.push(prepare(db, sql!("touches_of_clicks.sql"), std::slice::from_ref(&clicks))?);
        }
        if !events.missed.is_empty() {
            statements.push(prepare(db, sql!("missed_upsert.sql"), std::slice::from_ref(&missed))?);
        }
        if !events.visits.is_empty() {
            statements.push(prepare(db, sql!("pages_upsert.sql"), std::slice::from_ref(&visits))?);
            statements.push(prepare(db, sql!("visits_upsert.sql"), std::slice::from_ref(&visits))?);
            statements.push(prepare(db, sql!("touches_of_visits.sql"), std::slice::from_ref(&visits))?);
        }
        for opt_in in groups.iter().flat_map(|group| &group.opt_ins) {
            statements.extend(contacts::opt_in(db, opt_in)?);
        }
        for order in groups.iter().flat_map(|group| &group.orders) {
            statements.push(browser_orders::report(db, order)?);
        }
        Ok(statements)
    };
    match batch(db, statements).await {
        Ok(_) => Ok(Written::New),
        Err(error) if is_constraint(&error) && error.to_string().contains("event_group.id") => Ok(Written::Again),
        Err(error) => Err(error),
    }
}

/// The events of several groups, in their order.
struct Events<'a> {
    clicks: Vec<&'a ClickEvent>,
    missed: Vec<&'a MissedCode>,
    visits: Vec<&'a VisitEvent>,
}

fn all_of<'a>(groups: &[&'a Group]) -> Events<'a> {
    Events {
        clicks: groups.iter().flat_map(|group| &group.clicks).collect(),
        missed: groups.iter().flat_map(|group| &group.missed).collect(),
        visits: groups.iter().flat_map(|group| &group.visits).collect(),
    }
}

/// Writes spilled groups to D1 and forgets them in KV; stops when D1 cannot be reached.
pub(crate) async fn drain(env: &Env) -> Result<usize> {
    let kv = env.kv("LINKS")?;
    let db = db(env)?;
    let mut drained = 0;
    for key in kv.list().prefix(SPILL_PREFIX.to_owned()).limit(DRAIN_MAX).execute().await?.keys {
        let Some(wire) = kv.get(&key.name).text().await? else {
            continue;
        };
        match serde_json::from_str::<Group>(&wire) {
            Ok(group) => match write(&db, &[&group]).await {
                Ok(Written::New | Written::Again) => {}
                // Its own fault, and for ever: kept for a person, and in nobody's way.
                Err(error) if is_constraint(&error) => {
                    worker::console_error!("{}: {error}", key.name);
                    continue;
                }
                Err(error) => return Err(error),
            },
            Err(error) => {
                // Kept where a person can look at it; it is not a group that we wrote.
                worker::console_error!("{}: {error}", key.name);
                continue;
            }
        }
        kv.delete(&key.name).await?;
        drained += 1;
    }
    Ok(drained)
}

/// How many groups wait in KV, up to a thousand.
pub(crate) async fn spilled(env: &Env) -> Result<usize> {
    Ok(env.kv("LINKS")?.list().prefix(SPILL_PREFIX.to_owned()).limit(1_000).execute().await?.keys.len())
}

/// Forgets ids of groups that cannot come again.
pub(crate) async fn prune(env: &Env, now: Timestamp) -> Result<()> {
    let oldest = now.plus_seconds(-GROUP_DAYS * DAY_SECONDS).unix_seconds();
    prepare(&db(env)?, sql!("groups_prune.sql"), &[number(oldest)])?.run().await?;
    Ok(())
}
