//! Settings of what `serve` tells about itself.

use tamis_server::Observe;

use crate::args::ObserveArgs;
use crate::config::File;

/// Settles on a value for every setting.
pub(super) fn settle(file: &mut File, args: ObserveArgs) -> Observe {
    Observe {
        metrics: file.or(args.metrics, "metrics"),
        metrics_accounts: file.or(args.metrics_accounts, "metrics_accounts").unwrap_or_default(),
    }
}
