//! Medians, spreads and ratios, in whole numbers.

/// A median with the least and the most beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Spread {
    pub(crate) least: u64,
    pub(crate) median: u64,
    pub(crate) most: u64,
}

/// The spread of some values; zeros for none.
pub(crate) fn spread(values: impl IntoIterator<Item = u64>) -> Spread {
    let mut values: Vec<u64> = values.into_iter().collect();
    values.sort_unstable();
    match (values.first(), values.get(values.len() / 2), values.last()) {
        (Some(&least), Some(&median), Some(&most)) => Spread { least, median, most },
        _ => Spread::default(),
    }
}

/// A number in thousandths: 1.5 is 1,500.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Milli(pub(crate) u64);

impl Milli {
    /// A whole number.
    pub(crate) const fn whole(value: u64) -> Self {
        Self(value * 1_000)
    }

    /// One number over another; 0 over nothing.
    pub(crate) fn ratio(value: u64, reference: u64) -> Self {
        let thousandths = u128::from(value) * 1_000 / u128::from(reference.max(1));
        Self(u64::try_from(thousandths).unwrap_or(u64::MAX))
    }

    /// As JSON writes it.
    pub(crate) fn json(self) -> serde_json::Value {
        format!("{}.{:03}", self.0 / 1_000, self.0 % 1_000).parse().unwrap_or(serde_json::Value::Null)
    }
}

impl std::fmt::Display for Milli {
    /// Two digits, rounded.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (self.0 + 5) / 10;
        write!(f, "{}.{:02}", hundredths / 100, hundredths % 100)
    }
}

/// A duration in microseconds.
pub(crate) fn micros(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// `1,234,567`.
pub(crate) fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people_and_for_machines() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(12), "12");
        assert_eq!(Milli::ratio(2, 3).to_string(), "0.67");
        assert_eq!(Milli::ratio(3, 2).json().to_string(), "1.5");
        assert_eq!(spread([3, 1, 2]), Spread { least: 1, median: 2, most: 3 });
    }
}
