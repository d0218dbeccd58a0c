//! A rule while it is translated: the workflow that comes of it, and what is to be reported.

use std::collections::HashMap;

use serde_json::Value;
use tamis_engine::check::Checker;
use tamis_engine::definition::{Action, Condition, Workflow};
use tamis_engine::{Severity, limits};

use crate::import::logic::{ALTERNATIVES_MAX, Alternative, Logic};
use crate::import::report::{Entry, Outcome, Part, RuleReport, WorkflowReport};

/// What a condition or an action became.
#[derive(Clone, Debug)]
pub(super) enum Translated<T> {
    /// It means the same.
    Exact(T),
    /// It means nearly the same, but for this.
    Approximate(T, String),
    /// It has no equal: why, and what to do.
    Not(String, String),
}

impl<T> Translated<T> {
    /// Nearly the same, but for this.
    pub(super) fn but(value: T, how: impl Into<String>) -> Self {
        Self::Approximate(value, how.into())
    }

    /// No equal, because of this; do that.
    pub(super) fn not(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Not(why.into(), help.into())
    }

    /// The same, or nearly so if there is something in which it differs.
    pub(super) fn differing(value: T, differs: &[String]) -> Self {
        if differs.is_empty() { Self::Exact(value) } else { Self::Approximate(value, differs.join("; ")) }
    }

    /// What it became, but for this too.
    pub(super) fn also(self, how: &str) -> Self {
        match self {
            Self::Exact(value) => Self::but(value, how),
            Self::Approximate(value, before) => Self::Approximate(value, format!("{how}; {before}")),
            not => not,
        }
    }
}

/// Where a part stands, and what stands there in short.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Such as `conditions.all[0]`.
    pub(super) field: String,
    /// Such as `status is open`.
    pub(super) source: String,
}

impl Place {
    /// A place; a long text is cut.
    pub(super) fn new(field: impl Into<String>, source: impl Into<String>) -> Self {
        Self { field: field.into(), source: shortened(source.into(), SOURCE_CHARS_MAX) }
    }
}

/// Characters of what the report shows of a part: enough to know it again.
const SOURCE_CHARS_MAX: usize = 120;

/// A rule that is being translated.
#[derive(Debug)]
pub(super) struct Rule {
    id: String,
    name: String,
    description: String,
    is_active: bool,
    logic: Vec<Logic>,
    actions: Vec<Action>,
    entries: Vec<Entry>,
    has_gaps: bool,
    differs_without_event: Option<String>,
}

impl Rule {
    /// A rule that has neither conditions nor actions yet. The id is that of its workflow, if it becomes only one.
    pub(super) fn new(id: String, name: String, description: String, is_active: bool) -> Self {
        Self {
            id,
            name,
            description,
            is_active,
            logic: Vec::new(),
            actions: Vec::new(),
            entries: Vec::new(),
            has_gaps: false,
            differs_without_event: None,
        }
    }

    /// A rule of which nothing could be made sense of.
    pub(super) fn unreadable(id: String, name: Option<&Value>, error: &serde_json::Error) -> Self {
        let name = name.and_then(Value::as_str).unwrap_or_default();
        let mut rule = Self::new(id, name.to_owned(), String::new(), true);
        rule.lacks(format!("it cannot be read: {error}"), "Export it again.");
        rule
    }

    /// Reports what became of a condition, and answers it. The rule holds only what is [demanded](Self::demand).
    pub(super) fn condition(&mut self, place: Place, translated: Translated<Logic>) -> Logic {
        let (logic, outcome, detail, help) = match translated {
            Translated::Exact(logic) => (logic, Outcome::Exact, String::new(), String::new()),
            Translated::Approximate(logic, how) => (logic, Outcome::Approximate, how, String::new()),
            Translated::Not(why, help) => (Logic::Unknown, Outcome::NotTranslated, why, help),
        };
        self.enter(Part::Condition, place, outcome, logic.names(), detail, help);
        logic
    }

    /// Conditions that the rule demands besides those that it has.
    pub(super) fn demand(&mut self, logic: Logic) {
        self.logic.push(logic);
    }

