//! Credit transfers for banks: ISO 20022 `pain.001.001.09`, and `.03` for banks that still want it.
//!
//! Elements stand in the order of the official schemas. A euro payment between accounts that SEPA reaches is a SEPA
//! transfer; all others are ordinary ones, in files of their own, because a bank refuses a file that mixes them.

use std::collections::BTreeMap;
use std::io;

use tributary_shared::money::{Currency, Money};
use tributary_shared::payout::{Address, BankAccount, Bic, Channel, IbanAccount, Method, Payer};

use super::file::{Export, ExportError, Heading, LeftOut, OutFile, Payment, Reason, other_method, payable, total};
use super::latin;
use super::xml::Xml;

/// Names in SEPA; the schema would take 140.
const NAME_CHARACTERS_MAX: usize = 70;
/// Ids.
const ID_CHARACTERS_MAX: usize = 35;
/// What the receiver reads on his statement.
const NOTE_CHARACTERS_MAX: usize = 140;
/// The longest town of both versions; `Address` may hold a longer one.
const TOWN_CHARACTERS_MAX: usize = 35;
/// The longest street.
const STREET_CHARACTERS_MAX: usize = 70;
/// The longest number of a building, and the longest postcode.
const SHORT_CHARACTERS_MAX: usize = 16;
/// The largest SEPA transfer: 999,999,999.99 euro (EPC115-06, AT-T002).
const SEPA_MINOR_MAX: i64 = 99_999_999_999;

/// A version of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// `pain.001.001.09`, of 2019: what SEPA's rulebooks have gone by since 2023.
    #[default]
    V09,
    /// `pain.001.001.03`, of 2009.
    V03,
}

impl Version {
    /// The namespace of its elements.
    #[must_use]
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::V09 => "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09",
            Self::V03 => "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03",
        }
    }

    /// What it calls a BIC.
    const fn bic(self) -> &'static str {
        match self {
            Self::V09 => "BICFI",
            Self::V03 => "BIC",
        }
    }
}

/// The way of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rail {
    Sepa,
    Other,
}

/// A payment that a bank can carry out.
struct Transfer<'a> {
    payment: &'a Payment,
    account: &'a IbanAccount,
    address: Option<&'a Address>,
    name: String,
}

/// One file, before it is written.
struct Message<'a> {
    version: Version,
    id: String,
    rail: Rail,
    total: Money,
    transfers: &'a [Transfer<'a>],
    payer: &'a Payer,
    heading: &'a Heading,
}

/// Writes one file for each currency, and one more for euro payments that SEPA does not reach.
pub fn export(version: Version, payments: &[Payment], payer: &Payer, heading: &Heading) -> Result<Export, ExportError> {
    let mut export = Export::default();
    let mut by_rail: BTreeMap<(Currency, Rail), Vec<Transfer<'_>>> = BTreeMap::new();
    for payment in payments {
        match transfer(payment, payer) {
            Ok((rail, transfer)) => by_rail.entry((payment.money.currency(), rail)).or_default().push(transfer),
            Err(reason) => export.left_out.push(LeftOut { payment_id: payment.id, reason }),
        }
    }
    for ((currency, rail), transfers) in by_rail {
        let suffix = match rail {
            Rail::Other if currency.code() == "EUR" => "-NONSEPA",
            Rail::Sepa | Rail::Other => "",
        };
        let id = format!("{}-{currency}{suffix}", heading.batch.as_str());
        let total = total(transfers.iter().map(|transfer| transfer.payment), currency)?;
        let name = format!("{}-pain001-{currency}{}.xml", heading.batch.as_str(), suffix.to_ascii_lowercase());
        let message = Message { version, id, rail, total, transfers: &transfers, payer, heading };
        export.files.push(OutFile { name, content: message.write()?, payments: transfers.len(), total });
    }
    Ok(export)
}

fn transfer<'a>(payment: &'a Payment, payer: &Payer) -> Result<(Rail, Transfer<'a>), Reason> {
    let (account, address) = match payment.requisites.channel() {
        Channel::Bank { account: BankAccount::Iban(account), address } => (account, address.as_ref()),
        Channel::Bank { account: BankAccount::Other { .. }, .. } => return Err(Reason::NoIban),
        Channel::Paypal { .. } | Channel::Wise(_) | Channel::Emoney { .. } | Channel::Cash { .. } => {
            return Err(other_method(payment, Method::Bank));
        }
    };
    payable(payment)?;
    let is_sepa = payment.money.currency().code() == "EUR" && account.is_sepa() && payer.account().is_sepa();
    if is_sepa && payment.money.minor() > SEPA_MINOR_MAX {
        return Err(Reason::AboveSepa { money: payment.money });
    }
    let name = latin::text(payment.requisites.name(), NAME_CHARACTERS_MAX);
    if !name.contains(|c: char| c.is_ascii_alphanumeric()) {
        return Err(Reason::Name);
    }
    let rail = if is_sepa { Rail::Sepa } else { Rail::Other };
    Ok((rail, Transfer { payment, account, address, name }))
}

