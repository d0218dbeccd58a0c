//! Texts with placeholders of a helpdesk, made into templates.

#[cfg(test)]
mod tests;

use tamis_engine::limits;
use tamis_engine::variable::Variable;

use crate::import::rule::Rule;

/// What a placeholder becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placeholder {
    /// The variable holds the same.
    Same(Variable),
    /// The variable holds nearly the same, but for this.
    Like(Variable, &'static str),
}

/// How a helpdesk writes its placeholders.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    /// What a placeholder begins with, and ends with.
    pub(super) marks: (&'static str, &'static str),
    /// What begins a tag of its template language, such as a condition, and what ends it; empty if it has none.
    pub(super) tags: (&'static str, &'static str),
    /// What a placeholder of this name becomes, if it becomes anything.
    pub(super) placeholder: fn(&str) -> Option<Placeholder>,
    /// Sequences of placeholders that stand for one thing together.
    pub(super) phrases: &'static [(&'static str, Variable)],
}

/// Translates a text of a rule, reports its gaps, and adds to `differs` how the rest differs.
pub(super) fn template(
    rule: &mut Rule,
    field: &str,
    text: &str,
    dialect: Dialect,
    differs: &mut Vec<String>,
) -> String {
    // What is too long will be refused, and is not searched.
    if text.len() > limits::TEMPLATE_BYTES_MAX {
        return text.to_owned();
    }
    let (tags, marks) = (Enclosure::of(text, dialect.tags), Enclosure::of(text, dialect.marks));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((phrase, variable)) = dialect.phrases.iter().find(|(phrase, _)| rest.starts_with(phrase))
        {
            push_variable((*variable, ""), differs, &mut out);
            rest = rest.strip_prefix(phrase).unwrap_or_default();
        } else if let Some((inner, after)) = tags.enclosed(rest) {
            push_gap(rule, field, (whole(rest, after), inner), differs, &mut out);
            rest = after;
        } else if let Some((inner, after)) = marks.enclosed(rest) {
            push_placeholder(rule, field, (whole(rest, after), inner), dialect, differs, &mut out);
            rest = after;
        } else {
            if rest.starts_with('{') {
                keep_apart(&mut out, differs);
            }
            let mut chars = rest.chars();
            out.extend(chars.next());
            rest = chars.as_str();
        }
    }
    out
}

fn push_placeholder(
    rule: &mut Rule,
    field: &str,
    (whole, inner): (&str, &str),
    dialect: Dialect,
    differs: &mut Vec<String>,
    out: &mut String,
) {
    let (name, filters) = inner.split_once('|').map_or((inner, None), |(name, rest)| (name, Some(rest)));
    let fallback = filters.map_or(Some(""), fallback);
    match ((dialect.placeholder)(name.trim()), fallback) {
        (Some(Placeholder::Same(variable)), Some(fallback)) => {
            push_variable((variable, fallback), differs, out)
        }
        (Some(Placeholder::Like(variable, how)), Some(fallback)) => {
            let how = format!("`{}` stands in for `{}`: {how}", variable.name(), name.trim());
            push_new(differs, how);
            push_variable((variable, fallback), differs, out);
        }
        _ => push_gap(rule, field, (whole, inner), differs, out),
    }
}

fn push_gap(
    rule: &mut Rule,
    field: &str,
    (whole, inner): (&str, &str),
    differs: &mut Vec<String>,
    out: &mut String,
) {
    // Braces in it could begin a placeholder.
    let mark = format!("[{}]", inner.replace(['{', '}'], "").trim());
    rule.gap(field, whole, &mark);
    out.push_str(&mark);
    push_new(differs, "its text has gaps".to_owned());
}

/// Two braces that are no placeholder there would begin one here: a space is put between them.
fn keep_apart(out: &mut String, differs: &mut Vec<String>) {
    if out.ends_with('{') {
        out.push(' ');
        push_new(differs, "two braces stand with a space between them".to_owned());
    }
}

fn push_new(differs: &mut Vec<String>, how: String) {
    if !differs.contains(&how) {
        differs.push(how);
    }
}

fn push_variable((variable, fallback): (Variable, &str), differs: &mut Vec<String>, out: &mut String) {
    keep_apart(out, differs);
    out.push_str("{{ ");
    out.push_str(variable.name());
    if !fallback.is_empty() {
        let escaped = fallback.replace('\\', "\\\\").replace('"', "\\\"");
        out.push_str(&format!(" | default: \"{escaped}\""));
    }
    out.push_str(" }}");
}

/// The text of `default: "…"`, the one filter that has an equal.
fn fallback(filters: &str) -> Option<&str> {
    let text = filters.trim().strip_prefix("default")?.trim_start().strip_prefix(':')?.trim();
    let inner = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))?;
    (!inner.contains(['"', '\''])).then_some(inner)
}

/// Two marks that enclose something in a text.
struct Enclosure {
    open: &'static str,
    close: &'static str,
    /// Bytes of the text from its last closing mark on; 0 if it has none. In a shorter rest none is searched for, so that
    /// the time for a text with nothing but opening marks does not grow with its square.
    closing_bytes: usize,
}

impl Enclosure {
    fn of(text: &str, (open, close): (&'static str, &'static str)) -> Self {
        let closing_bytes = text.rfind(close).map_or(0, |at| text.len() - at);
        Self { open, close, closing_bytes }
    }

    /// What stands between the marks at the beginning of a rest of the text, and what follows them.
    fn enclosed<'t>(&self, rest: &'t str) -> Option<(&'t str, &'t str)> {
        let can_close = self.closing_bytes > 0 && rest.len() >= self.closing_bytes;
        if self.open.is_empty() || !can_close {
            return None;
        }
        rest.strip_prefix(self.open)?.split_once(self.close)
    }
}

/// The beginning of a text up to what follows it.
fn whole<'t>(text: &'t str, after: &str) -> &'t str {
    text.strip_suffix(after).unwrap_or(text)
}
