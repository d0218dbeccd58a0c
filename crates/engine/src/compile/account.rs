//! From an account's settings and directory to their compiled form.

use std::sync::{Arc, OnceLock};

use jiff::tz::TimeZone;

use crate::check::shown;
use crate::date_time::DateTimeFormat;
use crate::definition::Account;
use crate::diagnostic::{Diagnostic, suggestion};
use crate::index::CompiledAccount;
use crate::index::account::ById;
use crate::time::{Pattern, PatternBuilder};

/// Compiles an account without its workflows.
///
/// # Errors
/// Everything that does not compile, with paths that begin with `account`.
pub(super) fn compile(account: Arc<Account>) -> Result<CompiledAccount, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let zone = zone(&account.time_zone, "account.time_zone", &mut diagnostics);
    let date_time_format = DateTimeFormat::new(&account.locale).map_err(|error| {
        let finding = Diagnostic::error("locale_malformed", "account.locale", error.to_string());
        diagnostics.push(finding.with("tag", shown(&account.locale)))
    });
    let agents = agents(&account, &mut diagnostics);
    let (Some(zone), Ok(date_time_format), true) = (zone, date_time_format, diagnostics.is_empty()) else {
        return Err(diagnostics);
    };
    let inboxes = account.directory.inboxes.iter().enumerate();
    let inboxes = inboxes.map(|(place, inbox)| (inbox.id.as_str().into(), place)).collect();
    let stretch = OnceLock::new();
    Ok(CompiledAccount { zone, stretch, date_time_format, agents, inboxes, definition: account })
}

fn zone(name: &str, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<TimeZone> {
    TimeZone::get(name)
        .map_err(|_| {
            let message = format!("`{name}` is not an IANA time zone");
            let finding = Diagnostic::error("time_zone_unknown", path, message);
            diagnostics.push(finding.with("time_zone", shown(name)).with_all(suggestion(None)));
        })
        .ok()
}

fn agents(account: &Account, diagnostics: &mut Vec<Diagnostic>) -> ById<(usize, Option<Arc<Pattern>>)> {
    let mut agents = ById::default();
    for (place, agent) in account.directory.agents.iter().enumerate() {
        let hours = agent.working_hours.as_ref().and_then(|hours| {
            let name = if hours.time_zone.is_empty() { &account.time_zone } else { &hours.time_zone };
            let path = format!("account.directory.agents[{place}].working_hours.time_zone");
            let zone = zone(name, &path, diagnostics)?;
            Some(Arc::new(PatternBuilder::of_working_hours(hours).build(zone)))
        });
        agents.insert(agent.id.as_str().into(), (place, hours));
    }
    agents
}
