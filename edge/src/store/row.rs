//! A row of an answer, read by the names of its columns.
//!
//! What reads a row into a struct by itself is made once for each struct, and was a good part of the Worker's bytes. This
//! is made once.

use serde::Deserialize;
use tributary_shared::account::Role;
use tributary_shared::id::{PartnerId, ProductId, ProgramId};
use tributary_shared::money::Currency;
use tributary_shared::time::Timestamp;
use wasm_bindgen::JsValue;
use worker::js_sys::Reflect;
use worker::{Error, Result};

/// A row.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Row(#[serde(with = "worker::d1::serde_wasm_bindgen::preserve")] JsValue);

impl Row {
    /// A text; an error where there is none.
    pub(crate) fn text(&self, column: &str) -> Result<String> {
        self.maybe_text(column)?.ok_or_else(|| unfit(column))
    }

    /// A text, or nothing where the database has nothing.
    pub(crate) fn maybe_text(&self, column: &str) -> Result<Option<String>> {
        let value = self.value(column)?;
        if value.is_null() { Ok(None) } else { value.as_string().map(Some).ok_or_else(|| unfit(column)) }
    }

    /// A whole number; an error where there is none.
    pub(crate) fn number(&self, column: &str) -> Result<i64> {
        self.maybe_number(column)?.ok_or_else(|| unfit(column))
    }

    /// A whole number, or nothing where the database has nothing.
    #[expect(clippy::cast_possible_truncation, reason = "numbers in the database are whole and within 2^53")]
    pub(crate) fn maybe_number(&self, column: &str) -> Result<Option<i64>> {
        let value = self.value(column)?;
        if value.is_null() {
            Ok(None)
        } else {
            value.as_f64().map(|number| Some(number as i64)).ok_or_else(|| unfit(column))
        }
    }

    /// An instant, kept as seconds.
    pub(crate) fn time(&self, column: &str) -> Result<Timestamp> {
        Ok(Timestamp::from_unix_seconds(self.number(column)?))
    }

    /// A currency by its code.
    pub(crate) fn currency(&self, column: &str) -> Result<Currency> {
        self.text(column)?.parse().map_err(|_| unfit(column))
    }

    /// A column as it came, to be sent back as a parameter.
    pub(crate) fn raw(&self, column: &str) -> Result<JsValue> {
        self.value(column)
    }

    /// A text or a number as a text; empty, where there is nothing.
    pub(crate) fn shown(&self, column: &str) -> Result<String> {
        let value = self.value(column)?;
        match value.as_string() {
            Some(text) => Ok(text),
            None => Ok(self.maybe_number(column)?.map_or_else(String::new, |number| number.to_string())),
        }
    }

    fn value(&self, column: &str) -> Result<JsValue> {
        let value = Reflect::get(&self.0, &column.into())?;
        if value.is_undefined() { Err(unfit(column)) } else { Ok(value) }
    }
}

/// What can be read out of one column.
pub(crate) trait Column: Sized {
    /// Reads it.
    fn read(row: &Row, column: &str) -> Result<Self>;
}

/// What a row is read into: `row!(Name { columns })` beside the struct.
pub(crate) trait FromRow: Sized {
    /// Reads it.
    fn from_row(row: &Row) -> Result<Self>;
}

impl FromRow for Row {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self(row.0.clone()))
    }
}

macro_rules! columns {
    ($($type:ty: $row:ident, $column:ident => $read:expr;)+) => {
        $(impl Column for $type {
            fn read($row: &Row, $column: &str) -> Result<Self> {
                $read
            }
        })+
    };
}

columns! {
    String: row, column => row.text(column);
    Option<String>: row, column => row.maybe_text(column);
    i64: row, column => row.number(column);
    Option<i64>: row, column => row.maybe_number(column);
    u8: row, column => u8::try_from(row.number(column)?).map_err(|_| unfit(column));
    u32: row, column => u32::try_from(row.number(column)?).map_err(|_| unfit(column));
    Timestamp: row, column => row.time(column);
    Option<Timestamp>: row, column => Ok(row.maybe_number(column)?.map(Timestamp::from_unix_seconds));
    Currency: row, column => row.currency(column);
    Option<Currency>: row, column => row.maybe_text(column)?.map(|code| code.parse().map_err(|_| unfit(column))).transpose();
    PartnerId: row, column => row.number(column).map(PartnerId);
    Option<PartnerId>: row, column => Ok(row.maybe_number(column)?.map(PartnerId));
    Role: row, column => Role::parse(&row.text(column)?).ok_or_else(|| unfit(column));
    ProductId: row, column => row.number(column).map(ProductId);
    ProgramId: row, column => row.number(column).map(ProgramId);
}

/// Reads a struct's fields out of the columns of their names.
macro_rules! row {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        impl crate::store::row::FromRow for $name {
            fn from_row(row: &crate::store::row::Row) -> worker::Result<Self> {
                Ok(Self { $($field: crate::store::row::Column::read(row, stringify!($field))?),+ })
            }
        }
    };
}
pub(crate) use row;

/// The statement and its reader do not fit together: ours to mend.
fn unfit(column: &str) -> Error {
    Error::RustError(format!("column `{column}` is not there, or not what is read of it"))
}
