//! The command line.

mod analyze;
mod decide;
mod history;
mod import;
mod inspect;
mod keys;
mod observe;
mod output;
mod plan;
mod rollback;
mod schema;
mod security;
mod shell;
mod simulate;
mod test;

use std::ffi::OsString;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tamis_server::{Listen, Location, LocationError};
use tonic::metadata::AsciiMetadataValue;

use crate::exit::misuse;
pub(crate) use analyze::AnalyzeArgs;
pub(crate) use decide::{EvaluateArgs, ExplainArgs, QuestionArgs};
pub(crate) use history::{
    DiffHistoryArgs, DifferenceArgs, HistoryArgs, HistoryCommand, ListHistoryArgs, ShowHistoryArgs,
};
pub(crate) use import::{Helpdesk, ImportArgs, ReportFormat};
pub(crate) use inspect::{DoctorArgs, StatsArgs};
pub(crate) use keys::{CreateKeyArgs, KeysArgs, KeysCommand, KeysPlace, ListKeysArgs, RevokeKeyArgs};
pub(crate) use observe::ObserveArgs;
pub(crate) use output::Output;
pub(crate) use plan::PlanArgs;
pub(crate) use rollback::RollbackArgs;
pub(crate) use schema::SchemaArgs;
pub(crate) use security::{SecurityArgs, ServerArgs};
pub(crate) use shell::{CompletionsArgs, ManArgs};
pub(crate) use simulate::{ReplayArgs, SimulateArgs, When};
pub(crate) use test::TestArgs;

const EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  there were findings, or a call failed
  2  the command line, the configuration or a file keeps the command from running";

/// Decides which workflows match a change of a helpdesk's ticket, and what is to be done.
#[derive(Debug, Parser)]
#[command(name = "tamis", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve decisions over gRPC.
    Serve(Box<ServeArgs>),
    /// Check workflows in YAML, and run their examples.
    Check(CheckArgs),
    /// Print the JSON Schema of the YAML, by which editors complete and check it.
    Schema(SchemaArgs),
    /// Try the examples of workflows in YAML, and cases of your own, as a test runner does.
    Test(TestArgs),
    /// Write the workflows of a YAML file to a server, all at once or not at all.
    Apply(ApplyArgs),
    /// Tell what `apply` would do, as a reviewer reads it.
    Plan(PlanArgs),
    /// Read an account with its workflows from a server, as YAML that `apply` takes back.
    Export(ExportArgs),
    /// Translate rules of Zendesk, Chatwoot or Zammad, with a report of what became of them.
    Import(ImportArgs),
    /// Tell an account's revisions: list them, show one, compare two.
    History(HistoryArgs),
    /// Bring an account and its workflows back to what they were at a revision.
    Rollback(RollbackArgs),
    /// Decide a change, by a server or by a YAML file without one.
    Evaluate(EvaluateArgs),
    /// Try a draft on recorded changes, and tell what it would decide otherwise.
    Simulate(Box<SimulateArgs>),
    /// Decide a log of decisions again, and tell what is not as it was.
    Replay(Box<ReplayArgs>),
    /// Tell for each workflow and condition why a change matches it or not, the nearest misses first.
    Explain(ExplainArgs),
    /// Bring a store to this version's format.
    Migrate(MigrateArgs),
    /// Write all accounts of a store with all of their revisions into a file.
    Backup(BackupArgs),
    /// Make all accounts of a backup in a store that has none.
    Restore(RestoreArgs),
    /// Make, list and end the keys that callers present.
    Keys(KeysArgs),
    /// Tell how often an account's workflows have matched.
    Stats(StatsArgs),
    /// Tell what is wrong with an account's workflows, each by itself and together.
    Analyze(AnalyzeArgs),
    /// Check a running server, and tell what to do about what is wrong.
    Doctor(DoctorArgs),
    /// Measure what this machine does with your workflows, and write a report to plan by.
    Capacity(CapacityArgs),
    /// Write a script that completes commands in a shell.
    Completions(CompletionsArgs),
    /// Write the manual.
    Man(ManArgs),
    /// Serve empty answers, to measure what a call costs without a decision.
    #[command(hide = true)]
    Baseline(BaselineArgs),
}

