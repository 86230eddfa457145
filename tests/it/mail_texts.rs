//! Letters: their texts edited and tried on a page, and sent by the platform.

use std::fs;
use std::time::{Duration, Instant};

use tributary_tests::worker::Options;

use crate::people::{Household, OWNER, household};
use crate::stage::Stage;

const TEXTS: &str = "/admin/mail/texts";

fn of<'a>(kind: &'a str, language: &'a str, act: &'a str, subject: &'a str, body: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("kind", kind), ("language", language), ("do", act), ("subject", subject), ("body", body)]
}

#[test]
fn the_merchant_writes_a_letter_in_his_own_words_and_goes_back_to_ours() {
    let household = household();
    let owner = household.log_in(OWNER);
    let list = household.get(&owner, TEXTS).body;
    assert_eq!(list.matches("language=en\"").count(), 13, "{list}");
    assert_eq!(list.matches("language=ru\"").count(), 13, "{list}");
    let page = household.get(&owner, "/admin/mail/texts?kind=link&language=en").body;
    assert!(page.contains("Your link to log in") && page.contains("{link}") && page.contains("{merchant}"), "{page}");
    let body = "Log in, dear friend of {merchant}:\r\n\r\n{link}\r\n\r\n<b>bold</b> & so on";
    let saved = household.send(&owner, TEXTS, &of("link", "en", "save", "In you go", body));
    assert_eq!(saved.location(), "/admin/mail/texts?kind=link&language=en&said=letters-saved", "{}", saved.body);
    // What is mailed from then on.
    household.post("/login", "", &[("name", "reader@shop.example"), ("by", "link")]);
    let latest = |column: &str| {
        household.text(&format!(
            "SELECT {column} FROM mail WHERE recipient = 'reader@shop.example' ORDER BY id DESC LIMIT 1"
        ))
    };
    assert_eq!(latest("subject"), "In you go");
    let (text, html) = (latest("body"), latest("html"));
    assert!(text.starts_with("Log in, dear friend of Amalfi Tours:\n\nhttp"), "{text}");
    assert!(text.contains("<b>bold</b> & so on"), "{text}");
    assert!(html.contains("&lt;b&gt;bold&lt;/b&gt; &amp; so on") && html.contains("<a href=\"http"), "{html}");
    assert!(household.get(&owner, TEXTS).body.contains("yours"));
    let reset = household.send(&owner, TEXTS, &of("link", "en", "reset", "", ""));
    assert_eq!(reset.location(), "/admin/mail/texts?kind=link&language=en&said=letters-was-reset");
    household.post("/login", "", &[("name", "reader@shop.example"), ("by", "link")]);
    assert_eq!(latest("subject"), "Your link to log in");
    let history =
        household.text("SELECT group_concat(what || ' ' || subject, ', ') FROM audit WHERE subject = 'link.en'");
    assert_eq!(history, "letter.changed link.en, letter.reset link.en");
}

#[test]
fn a_text_that_cannot_be_sent_is_refused_with_what_was_written_kept() {
    let household = household();
    let owner = household.log_in(OWNER);
    for (subject, body, problem) in [
        ("Hello", "{link} {password}", "{password} is no field"),
        ("Hello", "nothing to follow", "{link} must stand"),
        ("", "{link}", "The subject must be one line"),
        ("Hello\r\nBcc: eve@example.test", "{link}", "The subject must be one line"),
        ("Hello", "  ", "The text is empty"),
    ] {
        let refused = household.send(&owner, TEXTS, &of("invite", "en", "save", subject, body));
        let page = refused.body.replace("&#123;", "{").replace("&#125;", "}");
        assert_eq!(refused.status, 422, "{subject:?} {body:?}: {page}");
        assert!(page.contains(problem), "{subject:?} {body:?}: {page}");
        assert!(page.contains(body.trim()), "{page}");
    }
    assert_eq!(household.stage.number("SELECT count(*) FROM mail_text WHERE kind = 'invite'"), 0);
    for (kind, language) in [("nothing", "en"), ("invite", "fr"), ("invite", "")] {
        assert_eq!(household.send(&owner, TEXTS, &of(kind, language, "save", "Hello", "{link}")).status, 404);
        assert_eq!(household.get(&owner, &format!("{TEXTS}?kind={kind}&language={language}")).status, 404);
    }
    let reader = household.log_in("reader@shop.example");
    assert_eq!(household.get(&reader, TEXTS).status, 200);
    assert_eq!(household.send(&reader, TEXTS, &of("invite", "en", "save", "Hello", "{link}")).status, 404);
}

