//! A real browser, driven by `tests/browser/driver.mjs` over lines of JSON.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// A running browser. It ends with its handle, or with this process: then its input ends.
pub struct Browser {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next_id: u64,
}

impl Browser {
    /// Starts the browser that `tests/browser/chromium.mjs` finds or brings.
    pub fn start() -> Result<Self> {
        let mut child = Command::new("node")
            .arg(crate::root().join("tests/browser/driver.mjs"))
            .current_dir(crate::root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start node for the browser")?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("the driver has no output")?);
        Ok(Self { child, input, output, next_id: 1 })
    }

    /// Opens a context with options; contexts share no cookies.
    pub fn open(&mut self, context: &str, options: &Value) -> Result<()> {
        self.call(json!({ "op": "open", "context": context, "options": options })).map(|_| ())
    }

    /// Closes a context.
    pub fn close(&mut self, context: &str) -> Result<()> {
        self.call(json!({ "op": "close_context", "context": context })).map(|_| ())
    }

    /// Runs a script, the body of an async function of `{page, context, args, until, speculated}`, in a context.
    pub fn run(&mut self, context: &str, script: &str, args: &Value) -> Result<Value> {
        self.call(json!({ "op": "run", "context": context, "script": script, "args": args }))
    }

    fn call(&mut self, mut request: Value) -> Result<Value> {
        let id = self.next_id;
        self.next_id += 1;
        request["id"] = json!(id);
        let input = self.input.as_mut().context("the browser is stopped")?;
        writeln!(input, "{request}")?;
        input.flush()?;
        let mut line = String::new();
        loop {
            line.clear();
            if self.output.read_line(&mut line)? == 0 {
                bail!("the browser's driver ended");
            }
            let answer: Value = serde_json::from_str(&line).with_context(|| format!("the driver said: {line}"))?;
            if answer["id"] != json!(id) {
                continue;
            }
            if let Some(error) = answer["error"].as_str() {
                bail!("{error}");
            }
            return Ok(answer["ok"].clone());
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The end of its input ends the driver, and the driver its browser.
        self.input = None;
        let _ = self.child.wait();
    }
}
