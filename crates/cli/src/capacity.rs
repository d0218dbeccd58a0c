//! `tamis capacity`: measures what this machine does with the user's own workflows, and writes a report to plan by.
//!
//! A service is started in a process of its own, with a store of its own in a temporary folder, and put under load by
//! `tamis-loadtest`, which makes the report too. What is measured, part by part, stands in the modules below. The
//! measurements run on a thread of their own, so that an interruption ends the processes that they have started.

mod baselines;
mod bench;
mod children;
mod costs;
mod latency;
mod machine;
mod progress;
mod server;
mod settings;
mod throughput;
mod workload;
mod writes;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use tamis_loadtest::read_ghz;
use tamis_loadtest::report::model::{FORMAT, Part, Report, Run};
use tamis_loadtest::report::planner::Ask;
use tamis_loadtest::report::{self, FILES};
use tokio::signal::unix::{SignalKind, signal};

use crate::args::CapacityArgs;
use crate::capacity::bench::{Bench, Processors};
use crate::capacity::children::Children;
use crate::capacity::machine::Ticks;
use crate::capacity::server::{Server, Serves, new_store};
use crate::capacity::settings::{FULL, QUICK, SMALLEST, Settings};
use crate::capacity::workload::Workload;
use crate::exit::{Outcome, misuse};
use crate::{console, remote};

/// Above this range over the mean, repeats of the ceiling lie too far apart to be trusted.
const NOISE_WORTH_KNOWING: f64 = 0.1;

/// Runs the command.
///
/// # Errors
/// A file is wrong, the folder holds a report already, a server does not start, or the command was interrupted.
pub(crate) fn run(args: &CapacityArgs) -> anyhow::Result<Outcome> {
    let settings = settings(args);
    refuse_to_overwrite(&args.out, args.force)?;
    let processors = Processors::find(settings.pin)?;
    let workload = Workload::load(&settings)?;
    // Before anything is measured, as it refuses what a service would.
    let described = workload.describe()?;
    let ghz = args.ghz.iter().map(|file| read_ghz(file).map_err(|error| misuse(error.to_string())));
    let ghz = ghz.collect::<anyhow::Result<Vec<_>>>()?;
    let folder = tempfile::Builder::new().prefix("tamis-capacity-").tempdir();
    let folder = folder.context("cannot make a temporary folder")?;
    let children = Arc::new(Children::default());
    let measuring = {
        let (children, folder, out) = (Arc::clone(&children), folder.path().to_owned(), args.out.clone());
        move || -> anyhow::Result<()> {
            let bench = Bench::new(settings, children, folder, processors)?;
            let (report, outcomes) = measure(bench, &workload, described)?;
            let report = Report { ghz, ..report };
            report::write(&out, &report, &[("outcomes.jsonl", outcomes)])
                .with_context(|| format!("cannot write the report to {}", out.display()))
        }
    };
    let measured = remote::block_on(until_interrupted(measuring));
    children.end_all();
    measured?;
    for name in FILES {
        console::print(&format!("{}\n", args.out.join(name).display()))?;
    }
    Ok(Outcome::Clean)
}

fn settings(args: &CapacityArgs) -> Settings {
    let asked = args.rate.zip(args.p99);
    Settings {
        workflows: args.workflows.clone(),
        requests: args.requests.clone(),
        account: args.account.clone(),
        asked: asked.map(|(rate_per_s, p99)| Ask { rate_per_s, latency_us_p99: p99.as_secs_f64() * 1e6 }),
        pin: args.pin,
        seed: args.seed,
        extent: match (args.smallest, args.quick) {
            (true, _) => SMALLEST,
            (false, true) => QUICK,
            (false, false) => FULL,
        },
    }
}

/// A report is not replaced by mistake: it may have taken a quarter of an hour.
fn refuse_to_overwrite(out: &Path, force: bool) -> anyhow::Result<()> {
    if out.exists() && !out.is_dir() {
        return Err(misuse(format!("--out: {} is no folder", out.display())));
    }
    let there = FILES.into_iter().find(|name| out.join(name).exists());
    match there {
        Some(name) if !force => Err(misuse(format!(
            "--out: {} has a {name} already; choose another folder, or replace it with --force",
            out.display()
        ))),
        _ => Ok(()),
    }
}

/// Does something on a thread of its own, until it is done or a signal comes. The thread is then left alone: it ends with the
/// process.
async fn until_interrupted(work: impl FnOnce() -> anyhow::Result<()> + Send + 'static) -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot handle SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot handle SIGTERM")?;
    let (sender, done) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        // Nobody is there to be told after an interruption.
        let _ = sender.send(work());
    });
    tokio::select! {
        done = done => done.context("the measurement came to an end by a fault")?,
        _ = interrupt.recv() => bail!("interrupted: no report was written"),
        _ = terminate.recv() => bail!("terminated: no report was written"),
    }
}

