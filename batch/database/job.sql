-- name: job-get
-- One job with its row, its run, its store and what has happened to it.
SELECT j.id, j.request, q.line, j.location, j.store, s.container, s.removed, s.approved, q.existing,
    q.certificate, q.created_at, coalesce(q.due_at, n.started_at), n.window_end, n.retries,
    j.status, j.result, j.completed_at, j.proven_at, h.due_at, h.rescheduled, h.attempts, h.claims,
    h.failures, h.claim, h.leased_at, h.lease_until, n.state
FROM job j
  JOIN request q ON q.id = j.request
  JOIN run n ON n.id = j.request >> 32
  JOIN store s ON s.id = j.store
  LEFT JOIN handling h ON h.job = j.id
WHERE j.id = ?1

-- name: job-known
SELECT id, request, store FROM job WHERE id = ?1

-- name: job-order
SELECT n.reference, s.guid, s.path, s.key_path, s.client_machine, s.type, l.alias, o.thumbprint,
    c.thumbprint, q.password, s.password, t.short_name, s.includes_chain, s.trust_store, s.endpoint
FROM job j
  JOIN request q ON q.id = j.request
  JOIN run n ON n.id = j.request >> 32
  JOIN store s ON s.id = j.store
  JOIN location l ON l.id = j.location
  LEFT JOIN certificate o ON o.id = q.existing
  LEFT JOIN certificate c ON c.id = q.certificate
  LEFT JOIN store_type t ON t.id = s.type
WHERE j.id = ?1

-- name: job-put
UPDATE job
SET status = ?2, result = ?3, completed_at = ?4, proven_at = ?5, message = ?6, cancelled_by = ?7
WHERE id = ?1

-- name: job-put-state
-- Likewise; what the agent said stays.
UPDATE job SET status = ?2, result = ?3, completed_at = ?4, proven_at = ?5, cancelled_by = ?6
WHERE id = ?1

-- name: handling-put
INSERT INTO handling (job, due_at, rescheduled, attempts, claims, failures, claim, leased_at,
    lease_until)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (job) DO UPDATE SET due_at = ?2, rescheduled = ?3, attempts = ?4, claims = ?5,
    failures = ?6, claim = ?7, leased_at = ?8, lease_until = ?9

-- name: ready-add
-- Only up to the job that ready is filled to: the others come there with the next claim.
INSERT INTO ready (machine, due_at, job)
SELECT lower(coalesce(s.client_machine, '')), ?2, ?1
FROM store s
WHERE s.id = ?3 AND ?1 <= (SELECT c.value FROM counter c WHERE c.name = 'ready-to')

-- name: ready-remove
DELETE FROM ready
WHERE machine = (SELECT lower(coalesce(s.client_machine, '')) FROM store s WHERE s.id = ?3)
  AND due_at = ?2 AND job = ?1

-- name: lease-add
INSERT INTO lease (machine, until, job)
SELECT lower(coalesce(s.client_machine, '')), ?2, ?1 FROM store s WHERE s.id = ?3

-- name: lease-remove
DELETE FROM lease
WHERE machine = (SELECT lower(coalesce(s.client_machine, '')) FROM store s WHERE s.id = ?3)
  AND until = ?2 AND job = ?1

-- name: event-add
INSERT INTO job_event (job, number, at, event, operator, claim, status, result, message)
VALUES (?1, 1 + coalesce((SELECT max(e.number) FROM job_event e WHERE e.job = ?1), 0), ?2, ?3, ?4,
    ?5, ?6, ?7, ?8)

-- name: counter-get
SELECT value FROM counter WHERE name = ?1

-- name: counter-set
UPDATE counter SET value = ?2 WHERE name = ?1

-- name: counter-raise
UPDATE counter SET value = value + 1 WHERE name = ?1

-- name: password-destroy
-- Where no job of the row is open, or failed, for then it may be rescheduled. The last one is looked
-- at first: jobs mostly end in their order.
-- An empty one stays, to say that there was one.
UPDATE request SET password = x''
WHERE id = ?1 AND length(password) > 0
  AND (SELECT j.id
    FROM job j
    WHERE j.id >= request.first_job AND j.id < request.first_job + request.jobs
      AND j.request = ?1
      AND (j.status < 3 OR j.status = 5 OR (j.status = 3 AND j.result <> 2 AND j.result <> 3))
    ORDER BY j.id DESC LIMIT 1) IS NULL

-- name: job-standing
-- Of a job's row (?1), store (?2) and location (?3): the new certificate, the password, the settings
-- of its run, and whether a later job of the location ended. Those that ended with Success or
-- Warning, and those that no inventory has proven, have an index each.
SELECT c.not_before, c.not_after, c.revoked_at, t.entry_password, length(q.password), n.settings,
    EXISTS (SELECT 1
      FROM job o INDEXED BY job_succeeded
      WHERE o.location = ?3 AND o.id > ?4 AND (o.result = 2 OR o.result = 3)),
    EXISTS (SELECT 1
      FROM job o INDEXED BY job_unproven
      WHERE o.store = ?2 AND o.location = ?3 AND o.id > ?4
        AND (o.status = 3 OR (o.status = 4 AND o.result <> 0)) AND o.proven_at IS NULL)
FROM request q
  JOIN run n ON n.id = q.id >> 32
  JOIN store s ON s.id = ?2
  LEFT JOIN certificate c ON c.id = q.certificate
  LEFT JOIN store_type t ON t.id = s.type
WHERE q.id = ?1
