//! The outcome for people.

use std::fmt::Write as _;

use tamis_loadtest::{Distribution, ErrorCount, GhzReport, Outcome, Schedule, Shape, Verdict};

/// A time with the unit that suits it.
pub(crate) fn time(us: f64) -> String {
    match us {
        _ if us < 1_000.0 => format!("{us:.1} µs"),
        _ if us < 1_000_000.0 => format!("{:.2} ms", us / 1e3),
        _ => format!("{:.2} s", us / 1e6),
    }
}

/// A number with its thousands parted.
pub(crate) fn count(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && digit.is_ascii_digit() {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A time that is left.
pub(crate) fn left(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    if seconds < 60 { format!("{seconds} s") } else { format!("{}:{:02} min", seconds / 60, seconds % 60) }
}

/// All that is worth knowing, as a table.
pub(crate) fn outcome(outcome: &Outcome) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut out, outcome);
    out
}

fn write(out: &mut String, outcome: &Outcome) -> std::fmt::Result {
    let plan = &outcome.plan;
    writeln!(
        out,
        "{} at {}, {}, {} connections × {} streams, {:.1} s measured",
        shape(plan.shape),
        plan.target,
        schedule(&plan.schedule),
        plan.connections,
        plan.streams,
        outcome.measured_s
    )?;
    let rates = outcome.rates;
    match rates.intended_calls_per_s {
        Some(intended) => writeln!(
            out,
            "rate         {} calls/s of {} intended",
            count(rates.achieved_calls_per_s),
            count(intended)
        )?,
        None => writeln!(out, "rate         {} calls/s", count(rates.achieved_calls_per_s))?,
    }
    if plan.shape.decisions() > 1 {
        writeln!(out, "             {} decisions/s", count(rates.achieved_decisions_per_s))?;
    }
    let calls = outcome.calls;
    writeln!(
        out,
        "calls        {} due, {} answered, {} failed, {} unanswered, {} waited for a stream\n",
        count(calls.due as f64),
        count(calls.answered as f64),
        count(calls.failed as f64),
        count(calls.unanswered as f64),
        count(calls.waited_for_stream as f64)
    )?;
    table(out, outcome)?;
    for step in &outcome.steps {
        writeln!(
            out,
            "step         {} calls/s of {}: p50 {}, p99 {}, p99.9 {}",
            count(step.achieved_calls_per_s),
            count(step.intended_calls_per_s),
            time(step.latency.p50_us),
            time(step.latency.p99_us),
            time(step.latency.p99_9_us)
        )?;
    }
    errors(out, "error", &outcome.errors)?;
    if let Some(saves) = &outcome.saves {
        writeln!(
            out,
            "saves        {:.1}/s of {:.1} intended",
            saves.achieved_saves_per_s, saves.intended_saves_per_s
        )?;
        errors(out, "save error", &saves.errors)?;
    }
    if let Some(check) = &outcome.check {
        writeln!(out, "check        {} answers, {} wrong", count(check.checked as f64), check.wrong)?;
        if let Some(first) = &check.first_wrong {
            writeln!(out, "             the first: {}", printable(first))?;
        }
    }
    if let Some(server) = outcome.server_cpu {
        writeln!(
            out,
            "server       {:.2} µs of processor time a call (± {:.1} %), {:.2} processors busy, {:.0} % of it in the system",
            server.cpu_us_per_call,
            server.resolution * 100.0,
            server.processors,
            100.0 * server.system_s / (server.user_s + server.system_s).max(f64::MIN_POSITIVE)
        )?;
    }
    generator(out, outcome)
}

