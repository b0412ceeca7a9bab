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

/// A text from outside, fit for a terminal: what would move the cursor, change colours or turn the direction of writing is
/// shown by its number.
pub fn plain(text: &str) -> String {
    let unfit = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().fold(String::with_capacity(text.len()), |mut plain, c| {
        match unfit(c) {
            true => plain.extend(c.escape_unicode()),
            false => plain.push(c),
        }
        plain
    })
}

/// An exit status.
pub fn status(status: i32) -> ExitCode {
    ExitCode::from(u8::try_from(status).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_from_outside_does_nothing_to_the_terminal() {
        assert_eq!(plain("张三 \u{1f600} O'Brien"), "张三 \u{1f600} O'Brien");
        assert_eq!(plain("a\x1b[31m\nb\u{202e}c\u{9b}"), "a\\u{1b}[31m\\u{a}b\\u{202e}c\\u{9b}");
    }
}
