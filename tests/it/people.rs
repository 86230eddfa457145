//! A merchant with an owner, a partner who logs in, and an order that was credited: what tests of pages stand on.

use std::sync::OnceLock;

use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use tributary_tests::client::{Answer, BROWSER};
use tributary_tests::worker::Options;

use crate::counter::browser;
use crate::stage::Stage;

/// The owner's address.
pub(crate) const OWNER: &str = "owner@shop.example";

/// What everybody here has for a password.
pub(crate) const PASSWORD: &str = "a long way to Amalfi";

/// A merchant of his own, because his pages show all there is.
pub(crate) struct Household {
    pub(crate) stage: Stage,
}

/// The one that tests of pages share.
pub(crate) fn household() -> &'static Household {
    static HOUSEHOLD: OnceLock<Household> = OnceLock::new();
    HOUSEHOLD.get_or_init(Household::new)
}

impl Household {
    /// One of its own.
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    /// One whose Worker is started with options.
    pub(crate) fn with(options: Options) -> Self {
        let stage = Stage::new(|_| options);
        stage
            .batch
            .import("merchant", "[merchant]\nname = \"Amalfi Tours\"\ntime_zone = \"Europe/Rome\"\npayday = 5\n")
            .unwrap();
        stage
            .batch
            .import(
                "products",
                "sku,name,participates,shown,rates\nTOUR,Amalfi coast,true,true,\nBOAT,By boat,true,false,8\n",
            )
            .unwrap();
        stage.partners(&["house-ann", "house-cid"]);
        stage.partners(&["house-ben"]);
        stage.make_link("house-ann", "house-ann", &stage.shop("/tours"));
        let (_, cookie) = stage.click("house-ann");
        let paid = json!({ "paid_at": "2026-11-10T10:00:00Z", "placed_at": "2027-10-20T09:59:00Z", "trb": cookie,
            "customer": { "email": "buyer@example.test", "name": "Bruno" } });
        assert_eq!(stage.order("HOUSE-1", paid).status, 201);
        let own = json!({ "paid_at": "2026-11-11T10:00:00Z", "partner": "house-ben",
            "customer": { "email": "house-ben@partners.example" } });
        assert_eq!(stage.order("HOUSE-2", own).status, 201);
        assert_eq!(stage.order("HOUSE-3", json!({ "paid_at": "2026-11-12T10:00:00Z" })).status, 201);
        // A partner with somebody below him, who has sold.
        stage.partners(&["house-sub", "house-look"]);
        stage.make_link("house-look", "house-look", &stage.shop("/tours"));
        let sale = json!({ "paid_at": "2026-11-10T11:00:00Z", "partner": "house-sub", "customer": { "email": "look@example.test" } });
        assert_eq!(stage.order("HOUSE-4", sale).status, 201);
        stage.reconcile("2026-11-25T12:00:00Z");
        // A payout that is proposed, to him above her.
        let paypal = "partner,method,name,email\nhouse-cid,paypal,Cid,house-cid@pay.example\n";
        stage.batch.import("requisites", paypal).unwrap();
        let prepare =
            ["payouts", "prepare", "--partner", "house-cid", "--by", "Olga", "--as-of", "2026-11-25T12:00:00Z"];
        stage.batch.ok(&prepare).unwrap();
        let household = Self { stage };
        household.open(OWNER, "owner", None);
        household.open("reader@shop.example", "reader", None);
        household.open("agent@shop.example", "agent", None);
        household.open("manager@shop.example", "manager", None);
        // Whose log-in tests lock.
        household.open("victim@shop.example", "reader", None);
        for partner in ["house-ann", "house-ben", "house-look"] {
            household.open(&format!("{partner}@partners.example"), "partner", Some(partner));
        }
        household
    }

    /// The Worker's address, without a slash at its end. Browsers take it for secure.
    pub(crate) fn base(&self) -> String {
        format!("http://localhost:{}", self.stage.worker.port)
    }

    /// Opens a log-in, follows its link, and sets the password of all.
    pub(crate) fn open(&self, email: &str, role: &str, partner: Option<&str>) {
        let mut arguments = vec!["accounts", "add", email, "--role", role];
        arguments.extend(partner.iter().flat_map(|partner| ["--partner", partner]));
        let path = self.stage.batch.ok(&arguments).unwrap().trim().to_owned();
        let entered = self.post(&path, "", &[]);
        assert_eq!((entered.status, entered.location()), (303, "/password"), "{}", entered.body);
        let session = session_of(&entered);
        let set = self.send(&session, "/password", &[("new", PASSWORD)]);
        assert_eq!(set.status, 303, "{}", set.body);
    }

    /// The code of a link of a partner's.
    pub(crate) fn link_of(&self, partner: &str) -> String {
        self.text(&format!(
            "SELECT link.code FROM link JOIN partner ON partner.id = partner_id WHERE partner.code = '{partner}' ORDER BY link.id LIMIT 1"
        ))
    }

