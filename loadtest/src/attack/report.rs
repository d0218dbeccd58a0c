//! What came of it.

use std::fmt::Write as _;

use serde::Serialize;

/// What came of one attack.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Row {
    pub(crate) attack: &'static str,
    /// What was done, in words.
    pub(crate) done: String,
    /// Hostile connections.
    pub(crate) connections: u64,
    /// How much more memory the service held at most, in bytes.
    pub(crate) memory_growth_bytes: u64,
    /// The bystander's 99th percentile in peace, in µs.
    pub(crate) calm_p99_us: f64,
    /// The same under attack.
    pub(crate) attacked_p99_us: f64,
    /// The bystander's calls under attack that failed.
    pub(crate) failed: u64,
    /// What did not hold.
    pub(crate) failures: Vec<String>,
}

/// A table in Markdown.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| attack | what was done | memory | others' p99, calm → attacked | others' failed calls | withstood |\n\
         |---|---|---:|---:|---:|---|\n",
    );
    for row in rows {
        let withstood = if row.failures.is_empty() {
            "yes".to_owned()
        } else {
            format!("**no**: {}", row.failures.join("; "))
        };
        let latency = if row.attacked_p99_us == 0.0 {
            "–".to_owned()
        } else {
            format!("{:.2} → {:.2} ms", row.calm_p99_us / 1e3, row.attacked_p99_us / 1e3)
        };
        // To a string nothing fails to be written.
        let _ = writeln!(
            text,
            "| {} | {} | +{:.1} MB | {latency} | {} | {withstood} |",
            row.attack,
            row.done,
            row.memory_growth_bytes as f64 / 1e6,
            row.failed,
        );
    }
    text
}
