//! Compiles the contract in `proto/` to Rust, without a system `protoc`.

mod views;

use std::path::PathBuf;

use prost::Message as _;

/// The messages that are read on the way to a decision.
const VIEWED: [&str; 2] = ["EvaluateBatchRequest", "EvaluateStreamRequest"];
/// The messages that are written from a decision.
const WRITTEN: [&str; 2] = ["EvaluateBatchResponse", "EvaluateStreamResponse"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Asked at run time: a build folder that several checkouts share may bring the script built by another.
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files: Vec<PathBuf> = std::fs::read_dir(root.join("tamis/v1"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "proto"));
    files.sort();

    let descriptors = protox::compile(&files, [&root])?;
    let encoded = descriptors.encode_to_vec();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("tamis_descriptor.bin"), &encoded)?;
    std::fs::write(out.join("tamis.v1.view.rs"), views::generate(&descriptors, &VIEWED)?)?;
    std::fs::write(out.join("tamis.v1.number.rs"), views::numbers(&descriptors, &WRITTEN)?)?;

    tonic_prost_build::configure()
        .extern_path(".google.protobuf", "::pbjson_types")
        .compile_well_known_types(true)
        .compile_fds(descriptors)?;
    pbjson_build::Builder::new()
        .register_descriptors(&encoded)?
        .preserve_proto_field_names()
        .build(&[".tamis.v1"])?;
    Ok(())
}
