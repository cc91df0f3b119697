-- What `apply` does, as a person who knows SQL does it in the sqlite3 shell: it loads manifest.csv into
-- a table, works on sets instead of rows, in one transaction, and writes results.csv. `run` puts the
-- settings of the connection and temp.me in front, and compares request, job and results with those
-- of `apply`, so the columns follow the schema. The shell cannot do everything: there is no digest, no
-- sealed password and no way to carry on, and a manifest that is not plain goes wrong.
CREATE TEMP TABLE manifest (existing INTEGER, certificate INTEGER, request INTEGER,
	job_time TEXT, password TEXT);
.import --csv --skip 1 --schema temp manifest.csv manifest
BEGIN IMMEDIATE;

INSERT INTO run (digest, path, manifest, operator, settings, format, started_at, state, rows_total)
	SELECT zeroblob(32), 'manifest.csv', 'manifest.csv', operator, '', 1,
		CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 1, (SELECT count(*) FROM temp.manifest)
	FROM temp.me;
CREATE TEMP TABLE this AS SELECT id AS run, started_at,
	(SELECT coalesce(max(id), 0) FROM job) AS last_job,
	(SELECT coalesce(max(id), 0) FROM refusal) AS last_refusal
	FROM run ORDER BY id DESC LIMIT 1;

-- The rows, with what is wrong with each.
CREATE TEMP TABLE asked (n INTEGER PRIMARY KEY, existing INTEGER, certificate INTEGER,
	request INTEGER, job_time TEXT, due INTEGER, has_password INTEGER, has_private_key INTEGER,
	fault TEXT);
INSERT INTO temp.asked
	SELECT m.n, m.existing, m.certificate, m.request, m.job_time, m.due, m.has_password,
		new.has_private_key, CASE
		WHEN old.id IS NULL THEN 'unknown-existing-certificate'
		WHEN m.certificate IS NULL THEN 'no-new-certificate'
		WHEN new.id IS NULL THEN 'unknown-certificate'
		WHEN new.id = old.id THEN 'same-certificate'
		WHEN m.due >= new.not_after THEN 'certificate-expired'
		WHEN m.due < new.not_before THEN 'certificate-not-yet-valid'
		WHEN new.revoked_at IS NOT NULL THEN 'certificate-revoked'
		END
	FROM (SELECT m.rowid AS n, m.existing, nullif(m.request, '') AS request,
			coalesce(nullif(m.certificate, ''), e.certificate) AS certificate,
			nullif(m.job_time, '') AS job_time, m.password <> '' AS has_password,
			max(t.started_at, coalesce(unixepoch(nullif(m.job_time, '')) * 1000, 0)) AS due
		FROM temp.manifest m CROSS JOIN temp.this t
		LEFT JOIN enrollment_request e ON e.id = m.request AND e.disposition = 'ISSUED') m
	LEFT JOIN certificate old ON old.id = m.existing
	LEFT JOIN certificate new ON new.id = m.certificate
	ORDER BY m.n;

-- A permission for a container decides instead of the one for the whole system.
CREATE TEMP TABLE usable AS
	SELECT s.id AS store, s.guid, t.private_key_allowed, t.entry_password, CASE
		WHEN s.approved = 0 THEN 'not-approved'
		WHEN NOT EXISTS (SELECT 1 FROM role_permission p JOIN temp.me USING (operator)
			WHERE p.permission IN ('/certificate_stores/schedule/' || s.container || '/',
				'/certificate_stores/modify/' || s.container || '/')
			OR p.permission IN ('/certificate_stores/schedule/', '/certificate_stores/modify/')
			AND NOT EXISTS (SELECT 1 FROM role_permission c
				WHERE c.operator = p.operator
				AND c.permission = '/certificate_stores/read/' || s.container || '/'))
			THEN 'no-permission'
		WHEN t.add_supported = 0 THEN 'add-not-supported'
		WHEN s.agent_assigned = 0 OR a.status IS NOT 2 THEN 'agent-unavailable'
		END AS code
	FROM store s JOIN store_type t ON t.id = s.type LEFT JOIN agent a ON a.id = s.agent
	WHERE s.removed = 0;
CREATE UNIQUE INDEX temp.usable_store ON usable(store);

-- Each location of each row, in order.
CREATE TEMP TABLE placed (n INTEGER, store INTEGER, location INTEGER, guid TEXT, code TEXT,
	PRIMARY KEY (n, store, location)) WITHOUT ROWID;
