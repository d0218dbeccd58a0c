mod cases;
mod edit;
mod faults;
mod read;
mod requests;
mod round_trip;
mod schema;
mod strategies;
mod write;

/// The format's own example, which the module's documentation shows.
const EXAMPLE: &str = include_str!("example.yaml");
