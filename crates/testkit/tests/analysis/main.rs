//! Analyses of sets of workflows, judged by the reference.

#[cfg(test)]
mod findings;
