//! Partners: who they are, what holds for them, how they log in, and the links that are theirs.

use tributary_shared::id::{PartnerId, ProgramId};
use tributary_shared::partner::PartnerTerms;
use tributary_shared::time::Timestamp;
use worker::{Env, Error, Result};

use super::history::Prepared;
use super::{number, value};

/// The partner whom the merchant calls so.
pub(crate) async fn by_code(env: &Env, code: &str) -> Result<Option<PartnerId>> {
    let id = value::<i64>(env, sql!(batch "partner_id.sql"), &[code.into()], "id").await?;
    Ok(id.map(PartnerId))
}

/// The code of a partner with an address who has never had a log-in.
pub(crate) async fn without_login(env: &Env, email: &str) -> Result<Option<String>> {
    value::<String>(env, sql!("partner_without_login.sql"), &[email.into()], "code").await
}

/// Whether a charity is known.
pub(crate) async fn is_charity(env: &Env, code: &str) -> Result<bool> {
    Ok(value::<i64>(env, sql!(batch "charity_by_code.sql"), &[code.into()], "id").await?.is_some())
}

/// Who a partner is, beside his terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Particulars<'a> {
    pub(crate) code: &'a str,
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) site: &'a str,
    pub(crate) phone: &'a str,
}

/// Writes a new partner.
pub(crate) fn insert(who: Particulars<'_>, at: Timestamp) -> Prepared {
    let Particulars { code, name, email, site, phone } = who;
    let at = number(at.unix_seconds());
    let parameters = vec![code.into(), name.into(), email.into(), site.into(), phone.into(), at];
    (sql!("partner_insert.sql"), parameters)
}

/// Changes who a partner is.
pub(crate) fn update(who: Particulars<'_>) -> Prepared {
    let Particulars { code, name, email, site, phone } = who;
    (sql!("partner_update.sql"), vec![code.into(), name.into(), email.into(), site.into(), phone.into()])
}

/// Lets terms hold from an instant on.
pub(crate) fn put_terms(
    code: &str,
    valid_from: Timestamp,
    terms: &PartnerTerms,
    by: &str,
    at: Timestamp,
) -> Result<Prepared> {
    let (valid_from, at) = (number(valid_from.unix_seconds()), number(at.unix_seconds()));
    let parameters = vec![code.into(), valid_from, text_of(terms)?.into(), by.into(), at];
    Ok((sql!("partner_version_put.sql"), parameters))
}

/// Moves a partner to another program from now on, and with him what is planned for later.
pub(crate) fn move_to(partner: PartnerId, program: ProgramId, by: &str, now: Timestamp) -> Prepared {
    let parameters = vec![number(partner.0), number(program.0), number(now.unix_seconds()), by.into()];
    (sql!("partner_move.sql"), parameters)
}

/// Terms as they are stored.
pub(crate) fn text_of(terms: &PartnerTerms) -> Result<String> {
    serde_json::to_string(terms).map_err(|error| Error::RustError(error.to_string()))
}

/// Who lets a partner log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LetInBy {
    /// The merchant: a log-in that was closed is opened again.
    Merchant,
    /// He himself: what was closed stays closed.
    Himself,
}

/// Lets a partner log in.
pub(crate) fn let_in(code: &str, email: &str, language: &str, by: LetInBy, at: Timestamp) -> Prepared {
    let sql = match by {
        LetInBy::Merchant => sql!("partner_account_insert.sql"),
        LetInBy::Himself => sql!("partner_account_new.sql"),
    };
    (sql, vec![code.into(), email.into(), language.into(), number(at.unix_seconds())])
}

/// Moves a partner's log-in to another address; links that were mailed to the old one open nothing.
pub(crate) fn move_log_in(code: &str, email: &str) -> [Prepared; 2] {
    [sql!("partner_login_links_delete.sql"), sql!("partner_account_email.sql")]
        .map(|sql| (sql, vec![code.into(), email.into()]))
}

/// Makes a link that lasts as long as the window of its program.
pub(crate) fn make_link(code: &str, partner: PartnerId, target: &str, program: ProgramId, at: Timestamp) -> Prepared {
    let parameters = vec![code.into(), number(partner.0), target.into(), number(program.0), number(at.unix_seconds())];
    (sql!("link_make.sql"), parameters)
}

/// Makes a link, perhaps for a product; a code that is taken is an error.
pub(crate) fn new_link(
    code: &str,
    partner: PartnerId,
    target: &str,
    program: ProgramId,
    product: &str,
    at: Timestamp,
) -> Prepared {
    let (_, mut parameters) = make_link(code, partner, target, program, at);
    parameters.push(product.into());
    (sql!("link_new.sql"), parameters)
}

/// Gives a coupon to a partner; one that is taken is an error.
pub(crate) fn new_coupon(code: &str, partner: PartnerId) -> Prepared {
    (sql!("coupon_insert.sql"), vec![code.into(), number(partner.0)])
}
