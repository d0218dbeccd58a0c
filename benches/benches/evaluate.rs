//! Question: what does one decision cost, from the request to the rendered actions, by the number of workflows, the length of
//! the message, how many workflows match, the languages, and what the conditions have in common?
//!
//! Corpus: workflows of two to four conditions over all 25 kinds, 40 % with phrases (seed 1), and changes (seed 2), four in five
//! of them a customer's message; see the package's documentation. One thing is varied at a time, from 600 bytes in four
//! languages of which 0.6 workflows match. The changes are taken in turn out of a pool with 4 MiB of text, so that neither
//! texts nor rows stay in the nearest cache. Each side prints how many workflows matched. With `--quick` the largest
//! sizes are left out.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use tamis_benches::measure::{is_quick, workflow_counts};
use tamis_benches::{Language, MatchRate, MessageLength, Profile, Shape, Workload};
use tamis_engine::{Index, Scratch, compile};

const LENGTH: MessageLength = MessageLength::Bytes(600);

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("evaluate");
    group.sample_size(if is_quick() { 10 } else { 50 });
    for count in workflow_counts() {
        let of = Corpus::new(*count, Profile::default());
        of.side(&mut group, "few match", LENGTH);
        if [1_000, 100_000].contains(count) {
            for bytes in [60, 6_000, 65_536] {
                of.side(&mut group, &format!("{bytes} B"), MessageLength::Bytes(bytes));
            }
            of.side(&mut group, "as customers write", MessageLength::Customers);
        }
    }
    for (name, matches) in [
        ("none match", MatchRate::None),
        ("0.5 % but at most 8 match", MatchRate::Typical),
        ("1 % match", MatchRate::OnePercent),
        ("a tenth matches", MatchRate::Tenth),
    ] {
        for count in
            workflow_counts().iter().filter(|count| **count <= 10_000 || matches == MatchRate::Typical)
        {
            Corpus::new(*count, Profile { matches, ..Profile::default() }).side(&mut group, name, LENGTH);
        }
    }
    for (name, languages) in [("one language", Language::ONE), ("eight languages", Language::EIGHT)] {
        Corpus::new(10_000, Profile { languages, ..Profile::default() }).side(&mut group, name, LENGTH);
    }
    for (name, shape) in [
        ("same source", Shape::SameSource),
        ("all phrases", Shape::AllPhrases),
        ("no phrases", Shape::NoPhrases),
    ] {
        for count in workflow_counts().iter().filter(|count| (1_000..=100_000).contains(*count)) {
            Corpus::new(*count, Profile { shape, ..Profile::default() }).side(&mut group, name, LENGTH);
        }
    }
    group.finish();
}

/// An account to decide by.
struct Corpus {
    count: usize,
    profile: Profile,
    index: Option<Index>,
}

impl Corpus {
    fn new(count: usize, profile: Profile) -> Self {
        let mut workload = Workload::with(1, profile);
        Self { count, profile, index: compile(workload.account(), &workload.workflows(count)).ok() }
    }

    fn side(&self, group: &mut BenchmarkGroup<'_, WallTime>, name: &str, length: MessageLength) {
        let Some(index) = &self.index else { return };
        let requests = Workload::with(2, self.profile).pool(self.count, length);
        let mut scratch = Scratch::default();
        let matches: usize =
            requests.iter().map(|request| index.evaluate(request, &mut scratch).matches.len()).sum();
        let name = format!("{} workflows, {name}", self.count);
        println!("evaluate/{name}: {:.2} matches a decision", matches as f64 / requests.len() as f64);
        let mut turn = requests.iter().cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| turn.next().map(|request| index.evaluate(request, &mut scratch)));
        });
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
