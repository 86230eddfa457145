//! What each kind of letter tells of a round.

use std::collections::BTreeMap;

use serde_json::json;
use tributary_shared::decision::Outcome;
use tributary_shared::mail::{Kind, clean};

use super::round::Round;
use super::said;
use super::write::Writer;
use crate::error::Error;
use crate::store::{Row, Store};

/// Orders of one letter that are listed; the others are counted.
const LISTED_MAX: usize = 20;

/// Partners who are looked up at once.
const PARTNERS_AT_ONCE: usize = 500;

/// What was booked for a partner.
#[derive(Default)]
struct Booked {
    entries: i64,
    sums: Vec<(String, i64)>,
    /// Order, currency, amount; an adjustment has no order.
    listed: Vec<(String, String, i64)>,
}

/// To each partner what was booked for him.
pub(super) fn accruals(store: &mut dyn Store, writer: &mut Writer, round: &Round) -> Result<(), Error> {
    let mut booked: BTreeMap<i64, Booked> = BTreeMap::new();
    for row in store.rows(include_str!("../store/sql/letter_accruals.sql"), &round.bounds())? {
        let of = booked.entry(row.integer(0)?).or_default();
        of.entries += row.integer(2)?;
        of.sums.push((row.text(1)?.to_owned(), row.integer(3)?));
    }
    let ids: Vec<i64> = booked.keys().copied().collect();
    let [first, last] = round.bounds();
    for some in ids.chunks(PARTNERS_AT_ONCE) {
        let listed = i64::try_from(LISTED_MAX).unwrap_or_default();
        let parameters = [first.clone(), last.clone(), json!(some).to_string().into(), listed.into()];
        for row in store.rows(include_str!("../store/sql/letter_entries.sql"), &parameters)? {
            if let Some(of) = booked.get_mut(&row.integer(0)?) {
                of.listed.push((row.text(1)?.to_owned(), row.text(2)?.to_owned(), row.integer(3)?));
            }
        }
        for partner in writer.partners(store, some)? {
            let Some(of) = booked.get(&partner.id) else { continue };
            let language = partner.language.as_str();
            let mut lines = Vec::with_capacity(of.listed.len() + 1);
            for (order, currency, minor) in &of.listed {
                let what = if order.is_empty() { said::adjustment(language).to_owned() } else { clean(order) };
                lines.push(format!("- {what}: {}", said::amount(language, *minor, currency)?));
            }
            let left = of.entries - i64::try_from(of.listed.len()).unwrap_or(i64::MAX);
            if left > 0 {
                lines.push(said::more(language, left));
            }
            let (count, total) = (of.entries.to_string(), said::amounts(language, &of.sums)?);
            let lines = lines.join("\n");
            let fields = [("count", count.as_str()), ("total", &total), ("entries", &lines)];
            let cause = format!("accruals/{}/{}", round.id, partner.id);
            writer.partner(store, Kind::Accruals, &cause, &partner, &fields)?;
        }
    }
    Ok(())
}

/// To partners whose money was sent or has come back.
pub(super) fn payouts(store: &mut dyn Store, writer: &mut Writer, round: &Round) -> Result<(), Error> {
    let rows = store.rows(include_str!("../store/sql/letter_payouts.sql"), &round.bounds())?;
    tell_payouts(store, writer, &rows)
}

/// The same of some payouts.
pub(super) fn payouts_of(store: &mut dyn Store, writer: &mut Writer, ids: &[i64]) -> Result<(), Error> {
    let rows = store.rows(include_str!("../store/sql/letter_payouts_of.sql"), &[json!(ids).to_string().into()])?;
    tell_payouts(store, writer, &rows)
}

fn tell_payouts(store: &mut dyn Store, writer: &mut Writer, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let cause = row.text(0)?;
        let kind = if cause.ends_with("/confirmed") { Kind::PayoutSent } else { Kind::PayoutFailed };
        for partner in writer.partners(store, &[row.integer(1)?])? {
            let amount = said::amount(&partner.language, row.integer(2)?, row.text(3)?)?;
            let method = said::method(&partner.language, row.optional_text(4)?.unwrap_or_default());
            // The posting's own cause: whoever else tells of it writes the same.
            writer.partner(store, kind, cause, &partner, &[("amount", &amount), ("method", method)])?;
        }
    }
    Ok(())
}