#[test]
fn a_letter_is_shown_and_mailed_to_oneself_before_it_is_saved() {
    let household = household();
    let owner = household.log_in(OWNER);
    let (subject, body) = ("Geld für {name}: {total}", "Hallo {name},\n\n{entries}\n\n{cabinet} {settings}");
    let shown = household.send(&owner, TEXTS, &of("accruals", "en", "preview", subject, body));
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("Geld für Anna Bianchi: 12.50 EUR") && shown.body.contains("- INV-1001: 10.00 EUR"));
    let html = household.send(&owner, TEXTS, &of("accruals", "en", "html", subject, body));
    assert!(html.body.contains("<li>INV-1001: 10.00 EUR</li>"), "{}", html.body);
    let policy = html.header("content-security-policy").unwrap();
    for part in ["sandbox;", "default-src 'none'", "form-action 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    let mailed = household.send(&owner, TEXTS, &of("accruals", "en", "test", subject, body));
    assert!(mailed.status == 200 && mailed.body.contains(OWNER), "{}", mailed.body);
    let found = "FROM mail WHERE cause LIKE 'test/%' AND subject = 'Geld für Anna Bianchi: 12.50 EUR'";
    assert_eq!(household.stage.number(&format!("SELECT count(*) {found}")), 1);
    assert_eq!(household.text(&format!("SELECT recipient {found}")), OWNER);
    assert_eq!(household.stage.number("SELECT count(*) FROM mail_text WHERE kind = 'accruals'"), 0, "nothing is saved");
}

#[test]
fn the_guide_leads_to_the_text_of_the_welcome_mail() {
    let household = household();
    let guide = household.get(&household.log_in(OWNER), "/admin/programs").body;
    let step = "<li><a href=\"/admin/mail/texts\">Look at the welcome mail under “Texts of mails”.</a></li>";
    assert!(guide.contains(step), "{guide}");
}

#[test]
fn whoever_waited_for_approval_is_told_and_whoever_signs_up_confirms_his_address() {
    let household = household();
    let owner = household.log_in(OWNER);
    for (name, act, subject) in [("Yes", "approve", "You are approved"), ("No", "block", "About your application")] {
        let email = format!("{}@letters.example", name.to_lowercase());
        household.post("/join", "", &[("name", name), ("email", &email)]);
        let latest = |column: &str| {
            household.text(&format!("SELECT {column} FROM mail WHERE recipient = '{email}' ORDER BY id DESC LIMIT 1"))
        };
        let code = household.text(&format!("SELECT code FROM partner WHERE email = '{email}'"));
        assert_eq!(latest("subject"), "Confirm your e-mail address");
        let body = latest("body");
        for told in [&format!("Hello {name},"), &code, &email, "/login/", "/partner"] {
            assert!(body.contains(told), "{told}: {body}");
        }
        let fields = [("do", act), ("name", name), ("email", &email)];
        let path = format!("/admin/partners/{code}");
        assert_eq!(household.send(&owner, &path, &fields).status, 303);
        assert!(latest("subject").starts_with(subject), "{}", latest("subject"));
        // Saved again, nothing more is mailed.
        let before = household.stage.number(&format!("SELECT count(*) FROM mail WHERE recipient = '{email}'"));
        household.send(&owner, &path, &fields);
        assert_eq!(household.stage.number(&format!("SELECT count(*) FROM mail WHERE recipient = '{email}'")), before);
    }
}

