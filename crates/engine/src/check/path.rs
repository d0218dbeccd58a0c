//! Paths of fields, such as `workflow.all[2].subject.phrases[0]`, that cost nothing until they are written out.

use std::fmt;

/// The path of a field: a list on the stack that leads from the field to the root.
#[derive(Clone, Copy, Debug)]
pub enum Path<'p> {
    /// What paths begin with; may be empty.
    Root(&'p str),
    /// A field of the contract.
    Field(&'p Path<'p>, &'static str),
    /// A field that the contract does not know.
    Unknown(&'p Path<'p>, &'p str),
    /// An element of a list.
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The path of a field of this one.
    pub fn field(&self, name: &'static str) -> Path<'_> {
        Path::Field(self, name)
    }

    /// The path of an element of this list.
    pub fn index(&self, index: usize) -> Path<'_> {
        Path::Index(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root(name) => f.write_str(name),
            Path::Field(Path::Root(""), name) => f.write_str(name),
            Path::Unknown(Path::Root(""), name) => f.write_str(name),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Unknown(parent, name) => write!(f, "{parent}.{name}"),
            Path::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
