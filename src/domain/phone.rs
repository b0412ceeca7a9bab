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
    /// is and has no E.164 form. Wide digits and signs count as plain ones. `None` when nothing of it is a digit.
    pub fn parse(text: &str) -> Option<Self> {
        let raw = text.trim();
        let plain: String = raw.chars().map(narrow).filter(|c| !is_filler(*c)).collect();
        if raw.chars().count() > 32 || !plain.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        Some(Self { raw: raw.to_owned(), e164: e164(&plain) })
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
        let digits: Vec<char> = self.national().chars().map(narrow).filter(char::is_ascii_digit).collect();
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

/// The plain twin of a wide digit or sign.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// What people put between digits, and what copying puts around them.
fn is_filler(c: char) -> bool {
    let invisible =
        matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    let dash = matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    c.is_whitespace() || invisible || dash || matches!(c, '(' | ')')
}

/// The E.164 form of a number without fillers.
fn e164(bare: &str) -> Option<String> {
    let international = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00"));
    let digits = match international {
        Some(rest) => rest.to_owned(),
        None if is_mainland(bare) => format!("86{bare}"),
        None => bare.strip_prefix("86").filter(|n| is_mainland(n)).map(|n| format!("86{n}"))?,
    };
    let plausible =
        (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    (plausible && keeps_its_countrys_rule(&digits)).then(|| format!("+{digits}"))
}

/// What is known of the numbers most of our members have: a number with a zero that is only dialled at home, or with a
/// digit too many, must not pass for a number that works.
fn keeps_its_countrys_rule(digits: &str) -> bool {
    let rest = |code| digits.strip_prefix(code);
    if let Some(national) = rest("852").or_else(|| rest("853")) {
        national.len() == 8
    } else if let Some(national) = rest("886") {
        (8..=9).contains(&national.len()) && !national.starts_with('0')
    } else if let Some(national) = rest("86") {
        let like_a_mobile = matches!(national.as_bytes(), [b'1', b'3'..=b'9', ..]);
        !national.starts_with('0') && (!like_a_mobile || is_mainland(national))
    } else {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, String) {
        let number = PhoneNumber::parse(text).unwrap_or_else(|| panic!("{text} is a number"));
        (number.e164().map(str::to_owned), number.national().to_owned())
    }

    #[test]
    fn numbers_that_are_understood_have_one_form_however_they_are_written() {
        // As WeCom keeps it, E.164, and as people of the country write it.
        let table = [
            ("13800000001", "+8613800000001", "13800000001"),
            ("+86 13800000001", "+8613800000001", "13800000001"),
            ("+86-138-0000-0001", "+8613800000001", "13800000001"),
            ("0086 13800000001", "+8613800000001", "13800000001"),
            ("8613800000001", "+8613800000001", "13800000001"),
            ("(+86) 138 0000 0001", "+8613800000001", "13800000001"),
            ("＋８６　１３８０００００００１", "+8613800000001", "13800000001"),
            ("１３８－００００－０００１", "+8613800000001", "13800000001"),
            ("\u{202D}+86 138\u{00A0}0000\u{00A0}0001\u{202C}", "+8613800000001", "13800000001"),
            ("+86 10 8888 0000", "+861088880000", "+861088880000"),
            ("+852 6123 4567", "+85261234567", "+85261234567"),
            ("00852 61234567", "+85261234567", "+85261234567"),
            ("+853-6612-3456", "+85366123456", "+85366123456"),
            ("00853-66123456", "+85366123456", "+85366123456"),
            ("+886 912 345 678", "+886912345678", "+886912345678"),
            ("00886-2-1234-5678", "+886212345678", "+886212345678"),
            ("+1-202-555-0143", "+12025550143", "+12025550143"),
            ("+44 (20) 7946 0000", "+442079460000", "+442079460000"),
            ("0049 30 123456", "+4930123456", "+4930123456"),
        ];
        for (written, e164, national) in table {
            assert_eq!(read(written), (Some(e164.into()), national.into()), "{written}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_kept_and_has_no_e164_form() {
        let table = [
            "85261234567",
            "12345",
            "12800000001",
            "0912345678",
            "010-88880000",
            "+0 123 456 789",
            "+86 010 8888 0000",
            "+86 138 0000 00001",
            "+852 6123 45678",
            "+886 0912 345 678",
            "+1234567890123456",
            "+12",
            "+86 138-0000-0001 ext. 7",
            "138****0001",
            "++8613800000001",
            "１２３４５",
        ];
        for written in table {
            assert_eq!(read(written), (None, written.into()), "{written}");
        }
    }

    #[test]
    fn what_holds_no_digit_or_is_endless_is_no_number() {
        for text in ["", "  ", "n/a", "+", "—", "٣٤٥", &"1".repeat(33)] {
            assert_eq!(PhoneNumber::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_never_shows_in_debug_output() {
        let number = PhoneNumber::parse("13800000001");
        assert!(!format!("{number:?}").contains("1380"));
        for written in ["13800000001", "+86 １３８０００００００１", "１２０００１"] {
            assert_eq!(
                PhoneNumber::parse(written).map(|number| number.masked()).as_deref(),
                Some("••• 0001"),
                "{written}"
            );
        }
    }
}
