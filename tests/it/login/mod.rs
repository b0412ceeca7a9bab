//! Stories of signing in, staying signed in and signing out.

mod again;
mod apps;
mod choice;
mod computer;
mod ended;
mod entry;
mod guide;
mod in_client;
mod logout;
mod modes;
mod places;
mod request_objects;
mod silent;
