//! `tributary`: the command line. The only place of the batch that reads the time.

mod cli;

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use clap::Parser;
use cli::{
    AccountsCommand, Cli, Command, Common, ContactsCommand, DiffArguments, ExportCommand, HooksCommand, ImportCommand,
    KeysCommand, MailCommand, OrdersCommand, PartnersCommand, PayoutsCommand, Period, PersonCommand, SignedArguments,
    StatementForm,
};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tributary_batch::diff::{self, Question};
use tributary_batch::error::Error;
use tributary_batch::orders::Signed;
use tributary_batch::reconcile::{self, Apply, Watcher};
use tributary_batch::store::payouts::State;
use tributary_batch::store::sqlite::local_development;
use tributary_batch::store::{Location, Store, merchant, rules};
use tributary_batch::{
    accounts, balances, contacts, explain, export, hooks, import, keys, letters, mail, orders, partners, payouts,
    person, prune, rulebook, statement, verify,
};
use tributary_shared::order::{OrderCharity, Word};
use tributary_shared::rules::Rulebook;
use tributary_shared::signing::KeyRing;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::{Span, Zone};

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

/// A night makes and drops some hundred small texts for each order: with this allocator in four fifths of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What all commands are told of time.
#[derive(Clone, Copy)]
struct Clock {
    now: Timestamp,
    /// As of when to judge and to tell.
    as_of: Timestamp,
    zone: Zone,
}

