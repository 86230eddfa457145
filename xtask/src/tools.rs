//! Tools at pinned versions: found, or brought in.

use std::fs;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use tributary_tests::root;

/// The tool that turns the edge crate into a Worker; it goes with the `worker` crate's version.
const WORKER_BUILD: &str = "0.8.7";

/// The oldest Node that wrangler runs on.
const NODE_MAJOR_MIN: u32 = 20;

/// What is watched for whether the Worker must be built anew.
const WORKER_SOURCES: [&str; 10] = [
    "shared/src",
    "shared/locales",
    "shared/Cargo.toml",
    "edge/src",
    "edge/assets",
    "edge/templates",
    "edge/locales",
    "edge/Cargo.toml",
    "Cargo.toml",
    "Cargo.lock",
];

/// Says what is being done.
pub(crate) fn step(what: &str) {
    println!("\x1b[1m==> {what}\x1b[0m");
}

/// Runs a command; its failure is ours.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{} {}", command.get_program().to_string_lossy(), arguments(command));
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("cannot start `{shown}`"))?;
    if status.success() { Ok(()) } else { bail!("`{shown}` failed with {status}") }
}

fn arguments(command: &Command) -> String {
    command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// `cargo`, as it runs us.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// What a command prints, if it runs.
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).current_dir(root()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Makes sure that Node, npm packages and the wasm target are there.
pub(crate) fn prepare() -> Result<()> {
    let node = output("node", &["--version"]).unwrap_or_default();
    let major: u32 = node.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    if major < NODE_MAJOR_MIN {
        let found = if node.is_empty() { "it is not installed".to_owned() } else { format!("this is {node}") };
        bail!(
            "Node {NODE_MAJOR_MIN} or newer is needed, {found}.\n  Debian, Ubuntu: apt-get install nodejs npm   macOS: brew install node   \
             elsewhere: https://nodejs.org/en/download"
        );
    }
    if output("npm", &["--version"]).is_none() {
        bail!(
            "npm is needed and is not installed.\n  Debian, Ubuntu: apt-get install npm   elsewhere it comes with Node"
        );
    }
    npm_packages()?;
    wasm_target()
}

/// Makes sure that strace is there, which breaks the disk for tests: brought in where that is one command.
pub(crate) fn prepare_strace() -> Result<()> {
    if output("strace", &["-V"]).is_some() {
        return Ok(());
    }
    let is_root = output("id", &["-u"]).as_deref() == Some("0");
    if is_root && output("apt-get", &["--version"]).is_some() {
        step("strace");
        let install = || run(Command::new("apt-get").args(["install", "--yes", "--no-install-recommends", "strace"]));
        // A machine that has never asked for the list of packages knows none.
        return install().or_else(|_| run(Command::new("apt-get").arg("update")).and_then(|()| install()));
    }
    bail!(
        "strace is needed, it breaks the disk for tests/kill, and is not installed.\n  Debian, Ubuntu: apt-get install strace   \
         Fedora: dnf install strace   It is for Linux: elsewhere, run the tests in a container"
    );
}

/// Makes sure that schemathesis is there, which tries the API by its own document: a Python environment of its own.
pub(crate) fn prepare_schemathesis() -> Result<()> {
    let folder = root().join(".tools/schemathesis");
    let wanted = root().join("tests/fuzz/requirements.txt");
    let tool = folder.join("bin/schemathesis");
    if modified(&tool).is_some() && modified(&tool) >= modified(&wanted) {
        return Ok(());
    }
    step("schemathesis of tests/fuzz/requirements.txt");
    let environment = || run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
    if environment().is_err() {
        let is_root = output("id", &["-u"]).as_deref() == Some("0");
        if !is_root || output("apt-get", &["--version"]).is_none() {
            bail!(
                "Python 3.10 or newer with `venv` is needed for schemathesis, which tries the API.\n  Debian, Ubuntu: apt-get \
                 install python3-venv   macOS: brew install python   elsewhere: https://www.python.org/downloads/"
            );
        }
        let install = ["install", "--yes", "--no-install-recommends", "python3", "python3-venv"];
        run(Command::new("apt-get").args(install)).or_else(|_| {
            run(Command::new("apt-get").arg("update")).and_then(|()| run(Command::new("apt-get").args(install)))
        })?;
        environment()?;
    }
    let mut pip = Command::new(folder.join("bin/python"));
    run(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&wanted))?;
    // pip keeps the times of a package's own files.
    run(Command::new("touch").arg(&tool))
}

