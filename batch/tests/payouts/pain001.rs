//! The banks' files, against what the standard says of them.

use quick_xml::Reader;
use quick_xml::events::Event;
use tributary_batch::payouts::pain001::Version;
use tributary_batch::payouts::{Format, Payment, export_files};
use tributary_shared::payout::Payer;

use super::{CASH, GERMAN, export, heading, named, payer, payment, reasons, requisites, text};

const V09: Format = Format::Pain001(Version::V09);
const V03: Format = Format::Pain001(Version::V03);

/// Children in the order of the schemas; `!` must be there. Where the versions differ, see [`children`].
const CHILDREN: [(&str, &str); 19] = [
    ("Document", "CstmrCdtTrfInitn!"),
    ("CstmrCdtTrfInitn", "GrpHdr! PmtInf! SplmtryData"),
    ("GrpHdr", "MsgId! CreDtTm! Authstn NbOfTxs! CtrlSum! InitgPty! FwdgAgt"),
    ("InitgPty", "Nm! PstlAdr Id CtryOfRes CtctDtls"),
    (
        "PmtInf",
        "PmtInfId! PmtMtd! BtchBookg NbOfTxs! CtrlSum! PmtTpInf ReqdExctnDt! PoolgAdjstmntDt Dbtr! DbtrAcct! DbtrAgt! \
         DbtrAgtAcct UltmtDbtr ChrgBr! ChrgsAcct ChrgsAcctAgt CdtTrfTxInf!",
    ),
    ("PmtTpInf", "InstrPrty SvcLvl! LclInstrm CtgyPurp"),
    ("SvcLvl", "Cd!"),
    ("Dbtr", "Nm! PstlAdr Id CtryOfRes CtctDtls"),
    ("DbtrAcct", "Id! Tp Ccy Nm"),
    ("DbtrAgt", "FinInstnId! BrnchId"),
    ("CdtrAgt", "FinInstnId! BrnchId"),
    (
        "CdtTrfTxInf",
        "PmtId! PmtTpInf Amt! XchgRateInf ChrgBr ChqInstr UltmtDbtr IntrmyAgt1 CdtrAgt CdtrAgtAcct Cdtr! CdtrAcct! \
         UltmtCdtr InstrForCdtrAgt InstrForDbtrAgt Purp RgltryRptg Tax RltdRmtInf RmtInf!",
    ),
    ("PmtId", "InstrId EndToEndId! UETR"),
    ("Amt", "InstdAmt!"),
    ("Cdtr", "Nm! PstlAdr Id CtryOfRes CtctDtls"),
    ("CdtrAcct", "Id! Tp Ccy Nm"),
    ("Id", "IBAN!"),
    ("PstlAdr", "AdrTp Dept SubDept StrtNm BldgNb PstCd TwnNm! CtrySubDvsn Ctry! AdrLine"),
    ("RmtInf", "Ustrd!"),
];

/// The longest text of each element.
const CHARACTERS_MAX: [(&str, usize); 12] = [
    ("MsgId", 35),
    ("PmtInfId", 35),
    ("EndToEndId", 35),
    ("NbOfTxs", 15),
    ("CtrlSum", 19),
    ("InstdAmt", 19),
    ("Nm", 70),
    ("Ustrd", 140),
    ("StrtNm", 70),
    ("BldgNb", 16),
    ("PstCd", 16),
    ("TwnNm", 35),
];

fn children(name: &str, version: Version) -> &'static str {
    match (name, version) {
        ("FinInstnId", Version::V09) => "BICFI ClrSysMmbId LEI Nm PstlAdr Othr",
        ("FinInstnId", Version::V03) => "BIC ClrSysMmbId Nm PstlAdr Othr",
        ("ReqdExctnDt", Version::V09) => "Dt!",
        ("Othr", Version::V09 | Version::V03) => "Id! SchmeNm Issr",
        (_, Version::V09 | Version::V03) => {
            CHILDREN.iter().find(|(parent, _)| *parent == name).map_or("", |(_, children)| children)
        }
    }
}

