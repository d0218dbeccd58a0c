//! Options of `schema`.

use clap::Args;

const SCHEMA_HELP: &str = "\
Editors that know YAML complete and check a file whose first line is
  # yaml-language-server: $schema=tamis.schema.json

Examples:
  tamis schema > tamis.schema.json

Exit codes:
  0  it is printed
  1  standard output cannot be written to";

/// Options of `schema`: none.
#[derive(Debug, Args)]
#[command(after_help = SCHEMA_HELP)]
pub(crate) struct SchemaArgs {}
