//! Every route, on one screen.

use std::pin::Pin;

use tributary_shared::api::resource::Resource;
use tributary_shared::hook::Shop;
use worker::web_sys;
use worker::{Context, Env, Method, Request, Response, Result};

use crate::error::Problem;
use crate::http;
use crate::http::hooks::Provider;

/// What a request is for.
enum Route<'a> {
    Click,
    Counter,
    Collect,
    CollectGif,
    OpenApi,
    /// A list of the API, to read or to add to; or one of it.
    List(Resource, Option<&'a str>),
    Refunds(&'a str),
    Chargebacks(&'a str),
    /// A provider's hook, of one of its shops that has a name.
    Hook(Provider, Option<Shop<'a>>),
    Postback,
    Widget(&'a str, http::widget::Form),
    Diagnostics,
    Health,
}

/// The route of a path, with the methods that it takes.
fn find(path: &str) -> Option<(Route<'_>, &'static str)> {
    if path.starts_with("/go/") {
        return Some((Route::Click, http::click::METHODS));
    }
    if let Some(name) = path.strip_prefix("/w/") {
        return http::widget::asked(name).map(|(code, form)| (Route::Widget(code, form), "GET, HEAD"));
    }
    Some(match path {
        "/t.js" => (Route::Counter, "GET, HEAD"),
        "/collect" => (Route::Collect, "POST, OPTIONS"),
        "/collect.gif" => (Route::CollectGif, "GET"),
        "/openapi.json" => (Route::OpenApi, "GET"),
        "/api/v1/postback" => (Route::Postback, "GET, POST"),
        "/api/v1/diagnostics" => (Route::Diagnostics, "GET"),
        "/healthz" => (Route::Health, "GET, HEAD"),
        _ if path.starts_with("/hooks/") => {
            let (provider, shop) = http::hooks::find(path.strip_prefix("/hooks/")?)?;
            (Route::Hook(provider, shop), "POST")
        }
        _ => {
            let (list, rest) = match path.strip_prefix("/api/v1/")?.split_once('/') {
                Some((list, rest)) => (Resource::parse(list)?, Some(rest)),
                None => (Resource::parse(path.strip_prefix("/api/v1/")?)?, None),
            };
            match (list, rest.map(|rest| rest.rsplit_once('/').unwrap_or((rest, "")))) {
                (list, None) if list.takes_posts() => (Route::List(list, None), "GET, POST"),
                (list, None) => (Route::List(list, None), "GET"),
                (Resource::Orders, Some((order, "refunds"))) => (Route::Refunds(order), "POST"),
                (Resource::Orders, Some((order, "chargebacks"))) => (Route::Chargebacks(order), "POST"),
                (list, Some((name, ""))) if list.is_asked_singly() => (Route::List(list, Some(name)), "GET"),
                (_, Some(_)) => return None,
            }
        }
    })
}

/// Answers a request: redirects and reports before anything else is built, because they are nearly all of the traffic.
pub(crate) async fn route(request: web_sys::Request, env: &Env, ctx: &Context) -> Result<web_sys::Response> {
    if let Some(asked) = http::click::asked(&request) {
        return http::click::go(asked, env, ctx).await;
    }
    match http::collect::reading(&request) {
        Some(reading) => report(reading, &request, env, ctx).await,
        None => other(request.into(), env, ctx).await.map(Into::into),
    }
}

/// Takes a report of the counter; behind a pointer as [`other`] is.
#[inline(never)]
fn report<'a>(
    reading: http::collect::Reading,
    request: &'a web_sys::Request,
    env: &'a Env,
    ctx: &'a Context,
) -> Pin<Box<dyn Future<Output = Result<web_sys::Response>> + 'a>> {
    Box::pin(http::collect::post(reading, request, env, ctx))
}

/// Answers any other request.
///
/// Behind a pointer that the compiler cannot see through: else the state of all routes is part of every redirect's, and
/// their code of its one function, 135 KB of WASM that are compiled before the first visitor is sent on.
#[inline(never)]
fn other<'a>(request: Request, env: &'a Env, ctx: &'a Context) -> Pin<Box<dyn Future<Output = Result<Response>> + 'a>> {
    Box::pin(answer(request, env, ctx))
}

async fn answer(request: Request, env: &Env, ctx: &Context) -> Result<Response> {
    let url = request.url()?;
    let Some((route, allow)) = find(url.path()) else {
        return page(request, &url, env, ctx).await;
    };
    if !takes(allow, &request) {
        return Problem::method_not_allowed(allow).response();
    }
    let method = request.method();
    match route {
        // Asked with another method: with these, `route` has taken it.
        Route::Click => Problem::method_not_allowed(http::click::METHODS).response(),
        Route::Counter => http::counter::script(&request),
        // `route` has taken those that are posted.
        Route::Collect => http::collect::preflight(&request),
        Route::CollectGif => http::collect::gif(&request, &url, env, ctx),
        Route::OpenApi => http::openapi::document(),
        Route::List(Resource::Orders, None) if method == Method::Post => http::orders::place(request, env).await,
        Route::List(list, None) if method == Method::Post => http::made::make(request, list, env, ctx).await,
        Route::List(list, name) => http::lists::show(&request, &url, list, name, env).await,
        Route::Refunds(order) => http::orders::refund(request, order, env).await,
        Route::Chargebacks(order) => http::orders::chargeback(request, order, env).await,
        Route::Hook(provider, shop) => http::hooks::take(request, (provider, shop), env).await,
        Route::Postback => http::hooks::postback(&url, env).await,
        Route::Widget(code, form) => http::widget::show((code, form), &request, &url, env).await,
        Route::Diagnostics => http::diagnostics::show(&request, env).await,
        Route::Health => http::health::check(env).await,
    }
}

/// Whether a request comes with one of these methods, by its own word for it: `worker` takes any that it does not know,
/// such as `QUERY`, for `GET`.
fn takes(methods: &str, request: &Request) -> bool {
    let method = request.inner().method();
    methods.split(", ").any(|taken| taken == method)
}

/// Answers a request for a page; behind a pointer as [`other`] is, so that a page view by the counter carries no page.
#[inline(never)]
fn page<'a>(
    request: Request,
    url: &'a worker::Url,
    env: &'a Env,
    ctx: &'a Context,
) -> Pin<Box<dyn Future<Output = Result<Response>> + 'a>> {
    Box::pin(answer_page(request, url, env, ctx))
}

async fn answer_page(request: Request, url: &worker::Url, env: &Env, ctx: &Context) -> Result<Response> {
    let Some((route, segment)) = http::site::routes::find(url.path()) else {
        return if http::site::routes::is_site(url.path()) {
            http::site::not_found(request, url, env, ctx).await
        } else {
            Problem::not_found().response()
        };
    };
    if !takes(route.methods, &request) {
        return Problem::method_not_allowed(route.methods).response();
    }
    http::site::answer((route, segment), request, url, env, ctx).await
}
