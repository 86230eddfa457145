//! Commands that read files: imports, and rules to compare with.

use std::fs::File;
use std::path::Path;

use tributary_batch::error::Error;
use tributary_batch::import;
use tributary_batch::store::{Store, rules};
use tributary_shared::rules::Rulebook;
use tributary_shared::signing::KeyRing;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::Zone;

use super::{Clock, span, time};
use crate::cli::{Common, DiffArguments, ImportCommand};

pub(crate) fn import_file(
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

/// The rulebook with the rules of files in place of those in force, from the beginning of the period on.
pub(crate) fn instead(store: &mut dyn Store, arguments: &DiffArguments, zone: Zone) -> Result<Option<Rulebook>, Error> {
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

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| Error::Unable(format!("{} cannot be read: {error}", path.display())))
}

fn file(path: &Path) -> Result<Box<File>, Error> {
    let file = File::open(path);
    file.map(Box::new).map_err(|error| Error::Unable(format!("{} cannot be read: {error}", path.display())))
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
