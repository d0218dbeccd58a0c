//! What a run is to do.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::LoadError;
use crate::access::Access;
use crate::mix::Mix;

/// The longest measured time, warm-up aside: a plan that is longer is refused.
pub const DURATION_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// The most calls a second that a plan may ask for.
pub const CALLS_PER_S_MAX: f64 = 10_000_000.0;
/// The most connections.
pub const CONNECTIONS_MAX: usize = 10_000;
/// The most streams of one connection.
pub const STREAMS_MAX: usize = 10_000;
/// The most changes of one call; the service takes no more in a batch.
pub const BATCH_MAX: usize = 1_000;
/// The most steps of a schedule.
pub const STEPS_MAX: usize = 100;

/// What a run is to do. [`Plan::new`] fills in the rest.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Whom to call.
    pub target: Target,
    /// What calls present, and how the server is known.
    pub access: Access,
    /// Whether the target may be another machine. Load on a service that
    /// others use is an attack.
    pub allow_non_loopback: bool,
    /// When calls are due.
    pub schedule: Schedule,
    /// Which call is made, with how many changes.
    pub shape: Shape,
    /// What is asked.
    pub mix: Mix,
    /// Connections, 1 to [`CONNECTIONS_MAX`].
    pub connections: usize,
    /// Streams of each connection, 1 to [`STREAMS_MAX`]: connections × streams calls are under way at most. Servers bound the
    /// streams of a connection; beyond that bound calls would wait in the client, and such a plan is refused.
    pub streams: usize,
    /// Threads that generate load, at most one per connection. Each has connections of its own.
    pub threads: usize,
    /// How long is measured; the sum of the steps' durations for [`Schedule::Steps`]. At most [`DURATION_MAX`].
    pub duration: Duration,
    /// How long calls are made before the measurement, at the (first) rate. They count nowhere.
    pub warmup: Duration,
    /// Ends the measurement early, once so many calls have been made in it.
    pub calls_max: Option<u64>,
    /// How long after the end answers are waited for. A call without one by then counts as unanswered, and with its age in the
    /// latencies.
    pub drain: Duration,
    /// Saves while calls are made.
    pub saves: Option<Saves>,
    /// Verifies the first answers.
    pub check: Option<Check>,
    /// The server's process on this machine, whose processor time is told.
    pub server_pid: Option<u32>,
    /// Processors that the threads are pinned to, one after the other; empty for none.
    pub pin: Vec<usize>,
    /// Measure beforehand what this generator does at most with the same shape against an answer that costs nothing.
    pub calibrate: bool,
    /// Seed of Poisson arrivals and of the order of the mix. The same seed asks the same at the same instants.
    pub seed: u64,
}

impl Plan {
    /// A closed loop of unary calls for 10 s after 2 s of warm-up, on 4 connections of 8 streams.
    pub fn new(target: Target, mix: Mix) -> Self {
        Self {
            target,
            access: Access::default(),
            allow_non_loopback: false,
            schedule: Schedule::ClosedLoop,
            shape: Shape::Unary,
            mix,
            connections: 4,
            streams: 8,
            threads: 1,
            duration: Duration::from_secs(10),
            warmup: Duration::from_secs(2),
            calls_max: None,
            drain: Duration::from_secs(5),
            saves: None,
            check: None,
            server_pid: None,
            pin: Vec::new(),
            calibrate: false,
            seed: 1,
        }
    }

    /// Checks all that can be known before anything is called.
    ///
    /// # Errors
    /// [`LoadError::Plan`] with the field and what is wanted of it.
    pub fn check(&self) -> Result<(), LoadError> {
        self.target.check(self.allow_non_loopback)?;
        self.schedule.check(self.duration)?;
        self.shape.check()?;
        self.mix.check()?;
        within("connections", self.connections, CONNECTIONS_MAX)?;
        within("streams", self.streams, STREAMS_MAX)?;
        within("threads", self.threads, self.connections)?;
        if self.duration.is_zero() || self.duration > DURATION_MAX {
            return Err(refused("duration", "must be above 0 and at most 24 h".to_owned()));
        }
        if self.warmup > DURATION_MAX || self.drain > DURATION_MAX {
            let field = if self.warmup > DURATION_MAX { "warmup" } else { "drain" };
            return Err(refused(field, "must be at most 24 h".to_owned()));
        }
        if self.calls_max == Some(0) {
            return Err(refused("calls_max", "must be at least 1".to_owned()));
        }
        if self.check.as_ref().is_some_and(|check| check.calls == 0) {
            return Err(refused("check.calls", "must be at least 1".to_owned()));
        }
        self.saves.as_ref().map_or(Ok(()), Saves::check)
    }
}

pub(crate) fn refused(field: &'static str, message: String) -> LoadError {
    LoadError::Plan { field, message }
}

fn within(field: &'static str, value: usize, max: usize) -> Result<(), LoadError> {
    if (1..=max).contains(&value) {
        return Ok(());
    }
    Err(refused(field, format!("must be 1 to {max}, and is {value}")))
}

fn check_rate(field: &'static str, calls_per_s: f64) -> Result<(), LoadError> {
    if calls_per_s > 0.0 && calls_per_s <= CALLS_PER_S_MAX {
        return Ok(());
    }
    Err(refused(
        field,
        format!("must be above 0 and at most {CALLS_PER_S_MAX} calls a second, and is {calls_per_s}"),
    ))
}