impl Message<'_> {
    fn write(&self) -> io::Result<Vec<u8>> {
        let mut xml = Xml::begin()?;
        xml.group_with("Document", ("xmlns", self.version.namespace()), |xml| {
            xml.group("CstmrCdtTrfInitn", |xml| {
                self.write_header(xml)?;
                xml.group("PmtInf", |xml| self.write_payment(xml))
            })
        })?;
        Ok(xml.end())
    }

    fn write_header(&self, xml: &mut Xml) -> io::Result<()> {
        xml.group("GrpHdr", |xml| {
            xml.text("MsgId", &self.id)?;
            xml.text("CreDtTm", &self.heading.now.to_string())?;
            self.write_sums(xml)?;
            xml.group("InitgPty", |xml| xml.text("Nm", &self.payer_name()))
        })
    }

    /// How many, and how much: asked for in both blocks.
    fn write_sums(&self, xml: &mut Xml) -> io::Result<()> {
        xml.text("NbOfTxs", &self.transfers.len().to_string())?;
        xml.text("CtrlSum", &self.total.amount())
    }

    fn write_payment(&self, xml: &mut Xml) -> io::Result<()> {
        xml.text("PmtInfId", &self.id)?;
        xml.text("PmtMtd", "TRF")?;
        self.write_sums(xml)?;
        match self.rail {
            Rail::Sepa => xml.group("PmtTpInf", |xml| xml.group("SvcLvl", |xml| xml.text("Cd", "SEPA")))?,
            Rail::Other => {}
        }
        let day = self.heading.execute_on.date();
        match self.version {
            Version::V09 => xml.group("ReqdExctnDt", |xml| xml.text("Dt", &day))?,
            Version::V03 => xml.text("ReqdExctnDt", &day)?,
        }
        xml.group("Dbtr", |xml| {
            xml.text("Nm", &self.payer_name())?;
            write_address(xml, self.payer.address())
        })?;
        xml.group("DbtrAcct", |xml| write_iban(xml, self.payer.account()))?;
        // The debtor's bank is obligatory, its BIC is not.
        xml.group("DbtrAgt", |xml| match self.payer.account().bic() {
            Some(bic) => self.write_bank(xml, bic),
            None => xml.group("FinInstnId", |xml| xml.group("Othr", |xml| xml.text("Id", "NOTPROVIDED"))),
        })?;
        // SEPA: each side pays its own bank. Elsewhere that is called shared.
        match self.rail {
            Rail::Sepa => xml.text("ChrgBr", "SLEV")?,
            Rail::Other => xml.text("ChrgBr", "SHAR")?,
        }
        self.transfers.iter().try_for_each(|transfer| self.write_transfer(xml, transfer))
    }

    fn write_transfer(&self, xml: &mut Xml, transfer: &Transfer<'_>) -> io::Result<()> {
        let payment = transfer.payment;
        xml.group("CdtTrfTxInf", |xml| {
            let id = latin::id(&payment.reference, payment.id, ID_CHARACTERS_MAX);
            xml.group("PmtId", |xml| xml.text("EndToEndId", &id))?;
            let currency = payment.money.currency();
            xml.group("Amt", |xml| xml.text_with("InstdAmt", ("Ccy", currency.code()), &payment.money.amount()))?;
            if let Some(bic) = transfer.account.bic() {
                xml.group("CdtrAgt", |xml| self.write_bank(xml, bic))?;
            }
            xml.group("Cdtr", |xml| {
                xml.text("Nm", &transfer.name)?;
                write_address(xml, transfer.address)
            })?;
            xml.group("CdtrAcct", |xml| write_iban(xml, transfer.account))?;
            let note = latin::text(&payment.note, NOTE_CHARACTERS_MAX);
            let note = if note.is_empty() { id } else { note };
            xml.group("RmtInf", |xml| xml.text("Ustrd", &note))
        })
    }

    fn write_bank(&self, xml: &mut Xml, bic: &Bic) -> io::Result<()> {
        xml.group("FinInstnId", |xml| xml.text(self.version.bic(), bic.as_str()))
    }

    /// The payer's name; what the EPC writes for nothing, if no letter of it is left.
    fn payer_name(&self) -> String {
        let name = latin::text(self.payer.name(), NAME_CHARACTERS_MAX);
        if name.contains(|c: char| c.is_ascii_alphanumeric()) { name } else { "NOTPROVIDED".to_owned() }
    }
}

fn write_iban(xml: &mut Xml, account: &IbanAccount) -> io::Result<()> {
    xml.group("Id", |xml| xml.text("IBAN", account.iban().as_str()))
}

fn write_address(xml: &mut Xml, address: Option<&Address>) -> io::Result<()> {
    let Some(address) = address else {
        return Ok(());
    };
    xml.group("PstlAdr", |xml| {
        let lines = [
            ("StrtNm", address.street().unwrap_or_default(), STREET_CHARACTERS_MAX),
            ("BldgNb", address.building().unwrap_or_default(), SHORT_CHARACTERS_MAX),
            ("PstCd", address.postcode().unwrap_or_default(), SHORT_CHARACTERS_MAX),
            ("TwnNm", address.town(), TOWN_CHARACTERS_MAX),
        ];
        for (name, given, characters_max) in lines {
            let text = latin::text(given, characters_max);
            // An element without a text is against the schema.
            if !text.is_empty() {
                xml.text(name, &text)?;
            }
        }
        xml.text("Ctry", address.country().code())
    })
}
