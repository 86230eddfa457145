//! Who asks for a page, in which language, and with what.

use std::rc::Rc;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use tributary_shared::account::Right;
use tributary_shared::id::PartnerId;
use tributary_shared::merchant::MerchantCard;
use tributary_shared::time::Timestamp;
use worker::{Context, Env, Request, Result, Url};

use super::branding::{self, Branding};
use super::form::Filled;
use super::home_of;
use super::kept::Kept;
use crate::clock;
use crate::http::{body, header};
use crate::pages::frame::{Frame, Key, Notice, Tone, Who};
use crate::pages::problems::in_language;
use crate::pages::texts::{Language, say};
use crate::pages::{SCRIPT, STYLE};
use crate::store::accounts::{self, Session};
use tributary_shared::hash::hex_hash;

/// The cookie of a session. `__Host-`: of this host alone, over TLS alone, for every path.
pub(crate) const SESSION_COOKIE: &str = "__Host-trb-session";

/// The cookie of the language, for whoever is not logged in.
pub(crate) const LANGUAGE_COOKIE: &str = "trb-language";

/// The largest form: 64 KB.
const FORM_BYTES_MAX: usize = 64 * 1_024;

/// The largest file that is taken in on a page: with the form around it, and below the 2 MB that D1 keeps in a row.
const FILE_BYTES_MAX: usize = 1_700_000;

/// How long ago a session was seen is kept to within this.
const SEEN_SECONDS: i64 = 60;

/// What a page says about what was just done, by what stands in its address. Nothing else is ever said there.
const SAID: &[(Key, Tone)] = &[
    (Key("contact-added"), Tone::Good),
    (Key("contact-bound-done"), Tone::Good),
    (Key("program-saved"), Tone::Good),
    (Key("order-marked"), Tone::Good),
    (Key("desk-some-marked"), Tone::Bad),
    (Key("desk-none-marked"), Tone::Bad),
    (Key("desk-many"), Tone::Bad),
    (Key("password-set"), Tone::Good),
    (Key("order-recorded"), Tone::Good),
    (Key("order-reason-missing"), Tone::Bad),
    (Key("partner-created"), Tone::Good),
    (Key("partner-saved"), Tone::Good),
    (Key("partner-moved"), Tone::Good),
    (Key("partner-invited"), Tone::Good),
    (Key("partner-no-email"), Tone::Bad),
    (Key("partner-account-taken"), Tone::Bad),
    (Key("link-made"), Tone::Good),
    (Key("products-saved"), Tone::Good),
    (Key("people-invited"), Tone::Good),
    (Key("people-closed-done"), Tone::Good),
    (Key("settings-saved"), Tone::Good),
    (Key("settings-moves"), Tone::Good),
    (Key("branding-saved"), Tone::Good),
    (Key("merchant-saved"), Tone::Good),
    (Key("mail-due"), Tone::Good),
    (Key("letters-saved"), Tone::Good),
    (Key("letters-was-reset"), Tone::Good),
    (Key("hooks-done"), Tone::Good),
    (Key("import-done"), Tone::Good),
    (Key("import-empty"), Tone::Bad),
    (Key("import-too-long"), Tone::Bad),
    (Key("payouts-prepared"), Tone::Good),
    (Key("payouts-confirmed"), Tone::Good),
    (Key("payout-changed"), Tone::Good),
    (Key("adjusted"), Tone::Good),
    (Key("payouts-none-due"), Tone::Bad),
    (Key("payouts-none-chosen"), Tone::Bad),
    (Key("payout-has-failed"), Tone::Bad),
    (Key("payout-again"), Tone::Bad),
    (Key("payout-open"), Tone::Bad),
    (Key("payout-stands"), Tone::Bad),
    (Key("ledger-busy"), Tone::Bad),
    (Key("amount-wrong"), Tone::Bad),
    (Key("partner-unknown"), Tone::Bad),
    (Key("login-wrong"), Tone::Bad),
    (Key("login-often"), Tone::Bad),
    (Key("login-link-over"), Tone::Bad),
    (Key("password-wrong"), Tone::Bad),
];

/// One request for a page.
pub(crate) struct Visit<'a> {
    pub(crate) env: &'a Env,
    pub(crate) ctx: &'a Context,
    pub(crate) url: &'a Url,
    pub(crate) path: String,
    /// What the address names, decoded.
    pub(crate) segment: String,
    pub(crate) now: Timestamp,
    pub(crate) language: Language,
    pub(crate) merchant: MerchantCard,
    /// How partners' pages look.
    pub(super) branding: Rc<Branding>,
    pub(crate) session: Option<Session>,
    /// The session's secret, as its cookie has it.
    pub(crate) token: Option<String>,
    /// What was sent.
    form: Vec<(String, String)>,
    /// Whether more was sent than is taken: then nothing of it was read.
    pub(super) is_too_large: bool,
    origin: String,
    fetch_site: String,
}

