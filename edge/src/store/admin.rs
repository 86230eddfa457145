//! What the merchant's pages show: a page is one way to the database, whatever is on it.

use serde::Deserialize;
use tributary_shared::id::{PartnerId, ProductId, ProgramId};
use tributary_shared::money::Currency;
use tributary_shared::time::{DAY_SECONDS, Timestamp};
use worker::{Env, Result};

use super::history::Prepared;
use super::{Answers, many, number};

/// Hours since 1970, as clicks are kept by.
const HOUR_SECONDS: i64 = 3_600;

/// Days that charts show.
pub(crate) const CHART_DAYS: i64 = 30;

/// Rows of one page of a list.
pub(crate) const PAGE_ROWS: usize = 50;

/// One more than a page: whether there is another.
fn page_rows() -> wasm_bindgen::JsValue {
    number(i64::try_from(PAGE_ROWS).unwrap_or(0) + 1)
}

/// The first hour that charts show.
pub(crate) fn first_hour(now: Timestamp) -> i64 {
    (now.unix_seconds() / DAY_SECONDS - CHART_DAYS + 1) * (DAY_SECONDS / HOUR_SECONDS)
}

/// Clicks of a day, by its number since 1970.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct DayClicks {
    pub(crate) day: i64,
    pub(crate) clicks: i64,
}

/// A night.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Run {
    pub(crate) started_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
    /// What it reported, as JSON.
    pub(crate) report: Option<String>,
}

/// A sum.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Sum {
    pub(crate) currency: Currency,
    pub(crate) minor: i64,
}

#[derive(Debug, Default, Deserialize)]
struct Looks {
    held: i64,
    mail: i64,
    programs: i64,
}

#[derive(Debug, Default, Deserialize)]
struct Pending {
    pending: i64,
}

#[derive(Debug, Default, Deserialize)]
struct Missed {
    missed: i64,
}

/// The merchant's first page.
pub(crate) struct Home {
    pub(crate) clicks: Vec<DayClicks>,
    pub(crate) runs: Vec<Run>,
    pub(crate) payable: Vec<Sum>,
    pub(crate) held: i64,
    pub(crate) unsent_mail: i64,
    pub(crate) programs: i64,
    pub(crate) pending: i64,
    pub(crate) missed: i64,
}

/// Reads the merchant's first page.
pub(crate) async fn home(env: &Env, now: Timestamp) -> Result<Home> {
    let at = number(now.unix_seconds());
    let answers = many(
        env,
        &[
            (include_str!("sql/clicks_by_day.sql"), vec![number(first_hour(now))]),
            (include_str!("sql/runs_latest.sql"), vec![]),
            (include_str!("sql/payable.sql"), vec![at.clone()]),
            (include_str!("sql/looks.sql"), vec![]),
            (include_str!("sql/partners_pending.sql"), vec![at]),
            (include_str!("sql/missed_count.sql"), vec![]),
        ],
    )
    .await?;
    let looks: Looks = answers.row(3)?.unwrap_or_default();
    Ok(Home {
        clicks: answers.rows(0)?,
        runs: answers.rows(1)?,
        payable: answers.rows(2)?,
        held: looks.held,
        unsent_mail: looks.mail,
        programs: looks.programs,
        pending: answers.row::<Pending>(4)?.unwrap_or_default().pending,
        missed: answers.row::<Missed>(5)?.unwrap_or_default().missed,
    })
}

/// An order of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct OrderRow {
    pub(crate) id: i64,
    pub(crate) external_id: String,
    pub(crate) at: Timestamp,
    pub(crate) revision: i64,
    pub(crate) decided_revision: i64,
    pub(crate) outcome: Option<String>,
    pub(crate) partner: Option<String>,
    /// What the order said last, as it is stored.
    pub(crate) body: Option<String>,
}

