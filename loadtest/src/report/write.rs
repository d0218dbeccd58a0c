//! Puts a report into a folder.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::document::Block;
use super::model::Report;
use super::{html, markdown, plot, sections};

/// The files that are the report; the folders `plots` and `raw` stand beside them.
pub const FILES: [&str; 3] = ["capacity.html", "capacity.md", "capacity.json"];

/// Writes a report into a folder, which is made if there is none: [`FILES`], the plots of the Markdown as `plots/*.svg`, and
/// raw data, by file name, below `raw`. What is there already under these names is replaced.
///
/// # Errors
/// A file cannot be written.
pub fn write(folder: &Path, report: &Report, raw: &[(&str, String)]) -> io::Result<()> {
    let document = sections::document(report);
    let mut json = serde_json::to_value(report).map_err(io::Error::other)?;
    shorten(&mut json);
    let json = serde_json::to_string(&json).map_err(io::Error::other)?;
    let (plots, raw_folder) = (folder.join("plots"), folder.join("raw"));
    for made in [&plots, &raw_folder] {
        fs::create_dir_all(made)?;
    }
    let texts = [html::write(&document), markdown::write(&document), json + "\n"];
    for (name, text) in FILES.into_iter().zip(texts) {
        fs::write(folder.join(name), text)?;
    }
    for block in document.sections.iter().flat_map(|section| &section.blocks) {
        if let Block::Plot(drawn) = block {
            fs::write(plots.join(format!("{}.svg", drawn.id)), plot::standalone(drawn))?;
        }
    }
    for (name, text) in raw {
        fs::write(raw_folder.join(name), text)?;
    }
    Ok(())
}

/// Rounds numbers to nine digits: more than any of them is good for, and few enough to be read back as they were written.
fn shorten(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let rounded = number.as_f64().and_then(|number| format!("{number:.8e}").parse().ok());
            if let Some(rounded) = rounded.and_then(serde_json::Number::from_f64) {
                *number = rounded;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        _ => {}
    }
}