INSERT INTO temp.placed
	SELECT m.n, l.store, l.id, u.guid, CASE
		WHEN u.code IS NOT NULL THEN u.code
		WHEN u.entry_password = 2 AND m.has_password = 0 THEN 'entry-password-required'
		WHEN u.private_key_allowed = 2 AND m.has_private_key = 0 THEN 'private-key-required'
		WHEN u.private_key_allowed = 0 AND m.has_private_key = 1 THEN 'private-key-forbidden'
		WHEN l.id IN (SELECT location FROM job WHERE status = 1 OR status = 2 OR status = 5)
			THEN 'job-pending'
		WHEN l.id IN (SELECT j.location FROM job j JOIN request r ON r.id = j.request
			WHERE (j.result = 2 OR j.result = 3) AND r.certificate = m.certificate)
			THEN 'already-replaced'
		END
	FROM temp.asked m
	CROSS JOIN location l ON l.certificate = m.existing
	CROSS JOIN temp.usable u ON u.store = l.store
	WHERE m.fault IS NULL
	ORDER BY m.n, l.store, l.id;
UPDATE temp.asked SET fault = 'not-in-any-store'
	WHERE fault IS NULL AND n NOT IN (SELECT n FROM temp.placed);

CREATE TEMP TABLE counted AS
	SELECT a.n, count(p.n) AS locations, count(p.n) - count(p.code) AS jobs,
		count(p.code) AS refusals
	FROM temp.asked a LEFT JOIN temp.placed p ON p.n = a.n GROUP BY a.n ORDER BY a.n;
INSERT INTO request (id, line, outcome, existing, certificate, request, job_time, due_at,
		created_at, first_job, jobs, first_refusal, refusals, messages)
	SELECT t.run << 32 | a.n, a.n + 1,
		CASE WHEN a.fault IS NOT NULL THEN 4 WHEN c.refusals = 0 THEN 1
			WHEN c.jobs > 0 THEN 2 ELSE 3 END,
		a.existing, a.certificate, a.request, a.job_time, nullif(a.due, t.started_at),
		t.started_at,
		iif(c.jobs > 0, t.last_job + 1 + sum(c.jobs) OVER before - c.jobs, NULL),
		nullif(c.jobs, 0),
		iif(c.refusals > 0, t.last_refusal + 1 + sum(c.refusals) OVER before - c.refusals, NULL),
		nullif(c.refusals, 0), a.fault
	FROM temp.counted c CROSS JOIN temp.asked a ON a.n = c.n CROSS JOIN temp.this t
	WINDOW before AS (ORDER BY c.rowid ROWS UNBOUNDED PRECEDING) ORDER BY c.rowid;
INSERT INTO job (request, location, store, status, result)
	SELECT t.run << 32 | n, location, store, 1, 0 FROM temp.placed CROSS JOIN temp.this t
	WHERE code IS NULL ORDER BY n, store, location;
INSERT INTO refusal (request, location, store, code)
	SELECT t.run << 32 | n, location, store, code FROM temp.placed CROSS JOIN temp.this t
	WHERE code IS NOT NULL ORDER BY n, store, location;
COMMIT;

-- The results, from the tables that are still there.
.headers on
.mode csv
.separator , "\n"
.once results.csv
SELECT a.n + 1 AS Line, a.existing AS ExistingCertificateId, a.certificate AS CertificateId,
	a.request AS RequestId, a.job_time AS JobTime,
	CASE WHEN a.fault IS NOT NULL THEN 'rejected' WHEN c.refusals = 0 THEN 'succeeded'
		WHEN c.jobs > 0 THEN 'partial' ELSE 'failed' END AS Outcome,
	(SELECT group_concat(guid, ' ') FROM (SELECT guid FROM temp.placed p WHERE p.n = a.n
		GROUP BY guid HAVING max(code) IS NULL ORDER BY guid)) AS SuccessfulStores,
	iif(c.refusals = 0, NULL, (SELECT group_concat(guid, ' ') FROM (SELECT guid
		FROM temp.placed p WHERE p.n = a.n
		GROUP BY guid HAVING max(code) IS NOT NULL ORDER BY guid))) AS FailedStores,
	CASE WHEN a.fault IS NOT NULL THEN a.fault WHEN c.refusals > 0 THEN
		(SELECT group_concat(code || ': ' || guid, '; ') FROM temp.placed p
			WHERE p.n = a.n AND code IS NOT NULL) END AS Messages
FROM temp.asked a CROSS JOIN temp.counted c ON c.rowid = a.n ORDER BY a.n;
