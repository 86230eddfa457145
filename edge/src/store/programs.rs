//! Programs: as they are now, with all their versions, and how they change.

use tributary_shared::id::ProgramId;
use tributary_shared::money::Currency;
use tributary_shared::time::{DAY_SECONDS, Timestamp};
use worker::{Env, Result};

use super::history::Prepared;
use super::row::Row;
use super::row::row;
use super::{db, many, number, prepare, retried};

/// A program as it is now.
#[derive(Debug)]
pub(crate) struct ProgramRow {
    pub(crate) id: ProgramId,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) currency: Currency,
    pub(crate) valid_from: Timestamp,
    pub(crate) rules: String,
}

row!(ProgramRow { id, code, name, currency, valid_from, rules });

/// All programs as they are now.
pub(crate) async fn programs(env: &Env, now: Timestamp) -> Result<Vec<ProgramRow>> {
    many(env, &[(sql!("programs_now.sql"), vec![number(now.unix_seconds())])]).await?.rows(0)
}

/// A program with all that ever held for it.
pub(crate) struct ProgramCard {
    pub(crate) id: ProgramId,
    pub(crate) name: String,
    pub(crate) currency: Currency,
    /// The newest first.
    pub(crate) versions: Vec<VersionRow>,
}

/// One version of a program's rules.
pub(crate) struct VersionRow {
    pub(crate) valid_from: Timestamp,
    pub(crate) rules: String,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
}

/// A name by its row: what it is of, the row, the name.
type NameRow = (String, i64, String);

/// A program by its code, if it is there, and partners and charities that its rules or a form name.
pub(crate) async fn card(
    env: &Env,
    code: &str,
    house: &str,
    charity: &str,
) -> Result<(Option<ProgramCard>, Vec<NameRow>)> {
    let names = vec![code.into(), house.into(), charity.into()];
    let answers =
        many(env, &[(sql!("program_card.sql"), vec![code.into()]), (sql!("program_names.sql"), names)]).await?;
    let card = match answers.one(0)? {
        Some(first) => Some(ProgramCard {
            id: ProgramId(first.number("id")?),
            name: first.text("name")?,
            currency: first.currency("currency")?,
            versions: answers.table(0, version)?.into_iter().flatten().collect(),
        }),
        None => None,
    };
    Ok((card, answers.table(1, |row| Ok((row.text("kind")?, row.number("id")?, row.text("code")?)))?))
}

fn version(row: &Row) -> Result<Option<VersionRow>> {
    let Some(rules) = row.maybe_text("rules")? else { return Ok(None) };
    let (valid_from, at) = (row.time("valid_from")?, row.time("created_at")?);
    Ok(Some(VersionRow { valid_from, rules, by: row.text("changed_by")?, at }))
}

/// Writes a new program.
pub(crate) fn insert(code: &str, name: &str, currency: Currency) -> Prepared {
    (sql!("program_insert.sql"), vec![code.into(), name.into(), currency.code().into()])
}

/// Gives a program another name.
pub(crate) fn rename(code: &str, name: &str) -> Prepared {
    (sql!("program_rename.sql"), vec![code.into(), name.into()])
}

/// Lets rules, as they are stored, hold from an instant on.
pub(crate) fn put_rules(code: &str, valid_from: Timestamp, rules: &str, by: &str, at: Timestamp) -> Prepared {
    let (valid_from, at) = (number(valid_from.unix_seconds()), number(at.unix_seconds()));
    (sql!("program_version_put.sql"), vec![code.into(), valid_from, rules.into(), by.into(), at])
}

/// Lets the links of a program's partners set cookies that live as long as its window, and ask what it asks.
pub(crate) fn update_links(code: &str, window_days: i64, consent: &str, now: Timestamp) -> Prepared {
    let parameters = vec![code.into(), number(window_days), number(now.unix_seconds()), consent.into()];
    (sql!(batch "links_of_program_update.sql"), parameters)
}

/// Brings rules that were planned for a later day to the links of their program, once they hold.
///
/// Asked at every schedule. A day back: longer than the schedule ever pauses, and what is done already changes nothing.
pub(crate) async fn begin(env: &Env, now: Timestamp) -> Result<()> {
    let since = now.plus_seconds(-DAY_SECONDS).unix_seconds();
    let asked = vec![number(since), number(now.unix_seconds())];
    let answers = many(env, &[(sql!("programs_begun.sql"), asked)]).await?;
    let begun = answers.table(0, |row| Ok((row.text("code")?, row.number("window_days")?, row.text("consent")?)))?;
    for (code, window_days, consent) in begun {
        let (sql, parameters) = update_links(&code, window_days, &consent, now);
        let db = db(env)?;
        retried(|| async { prepare(&db, sql, &parameters)?.run().await }).await?;
    }
    Ok(())
}
