//! Rates as files hold them: percentages per tier, `10;3;1`; empty places fall through.

use tributary_shared::money::Percent;
use tributary_shared::program::{Rate, TIERS_MAX, TierRates};

/// Reads `10;3;1`.
pub(super) fn parse(text: &str) -> Result<TierRates, String> {
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

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_empty_place_falls_through_and_zero_does_not() {
        let rates = parse("10;;0").unwrap();
        assert_eq!(rates.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true]);
        assert!(parse(" ").unwrap().is_empty());
        assert!(parse("10;x").unwrap_err().contains("`x` is not a percentage"));
        assert!(parse(&"1;".repeat(10)).is_err());
    }
}
