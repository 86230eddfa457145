//! Every page, on one screen: its address, how it may be asked, and who may ask.

use tributary_shared::account::{Right, Role};

/// What a request for a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Style,
    Script,
    Icon,
    Banner,
    BrandStyle,
    Start,
    Language,
    Login,
    LoginLink,
    Logout,
    Password,
    Join,
    EmbedLogin,
    AdminHome,
    AdminOrders,
    AdminOrder,
    AdminPartners,
    AdminPartnerNew,
    AdminPartner,
    AdminPartnerLinks,
    AdminPartnerPostbacks,
    AdminProducts,
    AdminProduct,
    AdminContacts,
    AdminContact,
    AdminPrograms,
    AdminProgramNew,
    AdminProgram,
    AdminProgramTest,
    AdminBalances,
    AdminAccruals,
    AdminPayouts,
    AdminPayoutNew,
    AdminPayoutFiles,
    AdminPayoutFile,
    AdminPayout,
    AdminAdjust,
    AdminStatement,
    AdminStatementFile,
    AdminTable,
    AdminReports,
    AdminCounter,
    AdminBranding,
    AdminMerchant,
    AdminHooks,
    AdminMail,
    AdminMailTexts,
    AdminAudit,
    AdminImport,
    AdminImportFile,
    AdminImportBad,
    AdminShops,
    AdminPeople,
    Sales,
    SalesFile,
    SalesOrders,
    SalesPlace,
    PartnerHome,
    PartnerLinks,
    PartnerLink,
    PartnerLinkFile,
    PartnerProducts,
    PartnerProduct,
    PartnerAccruals,
    PartnerPayouts,
    PartnerOrders,
    PartnerOrder,
    PartnerReports,
    PartnerReportsFile,
    PartnerStatement,
    PartnerStatementFile,
    PartnerPartners,
    PartnerPostbacks,
    PartnerSettings,
}

/// Who may ask for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Anybody.
    Nothing,
    /// Whoever is logged in.
    Session,
    /// Whoever has the first right; to change something, the second.
    Rights(Right, Right),
}

impl Needs {
    /// Whether a role may.
    pub(crate) const fn is_met_by(self, role: Role, changes: bool) -> bool {
        match self {
            Self::Nothing | Self::Session => true,
            Self::Rights(see, change) => role.may(see) && (!changes || role.may(change)),
        }
    }
}

/// A page's address and what it asks of whoever asks for it.
pub(crate) struct Route {
    /// `{}` stands for one segment.
    pub(crate) path: &'static str,
    pub(crate) methods: &'static str,
    pub(crate) needs: Needs,
    pub(crate) page: Page,
}

const LOOK: &str = "GET, HEAD";
const CHANGE: &str = "POST";
const BOTH: &str = "GET, HEAD, POST";

const ADMIN: Needs = Needs::Rights(Right::SeeAdmin, Right::ChangeAdmin);
const PEOPLE: Needs = Needs::Rights(Right::ManagePeople, Right::ManagePeople);
/// The merchant's people who may change something.
const CHANGES: Needs = Needs::Rights(Right::ChangeAdmin, Right::ChangeAdmin);
const SALES: Needs = Needs::Rights(Right::PlaceOrders, Right::PlaceOrders);
const CABINET: Needs = Needs::Rights(Right::Cabinet, Right::Cabinet);

const fn route(path: &'static str, methods: &'static str, needs: Needs, page: Page) -> Route {
    Route { path, methods, needs, page }
}

