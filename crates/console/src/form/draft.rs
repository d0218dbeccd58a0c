//! What is typed in the form of a workflow, by the names of its fields.
//!
//! A field's name is the path that findings name it by, such as `all[0].source.ids[2]`, and what was typed stays as it was typed until
//! it makes sense: a page that is shown again has it as it was.

use std::collections::{BTreeMap, BTreeSet};

use tamis_api::v1;

use super::{action, condition};

/// The end of the name of a field in which a value is being typed that is not in its list yet.
pub(super) const NEW: &str = ".new";
/// The field with the changes that a new workflow must, or must not, match, which nobody sees.
const EXAMPLES: &str = "examples";

/// Fields by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Draft(BTreeMap<String, String>);

impl Draft {
    /// What a browser sends. It ends lines as e-mails do, and takes what is being typed for a value once the form is sent.
    pub(super) fn sent(pairs: Vec<(String, String)>) -> Self {
        let mut draft = Self::default();
        for (name, value) in pairs {
            draft.set(name, value.replace("\r\n", "\n"));
        }
        draft
    }

    /// An empty form: one row to begin with in each list that must have one.
    pub(super) fn empty() -> Self {
        let mut draft = Self::default();
        for (name, value) in
            [("enabled", "on"), ("mode", "live"), ("all[0].kind", ""), ("actions[0].kind", "")]
        {
            draft.set(name, value);
        }
        draft
    }

    /// The fields of a workflow.
    pub(crate) fn of(workflow: &v1::Workflow) -> Self {
        let mut draft = Self::default();
        draft.set("display_name", &workflow.display_name);
        draft.set("description", &workflow.description);
        draft.set("etag", &workflow.etag);
        draft.check("enabled", workflow.enabled.unwrap_or(true));
        draft.check("stop", workflow.stop);
        draft.set("mode", if workflow.mode() == v1::WorkflowMode::Shadow { "shadow" } else { "live" });
        for (list, conditions) in [("all", &workflow.all), ("any", &workflow.any)] {
            for (index, condition) in conditions.iter().enumerate() {
                condition::write(&mut draft, &format!("{list}[{index}]"), condition);
            }
        }
        for (index, action) in workflow.actions.iter().enumerate() {
            action::write(&mut draft, &format!("actions[{index}]"), action);
        }
        if !workflow.examples.is_empty() {
            // They are the contract's own, which can be written.
            draft.set(EXAMPLES, serde_json::to_string(&workflow.examples).unwrap_or_default());
        }
        draft
    }

    /// The workflow that they describe, and what cannot be read of it.
    pub(super) fn read(&self) -> (v1::Workflow, Vec<v1::Diagnostic>) {
        let mut found = Vec::new();
        let mut conditions = |list: &str| {
            let indexes = self.indexes(list);
            let read =
                indexes.iter().map(|index| condition::read(self, &format!("{list}[{index}]"), &mut found));
            read.collect::<Vec<_>>()
        };
        let (all, any) = (conditions("all"), conditions("any"));
        let actions = self.indexes("actions");
        let mode =
            if self.get("mode") == "shadow" { v1::WorkflowMode::Shadow } else { v1::WorkflowMode::Live };
        let workflow = v1::Workflow {
            display_name: self.get("display_name").to_owned(),
            description: self.get("description").to_owned(),
            etag: self.get("etag").to_owned(),
            enabled: Some(self.has("enabled")),
            stop: self.has("stop"),
            mode: mode.into(),
            all,
            any,
            actions: actions.iter().map(|index| action::read(self, &format!("actions[{index}]"))).collect(),
            examples: serde_json::from_str(self.get(EXAMPLES)).unwrap_or_default(),
            ..v1::Workflow::default()
        };
        (workflow, found)
    }

    /// How many examples there are.
    pub(super) fn examples_count(&self) -> usize {
        serde_json::from_str::<Vec<v1::Example>>(self.get(EXAMPLES)).map_or(0, |examples| examples.len())
    }

    /// What a field has; nothing if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// All fields.
    #[cfg(test)]
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there is a field, as of a box that is checked.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Fills in a field.
    pub(super) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// Checks a box, or leaves it.
    pub(super) fn check(&mut self, name: &str, checked: bool) {
        if checked {
            self.set(name, "on");
        }
    }

    /// Takes a field away.
    pub(super) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The indexes of a list, in order.
    pub(super) fn indexes(&self, list: &str) -> Vec<usize> {
        let start = format!("{list}[");
        let fields = self.0.range(start.clone()..).map(|(name, _)| name);
        let rest = fields.map_while(|name| name.strip_prefix(start.as_str()));
        let indexes: BTreeSet<usize> = rest.filter_map(|rest| rest.split_once(']')?.0.parse().ok()).collect();
        indexes.into_iter().collect()
    }

    /// The values of a list, in order.
    pub(super) fn values(&self, list: &str) -> Vec<String> {
        let indexes = self.indexes(list);
        indexes.iter().map(|index| self.get(&format!("{list}[{index}]")).to_owned()).collect()
    }

    /// Takes what is being typed beside lists for one value more of each; `named` tells what the value is, by the list's name.
    pub(super) fn take_new(&mut self, named: impl Fn(&str, &str) -> String) {
        let new: Vec<(String, String)> = self
            .0
            .iter()
            .filter_map(|(name, typed)| Some((name.strip_suffix(NEW)?.to_owned(), typed.trim().to_owned())))
            .collect();
        for (list, typed) in new {
            self.remove(&format!("{list}{NEW}"));
            if !typed.is_empty() {
                let next = self.indexes(&list).last().map_or(0, |last| last + 1);
                self.set(format!("{list}[{next}]"), named(&list, &typed));
            }
        }
    }
}
