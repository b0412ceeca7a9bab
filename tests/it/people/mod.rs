//! What is known of people, as operators see it.

mod numbers;
mod phones;
