//! What the benchmarks share: workloads out of a seed, the plain loop that the index is compared with, and how
//! latencies are told.
//!
//! Everything is made with ChaCha8, whose output is the same on every machine and in every version, so that a number can be
//! compared with one measured elsewhere. Requests come in pools of megabytes that are taken in turn, because a few hundred
//! that stay in the nearest cache flatter the decision by up to two times.
//!
//! - [`Workload`] makes accounts, workflows and changes of tickets; [`Profile`] says of what kind.
//! - [`PhraseCorpus`] makes phrases, and texts to look for them in; [`phrase_matcher`] looks for them.
//! - [`PlainLoop`] decides the same without an index.
//! - [`measure`] times single decisions, and knows what `--quick` leaves out.

pub mod measure;
mod phrases;
mod plain;
mod text;
mod workload;

pub use phrases::{PhraseCorpus, phrase_matcher};
pub use plain::{Order, PlainLoop};
pub use text::Language;
pub use workload::{MatchRate, MessageLength, Profile, Shape, Workload};
