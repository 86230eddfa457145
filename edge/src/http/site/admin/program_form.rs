//! A program's rules as a form: written into it, read out of it, compared.

use tributary_shared::id::{CharityId, PartnerId};
use tributary_shared::money::{Currency, Money, Percent, Rounding};
use tributary_shared::program::{
    Binding, CharityRule, Consent, HOLD_DAYS_MAX, Model, ProgramError, ProgramRules, RECURRING_MAX, Rate, Recurring,
    SignUp, Subscriptions, TIERS_MAX, TierBase, TierRates, WINDOW_DAYS_MAX, rate_at,
};

use crate::http::site::Refusal;
use crate::http::site::form::Filled;
use crate::pages::frame::Key;
use crate::pages::sheet::{Control, Field, Group};
use crate::pages::texts::say;

/// The longest name of a program.
const NAME_CHARACTERS_MAX: usize = 200;

/// Partners and charities by number and code, as far as the rules of a program name them.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) partners: Vec<(i64, String)>,
    pub(super) charities: Vec<(i64, String)>,
}

impl Names {
    fn code(names: &[(i64, String)], id: i64) -> String {
        names.iter().find(|(known, _)| *known == id).map_or(String::new(), |(_, code)| code.clone())
    }

    fn id(names: &[(i64, String)], code: &str) -> Option<i64> {
        names.iter().find(|(_, known)| known == code).map(|(id, _)| *id)
    }
}

/// Writes rules into a form.
pub(super) fn fill(form: &mut Filled, rules: &ProgramRules, currency: Currency, names: &Names) {
    let amount = |minor: i64| Money::from_minor(minor, currency).map_or(String::new(), Money::amount);
    let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    let percent = |percent: Option<Percent>| percent.map_or(String::new(), String::from);
    form.set("window_days", rules.window_days.to_string());
    form.set("model", model(rules.model));
    form.set("binding", binding(rules.binding));
    form.set("binding_days", number(rules.binding_days));
    form.set("coupon_decides", if rules.coupon_decides { "1" } else { "" });
    form.set("hold_days", rules.hold_days.to_string());
    form.set("min_payout", amount(rules.min_payout_minor));
    form.set("rounding", rounding(rules.rounding));
    form.set("tier_base", tier_base(rules.tier_base));
    fill_rates(form, &rules.tiers, currency);
    let charity = rules.charity;
    form.set("charity", charity.map_or(String::new(), |rule| Names::code(&names.charities, rule.receiver.0)));
    form.set("charity_percent", percent(charity.and_then(|rule| rule.rate.percent)));
    form.set("charity_flat", charity.and_then(|rule| rule.rate.flat_minor).map_or(String::new(), amount));
    form.set("house", rules.house_partner.map_or(String::new(), |id| Names::code(&names.partners, id.0)));
    form.set("payments", number(rules.recurring.payments));
    form.set("months", number(rules.recurring.months));
    form.set("subscriptions", subscriptions(rules.subscriptions));
    form.set("consent", rules.consent.as_str());
    form.set("sign_up", rules.sign_up.as_str());
}

