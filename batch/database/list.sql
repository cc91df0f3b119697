-- Most are read in pages of ids > ?1 and <= ?2 (walk.h). Of the others ?1 and ?2 are the position after
-- which the page starts, and the last two columns are the position of the row. Where texts are the key,
-- they are the first parameters from ?3 on. The filters follow, in the order in which list_kind.c has
-- them. (Containers and store types are read by stored-containers and stored-types.)

-- name: list-stores
-- A ShortName that several types have, or that is a number, names no type.
SELECT s.guid, s.container, c.name, s.display_name, s.client_machine, s.path, s.type,
    t.short_name, s.approved, s.agent, s.agent_assigned, s.removed, s.inventoried_at,
    s.key_path, s.includes_chain, s.trust_store, s.endpoint, s.password IS NOT NULL,
    f.tried_at, f.unreadable, f.unreadable_text, 0, s.id
FROM store s
  -- the last try, where it failed and no inventory is newer
  LEFT JOIN store f ON f.id = s.id AND f.tried_at > coalesce(f.inventoried_at, f.tried_at - 1)
  LEFT JOIN container c ON c.id = s.container
  LEFT JOIN store_type t ON t.id = s.type
    AND t.id IN (SELECT min(id)
      FROM store_type
      WHERE trim(short_name, '0123456789') <> ''
      GROUP BY short_name COLLATE NOCASE
      HAVING count(*) = 1)
WHERE s.id > ?1 AND s.id <= ?2
  AND (?3 IS NULL OR CAST(s.container AS TEXT) = ?3
    OR s.container IN (SELECT id FROM container WHERE name = ?3 COLLATE NOCASE))
  AND (?4 IS NULL OR CAST(s.type AS TEXT) = ?4
    OR s.type IN (SELECT id FROM store_type WHERE short_name = ?4 COLLATE NOCASE))
  AND (?5 IS NULL OR s.client_machine = ?5 COLLATE NOCASE)
  AND (?6 IS NULL OR s.approved = 0)
  AND (?7 IS NULL OR s.removed = 1)
  AND (?8 IS NULL OR f.id IS NOT NULL)
ORDER BY s.id

-- name: list-store
SELECT s.guid, s.container, c.name, s.display_name, s.client_machine, s.path, s.type,
    t.short_name, s.approved, s.agent, s.agent_assigned, s.removed, s.inventoried_at,
    s.key_path, s.includes_chain, s.trust_store, s.endpoint, s.password IS NOT NULL,
    f.tried_at, f.unreadable, f.unreadable_text, 0, s.id
FROM store s
  -- the last try, where it failed and no inventory is newer
  LEFT JOIN store f ON f.id = s.id AND f.tried_at > coalesce(f.inventoried_at, f.tried_at - 1)
  LEFT JOIN container c ON c.id = s.container
  LEFT JOIN store_type t ON t.id = s.type
    AND t.id IN (SELECT min(id)
      FROM store_type
      WHERE trim(short_name, '0123456789') <> ''
      GROUP BY short_name COLLATE NOCASE
      HAVING count(*) = 1)
WHERE s.guid = ?3 AND s.id > ?2

-- name: list-certificates
SELECT CASE WHEN c.id > 0 THEN c.id END, c.thumbprint, c.serial_number, c.issued_dn, c.issuer_dn,
    c.not_before, c.not_after, c.key_type, c.key_size,
    -- the DNS names, and all names as JSON
    (SELECT group_concat(json_extract(n.value, '$.Value'), ' ')
      FROM temp.json_each(c.names) n
      WHERE json_extract(n.value, '$.Type') = 2),
    c.names, c.has_private_key, c.request, c.revoked_at, c.key_usage, c.extended_usages, NULL,
    c.signature, c.is_ca, c.sha256, c.curve,
    (SELECT count(*) FROM location l WHERE l.certificate = c.id), 0, c.id
FROM certificate c
WHERE c.id > ?1 AND c.id <= ?2
  AND (?3 IS NULL OR c.not_after < ?3)
  AND (?4 IS NULL OR instr(lower(c.issuer_dn), lower(?4)) > 0)
  AND (?5 IS NULL OR c.revoked_at IS NOT NULL)
  AND (?6 IS NULL OR EXISTS (SELECT 1 FROM location l WHERE l.certificate = c.id))
  AND (?7 IS NULL OR NOT EXISTS (SELECT 1 FROM location l WHERE l.certificate = c.id))
  AND (?8 IS NULL OR c.id < 0)
