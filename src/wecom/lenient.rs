//! Reading WeCom's answers: fields may be absent, `null`, empty, a number where a text is
//! documented or the other way round, and new ones appear. All of that is read; a list where a
//! text should be is not, except by the `usable_*`, for whom another shape is nothing.
//!
//! For use as `#[serde(default, deserialize_with = "…")]`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// More entries than any list of WeCom's has: one longer is refused before it takes the memory of a corp of millions.
const MOST: usize = 500_000;

/// A text; `None` when absent, `null` or empty.
pub(super) fn text<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(possibly_empty(input)?.filter(|text| !text.is_empty()))
}

/// A text that tells empty from absent; `null` counts as absent.
pub(super) fn possibly_empty<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    match input.deserialize_any(Scalar)? {
        Is::Nothing => Ok(None),
        Is::Text(text) => Ok(Some(text)),
        Is::Number(number) => Ok(Some(number.to_string())),
        Is::Other => Err(Error::custom("not a text")),
    }
}

/// A whole number; `None` when absent, `null` or empty.
pub(super) fn number<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    match input.deserialize_any(Scalar)? {
        Is::Nothing => Ok(None),
        Is::Number(number) => Ok(Some(number)),
        Is::Text(text) if text.trim().is_empty() => Ok(None),
        Is::Text(text) => text.trim().parse().map(Some).map_err(|_| Error::custom("not a number")),
        Is::Other => Err(Error::custom("not a whole number")),
    }
}

/// A text; anything else, a number aside, is nothing.
pub(super) fn usable_text<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(match input.deserialize_any(Scalar)? {
        Is::Text(text) if !text.is_empty() => Some(text),
        Is::Number(number) => Some(number.to_string()),
        Is::Text(_) | Is::Nothing | Is::Other => None,
    })
}

/// A whole number, also written as a text; anything else is nothing.
pub(super) fn usable_number<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    Ok(match input.deserialize_any(Scalar)? {
        Is::Number(number) => Some(number),
        Is::Text(text) => text.trim().parse().ok(),
        Is::Nothing | Is::Other => None,
    })
}

/// A number that names something, so never negative; anything else is nothing.
pub(super) fn usable_id<'de, D: Deserializer<'de>>(input: D) -> Result<Option<u64>, D::Error> {
    Ok(usable_number(input)?.and_then(|number| u64::try_from(number).ok()))
}

/// A list of ids; nothing in another shape. What is no id is passed over.
pub(super) fn usable_ids<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<u64>, D::Error> {
    let value = Value::deserialize(input)?;
    Ok(value.as_array().into_iter().flatten().filter_map(id).collect())
}

/// A list of texts; nothing in another shape. What is no text is passed over.
pub(super) fn usable_texts<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    let value = Value::deserialize(input)?;
    Ok(value.as_array().into_iter().flatten().filter_map(words).collect())
}

/// An id, also written as a text.
pub(super) fn id(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A text that is not empty, or a number as one.
pub(super) fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A list of anything; nothing when absent or `null`, refused when it is longer than any honest one.
pub(super) fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(input: D) -> Result<Vec<T>, D::Error> {
    input.deserialize_any(Entries(PhantomData))
}

struct Entries<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element()? {
            if list.len() == MOST {
                return Err(Error::custom("too many entries"));
            }
            list.push(entry);
        }
        Ok(list)
    }
}

enum Is {
    Nothing,
    Text(String),
    Number(i64),
    /// A shape that none of these fields has.
    Other,
}

struct Scalar;

impl<'de> Visitor<'de> for Scalar {
    type Value = Is;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a whole number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Is, E> {
        Ok(Is::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Is, E> {
        Ok(Is::Text(text))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Is, E> {
        Ok(Is::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Is, E> {
        Ok(i64::try_from(number).map_or(Is::Other, Is::Number))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Is, E> {
        Ok(Is::Other)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Is, E> {
        Ok(Is::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Is, E> {
        Ok(Is::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Is, A::Error> {
        while entries.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Is::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Is, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Is::Other)
    }
}
