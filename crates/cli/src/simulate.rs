//! `tamis simulate`: tries a draft on recorded changes.
//!
//! The changes are read in rounds of a chunk for each thread; the threads judge them, and what they say of single changes is
//! written and kept in the order of the lines. So the report is the same with any number of threads, and memory does not grow
//! with the changes.

mod judge;
mod report;
mod sides;

use std::io::Write as _;
use std::num::NonZeroUsize;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use tamis_server::simulate::{Samples, Simulator, Worker};

use crate::args::SimulateArgs;
use crate::exit::{Outcome, misuse};
use crate::recorded::{Chunk, Recorded};
use crate::simulate::judge::{Judge, Judged};
use crate::simulate::report::Passed;
use crate::{console, output};

/// Runs the command.
///
/// # Errors
/// A file cannot be read, the server cannot be reached, or the report cannot be written. What cannot be judged is told in the
/// report.
pub(crate) fn run(args: &SimulateArgs) -> anyhow::Result<Outcome> {
    console::check_stdin([&args.draft.file, &args.changes].into_iter().chain(&args.live))?;
    let mut recorded = Recorded::open(&args.changes)?;
    let Some(sides) = sides::load(args)? else { return Ok(Outcome::Findings) };
    let judge = Judge::new(args, &sides.draft)?;
    let simulator = Simulator::new(sides.live, sides.draft, sides.live_revision, args.samples);
    std::fs::create_dir_all(&args.out)
        .map_err(|error| misuse(format!("--out: cannot make {}: {error}", args.out.display())))?;
    let mut run = Run::new(args, &simulator, &judge)?;
    run.go(&mut recorded)?;
    let Run { workers, samples, passed, mut differences, progress, .. } = run;
    progress.finish_and_clear();
    differences.flush().context("cannot write the differences")?;
    let found = simulator.report(workers, samples);
    report::write(&args.out, &found, &passed)?;
    let summary = || Ok(report::summary(&found, &passed, &args.out)?);
    console::print(&output::record(args.output, &found, summary)?)?;
    Ok(if found.refused_count == 0 { Outcome::Clean } else { Outcome::Findings })
}

/// A simulation under way.
struct Run<'a> {
    simulator: &'a Simulator,
    judge: &'a Judge,
    /// One per thread.
    workers: Vec<Worker>,
    samples: Samples,
    passed: Passed,
    differences: std::io::BufWriter<std::fs::File>,
    progress: ProgressBar,
}

impl<'a> Run<'a> {
    fn new(args: &SimulateArgs, simulator: &'a Simulator, judge: &'a Judge) -> anyhow::Result<Self> {
        let threads = args.threads.or_else(|| std::thread::available_parallelism().ok());
        let threads = threads.map_or(1, NonZeroUsize::get);
        let file = args.out.join(report::DIFFERENCES);
        let differences = std::fs::File::create(&file)
            .map_err(|error| misuse(format!("--out: cannot write {}: {error}", file.display())))?;
        Ok(Self {
            simulator,
            judge,
            workers: std::iter::repeat_with(Worker::default).take(threads).collect(),
            samples: Samples::default(),
            passed: Passed::default(),
            differences: std::io::BufWriter::new(differences),
            progress: ProgressBar::hidden(),
        })
    }

    /// Goes through all changes.
    fn go(&mut self, recorded: &mut Recorded) -> anyhow::Result<()> {
        self.progress = progress(recorded.bytes());
        loop {
            let mut chunks = Vec::with_capacity(self.workers.len());
            while chunks.len() < self.workers.len()
                && let Some(chunk) = recorded.chunk()?
            {
                chunks.push(chunk);
            }
            if chunks.is_empty() {
                return Ok(());
            }
            for (chunk, judged) in chunks.iter().zip(self.judge_all(&chunks)?) {
                self.keep(judged)?;
                self.progress.inc(chunk.bytes());
            }
            let rate = self.passed.judged as f64 / self.progress.elapsed().as_secs_f64().max(1e-3);
            self.progress.set_message(format!("{} changes, {rate:.0}/s", self.passed.judged));
        }
    }

    /// Judges a chunk by each thread.
    fn judge_all(&mut self, chunks: &[Chunk]) -> anyhow::Result<Vec<Judged>> {
        let (simulator, judge) = (self.simulator, self.judge);
        std::thread::scope(|scope| {
            let threads: Vec<_> = chunks
                .iter()
                .zip(&mut self.workers)
                .map(|(chunk, worker)| scope.spawn(move || judge.judge(simulator, chunk, worker)))
                .collect();
            let judged = threads.into_iter().map(|thread| {
                thread.join().map_err(|_| anyhow::anyhow!("a thread has failed, which is a bug"))
            });
            judged.collect()
        })
    }

    /// Keeps what is said of single changes.
    fn keep(&mut self, judged: Judged) -> anyhow::Result<()> {
        let Judged { differences, samples, refused, passed } = judged;
        self.differences.write_all(&differences).context("cannot write the differences")?;
        for (index, change, difference) in samples {
            self.simulator.sample(index, &change, &difference, &mut self.samples);
        }
        for (index, error) in refused {
            self.samples.refuse(index, error);
        }
        self.passed.add(passed);
        Ok(())
    }
}

/// How far it is, on standard error if that is a terminal.
fn progress(bytes: Option<u64>) -> ProgressBar {
    let (bar, template) = match bytes {
        Some(bytes) => (ProgressBar::new(bytes), "{bar:30} {percent:>3} %  {msg}, {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}, {elapsed} so far"),
    };
    // The templates are the two above, and both are well formed.
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}