/// Runs a command; whether its result needs a look.
fn run(cli: &Cli) -> Result<bool, Error> {
    let common = &cli.common;
    let mut store = open(common)?;
    let store = store.as_mut();
    let zone = zone_for(cli, store)?;
    let now = now();
    let as_of = common.as_of.as_deref().map_or(Ok(now), |text| time(text, zone))?;
    let clock = Clock { now, as_of, zone };
    match &cli.command {
        Command::Reconcile { settle, apply_diff, period, signed, verify } => {
            let apply = match apply_diff {
                true => Some(Apply { paid_in: span(period, zone)?, signed: sign(signed, clock) }),
                false => None,
            };
            reconcile_and_verify(store, common, clock, *settle, apply.as_ref(), *verify)
        }
        Command::Explain { order } => {
            let explanation = explain::run(store, order)?;
            print(common, &explanation, &explanation)?;
            Ok(false)
        }
        Command::Diff(arguments) => {
            let question =
                Question { paid_in: span(&arguments.period, zone)?, instead: instead(store, arguments, zone)? };
            let diff = diff::run(store, &question)?;
            print(common, &diff, &diff)?;
            Ok(!diff.differences.is_empty())
        }
        Command::Verify => {
            let verified = verify::run(store)?;
            print(common, &verified, &verified)?;
            Ok(!verified.violations.is_empty())
        }
        Command::Balances { partner } => {
            let balances = balances::run(store, partner.as_deref(), clock.as_of)?;
            print(common, &balances, &balances::table(&balances))?;
            Ok(false)
        }
        Command::Statement { partner, month, form } => {
            let statement = statement::run(store, partner, *month, clock.as_of)?;
            match if common.json { StatementForm::Json } else { *form } {
                StatementForm::Json => print_json(&statement)?,
                StatementForm::Csv => write_out(&statement::csv(&statement)?)?,
                StatementForm::Html => write_out(&statement::html(&statement)?)?,
            }
            Ok(false)
        }
        Command::Import(command) => {
            let report = import_file(store, command, common, clock)?;
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
        Command::Orders(command) => rule(store, common, command, clock),
        Command::Contacts(ContactsCommand::Assign { contact, to, signed }) => {
            let said = contacts::assign(store, contact, to, sign(signed, clock), common.dry_run)?;
            print(common, &serde_json::json!({ "contact": contact, "partner": to }), &said)?;
            Ok(false)
        }
        Command::Payouts(command) => pay(store, common, command, clock),
        Command::Adjust { partner, amount, currency, signed } => {
            never_dry(common, "an adjustment is booked or not")?;
            let said = payouts::change::adjust(store, partner, amount, *currency, sign(signed, clock), clock.now)?;
            print(common, &serde_json::json!({ "partner": partner, "amount": amount, "currency": currency }), &said)?;
            Ok(false)
        }
        Command::Rules { subject, code } => {
            let changes = rulebook::history(store, (*subject).into(), code)?;
            print(common, &changes, &rulebook::table(&changes))?;
            Ok(false)
        }
        Command::Accounts(AccountsCommand::Add { email, role, partner, url }) => {
            never_dry(common, "a log-in is opened or not")?;
            let opening = accounts::Opening { email, role: *role, partner: partner.as_deref() };
            let opened = accounts::open(store, opening, random_bits(), clock.now)?;
            print(common, &opened, &format!("{}{}", url.trim_end_matches('/'), opened.path))?;
            Ok(false)
        }
        Command::Accounts(AccountsCommand::List) => {
            let accounts = accounts::list(store)?;
            print(common, &accounts, &accounts::table(&accounts))?;
            Ok(false)
        }
        Command::Accounts(AccountsCommand::Close { email }) => {
            never_dry(common, "a log-in is closed or not")?;
            let closed = accounts::close(store, email, clock.now)?;
            let said = if closed { "closed" } else { "there was nothing to close" };
            print(common, &serde_json::json!({ "email": email, "closed": closed }), &said)?;
            Ok(!closed)
        }
        Command::Mail(command) => post(store, common, command, clock),
        Command::Hooks(command) => hear(store, common, command, clock),
        Command::Keys(KeysCommand::Add { name, scope, partner }) => {
            never_dry(common, "a key is made or not")?;
            let grant = keys::Grant { name, scopes: scope.as_ref(), partner: partner.as_deref() };
            let key = keys::add(store, grant, random_bits(), clock.now)?;
            print(common, &serde_json::json!({ "name": name, "key": key }), &key)?;
            Ok(false)
        }
        Command::Keys(KeysCommand::List) => {
            let keys = keys::list(store)?;
            print(common, &keys, &keys::table(&keys))?;
            Ok(false)
        }
        Command::Keys(KeysCommand::Revoke { name }) => {
            never_dry(common, "a key is revoked or not")?;
            let revoked = keys::revoke(store, name, clock.now)?;
            print(common, &serde_json::json!({ "name": name, "revoked": revoked }), &format!("{revoked} revoked"))?;
            Ok(false)
        }
        Command::Partners(PartnersCommand::Move { partner, to, from, by }) => {
            let from = from.as_deref().map_or(Ok(clock.now), |text| time(text, zone))?;
            let movement = partners::Move { partner, program: to, from, by };
            let moved = partners::run(store, &movement, clock.now, common.dry_run)?;
            print(common, &serde_json::json!({ "partner": partner, "program": to }), &moved)?;
            Ok(false)
        }
        Command::Person(PersonCommand::Export { email }) => {
            print_json(&person::export(store, email)?)?;
            Ok(false)
        }
        Command::Person(PersonCommand::Erase { email, reason, by }) => {
            let signed = Signed { by, reason, at: clock.now };
            let wanted = person::Wanted { email, signed, random: random_bits(), dry_run: common.dry_run };
            let erased = person::erase(store, wanted)?;
            print(common, &erased, &erased)?;
            Ok(false)
        }
        Command::Prune(terms) => {
            never_dry(common, "what is past its term is deleted or not")?;
            let terms = prune::Terms {
                clicks_days: terms.clicks,
                touches_days: terms.touches,
                missed_days: terms.missed,
                mails_days: terms.mails,
                reports_days: terms.reports,
            };
            let pruned = prune::run(store, terms, clock.as_of.min(clock.now))?;
            print(common, &pruned, &pruned)?;
            Ok(false)
        }
    }
}

fn reconcile_and_verify(
    store: &mut dyn Store,
    common: &Common,
    clock: Clock,
    settle_seconds: i64,
    apply: Option<&Apply<'_>>,
    verifies: bool,
) -> Result<bool, Error> {
    let began = Instant::now();
    let settings = reconcile::Settings { as_of: clock.as_of, settle_seconds, dry_run: common.dry_run };
    if common.dry_run && apply.is_some() {
        return Err(Error::Refused("what --apply-diff would book is what `tributary diff` says".to_owned()));
    }
    if !common.dry_run {
        letters::begin(store, clock.now)?;
    }
    let mut progress = Progress { bar: None };
    let mut report = reconcile::run_with(store, settings, apply, &mut progress)?;
    if let Some(bar) = progress.bar {
        bar.finish_and_clear();
    }
    report.seconds = seconds(began);
    let mut needs_a_look = !report.refused.is_empty();
    if verifies {
        let verified = verify::run(store)?;
        needs_a_look |= !verified.violations.is_empty();
        if common.json {
            print_json(&serde_json::json!({ "reconcile": report, "verify": verified }))?;
        } else {
            write_out(&format!("{report}\n{verified}\n"))?;
        }
    } else {
        print(common, &report, &report)?;
    }
    // Last: what is booked is booked and told, whatever becomes of the letters. Those that are missing are the next night's.
    if !common.dry_run {
        match letters::run(store, now()) {
            // Somebody else books just now.
            Ok(_) | Err(Error::LeaseHeld { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(needs_a_look)
}

/// 256 bits, of which three UUIDs of version 4 have 366 random ones: hashed, none of their fixed bits is left.
fn random_bits() -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for _ in 0..3 {
        hasher.update(uuid::Uuid::new_v4().as_bytes());
    }
    hasher.finalize().into()
}

/// The merchant's time zone, where the command has to do with days.
fn zone_for(cli: &Cli, store: &mut dyn Store) -> Result<Zone, Error> {
    if cli.has_dates() { Ok(merchant::read(store)?.time_zone) } else { Ok(Zone::UTC) }
}

fn time(text: &str, zone: Zone) -> Result<Timestamp, Error> {
    zone.parse_time(text).map_err(|error| Error::Unable(error.to_string()))
}

fn span(period: &Period, zone: Zone) -> Result<Option<Span>, Error> {
    if let Some(month) = period.month {
        return Ok(Some(zone.month(month)));
    }
    if period.from.is_none() && period.to.is_none() {
        return Ok(None);
    }
    let from = period.from.as_deref().map_or(Ok(Timestamp::FIRST), |text| time(text, zone))?;
    let to = period.to.as_deref().map_or(Ok(Timestamp::LAST), |text| time(text, zone))?;
    Ok(Some(Span { from, to }))
}

/// The rulebook with the rules of files in place of those in force, from the beginning of the period on.
fn instead(store: &mut dyn Store, arguments: &DiffArguments, zone: Zone) -> Result<Option<Rulebook>, Error> {
    let DiffArguments { period, program, products, partners } = arguments;
    if program.is_empty() && products.is_none() && partners.is_none() {
        return Ok(None);
    }
    let from = span(period, zone)?.map_or(Timestamp::FIRST, |span| span.from);
    let mut book = rules::read(store)?;
    for path in program {
        let (id, rules) = import::program::rules_of_file(&read(path)?, &book)?;
        book = book.with_program_rules(id, from, rules);
    }
    let good = |path: &Path, report: &import::Report| match report.bad.first() {
        Some(bad) => Err(Error::Refused(format!("{}: line {}: {}", path.display(), bad.line, bad.reason))),
        None => Ok(()),
    };
    if let Some(path) = products {
        let (terms, report) = import::products::terms_of_file(file(path)?, &book, from)?;
        good(path, &report)?;
        for (sku, terms) in terms {
            book = book.with_product_terms(sku.as_str(), from, terms);
        }
    }
    if let Some(path) = partners {
        let (terms, report) = import::partners::terms_of_file(file(path)?, &book, from, zone)?;
        good(path, &report)?;
        for (partner, terms) in terms {
            book = book.with_partner_terms(partner, from, terms);
        }
    }
    Ok(Some(book))
}

fn sign(signed: &SignedArguments, clock: Clock) -> Signed<'_> {
    Signed {
        by: signed.by.as_deref().unwrap_or_default(),
        reason: signed.reason.as_deref().unwrap_or_default(),
        at: clock.as_of,
    }
}

fn never_dry(common: &Common, why: &str) -> Result<(), Error> {
    if common.dry_run { Err(Error::Refused(format!("{why}: there is nothing to try"))) } else { Ok(()) }
}

fn rule(store: &mut dyn Store, common: &Common, command: &OrdersCommand, clock: Clock) -> Result<bool, Error> {
    let code = |text: &str| tributary_shared::id::Code::parse(text).map_err(|error| Error::Refused(error.to_string()));
    let (order, word, signed) = match command {
        OrdersCommand::Hold { order, days: None, signed } => (order, Word::Hold, signed),
        OrdersCommand::Hold { order, days: Some(days), signed } => (order, Word::HoldDays(*days), signed),
        OrdersCommand::Release { order, signed } => (order, Word::Release, signed),
        OrdersCommand::Refuse { order, signed } => (order, Word::Refuse, signed),
        OrdersCommand::Assign { order, to, signed } => (order, Word::Assign { partner: code(to)? }, signed),
        OrdersCommand::Charity { order, to, percent, signed } => {
            (order, Word::Charity(OrderCharity { code: code(to)?, percent: *percent }), signed)
        }
    };
    let ruled = orders::rule(store, order, word, sign(signed, clock), common.dry_run)?;
    print(common, &ruled, &ruled)?;
    Ok(false)
}

fn pay(store: &mut dyn Store, common: &Common, command: &PayoutsCommand, clock: Clock) -> Result<bool, Error> {
    match command {
        PayoutsCommand::Prepare { partner, amount, currency, method, by } => {
            let wanted = payouts::prepare::Wanted {
                as_of: clock.as_of,
                currency: *currency,
                receiver: partner.as_deref(),
                amount: amount.as_deref(),
                method: *method,
                by,
                dry_run: common.dry_run,
            };
            let prepared = payouts::prepare::run(store, wanted, clock.now)?;
            print(common, &prepared, &prepared)?;
            Ok(false)
        }
        PayoutsCommand::Edit { id, amount, signed } => {
            never_dry(common, "an amount is edited or not")?;
            let changed = payouts::change::edit(store, *id, amount, sign(signed, clock), clock.now)?;
            print(common, &changed, &changed)?;
            Ok(false)
        }
        PayoutsCommand::List { state } => {
            let listed = payouts::list::run(store, *state)?;
            print(common, &listed, &payouts::list::table(&listed))?;
            Ok(false)
        }
        PayoutsCommand::History { partner } => {
            let events = payouts::list::history(store, partner.as_deref())?;
            print(common, &events, &payouts::list::events_table(&events))?;
            Ok(false)
        }
        PayoutsCommand::Export { format, version, out, currency, batch, execute_on, replace } => {
            let wanted = payouts::export::Wanted {
                format: format.with_version(*version),
                folder: out,
                currency: *currency,
                batch: batch.as_deref(),
                execute_on: execute_on.as_deref().map(|text| time(text, Zone::UTC)).transpose()?,
                replace: *replace,
                dry_run: common.dry_run,
            };
            let written = payouts::export::run(store, &wanted, clock.now)?;
            print(common, &written, &written)?;
            Ok(!written.left_out.is_empty())
        }
        PayoutsCommand::Confirm { ids, all, currency, method, by, reference } => {
            never_dry(common, "a payout is booked or not")?;
            let mut chosen = ids.clone();
            if *all {
                let open = tributary_batch::store::payouts::list(store, Some(State::Prepared))?;
                let is_meant = |payout: &&tributary_batch::store::payouts::Payout| {
                    currency.is_none_or(|currency| payout.money.currency() == currency)
                        && method.is_none_or(|method| payout.requisites.method() == method)
                };
                chosen.extend(open.iter().filter(is_meant).map(|payout| payout.id));
            }
            let signed = Signed { by, reason: reference.as_deref().unwrap_or("sent"), at: clock.as_of };
            let changed = payouts::change::confirm(store, &chosen, signed, clock.now)?;
            letters::of_payouts(store, &changed.changed, clock.now)?;
            print(common, &changed, &changed)?;
            Ok(false)
        }
        PayoutsCommand::Fail { id, signed } => {
            never_dry(common, "a payout has failed or not")?;
            let changed = payouts::change::fail(store, *id, sign(signed, clock), clock.now)?;
            letters::of_payouts(store, &changed.changed, clock.now)?;
            print(common, &changed, &changed)?;
            Ok(false)
        }
        PayoutsCommand::Requisites { partner } => {
            let known = payouts::list::requisites(store, partner)?;
            print(common, &known, &payouts::list::requisites_table(&known))?;
            Ok(false)
        }
    }
}

fn post(store: &mut dyn Store, common: &Common, command: &MailCommand, clock: Clock) -> Result<bool, Error> {
    match command {
        MailCommand::Send { smtp, from, once: _ } => {
            never_dry(common, "a mail is sent or not")?;
            let report = mail::send(store, &mail::Server::parse(smtp, from)?, &now)?;
            print(common, &report, &report)?;
            Ok(report.needs_a_look())
        }
        MailCommand::List { failed } => {
            let mails = mail::outbox::list(store, *failed)?;
            print(common, &mails, &mail::outbox::table(&mails))?;
            Ok(false)
        }
        MailCommand::Retry { ids, failed } => {
            never_dry(common, "a mail is made due or not")?;
            let retried = match failed {
                true => mail::outbox::retry_all(store, clock.now)?,
                false => mail::outbox::retry(store, ids, clock.now)?,
            };
            print(common, &serde_json::json!({ "retried": retried }), &format!("{retried} due again"))?;
            Ok(!failed && retried < ids.len() as u64)
        }
    }
}

fn hear(store: &mut dyn Store, common: &Common, command: &HooksCommand, clock: Clock) -> Result<bool, Error> {
    match command {
        HooksCommand::Add { url, events } => {
            never_dry(common, "an endpoint is added or not")?;
            let added = hooks::add(store, url, events, random_bits(), clock.now)?;
            print(common, &added, &added.key)?;
            Ok(false)
        }
        HooksCommand::List => {
            let endpoints = hooks::list(store)?;
            print(common, &endpoints, &hooks::endpoints_table(&endpoints))?;
            Ok(false)
        }
        HooksCommand::Remove { id } => {
            never_dry(common, "an endpoint is forgotten or not")?;
            let removed = hooks::remove(store, *id)?;
            let said = if removed { "removed" } else { "there was nothing to remove" };
            print(common, &serde_json::json!({ "id": id, "removed": removed }), &said)?;
            Ok(!removed)
        }
        HooksCommand::Log { failed } => {
            let log = hooks::log(store, *failed)?;
            print(common, &log, &hooks::log_table(&log))?;
            Ok(false)
        }
        HooksCommand::Resend { ids, failed } => {
            never_dry(common, "a delivery is made due or not")?;
            let due = match failed {
                true => hooks::resend_failed(store, clock.now)?,
                false => hooks::resend(store, ids, clock.now)?,
            };
            print(common, &serde_json::json!({ "due": due }), &format!("{due} due again"))?;
            Ok(!failed && due < ids.len() as u64)
        }
    }
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| Error::Unable(format!("{} cannot be read: {error}", path.display())))
}

fn file(path: &Path) -> Result<Box<File>, Error> {
    let file = File::open(path);
    file.map(Box::new).map_err(|error| Error::Unable(format!("{} cannot be read: {error}", path.display())))
}

fn import_file(
    store: &mut dyn Store,
    command: &ImportCommand,
    common: &Common,
    clock: Clock,
) -> Result<import::Report, Error> {
    let arguments = command.arguments();
    let valid_from = arguments.valid_from.as_deref().map(|text| time(text, clock.zone)).transpose()?;
    let settings = import::Settings {
        now: clock.now,
        valid_from,
        zone: clock.zone,
        by: &arguments.by,
        dry_run: common.dry_run,
        map: &arguments.map,
    };
    let is_table = !matches!(command, ImportCommand::Program(_) | ImportCommand::Merchant(_));
    if !is_table && !arguments.map.is_empty() {
        return Err(Error::Refused("--map is for CSV files".to_owned()));
    }
    let path = &arguments.file;
    match command {
        ImportCommand::Program(_) => import::program::run(store, &read(path)?, settings),
        ImportCommand::Merchant(_) => import::merchant::run(store, &read(path)?, settings),
        ImportCommand::Partners(_) => import::partners::run(store, file(path)?, settings),
        ImportCommand::Products(_) => import::products::run(store, file(path)?, settings),
        ImportCommand::Charities(_) => import::charities::run(store, file(path)?, settings),
        ImportCommand::Requisites(_) => import::requisites::run(store, file(path)?, settings),
        ImportCommand::Links(_) => import::links::run(store, file(path)?, settings),
        ImportCommand::Orders(_) => import::orders::run(store, file(path)?, signing_keys()?.as_ref(), settings),
        ImportCommand::Refunds(_) => import::refunds::run(store, file(path)?, settings),
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
    if common.json { print_json(json) } else { write_out(&format!("{text}\n")) }
}

fn print_json(json: &impl Serialize) -> Result<(), Error> {
    let json = serde_json::to_string(json).map_err(|error| Error::Refused(error.to_string()))?;
    write_out(&format!("{json}\n"))
}

fn write_out(text: &str) -> Result<(), Error> {
    let broke_off = |error: std::io::Error| Error::Unable(format!("the output broke off: {error}"));
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(broke_off)
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

    fn is_watched(&self) -> bool {
        std::io::stderr().is_terminal()
    }

    fn begins(&mut self, orders: u64) {
        let style = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} orders, {per_sec}, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar = Some(ProgressBar::new(orders).with_style(style));
    }

    fn judged(&mut self, orders: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(orders);
        }
    }
}
