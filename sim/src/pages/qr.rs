//! A pattern that looks like a QR code and holds nothing: the simulation is scanned by clicking.

use sha1::{Digest as _, Sha1};

/// Cells along one edge.
pub(crate) const EDGE: usize = 21;

/// A dark cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) x: usize,
    pub(crate) y: usize,
}

/// The dark cells for a text: three corner marks, and noise derived from the text.
pub(crate) fn pattern(text: &str) -> Vec<Cell> {
    let mut bits = Vec::new();
    for round in 0..3_u8 {
        let digest = Sha1::new().chain_update([round]).chain_update(text).finalize();
        bits.extend(digest.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1)));
    }
    let places = (0..EDGE).flat_map(|y| (0..EDGE).map(move |x| Cell { x, y }));
    places
        .filter(|cell| match corner(*cell) {
            Some(dark) => dark,
            None => bits[(cell.y * EDGE + cell.x) % bits.len()],
        })
        .collect()
}

/// Inside one of the three corner marks: whether the cell is dark there.
fn corner(cell: Cell) -> Option<bool> {
    let near = |place: usize| (place < 8).then_some(place);
    let far = |place: usize| near(EDGE - 1 - place);
    let (x, y) = match (near(cell.x), near(cell.y)) {
        (Some(x), Some(y)) => (x, y),
        (Some(x), None) => (x, far(cell.y)?),
        (None, Some(y)) => (far(cell.x)?, y),
        (None, None) => return None,
    };
    let ring = x.abs_diff(3).max(y.abs_diff(3));
    Some(ring != 2 && ring < 4)
}
