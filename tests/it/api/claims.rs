//! Agents' claims about who brought an order.

use serde_json::{Value, json};

use crate::stage::stage;

#[test]
fn the_first_valid_claim_of_an_agent_stays_and_personal_data_is_refused() {
    let stage = stage();
    stage.partners(&["agent-first"]);
    stage.partners(&["agent-later"]);
    let order = |id: &str, status: &str, claim: Value| {
        stage.order(id, json!({ "status": status, "paid_at": "2026-02-01T00:00:00Z", "placed_at": "2026-02-01T00:00:00Z", "affiliate_attribution": claim }))
    };
    let of = |partner: &str| json!({ "provider": "tributary", "publisher_id": partner });
    for (claim, kind) in [
        (
            json!({ "provider": "tributary", "publisher_id": "x", "metadata": { "user_email": "ann@shop.example" } }),
            "pii-not-allowed",
        ),
        (json!({ "provider": "tributary" }), "missing-field"),
        (json!("tributary"), "invalid-type"),
    ] {
        let refused = order("AGENT-0", "paid", claim);
        assert_eq!(refused.status, 400);
        let problem = refused.json().unwrap();
        assert_eq!(problem["type"], format!("urn:tributary:problem:{kind}"));
        assert!(problem["field"].as_str().unwrap().starts_with("$.affiliate_attribution"));
    }
    assert_eq!(stage.number("SELECT count(*) FROM orders WHERE external_id = 'AGENT-0'"), 0);
    assert_eq!(order("AGENT-1", "pending", of("agent-first")).status, 201);
    assert_eq!(order("AGENT-1", "paid", of("agent-later")).status, 201, "a later claim stands in nobody's way");
    assert_eq!(stage.explained("AGENT-1")["partner"], "agent-first");
    // What nothing stands behind keeps nobody out.
    for (id, nothing) in
        [("AGENT-5", json!({ "provider": "tributary", "token": "garbage" })), ("AGENT-6", of("nobody-there"))]
    {
        assert_eq!(order(id, "pending", nothing).status, 201);
        assert_eq!(order(id, "paid", of("agent-later")).status, 201);
        assert_eq!(stage.explained(id)["partner"], "agent-later", "{id}");
    }
    // Another provider's names are none of ours, and an expired claim is none.
    let expired =
        json!({ "provider": "tributary", "publisher_id": "agent-first", "expires_at": "2020-01-01T00:00:00Z" });
    for (id, claim) in
        [("AGENT-2", json!({ "provider": "others", "publisher_id": "agent-first" })), ("AGENT-3", expired)]
    {
        assert_eq!(order(id, "paid", claim).status, 201);
        assert_eq!(stage.explained(id)["outcome"], "unattributed", "{id}");
    }
    // By a token of ours, as if the buyer had brought it himself.
    stage.make_link("agent-link", "agent-later", &stage.shop("/"));
    let (_, cookie) = stage.click("agent-link");
    let bought =
        stage.order("AGENT-4", json!({ "affiliate_attribution": { "provider": "tributary", "token": cookie } }));
    assert_eq!(bought.status, 201);
    assert_eq!(stage.explained("AGENT-4")["partner"], "agent-later");
}
