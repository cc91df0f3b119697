-- So many waiting jobs of one run, 100 a machine, in the order in which a run makes them: each row of
-- the manifest has a job on two machines that are far from each other. .parameter :jobs
BEGIN;
CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :jobs) SELECT i FROM n;
INSERT INTO container VALUES (1, 'one');
INSERT INTO agent(id, client_machine, status) VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'host', 2);
INSERT INTO certificate(id, thumbprint, has_private_key)
SELECT i, printf('%040X', i), 1 FROM n WHERE i <= :jobs / 2;
INSERT INTO store(id, guid, container, client_machine, path, type, approved, agent, agent_assigned)
SELECT i, printf('aaaaaaaa-0000-4000-8000-%012x', i), 1, printf('M%05d.example.com', i), '/srv/key.jks', 0, 1,
	'aaaaaaaa-0000-4000-8000-000000000001', 1
FROM n WHERE i <= :jobs / 100;
INSERT INTO location(id, store, alias, certificate)
SELECT i, (i * 61) % (:jobs / 100) + 1, 'a' || i, (i + 1) / 2 FROM n;
INSERT INTO run(id, digest, path, manifest, operator, settings, format, started_at, finished_at, state,
	rows_total, offset, line, rows_read, succeeded, jobs_created)
VALUES (1, zeroblob(32), '-', 'm', 'bench', '', 1, 1767225600000, 1767225600000, 1, :jobs / 2, 1, :jobs / 2 + 1,
	:jobs / 2, :jobs / 2, :jobs);
INSERT INTO request(id, line, outcome, existing, certificate, created_at, first_job, jobs)
SELECT 1 << 32 | i, i + 1, 1, i, i, 1767225600000, 2 * i - 1, 2 FROM n WHERE i <= :jobs / 2;
INSERT INTO job(id, request, location, store, status, result)
SELECT i, 1 << 32 | (i + 1) / 2, i, (i * 61) % (:jobs / 100) + 1, 1, 0 FROM n;
COMMIT;
