//! The counter's tags, and which pages send hits.

use tributary_shared::json;
use tributary_shared::program::{Consent, ProgramRules};

use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html};
use crate::pages::format;
use crate::pages::frame::Key;
use crate::pages::sheet::{Cell, Part, Sheet, Table};
use crate::store::diagnostics;
use crate::store::programs::ProgramRow;

/// Pages that are shown, and as much of the rest: so that the page stays below 60 KB. Files have all of it, and
/// `GET /api/v1/diagnostics` more.
const PAGES_MAX: usize = 150;
const OTHERS_MAX: usize = 100;

/// The counter's tag for pages of this host.
pub(super) fn snippet(visit: &Visit<'_>, consent: Consent) -> String {
    let asks = if consent == Consent::Required { r#" data-consent="required""# } else { "" };
    format!(r#"<script async src="{}"{asks}></script>"#, visit.absolute("/t.js"))
}

/// What a program asks of visitors; nothing more than the site, where its rules cannot be read.
pub(super) fn consent_of(program: &ProgramRow) -> Consent {
    json::read::<ProgramRules>(&program.rules).map(|rules| rules.consent).unwrap_or_default()
}

/// The counter.
pub(in crate::http::site) async fn counter(visit: &Visit<'_>) -> Shown {
    let (found, programs) = diagnostics::read(visit.env, visit.now).await?;
    let frame = visit.frame(visit.t("counter-title"));
    let mut parts = vec![Part::Hint(visit.t("counter-text"))];
    // A page that links of both lead to has the second.
    let is_asked = |program: &ProgramRow| consent_of(program) == Consent::Required;
    let named = |asked: bool| -> Vec<&str> {
        programs.iter().filter(|program| is_asked(program) == asked).map(|program| program.name.as_str()).collect()
    };
    let (plain, asked) = (named(false), named(true));
    if !plain.is_empty() || asked.is_empty() {
        let label = match plain.is_empty() {
            true => visit.t("counter-title"),
            false => visit.t1("counter-plain", "programs", &plain.join(", ")),
        };
        parts.push(Part::Copy("snippet".to_owned(), label, snippet(visit, Consent::Off)));
    }
    if !asked.is_empty() {
        let label = visit.t1("counter-asks", "programs", &asked.join(", "));
        parts.push(Part::Copy("snippet-asks".to_owned(), label, snippet(visit, Consent::Required)));
        parts.push(Part::Hint(visit.t("counter-asks-hint")));
    }
    if found.spilled_groups > 0 {
        let count = i64::try_from(found.spilled_groups).unwrap_or(i64::MAX);
        parts.push(Part::Hint(visit.t_count("look-spilled", count)));
    }
    let count = |count: i64| format::count(visit.language, count);
    let silent = found.silent_targets.into_iter().map(|silent| {
        let links =
            if silent.links == 0 { visit.t("counter-of-product") } else { visit.t_count("links-count", silent.links) };
        vec![Cell::text(silent.target), Cell::text(links)]
    });
    list(
        visit,
        &mut parts,
        [Key("counter-silent").0, Key("counter-silent-none").0],
        &[Key("col-page").0, Key("nav-links").0],
        silent.collect(),
        OTHERS_MAX,
    );
    let pages = found.pages.into_iter().map(|page| {
        let mut address = format!("{}{}", page.host, page.path);
        if !page.listed {
            address = format!("{address} · {}", visit.t("counter-unlisted"));
        }
        vec![Cell::text(address), Cell::text(count(page.hits)), Cell::text(frame.time(&page.last_at))]
    });
    list(
        visit,
        &mut parts,
        [Key("counter-pages").0, Key("counter-pages-none").0],
        &[Key("col-page").0, Key("col-hits").0, Key("col-last").0],
        pages.collect(),
        PAGES_MAX,
    );
    parts.push(Part::Ways(vec![Cell::way("CSV", "/admin/counter.csv")]));
    let missed = found.missed_codes.into_iter().map(|missed| {
        vec![Cell::text(missed.code), Cell::text(count(missed.hits)), Cell::text(frame.time(&missed.last_at))]
    });
    list(
        visit,
        &mut parts,
        [Key("counter-missed").0, Key("counter-missed-none").0],
        &[Key("col-code").0, Key("col-hits").0, Key("col-last").0],
        missed.collect(),
        OTHERS_MAX,
    );
    parts.push(Part::Ways(vec![Cell::way("CSV", "/admin/missed.csv")]));
    Ok(html(200, &Sheet { frame, back: Cell::default(), parts })?)
}

/// A list with its heading, and a word where it does not end.
fn list(
    visit: &Visit<'_>,
    parts: &mut Vec<Part>,
    [title, none]: [&str; 2],
    columns: &[&str],
    mut rows: Vec<Vec<Cell>>,
    rows_max: usize,
) {
    let title = visit.t(title);
    parts.push(Part::Heading(title.clone()));
    if rows.is_empty() {
        parts.push(Part::Empty(visit.t(none)));
        return;
    }
    let is_cut = rows.len() > rows_max;
    rows.truncate(rows_max);
    let columns = columns.iter().map(|key| visit.t(key)).collect();
    parts.push(Part::Table(Table { title, columns, rows }));
    if is_cut {
        parts.push(Part::Hint(visit.t_count("list-cut", i64::try_from(rows_max).unwrap_or(i64::MAX))));
    }
}
