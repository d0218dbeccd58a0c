//! What an account's directory states, made ready for looking ids up.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::check::findings::{Findings, quoted, shown};
use crate::check::path::Path;
use crate::definition::{Directory, Term};
use crate::diagnostic::suggestion;
use crate::nearest::nearest;

/// Ids of a list that an unknown one is compared with; in a longer list, what was meant would take too long to find for each.
const COMPARED_IDS_MAX: usize = 500;

/// A stated list of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vocabulary {
    Agents,
    Inboxes,
    InboxGroups,
    Sources,
    Integrations,
    Statuses,
    Tags,
    TicketTypes,
    Contexts,
    AllegroAccounts,
    OrderStatuses,
}

/// The vocabularies of one directory. Each is made ready when an id is first looked up in it, so that checking many
/// workflows of one account reads each list once, and checking a single one reads only the lists that it needs.
#[derive(Debug)]
pub(super) struct Vocabularies<'a> {
    directory: &'a Directory,
    known: [OnceCell<Option<HashSet<&'a str>>>; 11],
}

impl<'a> Vocabularies<'a> {
    pub(super) fn new(directory: &'a Directory) -> Self {
        Self { directory, known: Default::default() }
    }

    /// Warns of an id that a stated list lacks.
    pub(super) fn look_up(&self, found: &mut Findings, path: &Path<'_>, vocabulary: Vocabulary, id: &str) {
        let Some(cell) = self.known.get(vocabulary as usize) else { return };
        let Some(known) = cell.get_or_init(|| self.stated(vocabulary)) else { return };
        // That it is blank has been reported.
        if !id.trim().is_empty() && !known.contains(id) {
            let meant =
                if known.len() <= COMPARED_IDS_MAX { nearest(id, known.iter().copied()) } else { None };
            unknown(found, path, id, name(vocabulary), meant);
        }
    }

    /// The ids of a list; `None` if it is free-form.
    fn stated(&self, vocabulary: Vocabulary) -> Option<HashSet<&'a str>> {
        let directory = self.directory;
        let terms =
            |terms: &'a Option<Vec<Term>>| Some(terms.as_ref()?.iter().map(|term| &*term.id).collect());
        match vocabulary {
            Vocabulary::Agents => some_of(directory.agents.iter().map(|agent| &*agent.id)),
            Vocabulary::Inboxes => some_of(directory.inboxes.iter().map(|inbox| &*inbox.id)),
            Vocabulary::InboxGroups => {
                // A group that an inbox names is known, whether the list of groups is stated or not.
                let of_inboxes = directory.inboxes.iter().flat_map(|inbox| &inbox.group_ids).map(|id| &**id);
                let Some(stated) = &directory.inbox_groups else { return some_of(of_inboxes) };
                Some(stated.iter().map(|group| &*group.id).chain(of_inboxes).collect())
            }
            Vocabulary::Sources => terms(&directory.sources),
            Vocabulary::Integrations => terms(&directory.integrations),
            Vocabulary::Statuses => terms(&directory.statuses),
            Vocabulary::Tags => terms(&directory.tags),
            Vocabulary::TicketTypes => terms(&directory.ticket_types),
            Vocabulary::Contexts => terms(&directory.contexts),
            Vocabulary::AllegroAccounts => terms(&directory.allegro_accounts),
            Vocabulary::OrderStatuses => terms(&directory.order_statuses),
        }
    }
}

/// Warns of an id that a list of the directory lacks, in which another one may have been meant.
pub(super) fn unknown(
    found: &mut Findings,
    path: &Path<'_>,
    id: &str,
    list: &'static str,
    meant: Option<&str>,
) {
    let message = format!("{} is not among the account's `{list}`", quoted(id));
    let help = match meant {
        Some(meant) => format!("did you mean {}? otherwise add it there", quoted(meant)),
        None => "add it there, or correct it".to_owned(),
    };
    found
        .warning("id_unknown", path, message, help)
        .with("id", shown(id))
        .with("list", list)
        .with_all(suggestion(meant.map(shown).as_deref()));
}

/// The ids of a list that is free-form when it is empty.
fn some_of<'a>(ids: impl Iterator<Item = &'a str>) -> Option<HashSet<&'a str>> {
    Some(ids.collect::<HashSet<_>>()).filter(|ids| !ids.is_empty())
}

/// The list's name in the directory.
fn name(vocabulary: Vocabulary) -> &'static str {
    match vocabulary {
        Vocabulary::Agents => "agents",
        Vocabulary::Inboxes => "inboxes",
        Vocabulary::InboxGroups => "inbox_groups",
        Vocabulary::Sources => "sources",
        Vocabulary::Integrations => "integrations",
        Vocabulary::Statuses => "statuses",
        Vocabulary::Tags => "tags",
        Vocabulary::TicketTypes => "ticket_types",
        Vocabulary::Contexts => "contexts",
        Vocabulary::AllegroAccounts => "allegro_accounts",
        Vocabulary::OrderStatuses => "order_statuses",
    }
}
