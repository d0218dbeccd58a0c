//! What an analysis tells of the workflows that a write puts, once they are compiled with all others.

use std::collections::HashMap;

use tamis_engine::analyze::{Finding, Scope, analyze};
use tamis_engine::{Diagnostic, Index};

use crate::limits::{ANALYZED_ALONE_MAX, ANALYZED_TOGETHER_MAX};

/// A workflow whose findings are told.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// Its id.
    pub(crate) workflow_id: String,
    /// What field paths begin with.
    pub(crate) path: String,
}

/// Whether findings about one workflow are a matter of microseconds, as nobody looks at the others.
pub(crate) fn is_quick(index: &Index) -> bool {
    index.workflows_count() > ANALYZED_TOGETHER_MAX
}

/// Findings about some workflows of an account: each by itself, and with all others unless the account has too many.
pub(crate) fn warnings(index: &Index, told: &[Told]) -> Vec<Diagnostic> {
    let told = told.get(..ANALYZED_ALONE_MAX).unwrap_or(told);
    let ids: Vec<&str> = told.iter().map(|told| told.workflow_id.as_str()).collect();
    if ids.is_empty() {
        return Vec::new();
    }
    let scope = if is_quick(index) { Scope::Alone(&ids) } else { Scope::Among(&ids) };
    let paths: HashMap<&str, &str> =
        told.iter().map(|told| (told.workflow_id.as_str(), told.path.as_str())).collect();
    analyze(index, scope).findings.iter().filter_map(|finding| at(finding, &paths)).collect()
}

/// A finding as it is told of the workflow that was put, which may be another one than that it is about.
fn at(finding: &Finding, paths: &HashMap<&str, &str>) -> Option<Diagnostic> {
    let own = paths.get(&*finding.workflow_id).map(|path| finding.at(path));
    let other = || finding.other_ids.iter().find_map(|id| paths.get(&**id));
    own.or_else(|| other().map(|path| finding.at_other(path)))
}
