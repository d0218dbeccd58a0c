//! Throughput and latency.

use super::super::document::{Section, Table};
use super::super::format::{number, percent, rate, time, whole};
use super::super::knee::MULTIPLE;
use super::super::model::{Level, Part, Report, Scaling};
use super::super::plot::{Axis, Form, Plot, Scale, Series};
use super::super::usl::UslFit;
use super::{head, latency_cells, missing};

/// The ceiling.
pub(super) fn ceiling(report: &Report) -> Section {
    let mut section = Section::new("ceiling", "Ceiling");
    let Some(ceiling) = missing(&mut section, &report.ceiling) else { return section };
    let spread = &ceiling.rate_per_s;
    let share = percent(spread.relative_range());
    section.text(format!(
        "In closed loop, where each caller asks as soon as it is answered, the most was answered with {} connections of {} \
         calls each: {} on average of {} runs, {} to {} (a range of {share} of the mean, which is the noise of this machine).",
        ceiling.connections,
        ceiling.streams,
        rate(spread.mean),
        spread.n,
        rate(spread.min),
        rate(spread.max),
    ));
    if let (Some(server), Some(generator)) = (ceiling.server_cpus, ceiling.generator_cpus) {
        section.text(format!(
            "Meanwhile the server kept {} processors busy and the generator {}.",
            number(server),
            number(generator)
        ));
    }
    let mut table = Table::new(
        "Every run in search of the ceiling and of the throughput over connections, in order. Processor time is that of the \
         server's process, all threads, from /proc.",
        &[
            "run",
            "#connections",
            "#calls each",
            "#answered",
            "#p50",
            "#p99",
            "#server µs/call",
            "#n",
            "#failed",
        ],
    );
    let ids = ceiling.points.iter();
    for point in ids.filter_map(|id| report.points.iter().find(|point| point.id == *id)) {
        table.row([
            point.id.clone(),
            whole(point.load.connections),
            whole(point.load.streams),
            rate(point.rate_per_s),
            time(point.latency.p50_us),
            time(point.latency.p99_us),
            point.server_cpu_us.map_or_else(|| "–".to_owned(), number),
            whole(point.calls),
            whole(point.errors),
        ]);
    }
    section.table(table);
    section
}

/// Latency over rate, with the knee.
pub(super) fn latency(report: &Report) -> Section {
    let mut section = Section::new("latency", "Latency at rates");
    let Some(curve) = missing(&mut section, &report.latency) else { return section };
    let mut table = Table::new(
        "Open loop, from the scheduled time. Each line is the median of its repeats, the greatest value that of all of them; \
         n is the number of calls of all repeats.",
        &head(
            &["#of the ceiling", "#aimed at", "#answered"],
            &["#p99, least to greatest", "#repeats", "#n", "kept up"],
        ),
    );
    for level in &curve.levels {
        let before = [percent(level.share), rate(level.target_per_s), rate(level.rate_per_s)];
        let span = format!("{} – {}", time(level.p99_us.min), time(level.p99_us.max));
        let kept_up = if level.kept_up { "yes" } else { "no" }.to_owned();
        let after = [span, whole(level.p99_us.n), whole(level.latency.n), kept_up];
        table.row(before.into_iter().chain(latency_cells(&level.latency)).chain(after));
    }
    section.table(table);
    let series = |name: &str, of: fn(&Level) -> f64| Series {
        name: name.to_owned(),
        form: Form::Joined,
        points: curve.levels.iter().map(|level| (level.target_per_s, of(level))).collect(),
    };
    let mut marks = Vec::new();
    if let Some(ceiling) = report.ceiling.measured() {
        marks.push((ceiling.rate_per_s.mean, "ceiling".to_owned()));
    }
    if let Some(rate) = curve.knee.as_ref().and_then(|knee| knee.kneedle_rate_per_s) {
        marks.push((rate, "knee".to_owned()));
    }
    section.plot(Plot {
        id: "latency",
        title: "Latency over the rate of calls, open loop, from the scheduled time. Rates that were not kept up are in it.".to_owned(),
        x: Axis { label: "calls due per second", scale: Scale::Linear },
        y: Axis { label: "latency, µs", scale: Scale::Log },
        series: vec![
            series("p50", |level| level.latency.p50_us),
            series("p90", |level| level.latency.p90_us),
            series("p99", |level| level.latency.p99_us),
            series("p99.9", |level| level.latency.p999_us),
        ],
        marks,
    });
    section.text(match &curve.knee {
        None => "There are too few rates to say where the curve turns up.".to_owned(),
        Some(knee) => {
            let kneedle = knee.kneedle_rate_per_s.map_or_else(
                || "Kneedle finds no point at which the 99th percentile turns up.".to_owned(),
                |found| format!("Kneedle finds the knee of the 99th percentile at {}.", rate(found)),
            );
            let end = if knee.multiple_was_exceeded { "" } else { ", the highest rate that was measured" };
            format!(
                "{kneedle} It stays within {MULTIPLE} times that of the lightest load up to {}{end}.",
                rate(knee.last_within_multiple_per_s)
            )
        }
    });
    section
}

