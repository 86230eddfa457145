//! A merchant's site: a few pages on this machine, and a record of who asked for them.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;

/// A request that the site had.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The path with its query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: HashMap<String, String>,
    /// What was sent along.
    pub body: String,
}

/// A running site. Its thread ends with the process.
#[derive(Debug, Clone)]
pub struct Site {
    /// The port it listens on.
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    pages: Arc<Mutex<HashMap<String, String>>>,
    statuses: Arc<Mutex<HashMap<String, VecDeque<u16>>>>,
    late: Arc<Mutex<HashMap<String, Duration>>>,
}

impl Site {
    /// Serves pages (path without query → HTML) at a port of this machine; 0 for any.
    pub fn serve(port: u16, pages: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let site = Self {
            port: listener.local_addr()?.port(),
            asked: Arc::default(),
            pages: Arc::new(Mutex::new(pages.into_iter().collect())),
            statuses: Arc::default(),
            late: Arc::default(),
        };
        let serving = site.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = serving.clone();
                std::thread::spawn(move || site.answer(stream));
            }
        });
        Ok(site)
    }

    /// Adds or replaces a page.
    pub fn put(&self, path: &str, html: impl Into<String>) {
        if let Ok(mut pages) = self.pages.lock() {
            pages.insert(path.to_owned(), html.into());
        }
    }

    /// Has a path answer the next requests with these statuses, one each, and go on as before. 0 is never an answer: the
    /// connection stays open until whoever asks ends it. A redirect leads to `/elsewhere`.
    pub fn answer_next(&self, path: &str, statuses: &[u16]) {
        if let Ok(mut known) = self.statuses.lock() {
            known.entry(path.to_owned()).or_default().extend(statuses);
        }
    }

    /// Has a path answer the next request so late, and go on as before.
    pub fn answer_late(&self, path: &str, after: Duration) {
        if let Ok(mut late) = self.late.lock() {
            late.insert(path.to_owned(), after);
        }
    }

    /// What was asked of it, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().map(|asked| asked.clone()).unwrap_or_default()
    }

    fn answer(&self, stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let path = line.split(' ').nth(1)?.to_owned();
        let mut headers = HashMap::new();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            match header.trim_end().split_once(':') {
                Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.trim().to_owned()),
                None => break,
            };
        }
        let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let page = path.split('?').next().unwrap_or_default().to_owned();
        let html = self.pages.lock().ok()?.get(&page).cloned();
        let told = self.statuses.lock().ok()?.get_mut(&page).and_then(VecDeque::pop_front);
        let late = self.late.lock().ok()?.remove(&page);
        self.asked.lock().ok()?.push(Asked { path, headers, body: String::from_utf8_lossy(&body).into_owned() });
        if let Some(after) = late {
            std::thread::sleep(after);
        }
        let (status, html) = match (told, html) {
            (Some(0), _) => {
                let _ = reader.read(&mut [0]);
                return None;
            }
            (Some(status), _) => (format!("{status} As told\r\nLocation: /elsewhere"), "as told".to_owned()),
            (None, Some(html)) => ("200 OK".to_owned(), html),
            (None, None) => ("404 Not Found".to_owned(), "<!doctype html><title>Not found</title>".to_owned()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
             Supports-Loading-Mode: credentialed-prerender\r\nConnection: close\r\n\r\n",
            html.len()
        );
        let mut stream = stream;
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(html.as_bytes()).ok()
    }
}
