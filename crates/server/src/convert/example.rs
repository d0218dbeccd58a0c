//! Examples of workflows: changes that must, or must not, match.

use tamis_api::v1;
use tamis_engine::check::Path;
use tamis_engine::definition::Example;

use crate::convert::vocabulary::{self, WireEnum};
use crate::convert::{Findings, request, time};

/// What an example wants.
#[derive(Clone, Copy)]
struct Matches(bool);

impl WireEnum for Matches {
    fn from_wire(number: i32) -> Option<Self> {
        match v1::Expectation::try_from(number) {
            Ok(v1::Expectation::Match) => Some(Self(true)),
            Ok(v1::Expectation::NoMatch) => Some(Self(false)),
            Ok(v1::Expectation::Unspecified) | Err(_) => None,
        }
    }

    fn to_wire(self) -> i32 {
        let wire = if self.0 { v1::Expectation::Match } else { v1::Expectation::NoMatch };
        wire.into()
    }

    fn names() -> Vec<&'static str> {
        vec![v1::Expectation::Match.as_str_name(), v1::Expectation::NoMatch.as_str_name()]
    }
}

/// Reads an example.
pub(crate) fn from_wire(found: &mut Findings, path: &Path<'_>, wire: &v1::Example) -> Example {
    let expectation = vocabulary::required(found, &path.field("expectation"), wire.expectation);
    let ticket = request::required_ticket(found, &path.field("ticket"), wire.ticket.as_ref());
    let change = request::required_change(found, &path.field("change"), wire.change.as_ref());
    let now = time::required_instant(found, &path.field("now"), wire.now.as_ref());
    let baseline = request::baseline(found, &path.field("baseline"), wire.baseline.as_ref().map(Into::into));
    Example {
        name: wire.name.clone(),
        matches: expectation.is_none_or(|Matches(matches)| matches),
        ticket: ticket.into_owned(),
        change: change.into_owned(),
        now,
        baseline: baseline.map(|before| Box::new(before.into_owned())),
    }
}

/// Writes an example.
pub(crate) fn to_wire(example: &Example) -> v1::Example {
    v1::Example {
        name: example.name.clone(),
        expectation: Matches(example.matches).to_wire(),
        ticket: Some(request::ticket_to_wire(&example.ticket)),
        change: Some(request::change_to_wire(&example.change)),
        now: Some(time::instant_to_wire(example.now)),
        baseline: example.baseline.as_deref().map(request::baseline_to_wire),
    }
}
