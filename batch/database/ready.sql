-- name: ready-fill
-- The active jobs above the one that ready was filled to, sorted, so that they are appended machine
-- by machine. None of them has a lease: they get one from here. NOT INDEXED: nearly all of these
-- jobs are active, and reading them in order is quicker than by job_active.
INSERT INTO ready (machine, due_at, job)
SELECT lower(coalesce(s.client_machine, '')), coalesce(h.due_at, q.due_at, n.started_at), j.id
FROM job j NOT INDEXED
  CROSS JOIN request q ON q.id = j.request
  CROSS JOIN run n ON n.id = j.request >> 32
  CROSS JOIN store s ON s.id = j.store
  LEFT JOIN handling h ON h.job = j.id
WHERE (j.status = 1 OR j.status = 2 OR j.status = 5) AND j.id > ?1
ORDER BY 1, 2, 3

-- name: last-job
SELECT max(id) FROM job

-- name: leases-over
SELECT job FROM lease WHERE until <= ?1 ORDER BY until LIMIT ?2

-- name: leases-claimed-with
SELECT l.job
FROM lease l
  CROSS JOIN handling h ON h.job = l.job
WHERE EXISTS (SELECT 1
  FROM job_event e
  WHERE e.job = l.job AND e.event = 'claim' AND e.claim = h.claim AND e.message = ?1)
ORDER BY l.job

-- name: handling-from-later-clock
-- A lease that begins after now, or a retry that is further away than any is. Its time may be that
-- of the row, by chance: handling has none then.
SELECT h.job
FROM handling h
  CROSS JOIN job j ON j.id = h.job
  CROSS JOIN request q ON q.id = j.request
  CROSS JOIN run n ON n.id = j.request >> 32
WHERE (j.status = 2 AND h.leased_at > ?1)
  OR (j.status = 5 AND coalesce(h.due_at, q.due_at, n.started_at) > ?1 + ?2)
ORDER BY h.job

-- name: ready-of-machine
-- A page of the due jobs of a machine, after the one of ?3 and ?4, from ?5 to ?6.
SELECT due_at, job
FROM ready
WHERE machine = lower(?1) AND due_at <= ?2 AND (due_at, job) > (?3, ?4) AND job BETWEEN ?5 AND ?6
ORDER BY due_at, job
LIMIT ?7

-- name: ready-machine-of-store
SELECT client_machine FROM store WHERE id = ?1

-- name: ready-look
-- What decides whether these jobs are handed out: as job-get has it, and where the inventory is newer
-- than the job what it shows there, as the manual's Reconciliation says. Few aliases are as long as a
-- thumbprint.
SELECT j.id, j.request, j.store, s.container, s.removed, s.approved, n.window_end,
    CASE
      WHEN n.window_end IS NOT NULL THEN (SELECT h.rescheduled FROM handling h WHERE h.job = j.id)
    END,
    q.created_at, s.inventoried_at, l.id,
    CASE
      WHEN l.id IS NOT NULL
      THEN l.certificate = q.certificate
        OR ((l.certificate IS NULL
            OR (length(l.alias) >= 40
              AND l.alias = (SELECT c.thumbprint
                FROM certificate c
                WHERE c.id = q.existing) COLLATE NOCASE))
          AND EXISTS (SELECT 1
            FROM location o INDEXED BY location_certificate
            WHERE o.certificate = q.certificate AND o.store = j.store))
    END,
    l.certificate = q.existing,
    l.certificate IS NULL,
    CASE
      WHEN l.id IS NOT NULL
      THEN EXISTS (SELECT 1
        FROM location o INDEXED BY location_certificate
        WHERE o.certificate = q.existing AND o.store = j.store)
    END
FROM temp.rowset_id f
  CROSS JOIN job j ON j.id = f.id
  CROSS JOIN request q ON q.id = j.request
  CROSS JOIN run n ON n.id = j.request >> 32
  CROSS JOIN store s ON s.id = j.store
  LEFT JOIN location l ON l.id = j.location AND s.inventoried_at > q.created_at AND s.removed = 0
    AND s.approved = 1

-- name: ready-next-machine
-- The first job of the machine after ?1.
SELECT due_at, job, machine FROM ready WHERE machine > ?1 ORDER BY machine, due_at, job LIMIT 1

-- name: ready-first-machine
SELECT due_at, job, machine FROM ready ORDER BY machine, due_at, job LIMIT 1
