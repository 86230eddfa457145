//! Payouts and adjustments: read for their pages, and what the pages change of them.
//!
//! What moves money is one transaction that begins with `ledger_fence.sql`: it books all or nothing, under the causes that
//! the batch would use, and never while somebody else writes to the ledger.

use serde_json::json;
use tributary_shared::id::PartnerId;
use tributary_shared::json;
use tributary_shared::ledger::Account;
use tributary_shared::money::Currency;
use tributary_shared::partner::PartnerStatus;
use tributary_shared::payout::{Candidate, Requisites, propose};
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::history::Prepared;
use super::row::Row;
use super::{Answers, many, number, page_rows};

/// Requisites as they are stored; nothing where a later version wrote what this one cannot read.
pub(crate) fn requisites(details: &str) -> Option<Requisites> {
    json::read(details).ok()
}

type Asked = (&'static str, Vec<wasm_bindgen::JsValue>);

fn page(before: i64, receiver: &str, state: &str) -> Asked {
    let sql = sql!("payouts_page.sql");
    (sql, vec![number(before), receiver.into(), state.into(), page_rows()])
}

/// A page of payouts and one row more, the newest first: of one receiver and in one state, if they are said.
pub(crate) async fn payouts(env: &Env, before: Option<i64>, receiver: &str, state: &str) -> Result<Vec<Row>> {
    many(env, &[page(before.unwrap_or(LAST), receiver, state)]).await?.rows(0)
}

/// A page of a partner's own payouts and one row more, the newest first.
pub(crate) async fn of_partner(env: &Env, partner: PartnerId, before: Option<i64>) -> Result<Vec<Row>> {
    let asked = vec![number(Account::Partner(partner).number()), number(before.unwrap_or(LAST)), page_rows()];
    many(env, &[(sql!("payouts_of_partner.sql"), asked)]).await?.rows(0)
}

/// Above every number of a row.
const LAST: i64 = tributary_shared::money::MINOR_MAX;

/// One payout, and what became of it.
pub(crate) async fn card(env: &Env, id: i64) -> Result<(Option<Row>, Vec<Row>)> {
    let history = (sql!("payout_history_of.sql"), vec![number(id)]);
    let answers = many(env, &[page(id.saturating_add(1), "", ""), history]).await?;
    let found = answers.one(0)?.filter(|row| row.number("id").is_ok_and(|found| found == id));
    Ok((found, answers.rows(1)?))
}

/// Whoever may be paid, and what he is owed.
pub(crate) struct Receiver {
    pub(crate) account: i64,
    pub(crate) name: String,
    /// The number of his latest payout; 0 without any.
    pub(crate) latest: i64,
    /// What is on hold and what is payable, by currency.
    pub(crate) balances: Vec<(Currency, i64, i64)>,
    /// Where he wants his money, the newest first.
    pub(crate) wallets: Vec<Requisites>,
    pub(crate) payouts: Vec<Row>,
}

/// Reads a receiver by his name, `CODE` or `charity:CODE`.
pub(crate) async fn receiver(env: &Env, name: &str, now: Timestamp) -> Result<Option<Receiver>> {
    let answers = many(
        env,
        &[
            (sql!("receiver.sql"), vec![name.into()]),
            (sql!("receiver_balances.sql"), vec![name.into(), number(now.unix_seconds())]),
            (sql!("receiver_requisites.sql"), vec![name.into()]),
            page(LAST, name, ""),
        ],
    )
    .await?;
    let Some(row) = answers.one(0)? else {
        return Ok(None);
    };
    Ok(Some(Receiver {
        account: row.number("account")?,
        name: row.text("name")?,
        latest: row.number("latest")?,
        balances: answers
            .table(1, |row| Ok((row.currency("currency")?, row.number("pending")?, row.number("payable")?)))?,
        wallets: details(&answers, 2)?,
        payouts: answers.rows(3)?,
    }))
}

fn details(answers: &Answers, place: usize) -> Result<Vec<Requisites>> {
    Ok(answers.table(place, |row| row.text("details"))?.iter().filter_map(|details| requisites(details)).collect())
}

/// What files are made of: payouts that are prepared, and the merchant as he describes himself.
pub(crate) async fn prepared(env: &Env) -> Result<(Vec<Row>, Option<String>)> {
    let asked = [(sql!("payouts_prepared.sql"), vec![]), (sql!("merchant.sql"), vec![])];
    let answers = many(env, &asked).await?;
    Ok((answers.rows(0)?, answers.one(1)?.map(|row| row.maybe_text("details")).transpose()?.flatten()))
}

/// How far payouts have come, of those that there are.
pub(crate) async fn states(env: &Env, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let asked = vec![json!(ids).to_string().into()];
    let answers = many(env, &[(sql!("payout_states.sql"), asked)]).await?;
    answers.table(0, |row| Ok((row.number("id")?, row.text("state")?)))
}

/// What is owed now and is to be paid out, as rows of `payouts_prepare.sql`.
pub(crate) async fn due(env: &Env, now: Timestamp) -> Result<Vec<serde_json::Value>> {
    let answers = many(env, &[(sql!("payouts_due.sql"), vec![number(now.unix_seconds())])]).await?;
    let rows: Vec<Row> = answers.rows(0)?;
    let mut due = Vec::new();
    for row in &rows {
        let requisites = row.maybe_text("requisites")?;
        let candidate = Candidate {
            payable_minor: row.number("payable")?,
            minimum_minor: row.maybe_number("minimum")?.unwrap_or(0),
            has_requisites: requisites.is_some(),
            is_prepared: row.number("is_prepared")? != 0,
            status: match row.text("status")?.as_str() {
                "active" => PartnerStatus::Active,
                "pending" => PartnerStatus::Pending,
                _ => PartnerStatus::Blocked,
            },
        };
        if let (Ok(minor), Some(requisites)) = (propose(&candidate, false), requisites) {
            due.push(json!([row.number("account")?, row.text("currency")?, minor, requisites]));
        }
    }
    Ok(due)
}

/// Nobody writes to the ledger while this transaction does.
pub(crate) fn fence(who: &str, now: Timestamp) -> Prepared {
    (sql!("ledger_fence.sql"), vec![format!("page/{who}").into(), number(now.unix_seconds())])
}

/// Why a transaction was refused, if it was for a reason that people can do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Somebody writes to the ledger: a night, or a person at a terminal.
    Busy,
    /// The form was sent before, or somebody was quicker.
    Again,
    /// There is a proposal for this balance.
    Open,
}

