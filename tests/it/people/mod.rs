//! What is known of people, as operators see it.

mod claims;
mod phones;
mod tools;
