//! `cargo xtask demo`, `cargo xtask test`, `cargo xtask bench`: they bring in what they need, and say so if they cannot.

mod bench;
mod checks;
mod demo;
mod story;
mod tools;

use std::process::ExitCode;

const HELP: &str = "cargo xtask COMMAND

  demo     build everything, seed a merchant, serve on http://localhost:8787, and play one story
           --once: end after the story   --port PORT   --site-port PORT
  test     everything that CI runs
  bench    measure beside the references, into benches/RESULTS.md: edge, counter, batch, growth, or all
           --quick: minutes, not hours   --json FILE: the figures for machines
           data --orders N FILE: only make a database to measure on
  build    the Worker alone, into edge/build
  openapi  edge/assets/openapi.json from the tables of shared/src/api
  assets   edge/assets/t.js from counter.js";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("", &[][..]),
    };
    let outcome = match command {
        "demo" => demo::Options::parse(rest).and_then(|options| demo::run(&options)),
        "test" => checks::run(),
        "bench" => bench::run(rest),
        "build" => tools::prepare().and_then(|()| tools::build_worker()),
        "openapi" => tools::write_openapi(),
        "assets" => tools::prepare().and_then(|()| tools::build_assets()),
        "" | "help" | "--help" | "-h" => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => Err(anyhow::anyhow!("there is no command `{other}`\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
