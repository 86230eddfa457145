//! The load: requests over connections that are kept open, as a proxy in front of the Worker would send them.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;

/// How long an answer may take; beyond it the request has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections at once.
const CONNECTIONS: usize = 32;

/// What is sent.
pub(crate) struct Load<'a> {
    /// To whom.
    pub(crate) address: SocketAddr,
    /// The numbers of the requests.
    pub(crate) numbers: std::ops::Range<u64>,
    /// The only status that is not a failure.
    pub(crate) status: u16,
    /// Writes the request of a number.
    pub(crate) request: &'a (dyn Fn(u64, &mut Vec<u8>) + Sync),
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    /// Requests that were answered as they should be.
    pub(crate) answered: u64,
    /// Requests that were not.
    pub(crate) failed: u64,
    /// From the first request to the last answer.
    pub(crate) wall: Duration,
    /// Half of the answers took no longer.
    pub(crate) median: Duration,
    /// 99 of 100 answers took no longer.
    pub(crate) slow: Duration,
}

/// Sends a load.
pub(crate) fn send(load: &Load<'_>) -> Result<Outcome> {
    let next = AtomicU64::new(load.numbers.start);
    let began = Instant::now();
    let (mut times, mut failed) = (Vec::new(), 0);
    std::thread::scope(|scope| {
        let senders: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(|| sender(load, &next))).collect();
        for sender in senders {
            let (of_one, failed_of_one) = sender.join().unwrap_or_default();
            times.extend(of_one);
            failed += failed_of_one;
        }
    });
    let wall = began.elapsed();
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied();
    Ok(Outcome {
        answered: u64::try_from(times.len())?,
        failed,
        wall,
        median: at(50).unwrap_or_default(),
        slow: at(99).unwrap_or_default(),
    })
}

/// Sends over one connection until the numbers are used up: the times of good answers, and how many were none.
fn sender(load: &Load<'_>, next: &AtomicU64) -> (Vec<Duration>, u64) {
    let (mut times, mut failed) = (Vec::new(), 0);
    let mut connection = None;
    let mut request = Vec::with_capacity(2_048);
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= load.numbers.end {
            return (times, failed);
        }
        request.clear();
        (load.request)(number, &mut request);
        let began = Instant::now();
        match exchange(load.address, &mut connection, &request) {
            Ok(status) if status == load.status => times.push(began.elapsed()),
            Ok(_) => failed += 1,
            Err(_) => {
                connection = None;
                failed += 1;
            }
        }
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

fn exchange(address: SocketAddr, connection: &mut Option<Connection>, request: &[u8]) -> std::io::Result<u16> {
    let open = match connection {
        Some(open) => open,
        None => {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            connection.insert(Connection { stream, buffer: Vec::with_capacity(4_096) })
        }
    };
    open.stream.write_all(request)?;
    open.answer()
}

impl Connection {
    /// Reads one answer to its end; its status.
    fn answer(&mut self) -> std::io::Result<u16> {
        self.buffer.clear();
        let head_bytes = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            self.more()?;
        };
        let malformed = || std::io::Error::new(ErrorKind::InvalidData, "not an answer of HTTP/1.1");
        let head = String::from_utf8_lossy(&self.buffer[..head_bytes]).to_ascii_lowercase();
        let status: u16 = head.get(9..12).and_then(|status| status.parse().ok()).ok_or_else(malformed)?;
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        if header("transfer-encoding:") == Some("chunked") {
            while !self.buffer[head_bytes..].ends_with(b"0\r\n\r\n") {
                self.more()?;
            }
        } else {
            let body_bytes: usize = header("content-length:").and_then(|length| length.parse().ok()).unwrap_or(0);
            while self.buffer.len() < head_bytes + body_bytes {
                self.more()?;
            }
        }
        Ok(status)
    }

    fn more(&mut self) -> std::io::Result<()> {
        let mut bytes = [0; 4_096];
        match self.stream.read(&mut bytes)? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            count => {
                self.buffer.extend_from_slice(&bytes[..count]);
                Ok(())
            }
        }
    }
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|window| window == pattern)
}
