//! What a case expects, and how an outcome is compared with it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::outcome::{Decided, DecidedAction, Matched, Outcome, Refusal, Round};

/// What a case expects; what it leaves out is not looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expect {
    /// Every live match, in order.
    matches: Option<Vec<ExpectMatch>>,
    /// Every shadow match, in order.
    shadow_matches: Option<Vec<ExpectMatch>>,
    /// RFC 3339, or `never`.
    next_due: Option<String>,
    /// Every round of the chain after the first.
    rounds: Option<Vec<ExpectRound>>,
    /// Why the chain ended, or `none` if there is none.
    chain_end: Option<String>,
    /// Everything that is refused.
    pub(super) errors: Option<Vec<ExpectError>>,
}

/// A later round of a chain. Its change is looked at as a whole, if any of it is named.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ExpectRound {
    change: Option<ExpectChange>,
    cause: Option<Vec<String>>,
    matches: Option<Vec<ExpectMatch>>,
    shadow_matches: Option<Vec<ExpectMatch>>,
    repeated: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ExpectChange {
    tags_assigned: Vec<String>,
    status_set: Option<String>,
    updated: bool,
}

/// A match: its id alone, or with what the case is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum ExpectMatch {
    Id(String),
    Detailed(Box<MatchDetails>),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct MatchDetails {
    id: String,
    /// Index in `any`, or `none`.
    alternative: Option<ExpectIndex>,
    /// Paths of all phrases that matched.
    phrases: Option<Vec<String>>,
    /// Every action, in order.
    actions: Option<Vec<ExpectAction>>,
    /// RFC 3339, or `none`.
    held_since: Option<String>,
    /// A case in which this workflow has the same fire key.
    key_like: Option<String>,
    /// A case in which this workflow has another fire key.
    key_unlike: Option<String>,
}

/// A number, or `none`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum ExpectIndex {
    Index(u32),
    Word(String),
}

/// An action: its state alone (`ready`, `superseded` …), or with what the case is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum ExpectAction {
    State(String),
    Detailed(Box<ActionDetails>),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionDetails {
    /// `ready`, or why not.
    state: Option<String>,
    /// Its name.
    action: Option<String>,
    /// All variables that had no value.
    missing: Option<Vec<String>>,
    /// Some of its fields; one that must be absent is `null`.
    fields: Option<BTreeMap<String, Option<String>>>,
    /// All orders.
    order_ids: Option<Vec<String>>,
}

/// Something that is refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectError {
    path: String,
    code: Option<String>,
}

impl Expect {
    pub(super) fn check(&self, outcome: &Outcome) -> Result<(), String> {
        match (outcome, &self.errors) {
            (Outcome::Refused(refusals), Some(errors)) => check_refusals(errors, refusals),
            (Outcome::Refused(refusals), None) => Err(format!("refused: {refusals:?}")),
            (Outcome::Decided(_), Some(errors)) => Err(format!("not refused, expected {errors:?}")),
            (Outcome::Decided(decided), None) => self.check_decided(decided),
        }
    }

    fn check_decided(&self, decided: &Decided) -> Result<(), String> {
        check_matches("matches", self.matches.as_deref(), &decided.matches)?;
        check_matches("shadow_matches", self.shadow_matches.as_deref(), &decided.shadow_matches)?;
        check_instant("next_due", self.next_due.as_deref(), decided.next_due.as_deref())?;
        if let Some(expected) = &self.chain_end {
            same("chain_end", expected.as_str(), decided.chain_end.as_deref().unwrap_or("none"))?;
        }
        let Some(expected) = &self.rounds else { return Ok(()) };
        same("number of rounds", &expected.len(), &decided.rounds.len())?;
        for (index, (expected, found)) in expected.iter().zip(&decided.rounds).enumerate() {
            expected.check(found).map_err(|difference| format!("rounds[{index}]: {difference}"))?;
        }
        Ok(())
    }

    /// The matches that are expected, of all rounds.
    fn all_matches(&self) -> impl Iterator<Item = &ExpectMatch> {
        let rounds = self.rounds.iter().flatten();
        let later = rounds.flat_map(|round| round.matches.iter().chain(&round.shadow_matches));
        self.matches.iter().chain(&self.shadow_matches).chain(later).flatten()
    }

    pub(super) fn check_keys<'o>(
        &self,
        outcome: &Outcome,
        find: impl Fn(&str) -> Option<&'o Outcome>,
    ) -> Result<(), String> {
        for expected in self.all_matches() {
            let ExpectMatch::Detailed(details) = expected else { continue };
            let key = fire_key(outcome, &details.id);
            for (name, is_alike) in [(&details.key_like, true), (&details.key_unlike, false)] {
                let Some(name) = name else { continue };
                let other = find(name).ok_or_else(|| format!("there is no case `{name}`"))?;
                let other = fire_key(other, &details.id);
                if key.is_none() || other.is_none() || (key == other) != is_alike {
                    let wanted = if is_alike { "as" } else { "other than" };
                    return Err(format!(
                        "{}: fire_key {key:?}, wanted {wanted} {other:?} of `{name}`",
                        details.id
                    ));
                }
            }
        }
        Ok(())
    }
}

