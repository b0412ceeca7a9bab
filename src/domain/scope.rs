//! Scope values and sets of them (RFC 6749 §3.3, OpenID Connect Core §5.4).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A set of the scope values this provider knows. Values it does not know are dropped when a
/// request is read (OpenID Connect Core §3.1.2.1: unknown scope values should be ignored).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes(u8);

/// One known scope value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `openid`.
    OpenId = 1,
    /// `profile`.
    Profile = 2,
    /// `email`.
    Email = 4,
    /// `phone`.
    Phone = 8,
    /// `offline_access` (OpenID Connect Core §11).
    OfflineAccess = 16,
    /// `groups`, ours.
    Groups = 32,
}

impl Scope {
    /// All of them, in the order they are written.
    pub const ALL: [Self; 6] =
        [Self::OpenId, Self::Profile, Self::Email, Self::Phone, Self::OfflineAccess, Self::Groups];

    /// The registered text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::OfflineAccess => "offline_access",
            Self::Groups => "groups",
        }
    }
}

impl Scopes {
    /// The known values of a space-separated list.
    pub fn parse(text: &str) -> Self {
        text.split(' ').fold(Self::default(), |set, word| {
            Scope::ALL.into_iter().find(|s| s.as_str() == word).map_or(set, |s| set.with(s))
        })
    }

    /// Every known value.
    pub fn all() -> Self {
        Scope::ALL.into_iter().fold(Self::default(), Self::with)
    }

    /// This set and one more.
    #[must_use]
    pub const fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope as u8)
    }

    /// This set without one.
    #[must_use]
    pub const fn without(self, scope: Scope) -> Self {
        Self(self.0 & !(scope as u8))
    }

    /// What both sets hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What either set holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the value is in the set.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope as u8 != 0
    }

    /// Whether every value of `other` is in this set.
    pub const fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = Scope::ALL.into_iter().filter(|s| self.has(*s)).map(Scope::as_str).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_are_dropped_and_known_ones_are_written_in_order() {
        let set = Scopes::parse("email  openid api:read openid");
        assert_eq!(set.to_string(), "openid email");
        assert!(Scopes::all().covers(set));
        assert!(!set.covers(Scopes::all()));
    }
}
