//! The real Worker in workerd, with local KV, D1 and Queue.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::binary::Tributary;
use crate::client::Client;
use crate::{free_port, root};

/// Keys that sign in tests and nowhere else.
pub const TEST_KEYS: &str = "1:dGVzdHMgc2lnbiB3aXRoIHRoaXMga2V5IG9ubHkhISE=";

/// To whom the platform's mail goes in tests; to others it refuses to.
pub const MAIL_ALLOWED: [&str; 2] = ["owner@shop.example", "ann@partners.example"];

/// How long the Worker may take to come up.
const START_SECONDS: u64 = 90;

/// How a Worker is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The port; any free one if 0.
    pub port: u16,
    /// Variables beside and instead of those in wrangler.toml.
    pub vars: Vec<(String, String)>,
    /// Where KV, D1 and Queue keep their state; a temporary folder if not given.
    pub state: Option<PathBuf>,
    /// Whether to leave the queue out, so that events go straight to D1.
    pub without_queue: bool,
    /// Whether mail goes out by the platform's binding; locally into files that the log names.
    pub with_mail: bool,
    /// Of how many in a thousand statements D1 loses the statement or its answer.
    pub broken_per_thousand: u32,
    /// Whether requests are left out of the log: writing them down takes wrangler as long as the Worker needs to answer.
    pub is_quiet: bool,
    /// Whether each answer says how often the database was asked for it, and what memory the Worker has: `x-trips`,
    /// `x-wasm-bytes`.
    pub counts: bool,
}

/// A running Worker.
pub struct Worker {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// Its port.
    pub port: u16,
    state: PathBuf,
    log: PathBuf,
    database_id: String,
    // Dropped, and deleted, after the Worker has ended.
    _directory: tempfile::TempDir,
}

impl Worker {
    /// Starts the Worker that is built in `edge/build`, on a migrated database.
    pub fn start(options: &Options) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("tributary-").tempdir()?;
        let state = options.state.clone().unwrap_or_else(|| directory.path().join("state"));
        let (config_path, config) = prepare(options, directory.path(), &state)?;
        let port = if options.port == 0 { free_port()? } else { options.port };
        let inspector_port = free_port()?;
        let log = directory.path().join("worker.log");
        let output = File::create(&log)?;
        let child = Command::new("node")
            .arg(root().join("tests/worker/serve.mjs"))
            .args(["--config", text(&config_path)?, "--persist-to", text(&state)?, "--ip", "127.0.0.1"])
            .args(["--port", &port.to_string(), "--inspector-port", &inspector_port.to_string()])
            .args(["--show-interactive-dev-session", "false"])
            .args(["--log-level", if options.is_quiet { "warn" } else { "log" }])
            .envs(quiet())
            .current_dir(root())
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .context("cannot start node for the Worker")?;
        let database_id = config["d1_databases"][0]["database_id"].as_str().unwrap_or_default().to_owned();
        let base = format!("http://127.0.0.1:{port}");
        let mut worker = Self { child, base, port, state, log, database_id, _directory: directory };
        worker.wait_until_it_answers()?;
        Ok(worker)
    }

    fn wait_until_it_answers(&mut self) -> Result<()> {
        let began = Instant::now();
        let client = self.client();
        while client.send("GET", "/healthz", &[], &[]).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("the Worker ended with {status}:\n{}", self.log());
            }
            if began.elapsed() > Duration::from_secs(START_SECONDS) {
                bail!("the Worker did not come up in {START_SECONDS} s:\n{}", self.log());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// A client of it.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::of(self.base.clone())
    }

    /// What it logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The SQLite file of its database.
    pub fn database(&self) -> Result<PathBuf> {
        database_in(&self.state)
    }

    /// The batch on its database's file.
    pub fn batch(&self) -> Result<Tributary> {
        Ok(Tributary::on(format!("sqlite:{}", text(&self.database()?)?))?.with("SIGNING_KEYS", TEST_KEYS))
    }

    /// The batch on its database, over the REST API that it serves.
    pub fn batch_over_rest(&self) -> Result<Tributary> {
        Ok(Tributary::on(format!("d1:local/{}", self.database_id))?
            .with("CLOUDFLARE_API_BASE_URL", &format!("{}/cdn-cgi/explorer/api", self.base))
            .with("SIGNING_KEYS", TEST_KEYS))
    }

    /// How long its processes, and all that they started, have been at work, in microseconds: whatever else the machine does is
    /// not in it. By Linux's `schedstat`.
    pub fn cpu_micros(&self) -> Result<i64> {
        let mut nanos = 0;
        let mut processes = vec![self.child.id()];
        while let Some(process) = processes.pop() {
            for task in fs::read_dir(format!("/proc/{process}/task"))?.flatten() {
                // A thread that has ended in between has no more to say.
                let read = |file: &str| fs::read_to_string(task.path().join(file)).unwrap_or_default();
                let numbers =
                    |text: String| text.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<_>>();
                nanos += numbers(read("schedstat")).first().copied().unwrap_or(0);
                processes.extend(numbers(read("children")).into_iter().filter_map(|child| u32::try_from(child).ok()));
            }
        }
        Ok(i64::try_from(nanos / 1_000_u64)?)
    }

    /// Runs its schedule now.
    pub fn run_schedule(&self) -> Result<()> {
        let answer = self.client().send("GET", "/cdn-cgi/handler/scheduled", &[], &[])?;
        if answer.status == 200 { Ok(()) } else { bail!("the schedule answered {}: {}", answer.status, answer.body) }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The end of its input ends the wrapper, and the wrapper its Worker.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Writes a configuration into a folder and makes a migrated database in a state; the configuration's file and content.
pub fn prepare(options: &Options, directory: &Path, state: &Path) -> Result<(PathBuf, Value)> {
    let path = directory.join("wrangler.json");
    let mut config = config(options)?;
    if options.broken_per_thousand > 0 {
        let script = fs::read_to_string(root().join("tests/worker/breaking.mjs"))?
            .replace("PER_THOUSAND", &options.broken_per_thousand.to_string())
            .replace("MODULE", text(&root().join("edge/build/index.js"))?);
        let main = directory.join("breaking.mjs");
        fs::write(&main, script)?;
        config["main"] = json!(text(&main)?);
    }
    if options.counts {
        fs::copy(root().join("tests/worker/memories.mjs"), directory.join("memories.mjs"))?;
        let script = fs::read_to_string(root().join("tests/worker/counting.mjs"))?
            .replace("MODULE", text(&root().join("edge/build/index.js"))?);
        let main = directory.join("counting.mjs");
        fs::write(&main, script)?;
        config["main"] = json!(text(&main)?);
    }
    fs::write(&path, config.to_string())?;
    migrate(&path, state)?;
    Ok((path, config))
}

/// The SQLite file of the one database in a state.
pub fn database_in(state: &Path) -> Result<PathBuf> {
    let directory = state.join("v3/d1/miniflare-D1DatabaseObject");
    fs::read_dir(&directory)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| {
            path.extension().is_some_and(|extension| extension == "sqlite")
                && path.file_stem().is_some_and(|stem| stem != "metadata")
        })
        .with_context(|| format!("no database in {}", directory.display()))
}

