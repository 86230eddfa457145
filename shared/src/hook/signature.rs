//! Signatures of hooks: HMAC-SHA256 over the raw bytes, several secrets while they are rolled, compared in constant time.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::time::Timestamp;

/// How far a signature's time may be from ours, in both directions.
///
/// Stripe's libraries take 300 s and look at the past alone, Paddle's take 5 s, Standard Webhooks looks both ways. 300 s
/// let a queue and a clock be a little off; what is repeated within them has the id of an event that is stored.
pub const TOLERANCE_SECONDS: i64 = 300;

/// Why a hook is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No secret is configured, so that nothing can be believed.
    #[error("no secret is configured")]
    NoSecret,
    /// A header is not there.
    #[error("header {header} is missing")]
    Missing {
        /// Which.
        header: &'static str,
    },
    /// A header is not of its form.
    #[error("header {header} is malformed: {problem}")]
    Malformed {
        /// Which.
        header: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
    /// Signed too long ago: perhaps somebody sends again what he overheard.
    #[error("signed {seconds} s ago, more than {TOLERANCE_SECONDS}")]
    TooOld {
        /// How long ago.
        seconds: i64,
    },
    /// Signed in the future.
    #[error("signed {seconds} s from now, more than {TOLERANCE_SECONDS}")]
    TooNew {
        /// How far from now.
        seconds: i64,
    },
    /// None of the signatures was made of this body by one of the secrets.
    #[error("no signature matches")]
    NoMatch,
}

/// The secrets of one sender: any of them will do, so that one can be rolled without losing a hook.
#[derive(Clone, Default)]
pub struct Secrets {
    macs: Vec<Hmac<Sha256>>,
}

impl Secrets {
    /// Reads one secret a line; a secret may hold any character but a line break, as those that WooCommerce makes do. The
    /// line that has tests count is none: everybody knows it.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| *line != super::ACCEPT_TEST_EVENTS);
        Self::of_keys(lines.map(str::as_bytes))
    }

    /// Takes the bytes of keys. An empty one signs for everybody and is left out.
    pub(crate) fn of_keys<'a>(keys: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let keys = keys.into_iter().filter(|key| !key.is_empty());
        Self { macs: keys.filter_map(|key| Hmac::new_from_slice(key).ok()).collect() }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.macs.is_empty()
    }

    /// The signature of the first secret over parts that follow one another.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let mac = self.macs.first()?;
        Some(signed(mac, parts).finalize().into_bytes().into())
    }

    /// Whether one of the tags was made of the parts by one of the secrets.
    ///
    /// Every comparison takes the time of a whole one; how many there are depends on the header alone.
    pub(crate) fn verify(&self, parts: &[&[u8]], tags: &[[u8; 32]]) -> Result<(), SignatureError> {
        if self.is_empty() {
            return Err(SignatureError::NoSecret);
        }
        let mut matches = false;
        for mac in &self.macs {
            let mac = signed(mac, parts);
            for tag in tags {
                matches |= mac.clone().verify_slice(tag).is_ok();
            }
        }
        if matches { Ok(()) } else { Err(SignatureError::NoMatch) }
    }
}

/// Secrets stay out of logs.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.macs.len())
    }
}

fn signed(mac: &Hmac<Sha256>, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = mac.clone();
    for part in parts {
        mac.update(part);
    }
    mac
}

/// Whether a signature's time is close enough to ours.
pub(crate) fn check_time(signed_at: i64, now: Timestamp) -> Result<(), SignatureError> {
    let seconds = now.unix_seconds().saturating_sub(signed_at);
    if seconds > TOLERANCE_SECONDS {
        Err(SignatureError::TooOld { seconds })
    } else if seconds < -TOLERANCE_SECONDS {
        Err(SignatureError::TooNew { seconds: seconds.saturating_neg() })
    } else {
        Ok(())
    }
}

/// A number of seconds, in digits alone: `parse` would take a sign.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

