//! Plots as SVG.
//!
//! Written by hand rather than by a plotting library, as the one picture must follow the reader's choice of light or dark
//! by style sheet, and scale without a script: a dozen kinds of elements are all that it takes.

use std::fmt::Write as _;

use super::format;
use super::html::escaped;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 18.0;
const BOTTOM: f64 = 48.0;
const LEGEND_LINE: f64 = 20.0;
/// About the width of a character of the legend.
const CHARACTER: f64 = 7.2;

/// The style of plots, by custom properties that the page, or [`standalone`], sets.
pub(super) const STYLE: &str = "\
.plot text{font:13px system-ui,sans-serif;fill:var(--ink)}\
.plot .tick{fill:var(--muted);font-size:12px}\
.plot .grid{stroke:var(--line);stroke-width:1}\
.plot .axis{stroke:var(--muted);stroke-width:1}\
.plot .mark{stroke:var(--muted);stroke-width:1.5;stroke-dasharray:2 4}\
.plot path{fill:none;stroke-width:2}\
.plot .dashed{stroke-dasharray:7 4}\
.plot .c0{stroke:var(--c0)}.plot .c1{stroke:var(--c1)}.plot .c2{stroke:var(--c2)}.plot .c3{stroke:var(--c3)}\
.plot .f0{fill:var(--c0)}.plot .f1{fill:var(--c1)}.plot .f2{fill:var(--c2)}.plot .f3{fill:var(--c3)}";

/// The colours of the light and of the dark form.
pub(super) const LIGHT: &str = "--ink:#1c2330;--muted:#5b6575;--line:#dfe3ea;--paper:#fff;--soft:#f5f7fa;\
--c0:#1d5fd1;--c1:#b45309;--c2:#047857;--c3:#b5177d;--warn:#8a4b00;--warn-soft:#fff6e5";
pub(super) const DARK: &str = "--ink:#e6eaf1;--muted:#9aa6b8;--line:#323b4a;--paper:#12161d;--soft:#1a202a;\
--c0:#6ea8ff;--c1:#f5b14c;--c2:#3ecf9a;--c3:#f383c8;--warn:#f5c26b;--warn-soft:#2b2415";

/// A plot of series over one axis.
#[derive(Clone, Debug)]
pub struct Plot {
    /// Its file's name, without the ending.
    pub id: &'static str,
    /// What it shows, in one sentence.
    pub title: String,
    /// What runs to the right.
    pub x: Axis,
    /// What runs upwards.
    pub y: Axis,
    /// What is drawn.
    pub series: Vec<Series>,
    /// Vertical lines with a name.
    pub marks: Vec<(f64, String)>,
}

/// An axis.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What it counts, with the unit.
    pub label: &'static str,
    /// How it is divided.
    pub scale: Scale,
}

/// How an axis is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Evenly, from 0 or below.
    Linear,
    /// By factors. What is not above 0 is left out.
    Log,
    /// By days, counted from 1970-01-01; its ticks are dates.
    Days,
}

/// Points that belong together.
#[derive(Clone, Debug)]
pub struct Series {
    /// What it is, for the legend.
    pub name: String,
    /// How it is drawn.
    pub form: Form,
    /// Its points, to the right and upwards.
    pub points: Vec<(f64, f64)>,
}

/// How points are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Points, joined.
    Joined,
    /// Points alone.
    Points,
    /// A dashed line without points.
    Line,
}

/// The span of an axis with its ticks.
struct Span {
    scale: Scale,
    low: f64,
    high: f64,
    ticks: Vec<f64>,
}

