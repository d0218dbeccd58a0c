//! The attacks, and what each of them must leave standing.

mod floods;
mod overload;
mod silence;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use clap::ValueEnum;
use tamis_loadtest::service::Service;
use tamis_loadtest::{Outcome, Schedule};
use tokio::time::Instant;

use crate::Settings;
use crate::bystander;
use crate::report::Row;
use crate::victim;

/// How often the service's memory is looked at.
const SAMPLE_PERIOD: Duration = Duration::from_millis(20);
/// How long after the bystander an attack begins, so that the bystander is connected by then.
const HEAD_START: Duration = Duration::from_millis(300);
/// Bytes of memory that a hostile connection may cost.
const BYTES_PER_CONNECTION_MAX: u64 = 20_000_000;
/// How much the bystander's 99th percentile may grow, unless it stays below what nobody notices: timer ticks and the scheduler
/// of a machine that attacker, bystander and service share account for that much.
const SLOWER_MAX: f64 = 2.0;
const UNNOTICED_US: f64 = 5_000.0;
/// How long the service may take to stop afterwards.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// An attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Attack {
    /// Calls that are reset at once (CVE-2023-44487).
    RapidReset,
    /// Calls that the service itself has to reset, for faults of the peer's (CVE-2025-8671).
    MadeYouReset,
    /// Calls that are begun and never ended.
    StreamFlood,
    /// Headers without an end (CVE-2024-27316).
    ContinuationFlood,
    /// Settings that all have to be acknowledged, by a peer that does not read.
    SettingsFlood,
    /// Pings that all have to be answered, by a peer that does not read.
    PingFlood,
    /// Calls with 20 KB of headers.
    LargeHeaders,
    /// Messages that are 10 MB once they are unpacked.
    GzipBomb,
    /// Messages that are nested a hundred thousand times.
    NestedMessage,
    /// Messages whose texts are no UTF-8.
    InvalidUtf8,
    /// Messages of 8 MB.
    LargeMessage,
    /// Calls whose answers are never read.
    SlowRead,
    /// Connections that say nothing.
    SilentBeforePreface,
    /// Connections that say nothing more once they have begun.
    SilentAfterPreface,
    /// More connections than there may be files.
    FileExhaustion,
    /// Twice as many calls as can be answered.
    Overload2,
    /// Five times as many calls as can be answered.
    Overload5,
    /// A peer that hangs while the service is to stop.
    HungAtStop,
}

/// Under which conditions the service runs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Conditions {
    /// Its settings, in TOML.
    pub(crate) settings: &'static str,
    /// Files that it may have open.
    pub(crate) files_max: Option<u64>,
}

/// What an attacker did.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) connections: u64,
    /// In words.
    pub(crate) what: String,
    /// What the service should have done and did not.
    pub(crate) failures: Vec<String>,
}

impl Attack {
    pub(crate) fn all() -> Vec<Self> {
        Self::value_variants().to_vec()
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RapidReset => "Rapid Reset",
            Self::MadeYouReset => "MadeYouReset",
            Self::StreamFlood => "stream flood",
            Self::ContinuationFlood => "CONTINUATION flood",
            Self::SettingsFlood => "SETTINGS flood",
            Self::PingFlood => "PING flood",
            Self::LargeHeaders => "20 KB of headers",
            Self::GzipBomb => "gzip bomb",
            Self::NestedMessage => "nested message",
            Self::InvalidUtf8 => "bad UTF-8",
            Self::LargeMessage => "large message",
            Self::SlowRead => "slow read",
            Self::SilentBeforePreface => "silent before the preface",
            Self::SilentAfterPreface => "silent after the preface",
            Self::FileExhaustion => "file exhaustion",
            Self::Overload2 => "overload, 2 times",
            Self::Overload5 => "overload, 5 times",
            Self::HungAtStop => "SIGTERM with a hung peer",
        }
    }

    fn conditions(self) -> Conditions {
        match self {
            // Patience for which nobody has to wait half a minute.
            Self::SilentAfterPreface | Self::SlowRead => Conditions {
                settings: "[transport]\nkeepalive_interval_seconds = 1\nkeepalive_timeout_seconds = 1\n",
                ..Conditions::default()
            },
            Self::FileExhaustion => Conditions {
                // More than there can be, so that it is the system that says no.
                settings: "[transport]\nconnections_max = 1000\n",
                files_max: Some(120),
            },
            Self::HungAtStop => Conditions { settings: "drain_seconds = 2\n", ..Conditions::default() },
            _ => Conditions::default(),
        }
    }

    /// Attacks until then, or a little longer if the service has to be waited for.
    async fn attack(self, address: SocketAddr, until: Instant) -> anyhow::Result<Done> {
        match self {
            Self::SlowRead => silence::slow_read(address, until).await,
            Self::SilentBeforePreface => silence::before_preface(address).await,
            Self::SilentAfterPreface => silence::after_preface(address).await,
            Self::FileExhaustion => silence::file_exhaustion(address, until).await,
            Self::Overload2 | Self::Overload5 | Self::HungAtStop => Ok(Done::default()),
            flood => floods::flood(flood, address, until).await,
        }
    }
}