const SERVE_HELP: &str = "\
Examples:
  tamis serve --demo
  tamis serve --store /var/lib/tamis/tamis.db
  tamis serve --store postgres://tamis@db.example/tamis --snapshot /var/lib/tamis/snapshot
  tamis serve --config tamis.toml --log-format json
  tamis serve --listen 0.0.0.0:7171 --tls-cert cert.pem --tls-key key.pem --authenticate
  tamis serve --listen 127.0.0.1:7171 --listen unix:/run/tamis.sock
  tamis serve --console 127.0.0.1:7172

A flag wins over its environment variable, and that over the file. The file's keys are the
flags' names with underscores:
  listen = \"127.0.0.1:7171\"
  store = \"tamis.db\"

SIGINT and SIGTERM let the calls under way end, then stop the service.

Exit codes:
  0  stopped by a signal
  1  the service failed while it ran
  2  it did not start: the command line, the configuration, the address or the store is wrong";

/// Options of `serve`. None of them has a default here: what is left out may stand in the file.
#[derive(Debug, Args)]
#[command(after_help = SERVE_HELP)]
pub(crate) struct ServeArgs {
    /// File with settings, in TOML.
    #[arg(long, value_name = "FILE", env = "TAMIS_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Address and port to listen on, where port 0 takes a free one; or `unix:` and the path of a socket, which only the
    /// user that the service runs as can reach. May be repeated; the environment's are parted by commas, the file's are a
    /// list. [default: 127.0.0.1:7171]
    #[arg(long, value_name = "ADDR", env = "TAMIS_LISTEN", value_delimiter = ',')]
    pub(crate) listen: Option<Vec<Listen>>,
    /// Address and port of the console, the pages for people; or `unix:` and a path. [default: none; with --demo, one port after
    /// the first address to listen on]
    #[arg(long, value_name = "ADDR", env = "TAMIS_CONSOLE")]
    pub(crate) console: Option<Listen>,
    /// File with at least 64 random bytes that the console encrypts its cookies with. Replicas with the same one share the
    /// sign-ins. [default: random bytes, so that people sign in again after a start]
    #[arg(long, value_name = "FILE", env = "TAMIS_CONSOLE_SECRET_FILE")]
    pub(crate) console_secret_file: Option<PathBuf>,
    /// File of the store, made if there is none; or `postgres://user:password@host/database`, which any number of services
    /// share. [default: ./tamis.db]
    #[arg(long, value_name = "STORE", env = "TAMIS_STORE", hide_env_values = true)]
    pub(crate) store: Option<StoreAddress>,
    /// Refuse a store of an earlier version's format, in place of migrating it.
    #[arg(long, env = "TAMIS_NO_MIGRATE", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) no_migrate: Option<bool>,
    /// File to keep a copy of what is served in, and to begin with if the database cannot be reached at a start.
    #[arg(long, value_name = "FILE", env = "TAMIS_SNAPSHOT")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Add an account `demo` with a shop's directory and workflows, and print calls to try.
    #[arg(long, env = "TAMIS_DEMO", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) demo: Option<bool>,
    /// How threads share connections. [default: per-core]
    #[arg(long, value_name = "FORM", env = "TAMIS_RUNTIME")]
    pub(crate) runtime: Option<RuntimeForm>,
    /// How many threads decide. [default: one per processor]
    #[arg(long, value_name = "N", env = "TAMIS_THREADS")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Seconds that calls under way may take to end once the service is to stop. [default: 20]
    #[arg(long, value_name = "SECONDS", env = "TAMIS_DRAIN_SECONDS")]
    pub(crate) drain_seconds: Option<u64>,
    /// How log lines on standard error are written. [default: text]
    #[arg(long, value_name = "FORMAT", env = "TAMIS_LOG_FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
    /// Which log lines are written, such as `debug` or `info,tamis_store=debug`. [default: info]
    #[arg(long, visible_alias = "log-level", value_name = "FILTER", env = "TAMIS_LOG")]
    pub(crate) log: Option<String>,
    /// Encryption and authentication.
    #[command(flatten)]
    pub(crate) security: SecurityArgs,
    /// What it tells about itself.
    #[command(flatten)]
    pub(crate) observe: ObserveArgs,
}

