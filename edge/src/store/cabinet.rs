//! What a partner's pages show, all of it by his own account.

use serde_json::json;
use tributary_shared::id::PartnerId;
use tributary_shared::ledger::Account;
use tributary_shared::money::Currency;
use tributary_shared::time::{DAY_SECONDS, Timestamp};
use worker::{Env, Result};

use super::history::Prepared;
use super::home::{CHART_DAYS, DayClicks, Sum, first_hour};
use super::partner_cards::PartnerCard;
use super::programs::ProgramRow;
use super::row::Row;
use super::row::row;
use super::{many, number, page_rows};

/// Months that the chart of earnings looks back, in days.
const EARNED_DAYS: i64 = 366;

/// A balance.
#[derive(Debug)]
pub(crate) struct Balance {
    pub(crate) currency: Currency,
    pub(crate) pending: i64,
    pub(crate) payable: i64,
    pub(crate) paid: i64,
    pub(crate) earned: i64,
}

row!(Balance { currency, pending, payable, paid, earned });

/// What was earned at one instant of booking.
#[derive(Debug)]
pub(crate) struct Earned {
    pub(crate) currency: Currency,
    pub(crate) created_at: Timestamp,
    pub(crate) minor: i64,
}

row!(Earned { currency, created_at, minor });

/// A link.
#[derive(Debug, Clone)]
pub(crate) struct LinkRow {
    pub(crate) id: i64,
    pub(crate) code: String,
    pub(crate) target: String,
    pub(crate) active: i64,
}

row!(LinkRow { id, code, target, active });

/// What came into an account, or went out of it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) kind: String,
    pub(crate) tier: u8,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) payable_from: Timestamp,
    pub(crate) external_id: Option<String>,
    pub(crate) reason: String,
}

row!(Entry { id, created_at, kind, tier, amount, currency, payable_from, external_id, reason });

fn account(partner: PartnerId) -> wasm_bindgen::JsValue {
    number(Account::Partner(partner).number())
}

/// A partner's first page; its clicks come by his links.
pub(crate) struct Home {
    pub(crate) card: Option<PartnerCard>,
    pub(crate) balances: Vec<Balance>,
    /// What will be payable on his next payday.
    pub(crate) next: Vec<Balance>,
    pub(crate) earned: Vec<Earned>,
    pub(crate) orders: i64,
    pub(crate) programs: Vec<ProgramRow>,
    pub(crate) clicks: Vec<DayClicks>,
    /// Whether he has said where his money goes.
    pub(crate) has_requisites: bool,
}

/// Reads a partner's first page: two ways, because clicks and money may live in two databases.
pub(crate) async fn home(env: &Env, partner: PartnerId, code: &str, now: Timestamp, payday: Timestamp) -> Result<Home> {
    struct Orders {
        orders: i64,
    }

    row!(Orders { orders });
    let at = number(now.unix_seconds());
    let since = now.plus_seconds(-CHART_DAYS * DAY_SECONDS);
    let year = now.plus_seconds(-EARNED_DAYS * DAY_SECONDS);
    let answers = many(
        env,
        &[
            (sql!("partner_card.sql"), vec![at.clone(), code.into()]),
            (sql!("account_balances.sql"), vec![code.into(), at.clone()]),
            (sql!("account_balances.sql"), vec![code.into(), number(payday.unix_seconds())]),
            (sql!("account_months.sql"), vec![account(partner), number(year.unix_seconds())]),
            (sql!("account_orders.sql"), vec![account(partner), number(since.unix_seconds())]),
            (sql!("programs_now.sql"), vec![at]),
            (sql!("partner_link_ids.sql"), vec![code.into()]),
            (sql!("requisites_of_account.sql"), vec![account(partner)]),
        ],
    )
    .await?;
    let ids = answers.table(6, |row| row.number("id"))?;
    let asked = vec![json!(ids).to_string().into(), number(first_hour(now))];
    let clicks = many(env, &[(sql!("clicks_of_links_by_day.sql"), asked)]).await?.rows(0)?;
    Ok(Home {
        card: answers.row(0)?,
        balances: answers.rows(1)?,
        next: answers.rows(2)?,
        earned: answers.rows(3)?,
        orders: answers.row::<Orders>(4)?.map_or(0, |row| row.orders),
        programs: answers.rows(5)?,
        has_requisites: answers.one(7)?.is_some(),
        clicks,
    })
}

