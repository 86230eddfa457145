//! Runs a command: opens the database, reads the times that are given, and tells the result.

mod files;
mod night;
mod orders;
mod out;
mod outboxes;
mod payouts;

use std::io::Write;

use tributary_batch::diff::{self, Question};
use tributary_batch::error::Error;
use tributary_batch::orders::Signed;
use tributary_batch::reconcile::Apply;
use tributary_batch::store::sqlite::local_development;
use tributary_batch::store::{Location, Store, merchant};
use tributary_batch::{
    accounts, balances, contacts, explain, export, keys, partners, person, prune, rulebook, statement, verify,
};
use tributary_shared::time::Timestamp;
use tributary_shared::zone::{Span, Zone};

use crate::cli::{
    AccountsCommand, Cli, Command, Common, ContactsCommand, ExportCommand, KeysCommand, PartnersCommand, Period,
    PersonCommand, SignedArguments, StatementForm,
};
use crate::{now, random_bits};
use files::{import_file, instead};
use night::reconcile_and_verify;
use out::{print, print_json, write_out};

/// What all commands are told of time.
#[derive(Clone, Copy)]
struct Clock {
    now: Timestamp,
    /// As of when to judge and to tell.
    as_of: Timestamp,
    zone: Zone,
}

/// Runs a command; whether its result needs a look.
pub(crate) fn run(cli: &Cli) -> Result<bool, Error> {
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
        Command::Orders(command) => orders::rule(store, common, command, clock),
        Command::Contacts(ContactsCommand::Assign { contact, to, signed }) => {
            let said = contacts::assign(store, contact, to, sign(signed, clock), common.dry_run)?;
            print(common, &serde_json::json!({ "contact": contact, "partner": to }), &said)?;
            Ok(false)
        }
        Command::Payouts(command) => payouts::pay(store, common, command, clock),
        Command::Adjust { partner, amount, currency, signed } => {
            never_dry(common, "an adjustment is booked or not")?;
            let said = tributary_batch::payouts::change::adjust(
                store,
                partner,
                amount,
                *currency,
                sign(signed, clock),
                clock.now,
            )?;
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
        Command::Mail(command) => outboxes::post(store, common, command, clock),
        Command::Hooks(command) => outboxes::hear(store, common, command, clock),
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

fn open(common: &Common) -> Result<Box<dyn Store>, Error> {
    let location = match &common.db {
        Some(location) => location.clone(),
        None => Location::Sqlite(local_development(std::path::Path::new("."))?),
    };
    Ok(location.open()?)
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
