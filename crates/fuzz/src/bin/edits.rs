//! An account that is edited and merged decides what one compiled anew, and the reference, decide.
//!
//! An input is what the generators of the property tests make an account, its workflows, edits and requests by.

#![no_main]

use proptest::prelude::*;
use tamis_engine::{Account, Request, Workflow};
use tamis_fuzz::Parts;
use tamis_testkit::generate::{self, Step};
use tamis_testkit::laws;

tamis_fuzz::target!(check, Parts::seeds);

struct Generators {
    account: BoxedStrategy<Account>,
    workflows: BoxedStrategy<Vec<Workflow>>,
    step: BoxedStrategy<Step>,
    request: BoxedStrategy<Request<'static>>,
}

thread_local! {
    static GENERATORS: Generators = Generators {
        account: generate::account(),
        workflows: generate::workflows(),
        step: generate::step(),
        request: generate::request(false),
    };
}

fn check(input: &[u8]) {
    GENERATORS.with(|generators| {
        let mut parts = Parts::of(input);
        let account = parts.make(&generators.account);
        let workflows = parts.make(&generators.workflows);
        let (sizes, steps) = parts.make(&(generate::level_sizes(), 1..=8_usize));
        let step = |_| (parts.make(&generators.step), parts.make(&generators.request));
        let steps: Vec<_> = (0..steps).map(step).collect();
        laws::edits_decide_as_a_fresh_compilation(account, workflows, sizes, steps)
            .expect("an edited index decides as a new one");
    });
}