/// Where a store is, as it was given. It is made sense of later: what refuses a value on the command line shows it, and
/// this one may hold a password.
#[derive(Clone, serde::Deserialize)]
#[serde(from = "String")]
pub(crate) struct StoreAddress(OsString);

impl StoreAddress {
    /// The place that it names.
    ///
    /// # Errors
    /// It names none.
    pub(crate) fn location(&self) -> anyhow::Result<Location> {
        match self.0.to_str() {
            Some(text) => text.parse().map_err(|error: LocationError| misuse(format!("store: {error}"))),
            // Names of files need not be texts.
            None => Ok(Location::File(self.0.clone().into())),
        }
    }
}

impl From<OsString> for StoreAddress {
    fn from(name: OsString) -> Self {
        Self(name)
    }
}

impl From<String> for StoreAddress {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for StoreAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreAddress")
    }
}

/// Where the store is.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// File of the store, or `postgres://user:password@host/database`.
    #[arg(long, value_name = "STORE", env = "TAMIS_STORE", hide_env_values = true)]
    pub(crate) store: StoreAddress,
}

const MIGRATE_HELP: &str = "\
Examples:
  tamis migrate --store tamis.db
  tamis migrate --store postgres://tamis@db.example/tamis

A store that is not there is made. A store that a later version has migrated is refused, and left
as it is.

Exit codes:
  0  the store has this version's format
  2  the command line is wrong, or the store cannot be opened or migrated";

