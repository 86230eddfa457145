//! Addresses that we send to: https, a public name, nothing that leads into somebody's own network.
//!
//! A name that resolves to a private address cannot be told from its text. What sends must therefore run where there is
//! no private network (the Worker), or resolve the name, look at the address and connect to that very address.

use url::{Host, Url};

use crate::host::parse_url;

/// The longest address, in bytes.
const ADDRESS_BYTES_MAX: usize = 2_048;

/// Ends of names that are nobody's in public: RFC 2606, RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476, ICANN's
/// `internal`, and what home and office networks use.
const PRIVATE_ENDS: [&str; 15] = [
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
    "test",
    "invalid",
    "example",
    "onion",
    "alt",
];

/// Services that resolve any name below theirs to an address in it, or to this machine. A list is never whole; it takes
/// the well-known ones away.
const REBINDING_ENDS: [&str; 12] = [
    "nip.io",
    "sslip.io",
    "xip.io",
    "localtest.me",
    "lvh.me",
    "vcap.me",
    "lacolhost.com",
    "1u.ms",
    "rbndr.us",
    "traefik.me",
    "local.gd",
    "localho.st",
];

/// An address that we may send to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddress(Url);

/// Why we may not send to an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an absolute URL.
    #[error("`{text}` is not an absolute URL")]
    Malformed {
        /// The text as it came, cut.
        text: String,
    },
    /// Longer than an address may be.
    #[error("the address is longer than {ADDRESS_BYTES_MAX} bytes")]
    TooLong,
    /// An address in numbers, in whatever way it is written.
    #[error("`{host}` is an IP address: want a name")]
    IpAddress {
        /// The host as a browser understands it.
        host: String,
    },
    /// A name that leads into a network of somebody's own, or to this machine.
    #[error("`{host}` is not a public name")]
    PrivateName {
        /// The host as a browser understands it.
        host: String,
    },
    /// It carries a user's name or password.
    #[error("the address carries a user name")]
    UserInfo,
    /// Another port than that of https.
    #[error("port {port} is not that of https")]
    Port {
        /// The port.
        port: u16,
    },
    /// Another scheme than https.
    #[error("`{scheme}` is not https")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
}

impl PublicAddress {
    /// Takes a text as a browser would understand it (WHATWG URL).
    #[cold] // Asked for now and then: its bytes count for more than its speed.
    #[inline(never)]
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.len() > ADDRESS_BYTES_MAX {
            return Err(AddressError::TooLong);
        }
        let malformed =
            || AddressError::Malformed { text: text.chars().filter(|c| !c.is_control()).take(80).collect() };
        let url = parse_url(text).map_err(|_| malformed())?;
        check_host(&url, malformed)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::UserInfo);
        }
        // The port of a scheme itself is not kept: what is kept here is another one.
        if let Some(port) = url.port() {
            return Err(AddressError::Port { port });
        }
        if url.scheme() != "https" {
            return Err(AddressError::Scheme { scheme: url.scheme().to_owned() });
        }
        Ok(Self(url))
    }

    /// The address, as it is to be asked for.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }
}

#[cold]
#[inline(never)]
fn check_host(url: &Url, malformed: impl Fn() -> AddressError) -> Result<(), AddressError> {
    let private = |host: &str| AddressError::PrivateName { host: host.to_owned() };
    let host = match url.host() {
        Some(Host::Domain(host)) => host,
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => {
            // As it stands there, which is how a browser has understood it.
            let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
            return Err(AddressError::IpAddress { host: host.to_owned() });
        }
        None => return Err(private("")),
    };
    // Of schemes that browsers do not know, the host is not parsed: `dict://127.0.0.1`.
    if let Ok(Host::Ipv4(_)) = Host::parse(host) {
        return Err(AddressError::IpAddress { host: host.to_owned() });
    }
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    if name.split('.').any(str::is_empty) {
        return Err(malformed());
    }
    let ends_in = |end: &str| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let is_private = !name.contains('.') || PRIVATE_ENDS.into_iter().chain(REBINDING_ENDS).any(ends_in);
    if is_private { Err(private(host)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_name_over_https_is_taken() {
        for text in ["https://example.com/ok?x=1", "https://hooks.example.com:443/", "HTTPS://EXAMPLE.com./p"] {
            assert!(PublicAddress::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("https://example.com:8443/", "port 8443 is not that of https"),
            ("https://user@example.com/", "the address carries a user name"),
            ("https://[::1]/", "`::1` is an IP address: want a name"),
            ("https://0x7f.1/", "`127.0.0.1` is an IP address: want a name"),
            ("https://printer.local/", "`printer.local` is not a public name"),
            ("https://10.0.0.1.nip.io/", "`10.0.0.1.nip.io` is not a public name"),
            ("http://example.com/", "`http` is not https"),
            ("example.com", "`example.com` is not an absolute URL"),
        ];
        for (text, problem) in cases {
            assert_eq!(PublicAddress::parse(text).unwrap_err().to_string(), problem);
        }
    }
}
