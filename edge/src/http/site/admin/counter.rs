//! The counter's tag, and which pages send hits.

use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html};
use crate::pages::admin as pages;
use crate::store::diagnostics;

/// Pages that are shown, and as much of the rest: so that the page stays below 60 KB. `GET /api/v1/diagnostics` says more.
const PAGES_MAX: usize = 150;
const OTHERS_MAX: usize = 100;

/// The counter's tag for pages of this host.
pub(super) fn snippet(visit: &Visit<'_>) -> String {
    format!(r#"<script async src="{}"></script>"#, visit.absolute("/t.js"))
}

/// The counter.
pub(in crate::http::site) async fn counter(visit: &Visit<'_>) -> Shown {
    let found = diagnostics::read(visit.env).await?;
    let page = pages::Counter {
        frame: visit.frame(visit.t("counter-title")),
        snippet: snippet(visit),
        pages: found
            .pages
            .into_iter()
            .take(PAGES_MAX)
            .map(|page| pages::PageRow {
                address: format!("{}{}", page.host, page.path),
                is_listed: page.listed,
                hits: page.hits,
                last_at: page.last_at,
            })
            .collect(),
        silent: found.silent_targets.into_iter().take(OTHERS_MAX).map(|silent| (silent.target, silent.links)).collect(),
        missed: found
            .missed_codes
            .into_iter()
            .take(OTHERS_MAX)
            .map(|missed| pages::MissedCode { code: missed.code, hits: missed.hits, last_at: missed.last_at })
            .collect(),
    };
    Ok(html(200, &page)?)
}
