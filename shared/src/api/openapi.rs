//! `/openapi.json`, made of the tables by which the Worker answers and checks. `cargo xtask openapi` writes it.

mod schemas;

use serde_json::{Map, Value, json};

use self::schemas::{PRINTABLE, add_body, of_columns};
use super::query::{LIMIT_DEFAULT, LIMIT_MAX, TEXT_CHARACTERS_MAX};
use super::request::{self, Body};
use super::resource::{Key, Parameter, Resource};
use super::scope::Scope;
use crate::hook::postback::PARAMETERS;

/// What a name in an address looks like: no control characters, and not the dots that addresses are resolved by.
const SEGMENT: &str = r"^[^\u0000-\u001f\u007f-\u009f/.]{1,64}$";

/// What may be sent to a list.
const MADE: [(Resource, &Body, &str); 5] = [
    (Resource::Partners, &request::PARTNER, "Make a partner"),
    (Resource::Products, &request::PRODUCT, "Make a product"),
    (Resource::Links, &request::LINK, "Make a link"),
    (Resource::Contacts, &request::CONTACT, "Report that somebody left his address"),
    (Resource::Coupons, &request::COUPON, "Give a coupon to a partner"),
];

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut schemas = Map::new();
    let mut paths = Map::new();
    for resource in Resource::ALL {
        schemas.insert(resource.singular().to_owned(), of_columns(resource.columns()));
        let path = format!("/api/v1/{}", resource.name());
        let mut operations = Map::new();
        operations.insert("get".to_owned(), list(resource));
        if resource == Resource::Orders {
            operations.insert(
                "post".to_owned(),
                post(&request::ORDER, "Report an order, at every step it takes", Scope::Orders, "Accepted", false),
            );
        }
        if let Some((_, body, summary)) = MADE.iter().find(|(made, _, _)| *made == resource) {
            operations.insert("post".to_owned(), post(body, summary, Scope::Write, "Made", false));
            add_body(&mut schemas, body);
        }
        paths.insert(path.clone(), operations.into());
        if resource.is_asked_singly() {
            paths.insert(format!("{path}/{{name}}"), json!({ "get": one(resource) }));
        }
    }
    for (what, body, summary) in [
        ("refunds", &request::REFUND, "Report a refund; it may come before its order"),
        ("chargebacks", &request::CHARGEBACK, "Report a chargeback, or that one was won"),
    ] {
        let operation = post(body, summary, Scope::Orders, "Accepted", true);
        paths.insert(format!("/api/v1/orders/{{name}}/{what}"), json!({ "post": operation }));
        add_body(&mut schemas, body);
    }
    add_body(&mut schemas, &request::ORDER);
    add_others(&mut schemas, &mut paths);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tributary",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Partners' links, orders and commission. Amounts are decimal strings in major units. A 2xx means: it is stored.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer", "description": "A key of `tributary keys add`. A partner's own key reads what is his." } },
            "parameters": parameters(),
            "responses": problems(),
            "schemas": schemas,
        },
    })
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

fn list(resource: Resource) -> Value {
    let parameters: Vec<Value> = resource
        .parameters()
        .iter()
        .map(|parameter| match (parameter, resource.key()) {
            (Parameter::Cursor, Key::Number) => reference("parameters", "number_cursor"),
            (parameter, _) => reference("parameters", parameter.as_str()),
        })
        .collect();
    let page = json!({
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {
            "items": { "type": "array", "items": reference("schemas", resource.singular()) },
            "next_cursor": { "type": ["string", "null"] },
        },
    });
    let whose = if resource.is_for_partners() { " A partner's key sees what is his." } else { "" };
    let summary = format!("{}, a page at a time.{whose}", resource.name());
    json!({ "summary": summary, "parameters": parameters, "responses": read(&page, &["401", "403", "406", "422", "429", "503"]) })
}

fn one(resource: Resource) -> Value {
    let is_number = matches!(resource, Resource::Contacts | Resource::Accruals | Resource::Payouts);
    let name = if is_number { "number" } else { "name" };
    let answers = ["401", "403", "404", "406", "422", "429", "503"];
    json!({
        "summary": format!("one of {}", resource.name()),
        "parameters": [reference("parameters", name)],
        "responses": read(&reference("schemas", resource.singular()), &answers),
    })
}