/// Clicks of links, by their numbers.
async fn clicks(env: &Env, links: &[LinkRow]) -> Result<Vec<(i64, i64)>> {
    struct Clicks {
        link_id: i64,
        clicks: i64,
    }

    row!(Clicks { link_id, clicks });
    let ids: Vec<i64> = links.iter().map(|link| link.id).collect();
    let asked = vec![json!(ids).to_string().into()];
    let rows: Vec<Clicks> = many(env, &[(sql!("clicks_of_links.sql"), asked)]).await?.rows(0)?;
    Ok(rows.into_iter().map(|row| (row.link_id, row.clicks)).collect())
}

/// With their clicks.
async fn counted(env: &Env, links: Vec<LinkRow>) -> Result<Vec<(LinkRow, i64)>> {
    let clicks = clicks(env, &links).await?;
    let clicks_of = |id| clicks.iter().find(|(link, _)| *link == id).map_or(0, |(_, clicks)| *clicks);
    Ok(links.into_iter().map(|link| (link.clone(), clicks_of(link.id))).collect())
}

/// A page and one more of a partner's links, the newest first.
fn links_before(code: &str, before: Option<i64>) -> (&'static str, Vec<wasm_bindgen::JsValue>) {
    (sql!("partner_links.sql"), vec![code.into(), before.map_or_else(last_number, number), page_rows()])
}

/// One of a partner's links by its code, with its clicks; nothing, if it is not his.
pub(crate) async fn link(env: &Env, partner: &str, code: &str) -> Result<Option<(LinkRow, i64)>> {
    let asked = vec![partner.into(), code.into()];
    let found = many(env, &[(sql!("partner_link.sql"), asked)]).await?.rows(0)?;
    Ok(counted(env, found).await?.pop())
}

/// A partner's links with their clicks, his coupons, and the products that he may advertise.
pub(crate) struct Links {
    /// A page and one more, the newest first.
    pub(crate) links: Vec<(LinkRow, i64)>,
    pub(crate) coupons: Vec<String>,
    /// A page and one more, by what the shop calls them: that, and their names.
    pub(crate) products: Vec<(String, String)>,
}

/// Reads a partner's links: those before one, or the newest.
pub(crate) async fn links(
    env: &Env,
    partner: PartnerId,
    code: &str,
    before: Option<i64>,
    now: Timestamp,
) -> Result<Links> {
    struct Coupon {
        code: String,
    }

    row!(Coupon { code });
    let answers = many(
        env,
        &[
            links_before(code, before),
            (sql!("partner_coupons.sql"), vec![number(partner.0)]),
            (sql!("products_shown.sql"), vec![number(now.unix_seconds()), "".into(), page_rows(), number(partner.0)]),
        ],
    )
    .await?;
    Ok(Links {
        links: counted(env, answers.rows(0)?).await?,
        coupons: answers.rows::<Coupon>(1)?.into_iter().map(|row| row.code).collect(),
        products: answers.table(2, |row| Ok((row.text("sku")?, row.text("name")?)))?,
    })
}

/// What is known of a partner: for the merchant's card of him.
pub(crate) struct Figures {
    /// Who he is; nothing, if nobody has the code.
    pub(crate) card: Option<PartnerCard>,
    pub(crate) balances: Vec<Balance>,
    /// A page and one more, the newest first.
    pub(crate) links: Vec<(LinkRow, i64)>,
    pub(crate) entries: Vec<Entry>,
    /// A page and one more, by their codes.
    pub(crate) children: Vec<Child>,
    /// Where he may be.
    pub(crate) programs: Vec<ProgramRow>,
}