/// Whom to call. Written as `127.0.0.1:7171`, `localhost:7171` or `unix:/run/tamis.sock`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// An address of TCP.
    Tcp(SocketAddr),
    /// A socket of the file system.
    Unix(PathBuf),
}

impl Target {
    fn check(&self, allow_non_loopback: bool) -> Result<(), LoadError> {
        match self {
            Self::Tcp(address) if !address.ip().is_loopback() && !allow_non_loopback => Err(refused(
                "target",
                format!(
                    "{address} is not of this machine: load is for one's own services, and must be allowed by \
                     `allow_non_loopback`"
                ),
            )),
            Self::Tcp(_) | Self::Unix(_) => Ok(()),
        }
    }
}

impl From<SocketAddr> for Target {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp(address)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl FromStr for Target {
    type Err = LoadError;

    fn from_str(text: &str) -> Result<Self, LoadError> {
        if let Some(path) = text.strip_prefix("unix:") {
            return if path.is_empty() {
                Err(refused("target", "`unix:` must be followed by the path of a socket".to_owned()))
            } else {
                Ok(Self::Unix(path.into()))
            };
        }
        let address = text.strip_prefix("http://").unwrap_or(text);
        let mut found = address.to_socket_addrs().map_err(|error| {
            refused(
                "target",
                format!("`{text}` is neither an address with a port nor `unix:` and a path: {error}"),
            )
        })?;
        found.next().map(Self::Tcp).ok_or_else(|| refused("target", format!("`{text}` has no address")))
    }
}

/// When calls are due. A rate is of calls, however many changes each has; of a stream each message is a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Schedule {
    /// As soon as the call before on the same stream is answered. Tells the most that can be answered; its latencies flatter,
    /// because a slow answer delays the next call.
    ClosedLoop,
    /// Evenly spaced.
    Constant {
        /// Calls a second.
        calls_per_s: f64,
    },
    /// At instants that know nothing of each other, as of many independent callers: the gaps are exponentially distributed.
    Poisson {
        /// Calls a second on average.
        calls_per_s: f64,
    },
    /// One rate after the other.
    Steps {
        /// How calls are spaced.
        arrivals: Arrivals,
        /// The rates; at most [`STEPS_MAX`].
        steps: Vec<Step>,
    },
}

impl Schedule {
    fn check(&self, duration: Duration) -> Result<(), LoadError> {
        match self {
            Self::ClosedLoop => Ok(()),
            Self::Constant { calls_per_s } | Self::Poisson { calls_per_s } => {
                check_rate("schedule.calls_per_s", *calls_per_s)
            }
            Self::Steps { steps, .. } => {
                within("schedule.steps", steps.len(), STEPS_MAX)?;
                for step in steps {
                    check_rate("schedule.steps.calls_per_s", step.calls_per_s)?;
                    if step.duration_s.is_nan() || step.duration_s <= 0.0 {
                        return Err(refused("schedule.steps.duration_s", "must be above 0".to_owned()));
                    }
                }
                let sum: f64 = steps.iter().map(|step| step.duration_s).sum();
                if (sum - duration.as_secs_f64()).abs() > 0.001 {
                    return Err(refused("duration", format!("must be that of the steps together, {sum} s")));
                }
                Ok(())
            }
        }
    }
}

/// How the calls of an open loop are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrivals {
    /// Evenly.
    Constant,
    /// With exponentially distributed gaps.
    Poisson,
}

/// A rate and how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Calls a second.
    pub calls_per_s: f64,
    /// Seconds.
    pub duration_s: f64,
}

/// Which call is made, with how many changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shape {
    /// `Evaluate`: one change a call.
    Unary,
    /// `EvaluateBatch`.
    Batch {
        /// Changes of a call, 1 to [`BATCH_MAX`].
        size: usize,
    },
    /// `EvaluateStream`: each message is a call of one change.
    Stream {
        /// Messages of a stream that may be unanswered at once, 1 to [`BATCH_MAX`].
        window: usize,
    },
}

impl Shape {
    fn check(self) -> Result<(), LoadError> {
        match self {
            Self::Unary => Ok(()),
            Self::Batch { size } => within("shape.size", size, BATCH_MAX),
            Self::Stream { window } => within("shape.window", window, BATCH_MAX),
        }
    }

    /// Changes that a call decides.
    pub fn decisions(self) -> u64 {
        match self {
            Self::Unary | Self::Stream { .. } => 1,
            Self::Batch { size } => size as u64,
        }
    }
}

/// Saves while calls are made: each changes the description of a workflow and nothing else, and the last puts it back.
#[derive(Clone, Debug, PartialEq)]
pub struct Saves {
    /// Saves a second over all accounts, evenly spaced.
    pub saves_per_s: f64,
    /// The workflows that are saved, in turn. At least one.
    pub workflows: Vec<SavedWorkflow>,
}

/// A workflow that is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedWorkflow {
    /// The account.
    pub account_id: String,
    /// The workflow; the account's first when `None`.
    pub workflow_id: Option<String>,
}

impl Saves {
    fn check(&self) -> Result<(), LoadError> {
        check_rate("saves.saves_per_s", self.saves_per_s)?;
        if self.workflows.is_empty() {
            return Err(refused("saves.workflows", "must name at least one account".to_owned()));
        }
        Ok(())
    }
}

/// How answers are verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// How many, from the first one on, warm-up included.
    pub calls: u64,
    /// The revision that must have decided; any but 0 when `None`. Saves would change it.
    pub revision: Option<u64>,
}
