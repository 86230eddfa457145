//! What is around every page: its language, its menu, who is logged in, what happened just now.

use askama::Template;
use fluent_bundle::FluentValue;
use tributary_shared::account::{Right, Role};
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;
use tributary_shared::zone::{Offsets, Zone};

use super::format;
use super::texts::{Language, say};

/// A key of the texts, where one is kept before it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key(pub(crate) &'static str);

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// It is done.
    Good,
    /// It is not done.
    Bad,
}

/// What is said at the head of a page about what was just asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

/// A way to another page.
pub(crate) struct MenuItem {
    pub(crate) path: &'static str,
    pub(crate) key: &'static str,
    pub(crate) is_here: bool,
}

/// What stands together in the menu.
pub(crate) struct MenuGroup {
    /// What it is called; empty where there is but one group.
    pub(crate) key: &'static str,
    pub(crate) items: Vec<MenuItem>,
}

/// A group's name and its pages, each with its own.
type Group = (&'static str, &'static [(&'static str, &'static str)]);

/// The merchant's pages by their places in the menu.
const ADMIN_MENU: &[Group] = &[
    ("", &[("/admin", "nav-home"), ("/admin/orders", "nav-orders"), ("/sales", "nav-sales")]),
    ("nav-group-people", &[("/admin/partners", "nav-partners"), ("/admin/contacts", "nav-contacts")]),
    (
        "nav-group-money",
        &[
            ("/admin/accruals", "nav-accruals"),
            ("/admin/balances", "nav-balances"),
            ("/admin/payouts", "nav-payouts"),
            ("/admin/reports", "nav-reports"),
        ],
    ),
    (
        "nav-group-offer",
        &[("/admin/programs", "nav-programs"), ("/admin/products", "nav-products"), ("/admin/counter", "nav-counter")],
    ),
    (
        "nav-group-office",
        &[
            ("/admin/branding", "nav-branding"),
            ("/admin/mail", "nav-mail"),
            ("/admin/hooks", "nav-hooks"),
            ("/admin/shops", "nav-shops"),
            ("/admin/import", "nav-import"),
            ("/admin/people", "nav-people"),
            ("/admin/audit", "nav-audit"),
            ("/password", "nav-password"),
        ],
    ),
];

/// A partner's.
const PARTNER_MENU: &[Group] = &[(
    "",
    &[
        ("/partner", "nav-home"),
        ("/partner/links", "nav-links"),
        ("/partner/products", "nav-products"),
        ("/partner/accruals", "nav-accruals"),
        ("/sales", "nav-sales"),
        ("/partner/statement", "nav-statement"),
        ("/partner/reports", "nav-reports"),
        ("/partner/partners", "nav-subpartners"),
        ("/partner/postbacks", "nav-postbacks"),
        ("/partner/settings", "nav-settings"),
        ("/password", "nav-password"),
    ],
)];

/// Of whoever places orders and nothing else.
const SALES_MENU: &[Group] = &[("", &[("/sales", "nav-sales"), ("/password", "nav-password")])];

/// Who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Whether the sales desk is open to him, if his role has one: a partner's is once he is approved.
    pub(crate) sells: bool,
}

/// What is around a page.
pub(crate) struct Frame {
    pub(crate) language: Language,
    pub(crate) zone: Zone<Offsets>,
    /// The merchant's name; empty, if he has not said it.
    pub(crate) merchant: String,
    /// What the page is called.
    pub(crate) title: String,
    /// Where it is.
    pub(crate) path: String,
    pub(crate) who: Option<Who>,
    /// What a form must send back, so that no other site can send it.
    pub(crate) csrf: String,
    pub(crate) notice: Option<Notice>,
    /// Changes when the style sheet or the script does.
    pub(crate) assets: String,
    /// The merchant's own look, where the page has it.
    pub(crate) theme: Option<Theme>,
    /// Whether the page stands in another: then it has neither head nor foot, and what leads away leads out of there.
    pub(crate) is_embedded: bool,
}

/// What of a page looks as the merchant says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Theme {
    /// The address of his logo; empty without.
    pub(crate) logo: String,
    /// Changes when his style sheet does; `None` without one.
    pub(crate) style: Option<String>,
    /// How partners reach him; empty, if he has not said.
    pub(crate) contact: String,
}

/// A page that stands in a frame. Its template is what is inside: the frame is one template, rendered by one function, and not
/// once more in each page.
pub(crate) trait Framed: Template {
    /// What is around it.
    fn frame(&self) -> &Frame;
}

/// Says of pages that their frame is their field of that name.
macro_rules! framed {
    ($page:ty) => {
        impl $crate::pages::frame::Framed for $page {
            fn frame(&self) -> &$crate::pages::frame::Frame {
                &self.frame
            }
        }
    };
}
pub(crate) use framed;

#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    frame: &'a Frame,
    /// The page, which is HTML already.
    main: String,
}

/// A page with what is around it.
pub(crate) fn whole(page: &impl Framed) -> askama::Result<String> {
    around(page.frame(), page.render()?)
}

#[inline(never)]
fn around(frame: &Frame, main: String) -> askama::Result<String> {
    Layout { frame, main }.render()
}

