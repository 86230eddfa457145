//! Start-up and size: a bare workerd with our Worker, beside one with the smallest Worker of the same crate.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tributary_tests::{free_port, root};

use super::Options;
use super::cpu;
use super::report::Report;
use super::stats::{Milli, Spread, grouped, micros, spread};
use super::targets::built;
use crate::tools::{build_worker, step};

/// How long workerd may take to come up.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is started, and what is asked of it first.
struct Subject {
    name: &'static str,
    folder: PathBuf,
    path: &'static str,
    starts: Vec<Start>,
}

#[derive(Debug, Clone, Copy)]
struct Start {
    /// From the start of the process to its first answer.
    wall: Duration,
    cpu_nanos: u64,
    /// The first request alone.
    first: Duration,
    /// The second.
    second: Duration,
}

/// Starts both in turn.
pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    build_worker()?;
    let starts = if options.quick { 9 } else { 25 };
    let hello = built("rust-hello")?.parent().context("a built Worker has a folder")?.to_owned();
    let mut subjects = [
        Subject { name: "the smallest Worker of the `worker` crate", folder: hello, path: "/", starts: Vec::new() },
        // Without KV and D1 a link leads to the landing page: all of the redirect's own way is gone, and nobody else's.
        Subject {
            name: "**Tributary**, a redirect",
            folder: root().join("edge/build"),
            path: "/go/x",
            starts: Vec::new(),
        },
    ];
    step(&format!("start-up, {starts} times each"));
    for _ in 0..starts {
        for subject in &mut subjects {
            subject.starts.push(start(subject)?);
        }
    }
    let mut text = String::from(
        "A bare workerd, from the start of its process to its first answer; then the first two requests by themselves.\n\n\
         | Worker | first answer, ms | least to most | CPU until then, ms | first request, ms | second, ms | WASM and JS, bytes | gzip |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for subject in &subjects {
        let of = |value: fn(&Start) -> u64| spread(subject.starts.iter().map(value));
        let Spread { least, median, most } = of(|start| micros(start.wall));
        let (raw, gzip) = sizes(&subject.folder)?;
        writeln!(
            text,
            "| {} | {} | {} to {} | {} | {} | {} | {} | {} |",
            subject.name,
            Milli(median),
            Milli(least),
            Milli(most),
            Milli(of(|start| start.cpu_nanos / 1_000).median),
            Milli(of(|start| micros(start.first)).median),
            Milli(of(|start| micros(start.second)).median),
            grouped(raw),
            grouped(gzip),
        )?;
        if subject.name.contains("Tributary") {
            report.figure("edge.start_ms", Milli(median), "ms");
            report.figure("edge.bundle_gzip_bytes", Milli::whole(gzip), "bytes");
        }
    }
    report.section("Start-up", text);
    Ok(())
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(subject: &Subject) -> Result<Start> {
    let port = free_port()?;
    let folder = tempfile::tempdir()?;
    for file in ["index.js", "index_bg.wasm"] {
        fs::copy(subject.folder.join(file), folder.path().join(file))?;
    }
    let config = folder.path().join("config.capnp");
    fs::write(&config, configuration(port))?;
    let workerd = root().join("node_modules/workerd/bin/workerd");
    let began = Instant::now();
    let child = Command::new(workerd)
        .arg("serve")
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start workerd")?;
    let running = Running(child);
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = loop {
        match TcpStream::connect(address) {
            Ok(stream) => break stream,
            Err(_) if began.elapsed() < PATIENCE => std::thread::sleep(Duration::from_micros(200)),
            Err(error) => bail!("workerd did not come up: {error}"),
        }
    };
    let first = ask(&mut stream, subject.path)?;
    let wall = began.elapsed();
    let cpu_nanos = cpu::of_tree(running.0.id())?.cpu_nanos;
    let second = ask(&mut stream, subject.path)?;
    Ok(Start { wall, cpu_nanos, first, second })
}

fn ask(stream: &mut TcpStream, path: &str) -> Result<Duration> {
    let began = Instant::now();
    let agent = tributary_tests::client::BROWSER;
    // In one piece: of several, the second would wait for the first to be acknowledged.
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {agent}\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = [0; 4_096];
    if stream.read(&mut answer)? == 0 {
        bail!("workerd hung up");
    }
    Ok(began.elapsed())
}

fn configuration(port: u16) -> String {
    format!(
        r#"using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [
      (name = "index.js", esModule = embed "index.js"),
      (name = "./index_bg.wasm", wasm = embed "index_bg.wasm"),
    ],
    compatibilityDate = "2026-04-01",
    bindings = [
      (name = "SIGNING_KEYS", text = "1:dGVzdHMgc2lnbiB3aXRoIHRoaXMga2V5IG9ubHkhISE="),
      (name = "LANDING_URL", text = "http://localhost:8788/"),
      (name = "TARGET_HOSTS", text = "localhost:8788"),
      (name = "COOKIE_DOMAIN", text = ""),
      (name = "CONSENT", text = "off"),
    ],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:{port}", http = (), service = "main")],
);
"#
    )
}

/// Bytes of WASM and JS, and what is left of them compressed.
fn sizes(folder: &Path) -> Result<(u64, u64)> {
    let (mut raw, mut compressed) = (0, 0);
    for file in ["index_bg.wasm", "index.js"] {
        raw += fs::metadata(folder.join(file))?.len();
        compressed += super::counter::compressed("gzipSync", &folder.join(file))?;
    }
    Ok((raw, compressed))
}
