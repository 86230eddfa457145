//! Mail sent by the platform: what waits in the outbox goes out by the binding `EMAIL`, where there is one.
//!
//! Leased as `tributary mail send` leases it: the two may run beside each other.

use tributary_shared::mail::again_at;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::Promise;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Env, Result};

use crate::clock;
use crate::config::config;
use crate::store::mails::{self, Leased};
use tributary_shared::hash::hex_hash;

#[wasm_bindgen(module = "/src/post.js")]
extern "C" {
    fn bound(env: &JsValue) -> bool;
    /// Fulfilled with nothing, or why not.
    fn deliver(env: &JsValue, from: &str, to: &str, subject: &str, text: &str, html: &str, cause: &str) -> Promise;
}

/// The most mails of one run: the platform bounds what a request may ask for, and the next run comes soon.
const MAILS_MAX: usize = 12;

/// The longest problem that is kept, in characters.
const PROBLEM_CHARACTERS_MAX: usize = 300;

/// Whether mail goes out from here: there is a binding, and a sender.
pub(crate) fn is_configured(env: &Env) -> bool {
    !config(env).mail_from.is_empty() && bound(env.as_ref())
}

/// Sends what is due, each mail once; what becomes due meanwhile is for the next run.
pub(crate) async fn send(env: &Env) -> Result<()> {
    if !is_configured(env) {
        return Ok(());
    }
    let config = config(env);
    let began = clock::now();
    for _ in 0..MAILS_MAX {
        let Some(Leased { id, tries, cause, to, letter }) = mails::lease(env, began, clock::now()).await? else {
            return Ok(());
        };
        let reference = hex_hash(cause.as_bytes());
        let delivered =
            deliver(env.as_ref(), &config.mail_from, &to, &letter.subject, &letter.text, &letter.html, &reference);
        let problem = match JsFuture::from(delivered).await {
            Ok(problem) => problem.as_string().unwrap_or_default(),
            Err(error) => format!("{error:?}"),
        };
        let now = clock::now();
        if problem.is_empty() {
            mails::sent(env, id, now).await?;
            continue;
        }
        let again = if problem.starts_with('!') { None } else { again_at(tries, now) };
        let problem: String = problem
            .trim_start_matches('!')
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .take(PROBLEM_CHARACTERS_MAX)
            .collect();
        worker::console_warn!("mail {id}: {problem}");
        mails::unsent(env, (id, tries), problem.trim(), again, now).await?;
    }
    Ok(())
}
