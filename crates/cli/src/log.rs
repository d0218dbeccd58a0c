//! The log on standard error: one line an event, whatever texts it tells of.

use std::io::{self, Stderr, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::args::LogFormat;
use crate::exit::misuse;

/// Starts it.
///
/// # Errors
/// The filter is none.
pub(crate) fn start(format: LogFormat, filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|error| misuse(format!("log: `{filter}` is not a filter: {error}")))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter);
    match format {
        // JSON has an escape for everything that could end a line or drive a terminal.
        LogFormat::Json => log.json().with_writer(std::io::stderr).init(),
        LogFormat::Text => {
            let is_fancy = crate::findings::stderr_is_fancy();
            log.with_ansi(is_fancy).with_writer(Lines { with_colors: is_fancy }).init();
        }
    }
    Ok(())
}

/// Makes each event one line.
#[derive(Clone, Copy, Debug)]
struct Lines {
    /// Escape characters are the log's own; it spells out those of texts itself.
    with_colors: bool,
}

/// Writes events as one line each.
#[derive(Debug)]
struct Line<W> {
    out: W,
    with_colors: bool,
}

impl MakeWriter<'_> for Lines {
    type Writer = Line<Stderr>;

    fn make_writer(&self) -> Line<Stderr> {
        Line { out: io::stderr(), with_colors: self.with_colors }
    }
}

impl<W: Write> Write for Line<W> {
    /// Takes all of an event at once, as `tracing_subscriber` gives it.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.out.write_all(one_line(&String::from_utf8_lossy(event), self.with_colors).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A line without anything in it that ends a line or drives a terminal, but for colors.
fn one_line(event: &str, with_colors: bool) -> String {
    let (text, end) = event.strip_suffix('\n').map_or((event, ""), |text| (text, "\n"));
    let ends_lines = |c: char| matches!(c, '\u{2028}' | '\u{2029}');
    let mut out = String::with_capacity(event.len());
    for c in text.chars() {
        if (c.is_control() && !(with_colors && c == '\u{1b}')) || ends_lines(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out + end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line() {
        for (event, expected) in [
            ("a line\n", "a line\n"),
            ("two\nlines\r\n", "two\\nlines\\r\n"),
            ("tab\t bell\u{7} c1\u{9b} line\u{2028}\n", "tab\\t bell\\u{7} c1\\u{9b} line\\u{2028}\n"),
            ("żółć 🎉\n", "żółć 🎉\n"),
            ("\u{1b}[31mred\n", "\\u{1b}[31mred\n"),
            ("", ""),
        ] {
            assert_eq!(one_line(event, false), expected);
        }
        assert_eq!(one_line("\u{1b}[31mred\u{1b}[0m\nx\n", true), "\u{1b}[31mred\u{1b}[0m\\nx\n");
    }
}
