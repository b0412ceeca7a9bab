//! The journal: what makes a round last.
//!
//! One append and one `sync_data` of a file that never grows; the tree follows after those who wait
//! were woken. sled could make the tree itself last, but its flush hands the buffer to a pool of
//! threads that are all woken for it, which costs several times as much as the sync.
//!
//! The file is written round and round. A checkpoint, which makes the tree last, comes before each
//! turn, so all that is overwritten stands in the tree. Records bear the number of their round: those
//! of the present turn are the consecutive ones from the beginning. The tree is told now and then which
//! round it holds; a tree older than the journal reaches back has lost what was acknowledged.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use sled::IVec;

use super::pending::{Change, Writes};

/// The name of the file in the folder.
pub(super) const NAME: &str = "journal";

/// Round, length of the body, check.
const HEAD: usize = 8 + 4 + CHECK;
const CHECK: usize = 16;

/// The journal, ready to be written.
pub(super) struct Journal {
    file: File,
    capacity: usize,
    position: usize,
    record: Vec<u8>,
}

/// One round.
pub(super) struct Round {
    pub number: u64,
    pub writes: Arc<Writes>,
}

impl Journal {
    /// Makes an empty journal in its full size, so that appending never changes the file's size.
    pub fn create(folder: &Path, capacity: usize) -> io::Result<()> {
        let mut file = File::create(folder.join(NAME))?;
        file.write_all(&vec![0; capacity])?;
        file.sync_all()
    }

    /// Opens the journal; tells the rounds of its present turn.
    pub fn open(folder: &Path) -> io::Result<(Self, Vec<Round>)> {
        let mut file = OpenOptions::new().read(true).write(true).open(folder.join(NAME))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        file.rewind()?;
        Ok((Self { file, capacity: bytes.len(), position: 0, record: Vec::new() }, rounds(&bytes)))
    }

    /// Prepares the record of a round. Tells whether it has room before the end of the turn.
    pub fn prepare(&mut self, round: &Round) -> Room {
        self.record.clear();
        encode(&mut self.record, round.number, &round.writes);
        match self.record.len() {
            length if length > self.capacity => Room::Never,
            length if self.position + length > self.capacity => Room::NextTurn,
            _ => Room::Here,
        }
    }

    /// Writes the prepared record.
    pub fn append(&mut self) -> io::Result<()> {
        self.file.write_all(&self.record)?;
        self.position += self.record.len();
        Ok(())
    }

    /// What was appended survives the end of the power.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Begins again at the beginning, with the prepared record if there is one; everything in the journal stands in the tree, for good.
    pub fn turn(&mut self) -> io::Result<()> {
        self.position = 0;
        self.file.seek(SeekFrom::Start(0)).map(drop)
    }
}

/// Where a record has room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Behind the last one.
    Here,
    /// After a checkpoint.
    NextTurn,
    /// Nowhere: it is larger than the journal.
    Never,
}

fn check(number: &[u8], body: &[u8]) -> [u8; CHECK] {
    let mut context = Context::new(&SHA256);
    context.update(number);
    context.update(body);
    let mut check = [0; CHECK];
    check.copy_from_slice(&context.finish().as_ref()[..CHECK]);
    check
}

fn encode(record: &mut Vec<u8>, number: u64, writes: &Writes) {
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
fn rounds(mut bytes: &[u8]) -> Vec<Round> {
    let mut rounds: Vec<Round> = Vec::new();
    while let Some((round, rest)) = decode(bytes) {
        if rounds.last().is_some_and(|last| round.number != last.number + 1) {
            break;
        }
        rounds.push(round);
        bytes = rest;
    }
    rounds
}

fn decode(bytes: &[u8]) -> Option<(Round, &[u8])> {
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
    Some((Round { number: u64::from_be_bytes(*number), writes: Arc::new(writes) }, rest))
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
        rounds(bytes).iter().map(|round| round.number).collect()
    }

    #[test]
    fn rounds_read_back_as_they_were_written() {
        let bytes = [written(7..10), vec![0; 100]].concat();
        assert_eq!(numbers(&bytes), [7, 8, 9]);
        let read = rounds(&bytes);
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
