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

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use sled::IVec;

use super::pending::{Change, Writes};

/// The name of the file in the folder.
pub(super) const NAME: &str = "journal";

/// Number, length of the body, check.
const HEAD: usize = 8 + 4 + CHECK;
const CHECK: usize = 16;

/// The journal, ready to be appended to.
pub(super) struct Journal {
    file: File,
    capacity: usize,
    position: usize,
    record: Vec<u8>,
    /// The number of the last record.
    pub last: u64,
    /// Whether it waits for its next turn; until then nothing can be appended.
    pub full: bool,
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
        file.write_all(&vec![0; capacity])?;
        file.sync_all()
    }

    /// Opens the journal; tells the records of its present turn.
    pub fn open(folder: &Path) -> io::Result<(Self, Vec<Entry>)> {
        let mut file = OpenOptions::new().read(true).write(true).open(folder.join(NAME))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let entries = entries(&bytes);
        let last = entries.last().map_or(0, |entry| entry.number);
        Ok((Self { file, capacity: bytes.len(), position: 0, record: Vec::new(), last, full: true }, entries))
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
        encode(&mut self.record, self.last + 1, writes);
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
        self.full = false;
    }
}

fn check(number: &[u8], body: &[u8]) -> [u8; CHECK] {
    let mut context = Context::new(&SHA256);
    context.update(number);
    context.update(body);
    let mut check = [0; CHECK];
    check.copy_from_slice(&context.finish().as_ref()[..CHECK]);
    check
}

fn encode<'a>(record: &mut Vec<u8>, number: u64, writes: impl IntoIterator<Item = (&'a IVec, &'a Change)>) {
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
    head[8..12].copy_from_slice(&length(body));
    head[12..].copy_from_slice(&check(&number, body));
}

fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes()
}

fn put(record: &mut Vec<u8>, bytes: &[u8]) {
    record.extend_from_slice(&length(bytes));
    record.extend_from_slice(bytes);
}

/// The consecutive whole records from the beginning.
fn entries(mut bytes: &[u8]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    while let Some((entry, rest)) = decode(bytes) {
        if entries.last().is_some_and(|last| entry.number != last.number + 1) {
            break;
        }
        entries.push(entry);
        bytes = rest;
    }
    entries
}

fn decode(bytes: &[u8]) -> Option<(Entry, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    let (size, rest) = rest.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<CHECK>()?;
    let (mut body, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*size)).ok()?)?;
    if check(number, body) != *sum {
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
    Some((Entry { number: u64::from_be_bytes(*number), writes }, rest))
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
        let mut bytes = Vec::new();
        for number in numbers {
            let mut record = Vec::new();
            encode(&mut record, number, &writes(&number.to_be_bytes()));
            bytes.extend(record);
        }
        bytes
    }

    fn numbers(bytes: &[u8]) -> Vec<u64> {
        entries(bytes).iter().map(|entry| entry.number).collect()
    }

    #[test]
    fn records_read_back_as_they_were_written() {
        let bytes = [written(7..10), vec![0; 100]].concat();
        assert_eq!(numbers(&bytes), [7, 8, 9]);
        let read = entries(&bytes);
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
}