impl Span {
    fn of(values: impl Iterator<Item = f64>, scale: Scale) -> Self {
        let usable = |value: &f64| value.is_finite() && (scale != Scale::Log || *value > 0.0);
        let (mut low, mut high) = values
            .filter(usable)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            (low, high) = (1.0, 2.0);
        }
        match scale {
            Scale::Linear => Self::linear(low.min(0.0), high.max(0.0)),
            Scale::Log => Self::log(low, high),
            Scale::Days => Self::days(low, high),
        }
    }

    fn linear(low: f64, high: f64) -> Self {
        let size = if high > low { high - low } else { 1.0 };
        let rough = size / 5.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        let (first, last) = ((low / step).floor(), ((low + size) / step).ceil());
        let ticks = std::iter::successors(Some(first), |at| Some(at + 1.0))
            .take_while(|at| *at <= last)
            .map(|at| at * step)
            .collect();
        Self { scale: Scale::Linear, low: first * step, high: last * step, ticks }
    }

    /// Some days with a margin of half a day, and at most ten ticks, whole weeks apart where they are many.
    fn days(low: f64, high: f64) -> Self {
        let steps = [1.0, 2.0, 7.0, 14.0, 28.0, 91.0, 182.0, 364.0];
        let few = |step: &f64| (high - low) / step < 10.0;
        let step = steps.into_iter().find(few).unwrap_or_else(|| ((high - low) / 10.0).ceil());
        let ticks = std::iter::successors(Some(low), |at| Some(at + step)).take_while(|at| *at <= high);
        Self { scale: Scale::Days, low: low - 0.5, high: high + 0.5, ticks: ticks.collect() }
    }

    fn log(low: f64, high: f64) -> Self {
        let (low, high) = (low / 1.15, high * 1.15);
        let wide = (high / low).log10() > 2.5;
        let steps: &[f64] = if wide { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let first = low.log10().floor();
        let powers = std::iter::successors(Some(first), |power| Some(power + 1.0))
            .take_while(|power| *power <= high.log10());
        let ticks = powers
            .flat_map(|power| steps.iter().map(move |step| step * 10_f64.powf(power)))
            .filter(|tick| (low..=high).contains(tick))
            .collect();
        Self { scale: Scale::Log, low, high, ticks }
    }

    fn label(&self, tick: f64) -> String {
        if self.scale == Scale::Days { date_label(tick) } else { tick_label(tick) }
    }

    /// Where a value lies, 0 to 1; absent if the axis has no place for it.
    fn place(&self, value: f64) -> Option<f64> {
        let place = match self.scale {
            Scale::Linear | Scale::Days => (value - self.low) / (self.high - self.low),
            Scale::Log => (value / self.low).ln() / (self.high / self.low).ln(),
        };
        place.is_finite().then_some(place)
    }
}

/// The plot as it stands in a page that has [`STYLE`].
pub(super) fn inline(plot: &Plot) -> String {
    drawn(plot, "")
}

/// The plot as a file of its own, light or dark as whoever looks at it prefers.
pub(super) fn standalone(plot: &Plot) -> String {
    let style = format!(
        "<style>svg{{{LIGHT};background:var(--paper)}}@media(prefers-color-scheme:dark){{svg{{{DARK}}}}}{STYLE}</style>"
    );
    drawn(plot, &style)
}

fn drawn(plot: &Plot, style: &str) -> String {
    let all = || plot.series.iter().flat_map(|series| &series.points);
    let x = Span::of(all().map(|point| point.0).chain(plot.marks.iter().map(|mark| mark.0)), plot.x.scale);
    let y = Span::of(all().map(|point| point.1), plot.y.scale);
    let (legend, lines) = legend(&plot.series);
    let top = 14.0 + LEGEND_LINE * lines;
    let frame = Frame { x, y, top };
    let title = escaped(&plot.title);
    let mut out = format!(
        "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{title}\"><title>{title}</title>{style}{legend}"
    );
    frame.axes(&mut out, plot);
    for (place, series) in plot.series.iter().enumerate() {
        frame.series(&mut out, series, place % 4);
    }
    for (number, (at, name)) in plot.marks.iter().enumerate() {
        frame.mark(&mut out, *at, name, number);
    }
    out.push_str("</svg>");
    out
}

struct Frame {
    x: Span,
    y: Span,
    top: f64,
}

impl Frame {
    fn at(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let (x, y) = (self.x.place(x)?, self.y.place(y)?);
        let bottom = HEIGHT - BOTTOM;
        Some((LEFT + x * (WIDTH - LEFT - RIGHT), bottom - y * (bottom - self.top)))
    }

