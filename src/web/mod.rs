//! Layer 3, the face: what a browser sees.

pub mod assets;
pub mod pages;
pub mod texts;
