//! What becomes of an account's settings and directory from one state to another, in plain words.

use std::collections::{HashMap, HashSet};

use maud::{Markup, html};
use tamis_api::v1;

use crate::directory::entry::{self, Entry};
use crate::language::Language;
use crate::words::{Names, Vocabulary};

/// Entries of each kind that are shown of a list; of more than that, how many there are.
const SHOWN_MAX: usize = 100;

/// What becomes of a list.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Entries that are new, in plain words.
    pub(crate) added: Vec<Vec<String>>,
    /// Entries that were otherwise, before and after.
    pub(crate) changed: Vec<(Vec<String>, Vec<String>)>,
    /// Entries that are gone.
    pub(crate) removed: Vec<Vec<String>>,
    /// Whether a list that was free is stated now, or the other way round.
    pub(crate) stated: Option<bool>,
}

impl Changes {
    /// Whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty() && self.stated.is_none()
    }
}

/// What becomes of a list.
pub(crate) fn list(l: Language, list: Vocabulary, before: &v1::Account, after: &v1::Account) -> Changes {
    let none = v1::Directory::default();
    let (old, new) = (before.directory.as_ref().unwrap_or(&none), after.directory.as_ref().unwrap_or(&none));
    let (old_names, new_names) = (Names::of(before), Names::of(after));
    let old_entries = entry::entries(list, old);
    let by_id: HashMap<&str, Entry<'_>> = old_entries.iter().map(|entry| (entry.id(), *entry)).collect();
    let mut changes = Changes::default();
    let mut kept = HashSet::new();
    for entry in entry::entries(list, new) {
        match by_id.get(entry.id()) {
            None => changes.added.push(told(l, &new_names, entry)),
            Some(known) => {
                kept.insert(entry.id());
                if !is_same(*known, entry) {
                    changes.changed.push((told(l, &old_names, *known), told(l, &new_names, entry)));
                }
            }
        }
    }
    let gone = old_entries.iter().filter(|entry| !kept.contains(entry.id()));
    changes.removed = gone.map(|entry| told(l, &old_names, *entry)).collect();
    let is_stated = |directory| entry::vocabulary(list, directory).is_some_and(Option::is_some);
    changes.stated = (is_stated(old) != is_stated(new)).then(|| is_stated(new));
    changes
}

/// An entry in plain words: its name with its id, and what else there is to it.
fn told(l: Language, names: &Names<'_>, entry: Entry<'_>) -> Vec<String> {
    let name = entry.name();
    let name = if name == entry.id() { name } else { format!("{name} ({})", entry.id()) };
    std::iter::once(name).chain(entry.details(l, names)).collect()
}

/// Whether two entries say the same; in which order the days of a week are written says nothing.
fn is_same(one: Entry<'_>, other: Entry<'_>) -> bool {
    match (one, other) {
        (Entry::Agent(one), Entry::Agent(other)) => in_order(one) == in_order(other),
        (Entry::Inbox(one), Entry::Inbox(other)) => one == other,
        (Entry::Term(one), Entry::Term(other)) => one == other,
        _ => false,
    }
}

fn in_order(agent: &v1::Agent) -> v1::Agent {
    let mut agent = agent.clone();
    if let Some(hours) = &mut agent.working_hours {
        hours.weekly.sort_by_key(|span| span.day);
    }
    agent
}

/// Shows what becomes of a list, under its name.
pub(crate) fn shown(l: Language, list: Vocabulary, changes: &Changes) -> Markup {
    html! {
        section .stack {
            h2 { (entry::title(l, list)) }
            @match changes.stated {
                Some(true) => p { (l.text("compare-stated")) },
                Some(false) => p { (l.text("compare-freed")) },
                None => {}
            }
            ul .changes {
                @for entry in changes.added.iter().take(SHOWN_MAX) { (line(l, true, &entry.join(" · "))) }
                @for (before, after) in changes.changed.iter().take(SHOWN_MAX) {
                    (line(l, false, &before.join(" · ")))
                    (line(l, true, &after.join(" · ")))
                }
                @for entry in changes.removed.iter().take(SHOWN_MAX) { (line(l, false, &entry.join(" · "))) }
            }
            @let more: usize = [changes.added.len(), changes.changed.len(), changes.removed.len()]
                .iter().map(|count| count.saturating_sub(SHOWN_MAX)).sum();
            @if more > 0 { p .muted { (l.with("more", &[("count", more.into())])) } }
        }
    }
}

/// A text with its name, which is a text of the catalogue.
pub(crate) fn named(l: Language, name_id: &str, text: &str) -> String {
    l.with("compare-named", &[("name", l.text(name_id).into()), ("text", text.into())])
}

/// A line that comes (`true`) or goes.
pub(crate) fn line(l: Language, comes: bool, text: &str) -> Markup {
    let (class, said) = if comes { ("comes", "compare-after") } else { ("goes", "compare-before") };
    html! { li class=(class) { span .visually-hidden { (l.text(said)) " " } (text) } }
}

/// Shows what becomes of the settings and of every list; nothing if nothing does.
pub(crate) fn account(l: Language, before: &v1::Account, after: &v1::Account) -> Markup {
    let settings = [
        ("settings-name", &before.display_name, &after.display_name),
        ("settings-zone", &before.time_zone, &after.time_zone),
        ("settings-locale", &before.locale, &after.locale),
    ];
    html! {
        @if settings.iter().any(|(_, before, after)| before != after) {
            section .stack {
                h2 { (l.text("directory-tab-settings")) }
                ul .changes {
                    @for (name, before, after) in settings.into_iter().filter(|(_, before, after)| before != after) {
                        @if !before.is_empty() { (line(l, false, &named(l, name, before))) }
                        @if !after.is_empty() { (line(l, true, &named(l, name, after))) }
                    }
                }
            }
        }
        @for list in Vocabulary::ALL {
            @let changes = self::list(l, list, before, after);
            @if !changes.is_empty() { (shown(l, list, &changes)) }
        }
    }
}
