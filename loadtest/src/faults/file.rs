//! A store in a file, and the service on it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use tamis_loadtest::service::{Service, Starting};

use crate::client::Client;
use crate::trial::Trial;

/// Has another SQLite than the service's own look at everything. Prints `ok`, or what it finds.
const CHECK: &str = "import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check'): print(row[0])";

/// A store in a file of a folder.
#[derive(Debug)]
pub(crate) struct StoreFile<'a> {
    pub(crate) program: &'a Path,
    pub(crate) path: PathBuf,
}

impl StoreFile<'_> {
    /// Starts a service on it.
    pub(crate) fn begin(&self) -> anyhow::Result<Starting> {
        // Refused writes are logged as errors, and they are what is wanted here.
        let arguments = ["--log".as_ref(), "off".as_ref(), "--store".as_ref(), self.path.as_os_str()];
        Starting::begin(self.program, arguments)
    }

    /// Starts a service on it, which checks it for damage, and waits until it is ready.
    pub(crate) async fn start(&self, trial: &mut Trial<'_>) -> anyhow::Result<(Service, Client)> {
        let service = self.begin()?.ready().context("the service does not start again")?;
        trial.row.starts.push(service.start);
        let client = Client::connect(service.address).await?;
        Ok((service, client))
    }

    /// The same after one that has ended: nothing is under way any more.
    pub(crate) async fn start_again(&self, trial: &mut Trial<'_>) -> anyhow::Result<(Service, [Client; 1])> {
        let (service, client) = self.start(trial).await?;
        let clients = [client];
        trial.settle(&clients).await?;
        Ok((service, clients))
    }

    /// Stops a service on it, and checks what is left.
    pub(crate) fn stop_and_check(&self, mut service: Service, trial: &mut Trial<'_>) -> anyhow::Result<()> {
        let (_, is_well) = service.stop(super::STOP_PATIENCE)?;
        ensure!(is_well, "the service stops with an error");
        self.check_integrity(trial)
    }

    /// Checks it as it lies there. No service may run on it.
    pub(crate) fn check_integrity(&self, trial: &mut Trial<'_>) -> anyhow::Result<()> {
        // Of a copy, so that the service finds what it has left and not what the check has made of it.
        let folder = tempfile::tempdir().context("no temporary folder can be made")?;
        let copy = folder.path().join("copy.db");
        std::fs::copy(&self.path, &copy).context("the store cannot be copied")?;
        if self.beside("-wal").exists() {
            std::fs::copy(self.beside("-wal"), folder.path().join("copy.db-wal"))
                .context("the store's -wal file cannot be copied")?;
        }
        let output =
            Command::new("python3").args([OsStr::new("-c"), CHECK.as_ref(), copy.as_os_str()]).output();
        let output =
            output.context("the file is checked by Python's SQLite, and python3 cannot be started")?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success() && said.trim() == "ok",
            "the file is not sound: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        trial.row.integrity_checks += 1;
        Ok(())
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(ending);
        name.into()
    }
}
