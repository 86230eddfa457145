//! The story of a small shop, of everything that is there: two programs and currencies, tiers, charity, a held order,
//! refunds before and after the payout, rulings, payouts, and rules that are corrected afterwards.

use std::path::PathBuf;
use std::sync::OnceLock;

use rusqlite::Connection;
use tempfile::TempDir;
use tributary_tests::binary::Tributary;

use crate::dump::{Dump, damages, difference, dump};

/// A command of the story, with what it found and what it left undisturbed.
pub(crate) struct Step {
    /// Which.
    pub(crate) name: &'static str,
    /// Its words.
    pub(crate) arguments: Vec<String>,
    /// What is there before it; nothing before the first.
    database: Vec<u8>,
    /// What stands in the write-ahead log and not in the database yet: another program has the database open.
    log: Vec<u8>,
    /// What is in it before.
    pub(crate) before: Dump,
    /// What is in it afterwards.
    pub(crate) after: Dump,
}

/// A folder with the shop's files, a folder for the database, and room for what strace says.
pub(crate) struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(desk.folder()).unwrap();
        for (name, text) in files() {
            std::fs::write(desk.0.path().join(name), text).unwrap();
        }
        desk
    }

    /// The folder in which the database and its companions are, and nothing else.
    pub(crate) fn folder(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// The database.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder().join("tributary.db")
    }

    /// Where strace writes.
    pub(crate) fn trace(&self) -> PathBuf {
        self.0.path().join("trace")
    }

    /// The binary on this database.
    pub(crate) fn tributary(&self) -> Tributary {
        let tributary = Tributary::on(format!("sqlite:{}", self.database().display())).unwrap().inside(self.0.path());
        // Cargo sets it, and the loader would look for every library in every place that it names.
        tributary.with("LD_LIBRARY_PATH", "")
    }

    /// A copy of what is there now, so that a look at it changes nothing here. The shared memory stays behind, as in a
    /// restart of the machine.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new();
        for entry in std::fs::read_dir(self.folder()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap();
            if !name.as_encoded_bytes().ends_with(b"-shm") {
                std::fs::copy(&path, copy.folder().join(name)).unwrap();
            }
        }
        copy
    }
}

impl Step {
    /// A desk at which this is the next thing to do.
    pub(crate) fn desk(&self) -> Desk {
        let desk = Desk::new();
        for (suffix, bytes) in [("", &self.database), ("-wal", &self.log)] {
            if !bytes.is_empty() {
                std::fs::write(format!("{}{suffix}", desk.database().display()), bytes).unwrap();
            }
        }
        desk
    }

    /// Its words as a command line takes them.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }
}

/// Frames of the log beyond which SQLite takes them into the database in the middle of a command.
const LOG_FRAMES: u32 = 1_000;

/// The steps of the story that are broken.
pub(crate) fn story() -> &'static [Step] {
    static STORY: OnceLock<Vec<Step>> = OnceLock::new();
    STORY.get_or_init(|| {
        let mut teller = Teller::new();
        teller.tries("a new database", &["import", "program", "program.toml"]);
        for (kind, file) in [
            ("merchant", "merchant.toml"),
            ("program", "hotels.toml"),
            ("charities", "charities.csv"),
            ("partners", "partners.csv"),
            ("products", "products.csv"),
            ("requisites", "requisites.csv"),
        ] {
            teller.does(&["import", kind, file]);
        }
        teller.tries("import orders", &["import", "orders", "orders.csv"]);
        teller.tries("reconcile", &["reconcile", "--settle", "0s", "--as-of", "2026-01-25T03:00:00Z"]);
        // A word is said at an instant, too; the same word at another is another.
        let signed = ["--by", "Olga", "--reason", "by phone", "--as-of", "2026-01-26T09:00:00Z"];
        teller.tries("orders release", &[&["orders", "release", "o17"], &signed[..]].concat());
        for order in [&["hold", "o3"][..], &["assign", "o6", "--to", "cleo"], &["refuse", "o8"]] {
            teller.does(&[&["orders"], order, &signed].concat());
        }
        teller.tries("import refunds", &["import", "refunds", "refunds.csv"]);
        teller.a_long_day();
        teller.tries(
            "reconcile with refunds",
            &["reconcile", "--verify", "--settle", "0s", "--as-of", "2026-02-10T03:00:00Z"],
        );
        teller.tries("payouts prepare", &["payouts", "prepare", "--by", "Olga", "--as-of", "2026-04-01T09:00:00Z"]);
        let signed = ["--by", "Olga", "--reason", "by phone", "--as-of", "2026-04-01T10:00:00Z"];
        teller.tries("payouts edit", &[&["payouts", "edit", "2", "--amount", "20.00"], &signed[..]].concat());
        teller.tries("adjust", &[&["adjust", "dora", "4.20", "USD"], &signed[..]].concat());
        let sent = ["--by", "Olga", "--reference", "file 1", "--as-of", "2026-04-02T09:00:00Z"];
        teller.tries("payouts confirm", &[&["payouts", "confirm", "--all"], &sent[..]].concat());
        let signed = ["--by", "Olga", "--reason", "account is closed", "--as-of", "2026-04-03T09:00:00Z"];
        teller.tries("payouts fail", &[&["payouts", "fail", "1"], &signed[..]].concat());
        teller.does(&["import", "refunds", "late.csv"]);
        teller.does(&["import", "program", "corrected.toml"]);
        let signed = ["--by", "Olga", "--reason", "12% were agreed", "--as-of", "2026-04-05T03:00:00Z"];
        let again = [&["reconcile", "--apply-diff", "--settle", "0s"], &signed[..]].concat();
        teller.tries("reconcile --apply-diff", &again);
        teller.told()
    })
}

