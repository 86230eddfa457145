//! Requisites as a form or a request brings them, checked once at the door.

use serde::{Deserialize, Serialize};

use super::account::{BankAccount, IbanAccount};
use super::address::{
    Address, BUILDING_CHARACTERS_MAX, POSTCODE_CHARACTERS_MAX, STREET_CHARACTERS_MAX, TOWN_CHARACTERS_MAX,
};
use super::bic::Bic;
use super::iban::Iban;
use super::{Channel, Holder, Method, Payer, Requisites, WiseReceiver};
use crate::contact::Email;

/// The longest name (pain.001, Nm).
const NAME_CHARACTERS_MAX: usize = 140;
/// The longest account that is not an IBAN; it may name the bank and the branch.
const ACCOUNT_CHARACTERS_MAX: usize = 200;
/// The longest name of a system of electronic money.
const CHANNEL_CHARACTERS_MAX: usize = 70;
/// The longest note.
const NOTE_CHARACTERS_MAX: usize = 500;
/// The longest recipient id or Wisetag. Ids are numbers or UUIDs, of 36 characters.
const RECIPIENT_CHARACTERS_MAX: usize = 64;
/// The longest address that PayPal takes as a receiver (Payouts API, `receiver`).
const PAYPAL_EMAIL_CHARACTERS_MAX: usize = 127;

/// Why requisites cannot be taken: which field, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct RequisitesError {
    /// Which field of the request.
    pub field: &'static str,
    /// What is wrong.
    pub problem: String,
}

fn at<E: std::fmt::Display>(field: &'static str) -> impl FnOnce(E) -> RequisitesError {
    move |error| RequisitesError { field, problem: error.to_string() }
}

/// Where a receiver wants his money, as it comes: all texts, an empty one is one that was not given.
///
/// Unknown fields are refused, and so is a field that the method has no use for: what was typed is not lost in silence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequisitesRequest {
    /// `bank`, `paypal`, `wise`, `emoney` or `cash`.
    pub method: String,
    /// `person` or `company`.
    pub holder: String,
    /// The name that the account is in.
    pub name: String,
    /// Bank: the IBAN.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub iban: String,
    /// Bank: the BIC, if known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub bic: String,
    /// Bank without IBANs: account, bank and branch; electronic money: the account.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// PayPal and Wise: the e-mail address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Wise: the id of a saved recipient, or a Wisetag with its `@`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_id: String,
    /// Electronic money: which system.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub channel: String,
    /// Bank: the holder's street.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Bank: the number of his building.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub building: String,
    /// Bank: his postcode.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// Bank: his town.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub town: String,
    /// Bank: his country, two letters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// Cash: where and how.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// The merchant as the debtor, as it comes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PayerRequest {
    /// The name that the account is in.
    pub name: String,
    /// The IBAN.
    pub iban: String,
    /// The BIC, if known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub bic: String,
    /// The street.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// The number of the building.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub building: String,
    /// The postcode.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// The town.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub town: String,
    /// The country, two letters.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
}

/// The fields of an address, before they are one.
struct AddressTexts<'a> {
    street: &'a str,
    building: &'a str,
    postcode: &'a str,
    town: &'a str,
    country: &'a str,
}

impl RequisitesRequest {
    /// The names of its fields, but for the method: as columns of a file, and as fields of a form.
    pub const FIELDS: [&str; 14] = [
        "holder",
        "name",
        "iban",
        "bic",
        "account",
        "email",
        "recipient_id",
        "channel",
        "street",
        "building",
        "postcode",
        "town",
        "country",
        "note",
    ];

    /// Checks every field.
    pub fn check(&self) -> Result<Requisites, RequisitesError> {
        let method = Method::parse(self.method.trim())
            .ok_or_else(|| refused("method", "want bank, paypal, wise, emoney or cash"))?;
        let holder = Holder::parse(self.holder.trim()).ok_or_else(|| refused("holder", "want person or company"))?;
        let name = required("name", &self.name, NAME_CHARACTERS_MAX)?;
        self.check_unused(method)?;
        let channel = match method {
            Method::Bank => self.check_bank()?,
            Method::Paypal => Channel::Paypal { email: self.check_email(PAYPAL_EMAIL_CHARACTERS_MAX)? },
            Method::Wise => Channel::Wise(self.check_wise()?),
            Method::Emoney => Channel::Emoney {
                channel: required("channel", &self.channel, CHANNEL_CHARACTERS_MAX)?,
                account: required("account", &self.account, ACCOUNT_CHARACTERS_MAX)?,
            },
            Method::Cash => Channel::Cash { note: required("note", &self.note, NOTE_CHARACTERS_MAX)? },
        };
        Ok(Requisites { holder, name, channel })
    }

