//! Looking at pages for scripts that run, and at what they are made of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tributary_tests::client::Answer;

use crate::counter::browser;
use crate::people::Household;

const TRAP: &str = include_str!("trap.js");
const WALK: &str = include_str!("walk.js");
const BUNDLE: &str = include_str!("bundle.js");

/// Frames that are shown at once.
const BUNDLE_FRAMES: usize = 20;

/// What has been seen.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) wrong: Vec<String>,
    pub(super) shown: BTreeMap<String, BTreeSet<u64>>,
    pub(super) changed: BTreeMap<String, BTreeSet<u64>>,
    pub(super) links: BTreeSet<String>,
    pub(super) forms: BTreeMap<String, Value>,
    pub(super) pages: usize,
    pub(super) documents: usize,
}

/// Somebody who looks: with a session of the browser's and one of the client's.
pub(super) struct Visitor {
    pub(super) context: String,
    pub(super) session: String,
}

pub(super) struct Look<'a> {
    pub(super) household: &'a Household,
    pub(super) texts: &'a [String],
    pub(super) seen: Seen,
    /// How many documents stand in a frame.
    pub(super) together: usize,
    /// Cards that have been shown already.
    pub(super) fetched: BTreeSet<String>,
}

impl Look<'_> {
    fn run(&mut self, script: &str, (context, who): (&str, &str), mut args: Value, names: &[String]) {
        let shop = crate::stage::SHOP;
        let (port, site) = (self.household.stage.worker.port, self.household.stage.site.port);
        args["hosts"] = json!([format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("{shop}:{site}")]);
        args["base"] = json!(self.household.base());
        args["texts"] = json!(self.texts);
        let found = browser().run(context, &format!("{TRAP}\n{script}"), &args).unwrap();
        let numbers = |list: &Value| list.as_array().unwrap().iter().filter_map(Value::as_u64).collect::<Vec<_>>();
        for page in found["all"].as_array().unwrap() {
            let name = |nth: &Value| match names.get(usize::try_from(nth.as_u64().unwrap()).unwrap()) {
                Some(name) => name.clone(),
                None => page["at"].as_str().unwrap().to_owned(),
            };
            for wrong in page["wrong"].as_array().unwrap() {
                self.seen.wrong.push(format!("{}: {}", name(&wrong[0]), wrong[1]));
            }
            for (list, into) in [("shown", &mut self.seen.shown), ("changed", &mut self.seen.changed)] {
                for (field, found) in page[list].as_object().unwrap() {
                    into.entry(field.clone()).or_default().extend(numbers(found));
                }
            }
            let links = page["links"].as_array().unwrap().iter().filter_map(Value::as_str);
            self.seen.links.extend(links.map(str::to_owned));
            for form in page["forms"].as_array().unwrap() {
                // Cards of many things have one form: `/admin/orders/NAME`, `/sales/NAME`.
                let action = form["action"].as_str().unwrap();
                let name = if action.starts_with("/sales/") { 2 } else { 3 };
                let action = action.split('/').enumerate().filter(|(place, _)| *place != name).map(|(_, part)| part);
                let action = action.collect::<Vec<_>>().join("/");
                let key = format!("{who} {} {action} {} {}", form["method"], form["texts"], form["button"]);
                let mut form = form.clone();
                if form["action"] == "" {
                    form["action"] = page["at"].clone();
                }
                self.seen.forms.entry(key).or_insert(form);
            }
            self.seen.pages += 1;
        }
        for tried in found["tried"].as_array().unwrap() {
            self.seen.wrong.push(format!("{context} {}: {tried}", names.first().cloned().unwrap_or_default()));
        }
    }

    /// Walks lists from their first page to their last.
    pub(super) fn walk(&mut self, visitor: &Visitor, paths: &[&str], follow: bool) {
        for path in paths {
            self.run(WALK, (&visitor.context, &visitor.context), json!({ "path": path, "follow": follow }), &[]);
        }
    }

    /// Shows what was answered, many at once.
    pub(super) fn bundle(&mut self, who: &str, answers: &[(String, Answer)]) {
        let mut shown = Vec::new();
        for (name, answer) in answers {
            if answer.status >= 500 || answer.body.trim().is_empty() && answer.status == 200 {
                self.seen.wrong.push(format!("{name}: {} {}", answer.status, answer.body));
            }
            let kind = answer.header("content-type").unwrap_or_default();
            if kind.starts_with("text/html") || kind.starts_with("image/svg") {
                shown.push((name, bare(&answer.body)));
            }
        }
        self.seen.documents += shown.len();
        let trap = self.household.stage.shop("/trap");
        // What is escaped ends where it should: several stand in a frame, one behind the other, and are still what they are.
        let frames: Vec<(String, String)> = shown
            .chunks(self.together)
            .map(|part| {
                let names: Vec<&str> = part.iter().map(|(name, _)| name.as_str()).collect();
                let bodies: Vec<&str> = part.iter().map(|(_, body)| body.as_str()).collect();
                (names.join(" | "), bodies.join("\n"))
            })
            .collect();
        for part in frames.chunks(BUNDLE_FRAMES) {
            let (names, documents): (Vec<String>, Vec<&str>) =
                part.iter().map(|(name, body)| (name.clone(), body.as_str())).unzip();
            self.run(BUNDLE, ("xss-bundle", who), json!({ "trap": trap, "documents": documents }), &names);
        }
    }

    /// Fetches with a session, a few at a time.
    pub(super) fn fetch(&self, session: &str, requests: &[(String, Vec<(String, String)>)]) -> Vec<(String, Answer)> {
        let one = |(path, fields): &(String, Vec<(String, String)>)| {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let answer = if fields.is_empty() {
                self.household.get(session, path)
            } else {
                self.household.post(path, session, &fields)
            };
            (path.clone(), answer)
        };
        std::thread::scope(|scope| {
            let parts: Vec<_> = requests
                .chunks(requests.len().div_ceil(4).max(1))
                .map(|part| scope.spawn(move || part.iter().map(one).collect::<Vec<_>>()))
                .collect();
            parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
        })
    }

    /// Shows whatever links of the pages lead to, of what begins with one of these.
    pub(super) fn cards(&mut self, visitor: &Visitor, beginnings: &[&str]) {
        let links = std::mem::take(&mut self.seen.links);
        let wanted = |link: &&String| {
            beginnings.iter().any(|beginning| link.starts_with(beginning)) && !link.ends_with("/statement")
        };
        let requests: Vec<(String, Vec<(String, String)>)> = links
            .iter()
            .filter(wanted)
            .filter(|link| self.fetched.insert(format!("{} {link}", visitor.context)))
            .map(|link| (link.clone(), Vec::new()))
            .collect();
        let answers = self.fetch(&visitor.session, &requests);
        for (path, answer) in &answers {
            if answer.status != 200 {
                self.seen.wrong.push(format!("a link leads {} nowhere: {path}: {}", visitor.context, answer.status));
            }
        }
        self.bundle(&visitor.context, &answers);
        self.seen.links.clear();
    }
}

/// A page without its own script and styles: those are not asked whether they run.
fn bare(page: &str) -> String {
    let is_own = |line: &&str| line.starts_with("<link rel=") || line.starts_with("<script defer src=\"/assets/app.js");
    page.lines().filter(|line| !is_own(line)).collect::<Vec<_>>().join("\n")
}
