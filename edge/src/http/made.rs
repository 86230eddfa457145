//! `POST /api/v1/{partners,products,links,contacts,coupons}`: what a merchant's own systems make.

use serde_json::json;
use tributary_shared::api::request::{self, Given};
use tributary_shared::api::resource::Resource;
use tributary_shared::api::scope::Scope;
use tributary_shared::contact::Email;
use tributary_shared::event::OptIn;
use tributary_shared::id::{Code, CouponCode, ExternalId, PartnerId, Sku, TouchId};
use tributary_shared::json;
use tributary_shared::link::LinkCode;
use tributary_shared::partner::{PartnerStatus, PartnerTerms, UPLINE_DEPTH_MAX};
use tributary_shared::program::{TierRates, parse_rates};
use tributary_shared::rules::ProductTerms;
use tributary_shared::time::Timestamp;
use tributary_shared::touch::{Touch, TouchKind};
use tributary_shared::visit;
use worker::{Context, Env, Request, Response, Result};

use super::repeat::{Repeat, respond};
use super::{body, invalid, key, unavailable};
use crate::clock;
use crate::config::config;
use crate::error::Problem;
use crate::store;
use crate::store::history::{self, Change, Prepared, is_taken};
use crate::store::partners::{self, Particulars};

type Checked<T> = std::result::Result<T, Problem>;

/// What is to be made, checked.
struct Making {
    statements: Vec<Prepared>,
    /// As the history has it.
    what: &'static str,
    /// What it is called.
    name: String,
    /// What the history calls it, which is kept for ever: no person's address.
    subject: Option<String>,
    /// What is said of it.
    said: String,
}

/// Makes one of a list.
pub(crate) async fn make(mut request: Request, resource: Resource, env: &Env, ctx: &Context) -> Result<Response> {
    respond(try_make(&mut request, resource, env, ctx).await)
}

/// 1. A key that may; a body of known fields; the answer, if this request had one.
/// 2. Every field is checked, and what it names is looked up.
/// 3. All that follows, a line in the history and the answer are written, or nothing is.
async fn try_make(request: &mut Request, resource: Resource, env: &Env, ctx: &Context) -> Checked<String> {
    // (1)
    let access = key::require_merchant(request, env, Scope::Write).await?;
    let json = body::api_json(request).await?;
    let repeat = Repeat::of(request, &access, &json)?;
    let fields = match resource {
        Resource::Partners => &request::PARTNER,
        Resource::Products => &request::PRODUCT,
        Resource::Links => &request::LINK,
        Resource::Contacts => &request::CONTACT,
        Resource::Coupons => &request::COUPON,
        Resource::Orders | Resource::Accruals | Resource::Payouts | Resource::Balances | Resource::Stats => {
            return Err(Problem::not_found());
        }
    };
    let given = fields.check(&json).map_err(invalid)?;
    if let Some(answer) = repeat.answered(env).await? {
        return Ok(answer);
    }
    // (2)
    let (now, who) = (clock::now(), access.who());
    let made = match resource {
        Resource::Partners => partner(env, given, &who, now).await?,
        Resource::Products => product(given, &who, now)?,
        Resource::Links => link(env, given, now).await?,
        Resource::Contacts => contact(env, given, &who, now).await?,
        Resource::Coupons => coupon(env, given).await?,
        Resource::Orders | Resource::Accruals | Resource::Payouts | Resource::Balances | Resource::Stats => {
            return Err(Problem::not_found());
        }
    };
    // (3)
    let Making { mut statements, what, name, subject, said } = made;
    let answer = json!({ "made": resource.singular(), "name": name }).to_string();
    statements.extend(repeat.keep(&answer, now, None));
    let subject = subject.as_deref().unwrap_or(&name);
    let change = Change { at: now, who: &who, what, subject, before: String::new(), after: said };
    if let Err(error) = history::change(env, &statements, None, &change).await {
        if !is_taken(&error) {
            return Err(unavailable(error));
        }
        // By the same request, which came twice at once; or by another.
        return repeat.answered(env).await?.ok_or_else(|| {
            Problem::taken(format!("{} `{name}` exists already; nothing was changed", resource.singular()))
        });
    }
    if resource == Resource::Links {
        let env = env.clone();
        // Into KV at once, and not only when the schedule comes by.
        ctx.wait_until(async move {
            if let Err(error) = store::links::project(&env).await {
                worker::console_warn!("links into KV: {error}");
            }
        });
    }
    Ok(answer)
}

fn bad<E: std::fmt::Display>(field: &'static str) -> impl FnOnce(E) -> Problem {
    move |error| Problem::invalid(field, error.to_string())
}

/// A text that the table says must be there.
fn must<'a>(given: &'a Given<'_>, field: &'static str) -> &'a str {
    given.text(field).unwrap_or_default()
}

async fn named(env: &Env, field: &'static str, code: &str) -> Checked<PartnerId> {
    let partner = partners::by_code(env, code).await.map_err(unavailable)?;
    partner.ok_or_else(|| Problem::invalid(field, format!("partner `{code}` is not known")))
}

fn rates(given: &Given<'_>) -> Checked<TierRates> {
    parse_rates(given.text("rates").unwrap_or_default()).map_err(bad("rates"))
}

fn email(given: &Given<'_>) -> Checked<Option<Email>> {
    given.text("email").map(Email::parse).transpose().map_err(bad("email"))
}

