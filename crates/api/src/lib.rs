//! The contract of Tamis as Rust types: messages, clients and servers of `tamis.v1`, with the JSON mapping of
//! proto3 by `serde`.
//!
//! Nearly everything here is generated from `proto/tamis/v1`; the comments there are the documentation. These types are
//! the wire's: the engine has its own, and the server converts between the two. [`v1::view`] has the messages that come
//! most often a second time, borrowed from the bytes that they arrived in; [`wire`] reads those. [`recorded`] has lines of the
//! log of decisions, which are made of messages. [`violations`] reads the fields that are wrong from the status of a refused call.

pub mod recorded;
pub mod violations;
pub mod wire;

/// `tamis.v1`: the only version so far.
#[expect(clippy::all, reason = "generated; by prost, tonic and pbjson")]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/tamis.v1.rs"));
    include!(concat!(env!("OUT_DIR"), "/tamis.v1.serde.rs"));

    /// Messages as they lie in the bytes that they were read from: [`crate::wire`] says when to read them so.
    pub mod view {
        use std::borrow::Cow;
        use std::marker::PhantomData;

        use crate::wire::{Depth, Kind, Malformed, Reader, Unread, View};

        include!(concat!(env!("OUT_DIR"), "/tamis.v1.view.rs"));
    }

    /// Numbers of fields, for [`crate::wire::Writer`].
    pub mod number {
        include!(concat!(env!("OUT_DIR"), "/tamis.v1.number.rs"));
    }

    /// The contract as an encoded `google.protobuf.FileDescriptorSet`, for reflection.
    pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tamis_descriptor.bin"));
}

/// The well-known types of `google.protobuf` that the contract uses.
pub use pbjson_types as well_known;

/// What stands for who wrote a revision, if the service asks nobody who they are and the caller did not say.
pub const ACTOR_UNKNOWN: &str = "unknown";

/// The names of gRPC's codes, in the order of their numbers, as the specification of its protocol writes them.
pub const CODE_NAMES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];
