-- name: enrollment-request
SELECT certificate, upper(disposition) = 'ISSUED' FROM enrollment_request WHERE id = ?1

-- name: id-renumbered
SELECT certificate FROM renumbered WHERE id = ?1

-- name: active-jobs
-- An active job is Waiting, InProcess or CompletedWillRetry. The condition is written as the index
-- job_active has it: else the index is not used. A list behind IN would be built as a temporary
-- table each time.
SELECT location, id FROM job WHERE (status = 1 OR status = 2 OR status = 5)

-- name: busy-make
-- The active jobs by location, for the few locations that are asked for: an index of every job by
-- location would cost each run.
CREATE TEMP TABLE IF NOT EXISTS busy (location INTEGER PRIMARY KEY, job INTEGER NOT NULL)

-- name: busy-fill
-- Of several active jobs of a location, which verify reports, the last one counts.
INSERT INTO temp.busy
SELECT location, id FROM job WHERE (status = 1 OR status = 2 OR status = 5) ORDER BY location, id
ON CONFLICT (location) DO UPDATE SET job = excluded.job

-- name: busy-forget
DELETE FROM temp.busy

-- name: active-job
SELECT j.id, j.request, j.status, r.certificate
FROM temp.busy b
  JOIN job j ON j.id = b.job
  JOIN request r ON r.id = j.request
WHERE b.location = ?1
  AND (j.status = 1 OR j.status = 2 OR j.status = 5)

-- name: planned-make
-- Jobs that `check` of several manifests would have made.
CREATE TEMP TABLE IF NOT EXISTS planned (location INTEGER PRIMARY KEY, job INTEGER NOT NULL,
    run INTEGER NOT NULL, status INTEGER NOT NULL, certificate INTEGER NOT NULL)

-- name: plan-job
INSERT INTO temp.planned (location, job, run, status, certificate) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (location) DO UPDATE SET job = excluded.job, run = excluded.run,
    status = excluded.status, certificate = excluded.certificate

-- name: planned-jobs
SELECT location, job FROM temp.planned

-- name: planned-job
-- With the id of a request, as active-job has it: its upper half is the run.
SELECT job, run << 32 | 1, status, certificate FROM temp.planned WHERE location = ?1

-- name: succeeded-jobs
-- Of result Success or Warning, as the index job_succeeded has it.
SELECT location, id FROM job WHERE result = 2 OR result = 3

-- name: succeeded-job
SELECT j.id, j.request, j.status, r.certificate
FROM job j
  JOIN request r ON r.id = j.request
WHERE j.location = ?1
  AND (j.result = 2 OR j.result = 3)
  AND r.certificate = ?2
  AND j.completed_at >= ?3
ORDER BY j.id DESC LIMIT 1

-- name: location-name
SELECT s.guid, l.alias FROM location l JOIN store s ON s.id = l.store WHERE l.id = ?1

-- name: location-place
-- Of a location, where its store is.
SELECT s.client_machine, s.path, s.guid
FROM location l JOIN store s ON s.id = l.store
WHERE l.id = ?1

-- name: container
SELECT name, id FROM container WHERE id = ?1

-- name: permissions-of-operator
SELECT permission FROM role_permission WHERE operator = ?1

-- name: certificates
-- CROSS JOIN here and below: the keys are the outer loop, and their order is kept.
SELECT f.slot, c.id, c.not_before, c.not_after, c.revoked_at IS NOT NULL, c.has_private_key,
    c.key_size, c.key_type, c.issued_dn, c.issuer_dn, c.names, c.key_usage, c.extended_usages,
    c.signature, c.is_ca,
    -- in a chain of some store: then it is an issuer, whatever else is known of it
    c.id IN (SELECT certificate FROM chain)
FROM temp.rowset_key f
  CROSS JOIN certificate c ON c.id = f.id

-- name: ids-renumbered
SELECT f.slot, n.certificate
FROM temp.rowset_key f
  CROSS JOIN renumbered n ON n.id = f.id

-- name: enrollment-requests
SELECT f.slot, r.certificate, upper(r.disposition) = 'ISSUED'
FROM temp.rowset_key f
  CROSS JOIN enrollment_request r ON r.id = f.id

-- name: locations-of-certificates
SELECT f.slot, l.id, l.store
FROM temp.rowset_key f
  CROSS JOIN location l ON l.certificate = f.id

-- name: stores
SELECT f.slot, s.id, s.container, s.approved, t.add_supported,
    s.agent_assigned <> 0 AND a.status = 2,
    t.entry_password, t.private_key_allowed, s.inventoried_at, s.guid, s.type
FROM temp.rowset_key f
  CROSS JOIN store s ON s.id = f.id AND s.removed = 0
  LEFT JOIN store_type t ON t.id = s.type
  LEFT JOIN agent a ON a.id = s.agent