/// A partner who stands under another.
#[derive(Debug)]
pub(crate) struct Child {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) terms: String,
}

row!(Child { code, name, terms });

/// Reads a partner's figures, in two ways to the database: clicks and money may live in two. His links are those before
/// one, or the newest; who stands under him, those after a code.
pub(crate) async fn figures(
    env: &Env,
    code: &str,
    (link, child): (Option<i64>, &str),
    now: Timestamp,
) -> Result<Figures> {
    let at = number(now.unix_seconds());
    let answers = many(
        env,
        &[
            (sql!("account_balances.sql"), vec![code.into(), at.clone()]),
            links_before(code, link),
            (sql!("account_entries.sql"), vec![code.into(), last_number(), number(20)]),
            children_after(code, child, now),
            (sql!("partner_card.sql"), vec![at.clone(), code.into()]),
            (sql!("programs_now.sql"), vec![at]),
        ],
    )
    .await?;
    Ok(Figures {
        balances: answers.rows(0)?,
        links: counted(env, answers.rows(1)?).await?,
        entries: answers.rows(2)?,
        children: answers.rows(3)?,
        card: answers.row(4)?,
        programs: answers.rows(5)?,
    })
}

/// Above every number of a row.
fn last_number() -> wasm_bindgen::JsValue {
    number(tributary_shared::money::MINOR_MAX)
}

/// A page of entries, the newest first.
pub(crate) async fn entries(env: &Env, code: &str, before: Option<i64>) -> Result<Vec<Entry>> {
    let before = before.map_or_else(last_number, number);
    many(env, &[(sql!("account_entries.sql"), vec![code.into(), before, page_rows()])]).await?.rows(0)
}

/// A month: what the account held before, and what came and went.
pub(crate) async fn month(
    env: &Env,
    partner: PartnerId,
    from: Timestamp,
    to: Timestamp,
) -> Result<(Vec<Sum>, Vec<Entry>)> {
    let (from, to) = (number(from.unix_seconds()), number(to.unix_seconds()));
    let answers = many(
        env,
        &[
            (sql!("account_opening.sql"), vec![account(partner), from.clone()]),
            (sql!("account_entries_between.sql"), vec![account(partner), from, to]),
        ],
    )
    .await?;
    Ok((answers.rows(0)?, answers.rows(1)?))
}

fn children_after(code: &str, after: &str, now: Timestamp) -> (&'static str, Vec<wasm_bindgen::JsValue>) {
    (sql!("partner_children.sql"), vec![number(now.unix_seconds()), code.into(), after.into(), page_rows()])
}

/// A page and one more of those who stand under a partner, by their codes; and his program's code.
pub(crate) async fn children(env: &Env, code: &str, after: &str, now: Timestamp) -> Result<(Vec<Child>, String)> {
    let card = (sql!("partner_card.sql"), vec![number(now.unix_seconds()), code.into()]);
    let answers = many(env, &[children_after(code, after, now), card]).await?;
    let card: Option<PartnerCard> = answers.row(1)?;
    Ok((answers.rows(0)?, card.and_then(|card| card.program_code).unwrap_or_default()))
}

/// Sets where a partner's money goes, as it is stored; what was set before stays on record.
pub(crate) fn set_requisites(partner: PartnerId, details: String, by: &str, now: Timestamp) -> Prepared {
    let at = number(now.unix_seconds());
    (sql!("requisites_save.sql"), vec![account(partner), details.into(), by.into(), at])
}

/// A page of touches and one more, the newest first, of orders that carried one of a partner: whether the order is to be
/// shown as not credited, and how it was decided.
pub(crate) async fn tried(
    env: &Env,
    partner: PartnerId,
    account: i64,
    before: Option<i64>,
    source: &str,
) -> Result<Vec<Row>> {
    let before = before.map_or_else(last_number, number);
    let asked = vec![number(partner.0), number(account), before, source.into(), page_rows()];
    many(env, &[(sql!("orders_tried.sql"), asked)]).await?.rows(0)
}
