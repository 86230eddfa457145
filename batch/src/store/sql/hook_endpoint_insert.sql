-- It hears of what comes after it. Harmless to repeat: an address is there once.
INSERT INTO hook_endpoint (
  url, events, secrets, created_by, created_at,
  told_partner, told_change, told_contact, told_decision, told_transfer, told_payout
)
SELECT ?1, ?2, ?3, ?4, ?5,
  (SELECT coalesce(max(id), 0) FROM partner),
  (SELECT coalesce(max(id), 0) FROM rule_change),
  (SELECT coalesce(max(id), 0) FROM contact_bound),
  (SELECT coalesce(max(id), 0) FROM decision),
  (SELECT coalesce(max(id), 0) FROM transfer),
  (SELECT coalesce(max(id), 0) FROM payout_history)
WHERE true ON CONFLICT DO NOTHING
