//! The batch: a first night with full rules, beside bare accruals as one statement of SQL; and a night over the REST API.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rusqlite::Connection;
use serde_json::Value;
use tributary_tests::root;

use super::Options;
use super::d1::D1;
use super::data::{AS_OF, Size, binary, make, truth_of};
use super::night::{Cost, NIGHT, measured, on_file, reported};
use super::report::Report;
use super::stats::{Milli, Spread, grouped, micros, spread};
use crate::tools::step;

/// The delay that is put into every call of the REST API.
const DELAY: Duration = Duration::from_millis(50);

/// One way to do it, round by round.
#[derive(Default)]
struct Way {
    costs: Vec<Cost>,
}

impl Way {
    fn of(&self, value: impl Fn(&Cost) -> u64) -> Spread {
        spread(self.costs.iter().map(value))
    }

    fn wall(&self) -> Spread {
        self.of(|cost| micros(cost.wall))
    }

    fn row(&self, name: &str, orders: u64) -> String {
        let seconds = |micros: u64| Milli(micros / 1_000);
        let Spread { least, median, most } = self.wall();
        format!(
            "| {name} | {} | {} to {} | {} | {} | {} |\n",
            seconds(median),
            seconds(least),
            seconds(most),
            seconds(self.of(|cost| micros(cost.cpu)).median),
            grouped(orders * 1_000_000 / median.max(1)),
            self.of(|cost| cost.peak_kib).most.div_ceil(1_024),
        )
    }
}

/// Runs the night and the reference in turn, each on a fresh copy.
pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let (orders, rounds) = if options.quick { (100_000, 3) } else { (1_000_000, 3) };
    let binary = binary()?;
    let folder = tempfile::Builder::new().prefix("tributary-bench-").tempdir()?;
    let shop = folder.path().join("shop.db");
    make(Size::of(orders), &shop, &binary)?;
    let truth = truth_of(&shop);
    let (mut reference, mut ours, mut idle) = (Way::default(), Way::default(), Way::default());
    let copy = folder.path().join("copy.db");
    for round in 1..=rounds {
        step(&format!("round {round} of {rounds}: the statement, then the night, {} orders", grouped(orders)));
        fs::copy(&truth, &copy)?;
        reference.costs.push(reference_cost(&copy)?);
        forget(&copy)?;
        fs::copy(&shop, &copy)?;
        let night = measured(&mut on_file(&binary, &copy, &NIGHT))?;
        check(&night.json()?, &truth)?;
        ours.costs.push(night);
        idle.costs.push(measured(&mut on_file(&binary, &copy, &NIGHT))?);
        forget(&copy)?;
    }
    let ratio = Milli::ratio(reference.wall().median, ours.wall().median);
    let cpu = |way: &Way| way.of(|cost| micros(cost.cpu)).median;
    let mut text = format!(
        "{} orders of 10,000 partners in a tree and 1,000 products, three tiers. The statement is told who is credited; the\n\
         night finds it out, by touches, coupons, bindings and the merchant's word, and writes decisions with their traces.\n\
         The night's sums were equal to the oracle's ([oracle.sql](batch/oracle.sql)) in every round.\n\n\
         | how | seconds | least to most | CPU, s | orders/s | peak, MiB |\n| --- | ---: | ---: | ---: | ---: | ---: |\n",
        grouped(orders)
    );
    text += &reference.row("SQLite, bare accruals as one statement ([reference.sql](batch/reference.sql))", orders);
    text += &ours.row("**Tributary**, a first night with full rules", orders);
    text += &idle.row("**Tributary**, the same night again: nothing new", 0);
    writeln!(text, "\nOrders per second, ours over the statement's: **{ratio}** by the clock, {} by CPU time.", {
        Milli::ratio(cpu(&reference), cpu(&ours))
    })?;
    report.figure("batch.rate_vs_sqlite_sql", ratio, "ratio");
    report.figure("batch.orders_per_second", Milli::whole(orders * 1_000_000 / ours.wall().median.max(1)), "orders/s");
    report.figure("batch.peak_mb", Milli(ours.of(|cost| cost.peak_kib).most * 1_000 / 1_024), "MiB");
    report.figure("batch.idle_ms", Milli(idle.wall().median), "ms");
    over_rest(options, &binary, folder.path(), &mut text, report)?;
    report.section("Batch", text);
    Ok(())
}

