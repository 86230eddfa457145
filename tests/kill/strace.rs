//! The binary with its disk in the hands of strace, which counts system calls, and breaks the one that it is told to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use tributary_tests::binary::{Said, Tributary};

/// The calls that change files, or open them. Some machines know only one of two; SQLite takes the one of `fdatasync` and
/// `fsync` that it was built with.
pub(crate) const CALLS: [&str; 7] = ["pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "unlinkat", "openat"];

/// The calls that touch files and change nothing that a database is made of.
const HARMLESS: [&str; 22] = [
    "access",
    "chmod",
    "chown",
    "close",
    "faccessat",
    "fchmod",
    "fchown",
    "fcntl",
    "fstat",
    "geteuid",
    "ioctl",
    "lseek",
    "lstat",
    // The shared memory beside the database holds an index of its log, and is made anew from the log after a crash.
    "mmap",
    "munmap",
    "newfstatat",
    "pread64",
    "read",
    "readlink",
    "readlinkat",
    "stat",
    "statx",
];

/// What is done to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Harm {
    /// The process is killed in place of the call.
    Killed,
    /// This one call fails with an error, such as `ENOSPC`.
    FailsOnce(&'static str),
    /// This call and all later ones of its kind fail.
    FailsFromThenOn(&'static str),
}

impl Harm {
    fn injection(self, call: &str, nth: u64) -> String {
        match self {
            Self::Killed => format!("inject={call}:signal=SIGKILL:when={nth}"),
            Self::FailsOnce(error) => format!("inject={call}:error={error}:when={nth}"),
            Self::FailsFromThenOn(error) => format!("inject={call}:error={error}:when={nth}+"),
        }
    }
}

/// Fails unless strace is there and may do what it is for: a test that cannot break anything must not pass.
pub(crate) fn assert_may_trace() {
    let tried = Command::new("strace").args(["-f", "-e", "trace=openat", "-o", "/dev/null", "true"]).output();
    let output = tried.unwrap_or_else(|error| {
        panic!(
            "strace is needed and cannot be started ({error}). It is for Linux only. Debian, Ubuntu: apt-get install \
             strace; Fedora: dnf install strace"
        )
    });
    assert!(
        output.status.success(),
        "strace may not trace here: this container needs the capability SYS_PTRACE or another seccomp profile (docker \
         run --cap-add SYS_PTRACE), or /proc/sys/kernel/yama/ptrace_scope forbids it. It says:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs a command with its n-th call of a kind broken; whether that call was reached at all.
pub(crate) fn harmed(
    tributary: &Tributary,
    arguments: &[&str],
    call: &str,
    nth: u64,
    harm: Harm,
    log: &Path,
) -> (Said, bool) {
    let (trace, inject) = (format!("trace={call}"), harm.injection(call, nth));
    let said = traced(tributary, arguments, &["-e", &trace, "-e", &inject], log);
    let is_hit = match harm {
        Harm::Killed => said.code == -1,
        Harm::FailsOnce(_) | Harm::FailsFromThenOn(_) => lines(log).iter().any(|line| line.ends_with("(INJECTED)")),
    };
    (said, is_hit)
}

/// Runs a command undisturbed; how many calls of each kind it made.
pub(crate) fn counted(tributary: &Tributary, arguments: &[&str], log: &Path) -> (Said, BTreeMap<String, u64>) {
    // `?`: what this machine does not know is not asked for.
    let trace = format!("trace={}", CALLS.map(|call| format!("?{call}")).join(","));
    let said = traced(tributary, arguments, &["-e", &trace], log);
    let mut counts = BTreeMap::new();
    for call in lines(log).iter().filter_map(|line| name(line)) {
        *counts.entry(call.to_owned()).or_default() += 1;
    }
    (said, counts)
}

/// Runs a command undisturbed; the calls on files of a folder that are neither broken here nor known to be harmless.
pub(crate) fn unknown_calls(tributary: &Tributary, arguments: &[&str], folder: &Path, log: &Path) -> BTreeSet<String> {
    traced(tributary, arguments, &["-y", "-e", "trace=%desc,%file"], log);
    let folder = folder.display().to_string();
    let is_known = |call: &&str| CALLS.contains(call) || HARMLESS.contains(call) || *call == "execve";
    let lines = lines(log);
    let touching = lines.iter().filter(|line| line.contains(&folder)).filter_map(|line| name(line));
    touching.filter(|call| !is_known(call)).map(str::to_owned).collect()
}

fn traced(tributary: &Tributary, arguments: &[&str], options: &[&str], log: &Path) -> Said {
    let log = log.to_str().expect("temporary folders have plain names");
    let strace = [&["strace", "-f", "-o", log], options].concat();
    tributary.clone().through(&strace).run(arguments).expect("strace can be started")
}

fn lines(log: &Path) -> Vec<String> {
    let bytes = std::fs::read(log).expect("strace writes its log");
    String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
}

/// The call of a line such as `4711  fsync(3) = 0`; none in lines that say how a process ended.
fn name(line: &str) -> Option<&str> {
    let (call, _) = line.split_once(' ')?.1.trim_start().split_once('(')?;
    call.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_').then_some(call)
}
