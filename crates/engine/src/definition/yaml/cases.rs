//! Reads cases that workflows are tested by.

use super::actions::action;
use super::reader::{Reader, Spot};
use super::request::request_of;
use crate::case::{Case, Expected};
use crate::check::Path;

/// Reads the list of a file of cases.
pub(super) fn cases(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Vec<Case> {
    let Some(fields) = reader.fields(path, spot, &["tests"]) else { return Vec::new() };
    let path = path.field("tests");
    let Some(spot) = fields.get("tests") else {
        reader.missing(&path, "write a list of cases");
        return Vec::new();
    };
    let spots = reader.list(&path, spot).unwrap_or_default();
    let cases = spots.into_iter().enumerate();
    cases.map(|(index, spot)| case(reader, &path.index(index), spot).unwrap_or_default()).collect()
}

/// Reads a case; what cannot be read of it has been reported and stands empty, so that the next one keeps its index.
fn case(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Case> {
    let known = ["name", "now", "ticket", "change", "baseline", "cause", "expect"];
    let fields = reader.fields(path, spot, &known)?;
    let field = path.field("name");
    let name = match fields.get("name") {
        Some(spot) => reader.text(&field, spot),
        None => {
            reader.missing(&field, "write a `name`, which says what the case is about");
            None
        }
    };
    let request = request_of(reader, path, &fields);
    let field = path.field("expect");
    let expected = match fields.get("expect") {
        Some(spot) => expected(reader, &field, spot),
        None => {
            reader.missing(&field, "write what must be decided, such as `expect: { matches: [refund] }`");
            None
        }
    };
    Some(Case { name: name.unwrap_or_default(), request, expected: expected.unwrap_or_default() })
}

fn expected(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Option<Expected> {
    let fields = reader.fields(path, spot, &["matches", "shadow_matches", "actions"])?;
    let mut ids = |name: &'static str| {
        fields.get(name).and_then(|spot| reader.values(&path.field(name), spot, Reader::text))
    };
    let (matches, shadow_matches) = (ids("matches"), ids("shadow_matches"));
    if fields.get("matches").is_none() {
        let help = "write the ids of the workflows that match, or `[]` if there are none";
        reader.missing(&path.field("matches"), help);
    }
    let actions = fields.get("actions").map(|spot| {
        let path = path.field("actions");
        let spots = reader.list(&path, spot).unwrap_or_default().into_iter().enumerate();
        spots.map(|(index, spot)| action(reader, &path.index(index), spot)).collect()
    });
    Some(Expected { matches: matches.unwrap_or_default(), shadow_matches, actions })
}
