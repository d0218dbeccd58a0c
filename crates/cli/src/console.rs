//! Reading the files that a command names, and writing for people.

use std::borrow::Cow;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use anyhow::Context as _;

use crate::exit::misuse;

/// Writes a line to standard error. A closed standard error is nobody's loss, so failure is passed over.
pub(crate) fn note(text: &str) {
    let mut stderr = io::stderr().lock();
    let written = writeln!(stderr, "{text}");
    drop(written);
}

/// Writes text to standard output, at once.
///
/// # Errors
/// Standard output cannot be written to.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).context("cannot write to standard output")?;
    stdout.flush().context("cannot write to standard output")
}

/// Reads a file as UTF-8, or standard input if it is called `-`.
///
/// # Errors
/// [`crate::exit::Misuse`] if it cannot be read, or is not UTF-8.
pub(crate) fn read(file: &str) -> anyhow::Result<String> {
    let read = if file == "-" {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| misuse(format!("cannot read {}: {error}", name(file))))
}

/// Reads a file as [`read`] does, unless it has more than so many bytes.
///
/// # Errors
/// [`crate::exit::Misuse`] if it has, cannot be read, or is not UTF-8.
pub(crate) fn read_at_most(file: &str, bytes_max: u64) -> anyhow::Result<String> {
    let take = |from: &mut dyn io::Read| {
        let mut bytes = Vec::new();
        from.take(bytes_max + 1).read_to_end(&mut bytes).map(|_| bytes)
    };
    let read = if file == "-" {
        take(&mut io::stdin().lock())
    } else {
        std::fs::File::open(file).and_then(|mut file| take(&mut file))
    };
    let unreadable = |error: &dyn std::fmt::Display| misuse(format!("cannot read {}: {error}", name(file)));
    let bytes = read.map_err(|error| unreadable(&error))?;
    if u64::try_from(bytes.len()).is_ok_and(|count| count > bytes_max) {
        return Err(misuse(format!("{} has more than {bytes_max} bytes", name(file))));
    }
    String::from_utf8(bytes).map_err(|error| unreadable(&error))
}

/// Writes a file, in the place of what was there.
///
/// # Errors
/// [`crate::exit::Misuse`] if it cannot be written.
pub(crate) fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).map_err(|error| misuse(format!("cannot write {}: {error}", file.display())))
}

/// Goes on if at most one of a command's files is standard input.
///
/// # Errors
/// [`crate::exit::Misuse`] if several are.
pub(crate) fn check_stdin<'f>(files: impl IntoIterator<Item = &'f String>) -> anyhow::Result<()> {
    match files.into_iter().filter(|file| file.as_str() == "-").count() {
        0 | 1 => Ok(()),
        _ => Err(misuse("standard input can be named once only")),
    }
}

/// What a file is called in messages.
pub(crate) fn name(file: &str) -> &str {
    if file == "-" { "standard input" } else { file }
}

/// A text that came from a customer or a server, with its control characters spelled out, so that it cannot drive the
/// terminal that it is shown on. Line breaks and tabs stay.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let is_harmless = |c: char| !c.is_control() || c == '\n' || c == '\t';
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmless(c) {
            out.push(c);
        } else {
            out.extend(c.escape_unicode());
        }
    }
    Cow::Owned(out)
}

/// A count with its noun, such as `1 workflow` or `2 workflows`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
