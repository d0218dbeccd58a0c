//! The codes of findings about an account and its workflows.
//!
//! Whoever says a finding in another language says it from its code and its parameters. Codes that only a service tells
//! (of messages, of an import, of keys, of what nobody has matched) stand here too, so that there is one list. `FINDINGS.md` beside
//! this package shows it to readers. Not in it are findings about YAML, about settings of a service, and about what programs
//! rather than people choose in a request, such as the size of a page.

use super::{Diagnostic, Severity};

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its name, which stays the same.
    pub name: &'static str,
    /// Whether it stops a save; absent for what stands in place of findings of either kind.
    pub severity: Option<Severity>,
    /// What is meant.
    pub meaning: &'static str,
    /// Names of its parameters, in the order in which findings have them. What each means is the same in all codes that have it.
    pub parameters: &'static [&'static str],
}

/// Parameters that are whole numbers; all others are texts.
pub const NUMBERS: &[&str] = &["column", "count", "line", "max", "minute", "more", "position"];

/// All parameters, each with its meaning. What somebody wrote is told on one line, and cut at its end if it is long, but for names
/// and ids of workflows, and names of examples.
pub const PARAMETERS: &[(&str, &str)] = &[
    ("account", "the id of the account that is meant"),
    ("at_every", "`message` of a customer, or `change` of a ticket"),
    ("character", "the character that no id may hold"),
    ("column", "the column in the text, from 1, in characters"),
    (
        "condition",
        "the path of the condition that excludes this one, such as `all[0].source`; empty if it takes none, or several",
    ),
    ("conditions", "paths of conditions that did not hold, with commas between them; at most 3"),
    (
        "conflicts_with",
        "what excludes the condition: `nothing` (it excludes itself), `condition`, or all `conditions` before it",
    ),
    ("count", "how many there are"),
    ("date", "the date as it was written"),
    ("email", "the address as it was written"),
    ("escape", "the escape as it was written, such as `\\n`"),
    ("example", "the name of the example, or its position in the list, from 1"),
    ("expectation", "`match`, or `no_match`"),
    (
        "fault",
        "what is wrong: of a span `begin`, `end` or `empty`; of a duration `negative`, `not_positive` or `too_long`; of a quote \
         `curly`, `escaped` or `missing`",
    ),
    ("id", "the id as it was written"),
    ("known", "the values that there are, with commas between them"),
    ("line", "the line in the text, from 1"),
    (
        "list",
        "the list: of a directory such as `tags` or `agents`, or of a workflow's conditions, `all` (one condition of it) or \
         `any` (all of it)",
    ),
    ("max", "how many are allowed: bytes, characters, elements, workflows, or days"),
    ("minute", "the minute of the day, from 0"),
    ("more", "how many more there are of which the same can be said"),
    ("other", "the phrase that makes this one redundant"),
    ("other_id", "the id of the other workflow"),
    (
        "other_ids",
        "ids of the other workflows, with commas between them, in the order in which they set each other off",
    ),
    ("other_name", "the name of the other workflow"),
    ("other_names", "names of the other workflows, as `other_ids`"),
    ("phrase", "the phrase as it was written"),
    ("position", "where in the list it stands before, from 1"),
    ("quote", "what stands where a straight double quote must; empty if nothing like it does"),
    ("since", "the instant, in the form of RFC 3339"),
    ("suggested", "whether somebody is thought to have meant something else: `yes` or `no`"),
    ("suggestion", "what is thought to have been meant; empty if nothing is"),
    ("tag", "the tag of a language or of a locale as it was written"),
    ("time_zone", "the time zone as it was written"),
    (
        "told_of",
        "whether it is told of the workflow that it is about, `own`, or of the other one that it takes, `other`",
    ),
    ("unit", "`bytes` or `characters`"),
    ("value", "the value as it was written, or that the other workflow sets"),
    ("variable", "the name of the variable as it was written"),
    ("variables", "names of all variables, with commas between them"),
    (
        "workflow_field",
        "the path of the field within the workflow that it is about; empty if it is about the whole",
    ),
    ("workflow_id", "the id of the workflow that it is about"),
    ("workflow_name", "the name of the workflow that it is about"),
    ("year", "the year"),
    ("year_end", "the first year that is no longer allowed"),
    ("year_min", "the first year that is allowed"),
];

/// The code of a name.
pub fn code(name: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.name == name)
}

/// Whether a finding has the severity and the parameters that its code says. Of codes that are not listed, nothing is said.
pub fn is_as_listed(finding: &Diagnostic) -> bool {
    code(finding.code).is_none_or(|code| {
        let names = finding.parameters.iter().map(|(name, _)| name);
        code.severity.is_none_or(|severity| severity == finding.severity) && names.eq(code.parameters)
    })
}

const fn error(name: &'static str, meaning: &'static str, parameters: &'static [&'static str]) -> Code {
    Code { name, severity: Some(Severity::Error), meaning, parameters }
}

