//! The edge: CPU per request of the redirect and of `/collect`, beside what others do, in the same runtime.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::Options;
use super::load::{Load, Outcome, send};
use super::report::Report;
use super::requests::COLD_LINKS;
use super::stats::{self, Milli, Spread, grouped, spread};
use super::targets::{Asks, Target, start};
use crate::tools::step;

/// After this long without a new row nothing more is coming: a queue's consumer waits for a second at most.
const SETTLED: Duration = Duration::from_secs(15);

/// Isolate memory trusts a link for ten seconds; a cold link is asked for no sooner.
const COLD_AFTER: Duration = Duration::from_secs(11);

/// Requests that nobody measures: V8 compiles what is hot only once it is.
const WARM_UP_REQUESTS: u64 = 8_000;

/// Every request of the run has a number of its own, and so a client of its own.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// What one round of one target was.
struct Round {
    cpu_nanos: u64,
    rate: u64,
    lost: u64,
    outcome: Outcome,
}

struct Measured {
    target: Target,
    rounds: Vec<Round>,
    last: Instant,
    peak_kib: u64,
}

impl Measured {
    fn cpu(&self) -> Spread {
        spread(self.rounds.iter().map(|round| round.cpu_nanos))
    }

    fn sum(&self, of: impl Fn(&Round) -> u64) -> u64 {
        self.rounds.iter().map(of).sum()
    }
}

/// Runs all targets in turn, several times.
pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    // Many short rounds: what else the machine does then falls on all targets alike.
    let (rounds, requests) = if options.quick { (5, 2_000) } else { (15, 4_000) };
    step("the edge: references and ours, each in a workerd of its own");
    let targets = start(&options.only)?;
    let mut all: Vec<Measured> = targets
        .into_iter()
        .map(|target| Measured { target, rounds: Vec::new(), last: Instant::now(), peak_kib: 0 })
        .collect();
    step("warming up");
    for measured in &mut all {
        measure(measured, WARM_UP_REQUESTS)?;
    }
    for number in 1..=rounds {
        step(&format!("round {number} of {rounds}, {} requests to each", grouped(requests)));
        for measured in &mut all {
            let round = measure(measured, requests)?;
            println!(
                "  {:<12} {:>8} ns of CPU, {:>6} requests/s, {} failed, {} lost",
                measured.target.key, round.cpu_nanos, round.rate, round.outcome.failed, round.lost
            );
            measured.rounds.push(round);
        }
    }
    for measured in &mut all {
        measured.peak_kib = measured.target.server.usage()?.peak_kib;
    }
    tell(&all, report)
}

/// One round: the load, and the wait until all is stored. What it costs until then counts.
fn measure(measured: &mut Measured, requests: u64) -> Result<Round> {
    let target = &measured.target;
    let requests = if target.asks == Asks::Cold { requests.min(COLD_LINKS) } else { requests };
    if target.asks == Asks::Cold {
        std::thread::sleep(COLD_AFTER.saturating_sub(measured.last.elapsed()));
    }
    let first = NUMBER.fetch_add(requests, Ordering::Relaxed);
    let stored_before = target.stored.map(|sql| settled(target, sql, None)).transpose()?;
    let before = target.server.usage()?;
    let outcome = send(&Load {
        address: target.server.address,
        numbers: first..first + requests,
        status: target.status(),
        request: &|number, request| target.request(number, request),
    })?;
    let mut lost = 0;
    if let (Some(sql), Some(stored_before)) = (target.stored, stored_before) {
        let stored = settled(target, sql, Some(stored_before + requests))?;
        lost = (stored_before + requests).saturating_sub(stored);
    }
    let after = target.server.usage()?;
    measured.last = Instant::now();
    if outcome.answered == 0 {
        bail!("{}: no request was answered as it should be", target.name);
    }
    let millis = u64::try_from(outcome.wall.as_millis())?.max(1);
    Ok(Round {
        cpu_nanos: (after.cpu_nanos - before.cpu_nanos) / requests,
        rate: outcome.answered * 1_000 / millis,
        lost,
        outcome,
    })
}

