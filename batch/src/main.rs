//! `tributary`: the command line. The only place of the batch that reads the time.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use clap::{Args, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tributary_batch::error::Error;
use tributary_batch::reconcile::{self, Watcher};
use tributary_batch::store::sqlite::local_development;
use tributary_batch::store::{Location, Store};
use tributary_batch::{balances, diff, explain, export, import, keys, partners, verify};
use tributary_shared::signing::KeyRing;
use tributary_shared::time::Timestamp;

/// Turns paid orders into partners' commission, and explains what it did.
///
/// Exit codes: 0 done; 1 something needs a look; 2 could not run; 3 another run holds the lease.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Common {
    /// The database: sqlite:PATH or d1:ACCOUNT/DATABASE; the local development database if not given
    #[arg(long, global = true, value_name = "DATABASE", env = "TRIBUTARY_DB")]
    db: Option<Location>,
    /// Judge as of this instant (RFC 3339); now if not given
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_time)]
    as_of: Option<Timestamp>,
    /// Say what would happen, and write nothing
    #[arg(long, global = true)]
    dry_run: bool,
    /// Answer in JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Judge all orders that are not decided yet, and book what they earn
    Reconcile {
        /// How long an order's latest event must be past, so that clicks have landed: 0s, 15m, 2h, 1d
        #[arg(long, default_value = "15m", value_parser = parse_seconds)]
        settle: i64,
    },
    /// Say who was credited with an order, and why
    Explain {
        /// The order, as the shop calls it
        order: String,
    },
    /// Judge decided orders again and say what would change; exit code 1 if anything would
    Diff,
    /// Check every invariant of the ledger; exit code 1 if one is broken
    Verify,
    /// Say what is owed to whom
    Balances,
    /// Take programs, partners, products, links, orders or refunds from a file
    #[command(subcommand)]
    Import(ImportCommand),
    /// Write the ledger out
    #[command(subcommand)]
    Export(ExportCommand),
    /// Make and revoke keys for the API
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Move partners between programs
    #[command(subcommand)]
    Partners(PartnersCommand),
}

#[derive(Args)]
struct ImportFile {
    /// The file
    file: PathBuf,
    /// From when on changed rules hold (RFC 3339); now if not given. First rules hold for ever back
    #[arg(long, value_parser = parse_time)]
    valid_from: Option<Timestamp>,
}

#[derive(Subcommand)]
enum ImportCommand {
    /// A program and its rules (TOML)
    Program(ImportFile),
    /// Partners: code,name,email,parent_code,parent_commission_until,coupon,program,rates,status (CSV)
    Partners(ImportFile),
    /// Products: sku,name,participates,shown,rates (CSV)
    Products(ImportFile),
    /// Links: code,partner,target,product,active (CSV)
    Links(ImportFile),
    /// Orders: external_id,status,currency,paid_at,email,sku,quantity,net,coupon,partner,trb,refunded_net (CSV)
    Orders(ImportFile),
    /// Refunds: external_id,refund_id,at,amount (CSV)
    Refunds(ImportFile),
}

#[derive(Subcommand)]
enum ExportCommand {
    /// All transfers, in order of writing, one a line: CSV, or JSON with --json
    Transfers {
        /// CSV, which is the default
        #[arg(long, conflicts_with = "json")]
        csv: bool,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Make a key; it is shown this once, and only its hash is kept
    Add {
        /// What it is for
        name: String,
    },
    /// Revoke the keys of a name: they open nothing any more
    Revoke {
        /// What they were made for
        name: String,
    },
}

#[derive(Subcommand)]
enum PartnersCommand {
    /// Move a partner to another program, for what is paid from now (or --from) on
    Move {
        /// The partner's code
        partner: String,
        /// The program's code
        #[arg(long)]
        to: String,
        /// From when on (RFC 3339)
        #[arg(long, value_parser = parse_time)]
        from: Option<Timestamp>,
        /// Who moves him, for the record
        #[arg(long, default_value = "command line")]
        by: String,
    },
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|error| error.to_string())
}

fn parse_seconds(text: &str) -> Result<i64, String> {
    let refused = || format!("`{text}` is not a duration: want a number and s, m, h or d, as in 15m");
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(refused)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(refused()),
    };
    let number: i64 = number.parse().map_err(|_| refused())?;
    number.checked_mul(seconds).filter(|total| (0..=315_360_000).contains(total)).ok_or_else(refused)
}

fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_seconds(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(needs_a_look) => ExitCode::from(u8::from(needs_a_look)),
        Err(error) => {
            eprintln!("tributary: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn open(common: &Common) -> Result<Box<dyn Store>, Error> {
    let location = match &common.db {
        Some(location) => location.clone(),
        None => Location::Sqlite(local_development(std::path::Path::new("."))?),
    };
    Ok(location.open()?)
}

/// Runs a command; whether its result needs a look.
fn run(cli: &Cli) -> Result<bool, Error> {
    let common = &cli.common;
    let mut store = open(common)?;
    let store = store.as_mut();
    let as_of = common.as_of.unwrap_or_else(now);
    match &cli.command {
        Command::Reconcile { settle } => {
            let began = Instant::now();
            let settings = reconcile::Settings { as_of, settle_seconds: *settle, dry_run: common.dry_run };
            let mut progress = Progress { bar: None };
            let mut report = reconcile::run(store, settings, &mut progress)?;
            if let Some(bar) = progress.bar {
                bar.finish_and_clear();
            }
            report.seconds = seconds(began);
            print(common, &report, &report)?;
            Ok(false)
        }
        Command::Explain { order } => {
            let explanation = explain::run(store, order)?;
            print(common, &explanation, &explanation)?;
            Ok(false)
        }
        Command::Diff => {
            let diff = diff::run(store)?;
            print(common, &diff, &diff)?;
            Ok(!diff.differences.is_empty())
        }
        Command::Verify => {
            let verified = verify::run(store)?;
            print(common, &verified, &verified)?;
            Ok(!verified.violations.is_empty())
        }
        Command::Balances => {
            let balances = balances::run(store, as_of)?;
            print(common, &balances, &balances::table(&balances))?;
            Ok(false)
        }
        Command::Import(command) => {
            let report = import_file(store, command, common)?;
            print(common, &report, &report)?;
            Ok(!report.bad.is_empty())
        }
        Command::Export(ExportCommand::Transfers { csv: _ }) => {
            let form = if common.json { export::Form::Json } else { export::Form::Csv };
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            export::transfers(store, form, &mut out)?;
            out.flush().map_err(|error| Error::Unable(format!("the output broke off: {error}")))?;
            Ok(false)
        }
        Command::Keys(KeysCommand::Add { name }) => {
            if common.dry_run {
                return Err(Error::Refused("a key is made or not: there is nothing to try".to_owned()));
            }
            let mut random = [0; 32];
            random[..16].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
            random[16..].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
            let key = keys::add(store, name, random, now())?;
            print(common, &serde_json::json!({ "name": name, "key": key }), &key)?;
            Ok(false)
        }
        Command::Keys(KeysCommand::Revoke { name }) => {
            if common.dry_run {
                return Err(Error::Refused("a key is revoked or not: there is nothing to try".to_owned()));
            }
            let revoked = keys::revoke(store, name, now())?;
            print(common, &serde_json::json!({ "name": name, "revoked": revoked }), &format!("{revoked} revoked"))?;
            Ok(false)
        }
        Command::Partners(PartnersCommand::Move { partner, to, from, by }) => {
            let movement = partners::Move { partner, program: to, from: from.unwrap_or_else(now), by };
            let moved = partners::run(store, &movement, now(), common.dry_run)?;
            print(common, &serde_json::json!({ "partner": partner, "program": to }), &moved)?;
            Ok(false)
        }
    }
}

fn import_file(store: &mut dyn Store, command: &ImportCommand, common: &Common) -> Result<import::Report, Error> {
    let (ImportCommand::Program(file)
    | ImportCommand::Partners(file)
    | ImportCommand::Products(file)
    | ImportCommand::Links(file)
    | ImportCommand::Orders(file)
    | ImportCommand::Refunds(file)) = command;
    let settings = import::Settings { now: now(), valid_from: file.valid_from, dry_run: common.dry_run };
    let unreadable = |error: std::io::Error| Error::Unable(format!("{} cannot be read: {error}", file.file.display()));
    let open = || File::open(&file.file).map(Box::new).map_err(unreadable);
    match command {
        ImportCommand::Program(file) => {
            import::program::run(store, &std::fs::read_to_string(&file.file).map_err(unreadable)?, settings)
        }
        ImportCommand::Partners(_) => import::partners::run(store, open()?, settings),
        ImportCommand::Products(_) => import::products::run(store, open()?, settings),
        ImportCommand::Links(_) => import::links::run(store, open()?, settings),
        ImportCommand::Orders(_) => import::orders::run(store, open()?, signing_keys()?.as_ref(), settings),
        ImportCommand::Refunds(_) => import::refunds::run(store, open()?, settings),
    }
}

/// The keys that open tokens: from the environment, or from the file in which they stand for local development.
fn signing_keys() -> Result<Option<KeyRing>, Error> {
    let local = || {
        let vars = std::fs::read_to_string(".dev.vars").ok()?;
        vars.lines().find_map(|line| line.strip_prefix("SIGNING_KEYS=")).map(|keys| keys.trim_matches('"').to_owned())
    };
    match std::env::var("SIGNING_KEYS").ok().or_else(local) {
        Some(keys) => KeyRing::parse(&keys).map(Some).map_err(|error| Error::Unable(format!("SIGNING_KEYS: {error}"))),
        None => Ok(None),
    }
}

fn print(common: &Common, json: &impl Serialize, text: &impl std::fmt::Display) -> Result<(), Error> {
    let broke_off = |error: std::io::Error| Error::Unable(format!("the output broke off: {error}"));
    let mut out = std::io::stdout().lock();
    if common.json {
        let json = serde_json::to_string(json).map_err(|error| Error::Refused(error.to_string()))?;
        writeln!(out, "{json}").map_err(broke_off)
    } else {
        writeln!(out, "{text}").map_err(broke_off)
    }
}

/// Seconds since an instant, with three digits.
fn seconds(began: Instant) -> serde_json::Number {
    let millis = began.elapsed().as_millis();
    let text = format!("{}.{:03}", millis / 1_000, millis % 1_000);
    serde_json::from_str(&text).unwrap_or_else(|_| 0.into())
}

/// A progress bar where somebody watches, nothing elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
}

impl Watcher for Progress {
    fn now(&self) -> Timestamp {
        now()
    }

    fn begins(&mut self, orders: u64) {
        if std::io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} orders, {per_sec}, {eta} left")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            self.bar = Some(ProgressBar::new(orders).with_style(style));
        }
    }

    fn judged(&mut self, orders: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(orders);
        }
    }
}
