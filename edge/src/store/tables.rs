//! Tables as they are exported and listed: pieces by key, whatever the number of rows.

use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::{Env, Result};

use super::row::Row;
use super::{many, number};

/// A table that can be had whole.
pub(crate) struct Table {
    /// Its name in addresses.
    pub(crate) name: &'static str,
    /// Its columns, in order. `…_minor` is an amount in `currency`; `…at` and `…from` are instants.
    pub(crate) columns: &'static str,
    sql: &'static str,
    /// Tells the last key of a piece where the rows do not.
    end: &'static str,
    is_by_number: bool,
    has_time: bool,
}

static ALL: [Table; 14] = [
    Table {
        name: "orders",
        columns: "order_name at status net_minor currency outcome evidence partner",
        sql: sql!("table_orders.sql"),
        end: "",
        is_by_number: true,
        has_time: false,
    },
    Table {
        name: "partners",
        columns: "code name email site phone created_at program parent status has_account",
        sql: sql!("table_partners.sql"),
        end: "",
        is_by_number: false,
        has_time: true,
    },
    Table {
        name: "products",
        columns: "sku name participates shown",
        sql: sql!("table_products.sql"),
        end: "",
        is_by_number: false,
        has_time: true,
    },
    Table {
        name: "balances",
        columns: "partner name currency pending_minor payable_minor paid_minor",
        sql: sql!("table_balances.sql"),
        end: sql!("partners_page_end.sql"),
        is_by_number: false,
        has_time: true,
    },
    Table {
        name: "payouts",
        columns: "number partner amount_minor debt_minor currency method state prepared_by prepared_at changed_by changed_at note",
        sql: sql!("table_payouts.sql"),
        end: "",
        is_by_number: true,
        has_time: false,
    },
    Table {
        name: "audit",
        columns: "at who what subject before after",
        sql: sql!("table_audit.sql"),
        end: "",
        is_by_number: true,
        has_time: false,
    },
    Table {
        name: "links",
        columns: "code partner product target active",
        sql: sql!("table_links.sql"),
        end: "",
        is_by_number: true,
        has_time: false,
    },
    Table {
        name: "contacts",
        columns: "email external_id name created_at",
        sql: sql!("table_contacts.sql"),
        end: "",
        is_by_number: true,
        has_time: false,
    },
    Table {
        name: "mail",
        columns: "created_at recipient subject tries sent_at failed_at problem",
        sql: sql!("table_mail.sql"),
        end: "",
        is_by_number: true,
        has_time: false,
    },
    Table {
        name: "programs",
        columns: "code name currency valid_from window_days model binding hold_days min_payout_minor tiers consent",
        sql: sql!("table_programs.sql"),
        end: "",
        is_by_number: true,
        has_time: true,
    },
    Table {
        name: "people",
        columns: "email role language created_at closed_at",
        sql: sql!("table_people.sql"),
        end: "",
        is_by_number: true,
        has_time: false,
    },
    Table {
        name: "hooks",
        columns: "event_id kind at url tries status millis answer sent_at failed_at",
        sql: sql!("table_hooks.sql"),
        end: "",
        is_by_number: true,
        has_time: false,
    },
    Table {
        name: "counter",
        columns: "host path listed hits first_at last_at",
        sql: sql!("table_counter.sql"),
        end: "",
        is_by_number: false,
        has_time: false,
    },
    Table {
        name: "missed",
        columns: "code hits first_at last_at",
        sql: sql!("table_missed.sql"),
        end: "",
        is_by_number: false,
        has_time: false,
    },
];

/// The one that is for whoever may manage the merchant's people.
pub(crate) const PEOPLE: &str = "people";

/// The names of all.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|table| table.name)
}

/// The table of a name.
pub(crate) fn find(name: &str) -> Option<&'static Table> {
    ALL.iter().find(|table| table.name == name)
}

impl Table {
    /// Where it begins.
    pub(crate) fn start(&self) -> JsValue {
        if self.is_by_number { number(0) } else { "".into() }
    }

    /// A key that an address names.
    pub(crate) fn key(&self, text: &str) -> Option<JsValue> {
        if self.is_by_number { text.parse().ok().map(number) } else { Some(text.into()) }
    }

    /// A piece of so many rows after a key, and the key of its end, if there may be more behind it.
    pub(crate) async fn piece(
        &self,
        env: &Env,
        after: &JsValue,
        rows: i64,
        now: Timestamp,
    ) -> Result<(Vec<Row>, Option<JsValue>)> {
        let mut asked = vec![after.clone(), number(rows)];
        let end = (self.end, asked.clone());
        if self.has_time {
            asked.push(number(now.unix_seconds()));
        }
        let piece = (self.sql, asked);
        if self.end.is_empty() {
            let found: Vec<Row> = many(env, &[piece]).await?.rows(0)?;
            let is_full = i64::try_from(found.len()).is_ok_and(|found| found >= rows);
            let last = found.last().filter(|_| is_full).map(|row| row.raw("key")).transpose()?;
            return Ok((found, last));
        }
        let answers = many(env, &[piece, end]).await?;
        let last = answers.one(1)?.map(|row| row.raw("code")).transpose()?;
        Ok((answers.rows(0)?, last))
    }
}

/// Which accruals are asked for.
pub(crate) struct Accruals<'a> {
    /// Of this receiver; of all, if empty.
    pub(crate) receiver: &'a str,
    /// `pending`, `payable`, `back`, or all.
    pub(crate) state: &'a str,
    /// Booked from then until before then.
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) now: Timestamp,
}

/// The most of the ledger that is looked through for one page, in rows: some milliseconds.
pub(crate) const PIECE_ROWS: i64 = 20_000;

/// A page of accruals before a transfer, and where the next page begins.
pub(crate) async fn accruals(
    env: &Env,
    asked: &Accruals<'_>,
    before: Option<i64>,
    rows: i64,
) -> Result<(Vec<Row>, Option<i64>)> {
    let before = number(before.unwrap_or(tributary_shared::money::MINOR_MAX));
    let of = if asked.receiver.is_empty() { number(PIECE_ROWS) } else { asked.receiver.into() };
    let sql = if asked.receiver.is_empty() { sql!("accruals_page.sql") } else { sql!("accruals_of_receiver_page.sql") };
    let parameters = vec![
        before.clone(),
        of,
        asked.state.into(),
        number(asked.now.unix_seconds()),
        number(asked.from.unix_seconds()),
        number(asked.to.unix_seconds()),
        number(rows),
    ];
    let end = (sql!("accruals_piece_end.sql"), vec![before, number(PIECE_ROWS)]);
    let answers = many(env, &[(sql, parameters), end]).await?;
    let found: Vec<Row> = answers.rows(0)?;
    let is_full = i64::try_from(found.len()).is_ok_and(|found| found >= rows);
    let next = match found.last().filter(|_| is_full) {
        Some(last) => Some(last.number("id")?),
        None if asked.receiver.is_empty() => answers.one(1)?.map(|row| row.number("key")).transpose()?,
        None => None,
    };
    Ok((found, next))
}