/// Answers of what can be had in two forms.
fn read(schema: &Value, others: &[&str]) -> Value {
    let content = json!({ "application/json": { "schema": schema }, "application/xml": {} });
    answers("200", "It is so.", &content, others)
}

fn answers(status: &str, about: &str, content: &Value, others: &[&str]) -> Value {
    let mut all = Map::new();
    all.insert(status.to_owned(), json!({ "description": about, "content": content }));
    for other in others {
        all.insert((*other).to_owned(), reference("responses", other));
    }
    all.into()
}

fn post(body: &Body, summary: &str, scope: Scope, answer: &str, is_of_order: bool) -> Value {
    let mut parameters = vec![reference("parameters", "repeat")];
    if is_of_order {
        parameters.push(reference("parameters", "name"));
    }
    let content = json!({ "application/json": { "schema": reference("schemas", answer) } });
    let others = ["400", "401", "403", "409", "413", "415", "422", "429", "503"];
    json!({
        "summary": summary,
        "description": format!("A key needs the scope `{}`.", scope.as_str()),
        "parameters": parameters,
        "requestBody": { "required": true, "content": { "application/json": { "schema": reference("schemas", body.name) } } },
        "responses": answers("201", "It is stored.", &content, &others),
    })
}

fn parameters() -> Value {
    let query = |name: &str, schema: Value, about: &str| json!({ "name": name, "in": "query", "schema": schema, "description": about });
    let path = |schema: Value| json!({ "name": "name", "in": "path", "required": true, "schema": schema });
    let free = json!({ "type": "string", "minLength": 1, "maxLength": TEXT_CHARACTERS_MAX, "pattern": format!("^{PRINTABLE}+$") });
    let number = json!({ "type": "string", "pattern": "^[1-9][0-9]{0,14}$" });
    let time = json!({ "type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$" });
    json!({
        "cursor": query("cursor", free.clone(), "The `next_cursor` of the page before."),
        "number_cursor": query("cursor", number.clone(), "The `next_cursor` of the page before."),
        "limit": query("limit", json!({ "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT }), "Rows of the page."),
        "partner": query("partner", json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" }), "Of this partner alone, by his code."),
        "from": query("from", time.clone(), "From this instant on; 30 days before `to`, if not given."),
        "to": query("to", time, "Before this instant; now, if not given."),
        "name": path(json!({ "type": "string", "pattern": SEGMENT })),
        "number": path(json!({ "type": "string", "pattern": "^[1-9][0-9]{0,14}$" })),
        "repeat": {
            "name": "Idempotency-Key", "in": "header",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
            "description": "The same key with the same body gets the same answer, with another body a 409.",
        },
    })
}

fn problems() -> Value {
    let mut all = Map::new();
    for (status, about) in [
        ("400", "It cannot be read."),
        ("401", "A valid key is needed."),
        ("403", "The key may not do this."),
        ("404", "There is nothing at this address."),
        ("406", "It can be had as JSON or XML."),
        ("409", "The same id or key came with another body before, or the name is taken."),
        ("413", "The body is too large."),
        ("415", "Bodies are JSON."),
        ("422", "A field cannot be taken."),
        ("429", "Too many requests in a minute."),
        ("503", "Nothing was stored; send it again."),
    ] {
        let mut answer = json!({
            "description": about,
            "content": { "application/problem+json": { "schema": reference("schemas", "Problem") } },
        });
        if matches!(status, "429" | "503") {
            answer["headers"] = json!({ "Retry-After": { "schema": { "type": "integer" }, "description": "Seconds.", "required": true } });
        }
        all.insert(status.to_owned(), answer);
    }
    all.into()
}

/// What is not in the tables.
fn add_others(schemas: &mut Map<String, Value>, paths: &mut Map<String, Value>) {
    let string = json!({ "type": "string" });
    let integer = json!({ "type": "integer" });
    let object = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties });
    schemas.insert(
        "Problem".to_owned(),
        object(
            &["type", "title", "status", "detail"],
            json!({ "type": string, "title": string, "status": integer, "detail": string, "field": { "type": "string", "description": "where, as in lines[0].net" } }),
        ),
    );
    schemas.insert(
        "Accepted".to_owned(),
        object(
            &["external_id", "event", "status"],
            json!({ "external_id": string, "event": string, "status": string }),
        ),
    );
    schemas.insert(
        "Made".to_owned(),
        object(
            &["made", "name"],
            json!({
                "made": { "type": "string", "description": "what: partner, product, link, contact or coupon" },
                "name": { "type": "string", "description": "what it is called: code, SKU, or address" },
            }),
        ),
    );
    let id = json!({ "type": ["string", "null"], "maxLength": 255 });
    schemas.insert(
        "AffiliateAttribution".to_owned(),
        json!({
            "type": "object",
            "description": "Of the Agentic Commerce Protocol. Written and never shown again; no person's data in it.",
            "required": ["provider"],
            "properties": {
                "provider": { "type": "string", "minLength": 1, "maxLength": 255 }, "token": { "type": ["string", "null"], "maxLength": 2048 },
                "publisher_id": id, "campaign_id": id, "creative_id": id, "sub_id": id,
                "source": { "type": ["object", "null"] }, "issued_at": { "type": ["string", "null"] }, "expires_at": { "type": ["string", "null"] },
                "metadata": { "type": ["object", "null"], "maxProperties": 20 },
            },
        }),
    );
    let json_content = |schema: Value| json!({ "application/json": { "schema": schema } });
    let any = json!({ "type": "object" });
    paths.insert(
        "/api/v1/diagnostics".to_owned(),
        json!({ "get": {
            "summary": "What a merchant should look at",
            "responses": answers("200", "It is so.", &json_content(object(&["missed_codes", "pages", "silent_targets", "spilled_groups"], json!({}))), &["401", "403", "429", "503"]),
        } }),
    );
    let mut parameters: Vec<Value> = ["id", "amount", "currency", "sig"]
        .iter()
        .map(|name| json!({ "name": name, "in": "query", "required": true, "schema": string }))
        .collect();
    let others = PARAMETERS.iter().filter(|name| !["id", "amount", "currency"].contains(name));
    parameters.extend(others.map(|name| {
        let schema = match *name {
            "status" => json!({ "enum": ["pending", "paid", "refunded", "cancelled"], "default": "paid" }),
            "at" => json!({ "type": "string", "format": "date-time" }),
            _ => string.clone(),
        };
        json!({ "name": name, "in": "query", "schema": schema })
    }));
    let postback = json!({
        "summary": "An order by an address alone, signed",
        "security": [],
        "parameters": parameters,
        "responses": answers("200", "It is stored.", &json_content(any.clone()), &["401", "409", "422", "503"]),
    });
    paths.insert("/api/v1/postback".to_owned(), json!({ "get": postback, "post": postback }));
    paths.insert(
        "/openapi.json".to_owned(),
        json!({ "get": { "summary": "This document", "security": [], "responses": answers("200", "It is this.", &json_content(any), &[]) } }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every reference in a value.
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(target)) = object.get("$ref") {
                    found.push(target.clone());
                }
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere_and_nothing_is_told_twice() {
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        for target in &found {
            assert!(document.pointer(&target[1..]).is_some(), "{target}");
        }
        assert!(found.len() > 100);
    }

    #[test]
    fn a_postback_is_told_with_all_that_it_takes_and_what_it_must_have() {
        let document = document();
        let parameters = document["paths"]["/api/v1/postback"]["get"]["parameters"].as_array().unwrap();
        let mut names: Vec<&str> = parameters.iter().map(|parameter| parameter["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["amount", "at", "coupon", "currency", "id", "sig", "sku", "status", "trb"]);
        let required = parameters.iter().filter(|parameter| parameter["required"] == true);
        let required: Vec<_> = required.map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(required, ["id", "amount", "currency", "sig"]);
    }

    #[test]
    fn every_list_can_be_read_and_what_is_made_can_be_posted() {
        let document = document();
        for resource in Resource::ALL {
            let path = &document["paths"][format!("/api/v1/{}", resource.name())];
            assert!(path["get"]["responses"]["200"].is_object(), "{}", resource.name());
        }
        for name in ["orders", "partners", "products", "links", "contacts", "coupons"] {
            assert!(document["paths"][format!("/api/v1/{name}")]["post"].is_object(), "{name}");
        }
    }
}
