//! Bank accounts: an IBAN with its bank, or what a bank without IBANs goes by.

use super::bic::Bic;
use super::country::Country;
use super::iban::Iban;

/// Countries of an IBAN and of a BIC that differ and yet belong together.
///
/// Banks of a territory whose accounts are of its country's scheme: France and its territories, Britain and the Crown
/// Dependencies, Denmark with the Faroe Islands and Greenland. And Monaco and Ireland, where banks of the neighbour
/// keep accounts.
const COUPLES: [(&str, &str); 5] =
    [("FR", "BL GF GP MF MQ NC PF PM RE TF WF YT"), ("GB", "GG IM JE"), ("DK", "FO GL"), ("MC", "FR"), ("IE", "GB")];

/// An account that has an IBAN; its bank's BIC, if there is one, is of the same country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IbanAccount {
    iban: Iban,
    bic: Option<Bic>,
}

/// A bank that does not belong to its account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the bank is in {bank}, the account in {account}")]
pub struct BankMismatch {
    /// The BIC's country.
    pub bank: Country,
    /// The IBAN's country.
    pub account: Country,
}

/// A bank account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BankAccount {
    /// One that has an IBAN.
    Iban(IbanAccount),
    /// One of a country without IBANs: what a person at the bank needs, as the receiver wrote it.
    Other {
        /// The account's number, the bank, the branch.
        account: String,
        /// The bank.
        bic: Option<Bic>,
    },
}

impl IbanAccount {
    /// An account with its bank, if they are of one country.
    pub fn new(iban: Iban, bic: Option<Bic>) -> Result<Self, BankMismatch> {
        if let Some(bic) = &bic
            && !go_together(iban.country(), bic.country())
        {
            return Err(BankMismatch { bank: bic.country(), account: iban.country() });
        }
        Ok(Self { iban, bic })
    }

    /// The account.
    #[must_use]
    pub const fn iban(&self) -> &Iban {
        &self.iban
    }

    /// The bank; from the IBAN alone it can be found out in most countries.
    #[must_use]
    pub const fn bic(&self) -> Option<&Bic> {
        self.bic.as_ref()
    }

    /// Whether SEPA credit transfers reach it, as far as its countries tell.
    #[must_use]
    pub fn is_sepa(&self) -> bool {
        self.iban.country().is_sepa() && self.bic.as_ref().is_none_or(|bic| bic.country().is_sepa())
    }
}

fn go_together(account: Country, bank: Country) -> bool {
    let is_couple = |(left, right): &(&str, &str)| {
        *left == account.code() && right.split(' ').any(|territory| territory == bank.code())
    };
    account == bank || COUPLES.iter().any(is_couple)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(iban: &str, bic: &str) -> Result<IbanAccount, String> {
        IbanAccount::new(Iban::parse(iban).unwrap(), Some(Bic::parse(bic).unwrap())).map_err(|error| error.to_string())
    }

    #[test]
    fn a_bank_of_another_country_is_refused() {
        let german = "DE89370400440532013000";
        assert!(account(german, "COBADEFF").is_ok());
        assert_eq!(account(german, "BNPAFRPP").unwrap_err(), "the bank is in FR, the account in DE");
        assert!(IbanAccount::new(Iban::parse(german).unwrap(), None).is_ok());
    }

    #[test]
    fn territories_and_their_country_go_together_one_way_only() {
        let british = "GB29NWBK60161331926819";
        let french = "FR1420041010050500013M02606";
        for (iban, bic) in [(british, "NWBKGGSP"), (british, "NWBKJESH"), (british, "NWBKIMDD"), (french, "BNPARERX")] {
            assert!(account(iban, bic).is_ok(), "{bic}");
        }
        assert!(account("IE29AIBK93115212345678", "AIBKGB2L").is_ok());
        assert!(account(british, "AIBKIE2D").is_err());
        assert!(account("MC5811222000010123456789030", "BNPAFRPP").is_ok());
        assert!(account(french, "BNPAMCMC").is_err());
    }

    #[test]
    fn the_french_pacific_is_not_in_sepa() {
        let french = "FR1420041010050500013M02606";
        assert!(account(french, "BNPARERX").unwrap().is_sepa());
        assert!(!account(french, "BNPANCNX").unwrap().is_sepa());
        assert!(!IbanAccount::new(Iban::parse("TR330006100519786457841326").unwrap(), None).unwrap().is_sepa());
    }
}
