//! `import orders FILE.csv`: orders, one row a line, rows of one order together.

use std::io::Read;

use tributary_shared::import::orders::{Beside, COLUMNS, Found, Orders, REQUIRED};
use tributary_shared::rules::Rulebook;
use tributary_shared::signing::KeyRing;

use super::{Report, Settings, table};
use crate::error::Error;
use crate::store::{Store, rules};

/// Orders of one statement: about a kilobyte each, and D1 takes 2 MB.
const CHUNK_ORDERS: usize = 1_000;

/// Lines of one statement: a line has up to 300 bytes beside its order's own.
const CHUNK_LINES: usize = 3_000;

/// Takes a file of orders. `keys` open the tokens that orders carry.
pub fn run(
    store: &mut dyn Store,
    file: Box<dyn Read>,
    keys: Option<&KeyRing>,
    settings: Settings<'_>,
) -> Result<Report, Error> {
    let text = table::text(file)?;
    let table = table::open(&text, COLUMNS, REQUIRED, settings.map)?;
    let book = rules::read(store)?;
    let mut import = Import {
        report: Report { ignored_columns: table.ignored(COLUMNS), ..Report::default() },
        chunk: Vec::new(),
        chunk_lines: 0,
        book: &book,
        settings,
    };
    let currency = book.programs().first().map(|program| program.currency);
    let mut orders = Orders::new(Beside { now: settings.now, currency, keys });
    for row in table.rows(COLUMNS) {
        let found = orders.push(row);
        import.take(store, found)?;
    }
    let last = orders.finish();
    import.take(store, last)?;
    import.flush(store)?;
    import.report.bad.sort_by_key(|bad| bad.line);
    Ok(import.report)
}

struct Import<'a> {
    report: Report,
    chunk: Vec<String>,
    chunk_lines: usize,
    book: &'a Rulebook,
    settings: Settings<'a>,
}

impl Import<'_> {
    fn take(&mut self, store: &mut dyn Store, found: Option<Found>) -> Result<(), Error> {
        let known = |code: &str| self.book.partner_by_code(code).is_some();
        match found {
            None => {}
            Some(Ok(order)) if order.partner.as_ref().is_some_and(|code| !known(code.as_str())) => {
                self.report.bad.push(order.of_nobody());
            }
            Some(Ok(order)) => {
                self.chunk.push(order.event);
                self.chunk_lines += order.rows;
                self.report.good += 1;
            }
            Some(Err(bad)) => self.report.bad.push(bad),
        }
        if self.chunk.len() >= CHUNK_ORDERS || self.chunk_lines >= CHUNK_LINES { self.flush(store) } else { Ok(()) }
    }

    /// Writes the orders gathered so far: rows of orders, events, contacts, and what ties them to partners.
    fn flush(&mut self, store: &mut dyn Store) -> Result<(), Error> {
        let chunk = std::mem::take(&mut self.chunk);
        self.chunk_lines = 0;
        if chunk.is_empty() || self.settings.dry_run {
            return Ok(());
        }
        let parameter = || [format!("[{}]", chunk.join(",")).into()];
        store.write(include_str!("../store/sql/orders_insert.sql"), &parameter())?;
        self.report.changed += store.write(include_str!("../store/sql/order_snapshots_insert.sql"), &parameter())?;
        // Every time: an import that died before this point is made up for by the next.
        store.write(include_str!("../store/sql/order_contacts_insert.sql"), &parameter())?;
        store.write(include_str!("../store/sql/order_contact_touches_insert.sql"), &parameter())?;
        Ok(())
    }
}
