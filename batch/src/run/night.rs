//! The night, watched where somebody watches.

use std::io::IsTerminal;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use tributary_batch::error::Error;
use tributary_batch::reconcile::{self, Apply, Watcher};
use tributary_batch::store::Store;
use tributary_batch::{letters, verify};
use tributary_shared::time::Timestamp;

use super::Clock;
use super::out::{print, print_json, write_out};
use crate::cli::Common;
use crate::{instant, now};

/// Books what is due; then verifies, if that is asked for, and writes the letters.
pub(crate) fn reconcile_and_verify(
    store: &mut dyn Store,
    common: &Common,
    clock: Clock,
    settle_seconds: i64,
    apply: Option<&Apply<'_>>,
    verifies: bool,
) -> Result<bool, Error> {
    let began = instant();
    let settings = reconcile::Settings { as_of: clock.as_of, settle_seconds, dry_run: common.dry_run };
    if common.dry_run && apply.is_some() {
        return Err(Error::Refused("what --apply-diff would book is what `tributary diff` says".to_owned()));
    }
    if !common.dry_run {
        letters::begin(store, clock.now)?;
    }
    let mut progress = Progress { bar: None };
    let mut report = reconcile::run_with(store, settings, apply, &mut progress)?;
    if let Some(bar) = progress.bar {
        bar.finish_and_clear();
    }
    report.seconds = seconds(began);
    let mut needs_a_look = !report.refused.is_empty();
    if verifies {
        let verified = verify::run(store)?;
        needs_a_look |= !verified.violations.is_empty();
        if common.json {
            print_json(&serde_json::json!({ "reconcile": report, "verify": verified }))?;
        } else {
            write_out(&format!("{report}\n{verified}\n"))?;
        }
    } else {
        print(common, &report, &report)?;
    }
    // Last: what is booked is booked and told, whatever becomes of the letters. Those that are missing are the next night's.
    if !common.dry_run {
        match letters::run(store, now()) {
            // Somebody else books just now.
            Ok(_) | Err(Error::LeaseHeld { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(needs_a_look)
}

/// Seconds since an instant, with three digits.
fn seconds(began: Instant) -> serde_json::Number {
    let millis = began.elapsed().as_millis();
    let text = format!("{}.{:03}", millis / 1_000, millis % 1_000);
    serde_json::from_str(&text).unwrap_or_else(|_| 0.into())
}

/// A progress bar where somebody watches, nothing elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
}

impl Watcher for Progress {
    fn now(&self) -> Timestamp {
        now()
    }

    fn is_watched(&self) -> bool {
        std::io::stderr().is_terminal()
    }

    fn begins(&mut self, orders: u64) {
        let style = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} orders, {per_sec}, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar = Some(ProgressBar::new(orders).with_style(style));
    }

    fn judged(&mut self, orders: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(orders);
        }
    }
}
