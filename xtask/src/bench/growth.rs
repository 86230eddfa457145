//! Growth: what ten times the orders cost, in time, memory and bytes; and what questions cost once there are many.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use serde_json::Value;
use tributary_tests::root;

use super::Options;
use super::data::{Size, binary, make, truth_of};
use super::night::{NIGHT, bytes_of, measured, on_file, reported};
use super::report::Report;
use super::stats::{Milli, grouped, micros, spread};
use crate::tools::step;

/// Columns of a bar of the chart for each power of ten.
const BAR_COLUMNS: u64 = 12;

/// How often a question is asked.
const ASKED: usize = 5;

/// What one size cost.
struct Point {
    orders: u64,
    night: Duration,
    cpu: Duration,
    peak_kib: u64,
    bytes: u64,
    idle: Duration,
    idle_written: u64,
}

/// Makes shops of growing size, and asks the largest.
pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let (sizes, touches): (&[u64], u64) = if options.quick {
        (&[10_000, 50_000, 200_000], 2_000_000)
    } else {
        (&[10_000, 100_000, 1_000_000, 10_000_000], 100_000_000)
    };
    let sizes: Vec<u64> = sizes.iter().copied().filter(|orders| *orders <= options.orders_max).collect();
    // Ten touches for each order of the largest.
    let touches = touches.min(sizes.last().map_or(0, |orders| orders * 10));
    let binary = binary()?;
    let folder = tempfile::Builder::new().prefix("tributary-bench-").tempdir()?;
    let mut points = Vec::new();
    let mut text = String::new();
    for (index, &orders) in sizes.iter().enumerate() {
        let is_largest = index + 1 == sizes.len();
        let shop = folder.path().join("shop.db");
        let touches = if is_largest { touches } else { 0 };
        make(Size { touches, ..Size::of(orders) }, &shop, &binary)?;
        step(&format!("the night, {} orders", grouped(orders)));
        // What the orders' own tables take: made touches are none of theirs.
        let made = bytes_of(&shop);
        let night = measured(&mut on_file(&binary, &shop, &NIGHT))?;
        let idle = measured(&mut on_file(&binary, &shop, &NIGHT))?;
        points.push(Point {
            orders,
            night: night.wall,
            cpu: night.cpu,
            peak_kib: night.peak_kib,
            bytes: bytes_of(&shop) - made,
            idle: idle.wall,
            idle_written: reported(&idle.json()?, "written"),
        });
        if is_largest {
            text = ask(&binary, &shop, orders, touches)?;
        }
        fs::remove_file(truth_of(&shop))?;
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(folder.path().join(format!("shop.db{suffix}")));
        }
    }
    tell(&points, &text, report)
}

fn tell(points: &[Point], queries: &str, report: &mut Report) -> Result<()> {
    let mut text = String::from(
        "A first night on shops of growing size, with full rules. Bytes are what the night added for each order: decision,\n\
         trace, transfers.\n\n\
         | orders | seconds | CPU, s | peak, MiB | bytes an order | idle night, ms | rows it wrote |\n\
         | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for point in points {
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            grouped(point.orders),
            Milli(micros(point.night) / 1_000),
            Milli(micros(point.cpu) / 1_000),
            point.peak_kib.div_ceil(1_024),
            point.bytes / point.orders,
            Milli(micros(point.idle)),
            point.idle_written,
        )?;
    }
    text.push_str("\nTime and memory by orders, each bar on a scale of powers of ten:\n\n```text\n");
    for point in points {
        for (what, value, unit) in
            [("time", micros(point.cpu) / 1_000, "ms"), ("peak", point.peak_kib.div_ceil(1_024), "MiB")]
        {
            let bar = "█".repeat(usize::try_from(log10_hundredths(value) * BAR_COLUMNS / 100)?);
            writeln!(text, "{:>12} {what} {bar} {} {unit}", grouped(point.orders), grouped(value))?;
        }
    }
    text.push_str("```\n");
    // The smallest is mostly what every night costs, whatever its orders.
    if let [.., before, last] = points {
        let exponent = exponent(before, last);
        writeln!(text, "\nExponent of CPU time between the two largest: {exponent}.\n")?;
        report.figure("growth.exponent", exponent, "exponent");
        report.figure("growth.peak_mb", Milli(last.peak_kib * 1_000 / 1_024), "MiB");
        report.figure("growth.bytes_per_order", Milli::whole(last.bytes / last.orders), "bytes");
        report.figure("growth.idle_ms", Milli(micros(last.idle)), "ms");
    }
    text.push_str(queries);
    report.section("Growth", text);
    Ok(())
}

