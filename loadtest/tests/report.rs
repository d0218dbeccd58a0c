//! The report's files: what is in them, that names stay names, and that the JSON reads back.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which fail by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tamis_loadtest::report::knee;
use tamis_loadtest::report::least_squares;
use tamis_loadtest::report::model::{
    Baseline, Beside, Ceiling, CostModel, CostRow, FORMAT, IndexRow, Latency, LatencyCurve, Level, Load,
    Machine, Memory, Part, Plan, Point, ProcessRow, Report, Run, Scaling, Workload, Writes, WritesAt,
};
use tamis_loadtest::report::planner::{Ask, Node, Trial};
use tamis_loadtest::report::statistics::Spread;
use tamis_loadtest::report::{FILES, usl, write};
use tamis_loadtest::{GhzReport, Percentile};
use tempfile::TempDir;

/// A name that would be markup in every form if it were not escaped.
const HOSTILE: &str = "</title><script>alert(\"1\")</script> | `x` ![](y) *z*\n# h";

fn latency(p99_us: f64) -> Latency {
    Latency {
        n: 10_000,
        mean_us: p99_us / 4.0,
        p50_us: p99_us / 5.0,
        p90_us: p99_us / 2.0,
        p99_us,
        p999_us: p99_us * 3.0,
        max_us: p99_us * 9.0,
    }
}

fn spread(values: &[f64]) -> Spread {
    Spread::of(values).unwrap()
}

fn point(id: &str, target_per_s: Option<f64>, rate_per_s: f64) -> Point {
    Point {
        id: id.to_owned(),
        server: HOSTILE.to_owned(),
        threads: 1,
        load: Load { target_per_s, connections: 4, streams: 8, call: "Evaluate".to_owned() },
        duration_s: 2.0,
        calls: 90_000,
        errors: 0,
        due_per_s: target_per_s,
        rate_per_s,
        latency: latency(700.0),
        server_cpu_us: Some(9.87),
        server_cpus: Some(0.98),
        generator_cpus: Some(0.75),
        generator_doubts: vec![HOSTILE.to_owned()],
    }
}

fn level(share: f64, p99_us: [f64; 3]) -> Level {
    Level {
        share,
        target_per_s: 45_000.0 * share,
        latency: latency(p99_us[1]),
        p99_us: spread(&p99_us),
        rate_per_s: 45_000.0 * share,
        kept_up: true,
        points: vec!["open".to_owned()],
    }
}

fn curve() -> LatencyCurve {
    let levels = vec![
        level(0.1, [180.0, 200.0, 230.0]),
        level(0.5, [260.0, 300.0, 320.0]),
        level(0.7, [380.0, 400.0, 450.0]),
        level(0.85, [700.0, 800.0, 1_000.0]),
        level(0.95, [2_100.0, 2_500.0, 4_000.0]),
    ];
    let points: Vec<(f64, f64)> =
        levels.iter().map(|level| (level.rate_per_s, level.latency.p99_us)).collect();
    LatencyCurve { levels, knee: knee::find(&points) }
}

fn cost() -> CostModel {
    let mut rows = Vec::new();
    for workflows in [16.0, 64.0, 256.0] {
        for text_bytes in [100.0, 1_000.0, 4_000.0] {
            for matches in [0.0, 1.0, 4.0] {
                let noise = if rows.len() % 2 == 0 { 0.05 } else { -0.05 };
                let server_cpu_us = 7.0 + 0.002 * workflows + 0.0005 * text_bytes + 0.6 * matches + noise;
                rows.push(CostRow {
                    workflows,
                    text_bytes,
                    matches,
                    server_cpu_us,
                    point: "cost".to_owned(),
                });
            }
        }
    }
    let column = |of: fn(&CostRow) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
    let columns = [
        ("transport", vec![1.0; rows.len()]),
        ("workflows", column(|row| row.workflows)),
        ("text_bytes", column(|row| row.text_bytes)),
        ("matches", column(|row| row.matches)),
    ];
    let fit = least_squares::fit(&columns, &column(|row| row.server_cpu_us)).unwrap();
    CostModel { rows, fit: Some(fit), caveats: vec![HOSTILE.to_owned()] }
}

fn memory() -> Memory {
    let sizes: [(u16, u16, u16); 5] =
        [(16, 20, 9_000), (32, 40, 15_500), (16, 60, 12_000), (64, 80, 28_000), (64, 240, 40_500)];
    let index = |(workflows, phrases, bytes): (u16, u16, u16)| IndexRow {
        workflows: workflows.into(),
        phrases: phrases.into(),
        index_bytes: bytes.into(),
        build_us: spread(&[150.0, 160.0]),
    };
    let column =
        |of: fn(&(u16, u16, u16)) -> u16| sizes.iter().map(|row| of(row).into()).collect::<Vec<f64>>();
    let columns =
        [("account", vec![1.0; 5]), ("workflows", column(|row| row.0)), ("phrases", column(|row| row.1))];
    Memory {
        indexes: sizes.map(index).to_vec(),
        index_fit: least_squares::fit(&columns, &column(|row| row.2)).ok(),
        processes: vec![ProcessRow {
            accounts: 100,
            workflows: 1_600,
            resident_bytes: 33_000_000,
            start_ms: spread(&[41.0, 44.0]),
            store_bytes: 1_200_000,
        }],
        process_fit: None,
        caveats: Vec::new(),
    }
}