    /// Reports what became of an action, and adds it.
    pub(super) fn action(&mut self, place: Place, translated: Translated<Vec<Action>>) {
        let (mut actions, outcome, detail, help) = match translated {
            Translated::Exact(actions) => (actions, Outcome::Exact, String::new(), String::new()),
            Translated::Approximate(actions, how) => (actions, Outcome::Approximate, how, String::new()),
            Translated::Not(why, help) => (Vec::new(), Outcome::NotTranslated, why, help),
        };
        let mut names: Vec<_> = actions.iter().map(Action::name).collect();
        names.dedup();
        self.enter(Part::Action, place, outcome, names, detail, help);
        self.actions.append(&mut actions);
    }

    /// Reports a placeholder that nothing stands in for, so that its text has a gap.
    pub(super) fn gap(&mut self, field: &str, placeholder: &str, mark: &str) {
        self.has_gaps = true;
        let why = format!("no variable holds it; {mark} stands in its place");
        let help = "Write the text anew, then enable the workflow.";
        let place = Place::new(field, placeholder);
        self.enter(Part::Placeholder, place, Outcome::NotTranslated, Vec::new(), why, help.to_owned());
    }

    /// Reports how the rule as a whole differs from its workflow.
    pub(super) fn differs(&mut self, how: impl Into<String>) {
        self.about_whole(Outcome::Approximate, how.into(), String::new());
    }

    /// Reports that something about the rule was not translated.
    pub(super) fn lacks(&mut self, why: impl Into<String>, help: impl Into<String>) {
        self.about_whole(Outcome::NotTranslated, why.into(), help.into());
    }

    /// Reports this of the rule if it turns out to be one that no event starts.
    pub(super) fn differs_without_event(&mut self, how: impl Into<String>) {
        self.differs_without_event = Some(how.into());
    }

