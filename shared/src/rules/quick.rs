//! A hash for what the merchant named and the database numbered: nobody chooses such keys to make it slow.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by ids or names, asked some twenty times for each order.
pub(super) type Quick<K, V> = HashMap<K, V, BuildHasherDefault<Mixer>>;

/// Eight bytes at a time: turned, joined, multiplied by an odd constant (2^64 divided by the golden ratio).
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Mixer(u64);

impl Mixer {
    const fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.mix(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(u64::from(byte));
    }

    fn write_u64(&mut self, word: u64) {
        self.mix(word);
    }

    fn write_i64(&mut self, word: i64) {
        self.mix(word.cast_unsigned());
    }

    fn finish(&self) -> u64 {
        // A product's upper bits depend on all bits below them; maps begin with the lower.
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_found_again_and_spread() {
        let by_number: Quick<i64, i64> = (0..10_000).map(|number| (number, number + 1)).collect();
        assert!((0..10_000).all(|number| by_number.get(&number) == Some(&(number + 1))));
        let by_name: Quick<String, i64> = (0..10_000).map(|number| (format!("P{number:07}"), number)).collect();
        assert!((0..10_000).all(|number| by_name.get(format!("P{number:07}").as_str()) == Some(&number)));
        let low_bits = |number: i64| {
            let mut mixer = Mixer::default();
            mixer.write_i64(number);
            mixer.finish() % 1_024
        };
        let places: std::collections::HashSet<u64> = (0..1_024).map(low_bits).collect();
        assert!(places.len() > 500, "{}", places.len());
    }
}
