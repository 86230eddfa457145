//! CSV files with named columns, in any order.

use std::io::Read;

use tributary_shared::csv;
pub(super) use tributary_shared::import::{Table, TableRow};

use crate::error::Error;

/// A file's text.
pub(super) fn text(mut file: Box<dyn Read>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| Error::Unable(format!("the file cannot be read: {error}")))?;
    Ok(csv::text(&bytes))
}

/// Reads the header. `map` says which of our columns stands under which name; what it leaves out has its own.
pub(super) fn open<'a>(
    text: &'a str,
    known: &[&str],
    required: &[&str],
    map: &[(String, String)],
) -> Result<Table<'a>, Error> {
    if let Some((ours, _)) = map.iter().find(|(ours, _)| !known.contains(&ours.as_str())) {
        return Err(Error::Refused(format!("--map: `{ours}` is no column of ours; there are: {}", known.join(", "))));
    }
    let mut table = Table::open(text);
    let missing = |table: &Table<'_>, column: &str| {
        Error::Refused(format!("the column `{column}` is missing; there are: {}", table.columns().join(", ")))
    };
    let places: Vec<(&str, usize)> = map
        .iter()
        .map(|(ours, theirs)| Ok((ours.as_str(), table.place(theirs).ok_or_else(|| missing(&table, theirs))?)))
        .collect::<Result<_, Error>>()?;
    for (ours, place) in places {
        table.rename(place, ours);
    }
    for column in required {
        table.place(column).ok_or_else(|| missing(&table, column))?;
    }
    Ok(table)
}