impl<'a> Visit<'a> {
    /// Finds out who asks.
    pub(crate) async fn of(
        mut request: Request,
        url: &'a Url,
        segment: &str,
        env: &'a Env,
        ctx: &'a Context,
    ) -> Result<Self> {
        let now = clock::now();
        let cookies = header(&request, "Cookie");
        let token = cookie(&cookies, SESSION_COOKIE).filter(|token| token.len() >= 40).map(str::to_owned);
        let hash = token.as_ref().map(|token| hex_hash(token.as_bytes()));
        let (session, merchant) = accounts::session(env, hash.as_deref(), now).await?;
        let session = session.filter(|session| !session.role.is_over(session.created_at, session.seen_at, now));
        if let (Some(session), Some(hash)) = (&session, hash)
            && now > session.seen_at.plus_seconds(SEEN_SECONDS)
        {
            let env = env.clone();
            ctx.wait_until(async move {
                if let Err(error) = accounts::seen(&env, &hash, now).await {
                    worker::console_warn!("session: {error}");
                }
            });
        }
        let language = session
            .as_ref()
            .and_then(|session| Language::parse(&session.language))
            .or_else(|| Language::parse(cookie(&cookies, LANGUAGE_COOKIE)?))
            .unwrap_or_else(|| Language::accepted(&header(&request, "Accept-Language")));
        let branding = merchant.brand.map_or_else(Rc::default, |details| branding::read(&details));
        let merchant = merchant.details.map_or_else(MerchantCard::default, |details| card(&details));
        let (mut form, mut is_too_large) = (Vec::new(), false);
        if request.method() == worker::Method::Post {
            let kind = header(&request, "Content-Type");
            let bytes_max = if url.path() == "/admin/import" { FILE_BYTES_MAX } else { FORM_BYTES_MAX };
            match body::bytes(&mut request, bytes_max).await {
                Ok(bytes) => {
                    let fields = tributary_shared::multipart::fields(&kind, &bytes);
                    form = fields.unwrap_or_else(|| url::form_urlencoded::parse(&bytes).into_owned().collect());
                }
                Err(problem) => is_too_large = problem.is_too_large(),
            }
        }
        Ok(Self {
            env,
            ctx,
            url,
            path: url.path().to_owned(),
            segment: tributary_shared::link::decode_segment(segment),
            now,
            language,
            merchant,
            branding,
            token: token.filter(|_| session.is_some()),
            session,
            form,
            is_too_large,
            origin: header(&request, "Origin"),
            fetch_site: header(&request, "Sec-Fetch-Site"),
        })
    }

    /// Whether a form came from a page of ours: the browser says so, and it has what only our pages know of his session.
    pub(crate) fn is_ours(&self) -> bool {
        let own = self.url.origin().ascii_serialization();
        let is_same_site = if self.origin.is_empty() { self.fetch_site == "same-origin" } else { self.origin == own };
        let has_token = match &self.token {
            None => true,
            Some(_) => {
                let (given, wanted) = (self.field("csrf"), self.csrf());
                // Of equal length, and every byte is looked at.
                given.len() == wanted.len()
                    && given.bytes().zip(wanted.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
            }
        };
        is_same_site && has_token
    }

    /// What forms send back: made of the session's secret, and no way back to it.
    fn csrf(&self) -> String {
        self.token.as_ref().map_or(String::new(), |token| hex_hash(format!("csrf {token}").as_bytes()))
    }

    /// What was sent in a field; empty, if nothing was.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.form.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
    }

    /// All fields of what was sent.
    pub(super) fn filled(&self) -> Filled {
        Filled::sent(self.language, &self.form)
    }

    /// All parameters of the address, as a form that asks something.
    pub(super) fn asked(&self) -> Filled {
        Filled::sent(self.language, &self.url.query_pairs().into_owned().collect::<Vec<_>>())
    }

    /// Everything that was sent in fields of one name.
    pub(crate) fn fields<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.form.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// A parameter of the address; empty, if it has none of the name.
    pub(crate) fn query(&self, name: &str) -> String {
        self.url.query_pairs().find(|(key, _)| key == name).map_or(String::new(), |(_, value)| value.trim().to_owned())
    }

    /// A number in the address.
    pub(crate) fn query_number(&self, name: &str) -> Option<i64> {
        self.query(name).parse().ok()
    }

    /// What is said under a key.
    pub(crate) fn t(&self, key: &str) -> String {
        say(self.language, key, &[])
    }

    /// What is said under a key with something in it.
    pub(crate) fn t1(&self, key: &str, name: &str, value: &str) -> String {
        say(self.language, key, &[(name, value.into())])
    }

