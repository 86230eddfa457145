//! What can go wrong, and which exit code it is.

use crate::store::StoreError;

/// Why a command ended without its result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another run is at work, or took over.
    #[error("another run holds the lease ({holder}); nothing was written by this one")]
    LeaseHeld {
        /// Who holds it.
        holder: String,
    },
    /// The request cannot be carried out.
    #[error("{0}")]
    Refused(String),
    /// The command could not begin, or its output broke off.
    #[error("{0}")]
    Unable(String),
    /// What is in the database cannot be read.
    #[error("{subject}: {problem}")]
    Corrupt {
        /// Which row.
        subject: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl Error {
    /// 1: needs a look; 2: could not run; 3: another run holds the lease.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::Store(_) | Self::Unable(_) | Self::Corrupt { .. } => 2,
            Self::LeaseHeld { .. } => 3,
        }
    }
}
