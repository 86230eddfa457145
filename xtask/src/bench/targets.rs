//! What is measured at the edge: ours and the references, each in a workerd of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, params};
use serde_json::{Map, Value, json};
use tributary_tests::client::Client;
use tributary_tests::root;
use tributary_tests::worker;

use super::requests::{self, COLD_LINKS, Visitor, WARM_LINKS};
use super::server::Server;
use crate::tools;

/// The table of the references that store clicks, and how they are counted.
const REFERENCE_TABLE: &str = "CREATE TABLE click (id INTEGER PRIMARY KEY, code TEXT NOT NULL, at INTEGER NOT NULL, \
    address TEXT NOT NULL, agent TEXT NOT NULL, referrer TEXT NOT NULL) STRICT";

/// What the requests of a target ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// One of a hundred links.
    Warm,
    /// A link that nobody asked for in the last ten seconds.
    Cold,
    /// To count a page view.
    View,
}

/// One thing that is measured.
pub(crate) struct Target {
    /// By what it is asked for in ratios.
    pub(crate) key: &'static str,
    /// What the table calls it.
    pub(crate) name: &'static str,
    pub(crate) asks: Asks,
    pub(crate) server: Arc<Server>,
    /// Counts what is stored; `None` where nothing is.
    pub(crate) stored: Option<&'static str>,
    pub(crate) visitor: Visitor,
}

impl Target {
    /// The only status that is not a failure.
    pub(crate) const fn status(&self) -> u16 {
        match self.asks {
            Asks::Warm | Asks::Cold => 302,
            Asks::View => 200,
        }
    }

    /// Writes the request of a number.
    pub(crate) fn request(&self, number: u64, request: &mut Vec<u8>) {
        match self.asks {
            Asks::Warm => requests::click(&format!("code-{}", number % WARM_LINKS), number, &self.visitor, request),
            Asks::Cold => requests::click(&format!("cold-{}", number % COLD_LINKS), number, &self.visitor, request),
            Asks::View => requests::view(number, &self.visitor, request),
        }
    }
}

/// Starts the targets of these keys, or all.
pub(crate) fn start(only: &[String]) -> Result<Vec<Target>> {
    let wanted = |key: &str| only.is_empty() || only.iter().any(|wanted| wanted == key);
    let mut targets = Vec::new();
    for key in ["js_map", "rust_map", "js_kv", "sink", "js_kv_queue"].into_iter().filter(|key| wanted(key)) {
        targets.push(reference(key)?);
    }
    let hits = Some("SELECT sum(hits) FROM click");
    let views = Some("SELECT sum(hits) FROM visit");
    let with_queue = [
        ("ours", "**Tributary**, warm link, as shipped (Queue)", Asks::Warm, hits),
        ("ours_cold", "**Tributary**, link from KV, as shipped", Asks::Cold, hits),
        ("collect", "**Tributary**, `POST /collect`, as shipped", Asks::View, views),
    ];
    let without_queue = [
        ("ours_d1", "**Tributary**, warm link, no Queue bound", Asks::Warm, hits),
        ("collect_d1", "**Tributary**, `POST /collect`, no Queue bound", Asks::View, views),
    ];
    for (is_without_queue, asked) in [(false, &with_queue[..]), (true, &without_queue[..])] {
        let asked: Vec<_> = asked.iter().filter(|(key, ..)| wanted(key)).collect();
        if asked.is_empty() {
            continue;
        }
        let server = Arc::new(ours(is_without_queue)?);
        let visitor = returning(&server)?;
        for &&(key, name, asks, stored) in &asked {
            targets.push(Target { key, name, asks, server: server.clone(), stored, visitor: visitor.clone() });
        }
    }
    Ok(targets)
}

