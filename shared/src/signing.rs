//! Keys that sign cookies and tokens: one signs, several verify.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bytes of a tag: 128 bits, half of HMAC-SHA256. RFC 2104, section 5 asks for at least half.
pub const TAG_BYTES: usize = 16;

/// Bytes of the shortest key: 128 bits.
const KEY_BYTES_MIN: usize = 16;

/// Why a text is not a ring of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// There is no key in it.
    #[error("no signing key is given: want id:base64, as in 1:c2VjcmV0…, the signing key first")]
    Empty,
    /// An entry that is not `id:base64`.
    #[error("signing key {position} is not id:base64 with an id from 0 to 255 and at least {KEY_BYTES_MIN} bytes")]
    Malformed {
        /// Its position in the list, from 1.
        position: usize,
    },
    /// Two keys have one id, so that neither can be told.
    #[error("signing key id {id} is given twice")]
    Twice {
        /// The id.
        id: u8,
    },
}

/// What a signature is for: a tag of one purpose is never one of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The attribution cookie.
    Cookie,
    /// The `trb` token in a URL.
    Token,
    /// Hashes of client addresses, which must not be reversible by trying all addresses.
    Client,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Cookie => b"tributary cookie 1\0",
            Self::Token => b"tributary token 1\0",
            Self::Client => b"tributary client 1\0",
        }
    }
}

/// The keys of a merchant. The first signs, all verify: that is how keys are rotated without losing a click.
#[derive(Clone)]
pub struct KeyRing {
    keys: Vec<(u8, Hmac<Sha256>)>,
}

impl KeyRing {
    /// Parses `id:base64,id:base64`, the signing key first.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let mut keys: Vec<(u8, Hmac<Sha256>)> = Vec::new();
        for (index, entry) in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).enumerate() {
            let malformed = KeyRingError::Malformed { position: index + 1 };
            let (id, key) = entry.split_once(':').ok_or(malformed)?;
            let id: u8 = id.parse().map_err(|_| malformed)?;
            let key = STANDARD.decode(key).or_else(|_| URL_SAFE_NO_PAD.decode(key)).map_err(|_| malformed)?;
            if key.len() < KEY_BYTES_MIN {
                return Err(malformed);
            }
            if keys.iter().any(|(other, _)| *other == id) {
                return Err(KeyRingError::Twice { id });
            }
            keys.push((id, Hmac::new_from_slice(&key).map_err(|_| malformed)?));
        }
        if keys.is_empty() { Err(KeyRingError::Empty) } else { Ok(Self { keys }) }
    }

    /// The id of the key that signs.
    #[must_use]
    pub fn signing_id(&self) -> u8 {
        self.keys[0].0
    }

    /// Signs with the first key.
    #[must_use]
    pub fn sign(&self, purpose: Purpose, message: &[u8]) -> [u8; TAG_BYTES] {
        tag(&self.keys[0].1, purpose, message)
    }

    /// Whether `tag` was made of `message` by the key `id`; compared in constant time.
    #[must_use]
    pub fn verify(&self, id: u8, purpose: Purpose, message: &[u8], tag: &[u8]) -> bool {
        let Some((_, mac)) = self.keys.iter().find(|(key, _)| *key == id) else {
            return false;
        };
        let mut mac = mac.clone();
        mac.update(purpose.label());
        mac.update(message);
        tag.len() == TAG_BYTES && mac.verify_truncated_left(tag).is_ok()
    }

    /// Appends key id and tag to a message and writes it as base64url: the form of cookies and tokens.
    pub(crate) fn seal(&self, purpose: Purpose, version: u8, payload: &[u8]) -> String {
        let mut bytes = Vec::with_capacity(2 + payload.len() + TAG_BYTES);
        bytes.extend([version, self.signing_id()]);
        bytes.extend(payload);
        let tag = self.sign(purpose, &bytes);
        bytes.extend(tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`KeyRing::seal`] wrote; `None` for anything else.
    pub(crate) fn open(&self, purpose: Purpose, version: u8, sealed: &str) -> Option<Vec<u8>> {
        // Decoding refuses stray last bits, so no two texts stand for one message.
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let message_bytes = bytes.len().checked_sub(TAG_BYTES)?;
        let (message, tag) = bytes.split_at(message_bytes);
        if message.len() < 2 || message[0] != version || !self.verify(message[1], purpose, message, tag) {
            return None;
        }
        bytes.truncate(message_bytes);
        bytes.drain(..2);
        Some(bytes)
    }
}

fn tag(mac: &Hmac<Sha256>, purpose: Purpose, message: &[u8]) -> [u8; TAG_BYTES] {
    let mut mac = mac.clone();
    mac.update(purpose.label());
    mac.update(message);
    let whole = mac.finalize().into_bytes();
    let mut tag = [0; TAG_BYTES];
    tag.copy_from_slice(&whole[..TAG_BYTES]);
    tag
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|(id, _)| id)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1:b2xkLW9sZC1vbGQtb2xkLW9sZA==";
    const NEW: &str = "2:bmV3LW5ldy1uZXctbmV3LW5ldw==";

    #[test]
    fn what_an_old_key_signed_still_verifies_after_rotation() {
        let sealed = KeyRing::parse(OLD).unwrap().seal(Purpose::Token, 1, b"hello");
        let rotated = KeyRing::parse(&format!("{NEW},{OLD}")).unwrap();
        assert_eq!(rotated.signing_id(), 2);
        assert_eq!(rotated.open(Purpose::Token, 1, &sealed).unwrap(), b"hello");
        assert_eq!(KeyRing::parse(NEW).unwrap().open(Purpose::Token, 1, &sealed), None);
    }

    #[test]
    fn a_tag_of_one_purpose_or_version_is_not_one_of_another() {
        let keys = KeyRing::parse(OLD).unwrap();
        let sealed = keys.seal(Purpose::Token, 1, b"hello");
        assert_eq!(keys.open(Purpose::Cookie, 1, &sealed), None);
        assert_eq!(keys.open(Purpose::Token, 2, &sealed), None);
    }

    #[test]
    fn a_bad_ring_says_what_is_wrong() {
        assert_eq!(KeyRing::parse(" ").unwrap_err(), KeyRingError::Empty);
        assert_eq!(KeyRing::parse("1:c2hvcnQ=").unwrap_err(), KeyRingError::Malformed { position: 1 });
        assert_eq!(KeyRing::parse(&format!("{OLD},{OLD}")).unwrap_err(), KeyRingError::Twice { id: 1 });
    }
}
