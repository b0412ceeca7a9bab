//! The lines that are printed: what was measured, and whether it holds its bar.

use crate::signature;

/// Begins a measurement.
pub fn heading(name: &str) {
    println!("\n{name}");
}

/// A figure without a bar.
pub fn note(what: &str, figure: &str) {
    println!("  {what:<62} {figure}");
}

/// What was measured so far.
pub struct Report {
    /// One raw RSA-2048 signature at the beginning, in microseconds of CPU.
    pub signature: f64,
    missed: Vec<String>,
}

impl Report {
    /// Begins with the raw signature.
    pub fn begin() -> Self {
        let signature = signature::microseconds();
        println!("one raw RSA-2048 signature (aws-lc-rs, key held parsed): {signature:.1} µs of CPU");
        Self { signature, missed: Vec::new() }
    }

    /// A figure and whether it holds its bar.
    pub fn hold(&mut self, what: &str, figure: &str, bar: &str, holds: bool) {
        println!("  {what:<62} {figure:<28} bar {bar:<22} {}", if holds { "holds" } else { "MISSED" });
        if !holds {
            self.missed.push(what.to_owned());
        }
    }

    /// The raw signature once more: a machine that changed its pace meanwhile shows. The exit status.
    pub fn end(self) -> i32 {
        println!("\nthe raw signature again: {:.1} µs of CPU", signature::microseconds());
        if self.missed.is_empty() {
            println!("every bar holds");
            return 0;
        }
        println!("missed: {}", self.missed.join("; "));
        1
    }
}
