//! The compiled program in trouble (threat 47, laws 3, 4 and 8): killed at any moment, on a full or read-only
//! disk, on damaged files, under a clock that jumps.
//!
//! | file | owns |
//! |---|---|
//! | [`kill_9`] | the driver: workers at the program, `kill -9`, the same folder again |
//! | [`worker`] | what the workers do, at random |
//! | [`account`] | one member's way: what was begun, what was acknowledged, what must then be there |
//! | [`family`] | the same for a refresh token family: exactly one living lineage |
//! | [`site`] | where they go |
//! | [`damage`] | files of the store that are not what they were |
//! | [`dice`], [`tally`] | chance with a seed; how much was really done |

mod account;
mod damage;
mod dice;
mod family;
mod kill_9;
mod site;
mod tally;
mod worker;