/// Reads rules out of a form. What is wrong is said beside its field; then they are not to be used.
pub(super) fn read(form: &mut Filled, currency: Currency, names: &Names) -> ProgramRules {
    form.text("name", NAME_CHARACTERS_MAX);
    let standard = ProgramRules::standard();
    for needed in ["window_days", "hold_days"] {
        if form.get(needed).is_empty() {
            form.bad_key(needed, Key("problem-missing"));
        }
    }
    let tiers = read_rates(form, currency);
    let charity_rate =
        Rate { percent: form.percent("charity_percent"), flat_minor: form.amount("charity_flat", currency) };
    let charity = match (form.get("charity"), Names::id(&names.charities, form.get("charity"))) {
        ("", _) if charity_rate.is_unset() => None,
        (_, Some(_)) if charity_rate.is_unset() => {
            form.bad_key("charity_percent", Key("problem-missing"));
            None
        }
        (_, Some(id)) => Some(CharityRule { receiver: CharityId(id), rate: charity_rate }),
        (_, None) => {
            form.bad_key("charity", Key("problem-charity"));
            None
        }
    };
    let house_partner = match (form.get("house"), Names::id(&names.partners, form.get("house"))) {
        ("", _) => None,
        (_, Some(id)) => Some(PartnerId(id)),
        (_, None) => {
            form.bad_key("house", Key("problem-partner"));
            None
        }
    };
    let chosen = |name: &str, words: &[&str]| words.iter().position(|word| *word == form.get(name)).unwrap_or(0);
    let rules = ProgramRules {
        model: [Model::Last, Model::First][chosen("model", &["last", "first"])],
        binding: [Binding::First, Binding::Last, Binding::Off][chosen("binding", &["first", "last", "off"])],
        coupon_decides: form.get("coupon_decides") == "1",
        rounding: [Rounding::HalfUp, Rounding::HalfEven, Rounding::Floor]
            [chosen("rounding", &["half_up", "half_even", "floor"])],
        tier_base: [TierBase::Sale, TierBase::Tier1][chosen("tier_base", &["sale", "tier1"])],
        subscriptions: [Subscriptions::First, Subscriptions::Each][chosen("subscriptions", &["first", "each"])],
        consent: [Consent::Off, Consent::Required, Consent::Cashback]
            [chosen("consent", &["off", "required", "cashback"])],
        sign_up: [SignUp::Approval, SignUp::Open][chosen("sign_up", &["approval", "open"])],
        window_days: form.whole("window_days", 1, WINDOW_DAYS_MAX).unwrap_or(standard.window_days),
        binding_days: form.whole("binding_days", 1, WINDOW_DAYS_MAX),
        hold_days: form.whole("hold_days", 0, HOLD_DAYS_MAX).unwrap_or(standard.hold_days),
        min_payout_minor: form.amount("min_payout", currency).unwrap_or(0),
        tiers,
        charity,
        house_partner,
        recurring: Recurring {
            payments: form.whole("payments", 1, RECURRING_MAX),
            months: form.whole("months", 1, RECURRING_MAX),
        },
    };
    check(form, &rules);
    rules
}

/// Says what the rules themselves refuse.
pub(super) fn check(form: &mut Filled, rules: &ProgramRules) {
    match rules.validate() {
        Err(ProgramError::AboveWhole { sum }) => {
            let problem = say(form.language(), "problem-above-whole", &[("sum", sum.into())]);
            form.bad("percent-1", problem);
        }
        // The fields have said it in the reader's language, if it is one of theirs.
        Err(error @ (ProgramError::TooManyTiers { .. } | ProgramError::OutOfRange { .. })) if form.is_good() => {
            form.bad("percent-1", error.to_string());
        }
        Err(ProgramError::TooManyTiers { .. } | ProgramError::OutOfRange { .. }) | Ok(()) => {}
    }
}

/// What flat rates of products and partners are in: the currency of a program; euro where there is none.
pub(in crate::http::site) fn currency(first: Option<Currency>) -> Result<Currency, Refusal> {
    match first {
        Some(currency) => Ok(currency),
        None => "EUR".parse().map_err(|_| Refusal::NotFound),
    }
}

/// Writes rates of tiers into a form.
pub(in crate::http::site) fn fill_rates(form: &mut Filled, rates: &TierRates, currency: Currency) {
    for tier in tiers() {
        let rate = rate_at(rates, tier);
        let percent = rate.and_then(|rate| rate.percent).map_or(String::new(), String::from);
        form.set(&format!("percent-{tier}"), percent);
        let flat = rate.and_then(|rate| rate.flat_minor).and_then(|minor| Money::from_minor(minor, currency).ok());
        form.set(&format!("flat-{tier}"), flat.map_or(String::new(), Money::amount));
    }
}

/// Reads them out of it; empty places behind the last rate are no tiers.
pub(in crate::http::site) fn read_rates(form: &mut Filled, currency: Currency) -> TierRates {
    let mut rates = TierRates::new();
    for tier in tiers() {
        let rate = Rate {
            percent: form.percent(&format!("percent-{tier}")),
            flat_minor: form.amount(&format!("flat-{tier}"), currency),
        };
        rates.push(Some(rate).filter(|rate| !rate.is_unset()));
    }
    let depth = rates.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    rates.truncate(depth);
    rates
}

