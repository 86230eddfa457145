//! Numbers of random histories.

/// Numbers that look random and are the same in every run (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that always fall alike for one seed above 0.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from `least` up to but not including `end`.
    pub(crate) fn throw(&mut self, least: i64, end: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        least + i64::try_from(number).expect("31 bits") % (end - least)
    }

    /// Yes, once in so many throws.
    pub(crate) fn once_in(&mut self, throws: i64) -> bool {
        self.throw(0, throws) == 0
    }

    /// One of several.
    pub(crate) fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        let index = self.throw(0, i64::try_from(of.len()).expect("few"));
        of[usize::try_from(index).expect("not negative")].clone()
    }
}
