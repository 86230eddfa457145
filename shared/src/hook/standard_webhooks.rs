//! Standard Webhooks: how our own hooks are signed, and those of senders who keep to the same rules.
//!
//! `webhook-id`, `webhook-timestamp` and `webhook-signature`; signed is `id.timestamp.body`, a signature is `v1,` and the
//! base64 of its HMAC-SHA256, and several stand with blanks between them while a key is rolled. The rules are at
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::signature::{Secrets, SignatureError, check_time, seconds};
use crate::time::Timestamp;

/// The header of the id.
pub const ID_HEADER: &str = "webhook-id";
/// The header of the time.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header of the signatures.
pub const SIGNATURE_HEADER: &str = "webhook-signature";

/// What a key begins with.
const KEY_PREFIX: &str = "whsec_";

/// Bytes of a key: from 24 to 64, by the rules.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Why a text is not a list of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// There is none.
    #[error("no key is given: want whsec_ and base64, one a line")]
    Empty,
    /// One is not of its form.
    #[error("key {position} is not whsec_ and the base64 of 24 to 64 bytes")]
    Malformed {
        /// Its position, from 1.
        position: usize,
    },
}

/// Keys: all of them sign, any of them verifies. While one is rolled, receivers know the old one or the new one.
#[derive(Debug, Clone)]
pub struct Keys {
    keys: Vec<Secrets>,
}

/// The three headers of a hook.
#[derive(Debug, Clone, Copy, Default)]
pub struct Headers<'a> {
    /// `webhook-id`.
    pub id: Option<&'a str>,
    /// `webhook-timestamp`.
    pub timestamp: Option<&'a str>,
    /// `webhook-signature`.
    pub signature: Option<&'a str>,
}

impl Keys {
    /// Reads `whsec_…`, one a line.
    #[cold] // Asked for now and then: its bytes count for more than its speed.
    #[inline(never)]
    pub fn parse(text: &str) -> Result<Self, KeysError> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
            let malformed = KeysError::Malformed { position: index + 1 };
            let key = STANDARD.decode(line.strip_prefix(KEY_PREFIX).unwrap_or(line)).map_err(|_| malformed)?;
            if !KEY_BYTES.contains(&key.len()) {
                return Err(malformed);
            }
            keys.push(Secrets::of_keys([key.as_slice()]));
        }
        if keys.is_empty() { Err(KeysError::Empty) } else { Ok(Self { keys }) }
    }

    /// The value of `webhook-signature` for a hook: a signature by each key.
    ///
    /// The id may not hold a point, or two hooks could be signed alike.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn sign(&self, id: &str, at: Timestamp, body: &[u8]) -> String {
        let timestamp = at.unix_seconds().to_string();
        let parts = parts(id, &timestamp, body);
        let signatures = self.keys.iter().filter_map(|key| key.sign(&parts));
        signatures.map(|tag| format!("v1,{}", STANDARD.encode(tag))).collect::<Vec<_>>().join(" ")
    }

    /// Whether a hook was signed by one of the keys, and lately.
    pub fn verify(&self, headers: Headers<'_>, body: &[u8], now: Timestamp) -> Result<(), SignatureError> {
        let id = given(headers.id, ID_HEADER)?;
        let timestamp = given(headers.timestamp, TIMESTAMP_HEADER)?;
        let signature = given(headers.signature, SIGNATURE_HEADER)?;
        let signed_at = seconds(timestamp)
            .ok_or(SignatureError::Malformed { header: TIMESTAMP_HEADER, problem: "it is not a number of seconds" })?;
        check_time(signed_at, now)?;
        let tags: Vec<[u8; 32]> = signature
            .split(' ')
            .filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok()?.try_into().ok())
            .collect();
        let parts = parts(id, timestamp, body);
        // Every key is tried, so that the time does not tell which one it was.
        let verified = self.keys.iter().map(|key| key.verify(&parts, &tags)).filter(Result::is_ok).count();
        if verified > 0 { Ok(()) } else { Err(SignatureError::NoMatch) }
    }
}

fn parts<'a>(id: &'a str, timestamp: &'a str, body: &'a [u8]) -> [&'a [u8]; 5] {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body]
}

fn given<'a>(value: Option<&'a str>, header: &'static str) -> Result<&'a str, SignatureError> {
    value.map(str::trim).filter(|value| !value.is_empty()).ok_or(SignatureError::Missing { header })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const NEW: &str = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";

    #[test]
    fn while_a_key_is_rolled_receivers_with_either_key_verify() {
        let now = Timestamp::from_unix_seconds(1_760_000_000);
        let signature = Keys::parse(&format!("{NEW}\n{OLD}")).unwrap().sign("msg_1", now, b"{}");
        assert_eq!(signature.split(' ').count(), 2);
        let headers = Headers { id: Some("msg_1"), timestamp: Some("1760000000"), signature: Some(&signature) };
        for key in [OLD, NEW] {
            assert_eq!(Keys::parse(key).unwrap().verify(headers, b"{}", now), Ok(()));
        }
        let other = Headers { id: Some("msg_2"), ..headers };
        assert_eq!(Keys::parse(OLD).unwrap().verify(other, b"{}", now), Err(SignatureError::NoMatch));
    }

    #[test]
    fn bad_keys_say_what_is_wrong() {
        assert_eq!(Keys::parse(" \n").unwrap_err(), KeysError::Empty);
        assert_eq!(Keys::parse(&format!("{OLD}\nwhsec_c2hvcnQ=")).unwrap_err(), KeysError::Malformed { position: 2 });
    }
}