/// The power of the number of orders by which CPU time grows: 1 is linear.
#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a logarithm for a table, far from any money")]
fn exponent(before: &Point, last: &Point) -> Milli {
    let ratio = |last: u64, before: u64| (last as f64 / before.max(1) as f64).ln();
    let exponent = ratio(micros(last.cpu), micros(before.cpu)) / ratio(last.orders, before.orders);
    let thousandths = format!("{:.0}", exponent.max(0.0) * 1_000.0);
    Milli(thousandths.parse().unwrap_or(0))
}

/// A hundred times the decimal logarithm.
#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "the length of a bar, far from any money")]
fn log10_hundredths(value: u64) -> u64 {
    format!("{:.0}", (value.max(1) as f64).log10() * 100.0).parse().unwrap_or(0)
}

/// Asks what merchants and partners ask: by the binary, and statement by statement.
fn ask(binary: &Path, shop: &Path, orders: u64, touches: u64) -> Result<String> {
    step(&format!("questions at {} orders and {} touches", grouped(orders), grouped(touches)));
    let mut text = format!(
        "Questions at {} orders and {} touches more than the orders' own, median of {ASKED}, after a first one:\n\n\
         | question | ms | the plan |\n| --- | ---: | --- |\n",
        grouped(orders),
        grouped(touches)
    );
    for arguments in [
        &["explain", "o7"] as &[&str],
        &["balances", "P0000007", "--json"],
        &["statement", "P0000007", "--month", "2026-06", "--json"],
        &["balances", "--json"],
    ] {
        let mut walls = Vec::new();
        for _ in 0..ASKED {
            walls.push(micros(measured(&mut on_file(binary, shop, arguments))?.wall));
        }
        writeln!(text, "| `tributary {}`, with its start | {} | |", arguments.join(" "), Milli(spread(walls).median))?;
    }
    let connection = Connection::open_with_flags(shop, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let queries: Value = serde_json::from_str(&fs::read_to_string(root().join("benches/batch/queries.json"))?)?;
    for query in queries.as_array().context("queries.json is a list")? {
        let (name, file) = (query["name"].as_str().unwrap_or_default(), query["file"].as_str().unwrap_or_default());
        let Ok(sql) = fs::read_to_string(root().join(file)) else {
            writeln!(text, "| {name} | | `{file}` is not there |")?;
            continue;
        };
        let parameters: Vec<Sql> = query["parameters"].as_array().into_iter().flatten().map(parameter).collect();
        let mut walls = Vec::new();
        for round in 0..=ASKED {
            let began = Instant::now();
            let mut statement = connection.prepare(&sql).with_context(|| file.to_owned())?;
            let mut rows = statement.query(params_from_iter(&parameters))?;
            while rows.next()?.is_some() {}
            if round > 0 {
                walls.push(micros(began.elapsed()));
            }
        }
        let plan = scans(&connection, &sql, &parameters)?;
        writeln!(text, "| {name} | {} | {plan} |", Milli(spread(walls).median))?;
    }
    Ok(text)
}

fn parameter(value: &Value) -> Sql {
    match value {
        Value::Number(number) => Sql::Integer(number.as_i64().unwrap_or_default()),
        Value::String(text) => Sql::Text(text.clone()),
        _ => Sql::Null,
    }
}

/// Which tables or indexes are read whole; a partial index holds no more than what is asked for.
fn scans(connection: &Connection, sql: &str, parameters: &[Sql]) -> Result<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let steps: Vec<String> =
        statement.query_map(params_from_iter(parameters), |row| row.get(3))?.collect::<rusqlite::Result<_>>()?;
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    // What is scanned and is no table is a parameter's rows, or those of a subquery that has its own step.
    let whole: Vec<&str> = steps
        .iter()
        .filter_map(|step| step.strip_prefix("SCAN "))
        .filter(|scanned| tables.iter().any(|table| scanned.split(' ').next() == Some(table)))
        .collect();
    Ok(if whole.is_empty() { "by index".to_owned() } else { format!("reads whole: {}", whole.join("; ")) })
}
