//! The merchant's mail server, spoken to by SMTP.

use std::error::Error as _;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{Address, Message, SmtpTransport, Transport};
use tributary_shared::host::to_ascii;
use tributary_shared::time::Timestamp;
use url::Url;

use crate::error::Error;
use tributary_shared::hash::hex_hash;

/// How long the server may take for one answer. Where it is not waited for the answer to a whole mail, that mail comes
/// twice: a server that looks for viruses takes its time.
pub(super) const ANSWER_SECONDS: u64 = 60;

/// The longest problem that is kept, in characters: a server may answer with a page.
const PROBLEM_CHARACTERS_MAX: usize = 300;

/// A mail server, and from whom mail goes through it.
pub struct Server {
    transport: SmtpTransport,
    from: Mailbox,
}

/// A mail as it is sent. Its body may carry a link that logs in: it is told to nobody else, in no error either.
pub struct Letter {
    /// What it was written for; one mail for one cause.
    pub cause: String,
    /// The address that it goes to.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// The same as HTML; empty, if it is text alone.
    pub html: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Why the server did not take something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It may work the next time.
    ForNow(String),
    /// It will not work the next time either.
    ForGood(String),
}

impl Server {
    /// A server by its URL, as in `smtps://user:password@host`, and the address that mail is from.
    ///
    /// Without TLS to this machine only, unless the URL says `tls=none`. No error repeats the URL: it has a password.
    pub fn parse(url: &str, from: &str) -> Result<Self, Error> {
        let unable = |problem: String| Error::Unable(format!("--smtp: {problem}"));
        let mut url = Url::parse(url).map_err(|error| unable(error.to_string()))?;
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        match (url.scheme(), tls.as_deref()) {
            ("smtp", Some("none")) => url.set_query(None),
            ("smtp", None) if !is_this_machine(url.host_str().unwrap_or_default()) => {
                return Err(unable(
                    "this would go over the network unencrypted: want smtps://, or smtp:// with ?tls=required; \
                     ?tls=none if it shall"
                        .to_owned(),
                ));
            }
            _ => {}
        }
        let transport = SmtpTransport::from_url(url.as_str())
            .map_err(|error| unable(error.source().map_or_else(|| error.to_string(), ToString::to_string)))?
            .timeout(Some(Duration::from_secs(ANSWER_SECONDS)))
            .pool_config(PoolConfig::new().max_size(1))
            .build();
        let from: Mailbox = from.parse().map_err(|error| Error::Unable(format!("--from: {error}")))?;
        if !AsRef::<str>::as_ref(&from.email).is_ascii() {
            return Err(Error::Unable("--from: want an address of ASCII letters, the domain as in xn--…".to_owned()));
        }
        Ok(Self { transport, from })
    }

    /// Makes sure of a connection on which the server takes mail from us. What it refuses here is not the mail.
    pub fn greet(&self) -> Result<(), Refusal> {
        self.transport.test_connection().map(|_| ()).map_err(|error| refusal(&error))
    }

    /// Sends a letter. Once the server has accepted it, it is the server's.
    pub fn deliver(&self, letter: &Letter) -> Result<(), Refusal> {
        let message = self.message(letter).map_err(Refusal::ForGood)?;
        self.transport.send(&message).map(|_| ()).map_err(|error| refusal(&error))
    }

    /// The same letter is the same message, whenever it is sent: whoever gets it twice can tell.
    fn message(&self, letter: &Letter) -> Result<Message, String> {
        let recipient: Address =
            ascii_domain(&letter.recipient).parse().map_err(|error| format!("no address to send to: {error}"))?;
        let written_at = Duration::from_secs(u64::try_from(letter.created_at.unix_seconds()).unwrap_or_default());
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", hex_hash(&letter.cause), self.from.email.domain())))
            .date(SystemTime::UNIX_EPOCH + written_at)
            .from(self.from.clone())
            .to(Mailbox::new(None, recipient))
            .subject(letter.subject.as_str());
        let message = if letter.html.is_empty() {
            message.header(ContentType::TEXT_PLAIN).body(letter.body.clone())
        } else {
            // The text first: of two that say the same, programs show the last that they can (RFC 2046, 5.1.4).
            let parts = MultiPart::alternative()
                .boundary(format!("={}", hex_hash(&letter.cause)))
                .singlepart(SinglePart::plain(letter.body.clone()))
                .singlepart(SinglePart::html(letter.html.clone()));
            message.multipart(parts)
        };
        message.map_err(|error| format!("no mail can be made of it: {error}"))
    }
}