    /// Reports fields of the rule that are not known.
    pub(super) fn unknown_fields<'f>(&mut self, fields: impl Iterator<Item = (&'f String, &'f Value)>) {
        for (name, value) in fields.filter(|(_, value)| !value.is_null()) {
            let place = Place::new(name, value.to_string());
            let why = "the field is not known".to_owned();
            let help = "See whether the rule depends on it.".to_owned();
            self.enter(Part::Rule, place, Outcome::NotTranslated, Vec::new(), why, help);
        }
    }

    fn about_whole(&mut self, outcome: Outcome, detail: String, help: String) {
        self.enter(Part::Rule, Place::new("", "the rule"), outcome, Vec::new(), detail, help);
    }

    fn enter(
        &mut self,
        part: Part,
        place: Place,
        outcome: Outcome,
        becomes: Vec<&'static str>,
        detail: String,
        help: String,
    ) {
        let Place { field, source } = place;
        self.entries.push(Entry { part, field, source, outcome, becomes, detail, help });
    }

    /// The workflows that the rule became, and its report. None of them has what would be refused on save.
    pub(super) fn finish(
        mut self,
        helpdesk: &str,
        checker: &Checker<'_>,
        taken: &mut HashMap<String, usize>,
    ) -> (Vec<Workflow>, RuleReport) {
        let drafts = self.drafts();
        let count = drafts.len();
        let mut workflows = Vec::with_capacity(count);
        for (index, alternative) in drafts.into_iter().enumerate() {
            let id = if count == 1 { self.id.clone() } else { format!("{}-{}", self.id, index + 1) };
            let is_held_back = self.has_gaps || alternative.is_widened;
            let workflow = Workflow {
                id: free_id(id, taken),
                display_name: self.display_name(),
                description: self.full_description(helpdesk, is_held_back),
                enabled: self.is_active && !is_held_back,
                all: alternative.all,
                any: alternative.any,
                actions: self.actions.clone(),
                ..Workflow::default()
            };
            let found = checker.workflow(&workflow, "workflow");
            let mut errors =
                found.into_iter().filter(|finding| finding.severity == Severity::Error).peekable();
            if errors.peek().is_none() {
                workflows.push(workflow);
            }
            for error in errors {
                let why = format!("its workflow would be refused: {}: {}", error.path, error.message);
                self.lacks(why, error.help);
            }
        }
        let made = workflows
            .iter()
            .map(|workflow| WorkflowReport { id: workflow.id.clone(), enabled: workflow.enabled });
        let report = RuleReport {
            id: self.id,
            name: self.name,
            is_active: self.is_active,
            workflows: made.collect(),
            entries: self.entries,
        };
        (workflows, report)
    }

    /// The conditions of each workflow that can be made. What cannot be is reported.
    fn drafts(&mut self) -> Vec<Alternative> {
        if self.actions.is_empty() {
            self.lacks("none of its actions has an equal, so there is no workflow", "");
            return Vec::new();
        }
        let Some(alternatives) = Logic::All(std::mem::take(&mut self.logic)).alternatives() else {
            let why = format!("its conditions make more than {ALTERNATIVES_MAX} workflows");
            self.lacks(why, "Split the rule, and export it again.");
            return Vec::new();
        };
        if alternatives.len() > 1 {
            self.tell_split(alternatives.len());
        }
        let (drafts, empty): (Vec<_>, Vec<_>) = alternatives
            .into_iter()
            .partition(|alternative| !alternative.all.is_empty() || !alternative.any.is_empty());
        if !empty.is_empty() {
            self.lacks("nothing is left of its conditions, so there is no workflow", "");
        }
        let event_starts = |draft: &Alternative| draft.all.iter().any(Condition::presupposes_event);
        if let Some(how) = self.differs_without_event.take()
            && !drafts.iter().all(event_starts)
        {
            self.differs(how);
        }
        drafts
    }

    /// What is set twice is set once: only what is sent is sent by each workflow that matches.
    fn tell_split(&mut self, count: usize) {
        let sends = self.actions.iter().any(|action| {
            !matches!(
                action,
                Action::SetStatus { .. }
                    | Action::AssignAgent { .. }
                    | Action::AssignTag { .. }
                    | Action::ChangeOrderStatus { .. }
            )
        });
        let split = format!("its conditions make {count} workflows");
        if sends {
            self.differs(format!("{split}; if several match at once, each sends its message"));
        } else {
            self.about_whole(Outcome::Exact, split, String::new());
        }
    }

    fn display_name(&self) -> String {
        match self.name.trim() {
            "" => self.id.clone(),
            name => shortened(name.to_owned(), limits::DISPLAY_NAME_CHARS_MAX),
        }
    }

    /// The rule's own description, where it comes from, and what is missing.
    fn full_description(&self, helpdesk: &str, is_held_back: bool) -> String {
        let mut out = self.description.trim().to_owned();
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("Imported from {helpdesk}, {}.", self.id));
        for entry in self.entries.iter().filter(|entry| entry.outcome == Outcome::NotTranslated) {
            let Entry { field, source, detail, .. } = entry;
            let (what, which) = match entry.part {
                Part::Rule if field.is_empty() => ("the rule", detail),
                Part::Rule => ("field", field),
                Part::Condition => ("condition", source),
                Part::Action => ("action", source),
                Part::Placeholder => ("placeholder", source),
            };
            out.push_str(&format!("\nNot translated: {what}: {which}"));
        }
        if is_held_back {
            out.push_str(
                "\nDisabled: without what is missing it would match more than the rule does, or send gaps.",
            );
        }
        shortened(out, limits::DESCRIPTION_CHARS_MAX)
    }
}

/// The id, or another that is like it, if it is taken already. What is taken has the number of times that it was wanted.
fn free_id(id: String, taken: &mut HashMap<String, usize>) -> String {
    loop {
        let wanted = taken.entry(id.clone()).or_default();
        *wanted += 1;
        if *wanted == 1 {
            return id;
        }
        let other = format!("{id}-{wanted}");
        if !taken.contains_key(&other) {
            taken.insert(other.clone(), 1);
            return other;
        }
    }
}

/// The text, its end replaced by an ellipsis if it has more characters.
fn shortened(text: String, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text;
    }
    let mut shown: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    shown.push('…');
    shown
}
