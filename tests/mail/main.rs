//! `tributary mail` and a real mail server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod outbox;
mod server;

use std::collections::BTreeSet;

use outbox::{FROM, Outbox};
use serde_json::{Value, json};
use server::{Got, MailServer};
use tributary_shared::mail::{Kind, LANGUAGES, Text, render};

/// For how long a mail is one sender's.
const LEASE_SECONDS: i64 = 20 * 60;

const LINK: &str = "https://go.merchant.example/login/geheim-0123456789";

fn ids(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|unsent| unsent["id"].as_i64().unwrap()).collect()
}

/// Asserts about what `mail send` reported: how many were sent, which come later, which failed.
#[track_caller]
fn assert_sent(report: &Value, sent: u64, later: &[i64], failed: &[i64]) {
    let found = (report["sent"].as_u64().unwrap(), ids(&report["later"]), ids(&report["failed"]));
    assert_eq!(found, (sent, later.to_vec(), failed.to_vec()), "{report}");
}

fn message_ids(mails: &[Got]) -> BTreeSet<String> {
    mails.iter().map(|mail| mail.header("Message-ID")).collect()
}

#[test]
fn what_waits_is_sent_once_with_what_it_was_written_with() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let body = format!("Hello Ann,\n\n.\n.. log in:\n{LINK}\n");
    let id = outbox.write("login_link/1", "ann@example.test", "Welcome", &body);
    let (said, report) = outbox.send(&server.url());
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(report, json!({ "sent": 1, "later": [], "failed": [], "unreachable": null, "refused": null }));
    let mail = server.next();
    assert_eq!(
        (mail.from.as_str(), mail.to.clone()),
        ("partners@merchant.example", vec!["ann@example.test".to_owned()])
    );
    assert_eq!((mail.subject().as_str(), mail.text().trim_end()), ("Welcome", body.trim_end()));
    assert_eq!(mail.header("From"), FROM.replace("Amalfi Tours", "\"Amalfi Tours\""));
    assert_eq!(mail.header("To"), "ann@example.test");
    assert_eq!(mail.header("Date"), "Wed, 25 Feb 2026 06:13:20 +0000");
    assert!(mail.header("Message-ID").ends_with("@merchant.example>"), "{mail:?}");
    assert_sent(&outbox.send(&server.url()).1, 0, &[], &[]);
    assert!(outbox.row(id).is_sent);
    assert_eq!(server.end(), []);
}

#[test]
fn an_empty_outbox_asks_no_server() {
    let (said, report) = Outbox::new().send("smtps://nowhere.invalid");
    assert_eq!((said.code, &report["unreachable"]), (0, &Value::Null));
}

#[test]
fn russian_arrives_as_it_was_written() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let subject = "Добро пожаловать, Екатерина Великая: ссылка для входа в кабинет партнёра";
    let body = format!("Здравствуйте, Екатерина!\n\nВойти: {LINK}\n\n— Амальфи Турс, «лучшие» туры\n");
    outbox.write("login_link/1", "ann@example.test", subject, &body);
    let plain = format!("Hello from the sea, the mountains and everything in between: {LINK} ");
    outbox.write("login_link/2", "bert@example.test", "Hello, Ёжик", &format!("{plain}— Ёж\n"));
    assert_sent(&outbox.send(&server.url()).1, 2, &[], &[]);
    for (subject, body) in [(subject, body), ("Hello, Ёжик", format!("{plain}— Ёж\n"))] {
        let mail = server.next();
        assert_eq!((mail.subject().as_str(), mail.text().trim_end()), (subject, body.trim_end()));
        assert_eq!(mail.header("Content-Type"), "text/plain; charset=utf-8");
        assert!(mail.raw.is_ascii(), "no server on the way needs to know more than ASCII");
    }
}

