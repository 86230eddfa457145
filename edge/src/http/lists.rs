//! `GET /api/v1/{orders,partners,…}` and one of each: what there is, as JSON or XML.

use tributary_shared::api::accept::{self, Form};
use tributary_shared::api::query;
use tributary_shared::api::record;
use tributary_shared::api::resource::Resource;
use tributary_shared::api::scope::Scope;
use tributary_shared::id::PartnerId;
use worker::{Env, Request, Response, Result, Url};

use super::{invalid, key, unavailable};
use crate::clock;
use crate::error::Problem;
use crate::store;
use crate::store::lists::Wanted;

/// Answers a page of a list, or one of it.
pub(crate) async fn show(
    request: &Request,
    url: &Url,
    resource: Resource,
    name: Option<&str>,
    env: &Env,
) -> Result<Response> {
    match try_show(request, url, resource, name, env).await {
        Ok((form, text)) => super::written(200, form.media_type(), text),
        Err(problem) => problem.response(),
    }
}

/// 1. Who asks, in which form, and for what.
/// 2. Whose: a partner's key asks for his own, whatever it says.
/// 3. The rows, with one more to know whether there is another page.
async fn try_show(
    request: &Request,
    url: &Url,
    resource: Resource,
    name: Option<&str>,
    env: &Env,
) -> std::result::Result<(Form, String), Problem> {
    // (1)
    let access = key::require(request, env, Scope::Read).await?;
    let form = accept::form(&super::header(request, "Accept")).ok_or_else(Problem::not_acceptable)?;
    if access.partner.is_some() && !resource.is_for_partners() {
        return Err(key::of_partner());
    }
    let (now, asked) = (clock::now(), url.query().unwrap_or_default());
    let before_code = format!("{}/go/", url.origin().ascii_serialization());
    let wanted = |partner| Wanted { resource, partner, now, before_code: &before_code };
    let own = access.partner.as_ref().map(|(id, code)| (*id, code.as_str()));
    let Some(name) = name else {
        let asked = query::list(resource, asked, now).map_err(invalid)?;
        // (2)
        let partner = match (own, asked.partner.as_deref()) {
            (Some((_, code)), Some(named)) if code != named => return Err(key::of_partner()),
            (Some(own), _) => Some(own),
            (None, Some(code)) => Some((known(env, code).await?, code)),
            (None, None) if resource == Resource::Balances => {
                return Err(Problem::invalid("partner", "must be given: balances are one partner's"));
            }
            (None, None) => None,
        };
        // (3)
        let period = (asked.from, asked.to);
        let (records, next) = store::lists::page(env, &wanted(partner), asked.cursor.as_deref(), asked.limit, period)
            .await
            .map_err(unavailable)?;
        return Ok((form, record::page(form, resource, &records, next.as_deref())));
    };
    query::nothing(asked).map_err(invalid)?;
    let name = tributary_shared::link::decode_segment(name);
    match store::lists::one(env, &wanted(own), &name).await.map_err(unavailable)? {
        Some(found) => Ok((form, record::one(form, resource, &found))),
        None => Err(Problem::not_found()),
    }
}

async fn known(env: &Env, code: &str) -> std::result::Result<PartnerId, Problem> {
    let partner = store::partners::by_code(env, code).await.map_err(unavailable)?;
    partner.ok_or_else(|| Problem::invalid("partner", format!("partner `{code}` is not known")))
}
