//! Stories of SIGHUP: the configuration is read anew while the bridge serves.

mod clients;
mod connections;
mod refused;
mod under_load;
