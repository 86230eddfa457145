//! The time and chance: the only place of the Worker that asks for either.

use tributary_shared::id::{TouchId, VisitorId};
use tributary_shared::time::Timestamp;
use uuid::{Builder, Uuid};

/// Milliseconds since 1970.
pub(crate) fn now_millis() -> u64 {
    worker::Date::now().as_millis()
}

/// Now, in whole seconds.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix_seconds(i64::try_from(now_millis() / 1_000).unwrap_or(i64::MAX))
}

/// A new touch id: a UUID version 7, ordered by time.
pub(crate) fn touch_id() -> TouchId {
    let mut random = [0; 10];
    random.copy_from_slice(&Uuid::new_v4().as_bytes()[6..]);
    TouchId(Builder::from_unix_timestamp_millis(now_millis(), &random).into_uuid())
}

/// A new visitor id: 122 random bits.
pub(crate) fn visitor_id() -> VisitorId {
    VisitorId(Uuid::new_v4())
}

/// A new id of a group of events.
pub(crate) fn group_id() -> Uuid {
    Uuid::new_v4()
}
