//! Credit transfers for banks: ISO 20022 `pain.001.001.09`, and `.03` for banks that still want it.
//!
//! Elements stand in the order of the official schemas. A euro payment between accounts that SEPA reaches is a SEPA
//! transfer; all others are ordinary ones, in files of their own, because a bank refuses a file that mixes them.

use std::collections::BTreeMap;

use crate::money::{Currency, Money};
use crate::payout::{Address, BankAccount, Bic, Channel, IbanAccount, Method, Payer};

use super::file::{Export, ExportError, Heading, LeftOut, OutFile, Payment, Reason, other_method, payable, total};
use super::latin::{self, Spelt};
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
        match transfer(payment, payer, heading.spelt) {
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
        export.files.push(OutFile { name, content: message.write(), payments: transfers.len(), total });
    }
    Ok(export)
}

fn transfer<'a>(payment: &'a Payment, payer: &Payer, spelt: Spelt) -> Result<(Rail, Transfer<'a>), Reason> {
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
    let name = latin::text(payment.requisites.name(), NAME_CHARACTERS_MAX, spelt);
    if !name.contains(|c: char| c.is_ascii_alphanumeric()) {
        return Err(Reason::Name);
    }
    let rail = if is_sepa { Rail::Sepa } else { Rail::Other };
    Ok((rail, Transfer { payment, account, address, name }))
}

impl Message<'_> {
    fn write(&self) -> Vec<u8> {
        let mut xml = Xml::begin();
        xml.open("Document", &format!(" xmlns=\"{}\"", self.version.namespace()));
        xml.open("CstmrCdtTrfInitn", "");
        self.write_header(&mut xml);
        xml.open("PmtInf", "");
        self.write_payment(&mut xml);
        for transfer in self.transfers {
            self.write_transfer(&mut xml, transfer);
        }
        xml.close("PmtInf");
        xml.close("CstmrCdtTrfInitn");
        xml.close("Document");
        xml.end()
    }

    fn write_header(&self, xml: &mut Xml) {
        xml.open("GrpHdr", "");
        xml.text("MsgId", &self.id);
        xml.text("CreDtTm", &self.heading.now.to_string());
        self.write_sums(xml);
        xml.open("InitgPty", "");
        xml.text("Nm", &self.payer_name());
        xml.close("InitgPty");
        xml.close("GrpHdr");
    }

    /// How many, and how much: asked for in both blocks.
    fn write_sums(&self, xml: &mut Xml) {
        xml.text("NbOfTxs", &self.transfers.len().to_string());
        xml.text("CtrlSum", &self.total.amount());
    }

    fn write_payment(&self, xml: &mut Xml) {
        xml.text("PmtInfId", &self.id);
        xml.text("PmtMtd", "TRF");
        self.write_sums(xml);
        match self.rail {
            Rail::Sepa => {
                xml.open("PmtTpInf", "");
                xml.open("SvcLvl", "");
                xml.text("Cd", "SEPA");
                xml.close("SvcLvl");
                xml.close("PmtTpInf");
            }
            Rail::Other => {}
        }
        let day = self.heading.execute_on.date();
        match self.version {
            Version::V09 => {
                xml.open("ReqdExctnDt", "");
                xml.text("Dt", &day);
                xml.close("ReqdExctnDt");
            }
            Version::V03 => xml.text("ReqdExctnDt", &day),
        }
        xml.open("Dbtr", "");
        xml.text("Nm", &self.payer_name());
        write_address(xml, self.payer.address(), self.heading.spelt);
        xml.close("Dbtr");
        write_iban(xml, "DbtrAcct", self.payer.account());
        // The debtor's bank is obligatory, its BIC is not.
        xml.open("DbtrAgt", "");
        match self.payer.account().bic() {
            Some(bic) => self.write_bank(xml, bic),
            None => {
                xml.open("FinInstnId", "");
                xml.open("Othr", "");
                xml.text("Id", "NOTPROVIDED");
                xml.close("Othr");
                xml.close("FinInstnId");
            }
        }
        xml.close("DbtrAgt");
        // SEPA: each side pays its own bank. Elsewhere that is called shared.
        match self.rail {
            Rail::Sepa => xml.text("ChrgBr", "SLEV"),
            Rail::Other => xml.text("ChrgBr", "SHAR"),
        }
    }

    fn write_transfer(&self, xml: &mut Xml, transfer: &Transfer<'_>) {
        let payment = transfer.payment;
        let spelt = self.heading.spelt;
        xml.open("CdtTrfTxInf", "");
        let id = latin::id(&payment.reference, payment.id, ID_CHARACTERS_MAX, spelt);
        xml.open("PmtId", "");
        xml.text("EndToEndId", &id);
        xml.close("PmtId");
        let currency = format!(" Ccy=\"{}\"", payment.money.currency().code());
        xml.open("Amt", "");
        xml.text_with("InstdAmt", &currency, &payment.money.amount());
        xml.close("Amt");
        if let Some(bic) = transfer.account.bic() {
            xml.open("CdtrAgt", "");
            self.write_bank(xml, bic);
            xml.close("CdtrAgt");
        }
        xml.open("Cdtr", "");
        xml.text("Nm", &transfer.name);
        write_address(xml, transfer.address, spelt);
        xml.close("Cdtr");
        write_iban(xml, "CdtrAcct", transfer.account);
        let note = latin::text(&payment.note, NOTE_CHARACTERS_MAX, spelt);
        xml.open("RmtInf", "");
        xml.text("Ustrd", if note.is_empty() { &id } else { &note });
        xml.close("RmtInf");
        xml.close("CdtTrfTxInf");
    }

    fn write_bank(&self, xml: &mut Xml, bic: &Bic) {
        xml.open("FinInstnId", "");
        xml.text(self.version.bic(), bic.as_str());
        xml.close("FinInstnId");
    }

    /// The payer's name; what the EPC writes for nothing, if no letter of it is left.
    fn payer_name(&self) -> String {
        let name = latin::text(self.payer.name(), NAME_CHARACTERS_MAX, self.heading.spelt);
        if name.contains(|c: char| c.is_ascii_alphanumeric()) { name } else { "NOTPROVIDED".to_owned() }
    }
}

fn write_iban(xml: &mut Xml, name: &str, account: &IbanAccount) {
    xml.open(name, "");
    xml.open("Id", "");
    xml.text("IBAN", account.iban().as_str());
    xml.close("Id");
    xml.close(name);
}

fn write_address(xml: &mut Xml, address: Option<&Address>, spelt: Spelt) {
    let Some(address) = address else {
        return;
    };
    xml.open("PstlAdr", "");
    let lines = [
        ("StrtNm", address.street().unwrap_or_default(), STREET_CHARACTERS_MAX),
        ("BldgNb", address.building().unwrap_or_default(), SHORT_CHARACTERS_MAX),
        ("PstCd", address.postcode().unwrap_or_default(), SHORT_CHARACTERS_MAX),
        ("TwnNm", address.town(), TOWN_CHARACTERS_MAX),
    ];
    for (name, given, characters_max) in lines {
        let text = latin::text(given, characters_max, spelt);
        // An element without a text is against the schema.
        if !text.is_empty() {
            xml.text(name, &text);
        }
    }
    xml.text("Ctry", address.country().code());
    xml.close("PstlAdr");
}