/// Deletes a database with all that belongs to it.
fn forget(file: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// The reference in a process of its own, which times its one statement itself.
fn reference_cost(truth: &Path) -> Result<Cost> {
    let own = std::env::current_exe()?;
    let mut cost = measured(Command::new(own).args(["bench", "reference"]).arg(truth))?;
    let said: Vec<u64> = cost.said.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [statement_micros, rows] = said[..] else { bail!("the reference said {}", cost.said) };
    if rows == 0 {
        bail!("the reference wrote nothing");
    }
    cost.wall = Duration::from_micros(statement_micros);
    Ok(cost)
}

/// `cargo xtask bench reference FILE.truth`: the reference itself; prints microseconds and rows.
pub(crate) fn reference(truth: &Path) -> Result<()> {
    let connection = Connection::open(truth)?;
    // As the night's own connection has it.
    connection.execute_batch("PRAGMA journal_mode = WAL;")?;
    let sql = fs::read_to_string(root().join("benches/batch/reference.sql"))?;
    let began = Instant::now();
    let rows = connection.execute(&sql, [])?;
    println!("{} {rows}", micros(began.elapsed()));
    Ok(())
}

/// The night's sums against the oracle's.
fn check(night: &Value, truth: &Path) -> Result<()> {
    let connection = Connection::open(truth)?;
    let sql = fs::read_to_string(root().join("benches/batch/oracle.sql"))?;
    let mut statement = connection.prepare(&sql)?;
    let expected: Vec<(i64, u64, String)> = statement
        .query_map([], |row| {
            let minor: i64 = row.get(2)?;
            Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs(), format!("{}.{:02}", minor / 100, minor % 100)))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let totals = night["totals"].as_array().context("a night reports its sums")?;
    let found: Vec<(i64, String)> = totals
        .iter()
        .map(|total| (total["tier"].as_i64().unwrap_or(-1), total["amount"].as_str().unwrap_or_default().to_owned()))
        .collect();
    let transfers: u64 = expected.iter().map(|(_, count, _)| count).sum();
    let sums: Vec<(i64, String)> = expected.into_iter().map(|(tier, _, sum)| (tier, sum)).collect();
    if found != sums || reported(night, "transfers") != transfers {
        bail!(
            "the night booked {found:?} in {} transfers, the oracle says {sums:?} in {transfers}",
            night["transfers"]
        );
    }
    Ok(())
}

/// Calls per 1,000 orders, and a night with an ocean between it and its database.
fn over_rest(options: &Options, binary: &Path, folder: &Path, text: &mut String, report: &mut Report) -> Result<()> {
    let orders = if options.quick { 10_000 } else { 100_000 };
    let far = folder.join("far.db");
    make(Size::of(orders), &far, binary)?;
    step(&format!("over the REST API, {} ms in every call, {} orders", DELAY.as_millis(), grouped(orders)));
    let d1 = D1::serve(&far, DELAY)?;
    let over_rest = || {
        let mut command = Command::new(binary);
        command
            .env("CLOUDFLARE_API_BASE_URL", format!("http://{}", d1.address))
            .env("CLOUDFLARE_API_TOKEN", "bench")
            .args(["--db", "d1:bench/bench", "--as-of", AS_OF])
            .args(NIGHT);
        command
    };
    let night = measured(&mut over_rest())?;
    check(&night.json()?, &truth_of(&far))?;
    let calls = d1.calls();
    let idle = measured(&mut over_rest())?;
    let idle_calls = d1.calls();
    let per_thousand = |calls: u64| Milli(calls * 1_000 * 1_000 / orders);
    writeln!(
        text,
        "\nOver the REST API with {} ms of delay in every call, {} orders: a first night of {} s, {} calls ({} for 1,000\n\
         orders), {} MiB; an idle one of {} ms, {idle_calls} calls ({}).",
        DELAY.as_millis(),
        grouped(orders),
        Milli(micros(night.wall) / 1_000),
        grouped(calls),
        per_thousand(calls),
        night.peak_kib.div_ceil(1_024),
        idle.wall.as_millis(),
        per_thousand(idle_calls),
    )?;
    report.figure("batch.rest_calls_per_1000", per_thousand(calls), "calls");
    report.figure("batch.rest_idle_calls_per_1000", per_thousand(idle_calls), "calls");
    report.figure("batch.rest_night_seconds", Milli(micros(night.wall) / 1_000), "s");
    Ok(())
}
