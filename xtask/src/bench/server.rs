//! Workers under measurement: each in a workerd of its own, all through `benches/serve.mjs`.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use tributary_tests::root;

use super::cpu::{self, Usage};

/// A running Worker. It ends with its handle, or with this process: then its input ends.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    state: PathBuf,
    _directory: tempfile::TempDir,
}

impl Server {
    /// Starts a script with what `benches/serve.mjs` is told beside it; `state` is taken over.
    pub(crate) fn start(script: &Path, mut told: Value, directory: tempfile::TempDir) -> Result<Self> {
        let state = directory.path().join("state");
        told["script"] = json!(script);
        told["state"] = json!(state);
        let mut child = Command::new("node")
            .arg(root().join("benches/serve.mjs"))
            .arg(told.to_string())
            .current_dir(root())
            .envs(tributary_tests::worker::quiet())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start node")?;
        let mut output = BufReader::new(child.stdout.take().context("node has no output")?);
        let mut line = String::new();
        let port = loop {
            line.clear();
            if output.read_line(&mut line)? == 0 {
                bail!("{} did not come up: {}", script.display(), child.wait()?);
            }
            if let Some(port) = line.strip_prefix("ready ").and_then(|rest| rest.split(' ').next()) {
                break port.trim().parse::<u16>()?;
            }
        };
        // What it says later is nobody's; a full pipe would stop it.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Ok(Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), state, _directory: directory })
    }

    /// What it has spent so far, with its workerd.
    pub(crate) fn usage(&self) -> Result<Usage> {
        cpu::of_tree(self.child.id())
    }

    /// The SQLite file of its database.
    pub(crate) fn database(&self) -> Result<PathBuf> {
        tributary_tests::worker::database_in(&self.state)
    }

    /// One number out of its database. Readers are in no writer's way.
    pub(crate) fn count(&self, sql: &str) -> Result<u64> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(self.database()?, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        Ok(u64::try_from(connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0))?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
