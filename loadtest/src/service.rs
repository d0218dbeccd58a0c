//! Services in processes of their own, to be attacked, killed and left without a disk.
//!
//! When *not* to use it: on services of others. What is started here is ended here.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};

/// How long one may take to be ready.
const READY_PATIENCE: Duration = Duration::from_secs(60);

/// A process, which is killed when this is dropped.
#[derive(Debug)]
struct Process(Child);

/// A service that has been started, and need not be ready. It is killed when this is dropped.
#[derive(Debug)]
pub struct Starting {
    process: Process,
    lines: Receiver<String>,
    began: Instant,
}

/// A service that is ready. It is killed when this is dropped.
#[derive(Debug)]
pub struct Service {
    process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of its process until it was ready.
    pub start: Duration,
}

impl Starting {
    /// Starts `tamis serve` on a free port of the loopback, with one thread that decides, and with more arguments. Nothing of
    /// this process's environment configures it.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn begin<A: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--threads", "1"]).args(arguments);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TAMIS_"))
        {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let began = Instant::now();
        let mut child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let output = child.stdout.take();
        let process = Process(child);
        let output = output.context("the service has no output")?;
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        Ok(Self { process, lines, began })
    }

    /// Waits until it is ready.
    ///
    /// # Errors
    /// It ends before, or takes too long.
    pub fn ready(self) -> anyhow::Result<Service> {
        const SILENT: &str = "the service does not say where it listens";
        let line = self.lines.recv_timeout(READY_PATIENCE).context(SILENT)?;
        let start = self.began.elapsed();
        let (_, address) = line.rsplit_once("http://").context(SILENT)?;
        let address = address.parse().with_context(|| format!("{address} is no address"))?;
        Ok(Service { process: self.process, address, start })
    }
}

impl Service {
    /// Lets it open no more files than so many.
    ///
    /// # Errors
    /// The system does not allow that.
    pub fn limit_files(&self, files: u64) -> anyhow::Result<()> {
        let limit = Rlimit { current: Some(files), maximum: Some(files) };
        prlimit(Some(self.process()?), Resource::Nofile, limit).context("its files cannot be limited")?;
        Ok(())
    }

    fn process(&self) -> anyhow::Result<Pid> {
        Pid::from_raw(self.pid() as i32).context("the service has no process")
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.0.id()
    }

    /// Bytes of memory that it holds.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn resident_bytes(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        Ok(kib.context("/proc/<pid>/status has no VmRSS")? << 10)
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.process.0.try_wait(), Ok(None))
    }

    /// Asks it to stop, and waits so long at most; returns how long it took, and whether it says that all was well.
    ///
    /// # Errors
    /// It goes on.
    pub fn stop(&mut self, patience: Duration) -> anyhow::Result<(Duration, bool)> {
        let began = Instant::now();
        kill_process(self.process()?, Signal::TERM).context("the service cannot be asked to stop")?;
        while began.elapsed() < patience {
            if let Some(status) = self.process.0.try_wait()? {
                return Ok((began.elapsed(), status.success()));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("the service does not end within {patience:?}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
