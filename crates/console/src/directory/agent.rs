//! An agent on a form: what was typed, whether or not it can be stored.

use maud::{Markup, html};
use tamis_api::v1;

use crate::directory::{Problems, settings, text_field};
use crate::language::Language;
use crate::sent::Sent;
use crate::words;

/// The days of the week by their numbers in the contract.
const DAYS: std::ops::RangeInclusive<i32> = 1..=7;

/// Beginning and end of a span as they were typed.
type Typed = (String, String);

/// An agent as it was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    email: String,
    time_zone: String,
    /// The spans of each day, from Monday on.
    days: Vec<Vec<Typed>>,
    exceptions: Vec<(String, Vec<Typed>)>,
}

impl Draft {
    /// A stored agent.
    pub(super) fn of(agent: &v1::Agent) -> Self {
        let hours = agent.working_hours.clone().unwrap_or_default();
        let typed = |range: &v1::TimeRange| (clock(range.from_minute), clock(range.to_minute));
        let of_day = |day: i32| {
            let spans = hours.weekly.iter().filter(|span| span.day == day);
            spans.filter_map(|span| span.range.as_ref()).map(typed).collect()
        };
        let exception = |of: &v1::DatedException| (of.date.clone(), of.ranges.iter().map(typed).collect());
        Self {
            id: agent.id.clone(),
            first_name: agent.first_name.clone(),
            last_name: agent.last_name.clone(),
            email: agent.email.clone(),
            time_zone: hours.time_zone.clone(),
            days: DAYS.map(of_day).collect(),
            exceptions: hours.exceptions.iter().map(exception).collect(),
        }
    }

    /// What was sent.
    pub(super) fn read(sent: &Sent) -> Self {
        let text = |name| sent.one(name).trim().to_owned();
        let dates = sent.all("date").enumerate();
        Self {
            id: text("id"),
            first_name: text("first_name"),
            last_name: text("last_name"),
            email: text("email"),
            time_zone: text("time_zone"),
            days: DAYS.map(|day| spans(sent, &day.to_string())).collect(),
            exceptions: dates.map(|(n, date)| (date.to_owned(), spans(sent, &format!("x{n}")))).collect(),
        }
    }

    /// Does what a button of the form asks: copies the hours of a day (`copy`), adds an exception or takes one out (`drop-{n}`). For
    /// another span (`span-{key}`) nothing is to be done: there is always a blank one.
    pub(super) fn change(&mut self, asked: &str, sent: &Sent) {
        match asked.split_once('-') {
            None if asked == "exception" => self.exceptions.push((String::new(), Vec::new())),
            None if asked == "copy" => {
                let day = |text: &str| text.parse::<usize>().ok().and_then(|day| day.checked_sub(1));
                let from = day(sent.one("copy-from")).and_then(|day| self.days.get(day).cloned());
                for to in sent.all("copy-to").filter_map(day) {
                    if let (Some(from), Some(spans)) = (&from, self.days.get_mut(to)) {
                        spans.clone_from(from);
                    }
                }
            }
            Some(("drop", n)) => {
                if let Some(n) = n.parse::<usize>().ok().filter(|n| *n < self.exceptions.len()) {
                    self.exceptions.remove(n);
                }
            }
            _ => {}
        }
    }

