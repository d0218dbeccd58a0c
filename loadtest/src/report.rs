//! The capacity report: what was measured, what it means, and how it is written.
//!
//! [`model`] is the report for machines. [`write()`] puts it beside its raw data as HTML, Markdown and JSON. What it is written
//! with ([`document`], [`html`], [`plot`], [`format`](mod@format)) writes other reports too.

pub mod document;
pub mod format;
pub mod html;
pub mod knee;
pub mod least_squares;
mod markdown;
pub mod model;
pub mod planner;
pub mod plot;
mod point;
mod sections;
pub mod statistics;
pub mod usl;
mod write;

pub use write::{FILES, write};
