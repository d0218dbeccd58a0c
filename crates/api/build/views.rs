//! Writes the views of messages: types like those of `prost`, whose texts are borrowed from the bytes that they were read
//! from; and the numbers of fields. `src/wire.rs` reads and writes by them, and says what they are for.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};

/// Words that a field cannot be named by as they are. `prost` treats them the same way.
const KEYWORDS: [&str; 1] = ["type"];

/// Messages that are seldom there and large, so that views hold them by themselves: a view is handed from one function to the
/// next, and all of it is copied each time.
const SELDOM: [&str; 1] = ["Baseline"];

/// What a field is in Rust.
struct Field {
    name: String,
    number: i32,
    /// Its type in the view.
    view: String,
    /// Reads it, given the wire type as `kind`, the bytes as `reader`, and how deep messages may still nest as `depth`.
    read: String,
    /// Makes it of the field of a message of `prost`; absent if there is no need to.
    borrow: Option<String>,
}

/// Views of these messages, and of all that they hold.
pub(crate) fn generate(descriptors: &FileDescriptorSet, roots: &[&str]) -> Result<String, String> {
    let mut code = String::new();
    for (name, message) in closure(descriptors, roots)? {
        if !message.nested_type.is_empty() {
            return Err(format!("{name}: messages inside of messages have no views yet"));
        }
        let described = |described: &FieldDescriptorProto| {
            field(described).map_err(|error| format!("{name}.{}: {error}", described.name()))
        };
        let fields: Vec<Field> = message.field.iter().map(described).collect::<Result<_, _>>()?;
        write_view(&mut code, &name, &fields).map_err(|error| error.to_string())?;
    }
    Ok(code)
}

/// These messages of the contract, and all that they hold, by their full names.
fn closure<'d>(
    descriptors: &'d FileDescriptorSet,
    roots: &[&str],
) -> Result<BTreeMap<String, &'d DescriptorProto>, String> {
    let mut known: BTreeMap<String, &DescriptorProto> = BTreeMap::new();
    for file in &descriptors.file {
        for message in &file.message_type {
            known.insert(format!(".{}.{}", file.package(), message.name()), message);
        }
    }
    let mut found = BTreeMap::new();
    let mut wanted: VecDeque<String> = roots.iter().map(|name| format!(".tamis.v1.{name}")).collect();
    while let Some(name) = wanted.pop_front() {
        if found.contains_key(&name) {
            continue;
        }
        let message: &DescriptorProto =
            known.get(&name).ok_or_else(|| format!("there is no message {name}"))?;
        // Entries of maps stand inside of the message whose they are, and are written by no hand of ours.
        let own = format!("{name}.");
        let held = message
            .field
            .iter()
            .filter(|field| field.r#type() == Type::Message && !field.type_name().starts_with(&own));
        wanted.extend(held.map(|field| field.type_name().to_owned()));
        found.insert(name, message);
    }
    Ok(found)
}

fn field(described: &FieldDescriptorProto) -> Result<Field, String> {
    if described.oneof_index.is_some() && !described.proto3_optional() {
        return Err("fields of a oneof have no views yet".to_owned());
    }
    let name = described.name();
    let name = if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() };
    let repeated = described.label() == Label::Repeated;
    let optional = described.proto3_optional();
    let (view, read, borrow) = match (described.r#type(), repeated, optional) {
        (Type::String, false, false) => (
            "&'m str".to_owned(),
            format!("self.{name} = reader.text(kind)?"),
            Some(format!("&message.{name}")),
        ),
        (Type::String, false, true) => (
            "Option<&'m str>".to_owned(),
            format!("self.{name} = Some(reader.text(kind)?)"),
            Some(format!("message.{name}.as_deref()")),
        ),
        (Type::String, true, _) => (
            "Vec<Cow<'m, str>>".to_owned(),
            format!("self.{name}.push(Cow::Borrowed(reader.text(kind)?))"),
            Some(format!("message.{name}.iter().map(|text| Cow::Borrowed(text.as_str())).collect()")),
        ),
        (Type::Message, false, _) => {
            let held = view_name(described.type_name());
            let (view, place, borrow) = if SELDOM.contains(&held) {
                (format!("Option<Box<{held}<'m>>>"), ".as_mut()", "|held| Box::new(held.into())")
            } else {
                (format!("Option<{held}<'m>>"), "", "From::from")
            };
            (
                view,
                format!("reader.message(kind, self.{name}.get_or_insert_default(){place}, depth)?"),
                Some(format!("message.{name}.as_ref().map({borrow})")),
            )
        }
        (Type::Message, true, _) => {
            let held = view_name(described.type_name());
            (
                format!("Vec<Unread<'m, {held}<'m>>>"),
                format!("self.{name}.push(reader.unread(kind, depth)?)"),
                None,
            )
        }
        (scalar, false, false) => {
            let (view, of) = match scalar {
                Type::Bool => ("bool", "!= 0"),
                Type::Uint64 => ("u64", ""),
                Type::Int64 => ("i64", "as i64"),
                Type::Int32 | Type::Enum => ("i32", "as i32"),
                other => return Err(format!("fields of type {} have no views yet", other.as_str_name())),
            };
            let read = format!("self.{name} = reader.number(kind)? {of}");
            (view.to_owned(), read, Some(format!("message.{name}")))
        }
        (other, ..) => return Err(format!("such fields of type {} have no views yet", other.as_str_name())),
    };
    Ok(Field { name, number: described.number(), view, read, borrow })
}

