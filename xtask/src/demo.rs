//! `cargo xtask demo`: a merchant on this machine, and one story that goes all the way.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tributary_tests::binary::Tributary;
use tributary_tests::site::Site;
use tributary_tests::worker::{self, Worker};
use tributary_tests::{free_port, root};

use crate::story;
use crate::tools::{build_worker, cargo, prepare, run as run_command, step};

/// Who can log in in the demo: the merchant, and Anna.
const LOG_INS: [(&str, &[&str]); 2] =
    [("owner@demo.example", &["--role", "owner"]), ("anna@demo.example", &["--role", "partner", "--partner", "17"])];

/// The pages of the merchant's site: path and file.
const PAGES: [(&str, &str); 3] =
    [("/", "index.html"), ("/tours/amalfi", "tours/amalfi.html"), ("/tours/lisbon", "tours/lisbon.html")];

/// How the demo runs.
pub(crate) struct Options {
    port: u16,
    site_port: u16,
    once: bool,
    /// Where the local database, KV and queue are; the repository's own if not given.
    state: Option<PathBuf>,
    _directory: Option<tempdir::Held>,
}

/// A folder that is deleted when the demo of the tests is over.
mod tempdir {
    pub(crate) struct Held(pub(crate) std::path::PathBuf);

    impl Drop for Held {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

impl Options {
    /// Reads the command line.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self { port: 8787, site_port: 8788, once: false, state: None, _directory: None };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut port = || {
                arguments.next().and_then(|port| port.parse().ok()).with_context(|| format!("{argument} wants a port"))
            };
            match argument.as_str() {
                "--once" => options.once = true,
                "--port" => options.port = port()?,
                "--site-port" => options.site_port = port()?,
                other => {
                    bail!("`cargo xtask demo` takes --once, --port and --site-port, not `{other}`")
                }
            }
        }
        Ok(options)
    }

    /// On free ports and a database of its own, ending after the story.
    pub(crate) fn for_tests() -> Result<Self> {
        let directory = std::env::temp_dir().join(format!("tributary-demo-{}", uuid::Uuid::new_v4()));
        let state = Some(directory.clone());
        Ok(Self {
            port: free_port()?,
            site_port: free_port()?,
            once: true,
            state,
            _directory: Some(tempdir::Held(directory)),
        })
    }
}

/// Prepares, serves, plays the story, and keeps serving.
pub(crate) fn run(options: &Options) -> Result<()> {
    prepare()?;
    for (port, option) in [(options.port, "--port"), (options.site_port, "--site-port")] {
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_err() {
            bail!("port {port} is in use: stop what listens there, or choose another with {option}");
        }
    }
    build_worker()?;
    step("the batch");
    run_command(&mut cargo(&["build", "-p", "tributary-batch", "--quiet"]))?;
    let keys = signing_keys()?;
    step("local database, Worker and the merchant's site");
    let worker_url = format!("http://localhost:{}", options.port);
    let site_url = format!("http://localhost:{}", options.site_port);
    Site::serve(options.site_port, pages(&worker_url)?)?;
    let state = options.state.clone().unwrap_or_else(|| root().join(".wrangler/state"));
    let worker = Worker::start(&worker::Options {
        port: options.port,
        vars: vec![
            ("SIGNING_KEYS".to_owned(), keys.clone()),
            ("LANDING_URL".to_owned(), format!("{site_url}/")),
            ("TARGET_HOSTS".to_owned(), format!("localhost:{}", options.site_port)),
            ("HOOKS_ALLOW_LOCAL".to_owned(), "true".to_owned()),
        ],
        state: Some(state.clone()),
        without_queue: false,
        with_mail: false,
        broken_per_thousand: 0,
        is_quiet: false,
        counts: false,
    })?;
    let batch = worker.batch()?.with("SIGNING_KEYS", &keys);
    seed(&batch, &site_url, &worker_url)?;
    let key = api_key(&batch, &state)?;
    story::play(&story::Stage {
        worker: &worker,
        worker_url: &worker_url,
        site_url: &site_url,
        batch: &batch,
        key: &key,
    })?;
    if options.once {
        return Ok(());
    }
    println!(
        "\nServing. Links: {worker_url}/go/amalfi-anna   the merchant's site: {site_url}/   health: {worker_url}/healthz"
    );
    println!("API key of this demo: {key}");
    println!("Pages, each link logs in once:");
    for (whose, (email, more)) in ["the merchant's", "Anna's"].into_iter().zip(LOG_INS) {
        let arguments = [&["accounts", "add", email], more, &["--url", worker_url.as_str()]].concat();
        println!("  {whose:<15} {}", batch.ok(&arguments)?.trim());
    }
    println!("Try: cargo run -q -p tributary-batch -- balances      Ctrl-C ends it.");
    loop {
        std::thread::park();
    }
}

/// The key that signs locally, made once.
fn signing_keys() -> Result<String> {
    let path = root().join(".dev.vars");
    let read = fs::read_to_string(&path).unwrap_or_default();
    if let Some(keys) = read.lines().find_map(|line| line.strip_prefix("SIGNING_KEYS=")) {
        return Ok(keys.trim_matches('"').to_owned());
    }
    let random = [uuid::Uuid::new_v4().into_bytes(), uuid::Uuid::new_v4().into_bytes()].concat();
    let keys = format!("1:{}", STANDARD.encode(random));
    fs::write(&path, format!("{read}SIGNING_KEYS={keys}\n")).context(".dev.vars")?;
    Ok(keys)
}

fn pages(worker_url: &str) -> Result<Vec<(String, String)>> {
    let page = |(path, file): (&str, &str)| {
        let html =
            fs::read_to_string(root().join("demo/site").join(file)).with_context(|| format!("demo/site/{file}"))?;
        Ok((path.to_owned(), html.replace("{{worker}}", worker_url)))
    };
    PAGES.into_iter().map(page).collect()
}

/// The merchant's rules, partners, products and links. A second time changes nothing.
fn seed(batch: &Tributary, site_url: &str, worker_url: &str) -> Result<()> {
    step("a merchant: two programs, a dozen partners over four tiers, products, links, coupons");
    let file = |name: &str| fs::read_to_string(root().join("demo").join(name)).with_context(|| format!("demo/{name}"));
    for (kind, name) in [
        ("merchant", "merchant.toml"),
        ("program", "tours.toml"),
        ("program", "concierge.toml"),
        ("partners", "partners.csv"),
        ("products", "products.csv"),
        ("links", "links.csv"),
    ] {
        let said = batch.import(kind, &file(name)?.replace("{{site}}", site_url).replace("{{worker}}", worker_url))?;
        println!("  {name:<16} {}", said.trim());
    }
    // Before the night: its letters go to whoever can log in.
    for (email, more) in LOG_INS {
        batch.ok(&[&["accounts", "add", email][..], more].concat())?;
    }
    Ok(())
}

/// The demo's API key, kept beside its database.
fn api_key(batch: &Tributary, state: &Path) -> Result<String> {
    let path = state.join("demo-api-key");
    if let Ok(key) = fs::read_to_string(&path) {
        return Ok(key);
    }
    let key = batch.ok(&["keys", "add", "demo"])?.trim().to_owned();
    fs::write(&path, &key)?;
    Ok(key)
}
