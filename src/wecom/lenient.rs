//! Reading WeCom's answers: fields may be absent, `null`, empty, a number where a text is
//! documented or the other way round, and new ones appear. All of that is read; a list where a
//! text should be is not.
//!
//! For use as `#[serde(default, deserialize_with = "…")]`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A text; `None` when absent, `null` or empty.
pub(super) fn text<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(possibly_empty(input)?.filter(|text| !text.is_empty()))
}

/// A text that tells empty from absent; `null` counts as absent.
pub(super) fn possibly_empty<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    input.deserialize_any(Scalar).map(|scalar| match scalar {
        Is::Nothing => None,
        Is::Text(text) => Some(text),
        Is::Number(number) => Some(number.to_string()),
    })
}

/// A whole number; `None` when absent, `null` or empty.
pub(super) fn number<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    match input.deserialize_any(Scalar)? {
        Is::Nothing => Ok(None),
        Is::Number(number) => Ok(Some(number)),
        Is::Text(text) if text.trim().is_empty() => Ok(None),
        Is::Text(text) => text.trim().parse().map(Some).map_err(|_| Error::custom("not a number")),
    }
}

/// A number that names something, so never negative.
pub(super) fn id<'de, D: Deserializer<'de>>(input: D) -> Result<Option<u64>, D::Error> {
    number(input)?.map(u64::try_from).transpose().map_err(|_| Error::custom("negative"))
}

/// A list of ids; nothing when absent or `null`.
pub(super) fn ids<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<u64>, D::Error> {
    Ok(list::<Id, D>(input)?.into_iter().filter_map(|id| id.0).collect())
}

/// A list of texts; nothing when absent or `null`.
pub(super) fn texts<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    Ok(list::<Text, D>(input)?.into_iter().filter_map(|text| text.0).collect())
}

/// A list of anything; nothing when absent or `null`.
pub(super) fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(input: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(input)?.unwrap_or_default())
}

#[derive(serde::Deserialize)]
struct Id(#[serde(deserialize_with = "id")] Option<u64>);

#[derive(serde::Deserialize)]
struct Text(#[serde(deserialize_with = "text")] Option<String>);

enum Is {
    Nothing,
    Text(String),
    Number(i64),
}

struct Scalar;

impl Visitor<'_> for Scalar {
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
        i64::try_from(number).map(Is::Number).map_err(|_| E::custom("too large"))
    }

    fn visit_unit<E: Error>(self) -> Result<Is, E> {
        Ok(Is::Nothing)
    }
}
