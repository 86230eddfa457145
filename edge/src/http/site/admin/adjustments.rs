//! Adjustments: what a named person adds to a balance or takes from it.

use tributary_shared::ledger::Account;
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;

use super::payouts::{book, is_line, line, said};
use super::tables::{self, Col, Form as As, table};
use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html};
use crate::pages::frame::Key;
use crate::pages::list::{Control, Field, Form, List, Part};
use crate::store::payouts::{self, Signed};

/// What people add to balances and take from them beside orders and payouts.
pub(in crate::http::site) async fn adjustments(visit: &Visit<'_>) -> Shown {
    const LATEST: &[Col] = &[
        Col("at", Key("col-time"), As::Time),
        Col("partner", Key("col-partner"), As::Partner),
        Col("amount_minor", Key("col-amount"), As::Money),
        Col("who", Key("col-who"), As::Text),
        Col("note", Key("payout-reason"), As::Text),
    ];
    let rows = payouts::adjustments(visit.env).await?;
    let mut page = List::of(visit.frame(visit.t("adjustments-title")));
    page.hint = visit.t("adjustments-hint");
    page.ways = vec![("/admin/payouts".to_owned(), visit.t("payouts-title"))];
    if page.frame.may_change() {
        let choices = vec![("add".to_owned(), visit.t("adjust-add")), ("take".to_owned(), visit.t("adjust-take"))];
        let fields = vec![
            Field::hidden("at", visit.now.unix_seconds().to_string()),
            Field::new("partner", visit.t("col-partner"), &visit.query("partner"), Control::Required),
            Field::new("way", visit.t("col-kind"), "", Control::Choice(choices)),
            Field::new("amount", visit.t("col-amount"), "", Control::Amount),
            Field::new("currency", visit.t("field-currency"), "", Control::Required),
            Field::new("reason", visit.t("payout-reason"), "", Control::Required),
        ];
        let buttons = vec![("adjust", visit.t("adjust-book"))];
        let form = Some(Form { action: "/admin/adjustments".to_owned(), fields, buttons });
        page.parts.push(Part { form, ..Part::default() });
    }
    page.parts.push(Part {
        title: visit.t("adjustments-latest"),
        table: Some(table(visit, LATEST, &rows, tables::no_key, visit.t("adjustments-empty"))?),
        ..Part::default()
    });
    Ok(html(200, &page)?)
}

/// Adds to a balance or takes from it, with the reason. The form's own time makes its second arrival the same adjustment.
pub(in crate::http::site) async fn adjust(visit: &Visit<'_>) -> Shown {
    const BACK: &str = "/admin/adjustments";
    /// How long a form may lie open, in seconds: a day.
    const OPEN_SECONDS: i64 = 86_400;
    let (name, reason) = (visit.field("partner"), visit.field("reason"));
    if !is_line(reason) {
        return said(BACK, "order-reason-missing");
    }
    let amount = visit
        .field("currency")
        .to_ascii_uppercase()
        .parse::<Currency>()
        .ok()
        .and_then(|currency| tables::amount(visit.field("amount"), currency));
    let Some(money) = amount else {
        return said(BACK, "amount-wrong");
    };
    let receiver = payouts::receiver(visit.env, name, visit.now).await?;
    let Some(account) = receiver.and_then(|receiver| Account::from_number(receiver.account)) else {
        return said(BACK, "partner-unknown");
    };
    let at = visit
        .field("at")
        .parse()
        .map(Timestamp::from_unix_seconds)
        .ok()
        .filter(|at| *at <= visit.now && at.plus_seconds(OPEN_SECONDS) >= visit.now)
        .unwrap_or(visit.now);
    let is_taken = visit.field("way") == "take";
    // As `tributary adjust` says it.
    let words = format!("{name}/{is_taken}/{money}/{}/{reason}/{at}", visit.who());
    let cause = format!("adjustment/{}", tributary_shared::hash::hex_hash(words.as_bytes()));
    let minor = if is_taken { -money.minor() } else { money.minor() };
    let signed = Signed { by: visit.who(), reason, at };
    let statements = payouts::adjust(&cause, account.number(), minor, money.currency(), &signed).into();
    let after = format!("{}{money}: {reason}", if is_taken { "-" } else { "" });
    let change = line(visit, "balance.adjusted", name, String::new(), after);
    book(visit, statements, &change, BACK, "adjusted").await
}
