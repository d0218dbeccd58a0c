//! Plots of what happened in steps of time, drawn here as SVG, with the numbers in a table beside them.

use std::fmt::Write as _;

use jiff::Timestamp;
use maud::{Markup, html};

use crate::language::Language;
use crate::moment;
use crate::visit::At;

/// The coordinates of a plot, which is stretched to the room that it gets.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 120.0;
/// What the highest value leaves free above itself.
const TOP: f64 = 4.0;
/// Classes of the lines, which differ in colour and in dashes.
const CLASSES: [&str; 3] = ["line-1", "line-2", "line-3"];

/// What happened over time.
pub(super) struct Plot<'p> {
    /// What its parts are called within the page.
    pub(super) id: &'static str,
    pub(super) title: String,
    /// When each step begins.
    pub(super) times: &'p [Timestamp],
    /// At most three.
    pub(super) lines: Vec<Line>,
    /// How a value is written.
    pub(super) write: fn(Language, f64) -> String,
}

/// One value for each step.
pub(super) struct Line {
    pub(super) name: String,
    /// Absent where there is nothing to be said.
    pub(super) values: Vec<Option<f64>>,
}

impl Plot<'_> {
    /// The plot and its table.
    pub(super) fn draw(&self, at: &At) -> Markup {
        let l = at.visit.language;
        let values = self.lines.iter().flat_map(|line| &line.values).flatten();
        let top = round_up(values.fold(0.0, |highest, value| highest.max(*value)));
        let title_id = format!("{}-title", self.id);
        let instant = |time: Option<&Timestamp>| {
            html! { @if let Some(time) = time { time datetime=(time) { (moment::text(l, *time, &at.zone)) } } }
        };
        html! {
            figure .card .course {
                figcaption {
                    h3 id=(title_id) { (self.title) }
                    ul .lines {
                        @for (line, class) in self.lines.iter().zip(CLASSES) {
                            li {
                                svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true" { path class=(class) d="M0 4H24" {} }
                                (line.name)
                            }
                        }
                    }
                }
                p .highest .muted .small { (l.with("watch-up-to", &[("value", (self.write)(l, top).into())])) }
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" role="img" aria-labelledby=(title_id) {
                    path .axis d=(format!("M0 {TOP}H{WIDTH}M0 {}H{WIDTH}M0 {HEIGHT}H{WIDTH}", (HEIGHT + TOP) / 2.0)) {}
                    @for (line, class) in self.lines.iter().zip(CLASSES) {
                        path class=(class) d=(steps(&line.values, top, WIDTH, HEIGHT, TOP)) {}
                    }
                }
                p .ends .muted .small { (instant(self.times.first())) (instant(self.times.last())) }
                (self.table(at))
            }
        }
    }

    fn table(&self, at: &At) -> Markup {
        let l = at.visit.language;
        html! {
            details id=(format!("{}-numbers", self.id)) {
                summary { (l.text("watch-numbers")) }
                div .scroll .numbers tabindex="0" role="group" aria-label=(self.title) {
                    table {
                        thead { tr {
                            th scope="col" { (l.text("watch-from")) }
                            @for line in &self.lines { th .number scope="col" { (line.name) } }
                        } }
                        tbody {
                            // The newest first, as it is what people look for.
                            @for (step, time) in self.times.iter().enumerate().rev() {
                                tr {
                                    th scope="row" { (moment::text(l, *time, &at.zone)) }
                                    @for line in &self.lines {
                                        td .number { @match line.values.get(step).copied().flatten() {
                                            Some(value) => { ((self.write)(l, value)) }
                                            None => { "–" }
                                        } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A small picture of how something went, beside its numbers.
pub(super) fn spark(values: &[u64]) -> Markup {
    const SIZE: (f64, f64) = (120.0, 24.0);
    #[expect(clippy::cast_precision_loss, reason = "a picture is not that precise")]
    let values: Vec<_> = values.iter().map(|value| Some(*value as f64)).collect();
    let top = values.iter().flatten().fold(0.0_f64, |highest, value| highest.max(*value)).max(1.0);
    html! {
        svg .spark viewBox="0 0 120 24" width="120" height="24" preserveAspectRatio="none" aria-hidden="true" {
            path .line-1 d=(steps(&values, top, SIZE.0, SIZE.1, 1.5)) {}
        }
    }
}

/// The path of a line: level within each step, and broken where there is no value.
fn steps(values: &[Option<f64>], top: f64, width: f64, height: f64, free: f64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "there are some hundred steps")]
    let x = |step: usize| width * step as f64 / values.len() as f64;
    let mut path = String::new();
    let mut is_drawing = false;
    for (step, value) in values.iter().enumerate() {
        if let Some(value) = value {
            let y = height - (height - free) * (value / top).min(1.0);
            let written = match is_drawing {
                true => write!(path, "V{y:.1}"),
                false => write!(path, "M{:.1} {y:.1}", x(step)),
            };
            // Writing to a string does not fail.
            let _ = written.and_then(|()| write!(path, "H{:.1}", x(step + 1)));
        }
        is_drawing = value.is_some();
    }
    path
}

/// The next of 1, 2, 5, 10, 20 … times a power of ten.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let unit = 10_f64.powf(value.log10().floor());
    let fitting = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * unit);
    // However a power of ten is rounded.
    fitting.into_iter().find(|fits| *fits >= value * (1.0 - 1e-9)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_level_within_steps_and_broken_where_nothing_is_known() {
        let values = [Some(0.0), Some(10.0), None, Some(5.0)];
        assert_eq!(steps(&values, 10.0, 40.0, 104.0, 4.0), "M0.0 104.0H10.0V4.0H20.0M30.0 54.0H40.0");
        assert_eq!(steps(&[], 10.0, 40.0, 104.0, 4.0), "");
        for (value, top) in
            [(0.0, 1.0), (0.3, 0.5), (1.0, 1.0), (7.0, 10.0), (201.0, 500.0), (1_000.0, 1_000.0)]
        {
            assert!((round_up(value) - top).abs() < 1e-9, "{value}");
        }
    }
}
