//! `cargo xtask bench`: ours and the references in turn on one machine.
//!
//! Benchmarks are not tests: nothing here fails because something is slow. What is measured and why is in
//! `benches/README.md`.

mod batch;
mod counter;
mod cpu;
mod d1;
mod data;
mod edge;
mod growth;
mod load;
mod night;
mod report;
mod requests;
mod sale;
mod server;
mod startup;
mod stats;
mod targets;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::tools;
use report::Report;

/// What can be measured, in the order in which it is.
const PARTS: [&str; 4] = ["edge", "counter", "batch", "growth"];

/// How a benchmark runs.
pub(crate) struct Options {
    parts: Vec<String>,
    /// In minutes: fewer rounds, smaller databases.
    pub(crate) quick: bool,
    /// The most orders of a shop that grows: for whoever has no hours for the largest.
    pub(crate) orders_max: u64,
    /// Only these targets of the edge, by their keys; all if empty. For whoever works on one of them.
    pub(crate) only: Vec<String>,
    json: Option<PathBuf>,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self { parts: Vec::new(), quick: false, orders_max: u64::MAX, only: Vec::new(), json: None };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--orders" => {
                    let number = arguments.next().context("--orders wants a number")?;
                    options.orders_max = number
                        .replace('_', "")
                        .parse()
                        .with_context(|| format!("--orders wants a number, not `{number}`"))?;
                }
                "--only" => {
                    let keys = arguments.next().context("--only wants keys of targets, as in ours,rust_map")?;
                    options.only = keys.split(',').map(str::to_owned).collect();
                }
                "--json" => options.json = Some(arguments.next().context("--json wants a file")?.into()),
                part if PARTS.contains(&part) => options.parts.push(part.to_owned()),
                other => {
                    bail!(
                        "`cargo xtask bench` takes {}, --quick, --orders N, --only KEYS and --json FILE, not `{other}`",
                        PARTS.join(", ")
                    )
                }
            }
        }
        Ok(options)
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

/// Measures what is asked for.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    match arguments.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        Some(("data", rest)) => {
            let (size, file) = data::Size::parse(rest)?;
            return data::make(size, &file, &data::binary()?);
        }
        Some(("reference", [truth])) => return batch::reference(Path::new(truth)),
        _ => {}
    }
    let options = Options::parse(arguments)?;
    tools::prepare()?;
    let mut report = Report::default();
    if options.wants("edge") {
        edge::run(&options, &mut report)?;
        startup::run(&options, &mut report)?;
    }
    if options.wants("counter") {
        counter::run(&mut report)?;
    }
    if options.wants("batch") {
        batch::run(&options, &mut report)?;
    }
    if options.wants("growth") {
        growth::run(&options, &mut report)?;
    }
    report.write(options.quick, options.json.as_deref())
}