fn npm_packages() -> Result<()> {
    let installed = root().join("node_modules/.package-lock.json");
    if modified(&installed) >= modified(&root().join("package-lock.json")) && modified(&installed).is_some() {
        return Ok(());
    }
    step("npm packages of package-lock.json");
    run(Command::new("npm").args(["ci", "--no-fund", "--no-audit", "--loglevel", "error"]).current_dir(root()))
}

fn wasm_target() -> Result<()> {
    let target = "wasm32-unknown-unknown";
    match output("rustup", &["target", "list", "--installed"]) {
        Some(installed) if installed.lines().any(|line| line == target) => Ok(()),
        Some(_) => {
            step("wasm target of this toolchain");
            run(Command::new("rustup").args(["target", "add", target]).current_dir(root()))
        }
        // A Rust without rustup may have the target all the same; the build says so if it has not.
        None => Ok(()),
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// Builds the Worker into `edge/build`, unless it is newer than all it is made of.
pub(crate) fn build_worker() -> Result<()> {
    let wasm = root().join("edge/build/index_bg.wasm");
    let before = modified(&wasm);
    build_worker_of("edge", "worker", &WORKER_SOURCES, "the Worker, compiled to WASM")?;
    if modified(&wasm) == before { Ok(()) } else { shrink(&wasm) }
}

/// Classes that the `worker` crate and its streams give JavaScript, and that nothing here makes an object of. What is exported
/// is kept with all that it calls: 3,400 bytes compressed.
const CLASSES_OF_WORKER: [&str; 4] = ["containerstartupoptions", "minifyconfig", "r2range", "intounderlying"];

/// Takes out of the Worker what it does without: the functions' names, a fifth of the file, which nothing but stack traces
/// needs, and what only classes are exported for that it never makes an object of.
///
/// What went in stays beside it: `wasm-objdump` and browsers' tools find there which function a number in a trace is.
fn shrink(wasm: &Path) -> Result<()> {
    let named = wasm.with_file_name("index_bg.named.wasm");
    fs::rename(wasm, &named).with_context(|| format!("{}", named.display()))?;
    let mut wasm_opt = Command::new(root().join("node_modules/.bin/wasm-opt"));
    // The features are those that worker-build names as well: more of them, and workerd may not know how it is written.
    for feature in [
        "mutable-globals",
        "sign-ext",
        "nontrapping-float-to-int",
        "bulk-memory",
        "multivalue",
        "reference-types",
        "exception-handling",
    ] {
        wasm_opt.arg(format!("--enable-{feature}"));
    }
    // Functions of one kind stand together by their names, and what is alike and near is compressed away: 3 % of the whole.
    // Locals that never live at once become one, the most used first: 2,300 bytes. Nothing else is optimized again.
    // It is done before the names go, so in a pass of its own.
    let mut strip = Command::new(wasm_opt.get_program());
    strip.args(wasm_opt.get_args());
    let closer = ["-g", "--reorder-functions-by-name", "--coalesce-locals", "--reorder-locals"];
    for class in CLASSES_OF_WORKER {
        wasm_opt.arg(format!("--remove-exports=*{class}*"));
    }
    wasm_opt.arg("--remove-unused-module-elements");
    run(wasm_opt.args(closer).arg(&named).arg("-o").arg(&named))?;
    run(strip.arg("--strip-debug").arg(&named).arg("-o").arg(wasm))?;
    // Whoever makes an object of such a class imports it from JavaScript, by its name.
    let bytes = fs::read(wasm).with_context(|| format!("{}", wasm.display()))?;
    for class in CLASSES_OF_WORKER {
        if bytes.windows(class.len()).any(|part| part == class.as_bytes()) {
            bail!("the Worker makes objects of the class `{class}` by now: take it out of CLASSES_OF_WORKER");
        }
    }
    Ok(())
}

/// Builds the Worker of a folder into its `build` by a profile of Cargo's, unless it is newer than its sources.
pub(crate) fn build_worker_of(folder: &str, profile: &str, sources: &[&str], what: &str) -> Result<()> {
    let folder = root().join(folder);
    let built = modified(&folder.join("build/index_bg.wasm"));
    let newest = sources.iter().filter_map(|source| newest(&root().join(source))).max();
    if built.is_some() && built >= newest {
        return Ok(());
    }
    let worker_build = worker_build()?;
    let mut command = Command::new(worker_build);
    command
        .args(["--profile", profile])
        .current_dir(&folder)
        .env("WASM_OPT_BIN", root().join("node_modules/.bin/wasm-opt"))
        .env("ESBUILD_BIN", root().join("node_modules/.bin/esbuild"));
    if let Some(wasm_bindgen) = wasm_bindgen()? {
        command.env("WASM_BINDGEN_BIN", wasm_bindgen);
    }
    step(what);
    run(&mut command)
}

fn newest(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        return modified(path);
    }
    fs::read_dir(path).ok()?.filter_map(|entry| newest(&entry.ok()?.path())).max()
}

/// `worker-build` of the pinned version: the one on this machine, or made from its source.
fn worker_build() -> Result<PathBuf> {
    if output("worker-build", &["--version"]).is_some_and(|version| version.ends_with(WORKER_BUILD)) {
        return Ok("worker-build".into());
    }
    let installed = cargo_bin("worker-build");
    if installed
        .to_str()
        .and_then(|path| output(path, &["--version"]))
        .is_some_and(|version| version.ends_with(WORKER_BUILD))
    {
        return Ok(installed);
    }
    step(&format!("worker-build {WORKER_BUILD} (compiled once, some minutes)"));
    run(&mut cargo(&["install", "worker-build", "--version", WORKER_BUILD, "--locked", "--force"]))?;
    Ok(installed)
}

/// `wasm-bindgen` of Cargo.lock's version; `None` where worker-build can download it, which is quicker.
fn wasm_bindgen() -> Result<Option<PathBuf>> {
    let version = locked_version("wasm-bindgen")?;
    let installed = cargo_bin("wasm-bindgen");
    for candidate in [Path::new("wasm-bindgen"), &installed] {
        let found = candidate.to_str().and_then(|path| output(path, &["--version"]));
        if found.is_some_and(|found| found.ends_with(&version)) {
            return Ok(Some(which(candidate)));
        }
    }
    if is_reachable("github.com:443") {
        return Ok(None);
    }
    step(&format!("wasm-bindgen {version} (compiled once, some minutes)"));
    // Not --locked: the lock file that it is published with does not resolve.
    run(&mut cargo(&["install", "wasm-bindgen-cli", "--version", &version, "--force"]))?;
    Ok(Some(installed))
}

fn which(program: &Path) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .unwrap_or_else(|| program.to_owned())
}

