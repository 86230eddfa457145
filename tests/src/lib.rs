//! What end-to-end tests and the demo need: the real Worker, a site for it to lead to, a client, a browser, the binary.
//!
//! Everything that is started here is stopped when its handle is dropped, or when this process dies.

pub mod binary;
pub mod browser;
pub mod client;
pub mod site;
pub mod worker;

use std::path::{Path, PathBuf};

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// A port of this machine that nobody listens on.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The folder of data that lies beside the repository on some machines; tests that need it pass without it.
#[must_use]
pub fn shared_data() -> Option<PathBuf> {
    let shared = root().parent()?.join("shared");
    shared.join("fixtures").is_dir().then_some(shared)
}