    /// The agent, as far as it can be told; what cannot is added to the problems.
    pub(super) fn agent(&self, l: Language, problems: &mut Problems) -> v1::Agent {
        let mut ranges = |key: String, spans: &[Typed]| {
            let mut ranges = Vec::new();
            for (from, to) in spans.iter().filter(|(from, to)| !(from.is_empty() && to.is_empty())) {
                match (minute(from), minute(to)) {
                    (Some(from_minute), Some(to_minute)) => {
                        ranges.push(v1::TimeRange { from_minute, to_minute });
                    }
                    _ => problems.add(format!("span-{key}"), &l.text("hours-wrong-span")),
                }
            }
            ranges
        };
        let mut weekly = Vec::new();
        for (day, spans) in DAYS.zip(&self.days) {
            let of_day = ranges(day.to_string(), spans);
            weekly.extend(of_day.into_iter().map(|range| v1::WeeklyInterval { day, range: Some(range) }));
        }
        let mut exceptions = Vec::new();
        for (n, (date, spans)) in self.exceptions.iter().enumerate() {
            let ranges = ranges(format!("x{n}"), spans);
            // A row that nobody filled in.
            if !(date.is_empty() && ranges.is_empty()) {
                exceptions.push(v1::DatedException { date: date.clone(), ranges });
            }
        }
        let has_hours = !(weekly.is_empty() && exceptions.is_empty() && self.time_zone.is_empty());
        let hours = v1::WorkingHours { time_zone: self.time_zone.clone(), weekly, exceptions };
        v1::Agent {
            id: self.id.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            working_hours: has_hours.then_some(hours),
        }
    }

    /// The field on the page for a path of the contract below the agent, such as `working_hours.weekly[3].range`.
    pub(super) fn field_of(&self, path: &str) -> Option<String> {
        let numbered = |list: &str| {
            let rest = path.strip_prefix(list)?.split(']').next()?;
            rest.parse::<usize>().ok()
        };
        if let Some(n) = numbered("working_hours.weekly[") {
            let mut days = DAYS
                .zip(&self.days)
                .flat_map(|(day, spans)| spans.iter().filter(|(from, _)| !from.is_empty()).map(move |_| day));
            return days.nth(n).map(|day| format!("span-{day}"));
        }
        if let Some(n) = numbered("working_hours.exceptions[") {
            let typed = self.exceptions.iter().enumerate();
            let mut typed = typed.filter(|(_, (date, spans))| !(date.is_empty() && spans.is_empty()));
            return typed.nth(n).map(|(n, _)| format!("span-x{n}"));
        }
        match path {
            "working_hours.time_zone" => Some("time_zone".to_owned()),
            "id" | "first_name" | "last_name" | "email" => Some(path.to_owned()),
            _ => None,
        }
    }
}

/// The spans of a day or an exception.
fn spans(sent: &Sent, key: &str) -> Vec<Typed> {
    let (from, to) = (format!("from-{key}"), format!("to-{key}"));
    let pairs = sent.all(&from).zip(sent.all(&to));
    let typed = pairs.map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned()));
    typed.filter(|(from, to)| !(from.is_empty() && to.is_empty())).collect()
}

/// A minute of the day as a clock shows it.
fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Reads `09:30`, and what else people write for it: `9:30`, `9h30`, `9.30`, `930`, `9h`, `9`. At most `24:00`.
fn minute(text: &str) -> Option<u32> {
    let (hours, minutes) = match text.split_once([':', 'h', 'H', '.']) {
        Some((hours, "")) => (hours, "0"),
        Some(parts) => parts,
        None if text.len() > 2 => text.split_at_checked(text.len() - 2)?,
        None => (text, "0"),
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.bytes().all(|c| c.is_ascii_digit()));
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let minute = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && minute <= 1_440).then_some(minute)
}

/// The fields of an agent.
pub(super) fn fields(l: Language, draft: &Draft, problems: &Problems, account_zone: &str) -> Markup {
    html! {
        div .card.grid {
            (text_field(l, problems, "id", "agent-id", &draft.id, Some("agent-id-help")))
            (text_field(l, problems, "first_name", "agent-first-name", &draft.first_name, None))
            (text_field(l, problems, "last_name", "agent-last-name", &draft.last_name, None))
            (text_field(l, problems, "email", "agent-email", &draft.email, None))
        }
        section .card.stack #hours aria-labelledby="hours-title" {
            h2 #hours-title { (l.text("hours-title")) }
            p .help { (l.text("hours-help")) }
            div .grid { (settings::zone_field(l, problems, "hours-zone", &draft.time_zone, Some(account_zone))) }
            (week(l, draft, problems))
            (copying(l))
        }
        section .card.stack #exceptions aria-labelledby="exceptions-title" {
            h2 #exceptions-title { (l.text("hours-exceptions")) }
            p .help { (l.text("hours-exceptions-help")) }
            @for (n, (date, spans)) in draft.exceptions.iter().enumerate() { (exception(l, problems, n, date, spans)) }
            div { button name="do" value="exception" formaction="#exceptions" formnovalidate { (l.text("hours-exception-add")) } }
        }
    }
}

