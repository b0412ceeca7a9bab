//! What the conformance suite of the OpenID Foundation asks, module by module, in our own words: a test has the name of
//! its module, and asserts what that module demands. Where the suite would be content with a WARNING, the test says so.
//!
//! | file | owns |
//! |---|---|
//! | [`config`] | the Config OP plan |
//! | [`plans`] | the Basic OP plan, by each way of client authentication, and the Form Post plan |
//! | [`modules`] | the modules that those plans run |
//! | [`variant`] | what a plan sets for all its modules |
//! | [`suite`] | one run of a module: an empty cookie jar, discovery, the answer, the tokens |
//! | [`advertised`] | each value that the metadata advertises, done once |
//! | [`asked`] | a request, with what the application keeps of it |
//! | [`rp_initiated_logout`], [`backchannel_logout`], [`frontchannel_logout`] | the plans of those names |
//! | [`logout`] | what the modules of the three do alike |
//! | [`checks`] | what every module looks at |

mod advertised;
mod asked;
mod backchannel_logout;
mod checks;
mod config;
mod frontchannel_logout;
mod logout;
mod modules;
mod plans;
mod rp_initiated_logout;
mod suite;
mod variant;

pub use asked::random;