/// Orders by how their names begin, held ones, or all.
pub(crate) async fn orders(env: &Env, search: &str, is_held: bool, before: Option<i64>) -> Result<Vec<OrderRow>> {
    let before = number(before.unwrap_or(i64::from(u32::MAX) << 20));
    let statement = if !search.is_empty() {
        // Every name that begins so is below the same with the last of all characters behind it.
        let end = format!("{search}\u{10ffff}");
        (include_str!("sql/orders_named.sql"), vec![search.into(), end.into(), page_rows()])
    } else if is_held {
        (include_str!("sql/orders_held.sql"), vec![before, page_rows()])
    } else {
        (include_str!("sql/orders_page.sql"), vec![before, page_rows()])
    };
    many(env, &[statement]).await?.rows(0)
}

/// An event of an order.
#[derive(Debug, Deserialize)]
pub(crate) struct EventRow {
    pub(crate) id: i64,
    pub(crate) revision: i64,
    pub(crate) arrival: i64,
    pub(crate) source: String,
    pub(crate) at: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) body: String,
}

/// The latest decision about an order.
#[derive(Debug, Deserialize)]
pub(crate) struct DecisionRow {
    pub(crate) outcome: String,
    pub(crate) evidence: Option<String>,
    pub(crate) steps: String,
    pub(crate) decided_at: Timestamp,
    pub(crate) revision: i64,
    pub(crate) partner: Option<String>,
}

/// A transfer of an order, with its receiver's code.
#[derive(Debug, Deserialize)]
pub(crate) struct TransferRow {
    pub(crate) debit: i64,
    pub(crate) amount_minor: i64,
    pub(crate) currency: Currency,
    pub(crate) kind: String,
    pub(crate) tier: u8,
    pub(crate) payable_from: Timestamp,
    pub(crate) created_at: Timestamp,
    pub(crate) receiver: String,
}

/// An order with all that is known of it.
pub(crate) struct Order {
    pub(crate) events: Vec<EventRow>,
    pub(crate) decision: Option<DecisionRow>,
    pub(crate) transfers: Vec<TransferRow>,
}

/// Reads an order.
pub(crate) async fn order(env: &Env, external_id: &str) -> Result<Order> {
    let name = || vec![external_id.into()];
    let answers = many(
        env,
        &[
            (include_str!("sql/order_events.sql"), name()),
            (include_str!("sql/order_decision.sql"), name()),
            (include_str!("sql/order_transfers.sql"), name()),
        ],
    )
    .await?;
    Ok(Order { events: answers.rows(0)?, decision: answers.row(1)?, transfers: answers.rows(2)? })
}

/// A partner of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct PartnerRow {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) terms: String,
    pub(crate) program: Option<String>,
    pub(crate) parent: Option<String>,
    pub(crate) has_account: i64,
}

/// A program as it is now.
#[derive(Debug, Deserialize)]
pub(crate) struct ProgramRow {
    pub(crate) id: ProgramId,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) currency: Currency,
    pub(crate) valid_from: Timestamp,
    pub(crate) rules: String,
}

/// Partners by code, and the programs that they may be in.
pub(crate) async fn partners(
    env: &Env,
    now: Timestamp,
    after: &str,
    search: &str,
    status: &str,
) -> Result<(Vec<PartnerRow>, Vec<ProgramRow>)> {
    let at = number(now.unix_seconds());
    let asked = vec![at.clone(), after.into(), search.to_lowercase().into(), status.into(), page_rows(), search.into()];
    let answers =
        many(env, &[(include_str!("sql/partners_page.sql"), asked), (include_str!("sql/programs_now.sql"), vec![at])])
            .await?;
    Ok((answers.rows(0)?, answers.rows(1)?))
}

/// All programs as they are now.
pub(crate) async fn programs(env: &Env, now: Timestamp) -> Result<Vec<ProgramRow>> {
    many(env, &[(include_str!("sql/programs_now.sql"), vec![number(now.unix_seconds())])]).await?.rows(0)
}

/// A partner.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PartnerCard {
    pub(crate) id: PartnerId,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) site: String,
    pub(crate) phone: String,
    pub(crate) created_at: Timestamp,
    pub(crate) terms: String,
    pub(crate) program: Option<String>,
    pub(crate) currency: Option<Currency>,
    pub(crate) parent: Option<String>,
    pub(crate) has_account: i64,
}

