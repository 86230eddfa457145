//! Pages over HTTP: who asks, whether he may, and the answer with all its headers.

mod admin;
mod advertised;
mod branding;
mod cabinet;
mod desk;
mod entries;
mod form;
mod hooks;
mod join;
mod kept;
mod letters;
mod login;
mod materials;
mod merchant;
mod own_keys;
mod partner_card;
mod partner_links;
mod partners;
mod password;
mod profile;
mod reports;
mod requisites;
pub(crate) mod routes;
mod sales;
mod settings;
mod statement;
mod tried;
mod visit;

use crate::pages::frame::{Framed, whole};
use tributary_shared::account::Right;
use worker::{Context, Env, Headers, Method, Request, Response, Result, Url};

use crate::pages::{SCRIPT, STYLE};
use crate::post;
use admin::import::Asked;
use routes::{Needs, Page, Route};
use visit::Visit;

/// Nothing runs or loads on pages but what is served beside them; nobody frames them, and they send nothing elsewhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

/// Why a page is not shown.
pub(crate) enum Refusal {
    /// It is not there, or not for him: both look the same.
    NotFound,
    /// A form that did not come from here, or too late.
    Foreign,
    /// More was sent than is taken.
    TooLarge,
    /// The database did not answer.
    Unavailable(worker::Error),
}

impl From<worker::Error> for Refusal {
    fn from(error: worker::Error) -> Self {
        Self::Unavailable(error)
    }
}

/// A page, or why there is none.
pub(crate) type Shown = std::result::Result<Response, Refusal>;

