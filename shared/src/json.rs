//! JSON objects by way of their fields: code that reads a struct straight from text, and from a list as well, is a second and a
//! third time what reads it from fields. Where few are read and each byte of the Worker counts, that is 10 KB compressed.

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Map, Value};

/// Reads an object in a text.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    T::deserialize(fields(text)?)
}

/// Reads an object.
pub fn read_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    match value {
        Value::Object(fields) => T::deserialize(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Error::custom("must be a JSON object"))
        }
    }
}

fn fields(text: &str) -> Result<Map<String, Value>, Error> {
    serde_json::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Thing {
        name: String,
        #[serde(default)]
        sizes: Vec<u8>,
    }

    #[test]
    fn an_object_is_read_and_nothing_else() {
        let thing = Thing { name: "a".to_owned(), sizes: vec![1, 2] };
        let text = r#" {"sizes":[1,2],"name":"a","more":null} "#;
        assert_eq!(read::<Thing>(text).unwrap(), thing);
        assert_eq!(read_value::<Thing>(serde_json::from_str(text).unwrap()).unwrap(), thing);
        for text in ["[\"a\",[1,2]]", "null", "1", "\"a\"", "true", "{\"name\":1}", "{}", "", "{\"name\":\"a\"} x"] {
            assert!(read::<Thing>(text).is_err(), "{text}");
        }
        assert_eq!(read_value::<Thing>(Value::Null).unwrap_err().to_string(), "must be a JSON object");
    }
}
