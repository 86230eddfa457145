//! Bodies, never read beyond their bound.

use serde_json::Value;
use worker::Request;

use crate::error::Problem;

/// The largest body of an API request: 1 MB.
pub(crate) const BODY_BYTES_MAX: usize = 1_000_000;

/// The body's bytes. One that says it is too large is refused unread.
pub(crate) async fn bytes(request: &mut Request, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    let announced = super::header(request, "Content-Length").parse::<usize>().unwrap_or(0);
    if announced > bytes_max {
        return Err(Problem::too_large(bytes_max));
    }
    let body = request.bytes().await.map_err(|_| Problem::malformed("the body broke off"))?;
    if body.len() > bytes_max { Err(Problem::too_large(bytes_max)) } else { Ok(body) }
}

/// The body of a request of the API as JSON. What is named by nobody, or as `curl -d` names it of its own accord, is taken
/// for JSON as well.
pub(crate) async fn api_json(request: &mut Request) -> Result<Value, Problem> {
    let named = super::header(request, "Content-Type").to_ascii_lowercase();
    let media_type = named.split(';').next().unwrap_or_default().trim();
    if !matches!(media_type, "" | "application/json" | "application/x-www-form-urlencoded")
        && !media_type.ends_with("+json")
    {
        return Err(Problem::unsupported());
    }
    json(request).await
}

/// The body as JSON.
pub(crate) async fn json(request: &mut Request) -> Result<Value, Problem> {
    let body = bytes(request, BODY_BYTES_MAX).await?;
    serde_json::from_slice(&body).map_err(|error| Problem::malformed(format!("the body is not JSON: {error}")))
}