impl Frame {
    /// What is said under a key.
    pub(crate) fn t(&self, key: &str) -> String {
        say(self.language, key, &[])
    }

    /// What is said under a key with something in it.
    pub(crate) fn t1(&self, key: &str, name: &str, value: &str) -> String {
        say(self.language, key, &[(name, FluentValue::from(value))])
    }

    /// What is said under a key of so many.
    pub(crate) fn t_count(&self, key: &str, count: &i64) -> String {
        say(self.language, key, &[("count", FluentValue::from(*count)), ("shown", self.count(count).into())])
    }

    /// A word of the domain in this language.
    pub(crate) fn word(&self, kind: &str, word: &str) -> String {
        say(self.language, &format!("{kind}-{}", word.replace('_', "-")), &[])
    }

    pub(crate) fn money(&self, minor: &i64, currency: &Currency) -> String {
        format::money(self.language, *minor, *currency)
    }

    /// A percentage, from how it is stored.
    pub(crate) fn percent(&self, text: &str) -> String {
        format::percent(self.language, text)
    }

    pub(crate) fn count(&self, count: &i64) -> String {
        format::count(self.language, *count)
    }

    pub(crate) fn date(&self, at: &Timestamp) -> String {
        format::date(self.language, self.zone, *at)
    }

    pub(crate) fn time(&self, at: &Timestamp) -> String {
        format::time(self.language, self.zone, *at)
    }

    /// A day that is given as `2026-12-24`.
    pub(crate) fn day(&self, iso: &str) -> String {
        format::day(self.language, iso)
    }

    /// A month that is given as `2026-12`.
    pub(crate) fn month(&self, iso: &str) -> String {
        format::month(self.language, iso)
    }

    /// The ways to other pages, for whoever is logged in.
    pub(crate) fn menu(&self) -> Vec<MenuGroup> {
        let Some(who) = &self.who else {
            return Vec::new();
        };
        let groups = if who.role.may(Right::SeeAdmin) {
            ADMIN_MENU
        } else if who.role.may(Right::Cabinet) {
            PARTNER_MENU
        } else {
            SALES_MENU
        };
        let may = |path: &str| match path {
            "/admin/people" => who.role.may(Right::ManagePeople),
            "/admin/import" => who.role.may(Right::ChangeAdmin),
            "/sales" => who.role.may(Right::PlaceOrders) && who.sells,
            _ => true,
        };
        let item = |&(path, key): &(&'static str, &'static str)| {
            let is_home = path == "/admin" || path == "/partner";
            let is_here = self.path == path || (!is_home && self.path.starts_with(&format!("{path}/")));
            may(path).then_some(MenuItem { path, key, is_here })
        };
        groups.iter().map(|&(key, items)| MenuGroup { key, items: items.iter().filter_map(item).collect() }).collect()
    }

    /// The address of the merchant's logo; empty without.
    pub(crate) fn logo(&self) -> &str {
        self.theme.as_ref().map_or("", |theme| theme.logo.as_str())
    }

    /// How partners reach the merchant; empty, where that is not said.
    pub(crate) fn contact(&self) -> &str {
        self.theme.as_ref().map_or("", |theme| theme.contact.as_str())
    }

    /// What changes when the merchant's style sheet does; `None` without one.
    pub(crate) fn style(&self) -> Option<&str> {
        self.theme.as_ref()?.style.as_deref()
    }

    /// Whether whoever is logged in may change what the merchant's pages show.
    pub(crate) fn may_change(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.role.may(Right::ChangeAdmin))
    }

    /// The languages that this page is not in.
    pub(crate) fn other_languages(&self) -> impl Iterator<Item = Language> {
        let language = self.language;
        Language::ALL.into_iter().filter(move |other| *other != language)
    }
}

#[cfg(test)]
impl Frame {
    /// A frame as tests of pages have it: in English, nobody's and nothing said.
    pub(crate) fn sample(title: &str, path: &str) -> Self {
        Self {
            language: Language::English,
            zone: Zone::UTC_LISTED,
            merchant: String::new(),
            title: title.to_owned(),
            path: path.to_owned(),
            who: None,
            csrf: "token".to_owned(),
            notice: None,
            assets: String::new(),
            theme: None,
            is_embedded: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menu_leads_to_what_is_open_to_its_reader_and_everybody_to_his_password() {
        let menu = |role, sells| {
            let who = Some(Who { name: "ann".to_owned(), role, sells });
            let groups = Frame { who, ..Frame::sample("A page", "/") }.menu();
            groups.into_iter().flat_map(|group| group.items).map(|item| item.path).collect::<Vec<_>>()
        };
        for role in [Role::Owner, Role::Manager, Role::Reader, Role::Agent, Role::Partner] {
            assert!(menu(role, true).contains(&"/password"), "{role:?}");
            assert_eq!(menu(role, true).contains(&"/sales"), role.may(Right::PlaceOrders), "{role:?}");
            assert_eq!(menu(role, true).contains(&"/admin/people"), role == Role::Owner, "{role:?}");
        }
        assert!(!menu(Role::Partner, false).contains(&"/sales"), "who waits for approval has no desk");
    }
}
