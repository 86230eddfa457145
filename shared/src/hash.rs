//! SHA-256, by which what was said is known again, and secrets are kept.

use sha2::{Digest, Sha256};

use crate::hook::signature::hex;

/// SHA-256 in lower-case hexadecimal digits.
#[must_use]
pub fn hex_hash(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::hex_hash;

    #[test]
    fn a_hash_is_what_the_standard_gives_for_it() {
        // FIPS 180-4, the example of one block.
        assert_eq!(hex_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