/// Who tells the story: the undisturbed run of everything.
struct Teller {
    desk: Desk,
    /// Database and log as they stand after a long day.
    evening: Option<(Vec<u8>, Vec<u8>)>,
    steps: Vec<Step>,
}

impl Teller {
    fn new() -> Self {
        Self { desk: Desk::new(), evening: None, steps: Vec::new() }
    }

    /// A command that only leads on.
    fn does(&mut self, arguments: &[&str]) {
        self.desk.tributary().ok(arguments).unwrap();
    }

    /// A command that is to be broken.
    fn tries(&mut self, name: &'static str, arguments: &[&str]) {
        let now = || (std::fs::read(self.desk.database()).unwrap_or_default(), Vec::new());
        let (database, log) = self.evening.take().unwrap_or_else(now);
        let mut step = Step {
            name,
            arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
            database,
            log,
            before: Dump::new(),
            after: Dump::new(),
        };
        step.before = dump(&step.desk().database());
        self.does(arguments);
        assert_eq!(damages(&self.desk.database()), Vec::<String>::new(), "{name}");
        step.after = dump(&self.desk.database());
        assert!(difference(&step.after, &step.before).is_some(), "{name} changes nothing");
        self.steps.push(step);
    }

    /// Fills the log to its brim by a connection that stays open, as a Worker's on this machine may: so that SQLite takes
    /// the log into the database in the middle of the next command, between decisions and their transfers.
    fn a_long_day(&mut self) {
        let worker = Connection::open(self.desk.database()).unwrap();
        worker.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF").unwrap();
        for _ in 0..(LOG_FRAMES - 4) / 2 {
            // A row that stays the same is not written.
            worker.execute_batch("UPDATE lease SET until = 1; UPDATE lease SET until = 0").unwrap();
        }
        let read = |suffix: &str| std::fs::read(format!("{}{suffix}", self.desk.database().display())).unwrap();
        self.evening = Some((read(""), read("-wal")));
    }

    /// The end: the story had everything in it that it is told for.
    fn told(self) -> Vec<Step> {
        let end = Connection::open(self.desk.database()).unwrap();
        let has = |sql: &str| end.query_row(sql, [], |row| row.get::<_, bool>(0)).unwrap();
        for kind in ["accrual", "reversal", "charity", "charity_reversal", "payout", "payout_return", "adjustment"] {
            assert!(has(&format!("SELECT EXISTS (SELECT 1 FROM transfer WHERE kind = '{kind}')")), "{kind}");
        }
        for outcome in ["credited", "held", "refused", "unattributed", "unpaid"] {
            assert!(has(&format!("SELECT EXISTS (SELECT 1 FROM decision WHERE outcome = '{outcome}')")), "{outcome}");
        }
        assert!(has("SELECT count(DISTINCT currency) = 2 AND count(DISTINCT tier) = 4 FROM transfer"));
        assert!(has("SELECT count(*) >= 4 FROM payout WHERE state = 'confirmed'"));
        assert!(has("SELECT EXISTS (SELECT 1 FROM order_event WHERE body ->> '$.word' = 'replay')"));
        self.steps
    }
}