/// Options of `migrate`.
#[derive(Debug, Args)]
#[command(after_help = MIGRATE_HELP)]
pub(crate) struct MigrateArgs {
    /// Where the store is.
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

const BACKUP_HELP: &str = "\
Examples:
  tamis backup --store postgres://tamis@db.example/tamis tamis.backup
  tamis backup --store tamis.db tamis.backup

Services go on reading and writing meanwhile. The backup is of one instant.

Exit codes:
  0  the backup is written, whole and on disk
  1  the store could not be read, or the backup not written
  2  the command line is wrong, the store cannot be opened, or the file is there already";

/// Options of `backup`.
#[derive(Debug, Args)]
#[command(after_help = BACKUP_HELP)]
pub(crate) struct BackupArgs {
    /// File to write, which must not be there.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where the store is.
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

const RESTORE_HELP: &str = "\
Examples:
  tamis restore tamis.backup --store restored.db
  tamis restore tamis.backup --store postgres://tamis@db.example/tamis

The store is made if it is not there, and refused if it has accounts. A backup of a file may become
a database, and the other way round.

Exit codes:
  0  everything is restored
  1  the backup is not whole, the store is not empty, or it could not be written
  2  the command line is wrong, or the file or the store cannot be opened";

/// Options of `restore`.
#[derive(Debug, Args)]
#[command(after_help = RESTORE_HELP)]
pub(crate) struct RestoreArgs {
    /// File that `tamis backup` wrote.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where the store is.
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

const BASELINE_HELP: &str = "\
Examples:
  tamis baseline --kind empty --listen 127.0.0.1:7272 --threads 1
  tamis baseline --kind tonic-defaults --listen 127.0.0.1:7273

It answers tamis.v1.DecisionService/Evaluate with an empty message, whatever it is sent, so that
what puts load on `tamis serve` puts the same load on it. The first line on standard output ends
with its address, as that of `tamis serve` does. SIGINT and SIGTERM stop it.

The binary's allocator is mimalloc, and so is the baseline's: tonic on the system's allocator costs
more than `tonic-defaults` does.";

/// Options of `baseline`.
#[derive(Debug, Args)]
#[command(after_help = BASELINE_HELP)]
pub(crate) struct BaselineArgs {
    /// What the empty calls are served by.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: BaselineKind,
    /// Address and port to listen on, where port 0 takes a free one; or `unix:` and the path of a socket, which
    /// `tonic-defaults` does not take.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub(crate) listen: Listen,
    /// How threads share connections. [default: per-core; tonic's own is work-stealing and cannot be another]
    #[arg(long, value_name = "FORM")]
    pub(crate) runtime: Option<RuntimeForm>,
    /// How many threads serve. [default: one per processor]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
}

/// What empty calls are served by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BaselineKind {
    /// What `tonic` makes of a service unless it is told otherwise: its router, its codec, one runtime for all threads.
    TonicDefaults,
    /// What `tamis serve` makes of its calls: the same threads, connections and frames, and no decision.
    Empty,
}

/// How threads share connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RuntimeForm {
    /// Each thread has its own.
    PerCore,
    /// All threads share all of them.
    WorkStealing,
}

impl From<RuntimeForm> for tamis_server::Runtime {
    fn from(form: RuntimeForm) -> Self {
        match form {
            RuntimeForm::PerCore => Self::PerCore,
            RuntimeForm::WorkStealing => Self::WorkStealing,
        }
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

const CHECK_HELP: &str = "\
Workflows that are right are analysed too: what can never match, always matches, does what another
does, is never reached, is undone by another, or goes round in a circle. Each of these findings
comes with a change that shows it; with --output json it is one that `tamis evaluate` takes.

Examples:
  tamis check workflows.yaml
  tamis check --account shop.yaml replies.yaml returns.yaml
  tamis check --output json workflows.yaml

Exit codes:
  0  no errors; there may be warnings
  1  errors
  2  the command line is wrong, or a file cannot be read";

/// Options of `check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_HELP)]
pub(crate) struct CheckArgs {
    /// YAML files to check; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// YAML file whose account the workflows are checked against, in place of their own.
    #[arg(long, value_name = "FILE")]
    pub(crate) account: Option<String>,
    /// How findings are written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Output,
}

/// Where a server listens unless it is told otherwise.
pub(crate) const DEFAULT_SERVER: &str = "http://127.0.0.1:7171";

const APPLY_HELP: &str = "\
Examples:
  tamis apply workflows.yaml --account shop
  tamis apply workflows.yaml --account shop --dry-run
  tamis apply one.yaml --account shop --merge --expected-revision 12

The file's account, if it states one, replaces the server's settings and directory of the account.

Exit codes:
  0  written, or with --dry-run: could be
  1  the file has errors, or the call failed; nothing was written
  2  the command line is wrong, or the file cannot be read";

/// Workflows that are to be an account's, and where that is.
#[derive(Debug, Args)]
pub(crate) struct DraftArgs {
    /// YAML file with workflows; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: String,
    /// Account that they are for; the file's own when left out.
    #[arg(long, value_name = "ID", env = "TAMIS_ACCOUNT")]
    pub(crate) account: Option<String>,
    /// Keep workflows of the account that the file does not have.
    #[arg(long)]
    pub(crate) merge: bool,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
}

/// Options of `apply`.
#[derive(Debug, Args)]
#[command(after_help = APPLY_HELP)]
pub(crate) struct ApplyArgs {
    /// What is written where.
    #[command(flatten)]
    pub(crate) draft: DraftArgs,
    /// Who writes, or on whose behalf, for the account's revisions; at most 200 ASCII characters.
    #[arg(long, value_name = "NAME", env = "TAMIS_ACTOR", default_value = "tamis apply")]
    pub(crate) actor: AsciiMetadataValue,
    /// Check everything, on the server too, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write only if the account is still at this revision.
    #[arg(long, value_name = "N")]
    pub(crate) expected_revision: Option<NonZeroU64>,
}

const EXPORT_HELP: &str = "\
With --update, what has not changed keeps its text, with comments and the order of keys: values are
replaced at their place, and what comes or goes is added or cut with the comment directly above it.
A file without an account, or without positions, stays one where that says the same.

Examples:
  tamis export --account shop > workflows.yaml
  tamis export --account shop -o workflows.yaml
  tamis export --account shop --update workflows.yaml

Exit codes:
  0  written, or there was nothing to update
  1  the call failed
  2  the command line is wrong, or the file cannot be read, edited or written";

/// Options of `export`.
#[derive(Debug, Args)]
#[command(after_help = EXPORT_HELP)]
pub(crate) struct ExportArgs {
    /// Account to read.
    #[arg(long, value_name = "ID", env = "TAMIS_ACCOUNT")]
    pub(crate) account: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// File to write to, in place of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// File to bring up to date in place.
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    pub(crate) update: Option<PathBuf>,
}

const CAPACITY_HELP: &str = "\
It starts services of its own on the loopback, with stores of their own in a temporary folder, puts
load on them for a quarter of an hour (two minutes with --quick), and ends them. Close what else
uses the processor, and build with --release.

Into the folder go capacity.html, which opens anywhere, capacity.md with plots/, capacity.json, and
raw/ with what was seen in every run.

Examples:
  tamis capacity --quick
  tamis capacity --workflows workflows.yaml --requests changes.jsonl --out report
  tamis capacity --pin --rate 20000 --p99 5ms

Exit codes:
  0  the report is written
  1  a service did not start or failed, or the command was interrupted; there is no report
  2  the command line is wrong, a file is, or the folder has a report already";

/// Options of `capacity`.
#[derive(Debug, Args)]
#[command(after_help = CAPACITY_HELP)]
pub(crate) struct CapacityArgs {
    /// YAML file with the workflows, as `apply` takes it. [default: the demo account's]
    #[arg(long, value_name = "FILE")]
    pub(crate) workflows: Option<PathBuf>,
    /// JSON file with changes to decide, as `evaluate` takes them; all are asked of the one account. [default: made up]
    #[arg(long, value_name = "FILE")]
    pub(crate) requests: Option<PathBuf>,
    /// Id of the account. [default: the file's own]
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// Two minutes in place of a quarter of an hour: fewer points, shorter runs, wider intervals.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Seconds, to test the command by; its figures mean nothing.
    #[arg(long, hide = true, conflicts_with = "quick")]
    pub(crate) smallest: bool,
    /// Folder for the report; made if there is none.
    #[arg(long, value_name = "DIR", default_value = "capacity-report")]
    pub(crate) out: PathBuf,
    /// Replace the report that is in the folder already.
    #[arg(long)]
    pub(crate) force: bool,
    /// Calls a second to plan for, with --p99.
    #[arg(long, value_name = "CALLS", requires = "p99", value_parser = positive)]
    pub(crate) rate: Option<f64>,
    /// What 99 of 100 calls must stay below, such as `5ms`, with --rate.
    #[arg(long, value_name = "TIME", requires = "rate", value_parser = positive_time)]
    pub(crate) p99: Option<jiff::SignedDuration>,
    /// Give the server one half of the processors and the load the other, so that neither is in the other's way.
    #[arg(long)]
    pub(crate) pin: bool,
    /// Result of `ghz --format json` to put into the report; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) ghz: Vec<PathBuf>,
    /// What everything random is made from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// A number above 0.
fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("must be a number above 0".to_owned()),
    }
}

/// A time above 0, with its unit.
fn positive_time(text: &str) -> Result<jiff::SignedDuration, String> {
    match text.parse::<jiff::SignedDuration>() {
        Ok(time) if time.is_positive() => Ok(time),
        _ => Err("must be a time above 0 with its unit, such as `500us`, `5ms` or `1s`".to_owned()),
    }
}
