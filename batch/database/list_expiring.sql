-- The list of the certificates in use that expire soon. In use: at a location of a store that is not
-- removed. Temporary tables are filled first, page by page, and the list is read from them.

-- name: expiring-set-up
DROP TABLE IF EXISTS temp.expiring;
DROP TABLE IF EXISTS temp.expiring_sorted;
DROP TABLE IF EXISTS temp.successor_met;
DROP TABLE IF EXISTS temp.successor;
DROP TABLE IF EXISTS temp.covered;
-- The certificates, as they are met and sorted; names: a number of 63 bits that stands for the names,
-- NULL where they are not known.
CREATE TEMP TABLE expiring (certificate INTEGER PRIMARY KEY, not_after INTEGER NOT NULL,
    names INTEGER);
CREATE TEMP TABLE expiring_sorted (not_after INTEGER, certificate INTEGER, names INTEGER,
    PRIMARY KEY (not_after, certificate)) WITHOUT ROWID;
-- The certificates that have such names, as they are met, and of each names the one that is valid
-- longest.
CREATE TEMP TABLE successor_met (names INTEGER, certificate INTEGER, not_after INTEGER);
CREATE TEMP TABLE successor (names INTEGER PRIMARY KEY, certificate INTEGER NOT NULL,
    not_after INTEGER NOT NULL);
-- The locations at which an active job replaces one of the certificates.
CREATE TEMP TABLE covered (location INTEGER, existing INTEGER, PRIMARY KEY (location, existing))
    WITHOUT ROWID

-- name: expiring-tear-down
DROP TABLE IF EXISTS temp.expiring;
DROP TABLE IF EXISTS temp.expiring_sorted;
DROP TABLE IF EXISTS temp.successor_met;
DROP TABLE IF EXISTS temp.successor;
DROP TABLE IF EXISTS temp.covered

-- name: expiring-find
SELECT c.id, c.not_after, c.names, CASE WHEN c.names = '[]' THEN c.issued_dn END
FROM certificate c
WHERE c.id > ?1 AND c.id <= ?2 AND c.not_after <= ?3
  AND EXISTS (SELECT 1
    FROM location l
      JOIN store s ON s.id = l.store AND s.removed = 0
        AND (?4 IS NULL OR s.client_machine = ?4 COLLATE NOCASE)
        AND (?5 IS NULL OR CAST(s.container AS TEXT) = ?5
          OR s.container IN (SELECT id FROM container WHERE name = ?5 COLLATE NOCASE))
    WHERE l.certificate = c.id)
ORDER BY c.id

-- name: expiring-keep
INSERT INTO temp.expiring (certificate, not_after, names) SELECT id, at, names FROM temp.rowset_dated

-- name: expiring-sort
INSERT INTO temp.expiring_sorted (not_after, certificate, names)
SELECT not_after, certificate, names FROM temp.expiring ORDER BY not_after, certificate

-- name: successor-find
-- Those that a manifest can name, that are not revoked, and that are valid at ?3.
SELECT c.id, c.not_after, c.names, CASE WHEN c.names = '[]' THEN c.issued_dn END
FROM certificate c
WHERE c.id > ?1 AND c.id <= ?2 AND c.not_after > ?3 AND c.revoked_at IS NULL AND c.id > 0
  AND (c.not_before IS NULL OR c.not_before <= ?3)
ORDER BY c.id

-- name: successor-keep
INSERT INTO temp.successor_met (names, certificate, not_after)
SELECT names, id, at FROM temp.rowset_dated

-- name: successor-sort
-- The last one stays: of several that are valid equally long, that with the greatest Id.
INSERT INTO temp.successor (names, certificate, not_after)
SELECT names, certificate, not_after
FROM temp.successor_met
WHERE true
ORDER BY names, not_after, certificate
ON CONFLICT (names) DO UPDATE SET certificate = excluded.certificate, not_after = excluded.not_after

-- name: page-of-active
SELECT max(id)
FROM (SELECT id
    FROM job INDEXED BY job_active
    WHERE (status = 1 OR status = 2 OR status = 5) AND id > ?1
    ORDER BY id LIMIT ?2)

-- name: covered-find
INSERT INTO temp.covered (location, existing)
SELECT j.location, r.existing
FROM job j INDEXED BY job_active
  JOIN request r ON r.id = j.request
  JOIN temp.expiring e ON e.certificate = r.existing
WHERE (j.status = 1 OR j.status = 2 OR j.status = 5) AND j.id > ?1 AND j.id <= ?2
ON CONFLICT DO NOTHING

-- name: list-expiring
-- ?3: the time from which the days are counted. The names of the successor are compared once more,
-- for other names may have the same number.
SELECT g.not_after,
    -- whole days; below 0 from the NotAfter on
    CASE
      WHEN g.not_after > ?3 THEN (g.not_after - ?3) / 86400000
      WHEN g.not_after = ?3 THEN -1
      ELSE (g.not_after - ?3 - 86399999) / 86400000
    END,
    CASE WHEN c.id > 0 THEN c.id END, c.thumbprint, c.issued_dn,
    -- the DNS names, and all names as JSON
    (SELECT group_concat(json_extract(n.value, '$.Value'), ' ')
      FROM temp.json_each(c.names) n
      WHERE json_extract(n.value, '$.Type') = 2),
    c.names, g.places, g.planned, n.id, n.not_after, f.guid, f.client_machine, f.path,
    n.names, n.issued_dn, g.not_after, g.certificate
FROM (SELECT e.not_after, e.certificate, min(e.names) AS names, count(*) AS places,
      count(v.location) AS planned, min(l.store) AS store
    FROM temp.expiring_sorted e
      CROSS JOIN location l ON l.certificate = e.certificate
      JOIN store s ON s.id = l.store AND s.removed = 0
        AND (?4 IS NULL OR s.client_machine = ?4 COLLATE NOCASE)
        AND (?5 IS NULL OR CAST(s.container AS TEXT) = ?5
          OR s.container IN (SELECT id FROM container WHERE name = ?5 COLLATE NOCASE))
      LEFT JOIN temp.covered v ON v.location = l.id AND v.existing = e.certificate
    WHERE (e.not_after, e.certificate) > (?1, ?2)
    GROUP BY e.not_after, e.certificate
    ORDER BY e.not_after, e.certificate
    LIMIT 500) g
  JOIN certificate c ON c.id = g.certificate
  JOIN store f ON f.id = g.store
  LEFT JOIN temp.successor u ON u.names = g.names
  LEFT JOIN certificate n ON n.id = u.certificate AND n.not_after > g.not_after
    AND n.revoked_at IS NULL
ORDER BY g.not_after, g.certificate
