//! Texts of special forms: addresses, languages, zones, templates.

use icu_locale_core::Locale;
use jiff::tz::TimeZone;

use crate::check::findings::{Findings, quoted, shown};
use crate::check::path::Path;
use crate::diagnostic::{Within, suggestion};
use crate::limits;
use crate::nearest::nearest;
use crate::template::Template;

/// An IANA time zone.
pub(super) fn time_zone(found: &mut Findings, path: &Path<'_>, name: &str) {
    const FORM: &str = "write the name of an IANA time zone, such as `Europe/Warsaw`";
    if name.is_empty() {
        found.error("time_zone_required", path, "the time zone is empty", FORM);
    } else if TimeZone::get(name).map_or(true, |zone| zone.is_unknown()) {
        let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
        let meant = nearest(name, known.iter().map(String::as_str));
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`? {FORM}"),
            None => FORM.to_owned(),
        };
        found
            .error("time_zone_unknown", path, format!("{} is not a time zone", quoted(name)), help)
            .with("time_zone", shown(name))
            .with_all(suggestion(meant));
    }
}

/// A BCP 47 tag of a locale or of a language.
pub(super) fn language_tag(found: &mut Findings, path: &Path<'_>, tag: &str, code: &'static str) {
    const FORM: &str = "write a BCP 47 tag, such as `pl` or `fr-FR`";
    if tag.is_empty() {
        found.error("language_required", path, "the language tag is empty", FORM);
    } else if tag.contains('_') || Locale::try_from_str(tag).is_err() {
        let message = format!("{} is not a language tag", quoted(tag));
        found.error(code, path, message, FORM).with("tag", shown(tag));
    }
}

/// Whether a text looks like an address: one `@` with something before it, and a domain after it.
pub(super) fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !local.contains(['@', '<', '>', ',', ';'])
            && is_domain(domain)
            && !has_odd(local)
    })
}

/// Whether a text is `@` and a domain.
pub(super) fn is_at_domain(text: &str) -> bool {
    text.strip_prefix('@').is_some_and(is_domain)
}

/// Labels with dots between them. Letters of any script are let through: not every helpdesk writes punycode.
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        let inner = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(inner)
    };
    domain.split('.').all(label)
}

fn has_odd(text: &str) -> bool {
    text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// A template of a body or of instructions.
pub(super) fn template(found: &mut Findings, path: &Path<'_>, text: &str) {
    if text.trim().is_empty() {
        text_required(found, path);
    }
    if text.len() > limits::TEMPLATE_BYTES_MAX {
        found.bytes_max(path, text, limits::TEMPLATE_BYTES_MAX);
        return;
    }
    parsed(found, path, text);
}

/// A template of one line; it is answered if it is one.
pub(super) fn line_template<'t>(
    found: &mut Findings,
    path: &Path<'_>,
    text: &'t str,
) -> Option<Template<'t>> {
    if text.trim().is_empty() {
        text_required(found, path);
        return None;
    }
    if text.len() > limits::LINE_TEMPLATE_BYTES_MAX {
        found.bytes_max(path, text, limits::LINE_TEMPLATE_BYTES_MAX);
        return None;
    }
    if text.contains(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
        found.error("line_break", path, "the text holds a line break", "write it on one line");
    }
    parsed(found, path, text)
}

fn text_required(found: &mut Findings, path: &Path<'_>) {
    found.error("text_required", path, "the text is blank", "write what it says");
}

fn parsed<'t>(found: &mut Findings, path: &Path<'_>, text: &'t str) -> Option<Template<'t>> {
    match Template::parse(text) {
        Ok(template) => Some(template),
        Err(errors) => {
            for error in errors {
                let within = Within { line: error.line, column: error.column };
                found
                    .error_within(error.code, path, within, (error.message, error.help))
                    .with_all(error.parameters);
            }
            None
        }
    }
}
