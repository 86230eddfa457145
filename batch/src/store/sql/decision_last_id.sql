-- Decisions and postings take their ids from one sequence: a transfer's id divided by 64 is either.
SELECT max(coalesce((SELECT max(id) FROM decision), 0), coalesce((SELECT max(id) FROM posting), 0))
