//! A list of the directory, a page at a time.

use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;
use tamis_engine::fold::Folding;

use crate::directory::entry::{self, Entry};
use crate::directory::{entry_path, list_path};
use crate::visit::At;
use crate::words::{Names, Vocabulary};

/// Entries of a page.
const PAGE_SIZE: usize = 100;

/// Which part of a list somebody wants to see.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// What is looked for.
    #[serde(default)]
    q: String,
    /// The page, from 1.
    #[serde(default)]
    page: usize,
    /// What was done before.
    pub(super) done: Option<String>,
}

/// The entries that are looked for, a page of them, with how to find others and to add one.
pub(super) fn of(at: &At, list: Vocabulary, asked: &Asked) -> Markup {
    let l = at.visit.language;
    let none = v1::Directory::default();
    let directory = at.account.directory.as_ref().unwrap_or(&none);
    let names = Names::of(&at.account);
    let all = entry::entries(list, directory);
    let folded = Folding::default().fold(asked.q.trim());
    let found: Vec<Entry<'_>> = all
        .iter()
        .copied()
        .filter(|entry| folded.is_empty() || entry.has(Folding::default(), &folded))
        .collect();
    let pages = found.len().div_ceil(PAGE_SIZE).max(1);
    let page = asked.page.clamp(1, pages);
    html! {
        div .head {
            @if !all.is_empty() {
                form .row.search role="search" {
                    label .visually-hidden for="q" { (l.text("directory-search")) }
                    input #q type="search" name="q" value=(asked.q) placeholder=(l.text("directory-search"));
                    button { (l.text("directory-search-do")) }
                }
            }
            @if at.administers() {
                a .button.primary href={ (list_path(at, list)) "/entry" } { (l.text(&format!("directory-add-{}", kind(list)))) }
            }
        }
        @if !all.is_empty() {
            p .muted role="status" { (l.with("directory-count", &[("found", found.len().into()), ("all", all.len().into())])) }
        }
        @if !found.is_empty() {
            ul .links.entries {
                @for entry in found.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE) {
                    li {
                        a .card href=(entry_path(at, list, entry.id())) {
                            span { strong { (entry.name()) } @if entry.name() != entry.id() { " " span .muted { (entry.id()) } } }
                            @for line in entry.details(l, &names) { span .small { (line) } }
                        }
                    }
                }
            }
        }
        @if pages > 1 { (pager(at, list, asked, page, pages)) }
    }
}

/// What an entry of a list is called where one is added.
pub(super) fn kind(list: Vocabulary) -> &'static str {
    match list {
        Vocabulary::Agents => "agent",
        Vocabulary::Inboxes => "inbox",
        _ => "term",
    }
}

fn pager(at: &At, list: Vocabulary, asked: &Asked, page: usize, pages: usize) -> Markup {
    let l = at.visit.language;
    let query: String = form_urlencoded::byte_serialize(asked.q.as_bytes()).collect();
    let path = |page: usize| format!("{}?q={query}&page={page}", list_path(at, list));
    html! {
        nav .row aria-label=(l.text("directory-pages")) {
            @if page > 1 { a .button href=(path(page - 1)) { (l.text("directory-page-before")) } }
            span { (l.with("directory-page", &[("page", page.into()), ("pages", pages.into())])) }
            @if page < pages { a .button href=(path(page + 1)) { (l.text("page-next")) } }
        }
    }
}