/// All pages; of two that fit, the first.
pub(crate) const ROUTES: &[Route] = &[
    route("/", LOOK, Needs::Nothing, Page::Start),
    route("/assets/app.css", LOOK, Needs::Nothing, Page::Style),
    route("/assets/app.js", LOOK, Needs::Nothing, Page::Script),
    route("/assets/icon.svg", LOOK, Needs::Nothing, Page::Icon),
    route("/assets/brand.css", LOOK, Needs::Nothing, Page::BrandStyle),
    route("/banner.svg", LOOK, Needs::Nothing, Page::Banner),
    route("/language", CHANGE, Needs::Nothing, Page::Language),
    route("/login", BOTH, Needs::Nothing, Page::Login),
    route("/login/{}", BOTH, Needs::Nothing, Page::LoginLink),
    route("/logout", CHANGE, Needs::Session, Page::Logout),
    route("/password", BOTH, Needs::Session, Page::Password),
    route("/join", BOTH, Needs::Nothing, Page::Join),
    route("/join/{}", LOOK, Needs::Nothing, Page::Join),
    route("/embed/join", BOTH, Needs::Nothing, Page::Join),
    route("/embed/login", LOOK, Needs::Nothing, Page::EmbedLogin),
    route("/admin", LOOK, ADMIN, Page::AdminHome),
    route("/admin/orders", LOOK, ADMIN, Page::AdminOrders),
    route("/admin/orders/{}", BOTH, ADMIN, Page::AdminOrder),
    route("/admin/partners", LOOK, ADMIN, Page::AdminPartners),
    route("/admin/partners/new", BOTH, ADMIN, Page::AdminPartnerNew),
    route("/admin/partners/{}", BOTH, ADMIN, Page::AdminPartner),
    route("/admin/partners/{}/links", CHANGE, ADMIN, Page::AdminPartnerLinks),
    route("/admin/partners/{}/postbacks", BOTH, ADMIN, Page::AdminPartnerPostbacks),
    route("/admin/partners/{}/statement", LOOK, ADMIN, Page::AdminStatement),
    route("/admin/partners/{}/statement.csv", LOOK, ADMIN, Page::AdminStatementFile),
    route("/admin/products", BOTH, ADMIN, Page::AdminProducts),
    route("/admin/products/{}", BOTH, ADMIN, Page::AdminProduct),
    route("/admin/contacts", BOTH, ADMIN, Page::AdminContacts),
    route("/admin/contacts/{}", BOTH, ADMIN, Page::AdminContact),
    route("/admin/programs", LOOK, ADMIN, Page::AdminPrograms),
    route("/admin/programs/new", BOTH, ADMIN, Page::AdminProgramNew),
    route("/admin/programs/{}", BOTH, ADMIN, Page::AdminProgram),
    route("/admin/programs/{}/test", LOOK, ADMIN, Page::AdminProgramTest),
    route("/admin/balances", LOOK, ADMIN, Page::AdminBalances),
    route("/admin/accruals", LOOK, ADMIN, Page::AdminAccruals),
    route("/admin/reports", LOOK, ADMIN, Page::AdminReports),
    route("/admin/{}.csv", LOOK, ADMIN, Page::AdminTable),
    route("/admin/payouts", BOTH, ADMIN, Page::AdminPayouts),
    route("/admin/payouts/new", BOTH, ADMIN, Page::AdminPayoutNew),
    route("/admin/payouts/files", LOOK, ADMIN, Page::AdminPayoutFiles),
    route("/admin/payouts/files/{}", LOOK, ADMIN, Page::AdminPayoutFile),
    route("/admin/payouts/{}", BOTH, ADMIN, Page::AdminPayout),
    route("/admin/adjustments", BOTH, ADMIN, Page::AdminAdjust),
    route("/admin/counter", LOOK, ADMIN, Page::AdminCounter),
    route("/admin/branding", BOTH, ADMIN, Page::AdminBranding),
    route("/admin/branding/merchant", CHANGE, PEOPLE, Page::AdminMerchant),
    route("/admin/mail", BOTH, ADMIN, Page::AdminMail),
    route("/admin/mail/texts", BOTH, ADMIN, Page::AdminMailTexts),
    route("/admin/hooks", BOTH, ADMIN, Page::AdminHooks),
    route("/admin/audit", LOOK, ADMIN, Page::AdminAudit),
    route("/admin/import", BOTH, CHANGES, Page::AdminImport),
    route("/admin/import/{}.csv", LOOK, CHANGES, Page::AdminImportBad),
    route("/admin/import/{}", BOTH, CHANGES, Page::AdminImportFile),
    route("/admin/shops", LOOK, ADMIN, Page::AdminShops),
    route("/admin/people", BOTH, PEOPLE, Page::AdminPeople),
    route("/sales", LOOK, SALES, Page::Sales),
    route("/sales/concierge.html", LOOK, SALES, Page::SalesFile),
    route("/sales/desk/orders", BOTH, SALES, Page::SalesOrders),
    route("/sales/{}", BOTH, SALES, Page::SalesPlace),
    route("/partner", LOOK, CABINET, Page::PartnerHome),
    route("/partner/links", BOTH, CABINET, Page::PartnerLinks),
    route("/partner/links/{}", LOOK, CABINET, Page::PartnerLink),
    route("/partner/links/{}/affiliate.html", LOOK, CABINET, Page::PartnerLinkFile),
    route("/partner/products", LOOK, CABINET, Page::PartnerProducts),
    route("/partner/products/{}", LOOK, CABINET, Page::PartnerProduct),
    route("/partner/accruals", LOOK, CABINET, Page::PartnerAccruals),
    route("/partner/payouts", LOOK, CABINET, Page::PartnerPayouts),
    route("/partner/orders", LOOK, CABINET, Page::PartnerOrders),
    route("/partner/orders/{}", LOOK, CABINET, Page::PartnerOrder),
    route("/partner/reports", LOOK, CABINET, Page::PartnerReports),
    route("/partner/reports.csv", LOOK, CABINET, Page::PartnerReportsFile),
    route("/partner/statement", LOOK, CABINET, Page::PartnerStatement),
    route("/partner/statement.csv", LOOK, CABINET, Page::PartnerStatementFile),
    route("/partner/partners", LOOK, CABINET, Page::PartnerPartners),
    route("/partner/postbacks", BOTH, CABINET, Page::PartnerPostbacks),
    route("/partner/settings", BOTH, CABINET, Page::PartnerSettings),
];

