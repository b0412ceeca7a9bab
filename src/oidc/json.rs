//! JSON from outside in which no name comes twice (RFC 8259 §4): two readers of a doubled name may take different
//! values, so none is taken (threat 4).

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// An object that names everything once, as every object within it does. A text that holds anything else, a name twice,
/// or is nested more than 127 deep, is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(pub Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Once::deserialize(deserializer)? {
            Once(Value::Object(object)) => Ok(Self(object)),
            Once(_) => Err(D::Error::custom("not an object")),
        }
    }
}

/// A value whose objects name everything once.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Once;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON in which no name comes twice")
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(Once(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Once, E> {
        Ok(Once(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Once, E> {
        Ok(Once(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Once, E> {
        Ok(Once(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Once, E> {
        Ok(Once(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Once, E> {
        Ok(Once(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Once, A::Error> {
        let mut list = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Once(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Once, A::Error> {
        let mut object = Map::new();
        while let Some((name, Once(value))) = entries.next_entry::<String, Once>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name comes twice"));
            }
        }
        Ok(Once(object.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Option<Map<String, Value>> {
        serde_json::from_str(text).ok().map(|Object(object)| object)
    }

    #[test]
    fn an_object_is_read_as_it_is_written() {
        let text = r#"{"a":[null,true,-1,2,0.5,"x\u00e9",{}],"b":{"a":{}}}"#;
        let plain: Option<Value> = serde_json::from_str(text).ok();
        assert_eq!(object(text).map(Value::Object), plain);
    }

    #[test]
    fn threat_4_a_name_that_comes_twice_is_refused_however_it_is_spelled_and_however_deep() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":[{"y":{"a":1,"b":2,"a":3}}]}"#] {
            assert_eq!(object(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_object_or_too_deep_is_refused() {
        let deep = |levels: usize| format!("{}{}", "{\"a\":".repeat(levels), "0") + &"}".repeat(levels);
        assert!(object(&deep(100)).is_some());
        for text in ["", "[]", "null", "{", "{} {}", "{\"a\":}", &deep(200), &deep(2_000_000)] {
            assert_eq!(object(text), None);
        }
    }
}
