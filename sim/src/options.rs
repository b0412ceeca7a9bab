//! How a simulator is started.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::directory::Directory;
use crate::quirks::Quirks;
use crate::world::Settings;

/// Where the members come from.
#[derive(Debug, Clone, Default)]
pub enum Members {
    /// The built-in sample.
    #[default]
    Sample,
    /// A members file.
    File(PathBuf),
    /// The text of a members file.
    Toml(String),
    /// A directory made by the caller.
    Directory(Directory),
}

/// Everything a simulator can be started with; the defaults serve the sample on two free loopback ports.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address of the API and the sign-in pages.
    pub listen: SocketAddr,
    /// Address of the control API.
    pub control: SocketAddr,
    /// The members.
    pub members: Members,
    /// Readings of what the documentation leaves open.
    pub quirks: Quirks,
    /// Who holds the client, and what is clicked without a page.
    pub settings: Settings,
}

impl Default for Options {
    fn default() -> Self {
        let free_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            listen: free_port,
            control: free_port,
            members: Members::Sample,
            quirks: Quirks::default(),
            settings: Settings::default(),
        }
    }
}
