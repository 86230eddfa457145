//! The time and chance: the only place of the Worker that asks for either.

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tributary_shared::id::{TouchId, VisitorId};
use tributary_shared::time::Timestamp;
use uuid::{Builder, Uuid};
use wasm_bindgen::prelude::wasm_bindgen;

/// How many random bytes are drawn at once: 26 of them make a click, and each draw is a way out of WASM and back.
const DRAWN_BYTES: usize = 1_664;

#[wasm_bindgen(module = "/src/clock.js")]
extern "C" {
    /// Fills the bytes from the platform's generator.
    fn fill(bytes: &mut [u8]);
}

/// Random bytes that nobody has used yet.
struct Drawn {
    bytes: [u8; DRAWN_BYTES],
    used: usize,
}

thread_local! {
    static DRAWN: RefCell<Drawn> = const { RefCell::new(Drawn { bytes: [0; DRAWN_BYTES], used: DRAWN_BYTES }) };
}

/// Random bytes: each is given out once.
fn random<const COUNT: usize>() -> [u8; COUNT] {
    DRAWN.with_borrow_mut(|drawn| {
        if drawn.used + COUNT > DRAWN_BYTES {
            fill(&mut drawn.bytes);
            drawn.used = 0;
        }
        let mut bytes = [0; COUNT];
        bytes.copy_from_slice(&drawn.bytes[drawn.used..drawn.used + COUNT]);
        drawn.used += COUNT;
        bytes
    })
}

/// Milliseconds since 1970.
pub(crate) fn now_millis() -> u64 {
    worker::Date::now().as_millis()
}

/// Now, in whole seconds.
pub(crate) fn now() -> Timestamp {
    seconds(now_millis())
}

/// Milliseconds since 1970 as an instant.
pub(crate) fn seconds(millis: u64) -> Timestamp {
    Timestamp::from_unix_seconds(i64::try_from(millis / 1_000).unwrap_or(i64::MAX))
}

/// A new touch id: a UUID version 7, ordered by time.
pub(crate) fn touch_id(now_millis: u64) -> TouchId {
    TouchId(Builder::from_unix_timestamp_millis(now_millis, &random()).into_uuid())
}

/// A new visitor id: 122 random bits.
pub(crate) fn visitor_id() -> VisitorId {
    VisitorId(uuid())
}

/// A new id of a group of events.
pub(crate) fn group_id() -> Uuid {
    uuid()
}

/// A secret of 256 random bits, as addresses and cookies take it.
pub(crate) fn secret() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// 256 random bits.
pub(crate) fn key() -> [u8; 32] {
    random()
}

/// The salt of a password.
pub(crate) fn salt() -> [u8; 16] {
    random()
}

/// A short name that nobody has: 40 random bits, in letters and digits that nobody mistakes for each other.
pub(crate) fn short_code() -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    random::<8>().iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// A UUID version 4.
fn uuid() -> Uuid {
    Builder::from_random_bytes(random()).into_uuid()
}
