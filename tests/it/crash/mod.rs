//! The compiled program in trouble (threat 47, laws 3, 4 and 8): killed at any moment, on a full or read-only
//! disk, on damaged files, under a clock that jumps.
//!
//! | file | owns |
//! |---|---|
//! | [`kill_9`] | the driver: workers at the program, `kill -9`, the same folder again |
//! | [`worker`] | what the workers do, at random |
//! | [`account`] | one member's way: what was begun, what was acknowledged, what must then be there |
//! | [`family`] | the same for a refresh token family: exactly one living lineage |
//! | [`operator`] | whoever rotates the keys meanwhile |
//! | [`site`] | where they go |
//! | [`dice`], [`tally`] | chance with a seed; how much was really done |
//! | [`keys`] | `kill -9` while keys are made and turned |
//! | [`damage`] | files of the store that are not what they were |
//! | [`full_disk`], [`disk`] | no room, no right to write; a small disk to try it on |
//! | [`clock`] | the machine's clock, put while the program runs |

mod account;
mod clock;
mod damage;
mod dice;
mod disk;
mod family;
mod full_disk;
mod keys;
mod kill_9;
mod operator;
mod site;
mod tally;
mod worker;
