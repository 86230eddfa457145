//! Schemathesis against the API's own document: no server error, and no answer that the document does not tell of.
//!
//! `TRIBUTARY_FUZZ_CASES` says how many cases are made for each operation.

use std::process::Command;

use serde_json::json;
use tributary_tests::root;
use tributary_tests::worker::Options;

use crate::stage::Stage;

/// Cases for each operation, if nothing is said: as many as fit between the other tests.
const CASES: &str = "100";

#[test]
fn whatever_the_document_lets_one_send_is_answered_as_it_says() {
    let tool = root().join(".tools/schemathesis/bin/schemathesis");
    assert!(tool.is_file(), "{} is not there: `cargo xtask test` brings it in", tool.display());
    let stage = Stage::new(|_| Options::default());
    // Something to be found by whatever is asked for.
    stage.partners(&["0", "a"]);
    stage.batch.import("products", "sku,name\n0,Tour\n").unwrap();
    stage.make_link("0", "0", &stage.shop("/"));
    stage.order(
        "0",
        json!({ "partner": "0", "paid_at": "2026-01-01T00:00:00Z", "customer": { "email": "a@b.example" } }),
    );
    stage.reconcile("2030-01-01T00:00:00Z");
    let cases = std::env::var("TRIBUTARY_FUZZ_CASES").unwrap_or_else(|_| CASES.to_owned());
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(tool)
        .arg("--config-file")
        .arg(root().join("tests/fuzz/schemathesis.toml"))
        .args(["run", &format!("{}/openapi.json", stage.worker.base)])
        .args(["--header", &format!("Authorization: Bearer {}", stage.key)])
        .args(["--max-examples", &cases, "--workers", "2"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}\n{}", String::from_utf8_lossy(&output.stderr), stage.worker.log());
    // It has tried what there is, and not nothing.
    assert!(said.contains("No issues found"), "{said}");
    println!("{said}");
    assert_eq!(stage.batch.json(&["verify"]).unwrap()["violations"], json!([]));
}
