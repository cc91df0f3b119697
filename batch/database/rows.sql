-- name: next-row
-- After a page without a row: a gap may be as long as ids can be.
SELECT min(id) FROM request WHERE id > ?1 AND id <= ?2

-- name: last-row
SELECT coalesce(max(id), 0) FROM request WHERE id > ?1 AND id <= ?2

-- name: rows
-- With the ids that the row was given: a certificate may have got another one since.
SELECT r.id, r.line, r.outcome, CASE WHEN g.request IS NULL THEN r.existing ELSE g.existing END,
    CASE WHEN g.request IS NULL THEN r.certificate ELSE g.certificate END, r.request, r.job_time,
    r.first_job, r.jobs, r.first_refusal, r.refusals, r.messages, r.offset
FROM request r
  LEFT JOIN request_given g ON g.request = r.id
WHERE r.id > ?1 AND r.id <= ?2
ORDER BY r.id

-- name: rows-to-mend
-- Those that are partial, failed or were rejected.
SELECT r.id, r.line, r.outcome, CASE WHEN g.request IS NULL THEN r.existing ELSE g.existing END,
    CASE WHEN g.request IS NULL THEN r.certificate ELSE g.certificate END, r.request, r.job_time,
    r.first_job, r.jobs, r.first_refusal, r.refusals, r.messages, r.offset
FROM request r
  LEFT JOIN request_given g ON g.request = r.id
WHERE r.id > ?1 AND r.id <= ?2 AND r.outcome BETWEEN 2 AND 4
ORDER BY r.id

-- name: rows-jobs
SELECT request, store, id FROM job WHERE id >= ?1 AND id < ?2 ORDER BY id

-- name: rows-refusals
SELECT request, store, location, code, text, id
FROM refusal
WHERE id >= ?1 AND id < ?2
ORDER BY id

-- name: location-store
SELECT id, store FROM location WHERE id = ?1

-- name: store-guid
SELECT guid, id FROM store WHERE id = ?1
