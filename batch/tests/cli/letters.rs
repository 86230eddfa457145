//! The letters of a night: each once for its cause, whatever happens to the night.

use tributary_batch::letters;
use tributary_batch::store::sqlite::Sqlite;

use crate::common::{Desk, look, time};

const MERCHANT: &str = "[merchant]\nname = \"Amalfi Tours\"\nsite = \"https://go.merchant.example\"\n";

/// Partners of three tiers; Cleo and Bert can log in, Ann cannot. Olga owns, Mia manages and reads Russian.
fn desk() -> Desk {
    let desk = Desk::with_three_tiers();
    desk.import("merchant", MERCHANT);
    for arguments in [
        &["accounts", "add", "olga@merchant.example", "--role", "owner"][..],
        &["accounts", "add", "mia@merchant.example", "--role", "manager"],
        &["accounts", "add", "rob@merchant.example", "--role", "reader"],
        &["accounts", "add", "cleo@example.test", "--role", "partner", "--partner", "cleo"],
        &["accounts", "add", "bert@example.test", "--role", "partner", "--partner", "bert"],
    ] {
        desk.good(arguments);
    }
    change(&desk, "UPDATE account SET language = 'ru' WHERE email = 'mia@merchant.example'");
    desk
}

fn change(desk: &Desk, sql: &str) {
    look(&desk.database()).execute(sql, []).expect("the row is there");
}

/// Causes and recipients, in order of causes.
fn mails(desk: &Desk) -> Vec<(String, String)> {
    let connection = look(&desk.database());
    let mut statement = connection.prepare("SELECT cause, recipient FROM mail ORDER BY cause").expect("a table");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect);
    rows.expect("the outbox can be read")
}

/// Subject, text and HTML of the mail of a cause.
fn mail(desk: &Desk, cause: &str) -> (String, String, String) {
    let sql = "SELECT subject, body, html FROM mail WHERE cause = ?1";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    look(&desk.database()).query_row(sql, [cause], row).unwrap_or_else(|error| panic!("{cause}: {error}"))
}

/// Whether a letter is of a round, by its cause.
fn is_of(cause: &str, round: i64) -> bool {
    ["accruals", "held", "report"].iter().any(|kind| cause.starts_with(&format!("{kind}/{round}/")))
}

fn number(desk: &Desk, sql: &str) -> i64 {
    look(&desk.database()).query_row(sql, [], |row| row.get(0)).expect("a number is answered")
}

fn account(desk: &Desk, email: &str) -> i64 {
    number(desk, &format!("SELECT id FROM account WHERE email = '{email}'"))
}

fn partner(desk: &Desk, code: &str) -> i64 {
    number(desk, &format!("SELECT id FROM partner WHERE code = '{code}'"))
}

fn sell(desk: &Desk, order: &str, coupon: &str, email: &str) {
    desk.import(
        "orders",
        format!("external_id,paid_at,email,net,coupon\n{order},2026-02-01T00:00:00Z,{email},250.00,{coupon}\n"),
    );
}

#[test]
fn a_night_writes_each_of_its_letters_once() {
    let desk = desk();
    sell(&desk, "A-1", "CLEO", "x@example.test");
    // Who buys with his own code is held.
    sell(&desk, "A-2", "BERT", "bert@example.test");
    desk.night("2026-03-01T00:00:00Z");
    let id = |code| partner(&desk, code);
    let (olga, mia) = (account(&desk, "olga@merchant.example"), account(&desk, "mia@merchant.example"));
    let month = number(&desk, "SELECT strftime('%Y%m', began_at, 'unixepoch') + 0 FROM letter_round WHERE id = 2");
    let month = format!("{}-{:02}", month / 100, month % 100);
    let mut wanted = vec![
        (format!("accruals/2/{}", id("bert")), "bert@example.test".to_owned()),
        (format!("accruals/2/{}", id("cleo")), "cleo@example.test".to_owned()),
        (format!("details/{}/{month}", id("ann")), "ann@example.test".to_owned()),
        (format!("details/{}/{month}", id("bert")), "bert@example.test".to_owned()),
        (format!("details/{}/{month}", id("cleo")), "cleo@example.test".to_owned()),
        (format!("held/2/{mia}"), "mia@merchant.example".to_owned()),
        (format!("held/2/{olga}"), "olga@merchant.example".to_owned()),
        (format!("report/2/{olga}"), "olga@merchant.example".to_owned()),
    ];
    wanted.sort();
    assert_eq!(mails(&desk), wanted);
    let (subject, text, html) = mail(&desk, &format!("accruals/2/{}", id("cleo")));
    assert_eq!(subject, "25.00\u{a0}EUR of new commission");
    assert!(text.contains("Hello Cleo,") && text.contains("\n- A-1: 25.00\u{a0}EUR\n"), "{text}");
    assert!(text.contains("https://go.merchant.example/partner/settings"), "{text}");
    assert!(html.contains("<li>A-1: 25.00\u{a0}EUR</li>"), "{html}");
    let (subject, text, _) = mail(&desk, &format!("held/2/{mia}"));
    assert_eq!(subject, "Заказы ждут вашего решения: 1");
    assert!(text.contains("- A-2: покупатель — сам партнёр"), "{text}");
    let (_, text, _) = mail(&desk, &format!("report/2/{olga}"));
    assert!(text.starts_with("2 orders were judged, 1 of them are credited to partners, 1 wait"), "{text}");
    assert!(text.contains("Booked: 35.00\u{a0}EUR"), "{text}");
    // Another night with nothing to do, and one that only finds that it is done.
    desk.night("2026-03-02T00:00:00Z");
    assert_eq!(mails(&desk), wanted);
    // The next is told of what is new, and asks for details no second time this month.
    sell(&desk, "A-3", "BERT", "y@example.test");
    desk.night("2026-03-03T00:00:00Z");
    let causes: Vec<String> =
        mails(&desk).into_iter().map(|(cause, _)| cause).filter(|cause| is_of(cause, 3)).collect();
    assert_eq!(causes, [format!("accruals/3/{}", id("bert")), format!("report/3/{olga}")]);
    let (_, text, _) = mail(&desk, &format!("accruals/3/{}", id("bert")));
    assert!(text.contains("- A-3: 25.00") && !text.contains("A-1"), "{text}");
}

