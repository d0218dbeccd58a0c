//! Reads a change that somebody has pasted: a request in JSON, or a line of the log of decisions.

use serde_json::Value;
use tamis_api::recorded::{Change, Form};

/// Why a text is no change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// There is nothing.
    Empty,
    /// It is no JSON, from a line and a column on.
    Syntax { line: usize, column: usize },
    /// It is JSON, but no change: why, in English.
    Form(String),
}

/// Reads a change, of which everything may be spread over several lines. Of several lines of a log, the first is read.
///
/// # Errors
/// Why it is none.
pub(crate) fn read(text: &str) -> Result<Change, Unreadable> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Unreadable::Empty);
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = match values.next() {
        Some(Ok(value)) => value,
        Some(Err(error)) => return Err(Unreadable::Syntax { line: error.line(), column: error.column() }),
        None => return Err(Unreadable::Empty),
    };
    let line = value.to_string();
    Change::read(line.as_bytes(), Form::of(line.as_bytes())).map_err(|error| {
        // Its column is that of a line that nobody has seen.
        let message = match error.message.split_once(": ") {
            Some((place, message)) if place.starts_with("column ") => message.to_owned(),
            _ => error.message,
        };
        Unreadable::Form(message)
    })
}