#[test]
fn a_letter_arrives_as_text_and_as_html_that_say_the_same() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    for (number, language) in (1..).zip(LANGUAGES) {
        let fields =
            [("name", "Ёж & <b>Bcc</b>\r\nBcc: eve@example.test"), ("link", LINK), ("login", "ann@example.test")];
        let letter = render(&Text::ours(Kind::Registered, language), language, &fields);
        let cause = format!("login_link/{number}");
        outbox.write_both(&cause, "ann@example.test", &letter.subject, (&letter.text, &letter.html));
        assert_sent(&outbox.send(&server.url()).1, 1, &[], &[]);
        let mail = server.next();
        assert_eq!((mail.subject(), mail.to.as_slice()), (letter.subject, &["ann@example.test".to_owned()][..]));
        let kind = mail.header("Content-Type");
        assert!(kind.starts_with("multipart/alternative;"), "{kind}");
        let parts = mail.parts();
        let parts: Vec<(&str, String)> =
            parts.iter().map(|(kind, text)| (kind.as_str(), text.replace("\r\n", "\n"))).collect();
        assert_eq!(
            parts,
            [("text/plain; charset=utf-8", letter.text), ("text/html; charset=utf-8", letter.html)],
            "{language}"
        );
        assert!(parts.iter().all(|(_, text)| text.contains(LINK)), "{parts:?}");
        assert!(mail.raw.is_ascii(), "no server on the way needs to know more than ASCII");
        let names: Vec<String> = mail.headers().into_iter().map(|(name, _)| name).collect();
        assert!(!names.iter().any(|name| name.eq_ignore_ascii_case("bcc")), "{names:?}");
    }
    assert_eq!(server.end(), []);
}

#[test]
fn a_letter_of_both_kinds_comes_again_with_every_byte_and_its_message_id() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let both = ("Hello", "<p>Hello</p>");
    let id = outbox.write_both("accruals/2/1", "ann@example.test", "10.00 EUR", both);
    server.tell("drop");
    assert_sent(&outbox.send(&server.url()).1, 0, &[id], &[]);
    let first = server.next();
    server.tell("accept");
    outbox.pass(60);
    assert_sent(&outbox.send(&server.url()).1, 1, &[], &[]);
    assert_eq!(server.next(), first);
}

#[test]
fn line_breaks_add_no_header_and_no_recipient() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let subject = "Hello\r\nBcc: eve@example.test\r\n\r\nDear Eve";
    outbox.write("login_link/1", "ann@example.test", subject, "Hello.\r\n.\r\nRCPT TO:<eve@example.test>\r\n");
    let to = "bert@example.test>\r\nRCPT TO:<eve@example.test";
    let bad = [to, "bert@example.test\nBcc: eve@example.test", "\"b\r\nBcc: eve\"@example.test"];
    let bad: Vec<i64> =
        (2..).zip(bad).map(|(n, to)| outbox.write(&format!("login_link/{n}"), to, "Hi", "Hi")).collect();
    let (said, report) = outbox.send(&server.url());
    assert_eq!(said.code, 1, "{said:?}");
    assert_sent(&report, 1, &[], &bad);
    let mail = server.next();
    assert_eq!(mail.to, ["ann@example.test"]);
    let headers = mail.headers();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let seven = ["Message-ID", "Date", "From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding"];
    assert_eq!(names, seven, "{mail:?}");
    assert!(mail.text().trim_end().ends_with("RCPT TO:<eve@example.test>"), "{mail:?}");
    assert_eq!(server.end(), []);
    for id in bad {
        assert!(outbox.row(id).problem.starts_with("no address to send to: "));
    }
    // Nor a line in a table.
    let listed = outbox.tributary().ok(&["mail", "list"]).unwrap();
    assert_eq!(listed.lines().count(), 1 + 4, "{listed}");
}

#[test]
fn what_is_refused_for_now_comes_later_and_later_and_then_has_failed() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    server.tell("451");
    let id = outbox.write("login_link/1", "ann@example.test", "Welcome", LINK);
    for (tries, pause) in (1..).zip([60, 300, 1_800, 7_200, 21_600, 86_400]) {
        let (said, report) = outbox.send(&server.url());
        assert_eq!(said.code, 0, "{said:?}");
        assert_sent(&report, 0, &[id], &[]);
        assert_eq!(report["later"][0]["to"], "a…@example.test");
        assert!(report["later"][0]["due_at"].as_str().unwrap().starts_with("20"), "{report}");
        let row = outbox.row(id);
        assert_eq!((row.tries, row.is_failed, row.problem.as_str()), (tries, false, "451 try again, please"));
        assert!((pause - 30..=pause).contains(&row.due_seconds), "try {tries}: {row:?}");
        // A minute before its time it is left alone.
        outbox.pass(pause - 60);
        assert_sent(&outbox.send(&server.url()).1, 0, &[], &[]);
        outbox.pass(60);
    }
    let (said, report) = outbox.send(&server.url());
    assert_eq!(said.code, 1, "{said:?}");
    assert_sent(&report, 0, &[], &[id]);
    server.tell("accept");
    assert_sent(&outbox.send(&server.url()).1, 0, &[], &[]);
    assert!(outbox.row(id).is_failed);
    assert_eq!(server.end(), []);
}