    /// Refuses what the method has no use for.
    fn check_unused(&self, method: Method) -> Result<(), RequisitesError> {
        let used: &[&str] = match method {
            Method::Bank => &["iban", "bic", "account", "street", "building", "postcode", "town", "country"],
            Method::Paypal => &["email"],
            Method::Wise => &["email", "recipient_id"],
            Method::Emoney => &["channel", "account"],
            Method::Cash => &["note"],
        };
        let given = [
            ("iban", &self.iban),
            ("bic", &self.bic),
            ("account", &self.account),
            ("email", &self.email),
            ("recipient_id", &self.recipient_id),
            ("channel", &self.channel),
            ("street", &self.street),
            ("building", &self.building),
            ("postcode", &self.postcode),
            ("town", &self.town),
            ("country", &self.country),
            ("note", &self.note),
        ];
        match given.into_iter().find(|(field, text)| !text.trim().is_empty() && !used.contains(field)) {
            Some((field, _)) => Err(refused(field, &format!("is not used by {}; leave it empty", method.as_str()))),
            None => Ok(()),
        }
    }

    fn check_bank(&self) -> Result<Channel, RequisitesError> {
        let account = match optional("account", &self.account, ACCOUNT_CHARACTERS_MAX)? {
            Some(_) if !self.iban.trim().is_empty() => {
                return Err(refused("account", "give an IBAN or another account, not both"));
            }
            Some(account) => BankAccount::Other { account, bic: bic(&self.bic)? },
            None => BankAccount::Iban(iban_account(&self.iban, &self.bic)?),
        };
        let texts = AddressTexts {
            street: &self.street,
            building: &self.building,
            postcode: &self.postcode,
            town: &self.town,
            country: &self.country,
        };
        Ok(Channel::Bank { account, address: texts.check()? })
    }

    fn check_wise(&self) -> Result<WiseReceiver, RequisitesError> {
        let id = self.recipient_id.trim();
        match (self.email.trim().is_empty(), id.is_empty()) {
            (true, true) => return Err(refused("email", "give an e-mail address or a recipient id")),
            (false, false) => {
                return Err(refused("recipient_id", "give an e-mail address or a recipient id, not both"));
            }
            (false, true) => return Ok(WiseReceiver::Email(self.check_email(crate::contact::EMAIL_CHARACTERS_MAX)?)),
            (true, false) => {}
        }
        let plain = id.strip_prefix('@').unwrap_or(id);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_good = plain.starts_with(|c: char| c.is_ascii_alphanumeric())
            && plain.chars().all(is_plain)
            && plain.len() <= RECIPIENT_CHARACTERS_MAX;
        if !is_good {
            return Err(refused("recipient_id", "want a number, a UUID or a Wisetag such as @ann"));
        }
        Ok(if plain == id { WiseReceiver::Recipient(id.to_owned()) } else { WiseReceiver::Tag(id.to_owned()) })
    }

    /// An address that can stand in a table as it is: an e-mail address cannot be put right by a `'` before it.
    fn check_email(&self, characters_max: usize) -> Result<Email, RequisitesError> {
        if self.email.trim().is_empty() {
            return Err(refused("email", "is missing"));
        }
        let email = Email::parse(&self.email).map_err(at("email"))?;
        if email.as_str().starts_with(['=', '+', '-', '@']) {
            return Err(refused("email", "begins with a sign that spreadsheets take for a formula"));
        }
        if email.as_str().chars().count() > characters_max {
            return Err(too_long("email", characters_max));
        }
        Ok(email)
    }
}

impl PayerRequest {
    /// Checks every field.
    pub fn check(&self) -> Result<Payer, RequisitesError> {
        let texts = AddressTexts {
            street: &self.street,
            building: &self.building,
            postcode: &self.postcode,
            town: &self.town,
            country: &self.country,
        };
        Ok(Payer {
            name: required("name", &self.name, NAME_CHARACTERS_MAX)?,
            account: iban_account(&self.iban, &self.bic)?,
            address: texts.check()?,
        })
    }
}