/// The route of a path, and the segment that it names something by, as it stands there.
pub(crate) fn find(path: &str) -> Option<(&'static Route, &str)> {
    ROUTES.iter().find_map(|route| Some((route, fits(route.path, path)?)))
}

fn fits<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((before, after)) = pattern.split_once("{}") else {
        return (pattern == path).then_some("");
    };
    let segment = path.strip_prefix(before)?.strip_suffix(after)?;
    (!segment.is_empty() && !segment.contains('/')).then_some(segment)
}

/// Whether a path is below one of the pages: what is not found there is told as a page.
pub(crate) fn is_site(path: &str) -> bool {
    ["/admin", "/partner", "/login", "/join", "/embed", "/sales"]
        .iter()
        .any(|top| path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_first_route_that_fits() {
        let found = |path| find(path).map(|(route, segment)| (route.page, segment));
        assert_eq!(found("/admin/partners/new"), Some((Page::AdminPartnerNew, "")));
        assert_eq!(found("/admin/partners/ann"), Some((Page::AdminPartner, "ann")));
        assert_eq!(found("/admin/partners/ann/links"), Some((Page::AdminPartnerLinks, "ann")));
        assert_eq!(found("/admin/orders/A%2F1"), Some((Page::AdminOrder, "A%2F1")));
        for nothing in ["/admin/", "/admin/orders/", "/admin/orders/a/b", "/administrator", "//admin"] {
            assert_eq!(found(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn no_path_has_two_routes() {
        for (index, one) in ROUTES.iter().enumerate() {
            let again = ROUTES.iter().skip(index + 1).find(|other| other.path == one.path);
            assert!(again.is_none(), "{}", one.path);
        }
    }

    #[test]
    fn nothing_that_changes_is_open_to_whoever_may_only_look() {
        for Route { path, methods, needs, page } in ROUTES {
            let is_open = ["/language", "/login", "/login/{}", "/join", "/embed/join"].contains(path);
            if methods.contains("POST") && !is_open {
                assert_ne!(*needs, Needs::Nothing, "{path}");
            }
            if path.starts_with("/admin") {
                assert!(!needs.is_met_by(Role::Partner, false), "{page:?}");
                assert!(!needs.is_met_by(Role::Agent, false), "{page:?}");
                assert!(!needs.is_met_by(Role::Reader, true), "{page:?}");
            }
            if path.starts_with("/partner") {
                assert!(!needs.is_met_by(Role::Owner, false), "{page:?}");
            }
        }
    }
}
