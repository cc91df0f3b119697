-- name: reconcile-set-up
DROP TABLE IF EXISTS temp.later;
DROP TABLE IF EXISTS temp.repeated;
DROP TABLE IF EXISTS temp.gathered;
DROP TABLE IF EXISTS temp.several;
DROP TABLE IF EXISTS temp.found;
DROP TABLE IF EXISTS temp.refusing;
DROP TABLE IF EXISTS temp.refused;
DROP TABLE IF EXISTS temp.chosen;
DROP TABLE IF EXISTS temp.within;
DROP TABLE IF EXISTS temp.asked;
DROP TABLE IF EXISTS temp.doubtful;
-- The runs and the stores that are meant, where not all are.
CREATE TEMP TABLE chosen (run INTEGER PRIMARY KEY);
CREATE TEMP TABLE within (store INTEGER PRIMARY KEY);
-- Jobs that are read though they are settled.
CREATE TEMP TABLE asked (job INTEGER PRIMARY KEY);
-- Locations with a certificate that some job replaces, and with a job that was not read.
CREATE TEMP TABLE doubtful (location INTEGER PRIMARY KEY, certificate INTEGER);
-- A job, a later one of its location that replaces its new certificate, and a later one of its
-- location that is proven: at least one of the two.
CREATE TEMP TABLE later (job INTEGER PRIMARY KEY, later INTEGER, proven INTEGER,
    CHECK (later IS NOT NULL OR proven IS NOT NULL));
-- What a finding is about: certificates, or stores.
CREATE TEMP TABLE found (id INTEGER PRIMARY KEY);
-- The locations that still have the certificate for which they were refused, and the refusals: as
-- they are met, and the last one of each.
CREATE TEMP TABLE refusing (location INTEGER, refusal INTEGER);
CREATE TEMP TABLE refused (location INTEGER PRIMARY KEY, refusal INTEGER NOT NULL);
-- The locations that have several jobs, and these jobs: as they are met, and sorted.
CREATE TEMP TABLE several (location INTEGER PRIMARY KEY);
CREATE TEMP TABLE gathered (location INTEGER, job INTEGER, existing INTEGER, certificate INTEGER,
    proven INTEGER);
CREATE TEMP TABLE repeated (location INTEGER, job INTEGER, existing INTEGER, certificate INTEGER,
    proven INTEGER, PRIMARY KEY (location, job)) WITHOUT ROWID

-- name: reconcile-tear-down
DROP TABLE IF EXISTS temp.later;
DROP TABLE IF EXISTS temp.repeated;
DROP TABLE IF EXISTS temp.gathered;
DROP TABLE IF EXISTS temp.several;
DROP TABLE IF EXISTS temp.found;
DROP TABLE IF EXISTS temp.refusing;
DROP TABLE IF EXISTS temp.refused;
DROP TABLE IF EXISTS temp.chosen;
DROP TABLE IF EXISTS temp.within;
DROP TABLE IF EXISTS temp.asked;
DROP TABLE IF EXISTS temp.doubtful

-- name: choose-run
INSERT INTO temp.chosen (run) VALUES (?1) ON CONFLICT DO NOTHING

-- name: choose-reference
-- Of the runs that were given, if any were.
SELECT id, id FROM run WHERE reference = ?1 COLLATE NOCASE ORDER BY id

-- name: choose-stores
INSERT INTO temp.within (store)
SELECT s.id
FROM store s
WHERE s.id > ?1 AND s.id <= ?2
  AND (?3 IS NULL OR s.client_machine = ?3 COLLATE NOCASE)
  AND (?4 IS NULL OR CAST(s.container AS TEXT) = ?4
    OR EXISTS (SELECT 1
      FROM container c
      WHERE c.id = s.container AND c.name = ?4 COLLATE NOCASE))

-- name: choose-jobs
INSERT INTO temp.asked (job) SELECT id FROM temp.rowset_id WHERE true
ON CONFLICT DO NOTHING

-- name: missing-run
SELECT 1 FROM temp.chosen WHERE run = ?1

-- name: missing-store
SELECT 1 FROM store s JOIN temp.within w ON w.store = s.id WHERE s.guid = ?1

-- name: missing-job
SELECT status, result FROM job WHERE id = ?1

-- name: reconcile-places
-- Here and below: a superseded or unscheduled job (Status 4, Result 0) stays in the history and
-- counts no more. The last column: whether it is proven or acknowledged.
SELECT j.location, j.id, j.proven_at IS NOT NULL OR j.status = 4
FROM job j
WHERE j.id > ?1 AND j.id <= ?2 AND NOT (j.status = 4 AND j.result = 0)