    /// What is said under a key of so many.
    pub(crate) fn t_count(&self, key: &str, count: i64) -> String {
        let shown = crate::pages::format::count(self.language, count);
        say(self.language, key, &[("count", count.into()), ("shown", shown.into())])
    }

    /// What is wrong, in the reader's language.
    pub(crate) fn problem(&self, problem: &dyn std::fmt::Display) -> String {
        in_language(self.language, &problem.to_string())
    }

    /// What is around a page of a title.
    pub(crate) fn frame(&self, title: String) -> Frame {
        let said = self.query("said");
        let notice =
            SAID.iter().find(|(key, _)| key.0 == said).map(|(key, tone)| Notice { tone: *tone, text: self.t(key.0) });
        Frame {
            language: self.language,
            zone: self.merchant.zone,
            merchant: self.merchant.name.clone(),
            title,
            path: self.path.clone(),
            who: self.session.as_ref().map(|session| Who {
                name: session.partner_code.clone().unwrap_or_else(|| session.email.clone()),
                role: session.role,
                sells: session.is_active != 0,
            }),
            csrf: self.csrf(),
            notice,
            assets: assets_hash(),
            theme: self.is_branded().then(|| self.branding.theme.clone()),
            is_embedded: self.is_embedded(),
        }
    }

    /// Whether this page has the merchant's look: those of partners and of whoever may become one. The merchant's own pages
    /// never have it, so that no style sheet keeps him from changing it, and `/login?look=plain` has not.
    pub(crate) fn is_branded(&self) -> bool {
        let is_merchants = self.session.as_ref().is_some_and(|session| !session.role.may(Right::Cabinet));
        !is_merchants && self.query("look") != "plain"
    }

    /// Whether this page stands in another.
    pub(crate) fn is_embedded(&self) -> bool {
        self.path.starts_with("/embed/")
    }

    /// The same, with something to be said.
    pub(crate) fn frame_saying(&self, title: String, tone: Tone, text: String) -> Frame {
        Frame { notice: Some(Notice { tone, text }), ..self.frame(title) }
    }

    /// Whether whoever asks has a right.
    pub(crate) fn may(&self, right: Right) -> bool {
        self.session.as_ref().is_some_and(|session| session.role.may(right))
    }

    /// Where whoever asks belongs.
    pub(crate) fn home(&self) -> &'static str {
        self.session.as_ref().map_or("/login", |session| home_of(session.role))
    }

    /// Who changes something, for the history. Whoever changes something is logged in.
    pub(crate) fn who(&self) -> &str {
        self.session.as_ref().map_or("?", |session| session.email.as_str())
    }

    /// The partner whose cabinet this is.
    pub(crate) fn partner(&self) -> std::result::Result<(PartnerId, &str), super::Refusal> {
        let session = self.session.as_ref().ok_or(super::Refusal::NotFound)?;
        match (session.partner_id, session.partner_code.as_deref()) {
            (Some(id), Some(code)) => Ok((id, code)),
            _ => Err(super::Refusal::NotFound),
        }
    }

    /// The address of a path here.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.url.origin().ascii_serialization())
    }
}

/// The merchant as he is described.
fn card(details: &str) -> MerchantCard {
    thread_local! {
        static KEPT: Kept<MerchantCard> = const { Kept::new() };
    }
    // A description that cannot be read is as good as none here: the batch says so.
    KEPT.with(|kept| kept.of(details, |details| MerchantCard::from_stored(details).unwrap_or_default()))
}

/// A secret that is given away, and the hash that is kept of it.
pub(crate) struct Token {
    pub(crate) secret: String,
    pub(crate) hash: String,
}

impl Token {
    /// 256 new random bits.
    pub(crate) fn new() -> Self {
        Self::of(clock::secret())
    }

    /// One that somebody brings.
    pub(crate) fn of(secret: String) -> Self {
        let hash = hex_hash(secret.as_bytes());
        Self { secret, hash }
    }

    /// Where it logs in, as a mailed link's.
    pub(crate) fn path(&self) -> String {
        format!("/login/{}", self.secret)
    }
}

fn cookie<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
    cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Changes when the style sheet or the script does.
fn assets_hash() -> String {
    thread_local! {
        static HASH: std::cell::OnceCell<String> = const { std::cell::OnceCell::new() };
    }
    HASH.with(|hash| hash.get_or_init(|| short_hash(&[STYLE, SCRIPT])).clone())
}

/// A few letters that change when texts do.
pub(super) fn short_hash(texts: &[&str]) -> String {
    let digest = texts.iter().fold(Sha256::new(), |digest, text| digest.chain_update(text)).finalize();
    digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// A form as the handlers read it, where one struct is easier than many fields.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(fields: &[(&str, &str)]) -> serde_json::Result<T> {
    let object: serde_json::Map<String, serde_json::Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    T::deserialize(object)
}