/// One partner by his code.
pub(crate) async fn partner(env: &Env, code: &str, now: Timestamp) -> Result<Option<PartnerCard>> {
    let asked = vec![number(now.unix_seconds()), code.into()];
    many(env, &[(include_str!("sql/partner_card.sql"), asked)]).await?.row(0)
}

#[derive(Debug, Deserialize)]
struct Above {
    found: Option<i64>,
    depth: Option<i64>,
}

/// Whether somebody stands above a partner, or is he; and how many stand above him.
pub(crate) async fn upline(env: &Env, of: PartnerId, who: PartnerId, now: Timestamp) -> Result<(bool, i64)> {
    let asked = vec![number(of.0), number(who.0), number(now.unix_seconds())];
    let above: Option<Above> = many(env, &[(include_str!("sql/upline_has.sql"), asked)]).await?.row(0)?;
    Ok(above.map_or((false, 0), |above| (above.found == Some(1), above.depth.unwrap_or(0))))
}

/// A balance of a partner.
#[derive(Debug, Deserialize)]
pub(crate) struct BalanceRow {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) currency: Currency,
    pub(crate) pending: i64,
    pub(crate) payable: i64,
    pub(crate) paid: i64,
}

/// A payout.
#[derive(Debug, Deserialize)]
pub(crate) struct PayoutRow {
    pub(crate) id: i64,
    pub(crate) receiver: String,
    pub(crate) amount_minor: i64,
    pub(crate) currency: Currency,
    pub(crate) state: String,
    pub(crate) method: Option<String>,
    pub(crate) who: String,
    pub(crate) at: Timestamp,
    pub(crate) note: String,
}

/// Balances of the partners of one page, by code, and the latest payouts.
pub(crate) async fn balances(
    env: &Env,
    now: Timestamp,
    after: &str,
) -> Result<(Vec<BalanceRow>, Option<String>, Vec<PayoutRow>)> {
    let rows = number(i64::try_from(PAGE_ROWS).unwrap_or(0));
    let answers = many(
        env,
        &[
            (include_str!("sql/balances_page.sql"), vec![number(now.unix_seconds()), after.into(), rows.clone()]),
            (include_str!("sql/payouts_latest.sql"), vec![]),
            (include_str!("sql/partners_page_end.sql"), vec![after.into(), rows]),
        ],
    )
    .await?;
    #[derive(Deserialize)]
    struct End {
        code: String,
    }
    Ok((answers.rows(0)?, answers.row::<End>(2)?.map(|end| end.code), answers.rows(1)?))
}

/// A product as it is now.
#[derive(Debug, Deserialize)]
pub(crate) struct ProductRow {
    pub(crate) id: ProductId,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) terms: String,
}

/// Products by what the shop calls them.
pub(crate) async fn products(env: &Env, now: Timestamp, after: &str) -> Result<Vec<ProductRow>> {
    let asked = vec![number(now.unix_seconds()), after.into(), page_rows()];
    many(env, &[(include_str!("sql/products_page.sql"), asked)]).await?.rows(0)
}

/// Products by name.
pub(crate) async fn products_named(env: &Env, now: Timestamp, skus: &[String]) -> Result<Vec<ProductRow>> {
    let asked = vec![number(now.unix_seconds()), serde_json::json!(skus).to_string().into()];
    many(env, &[(include_str!("sql/products_named.sql"), asked)]).await?.rows(0)
}

/// Lets a product's terms, as they are stored, hold from now on.
pub(crate) fn put_product_terms(product: ProductId, terms: String, by: &str, now: Timestamp) -> Prepared {
    let at = number(now.unix_seconds());
    (include_str!("sql/product_version_put.sql"), vec![number(product.0), at.clone(), terms.into(), by.into(), at])
}

/// What of the guide is done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    pub(crate) partners: i64,
    pub(crate) links: i64,
    pub(crate) transfers: i64,
}