ORDER BY c.id

-- name: list-certificate
SELECT CASE WHEN c.id > 0 THEN c.id END, c.thumbprint, c.serial_number, c.issued_dn, c.issuer_dn,
    c.not_before, c.not_after, c.key_type, c.key_size,
    -- the DNS names, and all names as JSON
    (SELECT group_concat(json_extract(n.value, '$.Value'), ' ')
      FROM temp.json_each(c.names) n
      WHERE json_extract(n.value, '$.Type') = 2),
    c.names, c.has_private_key, c.request, c.revoked_at, c.key_usage, c.extended_usages, NULL,
    c.signature, c.is_ca, c.sha256, c.curve,
    (SELECT count(*) FROM location l WHERE l.certificate = c.id), 0, c.id
FROM certificate c
WHERE c.id = ?3 AND c.id > ?2

-- name: list-certificate-print
-- +c.id: the index of thumbprints is to be used.
SELECT CASE WHEN c.id > 0 THEN c.id END, c.thumbprint, c.serial_number, c.issued_dn, c.issuer_dn,
    c.not_before, c.not_after, c.key_type, c.key_size,
    -- the DNS names, and all names as JSON
    (SELECT group_concat(json_extract(n.value, '$.Value'), ' ')
      FROM temp.json_each(c.names) n
      WHERE json_extract(n.value, '$.Type') = 2),
    c.names, c.has_private_key, c.request, c.revoked_at, c.key_usage, c.extended_usages, NULL,
    c.signature, c.is_ca, c.sha256, c.curve,
    (SELECT count(*) FROM location l WHERE l.certificate = c.id), 0, c.id
FROM certificate c
WHERE c.thumbprint = ?3 AND +c.id > ?2

-- name: list-certificates-named
-- instr() first: it spares most certificates the reading of their JSON.
SELECT CASE WHEN c.id > 0 THEN c.id END, c.thumbprint, c.serial_number, c.issued_dn, c.issuer_dn,
    c.not_before, c.not_after, c.key_type, c.key_size,
    -- the DNS names, and all names as JSON
    (SELECT group_concat(json_extract(n.value, '$.Value'), ' ')
      FROM temp.json_each(c.names) n
      WHERE json_extract(n.value, '$.Type') = 2),
    c.names, c.has_private_key, c.request, c.revoked_at, c.key_usage, c.extended_usages, NULL,
    c.signature, c.is_ca, c.sha256, c.curve,
    (SELECT count(*) FROM location l WHERE l.certificate = c.id), 0, c.id
FROM certificate c
WHERE c.id > ?2
  AND (replace(lower(c.issued_dn), ', ', ',') = replace(lower(?3), ', ', ',')
    OR instr(',' || replace(lower(c.issued_dn), ', ', ',') || ',',
        ',cn=' || lower(?3) || ',') > 0
    OR (instr(lower(c.names), lower(?3)) > 0
      AND EXISTS (SELECT 1
        FROM temp.json_each(c.names) n
        WHERE json_extract(n.value, '$.Type') = 2
          AND json_extract(n.value, '$.Value') = ?3 COLLATE NOCASE)))
ORDER BY c.id
LIMIT 500

-- name: list-locations
SELECT s.guid, s.client_machine, s.path, l.alias, CASE WHEN c.id > 0 THEN c.id END, c.thumbprint,
    c.issued_dn, c.not_after, s.inventoried_at, l.key_mismatch, l.store, l.id
FROM location l
  JOIN store s ON s.id = l.store
  JOIN certificate c ON c.id = l.certificate
WHERE l.id > ?1 AND l.id <= ?2
  AND (?3 IS NULL OR s.client_machine = ?3 COLLATE NOCASE)
  AND (?4 IS NULL OR CAST(s.container AS TEXT) = ?4
    OR s.container IN (SELECT id FROM container WHERE name = ?4 COLLATE NOCASE))
ORDER BY l.id