async fn partner(env: &Env, given: Given<'_>, who: &str, now: Timestamp) -> Checked<Making> {
    let code = Code::parse(must(&given, "code")).map_err(bad("code"))?;
    let email = email(&given)?;
    let rates = rates(&given)?;
    let status = match given.text("status") {
        None | Some("active") => PartnerStatus::Active,
        Some("pending") => PartnerStatus::Pending,
        Some(_) => return Err(Problem::invalid("status", "want active or pending")),
    };
    let programs = store::programs::programs(env, now).await.map_err(unavailable)?;
    let program = programs.iter().find(|program| program.code == must(&given, "program"));
    let program = program.ok_or_else(|| Problem::invalid("program", "there is no such program"))?.id;
    let parent = match given.text("parent") {
        Some(parent) => Some(named(env, "parent", parent).await?),
        None => None,
    };
    if let Some(parent) = parent {
        // Nobody stands under who is only made now: the way up ends, and may only be too long.
        let upline = store::partner_cards::upline(env, parent, PartnerId(0), now).await;
        let (_, depth) = upline.map_err(unavailable)?;
        if depth + 1 > i64::try_from(UPLINE_DEPTH_MAX).unwrap_or(i64::MAX) {
            return Err(Problem::invalid("parent", format!("more than {UPLINE_DEPTH_MAX} partners would stand above")));
        }
    }
    let terms = PartnerTerms { program, parent, parent_commission_until: None, rates, status };
    let particulars = Particulars {
        code: code.as_str(),
        name: must(&given, "name"),
        email: email.as_ref().map_or("", Email::as_str),
        site: given.text("site").unwrap_or_default(),
        phone: given.text("phone").unwrap_or_default(),
    };
    // His first terms hold for ever back, as those of a file do.
    let put = partners::put_terms(code.as_str(), Timestamp::FIRST, &terms, who, now).map_err(unavailable)?;
    Ok(Making {
        statements: vec![partners::insert(particulars, now), put],
        what: "partner.created",
        said: partners::text_of(&terms).map_err(unavailable)?,
        name: code.into(),
        subject: None,
    })
}

fn product(given: Given<'_>, who: &str, now: Timestamp) -> Checked<Making> {
    let sku = Sku::parse(must(&given, "sku")).map_err(bad("sku"))?;
    let terms = ProductTerms {
        participates: given.flag("participates").unwrap_or(true),
        shown: given.flag("shown").unwrap_or(true),
        rates: rates(&given)?,
        ..ProductTerms::standard()
    };
    let terms = store::products::terms_text(&terms).map_err(unavailable)?;
    let statements = store::products::new_product(sku.as_str(), must(&given, "name"), &terms, who, now).to_vec();
    Ok(Making { statements, what: "product.created", said: terms, name: sku.into(), subject: None })
}

async fn link(env: &Env, given: Given<'_>, now: Timestamp) -> Checked<Making> {
    let code = match given.text("code") {
        Some(text) => LinkCode::parse(text).map_err(bad("code"))?.as_str().to_owned(),
        None => clock::short_code(),
    };
    let target = config(env).site.hosts.check(must(&given, "target")).map_err(bad("target"))?.to_string();
    let partner = must(&given, "partner");
    let card = store::partner_cards::partner(env, partner, now).await.map_err(unavailable)?;
    let card = card.ok_or_else(|| Problem::invalid("partner", format!("partner `{partner}` is not known")))?;
    let terms: PartnerTerms = json::read(&card.terms).map_err(|error| unavailable(error.to_string().into()))?;
    let product = given.text("product").unwrap_or_default();
    if !product.is_empty() {
        let found = store::products::products_named(env, now, &[product.to_owned()]).await.map_err(unavailable)?;
        if found.is_empty() {
            return Err(Problem::invalid("product", format!("product `{product}` is not known")));
        }
    }
    let statement = partners::new_link(&code, card.id, &target, terms.program, product, now);
    Ok(Making {
        statements: vec![statement],
        what: "link.made",
        said: format!("{partner} {target}"),
        name: code,
        subject: None,
    })
}

async fn contact(env: &Env, given: Given<'_>, who: &str, now: Timestamp) -> Checked<Making> {
    let email = email(&given)?;
    let external_id = given.text("external_id").map(ExternalId::parse).transpose().map_err(bad("external_id"))?;
    let name = match (&email, &external_id) {
        (Some(email), _) => email.as_str().to_owned(),
        (None, Some(id)) => id.as_str().to_owned(),
        (None, None) => return Err(Problem::invalid("email", "give an e-mail address or an external id")),
    };
    let subject = email.as_ref().map(Email::masked);
    let mut touches = Vec::new();
    if let Some(text) = given.text("trb") {
        let config = config(env);
        touches = visit::open(text, config.site.keys.as_ref().ok_or_else(Problem::unavailable)?).touches;
    }
    if let Some(code) = given.text("partner") {
        let partner = named(env, "partner", code).await?;
        touches.push(Touch { id: TouchId::NONE, kind: TouchKind::Visit, partner, link: None, at: now });
    }
    let opt_in = OptIn {
        email,
        external_id,
        name: given.text("name").unwrap_or_default().to_owned(),
        at: now,
        source: who.to_owned(),
        touches,
    };
    let statements = store::contacts::opted_in(&opt_in).to_vec();
    Ok(Making { statements, what: "contact.reported", said: String::new(), name, subject })
}

async fn coupon(env: &Env, given: Given<'_>) -> Checked<Making> {
    let code = CouponCode::parse(must(&given, "code")).map_err(bad("code"))?;
    let partner = must(&given, "partner");
    let statement = partners::new_coupon(code.as_str(), named(env, "partner", partner).await?);
    Ok(Making {
        statements: vec![statement],
        what: "coupon.given",
        said: partner.to_owned(),
        name: code.into(),
        subject: None,
    })
}
