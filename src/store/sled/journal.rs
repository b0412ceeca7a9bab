//! The journal: what makes a verb last.
//!
//! Every verb appends its writes as one record, under the lock, so the order of records is that of the
//! verbs. What was appended outlives this process; one `sync_data` of a file that never grows lets it
//! outlive the power. The tree follows later, many verbs at once. sled could make the tree itself last,
//! but its flush hands the buffer to a pool of threads that are all woken for it, which costs several
//! times as much as the sync.
//!
//! The file is written round and round. A checkpoint, which makes the tree last, comes before each
//! turn, so all that is overwritten stands in the tree. Records are numbered: those of the present turn
//! are the consecutive ones from the beginning. The tree is told now and then which record it holds; a
//! tree older than the journal reaches back has lost what was acknowledged.
//!
//! A record that cannot be read ends the turn: so does a write that the end of the power cut off. But each record
//! says which of those before it were synced when it was written, and one that says so of the lost one tells of damage.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use rustix::fs::{Advice, fadvise};
use sled::IVec;

use super::pending::{Change, Writes};

/// The name of the file in the folder.
pub(super) const NAME: &str = "journal";

/// Number, length of the body with the [`Synced`] above it, check.
const HEAD: usize = 8 + 4 + CHECK;
const CHECK: usize = 16;

/// So many bits of the length are the length.
const LENGTH_BITS: u32 = 27;

/// What the kernel keeps a file in, where nothing makes it keep more together.
const PAGE: usize = 4_096;

/// Behind a record that cannot be read so many are looked for: a sector holds no more.
const HOLE: u64 = 12;

/// The journal, ready to be appended to.
pub(super) struct Journal {
    file: File,
    capacity: usize,
    position: usize,
    record: Vec<u8>,
    /// The number of the last record.
    pub last: u64,
    /// The number of the last one that is known to be synced.
    pub synced: u64,
    /// Whether it waits for its next turn; until then nothing can be appended.
    pub full: bool,
}

/// What a journal holds when it is opened.
pub(super) struct Turn {
    /// The records of its present turn, as far as they can be read.
    pub entries: Vec<Entry>,
    /// Behind them one cannot be read that had been synced.
    pub damaged: bool,
    /// The length of the file, which never changes.
    pub length: u64,
}

/// A record, read back.
pub(super) struct Entry {
    pub number: u64,
    pub writes: Writes,
}

impl Journal {
    /// Makes an empty journal in its full size, so that appending never changes the file's size.
    pub fn create(folder: &Path, capacity: usize) -> io::Result<()> {
        let mut file = File::create(folder.join(NAME))?;
        // Page by page: what is written at once, the kernel keeps as one large folio, all of whose blocks it
        // walks through at each append.
        for page in vec![0; capacity].chunks(PAGE) {
            file.write_all(page)?;
        }
        file.sync_all()
    }

    /// Opens the journal of a tree that holds everything up to the record `marked`.
    pub fn open(folder: &Path, marked: u64) -> io::Result<(Self, Turn)> {
        let mut file = OpenOptions::new().read(true).write(true).open(folder.join(NAME))?;
        // Reading ahead would make large folios of it again; where this is not understood, it is only slower.
        let _ = fadvise(&file, 0, None, Advice::Random);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let (entries, rest) = entries(&bytes);
        let last = entries.last().map_or(marked, |entry| entry.number.max(marked));
        // No journal lives to see numbers without a successor.
        let damaged = last.checked_add(1 + HOLE).is_none_or(|_| was_synced(rest, last + 1));
        let turn = Turn { entries, damaged, length: bytes.len() as u64 };
        let capacity = bytes.len();
        Ok((Self { file, capacity, position: 0, record: Vec::new(), last, synced: last, full: true }, turn))
    }

    /// A second handle, to sync by while others append.
    pub fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Appends the writes of one verb as one record. Without room it tells so and is full.
    pub fn append<'a>(&mut self, writes: impl IntoIterator<Item = (&'a IVec, &'a Change)>) -> io::Result<bool> {
        if self.full {
            return Ok(false);
        }
        self.record.clear();
        encode(&mut self.record, self.last + 1, self.synced, writes);
        if self.record.len() > self.capacity - self.position {
            self.full = true;
            return Ok(false);
        }
        self.file.write_all_at(&self.record, self.position as u64)?;
        self.position += self.record.len();
        self.last += 1;
        Ok(true)
    }

    /// Begins again at the beginning; everything in the journal stands in the tree, for good.
    pub fn turn(&mut self) {
        self.position = 0;
        self.synced = self.last;
        self.full = false;
    }
}