    fn axes(&self, out: &mut String, plot: &Plot) {
        let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
        for tick in &self.y.ticks {
            let Some((_, y)) = self.at((self.x.low, *tick)) else { continue };
            let text = self.y.label(*tick);
            put(
                out,
                format_args!(
                    "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>"
                ),
            );
            let (x, y) = (LEFT - 8.0, y + 4.0);
            put(
                out,
                format_args!("<text class=\"tick\" text-anchor=\"end\" x=\"{x}\" y=\"{y:.1}\">{text}</text>"),
            );
        }
        for tick in &self.x.ticks {
            let Some((x, _)) = self.at((*tick, self.y.low)) else { continue };
            let (text, end, y) = (self.x.label(*tick), bottom + 5.0, bottom + 19.0);
            put(
                out,
                format_args!(
                    "<line class=\"axis\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{bottom}\" y2=\"{end}\"/>"
                ),
            );
            put(
                out,
                format_args!(
                    "<text class=\"tick\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"{y}\">{text}</text>"
                ),
            );
        }
        let zero = self.at((self.x.low, 0.0)).map_or(bottom, |(_, y)| y.clamp(self.top, bottom));
        put(
            out,
            format_args!(
                "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{zero:.1}\" y2=\"{zero:.1}\"/>"
            ),
        );
        let (middle, low) = ((LEFT + right) / 2.0, HEIGHT - 10.0);
        let label = escaped(plot.x.label);
        put(out, format_args!("<text text-anchor=\"middle\" x=\"{middle}\" y=\"{low}\">{label}</text>"));
        let (middle, label) = ((self.top + bottom) / 2.0, escaped(plot.y.label));
        put(
            out,
            format_args!(
                "<text text-anchor=\"middle\" transform=\"translate(15 {middle:.1}) rotate(-90)\">{label}</text>"
            ),
        );
    }

    fn series(&self, out: &mut String, series: &Series, colour: usize) {
        let points: Vec<(f64, f64)> = series.points.iter().filter_map(|point| self.at(*point)).collect();
        if series.form != Form::Points && points.len() > 1 {
            let class = if series.form == Form::Line { " dashed" } else { "" };
            let mut path = String::new();
            for (x, y) in &points {
                let step = if path.is_empty() { 'M' } else { 'L' };
                put(&mut path, format_args!("{step}{x:.1} {y:.1}"));
            }
            put(out, format_args!("<path class=\"c{colour}{class}\" d=\"{path}\"/>"));
        }
        if series.form != Form::Line {
            for (x, y) in points {
                symbol(out, colour, x, y);
            }
        }
    }

    fn mark(&self, out: &mut String, at: f64, name: &str, number: usize) {
        let Some((x, _)) = self.at((at, self.y.high)) else { return };
        let (bottom, top) = (HEIGHT - BOTTOM, self.top);
        put(
            out,
            format_args!("<line class=\"mark\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top}\" y2=\"{bottom}\"/>"),
        );
        // Below the curves, on the side that has room for it, each mark a line higher.
        let (anchor, text_x) = if x > WIDTH / 2.0 { ("end", x - 6.0) } else { ("start", x + 6.0) };
        let y = bottom - 9.0 - 17.0 * super::statistics::count(number);
        let name = escaped(name);
        put(out, format_args!("<text text-anchor=\"{anchor}\" x=\"{text_x:.1}\" y=\"{y:.1}\">{name}</text>"));
    }
}

/// A point: each series has a form of its own too, for those who do not tell its colour.
fn symbol(out: &mut String, colour: usize, x: f64, y: f64) {
    match colour {
        0 => put(out, format_args!("<circle class=\"f0\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>")),
        1 => {
            let (x, y) = (x - 3.7, y - 3.7);
            put(
                out,
                format_args!("<rect class=\"f1\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"7.4\" height=\"7.4\"/>"),
            );
        }
        2 => {
            let y = y - 5.0;
            put(
                out,
                format_args!("<path class=\"f2\" style=\"fill:var(--c2)\" d=\"M{x:.1} {y:.1}l5 9h-10z\"/>"),
            );
        }
        _ => {
            let y = y - 5.2;
            put(
                out,
                format_args!(
                    "<path class=\"f3\" style=\"fill:var(--c3)\" d=\"M{x:.1} {y:.1}l5 5.2l-5 5.2l-5 -5.2z\"/>"
                ),
            );
        }
    }
}