-- name: reconcile-several
INSERT INTO temp.several (location) SELECT id FROM temp.rowset_id WHERE true
ON CONFLICT DO NOTHING

-- name: reconcile-gather
INSERT INTO temp.gathered (location, job, existing, certificate, proven)
SELECT j.location, j.id, r.existing, r.certificate, j.proven_at IS NOT NULL
FROM job j
  JOIN request r ON r.id = j.request
WHERE j.id > ?1 AND j.id <= ?2 AND NOT (j.status = 4 AND j.result = 0)
  AND EXISTS (SELECT 1 FROM temp.several s WHERE s.location = j.location)

-- name: reconcile-sort
INSERT INTO temp.repeated (location, job, existing, certificate, proven)
SELECT location, job, existing, certificate, proven FROM temp.gathered ORDER BY location, job;
DROP TABLE temp.gathered;
-- Without those that have neither: the table's condition leaves them out.
INSERT OR IGNORE INTO temp.later (job, later, proven)
SELECT p.job,
    (SELECT min(l.job)
    FROM temp.repeated l
    WHERE l.location = p.location AND l.job > p.job AND l.existing = p.certificate),
    (SELECT max(l.job)
    FROM temp.repeated l
    WHERE l.location = p.location AND l.job > p.job AND l.proven = 1)
FROM temp.repeated p
ORDER BY p.job;
DROP TABLE temp.repeated

-- name: reconcile-jobs
-- One job with all the facts of its verdict. The aliases are looked for only where they can count,
-- through the index on (certificate, store): they are near each other for jobs of one request. For
-- min() SQLite would else walk through all the aliases of the store. Few aliases are as long as a
-- thumbprint: the others are not compared with one.
SELECT j.id, j.request, r.line, r.existing, r.certificate, r.job_time,
    coalesce(h.due_at, r.due_at, n.started_at, r.created_at), r.created_at, j.status, j.result,
    j.completed_at, j.message, s.guid, s.path, s.client_machine, l.alias, s.inventoried_at,
    s.id, s.removed, s.approved, l.certificate,
    -- the thumbprint of a third certificate
    CASE WHEN l.certificate NOT IN (r.existing, r.certificate)
      THEN (SELECT c.thumbprint FROM certificate c WHERE c.id = l.certificate) END,
    -- another alias that has the new certificate
    CASE WHEN l.certificate IS NULL
        OR (l.certificate <> r.certificate AND length(l.alias) >= 40
          AND l.alias = (SELECT c.thumbprint
            FROM certificate c
            WHERE c.id = r.existing) COLLATE NOCASE)
      THEN (SELECT min(o.alias)
        FROM location o INDEXED BY location_certificate
        WHERE o.certificate = r.certificate AND o.store = l.store) END,
    -- another alias that has the old one
    CASE WHEN l.certificate IS NULL OR l.certificate = r.certificate
        OR (length(l.alias) >= 40 AND l.alias = (SELECT c.thumbprint
          FROM certificate c
          WHERE c.id = r.existing) COLLATE NOCASE)
      THEN (SELECT min(o.alias)
        FROM location o INDEXED BY location_certificate
        WHERE o.certificate = r.existing AND o.store = l.store) END,
    later.later, j.location, j.proven_at, later.proven,
    -- whether its alias is named by the old one
    l.certificate <> r.certificate AND length(l.alias) >= 40 AND l.alias = (SELECT c.thumbprint
      FROM certificate c
      WHERE c.id = r.existing) COLLATE NOCASE,
    s.container, s.type
FROM job j
  JOIN request r ON r.id = j.request
  LEFT JOIN run n ON n.id = j.request >> 32
  LEFT JOIN location l ON l.id = j.location
  LEFT JOIN store s ON s.id = l.store
  LEFT JOIN temp.later later ON later.job = j.id
  LEFT JOIN handling h ON h.job = j.id
WHERE j.id > ?1 AND j.id <= ?2
  AND NOT (j.status = 4 AND j.result = 0)
  AND (?3 = 0 OR EXISTS (SELECT 1 FROM temp.chosen g WHERE g.run = j.request >> 32))
  AND (?4 = 0 OR EXISTS (SELECT 1 FROM temp.within w WHERE w.store = s.id))
  AND (?5 = 0 OR (j.proven_at IS NULL AND j.status <> 4)
    OR EXISTS (SELECT 1 FROM temp.asked a WHERE a.job = j.id))
ORDER BY j.id

