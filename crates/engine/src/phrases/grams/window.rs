//! Windows of a text: short stretches of one width, told apart by a hash.

/// Odd numbers without a pattern, of which nothing else is wanted (digits of the golden ratio, of π, of e and of √3).
const FACTORS: [u32; 4] = [0x9e37_79b1, 0x2438_6a89, 0xb7e1_5163, 0xddb3_d743];

/// The factors of the words of a window, for those who hash many at once.
pub(in crate::phrases) const fn factor(word: usize) -> u32 {
    let [first, second, third, fourth] = FACTORS;
    match word {
        0 => first,
        1 => second,
        2 => third,
        _ => fourth,
    }
}

/// The hash of the window of `W` bytes that begins at a place; its highest bits are the best. Beyond the end it is zero.
pub(super) fn hash<const W: usize>(bytes: &[u8], at: usize) -> u32 {
    let Some(window) = bytes.get(at..).and_then(|rest| rest.first_chunk::<W>()) else { return 0 };
    let mut hash = 0u32;
    for (place, word) in window.chunks(4).enumerate() {
        let word = match *word {
            [a] => u32::from(a),
            [a, b] => u32::from_le_bytes([a, b, 0, 0]),
            [a, b, c] => u32::from_le_bytes([a, b, c, 0]),
            [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
            _ => 0,
        };
        hash = hash.wrapping_add(word.wrapping_mul(factor(place)));
    }
    hash
}

/// Calls something generic for a width that is not known beforehand.
macro_rules! with_width {
    ($width:expr, $constant:ident => $call:expr) => {
        match $width {
            2 => with_width!(2, $constant, $call),
            3 => with_width!(3, $constant, $call),
            4 => with_width!(4, $constant, $call),
            5 => with_width!(5, $constant, $call),
            8 => with_width!(8, $constant, $call),
            _ => with_width!(16, $constant, $call),
        }
    };
    ($width:literal, $constant:ident, $call:expr) => {{
        const $constant: usize = $width;
        $call
    }};
}
pub(super) use with_width;

/// The same for a width that is not known beforehand.
pub(super) fn hash_of(width: usize, bytes: &[u8], at: usize) -> u32 {
    with_width!(width, W => hash::<W>(bytes, at))
}

/// The rarity of a byte in folded text, in eighths of a bit: minus eight times the binary logarithm of how often it is met. Rough
/// frequencies of letters in European languages, for those never to be told apart by what they are; it is the order that counts.
const fn rarity(byte: u8) -> u32 {
    match byte {
        b' ' => 22,
        b'e' => 27,
        b'a' => 30,
        b'i' | b'n' | b'o' | b'r' | b's' | b't' => 33,
        b'd' | b'l' | b'u' => 38,
        b'c' | b'm' | b'p' => 42,
        b'h' | b'k' | b'w' | b'y' | b'z' => 46,
        b'b' | b'f' | b'g' | b'v' => 50,
        b'j' | b'q' | b'x' => 62,
        b'.' | b',' | b'\'' => 52,
        b'0'..=b'9' => 56,
        // Of a script with more bytes to a letter, the bytes behind the first tell more than it.
        0x80..=0xbf => 46,
        0xc0..=0xff => 42,
        _ => 70,
    }
}

/// How often a stretch is met in folded text, as far as its bytes tell: a share of all places.
pub(super) fn frequency(stretch: &[u8]) -> f32 {
    let rarity: u32 = stretch.iter().map(|byte| rarity(*byte)).sum();
    (-(rarity as f32) / 8.0).exp2()
}