/// Answers a request for a page.
///
/// 1. What needs nobody known: style, script, picture.
/// 2. Who asks: by the session's cookie. Whoever must log in first is led there, and back afterwards.
/// 3. What changes something comes from a page of ours, with its token.
/// 4. What he has no right to is not there.
pub(crate) async fn answer(
    (route, segment): (&'static Route, &str),
    request: Request,
    url: &Url,
    env: &Env,
    ctx: &Context,
) -> Result<Response> {
    // (1)
    if route.page == Page::Style {
        return asset("text/css; charset=utf-8", STYLE);
    } else if route.page == Page::Script {
        return asset("text/javascript; charset=utf-8", SCRIPT);
    } else if route.page == Page::Icon {
        return asset("image/svg+xml", include_str!("../../../assets/icon.svg"));
    }
    let changes = request.method() == Method::Post;
    // (2)
    let mut visit = match Visit::of(request, url, segment, env, ctx).await {
        Ok(visit) => visit,
        Err(error) => {
            worker::console_error!("{}: {error}", route.path);
            return plain(503, "The database cannot be reached. Nothing was changed; please try again.");
        }
    };
    let shown = match (route.needs, &visit.session) {
        (Needs::Session | Needs::Rights(..), None) if changes => Err(Refusal::Foreign),
        (Needs::Session | Needs::Rights(..), None) => login::lead(&visit),
        _ if visit.is_too_large => Err(Refusal::TooLarge),
        // (3)
        _ if changes && !visit.is_ours() => Err(Refusal::Foreign),
        // (4)
        (needs, Some(session)) if !needs.is_met_by(session.role, changes) => Err(Refusal::NotFound),
        _ => show(route.page, &mut visit, changes).await,
    };
    match shown {
        Ok(mut response) => {
            if changes && post::is_configured(env) {
                // Whoever asked for a link waits for it.
                let env = env.clone();
                ctx.wait_until(async move {
                    if let Err(error) = post::send(&env).await {
                        worker::console_error!("mail: {error}");
                    }
                });
            }
            branding::widen(&visit, &mut response)?;
            Ok(response)
        }
        Err(refusal) => refused(&visit, &refusal),
    }
}

async fn show(page: Page, visit: &mut Visit<'_>, changes: bool) -> Shown {
    match page {
        // Answered before anybody was asked who he is.
        Page::Style | Page::Script | Page::Icon => Err(Refusal::NotFound),
        Page::BrandStyle => branding::style(visit),
        Page::Banner => partner_links::banner(visit),
        Page::Start => start(visit),
        Page::Language => login::language(visit).await,
        Page::Login if changes => login::enter(visit).await,
        Page::Login => login::show(visit),
        Page::LoginLink if changes => login::follow(visit).await,
        Page::LoginLink => login::link(visit).await,
        Page::Logout => login::leave(visit).await,
        Page::Password if changes => login::set_password(visit).await,
        Page::Password => login::password(visit),
        Page::Join if changes => join::take(visit).await,
        Page::Join => join::show(visit).await,
        Page::EmbedLogin => login::embedded(visit),
        Page::AdminHome => admin::home::home(visit).await,
        Page::AdminOrders => admin::orders::orders(visit).await,
        Page::AdminOrder if changes => admin::orders::rule(visit).await,
        Page::AdminOrder => admin::orders::order(visit).await,
        Page::AdminPartners => partners::list(visit).await,
        Page::AdminPartnerNew if changes => partners::create(visit).await,
        Page::AdminPartnerNew => partners::new(visit).await,
        Page::AdminPartner if changes => partner_card::change(visit).await,
        Page::AdminPartner => partner_card::card(visit).await,
        Page::AdminPartnerLinks => partner_card::make_link(visit).await,
        Page::AdminProducts if changes => admin::products::save(visit).await,
        Page::AdminProducts => admin::products::products(visit).await,
        Page::AdminProduct if changes => admin::product::change(visit).await,
        Page::AdminProduct => admin::product::product(visit).await,
        Page::AdminContacts if changes => admin::contacts::add(visit).await,
        Page::AdminContacts => admin::contacts::contacts(visit).await,
        Page::AdminContact if changes => admin::contacts::bind(visit).await,
        Page::AdminContact => admin::contacts::contact(visit).await,
        Page::AdminPrograms => admin::programs::programs(visit).await,
        Page::AdminProgramNew | Page::AdminProgram if changes => admin::program::change(visit).await,
        Page::AdminProgramNew => admin::program::new(visit),
        Page::AdminProgram => admin::program::program(visit).await,
        Page::AdminProgramTest => admin::trial::trial(visit).await,
        Page::AdminBalances => admin::books::balances(visit).await,
        Page::AdminAccruals => admin::accruals::accruals(visit).await,
        Page::AdminReports | Page::PartnerReports => reports::reports(visit).await,
        Page::AdminTable => admin::csv::export(visit).await,
        Page::AdminPayouts if changes => admin::payouts::change_payouts(visit).await,
        Page::AdminPayouts => admin::payouts::payouts(visit).await,
        Page::AdminPayoutNew if changes => admin::payouts::pay(visit).await,
        Page::AdminPayoutNew => admin::payouts::new(visit).await,
        Page::AdminPayoutFiles => admin::payout_files::files(visit).await,
        Page::AdminPayoutFile => admin::payout_files::payout_file(visit).await,
        Page::AdminPayout if changes => admin::payouts::change_payout(visit).await,
        Page::AdminPayout => admin::payouts::payout(visit).await,
        Page::AdminAdjust if changes => admin::adjustments::adjust(visit).await,
        Page::AdminAdjust => admin::adjustments::adjustments(visit).await,
        Page::AdminCounter => admin::counter::counter(visit).await,
        Page::AdminBranding if changes => branding::save(visit).await,
        Page::AdminBranding => branding::show(visit).await,
        Page::AdminMerchant => merchant::save(visit).await,
        Page::AdminHooks | Page::AdminPartnerPostbacks | Page::PartnerPostbacks if changes => {
            hooks::change(visit).await
        }
        Page::AdminHooks | Page::AdminPartnerPostbacks | Page::PartnerPostbacks => hooks::show(visit).await,
        Page::AdminMail if changes => admin::mail::resend(visit).await,
        Page::AdminMail => admin::mail::mail(visit).await,
        Page::AdminMailTexts if changes => admin::mail::save_texts(visit).await,
        Page::AdminMailTexts => admin::mail::texts(visit).await,
        Page::AdminAudit => admin::books::audit(visit).await,
        Page::AdminImport if changes => admin::import::send(visit).await,
        Page::AdminImport => admin::import::show(visit),
        Page::AdminImportFile | Page::AdminImportBad => {
            let looks = if page == Page::AdminImportBad { Asked::Bad } else { Asked::Look };
            let asked = if changes { Asked::Change } else { looks };
            admin::import::sent(visit, asked).await
        }
        Page::AdminShops => admin::shops::shops(visit).await,
        Page::AdminPeople if changes => admin::people::change_people(visit).await,
        Page::AdminPeople => admin::people::people(visit).await,
        Page::Sales => sales::list(visit).await,
        Page::SalesFile => sales::concierges(visit).await,
        Page::SalesOrders if changes => desk::change_orders(visit).await,
        Page::SalesOrders => desk::orders(visit).await,
        Page::SalesPlace if changes => sales::place(visit).await,
        Page::SalesPlace => sales::form(visit).await,
        Page::PartnerHome => cabinet::home(visit).await,
        Page::PartnerLinks if changes => partner_links::make_link(visit).await,
        Page::PartnerLinks => partner_links::links(visit).await,
        Page::PartnerLink => partner_links::link(visit).await,
        Page::PartnerLinkFile => partner_links::link_file(visit).await,
        Page::PartnerProducts => advertised::products(visit).await,
        Page::PartnerProduct => advertised::product(visit).await,
        Page::PartnerAccruals => cabinet::accruals(visit).await,
        Page::PartnerPayouts => cabinet::payouts(visit).await,
        Page::PartnerOrders => tried::tried(visit).await,
        Page::PartnerOrder => cabinet::order(visit).await,
        Page::PartnerReportsFile => reports::export(visit).await,
        Page::PartnerStatement | Page::AdminStatement => statement::statement(visit).await,
        Page::PartnerStatementFile | Page::AdminStatementFile => statement::download(visit).await,
        Page::PartnerPartners => cabinet::partners(visit).await,
        Page::PartnerSettings if changes => settings::save(visit).await,
        Page::PartnerSettings => settings::show(visit).await,
    }
}

/// Leads to where whoever asks belongs.
fn start(visit: &Visit<'_>) -> Shown {
    Ok(to(visit.home(), &[])?)
}

/// The page for what is not at an address below the pages.
pub(crate) async fn not_found(request: Request, url: &Url, env: &Env, ctx: &Context) -> Result<Response> {
    match Visit::of(request, url, "", env, ctx).await {
        Ok(visit) => refused(&visit, &Refusal::NotFound),
        Err(_) => plain(404, "There is nothing at this address."),
    }
}

fn refused(visit: &Visit<'_>, refusal: &Refusal) -> Result<Response> {
    let (status, title, text) = match refusal {
        Refusal::NotFound => (404, visit.t("not-found-title"), visit.t("not-found")),
        Refusal::Foreign => (403, visit.t("unavailable-title"), visit.t("form-foreign")),
        Refusal::TooLarge => (413, visit.t("unavailable-title"), visit.t("too-large")),
        Refusal::Unavailable(error) => {
            worker::console_error!("a page: {error}");
            (503, visit.t("unavailable-title"), visit.t("unavailable"))
        }
    };
    let way = Some(("/".to_owned(), visit.t("to-start")));
    html(status, &crate::pages::login::Message { frame: visit.frame(title), text, way })
}

/// Headers that every page has.
fn headers(content_type: &str) -> Result<Headers> {
    let headers = Headers::new();
    for (name, value) in [
        ("Content-Type", content_type),
        ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
        ("Strict-Transport-Security", super::HSTS),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("Cache-Control", "no-store"),
    ] {
        headers.set(name, value)?;
    }
    Ok(headers)
}

/// A page.
pub(crate) fn html(status: u16, page: &impl Framed) -> Result<Response> {
    let text = whole(page).map_err(|error| worker::Error::RustError(error.to_string()))?;
    let headers = headers("text/html; charset=utf-8")?;
    if status == 503 {
        headers.set("Retry-After", "5")?;
    }
    Ok(Response::from_bytes(text.into_bytes())?.with_status(status).with_headers(headers))
}

/// A letter as HTML, as whoever gets it sees it: with styles of its own, and nothing that runs, loads or is sent.
pub(crate) fn letter(html: String) -> Result<Response> {
    let headers = headers("text/html; charset=utf-8")?;
    headers.set(
        "Content-Security-Policy",
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )?;
    Ok(Response::from_bytes(html.into_bytes())?.with_headers(headers))
}

/// A file to be kept.
pub(crate) fn file(content_type: &str, name: &str, body: String) -> Result<Response> {
    let headers = headers(content_type)?;
    headers.set("Content-Disposition", &format!("attachment; filename=\"{name}\""))?;
    Ok(Response::from_bytes(body.into_bytes())?.with_headers(headers))
}

/// A picture that other sites show.
pub(crate) fn picture(body: String) -> Result<Response> {
    let headers = headers("image/svg+xml")?;
    headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    headers.set("Cache-Control", "public, max-age=3600")?;
    Ok(Response::from_bytes(body.into_bytes())?.with_headers(headers))
}

fn plain(status: u16, text: &str) -> Result<Response> {
    let headers = headers("text/plain; charset=utf-8")?;
    Ok(Response::from_bytes(text.as_bytes().to_vec())?.with_status(status).with_headers(headers))
}

/// A style sheet of the merchant's, under an address with its hash in it.
pub(crate) fn stylesheet(text: String) -> Result<Response> {
    let headers = headers("text/css; charset=utf-8")?;
    headers.set("Cache-Control", "public, max-age=31536000, immutable")?;
    Ok(Response::from_bytes(text.into_bytes())?.with_headers(headers))
}

/// What does not change under its address: that has its hash in it.
fn asset(content_type: &str, text: &str) -> Result<Response> {
    let headers = headers(content_type)?;
    headers.set("Cache-Control", "public, max-age=31536000, immutable")?;
    Ok(Response::from_bytes(text.as_bytes().to_vec())?.with_headers(headers))
}

/// Leads on to another page after a change, so that loading it again changes nothing.
pub(crate) fn to(path: &str, cookies: &[String]) -> Result<Response> {
    let headers = headers("text/plain; charset=utf-8")?;
    headers.set("Location", path)?;
    for cookie in cookies {
        headers.append("Set-Cookie", cookie)?;
    }
    Ok(Response::empty()?.with_status(303).with_headers(headers))
}

/// Where a role begins.
pub(crate) const fn home_of(role: tributary_shared::account::Role) -> &'static str {
    if role.may(Right::Cabinet) {
        "/partner"
    } else if role.may(Right::SeeAdmin) {
        "/admin"
    } else {
        "/sales"
    }
}
