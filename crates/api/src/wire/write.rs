//! Messages as they are written.

/// Bytes before a message inside of another one whose length takes one byte.
const SHORT: usize = 0x80;

/// Appends the fields of a message to bytes.
#[derive(Debug)]
pub struct Writer<'b> {
    out: &'b mut Vec<u8>,
}

impl<'b> Writer<'b> {
    /// A message that is appended to these bytes.
    pub fn new(out: &'b mut Vec<u8>) -> Self {
        Self { out }
    }

    /// A number that is left out if it is 0.
    #[inline]
    pub fn number(&mut self, number: u32, value: u64) {
        if value != 0 {
            self.given_number(number, value);
        }
    }

    /// A number that is told whatever it is.
    #[inline]
    pub fn given_number(&mut self, number: u32, value: u64) {
        self.key(number, 0);
        self.varint(value);
    }

    /// A text that is left out if it is empty.
    #[inline]
    pub fn text(&mut self, number: u32, text: &str) {
        if !text.is_empty() {
            self.given_bytes(number, text.as_bytes());
        }
    }

    /// A text that is told whatever it is: one of several, one that may be absent.
    #[inline]
    pub fn given_text(&mut self, number: u32, text: &str) {
        self.given_bytes(number, text.as_bytes());
    }

    /// A text or a message that has been written already.
    #[inline]
    pub fn given_bytes(&mut self, number: u32, bytes: &[u8]) {
        self.key(number, 2);
        self.varint(bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }

    /// A message, which `write` writes.
    #[inline]
    pub fn message(&mut self, number: u32, write: impl FnOnce(&mut Writer<'_>)) {
        self.bytes(number, |out| write(&mut Writer { out }));
    }

    /// A text that `append` appends.
    ///
    /// Its length is written once it is known. One byte is kept for it, and what needs more is moved: that costs less
    /// than going through everything twice, as few messages are long, and moving some hundred bytes takes nanoseconds.
    #[inline]
    pub fn bytes(&mut self, number: u32, append: impl FnOnce(&mut Vec<u8>)) {
        self.key(number, 2);
        let start = self.out.len();
        self.out.push(0);
        append(self.out);
        let length = self.out.len() - start - 1;
        if length < SHORT
            && let Some(place) = self.out.get_mut(start)
        {
            *place = length as u8;
        } else {
            self.make_room(start, length);
        }
    }

    /// Writes a length of several bytes where one byte has been kept for it.
    fn make_room(&mut self, start: usize, length: usize) {
        let (first, end) = (start + 1, self.out.len());
        self.varint(length as u64);
        let width = self.out.len() - end;
        let mut written = [0; 10];
        written.iter_mut().zip(self.out.iter().skip(end)).for_each(|(to, from)| *to = *from);
        self.out.truncate(end + width - 1);
        self.out.copy_within(first..end, start + width);
        self.out.iter_mut().skip(start).zip(written).take(width).for_each(|(to, from)| *to = from);
    }

    #[inline]
    fn key(&mut self, number: u32, kind: u32) {
        self.varint(u64::from(number << 3 | kind));
    }

    #[inline]
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }
}
