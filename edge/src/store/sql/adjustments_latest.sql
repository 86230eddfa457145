-- The newest first. Postings are a few for each month: payouts, and what people decide.
SELECT posting.at AS at, coalesce(partner.code, 'charity:' || charity.code, '') AS partner,
  iif(transfer.credit = 5, -transfer.amount_minor, transfer.amount_minor) AS amount_minor, transfer.currency AS currency,
  posting.posted_by AS who, posting.reason AS note
FROM posting
JOIN transfer ON transfer.id = posting.id * 64
LEFT JOIN partner ON partner.id = CASE WHEN transfer.credit % 8 = 2 THEN transfer.credit / 8 WHEN transfer.debit % 8 = 2 THEN transfer.debit / 8 END
LEFT JOIN charity ON charity.id = CASE WHEN transfer.credit % 8 = 3 THEN transfer.credit / 8 WHEN transfer.debit % 8 = 3 THEN transfer.debit / 8 END
WHERE posting.payout_id IS NULL
ORDER BY posting.id DESC LIMIT ?1
