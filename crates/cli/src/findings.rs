//! Findings about a file: what they are, and how they are shown at their place in it.

use std::fmt;
use std::io::IsTerminal as _;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use serde_json::Value;
use tamis_api::v1;
use tamis_engine::definition::yaml::{Location, Locations};
use tamis_engine::{Diagnostic, Severity, Within};
use tamis_server::offline;

/// One finding, whether made here or by a server.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// Whether it stops a save.
    pub(crate) severity: Severity,
    /// A stable name for the kind of finding.
    pub(crate) code: String,
    /// Path of the field; empty if it is about the whole.
    pub(crate) path: String,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do about it; may be empty.
    pub(crate) help: String,
    /// Where the field stands in the file, if it does.
    pub(crate) location: Option<Location>,
    /// A change that shows it, if there is one.
    pub(crate) example: Option<Box<v1::EvaluateRequest>>,
}

impl Finding {
    /// A finding made here about a file with this text. Its example, if it has one, names no account yet.
    pub(crate) fn local(diagnostic: Diagnostic, locations: &Locations, text: &str) -> Self {
        let Diagnostic { severity, code, path, message, help, within, example, .. } = diagnostic;
        let location = locations.of(&path);
        let exact = location.zip(within).and_then(|(location, within)| variable_at(text, location, within));
        let location = exact.or(location);
        let example = example.map(|example| Box::new(offline::request_to_wire(&example, "")));
        Self { severity, code: code.to_owned(), path, message, help, location, example }
    }

    /// A finding that a server let pass.
    pub(crate) fn warning_of_server(diagnostic: v1::Diagnostic, locations: &Locations) -> Self {
        let location = locations.of(&diagnostic.field);
        let v1::Diagnostic { code, field, message, help, example, .. } = diagnostic;
        let example = example.map(Box::new);
        Self { severity: Severity::Warning, code, path: field, message, help, location, example }
    }

    /// A field that a server refused.
    pub(crate) fn violation(violation: v1::FieldViolation, locations: &Locations) -> Self {
        let v1::FieldViolation { field, description, code, .. } = violation;
        Self {
            severity: Severity::Error,
            // Services that tell no code are older than this.
            code: if code.is_empty() { "refused".to_owned() } else { code },
            location: locations.of(&field),
            path: field,
            message: description,
            help: String::new(),
            example: None,
        }
    }
}

/// Whether any of the findings stops a save.
pub(crate) fn has_errors(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// How many of the findings have this severity.
pub(crate) fn count_of(findings: &[Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}

/// Puts findings in the order of the file; those without a place come first.
pub(crate) fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.location.map(|location| location.offset), finding.severity);
        key(a).cmp(&key(b)).then_with(|| a.path.cmp(&b.path))
    });
}

/// Findings as text, each with the line in question: in colour and with lines drawn if `fancy`, else in plain ASCII.
///
/// # Errors
/// None in practice; writing to a string does not fail.
pub(crate) fn render(
    file: &str,
    text: &str,
    findings: &[Finding],
    fancy: bool,
) -> Result<String, fmt::Error> {
    let theme = if fancy { GraphicalTheme::unicode() } else { GraphicalTheme::none() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_width(100)
        .with_context_lines(1)
        .without_cause_chain();
    let source = Excerpts { file, text };
    let mut out = String::new();
    for finding in findings {
        let shown =
            Shown { finding, source: &source, span: finding.location.map(|location| span(text, location)) };
        handler.render_report(&mut out, &shown)?;
        out.push('\n');
    }
    Ok(out)
}

/// Whether standard error is a terminal that colours suit.
pub(crate) fn stderr_is_fancy() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Whether standard output is a terminal that colours suit.
pub(crate) fn stdout_is_fancy() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// The text at the place: a quoted one to its end, a plain one to what ends it in YAML, anything else to the line's end.
fn span(text: &str, location: Location) -> SourceSpan {
    let rest =
        text.get(location.offset..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim_end();
    let end = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest.match_indices(quote).nth(1).map(|(at, _)| at + 1),
        Some('[' | '{' | '|' | '>') | None => None,
        Some(_) => [": ", ", ", " #", " }", "]"].iter().filter_map(|end| rest.find(end)).min(),
    };
    let length = end.unwrap_or(rest.len());
    SourceSpan::from((location.offset.min(text.len()), rest.floor_char_boundary(length.min(SPAN_BYTES_MAX))))
}

/// Bytes of a place that are underlined.
const SPAN_BYTES_MAX: usize = 200;
/// Bytes of lines that are shown as they are.
const LINES_BYTES_MAX: usize = 2_000;
/// Bytes that are shown before and after a place of longer lines, as files that programs write may have.
const AROUND_BYTES: usize = 40;

/// A file as miette reads it: a place with the lines around it, or of long lines only what stands next to it. Besides that it would
/// be hard to read, miette's drawing panics on columns beyond 65,535.
#[derive(Debug)]
struct Excerpts<'a> {
    file: &'a str,
    text: &'a str,
}