/// A header as providers write it: `t=…,v1=…`. Of the time there is one, of signatures any number.
pub(crate) struct Fields<'a> {
    pub(crate) time: &'a str,
    pub(crate) tags: Vec<[u8; 32]>,
}

/// Which header, and how it is written.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) header: &'static str,
    pub(crate) separator: char,
    pub(crate) time: &'static str,
    pub(crate) tag: &'static str,
}

impl Form {
    /// Reads the header; fields of other names are left out, and so are signatures that are not lower-case SHA-256.
    pub(crate) fn read(self, value: Option<&str>) -> Result<Fields<'_>, SignatureError> {
        let header = self.header;
        let value = value.filter(|value| !value.trim().is_empty()).ok_or(SignatureError::Missing { header })?;
        let malformed = |problem| SignatureError::Malformed { header, problem };
        let mut time = None;
        let mut tags = Vec::new();
        let mut has_tag = false;
        for field in value.split(self.separator) {
            let Some((name, value)) = field.trim().split_once('=') else { continue };
            if name == self.time {
                if time.is_some() {
                    return Err(malformed("it has two times"));
                }
                time = Some(value);
            } else if name == self.tag {
                has_tag = true;
                tags.extend(unhex(value));
            }
        }
        let time = time.ok_or(malformed("it has no time"))?;
        if !has_tag {
            return Err(malformed("it has no signature"));
        }
        Ok(Fields { time, tags })
    }

    /// The time as seconds.
    pub(crate) fn seconds(self, text: &str) -> Result<i64, SignatureError> {
        seconds(text)
            .ok_or(SignatureError::Malformed { header: self.header, problem: "its time is not a number of seconds" })
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads 32 bytes in lower-case hexadecimal digits, as providers write them; upper case is refused, as they refuse it.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// Verifies a signature that is the base64 of the HMAC of the body, with no time in it: Shopify's and WooCommerce's form.
///
/// Such a hook can be sent again by whoever overheard it: that its event has an id which is stored is what stands against it.
pub(crate) fn verify_base64(
    header: &'static str,
    value: Option<&str>,
    body: &[u8],
    secrets: &Secrets,
) -> Result<(), SignatureError> {
    use base64::Engine as _;
    let value = value.map(str::trim).filter(|value| !value.is_empty()).ok_or(SignatureError::Missing { header })?;
    let tag = base64::engine::general_purpose::STANDARD.decode(value).ok();
    let tag: [u8; 32] = tag
        .and_then(|tag| tag.try_into().ok())
        .ok_or(SignatureError::Malformed { header, problem: "it is not the base64 of 32 bytes" })?;
    secrets.verify(&[body], &[tag])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_secret_believes_nobody() {
        let secrets = Secrets::parse("\n  \n");
        assert!(secrets.is_empty());
        assert_eq!(secrets.verify(&[b"body"], &[[0; 32]]), Err(SignatureError::NoSecret));
    }

    #[test]
    fn a_secret_is_not_in_the_log() {
        assert_eq!(format!("{:?}", Secrets::parse("whsec_a\nwhsec_b")), "Secrets(2)");
    }

    #[test]
    fn the_time_may_be_off_by_300_seconds_either_way() {
        let now = Timestamp::from_unix_seconds(1_000_000);
        for (signed_at, expected) in [
            (1_000_000 - 300, Ok(())),
            (1_000_000 + 300, Ok(())),
            (1_000_000 - 301, Err(SignatureError::TooOld { seconds: 301 })),
            (1_000_000 + 301, Err(SignatureError::TooNew { seconds: 301 })),
            (i64::MAX, Err(SignatureError::TooNew { seconds: i64::MAX - 1_000_000 })),
        ] {
            assert_eq!(check_time(signed_at, now), expected, "{signed_at}");
        }
    }

    #[test]
    fn hexadecimal_digits_come_back_as_they_were_and_only_in_lower_case() {
        let bytes: [u8; 32] = std::array::from_fn(|index| u8::try_from(index * 8).unwrap());
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        assert_eq!(unhex(&hex(&bytes).to_uppercase()), None);
        assert_eq!(unhex("ab"), None);
    }
}
