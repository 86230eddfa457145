//! What is known beside an order: whom its contact is tied to, and the touches of its visitor.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use tributary_shared::contact::{BoundBy, ContactTouch};
use tributary_shared::id::{LinkId, PartnerId, TouchId};
use tributary_shared::order::Order;
use tributary_shared::time::Timestamp;
use tributary_shared::touch::{Touch, TouchKind};

use super::Case;
use crate::error::Error;
use crate::store::{Found, Store};

/// Cases, by their places in a page, and what is asked for each.
#[derive(Default)]
struct Asked {
    cases: Vec<usize>,
    texts: Vec<String>,
}

impl Asked {
    /// Asks for a text for each case that has one.
    fn of(cases: &[Case], text: impl Fn(&Order) -> Option<String>) -> Self {
        let mut asked = Self::default();
        for (place, case) in cases.iter().enumerate() {
            if let Some(text) = text(&case.order) {
                asked.cases.push(place);
                asked.texts.push(text);
            }
        }
        asked
    }

    /// As pairs of case and text, in JSON.
    fn pairs(&self) -> String {
        let pairs: Vec<(&usize, &String)> = self.cases.iter().zip(&self.texts).collect();
        json!(pairs).to_string()
    }
}

/// Adds what ties contacts to partners, less what an order says itself.
pub(super) fn add_contacts(store: &mut dyn Store, cases: &mut [Case]) -> Result<(), Error> {
    let emails = Asked::of(cases, |order| Some(order.known.as_ref()?.customer.email.as_ref()?.as_str().to_owned()));
    let ids = Asked::of(cases, |order| Some(order.known.as_ref()?.customer.external_id.as_ref()?.as_str().to_owned()));
    if emails.texts.is_empty() && ids.texts.is_empty() {
        return Ok(());
    }
    let mut by_one = |sql, asked: &Asked| {
        store.look_up(sql, &asked.texts, &mut |place, row| add_contact(&mut cases[asked.cases[place]], row, 2))
    };
    if by_one(include_str!("../sql/contact_touches_of_email.sql"), &emails)? {
        by_one(include_str!("../sql/contact_touches_of_external_id.sql"), &ids)?;
        return Ok(());
    }
    let names = |texts: &[String]| json!(texts.iter().collect::<HashSet<_>>()).to_string();
    let rows = store
        .rows(include_str!("../sql/contact_touches.sql"), &[names(&emails.texts).into(), names(&ids.texts).into()])?;
    let (mut by_email, mut by_id): (HashMap<&str, Vec<_>>, HashMap<&str, Vec<_>>) = Default::default();
    for row in &rows {
        if let Some(email) = row.optional_text(0)? {
            by_email.entry(email).or_default().push(row);
        }
        if let Some(id) = row.optional_text(1)? {
            by_id.entry(id).or_default().push(row);
        }
    }
    for (asked, by_name) in [(&emails, &by_email), (&ids, &by_id)] {
        for (&case, text) in asked.cases.iter().zip(&asked.texts) {
            for row in by_name.get(text.as_str()).into_iter().flatten() {
                row.shown(|row| add_contact(&mut cases[case], row, 2))?;
            }
        }
    }
    Ok(())
}

/// Adds a row of partner, kind, when, touched when and by whose word, beginning at a column.
fn add_contact(case: &mut Case, row: Found<'_>, column: usize) -> Result<(), Error> {
    let is_own = |source: &str| source.strip_prefix("order ") == Some(case.order.external_id.as_str());
    if is_own(row.text(column + 4)?) {
        return Ok(());
    }
    let by = BoundBy::parse(row.text(column + 1)?).ok_or_else(|| Error::Corrupt {
        subject: format!("order {}", case.order.external_id),
        problem: "a contact bound by nothing known".to_owned(),
    })?;
    let touch = ContactTouch {
        partner: PartnerId(row.integer(column)?),
        by,
        at: Timestamp::from_unix_seconds(row.integer(column + 2)?),
        touched_at: Some(row.integer(column + 3)?).filter(|at| *at >= 0).map(Timestamp::from_unix_seconds),
    };
    if !case.evidence.contact.contains(&touch) {
        case.evidence.contact.push(touch);
    }
    Ok(())
}

