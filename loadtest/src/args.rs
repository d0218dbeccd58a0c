//! The command line.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use tamis_loadtest::{
    Access, AccessFiles, Account, Arrivals, Check, Generated, Mix, Part, Plan, SavedWorkflow, Saves,
    Schedule, Shape, Step, Target, read_requests,
};

use crate::exit::Misuse;

const EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  calls failed or were not answered, answers were wrong, or nobody answers
  2  the command line or a file keeps the command from running
  3  all was answered, but the figures are the generator's own: give it more of the machine";

/// Puts a running Tamis under load, and tells what it saw.
#[derive(Debug, Parser)]
#[command(name = "tamis-load", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Put a service under load.
    Run(Box<RunArgs>),
    /// Read what ghz wrote with `--format json`, and tell it in the same words.
    Ghz(GhzArgs),
}

const GHZ_HELP: &str = "\
Examples:
  ghz --config evaluate.json --format json --output evaluate.out.json
  tamis-load ghz evaluate.out.json
  tamis-load ghz --output json folder/*.json

Exit codes:
  0  all is well
  1  calls failed
  2  the command line or a file keeps the command from running";

/// Options of `ghz`.
#[derive(Debug, Args)]
#[command(after_help = GHZ_HELP)]
pub(crate) struct GhzArgs {
    /// What ghz wrote.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How it is written to standard output; as JSON it is an array, of an object for each file.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: Output,
}

const RUN_HELP: &str = "\
Without --rate or --step it is a closed loop: each stream asks again as soon as it is answered. That
tells the most that can be answered, and flatters the latencies. With a rate, calls are made when they
are due, and latencies count from then.

Examples:
  tamis-load run --account demo
  tamis-load run --account demo --rate 5000 --arrivals poisson --duration 30s
  tamis-load run --account demo --step 1000:10s --step 2000:10s --step 4000:10s
  tamis-load run --account demo --batch 64 --streams 2
  tamis-load run --account demo --stream 16 --rate 20000
  tamis-load run --requests vip.json=1 --requests usual.json=9 --target unix:/run/tamis.sock
  tamis-load run --account demo --ca ca.pem --key-file backend.key
  tamis-load run --account demo --rate 5000 --save-rate 10 --server-pid \"$(pgrep -x tamis)\"";

/// Options of `run`.
#[derive(Debug, Args)]
#[command(after_help = format!("{RUN_HELP}\n\n{EXIT_CODES}"))]
#[command(group = ArgGroup::new("asked").required(true).args(["accounts", "requests"]))]
pub(crate) struct RunArgs {
    /// Whom to call: address and port, or `unix:` and the path of a socket.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7171")]
    target: Target,
    /// Allow a target on another machine. Put load on your own services only.
    #[arg(long)]
    allow_non_loopback: bool,
    /// File with the key or token that calls present.
    #[arg(long, value_name = "FILE", env = "TAMIS_KEY_FILE")]
    key_file: Option<PathBuf>,
    /// Speak TLS, with a server whose certificate is signed by one of the authorities of this file.
    #[arg(long, value_name = "FILE", env = "TAMIS_CA")]
    ca: Option<PathBuf>,
    /// Name that the server's certificate must have.
    #[arg(long, value_name = "NAME", env = "TAMIS_SERVER_NAME", default_value = "localhost")]
    server_name: String,
    /// File with a certificate to show the server.
    #[arg(long, value_name = "FILE", env = "TAMIS_CLIENT_CERT", requires_all = ["client_key", "ca"])]
    client_cert: Option<PathBuf>,
    /// File with the private key of that certificate.
    #[arg(long, value_name = "FILE", env = "TAMIS_CLIENT_KEY", requires = "client_cert")]
    client_key: Option<PathBuf>,

    /// Make up requests for this account. May be repeated; a weight says how often it is asked in relation to the others.
    #[arg(long = "account", value_name = "ID[=WEIGHT]", conflicts_with = "requests")]
    accounts: Vec<Weighted>,
    /// How many different requests to make up.
    #[arg(long, value_name = "N", default_value_t = 4_096)]
    made_up: usize,
    /// Ask the requests of this file, in the JSON of the contract: an array, or one after the other. May be repeated.
    #[arg(long, value_name = "FILE[=WEIGHT]")]
    requests: Vec<Weighted>,

    /// Calls a second, due whether earlier ones are answered or not.
    #[arg(long, value_name = "N", conflicts_with = "steps")]
    rate: Option<f64>,
    /// A rate and how long it lasts, such as `500:10s`; one after the other.
    #[arg(long = "step", value_name = "N:TIME", conflicts_with = "duration", value_parser = step)]
    steps: Vec<Step>,
    /// How calls at a rate are spaced.
    #[arg(long, value_name = "HOW", default_value = "constant")]
    arrivals: Spacing,

    /// Ask so many changes a call, by `EvaluateBatch`.
    #[arg(long, value_name = "N", conflicts_with = "stream")]
    batch: Option<usize>,
    /// Ask over streams, by `EvaluateStream`, with so many messages unanswered on each at most.
    #[arg(long, value_name = "N")]
    stream: Option<usize>,

    /// Connections.
    #[arg(long, value_name = "N", default_value_t = 4)]
    connections: usize,
    /// Streams of each connection: connections × streams calls are under way at most.
    #[arg(long, value_name = "N", default_value_t = 8)]
    streams: usize,
    /// Threads that make calls.
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,
    /// Processors to keep the threads on, parted by commas.
    #[arg(long, value_name = "CPU", value_delimiter = ',')]
    pin: Vec<usize>,

    /// How long to measure, such as `30s` or `5m`. [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    duration: Option<Duration>,
    /// How long to make calls before that do not count.
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = duration)]
    warmup: Duration,
    /// End after so many calls.
    #[arg(long, value_name = "N")]
    calls: Option<u64>,
    /// How long to wait for answers at the end.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration)]
    drain: Duration,

    /// Save workflows meanwhile, so many a second.
    #[arg(long, value_name = "N")]
    save_rate: Option<f64>,
    /// Account whose workflow is saved, and which; its first one if none is named. May be repeated. [default: the accounts]
    #[arg(long = "save", value_name = "ACCOUNT[/WORKFLOW]", requires = "save_rate")]
    saves: Vec<String>,

    /// Check that the first so many answers are well formed.
    #[arg(long, value_name = "N")]
    check: Option<u64>,
    /// The revision that must have decided them.
    #[arg(long, value_name = "N", requires = "check")]
    revision: Option<u64>,

    /// Tell the processor time of this process for each call.
    #[arg(long, value_name = "PID")]
    server_pid: Option<u32>,
    /// Measure beforehand how much the generator does at most.
    #[arg(long)]
    calibrate: bool,
    /// Seed of the requests, of their order and of Poisson arrivals.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// How the outcome is written to standard output.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: Output,
    /// Do not tell on standard error how far it is.
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// How something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Text,
    /// Everything, for programs.
    Json,
}

/// How calls are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Spacing {
    /// Evenly.
    Constant,
    /// As of many independent callers.
    Poisson,
}

/// A name with a weight.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Weighted {
    name: String,
    weight: u32,
}

impl FromStr for Weighted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, weight) = match text.rsplit_once('=') {
            Some((name, weight)) => (
                name,
                weight
                    .parse()
                    .map_err(|_| format!("`{weight}` is not a weight: it must be a whole number"))?,
            ),
            None => (text, 1),
        };
        Ok(Self { name: name.to_owned(), weight })
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let signed: jiff::SignedDuration =
        text.parse().map_err(|_| format!("`{text}` is not a time such as `30s`, `1m30s` or `500ms`"))?;
    Duration::try_from(signed).map_err(|_| "a time must not be below 0".to_owned())
}

fn step(text: &str) -> Result<Step, String> {
    let (rate, time) = text.split_once(':').ok_or("a step is a rate and a time, such as `500:10s`")?;
    let calls_per_s = rate.parse().map_err(|_| format!("`{rate}` is not a rate"))?;
    Ok(Step { calls_per_s, duration_s: duration(time)?.as_secs_f64() })
}

impl RunArgs {
    /// The plan that the command line describes.
    ///
    /// # Errors
    /// A file with requests is of no use.
    pub(crate) fn plan(&self) -> anyhow::Result<Plan> {
        let duration = match self.steps.as_slice() {
            [] => self.duration.unwrap_or(Duration::from_secs(10)),
            steps => Duration::from_secs_f64(steps.iter().map(|step| step.duration_s).sum()),
        };
        Ok(Plan {
            access: Access::read(&AccessFiles {
                key: self.key_file.clone(),
                ca: self.ca.clone(),
                server_name: self.server_name.clone(),
                client: self.client_cert.clone().zip(self.client_key.clone()),
            })?,
            allow_non_loopback: self.allow_non_loopback,
            schedule: self.schedule(),
            shape: match (self.batch, self.stream) {
                (Some(size), _) => Shape::Batch { size },
                (None, Some(window)) => Shape::Stream { window },
                (None, None) => Shape::Unary,
            },
            connections: self.connections,
            streams: self.streams,
            threads: self.threads,
            duration,
            warmup: self.warmup,
            calls_max: self.calls,
            drain: self.drain,
            saves: self.saves()?,
            check: self.check.map(|calls| Check { calls, revision: self.revision }),
            server_pid: self.server_pid,
            pin: self.pin.clone(),
            calibrate: self.calibrate,
            seed: self.seed,
            ..Plan::new(self.target.clone(), self.mix()?)
        })
    }

    fn schedule(&self) -> Schedule {
        let arrivals = match self.arrivals {
            Spacing::Constant => Arrivals::Constant,
            Spacing::Poisson => Arrivals::Poisson,
        };
        match (self.rate, arrivals) {
            (Some(calls_per_s), Arrivals::Constant) => Schedule::Constant { calls_per_s },
            (Some(calls_per_s), Arrivals::Poisson) => Schedule::Poisson { calls_per_s },
            (None, _) if self.steps.is_empty() => Schedule::ClosedLoop,
            (None, arrivals) => Schedule::Steps { arrivals, steps: self.steps.clone() },
        }
    }

    fn mix(&self) -> anyhow::Result<Mix> {
        if self.requests.is_empty() {
            let accounts = self
                .accounts
                .iter()
                .map(|account| Account { id: account.name.clone(), weight: account.weight });
            let generated =
                Generated { accounts: accounts.collect(), requests: self.made_up, seed: self.seed };
            return Ok(generated.mix());
        }
        let part = |file: &Weighted| {
            let requests = read_requests(Path::new(&file.name))?;
            Ok(Part { name: file.name.clone(), weight: file.weight, requests })
        };
        Ok(Mix { parts: self.requests.iter().map(part).collect::<anyhow::Result<_>>()? })
    }

    fn saves(&self) -> anyhow::Result<Option<Saves>> {
        let Some(saves_per_s) = self.save_rate else { return Ok(None) };
        let named = self.saves.iter().map(|save| match save.split_once('/') {
            Some((account, workflow)) => {
                SavedWorkflow { account_id: account.to_owned(), workflow_id: Some(workflow.to_owned()) }
            }
            None => SavedWorkflow { account_id: save.clone(), workflow_id: None },
        });
        let mut workflows: Vec<SavedWorkflow> = named.collect();
        if workflows.is_empty() {
            let all =
                |account: &Weighted| SavedWorkflow { account_id: account.name.clone(), workflow_id: None };
            workflows = self.accounts.iter().map(all).collect();
        }
        if workflows.is_empty() {
            return Err(
                Misuse("--save: must name an account, as the requests come from files".to_owned()).into()
            );
        }
        Ok(Some(Saves { saves_per_s, workflows }))
    }
}
