//! What commands print: results on standard output, problems on standard error, colour only on a terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

/// Prints a result. A reader that went away is no error of ours.
pub fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Prints a problem.
pub fn complain(text: &str) {
    let mut err = io::stderr().lock();
    let _ = writeln!(err, "{text}");
}

/// Whether standard output is a terminal that shows colours.
pub fn colour_on_stdout() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard error is a terminal that shows colours.
pub fn colour_on_stderr() -> bool {
    io::stderr().is_terminal()
}

/// An exit status.
pub fn status(status: i32) -> ExitCode {
    ExitCode::from(u8::try_from(status).unwrap_or(1))
}
