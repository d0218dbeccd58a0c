//! `tamis-faults`: lets the machine fail under services of its own on the loopback, and looks for what they had acknowledged.
//!
//! Each kind of fault has a store of its own. Several write to it at once and remember what was acknowledged ([`ledger`]);
//! something fails at random instants; then every account is to hold what was acknowledged, or that and the write that was under
//! way, and to decide by exactly what it holds ([`report::Row::compare`]).

mod client;
mod crash;
mod disk;
mod file;
mod fleet;
mod input_output;
mod ledger;
mod postgres;
mod report;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Parser, ValueEnum};

use crate::report::Row;

/// How long a service may take to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

const HELP: &str = "\
Examples:
  tamis-faults --server target/release/tamis
  tamis-faults --server target/release/tamis --only crash-loop --kills 100

Each fault is to be withstood: no acknowledged write is lost, none is there by halves, every account
decides by what it holds, decisions go on meanwhile, and the file passes SQLite's integrity check.

Exit codes:
  0  everything was withstood
  1  something was not
  2  the command line is wrong, or it was interrupted
  3  what was tried was withstood, and something could not be tried here";

/// Lets the machine fail under services of its own on the loopback, and looks for what they had acknowledged.
#[derive(Debug, Parser)]
#[command(name = "tamis-faults", version, max_term_width = 100, after_help = HELP)]
struct Cli {
    /// The program `tamis` to try.
    #[arg(long, value_name = "FILE", env = "TAMIS_BIN")]
    server: PathBuf,
    /// Only these faults, parted by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<Fault>,
    /// How often a service on a file is killed.
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    kills: u32,
    /// How often a disk is full, and how often calls of the system fail.
    #[arg(long, value_name = "N", default_value = "200", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rounds: u32,
    /// How often a database is killed under replicas, and how often a replica.
    #[arg(long, value_name = "N", default_value = "200", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    fleet_kills: u32,
    /// The folder of PostgreSQL's programs, where they are not in the path and not where Debian puts them.
    #[arg(long, value_name = "FOLDER")]
    postgres_bin: Option<PathBuf>,
    /// What instants and writes are drawn with; the same draws the same writes, but the machine's timing is its own.
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// Write the figures into this file too, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Fault {
    /// A service on a file is killed under writes.
    CrashLoop,
    /// The disk of a file is full.
    FullDisk,
    /// The disk of a file fails.
    IoErrors,
    /// A database is killed under replicas that write to it.
    DatabaseKills,
    /// Replicas on a database are killed.
    ReplicaKills,
}

/// How faults are tried.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) server: PathBuf,
    pub(crate) kills: usize,
    pub(crate) rounds: usize,
    pub(crate) fleet_kills: usize,
    pub(crate) postgres_bin: Option<PathBuf>,
    pub(crate) seed: u64,
}

impl Fault {
    fn name(self) -> &'static str {
        match self {
            Self::CrashLoop => "crash loop on SQLite",
            Self::FullDisk => "full disk under SQLite",
            Self::IoErrors => "I/O errors under SQLite",
            Self::DatabaseKills => "kills of PostgreSQL",
            Self::ReplicaKills => "kills of replicas",
        }
    }

    /// Tries it. An error is a failure of the service, unless the row says that it was not run.
    async fn attempt(self, settings: &Settings, row: &mut Row) -> anyhow::Result<()> {
        match self {
            Self::CrashLoop => crash::crash_loop(settings, row).await,
            Self::FullDisk => disk::full_disk(settings, row).await,
            Self::IoErrors => input_output::input_output(settings, row).await,
            Self::DatabaseKills => fleet::database_kills(settings, row).await,
            Self::ReplicaKills => fleet::replica_kills(settings, row).await,
        }
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let settings = Settings {
        server: cli.server.canonicalize().with_context(|| format!("there is no {}", cli.server.display()))?,
        kills: cli.kills as usize,
        rounds: cli.rounds as usize,
        fleet_kills: cli.fleet_kills as usize,
        postgres_bin: cli.postgres_bin,
        seed: cli.seed,
    };
    let faults = if cli.only.is_empty() { Fault::value_variants().to_vec() } else { cli.only };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut rows = Vec::new();
    for fault in faults {
        eprintln!("{} (seed {}) …", fault.name(), settings.seed);
        let mut row = Row { fault: fault.name(), ..Row::default() };
        // What is interrupted is dropped, and what it has started, made and mounted goes with it.
        let attempt = runtime.block_on(async {
            tokio::select! {
                attempt = fault.attempt(&settings, &mut row) => Ok(attempt),
                interrupted = tokio::signal::ctrl_c() => Err(interrupted),
            }
        });
        match attempt {
            Ok(Ok(())) => {}
            Ok(Err(error)) => row.failures.push(format!("{error:#}")),
            Err(interrupted) => {
                interrupted?;
                anyhow::bail!("interrupted");
            }
        }
        row.finish();
        row.failures.iter().for_each(|failure| eprintln!("  not withstood: {failure}"));
        rows.push(row);
    }
    println!("{}", report::table(&rows));
    if let Some(file) = cli.json {
        let text = serde_json::to_string_pretty(&rows).context("the figures cannot be written as JSON")?;
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(if rows.iter().any(|row| !row.failures.is_empty()) {
        ExitCode::from(1)
    } else if rows.iter().any(|row| row.not_run.is_some()) {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}
