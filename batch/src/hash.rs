//! What was said, as SHA-256 in hexadecimal digits: for telling a repetition from a contradiction, and for keeping keys.

use sha2::{Digest, Sha256};

/// The hash of a text.
pub(crate) fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
