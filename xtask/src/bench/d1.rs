//! D1's REST API over a SQLite file, with a delay in every call: what an ocean between the night and its database costs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use serde_json::{Value, json};

/// A served file. It is served as long as this process lives.
pub(crate) struct D1 {
    pub(crate) address: SocketAddr,
    calls: Arc<AtomicU64>,
}

impl D1 {
    /// Serves a file; every answer waits for `delay` first.
    pub(crate) fn serve(file: &Path, delay: Duration) -> Result<Self> {
        let connection = Connection::open(file)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;")?;
        let connection = Arc::new(Mutex::new(connection));
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let calls = Arc::new(AtomicU64::new(0));
        let counted = calls.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (connection, counted) = (connection.clone(), counted.clone());
                std::thread::spawn(move || serve_one(&stream, &connection, &counted, delay));
            }
        });
        Ok(Self { address, calls })
    }

    /// How many calls there were since this was asked last.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.swap(0, Ordering::Relaxed)
    }
}

fn serve_one(stream: &TcpStream, connection: &Mutex<Connection>, calls: &AtomicU64, delay: Duration) -> Option<()> {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    loop {
        let request = request(&mut reader)?;
        calls.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(delay);
        // D1 runs one statement at a time.
        let answer = answer(&*connection.lock().ok()?, &request);
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", answer.len());
        let mut stream = stream;
        stream.write_all(&[head.as_bytes(), answer.as_bytes()].concat()).ok()?;
    }
}

fn request(reader: &mut BufReader<&TcpStream>) -> Option<Value> {
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).ok()? > 2 {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// Answers one statement, or several, as D1 does.
fn answer(connection: &Connection, request: &Value) -> String {
    let statements = request["batch"].as_array().cloned().unwrap_or_else(|| vec![request.clone()]);
    let results: Result<Vec<Value>> = statements.iter().map(|statement| run(connection, statement)).collect();
    match results {
        Ok(results) => json!({ "success": true, "errors": [], "messages": [], "result": results }).to_string(),
        Err(error) => {
            let error = json!({ "code": 7500, "message": format!("{error}: SQLITE_ERROR") });
            json!({ "success": false, "errors": [error], "result": [] }).to_string()
        }
    }
}

fn run(connection: &Connection, request: &Value) -> Result<Value> {
    // The API takes texts and nothing else.
    let parameters: Vec<&str> = request["params"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut statement = connection.prepare_cached(request["sql"].as_str().context("a statement")?)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let is_write = !statement.readonly();
    let mut rows = statement.query(params_from_iter(parameters))?;
    let mut answer = Vec::new();
    while let Some(row) = rows.next()? {
        let cell = |column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Integer(number) => json!(number),
                ValueRef::Text(text) => json!(String::from_utf8_lossy(text)),
                ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Value::Null,
            })
        };
        answer.push(Value::Array((0..columns.len()).map(cell).collect::<rusqlite::Result<_>>()?));
    }
    drop(rows);
    let changes = if is_write { connection.changes() } else { 0 };
    Ok(json!({ "results": { "columns": columns, "rows": answer }, "success": true, "meta": { "changes": changes } }))
}