-- name: reconcile-old
-- All aliases of a store that have the old certificate: some may have a job of their own.
SELECT id, alias FROM location WHERE certificate = ?1 AND store = ?2

-- name: found-forget
DELETE FROM temp.found

-- name: find-replaced
-- The findings: first the certificates or stores, then where they are.
INSERT INTO temp.found (id)
SELECT r.existing
FROM job j
  JOIN request r ON r.id = j.request
WHERE j.id > ?1 AND j.id <= ?2 AND r.existing IS NOT NULL
  AND NOT (j.status = 4 AND j.result = 0)
ON CONFLICT DO NOTHING

-- name: find-expired
INSERT INTO temp.found (id)
SELECT id FROM certificate WHERE id > ?1 AND id <= ?2 AND not_after <= ?3

-- name: find-revoked
INSERT INTO temp.found (id)
SELECT id FROM certificate WHERE id > ?1 AND id <= ?2 AND revoked_at IS NOT NULL

-- name: find-unknown
INSERT INTO temp.found (id)
SELECT id FROM certificate WHERE id > ?1 AND id <= ?2 AND id < 0

-- name: find-removed
INSERT INTO temp.found (id)
SELECT id FROM store WHERE id > ?1 AND id <= ?2 AND removed = 1

-- name: found-certificates
-- Where the certificates that were found are, in stores that were not removed.
SELECT s.guid, s.path, s.client_machine, s.container, s.type, s.inventoried_at, l.alias,
    l.certificate, c.thumbprint, c.not_after, c.revoked_at, l.id
FROM location l
  JOIN temp.found f ON f.id = l.certificate
  JOIN store s ON s.id = l.store AND s.removed = 0
  JOIN certificate c ON c.id = l.certificate
WHERE l.id > ?1 AND l.id <= ?2
  AND (?4 = 0 OR EXISTS (SELECT 1 FROM temp.within w WHERE w.store = s.id))
ORDER BY l.id

-- name: found-stores
-- What is in the stores that were found.
SELECT s.guid, s.path, s.client_machine, s.container, s.type, s.inventoried_at, l.alias,
    l.certificate, c.thumbprint, c.not_after, c.revoked_at, l.id
FROM location l
  JOIN temp.found f ON f.id = l.store
  JOIN store s ON s.id = l.store
  JOIN certificate c ON c.id = l.certificate
WHERE l.id > ?1 AND l.id <= ?2
  AND (?4 = 0 OR EXISTS (SELECT 1 FROM temp.within w WHERE w.store = s.id))
ORDER BY l.id

-- name: stale-stores
SELECT s.guid, s.path, s.client_machine, s.container, s.type, s.inventoried_at, NULL, NULL, NULL,
    NULL, NULL, NULL
FROM store s
WHERE s.id > ?1 AND s.id <= ?2 AND s.removed = 0 AND s.approved = 1
  AND (s.inventoried_at IS NULL OR s.inventoried_at < ?3)
  AND (?4 = 0 OR EXISTS (SELECT 1 FROM temp.within w WHERE w.store = s.id))
ORDER BY s.id

-- name: unread-stores
-- Those whose last try failed, and of which no inventory is newer.
SELECT s.guid, s.path, s.client_machine, s.container, s.type, s.inventoried_at, NULL, NULL, NULL,
    NULL, NULL, s.id,
    s.tried_at, s.unreadable, s.unreadable_text
FROM store s
WHERE s.id > ?1 AND s.id <= ?2 AND s.removed = 0 AND s.approved = 1
  AND s.tried_at > coalesce(s.inventoried_at, s.tried_at - 1)
  AND (?4 = 0 OR EXISTS (SELECT 1 FROM temp.within w WHERE w.store = s.id))
ORDER BY s.id

-- name: mismatched-keys
-- In the order of an index that has no other locations: a page starts after a store and a location.
SELECT s.guid, s.path, s.client_machine, s.container, s.type, s.inventoried_at, l.alias,
    l.certificate, c.thumbprint, c.not_after, c.revoked_at, l.store, l.id
FROM location l
  JOIN store s ON s.id = l.store AND s.removed = 0
  JOIN certificate c ON c.id = l.certificate
WHERE l.key_mismatch = 1 AND (l.store, l.id) > (?1, ?2)
  AND (?4 = 0 OR EXISTS (SELECT 1 FROM temp.within w WHERE w.store = s.id))
ORDER BY l.store, l.id
LIMIT 500

-- name: any-found
SELECT 1 FROM temp.found LIMIT 1

