//! The entries of the directory's lists, whichever list they are of.

use tamis_api::v1;
use tamis_engine::fold::Folding;

use crate::directory::hours;
use crate::language::Language;
use crate::words::{Names, Vocabulary};

/// An entry of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Entry<'d> {
    /// Of the agents.
    Agent(&'d v1::Agent),
    /// Of the inboxes.
    Inbox(&'d v1::Inbox),
    /// Of a vocabulary.
    Term(&'d v1::Term),
}

/// The contract's name for a list, which is also its name in paths and files.
pub(crate) fn field(list: Vocabulary) -> &'static str {
    match list {
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

/// The list of a name.
pub(crate) fn of_field(name: &str) -> Option<Vocabulary> {
    Vocabulary::ALL.into_iter().find(|list| field(*list) == name)
}

/// What people call a list.
pub(crate) fn title(l: Language, list: Vocabulary) -> String {
    l.text(&format!("directory-list-{}", field(list))).into_owned()
}

/// The vocabulary of a list; `None` for agents and inboxes, which are none.
pub(crate) fn vocabulary(list: Vocabulary, directory: &v1::Directory) -> Option<&Option<v1::Vocabulary>> {
    Some(match list {
        Vocabulary::Agents | Vocabulary::Inboxes => return None,
        Vocabulary::InboxGroups => &directory.inbox_groups,
        Vocabulary::Sources => &directory.sources,
        Vocabulary::Integrations => &directory.integrations,
        Vocabulary::Statuses => &directory.statuses,
        Vocabulary::Tags => &directory.tags,
        Vocabulary::TicketTypes => &directory.ticket_types,
        Vocabulary::Contexts => &directory.contexts,
        Vocabulary::AllegroAccounts => &directory.allegro_accounts,
        Vocabulary::OrderStatuses => &directory.order_statuses,
    })
}

/// The same, to be changed.
pub(crate) fn vocabulary_mut(
    list: Vocabulary,
    directory: &mut v1::Directory,
) -> Option<&mut Option<v1::Vocabulary>> {
    Some(match list {
        Vocabulary::Agents | Vocabulary::Inboxes => return None,
        Vocabulary::InboxGroups => &mut directory.inbox_groups,
        Vocabulary::Sources => &mut directory.sources,
        Vocabulary::Integrations => &mut directory.integrations,
        Vocabulary::Statuses => &mut directory.statuses,
        Vocabulary::Tags => &mut directory.tags,
        Vocabulary::TicketTypes => &mut directory.ticket_types,
        Vocabulary::Contexts => &mut directory.contexts,
        Vocabulary::AllegroAccounts => &mut directory.allegro_accounts,
        Vocabulary::OrderStatuses => &mut directory.order_statuses,
    })
}

/// The entries of a list, in its order.
pub(crate) fn entries(list: Vocabulary, directory: &v1::Directory) -> Vec<Entry<'_>> {
    match list {
        Vocabulary::Agents => directory.agents.iter().map(Entry::Agent).collect(),
        Vocabulary::Inboxes => directory.inboxes.iter().map(Entry::Inbox).collect(),
        list => {
            let terms = vocabulary(list, directory).and_then(Option::as_ref);
            terms.into_iter().flat_map(|vocabulary| &vocabulary.terms).map(Entry::Term).collect()
        }
    }
}

impl<'d> Entry<'d> {
    /// Its id.
    pub(crate) fn id(self) -> &'d str {
        match self {
            Self::Agent(agent) => &agent.id,
            Self::Inbox(inbox) => &inbox.id,
            Self::Term(term) => &term.id,
        }
    }

    /// What people call it: the id, if nobody has named it.
    pub(crate) fn name(self) -> String {
        let name = match self {
            Self::Agent(agent) => format!("{} {}", agent.first_name, agent.last_name).trim().to_owned(),
            Self::Inbox(inbox) => inbox.display_name.clone(),
            Self::Term(term) => term.display_name.clone(),
        };
        if name.is_empty() { self.id().to_owned() } else { name }
    }

    /// What else there is to it, in lines for people.
    pub(crate) fn details(self, l: Language, names: &Names<'_>) -> Vec<String> {
        let mut lines = match self {
            Self::Agent(agent) => {
                vec![agent.email.clone(), hours::summary(l, agent.working_hours.as_ref())]
            }
            Self::Inbox(inbox) => {
                let group = |id: &String| names.name(Vocabulary::InboxGroups, id).to_owned();
                vec![inbox.group_ids.iter().map(group).collect::<Vec<_>>().join(", ")]
            }
            Self::Term(_) => Vec::new(),
        };
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// Whether its id, name or address has a folded text in it.
    pub(crate) fn has(self, folding: Folding, folded: &str) -> bool {
        let email = if let Self::Agent(agent) = self { &*agent.email } else { "" };
        [self.id(), &self.name(), email].iter().any(|text| folding.fold(text).contains(folded))
    }
}
