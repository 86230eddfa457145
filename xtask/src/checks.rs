//! `cargo xtask test`: everything that CI runs, in the order in which it fails soonest.

use std::time::Instant;

use anyhow::Result;

use crate::demo;
use crate::tools::{self, build_worker, cargo, prepare, prepare_schemathesis, prepare_strace, step};

/// Runs all checks.
pub(crate) fn run() -> Result<()> {
    let began = Instant::now();
    prepare()?;
    prepare_strace()?;
    prepare_schemathesis()?;
    step("format");
    tools::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    step("clippy, this machine");
    tools::run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    step("clippy, wasm32");
    let wasm = [
        "clippy",
        "-p",
        "tributary-shared",
        "-p",
        "tributary-edge",
        "--target",
        "wasm32-unknown-unknown",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ];
    tools::run(&mut cargo(&wasm))?;
    build_worker()?;
    step("the batch");
    tools::run(&mut cargo(&["build", "-p", "tributary-batch", "--quiet"]))?;
    step("unit, property, snapshot, end-to-end, documentation and boundary tests");
    tools::run(&mut cargo(&["test", "--workspace", "--quiet"]))?;
    step("documentation");
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--quiet", "--exclude", "xtask"]);
    tools::run(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    step("the demo's story");
    demo::run(&demo::Options::for_tests()?)?;
    step(&format!("all passed in {} s", began.elapsed().as_secs()));
    Ok(())
}
