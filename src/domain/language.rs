//! The two languages that pages are written in, and how one is chosen.

use serde::{Deserialize, Serialize};

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// 简体中文, `zh-CN`.
    #[default]
    Chinese,
    /// English, `en`.
    English,
}

impl Language {
    /// The BCP 47 tag in canonical case.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// What WeCom's browser page calls it in `lang` (`wecom-api.md` §2.1).
    pub const fn wecom(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Some(Self::Chinese)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else {
            None
        }
    }

    /// The first of `ui_locales` that we speak (OpenID Connect Core §3.1.2.1).
    pub fn from_ui_locales(locales: &str) -> Option<Self> {
        locales.split(' ').take(16).find_map(Self::of_tag)
    }

    /// The best of an `Accept-Language` header (RFC 9110 §12.5.4), read no further than 16 entries.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let weight = |entry: &str| {
            entry
                .split(';')
                .skip(1)
                .find_map(|p| p.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0))
        };
        let mut best: Option<(f32, Self)> = None;
        for entry in header.split(',').take(16) {
            let tag = entry.split(';').next().unwrap_or_default().trim();
            let (Some(language), q) = (Self::of_tag(tag), weight(entry)) else { continue };
            if q > 0.0 && best.is_none_or(|(b, _)| q > b) {
                best = Some((q, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_weight_that_we_speak_wins() {
        let pick = Language::from_accept_language;
        assert_eq!(pick("de, en;q=0.5, zh;q=0.9"), Some(Language::Chinese));
        assert_eq!(pick("en-GB,en;q=0.9,zh;q=0.8"), Some(Language::English));
        assert_eq!(pick("fr"), None);
        assert_eq!(pick("zh;q=0"), None);
    }
}