/// Their fields; `currency` is what flat rates are in.
pub(in crate::http::site) fn rate_fields(form: &Filled, currency: &str) -> Vec<Field> {
    let said = |key: Key| say(form.language(), key.0, &[]);
    let (tier_name, percent, flat) = (said(Key("col-tier")), said(Key("rate-percent")), said(Key("rate-flat")));
    tiers()
        .flat_map(|tier| {
            let text = || Control::Input("text");
            let percent = form.named(&format!("percent-{tier}"), format!("{tier_name} {tier}: {percent}"), text());
            let flat = format!("{tier_name} {tier}: {flat}, {currency}");
            [percent, form.named(&format!("flat-{tier}"), flat, text())]
        })
        .collect()
}

/// The fields of rules; `currency` is what flat amounts are in.
pub(super) fn groups(form: &Filled, currency: Currency) -> Vec<Group> {
    let said = |key: Key| say(form.language(), key.0, &[]);
    let group = |legend: Key, fields: Vec<Field>| Group { legend: said(legend), fields };
    let with_currency = |label: Key| format!("{}, {}", said(label), currency.code());
    let number = || Control::Input("number");
    let amount = |name: &str, label: Key| form.named(name, with_currency(label), Control::Input("text"));
    let models = [("last", Key("kind-last")), ("first", Key("kind-first"))];
    let bindings = [("first", Key("kind-bind-first")), ("last", Key("kind-bind-last")), ("off", Key("kind-bind-off"))];
    let roundings = [
        ("half_up", Key("rounding-half-up")),
        ("half_even", Key("rounding-half-even")),
        ("floor", Key("rounding-floor")),
    ];
    let bases = [("sale", Key("tier-base-sale")), ("tier1", Key("tier-base-tier1"))];
    let later = [("first", Key("subscriptions-first")), ("each", Key("subscriptions-each"))];
    let consents =
        [("off", Key("consent-off")), ("required", Key("consent-required")), ("cashback", Key("consent-cashback"))];
    let sign_ups = [("approval", Key("sign-up-approval")), ("open", Key("sign-up-open"))];
    vec![
        group(
            Key("program-who"),
            vec![
                form.hinted("window_days", Key("program-window-days"), number(), Key("program-window-hint")),
                form.field("model", Key("program-model"), form.choice(&models)),
                form.field("binding", Key("program-binding"), form.choice(&bindings)),
                form.hinted("binding_days", Key("program-binding-days"), number(), Key("empty-for-ever")),
                form.field("coupon_decides", Key("program-coupons"), Control::Check),
                form.hinted("house", Key("program-house"), Control::Input("text"), Key("program-house-hint")),
            ],
        ),
        group(Key("program-tiers"), rate_fields(form, currency.code())),
        group(
            Key("program-money"),
            vec![
                form.field("tier_base", Key("program-tier-base"), form.choice(&bases)),
                form.field("rounding", Key("program-rounding"), form.choice(&roundings)),
                form.field("hold_days", Key("program-hold-days"), number()),
                amount("min_payout", Key("program-minimum")),
                form.field("charity", Key("program-charity"), Control::Input("text")),
                form.field("charity_percent", Key("program-charity-percent"), Control::Input("text")),
                amount("charity_flat", Key("program-charity-flat")),
            ],
        ),
        group(
            Key("program-recurring"),
            vec![
                form.hinted("payments", Key("program-payments"), number(), Key("empty-for-ever")),
                form.hinted("months", Key("program-months"), number(), Key("empty-for-ever")),
                form.field("subscriptions", Key("program-subscriptions"), form.choice(&later)),
            ],
        ),
        group(Key("program-privacy"), vec![form.field("consent", Key("program-consent"), form.choice(&consents))]),
        group(Key("nav-partners"), vec![form.field("sign_up", Key("program-sign-up"), form.choice(&sign_ups))]),
    ]
}

/// What of two forms of the same fields differs: what it is called, and both values as they are read.
pub(super) fn differences(before: &[Group], after: &[Group]) -> Vec<(String, String, String)> {
    let fields = |groups: &[Group]| -> Vec<(String, String)> {
        groups.iter().flat_map(|group| &group.fields).map(|field| (field.label.clone(), shown(field))).collect()
    };
    fields(before)
        .into_iter()
        .zip(fields(after))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((label, before), (_, after))| (label, before, after))
        .collect()
}

