//! Every route, on one screen.

use worker::{Context, Env, Method, Request, Response, Result};

use crate::error::Problem;
use crate::http;

/// What a request is for.
enum Route<'a> {
    Click(&'a str),
    Counter,
    Collect,
    CollectGif,
    Orders,
    Refunds(&'a str),
    Chargebacks(&'a str),
    Diagnostics,
    Health,
}

/// The route of a path, with the methods that it takes.
fn find(path: &str) -> Option<(Route<'_>, &'static str)> {
    // The redirect first: it is nearly all of the traffic.
    if let Some(code) = path.strip_prefix("/go/") {
        return Some((Route::Click(code), "GET, HEAD"));
    }
    Some(match path {
        "/t.js" => (Route::Counter, "GET, HEAD"),
        "/collect" => (Route::Collect, "POST, OPTIONS"),
        "/collect.gif" => (Route::CollectGif, "GET"),
        "/api/v1/orders" => (Route::Orders, "POST"),
        "/api/v1/diagnostics" => (Route::Diagnostics, "GET"),
        "/healthz" => (Route::Health, "GET, HEAD"),
        _ => {
            let (order, what) = path.strip_prefix("/api/v1/orders/")?.rsplit_once('/')?;
            match what {
                "refunds" => (Route::Refunds(order), "POST"),
                "chargebacks" => (Route::Chargebacks(order), "POST"),
                _ => return None,
            }
        }
    })
}

/// Answers a request.
pub(crate) async fn route(request: Request, env: &Env, ctx: &Context) -> Result<Response> {
    let url = request.url()?;
    let Some((route, allow)) = find(url.path()) else {
        return Problem::not_found().response();
    };
    let method = request.method();
    if !allow.split(", ").any(|allowed| allowed == method.as_ref()) {
        return Problem::method_not_allowed(allow).response();
    }
    match route {
        Route::Click(code) => http::click::go(&request, &url, code, env, ctx).await,
        Route::Counter => http::counter::script(&request),
        Route::Collect if method == Method::Options => http::collect::preflight(&request),
        Route::Collect => http::collect::post(request, env, ctx).await,
        Route::CollectGif => http::collect::gif(&request, &url, env, ctx),
        Route::Orders => http::orders::place(request, env).await,
        Route::Refunds(order) => http::orders::refund(request, order, env).await,
        Route::Chargebacks(order) => http::orders::chargeback(request, order, env).await,
        Route::Diagnostics => http::diagnostics::show(&request, env).await,
        Route::Health => http::health::check(env).await,
    }
}
