//! The verbs, by what they are about. Each file holds traits with their promises, and what the verbs answer.

pub mod grants;
pub mod people;
pub mod requests;
pub mod sessions;
