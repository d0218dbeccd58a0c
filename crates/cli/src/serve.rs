//! `tamis serve`: runs the service until a signal stops it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::Context as _;
use tamis_server::{Addresses, Config, Listen, LogTarget, ServeError};
use tokio::signal::unix::{SignalKind, signal};

use crate::args::ServeArgs;
use crate::exit::{Outcome, misuse};
use crate::{config, console, log};

/// Threads that do everything but decide: enough that one long piece of work does not keep health from being answered.
pub(crate) const BACKGROUND_THREADS: usize = 2;

/// Runs the command.
///
/// # Errors
/// The settings are wrong, the address or the store cannot be taken, or the service failed.
pub(crate) fn run(args: ServeArgs) -> anyhow::Result<Outcome> {
    let settings = config::settle(args)?;
    log::start(settings.log_format, &settings.log)?;
    // Decisions have threads of their own; these are for everything else.
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(BACKGROUND_THREADS)
        .thread_name("tamis")
        .enable_all()
        .build()
        .context("cannot start the runtime")?
        .block_on(serve(settings.server))?;
    Ok(Outcome::Clean)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let shutdown = shutdown()?;
    let scheme = if config.security.tls_cert.is_some() { "https" } else { "http" };
    // Those to try have nothing to present.
    let shows_calls = config.demo && scheme == "http" && !config.security.authenticates();
    // Where decisions go, nothing else does.
    let log = config.observe.decision_log.as_ref();
    let is_taken = log.is_some_and(|log| log.to == LogTarget::Stdout);
    let ready = move |addresses: &Addresses| announce(addresses, scheme, shows_calls, is_taken);
    tamis_server::serve(config, shutdown, ready).await.map_err(described)
}

/// What ends when a signal asks the process to. The handlers are in place as soon as this returns: before a service says
/// that it is ready, so that no signal after that goes astray.
pub(crate) fn shutdown() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot handle SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot handle SIGTERM")?;
    Ok(async move {
        let name = tokio::select! {
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
        };
        tracing::info!(signal = name, "stopping");
    })
}

/// What keeps a service from starting is a matter of its settings; anything after that is not.
pub(crate) fn described(error: ServeError) -> anyhow::Error {
    match error {
        ServeError::Config(_)
        | ServeError::Store(_)
        | ServeError::Listen { .. }
        | ServeError::Console(_)
        | ServeError::Load(_)
        | ServeError::Observe(_) => misuse(error.to_string()),
        _ => error.into(),
    }
}

/// Says where the service is, and how to try it.
fn announce(addresses: &Addresses, scheme: &str, shows_calls: bool, stdout_is_taken: bool) {
    let urls: Vec<String> = addresses.grpc.iter().map(|address| url(address, scheme)).collect();
    let mut text = format!("Tamis is ready on {}\n", urls.join(", "));
    if let Some(console) = &addresses.console {
        text.push_str(&format!("The console is on {}\n", url(console, scheme)));
    }
    if let Some(url) = urls.first().filter(|_| shows_calls) {
        text.push_str(&calls(&program(), url));
    }
    if stdout_is_taken {
        console::note(text.trim_end());
    } else if let Err(error) = console::print(&text) {
        tracing::warn!(%error, "cannot say that the service is ready");
    }
}

/// What a client on this machine calls an address.
pub(crate) fn url(address: &Listen, scheme: &str) -> String {
    match address {
        Listen::Tcp(address) => format!("{scheme}://{}", reachable(*address)),
        Listen::Unix(_) => address.to_string(),
    }
}

/// An address that a client on this machine can call: one that stands for all of its addresses cannot be called.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// How this program is called from a shell: by its path, whatever it was started by.
fn program() -> String {
    let path = std::env::current_exe().map_or_else(|_| "tamis".to_owned(), |path| path.display().to_string());
    quoted(&path)
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:[]".contains(c);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// A change that several of the demo's workflows match.
const SAMPLE: &str = include_str!("serve/sample.json");

/// Calls to paste into a shell.
fn calls(program: &str, url: &str) -> String {
    let sample = SAMPLE.trim_end();
    let (server, target) = (quoted(url), quoted(url.trim_start_matches("http://")));
    format!(
        "\nThe account `demo` is a shop. A customer of it has just written; paste this to see what is to be done:\n\n\
         {program} evaluate --server {server} <<'JSON'\n{sample}\nJSON\n\n\
         or, with grpcurl:\n\n\
         grpcurl -plaintext -d @ {target} tamis.v1.DecisionService/Evaluate <<'JSON'\n{sample}\nJSON\n\n\
         Stop the service with Ctrl-C.\n"
    )
}