/// The last part of a message's name.
fn view_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn write_view(code: &mut String, name: &str, fields: &[Field]) -> std::fmt::Result {
    let (view, package) = (view_name(name), name.trim_start_matches('.'));
    writeln!(code, "/// A view of `{package}`.")?;
    writeln!(code, "#[derive(Clone, Debug, Default, PartialEq)]")?;
    writeln!(code, "pub struct {view}<'m> {{")?;
    for field in fields {
        writeln!(code, "    /// `{}`.", field.name.trim_start_matches("r#"))?;
        writeln!(code, "    pub {}: {},", field.name, field.view)?;
    }
    // Those whose fields are all numbers borrow nothing.
    writeln!(code, "    borrowed: PhantomData<&'m ()>,\n}}\n")?;

    writeln!(code, "impl<'m> View<'m> for {view}<'m> {{")?;
    writeln!(
        code,
        "    fn field(&mut self, number: u32, kind: Kind, reader: &mut Reader<'m>, depth: Depth) -> Result<(), Malformed> {{"
    )?;
    writeln!(code, "        match number {{")?;
    for field in fields {
        writeln!(code, "            {} => {},", field.number, field.read)?;
    }
    writeln!(
        code,
        "            _ => reader.skip(number, kind, depth)?,\n        }}\n        Ok(())\n    }}\n}}\n"
    )?;

    let borrowed: Option<Vec<String>> =
        fields.iter().map(|field| Some(format!("{}: {}", field.name, field.borrow.as_ref()?))).collect();
    let Some(borrowed) = borrowed else { return Ok(()) };
    let message = match package.strip_prefix("google.protobuf.") {
        Some(known) => format!("crate::well_known::{known}"),
        None => format!("super::{view}"),
    };
    let unused = if fields.is_empty() { "_" } else { "message" };
    writeln!(code, "impl<'m> From<&'m {message}> for {view}<'m> {{")?;
    writeln!(code, "    fn from({unused}: &'m {message}) -> Self {{")?;
    writeln!(
        code,
        "        Self {{ {}{}borrowed: PhantomData }}\n    }}\n}}\n",
        borrowed.join(", "),
        if borrowed.is_empty() { "" } else { ", " }
    )
}

/// The numbers of the fields of these messages, and of all that they hold, by name.
pub(crate) fn numbers(descriptors: &FileDescriptorSet, roots: &[&str]) -> Result<String, String> {
    let mut code = String::new();
    for message in closure(descriptors, roots)?.values() {
        for field in &message.field {
            let (message, name) = (screaming(message.name()), field.name().to_uppercase());
            let line = format!(
                "/// Number of `{}` in its message.\npub const {message}_{name}: u32 = {};\n",
                field.name(),
                field.number()
            );
            code.push_str(&line);
        }
    }
    Ok(code)
}

/// `MatchedPhrase` as `MATCHED_PHRASE`.
fn screaming(name: &str) -> String {
    let mut screaming = String::new();
    for (place, letter) in name.char_indices() {
        if place > 0 && letter.is_uppercase() {
            screaming.push('_');
        }
        screaming.extend(letter.to_uppercase());
    }
    screaming
}
