//! The modules of the OpenID conformance suite, retold: each test bears the name of its module and asks what it asks.

mod backchannel_logout;
mod frontchannel_logout;
mod logout;
mod rp_initiated_logout;
