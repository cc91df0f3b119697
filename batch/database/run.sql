-- name: run-latest
-- The last run of a manifest with this content.
SELECT id, digest, path, manifest, operator, reference, settings, format, started_at,
    finished_at, state, rows_total, offset, line, rows_read, succeeded, partial, failed, rejected,
    skipped, jobs_created, jobs_refused, jobs_superseded, mends, jobs_later, first_due, last_due,
    retries, window_end, trust_manifest
FROM run
WHERE digest = ?1
ORDER BY id DESC LIMIT 1

-- name: run-changed
-- The last unfinished run of a file that had another content then.
SELECT id, digest, path, manifest, operator, reference, settings, format, started_at,
    finished_at, state, rows_total, offset, line, rows_read, succeeded, partial, failed, rejected,
    skipped, jobs_created, jobs_refused, jobs_superseded, mends, jobs_later, first_due, last_due,
    retries, window_end, trust_manifest
FROM run
WHERE state = 0 AND path = ?1 AND digest <> ?2
ORDER BY id DESC LIMIT 1

-- name: run-paths
-- The manifests in a range of paths and of formats, each with its first run that was not given up.
SELECT min(id), path
FROM run
WHERE path >= ?1 AND path < ?2 AND format BETWEEN ?3 AND ?4 AND state <> 2
GROUP BY path
ORDER BY min(id)

-- name: run-find
SELECT id, digest, path, manifest, operator, reference, settings, format, started_at,
    finished_at, state, rows_total, offset, line, rows_read, succeeded, partial, failed, rejected,
    skipped, jobs_created, jobs_refused, jobs_superseded, mends, jobs_later, first_due, last_due,
    retries, window_end, trust_manifest
FROM run
WHERE id = ?1

-- name: run-insert
INSERT INTO run (digest, path, manifest, operator, reference, mends, settings, format, started_at,
    state, rows_total, retries, window_end, trust_manifest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11, ?12, ?13)

-- name: run-update
-- The checkpoint of a chunk.
UPDATE run
SET finished_at = ?1, state = ?2, offset = ?3, line = ?4, rows_read = ?5, succeeded = ?6,
    partial = ?7, failed = ?8, rejected = ?9, skipped = ?10, jobs_created = ?11,
    jobs_refused = ?12, jobs_superseded = ?13, jobs_later = ?14, first_due = ?15, last_due = ?16,
    trust_manifest = ?17
WHERE id = ?18

-- name: next-ids
SELECT (SELECT max(id) FROM run), (SELECT max(id) FROM job), (SELECT max(id) FROM refusal)

-- name: tally-put
INSERT INTO tally (run, kind, name, count, lines) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (run, kind, name) DO UPDATE SET count = excluded.count, lines = excluded.lines

-- name: tally-get
SELECT kind, name, count, lines, run FROM tally WHERE run = ?1

-- name: run-state
SELECT state, jobs_created, id FROM run WHERE id = ?1

-- name: run-span
-- The first and the last job of a run. Its requests are a range of ids, and each knows its jobs:
-- job.request has no index.
SELECT min(first_job), max(first_job + jobs - 1)
FROM request
WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32 AND jobs > 0

-- name: run-refusal-span
-- Likewise of its refusals.
SELECT min(first_refusal), max(first_refusal + refusals - 1)
FROM request
WHERE id >= ?1 << 32 AND id < (?1 + 1) << 32 AND refusals > 0

-- name: run-abandon
UPDATE run SET state = 2 WHERE id = ?1 AND state = 0
