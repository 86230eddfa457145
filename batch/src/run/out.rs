//! What is told on standard output: text, or JSON where it is asked for.

use std::io::Write;

use serde::Serialize;
use tributary_batch::error::Error;

use crate::cli::Common;

pub(crate) fn print(common: &Common, json: &impl Serialize, text: &impl std::fmt::Display) -> Result<(), Error> {
    if common.json { print_json(json) } else { write_out(&format!("{text}\n")) }
}

pub(crate) fn print_json(json: &impl Serialize) -> Result<(), Error> {
    let json = serde_json::to_string(json).map_err(|error| Error::Refused(error.to_string()))?;
    write_out(&format!("{json}\n"))
}

pub(crate) fn write_out(text: &str) -> Result<(), Error> {
    let broke_off = |error: std::io::Error| Error::Unable(format!("the output broke off: {error}"));
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(broke_off)
}
