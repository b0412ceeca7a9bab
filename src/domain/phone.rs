//! Phone numbers: WeCom's free spellings brought to E.164 where that can be done without guessing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number as WeCom gave it, and its E.164 form where there is one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneNumber {
    raw: String,
    e164: Option<String>,
}

impl PhoneNumber {
    /// Reads a number of at most 32 characters by the conservative rule of `wecom-api.md` §13:
    /// blanks, hyphens and brackets go; a leading `00` is `+`; `+…` stays; eleven digits that begin
    /// `1[3-9]` are mainland China, with or without `86` before them; anything else is kept as it
    /// is and has no E.164 form. `None` when nothing of it is a digit.
    pub fn parse(text: &str) -> Option<Self> {
        let raw = text.trim();
        if raw.is_empty() || raw.chars().count() > 32 || !raw.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        Some(Self { raw: raw.to_owned(), e164: e164(raw) })
    }

    /// `+` and at most 15 digits (ITU-T E.164), the form of `phone_number` (OpenID Connect Core §5.1).
    pub fn e164(&self) -> Option<&str> {
        self.e164.as_deref()
    }

    /// The number in the form people of its country write: the eleven digits of a mainland number,
    /// otherwise E.164, otherwise as it came.
    pub fn national(&self) -> &str {
        match self.e164.as_deref() {
            Some(e164) => e164.strip_prefix("+86").filter(|n| is_mainland(n)).unwrap_or(e164),
            None => &self.raw,
        }
    }

    /// E.164 where there is one, otherwise as it came.
    pub fn best(&self) -> &str {
        self.e164.as_deref().unwrap_or(&self.raw)
    }

    /// As it came.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// For pages: the last four digits only.
    pub fn masked(&self) -> String {
        let digits: Vec<char> = self.national().chars().filter(char::is_ascii_digit).collect();
        let tail: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
        format!("••• {tail}")
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber([redacted])")
    }
}

fn is_mainland(digits: &str) -> bool {
    digits.len() == 11
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.as_bytes()[0] == b'1'
        && (b'3'..=b'9').contains(&digits.as_bytes()[1])
}

fn e164(raw: &str) -> Option<String> {
    let bare: String =
        raw.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '（' | '）')).collect();
    let international = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00"));
    let digits = match international {
        Some(rest) => rest.to_owned(),
        None if is_mainland(&bare) => format!("86{bare}"),
        None => bare.strip_prefix("86").filter(|n| is_mainland(n)).map(|n| format!("86{n}"))?,
    };
    let plausible =
        (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    plausible.then(|| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, String) {
        let number = PhoneNumber::parse(text).unwrap_or_else(|| panic!("{text} is a number"));
        (number.e164().map(str::to_owned), number.national().to_owned())
    }

    #[test]
    fn mainland_numbers_get_their_country_code_in_every_spelling() {
        for text in ["13800000001", "+86 13800000001", "+86-138-0000-0001", "0086 13800000001", "8613800000001"] {
            assert_eq!(read(text), (Some("+8613800000001".into()), "13800000001".into()), "{text}");
        }
    }

    #[test]
    fn foreign_numbers_keep_their_country_code() {
        assert_eq!(read("+852 6123 4567"), (Some("+85261234567".into()), "+85261234567".into()));
        assert_eq!(read("00853-66123456").0.as_deref(), Some("+85366123456"));
    }

    #[test]
    fn what_cannot_be_understood_is_kept_and_has_no_e164_form() {
        assert_eq!(read("85261234567"), (None, "85261234567".into()));
        assert_eq!(read("12345").0, None);
        assert_eq!(read("+0 123 456 789").0, None);
        assert_eq!(PhoneNumber::parse("  "), None);
        assert_eq!(PhoneNumber::parse("n/a"), None);
    }

    #[test]
    fn a_number_never_shows_in_debug_output() {
        let number = PhoneNumber::parse("13800000001");
        assert!(!format!("{number:?}").contains("1380"));
    }
}