const fn warning(name: &'static str, meaning: &'static str, parameters: &'static [&'static str]) -> Code {
    Code { name, severity: Some(Severity::Warning), meaning, parameters }
}

const fn in_place_of_others(
    name: &'static str,
    meaning: &'static str,
    parameters: &'static [&'static str],
) -> Code {
    Code { name, severity: None, meaning, parameters }
}

/// All of them, by what they are about.
pub const CODES: &[Code] = &[
    // Anything.
    error("required", "the value is missing", &[]),
    error("too_long", "the text has more bytes or characters than are allowed", &["unit", "count", "max"]),
    error("too_many", "the list has more elements than are allowed", &["count", "max"]),
    error("unknown_value", "there is no such value; a newer client may know it", &["value", "known"]),
    error("value_required", "a value out of several is required", &["known"]),
    error("id_required", "the id is empty or blank", &[]),
    error(
        "id_malformed",
        "the id of an account or of a workflow holds a character that none may hold",
        &["character"],
    ),
    error("id_duplicate", "another element of the list has the id", &["id", "position"]),
    error("text_required", "the text is empty or blank", &[]),
    error("language_required", "the language is empty", &[]),
    error("language_malformed", "the language is not a BCP 47 tag", &["tag"]),
    error("time_range_required", "the span is missing", &[]),
    error(
        "time_range_invalid",
        "the span begins or ends at a minute that no day has, or is empty",
        &["fault", "minute"],
    ),
    warning("value_duplicate", "the value stands in its list twice", &["position"]),
    warning(
        "id_unknown",
        "the id is not in the list of the directory that it is of",
        &["id", "list", "suggested", "suggestion"],
    ),
    // An account.
    error("account_id_differs", "the account is another one than the import is of", &["account"]),
    error("time_zone_required", "the time zone is empty", &[]),
    error(
        "time_zone_unknown",
        "the time zone is not one of IANA's",
        &["time_zone", "suggested", "suggestion"],
    ),
    error("locale_malformed", "the locale is not a BCP 47 tag", &["tag"]),
    error("email_malformed", "the agent's address is not an e-mail address", &["email"]),
    error("date_required", "the date is empty", &[]),
    error("date_malformed", "the date is not one", &["date"]),
    error("date_out_of_range", "the date lies too far away", &["date", "year_min", "year_end"]),
    error("date_duplicate", "another exception has the date", &["date", "position"]),
    // A workflow.
    error("workflows_per_account", "the account has as many workflows as it may have", &["max"]),
    error("name_required", "the name is empty or blank", &["max"]),
    error("conditions_required", "the workflow has no condition", &[]),
    error("condition_unreadable", "the condition says nothing that is known", &[]),
    error("actions_required", "the workflow has no action", &[]),
    error("action_unreadable", "the action does nothing that is known", &[]),
    error("phrases_too_many", "the account has more phrases than can be searched for", &[]),
    // A condition.
    error("values_required", "the condition has no value", &[]),
    error("email_or_domain_malformed", "the text is neither an e-mail address nor a domain", &["email"]),
    error("phrase_folds_to_nothing", "nothing is left of the phrase once it is folded", &["phrase"]),
    warning("phrase_duplicate", "another phrase of the list finds the same texts", &["phrase", "position"]),
    error("duration_required", "the duration is missing", &[]),
    error("duration_malformed", "the duration is not one", &["value"]),
    error("duration_out_of_range", "the duration is negative, too long, or none is less", &["fault", "max"]),
    // An action.
    error("line_break", "the text of one line holds a line break", &[]),
    error("recipient_required", "the recipient is empty or blank", &[]),
    warning("recipient_implausible", "the recipient is not an e-mail address", &[]),
    error(
        "template_variable_required",
        "the name of a variable is missing",
        &["line", "column", "variables"],
    ),
    error(
        "template_variable_unknown",
        "there is no such variable",
        &["line", "column", "variable", "suggested", "suggestion", "variables"],
    ),
    error("template_variable_unclosed", "`{{` has no `}}`", &["line", "column"]),
    error("template_default_expected", "no `default: \"…\"` comes after `|`", &["line", "column"]),
    error(
        "template_quote_expected",
        "the fallback does not stand in straight double quotes",
        &["line", "column", "fault", "quote"],
    ),
    error("template_quote_unclosed", "the fallback has no closing quote", &["line", "column"]),
    error("template_escape_unknown", "the fallback escapes what needs none", &["line", "column", "escape"]),
    error("template_end_expected", "no `}}` comes after the fallback", &["line", "column"]),
    // An example.
    error("ticket_required", "the ticket is missing", &[]),
    error("change_required", "the change is missing", &[]),
    error("fact_required", "the change does not say what happened", &[]),
    error("timer_not_alone", "a timer stands beside other facts", &[]),
    error("tags_required", "tags were assigned, and none is named", &[]),
    error("instant_required", "the instant is missing", &[]),
    error("instant_malformed", "the instant is not one", &["value"]),
    error("instant_out_of_range", "the instant lies too far away", &["year", "year_min", "year_end"]),
    error(
        "example_broken",
        "the example does not match and must, or matches and must not",
        &["example", "expectation", "count", "conditions"],
    ),
    // How workflows are, by themselves and together; see `analyze`.
    warning("never_matches", "no change can match the workflow", &["conflicts_with", "condition"]),
    warning(
        "alternative_never_matches",
        "none can match it by this one of `any`",
        &["conflicts_with", "condition"],
    ),
    warning("always_matches", "every change but a timer matches the workflow", &[]),
    warning("condition_always_holds", "the condition, or `any`, holds for every change", &["list"]),
    warning(
        "phrase_redundant",
        "every text that has the phrase has another one of its list",
        &["phrase", "other", "more"],
    ),
    warning("reply_without_guard", "a customer is sent the same text again and again", &["at_every"]),
    warning(
        "same_as_another",
        "another workflow matches the same changes, and does the same",
        &["told_of", "workflow_id", "workflow_name", "workflow_field", "other_id", "other_name"],
    ),
    warning(
        "shadowed_by_stop",
        "one before it that stops matches whatever it matches",
        &["told_of", "workflow_id", "workflow_name", "workflow_field", "other_id", "other_name"],
    ),
    warning(
        "writes_conflict",
        "a later one can match the same change, and sets the same thing otherwise",
        &[
            "told_of",
            "workflow_id",
            "workflow_name",
            "workflow_field",
            "other_id",
            "other_name",
            "value",
            "more",
        ],
    ),
    warning(
        "cycle",
        "what it does makes it match again, directly or by way of others",
        &["told_of", "workflow_id", "workflow_name", "workflow_field", "count", "other_ids", "other_names"],
    ),
    warning("dead", "no change has matched the workflow since an instant", &["since"]),
    // A key, and what else a request holds.
    error("key_role_required", "the key has no role", &[]),
    error("key_accounts_required", "the key is good for no account", &[]),
    error("key_accounts_conflict", "the key is good for all accounts, and names some", &[]),
    error("key_expired", "the key ends at an instant that is not after now", &[]),
    error("page_token_gone", "what the page was in is no longer there", &[]),
    // The findings themselves.
    in_place_of_others("too_many_findings", "there are more findings from this field on", &[]),
    in_place_of_others("findings_left_out", "there are more findings than fit into the answer", &["count"]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    use super::*;

    /// What stands in `FINDINGS.md` before its tables.
    const INTRODUCTION: &str = "# Findings

All kinds of findings about an account and its workflows: what `ValidateWorkflow`, `ValidateAccount`, `AnalyzeWorkflows`, writes and
imports tell, each by a `code` that stays the same; and of those about requests, what people may have typed. Messages are English;
whoever wants another language says a finding from its code and its `parameters`. A refused call has them in the details of its
status: the codes in `google.rpc.BadRequest` (`reason`, in capitals), and both in `tamis.v1.FieldViolations`. What does not fit into
a status is counted; `ValidateWorkflow` and `ValidateAccount` tell all of it.

An error stops a save, a warning does not. `either` stands in place of findings of both kinds.
";

    /// The document that shows all this to readers.
    fn document() -> String {
        let mut text =
            format!("{INTRODUCTION}\n| code | severity | what is meant | parameters |\n|---|---|---|---|\n");
        for Code { name, severity, meaning, parameters } in CODES {
            let severity = match severity {
                Some(Severity::Error) => "error",
                Some(Severity::Warning) => "warning",
                None => "either",
            };
            let parameters: Vec<String> = parameters.iter().map(|name| format!("`{name}`")).collect();
            let meaning = meaning.replace('|', "\\|");
            writeln!(text, "| `{name}` | {severity} | {meaning} | {} |", parameters.join(", ")).unwrap();
        }
        text.push_str("\n| parameter | what it is |\n|---|---|\n");
        for (name, meaning) in PARAMETERS {
            let number = if NUMBERS.contains(name) { "a number: " } else { "" };
            writeln!(text, "| `{name}` | {number}{meaning} |").unwrap();
        }
        text
    }

    #[test]
    fn readers_are_shown_all_of_it() {
        let wanted = document();
        assert!(include_str!("../../FINDINGS.md") == wanted, "FINDINGS.md must be:\n{wanted}");
    }

    #[test]
    fn names_are_told_apart_and_explained() {
        let codes: BTreeSet<&str> = CODES.iter().map(|code| code.name).collect();
        assert_eq!(codes.len(), CODES.len());
        let used: BTreeSet<&str> = CODES.iter().flat_map(|code| code.parameters).copied().collect();
        assert!(used.iter().eq(PARAMETERS.iter().map(|(name, _)| name)), "{used:?}");
        assert!(NUMBERS.iter().all(|name| used.contains(name)));
    }
}
