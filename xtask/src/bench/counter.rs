//! The counter: its bytes, and what it does to a page in a real browser.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tributary_tests::browser::Browser;
use tributary_tests::site::Site;
use tributary_tests::worker::{self, Worker};
use tributary_tests::{free_port, root};

use super::report::Report;
use super::stats::{Milli, grouped};
use crate::tools::{build_worker, step};

/// Scripts of others, brotli 11: measured once, not of this run (they are not to be had by package name).
const PEERS: [(&str, u64); 5] = [
    ("Plausible, plain script", 595),
    ("Counterscale", 1_607),
    ("GoatCounter", 1_846),
    ("Dub, with conversions", 1_896),
    ("Umami", 1_963),
];

/// Watches a page that has the counter for a second after it was loaded.
const WATCH: &str = r#"
    const requests = [];
    page.on("request", (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page.addInitScript(() => {
      window.shifts = 0;
      window.longTasks = 0;
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shifts += entry.value; })
        .observe({ type: "layout-shift", buffered: true });
      new PerformanceObserver((list) => { window.longTasks += list.getEntries().length; })
        .observe({ type: "longtask", buffered: true });
    });
    await page.goto(args.url, { waitUntil: "networkidle" });
    const { shifts, longTasks } = await page.evaluate(() => ({ shifts: window.shifts, longTasks: window.longTasks }));
    return { requests, shifts: Math.round(shifts * 1000), longTasks };
"#;

/// Bytes and behaviour.
pub(crate) fn run(report: &mut Report) -> Result<()> {
    let script = root().join("edge/assets/t.js");
    let (raw, brotli) = (std::fs::metadata(&script)?.len(), compressed("brotliCompressSync", &script)?);
    build_worker()?;
    step("a page with the counter, in a browser");
    let with = watched("<script async src=\"{{worker}}/t.js\"></script>")?;
    let without = watched("")?;
    let of_counter = |watched: &Value, what: &str| {
        let requests = watched["requests"].as_array().into_iter().flatten().filter_map(Value::as_str);
        requests.filter(|request| request.ends_with(what)).count()
    };
    let reports = u64::try_from(of_counter(&with, "POST /collect"))?;
    let number = |watched: &Value, field: &str| watched[field].as_u64().unwrap_or_default();
    let mut text = format!(
        "| script | bytes, brotli 11 |\n| --- | ---: |\n| **Tributary**, `t.js` ({} bytes before) | {} |\n",
        grouped(raw),
        grouped(brotli)
    );
    for (name, bytes) in PEERS {
        writeln!(text, "| {name}: not of this run | {} |", grouped(bytes))?;
    }
    writeln!(
        text,
        "\nOn a page in Chromium, with it and (without it): {reports} request(s) to `/collect` for one page view, layout shift\n\
         {} ({}), long tasks {} ({}).",
        Milli(number(&with, "shifts")),
        Milli(number(&without, "shifts")),
        number(&with, "longTasks"),
        number(&without, "longTasks"),
    )?;
    report.section("Counter", text);
    report.figure("counter.brotli_bytes", Milli::whole(brotli), "bytes");
    report.figure("counter.requests_per_view", Milli::whole(reports), "requests");
    let more = |field: &str| number(&with, field).saturating_sub(number(&without, field));
    report.figure("counter.layout_shift", Milli(more("shifts")), "score");
    report.figure("counter.long_tasks", Milli::whole(more("longTasks")), "tasks");
    Ok(())
}

/// What a browser saw of a page with such a line in its head.
fn watched(snippet: &str) -> Result<Value> {
    let site_port = free_port()?;
    let site = format!("localhost:{site_port}");
    let vars = [("TARGET_HOSTS", site.clone()), ("LANDING_URL", format!("http://{site}/"))];
    let vars = vars.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let worker = Worker::start(&worker::Options { vars, ..worker::Options::default() })?;
    let page = format!(
        "<!doctype html><html><head><title>Tours</title>{}</head><body><h1>Tours</h1><p>{}</p>\
         <form><input type=\"hidden\" name=\"trb\"><button>Book</button></form></body></html>",
        snippet.replace("{{worker}}", &worker.base),
        "Seven days by the sea. ".repeat(200),
    );
    Site::serve(site_port, vec![("/".to_owned(), page)])?;
    let mut browser = Browser::start()?;
    browser.open("visitor", &json!({}))?;
    browser.run("visitor", WATCH, &json!({ "url": format!("http://{site}/") }))
}

/// Bytes of a file, compressed by a function of node's zlib at its best.
pub(crate) fn compressed(function: &str, file: &Path) -> Result<u64> {
    let expression =
        format!("require('zlib').{function}(require('fs').readFileSync(process.argv[1]), {{ level: 9 }}).length");
    let output = Command::new("node").args(["-p", &expression]).arg(file).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim().parse().with_context(|| format!("node said {said}"))
}