fn check(number: &[u8], size: u32, body: &[u8]) -> [u8; CHECK] {
    let mut context = Context::new(&SHA256);
    context.update(number);
    // A record of before there was anything above the length has its check over number and body.
    if size >> LENGTH_BITS != 0 {
        context.update(&size.to_be_bytes());
    }
    context.update(body);
    let mut check = [0; CHECK];
    check.copy_from_slice(&context.finish().as_ref()[..CHECK]);
    check
}

fn encode<'a>(
    record: &mut Vec<u8>,
    number: u64,
    synced: u64,
    writes: impl IntoIterator<Item = (&'a IVec, &'a Change)>,
) {
    let above = Synced::at(number, synced).0 << LENGTH_BITS;
    let number = number.to_be_bytes();
    record.extend_from_slice(&[0; HEAD]);
    for (key, change) in writes {
        put(record, key);
        match change {
            Change::Put(value) => {
                record.push(1);
                put(record, value);
            }
            Change::Remove => record.push(0),
        }
    }
    let (head, body) = record.split_at_mut(HEAD);
    head[..8].copy_from_slice(&number);
    // No body is longer than a journal, so the highest bits are free.
    let size = u32::from_be_bytes(length(body)) | above;
    head[8..12].copy_from_slice(&size.to_be_bytes());
    head[12..].copy_from_slice(&check(&number, size, body));
}

fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes()
}

fn put(record: &mut Vec<u8>, bytes: &[u8]) {
    record.extend_from_slice(&length(bytes));
    record.extend_from_slice(bytes);
}

/// What a record knows of those before it, in five bits: zero for nothing, else that those at least so many powers
/// of two before it were synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Synced(u32);

impl Synced {
    fn at(number: u64, synced: u64) -> Self {
        let ago = number.saturating_sub(synced).max(1);
        Self((ago.next_power_of_two().trailing_zeros() + 1).min(31))
    }

    /// The last record that was synced when that of this number was written.
    fn until(self, number: u64) -> u64 {
        self.0.checked_sub(1).map_or(0, |power| number.saturating_sub(1 << power))
    }
}

/// The consecutive whole records from the beginning, and what follows them.
fn entries(mut bytes: &[u8]) -> (Vec<Entry>, &[u8]) {
    let mut entries: Vec<Entry> = Vec::new();
    while let Some((entry, _, rest)) = decode(bytes) {
        if entries.last().is_some_and(|last| last.number.checked_add(1) != Some(entry.number)) {
            break;
        }
        entries.push(entry);
        bytes = rest;
    }
    (entries, bytes)
}

/// Whether a later record says of this one, which cannot be read, that it was synced.
fn was_synced(bytes: &[u8], lost: u64) -> bool {
    let Some(mut bytes) = (lost + 1..=lost + HOLE).find_map(|number| find(bytes, number)) else { return false };
    while let Some((entry, synced, rest)) = decode(bytes) {
        if entry.number > lost && synced.until(entry.number) >= lost {
            return true;
        }
        bytes = rest;
    }
    false
}

/// What begins with the whole record of this number.
fn find(bytes: &[u8], number: u64) -> Option<&[u8]> {
    let name = number.to_be_bytes();
    let place = name.iter().rposition(|byte| *byte != 0)?;
    let mut end = 0;
    loop {
        end += (&bytes[end..]).skip_until(name[place]).ok().filter(|skipped| *skipped > 0)?;
        let from = (end - 1).checked_sub(place).map(|start| &bytes[start..]);
        if let Some(from) = from.filter(|from| from.starts_with(&name) && decode(from).is_some()) {
            return Some(from);
        }
    }
}

/// The record that the bytes begin with, what it knows, and what follows it.
fn decode(bytes: &[u8]) -> Option<(Entry, Synced, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    let (size, rest) = rest.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<CHECK>()?;
    let size = u32::from_be_bytes(*size);
    let (mut body, rest) = rest.split_at_checked(usize::try_from(size & ((1 << LENGTH_BITS) - 1)).ok()?)?;
    if check(number, size, body) != *sum {
        return None;
    }
    let mut writes = Writes::new();
    while !body.is_empty() {
        let key = IVec::from(take(&mut body)?);
        let (kind, after) = body.split_first()?;
        body = after;
        let change = if *kind == 1 { Change::Put(IVec::from(take(&mut body)?)) } else { Change::Remove };
        writes.insert(key, change);
    }
    Some((Entry { number: u64::from_be_bytes(*number), writes }, Synced(size >> LENGTH_BITS), rest))
}

