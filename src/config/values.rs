//! Typed values out of a [`Section`]: each getter notes what is wrong with a key and then reads as if it were not there.

use std::fmt;
use std::ops::RangeInclusive;

use serde::de::{DeserializeOwned, IntoDeserializer as _};
use toml::de::DeValue;

use crate::domain::time::Span;

use super::reading::{Found, Place};
use super::schema::nearest;
use super::section::Section;

impl Section<'_> {
    /// A text with its `${NAME}`s replaced.
    pub fn text(&self, key: &str) -> Option<Found<String>> {
        let place = self.place_of(key);
        self.text_at(self.get(key)?.get_ref(), place)
    }

    fn text_at(&self, value: &DeValue<'_>, place: Place) -> Option<Found<String>> {
        let DeValue::String(written) = value else {
            self.wrong_type(&place, value, "a text", "write it in double quotes");
            return None;
        };
        self.reading.expanded(written, &place).map(|value| Found { value, place })
    }

    /// A text that is neither empty nor holds control characters, at most `max` characters long.
    pub fn label(&self, key: &str, max: usize) -> Option<Found<String>> {
        let text = self.text(key)?;
        if text.value.trim().is_empty() || text.value.chars().count() > max || text.value.contains(char::is_control) {
            let remedy = format!("write 1 to {max} characters on one line, or take the key out");
            self.reading.error(&text.place, "is empty, too long or holds control characters", remedy);
            return None;
        }
        Some(text)
    }

    /// One word of a closed list: the names of a plain enum, as serde knows them.
    pub fn word<T: DeserializeOwned>(&self, key: &str) -> Option<Found<T>> {
        self.as_word(&self.text(key)?)
    }

    /// The same for a text already read.
    pub fn as_word<T: DeserializeOwned>(&self, text: &Found<String>) -> Option<Found<T>> {
        let deserializer = text.value.as_str().into_deserializer();
        match T::deserialize::<serde::de::value::StrDeserializer<'_, UnknownWord>>(deserializer) {
            Ok(value) => Some(text.with(value)),
            Err(UnknownWord(known)) => {
                self.unknown_word(text, known);
                None
            }
        }
    }

    /// Notes that a text is none of the words that may stand there.
    pub fn unknown_word(&self, text: &Found<String>, known: &[&'static str]) {
        let all: Vec<String> = known.iter().map(|word| format!("\"{word}\"")).collect();
        let remedy = match nearest(&text.value, known.iter().copied()) {
            Some(near) => format!("write \"{near}\"; there are {}", all.join(", ")),
            None => format!("write one of {}", all.join(", ")),
        };
        self.reading.error(&text.place, "is not one of the words that may stand here", remedy);
    }

    /// `true` or `false`.
    pub fn flag(&self, key: &str) -> Option<Found<bool>> {
        let (value, place) = (self.get(key)?.get_ref(), self.place_of(key));
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong_type(&place, value, "true or false", "write true or false without quotes");
        }
        flag.map(|value| Found { value, place })
    }

    /// A whole number within bounds.
    pub fn number(&self, key: &str, bounds: RangeInclusive<u32>) -> Option<Found<u32>> {
        let place = self.place_of(key);
        self.number_at(self.get(key)?.get_ref(), place, bounds)
    }

    fn number_at(&self, value: &DeValue<'_>, place: Place, bounds: RangeInclusive<u32>) -> Option<Found<u32>> {
        let remedy = format!("write a whole number from {} to {}", bounds.start(), bounds.end());
        let DeValue::Integer(integer) = value else {
            self.wrong_type(&place, value, "a whole number", &format!("{remedy}, without quotes"));
            return None;
        };
        let number = i128::from_str_radix(integer.as_str(), integer.radix()).ok().and_then(|n| u32::try_from(n).ok());
        let Some(value) = number.filter(|n| bounds.contains(n)) else {
            self.reading.error(&place, "is too small or too large", remedy);
            return None;
        };
        Some(Found { value, place })
    }

    /// A duration within bounds.
    pub fn span(&self, key: &str, bounds: RangeInclusive<Span>) -> Option<Found<Span>> {
        let remedy = format!(
            "write a whole number and s, m, h or d in quotes, such as \"10m\", from \"{}\" to \"{}\"",
            bounds.start(),
            bounds.end()
        );
        let (value, place) = (self.get(key)?.get_ref(), self.place_of(key));
        if !value.is_str() {
            self.wrong_type(&place, value, "a duration", &remedy);
            return None;
        }
        let text = self.text_at(value, place)?;
        match text.value.parse::<Span>() {
            Ok(span) if bounds.contains(&span) => Some(text.with(span)),
            Ok(_) => {
                self.reading.error(&text.place, "is too short or too long", remedy);
                None
            }
            Err(_) => {
                self.reading.error(&text.place, "is not a duration", remedy);
                None
            }
        }
    }

    /// A list of texts; elements that are no texts are noted and left out.
    pub fn texts(&self, key: &str) -> Option<Found<Vec<Found<String>>>> {
        self.list(key, "a list of texts", "write it as [\"…\", \"…\"]", |value, place| self.text_at(value, place))
    }

    /// A list of whole numbers; elements that are none are noted and left out.
    pub fn numbers(&self, key: &str, bounds: &RangeInclusive<u32>) -> Option<Found<Vec<Found<u32>>>> {
        self.list(key, "a list of whole numbers", "write it as [1, 7]", |value, place| {
            self.number_at(value, place, bounds.clone())
        })
    }

    fn list<T>(
        &self,
        key: &str,
        wanted: &str,
        remedy: &str,
        read: impl Fn(&DeValue<'_>, Place) -> Option<Found<T>>,
    ) -> Option<Found<Vec<Found<T>>>> {
        let (value, place) = (self.get(key)?.get_ref(), self.place_of(key));
        let DeValue::Array(list) = value else {
            self.wrong_type(&place, value, wanted, remedy);
            return None;
        };
        let element = |(number, value): (usize, &toml::Spanned<DeValue<'_>>)| {
            let place = Place { key: format!("{}[{number}]", place.key), at: Some(value.span().start) };
            read(value.get_ref(), place)
        };
        let value = list.iter().enumerate().filter_map(element).collect();
        Some(Found { value, place })
    }
}

/// serde's complaint about a word, reduced to the words that it knows.
#[derive(Debug)]
struct UnknownWord(&'static [&'static str]);

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {}", self.0.join(", "))
    }
}

impl std::error::Error for UnknownWord {}

impl serde::de::Error for UnknownWord {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}
