//! `tamis baseline`: serves empty answers, for measuring.

use anyhow::Context as _;
use tamis_server::baseline::{Baseline, serve};
use tamis_server::{Config, Location, Runtime};

use crate::args::{BaselineArgs, BaselineKind, RuntimeForm};
use crate::console;
use crate::exit::{Outcome, misuse};
use crate::serve::{BACKGROUND_THREADS, described, shutdown, url};

/// Runs the command.
///
/// # Errors
/// The command line is wrong, the address cannot be taken, or a thread cannot be started.
pub(crate) fn run(args: &BaselineArgs) -> anyhow::Result<Outcome> {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    let kind = match args.kind {
        BaselineKind::Empty => {
            threads.worker_threads(BACKGROUND_THREADS);
            Baseline::Empty
        }
        BaselineKind::TonicDefaults => {
            if args.runtime == Some(RuntimeForm::PerCore) {
                return Err(misuse("`tonic-defaults` has one runtime for all threads; leave --runtime out"));
            }
            args.threads.map(|count| threads.worker_threads(count.get()));
            Baseline::TonicDefaults
        }
    };
    let config = Config {
        listen: vec![args.listen.clone()],
        runtime: args.runtime.map_or_else(Runtime::default, Runtime::from),
        threads: args.threads,
        ..Config::new(Location::Memory)
    };
    let serving = async {
        let announce = |addresses: &[_]| {
            let urls: Vec<String> = addresses.iter().map(|address| url(address, "http")).collect();
            // Who started it and does not read what it says knows the address.
            let _ = console::print(&format!("The baseline is ready on {}\n", urls.join(", ")));
        };
        serve(kind, &config, shutdown()?, announce).await.map_err(described)
    };
    threads.enable_all().build().context("cannot start the runtime")?.block_on(serving)?;
    Ok(Outcome::Clean)
}