#[test]
fn what_was_refused_for_now_is_sent_when_the_server_takes_it() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let id = outbox.write("login_link/1", "ann@example.test", "Welcome", LINK);
    server.tell("451");
    assert_sent(&outbox.send(&server.url()).1, 0, &[id], &[]);
    server.tell("accept");
    outbox.pass(60);
    assert_sent(&outbox.send(&server.url()).1, 1, &[], &[]);
    let row = outbox.row(id);
    assert_eq!((row.tries, row.is_sent, row.problem.as_str()), (2, true, ""));
    assert_eq!(server.next().text().trim_end(), LINK);
}

#[test]
fn what_is_refused_for_good_has_failed_and_is_listed_and_can_be_tried_again() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let ann = outbox.write("login_link/1", "ann@example.test", "Welcome", LINK);
    let bert = outbox.write("login_link/2", "bert@example.test", "Welcome", LINK);
    server.tell("550");
    let (said, report) = outbox.send(&server.url());
    assert_eq!(said.code, 1, "{said:?}");
    assert_sent(&report, 0, &[], &[ann, bert]);
    assert_eq!(report["failed"][0]["problem"], "550 nobody here is ann@example.test");
    server.tell("accept");
    assert_sent(&outbox.send(&server.url()).1, 0, &[], &[]);

    let listed = outbox.tributary().json(&["mail", "list", "--failed"]).unwrap();
    assert_eq!(ids(&listed), [bert, ann]);
    let mut failed = listed[1].clone();
    assert!(failed["at"].take().as_str().unwrap().starts_with("20"), "{listed}");
    let expected = json!({
        "id": ann,
        "created_at": "2026-02-25T06:13:20Z",
        "to": "ann@example.test",
        "subject": "Welcome",
        "state": "failed",
        "at": null,
        "tries": 1,
        "problem": "550 nobody here is ann@example.test",
    });
    assert_eq!(failed, expected);

    let retried = |arguments: &[&str]| outbox.tributary().run(&[&["mail", "retry"], arguments].concat()).unwrap();
    let one = retried(&[&ann.to_string(), "--json"]);
    assert_eq!((one.code, one.out.as_str()), (0, "{\"retried\":1}\n"));
    let same = retried(&[&ann.to_string()]);
    assert_eq!((same.code, same.out.as_str()), (1, "0 due again\n"), "it has not failed any more");
    assert_sent(&outbox.send(&server.url()).1, 1, &[], &[]);
    let rest = retried(&["--failed"]);
    assert_eq!((rest.code, rest.out.as_str()), (0, "1 due again\n"));
    assert_sent(&outbox.send(&server.url()).1, 1, &[], &[]);
    assert_eq!(outbox.tributary().json(&["mail", "list", "--failed"]).unwrap(), json!([]));
    assert_eq!([server.next().to, server.next().to], [["ann@example.test"], ["bert@example.test"]]);
    assert_eq!(server.end(), []);
}

#[test]
fn a_sender_that_is_killed_loses_nothing_and_the_second_mail_is_the_first() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let id = outbox.write("login_link/1", "ann@example.test", "Welcome", LINK);
    server.tell("silent");
    let mut sender = outbox.start_sending(&server.url());
    // The server has all of it, and the sender waits for its answer.
    let first = server.next();
    sender.kill().unwrap();
    sender.wait().unwrap();
    let row = outbox.row(id);
    assert_eq!((row.tries, row.is_sent, row.is_failed), (1, false, false));

    server.tell("accept");
    assert_sent(&outbox.send(&server.url()).1, 0, &[], &[]);
    outbox.pass(LEASE_SECONDS);
    assert_sent(&outbox.send(&server.url()).1, 1, &[], &[]);
    assert_eq!(server.next(), first, "every byte, and so its Message-ID");
    assert_eq!(server.end(), []);
}

#[test]
fn an_acceptance_that_is_lost_on_the_way_is_made_up_for_with_the_same_mail() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let id = outbox.write("login_link/1", "ann@example.test", "Welcome", LINK);
    server.tell("drop");
    assert_sent(&outbox.send(&server.url()).1, 0, &[id], &[]);
    let first = server.next();
    server.tell("accept");
    outbox.pass(60);
    assert_sent(&outbox.send(&server.url()).1, 1, &[], &[]);
    assert_eq!(server.next(), first);
}

