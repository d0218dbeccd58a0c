//! The report as headings, sentences, tables and plots, before it is written in one form or another.

use super::plot::Plot;

/// A report for people.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) sections: Vec<Section>,
}

/// A part with a heading.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// Its anchor.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) blocks: Vec<Block>,
}

/// What a section is made of. All texts are plain: each form escapes them in its own way.
#[derive(Clone, Debug)]
pub(super) enum Block {
    /// A paragraph.
    Text(String),
    /// Something that keeps figures from being taken at their word.
    Caveat(String),
    /// A few figures that matter most: value, then what it is.
    Figures(Vec<(String, String)>),
    Table(Table),
    Plot(Plot),
}

/// A table. What its figures are is said in its caption.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) head: Vec<Column>,
    pub(super) rows: Vec<Vec<String>>,
}

/// A column's heading.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// Whether it holds numbers, which stand on the right.
    pub(super) is_number: bool,
}

impl Table {
    /// An empty table; headings that begin with `#` are of columns with numbers.
    pub(super) fn new(caption: impl Into<String>, head: &[&str]) -> Self {
        let column = |name: &&str| Column {
            name: name.trim_start_matches('#').to_owned(),
            is_number: name.starts_with('#'),
        };
        Self { caption: caption.into(), head: head.iter().map(column).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl Section {
    pub(super) fn new(id: &'static str, title: &'static str) -> Self {
        Self { id, title, blocks: Vec::new() }
    }

    pub(super) fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    pub(super) fn caveats<'c>(&mut self, caveats: impl IntoIterator<Item = &'c String>) {
        self.blocks.extend(caveats.into_iter().cloned().map(Block::Caveat));
    }

    pub(super) fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    pub(super) fn plot(&mut self, plot: Plot) {
        self.blocks.push(Block::Plot(plot));
    }
}