/// The legend above the plot, and how many lines it takes.
fn legend(series: &[Series]) -> (String, f64) {
    let mut out = String::new();
    let (mut x, mut y) = (LEFT, 14.0);
    for (place, one) in series.iter().enumerate() {
        let width = 30.0 + CHARACTER * super::statistics::count(one.name.chars().count());
        if x > LEFT && x + width > WIDTH - RIGHT {
            (x, y) = (LEFT, y + LEGEND_LINE);
        }
        let colour = place % 4;
        if one.form != Form::Points {
            let class = if one.form == Form::Line { " dashed" } else { "" };
            put(&mut out, format_args!("<path class=\"c{colour}{class}\" d=\"M{x:.1} {y}h22\"/>"));
        }
        if one.form != Form::Line {
            symbol(&mut out, colour, x + 11.0, y);
        }
        let (text_x, text_y, name) = (x + 28.0, y + 4.5, escaped(&one.name));
        put(&mut out, format_args!("<text x=\"{text_x:.1}\" y=\"{text_y}\">{name}</text>"));
        x += width + 14.0;
    }
    let lines = if series.is_empty() { 0.0 } else { (y - 14.0) / LEGEND_LINE + 1.0 };
    (out, lines)
}

/// A tick's number, short.
fn tick_label(value: f64) -> String {
    match value.abs() {
        size if size >= 1e6 => format!("{}M", format::number(value / 1e6)),
        size if size >= 1e4 => format!("{}k", format::number(value / 1e3)),
        _ => format::number(value),
    }
}

/// A tick's date, short.
fn date_label(days: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "what is no date has no label")]
    let days = jiff::Span::new().try_days(days as i64);
    let date = days.and_then(|days| jiff::civil::Date::constant(1970, 1, 1).checked_add(days));
    date.map_or_else(|_| String::new(), |date| date.strftime("%-d %b").to_string())
}

/// Adds to a text. Writing to a string does not fail.
pub(super) fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(scale: Scale, points: Vec<(f64, f64)>) -> Plot {
        Plot {
            id: "test",
            title: "p99 & <rate>".to_owned(),
            x: Axis { label: "calls/s", scale },
            y: Axis { label: "µs", scale },
            series: vec![Series { name: "<b>one</b>".to_owned(), form: Form::Joined, points }],
            marks: vec![(30.0, "knee \"here\"".to_owned())],
        }
    }

    #[test]
    fn every_point_is_drawn_inside_of_the_frame() {
        for scale in [Scale::Linear, Scale::Log] {
            let drawn = inline(&plot(scale, vec![(1.0, 5.0), (10.0, 80.0), (100.0, 90_000.0)]));
            assert_eq!(drawn.matches("<circle").count(), 4, "three points and the legend's: {drawn}");
            for number in drawn.split("cx=\"").skip(1) {
                let x: f64 = number.split('"').next().unwrap().parse().unwrap();
                assert!((LEFT..=WIDTH - RIGHT + 0.1).contains(&x), "{x}");
            }
        }
    }

    #[test]
    fn names_are_escaped() {
        let drawn = standalone(&plot(Scale::Linear, vec![(1.0, 1.0)]));
        for wanted in ["p99 &amp; &lt;rate&gt;", "&lt;b&gt;one&lt;/b&gt;", "knee &quot;here&quot;"] {
            assert!(drawn.contains(wanted), "{wanted}");
        }
        assert!(!drawn.contains("<b>"));
    }

    #[test]
    fn what_has_no_place_is_left_out() {
        for points in [vec![], vec![(0.0, 0.0)], vec![(-1.0, f64::NAN), (f64::INFINITY, 1.0)]] {
            let drawn = inline(&plot(Scale::Log, points));
            assert_eq!(drawn.matches("<circle").count(), 1, "the legend's alone: {drawn}");
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        }
    }

    #[test]
    fn ticks_are_round_and_few() {
        for (low, high) in [(0.0, 1.0), (0.0, 45_123.0), (-0.7, 0.9), (0.0, 0.0), (0.0, 1e-9)] {
            let span = Span::linear(low, high);
            assert!((2..=12).contains(&span.ticks.len()), "{low} to {high}: {:?}", span.ticks);
            assert!(span.low <= low && high <= span.high);
        }
        assert_eq!(Span::log(1.0, 1_000_000.0).ticks.len(), 7);
        assert_eq!(tick_label(45_000.0), "45k");
        for (low, high, ticks) in [(20_000.0, 20_000.0, 1), (20_000.0, 20_006.0, 7), (20_000.0, 20_365.0, 5)]
        {
            assert_eq!(Span::days(low, high).ticks.len(), ticks, "{low} to {high}");
        }
        assert_eq!((date_label(0.0), date_label(20_514.0)), ("1 Jan".to_owned(), "2 Mar".to_owned()));
    }
}