#[test]
fn two_senders_at_once_send_each_mail_once() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let wanted: BTreeSet<String> = (0..20).map(|number| format!("partner{number}@example.test")).collect();
    for to in &wanted {
        outbox.write(&format!("login_link/{to}"), to, "Welcome", LINK);
    }
    // A mail is answered when the other sender is at one, too: neither can do it all before the other has begun.
    server.tell("pairs");
    let senders = [outbox.start_sending(&server.url()), outbox.start_sending(&server.url())];
    let sent = senders.map(|sender| {
        let output = sender.wait_with_output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((output.status.code(), ids(&report["later"])), (Some(0), vec![]), "{report}");
        report["sent"].as_u64().unwrap()
    });
    assert_eq!(sent, [10, 10]);
    let mails = server.end();
    let recipients: Vec<String> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    assert_eq!((recipients.len(), recipients.into_iter().collect()), (20, wanted));
    assert_eq!(message_ids(&mails).len(), 20);
}

#[test]
fn without_a_server_one_mail_is_tried_and_the_others_wait() {
    let (outbox, server) = (Outbox::new(), MailServer::start());
    let url = server.url();
    assert_eq!(server.end(), []);
    let tried = outbox.write("login_link/1", "ann@example.test", "Welcome", LINK);
    let other = outbox.write("login_link/2", "bert@example.test", "Welcome", LINK);
    let (said, report) = outbox.send(&url);
    assert_eq!(said.code, 0, "{said:?}");
    assert_sent(&report, 0, &[tried], &[]);
    assert!(report["unreachable"].as_str().unwrap().contains("refused"), "{report}");
    assert_eq!(outbox.row(tried).tries, 1);
    assert_eq!(outbox.row(other).tries, 0);
}

#[test]
fn a_server_that_refuses_the_log_in_is_no_mails_fault() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let id = outbox.write("login_link/1", "ann@example.test", "Welcome", LINK);
    let url = format!("smtp://partners:pass%40word@127.0.0.1:{}", server.port);
    server.tell("535");
    let (said, report) = outbox.send(&url);
    assert_eq!((said.code, &report["refused"]), (1, &json!("535 who are you?")));
    assert_sent(&report, 0, &[], &[]);
    assert!(!format!("{said:?}").contains("word"), "{said:?}");
    let row = outbox.row(id);
    assert_eq!((row.tries, row.is_failed, row.problem.as_str()), (0, false, ""));
    server.tell("accept");
    assert_sent(&outbox.send(&url).1, 1, &[], &[]);
    assert_eq!(server.next().to, ["ann@example.test"]);
}

#[test]
fn a_server_with_a_certificate_that_nobody_vouches_for_gets_nothing() {
    let (outbox, server) = (Outbox::new(), MailServer::start());
    let id = outbox.write("login_link/1", "ann@example.test", "Welcome", LINK);
    let (said, report) = outbox.send(&format!("smtp://localhost:{}?tls=required", server.port));
    assert_eq!(said.code, 0, "{said:?}");
    assert!(report["unreachable"].as_str().unwrap().contains("certificate"), "{report}");
    assert_sent(&report, 0, &[id], &[]);
    assert_eq!(server.end(), []);
}

#[test]
fn links_that_log_in_and_passwords_are_never_told() {
    let (outbox, mut server) = (Outbox::new(), MailServer::start());
    let url = server.url().replace("//", "//partners:pass%40word@");
    for (number, mode) in (1..).zip(["accept", "451", "550", "drop", "535"]) {
        outbox.write(&format!("login_link/{number}"), "ann@example.test", "Welcome", LINK);
        server.tell(mode);
        let tributary = outbox.tributary().with("SMTP_URL", &url).with("MAIL_FROM", FROM);
        for arguments in [
            &["mail", "send"][..],
            &["mail", "send", "--json"],
            &["mail", "list"],
            &["mail", "list", "--json"],
            &["mail", "list", "--failed"],
            &["mail", "send", "--help"],
        ] {
            let said = tributary.run(arguments).unwrap();
            assert!(!format!("{said:?}").contains("geheim"), "{mode}: {said:?}");
            assert!(!format!("{said:?}").contains("word@"), "{mode}: {said:?}");
        }
        if matches!(mode, "accept" | "drop") {
            server.next();
        }
    }
    let bad = outbox.tributary().with("SMTP_URL", "smtp://partners:password@mail.example").with("MAIL_FROM", FROM);
    let said = bad.run(&["mail", "send"]).unwrap();
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("unencrypted") && !said.err.contains("password"), "{said:?}");
}

#[test]
fn sending_and_retrying_are_not_tried() {
    let outbox = Outbox::new();
    let tributary = outbox.tributary().with("SMTP_URL", "smtp://127.0.0.1:1").with("MAIL_FROM", FROM);
    for arguments in [&["mail", "send", "--dry-run"][..], &["mail", "retry", "--failed", "--dry-run"]] {
        let said = tributary.run(arguments).unwrap();
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    }
}
