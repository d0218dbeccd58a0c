//! The contract of Tamis as Rust types: messages, clients and servers of `tamis.v1`, with the JSON mapping of
//! proto3 by `serde`.
//!
//! Everything here is generated from `proto/tamis/v1`; the comments there are the documentation. These types are the
//! wire's: the engine has its own, and the server converts between the two.

/// `tamis.v1`: the only version so far.
#[expect(clippy::all, reason = "generated; by prost, tonic and pbjson")]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/tamis.v1.rs"));
    include!(concat!(env!("OUT_DIR"), "/tamis.v1.serde.rs"));

    /// The contract as an encoded `google.protobuf.FileDescriptorSet`, for reflection.
    pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/tamis_descriptor.bin"));
}

/// The well-known types of `google.protobuf` that the contract uses.
pub use pbjson_types as well_known;
