-- name: verify-references
-- The rows of small tables that name rows which are not there. The large tables have a pass of
-- their own, for each of these is one read.
SELECT m.name, f.rowid, f.parent
FROM sqlite_schema m
  JOIN temp.pragma_foreign_key_check(m.name) f
WHERE ?1 < ?2 AND m.type = 'table' AND m.name NOT IN ('location', 'chain', 'job', 'refusal')
ORDER BY m.name, f.rowid

-- name: verify-locations
SELECT 'location', l.id, 'store'
FROM location l
WHERE l.id > ?1 AND l.id <= ?2 AND NOT EXISTS (SELECT 1 FROM store s WHERE s.id = l.store)
ORDER BY l.id

-- name: verify-standing
SELECT 'location', l.id, 'certificate'
FROM location l
WHERE l.certificate > ?1 AND l.certificate <= ?2
  AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.id = l.certificate)
ORDER BY l.certificate, l.id

-- name: verify-chains
SELECT 'chain', h.location, CASE WHEN l.id IS NULL THEN 'location' ELSE 'certificate' END
FROM chain h
  LEFT JOIN location l ON l.id = h.location
  LEFT JOIN certificate c ON c.id = h.certificate
WHERE h.location > ?1 AND h.location <= ?2 AND (l.id IS NULL OR c.id IS NULL)
ORDER BY h.location, h.level

-- name: verify-given
SELECT 'request_given', g.request, 'request'
FROM request_given g
WHERE g.request > ?1 AND g.request <= ?2
  AND NOT EXISTS (SELECT 1 FROM request r WHERE r.id = g.request)
ORDER BY g.request

-- name: verify-stores
SELECT id, password
FROM store
WHERE id > ?1 AND id <= ?2 AND password IS NOT NULL
ORDER BY id

-- name: verify-tallies
SELECT run, kind, name, count, lines
FROM tally
WHERE run > ?1 AND run <= ?2
ORDER BY run, kind, name

-- name: verify-rows
-- One row of a manifest. ?3 is how the message of a kept job begins.
SELECT r.id, r.line, r.outcome, r.existing IS NOT NULL AND r.certificate IS NOT NULL,
    r.first_job, r.jobs,
    CASE WHEN r.jobs > 0 THEN (SELECT request FROM job WHERE id = r.first_job) END,
    r.first_refusal, r.refusals,
    CASE WHEN r.refusals > 0 THEN (SELECT request FROM refusal WHERE id = r.first_refusal) END,
    coalesce((length(r.messages) - length(replace(r.messages, ?3, ''))) / length(?3), 0),
    -- Whether some store has jobs and no refusal. It is asked only where the ranges are right at
    -- both ends: a damaged one might be as long as the table.
    CASE WHEN r.jobs > 0 AND r.refusals > 0
        AND r.id = (SELECT request FROM job WHERE id = r.first_job)
        AND r.id = (SELECT request FROM job WHERE id = r.first_job + r.jobs - 1)
        AND r.id = (SELECT request FROM refusal WHERE id = r.first_refusal)
        AND r.id = (SELECT request FROM refusal WHERE id = r.first_refusal + r.refusals - 1)
      THEN EXISTS (
        SELECT store FROM job WHERE id >= r.first_job AND id < r.first_job + r.jobs
        EXCEPT
        SELECT store FROM refusal
        WHERE id >= r.first_refusal AND id < r.first_refusal + r.refusals) END,
    r.offset, r.password, r.due_at
FROM request r
WHERE r.id > ?1 AND r.id <= ?2
ORDER BY r.id

-- name: verify-jobs
-- A job with its request and its location. A job that was superseded after the start is not
-- counted: ?3 is the last job of then.
SELECT i.id, i.request, i.location, i.store, r.id, r.line, r.first_job, r.jobs, l.id, l.store,
    i.status IN (1, 2, 5),
    CASE WHEN i.cancelled_by GLOB 'job [1-9]*'
      THEN (SELECT n.request >> 32
        FROM job n
        WHERE n.id = CAST(substr(i.cancelled_by, 5) AS INTEGER) AND n.id <= ?3) END,
    NULL
FROM job i
  LEFT JOIN request r ON r.id = i.request
  LEFT JOIN location l ON l.id = i.location
WHERE i.id > ?1 AND i.id <= ?2
ORDER BY i.id

-- name: verify-refusals
SELECT i.id, i.request, i.location, i.store, r.id, r.line, r.first_refusal, r.refusals, l.id,
    l.store, 0, NULL, i.code
FROM refusal i
  LEFT JOIN request r ON r.id = i.request
  LEFT JOIN location l ON l.id = i.location
WHERE i.id > ?1 AND i.id <= ?2
ORDER BY i.id

-- name: verify-several
-- Of the locations given, those that have several active jobs. In one read: a job may have been
-- replaced by another since it was met.
SELECT j.location, min(j.id), max(j.id), count(*)
FROM job j
WHERE (j.status = 1 OR j.status = 2 OR j.status = 5) AND ?1 < ?2
  AND j.location IN (SELECT id FROM temp.rowset_id)
GROUP BY j.location
HAVING count(*) > 1
ORDER BY j.location

-- name: verify-runs
SELECT r.id, r.state, r.finished_at, r.rows_total, r.offset, r.line, r.rows_read, r.succeeded,
    r.partial, r.failed, r.rejected, r.skipped, r.jobs_created, r.jobs_refused, r.jobs_superseded,
    -- the number of its last row
    (SELECT max(q.id)
      FROM request q
      WHERE q.id > r.id << 32 AND q.id <= (r.id << 32 | 4294967295)) & 4294967295,
    r.jobs_later, r.first_due, r.last_due
FROM run r
ORDER BY r.id

-- name: verify-runs-tally
SELECT run, kind, name, count FROM tally ORDER BY run

-- name: verify-last
SELECT (SELECT max(id) FROM request), (SELECT max(id) FROM job), (SELECT max(id) FROM refusal)