/// wrangler.toml as this run needs it: built already, with absolute paths, and the variables given.
fn config(options: &Options) -> Result<Value> {
    let toml = fs::read_to_string(root().join("wrangler.toml"))?;
    let mut config: Map<String, Value> = toml::from_str(&toml).context("wrangler.toml")?;
    config.remove("build");
    let main = root().join("edge/build/index.js");
    if !main.is_file() {
        bail!("the Worker is not built: run `cargo xtask build`, or `cargo xtask test`");
    }
    config.insert("main".to_owned(), json!(text(&main)?));
    config["d1_databases"][0]["migrations_dir"] = json!(text(&root().join("migrations"))?);
    if options.without_queue {
        config.remove("queues");
    }
    if options.with_mail {
        // One address that the platform refuses, as it refuses a recipient who is on its list.
        config.insert(
            "send_email".to_owned(),
            json!([{ "name": "EMAIL", "allowed_destination_addresses": MAIL_ALLOWED }]),
        );
        config["vars"]["MAIL_FROM"] = json!("Amalfi Tours <partners@merchant.example>");
    }
    config["vars"]["SIGNING_KEYS"] = json!(TEST_KEYS);
    config["vars"]["API_REQUESTS_PER_MINUTE"] = json!("0");
    for (name, value) in &options.vars {
        config["vars"][name] = json!(value);
    }
    Ok(Value::Object(config))
}

/// Applies the migrations as an operator would.
fn migrate(config: &Path, state: &Path) -> Result<()> {
    let output = Command::new("node")
        .arg(root().join("node_modules/wrangler/bin/wrangler.js"))
        .args(["d1", "migrations", "apply", "DB", "--local", "--config", text(config)?, "--persist-to", text(state)?])
        .envs(quiet())
        .current_dir(root())
        .stdin(Stdio::null())
        .output()
        .context("cannot start wrangler")?;
    if output.status.success() {
        return Ok(());
    }
    bail!("migrations: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// No metrics, no question, no look for updates or for the machine's place on earth.
#[must_use]
pub fn quiet() -> [(&'static str, &'static str); 4] {
    [("WRANGLER_SEND_METRICS", "false"), ("CI", "true"), ("NO_COLOR", "1"), ("CLOUDFLARE_CF_FETCH_ENABLED", "false")]
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}
