SELECT count(*) FROM payout WHERE account = ?1 AND currency IS NOT NULL AND state = 'prepared'
