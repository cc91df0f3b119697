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
-- A page of the due jobs of a machine, after the one of ?3 and ?4.
SELECT due_at, job
FROM ready
WHERE machine = lower(?1) AND due_at <= ?2 AND (due_at, job) > (?3, ?4)
ORDER BY due_at, job
LIMIT ?5

-- name: ready-next-machine
-- The first job of the machine after ?1.
SELECT machine, due_at, job FROM ready WHERE machine > ?1 ORDER BY machine, due_at, job LIMIT 1

-- name: ready-first-machine
SELECT machine, due_at, job FROM ready ORDER BY machine, due_at, job LIMIT 1
