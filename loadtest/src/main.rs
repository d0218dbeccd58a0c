//! `tamis-load`: puts a service under load, and tells what it saw.

mod args;
mod exit;
mod show;
mod terminal;

use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use clap::Parser as _;

use crate::args::{Cli, Command, GhzArgs, Output, RunArgs};
use crate::exit::Ended;
use crate::terminal::Live;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    exit::code(match Cli::parse().command {
        Command::Run(args) => load(&args),
        Command::Ghz(args) => ghz(&args),
    })
}

fn load(args: &RunArgs) -> anyhow::Result<Ended> {
    let plan = args.plan()?;
    let interrupted = interrupts()?;
    let mut live = Live::new(args.quiet);
    let ended = tamis_loadtest::run(&plan, &mut |progress| {
        live.tell(progress);
        if interrupted.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    live.end();
    let outcome = ended?;
    match args.output {
        Output::Text => terminal::print(&show::outcome(&outcome))?,
        Output::Json => print_json(&outcome)?,
    }
    Ok(Ended::of(&outcome))
}

fn ghz(args: &GhzArgs) -> anyhow::Result<Ended> {
    let reports =
        args.files.iter().map(|file| tamis_loadtest::read_ghz(file)).collect::<Result<Vec<_>, _>>()?;
    match args.output {
        Output::Text => terminal::print(&reports.iter().map(show::ghz).collect::<Vec<_>>().join("\n"))?,
        Output::Json => print_json(&reports)?,
    }
    Ok(if reports.iter().all(|report| report.errors.is_empty()) { Ended::Well } else { Ended::Failures })
}

fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    let json = serde_json::to_string_pretty(value).context("cannot write the outcome as JSON")?;
    terminal::print(&(json + "\n"))
}

/// Becomes true once the process is interrupted, for the first time: what has been seen until then is worth telling. The
/// second time ends the process.
fn interrupts() -> anyhow::Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let flag = interrupted.clone();
    std::thread::spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if flag.swap(true, Ordering::Relaxed) {
                    std::process::exit(i32::from(exit::INTERRUPTED));
                }
            }
        });
    });
    Ok(interrupted)
}