/// The usual week: rows of spans, which a script also shows as a grid to paint on.
fn week(l: Language, draft: &Draft, problems: &Problems) -> Markup {
    html! {
        div #week data-label=(l.text("hours-grid")) data-help=(l.text("hours-grid-help")) data-on=(l.text("hours-grid-on")) data-part=(l.text("hours-grid-part")) {
            @for day in DAYS {
                @let spans = draft.days.get(usize::try_from(day - 1).unwrap_or_default());
                @let name = words::day_name(l, v1::DayOfWeek::try_from(day).unwrap_or_default());
                (span_rows(l, problems, &day.to_string(), &name, spans.map_or(&[], Vec::as_slice), "#hours"))
            }
        }
    }
}

/// The spans of a day or an exception, and one more that is blank.
fn span_rows(l: Language, problems: &Problems, key: &str, name: &str, spans: &[Typed], to: &str) -> Markup {
    let field = format!("span-{key}");
    let described = problems.has(&field).then(|| Problems::described_by(&field));
    let invalid = problems.has(&field).then_some("true");
    let blank = (String::new(), String::new());
    let shown = spans.iter().chain([&blank]);
    let end = |which: &str, n: usize, value: &str| {
        let label = format!("{name}, {} {}", l.text(&format!("hours-{which}")), n + 1);
        html! {
            input type="text" inputmode="numeric" size="5" maxlength="5" placeholder="--:--" autocomplete="off"
                name=(format!("{which}-{key}")) value=(value) aria-label=(label) aria-describedby=[&described] aria-invalid=[invalid];
        }
    };
    html! {
        div .day role="group" aria-label=(name) data-day=(key) {
            span .name aria-hidden="true" { (name) }
            div .spans {
                @for (n, (from, until)) in shown.enumerate() {
                    span .span { (end("from", n, from)) " – " (end("to", n, until)) }
                }
                button .quiet.icon name="do" value=(field) formaction=(to) formnovalidate aria-label=(l.with("hours-span-add", &[("name", name.into())])) { "+" }
            }
            (problems.beside(&field))
        }
    }
}

/// Copies a day to others.
fn copying(l: Language) -> Markup {
    let days = || DAYS.map(|day| (day, words::day_name(l, v1::DayOfWeek::try_from(day).unwrap_or_default())));
    html! {
        fieldset .row {
            legend { (l.text("hours-copy")) }
            label for="copy-from" { (l.text("hours-copy-from")) }
            select #copy-from name="copy-from" { @for (day, name) in days() { option value=(day) { (name) } } }
            span { (l.text("hours-copy-to")) }
            @for (day, name) in days() {
                label .choice { input type="checkbox" name="copy-to" value=(day); (name) }
            }
            button name="do" value="copy" formaction="#hours" formnovalidate { (l.text("hours-copy-do")) }
        }
    }
}