fn take<'a>(body: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (size, rest) = body.split_first_chunk::<4>()?;
    let (bytes, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*size)).ok()?)?;
    *body = rest;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writes(key: &[u8]) -> Writes {
        [(IVec::from(key), Change::Put(IVec::from(b"value"))), (IVec::from(b"gone"), Change::Remove)].into()
    }

    fn written(numbers: impl IntoIterator<Item = u64>) -> Vec<u8> {
        numbers.into_iter().flat_map(|number| record(number, number - 1)).collect()
    }

    fn record(number: u64, synced: u64) -> Vec<u8> {
        let mut record = Vec::new();
        encode(&mut record, number, synced, &writes(&number.to_be_bytes()));
        record
    }

    fn numbers(bytes: &[u8]) -> Vec<u64> {
        entries(bytes).0.iter().map(|entry| entry.number).collect()
    }

    #[test]
    fn records_read_back_as_they_were_written() {
        let bytes = [written(7..10), vec![0; 100]].concat();
        assert_eq!(numbers(&bytes), [7, 8, 9]);
        let (read, _) = entries(&bytes);
        let (key, change) = read[0].writes.iter().next().unwrap();
        assert_eq!(&**key, 7u64.to_be_bytes());
        assert!(matches!(change, Change::Put(value) if &**value == b"value"));
        assert!(matches!(read[0].writes.get(&b"gone"[..]), Some(Change::Remove)));
    }

    #[test]
    fn records_of_the_turn_before_are_not_of_this_one() {
        let bytes = [written(20..22), written(5..9)].concat();
        assert_eq!(numbers(&bytes), [20, 21]);
    }

    #[test]
    fn a_torn_or_garbled_record_ends_the_turn() {
        let bytes = written(1..4);
        let one = bytes.len() / 3;
        for cut in 2 * one..bytes.len() {
            assert_eq!(numbers(&bytes[..cut]), [1, 2], "{cut}");
        }
        for at in one..2 * one {
            let mut garbled = bytes.clone();
            garbled[at] ^= 0x40;
            assert_eq!(numbers(&garbled), [1], "{at}");
        }
        assert_eq!(numbers(&[0; 4096]), Vec::<u64>::new());
    }

    #[test]
    fn a_record_that_was_synced_and_cannot_be_read_is_damage() {
        for first in [1_u64, 250, 254, 65_534] {
            let bytes = written(first..first + 4);
            let one = bytes.len() / 4;
            assert!(!was_synced(&bytes, first + 4), "{first}: nothing is missing");
            for (broken, lost) in [(0, first), (1, first + 1), (2, first + 2)] {
                let mut garbled = bytes.clone();
                garbled[broken * one + HEAD] ^= 1;
                assert!(was_synced(&garbled, lost), "{first}: {lost}");
            }
            let mut garbled = bytes;
            garbled[3 * one] ^= 1;
            assert!(!was_synced(&garbled, first + 3), "{first}: a last write that was cut off");
        }
    }

    #[test]
    fn a_hole_in_what_was_never_synced_is_a_power_cut() {
        let cut = [record(1, 0), vec![0; 50], record(3, 1), record(4, 1)].concat();
        assert!(!was_synced(&cut, 2));
        assert!(was_synced(&[cut.clone(), record(5, 4)].concat(), 2));
        // A record of before this was written down knows nothing.
        let mut older = record(5, 4);
        older[8] &= 7;
        let size = u32::try_from(older.len() - HEAD).unwrap();
        let sum = check(&5_u64.to_be_bytes(), size, &older[HEAD..]);
        older[12..HEAD].copy_from_slice(&sum);
        assert!(decode(&older).is_some() && !was_synced(&[cut, older].concat(), 2));
    }

    #[test]
    fn what_was_synced_is_never_said_of_more_than_it_is_true_of() {
        for number in [1_u64, 2, 9, 1_000, 70_000] {
            for synced in [0, 1, 2, 7, 8, 900, 999, 69_000, 69_999].into_iter().filter(|synced| *synced < number) {
                let until = Synced::at(number, synced).until(number);
                assert!(until <= synced, "{number} {synced}");
                assert!(synced + 1 < number || until == synced, "{number} {synced}");
            }
        }
    }
}
