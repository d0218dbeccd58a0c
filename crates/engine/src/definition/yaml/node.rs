//! A YAML text as a tree of nodes that know where they stand.
//!
//! The tree is made from the parser's events, not by deserializing, so that a plain `012` keeps its text, a key has a
//! place of its own, and an unknown field does not hide the next one. Depth and what aliases stand for are bounded.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_saphyr::granit_parser::{
    self as parser, Event, Marker, ScalarStyle, ScanError, Span, StrInput, StructureStyle, Tag,
};

use super::locations::Location;
use super::syntax;
use crate::check::quoted;
use crate::limits;

/// A node of the tree.
#[derive(Clone, Debug)]
pub(super) struct Node<'t> {
    /// Where it begins.
    pub(super) at: Location,
    /// Offset in bytes of its end, not of what follows it: line breaks and comments.
    pub(super) end: usize,
    /// How it is written.
    pub(super) form: Form,
    /// What it is.
    pub(super) kind: Kind<'t>,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// In lines, or as a scalar.
    Block,
    /// A list between brackets or a mapping between braces.
    Flow,
    /// By the name of another node: whatever is in it stands elsewhere.
    Alias,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Kind<'t> {
    /// A text, a number, a flag or nothing.
    Scalar {
        /// As it was written, quotes and escapes aside.
        text: Cow<'t, str>,
        /// It stands without quotes, and so may be other than a text.
        plain: bool,
    },
    /// A list.
    List(Vec<Node<'t>>),
    /// A mapping, in the order of the file.
    Mapping(Vec<(Node<'t>, Node<'t>)>),
}

impl Node<'_> {
    /// Whether nothing stands there.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Bytes that a copy takes, about, and how many levels it has.
    fn extent(&self) -> (usize, usize) {
        const NODE_BYTES: usize = 64;
        match &self.kind {
            Kind::Scalar { text, .. } => (NODE_BYTES + text.len(), 0),
            Kind::List(items) => around(items.iter().map(Node::extent), NODE_BYTES),
            Kind::Mapping(entries) => {
                around(entries.iter().flat_map(|(key, value)| [key.extent(), value.extent()]), NODE_BYTES)
            }
        }
    }
}

fn around(parts: impl Iterator<Item = (usize, usize)>, own_bytes: usize) -> (usize, usize) {
    parts.fold((own_bytes, 1), |(bytes, levels), (part_bytes, part_levels)| {
        (bytes.saturating_add(part_bytes), levels.max(part_levels + 1))
    })
}

/// Why a text is not YAML that can be read.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// Where it shows.
    pub(super) at: Location,
    /// The kind of finding.
    pub(super) code: &'static str,
    /// What is wrong.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Cow<'static, str>,
}

/// Reads a text with at most one document; `None` if it holds none.
pub(super) fn parse(text: &str) -> Result<Option<Node<'_>>, Fault> {
    if let Some(offset) = text.find('\0') {
        // The parser takes it for the end of the text, and would not tell that something follows.
        return Err(Fault {
            at: location_at(text, offset),
            code: "yaml_syntax",
            message: "the text holds a NUL character".to_owned(),
            help: "take it out, or write it as \"\\0\" within double quotes".into(),
        });
    }
    let mut options = parser::Options::default();
    options.emit_comments = false;
    // One level more than allowed is let through, so that the finding is ours.
    options.flow_nesting_limit = limits::YAML_DEPTH_MAX + 1;
    options.block_nesting_limit = limits::YAML_DEPTH_MAX + 1;
    let parser = parser::Parser::new_from_str_with_options(text, options);
    Builder { text, parser, anchors: HashMap::new(), copied_bytes: 0 }.document()
}

/// An anchored node, for the aliases that stand for it.
struct Anchored<'t> {
    node: Node<'t>,
    bytes: usize,
    levels: usize,
}

struct Builder<'t> {
    text: &'t str,
    parser: parser::Parser<'t, StrInput<'t>>,
    anchors: HashMap<usize, Anchored<'t>>,
    copied_bytes: usize,
}