fn fire_key<'o>(outcome: &'o Outcome, id: &str) -> Option<&'o str> {
    let Outcome::Decided(decided) = outcome else { return None };
    // In a chain, too, each matches at most once.
    let later = decided.rounds.iter().flat_map(|round| round.matches.iter().chain(&round.shadow_matches));
    let mut all = decided.matches.iter().chain(&decided.shadow_matches).chain(later);
    all.find(|found| found.workflow_id == id).map(|found| found.fire_key.as_str())
}

/// Everything that is expected must be refused, and nothing else.
fn check_refusals(expected: &[ExpectError], refusals: &[Refusal]) -> Result<(), String> {
    let is_same = |error: &ExpectError, refusal: &Refusal| {
        let codes = error.code.as_ref().zip(refusal.code.as_ref());
        error.path == refusal.path && codes.is_none_or(|(expected, code)| expected == code)
    };
    let all_found = expected.iter().all(|error| refusals.iter().any(|refusal| is_same(error, refusal)));
    let all_expected = refusals.iter().all(|refusal| expected.iter().any(|error| is_same(error, refusal)));
    if all_found && all_expected {
        Ok(())
    } else {
        Err(format!("refused {refusals:?}, expected {expected:?}"))
    }
}

fn check_matches(list: &str, expected: Option<&[ExpectMatch]>, found: &[Matched]) -> Result<(), String> {
    let Some(expected) = expected else { return Ok(()) };
    let ids = |found: &Matched| found.workflow_id.clone();
    let expected_ids: Vec<String> = expected.iter().map(|one| one.id().to_owned()).collect();
    let found_ids: Vec<String> = found.iter().map(ids).collect();
    same(list, &expected_ids, &found_ids)?;
    for (expected, found) in expected.iter().zip(found) {
        if let ExpectMatch::Detailed(details) = expected {
            details.check(found).map_err(|difference| format!("{}: {difference}", found.workflow_id))?;
        }
    }
    Ok(())
}

impl ExpectRound {
    fn check(&self, found: &Round) -> Result<(), String> {
        if let Some(expected) = &self.change {
            same("tags_assigned", &expected.tags_assigned, &found.tags_assigned)?;
            same("status_set", &expected.status_set, &found.status_set)?;
            same("updated", &expected.updated, &found.updated)?;
        }
        if let Some(expected) = &self.cause {
            same("cause", expected, &found.cause)?;
        }
        if let Some(expected) = &self.repeated {
            same("repeated", expected, &found.repeated)?;
        }
        check_matches("matches", self.matches.as_deref(), &found.matches)?;
        check_matches("shadow_matches", self.shadow_matches.as_deref(), &found.shadow_matches)
    }
}

impl ExpectMatch {
    fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Detailed(details) => &details.id,
        }
    }
}

impl MatchDetails {
    fn check(&self, found: &Matched) -> Result<(), String> {
        if let Some(expected) = &self.alternative {
            let expected = match expected {
                ExpectIndex::Index(index) => index.to_string(),
                ExpectIndex::Word(word) => word.clone(),
            };
            let alternative = found.alternative.map_or("none".to_owned(), |index| index.to_string());
            same("alternative", &expected, &alternative)?;
        }
        if let Some(expected) = &self.phrases {
            let fields: Vec<String> = found.phrases.iter().map(|phrase| phrase.field.clone()).collect();
            same("phrases", expected, &fields)?;
        }
        check_instant("held_since", self.held_since.as_deref(), found.held_since.as_deref())?;
        let Some(expected) = &self.actions else { return Ok(()) };
        same("number of actions", &expected.len(), &found.actions.len())?;
        for (index, (expected, found)) in expected.iter().zip(&found.actions).enumerate() {
            expected.check(found).map_err(|difference| format!("actions[{index}]: {difference}"))?;
        }
        Ok(())
    }
}

impl ExpectAction {
    fn check(&self, found: &DecidedAction) -> Result<(), String> {
        let state = found.not_ready.as_deref().unwrap_or("ready");
        let details = match self {
            Self::State(expected) => return same("state", expected.as_str(), state),
            Self::Detailed(details) => details,
        };
        if let Some(expected) = &details.state {
            same("state", expected.as_str(), state)?;
        }
        if let Some(expected) = &details.action {
            same("action", expected, &found.action)?;
        }
        if let Some(expected) = &details.missing {
            same("missing variables", expected, &found.missing_variables)?;
        }
        for (name, expected) in details.fields.iter().flatten() {
            same(name, &expected.as_ref(), &found.fields.get(name))?;
        }
        match &details.order_ids {
            Some(expected) => same("order_ids", expected, &found.order_ids),
            None => Ok(()),
        }
    }
}

/// Instants are compared as such, however they are written. `never` and `none` stand for no instant.
fn check_instant(what: &str, expected: Option<&str>, found: Option<&str>) -> Result<(), String> {
    let Some(expected) = expected else { return Ok(()) };
    let read = |text: &str| text.parse::<Timestamp>().map_err(|error| format!("{what}: {error}"));
    let expected = if ["never", "none"].contains(&expected) { None } else { Some(read(expected)?) };
    same(what, &expected, &found.map(read).transpose()?)
}

fn same<T: PartialEq + std::fmt::Debug + ?Sized>(what: &str, expected: &T, found: &T) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("{what}: expected {expected:?}, found {found:?}")) }
}
