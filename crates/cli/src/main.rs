//! `tamis`: serves decisions about tickets, and helps to write the workflows that they are made by.
//!
//! Each command has a module of its own and returns how the process ends ([`exit`]). Results go to standard output,
//! everything else to standard error.

mod analyze;
mod apply;
mod args;
mod baseline;
mod capacity;
mod check;
mod config;
mod console;
mod difference;
mod doctor;
mod evaluate;
mod exit;
mod explain;
mod export;
mod findings;
mod history;
mod import;
mod keys;
mod local;
mod log;
mod maintenance;
mod output;
mod plan;
mod recorded;
mod remote;
mod replay;
mod rollback;
mod schema;
mod sending;
mod serve;
mod shell;
mod simulate;
mod stats;
mod stored;
mod table;
mod test;
mod update;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Command};

/// Requests make many small, short-lived allocations on several threads, which is what this allocator is good at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve::run(*args),
        Command::Check(args) => check::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Apply(args) => apply::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::History(args) => history::run(&args),
        Command::Rollback(args) => rollback::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Migrate(args) => maintenance::migrate(&args),
        Command::Backup(args) => maintenance::backup(&args),
        Command::Restore(args) => maintenance::restore(&args),
        Command::Keys(args) => keys::run(&args),
        Command::Stats(args) => stats::run(&args),
        Command::Analyze(args) => analyze::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Capacity(args) => capacity::run(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
        Command::Baseline(args) => baseline::run(&args),
    };
    exit::code(outcome)
}
