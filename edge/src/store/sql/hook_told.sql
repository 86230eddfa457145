-- In the transaction that told: what was looked at is told now, and nothing that is not there yet. ?1 is how many rows were
-- looked at.
UPDATE hook_endpoint
SET
  told_partner = max(told_partner, min(told_partner + ?1, (SELECT coalesce(max(id), 0) FROM partner))),
  told_change = max(told_change, min(told_change + ?1, (SELECT coalesce(max(id), 0) FROM rule_change))),
  told_contact = max(told_contact, min(told_contact + ?1, (SELECT coalesce(max(id), 0) FROM contact_bound))),
  told_decision = max(told_decision, min(told_decision + ?1, (SELECT coalesce(max(id), 0) FROM decision))),
  told_transfer = max(told_transfer, min(told_transfer + ?1 * 64, (SELECT coalesce(max(id), 0) FROM transfer))),
  told_payout = max(told_payout, min(told_payout + ?1, (SELECT coalesce(max(id), 0) FROM payout_history)))
WHERE paused_at IS NULL
