//! Tributary's Worker: the platform's events, and nothing else. What is decided is decided in `tributary-shared`.

mod clock;
mod config;
mod error;
mod http;
mod pages;
mod post;
mod router;
mod store;

use worker::{
    Context, Env, MessageBatch, MessageExt, QueueRetryOptionsBuilder, Result, ScheduleContext, ScheduledEvent, event,
    web_sys,
};

/// Seconds until a group is offered again that could be written neither to D1 nor to KV.
const RETRY_SECONDS: u32 = 30;

/// The schedule that sends hooks and does nothing else.
const HOOKS_CRON: &str = "* * * * *";

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, ctx: Context) -> Result<web_sys::Response> {
    router::route(request, &env, &ctx).await
}

#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, _ctx: Context) -> Result<()> {
    let messages = batch.messages()?;
    let wires: Vec<&str> = messages.iter().map(|message| message.body().as_str()).collect();
    let stored = store::events::consume(&env, &wires).await;
    for (message, stored) in messages.iter().zip(stored) {
        // A group that is stored, in D1 or spilled to KV, is done with; only one that is nowhere comes again.
        if stored {
            message.ack();
        } else {
            message.retry_with_options(&QueueRetryOptionsBuilder::new().with_delay_seconds(RETRY_SECONDS).build());
        }
    }
    Ok(())
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _ctx: ScheduleContext) {
    if event.cron() != HOOKS_CRON {
        keep(&env).await;
    }
    if let Err(failed) = http::outbox::run(&env).await {
        worker::console_error!("hooks: {failed}");
    }
}

/// What the schedule does beside sending hooks.
async fn keep(env: &Env) {
    let drained = store::events::drain(env).await;
    let begun = store::programs::begin(env, clock::now()).await;
    let projected = store::links::project(env).await;
    let pruned = store::events::prune(env, clock::now()).await;
    let forgotten = store::accounts::prune(env, clock::now()).await;
    let mailed = post::send(env).await;
    let unkept = store::answers::prune(env, clock::now()).await;
    for failed in
        [drained.err(), begun.err(), projected.err(), pruned.err(), forgotten.err(), mailed.err(), unkept.err()]
            .into_iter()
            .flatten()
    {
        worker::console_error!("scheduled: {failed}");
    }
}
