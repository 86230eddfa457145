//! Programs, and the guide through setting one up.

use tributary_shared::json;
use tributary_shared::program::{Binding, Model, ProgramRules};
use tributary_shared::time::Timestamp;

use super::counter::{consent_of, snippet};
use crate::http::site::entries::segment;
use crate::http::site::visit::Visit;
use crate::http::site::{Shown, html};
use crate::pages::admin as pages;
use crate::store::home;

/// Programs and the guide.
pub(in crate::http::site) async fn programs(visit: &Visit<'_>) -> Shown {
    let (programs, done, pages_seen) = home::guide(visit.env, visit.now).await?;
    let has_program = !programs.is_empty();
    // The guide sets up the first of them.
    let consent = programs.first().map(consent_of).unwrap_or_default();
    let first = programs.first().map_or_else(|| "new".to_owned(), |program| segment(&program.code));
    let rows = programs
        .into_iter()
        .filter_map(|row| {
            let rules: ProgramRules = json::read(&row.rules).ok()?;
            let tiers = (1..)
                .zip(&rules.tiers)
                .map(|(tier, rate)| pages::TierRow {
                    tier,
                    percent: rate.and_then(|rate| rate.percent).map(String::from),
                    flat: rate.and_then(|rate| rate.flat_minor).map(|minor| (minor, row.currency)),
                })
                .collect();
            Some(pages::ProgramRow {
                join_url: visit.absolute(&format!("/join?program={}", segment(&row.code))),
                segment: segment(&row.code),
                code: row.code,
                name: row.name,
                valid_from: Some(row.valid_from).filter(|at| *at > Timestamp::FIRST),
                window_days: i64::from(rules.window_days),
                hold_days: i64::from(rules.hold_days),
                model: match rules.model {
                    Model::Last => "last",
                    Model::First => "first",
                },
                binding: match rules.binding {
                    Binding::First => "bind-first",
                    Binding::Last => "bind-last",
                    Binding::Off => "bind-off",
                },
                min_payout: (rules.min_payout_minor, row.currency),
                tiers,
            })
        })
        .collect();
    let page = pages::Programs {
        frame: visit.frame(visit.t("programs-title")),
        rows,
        snippet: snippet(visit, consent),
        done: [pages_seen, has_program, done.partners != 0, done.links != 0, done.transfers != 0],
        first: format!("/admin/programs/{first}"),
    };
    Ok(html(200, &page)?)
}
