//! A night under measurement: the shipped binary, as a process of its own.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::cpu;
use super::data::AS_OF;

/// How often a running process is asked for its memory; its peak is kept by the kernel.
const LOOK: Duration = Duration::from_millis(5);

/// What a process cost, and what it said.
#[derive(Debug, Clone)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    pub(crate) peak_kib: u64,
    pub(crate) said: String,
}

impl Cost {
    /// What it said, as JSON.
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.said).with_context(|| format!("not JSON: {}", self.said))
    }
}

/// Runs a command to its good end.
pub(crate) fn measured(command: &mut Command) -> Result<Cost> {
    let cpu_before = cpu::of_ended_children()?;
    let output = tempfile::NamedTempFile::new()?;
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(output.reopen()?).spawn()?;
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(cpu::peak_kib(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(LOOK);
    };
    let wall = began.elapsed();
    if !status.success() {
        bail!("{} ended with {status}", command.get_program().display());
    }
    let cpu = Duration::from_nanos(cpu::of_ended_children()? - cpu_before);
    Ok(Cost { wall, cpu, peak_kib, said: std::fs::read_to_string(output.path())? })
}

/// The binary on a SQLite file.
pub(crate) fn on_file(binary: &Path, file: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.arg("--db").arg(format!("sqlite:{}", file.display())).args(["--as-of", AS_OF]).args(arguments);
    command
}

/// The arguments of a night.
pub(crate) const NIGHT: [&str; 4] = ["reconcile", "--settle", "0s", "--json"];

/// A number of a night's report.
pub(crate) fn reported(report: &Value, field: &str) -> u64 {
    report[field].as_u64().unwrap_or_default()
}

/// Bytes of a database with all that belongs to it.
pub(crate) fn bytes_of(file: &Path) -> u64 {
    let beside = |suffix: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        std::fs::metadata(name).map(|found| found.len()).unwrap_or(0)
    };
    beside("") + beside("-wal")
}
