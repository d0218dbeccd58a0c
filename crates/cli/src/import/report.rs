//! What became of every part of every rule.

use serde::Serialize;

use crate::args::Helpdesk;
use crate::console::{count, printable};

/// How well a part was translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// It means the same.
    Exact,
    /// It means nearly the same; the report tells how it differs.
    Approximate,
    /// It has no equal; the report tells what to do.
    NotTranslated,
}

impl Outcome {
    fn label(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximate => "approximate",
            Self::NotTranslated => "not translated",
        }
    }
}

/// What kind of part it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// The rule as a whole, or a field of it.
    Rule,
    /// A condition.
    Condition,
    /// An action.
    Action,
    /// A placeholder in a text.
    Placeholder,
}

/// What became of one part.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Entry {
    /// What kind of part it is.
    pub(super) part: Part,
    /// Where it stands in the rule, such as `conditions.all[0]`; empty for the rule as a whole.
    pub(super) field: String,
    /// What stands there, in short.
    pub(super) source: String,
    /// How well it was translated.
    pub(super) outcome: Outcome,
    /// Names of the conditions or actions that it became.
    pub(super) becomes: Vec<&'static str>,
    /// How it differs, or why it was not translated; empty if it is exact.
    pub(super) detail: String,
    /// What to do about it; may be empty.
    pub(super) help: String,
}

/// What became of one rule.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RuleReport {
    /// What the rule is called in the report, such as `trigger-42`.
    pub(super) id: String,
    /// The rule's own name.
    pub(super) name: String,
    /// Whether the helpdesk runs it.
    pub(super) is_active: bool,
    /// The workflows that it became.
    pub(super) workflows: Vec<WorkflowReport>,
    /// What became of its parts.
    pub(super) entries: Vec<Entry>,
}

/// A workflow that was made of a rule.
#[derive(Clone, Debug, Serialize)]
pub(super) struct WorkflowReport {
    /// Its id.
    pub(super) id: String,
    /// Whether it is enabled.
    pub(super) enabled: bool,
}

/// What became of all rules.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    /// Whose rules they are.
    pub(super) from: Helpdesk,
    /// What holds of the file as a whole.
    pub(super) notes: Vec<String>,
    /// The rules, in the order in which they run.
    pub(super) rules: Vec<RuleReport>,
    /// How many there are of what.
    pub(super) counts: Counts,
}

/// How many there are of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    /// Rules that were read.
    pub(super) rules: usize,
    /// Workflows that they became.
    pub(super) workflows: usize,
    /// Those of them that are disabled.
    pub(super) disabled: usize,
    /// Parts that mean the same.
    pub(super) exact: usize,
    /// Parts that mean nearly the same.
    pub(super) approximate: usize,
    /// Parts without an equal.
    pub(super) not_translated: usize,
}

impl Report {
    /// Of these rules.
    pub(super) fn new(from: Helpdesk, notes: Vec<String>, rules: Vec<RuleReport>) -> Self {
        let mut counts = Counts { rules: rules.len(), ..Counts::default() };
        for rule in &rules {
            counts.workflows += rule.workflows.len();
            counts.disabled += rule.workflows.iter().filter(|workflow| !workflow.enabled).count();
            for entry in &rule.entries {
                match entry.outcome {
                    Outcome::Exact => counts.exact += 1,
                    Outcome::Approximate => counts.approximate += 1,
                    Outcome::NotTranslated => counts.not_translated += 1,
                }
            }
        }
        Self { from, notes, rules, counts }
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for note in &self.notes {
            out.push_str(&format!("note: {note}\n"));
        }
        for rule in &self.rules {
            let inactive = if rule.is_active { "" } else { ", inactive" };
            out.push_str(&format!("\n{} \"{}\"{inactive}: ", rule.id, line(&rule.name)));
            out.push_str(&made_of(&rule.workflows));
            out.push('\n');
            for entry in &rule.entries {
                push_entry(entry, &mut out);
            }
        }
        let Counts { rules, workflows, disabled, exact, approximate, not_translated } = self.counts;
        out.push_str(&format!(
            "\n{} became {}, {disabled} disabled: {exact} exact, {approximate} approximate, {not_translated} not translated\n",
            count(rules, "rule"),
            count(workflows, "workflow"),
        ));
        out
    }
}

fn made_of(workflows: &[WorkflowReport]) -> String {
    let name = |workflow: &WorkflowReport| {
        let disabled = if workflow.enabled { "" } else { " (disabled)" };
        format!("{}{disabled}", workflow.id)
    };
    match workflows {
        [] => "no workflow".to_owned(),
        workflows => format!("workflow {}", workflows.iter().map(name).collect::<Vec<_>>().join(", ")),
    }
}

fn push_entry(entry: &Entry, out: &mut String) {
    out.push_str(&format!("  {:<14}  ", entry.outcome.label()));
    if !entry.field.is_empty() {
        out.push_str(&format!("{}: ", line(&entry.field)));
    }
    out.push_str(&line(&entry.source));
    if !entry.becomes.is_empty() {
        out.push_str(&format!(" -> {}", entry.becomes.join(", ")));
    }
    out.push('\n');
    for text in [&entry.detail, &entry.help] {
        if !text.is_empty() {
            out.push_str(&format!("{:18}{}\n", "", line(text)));
        }
    }
}

/// A text on one line, as a terminal may show it.
fn line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ")
}
