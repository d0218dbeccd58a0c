//! Servers in processes of their own.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use prost::Message as _;
use tamis_api::v1::{ImportMode, ImportWorkflowsRequest};
use tamis_engine::{Account, Workflow};
use tamis_loadtest::Target;
use tamis_server::offline;

use super::bench::Bench;
use super::children::{Children, first_line};
use super::machine;
use crate::args::ServerArgs;
use crate::{remote, sending};

/// How long a server may take to be ready: a store with hundreds of thousands of workflows takes seconds.
const READY_PATIENCE: Duration = Duration::from_secs(120);
/// Seconds that a call of this program's own may take; imports are long.
const CALL_SECONDS: u64 = 120;

/// What a process serves.
#[derive(Clone, Copy, Debug)]
pub(super) enum Serves<'a> {
    /// Decisions, by what this store holds.
    Store(&'a Path),
    /// Empty answers, by this kind of `tamis baseline`.
    Baseline(&'static str),
}

/// A server that is ready. Dropped, it is ended.
#[derive(Debug)]
pub(super) struct Server {
    children: Arc<Children>,
    pub(super) pid: u32,
    /// Such as `http://127.0.0.1:40123`.
    address: String,
    pub(super) threads: usize,
    /// From the start of the process until it was ready, in ms.
    pub(super) start_ms: f64,
}

impl Server {
    /// Starts a server with so many threads, on a free port of the loopback, and waits until it is ready.
    ///
    /// # Errors
    /// It cannot be started, or is not ready in time.
    pub(super) fn start(bench: &Bench, serves: Serves<'_>, threads: usize) -> anyhow::Result<Self> {
        let log = bench.folder.join("server.log");
        let threads_text = threads.to_string();
        let mut arguments: Vec<OsString> = match serves {
            Serves::Store(store) => {
                ["serve".into(), "--log".into(), "warn".into(), "--store".into(), store.into()].into()
            }
            Serves::Baseline(kind) => ["baseline".into(), "--kind".into(), kind.into()].into(),
        };
        arguments.extend(["--listen", "127.0.0.1:0", "--threads", &threads_text].map(OsString::from));
        let mut command =
            Command::new(std::env::current_exe().context("cannot tell where this program lies")?);
        command.args(&arguments).stderr(File::create(&log).context("cannot write to the temporary folder")?);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TAMIS_"))
        {
            command.env_remove(name);
        }
        let started = Instant::now();
        let (pid, output) = bench.on_server_processors(|| bench.children.start(command))?;
        let ready = first_line(output, READY_PATIENCE);
        let start_ms = started.elapsed().as_secs_f64() * 1e3;
        let children = Arc::clone(&bench.children);
        let mut server = Self { children, pid, address: String::new(), threads, start_ms };
        let line = ready.with_context(|| {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            format!("a server does not start; on standard error it said:\n{said}")
        })?;
        let (_, address) = line.rsplit_once(' ').context("a server does not say where it listens")?;
        address.clone_into(&mut server.address);
        Ok(server)
    }

    /// Where load goes.
    ///
    /// # Errors
    /// The address is none.
    pub(super) fn target(&self) -> anyhow::Result<Target> {
        Ok(self.address.parse()?)
    }

    /// Resident bytes of the process.
    pub(super) fn resident_bytes(&self) -> Option<u64> {
        machine::resident_bytes(self.pid)
    }

    /// A connection for this program's own calls.
    ///
    /// # Errors
    /// Nobody answers.
    pub(super) async fn connect(&self) -> anyhow::Result<remote::Server> {
        let timeout = std::num::NonZeroU64::new(CALL_SECONDS).unwrap_or(std::num::NonZeroU64::MIN);
        remote::connect(&ServerArgs::open(self.address.clone(), timeout)).await
    }

    /// Writes an account with its workflows, as `tamis apply` does.
    ///
    /// # Errors
    /// The server refuses it.
    pub(super) fn import(&self, account: &Account, workflows: &[Workflow]) -> anyhow::Result<()> {
        remote::block_on(async { import(self.connect().await?, account, workflows).await.map(drop) })
    }
}

/// Writes an account with exactly these workflows; returns the bytes that were sent.
///
/// # Errors
/// The server refuses it.
pub(super) async fn import(
    channel: remote::Server,
    account: &Account,
    workflows: &[Workflow],
) -> anyhow::Result<usize> {
    let first = ImportWorkflowsRequest {
        account_id: account.id.clone(),
        account: Some(offline::account_to_wire(account)),
        mode: ImportMode::Replace.into(),
        ..ImportWorkflowsRequest::default()
    };
    let messages = sending::messages(first, workflows);
    let bytes = messages.iter().map(ImportWorkflowsRequest::encoded_len).sum();
    let answer = remote::workflows(channel).import_workflows(tokio_stream::iter(messages)).await;
    answer.map_err(|status| remote::failure(&status)).context("the workflows cannot be written")?;
    Ok(bytes)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.children.end(self.pid);
    }
}

/// A store of its own in the temporary folder.
pub(super) fn new_store(bench: &Bench, name: &str) -> PathBuf {
    bench.folder.join(format!("{name}.db"))
}

/// Bytes of a store, its journal included.
pub(super) fn store_bytes(store: &Path) -> u64 {
    let of = |ending: &str| {
        let mut name = store.as_os_str().to_owned();
        name.push(ending);
        std::fs::metadata(PathBuf::from(name)).map_or(0, |found| found.len())
    };
    of("") + of("-wal")
}
