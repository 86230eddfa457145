//! The outbox over a bad connection to D1: each mail goes out once, whatever gets lost on the way to the database.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use tributary_batch::mail::{self, Server};
use tributary_batch::store::sqlite::Sqlite;
use tributary_shared::time::Timestamp;

use super::common::{Desk, database, look, time};
use super::{Fault, Luck, Stub};

const MAILS: usize = 2;

/// For how long a mail is one sender's.
const LEASE_SECONDS: i64 = 20 * 60;

/// A server that takes every mail: its URL, and to whom mails have come. What a real one does is tested in `tests/mail`.
fn post_office() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let accepted = Arc::new(Mutex::new(Vec::new()));
    let taken = accepted.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that goes away is its own affair.
            let _ = take(&stream.unwrap(), &taken);
        }
    });
    (url, accepted)
}

fn take(mut stream: &TcpStream, accepted: &Mutex<Vec<String>>) -> std::io::Result<()> {
    stream.write_all(b"220 here\r\n")?;
    let mut recipient = String::new();
    let mut is_text = false;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        let answer: &[u8] = match line.as_str() {
            "." if is_text => {
                is_text = false;
                accepted.lock().unwrap().push(recipient.clone());
                b"250 taken\r\n"
            }
            _ if is_text => continue,
            "DATA" => {
                is_text = true;
                b"354 go on\r\n"
            }
            other => {
                if let Some(to) = other.strip_prefix("RCPT TO:") {
                    to.clone_into(&mut recipient);
                }
                b"250 fine\r\n"
            }
        };
        stream.write_all(answer)?;
    }
    Ok(())
}

/// A database with mail that waits.
fn outbox(now: Timestamp) -> Desk {
    let desk = Desk::with_database(&database(|_| ()));
    let connection = look(&desk.database());
    for number in 0..MAILS {
        let values = (format!("login_link/{number}"), format!("a{number}@example.test"), now.unix_seconds());
        let sql = "INSERT INTO mail (cause, recipient, subject, body, created_at, due_at) VALUES (?1, ?2, 'Hi', 'Hi', ?3, ?3)";
        connection.execute(sql, values).unwrap();
    }
    desk
}

/// Empties an outbox over a connection of some luck, and, after the lease, on the file. To whom mails came, and how many
/// calls that took.
fn emptied(luck: Luck) -> (Vec<String>, u64) {
    let now = time("2026-03-01T10:00:00Z");
    let desk = outbox(now);
    let (url, accepted) = post_office();
    let server = Server::parse(&url, "partners@merchant.example").unwrap();
    let stub = Stub::serve(&desk.database(), luck);
    mail::send(&mut stub.d1(), &server, &|| now).unwrap();
    let calls = stub.calls();
    stub.end();
    mail::send(&mut Sqlite::open(&desk.database()).unwrap(), &server, &|| now.plus_seconds(LEASE_SECONDS)).unwrap();
    let open: i64 = look(&desk.database())
        .query_row("SELECT count(*) FROM mail WHERE sent_at IS NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(open, 0);
    let mut accepted = accepted.lock().unwrap().clone();
    accepted.sort();
    (accepted, calls)
}

#[test]
fn each_mail_goes_out_once_whichever_call_has_a_fault() {
    let wanted: Vec<String> = (0..MAILS).map(|number| format!("<a{number}@example.test>")).collect();
    let (accepted, calls) = emptied(Luck::Good);
    // A look, two for each mail, and one that finds no more.
    assert_eq!((accepted, calls), (wanted.clone(), 2 + 2 * MAILS as u64));
    for call in 1..=calls {
        for fault in [Fault::AnswerLost, Fault::CutJson, Fault::Duplicate, Fault::Reset, Fault::StaleRead] {
            assert_eq!(emptied(Luck::Once(call, fault)).0, wanted, "{fault:?} at call {call}");
        }
    }
}