fn plan() -> Plan {
    let curve = curve();
    let levels = curve.levels.iter().map(|level| {
        [level.p99_us.min, level.latency.p99_us, level.p99_us.max]
            .map(|latency_us_p99| Trial { rate_per_s: level.rate_per_s, latency_us_p99 })
            .to_vec()
    });
    let node = Node::new(levels.collect(), 7);
    let ask = |rate_per_s, latency_us_p99| node.answer(Ask { rate_per_s, latency_us_p99 }).unwrap();
    let mut table = Vec::new();
    for rate in [1_000.0, 100_000.0, 1_000_000.0] {
        for limit in [100.0, 1_000.0, 10_000.0] {
            table.push(ask(rate, limit));
        }
    }
    Plan { asked: Some(ask(50_000.0, 900.0)), table, repeats: 3, assumptions: vec![HOSTILE.to_owned()] }
}

fn report() -> Report {
    let connections: Vec<(f64, f64)> = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
        .map(|n: f64| (n, 20_000.0 * n / (1.0 + 0.4 * (n - 1.0) + 0.001 * n * (n - 1.0))))
        .to_vec();
    let beside = |what: &str| Beside {
        what: what.to_owned(),
        done: 40,
        took: Some(latency(5_000.0)),
        reads: latency(450.0),
        reads_p99_us: spread(&[400.0, 450.0, 470.0]),
        points: Vec::new(),
    };
    Report {
        format: FORMAT,
        run: Run {
            started_at: "2026-03-11T09:30:00Z".to_owned(),
            command: format!("tamis capacity --workflows '{HOSTILE}'"),
            version: "0.1.0".to_owned(),
            commit: None,
            optimised: true,
            extent: "quick".to_owned(),
            seed: 7,
            settings: vec![("store".to_owned(), HOSTILE.to_owned())],
            duration_s: 118.0,
        },
        machine: Machine {
            facts: vec![("processor".to_owned(), HOSTILE.to_owned())],
            caveats: vec![HOSTILE.to_owned()],
        },
        workload: Workload {
            workflows_from: HOSTILE.to_owned(),
            account_id: "demo".to_owned(),
            workflows: 16,
            ..Workload::default()
        },
        ceiling: Part::Measured(Ceiling {
            connections: 8,
            streams: 4,
            rate_per_s: spread(&[44_000.0, 45_000.0, 46_000.0]),
            server_cpu_us: Some(spread(&[9.8, 9.9])),
            server_cpus: Some(0.99),
            generator_cpus: Some(0.8),
            points: vec!["closed".to_owned()],
        }),
        latency: Part::Measured(curve()),
        connections: Part::Measured(Scaling {
            of: "connections".to_owned(),
            fit: usl::fit(&connections).ok(),
            points: connections,
            caveats: Vec::new(),
        }),
        threads: Part::Measured(Scaling {
            of: "threads".to_owned(),
            points: vec![(1.0, 30_000.0), (2.0, 45_000.0)],
            fit: None,
            caveats: vec!["two values of N determine no law of three parameters".to_owned()],
        }),
        cost: Part::Measured(cost()),
        memory: Part::Measured(memory()),
        writes: Part::Measured(Writes {
            store_on: HOSTILE.to_owned(),
            sizes: vec![WritesAt {
                workflows: 16,
                rate_per_s: 22_500.0,
                save: Some(latency(5_000.0)),
                effect: Some(latency(5_200.0)),
                beside: vec![beside("nothing else"), beside("saves")],
            }],
        }),
        baselines: Part::Measured(vec![Baseline {
            name: HOSTILE.to_owned(),
            how: "closed loop".to_owned(),
            cpu_us: 9.9,
            n: 90_000,
            point: None,
        }]),
        ghz: vec![ghz()],
        plan: Part::Measured(plan()),
        points: vec![point("closed", None, 45_000.0), point("open", Some(22_500.0), 22_499.0)],
    }
}

fn ghz() -> GhzReport {
    GhzReport {
        name: HOSTILE.to_owned(),
        call: "tamis.v1.DecisionService/Evaluate".to_owned(),
        date: "2026-03-11T09:30:00Z".to_owned(),
        calls: 1_000,
        duration_s: 1.0,
        calls_per_s: 1_000.0,
        intended_calls_per_s: None,
        concurrency: 32,
        connections: 4,
        mean_us: 80.0,
        min_us: 40.0,
        max_us: 900.0,
        percentiles: vec![Percentile { percentile: 99.0, us: 300.0 }],
        histogram: Vec::new(),
        codes: BTreeMap::new(),
        errors: Vec::new(),
    }
}