-- name: list-locations-certificate
SELECT s.guid, s.client_machine, s.path, l.alias, CASE WHEN c.id > 0 THEN c.id END, c.thumbprint,
    c.issued_dn, c.not_after, s.inventoried_at, l.key_mismatch, l.store, l.id
FROM location l
  JOIN store s ON s.id = l.store
  JOIN certificate c ON c.id = l.certificate
WHERE l.certificate = ?3 AND (l.store, l.id) > (?1, ?2)
  AND (?4 IS NULL OR s.client_machine = ?4 COLLATE NOCASE)
  AND (?5 IS NULL OR CAST(s.container AS TEXT) = ?5
    OR s.container IN (SELECT id FROM container WHERE name = ?5 COLLATE NOCASE))
ORDER BY l.store, l.id
LIMIT 500

-- name: list-locations-store
-- By alias, in the order of their index: no page sorts all locations of the store. An alias is never
-- empty, and a location never loses its own.
SELECT s.guid, s.client_machine, s.path, l.alias, CASE WHEN c.id > 0 THEN c.id END, c.thumbprint,
    c.issued_dn, c.not_after, s.inventoried_at, l.key_mismatch, l.store, l.id
FROM store s
  JOIN location l ON l.store = s.id
  JOIN certificate c ON c.id = l.certificate
WHERE s.guid = ?3
  AND l.alias > coalesce((SELECT a.alias FROM location a WHERE a.id = ?2), '')
  AND (?4 IS NULL OR c.id = ?4)
  AND (?5 IS NULL OR s.client_machine = ?5 COLLATE NOCASE)
  AND (?6 IS NULL OR CAST(s.container AS TEXT) = ?6
    OR s.container IN (SELECT id FROM container WHERE name = ?6 COLLATE NOCASE))
ORDER BY l.alias
LIMIT 500

-- name: list-standing
SELECT s.guid, s.client_machine, s.path, l.alias, s.inventoried_at, l.store, l.id
FROM location l
  JOIN store s ON s.id = l.store
WHERE l.certificate = ?3 AND (l.store, l.id) > (?1, ?2)
ORDER BY l.store, l.id
LIMIT 500

-- name: list-items
-- Each location with its chain, by alias; the position is a location and a level of its chain.
SELECT l.alias, 0 AS level, CASE WHEN c.id > 0 THEN c.id END, c.thumbprint, c.issued_dn,
    c.not_after, l.key_mismatch, l.id, 0
FROM store s
  JOIN location l ON l.store = s.id
  JOIN certificate c ON c.id = l.certificate
WHERE s.guid = ?3
  AND l.alias > coalesce((SELECT a.alias FROM location a WHERE a.id = ?1), '')
UNION ALL
SELECT l.alias, h.level, CASE WHEN c.id > 0 THEN c.id END, c.thumbprint, c.issued_dn,
    c.not_after, NULL, l.id, h.level
FROM store s
  JOIN location l ON l.store = s.id
  JOIN chain h ON h.location = l.id
  JOIN certificate c ON c.id = h.certificate
WHERE s.guid = ?3
  AND l.alias >= coalesce((SELECT a.alias FROM location a WHERE a.id = ?1), '')
  AND (l.id <> ?1 OR h.level > ?2)
ORDER BY 1, 2
LIMIT 500

-- name: jobs-list
-- What the job itself has is looked at first: a page whose jobs are none of the store reads no other
-- table.
SELECT j.id, j.request, r.line, s.guid, s.path, s.client_machine, l.alias, r.existing,
    r.certificate, r.job_time, coalesce(h.due_at, r.due_at, n.started_at), j.status, j.result,
    j.cancelled_by, j.completed_at, j.message,
    -- the time of its lease, and what decides whether a claim passes over it
    CASE WHEN j.status = 2 THEN h.lease_until END,
    CASE WHEN s.id IS NOT NULL AND (j.status = 1 OR j.status = 2 OR j.status = 5) THEN j.status END,
    s.removed, s.approved, CASE WHEN h.rescheduled = 1 THEN NULL ELSE n.window_end END,
    -- Whether an inventory newer than the job shows what ready-look looks for, the old certificate or
    -- the new one; NULL: there is none.
    CASE
      WHEN NOT (j.status = 1 OR j.status = 2 OR j.status = 5)
        OR s.inventoried_at IS NULL OR s.inventoried_at <= r.created_at THEN NULL
      WHEN l.certificate = r.existing OR l.certificate = r.certificate THEN 1
      WHEN l.certificate IS NULL THEN EXISTS (SELECT 1
        FROM location o INDEXED BY location_certificate
        WHERE o.certificate IN (r.existing, r.certificate) AND o.store = l.store)
      WHEN length(l.alias) >= 40
        AND l.alias = (SELECT c.thumbprint FROM certificate c WHERE c.id = r.existing)
          COLLATE NOCASE THEN EXISTS (SELECT 1
        FROM location o INDEXED BY location_certificate
        WHERE o.certificate = r.certificate AND o.store = l.store)
      ELSE 0
    END
