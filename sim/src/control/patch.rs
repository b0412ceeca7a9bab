//! Changing a value by a JSON merge patch (RFC 7396): what is named is replaced, `null` sets a field to its default.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ControlError;

/// The value with the patch applied.
pub(crate) fn patched<T: Serialize + DeserializeOwned>(value: &T, patch: &Value) -> Result<T, ControlError> {
    if !patch.is_object() {
        return Err(ControlError::Invalid("a JSON object is needed".into()));
    }
    let invalid = |error: serde_json::Error| ControlError::Invalid(error.to_string());
    let mut document = serde_json::to_value(value).map_err(invalid)?;
    merge(&mut document, patch);
    serde_json::from_value(document).map_err(invalid)
}

fn merge(document: &mut Value, patch: &Value) {
    let (Value::Object(fields), Value::Object(changes)) = (&mut *document, patch) else {
        document.clone_from(patch);
        return;
    };
    for (name, change) in changes {
        if change.is_null() {
            fields.remove(name);
        } else {
            merge(fields.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}
