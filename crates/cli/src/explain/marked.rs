//! Texts in which what was found is marked.

use anstyle::{AnsiColor, Style};
use tamis_api::v1::{EvaluateRequest, PhraseOccurrence};

use crate::console::printable;

/// Characters that are shown on either side of what was found.
const AROUND_CHARS: usize = 30;

/// The text of a request that a condition looks into.
pub(crate) fn text_of<'r>(request: &'r EvaluateRequest, field: &str) -> &'r str {
    let ticket = request.ticket.as_ref();
    let message = request.change.as_ref().and_then(|change| change.message_received.as_ref());
    let text = match field.rsplit_once('.').map_or(field, |(_, test)| test) {
        "subject" => ticket.and_then(|ticket| ticket.subject.as_ref()),
        "customer_name" => ticket.and_then(|ticket| ticket.customer_name.as_ref()),
        _ => message.and_then(|message| message.text.as_ref()),
    };
    text.map(String::as_str).unwrap_or_default()
}

/// How marks are made: by colour, or by characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marker {
    /// By colour.
    pub(crate) fancy: bool,
}

impl Marker {
    /// A text in a colour, if there are any.
    pub(crate) fn painted(self, text: &str, color: AnsiColor) -> String {
        if !self.fancy {
            return text.to_owned();
        }
        let style = Style::new().bold().fg_color(Some(color.into()));
        format!("{style}{text}{style:#}")
    }

    /// Whether a condition held.
    pub(crate) fn held(self, held: bool) -> String {
        if held { self.painted("held  ", AnsiColor::Green) } else { self.painted("failed", AnsiColor::Red) }
    }

    /// A phrase, and the part of the text around where it was found.
    pub(crate) fn occurrence(self, text: &str, found: &PhraseOccurrence) -> String {
        let place = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        let (from, to) = (place(found.from_char), place(found.to_char));
        let part = |from: usize, to: usize| -> String {
            let chars = text.chars().skip(from).take(to.saturating_sub(from));
            printable(&chars.collect::<String>()).replace(['\n', '\t'], " ")
        };
        let before = part(from.saturating_sub(AROUND_CHARS), from);
        let after = part(to, to.saturating_add(AROUND_CHARS));
        let cut = |is_cut: bool| if is_cut { "…" } else { "" };
        let stretch = part(from, to);
        let stretch =
            if self.fancy { self.painted(&stretch, AnsiColor::Yellow) } else { format!("»{stretch}«") };
        format!(
            "{:?} at characters {from} to {to}: {}{before}{stretch}{after}{}",
            found.phrase,
            cut(from > AROUND_CHARS),
            cut(text.chars().nth(to.saturating_add(AROUND_CHARS)).is_some()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_marked_in_what_stands_around_it() {
        let long = format!("{} a refund\n{}", "x".repeat(40), "y".repeat(40));
        let cases = [
            ("A refund!", 2, 8, "A »refund«!"),
            ("refund", 0, 6, "»refund«"),
            ("pół refund", 4, 10, "pół »refund«"),
            ("\u{1b}[2J refund", 5, 11, "\\u{1b}[2J »refund«"),
            (&long, 43, 49, &format!("…{} a »refund« {}…", "x".repeat(27), "y".repeat(29))),
        ];
        for (text, from_char, to_char, wanted) in cases {
            let found = PhraseOccurrence {
                phrase: "p".to_owned(),
                from_char,
                to_char,
                ..PhraseOccurrence::default()
            };
            let head = format!("\"p\" at characters {from_char} to {to_char}: ");
            assert_eq!(Marker { fancy: false }.occurrence(text, &found), head.clone() + wanted);
            let fancy = Marker { fancy: true }.occurrence(text, &found);
            let painted = wanted.replace('»', "\u{1b}[1m\u{1b}[33m").replace('«', "\u{1b}[0m");
            assert_eq!(fancy, head + &painted);
        }
    }
}
