//! `tributary`: the command line. The only place of the batch that reads the time and draws random numbers.

mod cli;
mod run;

use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use clap::Parser;
use cli::Cli;
use tributary_shared::time::Timestamp;

/// A night makes and drops some hundred small texts for each order: with this allocator in four fifths of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run::run(&cli) {
        Ok(needs_a_look) => ExitCode::from(u8::from(needs_a_look)),
        Err(error) => {
            eprintln!("tributary: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_seconds(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
}

/// An instant to measure from.
fn instant() -> Instant {
    Instant::now()
}

/// 256 bits, of which three UUIDs of version 4 have 366 random ones: hashed, none of their fixed bits is left.
fn random_bits() -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for _ in 0..3 {
        hasher.update(uuid::Uuid::new_v4().as_bytes());
    }
    hasher.finalize().into()
}
