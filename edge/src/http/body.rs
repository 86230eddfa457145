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

/// The body as JSON.
pub(crate) async fn json(request: &mut Request) -> Result<Value, Problem> {
    let body = bytes(request, BODY_BYTES_MAX).await?;
    serde_json::from_slice(&body).map_err(|error| Problem::malformed(format!("the body is not JSON: {error}")))
}
