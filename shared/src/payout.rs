//! Payouts: where a receiver wants his money, and who pays it.
//!
//! A receiver is a partner or a charity. Everything in here was checked at the door, by [`RequisitesRequest::check`]
//! and [`PayerRequest::check`]; the JSON form of [`Requisites`] and [`Payer`] is that of the requests, and reading it
//! checks it again.

mod account;
mod address;
mod bic;
mod country;
pub mod files;
mod iban;
mod intake;
mod proposal;

use serde::{Deserialize, Serialize};

use crate::contact::Email;

pub use account::{BankAccount, BankMismatch, IbanAccount};
pub use address::{
    Address, BUILDING_CHARACTERS_MAX, POSTCODE_CHARACTERS_MAX, STREET_CHARACTERS_MAX, TOWN_CHARACTERS_MAX,
};
pub use bic::{Bic, BicError};
pub use country::{Country, CountryError};
pub use iban::{Iban, IbanError};
pub use intake::{PayerRequest, RequisitesError, RequisitesRequest};
pub use proposal::{Candidate, NotProposed, propose};

/// How money gets to a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// To a bank account.
    Bank,
    /// To a PayPal account.
    Paypal,
    /// To a Wise account, or through Wise to whoever reads the e-mail.
    Wise,
    /// To an account of electronic money.
    Emoney,
    /// By hand.
    Cash,
}

impl Method {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Bank, Self::Paypal, Self::Wise, Self::Emoney, Self::Cash];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Paypal => "paypal",
            Self::Wise => "wise",
            Self::Emoney => "emoney",
            Self::Cash => "cash",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }

    /// The number for it in the database.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Bank => 1,
            Self::Paypal => 2,
            Self::Wise => 3,
            Self::Emoney => 4,
            Self::Cash => 5,
        }
    }

    /// Reads the number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.number() == number)
    }
}

/// What a receiver is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A natural person.
    Person,
    /// A company, a charity, an authority.
    Company,
}

impl Holder {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Person, Self::Company];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Company => "company",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|holder| holder.as_str() == text)
    }
}

/// What each method needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// A bank account, and where its holder lives: some banks ask for it.
    Bank {
        /// The account.
        account: BankAccount,
        /// The holder's address.
        address: Option<Address>,
    },
    /// A PayPal account.
    Paypal {
        /// The address that it is known by.
        email: Email,
    },
    /// A receiver at Wise.
    Wise(WiseReceiver),
    /// An account of electronic money.
    Emoney {
        /// Which system, as in `M-Pesa`.
        channel: String,
        /// The account there.
        account: String,
    },
    /// Banknotes.
    Cash {
        /// Where and how.
        note: String,
    },
}

/// How Wise knows a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WiseReceiver {
    /// By e-mail: Wise asks him where to.
    Email(Email),
    /// As a recipient that the merchant saved at Wise.
    Recipient(String),
    /// By his Wisetag, with its `@`.
    Tag(String),
}

/// Where a receiver wants his money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RequisitesRequest", into = "RequisitesRequest")]
pub struct Requisites {
    holder: Holder,
    name: String,
    channel: Channel,
}

impl Requisites {
    /// What he is.
    #[must_use]
    pub const fn holder(&self) -> Holder {
        self.holder
    }

    /// The name that the account is in.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where to.
    #[must_use]
    pub const fn channel(&self) -> &Channel {
        &self.channel
    }

    /// How.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self.channel {
            Channel::Bank { .. } => Method::Bank,
            Channel::Paypal { .. } => Method::Paypal,
            Channel::Wise(_) => Method::Wise,
            Channel::Emoney { .. } => Method::Emoney,
            Channel::Cash { .. } => Method::Cash,
        }
    }

    /// The account as lists show it, by its last four characters: `…3000`, `b…@example.test`; nothing for cash.
    #[must_use]
    pub fn masked(&self) -> String {
        match &self.channel {
            Channel::Bank { account: BankAccount::Iban(account), .. } => last_four(account.iban().as_str()),
            Channel::Bank { account: BankAccount::Other { account, .. }, .. } => last_four(account),
            Channel::Paypal { email } | Channel::Wise(WiseReceiver::Email(email)) => email.masked(),
            Channel::Wise(WiseReceiver::Recipient(id) | WiseReceiver::Tag(id)) => last_four(id),
            Channel::Emoney { channel, account } => format!("{channel} {}", last_four(account)),
            Channel::Cash { .. } => String::new(),
        }
    }
}

/// The end of a text; of a short one nothing, because its end would be most of it.
fn last_four(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let shown = if characters.len() < 8 { 0 } else { 4 };
    format!("…{}", characters.iter().skip(characters.len() - shown).collect::<String>())
}

/// The merchant, as the debtor in a bank's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PayerRequest", into = "PayerRequest")]
pub struct Payer {
    name: String,
    account: IbanAccount,
    address: Option<Address>,
}

impl Payer {
    /// The name that the account is in.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The account that the money is taken from.
    #[must_use]
    pub const fn account(&self) -> &IbanAccount {
        &self.account
    }

    /// Where the merchant is.
    #[must_use]
    pub const fn address(&self) -> Option<&Address> {
        self.address.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_and_holders_are_read_as_they_are_written() {
        for method in Method::ALL {
            assert_eq!(Method::parse(method.as_str()), Some(method));
            assert_eq!(Method::from_number(method.number()), Some(method));
            assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        }
        assert_eq!(Method::ALL.map(Method::number), [1, 2, 3, 4, 5]);
        for holder in Holder::ALL {
            assert_eq!(Holder::parse(holder.as_str()), Some(holder));
            assert_eq!(serde_json::to_value(holder).unwrap(), holder.as_str());
        }
        assert_eq!((Method::parse("Bank"), Method::from_number(0), Method::from_number(6)), (None, None, None));
    }

    #[test]
    fn a_list_shows_only_the_end_of_an_account() {
        let masked = |rest: &str| {
            let json = format!(r#"{{"holder":"person","name":"Ann",{rest}}}"#);
            serde_json::from_str::<Requisites>(&json).unwrap().masked()
        };
        let cases = [
            (r#""method":"bank","iban":"DE89370400440532013000""#, "…3000"),
            (r#""method":"bank","account":"Bank of Somewhere 12345678""#, "…5678"),
            (r#""method":"bank","account":"1234567""#, "…"),
            (r#""method":"paypal","email":"Berta@example.test""#, "b…@example.test"),
            (r#""method":"wise","email":"berta@example.test""#, "b…@example.test"),
            (r#""method":"wise","recipient_id":"123456789""#, "…6789"),
            (r#""method":"wise","recipient_id":"@berta""#, "…"),
            (r#""method":"emoney","channel":"M-Pesa","account":"+254700123456""#, "M-Pesa …3456"),
            (r#""method":"cash","note":"at the reception""#, ""),
        ];
        for (rest, shown) in cases {
            assert_eq!(masked(rest), shown, "{rest}");
        }
    }
}