fn table(out: &mut String, outcome: &Outcome) -> std::fmt::Result {
    let saves = outcome.saves.as_ref();
    let rows: [(&str, Option<&Distribution>); 6] = [
        ("latency", Some(&outcome.latency)),
        ("service", Some(&outcome.service)),
        ("send lag", Some(&outcome.send_lag)),
        ("stream wait", Some(&outcome.stream_wait)),
        ("save", saves.map(|saves| &saves.acknowledged)),
        ("save effect", saves.map(|saves| &saves.effect)),
    ];
    writeln!(
        out,
        "{:<11} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "", "count", "mean", "p50", "p90", "p99", "p99.9", "max"
    )?;
    for (name, row) in rows {
        let Some(row) = row.filter(|row| row.count > 0) else { continue };
        writeln!(
            out,
            "{name:<11} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}",
            count(row.count as f64),
            time(row.mean_us),
            time(row.p50_us),
            time(row.p90_us),
            time(row.p99_us),
            time(row.p99_9_us),
            time(row.max_us)
        )?;
    }
    writeln!(out)
}

fn errors(out: &mut String, name: &str, errors: &[ErrorCount]) -> std::fmt::Result {
    for error in errors {
        writeln!(
            out,
            "{name:<12} {} × {} {}: {}",
            count(error.count as f64),
            printable(&error.code),
            printable(&error.reason),
            printable(&error.message)
        )?;
    }
    Ok(())
}

fn generator(out: &mut String, outcome: &Outcome) -> std::fmt::Result {
    let generator = &outcome.generator;
    let verdict = match generator.verdict {
        Verdict::NotTheBottleneck => "was not the bottleneck",
        Verdict::Doubtful => "may have had a part in these figures",
        Verdict::Bottleneck => "was the bottleneck: these figures are its own",
    };
    writeln!(out, "generator    {verdict}; {:.2} µs of processor time a call", generator.cpu_us_per_call)?;
    for ground in &generator.grounds {
        writeln!(out, "             {ground}")?;
    }
    Ok(())
}

/// What ghz saw.
pub(crate) fn ghz(report: &GhzReport) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_ghz(&mut out, report);
    out
}

fn write_ghz(out: &mut String, report: &GhzReport) -> std::fmt::Result {
    writeln!(
        out,
        "{} ({}), by ghz, {} callers on {} connections, {:.1} s",
        printable(&report.name),
        printable(&report.call),
        report.concurrency,
        report.connections,
        report.duration_s
    )?;
    let intended = report.intended_calls_per_s.map(|rate| format!(" of {} intended", count(rate)));
    writeln!(out, "rate         {} calls/s{}", count(report.calls_per_s), intended.unwrap_or_default())?;
    let codes: Vec<String> = report
        .codes
        .iter()
        .map(|(code, calls)| format!("{} {}", count(*calls as f64), printable(code)))
        .collect();
    writeln!(out, "calls        {}: {}", count(report.calls as f64), codes.join(", "))?;
    let percentiles: Vec<String> =
        report.percentiles.iter().map(|point| format!("p{} {}", point.percentile, time(point.us))).collect();
    writeln!(
        out,
        "latency      mean {}, {}, max {}",
        time(report.mean_us),
        percentiles.join(", "),
        time(report.max_us)
    )?;
    errors(out, "error", &report.errors)
}

fn shape(shape: Shape) -> String {
    match shape {
        Shape::Unary => "Evaluate".to_owned(),
        Shape::Batch { size } => format!("EvaluateBatch of {size}"),
        Shape::Stream { window } => format!("EvaluateStream, window of {window}"),
    }
}

fn schedule(schedule: &Schedule) -> String {
    match schedule {
        Schedule::ClosedLoop => "closed loop".to_owned(),
        Schedule::Constant { calls_per_s } => format!("open loop, {} calls/s", count(*calls_per_s)),
        Schedule::Poisson { calls_per_s } => format!("open loop, {} calls/s (Poisson)", count(*calls_per_s)),
        Schedule::Steps { steps, .. } => format!("open loop, {} steps", steps.len()),
    }
}

/// What a server said, without what would drive the terminal that it is shown on.
fn printable(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_unicode().collect() } else { vec![c] }).collect()
}
