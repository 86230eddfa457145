//! The edge: CPU per request of the redirect and of `/collect`, beside what others do, in the same runtime.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Options;
use super::load::{Load, Outcome, send};
use super::report::Report;
use super::requests::COLD_LINKS;
use super::stats::{Milli, Spread, grouped, spread};
use super::targets::{Asks, Target, start};
use crate::tools::step;

/// After this long without a new row nothing more is coming: a queue's consumer waits for a second at most.
const SETTLED: Duration = Duration::from_secs(15);

/// Isolate memory trusts a link for ten seconds; a cold link is asked for no sooner.
const COLD_AFTER: Duration = Duration::from_secs(11);

/// Requests that nobody measures: V8 compiles what is hot only once it is.
const WARM_UP_REQUESTS: u64 = 3_000;

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
    let (rounds, requests) = if options.quick { (3, 4_000) } else { (5, 10_000) };
    step("the edge: references and ours, each in a workerd of its own");
    let targets = start()?;
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

fn tell(all: &[Measured], report: &mut Report) -> Result<()> {
    let of = |key: &str| all.iter().find(|measured| measured.target.key == key).with_context(|| format!("no {key}"));
    let cpu = |key: &str| of(key).map(|measured| measured.cpu().median);
    let micros = |nanos: u64| (nanos + 500) / 1_000;
    let ours = cpu("ours")?;
    let mut text = String::from(
        "CPU per request is that of the whole process tree (node and workerd), divided by the requests, until the last\n\
         click is in the database. Median of the rounds, with the least and the most.\n\n\
         | target | CPU per request, µs | least to most | ours / it | requests/s | median, 99 % of answers, ms | failed | lost | peak, MiB |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for measured in all {
        let Spread { least, median, most } = measured.cpu();
        let rate = spread(measured.rounds.iter().map(|round| round.rate)).median;
        let time = |of: fn(&Outcome) -> Duration| {
            let micros = measured.rounds.iter().map(|round| u64::try_from(of(&round.outcome).as_micros()).unwrap_or(0));
            Milli(spread(micros).median)
        };
        let lost = measured.sum(|round| round.lost);
        writeln!(
            text,
            "| {} | {} | {} to {} | {} | {} | {}, {} | {} | {} | {} |",
            measured.target.name,
            micros(median),
            micros(least),
            micros(most),
            Milli::ratio(ours, median),
            grouped(rate),
            time(|outcome| outcome.median),
            time(|outcome| outcome.slow),
            measured.sum(|round| round.outcome.failed),
            if measured.target.stored.is_some() { lost.to_string() } else { "stores nothing".to_owned() },
            measured.peak_kib / 1_024,
        )?;
    }
    report.section("Edge", text);
    report.figure("edge.cpu_micros", Milli(ours), "µs");
    report.figure("edge.cpu_vs_sink", Milli::ratio(ours, cpu("sink")?), "ratio");
    report.figure("edge.cpu_vs_js_kv_queue", Milli::ratio(ours, cpu("js_kv_queue")?), "ratio");
    report.figure("edge.cold_cpu_vs_js_kv_queue", Milli::ratio(cpu("ours_cold")?, cpu("js_kv_queue")?), "ratio");
    report.figure("edge.warm_cpu_vs_rust_map", Milli::ratio(ours, cpu("rust_map")?), "ratio");
    report.figure("edge.collect_cpu_vs_redirect", Milli::ratio(cpu("collect")?, ours), "ratio");
    let ours_all = || all.iter().filter(|measured| measured.target.name.contains("Tributary"));
    let lost: u64 = ours_all().map(|measured| measured.sum(|round| round.lost)).sum();
    let failed: u64 = ours_all().map(|measured| measured.sum(|round| round.outcome.failed)).sum();
    report.figure("edge.lost_clicks", Milli::whole(lost), "clicks");
    report.figure("edge.failed_requests", Milli::whole(failed), "requests");
    Ok(())
}
