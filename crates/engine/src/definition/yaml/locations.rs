//! Where each field of a document stands.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::check::Path;

/// Where something stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Offset in bytes.
    pub offset: usize,
}

/// Where each field of a document stands, by its path.
///
/// Paths are those of diagnostics, made of the contract's field names, whatever the shape in YAML: the third value under
/// `is` of a condition on tags is `all[0].tag_assigned.ids[2]`. A value with a single text is found where the text
/// begins, a mapping or a list where its key does.
#[derive(Clone, Debug, Default)]
pub struct Locations {
    root: Place,
}

#[derive(Clone, Debug, Default)]
struct Place {
    at: Option<Location>,
    within: BTreeMap<Step, Place>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Field(Cow<'static, str>),
    Index(usize),
}

impl Locations {
    /// Where the field of this path stands, or the nearest field around it.
    pub fn of(&self, path: &str) -> Option<Location> {
        let mut place = &self.root;
        let mut nearest = place.at;
        for step in steps(path) {
            let Some(within) = step.and_then(|step| place.within.get(&step)) else { break };
            place = within;
            nearest = place.at.or(nearest);
        }
        nearest
    }

    /// Notes where a field stands.
    pub(super) fn insert(&mut self, path: &Path<'_>, at: Location) {
        self.place(path).at = Some(at);
    }

    fn place(&mut self, path: &Path<'_>) -> &mut Place {
        let (parent, step) = match *path {
            Path::Root("") => return &mut self.root,
            Path::Root(name) => (&Path::Root(""), Step::Field(Cow::Owned(name.to_owned()))),
            Path::Field(parent, name) => (parent, Step::Field(Cow::Borrowed(name))),
            Path::Unknown(parent, name) => (parent, Step::Field(Cow::Owned(name.to_owned()))),
            Path::Index(parent, index) => (parent, Step::Index(index)),
        };
        self.place(parent).within.entry(step).or_default()
    }
}

/// The steps of a path; `None` for one that no path of ours has.
fn steps(path: &str) -> impl Iterator<Item = Option<Step>> {
    path.split('.').filter(|part| !part.is_empty()).flat_map(|part| {
        let (name, indexes) = part.split_once('[').unwrap_or((part, ""));
        let field = Some(Step::Field(Cow::Owned(name.to_owned())));
        let indexes = indexes.split('[').filter(|index| !index.is_empty());
        let indexes = indexes.map(|index| index.strip_suffix(']')?.parse().ok().map(Step::Index));
        std::iter::once(field).chain(indexes)
    })
}
