//! Rates as people write them: percentages per tier, `10;3;1`; empty places fall through.

use super::{Rate, TIERS_MAX, TierRates};
use crate::money::Percent;

/// Reads `10;3;1`. What is wrong is said in words.
pub fn parse_rates(text: &str) -> Result<TierRates, String> {
    if text.trim().is_empty() {
        return Ok(TierRates::new());
    }
    let rates: TierRates = text
        .split(';')
        .map(|place| match place.trim() {
            "" => Ok(None),
            percent => percent
                .parse::<Percent>()
                .map(|percent| Some(Rate::percent(percent)))
                .map_err(|error| format!("rates: {error}")),
        })
        .collect::<Result<_, _>>()?;
    if rates.len() > TIERS_MAX {
        return Err(format!("rates: {} tiers are more than {TIERS_MAX}", rates.len()));
    }
    Ok(rates)
}

/// Writes what [`parse_rates`] reads. Flat amounts, which are not written so, are left out.
#[must_use]
pub fn rates_text(rates: &TierRates) -> String {
    let place = |rate: &Option<Rate>| rate.and_then(|rate| rate.percent).map_or(String::new(), String::from);
    rates.iter().map(place).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_place_falls_through_and_zero_does_not() {
        let rates = parse_rates("10;;0").unwrap();
        assert_eq!(rates.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(rates_text(&rates), "10;;0");
        assert!(parse_rates(" ").unwrap().is_empty());
        assert!(parse_rates("10;x").unwrap_err().contains("`x` is not a percentage"));
        assert!(parse_rates(&"1;".repeat(10)).is_err());
    }
}
