//! The numbers of the design, measured on the compiled program over HTTP: `cargo bench --bench load`.
//!
//! Every figure is printed beside its bar and beside what the same machine needs, in the same run, for
//! the least that could do: one raw RSA signature, one bare actix route. `docs/performance.md` says how to read it.
//!
//! | file | owns |
//! |---|---|
//! | [`bare`] | the bare actix route, a process of its own |
//! | [`bridge`] | the compiled program on a folder, beside a simulated WeCom |
//! | [`folk`] | members and sessions, in numbers |
//! | [`process`] | what a process costs: CPU, memory, the time it takes to start |
//! | [`report`] | the lines that are printed |
//! | [`signature`] | the raw signature |
//! | [`visits`] | sign-ins, step by step |
//! | [`wire`] | one connection that is kept alive |
//! | `measure_*` | one measurement each |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr, reason = "a bench")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

mod bare;
mod bridge;
mod folk;
mod measure_documents;
mod measure_logins;
mod measure_members;
mod measure_memory;
mod measure_start;
mod process;
mod report;
mod signature;
mod visits;
mod wire;

use report::Report;

/// A measurement.
type Measure = fn(&mut Report);

/// The measurements, in the order they run in.
const ALL: [(&str, Measure); 5] = [
    ("logins", measure_logins::run),
    ("documents", measure_documents::run),
    ("start", measure_start::run),
    ("memory", measure_memory::run),
    ("members", measure_members::run),
];

fn main() {
    // `cargo bench` adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    if let Some(served) = words.first().and_then(|word| word.strip_prefix(bare::ROLE)) {
        return bare::serve(served);
    }
    if let Some(unknown) = words.iter().find(|word| ALL.iter().all(|(name, _)| name != *word)) {
        eprintln!("there is no measurement `{unknown}`; there are: {}", ALL.map(|(name, _)| name).join(" "));
        std::process::exit(2);
    }
    let mut report = Report::begin();
    for (name, measure) in ALL {
        if words.is_empty() || words.iter().any(|word| word == name) {
            report::heading(name);
            measure(&mut report);
        }
    }
    std::process::exit(report.end());
}
