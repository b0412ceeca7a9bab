//! Bytes that come near what a parser knows.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What has broken parsers elsewhere.
const TREACHEROUS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\0",
    b"%",
    b"%0d%0a",
    b"%00",
    b"%zz",
    b"%ff",
    b"+",
    b"&",
    b"=",
    b";",
    b"\"",
    b"\\",
    b"//",
    b"/../",
    b"@",
    b"#",
    b"?",
    b":",
    b" ",
    b"\t",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"null",
    b"-1",
    b"0",
    b"1e999",
    b"18446744073709551616",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xc3\x28",
    b"\xe2\x80\xae",
    b"\xc2\xa0",
    b"javascript:",
    b"a",
];

#[derive(Clone, Debug)]
enum Bend {
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize, usize),
    Cut(Index),
    /// The beginning of this one, the end of another.
    Splice(Index, Vec<u8>),
}

/// Seeds that were bent a few times, and now and then something else altogether.
pub fn near(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let bent = (select(seeds.clone()), vec(bend(seeds), 0..5));
    prop_oneof![
        8 => bent.prop_map(|(seed, bends)| bends.iter().fold(seed, apply)),
        1 => vec(any::<u8>(), 0..300),
        1 => "[ -~]{0,80}".prop_map(String::into_bytes),
    ]
}

fn bend(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Bend> {
    let place = any::<Index>;
    let inserted = prop_oneof![3 => select(TREACHEROUS).prop_map(<[u8]>::to_vec), 1 => vec(any::<u8>(), 1..8)];
    prop_oneof![
        3 => (place(), any::<u8>()).prop_map(|(at, byte)| Bend::Replace(at, byte)),
        4 => (place(), inserted).prop_map(|(at, bytes)| Bend::Insert(at, bytes)),
        2 => (place(), 1..20usize).prop_map(|(at, length)| Bend::Remove(at, length)),
        1 => (place(), 1..40usize, 2..60usize).prop_map(|(at, length, times)| Bend::Repeat(at, length, times)),
        1 => place().prop_map(Bend::Cut),
        2 => (place(), select(seeds)).prop_map(|(at, other)| Bend::Splice(at, other)),
    ]
}

fn apply(mut bytes: Vec<u8>, bend: &Bend) -> Vec<u8> {
    let place = |at: &Index, length: usize| at.index(length + 1);
    match bend {
        Bend::Replace(at, byte) if !bytes.is_empty() => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Bend::Replace(..) => {}
        Bend::Insert(at, inserted) => {
            let at = place(at, bytes.len());
            bytes.splice(at..at, inserted.iter().copied());
        }
        Bend::Remove(at, length) => {
            let at = place(at, bytes.len());
            bytes.drain(at..(at + length).min(bytes.len()));
        }
        Bend::Repeat(at, length, times) => {
            let at = place(at, bytes.len());
            let part = bytes[at..(at + length).min(bytes.len())].repeat(*times);
            bytes.splice(at..at, part);
        }
        Bend::Cut(at) => bytes.truncate(place(at, bytes.len())),
        Bend::Splice(at, other) => {
            bytes.truncate(place(at, bytes.len()));
            bytes.extend_from_slice(&other[place(at, other.len())..]);
        }
    }
    bytes
}