#[test]
fn a_night_that_is_killed_while_it_writes_letters_loses_none_and_doubles_none() {
    let whole = desk();
    sell(&whole, "A-1", "CLEO", "x@example.test");
    sell(&whole, "A-2", "BERT", "bert@example.test");
    let evening = std::fs::read(whole.database()).expect("the database is there");
    whole.night("2026-03-01T00:00:00Z");
    let wanted = mails(&whole);
    // Each a point that a night can end at: before the round is fixed, after, with some letters written, with all.
    for (point, lost) in [
        ("no round", "DELETE FROM letter_round WHERE id = 2"),
        ("no letter", "DELETE FROM mail"),
        ("some letters", "DELETE FROM mail WHERE id % 2 = 0"),
        ("not noted", "UPDATE mail SET due_at = due_at"),
    ] {
        let desk = Desk::with_database(&evening);
        desk.night("2026-03-01T00:00:00Z");
        if point == "no round" {
            change(&desk, "DELETE FROM mail");
        }
        change(&desk, "UPDATE letter_round SET written_at = NULL WHERE id = 2");
        change(&desk, lost);
        // What is booked meanwhile belongs to another round, and to no letter of this one.
        if point != "no round" {
            sell(&desk, "A-4", "CLEO", "z@example.test");
        }
        desk.night("2026-03-02T00:00:00Z");
        let (first, later): (Vec<_>, Vec<_>) = mails(&desk).into_iter().partition(|(cause, _)| !is_of(cause, 3));
        assert_eq!(first, wanted, "{point}");
        assert_eq!(later.is_empty(), point == "no round", "{point}: {later:?}");
        let (_, text, _) = mail(&desk, &format!("accruals/2/{}", partner(&desk, "cleo")));
        assert!(text.contains("A-1") && !text.contains("A-4"), "{point}: {text}");
    }
}

#[test]
fn what_was_booked_before_letters_were_wanted_is_told_to_nobody() {
    let desk = desk();
    desk.import("merchant", "[merchant]\nname = \"Amalfi Tours\"\n");
    sell(&desk, "A-1", "CLEO", "x@example.test");
    desk.night("2026-03-01T00:00:00Z");
    assert_eq!((mails(&desk), number(&desk, "SELECT count(*) FROM letter_round")), (vec![], 0));
    desk.import("merchant", MERCHANT);
    sell(&desk, "A-2", "CLEO", "y@example.test");
    desk.night("2026-03-02T00:00:00Z");
    let (_, text, _) = mail(&desk, &format!("accruals/2/{}", partner(&desk, "cleo")));
    assert!(text.contains("A-2") && !text.contains("A-1"), "{text}");
    for bad in
        ["https://go.merchant.example/admin", "go.merchant.example", "ftp://go.example", "https://a:b@go.example"]
    {
        let said = desk.try_import("merchant", format!("[merchant]\nname = \"A\"\nsite = \"{bad}\"\n"), &[]);
        assert!(said.code == 1 && said.err.contains("site"), "{bad}: {said:?}");
    }
}

