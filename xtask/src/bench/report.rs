//! What a run found, for people (benches/RESULTS.md) and for machines (`--json`).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tributary_tests::root;

use super::stats::Milli;

/// The head of benches/RESULTS.md.
const HEAD: &str = "# Results\n\n\
    Written by `cargo xtask bench`; [README.md](README.md) says what the references are and how it is measured,\n\
    [docs/PERFORMANCE.md](../docs/PERFORMANCE.md) what follows from it. A run writes the sections that it measured and\n\
    leaves the others as they are.\n";

/// One figure, by a name that does not change.
struct Figure {
    name: &'static str,
    value: Milli,
    unit: &'static str,
}

/// What a run found.
#[derive(Default)]
pub(crate) struct Report {
    sections: Vec<(&'static str, String)>,
    figures: Vec<Figure>,
}

impl Report {
    /// Adds a figure.
    pub(crate) fn figure(&mut self, name: &'static str, value: Milli, unit: &'static str) {
        self.figures.push(Figure { name, value, unit });
    }

    /// Adds a section and shows it.
    pub(crate) fn section(&mut self, title: &'static str, text: String) {
        println!("\n{title}\n\n{text}");
        self.sections.push((title, text));
    }

    /// Writes benches/RESULTS.md, and the figures where they are asked for.
    pub(crate) fn write(&self, is_quick: bool, json_file: Option<&Path>) -> Result<()> {
        let path = root().join("benches/RESULTS.md");
        let mut sections = sections_of(&fs::read_to_string(&path).unwrap_or_default());
        let measured = measured(is_quick);
        for (title, text) in &self.sections {
            let text = format!("{measured}\n\n{}\n", text.trim_end());
            match sections.iter_mut().find(|(known, _)| known == title) {
                Some((_, known)) => *known = text,
                None => sections.push(((*title).to_owned(), text)),
            }
        }
        let mut whole = HEAD.to_owned();
        for (title, text) in &sections {
            write!(whole, "\n## {title}\n\n{}", text.trim_start())?;
        }
        fs::write(&path, whole).context("benches/RESULTS.md")?;
        println!("\nwritten: {}", path.display());
        if let Some(file) = json_file {
            let figures: Vec<Value> = self
                .figures
                .iter()
                .map(|figure| json!({ "name": figure.name, "value": figure.value.json(), "unit": figure.unit }))
                .collect();
            fs::write(file, format!("{}\n", serde_json::to_string_pretty(&figures)?))
                .with_context(|| format!("{}", file.display()))?;
        }
        Ok(())
    }
}

fn sections_of(text: &str) -> Vec<(String, String)> {
    text.split("\n## ")
        .skip(1)
        .filter_map(|section| section.split_once('\n'))
        .map(|(title, text)| (title.to_owned(), text.trim().to_owned() + "\n"))
        .collect()
}

/// When and on what it was measured.
fn measured(is_quick: bool) -> String {
    let said = |program: &str, arguments: &[&str]| -> String {
        let output = Command::new(program).args(arguments).current_dir(root()).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    };
    let version = |package: &str| -> String {
        let manifest = root().join("node_modules").join(package).join("package.json");
        let manifest: Value =
            fs::read_to_string(manifest).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        manifest["version"].as_str().unwrap_or("?").to_owned()
    };
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = processors.lines().filter(|line| line.starts_with("processor")).count();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory_kib: u64 = memory.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or_default();
    let mode = if is_quick { "quick run" } else { "full run" };
    format!(
        "{} · {mode} · {cores} cores, {}, {} GiB · {} · {} · node {} · workerd {} · miniflare {}",
        said("date", &["-u", "+%Y-%m-%d"]),
        model.trim_start_matches([' ', '\t', ':']),
        memory_kib.div_ceil(1_048_576),
        said("uname", &["-sr"]),
        said("rustc", &["--version"]).split(" (").next().unwrap_or_default(),
        said("node", &["--version"]),
        version("workerd"),
        version("miniflare"),
    )
}