/// Tells from the table that refused.
pub(crate) fn refused(error: &worker::Error) -> Option<Refused> {
    let text = error.to_string();
    [
        ("lease.token", Refused::Busy),
        ("payout.amount_minor", Refused::Again),
        ("posting.cause", Refused::Again),
        ("payout.account", Refused::Open),
    ]
    .into_iter()
    .find_map(|(column, refused)| text.contains(column).then_some(refused))
}

/// A payout that somebody proposes.
pub(crate) struct Proposal<'a> {
    pub(crate) account: i64,
    pub(crate) currency: Currency,
    pub(crate) amount_minor: i64,
    pub(crate) debt_minor: i64,
    pub(crate) requisites: &'a Requisites,
    /// The account's latest payout as he knew it.
    pub(crate) latest: i64,
}

/// Proposes a payout, unless there is a later one than he knew of.
pub(crate) fn propose_one(proposal: &Proposal<'_>, by: &str, now: Timestamp) -> Result<Prepared> {
    let details =
        serde_json::to_string(proposal.requisites).map_err(|error| worker::Error::RustError(error.to_string()))?;
    let parameters = vec![
        number(proposal.account),
        proposal.currency.code().into(),
        number(proposal.amount_minor),
        number(proposal.debt_minor),
        details.into(),
        by.into(),
        number(now.unix_seconds()),
        number(proposal.latest),
    ];
    Ok((sql!("payout_prepare.sql"), parameters))
}

/// Proposes what [`due`] found.
pub(crate) fn propose_all(rows: &[serde_json::Value], by: &str, now: Timestamp) -> Prepared {
    let rows = json!(rows).to_string();
    (sql!("payouts_prepare.sql"), vec![rows.into(), by.into(), number(now.unix_seconds())])
}

/// Who says so, why, and when.
pub(crate) struct Signed<'a> {
    pub(crate) by: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) at: Timestamp,
}

/// Books payouts as `confirmed` or `failed`: those of the list, and the latest of an account (0 for none).
pub(crate) fn becomes(ids: &[i64], account: i64, state: &str, signed: &Signed<'_>) -> [Prepared; 3] {
    let of = [json!(ids).to_string().into(), number(account)];
    let all: Vec<wasm_bindgen::JsValue> = of
        .iter()
        .cloned()
        .chain([state.into(), signed.by.into(), signed.reason.into(), number(signed.at.unix_seconds())])
        .collect();
    [(sql!("payouts_post.sql"), all.clone()), (sql!("payouts_book.sql"), of.into()), (sql!("payouts_finish.sql"), all)]
}

/// Changes the amount of a proposal.
pub(crate) fn edit(id: i64, amount_minor: i64, signed: &Signed<'_>) -> Prepared {
    let at = number(signed.at.unix_seconds());
    let parameters = vec![number(id), number(amount_minor), signed.by.into(), at, signed.reason.into()];
    (sql!("payout_edit_amount.sql"), parameters)
}

/// Gives up a proposal.
pub(crate) fn give_up(id: i64, signed: &Signed<'_>) -> Prepared {
    let at = number(signed.at.unix_seconds());
    (sql!("payout_give_up.sql"), vec![number(id), signed.by.into(), at, signed.reason.into()])
}

/// Adds to an account, or takes from it, once for each cause.
pub(crate) fn adjust(cause: &str, account: i64, minor: i64, currency: Currency, signed: &Signed<'_>) -> [Prepared; 2] {
    let adjust = Account::Adjust.number();
    let (debit, credit) = if minor < 0 { (account, adjust) } else { (adjust, account) };
    let transfers = format!(r#"[[{debit},{credit},{},"{}","adjustment",0,0]]"#, minor.abs(), currency.code());
    let at = number(signed.at.unix_seconds());
    let post = vec![cause.into(), signed.by.into(), signed.reason.into(), at, transfers.into()];
    [(sql!("adjustment_post.sql"), post), (sql!("adjustment_book.sql"), vec![cause.into()])]
}

/// The newest adjustments, as they came.
pub(crate) async fn adjustments(env: &Env) -> Result<Vec<Row>> {
    many(env, &[(sql!("adjustments_latest.sql"), vec![page_rows()])]).await?.rows(0)
}