#[test]
fn whoever_wants_no_digest_and_whoever_cannot_log_in_gets_none() {
    let desk = desk();
    change(&desk, "UPDATE partner SET digest = 0 WHERE code = 'bert'");
    desk.good(&["accounts", "close", "cleo@example.test"]);
    sell(&desk, "A-1", "CLEO", "x@example.test");
    desk.night("2026-03-01T00:00:00Z");
    let causes: Vec<String> = mails(&desk).into_iter().map(|(cause, _)| cause).collect();
    assert!(!causes.iter().any(|cause| cause.starts_with("accruals/")), "{causes:?}");
    assert_eq!(causes.iter().filter(|cause| cause.starts_with("details/")).count(), 3, "{causes:?}");
}

#[test]
fn a_payout_is_told_once_when_it_is_sent_and_once_when_it_comes_back() {
    let desk = desk();
    desk.import("requisites", "partner,method,holder,name,email\nbert,paypal,person,Bert,bert@example.test\n");
    sell(&desk, "A-1", "BERT", "x@example.test");
    desk.night("2026-03-01T00:00:00Z");
    let as_of = ["--as-of", "2026-03-05T00:00:00Z"];
    desk.good(&[&["payouts", "prepare", "--by", "Olga"][..], &as_of].concat());
    desk.good(&[&["payouts", "confirm", "1", "--by", "Olga"][..], &as_of].concat());
    let (subject, text, _) = mail(&desk, "payout/1/confirmed");
    assert_eq!(subject, "25.00\u{a0}EUR is on its way to you");
    assert!(text.contains("Amalfi Tours has sent you 25.00\u{a0}EUR by PayPal."), "{text}");
    // The merchant's own words, from then on.
    change(
        &desk,
        "INSERT INTO mail_text VALUES ('payout_failed', 'en', 'Back: {amount}', 'Dear {name}, sorry.', 'Olga', 0)",
    );
    desk.good(&[&["payouts", "fail", "1", "--by", "Olga", "--reason", "closed"][..], &as_of].concat());
    let (subject, text, html) = mail(&desk, "payout/1/failed");
    assert_eq!((subject.as_str(), text.as_str()), ("Back: 25.00\u{a0}EUR", "Dear Bert, sorry.\n"));
    assert!(html.contains("<p>Dear Bert, sorry.</p>"), "{html}");
    // The night finds both told already.
    let before = mails(&desk).iter().filter(|(cause, _)| cause.starts_with("payout/")).count();
    sell(&desk, "A-2", "BERT", "y@example.test");
    desk.night("2026-03-06T00:00:00Z");
    let after = mails(&desk).iter().filter(|(cause, _)| cause.starts_with("payout/")).count();
    assert_eq!((before, after), (2, 2));
}

#[test]
fn a_payout_whose_teller_was_killed_is_told_by_the_night() {
    let desk = desk();
    desk.import("requisites", "partner,method,holder,name,email\nbert,paypal,person,Bert,bert@example.test\n");
    sell(&desk, "A-1", "BERT", "x@example.test");
    desk.night("2026-03-01T00:00:00Z");
    let as_of = ["--as-of", "2026-03-05T00:00:00Z"];
    desk.good(&[&["payouts", "prepare", "--by", "Olga"][..], &as_of].concat());
    desk.good(&[&["payouts", "confirm", "1", "--by", "Olga"][..], &as_of].concat());
    change(&desk, "DELETE FROM mail WHERE cause = 'payout/1/confirmed'");
    let mut store = Sqlite::open(&desk.database()).expect("the database is there");
    assert_eq!(letters::run(&mut store, time("2026-03-06T03:00:00Z")).expect("letters are written"), 1);
    mail(&desk, "payout/1/confirmed");
    assert_eq!(letters::run(&mut store, time("2026-03-06T03:00:00Z")).expect("there is nothing to write"), 0);
}

#[test]
fn nothing_in_a_name_or_an_order_begins_another_line_or_element() {
    let desk = desk();
    change(
        &desk,
        "UPDATE partner SET name = 'Cleo' || char(13, 10) || 'Bcc: eve@example.test' || char(13, 10, 13, 10) || '<script>'
         WHERE code = 'cleo'",
    );
    change(
        &desk,
        "INSERT INTO mail_text VALUES ('accruals', 'en', '{name}: {total}', '{name} {entries} {settings}', 'Olga', 0)",
    );
    sell(&desk, "<b>A-1", "CLEO", "x@example.test");
    desk.night("2026-03-01T00:00:00Z");
    let (subject, text, html) = mail(&desk, &format!("accruals/2/{}", partner(&desk, "cleo")));
    assert!(!subject.contains(char::is_control) && subject.starts_with("Cleo  Bcc:"), "{subject:?}");
    assert!(!text.contains("\nBcc"), "{text}");
    assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
}
