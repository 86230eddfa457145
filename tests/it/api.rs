//! The API as systems of merchants and of partners meet it: lists, forms, keys, repetitions, refusals.

mod claims;
mod keys;
mod lists;
mod made;
mod refusals;

use serde_json::Value;
use tributary_tests::client::Answer;

use crate::stage::Stage;

/// A key that was made with more arguments.
fn key(stage: &Stage, arguments: &[&str]) -> String {
    let mut all = vec!["keys", "add"];
    all.extend_from_slice(arguments);
    stage.batch.ok(&all).unwrap().trim().to_owned()
}

fn get(stage: &Stage, key: &str, path: &str) -> Value {
    let answer = stage.client.get(path, key).unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json().unwrap()
}

fn status(stage: &Stage, key: &str, path: &str) -> u16 {
    stage.client.get(path, key).unwrap().status
}

/// What stands in one column of a list.
fn column(page: &Value, name: &str) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item[name].as_str().unwrap_or_default().to_owned()).collect()
}

fn post(stage: &Stage, path: &str, name: &str, body: &Value) -> Answer {
    let authorization = format!("Bearer {}", stage.key);
    let headers =
        [("Authorization", authorization.as_str()), ("Content-Type", "application/json"), ("Idempotency-Key", name)];
    stage.client.send("POST", path, &headers, body.to_string().as_bytes()).unwrap()
}
