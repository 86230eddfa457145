//! Refusals, as problem details (RFC 9457).

use serde::Serialize;
use worker::{Headers, Response, Result};

/// A refusal: what went wrong, for machines and for people. Nothing was written.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip)]
    allow: Option<&'static str>,
    #[serde(skip)]
    retry_after_seconds: Option<u32>,
}

impl Problem {
    fn new(kind: &str, title: &'static str, status: u16, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:tributary:problem:{kind}"),
            title,
            status,
            detail: detail.into(),
            field: None,
            allow: None,
            retry_after_seconds: None,
        }
    }

    /// 400: a claim of an agent, by the code of its protocol.
    pub(crate) fn claim(code: &str, field: String, detail: &str) -> Self {
        let kind = code.replace('_', "-");
        Self { field: Some(field), ..Self::new(&kind, "The affiliate_attribution cannot be taken", 400, detail) }
    }

    /// 403: a key that is known, and may not do this.
    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new("forbidden", "The key may not do this", 403, detail)
    }

    /// 406.
    pub(crate) fn not_acceptable() -> Self {
        Self::new(
            "not-acceptable",
            "There is no such form",
            406,
            "it can be had as application/json or application/xml",
        )
    }

    /// 415.
    pub(crate) fn unsupported() -> Self {
        Self::new("unsupported", "Bodies are JSON", 415, "send `Content-Type: application/json`")
    }

    /// 409: a name that somebody has.
    pub(crate) fn taken(detail: impl Into<String>) -> Self {
        Self::new("taken", "The name is taken", 409, detail)
    }

    /// 429.
    pub(crate) fn too_many(retry_after_seconds: u32) -> Self {
        Self {
            retry_after_seconds: Some(retry_after_seconds),
            ..Self::new("too-many", "Too many requests", 429, "this key has asked too often in this minute")
        }
    }

    /// 400: the body cannot be read.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new("malformed", "The request cannot be read", 400, detail)
    }

    /// 401: no key, or one that is not known.
    pub(crate) fn unauthorized() -> Self {
        Self::new(
            "unauthorized",
            "A valid API key is needed",
            401,
            "send `Authorization: Bearer KEY` with a key that is not revoked",
        )
    }

    /// 401: a signature that is not one of a known secret's. The sender is told what is wrong with it, and no secret.
    pub(crate) fn unsigned(detail: impl Into<String>) -> Self {
        Self::new("unsigned", "The signature is not valid", 401, detail)
    }

    /// 404.
    pub(crate) fn not_found() -> Self {
        Self::new("not-found", "Not found", 404, "there is nothing at this address")
    }

    /// 405.
    pub(crate) fn method_not_allowed(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new("method-not-allowed", "Method not allowed", 405, format!("this address takes {allow}"))
        }
    }

    /// 409: the same id with another body.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new("conflict", "The same id came with another body before", 409, detail)
    }

    /// 413.
    pub(crate) fn too_large(bytes_max: usize) -> Self {
        Self::new("too-large", "The body is too large", 413, format!("at most {bytes_max} bytes are taken"))
    }

    /// Whether it is a body that is too large.
    pub(crate) fn is_too_large(&self) -> bool {
        self.status == 413
    }

    /// 422: it can be read, and cannot be taken.
    pub(crate) fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new("invalid", "A field cannot be taken", 422, detail) }
    }

    /// 503: nothing was stored; the same request may succeed later.
    pub(crate) fn unavailable() -> Self {
        Self {
            retry_after_seconds: Some(5),
            ..Self::new(
                "unavailable",
                "The database cannot be reached",
                503,
                "nothing was stored; send the same request again",
            )
        }
    }

    /// The response.
    pub(crate) fn response(&self) -> Result<Response> {
        let headers = Headers::new();
        headers.set("Content-Type", "application/problem+json")?;
        headers.set("Cache-Control", "no-store")?;
        if let Some(allow) = self.allow {
            headers.set("Allow", allow)?;
        }
        if self.status == 401 {
            headers.set("WWW-Authenticate", "Bearer")?;
        }
        if let Some(seconds) = self.retry_after_seconds {
            headers.set("Retry-After", &seconds.to_string())?;
        }
        let body = serde_json::to_string(self).map_err(|error| worker::Error::RustError(error.to_string()))?;
        Ok(Response::from_bytes(body.into_bytes())?.with_status(self.status).with_headers(headers))
    }
}
