//! The report as Markdown, with its plots as files beside it.

use super::document::{Block, Document, Table};
use super::plot::put;

/// The document in GitHub's Markdown; plots are referred to in the folder `plots`.
pub(super) fn write(document: &Document) -> String {
    let mut out = format!("# {}\n\n{}\n", escaped(&document.title), escaped(&document.subtitle));
    for section in &document.sections {
        put(&mut out, format_args!("\n## {}\n", escaped(&section.title)));
        for block in &section.blocks {
            add_block(&mut out, block);
        }
    }
    out
}

fn add_block(out: &mut String, block: &Block) {
    out.push('\n');
    match block {
        Block::Text(text) => put(out, format_args!("{}\n", escaped(text))),
        Block::Caveat(text) => put(out, format_args!("> **Mind:** {}\n", escaped(text))),
        Block::Figures(figures) => {
            for (value, meaning) in figures {
                put(out, format_args!("- **{}** {}\n", escaped(value), escaped(meaning)));
            }
        }
        Block::Table(table) => add_table(out, table),
        Block::Plot(plot) => put(out, format_args!("![{}](plots/{}.svg)\n", escaped(&plot.title), plot.id)),
    }
}

fn add_table(out: &mut String, table: &Table) {
    put(out, format_args!("{}\n\n", escaped(&table.caption)));
    let names = table.head.iter().map(|column| escaped(&column.name));
    add_row(out, names);
    add_row(out, table.head.iter().map(|column| if column.is_number { "--:" } else { "---" }.to_owned()));
    for row in &table.rows {
        add_row(out, row.iter().map(|cell| escaped(cell)));
    }
}

fn add_row(out: &mut String, cells: impl Iterator<Item = String>) {
    for cell in cells {
        put(out, format_args!("| {cell} "));
    }
    out.push_str("|\n");
}

/// A text that means nothing to Markdown, and stays on its line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => out.extend(['\\', c]),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
