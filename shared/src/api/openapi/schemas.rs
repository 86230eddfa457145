//! Schemas, made of columns and fields.

use serde_json::{Map, Value, json};

use super::super::request::{self, Body, Is};
use super::super::resource::{Column, Kind};
use super::reference;

/// What must not stand in a text, blanks around it apart.
pub(super) const PRINTABLE: &str = r"[^\u0000-\u001f\u007f-\u009f]";

/// The same without blanks.
const VISIBLE: &str = r"[^\s\u0000-\u001f\u007f-\u009f]";

/// A row of a list.
pub(super) fn of_columns(columns: &[Column]) -> Value {
    let properties: Map<String, Value> = columns
        .iter()
        .map(|column| {
            let mut schema = match column.kind {
                Kind::Text => json!({ "type": "string" }),
                Kind::Word(words) => json!({ "type": "string", "enum": words }),
                Kind::Number => json!({ "type": "integer" }),
                Kind::Flag => json!({ "type": "boolean" }),
                Kind::Time => json!({ "type": "string", "format": "date-time" }),
                Kind::Amount => json!({ "type": "string", "pattern": r"^-?\d+(\.\d+)?$" }),
            };
            if column.is_optional {
                schema["type"] = json!([schema["type"], "null"]);
                if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
                    words.push(Value::Null);
                }
            }
            schema["description"] = json!(column.about);
            (column.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<&str> = columns.iter().map(|column| column.name).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

/// Adds a body, and the bodies in it.
pub(super) fn add_body(schemas: &mut Map<String, Value>, body: &Body) {
    let mut properties = Map::new();
    for field in body.fields {
        let mut schema = schema_of(field.is, field.is_required);
        if let Is::Object(inner) | Is::List(inner, _) = field.is {
            add_body(schemas, inner);
        }
        // A sibling of a reference may stand there since 3.1.
        schema["description"] = json!(field.about);
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<&str> = body.fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    let mut schema = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if body.name == request::CONTACT.name {
        schema["anyOf"] = json!([{ "required": ["email"] }, { "required": ["external_id"] }]);
    }
    schemas.insert(body.name.to_owned(), schema);
}

/// A text that is written so, blanks around it forgiven; where it may be left out, an empty one is one that was not given.
fn text(pattern: &str, is_required: bool) -> Value {
    if is_required {
        json!({ "type": "string", "pattern": format!(r"^\s*{pattern}\s*$") })
    } else {
        json!({ "type": ["string", "null"], "pattern": format!(r"^\s*({pattern})?\s*$") })
    }
}

fn schema_of(is: Is, is_required: bool) -> Value {
    let kind = |kind: &str| if is_required { json!(kind) } else { json!([kind, "null"]) };
    match is {
        // Control characters in a free text are taken out, or refused.
        Is::Text(characters_max) if is_required => {
            json!({ "type": "string", "pattern": r"\S", "maxLength": characters_max })
        }
        Is::Text(characters_max) => json!({ "type": ["string", "null"], "maxLength": characters_max }),
        Is::Token => json!({ "type": ["string", "null"] }),
        Is::ExternalId | Is::Sku | Is::Coupon => {
            // A text of blanks alone is none.
            let mut schema = text(&format!("{VISIBLE}({PRINTABLE}*{VISIBLE})?"), is_required);
            schema["maxLength"] = json!(is.characters_max());
            schema
        }
        Is::Code => text("[A-Za-z0-9._-]{1,64}", is_required),
        Is::Email => {
            text(r"[^@\s<>,;\u0000-\u001f\u007f-\u009f]{1,60}@[^@\s<>,;\u0000-\u001f\u007f-\u009f]{1,60}", is_required)
        }
        Is::Currency => text("(EUR|USD|GBP|CHF|JPY|[A-Z]{3})", is_required),
        Is::Amount => text(r"[0-9]{1,16}(\.[0-9]+)?", is_required),
        Is::Percent => text(r"[0-9]{1,3}(\.[0-9]{1,6})?", is_required),
        Is::Rates => text(r"[0-9.;]{1,60}", is_required),
        Is::Time => {
            text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?", is_required)
        }
        Is::Day => text("[0-9]{4}-[0-9]{2}-[0-9]{2}", is_required),
        Is::Url => json!({ "type": "string", "pattern": r"^https?://\S+$", "maxLength": is.characters_max() }),
        Is::Word(words) => {
            let alternatives = format!("({})", words.join("|"));
            text(&alternatives, is_required)
        }
        Is::Flag => json!({ "type": kind("boolean") }),
        Is::Whole(least, most) => json!({ "type": kind("integer"), "minimum": least, "maximum": most }),
        Is::Object(body) => json!({ "anyOf": [reference("schemas", body.name), { "type": "null" }] }),
        Is::List(body, most) => {
            let mut schema = json!({ "type": "array", "items": reference("schemas", body.name) });
            if most > 0 {
                schema["maxItems"] = json!(most);
            }
            schema
        }
        // An empty one is none.
        Is::Coupons => {
            let coupon = json!({ "type": "string", "pattern": format!(r"^\s*({PRINTABLE}{{1,64}})?\s*$") });
            json!({ "type": "array", "items": coupon })
        }
        Is::AffiliateAttribution => {
            json!({ "anyOf": [reference("schemas", "AffiliateAttribution"), { "type": "null" }] })
        }
    }
}
