use askama::Template;
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;

use crate::pages::frame::{Frame, framed};
use crate::pages::sheet::Group;

/// The list of partners, by code, a page by key.
#[derive(Template)]
#[template(path = "admin/partners.html")]
pub(crate) struct Partners {
    pub(crate) frame: Frame,
    pub(crate) search: String,
    /// `active`, `pending`, `blocked`, or nothing for all.
    pub(crate) status: String,
    pub(crate) rows: Vec<PartnerRow>,
    /// The code after which the next page begins.
    pub(crate) after: Option<String>,
    /// The link under which partners sign up, if there is a program.
    pub(crate) join_url: String,
}

framed!(Partners);

/// A partner of the list.
pub(crate) struct PartnerRow {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) program: String,
    pub(crate) parent: String,
    pub(crate) status: &'static str,
    /// Whether he can log in.
    pub(crate) has_account: bool,
}

/// A new partner.
#[derive(Template)]
#[template(path = "admin/partner_new.html")]
pub(crate) struct PartnerNew {
    pub(crate) frame: Frame,
    pub(crate) given: PartnerForm,
    /// Codes and names of programs.
    pub(crate) programs: Vec<(String, String)>,
}

framed!(PartnerNew);

/// What is given of a partner.
#[derive(Clone, Default)]
pub(crate) struct PartnerForm {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) program: String,
    pub(crate) parent: String,
    /// A day of the merchant's zone, as `2026-11-25`.
    pub(crate) until: String,
    /// His own rates, with what is wrong with them.
    pub(crate) rates: Group,
    pub(crate) site: String,
    pub(crate) phone: String,
    /// Whether he gets a log-in and a mail that says so.
    pub(crate) invite: bool,
}

#[derive(Template)]
#[template(path = "partner_fields.html")]
struct Fields<'a> {
    frame: &'a Frame,
    given: &'a PartnerForm,
}

impl PartnerForm {
    /// Its fields as HTML, but those that only a new partner has.
    #[inline(never)]
    fn fields(&self, frame: &Frame) -> askama::Result<String> {
        Fields { frame, given: self }.render()
    }
}

/// One partner.
#[derive(Template)]
#[template(path = "admin/partner.html")]
pub(crate) struct PartnerCard {
    pub(crate) frame: Frame,
    pub(crate) code: String,
    pub(crate) status: &'static str,
    pub(crate) given: PartnerForm,
    /// His program's name.
    pub(crate) program: String,
    pub(crate) since: Timestamp,
    pub(crate) has_account: bool,
    /// Whether the address that he logs in with is his.
    pub(crate) is_confirmed: bool,
    /// By currency: on hold, payable, paid.
    pub(crate) balances: Vec<(i64, i64, i64, Currency)>,
    pub(crate) links: Vec<LinkRow>,
    /// The link before which the next page of them begins.
    pub(crate) next_links: Option<i64>,
    pub(crate) entries: Vec<EntryRow>,
    pub(crate) children: Vec<String>,
    /// The partner after whom the next page of them begins.
    pub(crate) next_children: Option<String>,
    /// Codes and names of programs that he may be moved to.
    pub(crate) programs: Vec<(String, String)>,
}

framed!(PartnerCard);

/// A link, with what it did.
pub(crate) struct LinkRow {
    pub(crate) code: String,
    /// The whole address to give away.
    pub(crate) url: String,
    pub(crate) target: String,
    pub(crate) clicks: i64,
    pub(crate) is_active: bool,
}

/// What came into an account, or went out of it.
pub(crate) struct EntryRow {
    pub(crate) at: Timestamp,
    pub(crate) kind: &'static str,
    pub(crate) tier: u8,
    pub(crate) order: Option<String>,
    /// The order's name as a part of an address.
    pub(crate) segment: String,
    pub(crate) amount: (i64, Currency),
    pub(crate) payable_from: Timestamp,
    pub(crate) is_held: bool,
    pub(crate) note: String,
}

#[derive(Template)]
#[template(path = "entries.html")]
struct Entries<'a> {
    frame: &'a Frame,
    entries: &'a [EntryRow],
    base: &'a str,
}

impl Frame {
    /// Entries as a table, orders below an address: made here, and not once more in each page that has one.
    #[inline(never)]
    pub(crate) fn entries(&self, entries: &[EntryRow], base: &str) -> askama::Result<String> {
        Entries { frame: self, entries, base }.render()
    }
}
