//! What a process costs, as Linux counts it below `/proc`.

use std::fs;
use std::process::Child;

/// The unit of `utime` and `stime` in `/proc/PID/stat` in microseconds: `USER_HZ` is 100 wherever Linux runs programs.
const TICK: f64 = 10_000.0;

/// A child that ends with its owner.
pub struct Running(Child);

impl Running {
    /// Takes the child over.
    pub fn of(child: Child) -> Self {
        Self(child)
    }

    /// User and system time so far, in microseconds.
    pub fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("it runs");
        // The name in parentheses may hold blanks; `utime` and `stime` are the 12th and 13th fields behind it.
        let fields: Vec<&str> = stat.rsplit_once(')').expect("a name").1.split_ascii_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<u32>().expect("ticks");
        TICK * f64::from(ticks(11) + ticks(12))
    }

    /// The resident set, in bytes.
    pub fn resident(&self) -> u64 {
        let statm = fs::read_to_string(format!("/proc/{}/statm", self.0.id())).expect("it runs");
        let pages: u64 = statm.split_ascii_whitespace().nth(1).expect("pages").parse().expect("a number");
        pages * 4_096
    }

    /// Whether it ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("its state").is_some()
    }

    /// Asks it to end and waits for that.
    pub fn end(mut self) {
        let pid = self.0.id().to_string();
        let sent = std::process::Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
        assert!(sent.success() && self.0.wait().expect("its end").success(), "it ended badly");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What this thread has used so far, in microseconds; the first field of `schedstat` counts nanoseconds.
pub fn cpu_of_this_thread() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").expect("schedstat");
    stat.split_ascii_whitespace().next().expect("a field").parse::<f64>().expect("nanoseconds") / 1e3
}

/// Bytes as people read them.
pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