/// To partners who have earned something and have not said where to pay it, once a month.
pub(super) fn details(store: &mut dyn Store, writer: &mut Writer, round: &Round, month: &str) -> Result<(), Error> {
    let rows = store.rows(include_str!("../store/sql/letter_details.sql"), &round.bounds())?;
    let ids: Vec<i64> = rows.iter().map(|row| row.integer(0)).collect::<Result<_, _>>()?;
    for some in ids.chunks(PARTNERS_AT_ONCE) {
        for partner in writer.partners(store, some)? {
            let cause = format!("details/{}/{month}", partner.id);
            writer.partner(store, Kind::Details, &cause, &partner, &[])?;
        }
    }
    Ok(())
}

/// How many orders of a round were decided so.
fn outcomes(store: &mut dyn Store, round: &Round) -> Result<BTreeMap<String, i64>, Error> {
    let rows = store.rows(include_str!("../store/sql/letter_outcomes.sql"), &round.bounds())?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.integer(1)?))).collect()
}

/// To owners and managers the orders that wait for their word.
pub(super) fn held(store: &mut dyn Store, writer: &mut Writer, round: &Round) -> Result<(), Error> {
    let [first, last] = round.bounds();
    let listed = i64::try_from(LISTED_MAX).unwrap_or_default();
    let rows = store.rows(include_str!("../store/sql/letter_held.sql"), &[first, last, listed.into()])?;
    if rows.is_empty() {
        return Ok(());
    }
    let count = outcomes(store, round)?.get(Outcome::Held.as_str()).copied().unwrap_or_default();
    let admin = writer.at("/admin/orders?show=held");
    for person in std::mem::take(&mut writer.people) {
        let language = person.language.as_str();
        let mut lines = Vec::with_capacity(rows.len() + 1);
        for row in &rows {
            lines.push(format!("- {}: {}", clean(row.text(0)?), said::held(language, row.text(1)?)));
        }
        let left = count - i64::try_from(rows.len()).unwrap_or(i64::MAX);
        if left > 0 {
            lines.push(said::more(language, left));
        }
        let (count, lines) = (count.to_string(), lines.join("\n"));
        let fields = [("count", count.as_str()), ("entries", &lines), ("admin", &admin)];
        let cause = format!("held/{}/{}", round.id, person.id);
        writer.put(store, Kind::Held, &cause, (&person.email, language), &fields)?;
        writer.people.push(person);
    }
    Ok(())
}

/// To owners what the night did.
pub(super) fn report(store: &mut dyn Store, writer: &mut Writer, round: &Round, day: &str) -> Result<(), Error> {
    let outcomes = outcomes(store, round)?;
    if outcomes.is_empty() {
        return Ok(());
    }
    let mut sums = Vec::new();
    for row in store.rows(include_str!("../store/sql/letter_totals.sql"), &round.bounds())? {
        sums.push((row.text(0)?.to_owned(), row.integer(1)?));
    }
    let of = |outcome: Outcome| outcomes.get(outcome.as_str()).copied().unwrap_or_default().to_string();
    let (orders, credited, held) =
        (outcomes.values().sum::<i64>().to_string(), of(Outcome::Credited), of(Outcome::Held));
    let admin = writer.at("/admin");
    let owners: Vec<(i64, String, String)> = writer
        .people
        .iter()
        .filter(|person| person.is_owner)
        .map(|person| (person.id, person.email.clone(), person.language.clone()))
        .collect();
    for (id, email, language) in owners {
        let total = said::amounts(&language, &sums)?;
        let fields = [
            ("day", day),
            ("orders", &orders),
            ("credited", &credited),
            ("held", &held),
            ("total", &total),
            ("admin", &admin),
        ];
        writer.put(store, Kind::Report, &format!("report/{}/{id}", round.id), (&email, &language), &fields)?;
    }
    Ok(())
}