/// Programs, and what of the guide is done: the last whether any page of the merchant's has sent a hit.
pub(crate) async fn guide(env: &Env, now: Timestamp) -> Result<(Vec<ProgramRow>, Done, bool)> {
    #[derive(Deserialize)]
    struct Pages {
        pages: i64,
    }
    let answers: Answers = many(
        env,
        &[
            (include_str!("sql/programs_now.sql"), vec![number(now.unix_seconds())]),
            (include_str!("sql/guide_done.sql"), vec![]),
            (include_str!("sql/pages_any.sql"), vec![]),
        ],
    )
    .await?;
    let pages = answers.row::<Pages>(2)?.is_some_and(|found| found.pages != 0);
    Ok((answers.rows(0)?, answers.row(1)?.unwrap_or_default(), pages))
}

/// A mail.
#[derive(Debug, Deserialize)]
pub(crate) struct MailRow {
    pub(crate) created_at: Timestamp,
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) sent_at: Option<i64>,
    pub(crate) failed_at: Option<i64>,
    pub(crate) problem: String,
}

/// The latest mails.
pub(crate) async fn mails(env: &Env) -> Result<Vec<MailRow>> {
    many(env, &[(include_str!("sql/mails.sql"), vec![])]).await?.rows(0)
}

/// A line of the history.
#[derive(Debug, Deserialize)]
pub(crate) struct AuditRow {
    pub(crate) id: i64,
    pub(crate) at: Timestamp,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) subject: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// The history, the newest first.
pub(crate) async fn audit(env: &Env, before: Option<i64>) -> Result<Vec<AuditRow>> {
    let before = number(before.unwrap_or(i64::from(u32::MAX) << 20));
    many(env, &[(include_str!("sql/audit_page.sql"), vec![before, page_rows()])]).await?.rows(0)
}

/// Somebody of the merchant's.
#[derive(Debug, Deserialize)]
pub(crate) struct PersonRow {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) closed_at: Option<i64>,
}

/// The merchant's people.
pub(crate) async fn people(env: &Env) -> Result<Vec<PersonRow>> {
    many(env, &[(include_str!("sql/accounts_of_merchant.sql"), vec![])]).await?.rows(0)
}

/// A partner for whom orders are placed.
#[derive(Debug, Deserialize)]
pub(crate) struct ConciergeRow {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) site: String,
}

/// Partners for whom orders may be placed, by code; found by name, house or code.
pub(crate) async fn concierges(env: &Env, now: Timestamp, after: &str, search: &str) -> Result<Vec<ConciergeRow>> {
    let asked =
        vec![number(now.unix_seconds()), after.into(), search.to_lowercase().into(), page_rows(), search.into()];
    many(env, &[(include_str!("sql/concierges.sql"), asked)]).await?.rows(0)
}

/// All of them, as far as a page to be kept holds.
pub(crate) async fn all_concierges(env: &Env, now: Timestamp) -> Result<Vec<ConciergeRow>> {
    let asked = vec![number(now.unix_seconds()), "".into(), "".into(), number(5_000), "".into()];
    many(env, &[(include_str!("sql/concierges.sql"), asked)]).await?.rows(0)
}

/// A customer whom a partner has served.
#[derive(Debug, Deserialize)]
pub(crate) struct CustomerRow {
    pub(crate) email: String,
    pub(crate) name: String,
}

/// Customers whom a partner has served before, and what is sold.
pub(crate) async fn sold(env: &Env, partner: PartnerId, now: Timestamp) -> Result<(Vec<CustomerRow>, Vec<ProductRow>)> {
    let answers = many(
        env,
        &[
            (include_str!("sql/customers_of_partner.sql"), vec![number(partner.0)]),
            (
                include_str!("sql/products_page.sql"),
                vec![number(now.unix_seconds()), "".into(), number(i64::try_from(PAGE_ROWS).unwrap_or(0) * 4)],
            ),
        ],
    )
    .await?;
    Ok((answers.rows(0)?, answers.rows(1)?))
}
