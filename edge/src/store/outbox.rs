//! The outbox of hooks: what happened becomes deliveries, and a sender leases them.

use tributary_shared::hook::outgoing::{Event, Heard, LOG_DAYS, heard, rest_until};
use tributary_shared::time::{DAY_SECONDS, Timestamp};
use wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::history::Prepared;
use super::row::Row;
use super::{many, number};

/// How many rows of a table are turned into events at once: a minute's work of D1 at most, and more than a minute brings.
const LOOKED_AT: i64 = 2_000;

/// How long a sender may hold what it leased: an answer's seconds six times over, for a platform that waits with some of
/// what is sent at once.
const LEASE_SECONDS: i64 = 30;

/// A delivery that this sender alone may try.
#[derive(Debug)]
pub(crate) struct Leased {
    id: i64,
    endpoint: i64,
    /// This try included.
    tries: i64,
    failed_rounds: i64,
    event_id: String,
    kind: String,
    at: Timestamp,
    facts: String,
    /// The click that it followed from, where it is known.
    click_id: Option<String>,
    /// Where to; of a postback with macros.
    pub(crate) url: String,
    /// Keys that sign; empty for a postback.
    pub(crate) secrets: String,
}

impl Leased {
    /// What happened.
    pub(crate) fn event(&self) -> Event<'_> {
        Event { id: &self.event_id, kind: &self.kind, at: self.at, facts: &self.facts }
    }
}

/// How a try ended.
#[derive(Debug)]
pub(crate) struct Tried {
    /// The status of the answer, 0 without one.
    pub(crate) status: i64,
    pub(crate) millis: i64,
    /// How the answer began, or why there is none.
    pub(crate) answer: String,
    /// Whether nothing was sent, because this run may send nothing more.
    pub(crate) is_untried: bool,
}

/// Whether anybody hears at all.
pub(crate) async fn is_heard(env: &Env) -> Result<bool> {
    Ok(many(env, &[(sql!("hook_any.sql"), vec![])]).await?.one(0)?.is_some())
}

/// What tells each kind of event: ?1 is now, ?2 how many rows are looked at.
const TELLS: [&str; 7] = [
    sql!("hook_tell_partners.sql"),
    sql!("hook_tell_approvals.sql"),
    sql!("hook_tell_contacts.sql"),
    sql!("hook_tell_decisions.sql"),
    sql!("hook_tell_accruals.sql"),
    sql!("hook_tell_payable.sql"),
    sql!("hook_tell_payouts.sql"),
];

/// Turns what happened since the last time into deliveries, and drops the log of what was done with long ago.
///
/// One transaction: what is told and how far it was told are never apart.
pub(crate) async fn derive(env: &Env, now: Timestamp) -> Result<()> {
    let oldest = now.plus_seconds(-LOG_DAYS * DAY_SECONDS);
    let [now, oldest] = [now, oldest].map(|at| number(at.unix_seconds()));
    let mut statements: Vec<Prepared> = TELLS.iter().map(|sql| (*sql, vec![now.clone(), number(LOOKED_AT)])).collect();
    for (sql, parameter) in [
        (sql!("hook_told.sql"), number(LOOKED_AT)),
        (sql!("hook_ripen.sql"), now.clone()),
        (sql!("hook_wither.sql"), now),
        (sql!("hook_prune.sql"), oldest),
    ] {
        statements.push((sql, vec![parameter]));
    }
    many(env, &statements).await.map(|_| ())
}

/// Leases what is due.
pub(crate) async fn lease(env: &Env, now: Timestamp, count: i64) -> Result<Vec<Leased>> {
    let until = now.plus_seconds(LEASE_SECONDS);
    let parameters = vec![number(now.unix_seconds()), number(until.unix_seconds()), number(count)];
    let mut leased = many(env, &[(sql!("hook_lease.sql"), parameters)]).await?.table(0, leased)?;
    tell_sub_ids(env, &mut leased).await?;
    Ok(leased)
}

/// Adds to what postbacks tell, where they ask for it, what their click had in its address. Events may live in another
/// database than what is told of: they are asked for themselves.
async fn tell_sub_ids(env: &Env, leased: &mut [Leased]) -> Result<()> {
    let asks = |leased: &&mut Leased| leased.secrets.is_empty() && leased.url.contains("{sub_id}");
    let clicks: Vec<&String> = leased.iter_mut().filter(asks).filter_map(|leased| leased.click_id.as_ref()).collect();
    if clicks.is_empty() {
        return Ok(());
    }
    let asked = vec![serde_json::json!(clicks).to_string().into()];
    let found = many(env, &[(sql!("touch_sub_ids.sql"), asked)]).await?;
    for (id, sub_id) in found.table(0, |row| Ok((row.text("id")?, row.text("sub_id")?)))? {
        let fact = format!("{{\"sub_id\":{},", serde_json::Value::from(sub_id));
        for leased in leased.iter_mut().filter(|leased| leased.click_id.as_ref() == Some(&id)) {
            // Facts are an object, and of one that names a click not empty.
            leased.facts = leased.facts.replacen('{', &fact, 1);
        }
    }
    Ok(())
}

fn leased(row: &Row) -> Result<Leased> {
    Ok(Leased {
        id: row.number("id")?,
        endpoint: row.number("endpoint_id")?,
        tries: row.number("tries")?,
        failed_rounds: row.number("failed_rounds")?,
        event_id: row.text("event_id")?,
        kind: row.text("kind")?,
        at: row.time("at")?,
        facts: row.text("facts")?,
        click_id: row.maybe_text("click_id")?,
        url: row.text("url")?,
        secrets: row.text("secrets")?,
    })
}

/// Writes down what became of tries, all of them or none. What the platform would not let us try is given back.
pub(crate) async fn note(env: &Env, round: &[(Leased, Tried)], now: Timestamp) -> Result<()> {
    let mut statements: Vec<Prepared> = Vec::with_capacity(round.len() * 2);
    // Of a round that went well in part, what went well has the last word about the endpoint.
    for is_last in [false, true] {
        for (leased, tried) in round {
            let heard = heard(tried.status, leased.tries, now);
            if (heard == Heard::Delivered) == is_last {
                noted(&mut statements, leased, tried, heard, now);
            }
        }
    }
    many(env, &statements).await.map(|_| ())
}

fn noted(statements: &mut Vec<Prepared>, leased: &Leased, tried: &Tried, heard: Heard, now: Timestamp) {
    let at = |is: bool, at: Timestamp| if is { number(at.unix_seconds()) } else { JsValue::NULL };
    if tried.is_untried {
        let parameters = vec![number(leased.id), number(leased.tries), at(true, now)];
        statements.push((sql!("hook_untry.sql"), parameters));
        return;
    }
    let (is_delivered, is_gone, again) = match heard {
        Heard::Delivered => (true, false, None),
        Heard::Gone => (false, true, None),
        Heard::GivenUp => (false, false, None),
        Heard::Again(at) => (false, false, Some(at)),
    };
    statements.push((
        sql!("hook_note.sql"),
        vec![
            number(leased.id),
            number(leased.tries),
            at(is_delivered, now),
            at(!is_delivered && again.is_none(), now),
            at(again.is_some(), again.unwrap_or(now)),
            number(tried.status),
            number(tried.millis),
            tried.answer.as_str().into(),
        ],
    ));
    let rounds = if is_delivered { 0 } else { leased.failed_rounds.saturating_add(1) };
    let rests = at(true, rest_until(rounds, now));
    let parameters = vec![number(leased.endpoint), number(rounds), rests, at(is_gone, now)];
    statements.push((sql!("hook_endpoint_note.sql"), parameters));
}
