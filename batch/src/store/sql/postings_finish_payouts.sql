-- A posting says that its payout was sent, or came back; the payout's state follows.
UPDATE payout
SET state = CASE WHEN posting.cause LIKE '%/confirmed' THEN 'confirmed' ELSE 'failed' END,
  changed_by = posting.posted_by, changed_at = posting.at, note = posting.reason
FROM posting
WHERE posting.payout_id = payout.id AND posting.id BETWEEN ?1 AND ?2
  AND payout.state = CASE WHEN posting.cause LIKE '%/confirmed' THEN 'prepared' ELSE 'confirmed' END
  AND NOT EXISTS (SELECT 1 FROM posting AS later WHERE later.payout_id = payout.id AND later.id > posting.id)
  AND EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?3)
