//! Partners as the merchant's pages show them.

use tributary_shared::id::PartnerId;
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;
use worker::{Env, Result};

use super::programs::ProgramRow;
use super::row::row;
use super::{many, number, page_rows};

/// A partner of a list.
#[derive(Debug)]
pub(crate) struct PartnerRow {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) terms: String,
    pub(crate) program: Option<String>,
    pub(crate) parent: Option<String>,
    pub(crate) has_account: i64,
}

row!(PartnerRow { code, name, email, terms, program, parent, has_account });

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
    let answers = many(env, &[(sql!("partners_page.sql"), asked), (sql!("programs_now.sql"), vec![at])]).await?;
    Ok((answers.rows(0)?, answers.rows(1)?))
}

/// A partner.
#[derive(Debug, Clone)]
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
    pub(crate) program_code: Option<String>,
    pub(crate) currency: Option<Currency>,
    pub(crate) parent: Option<String>,
    pub(crate) has_account: i64,
    /// Whether he has followed a link that was sent to the address of his log-in.
    pub(crate) is_confirmed: i64,
}

row!(PartnerCard {
    id,
    code,
    name,
    email,
    site,
    phone,
    created_at,
    terms,
    program,
    program_code,
    currency,
    parent,
    has_account,
    is_confirmed,
});

/// One partner by his code.
pub(crate) async fn partner(env: &Env, code: &str, now: Timestamp) -> Result<Option<PartnerCard>> {
    let asked = vec![number(now.unix_seconds()), code.into()];
    many(env, &[(sql!("partner_card.sql"), asked)]).await?.row(0)
}

#[derive(Debug)]
struct Above {
    found: Option<i64>,
    depth: Option<i64>,
}

row!(Above { found, depth });

/// Whether somebody stands above a partner, or is he; and how many stand above him.
pub(crate) async fn upline(env: &Env, of: PartnerId, who: PartnerId, now: Timestamp) -> Result<(bool, i64)> {
    let asked = vec![number(of.0), number(who.0), number(now.unix_seconds())];
    let above: Option<Above> = many(env, &[(sql!("upline_has.sql"), asked)]).await?.row(0)?;
    Ok(above.map_or((false, 0), |above| (above.found == Some(1), above.depth.unwrap_or(0))))
}