    /// A text from the database.
    pub(crate) fn text(&self, sql: &str) -> String {
        let database = self.stage.worker.database().unwrap();
        let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Changes the database beside the Worker, as time and others' mail servers do.
    pub(crate) fn change(&self, sql: &str) {
        let connection = Connection::open(self.stage.worker.database().unwrap()).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        connection.execute(sql, []).unwrap();
    }

    /// What an intruder left, by the words that he uses.
    pub(crate) fn left_by_an_intruder(&self) -> i64 {
        self.stage.number(
            "SELECT (SELECT count(*) FROM partner WHERE code || name || email LIKE '%intruder%')
               + (SELECT count(*) FROM account WHERE email LIKE '%intruder%')
               + (SELECT count(*) FROM mail WHERE recipient LIKE '%intruder%')
               + (SELECT count(*) FROM order_event WHERE body LIKE '%an intruder says so%')
               + (SELECT count(*) FROM link WHERE target LIKE '%intruder%')
               + (SELECT count(*) FROM mail_text WHERE subject LIKE '%intruder%')
               + (SELECT count(*) FROM program WHERE code || name LIKE '%intruder%')
               + (SELECT count(*) FROM contact WHERE email || name LIKE '%intruder%')
               + (SELECT count(*) FROM material WHERE title LIKE '%intruder%')
               + (SELECT count(*) FROM requisites WHERE details LIKE '%intruder%')
               + (SELECT count(*) FROM audit WHERE subject || before || after LIKE '%intruder%')",
        )
    }

    /// Logs in by password; the session's cookie.
    pub(crate) fn log_in(&self, name: &str) -> String {
        let entered = self.post("/login", "", &[("name", name), ("password", PASSWORD), ("by", "password")]);
        assert_eq!(entered.status, 303, "{name}: {}", entered.body);
        session_of(&entered)
    }

    /// Where the latest mail to somebody logs in.
    pub(crate) fn mailed_link(&self, to: &str) -> String {
        let body = self.text(&format!("SELECT body FROM mail WHERE recipient = '{to}' ORDER BY id DESC LIMIT 1"));
        format!("/login/{}", body.split("/login/").nth(1).unwrap().split_whitespace().next().unwrap())
    }

    /// Gets a page with a session.
    pub(crate) fn get(&self, session: &str, path: &str) -> Answer {
        self.answered(self.stage.client.send("GET", path, &[("Cookie", session), ("User-Agent", BROWSER)], &[]))
    }

    /// Posts a form from a page of ours, as it stands: without a token, if none is among the fields.
    pub(crate) fn post(&self, path: &str, session: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(&self.stage.worker.base, path, session, fields)
    }

    /// Posts a form from some origin.
    pub(crate) fn post_from(&self, origin: &str, path: &str, session: &str, fields: &[(&str, &str)]) -> Answer {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", origin),
            ("Cookie", session),
            ("User-Agent", BROWSER),
        ];
        self.answered(self.stage.client.send("POST", path, &headers, body.as_bytes()))
    }

    /// The answer; where there is none, what the Worker said last.
    fn answered(&self, answer: anyhow::Result<Answer>) -> Answer {
        answer.unwrap_or_else(|error| {
            let log = self.stage.worker.log();
            let last: Vec<&str> = log.lines().rev().take(40).collect();
            panic!("{error:#}\n{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"))
        })
    }

    /// Posts a form as a page of ours would, with its token.
    pub(crate) fn send(&self, session: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token(session);
        let all: Vec<(&str, &str)> = std::iter::once(("csrf", token.as_str())).chain(fields.iter().copied()).collect();
        self.post(path, session, &all)
    }

    /// The token that pages of a session have in their forms.
    pub(crate) fn token(&self, session: &str) -> String {
        let page = self.get(session, "/password").body;
        let found = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        found.unwrap_or_else(|| panic!("no form: {page}")).to_owned()
    }

    /// Logs in in a context of the browser; the context's name.
    pub(crate) fn logged_in_browser(&self, context: &str, name: &str) -> String {
        let script = r#"
            await page.goto(args.base + "/login");
            await page.fill("input[name=name]", args.name);
            await page.fill("input[name=password]", args.password);
            await page.click("button[value=password]");
            await page.waitForLoadState();
            return page.url();"#;
        let args = json!({ "base": self.base(), "name": name, "password": PASSWORD });
        let url = browser().run(context, script, &args).unwrap();
        let url = url.as_str().unwrap_or_default();
        assert!(url.ends_with("/admin") || url.ends_with("/partner"), "{name}: {url}");
        context.to_owned()
    }
}

/// The session's cookie of an answer, as a request sends it.
pub(crate) fn session_of(answer: &Answer) -> String {
    let token = answer.cookie("__Host-trb-session").unwrap_or_else(|| panic!("no session: {answer:?}"));
    format!("__Host-trb-session={token}")
}
