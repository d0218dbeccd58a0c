//! What the tests and benches of Tamis share: a plain reference evaluator, generators, laws and the corpus of cases.
//!
//! For tests and benches only: nothing here is fast, nothing here checks its input, and no binary links it. To decide
//! anything for real, use `tamis_engine::Index`.

pub mod corpus;
pub mod generate;
pub mod laws;
pub mod reference;
