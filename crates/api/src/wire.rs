//! Reads messages without copying what they say, and writes them without putting them together first.
//!
//! A view ([`View`]) has the fields of a message, and its texts are borrowed from the bytes. It takes what `prost` takes
//! and refuses what `prost` refuses: fields that it does not know are skipped, of a field that comes twice the last one
//! counts, and a message that comes twice is merged. The views are generated from the contract, like everything else.
//!
//! When *not* to use it: where the message is kept, or where it does not come a hundred thousand times a second. A message
//! of `prost` owns what it says, and a view of it can be had at any time ([`From`]).
//!
//! A [`Writer`] appends fields as `prost` would: in the order of their numbers, those that have their default left out. Who
//! calls it sees to both.

mod write;

use std::marker::PhantomData;

pub use write::Writer;

/// How deep messages, and groups that are skipped, may nest; `prost` has the same bound.
const DEPTH_MAX: u32 = 100;

/// What was read is no message of the kind that was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no such message")]
pub struct Malformed;

/// A message that is borrowed from the bytes that it was read from.
pub trait View<'m>: Default {
    /// Reads the value of one field, or skips it.
    ///
    /// # Errors
    /// There is no such value.
    fn field(
        &mut self,
        number: u32,
        kind: Kind,
        reader: &mut Reader<'m>,
        depth: Depth,
    ) -> Result<(), Malformed>;
}

/// Reads a message.
///
/// # Errors
/// The bytes are no such message.
pub fn read<'m, V: View<'m>>(bytes: &'m [u8]) -> Result<V, Malformed> {
    Unread { bytes, depth: Depth(DEPTH_MAX), view: PhantomData }.read()
}

/// A message inside of another one, which has not been looked into.
#[derive(Debug)]
pub struct Unread<'m, V> {
    bytes: &'m [u8],
    depth: Depth,
    view: PhantomData<V>,
}

impl<V> Clone for Unread<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Unread<'_, V> {}

impl<V> PartialEq for Unread<'_, V> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<'m, V> Unread<'m, V> {
    /// Its bytes.
    pub fn bytes(&self) -> &'m [u8] {
        self.bytes
    }
}

impl<'m, V: View<'m>> Unread<'m, V> {
    /// Reads it.
    ///
    /// # Errors
    /// The bytes are no such message.
    pub fn read(self) -> Result<V, Malformed> {
        let mut view = V::default();
        Reader { rest: self.bytes }.fields(&mut view, self.depth)?;
        Ok(view)
    }
}

/// How much deeper messages may nest.
#[derive(Clone, Copy, Debug)]
pub struct Depth(u32);

impl Depth {
    fn deeper(self) -> Result<Self, Malformed> {
        self.0.checked_sub(1).map(Self).ok_or(Malformed)
    }
}

/// How a value is written: the three low bits of a field's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number of one to ten bytes.
    Varint,
    /// Eight bytes.
    Fixed64,
    /// A length, and as many bytes.
    Delimited,
    /// Fields up to the end of the group.
    GroupStart,
    /// The end of a group.
    GroupEnd,
    /// Four bytes.
    Fixed32,
}

/// Bytes that are being read.
#[derive(Debug)]
pub struct Reader<'m> {
    rest: &'m [u8],
}

impl<'m> Reader<'m> {
    /// Reads all fields that are left into a view.
    fn fields<V: View<'m>>(&mut self, view: &mut V, depth: Depth) -> Result<(), Malformed> {
        while !self.rest.is_empty() {
            let (number, kind) = self.key()?;
            view.field(number, kind, self, depth)?;
        }
        Ok(())
    }

    fn key(&mut self) -> Result<(u32, Kind), Malformed> {
        let key = u32::try_from(self.varint()?).map_err(|_| Malformed)?;
        let kind = match key & 7 {
            0 => Kind::Varint,
            1 => Kind::Fixed64,
            2 => Kind::Delimited,
            3 => Kind::GroupStart,
            4 => Kind::GroupEnd,
            5 => Kind::Fixed32,
            _ => return Err(Malformed),
        };
        if key >> 3 == 0 { Err(Malformed) } else { Ok((key >> 3, kind)) }
    }

    #[inline]
    fn varint(&mut self) -> Result<u64, Malformed> {
        match self.rest {
            // Keys of the first fifteen fields, lengths up to 127, and all enums.
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, Malformed> {
        let mut value = 0;
        let mut rest = self.rest.iter();
        for shift in (0..64).step_by(7) {
            let byte = *rest.next().ok_or(Malformed)?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                self.rest = rest.as_slice();
                // The tenth byte has room for one bit.
                return if shift == 63 && byte > 1 { Err(Malformed) } else { Ok(value) };
            }
        }
        Err(Malformed)
    }

    fn take(&mut self, count: u64) -> Result<&'m [u8], Malformed> {
        let count = usize::try_from(count).map_err(|_| Malformed)?;
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn delimited(&mut self, kind: Kind) -> Result<&'m [u8], Malformed> {
        if kind != Kind::Delimited {
            return Err(Malformed);
        }
        let length = self.varint()?;
        self.take(length)
    }

    /// Reads a number.
    ///
    /// # Errors
    /// There is none.
    #[inline]
    pub fn number(&mut self, kind: Kind) -> Result<u64, Malformed> {
        if kind == Kind::Varint { self.varint() } else { Err(Malformed) }
    }

    /// Reads a text.
    ///
    /// # Errors
    /// There is none, or it is not UTF-8.
    #[inline]
    pub fn text(&mut self, kind: Kind) -> Result<&'m str, Malformed> {
        // By vectors: the standard library's took an eighth of a decision on messages in several languages.
        simdutf8::basic::from_utf8(self.delimited(kind)?).map_err(|_| Malformed)
    }

    /// Reads a message into what has been read of it before.
    ///
    /// # Errors
    /// There is none, or it is malformed or too deep.
    #[inline]
    pub fn message<V: View<'m>>(&mut self, kind: Kind, view: &mut V, depth: Depth) -> Result<(), Malformed> {
        let bytes = self.delimited(kind)?;
        Reader { rest: bytes }.fields(view, depth.deeper()?)
    }

    /// Takes a message that is to be read later.
    ///
    /// # Errors
    /// There is none, or it would be too deep.
    pub fn unread<V>(&mut self, kind: Kind, depth: Depth) -> Result<Unread<'m, V>, Malformed> {
        Ok(Unread { bytes: self.delimited(kind)?, depth: depth.deeper()?, view: PhantomData })
    }

    /// Skips the value of a field that is not known.
    ///
    /// # Errors
    /// There is no such value, or groups nest too deep.
    pub fn skip(&mut self, number: u32, kind: Kind, depth: Depth) -> Result<(), Malformed> {
        let inside = depth.deeper()?;
        match kind {
            Kind::Varint => self.varint().map(drop),
            Kind::Fixed64 => self.take(8).map(drop),
            Kind::Fixed32 => self.take(4).map(drop),
            Kind::Delimited => self.delimited(kind).map(drop),
            Kind::GroupStart => loop {
                let (inner, kind) = self.key()?;
                if kind == Kind::GroupEnd {
                    return if inner == number { Ok(()) } else { Err(Malformed) };
                }
                self.skip(inner, kind, inside)?;
            },
            Kind::GroupEnd => Err(Malformed),
        }
    }
}

#[cfg(test)]
mod tests;
