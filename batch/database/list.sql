-- Stores, certificates, locations, jobs and runs are read in pages of ids > ?1 and <= ?2 (walk.h). Of
-- the others ?1 and ?2 are the position after which the page starts, and the last two columns are the
-- position of the row. The filters follow from ?3 on, in the order in which list.c has them.

-- name: list-stores
SELECT s.guid, s.container, c.name, s.display_name, s.client_machine, s.path, s.type, s.approved,
    s.agent, s.agent_assigned, s.removed, s.inventoried_at, 0, s.id
FROM store s
  LEFT JOIN container c ON c.id = s.container
WHERE s.id > ?1 AND s.id <= ?2
  AND (?3 IS NULL OR CAST(s.container AS TEXT) = ?3
    OR s.container IN (SELECT id FROM container WHERE name = ?3 COLLATE NOCASE))
  AND (?4 IS NULL OR CAST(s.type AS TEXT) = ?4
    OR s.type IN (SELECT id FROM store_type WHERE short_name = ?4 COLLATE NOCASE))
  AND (?5 IS NULL OR s.client_machine = ?5 COLLATE NOCASE)
  AND (?6 IS NULL OR s.approved = 0)
  AND (?7 IS NULL OR s.removed = 1)
ORDER BY s.id

-- name: list-store
SELECT s.guid, s.container, c.name, s.display_name, s.client_machine, s.path, s.type, s.approved,
    s.agent, s.agent_assigned, s.removed, s.inventoried_at, 0, s.id
FROM store s
  LEFT JOIN container c ON c.id = s.container
WHERE s.guid = ?3 AND s.id > ?2

-- name: list-certificates
SELECT CASE WHEN c.id > 0 THEN c.id END, c.thumbprint, c.serial_number, c.issued_dn, c.issuer_dn,
    c.not_before, c.not_after, c.key_type, c.key_size,
    -- the DNS names, and all names as JSON
    (SELECT group_concat(json_extract(n.value, '$.Value'), ' ')
      FROM temp.json_each(c.names) n
      WHERE json_extract(n.value, '$.Type') = 2),
    c.names, c.has_private_key, c.request, c.revoked_at,
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
    c.names, c.has_private_key, c.request, c.revoked_at,
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
    c.names, c.has_private_key, c.request, c.revoked_at,
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
    c.names, c.has_private_key, c.request, c.revoked_at,
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
    c.issued_dn, c.not_after, s.inventoried_at, l.store, l.id
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
    c.issued_dn, c.not_after, s.inventoried_at, l.store, l.id
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
    c.issued_dn, c.not_after, s.inventoried_at, l.store, l.id
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
    c.not_after, l.id, 0
FROM store s
  JOIN location l ON l.store = s.id
  JOIN certificate c ON c.id = l.certificate
WHERE s.guid = ?3
  AND l.alias > coalesce((SELECT a.alias FROM location a WHERE a.id = ?1), '')
UNION ALL
SELECT l.alias, h.level, CASE WHEN c.id > 0 THEN c.id END, c.thumbprint, c.issued_dn,
    c.not_after, l.id, h.level
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
SELECT j.id, j.request, r.line, s.guid, s.path, s.client_machine, l.alias, r.existing,
    r.certificate, r.job_time, coalesce(r.due_at, n.started_at), j.status, j.result,
    j.cancelled_by
FROM job j
  JOIN request r ON r.id = j.request
  LEFT JOIN run n ON n.id = j.request >> 32
  LEFT JOIN location l ON l.id = j.location
  LEFT JOIN store s ON s.id = l.store
WHERE j.id > ?1 AND j.id <= ?2
  AND (?3 = 0 OR j.request >> 32 = ?3)
  AND (?4 IS NULL OR s.guid = ?4)
  AND (?5 IS NULL OR s.client_machine = ?5 COLLATE NOCASE)
  AND (?6 IS NULL OR j.status = ?6)
  AND (?7 IS NULL OR coalesce(r.due_at, n.started_at) < ?7)
  AND (?8 IS NULL OR coalesce(r.due_at, n.started_at) >= ?8)
ORDER BY j.id

-- name: runs-list
SELECT id, state, manifest, operator, reference, started_at, finished_at, rows_total, rows_read,
    succeeded, partial, failed, rejected, skipped, jobs_created, jobs_refused, jobs_superseded,
    mends
FROM run
WHERE id > ?1 AND id <= ?2
ORDER BY id
