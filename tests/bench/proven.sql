-- To the jobs of jobs.sql, for the inventory that settles them: each replaces its certificate by
-- another one. The jobs whose id is not divided by :settled without rest are done and proven; 0: all
-- are. .parameter :jobs :settled
BEGIN;
INSERT INTO certificate(id, thumbprint, has_private_key)
SELECT id + :jobs / 2, printf('%040X', id + :jobs / 2), 1 FROM certificate WHERE id <= :jobs / 2;
UPDATE request SET certificate = certificate + :jobs / 2;
UPDATE job SET status = 3, result = 2, completed_at = 1767232800000, proven_at = 1767232800000
WHERE :settled = 0 OR id % :settled <> 0;
INSERT INTO ready(machine, due_at, job)
SELECT lower(s.client_machine), n.started_at, j.id
FROM job j JOIN run n ON n.id = 1 JOIN store s ON s.id = j.store
WHERE j.status = 1
ORDER BY 1, 2, 3;
UPDATE counter SET value = :jobs WHERE name = 'ready-to';
COMMIT;