/// The files that the shop imports.
fn files() -> [(&'static str, String); 11] {
    let tours = |percent: &str, more: &str| {
        format!(
            "[program]\ncode = \"tours\"\ncurrency = \"EUR\"\nhold_days = 14\n{more}\n\
             charity = {{ code = \"trees\", percent = 0.5 }}\n\
             [[program.tier]]\npercent = {percent}\n[[program.tier]]\npercent = 3\n[[program.tier]]\npercent = 1\n"
        )
    };
    let hotels = "[program]\ncode = \"hotels\"\ncurrency = \"USD\"\nmin_payout = \"5.00\"\n\
                  [[program.tier]]\npercent = 7\nflat = 0.50\n";
    let merchant = "[merchant]\nname = \"Slow Journeys\"\ntime_zone = \"Europe/Lisbon\"\n";
    let partners = "code,name,email,parent_code,coupon,program,rates\n\
                    ann,Ann Able,ann@example.test,,ANN,tours,\n\
                    bert,Bert Baker,bert@example.test,ann,BERT,tours,\n\
                    cleo,Cleo Cook,cleo@example.test,bert,CLEO,tours,11\n\
                    dora,Dora Dean,dora@example.test,,DORA,hotels,\n";
    let requisites = "partner,method,name,iban,email,note\n\
                      ann,bank,,DE89370400440532013000,,\n\
                      bert,paypal,,,bert@example.test,\n\
                      cleo,cash,,,,at the reception\n\
                      dora,wise,,,dora@example.test,\n\
                      charity:trees,cash,Trees for all,,,at the office\n";
    let refunds = "external_id,refund_id,at,amount\n\
                   o1,r1,2026-01-28T10:00:00Z,13.37\n\
                   o2,r2,2026-01-28T10:00:00Z,100000.00\n\
                   o5,r3,2026-01-29T10:00:00Z,1.00\n\
                   o30,r4,2026-01-29T10:00:00Z,20.00\n";
    // These come after the money was sent.
    let late = "external_id,refund_id,at,amount\n\
                o7,r5,2026-04-03T10:00:00Z,100000.00\n\
                o10,r6,2026-04-03T10:00:00Z,2.50\n";
    [
        ("program.toml", tours("10", "")),
        ("corrected.toml", tours("12", "valid_from = \"2026-01-10T00:00:00Z\"")),
        ("hotels.toml", hotels.to_owned()),
        ("merchant.toml", merchant.to_owned()),
        ("charities.csv", "code,name\ntrees,Trees for all\nrivers,Clean rivers\n".to_owned()),
        ("partners.csv", partners.to_owned()),
        ("products.csv", "sku,participates,rates\nTOUR,true,\nGIFT,false,\nSAIL,true,15;4\n".to_owned()),
        ("requisites.csv", requisites.to_owned()),
        ("orders.csv", orders()),
        ("refunds.csv", refunds.to_owned()),
        ("late.csv", late.to_owned()),
    ]
}

/// Forty orders, one a day from New Year's Day on, so that the first night finds some that are not paid yet.
fn orders() -> String {
    let mut text = "external_id,status,currency,placed_at,paid_at,email,sku,quantity,net,coupon\n".to_owned();
    for number in 1..=40 {
        let day = if number <= 31 { format!("01-{number:02}") } else { format!("02-{:02}", number - 31) };
        let at = format!("2026-{day}T10:00:00Z");
        let (status, paid_at) = match number {
            12 => ("pending", ""),
            13 => ("cancelled", at.as_str()),
            _ => ("paid", at.as_str()),
        };
        // Order 17 is Ann's own, by her own coupon: it is held.
        let email = if number == 17 { "ann@example.test".to_owned() } else { format!("c{}@example.test", number % 19) };
        let (currency, coupon) = match number % 5 {
            0 => ("USD", "DORA"),
            1 => ("EUR", "CLEO"),
            2 => ("EUR", "ANN"),
            3 => ("EUR", "BERT"),
            _ => ("EUR", ""),
        };
        let mut line = |sku: &str, net: u32| {
            let net = format!("{}.{:02}", net / 100, net % 100);
            text.push_str(&format!("o{number},{status},{currency},{at},{paid_at},{email},{sku},1,{net},{coupon}\n"));
        };
        line(if number % 3 == 0 { "SAIL" } else { "TOUR" }, 10_000 + number * 777);
        if number % 7 == 0 {
            line("GIFT", 2_500);
        }
    }
    text
}
