//! `tamis-attack`: attacks a service of its own on the loopback, and tells what that does to everybody else.
//!
//! Each attack has a fresh `tamis serve`, started by this program with a store in a temporary folder. A bystander calls it at a
//! constant rate, first in peace and then under attack; compared are the bystander's 99th percentiles. Attackers
//! are paced, and bounded in connections and time. Nothing but the loopback is ever attacked.

mod attacks;
mod bystander;
mod frames;
mod peer;
mod report;
mod victim;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;

use crate::attacks::Attack;
use crate::report::Row;

const HELP: &str = "\
Examples:
  tamis-attack --server target/release/tamis
  tamis-attack --server target/release/tamis --only rapid-reset,ping-flood --seconds 10

Each attack is to hold: memory grows by at most 20 MB for each hostile connection, the others' 99th
percentile at most doubles (or stays below 5 ms) and none of their calls fails, the service goes on
answering, and it ends in time when it is told to.

Exit codes:
  0  the service withstood everything
  1  it did not withstand something
  2  the command line is wrong, or the service cannot be started";

/// Attacks a service of its own on the loopback, and tells what that does to everybody else.
#[derive(Debug, Parser)]
#[command(name = "tamis-attack", version, max_term_width = 100, after_help = HELP)]
struct Cli {
    /// The program `tamis` to attack.
    #[arg(long, value_name = "FILE", env = "TAMIS_BIN")]
    server: PathBuf,
    /// Only these attacks, parted by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<Attack>,
    /// Seconds of peace and of each attack; those that wait for a timeout of the service take longer.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Calls a second of the bystander.
    #[arg(long, value_name = "N", default_value = "500", value_parser = clap::value_parser!(u32).range(10..=20_000))]
    rate: u32,
    /// Write the figures into this file too, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// How an attack is carried out.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) server: PathBuf,
    pub(crate) length: Duration,
    pub(crate) calls_per_s: f64,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<bool> {
    let settings = Settings {
        server: cli.server.canonicalize().with_context(|| format!("there is no {}", cli.server.display()))?,
        length: Duration::from_secs(cli.seconds),
        calls_per_s: f64::from(cli.rate),
    };
    let attacks = if cli.only.is_empty() { Attack::all() } else { cli.only };
    let mut rows: Vec<Row> = Vec::new();
    for attack in attacks {
        eprintln!("{} …", attack.name());
        rows.push(attacks::carry_out(attack, &settings).with_context(|| attack.name())?);
    }
    println!("{}", report::table(&rows));
    if let Some(file) = cli.json {
        let text = serde_json::to_string_pretty(&rows).context("the figures cannot be written as JSON")?;
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(rows.iter().all(|row| row.failures.is_empty()))
}
