//! What is measured at the edge: ours and the references, each in a workerd of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result};
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

/// Starts all targets.
pub(crate) fn start() -> Result<Vec<Target>> {
    let plain = |key, name, server, stored| Target {
        key,
        name,
        asks: Asks::Warm,
        server: Arc::new(server),
        stored,
        visitor: Visitor::default(),
    };
    let url = |i: u64| format!("http://localhost:8788/tours/{i}");
    let urls: Map<String, Value> = (0..WARM_LINKS).map(|i| (format!("code-{i}"), json!(url(i)))).collect();
    let records: Map<String, Value> = (0..WARM_LINKS)
        .map(|i| {
            let record = json!({ "id": format!("id{i}"), "slug": format!("code-{i}"), "url": url(i), "createdAt": 1, "updatedAt": 1 });
            (format!("code-{i}"), json!(record.to_string()))
        })
        .collect();
    let queued = json!({
        "bindings": { "kv": true, "d1": true, "queue": true }, "links": urls, "sql": [REFERENCE_TABLE]
    });
    let analytics = json!({ "bindings": { "kv": true, "analytics": true }, "links": records });
    let ours = Arc::new(ours(false)?);
    let visitor = returning(&ours)?;
    let without_queue = Arc::new(self::ours(true)?);
    let hits = Some("SELECT sum(hits) FROM click");
    let of_ours = |key, name, asks, server: &Arc<Server>, stored| Target {
        key,
        name,
        asks,
        server: server.clone(),
        stored,
        visitor: visitor.clone(),
    };
    Ok(vec![
        plain("js_map", "JS, link from a map", script("map.js", json!({}))?, None),
        plain("rust_map", "Rust (`worker`), link from a map", of_crate("rust-map")?, None),
        plain("js_kv", "JS, KV read", script("kv.js", json!({ "bindings": { "kv": true }, "links": urls }))?, None),
        plain(
            "sink",
            "JS, KV read, user agent parsed, Analytics Engine (stands in for Sink; stores nothing here)",
            script("kv-analytics.js", analytics)?,
            None,
        ),
        plain(
            "js_kv_queue",
            "JS, KV read, Queue send, consumer into D1",
            script("kv-queue.js", queued)?,
            Some("SELECT count(*) FROM click"),
        ),
        of_ours("ours", "**Tributary**, warm link, as shipped (Queue)", Asks::Warm, &ours, hits),
        of_ours("ours_d1", "**Tributary**, warm link, no Queue bound", Asks::Warm, &without_queue, hits),
        of_ours("ours_cold", "**Tributary**, link from KV, as shipped", Asks::Cold, &ours, hits),
        of_ours("collect", "**Tributary**, `POST /collect`", Asks::View, &ours, Some("SELECT sum(hits) FROM visit")),
    ])
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
    tools::build_worker_of(&format!("benches/{name}"), &sources, &format!("benches/{name}, compiled to WASM"))?;
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
