//! The real `tributary` binary.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The binary, with the database it works on.
#[derive(Debug, Clone)]
pub struct Tributary {
    executable: PathBuf,
    database: String,
    environment: Vec<(String, String)>,
    directory: PathBuf,
    through: Vec<String>,
}

/// What a command said.
#[derive(Debug, Clone)]
pub struct Said {
    /// Its exit code; -1 if a signal ended it.
    pub code: i32,
    /// Its output.
    pub out: String,
    /// Its complaints.
    pub err: String,
}

impl Tributary {
    /// The binary of this build, on a database (`sqlite:…` or `d1:…`).
    pub fn on(database: impl Into<String>) -> Result<Self> {
        Ok(Self {
            executable: executable()?,
            database: database.into(),
            environment: Vec::new(),
            directory: crate::root(),
            through: Vec::new(),
        })
    }

    /// The same in another directory than the repository's.
    #[must_use]
    pub fn inside(mut self, directory: &Path) -> Self {
        directory.clone_into(&mut self.directory);
        self
    }

    /// The same, started by another program: `strace` with its options.
    #[must_use]
    pub fn through(mut self, program: &[&str]) -> Self {
        self.through = program.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// The same with one more variable in its environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A command that is not started yet.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match self.through.split_first() {
            Some((program, options)) => {
                let mut command = Command::new(program);
                command.args(options).arg(&self.executable);
                command
            }
            None => Command::new(&self.executable),
        };
        command
            .args(arguments)
            .env("TRIBUTARY_DB", &self.database)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.directory);
        command
    }

    /// Runs a command.
    pub fn run(&self, arguments: &[&str]) -> Result<Said> {
        let mut command = self.command(arguments);
        let output = command.output().with_context(|| format!("cannot start {}", command.get_program().display()))?;
        Ok(Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Runs a command that must succeed.
    pub fn ok(&self, arguments: &[&str]) -> Result<String> {
        let said = self.run(arguments)?;
        if said.code != 0 {
            bail!("tributary {}: exit code {}\n{}{}", arguments.join(" "), said.code, said.out, said.err);
        }
        Ok(said.out)
    }

    /// Runs a command that must succeed, and reads its JSON.
    pub fn json(&self, arguments: &[&str]) -> Result<Value> {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        let out = self.ok(&arguments)?;
        serde_json::from_str(&out).with_context(|| format!("tributary {}: {out}", arguments.join(" ")))
    }

    /// Imports a text as a file of a kind.
    pub fn import(&self, kind: &str, text: &str) -> Result<String> {
        let file = tempfile::Builder::new().suffix(if kind == "program" { ".toml" } else { ".csv" }).tempfile()?;
        std::fs::write(file.path(), text)?;
        self.ok(&["import", kind, path(file.path())?])
    }
}

fn path(path: &Path) -> Result<&str> {
    path.to_str().context("a temporary path that is not UTF-8")
}

/// `tributary` beside or above the running executable: both are of one target directory.
fn executable() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let name = format!("tributary{}", std::env::consts::EXE_SUFFIX);
    own.ancestors()
        .skip(1)
        .take(3)
        .map(|directory| directory.join(&name))
        .find(|path| path.is_file())
        .context("the binary `tributary` is not built: run `cargo build -p tributary-batch`, or `cargo xtask test`")
}