/// Throughput over N, with the law.
pub(super) fn scaling(id: &'static str, title: &'static str, part: &Part<Scaling>) -> Section {
    let mut section = Section::new(id, title);
    let Some(scaling) = missing(&mut section, part) else { return section };
    let of = &scaling.of;
    let measured = Series { name: "measured".to_owned(), form: Form::Points, points: scaling.points.clone() };
    let Some(fit) = &scaling.fit else {
        let mut table = Table::new(
            format!("Answered per second in closed loop, by the number of {of}."),
            &["#N", "#answered"],
        );
        for (n, answered) in &scaling.points {
            table.row([number(*n), rate(*answered)]);
        }
        section.table(table);
        section.caveats(&scaling.caveats);
        return section;
    };
    section.text(law(of, fit));
    let (most, steps) = (scaling.points.iter().map(|point| point.0).fold(1.0, f64::max), 60);
    let curve = (0..=steps).map(|step| {
        let n = most.powf(f64::from(step) / f64::from(steps));
        (n, fit.throughput(n))
    });
    let fitted = Series { name: "fitted".to_owned(), form: Form::Line, points: curve.collect() };
    let (plot, residuals) = if id == "connections" {
        ("connections", "connections-residuals")
    } else {
        ("threads", "threads-residuals")
    };
    section.plot(Plot {
        id: plot,
        title: format!("Answered per second over the number of {of}, with the fitted law."),
        x: Axis { label: "N, by factors", scale: Scale::Log },
        y: Axis { label: "calls per second", scale: Scale::Linear },
        series: vec![measured, fitted],
        marks: Vec::new(),
    });
    let left =
        scaling.points.iter().zip(&fit.residuals).map(|((n, answered), left)| (*n, 100.0 * left / answered));
    section.plot(Plot {
        id: residuals,
        title: "What the law leaves over: measured less fitted, in per cent of the measured.".to_owned(),
        x: Axis { label: "N, by factors", scale: Scale::Log },
        y: Axis { label: "residual, %", scale: Scale::Linear },
        series: vec![Series { name: "residuals".to_owned(), form: Form::Points, points: left.collect() }],
        marks: Vec::new(),
    });
    section.table(scaling_table(scaling, fit));
    section.caveats(fit.caveats.iter().chain(&scaling.caveats));
    section
}

fn law(of: &str, fit: &UslFit) -> String {
    let [lambda, sigma, kappa] = [&fit.lambda, &fit.sigma, &fit.kappa].map(|found| {
        // What was held at 0 has no error.
        if found.value == 0.0 && found.standard_error == 0.0 {
            return "0 (held)".to_owned();
        }
        format!(
            "{} ± {} (95 %: {} to {})",
            number(found.value),
            number(found.standard_error),
            number(found.low),
            number(found.high)
        )
    });
    let peak = fit.peak_at.map_or_else(
        || "It has no peak.".to_owned(),
        |peak| format!("It peaks at N = {}, with {}.", number(peak), rate(fit.throughput(peak))),
    );
    format!(
        "Gunther's Universal Scalability Law, X(N) = λN / (1 + σ(N − 1) + κN(N − 1)), over N {of}, fitted by least squares: \
         λ = {lambda} calls/s, σ = {sigma}, κ = {kappa}; R² = {:.4}. {peak}",
        fit.r_squared
    )
}

