-- name: next-row
-- After a page without a row: a gap may be as long as ids can be.
SELECT min(id) FROM request WHERE id > ?1 AND id <= ?2

-- name: last-row
SELECT coalesce(max(id), 0) FROM request WHERE id > ?1 AND id <= ?2

-- name: rows
SELECT id, line, outcome, existing, certificate, request, job_time, first_job, jobs,
    first_refusal, refusals, messages, offset
FROM request
WHERE id > ?1 AND id <= ?2
ORDER BY id

-- name: rows-faulty
-- Those that failed or were rejected.
SELECT id, line, outcome, existing, certificate, request, job_time, first_job, jobs,
    first_refusal, refusals, messages, offset
FROM request
WHERE id > ?1 AND id <= ?2 AND outcome IN (3, 4)
ORDER BY id

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
