//! The report as headings, sentences, tables and plots, before it is written in one form or another.

use std::borrow::Cow;

use super::plot::Plot;

/// A report for people.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it is.
    pub title: String,
    /// Of what, in a line.
    pub subtitle: String,
    /// Its parts, in order.
    pub sections: Vec<Section>,
}

/// A part with a heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its anchor.
    pub id: Cow<'static, str>,
    /// Its heading.
    pub title: Cow<'static, str>,
    /// What stands below.
    pub blocks: Vec<Block>,
}

/// What a section is made of. All texts are plain: each form escapes them in its own way.
#[derive(Clone, Debug)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// Something that keeps figures from being taken at their word.
    Caveat(String),
    /// A few figures that matter most: value, then what it is.
    Figures(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// A plot.
    Plot(Plot),
}

/// A table. What its figures are is said in its caption.
#[derive(Clone, Debug)]
pub struct Table {
    /// What stands above it.
    pub caption: String,
    /// Its columns.
    pub head: Vec<Column>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<String>>,
}

/// A column's heading.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it holds.
    pub name: String,
    /// Whether it holds numbers, which stand on the right.
    pub is_number: bool,
}

impl Table {
    /// An empty table; headings that begin with `#` are of columns with numbers.
    pub fn new(caption: impl Into<String>, head: &[&str]) -> Self {
        let column = |name: &&str| Column {
            name: name.trim_start_matches('#').to_owned(),
            is_number: name.starts_with('#'),
        };
        Self { caption: caption.into(), head: head.iter().map(column).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl Section {
    /// A part without anything below its heading.
    pub fn new(id: impl Into<Cow<'static, str>>, title: impl Into<Cow<'static, str>>) -> Self {
        Self { id: id.into(), title: title.into(), blocks: Vec::new() }
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    /// Adds what keeps figures from being taken at their word.
    pub fn caveats<'c>(&mut self, caveats: impl IntoIterator<Item = &'c String>) {
        self.blocks.extend(caveats.into_iter().cloned().map(Block::Caveat));
    }

    /// Adds a table, unless it has no rows.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    /// Adds a plot.
    pub fn plot(&mut self, plot: Plot) {
        self.blocks.push(Block::Plot(plot));
    }
}
