use proptest::prelude::*;

use super::*;

fn read(rest: &str) -> Result<Requisites, String> {
    let json = format!(r#"{{"holder":"person","name":"Berta Müller",{rest}}}"#);
    let request: RequisitesRequest = serde_json::from_str(&json).map_err(|error| error.to_string())?;
    request.check().map_err(|error| error.to_string())
}

const BANK: &str = r#""method":"bank","iban":"DE89370400440532013000""#;

#[test]
fn what_is_written_is_flat_plain_and_reads_as_the_same() {
    let cases = [
        (
            r#""method":"bank","iban":"de89 3704 0044 0532 0130 00","bic":"cobadeff","street":"Am Markt","building":"1 a","postcode":"50667","town":"Köln","country":"de""#,
            r#"{"method":"bank","holder":"person","name":"Berta Müller","iban":"DE89370400440532013000","bic":"COBADEFF","street":"Am Markt","building":"1 a","postcode":"50667","town":"Köln","country":"DE"}"#,
        ),
        (
            r#""method":"bank","account":" 021000021 /\n 12345678 ","bic":"CHASUS33""#,
            r#"{"method":"bank","holder":"person","name":"Berta Müller","bic":"CHASUS33","account":"021000021 / 12345678"}"#,
        ),
        (
            r#""method":"paypal","email":" Berta@Example.TEST""#,
            r#"{"method":"paypal","holder":"person","name":"Berta Müller","email":"berta@example.test"}"#,
        ),
        (
            r#""method":"wise","recipient_id":" 123456789 ""#,
            r#"{"method":"wise","holder":"person","name":"Berta Müller","recipient_id":"123456789"}"#,
        ),
        (
            r#""method":"wise","recipient_id":"@berta""#,
            r#"{"method":"wise","holder":"person","name":"Berta Müller","recipient_id":"@berta"}"#,
        ),
        (
            r#""method":"emoney","channel":"M-Pesa","account":"+254700123456""#,
            r#"{"method":"emoney","holder":"person","name":"Berta Müller","account":"+254700123456","channel":"M-Pesa"}"#,
        ),
        (
            r#""method":"cash","note":"at the\r\nreception""#,
            r#"{"method":"cash","holder":"person","name":"Berta Müller","note":"at the reception"}"#,
        ),
    ];
    for (rest, written) in cases {
        let requisites = read(rest).unwrap();
        assert_eq!(serde_json::to_string(&requisites).unwrap(), written);
        assert_eq!(serde_json::from_str::<Requisites>(written).unwrap(), requisites);
    }
}

#[test]
fn what_is_wrong_is_named_with_its_field() {
    let long = "x".repeat(141);
    let cases = [
        (r#""method":"gold""#, "method: want bank, paypal, wise, emoney or cash"),
        (r#""method":"bank""#, "iban: is missing"),
        (
            r#""method":"bank","iban":"DE""#,
            "iban: is not an IBAN: want two letters, two digits and the account, as in DE89 3704 0044 0532 0130 00",
        ),
        (
            r#""method":"bank","iban":"DE88370400440532013000""#,
            "iban: the check digits of the IBAN do not fit: a character is missing or mistyped",
        ),
        (
            &format!(r#"{BANK},"bic":"COBA""#),
            "bic: `COBA` is not a BIC: want 8 or 11 characters, as in COBADEFF or COBADEFFXXX",
        ),
        (&format!(r#"{BANK},"bic":"BNPAFRPP""#), "bic: the bank is in FR, the account in DE"),
        (&format!(r#"{BANK},"account":"1""#), "account: give an IBAN or another account, not both"),
        (&format!(r#"{BANK},"street":"Am Markt""#), "town: an address needs a town"),
        (&format!(r#"{BANK},"town":"Köln""#), "country: an address needs a country"),
        (
            &format!(r#"{BANK},"town":"Köln","country":"Germany""#),
            "country: `Germany` is not a country: want two letters of ISO 3166, as in DE",
        ),
        (
            &format!(r#"{BANK},"town":"Köln","country":"DE","postcode":"12345678901234567""#),
            "postcode: is longer than 16 characters",
        ),
        (&format!(r#"{BANK},"email":"a@b""#), "email: is not used by bank; leave it empty"),
        (r#""method":"paypal","email":"a@b","iban":"x""#, "iban: is not used by paypal; leave it empty"),
        (r#""method":"paypal""#, "email: is missing"),
        (r#""method":"paypal","email":"nobody""#, "email: `nobody` is not an e-mail address"),
        (
            r#""method":"paypal","email":"=1+1@example.test""#,
            "email: begins with a sign that spreadsheets take for a formula",
        ),
        (&format!(r#""method":"paypal","email":"{long}@b""#), "email: is longer than 127 characters"),
        (r#""method":"wise""#, "email: give an e-mail address or a recipient id"),
        (
            r#""method":"wise","email":"a@b","recipient_id":"1""#,
            "recipient_id: give an e-mail address or a recipient id, not both",
        ),
        (r#""method":"wise","recipient_id":"=1+1""#, "recipient_id: want a number, a UUID or a Wisetag such as @ann"),
        (r#""method":"wise","recipient_id":"-1""#, "recipient_id: want a number, a UUID or a Wisetag such as @ann"),
        (r#""method":"emoney","account":"1""#, "channel: is missing"),
        (r#""method":"emoney","channel":"M-Pesa","account":" \t ""#, "account: is missing"),
        (r#""method":"cash""#, "note: is missing"),
        (r#""method":"cash","note":"x","town":"Köln""#, "town: is not used by cash; leave it empty"),
    ];
    for (rest, problem) in cases {
        assert_eq!(read(rest).unwrap_err(), problem, "{rest}");
    }
    let without = |holder: &str, name: &str| {
        let request = RequisitesRequest {
            method: "cash".to_owned(),
            holder: holder.to_owned(),
            name: name.to_owned(),
            note: "x".to_owned(),
            ..RequisitesRequest::default()
        };
        request.check().map_err(|error| error.to_string())
    };
    assert_eq!(without("family", "Ann").unwrap_err(), "holder: want person or company");
    assert_eq!(without("company", "\u{7}").unwrap_err(), "name: is missing");
    assert_eq!(without("company", &long).unwrap_err(), "name: is longer than 140 characters");
}

#[test]
fn a_misspelt_field_or_a_number_is_refused() {
    assert!(read(r#""method":"bank","ibn":"x""#).unwrap_err().contains("unknown field `ibn`"));
    assert!(read(r#""method":"bank","account":12345678"#).unwrap_err().contains("expected a string"));
}

#[test]
fn a_payer_has_an_iban_and_reads_as_it_was_written() {
    let written =
        r#"{"name":"Shop GmbH","iban":"DE89370400440532013000","bic":"COBADEFF","town":"Köln","country":"DE"}"#;
    let payer: Payer = serde_json::from_str(written).unwrap();
    assert_eq!(payer.name(), "Shop GmbH");
    assert_eq!(payer.address().unwrap().town(), "Köln");
    assert_eq!(serde_json::to_string(&payer).unwrap(), written);
    for (json, problem) in [
        (r#"{"name":"Shop"}"#, "iban: is missing"),
        (r#"{"iban":"DE89370400440532013000"}"#, "name: is missing"),
        (
            r#"{"name":"Shop","iban":"DE89370400440532013000","bic":"CHASUS33"}"#,
            "bic: the bank is in US, the account in DE",
        ),
        (r#"{"name":"Shop","iban":"DE89370400440532013000","country":"DE"}"#, "town: an address needs a town"),
        (r#"{"name":"Shop","account":"1"}"#, "unknown field `account`"),
    ] {
        assert!(serde_json::from_str::<Payer>(json).unwrap_err().to_string().contains(problem), "{json}");
    }
}

proptest! {
    #[test]
    fn what_is_taken_is_taken_again(
        method in prop::sample::select(&Method::ALL[..]), name in "\\PC{0,20}", text in "\\PC{0,20}", other in "\\PC{0,20}",
    ) {
        let mut request = RequisitesRequest {
            method: method.as_str().to_owned(), holder: "company".to_owned(), name, ..RequisitesRequest::default()
        };
        match method {
            Method::Bank => (request.account, request.bic) = (text, other),
            Method::Paypal => request.email = text,
            Method::Wise => (request.email, request.recipient_id) = (text, other),
            Method::Emoney => (request.channel, request.account) = (text, other),
            Method::Cash => request.note = text,
        }
        if let Ok(requisites) = request.check() {
            let written = RequisitesRequest::from(requisites.clone());
            prop_assert_eq!(written.check(), Ok(requisites));
        }
    }
}
