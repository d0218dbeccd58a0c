//! Decides which workflows match a change of a ticket, and what is to be done.
//!
//! An [`Account`] and its [`Workflow`]s are checked ([`check`]), compiled into an immutable [`Index`] ([`compile()`])
//! and asked ([`Index::evaluate`]). All of it is pure and synchronous: time arrives in the [`Request`], nothing is
//! read from a clock, a file or a network, and nothing waits.
//!
//! When *not* to use it: for a handful of rules that are judged a few times an hour, a loop over the conditions is
//! simpler. The index pays when many workflows are judged many times between two saves.

pub mod analyze;
pub mod ascent;
mod bytes;
pub mod case;
pub mod check;
pub mod compile;
pub mod date_time;
pub mod decision;
pub mod definition;
pub mod diagnostic;
mod evaluate;
mod explain;
pub mod explanation;
pub mod fold;
mod index;
pub mod limits;
mod nearest;
pub mod phrases;
pub mod request;
pub mod simulate;
pub mod starters;
pub mod template;
mod time;
pub mod variable;
#[cfg(target_arch = "x86_64")]
mod vectors;

pub use compile::compile;
pub use decision::Decision;
pub use definition::{Account, Workflow};
pub use diagnostic::{Diagnostic, Severity, Within};
pub use evaluate::Scratch;
pub use explanation::Explanation;
pub use index::Index;
pub use request::Request;
