//! Schemathesis against the API's own document: no server error, and no answer that the document does not tell of.
//!
//! `TRIBUTARY_FUZZ_CASES` says how many cases are made for each operation.

use std::process::Command;

use serde_json::{Value, json};
use tributary_tests::root;
use tributary_tests::worker::Options;

use crate::stage::Stage;

/// Cases for each operation, if nothing is said.
const CASES: &str = "1000";

/// How many chains of requests.
const CHAINS: &str = "100";

/// What wrangler says in the Worker's place when it has started it anew, as it does on a busy machine: no answer of ours.
const RESTARTED: &str = "Your worker restarted mid-request";

#[test]
fn whatever_the_document_lets_one_send_is_answered_as_it_says() {
    let stages = [stage(), stage()];
    let document: Value = stages[0].client.get("/openapi.json", "").unwrap().json().unwrap();
    // Python makes the cases, one after the other: in two processes, each with half of the paths and a Worker of its own.
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    let halves = [0, 1].map(|half| {
        let own = paths.iter().enumerate().filter(|(place, _)| place % 2 == half);
        own.flat_map(|(_, path)| ["--include-path", path.as_str()]).collect::<Vec<_>>()
    });
    let cases = std::env::var("TRIBUTARY_FUZZ_CASES").unwrap_or_else(|_| CASES.to_owned());
    std::thread::scope(|scope| {
        let each = stages.iter().zip(&halves).map(|(stage, half)| {
            let cases = &cases;
            scope.spawn(move || fuzz(stage, cases, "examples,coverage,fuzzing", half))
        });
        // What both have found is told.
        let outcomes: Vec<_> = each.collect::<Vec<_>>().into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        assert!(outcomes.iter().all(Result::is_ok), "see above");
    });
    // Chains of requests go through all of them.
    fuzz(&stages[0], CHAINS, "stateful", &[]);
    for stage in &stages {
        assert_eq!(stage.batch.json(&["verify"]).unwrap()["violations"], json!([]));
    }
}

/// A merchant, with something to be found by whatever is asked for.
fn stage() -> Stage {
    let stage = Stage::new(|_| Options { is_quiet: true, ..Options::default() });
    stage.partners(&["0", "a"]);
    stage.batch.import("products", "sku,name\n0,Tour\n").unwrap();
    stage.make_link("0", "0", &stage.shop("/"));
    stage.order(
        "0",
        json!({ "partner": "0", "paid_at": "2026-01-01T00:00:00Z", "customer": { "email": "a@b.example" } }),
    );
    stage.reconcile("2030-01-01T00:00:00Z");
    stage
}

/// Tries some of the operations; which is all of them, if none is named.
fn fuzz(stage: &Stage, cases: &str, phases: &str, operations: &[&str]) {
    let tool = root().join(".tools/schemathesis/bin/schemathesis");
    assert!(tool.is_file(), "{} is not there: `cargo xtask test` brings it in", tool.display());
    let folder = tempfile::tempdir().unwrap();
    let mut told = String::new();
    for _ in 0..2 {
        let output = Command::new(&tool)
            .arg("--config-file")
            .arg(root().join("tests/fuzz/schemathesis.toml"))
            .args(["run", &format!("{}/openapi.json", stage.worker.base)])
            .args(["--header", &format!("Authorization: Bearer {}", stage.key)])
            // One at a time: Python 3.11 cannot read its own source in two threads at once, which Hypothesis asks of it.
            .args(["--max-examples", cases, "--workers", "1", "--phases", phases])
            .args(operations)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        if output.status.success() {
            // It has tried what there is, and not nothing.
            assert!(said.contains("No issues found"), "{said}");
            println!("{said}");
            return;
        }
        told = format!("{said}\n{}\n{}", String::from_utf8_lossy(&output.stderr), stage.worker.log());
        if !told.contains(RESTARTED) {
            break;
        }
    }
    panic!("{told}");
}
