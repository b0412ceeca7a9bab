//! Stories of signing in, staying signed in and signing out.

mod account;
mod again;
mod apps;
mod card;
mod choice;
mod computer;
mod consent;
mod consent_kept;
mod ended;
mod entry;
mod guide;
mod in_client;
mod logout;
mod modes;
mod places;
mod request_objects;
mod silent;
mod waiting;