fn shown(field: &Field) -> String {
    let shown = match &field.control {
        Control::Choice(options) => options.iter().find(|(value, _)| *value == field.value).map(|(_, text)| text),
        Control::Check if field.value.is_empty() => None,
        Control::Check => return "✓".to_owned(),
        Control::Input(_) | Control::Required(_) | Control::Area => Some(&field.value),
    };
    shown.filter(|text| !text.is_empty()).map_or_else(|| "—".to_owned(), Clone::clone)
}

fn tiers() -> impl Iterator<Item = u8> {
    (1_u8..).take(TIERS_MAX)
}

const fn model(model: Model) -> &'static str {
    match model {
        Model::Last => "last",
        Model::First => "first",
    }
}

const fn binding(binding: Binding) -> &'static str {
    match binding {
        Binding::First => "first",
        Binding::Last => "last",
        Binding::Off => "off",
    }
}

const fn rounding(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::HalfUp => "half_up",
        Rounding::HalfEven => "half_even",
        Rounding::Floor => "floor",
    }
}

const fn tier_base(base: TierBase) -> &'static str {
    match base {
        TierBase::Sale => "sale",
        TierBase::Tier1 => "tier1",
    }
}

const fn subscriptions(later: Subscriptions) -> &'static str {
    match later {
        Subscriptions::First => "first",
        Subscriptions::Each => "each",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::texts::Language;

    fn names() -> Names {
        Names { partners: vec![(5, "house".to_owned())], charities: vec![(3, "rivers".to_owned())] }
    }

    fn rules() -> ProgramRules {
        let rate = |percent: u16, flat_minor| Rate {
            percent: (percent > 0).then(|| Percent::from_basis_points(percent)),
            flat_minor,
        };
        ProgramRules {
            window_days: 30,
            model: Model::First,
            binding: Binding::Last,
            binding_days: Some(90),
            coupon_decides: false,
            hold_days: 14,
            min_payout_minor: 5_000,
            rounding: Rounding::HalfEven,
            tier_base: TierBase::Tier1,
            tiers: vec![Some(rate(1_050, Some(250))), None, Some(rate(0, Some(100)))],
            charity: Some(CharityRule { receiver: CharityId(3), rate: rate(100, None) }),
            house_partner: Some(PartnerId(5)),
            recurring: Recurring { payments: Some(12), months: None },
            subscriptions: Subscriptions::Each,
            consent: Consent::Cashback,
            sign_up: SignUp::Open,
        }
    }

    #[test]
    fn rules_come_out_of_the_form_as_they_went_in() {
        let eur = "EUR".parse().unwrap();
        for rules in [rules(), ProgramRules::standard()] {
            let mut form = Filled::new(Language::English);
            fill(&mut form, &rules, eur, &names());
            assert_eq!(read(&mut form, eur, &names()), rules);
            assert!(form.is_good(), "{form:?}");
        }
    }

    #[test]
    fn every_rule_that_changes_is_named_and_no_other() {
        let eur = "EUR".parse().unwrap();
        let shown = |rules: &ProgramRules| {
            let mut form = Filled::new(Language::English);
            fill(&mut form, rules, eur, &names());
            groups(&form, eur)
        };
        assert_eq!(differences(&shown(&rules()), &shown(&rules())), []);
        let all = differences(&shown(&ProgramRules::standard()), &shown(&rules()));
        assert_eq!(all.len(), 19, "{all:#?}");
        assert!(all.iter().any(|(_, before, after)| before == "365" && after == "30"), "{all:#?}");
    }

    #[test]
    fn what_shared_refuses_is_said_beside_a_field() {
        let eur = "EUR".parse().unwrap();
        for (name, value) in [
            ("percent-2", "99.9"),
            ("percent-1", "abc"),
            ("flat-10", "-1"),
            ("window_days", "0"),
            ("window_days", ""),
            ("hold_days", "3651"),
            ("months", "1201"),
            ("charity", "nobody"),
            ("charity_percent", ""),
            ("house", "nobody"),
        ] {
            let mut filled = Filled::new(Language::English);
            filled.set(name, value);
            fill(&mut filled, &ProgramRules { tier_base: TierBase::Sale, ..rules() }, eur, &names());
            read(&mut filled, eur, &names());
            let shown = groups(&filled, eur);
            let said = shown.iter().flat_map(|group| &group.fields).find(|field| !field.problem.is_empty());
            assert!(said.is_some(), "{name} = {value}");
        }
    }
}
