-- name: staged-in-order
SELECT store, alias, level, certificate, file, line
FROM temp.staged
ORDER BY store, alias, level, rowid

-- name: staged-as-they-came
SELECT store, alias, level, certificate, file, line FROM temp.staged ORDER BY rowid

-- name: stores-named
SELECT n.store, n.at, n.items, n.file, n.line, n.empty_file, n.empty_line, s.guid, s.inventoried_at,
    s.client_machine, s.path
FROM temp.named n
  JOIN store s ON s.id = n.store
ORDER BY n.store

-- name: locations-known
-- All that is known of the stores that are named: a row for each location, or for each certificate
-- of its chain.
SELECT l.store, l.id, l.alias, l.certificate, c.level, c.certificate
FROM temp.named n
  JOIN location l ON l.store = n.store
  LEFT JOIN chain c ON c.location = l.id
ORDER BY n.store, l.alias, c.level

-- name: location-set
-- What is known of a key was of the certificate that was there.
UPDATE location SET certificate = ?2, key_mismatch = NULL WHERE id = ?1

-- name: chain-drop
DELETE FROM chain WHERE location = ?1

-- name: placeholders-add
-- The placeholders that some store needs whose items are taken.
INSERT INTO certificate (id, thumbprint)
SELECT u.id, u.thumbprint
FROM temp.unknown u
WHERE u.id IN (SELECT i.certificate
    FROM temp.staged i
      JOIN temp.named n ON n.store = i.store
      JOIN store s ON s.id = n.store
    WHERE i.certificate < 0 AND n.at >= coalesce(s.inventoried_at, n.at))

-- name: stores-set
UPDATE store
SET inventoried_at = (SELECT n.at FROM temp.named n WHERE n.store = store.id)
WHERE id IN (SELECT n.store
    FROM temp.named n
      JOIN store s ON s.id = n.store
    WHERE n.at > coalesce(s.inventoried_at, n.at - 1))

-- name: location-any
SELECT 1 FROM location

-- name: index-known
-- Whether the index by certificate is as the schema makes it.
SELECT 1
FROM sqlite_schema
WHERE type = 'index' AND name = 'location_certificate' AND tbl_name = 'location' AND sql = ?1

-- name: index-drop
DROP INDEX location_certificate

-- name: index-make
-- To the letter as in the schema, which is compared.
CREATE INDEX location_certificate ON location(certificate, store)
	WHERE certificate IS NOT NULL

-- name: location-last
SELECT max(id) FROM location

-- name: locations-add
-- Without an id, as jobs: to look for a given one costs a quarter of the price of a row.
INSERT INTO location (store, alias, certificate)
SELECT store, alias, certificate FROM temp.rowset_location

-- name: links-add
INSERT INTO chain (location, level, certificate)
SELECT location, level, certificate FROM temp.rowset_link
