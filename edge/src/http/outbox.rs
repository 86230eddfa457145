//! Hooks on their way out: what happened is turned into deliveries, and what is due is sent.

use tributary_shared::hook::outgoing::template::Template;
use tributary_shared::hook::outgoing::{ANSWER_SECONDS, Reach, address};
use tributary_shared::hook::standard_webhooks::Keys;
use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::{Array, Promise};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Env, Result};

use crate::clock;
use crate::config::config;
use crate::store::number;
use crate::store::outbox::{self, Leased, Tried};

#[wasm_bindgen(module = "/src/http/outbox.js")]
extern "C" {
    /// Sends `[url, body, id, at, signature, millis]` each, and answers `[status, millis, text]` each; what is an answer
    /// already stays it. Fails never.
    fn deliver_all(round: &Array) -> Promise;
}

/// How many are sent at once: the platform opens no more connections than six.
const AT_ONCE: i64 = 6;

/// Rounds of one run: 240 deliveries, and 20 seconds if everybody answers late in four of them.
const ROUNDS_MAX: u32 = 40;

/// Seconds after which a run begins no further round: the next run comes in a minute.
const RUN_SECONDS: i64 = 20;

/// What the platform says, when this run may send nothing more.
const EXHAUSTED: &str = "Too many subrequests";

/// Turns what happened into deliveries, and sends what is due.
pub(crate) async fn run(env: &Env) -> Result<()> {
    if !outbox::is_heard(env).await? {
        return Ok(());
    }
    outbox::derive(env, clock::now()).await?;
    send(env).await
}

/// Sends what is due.
///
/// 1. Some are leased: another sender does not try them meanwhile. Whoever leases and is killed leaves them to the next.
/// 2. They are sent, all at once; what may not be sent any more, because its address is none, has failed at once.
/// 3. What became of them is written down, before others are leased.
pub(crate) async fn send(env: &Env) -> Result<()> {
    let reach = config(env).hooks_reach;
    let began = clock::now();
    for _ in 0..ROUNDS_MAX {
        let now = clock::now();
        // (1)
        let leased = outbox::lease(env, now, AT_ONCE).await?;
        if leased.is_empty() {
            break;
        }
        // (2)
        let letters: Array = leased.iter().map(|leased| letter(leased, reach, now)).collect();
        let answers = Array::from(&JsFuture::from(deliver_all(&letters)).await?);
        let round: Vec<(Leased, Tried)> = leased
            .into_iter()
            .zip(answers.iter())
            .map(|(leased, answer)| (leased, tried(&Array::from(&answer))))
            .collect();
        // (3)
        let now = clock::now();
        outbox::note(env, &round, now).await?;
        if now.seconds_since(began) > RUN_SECONDS || round.iter().any(|(_, tried)| tried.is_untried) {
            break;
        }
    }
    Ok(())
}

/// What is sent: a signed body, or a postback's address with its macros expanded. The address is checked again; where it
/// is none, that is the answer.
fn letter(leased: &Leased, reach: Reach, now: Timestamp) -> JsValue {
    let event = leased.event();
    let (url, body, signature) = match written(leased, reach, now) {
        Ok(written) => written,
        Err(problem) => return Array::of3(&number(0), &number(0), &problem.into()).into(),
    };
    let letter: [JsValue; 6] = [
        url.into(),
        body.into(),
        event.id.into(),
        now.unix_seconds().to_string().into(),
        signature.into(),
        number(ANSWER_SECONDS * 1_000),
    ];
    letter.into_iter().collect::<Array>().into()
}

/// The address, the body and its signature; a postback has neither of them.
fn written(leased: &Leased, reach: Reach, now: Timestamp) -> std::result::Result<(String, String, String), String> {
    let event = leased.event();
    if leased.secrets.is_empty() {
        let template = Template::parse(&leased.url, reach).map_err(|error| error.to_string())?;
        return Ok((template.expand(&event), String::new(), String::new()));
    }
    let url = address(&leased.url, reach).map_err(|error| error.to_string())?;
    let keys = Keys::parse(&leased.secrets).map_err(|error| error.to_string())?;
    let body = event.body();
    let signature = keys.sign(event.id, now, body.as_bytes());
    Ok((url.into(), body, signature))
}

#[expect(clippy::cast_possible_truncation, reason = "a status and milliseconds are small")]
fn tried(values: &Array) -> Tried {
    let whole = |place| values.get(place).as_f64().map_or(0, |number| number as i64);
    let answer = values.get(2).as_string().unwrap_or_default();
    let status = whole(0);
    Tried { status, millis: whole(1), is_untried: status == 0 && answer.contains(EXHAUSTED), answer }
}