FROM job j
  JOIN request r ON r.id = j.request
  LEFT JOIN run n ON n.id = j.request >> 32
  LEFT JOIN handling h ON h.job = j.id
  LEFT JOIN store s ON s.id = j.store
  LEFT JOIN location l ON l.id = j.location
WHERE j.id > ?1 AND j.id <= ?2
  AND (?3 IS NULL OR j.request >> 32 = ?3)
  AND (?4 IS NULL OR j.store = (SELECT id FROM store WHERE guid = ?4))
  AND (?5 IS NULL OR s.client_machine = ?5 COLLATE NOCASE)
  AND (?6 IS NULL OR CAST(s.container AS TEXT) = ?6
    OR s.container IN (SELECT id FROM container WHERE name = ?6 COLLATE NOCASE))
  AND (?7 IS NULL OR r.existing = ?7 OR r.certificate = ?7)
  AND (?8 IS NULL OR j.status = ?8)
  AND (?9 IS NULL OR j.result = ?9)
  AND (?10 IS NULL OR coalesce(h.due_at, r.due_at, n.started_at) < ?10)
  AND (?11 IS NULL OR coalesce(h.due_at, r.due_at, n.started_at) >= ?11)
  AND (?12 IS NULL OR n.reference = ?12 COLLATE NOCASE)
  AND (?13 IS NULL OR (j.result = 4 AND (j.status = 3 OR j.status = 5)))
ORDER BY j.id

-- name: list-job
SELECT j.id, j.request, r.line, n.manifest, n.operator, n.reference, s.guid, s.path,
    s.client_machine, s.type, t.short_name, l.alias, r.existing, r.certificate, r.request,
    r.job_time, r.created_at, coalesce(h.due_at, r.due_at, n.started_at), j.status, j.result,
    j.cancelled_by, j.completed_at, j.message,
    -- the time of its lease, and what decides whether a claim passes over it
    CASE WHEN j.status = 2 THEN h.lease_until END,
    CASE WHEN s.id IS NOT NULL AND (j.status = 1 OR j.status = 2 OR j.status = 5) THEN j.status END,
    s.removed, s.approved, CASE WHEN h.rescheduled = 1 THEN NULL ELSE n.window_end END,
    -- Whether an inventory newer than the job shows what ready-look looks for, the old certificate or
    -- the new one; NULL: there is none.
    CASE
      WHEN NOT (j.status = 1 OR j.status = 2 OR j.status = 5)
        OR s.inventoried_at IS NULL OR s.inventoried_at <= r.created_at THEN NULL
      WHEN l.certificate = r.existing OR l.certificate = r.certificate THEN 1
      WHEN l.certificate IS NULL THEN EXISTS (SELECT 1
        FROM location o INDEXED BY location_certificate
        WHERE o.certificate IN (r.existing, r.certificate) AND o.store = l.store)
      WHEN length(l.alias) >= 40
        AND l.alias = (SELECT c.thumbprint FROM certificate c WHERE c.id = r.existing)
          COLLATE NOCASE THEN EXISTS (SELECT 1
        FROM location o INDEXED BY location_certificate
        WHERE o.certificate = r.certificate AND o.store = l.store)
      ELSE 0
    END,
    0, j.id
FROM job j
  JOIN request r ON r.id = j.request
  LEFT JOIN run n ON n.id = j.request >> 32
  LEFT JOIN handling h ON h.job = j.id
  LEFT JOIN store s ON s.id = j.store
  LEFT JOIN store_type t ON t.id = s.type
    AND t.id IN (SELECT min(id)
      FROM store_type
      WHERE trim(short_name, '0123456789') <> ''
      GROUP BY short_name COLLATE NOCASE
      HAVING count(*) = 1)
  LEFT JOIN location l ON l.id = j.location
