//! How single decisions are timed, and how figures are told and kept.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// Whether a bench is to leave out its largest sizes and take few samples: after `-- --quick`, which criterion knows too, or with
/// `TAMIS_BENCH_QUICK` in the environment.
pub fn is_quick() -> bool {
    std::env::args().any(|argument| argument == "--quick") || std::env::var_os("TAMIS_BENCH_QUICK").is_some()
}

/// The numbers of workflows that are measured: 50 to a million, to a hundred thousand if the run is to be quick.
pub fn workflow_counts() -> &'static [usize] {
    if is_quick() { &[50, 1_000, 10_000] } else { &[50, 1_000, 10_000, 100_000, 1_000_000] }
}

/// How long single calls took.
///
/// Each is timed by the monotonic clock. What the clock itself takes, as the median of a thousand empty calls just before, is
/// taken off: some 20 ns, which would be a tenth of the shortest decisions.
#[derive(Debug)]
pub struct Latencies {
    clock_ns: f64,
    nanos: Vec<u64>,
}

impl Latencies {
    /// None yet, and room for so many.
    pub fn with_capacity(calls: usize) -> Self {
        let mut empty = Self { clock_ns: 0.0, nanos: Vec::with_capacity(calls.max(1_000)) };
        (0..1_000).for_each(|_| empty.time(|| ()));
        let clock_ns = empty.percentile_ns(50);
        empty.nanos.clear();
        Self { clock_ns, ..empty }
    }

    /// Times a call.
    pub fn time<T>(&mut self, call: impl FnOnce() -> T) {
        let began = Instant::now();
        black_box(call());
        self.nanos.push(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX));
    }

    /// So many per cent of the calls took no longer, in nanoseconds; 0 if there were no calls.
    pub fn percentile_ns(&mut self, percent: usize) -> f64 {
        let place = (self.nanos.len() * percent / 100).min(self.nanos.len().saturating_sub(1));
        if self.nanos.is_empty() {
            return 0.0;
        }
        (*self.nanos.select_nth_unstable(place).1 as f64 - self.clock_ns).max(0.0)
    }

    /// The mean, in nanoseconds; 0 if there were no calls.
    pub fn mean_ns(&self) -> f64 {
        let calls = self.nanos.len().max(1) as f64;
        (self.nanos.iter().sum::<u64>() as f64 / calls - self.clock_ns).max(0.0)
    }
}

/// One figure of a bench.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured, such as `10000 workflows/p50`.
    pub name: String,
    /// How much it is.
    pub value: f64,
    /// Of what: `ns`, `bytes`, `times` …
    pub unit: String,
}

/// Figures that are no time per iteration, and so not criterion's: printed as they come, and kept in `target/figures` for
/// `record`.
#[derive(Debug)]
pub struct Figures {
    bench: &'static str,
    figures: Vec<Figure>,
}

impl Figures {
    /// Those of one bench.
    pub fn of(bench: &'static str) -> Self {
        Self { bench, figures: Vec::new() }
    }

    /// Tells a figure and keeps it.
    pub fn tell(&mut self, name: impl Into<String>, value: f64, unit: &str) {
        let name = name.into();
        let digits = if value.abs() < 100.0 { 2 } else { 0 };
        println!("{}/{name}: {value:.digits$} {unit}", self.bench);
        self.figures.push(Figure { name, value, unit: unit.to_owned() });
    }

    /// Writes them down. A folder that cannot be written to is told, and no reason to fail: the figures have been printed.
    pub fn keep(self) {
        let Some(folder) = target_dir().map(|target| target.join("figures")) else { return };
        let written = fs::create_dir_all(&folder).and_then(|()| {
            let json = serde_json::to_string_pretty(&self.figures)?;
            fs::write(folder.join(format!("{}.json", self.bench)), json + "\n")
        });
        if let Err(error) = written {
            println!("{}: the figures are not kept: {error}", self.bench);
        }
    }
}

/// The folder that cargo builds into, in which this program runs.
pub fn target_dir() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists()).map(Path::to_path_buf)
}
