-- name: settle-any-active
SELECT 1 FROM job INDEXED BY job_active WHERE (status = 1 OR status = 2 OR status = 5) LIMIT 1

-- name: settle-unproven
-- The ended jobs of the stores whose inventory was taken. The condition is written as the index
-- job_unproven has it.
SELECT j.location, j.id
FROM temp.named n
  CROSS JOIN job j INDEXED BY job_unproven ON j.store = n.store
  CROSS JOIN store s ON s.id = n.store AND s.inventoried_at = n.at
WHERE (j.status = 3 OR (j.status = 4 AND j.result <> 0)) AND j.proven_at IS NULL

-- name: settle-any-unproven
SELECT 1
FROM job INDEXED BY job_unproven
WHERE (status = 3 OR (status = 4 AND result <> 0)) AND proven_at IS NULL
LIMIT 1

-- name: settle-jobs-there
-- Of these jobs, those whose new certificate is there, with what settling asks for; and the first
-- location of the store that has the old one. Few aliases are as long as a thumbprint.
SELECT j.id, j.request, j.location, j.store, q.existing, coalesce(q.due_at, n.started_at), j.status,
    j.result, j.completed_at, j.proven_at, s.inventoried_at, length(q.password) > 0,
    (SELECT min(o.id)
      FROM location o INDEXED BY location_certificate
      WHERE o.certificate = q.existing AND o.store = j.store),
    h.job IS NOT NULL,
    (SELECT max(e.number) FROM job_event e WHERE e.job = j.id)
FROM temp.rowset_id f
  CROSS JOIN job j ON j.id = f.id
  CROSS JOIN location l ON l.id = j.location
  CROSS JOIN request q ON q.id = j.request
  CROSS JOIN store s ON s.id = j.store
  CROSS JOIN run n ON n.id = j.request >> 32
  LEFT JOIN handling h ON h.job = j.id
WHERE s.inventoried_at > q.created_at
  AND n.state < 3 -- none that is being purged
  AND (l.certificate = q.certificate
    OR ((l.certificate IS NULL
        OR (length(l.alias) >= 40
          AND l.alias = (SELECT c.thumbprint
            FROM certificate c
            WHERE c.id = q.existing) COLLATE NOCASE))
      AND EXISTS (SELECT 1
        FROM location o INDEXED BY location_certificate
        WHERE o.certificate = q.certificate AND o.store = j.store)))

-- name: settle-put
-- Of jobs that follow each other and become the same.
UPDATE job
SET status = ?3, result = ?4, completed_at = ?5, proven_at = ?6
WHERE id BETWEEN ?1 AND ?2

-- name: settle-events-add
INSERT INTO job_event (job, number, at, event, operator, claim, status, result, message)
SELECT id, number, ?1, ?2, ?3, NULL, status, result, NULL
FROM temp.rowset_settled

-- name: settle-passwords-destroy
-- As password-destroy, of many rows.
UPDATE request SET password = x''
WHERE id IN (SELECT f.id FROM temp.rowset_id f) AND length(password) > 0
  AND (SELECT j.id
    FROM job j
    WHERE j.id >= request.first_job AND j.id < request.first_job + request.jobs
      AND j.request = request.id
      AND (j.status < 3 OR j.status = 5 OR (j.status = 3 AND j.result <> 2 AND j.result <> 3))
    ORDER BY j.id DESC LIMIT 1) IS NULL