WHERE j.id = ?3 AND j.id > ?2

-- name: list-history
SELECT at, event, operator, nullif(lower(hex(claim)), ''), status, result, message, job, number
FROM job_event
WHERE job = ?3 AND number > ?2
ORDER BY number
LIMIT 500

-- name: list-job-states
SELECT status, result, count(*)
FROM job
WHERE id > ?1 AND id <= ?2 AND (?3 IS NULL OR request >> 32 = ?3)
GROUP BY status, result

-- name: list-refusals
SELECT f.request, r.line, s.guid, s.path, s.client_machine, l.alias, r.existing, r.certificate,
    f.code, f.text, f.id
FROM refusal f
  JOIN request r ON r.id = f.request
  LEFT JOIN store s ON s.id = f.store
  LEFT JOIN location l ON l.id = f.location
WHERE f.id > ?1 AND f.id <= ?2
  AND (?3 IS NULL OR f.request >> 32 = ?3)
  AND (?4 IS NULL OR f.store = (SELECT id FROM store WHERE guid = ?4))
  AND (?5 IS NULL OR s.client_machine = ?5 COLLATE NOCASE)
  AND (?6 IS NULL OR CAST(s.container AS TEXT) = ?6
    OR s.container IN (SELECT id FROM container WHERE name = ?6 COLLATE NOCASE))
  AND (?7 IS NULL OR r.existing = ?7 OR r.certificate = ?7)
  AND (?8 IS NULL OR f.code = ?8)
ORDER BY f.id

-- name: list-rejections
SELECT id, line, existing, certificate, request, job_time, messages
FROM request
WHERE id > ?1 AND id <= ?2
  AND outcome = 4
  AND (?3 IS NULL OR existing = ?3 OR certificate = ?3)
ORDER BY id

-- name: runs-list
SELECT run, state, manifest, operator, reference, started_at, finished_at, rows_total, rows_read,
    succeeded, partial, failed, rejected, skipped, jobs_created, jobs_refused, jobs_superseded,
    mends,
    -- How many of its jobs are active: those of its span, in which other runs' jobs are too where
    -- interrupted runs were carried on beside each other. Of a run that is being purged none is; of
    -- one that created none, its rows are not looked through.
    CASE
      WHEN state > 2 OR jobs_created = 0 OR first IS NULL THEN 0
      ELSE (SELECT count(*)
        FROM job INDEXED BY job_active
        WHERE (status = 1 OR status = 2 OR status = 5) AND id BETWEEN first AND last
          AND request >> 32 = run)
    END
FROM (SELECT r.id AS run, r.*,
      (SELECT q.first_job
        FROM request q
        WHERE q.id > r.id << 32 AND q.id < (r.id + 1) << 32 AND q.jobs > 0
        ORDER BY q.id LIMIT 1) AS first,
      (SELECT q.first_job + q.jobs - 1
        FROM request q
        WHERE q.id > r.id << 32 AND q.id < (r.id + 1) << 32 AND q.jobs > 0
        ORDER BY q.id DESC LIMIT 1) AS last
    FROM run r
    WHERE r.id > ?1 AND r.id <= ?2)
ORDER BY run

-- name: list-agents
SELECT id, client_machine, status, last_seen
FROM agent
WHERE id > ?3
  AND (?4 IS NULL OR client_machine = ?4 COLLATE NOCASE)
  AND (?5 IS NULL OR status <> 2)
ORDER BY id
LIMIT 500

-- name: list-requests
SELECT id, certificate, disposition
FROM enrollment_request
WHERE id > ?1 AND id <= ?2 AND (?3 IS NULL OR certificate = ?3)
ORDER BY id

-- name: list-roles
SELECT role, operator, permission
FROM role_permission
WHERE (operator, role, permission) > (?3, ?4, ?5)
  AND (?6 IS NULL OR operator = ?6 COLLATE NOCASE)
  AND (?7 IS NULL OR role = ?7 COLLATE NOCASE)
ORDER BY operator, role, permission
LIMIT 500
