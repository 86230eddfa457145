//! Rounds: which decisions and postings have been told of.

use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::payouts::change::alone;
use crate::store::ledger::next_id;
use crate::store::{Store, Value};

/// Decisions and postings from one id to another, both included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    pub(super) id: i64,
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) began_at: Timestamp,
    is_written: bool,
}

impl Round {
    /// What statements are asked of it with.
    pub(super) fn bounds(&self) -> [Value; 2] {
        [self.first.into(), self.last.into()]
    }
}

/// Notes that nothing is to be told of what is booked so far, unless something was told before.
pub(super) fn begin(store: &mut dyn Store, now: Timestamp) -> Result<(), Error> {
    if latest(store)?.is_some() {
        return Ok(());
    }
    let last = next_id(store)?.0 - 1;
    let at = Value::from(now.unix_seconds());
    let parameters = [1.into(), 1.into(), last.into(), at.clone(), at];
    store.write(include_str!("../store/sql/letter_round_insert.sql"), &parameters)?;
    Ok(())
}

/// The round whose letters are to be written: the one that was left, or else a new one of all that was booked since.
pub(super) fn next(store: &mut dyn Store, now: Timestamp) -> Result<Option<Round>, Error> {
    let Some(known) = latest(store)? else { return Ok(None) };
    if !known.is_written {
        return Ok(Some(known));
    }
    if next_id(store)?.0 - 1 <= known.last {
        return Ok(None);
    }
    // While nobody books: so that whatever has an id in the round has all its transfers, too.
    alone(store, now, |store, _| {
        let last = next_id(store)?.0 - 1;
        let parameters =
            [(known.id + 1).into(), (known.last + 1).into(), last.into(), now.unix_seconds().into(), Value::Null];
        store.write(include_str!("../store/sql/letter_round_insert.sql"), &parameters)?;
        Ok(())
    })?;
    Ok(latest(store)?.filter(|round| !round.is_written))
}

/// Notes that all letters of a round are in the outbox.
pub(super) fn done(store: &mut dyn Store, round: &Round, now: Timestamp) -> Result<(), Error> {
    let parameters = [round.id.into(), now.unix_seconds().into()];
    store.write(include_str!("../store/sql/letter_round_written.sql"), &parameters)?;
    Ok(())
}

fn latest(store: &mut dyn Store) -> Result<Option<Round>, Error> {
    let rows = store.rows(include_str!("../store/sql/letter_round_latest.sql"), &[])?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Round {
        id: row.integer(0)?,
        last: row.integer(1)?,
        first: row.integer(2)?,
        began_at: Timestamp::from_unix_seconds(row.integer(3)?),
        is_written: row.optional_integer(4)?.is_some(),
    }))
}
