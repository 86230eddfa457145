//! JSON objects: read by way of their fields, and written as text.
//!
//! Code that reads a struct straight from text, and from a list as well, is a second and a third time what reads it from fields.
//! Where few are read and each byte of the Worker counts, that is 10 KB compressed.

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Map, Value};

use crate::time::Timestamp;

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

/// A JSON object while it is written: as text, because there are thousands of them.
#[derive(Debug, Default)]
pub struct Object(String);

impl Object {
    /// Adds a text, or that there is none.
    #[must_use]
    pub fn text(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.raw(name, &Value::from(value).to_string()),
            None => self.raw(name, "null"),
        }
    }

    /// Adds an instant, as seconds.
    #[must_use]
    pub fn time(self, name: &str, value: Timestamp) -> Self {
        self.raw(name, &value.unix_seconds().to_string())
    }

    /// Adds what is JSON already.
    #[must_use]
    pub fn raw(mut self, name: &str, json: &str) -> Self {
        self.0.push_str(if self.0.is_empty() { "{\"" } else { ",\"" });
        self.0.push_str(name);
        self.0.push_str("\":");
        self.0.push_str(json);
        self
    }

    /// The whole of it.
    #[must_use]
    pub fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
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

    #[test]
    fn an_object_is_json_whatever_its_texts_hold() {
        let object = Object::default()
            .text("a", Some("\"\\\n"))
            .text("b", None)
            .time("c", Timestamp::FIRST)
            .raw("d", "[1]")
            .end();
        let json: Value = serde_json::from_str(&object).unwrap();
        assert_eq!(
            json,
            serde_json::json!({ "a": "\"\\\n", "b": null, "c": Timestamp::FIRST.unix_seconds(), "d": [1] })
        );
    }
}
