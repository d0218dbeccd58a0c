//! A PostgreSQL server in a folder of its own, which can be stopped, killed and frozen.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use tamis_server::Location;
use tempfile::TempDir;

use crate::replica::PATIENCE;

const PROGRAMS: &str = "TAMIS_TEST_POSTGRES_BIN";

/// A server, reached by a socket in its folder, with one database; removed with everything in it when it is dropped.
pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    /// The port that it encrypts connections on, if it does.
    port: Option<u16>,
}

impl Cluster {
    /// Makes one, and starts it.
    pub(crate) fn start() -> Self {
        let cluster = Self::make(None);
        cluster.start_again();
        cluster
    }

    /// Makes one that encrypts connections to `localhost`, and starts it. The certificate is in [`Cluster::certificate`].
    pub(crate) fn start_with_tls() -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let cluster = Self::make(Some(free.port()));
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = cluster.data().join("server.key");
        std::fs::write(cluster.certificate(), made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        if is_root() {
            run(Command::new("chown").arg("postgres").args([key, cluster.certificate()]));
        }
        cluster.start_again();
        cluster
    }

    fn make(port: Option<u16>) -> Self {
        let programs = std::env::var_os(PROGRAMS)
            .unwrap_or_else(|| panic!("{PROGRAMS} must name the folder of `initdb` and `pg_ctl`"));
        let folder = tempfile::tempdir().unwrap();
        let cluster = Self { folder, programs: programs.into(), port };
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(cluster.folder.path()));
            run(Command::new("chmod").arg("755").arg(cluster.folder.path()));
        }
        cluster.run("initdb", ["-U", "postgres", "-A", "trust", "--no-sync", "-D"], &cluster.data());
        cluster
    }

    /// The file of its certificate, if it encrypts.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.data().join("server.crt")
    }

    /// How it is reached by a connection that is encrypted.
    pub(crate) fn tls_url(&self) -> String {
        format!("postgres://postgres@localhost:{}/postgres?sslmode=require", self.port.unwrap())
    }

    /// Where a service finds it.
    pub(crate) fn location(&self) -> Location {
        self.url().parse().unwrap()
    }

    /// The same as it is written on a command line.
    pub(crate) fn url(&self) -> String {
        format!("postgres:///postgres?user=postgres&host={}", self.folder.path().display())
    }

    /// Starts it after it was stopped.
    pub(crate) fn start_again(&self) {
        let folder = self.folder.path().display();
        let listens = match self.port {
            Some(port) => format!("-c listen_addresses=127.0.0.1 -c port={port} -c ssl=on"),
            None => "-c listen_addresses=''".to_owned(),
        };
        let options = format!("-k {folder} -c max_connections=60 {listens}");
        let log = self.folder.path().join("log");
        let log = log.to_str().unwrap();
        self.run("pg_ctl", ["start", "-w", "-t", "180", "-o", &options, "-l", log, "-D"], &self.data());
    }

    /// Ends it at once, as if it had crashed.
    pub(crate) fn crash(&self) {
        self.run("pg_ctl", ["stop", "-w", "-m", "immediate", "-D"], &self.data());
    }

    /// Has it do something beside what services do.
    pub(crate) fn does(&self, statement: &str) {
        let host = self.folder.path().to_str().unwrap();
        let args = ["-v", "ON_ERROR_STOP=1", "-q", "-U", "postgres", "-c", statement, "-h"];
        self.run("psql", args, Path::new(host));
    }

    /// Keeps all of its processes from doing anything, while their connections stay.
    pub(crate) fn freeze(&self) {
        self.signal("STOP");
    }

    /// Lets them go on.
    pub(crate) fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let Some(first) = self.process() else { return };
        // The first one is the parent of all others: once it is frozen, no more come.
        run(Command::new("kill").args(["-s", name, &first]));
        // The list may leave one out while another one ends (proc(5)), which none does any more the second time.
        for _ in 0..2 {
            for child in children(&first) {
                drop(Command::new("kill").args(["-s", name, &child]).stderr(Stdio::null()).status());
            }
        }
    }

    fn process(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        text.lines().next().map(str::to_owned)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run<'a>(&self, program: &str, args: impl IntoIterator<Item = &'a str>, last: &Path) {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        run(command.args(args).arg(last).current_dir("/"));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.thaw();
        if self.process().is_some() {
            self.crash();
        }
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?} ended with {status}");
}

fn children(process: &str) -> Vec<String> {
    let text = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    text.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// Does something again and again until it is done, as long as that makes sense.
pub(crate) async fn until<T>(what: impl AsRef<OsStr>, mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(done) = attempt().await {
            return done;
        }
        assert!(begun.elapsed() < PATIENCE, "it takes too long: {}", what.as_ref().display());
        tokio::task::yield_now().await;
    }
}
