//! What every measurement needs: processes, processors, progress, and a place for what was seen.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use tamis_api::v1::EvaluateRequest;
use tamis_loadtest::report::model::Point;
use tamis_loadtest::{Mix, Outcome, Plan, Saves, Schedule, Shape};

use super::children::Children;
use super::progress::Progress;
use super::server::Server;
use super::settings::Settings;
use crate::exit::misuse;

/// Seconds after a run until the last answers are there, and the next one can begin.
const BETWEEN_S: f64 = 0.1;

/// What every measurement needs.
#[derive(Debug)]
pub(super) struct Bench {
    pub(super) settings: Settings,
    pub(super) children: Arc<Children>,
    /// The temporary folder, which somebody else removes.
    pub(super) folder: PathBuf,
    processors: Processors,
    progress: RefCell<Progress>,
    points: RefCell<Vec<Point>>,
    /// What the generator said of each run, one JSON object a line.
    outcomes: RefCell<String>,
}

/// Which processors are whose.
#[derive(Clone, Debug)]
pub(super) struct Processors {
    /// All that this process may use.
    pub(super) all: Vec<usize>,
    /// The server's and the generator's own, if they are kept apart.
    pub(super) apart: Option<(Vec<usize>, Vec<usize>)>,
}

/// A run of load.
pub(super) struct Run<'a> {
    /// Its name, to which a number is added if there is such a run already.
    pub(super) id: String,
    /// What is served, for people.
    pub(super) what: &'a str,
    pub(super) server: &'a Server,
    pub(super) requests: &'a [EvaluateRequest],
    pub(super) schedule: Schedule,
    pub(super) shape: Shape,
    pub(super) connections: usize,
    pub(super) streams: usize,
    pub(super) seconds: f64,
    pub(super) saves: Option<Saves>,
}

impl Processors {
    /// Those that this process may use, parted between server and generator if that is wanted.
    ///
    /// # Errors
    /// [`crate::exit::Misuse`] if they are to be parted and there is only one.
    pub(super) fn find(pin: bool) -> anyhow::Result<Self> {
        let allowed =
            sched_getaffinity(None).context("the system does not tell which processors there are")?;
        let all: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|processor| allowed.is_set(*processor)).collect();
        if !pin {
            return Ok(Self { all, apart: None });
        }
        if all.len() < 2 {
            return Err(misuse("--pin: there is only one processor, which cannot be parted"));
        }
        let (server, generator) = all.split_at(all.len().div_ceil(2));
        let apart = Some((server.to_vec(), generator.to_vec()));
        Ok(Self { all, apart })
    }

    /// How many the server has. A bound on the time of all of them, as a container has, counts too.
    pub(super) fn of_server(&self) -> usize {
        let most = std::thread::available_parallelism().map_or(usize::MAX, NonZeroUsize::get);
        self.apart.as_ref().map_or(self.all.len().min(most), |(server, _)| server.len())
    }

    /// Threads of the generator: all of its own processors, or half of those that it shares.
    fn generator_threads(&self) -> usize {
        self.apart.as_ref().map_or(self.all.len() / 2, |(_, generator)| generator.len()).max(1)
    }
}

/// Lets the calling thread, and what it starts, run on these processors alone.
fn keep_to(processors: &[usize]) -> anyhow::Result<()> {
    let mut set = CpuSet::new();
    for processor in processors {
        set.set(*processor);
    }
    sched_setaffinity(None, &set).context("the system does not let processors be chosen")
}

impl Bench {
    /// Makes ready. If processors are parted, the calling thread keeps to the generator's from here on.
    ///
    /// # Errors
    /// The system does not let processors be chosen.
    pub(super) fn new(
        settings: Settings,
        children: Arc<Children>,
        folder: PathBuf,
        processors: Processors,
    ) -> anyhow::Result<Self> {
        if let Some((_, generator)) = &processors.apart {
            keep_to(generator)?;
        }
        Ok(Self {
            settings,
            children,
            folder,
            processors,
            progress: RefCell::new(Progress::new()),
            points: RefCell::default(),
            outcomes: RefCell::default(),
        })
    }

    /// Threads that a server gets unless their number is what is measured.
    pub(super) fn server_threads(&self) -> usize {
        self.processors.of_server()
    }

    /// Which processors are whose.
    pub(super) fn processors(&self) -> &Processors {
        &self.processors
    }

    /// Does something, such as starting a process, on the server's processors.
    ///
    /// # Errors
    /// Those of what is done, or the system does not let processors be chosen.
    pub(super) fn on_server_processors<T>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let Some((server, generator)) = &self.processors.apart else { return work() };
        keep_to(server)?;
        let done = work();
        keep_to(generator)?;
        done
    }

    /// Says about how many seconds everything takes.
    pub(super) fn begin(&self, seconds: f64) {
        self.progress.borrow_mut().begin(seconds);
    }

    /// Seconds since it began.
    pub(super) fn elapsed_s(&self) -> f64 {
        self.progress.borrow().elapsed().as_secs_f64()
    }

    /// Says what is done next, and about how many seconds it takes.
    pub(super) fn part(&self, name: &str, seconds: f64) {
        self.progress.borrow_mut().part(name, seconds);
    }

    /// Seconds that a run takes which measures so many.
    pub(super) fn run_s(&self, seconds: f64) -> f64 {
        seconds + self.settings.extent.warmup_s + BETWEEN_S
    }

    /// Puts load on a server, and keeps what was seen.
    ///
    /// # Errors
    /// No load can be put on it.
    pub(super) fn run(&self, run: Run<'_>) -> anyhow::Result<(Point, Outcome)> {
        let seconds = Duration::from_secs_f64;
        let mut plan = Plan::new(run.server.target()?, Mix::of("requests", run.requests.to_vec()));
        plan.schedule = run.schedule;
        plan.shape = run.shape;
        plan.connections = run.connections;
        plan.streams = run.streams;
        plan.threads = self.processors.generator_threads().min(run.connections);
        plan.duration = seconds(run.seconds);
        plan.warmup = seconds(self.settings.extent.warmup_s);
        plan.saves = run.saves;
        plan.server_pid = Some(run.server.pid);
        plan.pin = self.processors.apart.as_ref().map(|(_, own)| own.clone()).unwrap_or_default();
        plan.seed = self.settings.seed;
        let outcome = tamis_loadtest::run(&plan, &mut |_| ControlFlow::Continue(()))
            .with_context(|| format!("the run `{}` did not take place", run.id))?;
        let id = self.unused(run.id);
        let point = Point::of(id, run.what, run.server.threads, &outcome);
        self.progress.borrow().seen(&point.in_short());
        let mut line = serde_json::json!({ "id": point.id, "outcome": outcome }).to_string();
        line.push('\n');
        self.outcomes.borrow_mut().push_str(&line);
        self.points.borrow_mut().push(point.clone());
        Ok((point, outcome))
    }

    /// A name that no run has yet.
    fn unused(&self, id: String) -> String {
        let points = self.points.borrow();
        let is_used = |name: &str| points.iter().any(|point| point.id == name);
        if !is_used(&id) {
            return id;
        }
        (2_usize..).map(|number| format!("{id} #{number}")).find(|name| !is_used(name)).unwrap_or(id)
    }

    /// Every run so far, and what the generator said of each.
    pub(super) fn take(self) -> (Vec<Point>, String) {
        (self.points.into_inner(), self.outcomes.into_inner())
    }
}