impl SourceCode for Excerpts<'_> {
    fn read_span<'s>(
        &'s self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'s> + 's>, MietteError> {
        let whole = self.text.read_span(span, lines_before, lines_after)?;
        let (data, shown, line, column, count) = if whole.data().len() <= LINES_BYTES_MAX {
            (whole.data(), *whole.span(), whole.line(), whole.column(), whole.line_count())
        } else {
            let place = self.text.read_span(span, 0, 0)?;
            let (before, rest) = self.text.split_at_checked(span.offset()).ok_or(MietteError::OutOfBounds)?;
            let begun = before.rfind('\n').map_or(0, |at| at + 1);
            let from = before.floor_char_boundary(span.offset().saturating_sub(AROUND_BYTES)).max(begun);
            let length = rest.ceil_char_boundary(span.len() + AROUND_BYTES);
            let line = rest.get(..length).and_then(|rest| rest.lines().next()).unwrap_or_default();
            let shown = SourceSpan::from((from, span.offset() + line.len() - from));
            let data = self.text.get(from..span.offset() + line.len()).unwrap_or_default();
            let column = place.column().saturating_sub(span.offset() - from);
            (data.as_bytes(), shown, place.line(), column, 1)
        };
        let file = self.file.to_owned();
        Ok(Box::new(MietteSpanContents::new_named(file, data, shown, line, column, count)))
    }
}

/// The place of a variable in a file, by its place within a text that begins at a location: exact unless quotes with escapes or
/// folded lines stand before it, where the text's own place has to do.
fn variable_at(text: &str, location: Location, within: Within) -> Option<Location> {
    let is_quoted = text.get(location.offset..)?.starts_with(['"', '\'']);
    let line = location.line + within.line - 1;
    let column = location.column + within.column - 1 + u32::from(is_quoted);
    let line_text = text.lines().nth(usize::try_from(line).ok()? - 1)?;
    let (at, _) = line_text.char_indices().nth(usize::try_from(column).ok()? - 1)?;
    let (before, after) = line_text.split_at_checked(at)?;
    let is_variable = after.starts_with("{{") || before.rfind("{{") > before.rfind("}}");
    let is_verbatim = !is_quoted || within.line == 1 && !before.contains('\\') && !before.contains("''");
    let lines_before = text.split_inclusive('\n').take(usize::try_from(line).ok()? - 1);
    let offset = lines_before.map(str::len).sum::<usize>() + at;
    (is_variable && is_verbatim).then_some(Location { line, column, offset })
}

/// A finding as miette wants it.
struct Shown<'a> {
    finding: &'a Finding,
    source: &'a Excerpts<'a>,
    span: Option<SourceSpan>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.finding.path.is_empty() {
            write!(f, "{}", self.finding.message)
        } else {
            write!(f, "{}: {}", self.finding.path, self.finding.message)
        }
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.finding.fmt(f)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{}[{}]", severity_name(self.finding.severity), self.finding.code)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let Finding { help, example, .. } = self.finding;
        match example {
            None if help.is_empty() => None,
            None => Some(Box::new(help)),
            Some(example) => Some(Box::new(format!("{help}\nfor example: {}", short(example)))),
        }
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span?;
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(None, span))))
    }
}

/// A change on one line: what it says, field by field, but for the ids of the ticket and of the change.
pub(crate) fn short(example: &v1::EvaluateRequest) -> String {
    let mut said = Vec::new();
    if let Ok(value) = serde_json::to_value(example) {
        say(&value, String::new(), &mut said);
    }
    said.join(", ")
}

fn say(value: &Value, path: String, said: &mut Vec<String>) {
    match value {
        _ if ["account_id", "ticket.id", "change.change_id"].contains(&&*path) => {}
        Value::Object(fields) if !fields.is_empty() => {
            let within =
                |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            fields.iter().for_each(|(name, value)| say(value, within(name), said));
        }
        // What only says that it happened.
        Value::Object(_) | Value::Bool(true) => said.push(path),
        value => said.push(format!("{path} {value}")),
    }
}

/// `error` or `warning`.
pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
