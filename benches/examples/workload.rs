//! Writes an account of the benches' workload for a service to decide: `workflows.yaml`, and 4 MiB of changes in
//! `changes.jsonl`, as `tamis capacity --workflows … --requests …` takes them.
//!
//! ```sh
//! cargo run --release -p tamis-benches --example workload -- 1000 target/workload-1000
//! ```
//!
//! Corpus: that of `latency` with 0.6 matches a decision (workflows of seed 1, changes of seed 2, messages of 600 bytes in four
//! languages), so that what a call costs a server can be held against what the decision alone costs.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use tamis_benches::{MessageLength, Workload};
use tamis_engine::definition::yaml::{self, Document};
use tamis_server::offline;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(count), Some(folder), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("wanted: a number of workflows, and a folder to write to".into());
    };
    let (count, folder): (usize, _) = (count.parse()?, PathBuf::from(folder));
    fs::create_dir_all(&folder)?;

    let mut workload = Workload::new(1);
    let account = workload.account();
    let workflows = workload.workflows(count).iter().map(|workflow| (**workflow).clone()).collect();
    let document = Document { account: Some((*account).clone()), workflows };
    fs::write(folder.join("workflows.yaml"), yaml::write(&document))?;

    let mut changes = BufWriter::new(File::create(folder.join("changes.jsonl"))?);
    for request in Workload::new(2).pool(count, MessageLength::Bytes(600)) {
        serde_json::to_writer(&mut changes, &offline::request_to_wire(&request, &account.id))?;
        changes.write_all(b"\n")?;
    }
    changes.flush()?;
    Ok(())
}
