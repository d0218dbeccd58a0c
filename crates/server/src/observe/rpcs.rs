//! The rpcs by which calls are counted: those of the contract, of health and of reflection, and one for all others.

use std::collections::HashMap;

use prost::Message as _;
use prost_types::FileDescriptorSet;
use tamis_api::v1;

/// What calls of rpcs that nobody knows are counted as; their names are the caller's, and may be any.
const UNKNOWN: &str = "unknown";

/// An rpc, by its place among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rpc(pub(super) usize);

/// All rpcs.
#[derive(Debug)]
pub(crate) struct Rpcs {
    /// Names such as `tamis.v1.DecisionService/Evaluate`; the last one is [`UNKNOWN`].
    names: Vec<String>,
    by_name: HashMap<String, Rpc>,
    pub(crate) evaluate: Rpc,
    pub(crate) evaluate_batch: Rpc,
    pub(crate) evaluate_stream: Rpc,
}

impl Rpcs {
    /// Reads them from the contract, so that none is forgotten.
    pub(super) fn new() -> Self {
        let sets = [
            v1::FILE_DESCRIPTOR_SET,
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
        ];
        let mut names: Vec<String> = sets.into_iter().flat_map(names).collect();
        names.push(UNKNOWN.to_owned());
        let by_name: HashMap<_, _> =
            names.iter().enumerate().map(|(place, name)| (name.clone(), Rpc(place))).collect();
        let unknown = Rpc(names.len() - 1);
        let find = |name: &str| by_name.get(name).copied().unwrap_or(unknown);
        Self {
            evaluate: find("tamis.v1.DecisionService/Evaluate"),
            evaluate_batch: find("tamis.v1.DecisionService/EvaluateBatch"),
            evaluate_stream: find("tamis.v1.DecisionService/EvaluateStream"),
            names,
            by_name,
        }
    }

    /// The rpc of a path such as `/tamis.v1.DecisionService/Evaluate`.
    pub(crate) fn of(&self, path: &str) -> Rpc {
        let found = self.by_name.get(path.trim_start_matches('/'));
        found.copied().unwrap_or(Rpc(self.names.len() - 1))
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// Their names, in the order of their places.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The name of one.
    pub(super) fn name(&self, rpc: Rpc) -> &str {
        self.names.get(rpc.0).map_or(UNKNOWN, String::as_str)
    }
}

fn names(set: &[u8]) -> Vec<String> {
    let Ok(set) = FileDescriptorSet::decode(set) else { return Vec::new() };
    let services =
        set.file.iter().flat_map(|file| file.service.iter().map(|service| (file.package(), service)));
    services
        .flat_map(|(package, service)| {
            service.method.iter().map(move |rpc| format!("{package}.{}/{}", service.name(), rpc.name()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rpc_has_a_place_and_all_others_share_one() {
        let rpcs = Rpcs::new();
        for name in [
            "tamis.v1.DecisionService/Evaluate",
            "tamis.v1.DecisionService/Explain",
            "tamis.v1.WorkflowService/ListWorkflows",
            "tamis.v1.AccountService/CreateAccount",
            "grpc.health.v1.Health/Check",
            "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        ] {
            assert_eq!(rpcs.name(rpcs.of(&format!("/{name}"))), name);
        }
        assert_eq!(rpcs.name(rpcs.evaluate), "tamis.v1.DecisionService/Evaluate");
        assert_eq!(rpcs.name(rpcs.evaluate_batch), "tamis.v1.DecisionService/EvaluateBatch");
        assert_eq!(rpcs.name(rpcs.evaluate_stream), "tamis.v1.DecisionService/EvaluateStream");
        for path in ["/tamis.v1.DecisionService/Nothing", "", "/", "/\n\"} 1"] {
            assert_eq!(rpcs.name(rpcs.of(path)), UNKNOWN);
        }
    }
}