impl AddressTexts<'_> {
    /// An address, if any of it is given.
    fn check(&self) -> Result<Option<Address>, RequisitesError> {
        let street = optional("street", self.street, STREET_CHARACTERS_MAX)?;
        let building = optional("building", self.building, BUILDING_CHARACTERS_MAX)?;
        let postcode = optional("postcode", self.postcode, POSTCODE_CHARACTERS_MAX)?;
        let town = optional("town", self.town, TOWN_CHARACTERS_MAX)?;
        let country = Some(self.country.trim()).filter(|text| !text.is_empty());
        if street.is_none() && building.is_none() && postcode.is_none() && town.is_none() && country.is_none() {
            return Ok(None);
        }
        let town = town.ok_or_else(|| refused("town", "an address needs a town"))?;
        let country = country.ok_or_else(|| refused("country", "an address needs a country"))?;
        Ok(Some(Address { street, building, postcode, town, country: country.parse().map_err(at("country"))? }))
    }
}

fn iban_account(iban: &str, bic_text: &str) -> Result<IbanAccount, RequisitesError> {
    if iban.trim().is_empty() {
        return Err(refused("iban", "is missing"));
    }
    let iban = Iban::parse(iban).map_err(at("iban"))?;
    IbanAccount::new(iban, bic(bic_text)?).map_err(at("bic"))
}

fn bic(text: &str) -> Result<Option<Bic>, RequisitesError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Bic::parse(text).map(Some).map_err(at("bic"))
}

/// A text on one line: blanks, ends of lines and other controls become single blanks. Nothing, if nothing is left.
fn optional(field: &'static str, text: &str, characters_max: usize) -> Result<Option<String>, RequisitesError> {
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    let line = text.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.chars().count() > characters_max {
        return Err(too_long(field, characters_max));
    }
    Ok(Some(line).filter(|line| !line.is_empty()))
}

fn required(field: &'static str, text: &str, characters_max: usize) -> Result<String, RequisitesError> {
    optional(field, text, characters_max)?.ok_or_else(|| refused(field, "is missing"))
}

fn too_long(field: &'static str, characters_max: usize) -> RequisitesError {
    refused(field, &format!("is longer than {characters_max} characters"))
}

fn refused(field: &'static str, problem: &str) -> RequisitesError {
    RequisitesError { field, problem: problem.to_owned() }
}

impl TryFrom<RequisitesRequest> for Requisites {
    type Error = RequisitesError;

    fn try_from(request: RequisitesRequest) -> Result<Self, RequisitesError> {
        request.check()
    }
}

impl From<Requisites> for RequisitesRequest {
    fn from(requisites: Requisites) -> Self {
        let base = Self {
            method: requisites.method().as_str().to_owned(),
            holder: requisites.holder.as_str().to_owned(),
            name: requisites.name,
            ..Self::default()
        };
        match requisites.channel {
            Channel::Bank { account, address } => {
                let (iban, account, bic) = match account {
                    BankAccount::Iban(account) => {
                        (account.iban().as_str().to_owned(), String::new(), account.bic().cloned())
                    }
                    BankAccount::Other { account, bic } => (String::new(), account, bic),
                };
                let bic = bic.map(String::from).unwrap_or_default();
                let [street, building, postcode, town, country] = address_texts(address);
                Self { iban, account, bic, street, building, postcode, town, country, ..base }
            }
            Channel::Paypal { email } | Channel::Wise(WiseReceiver::Email(email)) => {
                Self { email: email.into(), ..base }
            }
            Channel::Wise(WiseReceiver::Recipient(recipient_id) | WiseReceiver::Tag(recipient_id)) => {
                Self { recipient_id, ..base }
            }
            Channel::Emoney { channel, account } => Self { channel, account, ..base },
            Channel::Cash { note } => Self { note, ..base },
        }
    }
}

impl TryFrom<PayerRequest> for Payer {
    type Error = RequisitesError;

    fn try_from(request: PayerRequest) -> Result<Self, RequisitesError> {
        request.check()
    }
}

impl From<Payer> for PayerRequest {
    fn from(payer: Payer) -> Self {
        let [street, building, postcode, town, country] = address_texts(payer.address);
        Self {
            name: payer.name,
            iban: payer.account.iban().as_str().to_owned(),
            bic: payer.account.bic().cloned().map(String::from).unwrap_or_default(),
            street,
            building,
            postcode,
            town,
            country,
        }
    }
}

/// Street, building, postcode, town and country.
fn address_texts(address: Option<Address>) -> [String; 5] {
    let Some(address) = address else {
        return Default::default();
    };
    [
        address.street.unwrap_or_default(),
        address.building.unwrap_or_default(),
        address.postcode.unwrap_or_default(),
        address.town,
        address.country.into(),
    ]
}

#[cfg(test)]
mod tests;
