//! What `serve` tells about itself.

use clap::Args;
use tamis_server::Listen;

/// Options of `serve` on what it tells about itself. None of them has a default here: what is left out may stand in the file.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What it tells about itself")]
pub(crate) struct ObserveArgs {
    /// Address for Prometheus' metrics at `/metrics`, and for probes at `/healthz` and `/readyz`, over HTTP; or `unix:` and a
    /// path. [default: none]
    #[arg(long, value_name = "ADDR", env = "TAMIS_METRICS")]
    pub(crate) metrics: Option<Listen>,
    /// Accounts whose workflows have metrics of their own; parted by commas. [default: none]
    #[arg(long, value_name = "IDS", env = "TAMIS_METRICS_ACCOUNTS", value_delimiter = ',')]
    pub(crate) metrics_accounts: Option<Vec<String>>,
}
