//! The service that is attacked.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use tamis_loadtest::service::{Service, Starting};

use crate::attacks::Conditions;

/// Starts a service with its demo account, and with its store in a folder, under an attack's conditions.
pub(crate) fn start(program: &Path, folder: &Path, conditions: &Conditions) -> anyhow::Result<Service> {
    let config = folder.join("tamis.toml");
    fs::write(&config, conditions.settings).context("the temporary folder cannot be written")?;
    let mut arguments: Vec<OsString> = ["--demo", "--log", "error", "--store"].map(OsString::from).into();
    arguments.extend([folder.join("tamis.db").into(), "--config".into(), config.into()]);
    let victim = Starting::begin(program, arguments)?.ready()?;
    if let Some(files) = conditions.files_max {
        victim.limit_files(files)?;
    }
    Ok(victim)
}
