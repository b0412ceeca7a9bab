//! What applications hear of a sign-out, and what a browser does after one.

mod backchannel;
mod delivery;
mod frontchannel;
mod in_client;
mod requests;

pub use frontchannel::frames;
