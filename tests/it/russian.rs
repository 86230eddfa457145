//! Whoever reads Russian is told in Russian what is wrong, what was decided and what was done.

use serde_json::json;

use crate::imports::sent;
use crate::people::{Household, household};

/// Somebody who reads Russian, logged in.
fn reader(household: &Household, email: &str, role: &str, partner: Option<&str>) -> String {
    household.open(email, role, partner);
    let session = household.log_in(email);
    let switched = household.send(&session, "/language", &[("to", "ru"), ("back", "/password")]);
    assert_eq!(switched.status, 303, "{}", switched.body);
    session
}

#[track_caller]
fn says(page: &str, russian: &str, english: &str) {
    assert!(page.contains(russian), "no {russian}: {page}");
    assert!(!page.contains(english), "{english}: {page}");
}

#[test]
fn a_visitor_is_told_in_russian_why_he_is_not_taken_in() {
    let household = household();
    let join = |name: &str, email: &str| {
        let answer = household.post("/join", "trb-language=ru", &[("name", name), ("email", email)]);
        assert_eq!(answer.status, 422, "{}", answer.body);
        answer.body
    };
    says(&join("Анна", "nobody"), "E-mail: `nobody` — не адрес e-mail", "is not an e-mail address");
    // What somebody has typed is nobody's text.
    says(&join("Анна", "is missing"), "`is missing` — не адрес", "не указано");
    says(&join("", "anna@russian.example"), "Имя: это поле нужно заполнить", "Имя: —");
    let english = household.post("/join", "trb-language=en", &[("name", "Ann"), ("email", "nobody")]).body;
    assert!(english.contains("E-mail: `nobody` is not an e-mail address"), "{english}");
}

#[test]
fn a_partner_is_told_in_russian_what_is_wrong() {
    let household = household();
    household.stage.partners(&["russian-anna"]);
    let anna = reader(household, "russian-anna@partners.example", "partner", Some("russian-anna"));
    let refused = |path: &str, fields: &[(&str, &str)]| {
        let answer = household.send(&anna, path, fields);
        assert_eq!(answer.status, 422, "{path}: {}", answer.body);
        answer.body
    };
    let bank = |iban: &str, bic: &str| {
        refused("/partner/settings", &[("do", "bank"), ("name", "Anna"), ("iban", iban), ("bic", bic)])
    };
    says(&bank("12345678", ""), "это не IBAN: нужны", "is not an IBAN");
    says(&bank("DE03120300000000202051", ""), "контрольные цифры IBAN не сходятся", "check digits");
    says(&bank("DE02120300000000202051", "BNPAFRPP"), "банк в FR, а счёт в DE", "the bank is in");
    let wise = refused("/partner/settings", &[("do", "wise"), ("name", "Anna")]);
    says(&wise, "укажите адрес e-mail или номер получателя", "give an e-mail address");
    let link = refused("/partner/links", &[("target", "https://elsewhere.example/")]);
    says(&link, "на `elsewhere.example` ссылки вести не могут", "is not one of the hosts");
    let hook = [("do", "add"), ("url", "https://t.example.com/?x={nothing}"), ("event", "order.credited")];
    says(&refused("/partner/postbacks", &hook), "макроса {nothing} нет", "there is no macro");
    let sale = [
        ("number", "S-RUSSIAN1"),
        ("email", "guest@russian.example"),
        ("sku", "TOUR"),
        ("quantity", "1"),
        ("net", "1,005"),
    ];
    says(&refused("/sales/russian-anna", &sale), "знаков после точки больше 2", "digits after the point");
    let month = household.get(&anna, "/partner/statement?month=2026-11").body;
    assert!(month.contains("russian-anna · ноябрь 2026\u{a0}г."), "{month}");
    assert!(month.contains("value=\"2026-11\""), "{month}");
}

#[test]
fn the_merchants_people_are_told_in_russian_what_is_wrong_and_what_was_done() {
    let household = household();
    let boss = reader(household, "russian@shop.example", "manager", None);
    // A form.
    let partner = [("code", "a b"), ("name", "Anna"), ("program", "main")];
    let page = household.send(&boss, "/admin/partners/new", &partner);
    assert_eq!(page.status, 422, "{}", page.body);
    says(&page.body, "код `a b` может состоять только из латинских букв", "may have only");
    let hook = [("do", "add"), ("url", "https://user@example.com/"), ("event", "order.credited")];
    let page = household.send(&boss, "/admin/hooks", &hook).body;
    says(&page, "Этот адрес не подходит: в адресе есть имя пользователя", "user name");
    let adjustment =
        [("partner", "house-cid"), ("way", "add"), ("amount", "1.005"), ("currency", "EUR"), ("reason", "за труды")];
    let answer = household.send(&boss, "/admin/adjustments", &adjustment);
    assert_eq!(answer.location(), "/admin/adjustments?said=amount-wrong", "{}", answer.body);
    let page = household.get(&boss, answer.location()).body;
    says(&page, "Укажите сумму больше 0", "Give an amount");
    // A file, and its bad lines as another.
    let file = "Order No;Paid;Subtotal;Affiliate\n\
        RU-1;soon;1.00;\nRU-2;2026-11-10;1,00;\nRU-3;2026-11-10\nRU-4;2026-11-10;1.00;nobody\n";
    let path = sent(household, &boss, "orders", file);
    for shown in [household.get(&boss, &path).body, household.get(&boss, &format!("{path}.csv")).body] {
        says(&shown, "paid_at: `soon` — не время", "is not a time");
        says(&shown, "lines[0].net: `1,00` — не сумма", "is not an amount");
        says(&shown, "ячеек 2, а в заголовке 4", "the header");
        says(&shown, "partner: nobody не найден", "is not known");
    }
    // What shops told.
    household.change(
        "INSERT INTO hook_ignored (provider, shop, kind, subject, reason, at)
         VALUES ('stripe', 'moscow', 'invoice.paid', 'evt_1Russian', 'a test: nobody paid', unixepoch())",
    );
    says(&household.get(&boss, "/admin/shops").body, "тест: никто не платил", "nobody paid");
    // What was decided, and that it was.
    assert_eq!(household.stage.order("RUSSIAN-1", json!({})).status, 201);
    let ruled = household.send(&boss, "/admin/orders/RUSSIAN-1", &[("word", "release"), ("reason", "is missing")]);
    assert_eq!(ruled.location(), "/admin/orders/RUSSIAN-1?said=order-recorded", "{}", ruled.body);
    let card = household.get(&boss, "/admin/orders/RUSSIAN-1").body;
    says(&card, "отпустить · russian@shop.example: is missing", "release ·");
    says(&household.get(&boss, "/admin/audit").body, "решение по заказу", "order.ruled");
    // Traces are English, and say so.
    let trial = household.get(&boss, "/admin/programs/main/test?amount=100&partner=house-ann&sku=TOUR").body;
    assert!(trial.contains("<ol class=\"trace\" lang=\"en\">"), "{trial}");
    let report = household.get(&boss, "/admin/reports?from=2026-11&to=2099-12").body;
    assert!(report.contains("ноябрь 2026\u{a0}г."), "{report}");
    assert!(household.get(&boss, "/admin/reports.csv?from=2026-11&to=2099-12").body.contains("\n2026-11,"));
}