/// What is stored once it stays the same, or as soon as it is all that is expected.
fn settled(target: &Target, sql: &str, expected: Option<u64>) -> Result<u64> {
    let mut stored = target.server.count(sql)?;
    let Some(expected) = expected else {
        return Ok(stored);
    };
    let mut since = Instant::now();
    while stored < expected && since.elapsed() < SETTLED {
        std::thread::sleep(Duration::from_millis(100));
        let now = target.server.count(sql)?;
        if now != stored {
            (stored, since) = (now, Instant::now());
        }
    }
    Ok(stored)
}

/// The ratio of two targets' CPU, each round by itself: the machine's mood falls out. Median, least and most.
fn ratio(all: &[Measured], one: &str, other: &str) -> Option<Spread> {
    let of = |key: &str| all.iter().find(|measured| measured.target.key == key);
    let rounds = of(one)?.rounds.iter().zip(&of(other)?.rounds);
    Some(spread(rounds.map(|(one, other)| Milli::ratio(one.cpu_nanos, other.cpu_nanos).0)))
}

fn tell(all: &[Measured], report: &mut Report) -> Result<()> {
    let micros = |nanos: u64| (nanos + 500) / 1_000;
    let mut text = String::from(
        "CPU per request is that of the whole process tree (node and workerd), divided by the requests, until the last\n\
         click is in the database. Medians of the rounds, with the least and the most; ratios are taken round by round.\n\n\
         | target | CPU per request, µs | least to most | ours / it | least to most | requests/s | median, 99 % of answers, ms | failed | lost | peak, MiB |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for measured in all {
        let Spread { least, median, most } = measured.cpu();
        let rate = spread(measured.rounds.iter().map(|round| round.rate)).median;
        let time = |of: fn(&Outcome) -> Duration| {
            Milli(spread(measured.rounds.iter().map(|round| stats::micros(of(&round.outcome)))).median)
        };
        let ours = ratio(all, "ours", measured.target.key).unwrap_or_default();
        let lost = measured.sum(|round| round.lost);
        writeln!(
            text,
            "| {} | {} | {} to {} | {} | {} to {} | {} | {}, {} | {} | {} | {} |",
            measured.target.name,
            micros(median),
            micros(least),
            micros(most),
            Milli(ours.median),
            Milli(ours.least),
            Milli(ours.most),
            grouped(rate),
            time(|outcome| outcome.median),
            time(|outcome| outcome.slow),
            measured.sum(|round| round.outcome.failed),
            if measured.target.stored.is_some() { lost.to_string() } else { "stores nothing".to_owned() },
            measured.peak_kib / 1_024,
        )?;
    }
    report.section("Edge", text);
    for (name, one, other) in [
        ("edge.cpu_vs_sink", "ours", "sink"),
        ("edge.cpu_vs_js_kv_queue", "ours", "js_kv_queue"),
        ("edge.cold_cpu_vs_js_kv_queue", "ours_cold", "js_kv_queue"),
        ("edge.warm_cpu_vs_rust_map", "ours", "rust_map"),
        ("edge.d1_cpu_vs_rust_map", "ours_d1", "rust_map"),
        ("edge.collect_cpu_vs_redirect", "collect", "ours"),
    ] {
        if let Some(ratio) = ratio(all, one, other) {
            report.figure(name, Milli(ratio.median), "ratio");
        }
    }
    let ours = || all.iter().filter(|measured| measured.target.name.contains("Tributary"));
    if let Some(measured) = all.iter().find(|measured| measured.target.key == "ours") {
        report.figure("edge.cpu_micros", Milli(measured.cpu().median), "µs");
    }
    let lost: u64 = ours().map(|measured| measured.sum(|round| round.lost)).sum();
    let failed: u64 = ours().map(|measured| measured.sum(|round| round.outcome.failed)).sum();
    report.figure("edge.lost_clicks", Milli::whole(lost), "clicks");
    report.figure("edge.failed_requests", Milli::whole(failed), "requests");
    Ok(())
}