/// `url` takes hosts for IP addresses in URLs of the web only.
/// An address with the name of its host as mail servers know it.
fn ascii_domain(address: &str) -> String {
    match address.rsplit_once('@').and_then(|(name, host)| Some((name, to_ascii(host)?))) {
        Some((name, host)) => format!("{name}@{host}"),
        None => address.to_owned(),
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// What a server's answer means (RFC 5321, 4.2.1); without one, and with half of one, the next may be better.
fn refusal(error: &SmtpError) -> Refusal {
    let words = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let problem = match error.status() {
        Some(code) => format!("{code} {words}"),
        None => words,
    };
    let problem: String = problem
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(PROBLEM_CHARACTERS_MAX)
        .collect();
    // Of the client are what the server does not offer: TLS, a way to log in, addresses beyond ASCII.
    if error.is_permanent() || error.is_client() { Refusal::ForGood(problem) } else { Refusal::ForNow(problem) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "Amalfi Tours <partners@merchant.example>";

    fn letter() -> Letter {
        Letter {
            cause: "login_link/abc".to_owned(),
            recipient: "ann@example.test".to_owned(),
            subject: "Welcome".to_owned(),
            body: "Hello Ann,\nlog in: https://go.merchant.example/login/secret\n".to_owned(),
            html: String::new(),
            created_at: Timestamp::from_unix_seconds(1_772_000_000),
        }
    }

    fn formatted(letter: &Letter) -> Result<String, String> {
        let message = Server::parse("smtp://127.0.0.1:25", FROM).unwrap().message(letter)?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn a_letter_is_the_same_message_whenever_it_is_sent() {
        let hash = hex_hash("login_link/abc");
        let expected = format!(
            "Message-ID: <{hash}@merchant.example>\r\n\
             Date: Wed, 25 Feb 2026 06:13:20 +0000\r\n\
             From: \"Amalfi Tours\" <partners@merchant.example>\r\n\
             To: ann@example.test\r\n\
             Subject: Welcome\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 7bit\r\n\
             \r\n\
             Hello Ann,\r\nlog in: https://go.merchant.example/login/secret\r\n"
        );
        assert_eq!(formatted(&letter()), Ok(expected));
    }

    #[test]
    fn a_letter_of_both_kinds_is_the_same_message_whenever_it_is_sent() {
        let letter = Letter { html: "<p>Hello Ann</p>\n".to_owned(), ..letter() };
        let message = formatted(&letter).unwrap();
        assert_eq!(formatted(&letter), Ok(message.clone()));
        let boundary = format!("={}", hex_hash("login_link/abc"));
        let (head, body) = message.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Content-Type: multipart/alternative;") && head.contains(&boundary), "{head}");
        let parts: Vec<&str> = body.split(&format!("--{boundary}")).collect();
        assert_eq!((parts.len(), parts[3]), (4, "--\r\n"), "{body}");
        assert!(parts[1].contains("text/plain; charset=utf-8") && parts[1].contains("Hello Ann,\r\n"), "{body}");
        assert!(parts[2].contains("text/html; charset=utf-8") && parts[2].contains("<p>Hello Ann</p>"), "{body}");
    }

    #[test]
    fn line_breaks_in_a_subject_make_no_header() {
        for breaks in ["\r\n", "\n", "\r", "\r\n\r\n", "\u{2028}", "\u{85}"] {
            let subject = format!("Hello{breaks}Bcc: eve@example.test");
            let message = formatted(&Letter { subject, ..letter() }).unwrap();
            let (head, _) = message.split_once("\r\n\r\n").unwrap();
            let names: Vec<&str> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split_once(':').unwrap().0)
                .collect();
            let seven = ["Message-ID", "Date", "From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding"];
            assert_eq!(names, seven, "{breaks:?}");
            assert!(!head.replace("\r\n", "").contains(['\r', '\n']), "{breaks:?}: {head}");
        }
    }

    #[test]
    fn what_is_no_address_is_not_sent_to() {
        for recipient in [
            "",
            "ann",
            "ann@example.test\r\nBcc: eve@example.test",
            "ann@example.test\nBcc: eve@example.test",
            "ann@example.test>\r\nRCPT TO:<eve@example.test",
            "\"ann\r\nBcc: eve\"@example.test",
            "\"ann\\\r\\\nBcc: eve\"@example.test",
            "ann@example.test, eve@example.test",
            "Ann <ann@example.test>",
            "ann@example.test ",
        ] {
            let problem = formatted(&Letter { recipient: recipient.to_owned(), ..letter() }).unwrap_err();
            assert!(problem.starts_with("no address to send to: "), "{recipient:?}: {problem}");
        }
    }

    #[test]
    fn mail_leaves_this_machine_unencrypted_only_where_the_url_says_so() {
        let parsed = |url: &str| Server::parse(url, FROM).map(|_| ()).map_err(|error| error.to_string());
        for good in [
            "smtps://ann:pass%40word@mail.example",
            "smtp://ann:password@mail.example:587?tls=required",
            "smtp://mail.example?tls=opportunistic",
            "smtp://mail.example?tls=none",
            "smtp://127.0.0.1:2525",
            "smtp://127.3.2.1",
            "smtp://localhost",
            "smtp://[::1]",
        ] {
            assert_eq!(parsed(good), Ok(()), "{good}");
        }
        for bad in [
            "smtp://ann:password@mail.example",
            "smtp://ann:password@10.0.0.1:25",
            "smtp://ann:password@localhost.mail.example",
            "smtp://ann:password@mail.example?tls=maybe",
            "https://ann:password@mail.example",
            "ann:password@mail.example",
            "smtps://ann:password@",
            "",
        ] {
            let problem = parsed(bad).unwrap_err();
            assert!(problem.starts_with("--smtp: "), "{bad}: {problem}");
            assert!(!problem.contains("password"), "{bad}: {problem}");
        }
        for from in ["", "partners", "Партнёры <мы@merchant.example>", "a@merchant.example\r\nBcc: b@c.example"]
        {
            let problem = Server::parse("smtp://localhost", from).map(|_| ()).unwrap_err().to_string();
            assert!(problem.starts_with("--from: "), "{from}: {problem}");
        }
    }
}