/// A date with other hours than usual.
fn exception(l: Language, problems: &Problems, n: usize, date: &str, spans: &[Typed]) -> Markup {
    let id = format!("date-{n}");
    let name = if date.is_empty() { l.text("hours-exception-new").into_owned() } else { date.to_owned() };
    html! {
        div .exception.row {
            div .field {
                label for=(id) { (l.text("hours-exception-date")) }
                input id=(id) type="date" name="date" value=(date) aria-invalid=[problems.has(&format!("span-x{n}")).then_some("true")];
            }
            (span_rows(l, problems, &format!("x{n}"), &name, spans, "#exceptions"))
            button .quiet name="do" value=(format!("drop-{n}")) formaction="#exceptions" formnovalidate
                aria-label=(l.with("hours-exception-drop", &[("name", name.as_str().into())])) { (l.text("hours-drop")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_as_people_write_them() {
        for (text, read) in [
            ("09:30", Some(570)),
            ("9:30", Some(570)),
            ("9h30", Some(570)),
            ("9H", Some(540)),
            ("9.30", Some(570)),
            ("930", Some(570)),
            ("0930", Some(570)),
            ("9", Some(540)),
            ("24:00", Some(1_440)),
            ("00:00", Some(0)),
            ("24:01", None),
            ("9:60", None),
            ("+9", None),
            ("é9", None),
            ("99999999999", None),
            ("9:30 PM", None),
            (":", None),
        ] {
            assert_eq!(minute(text), read, "{text}");
        }
        for minutes in 0..=1_440 {
            assert_eq!(minute(&clock(minutes)), Some(minutes));
        }
    }

    #[test]
    fn buttons_change_the_form_and_nothing_else() {
        let sent = |extra: &[(&str, &str)]| {
            let typed = [("id", "anna"), ("from-1", "9"), ("to-1", "12"), ("from-1", "13"), ("to-1", "")];
            let typed =
                typed.iter().chain(&[("date", "2026-12-24"), ("date", "2027-01-01"), ("from-x1", "8")]);
            let typed = typed.chain(&[("to-x1", "9")]).chain(extra);
            Sent::from(typed.map(|(name, value)| (name.to_string(), value.to_string())).collect::<Vec<_>>())
        };
        let changed = |asked: &str, extra: &[(&str, &str)]| {
            let sent = sent(extra);
            let mut draft = Draft::read(&sent);
            draft.change(asked, &sent);
            draft
        };
        let typed = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let monday = vec![typed("9", "12"), typed("13", "")];
        let plain = changed("span-1", &[]);
        assert_eq!((&*plain.id, &plain.days[0], plain.days[2].len()), ("anna", &monday, 0));
        let new_year = ("2027-01-01".to_owned(), vec![typed("8", "9")]);
        assert_eq!(plain.exceptions, [("2026-12-24".to_owned(), Vec::new()), new_year.clone()]);
        let copied =
            changed("copy", &[("copy-from", "1"), ("copy-to", "3"), ("copy-to", "7"), ("copy-to", "9")]);
        assert_eq!((&copied.days[2], &copied.days[6], copied.days[1].len()), (&monday, &monday, 0));
        assert_eq!(changed("drop-0", &[]).exceptions, [new_year]);
        assert_eq!(changed("drop-7", &[]).exceptions.len(), 2);
        assert_eq!(changed("exception", &[]).exceptions.len(), 3);
        // A span without an end is told beside its day; the rest is read.
        let mut problems = Problems::default();
        let agent = plain.agent(Language::English, &mut problems);
        assert!(problems.has("span-1") && !problems.has("span-x1"));
        assert_eq!(agent.working_hours.unwrap().exceptions.len(), 2);
    }

    /// A form that is sent as it was shown changes nothing.
    #[test]
    fn an_agent_comes_back_from_its_form() {
        let hours = crate::directory::hours::read(
            "mon-fri 08:00-12:15, 13:00-24:00; sun 22:00-06:00; 2026-12-24 off; 2026-12-31 09:00-12:00; Europe/Paris",
        );
        for working_hours in [hours.unwrap(), None] {
            let agent = v1::Agent { id: "anna".to_owned(), working_hours, ..v1::Agent::default() };
            let mut problems = Problems::default();
            assert_eq!(Draft::of(&agent).agent(Language::English, &mut problems), agent);
            assert!(problems.is_empty());
        }
    }
}