fn scaling_table(scaling: &Scaling, fit: &UslFit) -> Table {
    let mut table =
        Table::new("Each run with what the law says.", &["#N", "#measured", "#fitted", "#residual"]);
    for (((n, answered), fitted), left) in scaling.points.iter().zip(&fit.fitted).zip(&fit.residuals) {
        table.row([number(*n), rate(*answered), rate(*fitted), percent(left / answered)]);
    }
    table
}

/// Writes, and reads beside them.
pub(super) fn writes(report: &Report) -> Section {
    let mut section = Section::new("writes", "Writes under load");
    let Some(writes) = missing(&mut section, &report.writes) else { return section };
    section.text(format!(
        "While changes were decided in open loop, workflows were saved on a connection of its own. A save is acknowledged once \
         it is on disk ({}); the next decision goes by it.",
        writes.store_on
    ));
    let mut saves = Table::new(
        "A save: from the instant at which it was due.",
        &head(&["#workflows", "#decided meanwhile", "until"], &["#n"]),
    );
    let mut reads = Table::new(
        "Latency of the decisions meanwhile: the median of the repeats. The last column is the 99th percentile as a multiple of \
         that beside nothing else.",
        &head(&["#workflows", "beside", "#of these done"], &["#p99, least to greatest", "#p99 ×"]),
    );
    let mut took = Table::new("How long each of them took.", &head(&["#workflows", "what"], &["#n"]));
    for at in &writes.sizes {
        let workflows = || whole(at.workflows);
        for (until, latency) in [("acknowledged", &at.save), ("an answer decided by it has come", &at.effect)]
        {
            let Some(latency) = latency else { continue };
            let before = [workflows(), rate(at.rate_per_s), until.to_owned()];
            saves.row(before.into_iter().chain(latency_cells(latency)).chain([whole(latency.n)]));
        }
        let quiet = at.beside.first().map(|beside| beside.reads.p99_us).filter(|quiet| *quiet > 0.0);
        for beside in &at.beside {
            let span = format!("{} – {}", time(beside.reads_p99_us.min), time(beside.reads_p99_us.max));
            let times = quiet.map_or_else(|| "–".to_owned(), |quiet| number(beside.reads.p99_us / quiet));
            let before = [workflows(), beside.what.clone(), whole(beside.done)];
            reads.row(before.into_iter().chain(latency_cells(&beside.reads)).chain([span, times]));
            if let Some(latency) = &beside.took {
                let before = [workflows(), beside.what.clone()];
                took.row(before.into_iter().chain(latency_cells(latency)).chain([whole(latency.n)]));
            }
        }
    }
    section.table(saves);
    section.table(reads);
    section.table(took);
    section
}

/// What ghz said.
pub(super) fn ghz(report: &Report) -> Section {
    let mut section = Section::new("ghz", "By ghz");
    let mut table = Table::new(
        "As ghz took it: from the sending of each call, which flatters a service that does not keep up. A call of a stream is \
         the whole stream.",
        &[
            "run",
            "call",
            "#callers × connections",
            "#answered",
            "#p50",
            "#p90",
            "#p99",
            "#max",
            "#n",
            "#failed",
        ],
    );
    for run in &report.ghz {
        let latency = |percentile| run.percentile_us(percentile).map_or_else(|| "–".to_owned(), time);
        table.row([
            run.name.clone(),
            run.call.clone(),
            format!("{} × {}", run.concurrency, run.connections),
            rate(run.calls_per_s),
            latency(50.0),
            latency(90.0),
            latency(99.0),
            time(run.max_us),
            whole(run.calls),
            whole(run.errors.iter().map(|error| error.count).sum::<u64>()),
        ]);
    }
    section.table(table);
    section
}
