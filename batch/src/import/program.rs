//! `import program FILE.toml`: a program and a version of its rules.

use serde::Deserialize;
use toml::Spanned;
use tributary_shared::id::{CharityId, Code, PartnerId, ProgramId};
use tributary_shared::money::{Currency, Money, Percent, Rounding};
use tributary_shared::program::{
    Binding, CharityRule, Consent, Model, ProgramRules, Rate, Recurring, SignUp, Subscriptions, TierBase,
};
use tributary_shared::time::Timestamp;

use super::{Report, Settings};
use crate::error::Error;
use crate::store::{Store, rules};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    program: ProgramTable,
}

/// Numbers are taken as they are written (their text by its place in the file), so that no rate passes through a float.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProgramTable {
    code: String,
    name: Option<String>,
    currency: String,
    valid_from: Option<Spanned<toml::Value>>,
    window_days: Option<u32>,
    model: Option<Model>,
    binding: Option<Binding>,
    binding_days: Option<u32>,
    coupon_decides: Option<bool>,
    hold_days: Option<u32>,
    min_payout: Option<Spanned<toml::Value>>,
    rounding: Option<Rounding>,
    tier_base: Option<TierBase>,
    house_partner: Option<String>,
    #[serde(default)]
    tier: Vec<RateTable>,
    charity: Option<CharityTable>,
    /// Commission of a customer's first payments, or of those in his first months, only.
    recurring: Option<RecurringTable>,
    /// Whose the later payments of a subscription are.
    subscriptions: Option<Subscriptions>,
    /// What is asked of a visitor before anything is kept of him.
    consent: Option<Consent>,
    /// What becomes of somebody who signs up himself.
    sign_up: Option<SignUp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateTable {
    percent: Option<Spanned<toml::Value>>,
    flat: Option<Spanned<toml::Value>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecurringTable {
    payments: Option<u32>,
    months: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CharityTable {
    /// Who gets it; `receiver` says the same.
    #[serde(alias = "receiver")]
    code: String,
    name: Option<String>,
    percent: Option<Spanned<toml::Value>>,
    flat: Option<Spanned<toml::Value>>,
}

/// Takes a program's file.
pub fn run(store: &mut dyn Store, text: &str, settings: Settings<'_>) -> Result<Report, Error> {
    let refused = |problem: String| Error::Refused(format!("the program was not taken: {problem}"));
    let File { program } = toml::from_str(text).map_err(|error| refused(error.to_string()))?;
    let code = Code::parse(&program.code).map_err(|error| refused(error.to_string()))?;
    let currency: Currency = program.currency.parse().map_err(|error| refused(format!("{error}")))?;
    let book = rules::read(store)?;
    let known = book.programs().iter().find(|known| known.code == code);
    if let Some(known) = known.filter(|known| known.currency != currency) {
        return Err(refused(format!("{code} is in {}, and its amounts with it; that cannot change", known.currency)));
    }
    let house_partner = match &program.house_partner {
        Some(partner) => Some(house(&book, partner).map_err(refused)?),
        None => None,
    };
    let charity = match &program.charity {
        Some(charity) => Some(charity_row(store, charity, true)?),
        None => None,
    };
    let mut rules = program.rules(text, currency, charity, house_partner).map_err(refused)?;
    rules.validate().map_err(|error| refused(error.to_string()))?;
    let name = program.name.clone().unwrap_or_else(|| code.to_string());
    // An import that died between the program's row and its first rules leaves a program that is known and has none.
    let are_first = known.is_none_or(|known| known.rules.latest().is_none());
    let valid_from = match literal(text, program.valid_from.as_ref()) {
        Some(from) => settings.zone.parse_time(&from).map_err(|error| refused(format!("valid_from: {error}")))?,
        None if are_first => settings.valid_from.unwrap_or(Timestamp::FIRST),
        None => settings.valid_from.unwrap_or(settings.now),
    };
    let is_same = known.is_some_and(|known| {
        known.name == name && known.rules.at(valid_from).is_some_and(|(_, in_force)| *in_force == rules)
    });
    let mut report = Report { good: 1, ..Report::default() };
    if is_same {
        // An import that died before its last step is made up for.
        if valid_from <= settings.now && !settings.dry_run {
            update_links(store, &code, &rules, settings.now)?;
        }
        return Ok(report);
    }
    report.changed = 1;
    if settings.dry_run {
        return Ok(report);
    }
    if let (Some(rule), Some(charity)) = (&mut rules.charity, &program.charity) {
        rule.receiver = charity_row(store, charity, false)?;
    }
    let json = serde_json::to_string(&rules).map_err(|error| refused(error.to_string()))?;
    store.write(
        include_str!("../store/sql/program_upsert.sql"),
        &[code.as_str().into(), name.into(), currency.code().into()],
    )?;
    store.write(
        include_str!("../store/sql/program_version_insert.sql"),
        &[
            code.as_str().into(),
            valid_from.unix_seconds().into(),
            json.into(),
            settings.by.into(),
            settings.now.unix_seconds().into(),
        ],
    )?;
    if valid_from <= settings.now {
        update_links(store, &code, &rules, settings.now)?;
    }
    Ok(report)
}

/// The rules in a file, for a program that is known: for asking what they would have meant.
pub fn rules_of_file(text: &str, book: &tributary_shared::rules::Rulebook) -> Result<(ProgramId, ProgramRules), Error> {
    let refused = |problem: String| Error::Refused(format!("the program cannot be read: {problem}"));
    let File { program } = toml::from_str(text).map_err(|error| refused(error.to_string()))?;
    let known = book.programs().iter().find(|known| known.code.as_str() == program.code);
    let known = known.ok_or_else(|| refused(format!("program {} is not known", program.code)))?;
    let charity = match &program.charity {
        Some(charity) => Some(book.charity_by_code(&charity.code).ok_or_else(|| {
            refused(format!("charity {} is not known: take it with `import charities` first", charity.code))
        })?),
        None => None,
    };
    let house_partner = program.house_partner.as_deref().map(|code| house(book, code)).transpose().map_err(refused)?;
    let rules = program.rules(text, known.currency, charity, house_partner).map_err(refused)?;
    rules.validate().map_err(|error| refused(error.to_string()))?;
    Ok((known.id, rules))
}

/// Lets the links of a program's partners set cookies that live as long as its window, and ask what it asks.
pub(crate) fn update_links(
    store: &mut dyn Store,
    program: &Code,
    rules: &ProgramRules,
    now: Timestamp,
) -> Result<(), Error> {
    let parameters = [
        program.as_str().into(),
        i64::from(rules.window_days).into(),
        now.unix_seconds().into(),
        rules.consent.as_str().into(),
    ];
    store.write(include_str!("../store/sql/links_of_program_update.sql"), &parameters)?;
    Ok(())
}

fn house(book: &tributary_shared::rules::Rulebook, code: &str) -> Result<PartnerId, String> {
    book.partner_by_code(code.trim())
        .map(|partner| partner.id)
        .ok_or_else(|| format!("house_partner: partner {code} is not known"))
}

/// The charity's row: 0 if it has none and this is only a look, made if not.
fn charity_row(store: &mut dyn Store, charity: &CharityTable, looks: bool) -> Result<CharityId, Error> {
    let code = Code::parse(&charity.code).map_err(|error| Error::Refused(format!("charity: {error}")))?;
    if !looks {
        let name = charity.name.clone().unwrap_or_else(|| code.to_string());
        store.write(include_str!("../store/sql/charity_upsert.sql"), &[code.as_str().into(), name.into()])?;
    }
    let rows = store.rows(include_str!("../store/sql/charity_by_code.sql"), &[code.as_str().into()])?;
    Ok(CharityId(rows.first().map(|row| row.integer(0)).transpose()?.unwrap_or(0)))
}

impl ProgramTable {
    fn rules(
        &self,
        text: &str,
        currency: Currency,
        charity: Option<CharityId>,
        house_partner: Option<PartnerId>,
    ) -> Result<ProgramRules, String> {
        let standard = ProgramRules::standard();
        let tiers = self
            .tier
            .iter()
            .zip(1..)
            .map(|(tier, number)| {
                rate(text, currency, tier.percent.as_ref(), tier.flat.as_ref(), &format!("tier {number}")).map(Some)
            })
            .collect::<Result<_, _>>()?;
        let charity = match (charity, &self.charity) {
            (Some(receiver), Some(table)) => {
                let rate = rate(text, currency, table.percent.as_ref(), table.flat.as_ref(), "charity")?;
                Some(CharityRule { receiver, rate })
            }
            _ => None,
        };
        let min_payout_minor = match literal(text, self.min_payout.as_ref()) {
            Some(amount) => Money::parse(&amount, currency).map_err(|error| format!("min_payout: {error}"))?.minor(),
            None => 0,
        };
        Ok(ProgramRules {
            window_days: self.window_days.unwrap_or(standard.window_days),
            model: self.model.unwrap_or_default(),
            binding: self.binding.unwrap_or_default(),
            binding_days: self.binding_days,
            coupon_decides: self.coupon_decides.unwrap_or(standard.coupon_decides),
            hold_days: self.hold_days.unwrap_or(standard.hold_days),
            min_payout_minor,
            rounding: self.rounding.unwrap_or_default(),
            tier_base: self.tier_base.unwrap_or_default(),
            tiers,
            charity,
            house_partner,
            recurring: self
                .recurring
                .map_or_else(Recurring::default, |RecurringTable { payments, months }| Recurring { payments, months }),
            subscriptions: self.subscriptions.unwrap_or_default(),
            consent: self.consent.unwrap_or_default(),
            sign_up: self.sign_up.unwrap_or_default(),
        })
    }
}

fn rate(
    text: &str,
    currency: Currency,
    percent: Option<&Spanned<toml::Value>>,
    flat: Option<&Spanned<toml::Value>>,
    what: &str,
) -> Result<Rate, String> {
    let percent = literal(text, percent)
        .map(|percent| percent.parse::<Percent>())
        .transpose()
        .map_err(|error| format!("{what}: {error}"))?;
    let flat_minor = literal(text, flat)
        .map(|flat| Money::parse(&flat, currency).map(Money::minor))
        .transpose()
        .map_err(|error| format!("{what}: {error}"))?;
    Ok(Rate { percent, flat_minor })
}

/// A value as it is written in the file, without quotation marks.
fn literal(text: &str, value: Option<&Spanned<toml::Value>>) -> Option<String> {
    Some(text.get(value?.span())?.trim_matches(['"', '\'']).to_owned())
}
