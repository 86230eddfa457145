//! The letters of a night: what it booked, for partners and for the merchant, put into the outbox.
//!
//! They tell of rows that are committed, so a night that dies has nothing to take back. What they tell of is cut into
//! rounds: a round is fixed first, its letters are written, and then it is done. Each letter has a cause of its own, so
//! that a round which is begun again writes those that are missing.

mod round;
mod said;
mod tell;
mod write;

use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::store::{Store, merchant};
use write::Writer;

/// Remembers where the ledger stands, the first time: what was booked before letters were wanted is told to nobody.
///
/// Letters are wanted once the merchant has said where his pages are.
pub fn begin(store: &mut dyn Store, now: Timestamp) -> Result<(), Error> {
    match merchant::read(store)?.site {
        Some(_) => round::begin(store, now),
        None => Ok(()),
    }
}

/// Writes the letters of all that was booked since the last time; how many are new.
pub fn run(store: &mut dyn Store, now: Timestamp) -> Result<u64, Error> {
    let merchant = merchant::read(store)?;
    let Some(site) = merchant.site.clone() else { return Ok(0) };
    let mut written = 0;
    // One that was left unfinished, and then what has come since.
    while let Some(round) = round::next(store, now)? {
        let mut writer = Writer::new(store, &merchant, &site, now)?;
        tell::accruals(store, &mut writer, &round)?;
        tell::payouts(store, &mut writer, &round)?;
        tell::details(store, &mut writer, &round, &merchant.time_zone.month_of(round.began_at).to_string())?;
        tell::held(store, &mut writer, &round)?;
        tell::report(store, &mut writer, &round, &merchant.time_zone.date_of(round.began_at).to_string())?;
        written += writer.finish(store)?;
        round::done(store, &round, now)?;
    }
    Ok(written)
}

/// Writes the letters of payouts that were just sent or have come back, without waiting for the night; how many are new.
pub fn of_payouts(store: &mut dyn Store, ids: &[i64], now: Timestamp) -> Result<u64, Error> {
    let merchant = merchant::read(store)?;
    let Some(site) = merchant.site.clone() else { return Ok(0) };
    let mut writer = Writer::new(store, &merchant, &site, now)?;
    tell::payouts_of(store, &mut writer, ids)?;
    writer.finish(store)
}