fn written(report: &Report) -> (TempDir, [String; 3]) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), report, &[("outcomes.jsonl", "{}\n".to_owned())]).unwrap();
    let texts = FILES.map(|name| fs::read_to_string(folder.path().join(name)).unwrap());
    (folder, texts)
}

/// The names of files of a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const SECTIONS: [&str; 14] = [
    "In short",
    "Ceiling",
    "Latency at rates",
    "Over connections",
    "Over cores",
    "What a call costs",
    "Baselines",
    "Memory, build and start-up",
    "Writes under load",
    "By ghz",
    "How many nodes",
    "Workload",
    "Machine and build",
    "Every run",
];

#[test]
fn every_form_has_every_section() {
    let (folder, [html, markdown, _]) = written(&report());
    for section in SECTIONS {
        assert!(html.contains(&format!(">{section}</h2>")), "{section}");
        assert!(markdown.contains(&format!("\n## {section}\n")), "{section}");
    }
    assert_eq!(names(&folder.path().join("raw")), ["outcomes.jsonl"]);
    let plots = names(&folder.path().join("plots"));
    assert_eq!(plots, ["connections-residuals.svg", "connections.svg", "cost-residuals.svg", "latency.svg"]);
    for plot in plots {
        assert!(markdown.contains(&format!("](plots/{plot})")), "{plot}");
    }
    assert_eq!(html.matches("<svg").count(), 4);
}

/// Every element that is opened is closed, in order: so far HTML is held to what XML asks, but for what is never closed.
#[test]
fn the_html_is_well_formed_and_needs_nothing_else() {
    let (folder, [html, ..]) = written(&report());
    let mut forms = vec![html];
    for name in names(&folder.path().join("plots")) {
        forms.push(fs::read_to_string(folder.path().join("plots").join(name)).unwrap());
    }
    for text in forms {
        let mut open: Vec<&str> = Vec::new();
        for tag in text.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').unwrap();
            let name = tag.split_whitespace().next().unwrap();
            match name.strip_prefix('/') {
                Some(closed) => assert_eq!(open.pop(), Some(closed), "{tag}"),
                None if tag.ends_with('/') || ["!doctype", "meta"].contains(&name) => {}
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{open:?}");
        for foreign in ["<script", "<link", "src=", "@import", "url("] {
            assert!(!text.contains(foreign), "{foreign}");
        }
        let addresses: Vec<_> = text.split("http").skip(1).collect();
        assert!(addresses.iter().all(|rest| rest.starts_with("://www.w3.org/2000/svg\"")), "{addresses:?}");
    }
}

#[test]
fn names_stay_names_in_every_form() {
    let (_folder, [html, markdown, _]) = written(&report());
    let escaped = "&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; | `x` ![](y) *z* # h";
    assert!(html.matches(escaped).count() >= 8, "{}", html.matches(escaped).count());
    let escaped = r#"&lt;/title&gt;&lt;script&gt;alert("1")&lt;/script&gt; \| \`x\` \!\[\](y) \*z\* \# h"#;
    assert!(markdown.matches(escaped).count() >= 8, "{}", markdown.matches(escaped).count());
    assert!(!markdown.contains("<script") && !markdown.contains("\n# h"));
}

#[test]
fn tables_in_markdown_have_as_many_cells_as_headings() {
    let (_folder, [_, markdown, _]) = written(&report());
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let (mut width, mut tables) = (None, 0);
    for line in markdown.lines() {
        if !line.starts_with('|') {
            width = None;
            continue;
        }
        tables += usize::from(width.is_none());
        assert_eq!(*width.get_or_insert(cells(line)), cells(line), "{line}");
    }
    assert!(tables >= 14, "{tables}");
}

#[test]
fn the_json_reads_back_as_it_was_written() {
    let report = report();
    let (_folder, [_, _, json]) = written(&report);
    let read: Report = serde_json::from_str(&json).unwrap();
    let (_folder, [_, _, again]) = written(&read);
    assert!(again == json, "written, read and written again it is the same");
    assert_eq!((&read.run, &read.machine, &read.ghz), (&report.run, &report.machine, &report.ghz));
    assert_eq!(read.points, report.points);
}

#[test]
fn a_part_that_is_missing_says_why() {
    let missing = Report {
        latency: Part::Missing("the <service> went away".to_owned()),
        plan: Part::Missing("there is no latency to plan by".to_owned()),
        ghz: Vec::new(),
        ..report()
    };
    let (_folder, [html, markdown, _]) = written(&missing);
    assert!(html.contains("Not measured: the &lt;service&gt; went away."));
    assert!(markdown.contains("Not measured: there is no latency to plan by."));
    assert!(!markdown.contains("## By ghz"));
}

#[test]
fn a_build_without_optimisation_is_said_to_be_one() {
    let slow = Report { run: Run { optimised: false, ..report().run }, ..report() };
    let (_folder, [html, ..]) = written(&slow);
    assert!(html.contains("this is a build without optimisation"));
}