fn cargo_bin(program: &str) -> PathBuf {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    home.unwrap_or_default().join("bin").join(format!("{program}{}", std::env::consts::EXE_SUFFIX))
}

fn is_reachable(address: &str) -> bool {
    let Ok(mut addresses) = address.to_socket_addrs() else {
        return false;
    };
    addresses.any(|address| TcpStream::connect_timeout(&address, Duration::from_secs(3)).is_ok())
}

fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock")?;
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    let version = lines
        .nth(1)
        .and_then(|line| line.strip_prefix("version = "))
        .map(|version| version.trim_matches('"').to_owned());
    version.with_context(|| format!("{package} is not in Cargo.lock"))
}

/// Writes the API's document: small, and in one order.
pub(crate) fn write_openapi() -> Result<()> {
    step("edge/assets/openapi.json");
    let document = tributary_shared::api::openapi::document().to_string();
    fs::write(root().join("edge/assets/openapi.json"), document).context("edge/assets/openapi.json")
}

/// Minifies the counter. Its content hash stands beside it, for the `ETag`.
pub(crate) fn build_assets() -> Result<()> {
    step("edge/assets/t.js");
    let assets = root().join("edge/assets");
    run(Command::new("node").arg(root().join("xtask/assets.mjs")).arg(assets).current_dir(root()))
}
