//! The merchant's settings, read from the Worker's variables once per isolate.

use std::cell::OnceCell;
use std::rc::Rc;

use tributary_shared::click::Site;
use tributary_shared::hook::outgoing::Reach;
use tributary_shared::link::TargetHosts;
use tributary_shared::signing::KeyRing;
use worker::Env;

/// What `API_REQUESTS_PER_MINUTE` is if nobody says.
const API_REQUESTS_PER_MINUTE: u32 = 600;

/// What the variables say.
pub(crate) struct Config {
    /// What clicks and visits are judged by.
    pub(crate) site: Site,
    /// Where a link that leads nowhere leads.
    pub(crate) landing_url: String,
    /// Whom mail is from that the platform sends; empty where it sends none.
    pub(crate) mail_from: String,
    /// Where hooks and postbacks may go.
    pub(crate) hooks_reach: Reach,
    /// Requests of the API that an isolate takes of one key in one minute; 0 for any number.
    pub(crate) api_requests_per_minute: u32,
    /// What is wrong with the settings; `/healthz` says it.
    pub(crate) problems: Vec<String>,
}

thread_local! {
    static CONFIG: OnceCell<Rc<Config>> = const { OnceCell::new() };
}

/// The settings. A bad one is a problem that `/healthz` and the log name, never a failed redirect.
pub(crate) fn config(env: &Env) -> Rc<Config> {
    CONFIG.with(|config| config.get_or_init(|| Rc::new(read(env))).clone())
}

fn read(env: &Env) -> Config {
    let var = |name: &str| env.var(name).map(|var| var.to_string()).unwrap_or_default().trim().to_owned();
    let mut problems = Vec::new();
    let keys = match env.secret("SIGNING_KEYS").map(|keys| keys.to_string()).unwrap_or_default() {
        keys if keys.is_empty() => {
            problems.push("SIGNING_KEYS is not set: clicks are counted, but nothing is signed".to_owned());
            None
        }
        keys => KeyRing::parse(&keys).map_err(|error| problems.push(format!("SIGNING_KEYS: {error}"))).ok(),
    };
    let hosts = TargetHosts::parse(&var("TARGET_HOSTS"));
    let landing_url = var("LANDING_URL");
    if let Err(error) = hosts.check(&landing_url) {
        problems.push(format!("LANDING_URL: {error}"));
    }
    let consent = var("CONSENT");
    if !matches!(consent.as_str(), "off" | "required") {
        problems.push("CONSENT must be `off` or `required`: taken as `required`".to_owned());
    }
    let hooks_reach = if var("HOOKS_ALLOW_LOCAL") == "true" { Reach::Local } else { Reach::Public };
    let api_requests_per_minute = match var("API_REQUESTS_PER_MINUTE").as_str() {
        "" => API_REQUESTS_PER_MINUTE,
        text => text.parse().unwrap_or_else(|_| {
            problems.push(format!("API_REQUESTS_PER_MINUTE must be a number: taken as {API_REQUESTS_PER_MINUTE}"));
            API_REQUESTS_PER_MINUTE
        }),
    };
    for problem in &problems {
        worker::console_error!("configuration: {problem}");
    }
    let cookie_domain = Some(var("COOKIE_DOMAIN")).filter(|domain| !domain.is_empty());
    let mail_from = var("MAIL_FROM");
    let site = Site { keys, cookie_domain, hosts, consent_required: consent != "off" };
    Config { site, landing_url, mail_from, hooks_reach, api_requests_per_minute, problems }
}
