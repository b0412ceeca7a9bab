//! Whether something holds of a member, where WeCom may not have told enough to know.

/// What can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// What it hangs on has not been read, or too long ago.
    Unsure,
}

impl Verdict {
    /// Whether one of the two holds: what is certain needs no second look.
    pub fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => Self::Yes,
            Self::No => other(),
            Self::Unsure => match other() {
                Self::Yes => Self::Yes,
                Self::No | Self::Unsure => Self::Unsure,
            },
        }
    }
}
