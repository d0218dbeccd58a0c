//! A server in a process of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::support;

/// Far longer than anything takes here: what exceeds it hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server that has said that it is ready.
pub(crate) struct Server {
    child: Option<Child>,
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub(crate) address: String,
    lines: Receiver<String>,
    stderr: Option<JoinHandle<String>>,
}

impl Server {
    /// Starts on a free port and with this store.
    pub(crate) fn start(store: &Path, args: &[&str]) -> Self {
        let mut command = support::command();
        command.args(["serve", "--listen", "127.0.0.1:0", "--store"]).arg(store).args(args);
        Self::spawn(command)
    }

    /// Starts by any command that serves.
    pub(crate) fn spawn(command: Command) -> Self {
        let mut server = Self::spawn_silent(command);
        let line = server.line();
        let (_, address) = line.split_once("ready on ").unwrap_or_else(|| panic!("not an address: {line}"));
        address.clone_into(&mut server.address);
        server
    }

    /// Starts one that does not say on standard output when it is ready.
    pub(crate) fn spawn_silent(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut errors = child.stderr.take().expect("standard error is a pipe");
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).map_or_else(|error| error.to_string(), |_| text)
        });
        let output = child.stdout.take().expect("standard output is a pipe");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child: Some(child), address: String::new(), lines, stderr: Some(stderr) }
    }

    /// The next line of standard output.
    pub(crate) fn line(&mut self) -> String {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(_) => {
                panic!("the server says nothing more on standard output; on standard error:\n{}", self.kill())
            }
        }
    }

    /// Kills the process at this instant, as nothing else would; returns what it wrote to standard error.
    pub(crate) fn kill(&mut self) -> String {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the server is killed");
            child.wait().expect("the server ends");
        }
        self.stderr.take().map(|stderr| stderr.join().expect("standard error is read")).unwrap_or_default()
    }

    /// Sends a signal by its name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.as_ref().expect("the server runs").id().to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status().expect("kill runs");
        assert!(status.success(), "no signal was sent");
    }

    /// Waits until the process ends by itself; returns how, and what it wrote to standard error.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        let mut child = self.child.take().expect("the server runs");
        let id = child.id().to_string();
        let (sender, ended) = mpsc::channel();
        let waiter = std::thread::spawn(move || sender.send(child.wait()));
        let status = ended.recv_timeout(PATIENCE);
        if status.is_err() {
            Command::new("kill").args(["-s", "KILL", &id]).status().expect("kill runs");
        }
        waiter.join().expect("the server is waited for").expect("its end is told");
        let stderr = self.stderr.take().map(|stderr| stderr.join().expect("standard error is read"));
        match status {
            Ok(status) => (status.expect("the server ends"), stderr.unwrap_or_default()),
            Err(_) => panic!("the server does not end; on standard error:\n{}", stderr.unwrap_or_default()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
