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
    r.offset, nullif(r.password, x''), r.due_at -- an empty one was destroyed
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

-- name: verify-queue
-- Each job where it should wait: among the ready ones, or with its lease, or nowhere.
SELECT 'job', q.id,
    CASE
      WHEN q.leased AND q.status <> 2 THEN 'it has a lease, but is not InProcess'
      WHEN q.leased AND NOT q.in_lease THEN 'it has a lease that is not among the leases'
      WHEN q.in_ready THEN 'it is ready to be handed out, but not active, or leased'
      ELSE 'it is active and has no lease, but is not ready to be handed out'
    END
FROM (SELECT j.id, j.status, h.lease_until IS NOT NULL AS leased,
      (j.status = 1 OR j.status = 2 OR j.status = 5) AND h.lease_until IS NULL
        AND j.id <= (SELECT c.value FROM counter c WHERE c.name = 'ready-to') AS waits,
      EXISTS (SELECT 1
        FROM ready r
        WHERE r.machine = lower(coalesce(s.client_machine, '')) AND r.job = j.id
          AND r.due_at = coalesce(h.due_at, q.due_at, n.started_at)) AS in_ready,
      EXISTS (SELECT 1
        FROM lease l
        WHERE l.machine = lower(coalesce(s.client_machine, '')) AND l.job = j.id
          AND l.until = h.lease_until) AS in_lease
    FROM job j
      JOIN request q ON q.id = j.request
      JOIN run n ON n.id = j.request >> 32
      JOIN store s ON s.id = j.store
      LEFT JOIN handling h ON h.job = j.id
    WHERE j.id > ?1 AND j.id <= ?2) q
WHERE q.waits <> q.in_ready OR (q.leased AND (q.status <> 2 OR NOT q.in_lease))
ORDER BY q.id

-- name: verify-surplus
-- Rows that no job accounts for: there are more than jobs which wait. One read of three indexes.
SELECT t.name, NULL, t.rows || ' rows, but ' || t.jobs || ' jobs that wait so'
FROM (SELECT 'ready' AS name, (SELECT count(*) FROM ready) AS rows,
      (SELECT count(*)
        FROM job j
        WHERE (j.status = 1 OR j.status = 2 OR j.status = 5)
          AND j.id <= (SELECT c.value FROM counter c WHERE c.name = 'ready-to'))
        - (SELECT count(*) FROM handling WHERE lease_until IS NOT NULL) AS jobs
    UNION ALL
    SELECT 'lease', (SELECT count(*) FROM lease),
      (SELECT count(*) FROM handling WHERE lease_until IS NOT NULL)) t
WHERE ?1 < ?2 AND t.rows > t.jobs

-- name: verify-history
-- The last event of each job against what the job is.
SELECT 'job', e.job,
    CASE WHEN j.id IS NULL THEN 'it has a history, but does not exist'
      ELSE 'the last event of its history says ' || e.status || '/' || e.result || ', it is '
        || j.status || '/' || j.result
    END
FROM job_event e
  LEFT JOIN job j ON j.id = e.job
WHERE e.job > ?1 AND e.job <= ?2
  AND NOT EXISTS (SELECT 1 FROM job_event l WHERE l.job = e.job AND l.number > e.number)
  AND (j.id IS NULL OR j.status <> e.status OR j.result <> e.result)
ORDER BY e.job

-- name: verify-proof
-- The inventory that proved each job: one newer than the job, and of its store none is older than
-- the one before.
SELECT 'job', j.id,
    CASE
      WHEN j.proven_at <= q.created_at THEN 'it is proven by an inventory that is not newer than it'
      WHEN s.inventoried_at IS NULL THEN 'it is proven, but its store has no inventory'
      ELSE 'it is proven by an inventory newer than the last one of its store'
    END
FROM job j
  JOIN request q ON q.id = j.request
  JOIN store s ON s.id = j.store
WHERE j.id > ?1 AND j.id <= ?2 AND j.proven_at IS NOT NULL
  AND (j.proven_at <= q.created_at OR j.proven_at > coalesce(s.inventoried_at, j.proven_at - 1))
ORDER BY j.id

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

-- name: verify-purged
-- Whether one of the runs of these ids is purged by now, or is being purged.
SELECT id FROM run WHERE id >= ?1 AND id <= ?2 AND state >= 3 LIMIT 1

-- name: verify-last
SELECT (SELECT max(id) FROM request), (SELECT max(id) FROM job), (SELECT max(id) FROM refusal)