-- name: find-refused
INSERT INTO temp.refusing (location, refusal)
SELECT x.location, x.id
FROM refusal x
  JOIN request r ON r.id = x.request
  JOIN location l ON l.id = x.location AND l.certificate = r.existing
WHERE x.id > ?1 AND x.id <= ?2
  AND (?3 = 0 OR EXISTS (SELECT 1 FROM temp.chosen g WHERE g.run = x.request >> 32))

-- name: any-refusing
SELECT 1 FROM temp.refusing LIMIT 1

-- name: refused-sort
-- Refusals are appended as time goes on: the last one has the greatest id.
DELETE FROM temp.refused;
INSERT INTO temp.refused (location, refusal)
SELECT location, max(refusal) FROM temp.refusing GROUP BY location;
DELETE FROM temp.refusing

-- name: page-of-refused
SELECT max(location)
FROM (SELECT location FROM temp.refused WHERE location > ?1 ORDER BY location LIMIT ?2)

-- name: refused-planned
-- The refused locations whose certificate a job replaces all the same: one that was made after the
-- refusal, or an earlier one that has not ended, or that did not fail and that no newer inventory
-- denies.
SELECT j.location, j.id
FROM job j
  JOIN temp.refused e ON e.location = j.location
  JOIN refusal x ON x.id = e.refusal
  JOIN request o ON o.id = x.request
  JOIN request r ON r.id = j.request AND r.existing = o.existing
  LEFT JOIN store s ON s.id = j.store
WHERE j.id > ?1 AND j.id <= ?2 AND NOT (j.status = 4 AND j.result = 0)
  AND (r.created_at > o.created_at OR (r.created_at = o.created_at AND r.id > o.id)
    OR (j.status <> 3 AND j.status <> 4)
    OR (j.result <> 4 AND CASE
      WHEN s.inventoried_at > j.completed_at AND s.inventoried_at > r.created_at THEN 0
      ELSE 1 END = 1))

-- name: find-doubtful
SELECT l.id, l.certificate, l.id
FROM location l
  JOIN temp.found f ON f.id = l.certificate
WHERE l.id > ?1 AND l.id <= ?2
ORDER BY l.id

-- name: keep-doubtful
INSERT INTO temp.doubtful (location, certificate) VALUES (?1, ?2)

-- name: any-doubtful
SELECT 1 FROM temp.doubtful LIMIT 1

-- name: find-covered
SELECT j.location, j.id
FROM job j
  JOIN temp.doubtful d ON d.location = j.location
  JOIN request r ON r.id = j.request AND r.existing = d.certificate
WHERE j.id > ?1 AND j.id <= ?2 AND NOT (j.status = 4 AND j.result = 0)

-- name: found-unplanned
-- Where the certificates that were found are, and the refused locations, with their refusal; the
-- certificate that it was about says whether the location still has it.
SELECT s.guid, s.path, s.client_machine, s.container, s.type, s.inventoried_at, l.alias,
    l.certificate, c.thumbprint, c.not_after, c.revoked_at, l.id, f.id, x.id, x.request, r.line, r.existing, x.code, x.text
FROM location l
  LEFT JOIN temp.found f ON f.id = l.certificate
  LEFT JOIN temp.refused e ON e.location = l.id
  LEFT JOIN refusal x ON x.id = e.refusal
  LEFT JOIN request r ON r.id = x.request
  JOIN store s ON s.id = l.store AND s.removed = 0
  JOIN certificate c ON c.id = l.certificate
WHERE l.id > ?1 AND l.id <= ?2 AND (f.id IS NOT NULL OR e.location IS NOT NULL)
  AND (?4 = 0 OR EXISTS (SELECT 1 FROM temp.within w WHERE w.store = s.id))
ORDER BY l.id

-- name: found-refused
-- Likewise, the refused locations alone.
SELECT s.guid, s.path, s.client_machine, s.container, s.type, s.inventoried_at, l.alias,
    l.certificate, c.thumbprint, c.not_after, c.revoked_at, l.id, f.id, x.id, x.request, r.line, r.existing, x.code, x.text
FROM temp.refused e
  JOIN location l ON l.id = e.location
  LEFT JOIN temp.found f ON f.id = l.certificate
  JOIN refusal x ON x.id = e.refusal
  JOIN request r ON r.id = x.request
  JOIN store s ON s.id = l.store AND s.removed = 0
  JOIN certificate c ON c.id = l.certificate
WHERE e.location > ?1 AND e.location <= ?2
  AND (?4 = 0 OR EXISTS (SELECT 1 FROM temp.within w WHERE w.store = s.id))
ORDER BY e.location
