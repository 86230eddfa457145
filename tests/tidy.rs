//! The repository itself: boundaries, budgets, and documents that tell the truth.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod problems;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tributary_tests::root;

/// The Worker's budget, compressed. The free plan's limit is three times as much.
const WORKER_GZIP_BYTES_MAX: usize = 1_000_000;

/// The counter's budget, compressed.
const COUNTER_BROTLI_BYTES_MAX: usize = 1_000;

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files of an extension below a folder.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|other| other == extension) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), extension, &mut found);
    found
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The crates that a crate is built of, for a target.
fn crates_of(package: &str, target: Option<&str>) -> Vec<String> {
    let mut arguments =
        vec!["tree", "--package", package, "--edges", "normal", "--prefix", "none", "--format", "{p}", "--offline"];
    if let Some(target) = target {
        arguments.extend(["--target", target]);
    }
    let tree = run(env!("CARGO"), &arguments);
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn has(crates: &[String], name: &str) -> bool {
    crates.iter().any(|found| found == name)
}

#[test]
fn the_domain_and_the_worker_are_built_of_what_they_may_be() {
    let wasm = Some("wasm32-unknown-unknown");
    let (shared, edge, batch) =
        (crates_of("tributary-shared", None), crates_of("tributary-edge", wasm), crates_of("tributary-batch", None));
    for banned in ["worker", "rusqlite", "ureq", "tokio", "rand", "getrandom", "clap"] {
        assert!(!has(&shared, banned), "shared uses {banned}");
    }
    for banned in ["rusqlite", "ureq", "clap", "csv", "indicatif"] {
        assert!(!has(&edge, banned), "edge uses {banned}");
    }
    assert!(!has(&batch, "worker"));
    // The control: the same look finds what is there.
    assert!(has(&shared, "hmac") && has(&edge, "worker") && has(&batch, "rusqlite") && has(&batch, "ureq"));
}

#[test]
fn the_domain_has_no_float_clock_or_async_and_one_file_each_reads_the_time() {
    for file in files("shared/src", "rs") {
        let text = fs::read_to_string(&file).unwrap();
        for banned in [
            "f32",
            "f64",
            "async fn",
            "SystemTime",
            "Instant::now",
            "Utc::now",
            "now_v7",
            "new_v4",
            "std::fs",
            "std::net",
        ] {
            assert!(!text.contains(banned), "{}: {banned}", file.display());
        }
    }
    for (folder, clock, reads) in [
        ("edge/src", "clock.rs", &["Date::now", "/src/clock.js"][..]),
        ("batch/src", "main.rs", &["SystemTime::now", "Instant::now", "new_v4"][..]),
    ] {
        let mut found = 0;
        for file in files(folder, "rs") {
            let text = fs::read_to_string(&file).unwrap();
            for read in reads.iter().filter(|read| text.contains(**read)) {
                assert!(file.ends_with(clock), "{} uses {read}", file.display());
                found += 1;
            }
        }
        assert_eq!(found, reads.len(), "{folder}: the look finds what is there");
    }
}

#[test]
fn sql_lives_in_its_folders() {
    let is_sql = |text: &str| {
        ["INSERT INTO ", "DELETE FROM ", "SELECT * ", "\"SELECT ", "UPDATE orders"].iter().any(|sql| text.contains(sql))
    };
    for file in files("edge/src", "rs").into_iter().chain(files("batch/src", "rs")).chain(files("shared/src", "rs")) {
        // The stores themselves know wrangler's table of migrations, and test what they send.
        if !file.starts_with(root().join("batch/src/store")) {
            assert!(!is_sql(&fs::read_to_string(&file).unwrap()), "{}", file.display());
        }
    }
    assert!(is_sql(&read("batch/src/store/sqlite.rs")));
    // The Worker's statements are asked by its store alone: pages and endpoints call it by what they mean.
    let asks = |file: &PathBuf| fs::read_to_string(file).unwrap().contains(".sql\")");
    let (store, others): (Vec<_>, Vec<_>) =
        files("edge/src", "rs").into_iter().partition(|file| file.starts_with(root().join("edge/src/store")));
    assert_eq!(others.iter().find(|file| asks(file)), None);
    assert!(store.iter().any(asks));
}

#[test]
fn migrations_are_numbered_without_gaps_and_known_to_the_batch() {
    let mut names: Vec<String> = files("migrations", "sql")
        .iter()
        .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    for (name, number) in names.iter().zip(1..) {
        assert!(name.starts_with(&format!("{number:04}_")), "{name}");
        assert!(read("batch/src/store/sqlite.rs").contains(name.as_str()), "{name} is not applied to new files");
    }
    for file in files("migrations", "sql") {
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(
            text.matches("CREATE TABLE").count(),
            text.matches(") STRICT").count(),
            "{}: STRICT tables",
            file.display()
        );
    }
}

#[test]
fn the_workers_variables_are_those_that_are_read() {
    let wrangler: toml::Table = toml::from_str(&read("wrangler.toml")).unwrap();
    let config = read("edge/src/config.rs");
    for name in wrangler["vars"].as_table().unwrap().keys() {
        assert!(config.contains(&format!("\"{name}\"")), "{name} is read by nobody");
    }
    for name in config.split("var(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(wrangler["vars"].get(name).is_some(), "{name} stands in no wrangler.toml");
    }
}

#[test]
fn the_worker_and_the_counter_are_within_their_budgets() {
    let size = |expression: &str| -> usize { run("node", &["-p", expression]).trim().parse().unwrap() };
    let gzip = |file: &str| {
        size(&format!("require('zlib').gzipSync(require('fs').readFileSync('edge/build/{file}'),{{level:9}}).length"))
    };
    let worker = gzip("index_bg.wasm") + gzip("index.js");
    assert!(worker <= WORKER_GZIP_BYTES_MAX, "the Worker has {worker} bytes");
    let counter = size("require('zlib').brotliCompressSync(require('fs').readFileSync('edge/assets/t.js')).length");
    assert!(counter <= COUNTER_BROTLI_BYTES_MAX, "t.js has {counter} bytes");
    println!("Worker {worker} bytes gzip, t.js {counter} bytes brotli");
}

#[test]
fn the_counter_that_is_served_is_made_of_its_source() {
    run("node", &["xtask/assets.mjs", "edge/assets", "--check"]);
}

#[test]
fn the_document_of_the_api_is_made_of_the_tables_that_it_answers_by() {
    let document = tributary_shared::api::openapi::document().to_string();
    assert!(read("edge/assets/openapi.json") == document, "it is old: run `cargo xtask openapi`");
}

#[test]
fn the_readmes_commands_exist_and_its_links_lead_somewhere() {
    let xtask = read("xtask/src/main.rs");
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"] {
        let text = read(document);
        for command in text
            .split("cargo xtask ")
            .skip(1)
            .filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next())
        {
            assert!(xtask.contains(&format!("\"{command}\" =>")), "{document}: cargo xtask {command}");
        }
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let is_local = !target.is_empty() && !target.contains("://");
            assert!(!is_local || root().join(target).exists(), "{document}: {target}");
        }
    }
    for command in ["cargo xtask demo", "cargo xtask test"] {
        assert!(read("README.md").contains(command), "{command}");
    }
    assert!(read(".ci/run").contains("cargo xtask test"));
}
