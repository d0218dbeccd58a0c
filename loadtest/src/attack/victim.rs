//! The service that is attacked.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};

use crate::attacks::Conditions;

/// How long it may take to be ready.
const READY_PATIENCE: Duration = Duration::from_secs(60);

/// A running service. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Victim {
    child: Child,
    pub(crate) address: SocketAddr,
    /// Its folder, which goes with it.
    _folder: tempfile::TempDir,
}

impl Victim {
    /// Starts a service with its demo account and one thread that decides, under an attack's conditions.
    pub(crate) fn start(program: &Path, conditions: &Conditions) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder can be made")?;
        let config = folder.path().join("tamis.toml");
        fs::write(&config, conditions.settings).context("the temporary folder cannot be written")?;
        let mut command = Command::new(program);
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--threads", "1", "--log", "error"]);
        command.arg("--store").arg(folder.path().join("tamis.db")).arg("--config").arg(&config);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TAMIS_"))
        {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let output = child.stdout.take().context("the service has no output")?;
        let mut victim = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), _folder: folder };
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        let line = lines.recv_timeout(READY_PATIENCE).context("the service does not say where it listens")?;
        let (_, address) =
            line.rsplit_once("http://").context("the service does not say where it listens")?;
        victim.address = address.parse().with_context(|| format!("{address} is no address"))?;
        if let Some(files) = conditions.files_max {
            victim.limit_files(files)?;
        }
        Ok(victim)
    }

    /// Lets it open no more files than so many.
    fn limit_files(&self, files: u64) -> anyhow::Result<()> {
        let limit = Rlimit { current: Some(files), maximum: Some(files) };
        prlimit(Some(self.process()?), Resource::Nofile, limit).context("its files cannot be limited")?;
        Ok(())
    }

    fn process(&self) -> anyhow::Result<Pid> {
        Pid::from_raw(self.pid() as i32).context("the service has no process")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Bytes of memory that it holds.
    pub(crate) fn resident_bytes(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        Ok(kib.context("/proc/<pid>/status has no VmRSS")? << 10)
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to stop, and waits so long at most; returns how long it took, and whether it says that all was well.
    pub(crate) fn stop(&mut self, patience: Duration) -> anyhow::Result<(Duration, bool)> {
        let began = Instant::now();
        kill_process(self.process()?, Signal::TERM).context("the service cannot be asked to stop")?;
        while began.elapsed() < patience {
            if let Some(status) = self.child.try_wait()? {
                return Ok((began.elapsed(), status.success()));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("the service does not end within {patience:?}");
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
