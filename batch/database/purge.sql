-- name: purge-runs
-- Runs that are over, and those that are being purged.
SELECT id, state, coalesce(finished_at, started_at)
FROM run
WHERE state = 3 OR ((state = 1 OR state = 2) AND coalesce(finished_at, started_at) < ?1)
ORDER BY id

-- name: purge-there
SELECT count(*), sum(jobs), sum(refusals)
FROM request
WHERE id > ?1 << 32 AND id < (?1 + 1) << 32

-- name: purge-jobs
-- From the last job to the first: the first one of a location that comes is its newest. ?2 is part
-- of the position, and nothing here.
SELECT id, request, location, status, id, 0
FROM job
WHERE id < ?1 AND ?2 = ?2
ORDER BY id DESC
LIMIT 4096

-- name: purge-open
SELECT id
FROM job
WHERE (status = 1 OR status = 2 OR status = 5) AND id >= ?2 AND id <= ?3 AND request >> 32 = ?1
LIMIT 1

-- name: purge-mark
UPDATE run SET state = 3 WHERE id = ?1 AND (state = 1 OR state = 2)

-- name: purge-data-key
-- Before anything else of the run: its passwords do not open from then on.
DELETE FROM data_key WHERE owner = ?1

-- name: purge-slice
-- The first rows of a run, of ?2 at most, as long as those before one have less than ?3 jobs and
-- refusals: the last of them, and how much they have.
SELECT max(id), count(*), sum(jobs), sum(refusals)
FROM (SELECT id, jobs, refusals,
      sum(jobs + refusals) OVER (ORDER BY id) - jobs - refusals AS before
    FROM (SELECT id, coalesce(jobs, 0) AS jobs, coalesce(refusals, 0) AS refusals
        FROM request
        WHERE id > ?1 << 32 AND id < (?1 + 1) << 32
        ORDER BY id
        LIMIT ?2))
WHERE before < ?3

-- name: purge-events
-- Of the jobs of some rows, each of which knows where its jobs are (+: no index is made for it).
DELETE FROM job_event
WHERE job IN (SELECT j.id
    FROM request q
      CROSS JOIN job j ON j.id >= q.first_job AND j.id < q.first_job + q.jobs
    WHERE q.id > ?1 AND q.id <= ?2 AND +j.request = q.id)

-- name: purge-handling
DELETE FROM handling
WHERE job IN (SELECT j.id
    FROM request q
      CROSS JOIN job j ON j.id >= q.first_job AND j.id < q.first_job + q.jobs
    WHERE q.id > ?1 AND q.id <= ?2 AND +j.request = q.id)

-- name: purge-job
DELETE FROM job
WHERE id IN (SELECT j.id
    FROM request q
      CROSS JOIN job j ON j.id >= q.first_job AND j.id < q.first_job + q.jobs
    WHERE q.id > ?1 AND q.id <= ?2 AND +j.request = q.id)

-- name: purge-refusal
DELETE FROM refusal
WHERE id IN (SELECT f.id
    FROM request q
      CROSS JOIN refusal f ON f.id >= q.first_refusal AND f.id < q.first_refusal + q.refusals
    WHERE q.id > ?1 AND q.id <= ?2 AND +f.request = q.id)

-- name: purge-given
DELETE FROM request_given WHERE request > ?1 AND request <= ?2

-- name: purge-request
DELETE FROM request WHERE id > ?1 AND id <= ?2

-- name: purge-tally
DELETE FROM tally WHERE run = ?1

-- name: purge-done
UPDATE run SET state = 4 WHERE id = ?1 AND state = 3