/// Everything, in order, and the report of it.
fn measure(
    bench: Bench,
    workload: &Workload,
    described: report::model::Workload,
) -> anyhow::Result<(Report, String)> {
    let (started_at, ticks) = (machine::now(), Ticks::now());
    let mut machine = machine::describe(bench.processors());
    let workflows = workload.workflows.len();
    bench.begin(
        1.0 + throughput::ceiling_s(&bench)
            + latency::curve_s(&bench)
            + throughput::threads_s(&bench)
            + baselines::measure_s(&bench)
            + costs::measure_s(&bench, workflows)
            + writes::measure_s(&bench, workflows)
            + bench.run_s(bench.settings.extent.closed_s),
    );
    bench.part(&format!("{workflows} workflows, written to a new store"), 1.0);
    let store = new_store(&bench, "own");
    let server = Server::start(&bench, Serves::Store(&store), bench.server_threads())?;
    server.import(&workload.account, &workload.workflows)?;

    let (mut points, connections) = throughput::ceiling(&bench, &server, workload)?;
    let best = throughput::best(&points);
    let ceiling = throughput::summed_up(&points, best).context("no ceiling was found")?;
    let ceiling_per_s = ceiling.rate_per_s.mean;
    let (latency, node) = latency::curve(&bench, &server, workload, ceiling_per_s, best)?;
    let baselines = baselines::measure(&bench, &server, workload, best)?;
    // Whether the machine is still as it was when the ceiling was taken.
    bench.part("ceiling, once more", bench.run_s(bench.settings.extent.closed_s));
    points.push(throughput::closed(&bench, "ceiling", &server, workload, best)?);
    // Two processes cannot have one store.
    drop(server);
    let threads = throughput::threads(&bench, &store, workload, best)?;
    let costs = costs::measure(&bench, workload, best)?;
    let writes = writes::measure(&bench, workload, ceiling_per_s, best)?;

    let ceiling = throughput::summed_up(&points, best).context("no ceiling was found")?;
    machine.caveats.extend(ticks.caveats_since());
    machine.caveats.extend(noise(&ceiling));
    let plan = latency::plan(&bench, &node);
    let run = described_run(&bench, started_at);
    let (points, outcomes) = bench.take();
    let report = Report {
        format: FORMAT,
        run,
        machine,
        workload: described,
        ceiling: Part::Measured(ceiling),
        latency: Part::Measured(latency),
        connections: Part::Measured(connections),
        threads,
        cost: Part::Measured(costs.cost_model()),
        memory: Part::Measured(costs.memory()),
        writes: Part::Measured(writes),
        baselines: Part::Measured(baselines),
        ghz: Vec::new(),
        plan,
        points,
    };
    Ok((report, outcomes))
}

fn noise(ceiling: &report::model::Ceiling) -> Option<String> {
    let range = ceiling.rate_per_s.relative_range();
    (range > NOISE_WORTH_KNOWING).then(|| {
        format!(
            "repeats of the ceiling lie {:.0} % apart, the last of them taken after everything else on the same server: \
             differences of this size mean nothing here",
            range * 100.0
        )
    })
}

fn described_run(bench: &Bench, started_at: String) -> Run {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let extent = &bench.settings.extent;
    let mut settings = vec![
        ("threads of the server".to_owned(), bench.server_threads().to_string()),
        ("transport".to_owned(), "TCP on loopback".to_owned()),
        ("arrivals in open loop".to_owned(), "Poisson".to_owned()),
        (
            "seconds of a run".to_owned(),
            format!(
                "{} in closed loop, {} in open loop, {} for a cell of the cost model; {} before each that do not count",
                extent.closed_s, extent.open_s, extent.cell_s, extent.warmup_s
            ),
        ),
        ("repeats".to_owned(), extent.repeats.to_string()),
    ];
    let list =
        |processors: &[usize]| processors.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    settings.push(match &bench.processors().apart {
        Some((server, generator)) => {
            ("processors".to_owned(), format!("server {}; generator {}", list(server), list(generator)))
        }
        None => ("processors".to_owned(), "shared by server and generator".to_owned()),
    });
    Run {
        started_at,
        duration_s: bench.elapsed_s(),
        command: format!("tamis {}", words.join(" ")),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: machine::commit(),
        optimised: !cfg!(debug_assertions),
        extent: extent.name.to_owned(),
        seed: bench.settings.seed,
        settings,
    }
}