impl<'t> Builder<'t> {
    fn document(mut self) -> Result<Option<Node<'t>>, Fault> {
        let mut root = None;
        while let Some((event, span)) = self.next()? {
            match event {
                Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event if root.is_none() => root = Some(self.node(event, span, 0)?),
                _ => {
                    let message = "a second document begins here".to_owned();
                    let help = "put everything into one document: a file has no more".into();
                    return Err(Fault { at: location(&span), code: "yaml_syntax", message, help });
                }
            }
        }
        Ok(root)
    }

    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, Fault> {
        self.parser.next_event().transpose().map_err(|error| self.syntax(&error))
    }

    fn syntax(&self, error: &ScanError) -> Fault {
        syntax::fault(self.text, marker_location(error.marker()), &error.info())
    }

    /// The node that begins with this event, below this many levels.
    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node<'t>, Fault> {
        let at = location(&span);
        let anchor = event.anchor_id();
        let mut end = self.end(at, &span);
        let mut form = Form::Block;
        let kind = match event {
            Event::Scalar(text, style, _, tag) => {
                let tagged = check_tag(at, tag.as_deref())?;
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    // Blanks at the end of its last line are a part of it.
                    let rest = self.text.get(end..).unwrap_or_default();
                    end += rest.len() - rest.trim_start_matches([' ', '\t']).len();
                }
                Kind::Scalar { text, plain: style == ScalarStyle::Plain && !tagged }
            }
            Event::SequenceStart(style, _, tag) => {
                check_tag(at, tag.as_deref())?;
                let (items, last) = self.list(at, depth + 1)?;
                (form, end) = match style {
                    StructureStyle::Flow => (Form::Flow, self.end(at, &last)),
                    // The end of one in lines is only noticed where the next thing begins.
                    StructureStyle::Block => (form, items.last().map_or(end, |item| item.end)),
                };
                Kind::List(items)
            }
            Event::MappingStart(style, _, tag) => {
                check_tag(at, tag.as_deref())?;
                let (entries, last) = self.mapping(at, depth + 1)?;
                (form, end) = match style {
                    StructureStyle::Flow => (Form::Flow, self.end(at, &last)),
                    StructureStyle::Block => {
                        (form, entries.last().map_or(end, |(key, value)| key.end.max(value.end)))
                    }
                };
                Kind::Mapping(entries)
            }
            Event::Alias(anchor) => return self.alias(anchor, at, end, depth),
            _ => return Err(unexpected(at)),
        };
        let node = Node { at, end, form, kind };
        if let Some(anchor) = anchor {
            let (bytes, levels) = node.extent();
            self.count_copy(bytes, at)?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), bytes, levels });
        }
        Ok(node)
    }

    /// Where what begins here ends by its span, which for some scalars takes in the line breaks that follow.
    fn end(&self, at: Location, span: &Span) -> usize {
        let to = span.end.byte_offset().unwrap_or(at.offset);
        at.offset
            + self
                .text
                .get(at.offset..to)
                .map_or(0, |text| text.trim_end_matches([' ', '\t', '\n', '\r']).len())
    }

    fn list(&mut self, at: Location, depth: usize) -> Result<(Vec<Node<'t>>, Span), Fault> {
        check_depth(at, depth)?;
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Some((Event::SequenceEnd, span)) => return Ok((items, span)),
                Some((event, span)) => items.push(self.node(event, span, depth)?),
                None => return Err(unexpected(at)),
            }
        }
    }

    fn mapping(&mut self, at: Location, depth: usize) -> Result<(Vec<(Node<'t>, Node<'t>)>, Span), Fault> {
        check_depth(at, depth)?;
        let mut entries = Vec::new();
        loop {
            let key = match self.next()? {
                Some((Event::MappingEnd, span)) => return Ok((entries, span)),
                Some((event, span)) => self.node(event, span, depth)?,
                None => return Err(unexpected(at)),
            };
            match self.next()? {
                Some((event, span)) => entries.push((key, self.node(event, span, depth)?)),
                None => return Err(unexpected(at)),
            }
        }
    }

    fn alias(&mut self, anchor: usize, at: Location, end: usize, depth: usize) -> Result<Node<'t>, Fault> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            let message = "the alias stands within what it stands for".to_owned();
            return Err(Fault { at, code: "yaml_alias", message, help: "write the value out".into() });
        };
        check_depth(at, depth + anchored.levels)?;
        let (bytes, kind) = (anchored.bytes, anchored.node.kind.clone());
        self.count_copy(bytes, at)?;
        Ok(Node { at, end, form: Form::Alias, kind })
    }

    fn count_copy(&mut self, bytes: usize, at: Location) -> Result<(), Fault> {
        self.copied_bytes = self.copied_bytes.saturating_add(bytes);
        if self.copied_bytes > limits::YAML_ALIAS_BYTES_MAX {
            let message = "the aliases up to here stand for too much".to_owned();
            let help = "write the values out, or spread them over several files".into();
            return Err(Fault { at, code: "yaml_alias", message, help });
        }
        Ok(())
    }
}

/// Whether a tag says that the scalar is a text; another tag than those of the core schema is refused.
fn check_tag(at: Location, tag: Option<&Tag>) -> Result<bool, Fault> {
    match tag {
        None => Ok(false),
        Some(tag) if tag.core_suffix().is_some() => Ok(tag.core_suffix() == Some("str")),
        Some(tag) => {
            let message = format!("the tag {} has no meaning here", quoted(&tag.original()));
            Err(Fault { at, code: "yaml_tag", message, help: "leave the tag out".into() })
        }
    }
}

fn check_depth(at: Location, depth: usize) -> Result<(), Fault> {
    if depth > limits::YAML_DEPTH_MAX {
        let message = format!("more than {} levels stand within one another", limits::YAML_DEPTH_MAX);
        return Err(Fault {
            at,
            code: "yaml_depth",
            message,
            help: "no part of the format is that deep".into(),
        });
    }
    Ok(())
}

fn unexpected(at: Location) -> Fault {
    let message = "this is not YAML: a value was expected".to_owned();
    Fault { at, code: "yaml_syntax", message, help: "".into() }
}

fn location(span: &Span) -> Location {
    marker_location(&span.start)
}

fn marker_location(marker: &Marker) -> Location {
    Location {
        line: u32::try_from(marker.line()).unwrap_or(u32::MAX).max(1),
        column: u32::try_from(marker.col()).unwrap_or(u32::MAX).saturating_add(1),
        offset: marker.byte_offset().unwrap_or(0),
    }
}

/// The place of an offset, for what the parser does not tell the place of. As to it, CR LF is one line break and CR another.
pub(super) fn location_at(text: &str, offset: usize) -> Location {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches(['\n', '\r']).count() - before.matches("\r\n").count() + 1;
    let column = before.chars().rev().take_while(|&c| c != '\n' && c != '\r').count() + 1;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Location { line: count(line), column: count(column), offset }
}
