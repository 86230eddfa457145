//! What a process and those it started cost, as Linux counts it.

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result};

/// Nanoseconds of a clock tick: a hundred a second on every Linux that this runs on (`getconf CLK_TCK`).
const TICK_NANOS: u64 = 10_000_000;

/// What was spent so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// CPU time, in user and in kernel.
    pub(crate) cpu_nanos: u64,
    /// The most memory that each process ever had, added up.
    pub(crate) peak_kib: u64,
}

/// What a process and all below it have spent.
pub(crate) fn of_tree(root: u32) -> Result<Usage> {
    let stats = all()?;
    let mut usage = Usage::default();
    let mut waiting = vec![root];
    while let Some(process) = waiting.pop() {
        let stat = stats.get(&process).with_context(|| format!("process {process} is gone"))?;
        // Ended children are in their parent's count.
        usage.cpu_nanos += (stat.own_ticks + stat.children_ticks) * TICK_NANOS;
        usage.peak_kib += peak_kib(process);
        waiting.extend(stats.iter().filter(|(_, other)| other.parent == process).map(|(id, _)| *id));
    }
    Ok(usage)
}

/// CPU time of all processes that this one started and that have ended.
pub(crate) fn of_ended_children() -> Result<u64> {
    let stat = fs::read_to_string("/proc/self/stat").context(NEEDS_LINUX)?;
    Ok(Stat::parse(&stat).context("/proc/self/stat")?.children_ticks * TICK_NANOS)
}

/// The most memory that a running process ever had; 0 once it is gone.
pub(crate) fn peak_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

const NEEDS_LINUX: &str = "CPU time is read from /proc, so the benchmarks need Linux";

struct Stat {
    parent: u32,
    own_ticks: u64,
    children_ticks: u64,
}

impl Stat {
    /// Reads `/proc/ID/stat`. The name, in brackets, may hold anything; what is counted stands behind it.
    fn parse(text: &str) -> Option<Self> {
        let (_, behind) = text.rsplit_once(')')?;
        let fields: Vec<&str> = behind.split_whitespace().collect();
        let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own_ticks: ticks(11)? + ticks(12)?,
            children_ticks: ticks(13)? + ticks(14)?,
        })
    }
}

fn all() -> Result<HashMap<u32, Stat>> {
    let mut stats = HashMap::new();
    for entry in fs::read_dir("/proc").context(NEEDS_LINUX)?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // A process may end between the two looks.
        if let Some(stat) = fs::read_to_string(entry.path().join("stat")).ok().and_then(|text| Stat::parse(&text)) {
            stats.insert(id, stat);
        }
    }
    Ok(stats)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_brackets_in_its_name_is_read() {
        let stat = Stat::parse("7 (a) b) S 3 7 7 0 -1 4194560 1 0 0 0 12 5 4 2 20 0 1 0 1 1 1").unwrap();
        assert_eq!((stat.parent, stat.own_ticks, stat.children_ticks), (3, 17, 6));
    }
}