/// Adds the touches stored for the visitors whom orders carry, or whose touches they carry.
pub(super) fn add_stored_touches(store: &mut dyn Store, cases: &mut [Case]) -> Result<(), Error> {
    let visitors = Asked::of(cases, |order| Some(order.known.as_ref()?.visitor?.0.to_string()));
    let mut by_one = |sql, asked: &Asked, cases: &mut [Case]| {
        store.look_up(sql, &asked.texts, &mut |place, row| add_touch(&mut cases[asked.cases[place]], row, 0))
    };
    if by_one(include_str!("../sql/touches_of_visitor.sql"), &visitors, cases)? {
        // Nearly all that orders carry was found already: it is of the visitor whom they carry. Of what is left, one touch
        // of each order at a time: the next is of the same visitor as a rule, and then found with it.
        let mut asked = HashSet::new();
        loop {
            let strangers = strangers(cases, &asked, 1);
            if strangers.is_empty() {
                return Ok(());
            }
            by_one(include_str!("../sql/touches_beside_touch.sql"), &of_touches(&strangers), cases)?;
            asked.extend(strangers);
        }
    }
    let strangers = of_touches(&strangers(cases, &HashSet::new(), usize::MAX));
    if visitors.texts.is_empty() && strangers.texts.is_empty() {
        return Ok(());
    }
    let asked = [visitors.pairs().into(), strangers.pairs().into()];
    store.each(include_str!("../sql/touches_of_visitors.sql"), &asked, &mut |row| {
        let case = usize::try_from(row.integer(0)?).ok().and_then(|place| cases.get_mut(place));
        case.map_or(Ok(()), |case| add_touch(case, row, 1))
    })
}

/// A touch that an order carries, with the place of its case.
type Carried = (usize, TouchId);

/// Touches that orders carry and that are neither among the stored ones nor asked for yet, so many of each order: what an
/// order carries may be of two visitors, a token of one device and the cookie of another.
fn strangers(cases: &[Case], asked: &HashSet<Carried>, of_each: usize) -> Vec<Carried> {
    let mut strangers = Vec::new();
    for (place, case) in cases.iter().enumerate() {
        let is_stranger = |touch: &&Touch| {
            touch.id != TouchId::NONE
                && !case.evidence.stored.iter().any(|one| one.id == touch.id)
                && !asked.contains(&(place, touch.id))
        };
        let carried = case.order.known.iter().flat_map(|known| &known.carried);
        strangers.extend(carried.filter(is_stranger).take(of_each).map(|touch| (place, touch.id)));
    }
    strangers
}

fn of_touches(touches: &[Carried]) -> Asked {
    let (cases, texts) = touches.iter().map(|(place, touch)| (*place, touch.0.to_string())).unzip();
    Asked { cases, texts }
}

/// Adds a row of when, id, kind, partner and link, beginning at a column.
fn add_touch(case: &mut Case, row: Found<'_>, column: usize) -> Result<(), Error> {
    let corrupt = |problem: &str| Error::Corrupt { subject: "a touch".to_owned(), problem: problem.to_owned() };
    let touch = Touch {
        id: TouchId(row.text(column + 1)?.parse().map_err(|_| corrupt("with a bad id"))?),
        kind: TouchKind::parse(row.text(column + 2)?).ok_or_else(|| corrupt("of no known kind"))?,
        partner: PartnerId(row.integer(column + 3)?),
        link: row.optional_integer(column + 4)?.map(LinkId),
        at: Timestamp::from_unix_seconds(row.integer(column)?),
    };
    if !case.evidence.stored.contains(&touch) {
        case.evidence.stored.push(touch);
    }
    Ok(())
}
