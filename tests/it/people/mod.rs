//! What is known of people, as operators see it.

mod phones;
