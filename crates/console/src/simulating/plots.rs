//! Plots of what a simulation found: plain SVG, each with its numbers in a table.

use maud::{Markup, html};

use crate::language::Language;

/// Two numbers of the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// What they are of.
    pub(crate) name: String,
    /// By what is live.
    pub(crate) live: u64,
    /// By the draft.
    pub(crate) draft: u64,
}

const WIDTH: u32 = 720;
const HEIGHT: u32 = 180;
/// Room for what the lines are called.
const LEFT: u32 = 48;
const BOTTOM: u32 = 24;

/// Bars side by side, from left to right: such as of days.
pub(crate) fn columns(l: Language, title: &str, of: &str, pairs: &[Pair]) -> Markup {
    let most = most(pairs);
    let count = u32::try_from(pairs.len().max(1)).unwrap_or(u32::MAX);
    let slot = f64::from(WIDTH - LEFT) / f64::from(count);
    let bar = (slot * 0.42).min(24.0);
    let floor = f64::from(HEIGHT - BOTTOM);
    let bars = (0_u32..).zip(pairs).map(|(place, pair)| {
        let middle = f64::from(LEFT) + slot * (f64::from(place) + 0.5);
        let one = |class: &str, value: u64, x: f64| {
            let height = scaled(value, most, f64::from(HEIGHT - BOTTOM - 12));
            html! { rect class=(class) x=(decimal(x)) y=(decimal(floor - height)) width=(decimal(bar)) height=(decimal(height)) {} }
        };
        html! {
            g {
                title { (pair.name) " · " (pair.live) " → " (pair.draft) }
                (one("live", pair.live, middle - bar))
                (one("draft", pair.draft, middle))
            }
        }
    });
    figure(
        l,
        title,
        of,
        pairs,
        &html! {
            svg .bars viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(title) {
                line .axis x1=(LEFT) y1=(decimal(floor)) x2=(WIDTH) y2=(decimal(floor)) {}
                text x=(LEFT - 6) y="18" text-anchor="end" { (most) }
                text x=(LEFT - 6) y=(decimal(floor)) text-anchor="end" { "0" }
                @for bars in bars { (bars) }
                @if let Some(first) = pairs.first() { text x=(LEFT) y=(HEIGHT - 6) { (first.name) } }
                @if let Some(last) = pairs.last().filter(|_| pairs.len() > 1) {
                    text x=(WIDTH) y=(HEIGHT - 6) text-anchor="end" { (last.name) }
                }
            }
        },
    )
}

/// Bars below one another: such as of kinds.
pub(crate) fn rows(l: Language, title: &str, of: &str, pairs: &[Pair]) -> Markup {
    const NAMES: u32 = 240;
    const STEP: u32 = 34;
    let most = most(pairs);
    let height = STEP * u32::try_from(pairs.len()).unwrap_or(u32::MAX).min(1_000);
    figure(
        l,
        title,
        of,
        pairs,
        &html! {
            svg .bars viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-label=(title) {
                @for (top, pair) in (0_u32..).map(|row| row * STEP).zip(pairs) {
                    @for (class, value, down) in [("live", pair.live, 4), ("draft", pair.draft, 17)] {
                        @let width = scaled(value, most, f64::from(WIDTH - NAMES - 60));
                        rect class=(class) x=(NAMES) y=(top + down) width=(decimal(width)) height="12" {}
                        text .value x=(decimal(f64::from(NAMES) + width + 6.0)) y=(top + down + 10) { (value) }
                    }
                    text x=(NAMES - 8) y=(top + 21) text-anchor="end" { (pair.name) }
                }
            }
        },
    )
}

fn figure(l: Language, title: &str, of: &str, pairs: &[Pair], plot: &Markup) -> Markup {
    html! {
        figure .card.stack {
            figcaption .row {
                strong { (title) }
                span .swatch.live { (l.text("simulating-live")) }
                span .swatch.draft { (l.text("simulating-draft")) }
            }
            div .scroll tabindex="0" { (plot) }
            details {
                summary { (l.text("simulating-numbers")) }
                div .scroll tabindex="0" {
                    table {
                        thead { tr { th scope="col" { (of) } th .number scope="col" { (l.text("simulating-live")) } th .number scope="col" { (l.text("simulating-draft")) } } }
                        tbody {
                            @for pair in pairs { tr { th scope="row" { (pair.name) } td .number { (pair.live) } td .number { (pair.draft) } } }
                        }
                    }
                }
            }
        }
    }
}

fn most(pairs: &[Pair]) -> u64 {
    pairs.iter().map(|pair| pair.live.max(pair.draft)).max().unwrap_or(0)
}

/// A value as a length.
fn scaled(value: u64, most: u64, length: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a plot is not that precise")]
    if most == 0 { 0.0 } else { length * value as f64 / most as f64 }
}

/// A coordinate, to a tenth.
fn decimal(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_numbers() {
        let pair = |name: &str, live, draft| Pair { name: name.to_owned(), live, draft };
        let pairs = [pair("a<b", 0, 10), pair("c", 5, 20)];
        for plot in
            [columns(Language::English, "T", "Of", &pairs), rows(Language::English, "T", "Of", &pairs)]
        {
            let plot = plot.into_string();
            assert!(plot.contains("a&lt;b") && !plot.contains("a<b"));
            assert_eq!(plot.matches("<rect").count(), 4);
            assert!(!plot.contains("style="));
        }
        assert_eq!(scaled(5, 20, 100.0), 25.0);
        assert_eq!(scaled(0, 0, 100.0), 0.0);
        // Nothing to plot is no fault.
        assert!(columns(Language::English, "T", "Of", &[]).into_string().contains("<svg"));
    }
}