/// Carries out an attack.
pub(crate) fn carry_out(attack: Attack, settings: &Settings) -> anyhow::Result<Row> {
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let mut victim = victim::start(&settings.server, folder.path(), &attack.conditions())?;
    let mut row = match attack {
        Attack::Overload2 => overload::overload(2.0, &victim, settings)?,
        Attack::Overload5 => overload::overload(5.0, &victim, settings)?,
        Attack::HungAtStop => return silence::hung_at_stop(attack.name(), &mut victim),
        _ => besiege(attack, &victim, settings)?,
    };
    row.attack = attack.name();
    if victim.has_ended() {
        row.failures.push("it has ended".to_owned());
        return Ok(row);
    }
    match victim.stop(STOP_PATIENCE) {
        Ok((_, true)) => {}
        Ok((_, false)) => row.failures.push("it stopped with an error".to_owned()),
        Err(error) => row.failures.push(error.to_string()),
    }
    Ok(row)
}

/// Calls in peace, then under attack, and compares.
fn besiege(attack: Attack, victim: &Service, settings: &Settings) -> anyhow::Result<Row> {
    let schedule = Schedule::Constant { calls_per_s: settings.calls_per_s };
    let call = |length| bystander::call(victim, schedule.clone(), length, bystander::USUAL);
    let calm = call(settings.length)?;
    let before = victim.resident_bytes()?;
    let (peak, is_over) = (AtomicU64::new(before), AtomicBool::new(false));
    let address = victim.address;
    let length = settings.length;
    let (outcome, done) = thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                peak.fetch_max(victim.resident_bytes().unwrap_or(0), Ordering::Relaxed);
                thread::sleep(SAMPLE_PERIOD);
            }
        });
        let attacker = scope.spawn(move || {
            thread::sleep(HEAD_START);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(attack.attack(address, Instant::now() + length))
        });
        // As long as the attack, which begins a little later.
        let outcome = call(length + HEAD_START);
        let done = attacker.join();
        is_over.store(true, Ordering::Relaxed);
        (outcome, done)
    });
    let done = done.map_err(|_| anyhow::anyhow!("the attacker panicked"))?.context("the attack failed")?;
    let outcome = outcome.context("nobody else was answered")?;
    let mut row = row_of(&calm, &outcome, done, peak.into_inner().saturating_sub(before));
    if call(Duration::from_secs(1)).is_err() {
        row.failures.push("nobody is answered afterwards".to_owned());
    }
    Ok(row)
}

fn row_of(calm: &Outcome, outcome: &Outcome, done: Done, memory_growth_bytes: u64) -> Row {
    let mut failures = done.failures;
    let (calm_p99_us, attacked_p99_us) = (calm.latency.p99_us, outcome.latency.p99_us);
    if memory_growth_bytes > BYTES_PER_CONNECTION_MAX * done.connections.max(1) {
        failures.push("it takes too much memory".to_owned());
    }
    if attacked_p99_us > (SLOWER_MAX * calm_p99_us).max(UNNOTICED_US) {
        failures.push("others wait too long".to_owned());
    }
    let failed = outcome.calls.failed + outcome.calls.unanswered;
    if failed > 0 {
        failures.push("others' calls fail".to_owned());
    }
    Row {
        attack: "",
        done: done.what,
        connections: done.connections,
        memory_growth_bytes,
        calm_p99_us,
        attacked_p99_us,
        failed,
        failures,
    }
}
