//! Field masks: which fields of a stored message an update replaces.

use tamis_api::v1;
use tamis_api::well_known::FieldMask;
use tamis_engine::Diagnostic;

/// A message whose fields an update may replace one by one.
pub(crate) trait Masked {
    /// Paths of the fields that a caller may set, in the order of the contract.
    const PATHS: &'static [&'static str];

    /// Replaces one of these fields by another message's.
    fn replace(&mut self, path: &str, from: &Self);

    /// Replaces every field that a caller may set, as a mask that is left out does.
    fn replace_all(&mut self, from: &Self);
}

/// Checks the paths of a mask.
///
/// # Errors
/// A finding for each that names no field that a caller may set.
pub(crate) fn check<M: Masked>(mask: Option<&FieldMask>) -> Result<(), Vec<Diagnostic>> {
    let paths = mask.map_or(&[][..], |mask| &mask.paths);
    let alone = paths.len() == 1;
    let findings: Vec<_> = paths
        .iter()
        .enumerate()
        .filter(|(_, path)| !(M::PATHS.contains(&path.as_str()) || *path == "*" && alone))
        .map(|(index, path)| {
            let field = format!("update_mask.paths[{index}]");
            if path == "*" {
                return Diagnostic::error(
                    "mask_star_not_alone",
                    field,
                    "`*` stands for every field, and alone",
                );
            }
            let wanted = M::PATHS.join("`, `");
            Diagnostic::error("mask_path_unknown", field, format!("an update cannot change `{path}`"))
                .with_help(format!("name `{wanted}`, or `*` alone"))
        })
        .collect();
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

/// Replaces what a checked mask names: every field that a caller may set if it is left out, is empty or is `*`.
pub(crate) fn apply<M: Masked>(mask: Option<&FieldMask>, stored: &mut M, from: &M) {
    let paths = mask.map_or(&[][..], |mask| &mask.paths);
    if paths.is_empty() || paths.iter().any(|path| path == "*") {
        stored.replace_all(from);
    } else {
        paths.iter().for_each(|path| stored.replace(path, from));
    }
}

impl Masked for v1::Workflow {
    const PATHS: &'static [&'static str] = &[
        "display_name",
        "description",
        "enabled",
        "mode",
        "position",
        "stop",
        "all",
        "any",
        "actions",
        "examples",
    ];

    fn replace(&mut self, path: &str, from: &Self) {
        match path {
            "display_name" => self.display_name.clone_from(&from.display_name),
            "description" => self.description.clone_from(&from.description),
            "enabled" => self.enabled = from.enabled,
            "mode" => self.mode = from.mode,
            "position" => self.position = from.position,
            "stop" => self.stop = from.stop,
            "all" => self.all.clone_from(&from.all),
            "any" => self.any.clone_from(&from.any),
            "actions" => self.actions.clone_from(&from.actions),
            "examples" => self.examples.clone_from(&from.examples),
            _ => {}
        }
    }

    fn replace_all(&mut self, from: &Self) {
        // Whoever sends a whole workflow without these two means neither to switch it on nor to move it. A mask that
        // names them does: it makes of them what a creation would.
        let (enabled, position) = (from.enabled.or(self.enabled), from.position.or(self.position));
        Self::PATHS.iter().for_each(|path| self.replace(path, from));
        (self.enabled, self.position) = (enabled, position);
    }
}

impl Masked for v1::Account {
    const PATHS: &'static [&'static str] = &[
        "display_name",
        "time_zone",
        "locale",
        "directory",
        "directory.agents",
        "directory.inboxes",
        "directory.inbox_groups",
        "directory.sources",
        "directory.integrations",
        "directory.statuses",
        "directory.tags",
        "directory.ticket_types",
        "directory.contexts",
        "directory.allegro_accounts",
        "directory.order_statuses",
    ];

    fn replace(&mut self, path: &str, from: &Self) {
        match path {
            "display_name" => self.display_name.clone_from(&from.display_name),
            "time_zone" => self.time_zone.clone_from(&from.time_zone),
            "locale" => self.locale.clone_from(&from.locale),
            "directory" => self.directory.clone_from(&from.directory),
            _ => {
                let (nothing, stored) = (v1::Directory::default(), self.directory.get_or_insert_default());
                replace_list(stored, path, from.directory.as_ref().unwrap_or(&nothing));
            }
        }
    }

    fn replace_all(&mut self, from: &Self) {
        Self::PATHS.iter().filter(|path| !path.contains('.')).for_each(|path| self.replace(path, from));
    }
}

fn replace_list(stored: &mut v1::Directory, path: &str, from: &v1::Directory) {
    match path {
        "directory.agents" => stored.agents.clone_from(&from.agents),
        "directory.inboxes" => stored.inboxes.clone_from(&from.inboxes),
        "directory.inbox_groups" => stored.inbox_groups.clone_from(&from.inbox_groups),
        "directory.sources" => stored.sources.clone_from(&from.sources),
        "directory.integrations" => stored.integrations.clone_from(&from.integrations),
        "directory.statuses" => stored.statuses.clone_from(&from.statuses),
        "directory.tags" => stored.tags.clone_from(&from.tags),
        "directory.ticket_types" => stored.ticket_types.clone_from(&from.ticket_types),
        "directory.contexts" => stored.contexts.clone_from(&from.contexts),
        "directory.allegro_accounts" => stored.allegro_accounts.clone_from(&from.allegro_accounts),
        "directory.order_statuses" => stored.order_statuses.clone_from(&from.order_statuses),
        _ => {}
    }
}