#[test]
fn a_partner_says_whether_he_wants_to_be_told_what_was_booked() {
    let household = household();
    let ann = household.log_in("house-ann");
    let digest = "SELECT digest FROM partner WHERE code = 'house-ann'";
    assert!(household.get(&ann, "/partner/settings").body.contains("name=\"digest\" value=\"1\" checked"));
    for (fields, wanted) in [(vec![("do", "digest")], 0), (vec![("do", "digest"), ("digest", "1")], 1)] {
        let saved = household.send(&ann, "/partner/settings", &fields);
        assert_eq!(saved.location(), "/partner/settings?said=settings-saved", "{}", saved.body);
        assert_eq!(household.stage.number(digest), wanted);
    }
}

#[test]
fn what_failed_for_good_is_listed_and_sent_again_by_a_button() {
    let household = Household::new();
    let owner = household.log_in(OWNER);
    household.post("/login", "", &[("name", "manager@shop.example"), ("by", "link")]);
    let id = household.stage.number("SELECT max(id) FROM mail");
    household.change(&format!("UPDATE mail SET failed_at = 1, tries = 7, problem = '550 nobody' WHERE id = {id}"));
    let page = household.get(&owner, "/admin/mail?show=failed").body;
    assert!(page.contains("550 nobody") && page.contains(&format!("name=\"id\" value=\"{id}\"")), "{page}");
    let again = household.send(&owner, "/admin/mail", &[("id", &id.to_string())]);
    assert_eq!(again.location(), "/admin/mail?said=mail-due");
    let waits = format!("SELECT count(*) FROM mail WHERE id = {id} AND failed_at IS NULL AND tries = 0");
    assert_eq!(household.stage.number(&waits), 1);
    assert!(!household.get(&owner, "/admin/mail?show=failed").body.contains("550 nobody"));
    assert_eq!(household.text("SELECT subject FROM audit WHERE what = 'mail.resent'"), id.to_string());
}

/// What the platform was given for a text, by the files that the log names.
fn handed_over(stage: &Stage, what: &str) -> Vec<String> {
    let log = stage.worker.log();
    let paths = log.split(what).skip(1).filter_map(|rest| rest.split_whitespace().next());
    paths.filter_map(|path| fs::read_to_string(path).ok()).collect()
}

#[test]
fn the_platform_sends_what_waits_once_and_what_it_refuses_comes_later() {
    let stage = Stage::new(|_| Options { with_mail: true, ..Options::default() });
    for (email, role) in [("owner@shop.example", "owner"), ("other@shop.example", "reader")] {
        stage.batch.ok(&["accounts", "add", email, "--role", role]).unwrap();
    }
    let ask = |name: &str| {
        let body = format!("name={name}&by=link");
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", stage.worker.base.as_str())];
        assert_eq!(stage.client.send("POST", "/login", &headers, body.as_bytes()).unwrap().status, 200);
    };
    // Sent at once, without a wait for the schedule.
    ask("owner@shop.example");
    stage.wait_for("SELECT count(*) FROM mail WHERE sent_at IS NOT NULL", 1);
    ask("other@shop.example");
    stage.wait_for("SELECT count(*) FROM mail WHERE problem LIKE '%not allowed%'", 1);
    let later =
        "SELECT count(*) FROM mail WHERE failed_at IS NULL AND sent_at IS NULL AND tries = 1 AND due_at > created_at";
    assert_eq!(stage.number(later), 1);
    // The schedule finds nothing due, and sends nothing twice.
    stage.worker.run_schedule().unwrap();
    let began = Instant::now();
    while handed_over(&stage, "Text:").is_empty() && began.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let (texts, htmls) = (handed_over(&stage, "Text:"), handed_over(&stage, "HTML:"));
    assert_eq!((texts.len(), htmls.len()), (1, 1), "{}", stage.worker.log());
    assert!(texts[0].contains("/login/") && htmls[0].contains("<a href=\""), "{texts:?} {htmls:?}");
    let log = stage.worker.log();
    assert!(log.contains("partners@merchant.example") && log.contains("Your link to log in"), "{log}");
}
