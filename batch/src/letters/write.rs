//! Letters on their way into the outbox: rendered, and written thousands at a time.

use std::collections::HashMap;

use serde_json::json;
use tributary_shared::mail::{Kind, Text, render};
use tributary_shared::merchant::Merchant;
use tributary_shared::time::Timestamp;

use crate::error::Error;
use crate::store::Store;

/// The most bytes of letters in one parameter. D1 takes 2 MB.
const PARAMETER_BYTES_MAX: usize = 1_000_000;

/// One of the merchant's people.
pub(super) struct Person {
    pub(super) id: i64,
    pub(super) email: String,
    pub(super) is_owner: bool,
    pub(super) language: String,
}

/// A partner as he is written to.
pub(super) struct Partner {
    pub(super) id: i64,
    code: String,
    name: String,
    email: String,
    pub(super) language: String,
}

/// Where letters are collected, and what stands in all of them.
pub(super) struct Writer {
    merchant: String,
    site: String,
    now: Timestamp,
    /// The merchant's own texts.
    texts: HashMap<(String, String), Text>,
    pub(super) people: Vec<Person>,
    waiting: Vec<String>,
    waiting_bytes: usize,
    written: u64,
}

impl Writer {
    pub(super) fn new(store: &mut dyn Store, merchant: &Merchant, site: &str, now: Timestamp) -> Result<Self, Error> {
        let mut texts = HashMap::new();
        for row in store.rows(include_str!("../store/sql/letter_texts.sql"), &[])? {
            let text = Text { subject: row.text(2)?.to_owned(), body: row.text(3)?.to_owned() };
            texts.insert((row.text(0)?.to_owned(), row.text(1)?.to_owned()), text);
        }
        let mut people = Vec::new();
        for row in store.rows(include_str!("../store/sql/letter_people.sql"), &[])? {
            people.push(Person {
                id: row.integer(0)?,
                email: row.text(1)?.to_owned(),
                is_owner: row.text(2)? == "owner",
                language: row.text(3)?.to_owned(),
            });
        }
        let host = site.split("://").last().unwrap_or_default();
        let merchant = if merchant.name.is_empty() { host.to_owned() } else { merchant.name.clone() };
        let (waiting, waiting_bytes) = (Vec::new(), 0);
        Ok(Self { merchant, site: site.to_owned(), now, texts, people, waiting, waiting_bytes, written: 0 })
    }

    /// Partners by their numbers, of those who can be written to.
    pub(super) fn partners(&self, store: &mut dyn Store, ids: &[i64]) -> Result<Vec<Partner>, Error> {
        // Who has no log-in has said no language: the merchant's own is the best guess.
        let usual = self.people.first().map_or("en", |person| person.language.as_str());
        let mut partners = Vec::new();
        for row in store.rows(include_str!("../store/sql/letter_partners.sql"), &[json!(ids).to_string().into()])? {
            partners.push(Partner {
                id: row.integer(0)?,
                code: row.text(1)?.to_owned(),
                name: row.text(2)?.to_owned(),
                email: row.text(3)?.to_owned(),
                language: row.optional_text(4)?.unwrap_or(usual).to_owned(),
            });
        }
        Ok(partners)
    }

    /// A letter to a partner.
    pub(super) fn partner(
        &mut self,
        store: &mut dyn Store,
        kind: Kind,
        cause: &str,
        to: &Partner,
        fields: &[(&str, &str)],
    ) -> Result<(), Error> {
        let (cabinet, settings) = (self.at("/partner"), self.at("/partner/settings"));
        let own = [("name", to.name.as_str()), ("code", &to.code), ("cabinet", &cabinet), ("settings", &settings)];
        self.put(store, kind, cause, (&to.email, &to.language), &[&own[..], fields].concat())
    }

    /// The address of a page.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.site)
    }

    /// A letter to an address in a language.
    pub(super) fn put(
        &mut self,
        store: &mut dyn Store,
        kind: Kind,
        cause: &str,
        (to, language): (&str, &str),
        fields: &[(&str, &str)],
    ) -> Result<(), Error> {
        let key = (kind.as_str().to_owned(), language.to_owned());
        let text = self.texts.get(&key).cloned().unwrap_or_else(|| Text::ours(kind, language));
        let merchant = [("merchant", self.merchant.as_str())];
        let letter = render(&text, language, &[&merchant[..], fields].concat());
        let row = json!([cause, to, letter.subject, letter.text, letter.html]).to_string();
        if self.waiting_bytes + row.len() > PARAMETER_BYTES_MAX {
            self.flush(store)?;
        }
        self.waiting_bytes += row.len() + 1;
        self.waiting.push(row);
        Ok(())
    }

    fn flush(&mut self, store: &mut dyn Store) -> Result<(), Error> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let parameters = [format!("[{}]", self.waiting.join(",")).into(), self.now.unix_seconds().into()];
        self.written += store.write(include_str!("../store/sql/letters_insert.sql"), &parameters)?;
        self.waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
    }

    /// Writes what is left; how many letters were new.
    pub(super) fn finish(mut self, store: &mut dyn Store) -> Result<u64, Error> {
        self.flush(store)?;
        Ok(self.written)
    }
}