/// An element with what is in it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn read(xml: &str) -> Self {
        let mut reader = Reader::from_str(xml);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => open.push(Self {
                    name: start.name().as_ref().to_owned(),
                    attributes: start
                        .attributes()
                        .map(|attribute| attribute.unwrap())
                        .map(|attribute| (attribute.key.as_ref().to_owned(), attribute.value.into_owned()))
                        .collect(),
                    ..Self::default()
                }),
                Event::End(_) => {
                    let mut element = open.pop().unwrap();
                    if !element.children.is_empty() {
                        assert_eq!(element.text.trim(), "", "{} has a text between elements", element.name);
                        element.text.clear();
                    }
                    open.last_mut().unwrap().children.push(element);
                }
                Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
                Event::GeneralRef(reference) => {
                    let resolved = quick_xml::escape::resolve_predefined_entity(&reference).unwrap();
                    open.last_mut().unwrap().text.push_str(resolved);
                }
                Event::Eof => return open.pop().unwrap().children.pop().unwrap(),
                Event::Decl(_) => {}
                other => panic!("{other:?} has no place in a bank's file"),
            }
        }
    }

    /// The elements of a name, anywhere in it.
    fn all<'a>(&'a self, name: &str) -> Vec<&'a Self> {
        let own = self.children.iter().filter(|child| child.name == name);
        own.chain(self.children.iter().flat_map(|child| child.all(name))).collect()
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        self.all(name).iter().map(|element| element.text.as_str()).collect()
    }

    /// Checks order, presence, lengths and letters, all the way down.
    fn check(&self, version: Version) {
        let order: Vec<&str> = children(&self.name, version).split_whitespace().collect();
        let mut place = 0;
        for child in &self.children {
            let is_it = |known: &&str| known.trim_end_matches('!') == child.name;
            let found = order.iter().position(is_it);
            let found = found.unwrap_or_else(|| panic!("{} has no place in {}", child.name, self.name));
            assert!(found >= place, "{} comes too late in {}", child.name, self.name);
            // Only transfers are repeated.
            place = if child.name == "CdtTrfTxInf" { found } else { found + 1 };
            child.check(version);
        }
        for known in order.iter().filter_map(|known| known.strip_suffix('!')) {
            assert!(self.children.iter().any(|child| child.name == known), "{} lacks {known}", self.name);
        }
        if self.children.is_empty() {
            let is_taken = |c: char| c.is_ascii_alphanumeric() || " /-?:().,'+".contains(c);
            assert!(!self.text.is_empty() && self.text.chars().all(is_taken), "{}: {:?}", self.name, self.text);
            assert_eq!(self.text.trim(), self.text, "{}", self.name);
        }
        if let Some((_, characters_max)) = CHARACTERS_MAX.iter().find(|(name, _)| *name == self.name) {
            assert!(self.text.chars().count() <= *characters_max, "{}: {}", self.name, self.text);
        }
    }
}

/// The first file's document, checked in both versions; the newer one is handed back.
fn document(payments: &[Payment], payer: &Payer) -> Element {
    let read = |version: Version| {
        let export = export_files(Format::Pain001(version), payments, Some(payer), &heading()).unwrap();
        let document = Element::read(text(&export.files[0]));
        assert_eq!(document.attributes, [("xmlns".to_owned(), version.namespace().to_owned())]);
        document.check(version);
        document
    };
    read(Version::V03);
    read(Version::V09)
}

