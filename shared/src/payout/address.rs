//! Addresses as banks want them: structured.

use super::country::Country;

/// The longest street (pain.001, StrtNm).
pub const STREET_CHARACTERS_MAX: usize = 70;
/// The longest number of a building (BldgNb).
pub const BUILDING_CHARACTERS_MAX: usize = 16;
/// The longest postcode (PstCd).
pub const POSTCODE_CHARACTERS_MAX: usize = 16;
/// The longest town. Files carry the first 35 characters (TwnNm); some towns have more.
pub const TOWN_CHARACTERS_MAX: usize = 70;

/// A structured address. Town and country are always there: without them banks do not take one (EPC153-22).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) street: Option<String>,
    pub(super) building: Option<String>,
    pub(super) postcode: Option<String>,
    pub(super) town: String,
    pub(super) country: Country,
}

impl Address {
    /// The street.
    #[must_use]
    pub fn street(&self) -> Option<&str> {
        self.street.as_deref()
    }

    /// The number of the building.
    #[must_use]
    pub fn building(&self) -> Option<&str> {
        self.building.as_deref()
    }

    /// The postcode.
    #[must_use]
    pub fn postcode(&self) -> Option<&str> {
        self.postcode.as_deref()
    }

    /// The town.
    #[must_use]
    pub fn town(&self) -> &str {
        &self.town
    }

    /// The country.
    #[must_use]
    pub const fn country(&self) -> Country {
        self.country
    }
}