fn reference(key: &'static str) -> Result<Target> {
    let url = |i: u64| format!("http://localhost:8788/tours/{i}");
    let links = |value: &dyn Fn(u64) -> String| -> Map<String, Value> {
        (0..WARM_LINKS).map(|i| (format!("code-{i}"), json!(value(i)))).collect()
    };
    let record = |i| {
        let slug = format!("code-{i}");
        json!({ "id": format!("id{i}"), "slug": slug, "url": url(i), "createdAt": 1, "updatedAt": 1 }).to_string()
    };
    let mut stored = None;
    let (name, server) = match key {
        "js_map" => ("JS, link from a map", script("map.js", json!({}))?),
        "rust_map" => ("Rust (`worker`), link from a map", of_crate("rust-map")?),
        "js_kv" => ("JS, KV read", script("kv.js", json!({ "bindings": { "kv": true }, "links": links(&url) }))?),
        "sink" => {
            let told = json!({ "bindings": { "kv": true, "analytics": true }, "links": links(&record) });
            let name = "JS, KV read, user agent parsed, Analytics Engine (stands in for Sink)";
            (name, script("kv-analytics.js", told)?)
        }
        "js_kv_queue" => {
            stored = Some("SELECT count(*) FROM click");
            let bindings = json!({ "kv": true, "d1": true, "queue": true });
            let told = json!({ "bindings": bindings, "links": links(&url), "sql": [REFERENCE_TABLE] });
            ("JS, KV read, Queue send, consumer into D1", script("kv-queue.js", told)?)
        }
        other => bail!("there is no target `{other}`"),
    };
    Ok(Target { key, name, asks: Asks::Warm, server: Arc::new(server), stored, visitor: Visitor::default() })
}

fn folder() -> Result<tempfile::TempDir> {
    Ok(tempfile::Builder::new().prefix("tributary-bench-").tempdir()?)
}

/// A reference in JavaScript, bundled.
fn script(name: &str, told: Value) -> Result<Server> {
    let directory = folder()?;
    let bundle = directory.path().join(name);
    tools::run(
        Command::new(root().join("node_modules/.bin/esbuild"))
            .arg(root().join("benches/edge").join(name))
            .args(["--bundle", "--format=esm", "--minify", "--log-level=warning"])
            .arg(format!("--outfile={}", bundle.display())),
    )?;
    Server::start(&bundle, told, directory)
}

/// The built Worker of a folder of `benches`.
pub(crate) fn built(name: &str) -> Result<PathBuf> {
    let (manifest, source) = (format!("benches/{name}/Cargo.toml"), format!("benches/{name}/src"));
    let sources = [manifest.as_str(), &source, "Cargo.toml", "Cargo.lock"];
    tools::build_worker_of(
        &format!("benches/{name}"),
        "release",
        &sources,
        &format!("benches/{name}, compiled to WASM"),
    )?;
    Ok(root().join("benches").join(name).join("build/index.js"))
}

fn of_crate(name: &str) -> Result<Server> {
    Server::start(&built(name)?, json!({}), folder()?)
}

/// Ours, with links in its database.
fn ours(without_queue: bool) -> Result<Server> {
    tools::build_worker()?;
    let directory = folder()?;
    let state = directory.path().join("state");
    let options = worker::Options { without_queue, ..worker::Options::default() };
    let (config, _) = worker::prepare(&options, directory.path(), &state)?;
    seed(&worker::database_in(&state)?)?;
    Server::start(&root().join("edge/build/index.js"), json!({ "config": config }), directory)
}

/// A program, a partner and the links.
fn seed(database: &Path) -> Result<()> {
    let mut connection = Connection::open(database)?;
    let seeding = connection.transaction()?;
    seeding.execute("INSERT INTO program (id, code, name, currency) VALUES (1, 'tours', 'Tours', 'EUR')", [])?;
    seeding.execute("INSERT INTO partner (id, code, name, created_at) VALUES (1, 'ann', 'Ann', 0)", [])?;
    {
        let mut link =
            seeding.prepare("INSERT INTO link (code, partner_id, target, window_days) VALUES (?1, 1, ?2, 365)")?;
        for (name, count) in [("code", WARM_LINKS), ("cold", COLD_LINKS)] {
            for i in 0..count {
                link.execute(params![format!("{name}-{i}"), format!("http://localhost:8788/tours/{i}")])?;
            }
        }
    }
    Ok(seeding.commit()?)
}

/// A visitor who has clicked three times.
fn returning(server: &Server) -> Result<Visitor> {
    let client = Client::of(format!("http://{}", server.address));
    let mut cookie = String::new();
    for _ in 0..3 {
        let sent = format!("__Secure-trb={cookie}");
        let answer = client.click("/go/code-1", &[("Cookie", &sent)])?;
        cookie = answer.cookie("__Secure-trb").context("the Worker sets a cookie")?.to_owned();
    }
    Ok(Visitor { cookie })
}