#[test]
fn a_sepa_transfer_of_the_newer_version() {
    let address = r#""street":"Am Markt","building":"1 a","postcode":"50667","town":"Köln","country":"DE""#;
    let one = payment(17, requisites(&format!(r#"{GERMAN},"bic":"COBADEFF",{address}"#)), "1234.50 EUR");
    let export = export(V09, &[one]);
    assert_eq!(export.files[0].name, "2026-11-pain001-EUR.xml");
    assert_eq!(export.files[0].total.to_string(), "1234.50 EUR");
    assert_eq!(text(&export.files[0]), include_str!("sepa.09.xml"));
}

#[test]
fn an_ordinary_transfer_of_the_older_version() {
    let payer: Payer = serde_json::from_str(r#"{"name":"Shop","iban":"DE75512108001245126199"}"#).unwrap();
    let mut one = payment(17, requisites(r#""method":"bank","iban":"GB29NWBK60161331926819""#), "99.00 GBP");
    one.note = String::new();
    let export = export_files(V03, &[one], Some(&payer), &heading()).unwrap();
    assert_eq!(text(&export.files[0]), include_str!("ordinary.03.xml"));
}

#[test]
fn euros_beyond_sepa_have_a_file_of_their_own() {
    let turkish = r#""method":"bank","iban":"TR330006100519786457841326""#;
    let noumea = r#""method":"bank","iban":"FR1420041010050500013M02606","bic":"BNPANCNX""#;
    let payments = [
        payment(1, requisites(GERMAN), "1.00 EUR"),
        payment(2, requisites(turkish), "2.00 EUR"),
        payment(3, requisites(noumea), "3.00 EUR"),
        payment(4, requisites(GERMAN), "4.00 CHF"),
    ];
    let export = export(V09, &payments);
    let told: Vec<_> = export
        .files
        .iter()
        .map(|file| {
            let document = Element::read(text(file));
            document.check(Version::V09);
            let charge = document.texts("ChrgBr").join(" ");
            let texts = |name| document.texts(name).join(" ");
            format!("{} {} {charge} {} {}", file.name, texts("MsgId"), texts("Cd"), texts("EndToEndId"))
        })
        .collect();
    assert_eq!(
        told,
        [
            "2026-11-pain001-CHF.xml 2026-11-CHF SHAR  PO-4",
            "2026-11-pain001-EUR.xml 2026-11-EUR SLEV SEPA PO-1",
            "2026-11-pain001-EUR-nonsepa.xml 2026-11-EUR-NONSEPA SHAR  PO-2 PO-3",
        ]
    );
}

#[test]
fn the_control_sum_is_exact_in_every_currency() {
    for (amounts, sum) in [
        (["0.10 EUR", "0.20 EUR"], "0.30"),
        (["1500 JPY", "1 JPY"], "1501"),
        (["1.005 KWD", "0.995 KWD"], "2.000"),
        (["90071992547409.90 CHF", "0.01 CHF"], "90071992547409.91"),
    ] {
        let payments: Vec<Payment> =
            (1..).zip(amounts).map(|(id, amount)| payment(id, requisites(GERMAN), amount)).collect();
        let document = document(&payments, &payer());
        assert_eq!(document.texts("CtrlSum"), [sum, sum]);
        assert_eq!(document.texts("NbOfTxs"), ["2", "2"]);
        let written: Vec<String> = document
            .all("InstdAmt")
            .iter()
            .map(|amount| format!("{} {}", amount.text, amount.attributes[0].1))
            .collect();
        assert_eq!(written, amounts);
    }
}

#[test]
fn nasty_names_become_letters_that_banks_take_and_are_cut_after() {
    let long = "Щ".repeat(60);
    let cases = [
        ("Юрий Щербаков", "Yuriy Shcherbakov"),
        ("北京旅行社", "BeiJingLuXingShe"),
        ("<Ann> & \"Sons\"", "(Ann) + 'Sons'"),
        ("]]> <!-- &amp; 😀", "))) (.-- +amp, ."),
        ("Zoë\u{0}\u{1b}\u{202e}Łęcka", "Zoe Lecka"),
    ];
    for (name, latin) in cases {
        let mut one = payment(1, named(name, GERMAN), "1.00 EUR");
        (one.note, one.reference) = (name.to_owned(), format!("//{name}//"));
        let document = document(&[one], &payer());
        assert_eq!(document.all("Cdtr")[0].texts("Nm"), [latin], "{name}");
        assert_eq!(document.texts("Ustrd"), [latin], "{name}");
    }
    let mut one = payment(1, named(&long, GERMAN), "1.00 EUR");
    (one.note, one.reference) = (long.clone(), long);
    let document = document(&[one], &payer());
    assert_eq!(document.all("Cdtr")[0].texts("Nm")[0].len(), 70);
    assert_eq!(document.texts("Ustrd")[0].len(), 140);
    assert_eq!(document.texts("EndToEndId"), ["ShchShchShchShchShchShchShchShchS-1"]);
}

#[test]
fn a_long_address_is_cut_and_an_empty_line_of_it_is_left_out() {
    let town = "L".repeat(70);
    let street = "ß".repeat(70);
    let fields = format!(r#"{GERMAN},"street":"{street}","postcode":"\u200b","town":"{town}","country":"GB""#);
    let document = document(&[payment(1, requisites(&fields), "1.00 EUR")], &payer());
    let address = &document.all("Cdtr")[0].all("PstlAdr")[0].children;
    let told: Vec<String> = address.iter().map(|line| format!("{} {}", line.name, line.text.len())).collect();
    assert_eq!(told, ["StrtNm 70", "TwnNm 35", "Ctry 2"]);
}

#[test]
fn what_does_not_go_is_told_with_its_reason() {
    let payments = [
        payment(1, requisites(CASH), "1.00 EUR"),
        payment(2, requisites(r#""method":"bank","account":"12345678""#), "1.00 EUR"),
        payment(3, requisites(GERMAN), "0.00 EUR"),
        payment(4, requisites(GERMAN), "999999999.99 EUR"),
        payment(5, requisites(GERMAN), "1000000000.00 EUR"),
        payment(6, requisites(GERMAN), "1000000000.00 CHF"),
        payment(7, named("😀", GERMAN), "1.00 EUR"),
    ];
    for format in [V09, V03] {
        let export = export(format, &payments);
        assert_eq!(export.files.iter().map(|file| file.payments).sum::<usize>(), 2);
        assert_eq!(
            reasons(&export),
            [
                (1, "the receiver is paid by cash, these files are for bank".to_owned()),
                (2, "the account has no IBAN".to_owned()),
                (3, "0.00 EUR is not an amount that can be paid".to_owned()),
                (5, "1000000000.00 EUR is more than one SEPA transfer takes".to_owned()),
                (7, "the name has no letters that banks take".to_owned()),
            ]
        );
    }
}

#[test]
fn thousands_of_transfers_are_one_file() {
    let payments: Vec<Payment> = (1..=5_001).map(|id| payment(id, requisites(GERMAN), "0.01 EUR")).collect();
    let document = document(&payments, &payer());
    assert_eq!(document.all("CdtTrfTxInf").len(), 5_001);
    assert_eq!(document.texts("CtrlSum"), ["50.01", "50.01"]);
}
