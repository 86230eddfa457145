//! An outbox as the Worker fills it, and the binary that empties it.

use std::process::{Child, Command, Stdio};

use rusqlite::{Connection, params};
use serde_json::Value;
use tempfile::TempDir;
use tributary_tests::binary::{Said, Tributary};

/// The statement of the Worker.
const INSERT: &str = include_str!("../../edge/src/store/sql/mail_insert.sql");

/// Who all mail is from.
pub(crate) const FROM: &str = "Amalfi Tours <partners@merchant.example>";

/// When all mail is written.
pub(crate) const WRITTEN_AT: i64 = 1_772_000_000;

/// A database with an outbox.
pub(crate) struct Outbox {
    folder: TempDir,
}

/// A mail's row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) tries: i64,
    pub(crate) is_sent: bool,
    pub(crate) is_failed: bool,
    pub(crate) problem: String,
    /// In how many seconds it is due.
    pub(crate) due_seconds: i64,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        let outbox = Self { folder: tempfile::tempdir().unwrap() };
        outbox.tributary().ok(&["mail", "list"]).unwrap();
        outbox
    }

    fn database(&self) -> String {
        self.folder.path().join("tributary.db").display().to_string()
    }

    fn connection(&self) -> Connection {
        let connection = Connection::open(self.database()).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
        connection
    }

    /// Writes a mail of text alone; its number.
    pub(crate) fn write(&self, cause: &str, to: &str, subject: &str, body: &str) -> i64 {
        self.write_both(cause, to, subject, (body, ""))
    }

    /// Writes a mail of text and HTML; its number.
    pub(crate) fn write_both(&self, cause: &str, to: &str, subject: &str, (body, html): (&str, &str)) -> i64 {
        let connection = self.connection();
        connection.execute(INSERT, params![cause, to, subject, body, WRITTEN_AT, html]).unwrap();
        connection.last_insert_rowid()
    }

    /// Lets time pass for all that waits.
    pub(crate) fn pass(&self, seconds: i64) {
        let sql = "UPDATE mail SET due_at = due_at - ?1 WHERE sent_at IS NULL AND failed_at IS NULL";
        self.connection().execute(sql, [seconds]).unwrap();
    }

    pub(crate) fn row(&self, id: i64) -> Row {
        let sql = "SELECT tries, sent_at IS NOT NULL, failed_at IS NOT NULL, problem, due_at - unixepoch() FROM mail WHERE id = ?1";
        let row = |row: &rusqlite::Row<'_>| {
            Ok(Row {
                tries: row.get(0)?,
                is_sent: row.get(1)?,
                is_failed: row.get(2)?,
                problem: row.get(3)?,
                due_seconds: row.get(4)?,
            })
        };
        self.connection().query_row(sql, [id], row).unwrap()
    }

    pub(crate) fn tributary(&self) -> Tributary {
        Tributary::on(format!("sqlite:{}", self.database())).unwrap().inside(self.folder.path())
    }

    /// Runs `mail send`; what it said, and its report.
    pub(crate) fn send(&self, url: &str) -> (Said, Value) {
        let tributary = self.tributary().with("SMTP_URL", url).with("MAIL_FROM", FROM);
        let said = tributary.run(&["mail", "send", "--once", "--json"]).unwrap();
        let report = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"));
        (said, report)
    }

    /// Starts `mail send`, to be waited for or killed.
    pub(crate) fn start_sending(&self, url: &str) -> Child {
        let mut command: Command = self.tributary().command(&["mail", "send", "--json"]);
        command.env("SMTP_URL", url).env("MAIL_FROM", FROM).stdout(Stdio::piped()).spawn().unwrap()
    }
}
